"""Whole runs in every dialect that answers in text: on a real page, and on a phone's recorded screens."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from actions import Action, Box, Click, Finish, Observation, Open, Press, Scroll, Task, Type
from agent.api import run
from agent.endpoint import Scripted, ScriptedEndpoint
from agent.reader.answer import recognise
from agent.trace import prompt_text, read_trace
from envs.demo.serve import serve
from envs.scripted import Move, ScriptedEnv
from prompts import registry
from prompts.base import CallsFunctions
from tests.agent.conftest import picture
from tests.agent.test_cli import agent
from tests.support.model_server import model_server, text

SPOKEN = [name for name in registry.names() if not isinstance(registry.get(name), CallsFunctions)]
WEB = [name for name in SPOKEN if "web" in registry.get(name).platforms]
PHONE = [name for name in SPOKEN if "android" in registry.get(name).platforms]
PAGE = """<!doctype html><title>Order</title><body style="margin:0"><form action="/done" style="margin:0">
<input name="who" aria-label="Name" style="position:absolute;left:0;top:0;width:100vw;height:20vh">
<button style="position:absolute;left:0;top:40vh;width:100vw;height:40vh">Order</button></form></body>"""
MIDDLE = Box(left=0.4, top=0.5, right=0.6, bottom=0.7)
FIELD = Box(left=0.2, top=0.05, right=0.8, bottom=0.15)


@pytest.mark.parametrize("name", WEB)
async def test_a_scripted_servers_answers_act_on_a_real_page(name: str, tmp_path: Path) -> None:
    ordered: list[str] = []

    async def page(request: Request) -> Response:
        return HTMLResponse(PAGE)

    async def done(request: Request) -> Response:
        ordered.append(request.query_params["who"])
        return HTMLResponse("<!doctype html><title>Thanks</title><h1>Thanks</h1>")

    dialect = registry.get(name)
    steps: list[Action] = [
        Type(text='Ana\'s "best"', into=FIELD, replace=True),
        Click(at=MIDDLE),
        Finish(status="complete", answer="ordered"),
    ]

    def answer(n: int, body: dict[str, Any]) -> Response:
        briefing = dialect.read(body["messages"])
        assert briefing is not None
        marks = {element.name: element.mark for element in briefing.elements}
        mark = marks.get("Name" if n == 1 else "Order")
        return text(dialect.format(steps[n - 1], thought="It goes on.", memory='{"n": 1}', mark=mark))

    app = Starlette(routes=[Route("/", page), Route("/done", done)])
    async with serve(app) as url, model_server(answer) as server:
        ran = await agent(
            tmp_path, "run", "--url", url, "--base-url", server.url, "--model", "m", "--dialect", name,
            "--max-steps", "4", "--json", "--trace-dir", "t", "order it",
        )  # fmt: skip
    assert ran.code == 0, ran.err
    assert ordered == ['Ana\'s "best"']
    assert ran.last_object()["answer"] == "ordered"
    trace = read_trace(tmp_path / "t")
    assert [step.decision.repairs for step in trace.steps if step.decision is not None] == [()] * 3
    assert trace.header.dialect == name
    last = dialect.read(server.requests[-1]["messages"])
    assert last is not None
    assert [("the screen changed" in line) for line in last.past] == [True, True]
    assert "n" in last.memory


def phone_screen(colour: str, app: str) -> Observation:
    return Observation(screenshot=picture(colour, (108, 240)), width=108, height=240, platform="android", app=app)


def phone() -> ScriptedEnv:
    """A home screen, an app with a field, and what comes of sending it."""
    screens = {
        "home": phone_screen("white", ""), "notes": phone_screen("blue", "Notes"),
        "saved": phone_screen("green", "Notes"),
    }  # fmt: skip
    moves = [
        Move(on="home", kind="open", to="notes", text="Notes"),
        Move(on="notes", kind="type", to="saved", within=FIELD, text="milk"),
    ]
    return ScriptedEnv(screens, moves)


async def played(
    name: str, answers: Sequence[Scripted], folder: Path
) -> tuple[ScriptedEnv, ScriptedEndpoint, str, str]:
    env, model = phone(), ScriptedEndpoint(answers)
    outcome = await run("note that milk is needed", env=env, endpoint=model, dialect=name, trace_dir=folder)
    return env, model, outcome.status, outcome.answer


@pytest.mark.parametrize("name", PHONE)
async def test_a_phone_is_operated_from_its_home_screen_to_the_end(name: str, tmp_path: Path) -> None:
    dialect = registry.get(name)
    steps: list[Action] = [
        Open(target="Notes"),
        Scroll(direction="down"),
        Type(text="milk", into=FIELD, replace=True, submit=True),
        Press(keys=("enter",)),
        Finish(status="complete", answer="noted"),
    ]
    answers = [dialect.format(step, thought="It goes on.") for step in steps]
    env, model, status, answer = await played(name, ["I open it.", *answers], tmp_path / "t")
    assert (status, answer) == ("complete", "noted")
    assert [action for _, action in env.performed] == steps[:-1]
    assert "no_action" in prompt_text(model.requests[1])
    assert "the screen did not change" in prompt_text(model.requests[3])
    _, said = recognise(model.requests[-1])
    assert (len(said.past), said.app) == (4, "Notes")


async def test_what_the_user_was_told_is_the_answer_of_a_run_that_ends_without_one(tmp_path: Path) -> None:
    box = '<|begin_of_box|>{"action_type": '
    answers = [
        f'Memory: None\nReason: asked.\nAction: {box}"answer", "text": "Milk, bread"}}<|end_of_box|>',
        f'Memory: told\nReason: told.\nAction: {box}"status", "goal_status": "complete"}}<|end_of_box|>',
    ]
    env, model, status, answer = await played("glm41v-mobile", answers, tmp_path / "t")
    assert (status, answer) == ("complete", "Milk, bread")
    assert env.performed == []
    assert "The user has been told." in prompt_text(model.requests[1])


async def test_a_sensitive_tap_asks_first_and_without_a_person_nothing_is_tapped(tmp_path: Path) -> None:
    answers = ['<think>Pay.</think><answer>do(action="Tap", element=[500,500], message="Pay 38 EUR?")']
    env, _, status, _ = await played("autoglm-phone", answers, tmp_path / "t")
    assert status == "infeasible"
    assert env.performed == []


@pytest.mark.parametrize("name", SPOKEN)
def test_the_reader_knows_every_prompt_by_its_dialect(name: str) -> None:
    """Each prompt is recognised as what it is, in both languages."""
    dialect = registry.get(name)
    seen = phone_screen("blue", "Notes")
    for instruction in ("book a room", "预订一个房间"):
        found, briefing = recognise(dialect.messages(Task(instruction=instruction), [], seen))
        assert found.name == name
        assert briefing.task.instruction == instruction
        assert briefing.screenshot == seen.screenshot
