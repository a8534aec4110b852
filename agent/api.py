"""The front door for Python: `await run("book a room", env=WebEnv("https://…"))`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from pydantic import ValidationError

from actions import Language, Platform, Task, TraceError, UsageError
from agent.endpoint import Endpoint, ReaderEndpoint
from agent.limits import Limits
from agent.loop import Person, Watcher, drive
from agent.outcome import Outcome
from agent.text import sound
from agent.trace import TraceWriter, new_folder
from envs.base import Environment
from prompts import registry
from prompts.base import Dialect


async def run(
    instruction: str | Task,
    *,
    env: Environment,
    endpoint: Endpoint | None = None,
    dialect: Dialect | str | None = None,
    data: Mapping[str, str] | None = None,
    limits: Limits | None = None,
    trace_dir: Path | str | None = None,
    watch: Watcher | None = None,
    person: Person | None = None,
) -> Outcome:
    """Do one task on a screen and record it.

    `endpoint` None is the embedded reader (OCR and rules, no network). `dialect` is one, or its name; None lets
    model and platform choose. `data` are values for the task by name. `trace_dir` is the folder of this one trace; None
    makes one below ./traces. `watch` is told of every turn, `person` answers the model's questions.

    Returns the Outcome if the model or a limit ended the run. Raises UsageError before anything starts; EndpointError,
    DeviceError, Blocked or TraceError if one of those failed (the trace is whole, with its outcome).
    """
    task = instruction if isinstance(instruction, Task) else make_task(instruction, data)
    async with _ready(endpoint) as model:
        spoken = pick_dialect(dialect, model.model, env.platform)
        trace = TraceWriter(Path(trace_dir) if trace_dir else new_folder(Path("traces"), task.instruction))
        return await drive(
            task,
            env,
            model,
            spoken,
            trace=trace,
            limits=limits or Limits(),
            watch=watch or (lambda turn: None),
            person=person,
        )


async def go_on(
    trace_dir: Path | str,
    *,
    env: Environment,
    endpoint: Endpoint | None = None,
    dialect: Dialect | str | None = None,
    limits: Limits | None = None,
    watch: Watcher | None = None,
    person: Person | None = None,
) -> Outcome:
    """Go on with the run that a trace records, in the same folder: one that was cut off, stopped or ran out of steps.

    `env` begins where the run was left (`Trace.left_at`). `limits` bound what is done from now on; the rest is as for
    `run`. Raises UsageError for a trace that ended complete or that another process is writing.
    """
    async with _ready(endpoint) as model:
        spoken = pick_dialect(dialect, model.model, env.platform)
        writer, earlier = TraceWriter.go_on(Path(trace_dir))
        try:
            before = earlier.history()
        except TraceError:
            writer.close()
            raise
        return await drive(
            earlier.header.task,
            env,
            model,
            spoken,
            trace=writer,
            limits=(limits or Limits()).beyond(before),
            watch=watch or (lambda turn: None),
            person=person,
            before=before,
        )


@asynccontextmanager
async def _ready(endpoint: Endpoint | None) -> AsyncIterator[Endpoint]:
    """The endpoint, or the embedded reader, getting warm while a screen is opened; one made here is closed."""
    own = endpoint is None
    endpoint = endpoint or ReaderEndpoint()
    try:
        warming = asyncio.create_task(endpoint.warm())
        try:
            yield endpoint
        finally:
            warming.cancel()
            await asyncio.gather(warming, return_exceptions=True)
    finally:
        if own:
            await endpoint.aclose()


def make_task(
    instruction: str,
    data: Mapping[str, str] | None = None,
    start: str = "",
    language: Language | None = None,
    screen: str = "",
) -> Task:
    """A Task; raises UsageError if the instruction is empty."""
    try:
        return Task(
            instruction=sound(instruction),
            data=_sound_values(data or {}),
            start=start,
            screen=screen,
            language=language,
        )
    except ValidationError as error:
        fault = error.errors()[0]
        if fault["loc"][0] == "instruction":
            raise UsageError('the instruction is empty: say what is to be done, for example "book a room"') from error
        raise UsageError(f"the task's {'.'.join(map(str, fault['loc']))}: {fault['msg'].lower()}") from error


def _sound_values(data: Mapping[str, str]) -> dict[str, str]:
    # what is no text is left for Task to refuse by name
    return {key: sound(value) if isinstance(value, str) else value for key, value in data.items()}


def pick_dialect(wanted: Dialect | str | None, model: str, platform: Platform) -> Dialect:
    """The dialect itself, the one of that name, or the one that fits model and platform. Raises UsageError."""
    if wanted is not None and not isinstance(wanted, str):
        return wanted
    found = registry.get(wanted) if wanted is not None else registry.choose(model, platform)
    if platform not in found.platforms:
        raise UsageError(f"the dialect {found.name} is for {', '.join(sorted(found.platforms))}, not for {platform}")
    return found
