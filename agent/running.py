"""What `agent run` does: a request and settings to objects, objects to the loop, and its end to an exit code."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from actions import UsageError
from agent.command import RECORDED, guarded, open_endpoint, recorded_outcome, stop_on_sigterm
from agent.console import Console
from agent.screens import VIRTUAL, on_its_screen, open_screen, screen_of
from agent.secret_flags import SecretFlags, require, with_secrets
from agent.settings import Settings, load

if TYPE_CHECKING:
    from agent.trace import Trace


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
    uploads: tuple[Path, ...] = ()
    secrets: SecretFlags = SecretFlags()


def execute(request: RunRequest) -> int:
    """Run it and give back the exit code; every error becomes one message."""
    console = Console(json_wanted=request.json_wanted)
    return guarded(lambda: asyncio.run(_run(request, console)), console)


async def _run(request: RunRequest, console: Console) -> int:
    from agent.api import go_on, make_task, pick_dialect, run
    from agent.data import load_data
    from agent.limits import Limits
    from agent.trace import new_folder, read_trace
    from prompts import registry

    task, earlier, page = None, None, ""
    if request.continued is not None:
        earlier = read_trace(request.continued)
        settings, page = as_before(earlier, request)
        secrets = request.secrets.read(settings, earlier.header.task.start)  # not for where it was left
        require(earlier.header.task.data.values(), secrets)
        folder = earlier.folder
    else:
        settings = load(**request.flags)
        secrets = request.secrets.read(settings)
        data = with_secrets(load_data(request.data, request.pairs), secrets)
        task = make_task(
            request.instruction, data, start=_start(settings), language=settings.language, screen=screen_of(settings)
        )
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
        env = await stack.enter_async_context(
            open_screen(settings, console, page, uploads=request.uploads, secrets=secrets)
        )
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


def _start(settings: Settings) -> str:
    """What a replay has to open first: a page or an application."""
    return (settings.url if settings.env == "web" else settings.app) or ""


def _about_dialects(wanted: str | None, model: str) -> Iterator[str]:
    """What a user should hear of how the model is spoken to."""
    from prompts import registry

    yield from registry.faults().values()
    if wanted is None and not registry.knows(model):
        yield (
            f"{model!r} says nothing of its family, so it is spoken to by native tool calls (the dialect "
            f"{registry.ANY_MODEL}); --dialect NAME takes another"
        )


def as_before(earlier: Trace, request: RunRequest) -> tuple[Settings, str]:
    """The settings that a run goes on with, and, in the bundled hotel, the path of the page that it was left at.

    Flags win; what they do not say is as it was, but for the endpoint: a trace may come from somebody else, so the
    address in it is not sent anything unasked. Raises UsageError for what cannot be said anew, or must be.
    """
    head = earlier.header
    if request.instruction.strip() or request.data is not None or request.pairs or request.trace_dir is not None:
        raise UsageError(
            "--continue takes the instruction, the values and the folder from the trace; give it the trace alone, "
            "with --base-url and --model if a model goes on"
        )
    was = earlier.resumed[-1] if earlier.resumed else head
    given = on_its_screen(request.flags, earlier)
    if given["viewport"] is None and head.platform != "android" and earlier.steps:
        seen = earlier.steps[-1].seen
        given["viewport"] = f"{seen.width}x{seen.height}"
    if head.platform == "desktop" and given.get("display") == VIRTUAL:
        given["app"] = given.get("app") or head.task.start or None  # a new desktop has nothing open
    page = ""
    if given["url"] is None and head.platform == "web" and (left := earlier.left_at):
        if head.task.start:
            given["url"] = left
        else:
            address = urlsplit(left)
            page = address.path + (f"?{address.query}" if address.query else "")
    settings = load(**given)
    if settings.dialect is None and settings.model in (None, was.model):
        settings = settings.model_copy(update={"dialect": was.dialect})
    if settings.base_url is None and was.endpoint and not _is_reader(was.model):
        raise UsageError(
            f"{was.model} at {was.endpoint} made this trace; say with --base-url and --model who goes on with it"
        )
    return settings, page


def _is_reader(model: str) -> bool:
    from agent.reader.app import MODEL

    return model == MODEL
