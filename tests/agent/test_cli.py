"""The command as a user or a script calls it: exit codes, one clear message, a whole trace, no traceback."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse

from actions import Task
from agent.limits import Limits
from agent.outcome import Outcome
from agent.trace import TraceWriter, header, read_trace
from envs.demo.hotel import hotel
from tests.support.model_server import Answer, chunk, model_server, text

BACK_CALLS = "I wait. <|begin_of_box|>WAIT()<|end_of_box|>\nMemory:\n[]"


class Ran(NamedTuple):
    code: int
    out: str
    err: str

    def last_object(self) -> dict[str, Any]:
        found = json.loads(self.out.splitlines()[-1])
        assert isinstance(found, dict)
        return found


async def start(folder: Path, *arguments: str, **variables: str) -> asyncio.subprocess.Process:
    root = Path(__file__).parents[2]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AGENT_")}
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "agent",
        *arguments,
        cwd=folder,
        env={**clean, "PYTHONPATH": str(root), **variables},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def agent(folder: Path, *arguments: str, **variables: str) -> Ran:
    process = await start(folder, *arguments, **variables)
    out, err = await asyncio.wait_for(process.communicate(), 90)
    assert process.returncode is not None
    return Ran(process.returncode, out.decode(), err.decode())


def assert_clear(ran: Ran, code: int, *words: str) -> None:
    assert ran.code == code, ran.err
    assert "Traceback" not in ran.err
    for word in words:
        assert word in ran.err


BAD_USE = [
    ("empty instruction", ["run", "  "], "the instruction is empty"),
    ("dialect", ["run", "--dialect", "klingon", "x"], "glm41v-web"),
    ("model without a server", ["run", "--model", "glm-4.1v", "x"], "--base-url"),
    ("server without a model", ["run", "--base-url", "http://127.0.0.1:9/v1", "x"], "--model"),
    ("server's URL", ["run", "--base-url", "127.0.0.1:9/v1", "--model", "glm", "x"], "http://"),
    ("URL", ["run", "--url", "ht!tp://nowhere", "x"], "ht!tp://nowhere"),
    ("URL of another kind", ["run", "--url", "ftp://example.com/", "x"], "ftp"),
    ("data", ["run", "--data", "row.json", "x"], "is not JSON"),
    ("data that is not there", ["run", "--data", "none.json", "x"], "cannot be read"),
    ("pair", ["run", "-d", "guests", "x"], "key=value"),
    ("steps", ["run", "--max-steps", "0", "x"], "max_steps"),
    ("screen", ["run", "--env", "fridge", "x"], "env"),
    ("another screen's flag", ["run", "--env", "desktop", "--url", "http://127.0.0.1:9", "x"], "--env web"),
    ("viewport", ["run", "--viewport", "big", "x"], "viewport"),
    ("viewport of no size", ["run", "--viewport", "00x00", "x"], "200 to 8192"),
    ("port of the endpoint", ["run", "--base-url", "http://h:99999/v1", "--model", "glm-4.1v", "x"], "h:99999"),
]


@pytest.mark.parametrize(("arguments", "words"), [row[1:] for row in BAD_USE], ids=[row[0] for row in BAD_USE])
async def test_what_cannot_be_done_as_asked_starts_nothing(tmp_path: Path, arguments: list[str], words: str) -> None:
    (tmp_path / "row.json").write_text("name = Ana")
    ran = await agent(tmp_path, *arguments, "--json")
    assert_clear(ran, 2, words)
    assert ran.last_object()["outcome"] == "usage"
    assert len(ran.err.strip().splitlines()) <= 2
    assert not list(tmp_path.glob("traces/*/trace.jsonl"))


async def test_a_missing_browser_is_explained(tmp_path: Path) -> None:
    ran = await agent(tmp_path, "run", "--browser", "/nowhere/chrome", "--json", "--trace-dir", "t", "x")
    assert_clear(ran, 7, "/nowhere/chrome")
    assert ran.last_object()["outcome"] == "device_error"
    assert read_trace(tmp_path / "t").outcome is not None


async def test_a_page_that_cannot_be_reached_is_explained(tmp_path: Path) -> None:
    ran = await agent(tmp_path, "run", "--url", "http://127.0.0.1:9/", "--json", "--trace-dir", "t", "x")
    assert_clear(ran, 7, "http://127.0.0.1:9/")
    outcome = read_trace(tmp_path / "t").outcome
    assert outcome is not None
    assert outcome.status == "device_error" == ran.last_object()["outcome"]


ENDPOINTS: list[tuple[str, Answer, int, str, str]] = [
    (
        "refuses",
        lambda n, b: JSONResponse({"error": {"message": "bad key"}}, 401),
        6,
        "endpoint_error",
        "AGENT_API_KEY",
    ),
    ("answers HTML", lambda n, b: HTMLResponse("<h1>Hi</h1>"), 6, "endpoint_error", "/v1"),
    (
        "answers rubbish",
        lambda n, b: Response(b"\x00\xff", media_type="application/json"),
        6,
        "endpoint_error",
        "no chat completion",
    ),
    ("answers prose", lambda n, b: text("I am unable to do that."), 5, "parse_error", "no_action"),
    ("waits for ever", lambda n, b: text(BACK_CALLS), 4, "step_limit", "--max-steps"),
]


@pytest.mark.parametrize(
    ("answer", "code", "outcome", "words"), [row[1:] for row in ENDPOINTS], ids=[row[0] for row in ENDPOINTS]
)
async def test_every_end_has_its_exit_code_and_a_whole_trace(
    tmp_path: Path, answer: Answer, code: int, outcome: str, words: str
) -> None:
    async with hotel() as site, model_server(answer) as server:
        ran = await agent(
            tmp_path, "run", "--url", site.url, "--base-url", server.url, "--model", "glm-4.1v",
            "--dialect", "glm41v-pc", "--max-steps", "4", "--json", "--trace-dir", "t", "book a room",
        )  # fmt: skip
    assert_clear(ran, code, words)
    trace = read_trace(tmp_path / "t")
    assert trace.outcome is not None
    assert trace.outcome.status == outcome == ran.last_object()["outcome"]
    assert trace.image(trace.steps[0].seen.image).startswith((b"\x89PNG", b"\xff\xd8"))


async def test_a_silent_endpoint_is_a_timeout(tmp_path: Path) -> None:
    async def silence() -> Any:
        yield chunk("a")
        await asyncio.sleep(60)

    async with (
        hotel() as site,
        model_server(lambda n, b: StreamingResponse(silence(), media_type="text/event-stream")) as server,
    ):
        ran = await agent(
            tmp_path, "run", "--url", site.url, "--base-url", server.url, "--model", "glm-4.1v", "--trace-dir", "t",
            "x", AGENT_ENDPOINT_TIMEOUT="0.5",
        )  # fmt: skip
    assert_clear(ran, 6, "silent for 0.5 s")


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
async def test_a_stopped_run_leaves_a_whole_trace(tmp_path: Path, by: signal.Signals) -> None:
    asked = asyncio.Event()

    def slow(n: int, body: dict[str, Any]) -> Response:
        async def events() -> Any:
            if n == 2:
                asked.set()
                await asyncio.sleep(60)
            yield chunk(BACK_CALLS)
            yield chunk(finish="stop")

        return StreamingResponse(events(), media_type="text/event-stream")

    async with hotel() as site, model_server(slow) as server:
        process = await start(
            tmp_path, "run", "--url", site.url, "--base-url", server.url, "--model", "m", "--dialect", "glm41v-pc",
            "--json", "--trace-dir", "t", "x",
        )  # fmt: skip
        await asyncio.wait_for(asked.wait(), 60)
        process.send_signal(by)
        out, err = await asyncio.wait_for(process.communicate(), 30)
    assert_clear(Ran(process.returncode or 0, out.decode(), err.decode()), 130)
    trace = read_trace(tmp_path / "t")
    assert trace.outcome is not None
    assert trace.outcome.status == "stopped" == json.loads(out)["outcome"]
    assert [step.decision is not None for step in trace.steps] == [True, False]


async def test_a_trace_folder_in_use_is_refused_and_its_outcome_is_not_ours(tmp_path: Path) -> None:
    writer = TraceWriter(tmp_path / "t")
    writer.begin(header(Task(instruction="an older run"), "web", "d", "m", "e", Limits()))
    writer.end(Outcome(status="complete", answer="an older success"))
    before = (tmp_path / "t" / "trace.jsonl").read_bytes()
    ran = await agent(tmp_path, "run", "--json", "--trace-dir", "t", "x")
    assert_clear(ran, 2, "already holds a trace")
    assert "older success" not in ran.out + ran.err
    assert (tmp_path / "t" / "trace.jsonl").read_bytes() == before


async def test_help_and_version(tmp_path: Path) -> None:
    helped = await agent(tmp_path, "--help")
    assert helped.code == 0
    assert {"run", "view", "serve", "bench"} <= set(helped.out.split())
    assert (await agent(tmp_path, "--version")).out.startswith("handeye 0.")
    assert (await agent(tmp_path, "fly")).code == 2


def test_help_loads_nothing_heavy() -> None:
    import subprocess

    code = "import sys; from agent.cli import app; print([m for m in sys.modules if '.' not in m])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    for heavy in ("playwright", "openai", "cv2", "numpy", "onnxruntime", "rapidocr", "starlette", "PIL", "pydantic"):
        assert f"'{heavy}'" not in loaded
