"""What every command needs: settings made into objects, and errors into messages and exit codes."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from actions import Blocked, DeviceError, EndpointError, GuiAgentError, Stopped, UsageError
from agent.console import Console
from agent.outcome import EXIT_CODES, exit_code_of, status_of

if TYPE_CHECKING:
    from agent.endpoint import Endpoint
    from agent.outcome import Outcome
    from agent.settings import Settings


def guarded(work: Callable[[], int], console: Console) -> int:
    """The exit code of some work: its own, or that of the named error that ended it, which is shown."""
    try:
        return work()
    except GuiAgentError as error:
        console.error(str(error), status="usage" if isinstance(error, UsageError) else status_of(error))
        return exit_code_of(error)
    except (KeyboardInterrupt, asyncio.CancelledError):
        console.error("stopped before anything was begun", status="stopped")
        return EXIT_CODES["stopped"]


RECORDED = (EndpointError, DeviceError, Blocked, Stopped, asyncio.CancelledError)
"""What is raised after a run's trace was begun, which then holds its outcome."""


def recorded_outcome(folder: Path, error: BaseException) -> Outcome:
    """The outcome in the trace of a run that one of RECORDED ended; raises that if the trace does not hold one."""
    from agent.trace import read_trace

    recorded = read_trace(folder).outcome
    if recorded is None:
        raise error
    return recorded


@asynccontextmanager
async def open_endpoint(settings: Settings, console: Console) -> AsyncIterator[Endpoint]:
    """The endpoint that the settings name, closed at the end."""
    from agent.endpoint import OpenAIEndpoint, ReaderEndpoint

    if settings.base_url is None:
        if settings.model is not None:
            raise UsageError(f"--model {settings.model} needs --base-url: where does it run?")
        console.say("no --base-url given: the embedded reader answers (OCR and rules, no model)", "dim")
        endpoint: OpenAIEndpoint = ReaderEndpoint()
    else:
        endpoint = OpenAIEndpoint(
            settings.base_url,
            settings.model or "",
            api_key=settings.api_key.get_secret_value() if settings.api_key else None,
            timeout=settings.endpoint_timeout,
            thinking=settings.thinking,
            early_stop=settings.early_stop,
        )
    try:
        yield endpoint
    finally:
        await endpoint.aclose()


def stop_on_sigterm() -> None:
    """A polite kill ends the run as Ctrl-C does: recorded as stopped, with everything given back."""
    task = asyncio.current_task()
    if task is not None and sys.platform != "win32":
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
