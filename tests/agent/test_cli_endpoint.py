"""What the command does about its model's server: budgets, thinking, early stop, and keys that stay where they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from agent.trace import read_trace
from envs.demo.hotel import hotel
from tests.agent.test_cli import Ran, agent, assert_clear
from tests.support.model_server import Engine, ModelServer, error, model_server

KEY = "sk-canary-9b1e"
DONE = "<answer>It is done. <|begin_of_box|>DONE(answer='42')<|end_of_box|>\nMemory:\n[]"
THINKING = " ".join(f"Step {n} needs a look at item {n * n}." for n in range(500))


async def ran(folder: Path, answer: Any, *arguments: str, **variables: str) -> tuple[Ran, ModelServer]:
    async with hotel() as site, model_server(answer, models=["glm-4.1v"]) as server:
        found = await agent(
            folder, "run", "--url", site.url, "--base-url", server.url, "--model", "glm-4.1v", "--dialect", "glm41v-pc",
            "--json", "--trace-dir", "t", *arguments, "book a room", **variables,
        )  # fmt: skip
        return found, server


def files_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


async def test_a_key_from_the_environment_goes_to_the_server_alone(tmp_path: Path) -> None:
    answer = error(f"Incorrect API key provided: {KEY}", 401)
    found, server = await ran(tmp_path, lambda n, body: answer, AGENT_API_KEY=KEY, OPENAI_LOG="debug")
    assert_clear(found, 6, "refused the key", "AGENT_API_KEY")
    assert server.keys[0] == f"Bearer {KEY}"
    assert KEY not in found.out + found.err
    assert KEY.encode() not in files_of(tmp_path)


async def test_a_budget_of_thinking_ends_in_an_answer(tmp_path: Path) -> None:
    engine = Engine(answer=DONE.removeprefix("<answer>"), thinking=THINKING, refused=("skip_special_tokens",))
    found, server = await ran(tmp_path, engine, "--thinking", "50")
    assert_clear(found, 0, "refuses skip_special_tokens")
    assert found.last_object()["answer"] == "42"
    reply = read_trace(tmp_path / "t").steps[0].reply
    assert reply is not None
    assert reply.stops == ("thinking", "settled")
    assert found.last_object()["tokens"] == reply.usage.prompt + reply.usage.completion  # type: ignore[operator]
    assert len(server.requests) == 3


async def test_the_tokens_of_a_run_end_it_in_the_middle_of_an_answer(tmp_path: Path) -> None:
    found, _ = await ran(tmp_path, Engine(answer=DONE, thinking=THINKING), "--max-tokens", "1500", "--no-early-stop")
    assert_clear(found, 4, "1500 tokens are spent", "--max-tokens")
    assert (found.last_object()["outcome"], found.last_object()["tokens"]) == ("budget", 1500)
    reply = read_trace(tmp_path / "t").steps[0].reply
    assert reply is not None
    assert reply.stops == ("tokens",)
