"""The bench end to end: a real browser, the loop, a scripted model, and a server that has the last word."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from agent import Limits, ScriptedEndpoint
from prompts import registry
from prompts.base import Message
from tests.forms.bench import attempt, bench, totals
from tests.forms.cases import ROOT, load_case

CASE = load_case(ROOT / "dev" / "newsletter")
DONE = "Action: <|begin_of_box|>ANSWER; <content>done</content><|end_of_box|>\nMemory_Updated: {}"


def on(name: str, verb: str, text: str = "") -> Callable[[Sequence[Message]], str]:
    """An answer that does `verb` to the element of that name, whatever number it carries now."""

    def answer(messages: Sequence[Message]) -> str:
        briefing = registry.get("glm41v-web").read(messages)
        assert briefing is not None
        mark = next(element.mark for element in briefing.elements if name in (element.name, element.placeholder))
        return f"Action: <|begin_of_box|>{verb} [{mark}]{f'; [{text}]' if text else ''}<|end_of_box|>"

    return answer


FILLED = (
    on("First name", "Fill", "Tomás"),
    on("Last name", "Fill", "Oliveira"),
    on("Your email", "Fill", "tomas@oliveira-design.example"),
    on("Weekly", "Click"),
    on("Subscribe", "Click"),
    DONE,
)


async def test_a_case_that_is_done_right(tmp_path: Path) -> None:
    (row,) = await bench([CASE], ScriptedEndpoint(FILLED), tmp_path, dialect="glm41v-web", limits=Limits())
    assert (row.verdict, row.status, row.steps) == ("solved", "complete", len(FILLED)), row.why
    assert (tmp_path / CASE.id / "trace.jsonl").exists()
    assert totals([row])["solved"] == 1


async def test_complete_is_not_believed(tmp_path: Path) -> None:
    endpoint = ScriptedEndpoint([FILLED[0], DONE])
    row = await attempt(CASE, endpoint, tmp_path / "t", dialect="glm41v-web", limits=Limits())
    assert row.verdict == "false_complete"
    assert "never sent" in row.why


async def test_a_model_that_fails_is_a_row(tmp_path: Path) -> None:
    row = await attempt(CASE, ScriptedEndpoint([]), tmp_path / "t", dialect="glm41v-web", limits=Limits())
    assert (row.verdict, row.status) == ("stopped_wrong", "endpoint_error")
