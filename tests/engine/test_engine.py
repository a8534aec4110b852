"""The wire against a real engine: `transformers serve` on the CPU with tiny models of GLM-4.1V's architecture.

Out of the default run: `make test-engine`. HANDEYE_ENGINE names the Python that has transformers, torch and
torchvision; it need not be the one that runs the tests.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import pytest_asyncio

from actions import EndpointError, Observation, Task, Wait
from agent.api import run
from agent.endpoint import OpenAIEndpoint, terms_for
from agent.limits import Limits
from agent.trace import read_trace
from envs.scripted import ScriptedEnv
from prompts.base import Reply
from prompts.glm41v.pc import Glm41vPc
from prompts.images import image_tokens
from tests.prompts.replies import blank

pytestmark = pytest.mark.engine

PATIENCE = 300
"""Seconds for the engine to import torch and to make its models, on a slow machine."""
BRIEF = "<think>The page shows a form. </think><answer>I wait for it. <|begin_of_box|>WAIT()<|end_of_box|>\nMemory:\n[]"


class Engine(NamedTuple):
    url: str
    models: Path

    def endpoint(self, name: str, **options: Any) -> OpenAIEndpoint:
        return OpenAIEndpoint(self.url, str(self.models / name), timeout=PATIENCE, retries=0, **options)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def engine(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Engine]:
    python = os.environ.get("HANDEYE_ENGINE")
    if not python:
        pytest.skip("HANDEYE_ENGINE names no Python with transformers[serving], torch and torchvision")
    models = tmp_path_factory.mktemp("models")
    making = await asyncio.create_subprocess_exec(python, str(Path(__file__).with_name("tiny.py")), str(models))
    assert await asyncio.wait_for(making.wait(), PATIENCE) == 0
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    serving = await asyncio.create_subprocess_exec(
        str(Path(python).parent / "transformers"), "serve", "--host", "127.0.0.1", "--port", str(port),
        "--device", "cpu",
        env={**os.environ, "HF_HUB_OFFLINE": "1"}, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert serving.stderr is not None
    try:
        async with asyncio.timeout(PATIENCE):
            while b"running on" not in (line := await serving.stderr.readline()):
                assert line, "the engine ended before it served"
        draining = asyncio.create_task(_drain(serving.stderr))
        yield Engine(f"http://127.0.0.1:{port}/v1", models)
        draining.cancel()
    finally:
        serving.terminate()
        await serving.wait()


async def _drain(stream: asyncio.StreamReader) -> None:
    while await stream.read(65536):
        pass


@pytest.fixture
def screen() -> Callable[..., Observation]:
    def make(width: int = 640, height: int = 400) -> Observation:
        return Observation(screenshot=blank(width, height), width=width, height=height, platform="web")

    return make


Screen = Callable[..., Observation]


async def ask(engine: Engine, name: str, seen: Observation, most: int = 400, **options: Any) -> Reply:
    dialect, endpoint = Glm41vPc(), engine.endpoint(name, **options)
    try:
        return await endpoint.complete(
            dialect.messages(Task(instruction="wait"), [], seen),
            {**dialect.sampling, "max_tokens": most},
            terms_for(dialect, seen, None),
        )
    finally:
        await endpoint.aclose()


async def test_a_picture_costs_what_the_image_budget_says(engine: Engine, screen: Screen) -> None:
    sizes = [(640, 400), (1280, 800), (300, 900)]
    # the engine counts in its last event, so it must come to an end
    counted = [
        (await ask(engine, "brief", screen(*size), most=5, thinking=1000, early_stop=False)).usage.prompt or 0
        for size in sizes
    ]
    for size, prompt in zip(sizes[1:], counted[1:], strict=True):
        assert prompt - counted[0] == image_tokens(*size) - image_tokens(*sizes[0])


async def test_a_stream_is_closed_when_the_action_is_whole(engine: Engine, screen: Screen) -> None:
    reply = await ask(engine, "brief", screen())
    assert (reply.text, reply.stops, reply.finish_reason) == (BRIEF, ("settled",), "stop")
    assert reply.usage.estimated
    assert 10 <= (reply.usage.completion or 0) < 20


async def test_without_early_stop_the_answer_goes_on(engine: Engine, screen: Screen) -> None:
    reply = await ask(engine, "brief", screen(), most=40, early_stop=False)
    assert reply.text.startswith(BRIEF + " And so on, and on it goes,")
    assert (reply.stops, reply.finish_reason) == ((), "length")
    assert (reply.usage.completion, reply.usage.estimated) == (40, False)


async def test_a_field_that_the_engine_refuses_is_left_out(engine: Engine, screen: Screen) -> None:
    endpoint, dialect, seen = engine.endpoint("brief"), Glm41vPc(), screen()
    messages = dialect.messages(Task(instruction="wait"), [], seen)
    replies = [await endpoint.complete(messages, dialect.sampling, terms_for(dialect, seen, None)) for _ in range(2)]
    await endpoint.aclose()
    assert "skip_special_tokens" in replies[0].notes[0]
    assert replies[1].notes == ()
    assert replies[1].text == BRIEF


async def test_the_thinking_switch_reaches_the_template(engine: Engine, screen: Screen) -> None:
    reply = await ask(engine, "endless", screen(), thinking="off")
    assert reply.text.startswith("<answer>It is done.")
    assert not reply.thinking


@pytest.mark.parametrize(("thinking", "stop"), [(20, "thinking"), (None, "repetition")])
async def test_thinking_without_end_is_closed_and_the_engine_asked_afresh(
    engine: Engine, screen: Screen, thinking: int | None, stop: str
) -> None:
    """This engine refuses continue_final_message, so the answer comes from a second request."""
    reply = await ask(engine, "endless", screen(), thinking=thinking)
    assert reply.stops == (stop, "settled")
    assert reply.text.startswith("<think>Let me look at the page once more. ")
    assert "</think><answer>It is done." in reply.text


async def test_steps_of_the_loop(engine: Engine, screen: Screen, tmp_path: Path) -> None:
    endpoint = engine.endpoint("brief")
    outcome = await run(
        "wait", env=ScriptedEnv.in_order([screen()]), endpoint=endpoint, dialect="glm41v-pc",
        limits=Limits(steps=3), trace_dir=tmp_path / "t",
    )  # fmt: skip
    await endpoint.aclose()
    assert (outcome.status, outcome.steps) == ("step_limit", 3)
    assert outcome.tokens > 3 * image_tokens(640, 400)
    steps = read_trace(tmp_path / "t").steps
    assert [step.decision.action for step in steps if step.decision] == [Wait(seconds=5.0)] * 3


async def test_a_run_to_its_end(engine: Engine, screen: Screen, tmp_path: Path) -> None:
    endpoint = engine.endpoint("endless", thinking=20)
    outcome = await run(
        "ask it", env=ScriptedEnv.in_order([screen()]), endpoint=endpoint, dialect="glm41v-pc", trace_dir=tmp_path / "t"
    )
    await endpoint.aclose()
    assert (outcome.status, outcome.answer, outcome.steps) == ("complete", "42", 1)


async def test_the_runs_tokens_end_the_stream(engine: Engine, screen: Screen, tmp_path: Path) -> None:
    endpoint = engine.endpoint("endless", thinking="on")
    outcome = await run(
        "think", env=ScriptedEnv.in_order([screen()]), endpoint=endpoint, dialect="glm41v-pc",
        limits=Limits(tokens=1000), trace_dir=tmp_path / "t",
    )  # fmt: skip
    await endpoint.aclose()
    assert outcome.status == "budget"


async def test_a_model_that_the_engine_does_not_have_is_an_error(engine: Engine, screen: Screen) -> None:
    with pytest.raises(EndpointError):
        await ask(engine, "neither", screen())
