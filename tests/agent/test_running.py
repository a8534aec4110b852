"""Going on with a run: the same folder, the whole history, and never two at once."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import Response, StreamingResponse

from actions import Box, Observation, Task, TraceError, UsageError
from agent.api import go_on, run
from agent.endpoint import ScriptedEndpoint
from agent.limits import Limits
from agent.reader.app import MODEL
from agent.running import RunRequest, as_before
from agent.trace import FILE, Trace, TraceWriter, Turn, header, read_trace
from envs.demo.hotel import hotel
from envs.scripted import Move, ScriptedEnv
from tests.agent.test_cli import agent, start
from tests.support.model_server import chunk, model_server, text

CLICK = "It goes on. <|begin_of_box|>left_click(start_box='[500,500]')<|end_of_box|>\nMemory:\n[\"seen the form\"]"
DONE = "It is done. <|begin_of_box|>DONE(answer='42')<|end_of_box|>\nMemory:\n[]"
PROSE = "I cannot see what to do."


@pytest.fixture
def env(screen: Callable[..., Observation]) -> Callable[..., ScriptedEnv]:
    screens = {"form": screen("white", title="Form"), "done": screen("green", title="Done")}
    middle = Box(left=0.4, top=0.4, right=0.6, bottom=0.6)
    on_form = [Move(on="form", kind="click", to="done", within=middle)]
    return lambda at="form": (
        ScriptedEnv(screens, on_form) if at == "form" else ScriptedEnv({"done": screens["done"]}, [])
    )


async def begin(folder: Path, env: ScriptedEnv, *answers: str, steps: int) -> None:
    outcome = await run(
        "press the button", env=env, endpoint=ScriptedEndpoint(answers), dialect="glm41v-pc", trace_dir=folder,
        limits=Limits(steps=steps),
    )  # fmt: skip
    assert outcome.status == "step_limit"


async def test_the_model_sees_what_was_done_before(tmp_path: Path, env: Callable[..., ScriptedEnv]) -> None:
    folder = tmp_path / "t"
    await begin(folder, env(), CLICK, PROSE, steps=2)
    model = ScriptedEndpoint([DONE])
    outcome = await go_on(folder, env=env(), endpoint=model, dialect="glm41v-pc", limits=Limits(steps=1))
    assert (outcome.status, outcome.answer, outcome.steps) == ("complete", "42", 3)
    content = model.requests[0][0]["content"]
    assert len([part for part in content if part["type"] == "image_url"]) == 2
    assert "seen the form" in content[-1]["text"]
    assert "the screen changed" in content[-1]["text"]
    assert PROSE in content[-1]["text"]
    trace = read_trace(folder)
    assert [line.n for line in trace.steps] == [1, 2, 3]
    assert [(line.after, line.limits.steps) for line in trace.resumed] == [(2, 3)]
    assert trace.outcome == outcome


async def test_a_prompt_is_the_same_as_if_nothing_had_happened(tmp_path: Path, env: Callable[..., ScriptedEnv]) -> None:
    whole, model = env(), ScriptedEndpoint([CLICK, DONE])
    await run("press the button", env=whole, endpoint=model, dialect="glm41v-pc", trace_dir=tmp_path / "whole")
    folder = tmp_path / "t"
    await begin(folder, env(), CLICK, steps=1)
    after = ScriptedEndpoint([DONE])
    await go_on(folder, env=env("done"), endpoint=after, dialect="glm41v-pc")
    assert after.requests[0] == model.requests[1]


async def test_a_half_written_line_is_removed_first(tmp_path: Path, env: Callable[..., ScriptedEnv]) -> None:
    folder = tmp_path / "t"
    await begin(folder, env(), CLICK, CLICK, CLICK, steps=3)
    lines = (folder / FILE).read_bytes().splitlines(keepends=True)
    (folder / FILE).write_bytes(b"".join(lines[:3]) + lines[3][:200])
    outcome = await go_on(folder, env=env(), endpoint=ScriptedEndpoint([DONE]), dialect="glm41v-pc")
    assert outcome.status == "complete"
    assert [line.n for line in read_trace(folder).steps] == [1, 2, 3]


async def test_a_complete_run_is_refused(tmp_path: Path, env: Callable[..., ScriptedEnv]) -> None:
    await run("x", env=env(), endpoint=ScriptedEndpoint([DONE]), dialect="glm41v-pc", trace_dir=tmp_path / "t")
    before = (tmp_path / "t" / FILE).read_bytes()
    with pytest.raises(UsageError, match="ended complete"):
        await go_on(tmp_path / "t", env=env(), endpoint=ScriptedEndpoint([DONE]), dialect="glm41v-pc")
    assert (tmp_path / "t" / FILE).read_bytes() == before


async def test_a_trace_without_its_pictures_is_refused_and_let_go(
    tmp_path: Path, env: Callable[..., ScriptedEnv]
) -> None:
    folder = tmp_path / "t"
    await begin(folder, env(), CLICK, steps=1)
    (folder / read_trace(folder).steps[0].seen.image).unlink()
    for _ in range(2):
        with pytest.raises(TraceError, match="lacks its picture"):
            await go_on(folder, env=env(), endpoint=ScriptedEndpoint([DONE]), dialect="glm41v-pc")


async def test_two_never_write_one_folder(tmp_path: Path, env: Callable[..., ScriptedEnv]) -> None:
    folder = tmp_path / "t"
    await begin(folder, env(), CLICK, steps=1)
    first, _ = TraceWriter.go_on(folder)
    with pytest.raises(UsageError, match="another run is writing"):
        TraceWriter.go_on(folder)
    first.close()
    second, _ = TraceWriter.go_on(folder)
    second.close()


async def test_a_lock_dies_with_its_process_and_the_run_goes_on(tmp_path: Path) -> None:
    """While `agent run` lives nobody else may write; when it has been killed, `--continue` ends the job."""

    async def never() -> AsyncIterator[str]:
        yield chunk("I think about")
        await asyncio.Event().wait()

    def answer(n: int, body: dict[str, Any]) -> Response:
        page = {1: "help", 2: "terms"}.get(n)
        if page is not None:
            return text(f"I look. <|begin_of_box|>goto(url='{site.url}{page}')<|end_of_box|>\nMemory:\n[]")
        return StreamingResponse(never(), media_type="text/event-stream") if n == 3 else text(DONE)

    async with hotel() as site, model_server(answer) as server:
        model = ("--base-url", server.url, "--model", "glm-4.1v", "--dialect", "glm41v-pc")
        process = await start(tmp_path, "run", "--trace-dir", "t", "--url", site.url, *model, "read the terms")
        async with asyncio.timeout(80):
            while len(server.requests) < 3:
                assert process.returncode is None, (await process.communicate())[1].decode()
                await asyncio.sleep(0.05)
        refused = await agent(tmp_path, "run", "--continue", "t", *model)
        assert refused.code == 2
        assert "another run is writing" in refused.err
        process.send_signal(signal.SIGKILL)
        await process.communicate()
        cut_off = read_trace(tmp_path / "t")
        assert (len(cut_off.steps), cut_off.outcome) == (2, None)
        unasked = await agent(tmp_path, "run", "--continue", "t")
        assert unasked.code == 2
        assert "say with --base-url and --model who goes on" in unasked.err
        done = await agent(tmp_path, "run", "--continue", "t", "--json", *model[:4])
    assert done.code == 0, done.err
    assert done.last_object()["steps"] == 3
    trace = read_trace(tmp_path / "t")
    assert trace.steps[:2] == cut_off.steps
    assert trace.steps[2].seen.url == cut_off.left_at == f"{site.url}help"
    assert trace.resumed[0].dialect == "glm41v-pc"


def request(**changes: Any) -> RunRequest:
    names = ("env", "url", "base_url", "model", "dialect", "viewport")
    return RunRequest("", dict.fromkeys(names) | changes, None, (), None, False)


def test_what_flags_do_not_say_is_as_it_was(tmp_path: Path, turn: Callable[..., Turn]) -> None:
    def recorded(start: str) -> Trace:
        head = header(
            Task(instruction="x", start=start), "web", "glm41v-pc", MODEL, "http://reader.invalid/v1", Limits()
        )
        one = turn(1, seen=turn().seen.model_copy(update={"url": "http://hotel.test:81/stay?room=2"}))
        folder = tmp_path / f"t{len(list(tmp_path.iterdir()))}"
        writer = TraceWriter(folder)
        writer.begin(head)
        writer.add(one)
        writer.close()
        return read_trace(folder)

    settings, page = as_before(recorded(""), request())
    # the bundled hotel has another address in every run
    assert (settings.url, page) == (None, "/stay?room=2")
    assert (settings.dialect, settings.viewport) == ("glm41v-pc", "320x200")
    settings, page = as_before(recorded("http://hotel.test:81/"), request(dialect="tools"))
    assert (settings.url, page, settings.dialect) == ("http://hotel.test:81/stay?room=2", "", "tools")
    other = request(base_url="http://x/v1", model="another", url="http://hotel.test:81/help")
    settings, page = as_before(recorded("http://hotel.test:81/other"), other)
    assert (settings.url, settings.dialect) == ("http://hotel.test:81/help", None)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--continue", "nowhere"], "no trace in"),
        ([], "INSTRUCTION"),
    ],
)
async def test_bad_use_is_named(tmp_path: Path, arguments: list[str], words: str) -> None:
    ran = await agent(tmp_path, "run", *arguments)
    assert ran.code in (1, 2)
    assert words in ran.err
    assert "Traceback" not in ran.err


async def test_what_a_trace_says_already_is_not_said_again(tmp_path: Path, env: Callable[..., ScriptedEnv]) -> None:
    await begin(tmp_path / "t", env(), CLICK, steps=1)
    again = await agent(tmp_path, "run", "--continue", "t", "something else")
    assert (again.code, "--continue takes the instruction" in again.err) == (2, True)
