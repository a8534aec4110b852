"""Random answers break no parser; the bench counts what it finds. How fast a machine is, is not tested."""

from __future__ import annotations

import json
from typing import Any

import pytest

from actions import Observation, UsageError
from agent.bench.answers import HOSTILE, long_answers, ordinary, screen
from agent.bench.parser import Figures, Report, report
from prompts import registry
from prompts.base import Decision, Reply
from prompts.glm41v.pc import Glm41vPc


@pytest.mark.parametrize("name", registry.names())
def test_no_random_answer_breaks_a_parser(name: str) -> None:
    found = report(400, dialects=[name], seed=7, seconds=0.01, length=3_000)
    figures = found.figures[name]
    assert figures.faults == []
    assert figures.cases == 400
    # enough of the damaged answers are still answers, and enough are not
    assert 40 < figures.read < 360
    assert figures.per_second > 0
    assert figures.slowest in HOSTILE
    assert json.loads(json.dumps(found.as_dict()))["dialects"][name]["random_answers"]["faults"] == []
    assert name in found.table()


@pytest.mark.parametrize("name", registry.names())
def test_ordinary_answers_are_read_without_repair(name: str) -> None:
    dialect, seen = registry.get(name), screen()
    replies = ordinary(dialect, seen)
    assert len(replies) >= 8
    own = {"tool_call_in_content"} if name == "tools" else {"point_from_box"}
    for reply in replies:
        assert set(dialect.parse(reply, seen).repairs) <= own, reply


def test_hostile_answers_have_the_length_that_was_asked_for() -> None:
    assert all(0.98 * 10_000 < len(text) <= 10_000 for text in long_answers(10_000).values())


class _Broken(Glm41vPc):
    """Fails as parsers fail: with an exception of another kind, and by acting on thinking."""

    def parse(self, reply: Reply, seen: Observation) -> Decision:
        if "🎉" in reply.text:
            raise IndexError("beyond the end")
        return super().parse(Reply(text=reply.text.replace("<think>", ""), finish_reason=reply.finish_reason), seen)


def test_faults_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "usable", lambda: [_Broken()])
    found = report(2_000, seconds=0.01, length=1_000)
    faults = found.figures["glm41v-pc"].faults
    assert any("IndexError: beyond the end" in fault for fault in faults)
    assert not found.good
    assert "IndexError" in found.table()


def test_limits_are_judged() -> None:
    good: dict[str, Any] = {"per_second": 20_000, "slowest_seconds": 0.5}
    assert Report(1, {"a": Figures(**good)}).good
    assert not Report(1, {"a": Figures(**good), "b": Figures(**good | {"per_second": 9_999})}).good
    assert not Figures(**good | {"slowest_seconds": 1.0}).good
    assert not Figures(**good, faults=["x"]).good
    with pytest.raises(UsageError):
        report(1, dialects=["klingon"])
