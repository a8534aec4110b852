"""What reaches a terminal or a pipe: every letter it takes, and nothing that drives it."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from agent.console import Console
from agent.outcome import Outcome

HOSTILE = "a\x1b[31mb\x9b2Jc\u202ed\rsafe :key: [bold]"


def test_text_of_pages_cannot_drive_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console()
    console.outcome(Outcome(status="complete", answer=HOSTILE))
    console.error(HOSTILE)
    shown = capsys.readouterr()
    for text in (shown.out, shown.err):
        assert not set(text) & set("\x1b\x9b\u202e\r")
        assert "safe :key: [bold]" in text


def test_the_object_is_one_line_whatever_the_answer_holds(capsys: pytest.CaptureFixture[str]) -> None:
    outcome = Outcome(status="infeasible", reason=HOSTILE + "\n\u2028王", steps=3, seconds=1.5, trace=Path("t"))
    Console(json_wanted=True).outcome(outcome)
    line = capsys.readouterr().out
    assert line.isascii()
    assert line.count("\n") == 1
    assert json.loads(line) == {
        "outcome": "infeasible", "answer": outcome.reason, "steps": 3, "trace": "t", "tokens": 0, "seconds": 1.5,
    }  # fmt: skip


def test_an_old_terminal_loses_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding="latin-1")
    monkeypatch.setattr(sys, "stdout", out)
    Console().out("Zoë 王小明")
    out.flush()
    assert out.buffer.getvalue().decode("latin-1") == "Zoë \\u738b\\u5c0f\\u660e\n"
