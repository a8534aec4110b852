"""When nothing on the page says surely what the target is: a model is asked once, and then a person."""

from __future__ import annotations

from actions import Click, Finish, Observation
from agent.endpoint import ScriptedEndpoint
from agent.replay.grounding import Grounding
from agent.trace import Rung, Trace, read_trace
from prompts import registry
from tests.agent.replay.conftest import Studio, click

PAGE = """<h1>Your order</h1><button onclick="s.textContent='Sent'">{}</button>
<button onclick="document.title='wrong'">{}</button><p role=status id=s></p>"""
DIALECT = registry.get("glm41v-pc")


async def recorded(studio: Studio) -> tuple[Trace, str]:
    trace = await studio.record(studio.site.page(PAGE.format("Dispatch", "Reset")), click("Dispatch"))
    return trace, studio.site.page(PAGE.format("Off it goes", "Start afresh"))


def rung(folder: object) -> Rung | None:
    found = read_trace(folder).steps[0].found  # type: ignore[arg-type]
    return found.rung if found is not None else None


async def place_of(studio: Studio, path: str, name: str) -> str:
    seen: Observation = await studio.open(path)
    (there,) = [element for element in seen.elements if element.name == name]
    return DIALECT.format(Click(at=there.box), thought="There it is.", memory="[]")


async def test_without_anybody_to_ask_it_stops(studio: Studio) -> None:
    trace, path = await recorded(studio)
    outcome = await studio.repeat(trace, path)
    assert outcome.status == "diverged"
    assert 'the button "Dispatch" cannot be told' in outcome.reason


async def test_the_model_points_at_it(studio: Studio) -> None:
    trace, path = await recorded(studio)
    endpoint = ScriptedEndpoint([await place_of(studio, path, "Off it goes")])
    outcome = await studio.repeat(trace, path, grounding=Grounding(endpoint, DIALECT))
    assert outcome.status == "complete", outcome.reason
    assert rung(outcome.trace) == "model"


async def test_a_model_that_does_not_find_it_is_believed(studio: Studio) -> None:
    trace, path = await recorded(studio)
    answers = [DIALECT.format(Finish(status="infeasible", answer="gone"), thought="", memory="[]"), "no action at all"]
    for answer in answers:
        endpoint = ScriptedEndpoint([answer])
        outcome = await studio.repeat(trace, path, grounding=Grounding(endpoint, DIALECT))
        assert outcome.status == "diverged"
        assert "the model did not find it" in outcome.reason


async def test_a_model_that_points_at_the_wrong_thing_is_found_out_by_its_effect(studio: Studio) -> None:
    trace, path = await recorded(studio)
    endpoint = ScriptedEndpoint([await place_of(studio, path, "Start afresh")])
    outcome = await studio.repeat(trace, path, grounding=Grounding(endpoint, DIALECT))
    assert outcome.status == "diverged"


async def test_the_person_names_it(studio: Studio) -> None:
    trace, path = await recorded(studio)
    asked: list[str] = []

    async def person(question: str) -> str | None:
        asked.append(question)
        return "1"

    outcome = await studio.repeat(trace, path, person=person)
    assert outcome.status == "complete", outcome.reason
    assert rung(outcome.trace) == "person"
    assert '1: the button "Off it goes"' in asked[0]


async def test_a_person_who_says_nothing_stops_it(studio: Studio) -> None:
    trace, path = await recorded(studio)
    for said in (None, "", "7", "the first"):

        async def person(question: str, said: str | None = said) -> str | None:
            return said

        assert (await studio.repeat(trace, path, person=person)).status == "diverged"
