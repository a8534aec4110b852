"""A person does a task once, and a trace comes out that replays like any other."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from actions import Finish, Task, UsageError
from agent.command import RECORDED, guarded, recorded_outcome
from agent.console import Console
from agent.limits import Limits
from agent.loop import Watcher
from agent.outcome import Outcome, status_of
from agent.screens import open_start
from agent.trace import TraceWriter, Turn, header, new_folder
from prompts.base import Decision

if TYPE_CHECKING:
    from envs.web.recording.recorder import WebRecorder

PERSON = "person"
"""What stands in a trace's header where a run with a model has its dialect."""


async def record(
    task: Task,
    recorder: WebRecorder,
    *,
    trace_dir: Path | None = None,
    watch: Watcher = lambda turn: None,
    ready: Callable[[], None] = lambda: None,
) -> Outcome:
    """Write down what a person does until the window is closed or `recorder.stop()` is called.

    `trace_dir` is the folder of the trace (a new one below ./traces if None), `watch` is told of every step,
    and `ready` is called when the person can begin.

    Returns the outcome, complete. Raises UsageError if the folder holds a trace already, TraceError if it cannot be
    written, and DeviceError for a browser that does not start or a page that crashes: the trace says so then.
    """
    begun = time.perf_counter()
    trace = TraceWriter(trace_dir or new_folder(Path("traces"), task.instruction))
    count = 0

    def add(turn: Turn) -> None:
        nonlocal count
        count = turn.n
        trace.add(turn)
        watch(turn)

    def close(**end: Any) -> Outcome:
        seconds = round(time.perf_counter() - begun, 3)
        outcome = Outcome(steps=count, seconds=seconds, trace=trace.folder, **end)
        trace.end(outcome)
        return outcome

    trace.begin(header(task, recorder.platform, PERSON, "", "", Limits()))
    try:
        async with recorder:
            ready()
            async for step in recorder.steps():
                decision = Decision(action=step.action)
                add(Turn(n=count + 1, seen=step.seen, decision=decision, result=step.result, ms=step.ms))
            add(Turn(n=count + 1, seen=recorder.last, decision=Decision(action=Finish(status="complete"))))
    except asyncio.CancelledError:
        close(status="stopped", reason="stopped before the recording was ended")
        raise
    except Exception as error:
        close(status=status_of(error), reason=str(error) or repr(error))
        raise
    return close(status="complete")


class RecordRequest(NamedTuple):
    """One `agent record` as it was typed; `flags` are settings, None where a flag was not given."""

    instruction: str
    flags: dict[str, Any]
    data: Path | None
    pairs: tuple[str, ...]
    trace_dir: Path | None
    json_wanted: bool


def execute(request: RecordRequest) -> int:
    """Record it and give back the exit code; every error becomes one message."""
    console = Console(json_wanted=request.json_wanted)
    return guarded(lambda: asyncio.run(_record(request, console)), console)


async def _record(request: RecordRequest, console: Console) -> int:
    from agent.api import make_task
    from agent.data import load_data
    from agent.settings import load
    from envs.web.recording.recorder import WebRecorder

    settings = load(**request.flags)
    if settings.env != "web":
        raise UsageError(f"--env {settings.env} cannot be recorded in this version; --env web can")
    data = load_data(request.data, request.pairs)
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(open_start(settings.url, console))
        task = make_task(request.instruction, data, start=settings.url or "", language=settings.language)
        folder = request.trace_dir or new_folder(Path("traces"), task.instruction)
        recorder = WebRecorder(
            url,
            headless=not settings.headed,
            browser=settings.browser,
            cdp=settings.cdp,
            viewport=settings.viewport_size,
        )
        _stop_on_signals(recorder.stop)

        def ready() -> None:
            console.say("recording; Ctrl-C, or closing the window, ends it", "dim")

        try:
            outcome = await record(task, recorder, trace_dir=folder, watch=console.turn, ready=ready)
        except RECORDED as error:
            outcome = recorded_outcome(folder, error)
        console.outcome(outcome)
    return outcome.exit_code


def _stop_on_signals(stop: Callable[[], None]) -> None:
    """Ctrl-C and a polite kill are how a recording ends; where signals cannot be waited for, Ctrl-C still stops it."""
    if sys.platform != "win32":
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop)
