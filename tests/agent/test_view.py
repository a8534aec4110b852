"""The viewer's page: everything there, nothing that could act."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from actions import Press, Task, TraceError
from agent.limits import Limits
from agent.outcome import Outcome
from agent.trace import TraceWriter, Turn, header, read_trace
from agent.view import render, write_page
from prompts.base import Decision

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


def record(folder: Path, *turns: Turn, outcome: Outcome | None, instruction: str = "book a room") -> None:
    writer = TraceWriter(folder)
    writer.begin(header(Task(instruction=instruction, data={"k": "v"}), "web", "d", "m", "http://x/v1", Limits()))
    for turn in turns:
        writer.add(turn)
    writer.end(outcome or Outcome(status="stopped"))


def test_the_page_shows_each_step(tmp_path: Path, turn: Callable[..., Turn]) -> None:
    record(tmp_path, turn(1), turn(2, decision=None, result=None, problem="no action: prose"), outcome=None)
    page = write_page(tmp_path).read_text(encoding="utf-8")
    assert "click button “Search”" in page
    assert "The button &lt;b&gt;Search&lt;/b&gt; goes on." in page
    assert "left:40.0000%;top:40.0000%;width:20.0000%;height:20.0000%" in page
    assert "no action: prose" in page
    assert "action_unboxed" in page
    assert "think 200 ms" in page
    assert read_trace(tmp_path).steps[0].seen.image in page


def test_text_of_pages_and_models_is_only_text(tmp_path: Path, turn: Callable[..., Turn]) -> None:
    decision = Decision(action=Press(keys=("enter",)), thought=HOSTILE, raw=HOSTILE)
    record(
        tmp_path,
        turn(1, decision=decision, problem=HOSTILE),
        outcome=Outcome(status="complete", answer=HOSTILE),
        instruction=HOSTILE,
    )
    page = render(read_trace(tmp_path))
    assert "<script" not in page
    assert "<img src=x" not in page
    assert page.count("&lt;script&gt;") >= 5


def test_a_killed_run_has_a_page_too(tmp_path: Path, turn: Callable[..., Turn]) -> None:
    record(tmp_path, turn(1), outcome=None)
    lines = (tmp_path / "trace.jsonl").read_text().splitlines(keepends=True)
    (tmp_path / "trace.jsonl").write_text("".join(lines[:-1]))
    assert "no outcome" in write_page(tmp_path).read_text(encoding="utf-8")


def test_no_trace_is_named(tmp_path: Path) -> None:
    with pytest.raises(TraceError, match="no trace in"):
        write_page(tmp_path)
