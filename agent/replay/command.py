"""What `agent replay` does: settings to objects, objects to the engine, and every end to an exit code."""

from __future__ import annotations

import asyncio
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from actions import TraceError
from agent.command import RECORDED, guarded, open_endpoint, recorded_outcome, stop_on_sigterm
from agent.console import Console
from agent.screens import as_recorded, open_screen
from agent.secret_flags import SecretFlags, require, typed_in

if TYPE_CHECKING:
    from agent.replay.grounding import Grounding
    from agent.settings import Settings


class ReplayRequest(NamedTuple):
    """One `agent replay` as it was typed; `flags` are settings, None where a flag was not given."""

    trace: Path
    flags: dict[str, Any]
    data: Path | None
    pairs: tuple[str, ...]
    trace_dir: Path | None
    strict: bool
    heal: bool
    json_wanted: bool
    uploads: tuple[Path, ...] = ()
    secrets: SecretFlags = SecretFlags()


def execute(request: ReplayRequest) -> int:
    """Repeat it and give back the exit code; every error becomes one message."""
    console = Console(json_wanted=request.json_wanted)
    return guarded(lambda: asyncio.run(_replay(request, console)), console)


async def _replay(request: ReplayRequest, console: Console) -> int:
    from agent.data import load_data
    from agent.params import carried, read_params, write_params
    from agent.params.store import FILE as PARAMS
    from agent.replay.engine import replay
    from agent.replay.plan import plan
    from agent.settings import load
    from agent.trace import new_folder, read_trace

    trace = read_trace(request.trace)
    values = load_data(request.data, request.pairs)
    if values and request.data is None:  # -d changes some values; a file holds all of them
        values = {**read_params(trace).recorded(), **values}
    settings = load(**as_recorded(request.flags, trace))
    secrets = request.secrets.read(settings)
    require(typed_in(plan(trace)), secrets)
    if request.heal:
        folder = request.trace_dir or _next_version(trace.folder)
    else:
        folder = request.trace_dir or new_folder(Path("traces"), f"replay {trace.header.task.instruction}")
    stop_on_sigterm()
    async with AsyncExitStack() as stack:
        grounding = await _grounding(settings, console, stack)
        env = await stack.enter_async_context(open_screen(settings, console, uploads=request.uploads, secrets=secrets))
        try:
            outcome = await replay(
                trace,
                env,
                values=values,
                strict=request.strict,
                grounding=grounding,
                person=console.ask if sys.stdin is not None and sys.stdin.isatty() and not request.strict else None,
                trace_dir=folder,
                watch=console.turn,
            )
        except RECORDED as error:
            outcome = recorded_outcome(folder, error)
        console.outcome(outcome)
        if request.heal and outcome.status == "complete":
            if not values and (trace.folder / PARAMS).exists():  # with others, what was typed is found anew
                write_params(healed := read_trace(folder), carried(read_params(trace), healed))
            console.say(f"healed: replay {folder} from now on", "green")
        return outcome.exit_code


async def _grounding(settings: Settings, console: Console, stack: AsyncExitStack) -> Grounding | None:
    """The model to ask where something is, if one is configured."""
    from agent.api import pick_dialect
    from agent.replay.grounding import Grounding

    if settings.base_url is None:
        return None
    endpoint = await stack.enter_async_context(open_endpoint(settings, console))
    return Grounding(endpoint, pick_dialect(settings.dialect, endpoint.model, settings.env))


def _next_version(folder: Path) -> Path:
    """A folder beside the trace's own for its next version: NAME-v2, NAME-v3 …"""
    name, _, number = folder.resolve().name.rpartition("-v")
    stem, version = (name, int(number)) if name and number.isdecimal() else (folder.resolve().name, 1)
    for n in range(version + 1, version + 1000):
        candidate = folder.resolve().with_name(f"{stem}-v{n}")
        if not candidate.exists():
            return candidate
    raise TraceError(f"{folder} has too many versions beside it; name a folder with --trace-dir")
