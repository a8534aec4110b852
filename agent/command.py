"""What `agent run` does: settings to objects, objects to the loop, and every end to an exit code."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from actions import Blocked, DeviceError, EndpointError, GuiAgentError, UsageError
from agent.console import Console
from agent.outcome import EXIT_CODES, exit_code_of, status_of

if TYPE_CHECKING:
    from agent.endpoint import Endpoint
    from agent.outcome import Outcome
    from agent.settings import Settings
    from envs.base import Environment


class RunRequest(NamedTuple):
    """One `agent run` as it was typed; `flags` are settings, None where a flag was not given."""

    instruction: str
    flags: dict[str, Any]
    data: Path | None
    pairs: tuple[str, ...]
    trace_dir: Path | None
    json_wanted: bool
    continued: Path | None = None
    """The trace of a run to go on with; `instruction` is then empty."""


def execute(request: RunRequest) -> int:
    """Run it and give back the exit code; every error becomes one message."""
    console = Console(json_wanted=request.json_wanted)
    return guarded(lambda: asyncio.run(_run(request, console)), console)


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


async def _run(request: RunRequest, console: Console) -> int:
    from agent.api import go_on, make_task, pick_dialect, run
    from agent.continued import as_before
    from agent.data import load_data
    from agent.limits import Limits
    from agent.settings import load
    from agent.trace import new_folder, read_trace
    from prompts import registry

    task, earlier, page = None, None, ""
    if request.continued is not None:
        earlier = read_trace(request.continued)
        settings, page = as_before(earlier, request)
        folder = earlier.folder
    else:
        settings = load(**request.flags)
        data = load_data(request.data, request.pairs)
        task = make_task(request.instruction, data, start=settings.url or "", language=settings.language)
        folder = request.trace_dir or new_folder(Path("traces"), task.instruction)
    if settings.prompts is not None:
        registry.use_prompts(settings.prompts)
    stop_on_sigterm()
    async with AsyncExitStack() as stack:
        endpoint = await stack.enter_async_context(open_endpoint(settings, console))
        # before a browser starts: a name that nobody knows should cost nothing
        dialect = pick_dialect(settings.dialect, endpoint.model, settings.env)
        for line in _about_dialects(settings.dialect, endpoint.model):
            console.say(line, "dim")
        env = await stack.enter_async_context(open_screen(settings, console, page))
        limits = Limits(steps=settings.max_steps, seconds=settings.timeout, tokens=settings.max_tokens)
        person = console.ask if sys.stdin is not None and sys.stdin.isatty() else None
        try:
            if task is not None:
                outcome = await run(
                    task,
                    env=env,
                    endpoint=endpoint,
                    dialect=dialect,
                    limits=limits,
                    trace_dir=folder,
                    watch=console.turn,
                    person=person,
                )
            else:
                outcome = await go_on(
                    folder,
                    env=env,
                    endpoint=endpoint,
                    dialect=dialect,
                    limits=limits,
                    watch=console.turn,
                    person=person,
                )
        except RECORDED as error:
            outcome = recorded_outcome(folder, error)
        console.outcome(outcome)
        return outcome.exit_code


RECORDED = (EndpointError, DeviceError, Blocked, asyncio.CancelledError)
"""What is raised after a run's trace was begun, which then holds its outcome."""


def recorded_outcome(folder: Path, error: BaseException) -> Outcome:
    """The outcome in the trace of a run that one of RECORDED ended; raises that if the trace does not hold one."""
    from agent.trace import read_trace

    recorded = read_trace(folder).outcome
    if recorded is None:
        raise error
    return recorded


def _about_dialects(wanted: str | None, model: str) -> Iterator[str]:
    """What a user should hear of how the model is spoken to."""
    from prompts import registry

    yield from registry.faults().values()
    if wanted is None and not registry.knows(model):
        yield (
            f"{model!r} says nothing of its family, so it is spoken to by native tool calls (the dialect "
            f"{registry.ANY_MODEL}); --dialect NAME takes another"
        )


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


@asynccontextmanager
async def open_screen(settings: Settings, console: Console, page: str = "") -> AsyncIterator[Environment]:
    """The environment that the settings name, not yet entered; the bundled hotel is served while it is open.

    `page` is the path of the page in that hotel to begin at.
    """
    async with open_screens(settings, console, page) as new_screen:
        yield new_screen()


@asynccontextmanager
async def open_screens(
    settings: Settings, console: Console, page: str = "", *, uploads: Sequence[Path] = ()
) -> AsyncIterator[Callable[[], Environment]]:
    """Makes environments as `open_screen` does, several of which may be in use at a time.

    `uploads` are the only files that may be handed to a page.
    """
    if settings.env != "web":
        raise UsageError(f"--env {settings.env} is not in this version; --env web is")
    from envs.web import WebEnv

    def web(url: str) -> Environment:
        return WebEnv(
            url,
            headless=not settings.headed,
            browser=settings.browser,
            cdp=settings.cdp,
            viewport=settings.viewport_size,
            uploads=uploads,
        )

    async with open_start(settings.url, console, page) as url:
        yield lambda: web(url)


@asynccontextmanager
async def open_start(url: str | None, console: Console, page: str = "") -> AsyncIterator[str]:
    """Where to start: `url`, or else a page of the bundled hotel, which is served meanwhile."""
    if url is not None:
        yield url
        return
    from envs.demo.hotel import hotel

    async with hotel() as site:
        console.say(f"no --url given: the bundled hotel, at {site.url}", "dim")
        yield site.url + page.lstrip("/")
        for booking in site.bookings():
            console.say(
                f"in the hotel's database: {booking.reference}, {booking.name}, {booking.room} at {booking.hotel} in "
                f"{booking.city}, {booking.arrival} to {booking.departure}, guests: {booking.guests}",
                "green",
            )


def stop_on_sigterm() -> None:
    """A polite kill ends the run as Ctrl-C does: recorded as stopped, with everything given back."""
    task = asyncio.current_task()
    if task is not None and sys.platform != "win32":
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
