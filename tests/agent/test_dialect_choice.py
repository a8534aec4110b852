"""How a model is spoken to, as a user of the command sees it: the choice, the wording, and what is said of both."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from agent.trace import read_trace
from envs.demo.serve import serve
from prompts import registry
from tests.agent.test_cli import agent, assert_clear
from tests.support.model_server import chunk, model_server, stream

PAGE = """<!doctype html><title>Switch</title><body style="margin:0">
<button style="position:absolute;left:0;top:0;width:50%;height:50vh;font-size:40px"
 onclick="this.textContent = 'On'; fetch('/pressed', {method: 'POST'})">Off</button>"""


@asynccontextmanager
async def switch() -> AsyncIterator[tuple[str, list[str]]]:
    """A page whose upper left quarter is a button; the list grows with each press."""
    presses: list[str] = []

    async def pressed(request: Request) -> Response:
        presses.append(request.headers["user-agent"])
        return Response(status_code=204)

    async def page(request: Request) -> Response:
        return HTMLResponse(PAGE)

    async with serve(Starlette(routes=[Route("/", page), Route("/pressed", pressed, methods=["POST"])])) as url:
        yield url, presses


def call(name: str, arguments: dict[str, Any]) -> Response:
    """A tool call as a server streams it, its arguments in two fragments."""
    written = json.dumps(arguments)
    half = len(written) // 2
    first = {"index": 0, "id": "c1", "type": "function", "function": {"name": name, "arguments": written[:half]}}
    rest = {"index": 0, "function": {"arguments": written[half:]}}
    return stream(
        chunk("I look. "),
        chunk(delta={"tool_calls": [first]}),
        chunk(delta={"tool_calls": [rest]}),
        chunk(finish="tool_calls"),
        "data: [DONE]\n\n",
    )


def switches_on(number: int, body: dict[str, Any]) -> Response:
    """A model of native tool calls that errs once, presses the button, and ends."""
    if number == 1:
        return call("press_the_button", {"reason": "I guess"})
    if number == 2:
        return call("click", {"reason": "It is off.", "box_2d": [100, 100, 300, 300], "memory": "it was off"})
    return call("finish", {"reason": "It is on.", "status": "complete", "answer": "on"})


async def test_an_unknown_model_is_spoken_to_by_tool_calls(tmp_path: Path) -> None:
    async with switch() as (url, presses), model_server(switches_on) as server:
        ran = await agent(
            tmp_path, "run", "--url", url, "--base-url", server.url, "--model", "mystery-vl", "--json",
            "--trace-dir", "t", "turn it on",
        )  # fmt: skip
    assert_clear(ran, 0, "'mystery-vl' says nothing of its family", "--dialect")
    assert ran.last_object()["answer"] == "on"
    assert len(presses) == 1
    wrong, pressed, _ = read_trace(tmp_path / "t").steps
    assert wrong.problem.startswith("unknown_action: there is no function 'press_the_button'")
    assert pressed.reply is not None
    assert pressed.reply.tool_calls[0].name == "click"
    assert pressed.decision is not None
    assert pressed.decision.thought == "I look. It is off."
    first, second, third = server.requests
    assert "home" in [tool["function"]["name"] for tool in first["tools"]]
    assert first["tool_choice"] == "auto"
    assert "there is no function 'press_the_button'" in second["messages"][0]["content"][-1]["text"]
    assert "it was off" in third["messages"][0]["content"][-1]["text"]


@pytest.mark.parametrize(
    ("arguments", "heard", "said"),
    [
        (["--model", "GLM-4.6V-Flash"], "You operate a screen", False),
        (["--model", "mystery-vl", "--language", "zh"], "你通过调用函数", True),
        (["--model", "mystery-vl", "--dialect", "tools"], "You operate a screen", False),
    ],
)
async def test_what_is_said_of_the_choice(tmp_path: Path, arguments: list[str], heard: str, said: bool) -> None:
    async with switch() as (url, _), model_server(lambda n, body: switches_on(3, body)) as server:
        ran = await agent(tmp_path, "run", "--url", url, "--base-url", server.url, *arguments, "turn it on")
    assert_clear(ran, 0)
    assert ("says nothing of its family" in ran.err) is said
    assert heard in server.requests[0]["messages"][0]["content"][-1]["text"]


async def test_a_server_without_tool_calls_is_refused_with_its_own_words(tmp_path: Path) -> None:
    message = '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set'
    async with (
        switch() as (url, _),
        model_server(lambda n, body: JSONResponse({"error": {"message": message}}, 400)) as server,
    ):
        ran = await agent(tmp_path, "run", "--url", url, "--base-url", server.url, "--model", "mystery-vl", "x")
    assert_clear(ran, 6, "--enable-auto-tool-choice")


async def test_prompts_are_exported_changed_and_used(tmp_path: Path) -> None:
    listed = await agent(tmp_path, "prompts")
    assert listed.out.split() == list(registry.wordings())
    made = await agent(tmp_path, "prompts", "--export", "mine")
    assert made.code == 0
    assert {path.name for path in (tmp_path / "mine").iterdir()} == set(registry.wordings())
    own = tmp_path / "mine" / "tools.txt"
    own.write_text("Be quick.\n" + own.read_text(encoding="utf-8"), encoding="utf-8")
    again = await agent(tmp_path, "prompts", "--export", "mine")
    assert_clear(again, 2, "exists already")
    assert own.read_text(encoding="utf-8").startswith("Be quick.")
    async with switch() as (url, _), model_server(lambda n, body: switches_on(3, body)) as server:
        ran = await agent(
            tmp_path, "run", "--url", url, "--base-url", server.url, "--model", "glm-4.6v", "--prompts", "mine", "x"
        )
    assert_clear(ran, 0)
    assert server.requests[0]["messages"][0]["content"][-1]["text"].startswith("Be quick.\n")


async def test_a_faulty_prompt_starts_nothing(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "tools.txt").write_text("Do {task}\n{hstory}\n", encoding="utf-8")
    ran = await agent(tmp_path, "run", "--prompts", "mine", "x")
    assert_clear(ran, 2, "tools.txt has an unknown placeholder {hstory}; known are:", "history")
    assert (await agent(tmp_path, "run", "--language", "fr", "x")).code == 2
