"""What `agent batch` does: a trace and a table to rows, rows to replays, and every end to an exit code."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, NamedTuple

from actions import UsageError
from agent.batch.ledger import Done, Ledger
from agent.batch.results import CSV, tally
from agent.batch.rows import Row, Table, read_table
from agent.batch.runner import run_batch
from agent.command import guarded, open_endpoint, stop_on_sigterm
from agent.console import Console
from agent.outcome import EXIT_CODES, USAGE_EXIT_CODE, Outcome, Status
from agent.params import Params, Renewal, read_params
from agent.screens import VIRTUAL, as_recorded, open_screens
from agent.secret_flags import SecretFlags, require, typed_in
from agent.trace import read_trace

_SHOWN = 10


class BatchRequest(NamedTuple):
    """One `agent batch` as it was typed; `flags` are settings, None where a flag was not given."""

    trace: Path
    flags: dict[str, Any]
    data: Path
    encoding: str | None
    out: Path | None
    jobs: int
    resume: bool
    retry_unknown: bool
    strict: bool
    json_wanted: bool
    uploads: tuple[Path, ...] = ()
    secrets: SecretFlags = SecretFlags()


def execute(request: BatchRequest) -> int:
    """Do the rows and give back the exit code; every error becomes one message."""
    console = Console(json_wanted=request.json_wanted)
    return guarded(lambda: asyncio.run(_batch(request, console)), console)


async def _batch(request: BatchRequest, console: Console) -> int:
    from agent.api import pick_dialect
    from agent.replay.engine import replay
    from agent.replay.grounding import Grounding
    from agent.replay.plan import plan
    from agent.settings import load

    begun = time.perf_counter()
    trace = read_trace(request.trace)
    steps = plan(trace)
    params = read_params(trace)
    table = fitted(read_table(request.data, request.encoding), params)
    for line in _remarks(table, params):
        console.say(line, "yellow")
    settings = load(**as_recorded(request.flags, trace))
    secrets = request.secrets.read(settings)
    require(typed_in(steps), secrets)
    if request.jobs > 1 and settings.env != "web" and VIRTUAL not in (settings.display, settings.serial):
        raise UsageError("--jobs needs a screen for each: rows on one desktop or one phone are done one at a time")
    folder = request.out or Path("batches") / f"{trace.folder.resolve().name}-{request.data.stem}"
    sending = steps.sending

    def may_have_sent(row_folder: Path) -> bool:
        return any(
            line.found is not None and line.found.step >= sending and line.decision is not None
            for line in read_trace(row_folder).steps
        )

    stop_on_sigterm()
    ledger = Ledger(folder, trace=trace.folder, data=request.data, resume=request.resume)
    stopped = False
    async with AsyncExitStack() as stack:
        stack.callback(ledger.close)
        endpoint = await stack.enter_async_context(open_endpoint(settings, console)) if settings.base_url else None
        dialect = pick_dialect(settings.dialect, endpoint.model, settings.env) if endpoint is not None else None
        new_screen = await stack.enter_async_context(
            open_screens(settings, console, uploads=request.uploads, secrets=secrets)
        )
        advance = stack.enter_context(console.progress(len(table.rows)))

        async def do_row(values: Mapping[str, str], row_folder: Path) -> Outcome:
            return await replay(
                trace,
                new_screen(),
                values=values,
                params=params,
                strict=request.strict,
                grounding=Grounding(endpoint, dialect) if endpoint is not None and dialect is not None else None,
                trace_dir=row_folder,
            )

        def watch(done: Done) -> None:
            tell(console, done)
            advance()

        kept = [done for done in ledger.done.values() if done.settled]
        for _ in kept:
            advance()
        try:
            await run_batch(
                table.rows,
                do_row,
                ledger,
                jobs=request.jobs,
                retry_unknown=request.retry_unknown,
                may_have_sent=may_have_sent,
                watch=watch,
            )
        except asyncio.CancelledError:
            stopped = True
    seconds = time.perf_counter() - begun
    return report_batch(
        console, folder, ledger.done, len(table.rows), stopped=stopped, seconds=seconds, json_wanted=request.json_wanted
    )


def fitted(table: Table, params: Params) -> Table:
    """The table with only the columns that the parameters have, and with a problem for each row whose values cannot be
    used.

    Raises UsageError if a column is missing, or if no row can be used.
    """
    needed = [param.name for param in params.params if param.uses]
    missing = [name for name in needed if name not in table.columns]
    if missing:
        raise UsageError(
            f"the table has no column {', '.join(missing)}; it has {', '.join(table.columns)}, and the trace needs "
            f"{', '.join(needed)} (agent trace params lists and renames them)"
        )
    if not needed:
        raise UsageError("no value of the trace is known, so every row would be the same: see agent trace params")
    known = {param.name for param in params.params}
    rows = tuple(
        _checked(
            row._replace(values={name: row.values.get(name, "") for name in table.columns if name in known}), params
        )
        for row in table.rows
    )
    if all(row.problem for row in rows):
        raise UsageError(f"no row can be used; row {rows[0].number}: {rows[0].problem}")
    return Table(table.columns, rows)


def _checked(row: Row, params: Params) -> Row:
    if row.problem:
        return row
    try:
        Renewal(params, row.values)
    except UsageError as error:
        return row._replace(problem=str(error))
    return row


def _remarks(table: Table, params: Params) -> Iterable[str]:
    """What a user should hear before anything is done: columns that nobody reads, and rows that will not be done."""
    known = {param.name for param in params.params}
    unread = [name for name in table.columns if name not in known]
    if unread:
        yield f"columns that the trace does not use: {', '.join(unread)}"
    bad = [row for row in table.rows if row.problem]
    if bad:
        yield f"{len(bad)} of {len(table.rows)} rows cannot be used and will be left out:"
    for row in bad[:_SHOWN]:
        yield f"  row {row.number}: {row.problem}"
    if len(bad) > _SHOWN:
        yield f"  and {len(bad) - _SHOWN} more"


def tell(console: Console, done: Done) -> None:
    """Say how one row ended."""
    text = done.answer or done.reason
    style = "green" if done.status == "complete" else "bold red"
    console.say(f"row {done.row}: {done.status}{': ' + text if text else ''}  ({done.seconds:.1f} s)", style)


def report_batch(
    console: Console,
    folder: Path,
    done: Mapping[int, Done],
    total: int,
    *,
    stopped: bool,
    seconds: float,
    json_wanted: bool,
) -> int:
    """Say how the rows of a table ended; gives the exit code."""
    ends = list(done.values())
    status, code = _verdict(ends, total, stopped)
    left = total - len(ends)
    words = tally(ends) + (f", {left} not begun" if left else "")
    console.say(f"{words}  ({seconds:.1f} s)", "bold green" if code == 0 else "bold red")
    doubtful = sorted(one.row for one in ends if one.doubtful)
    if doubtful:
        console.say(
            f"rows {', '.join(map(str, doubtful))} may have been sent without it being seen; look at their traces "
            "before --resume --retry-unknown does them again",
            "bold yellow",
        )
    elif code:
        console.say("--resume does the rows again that are not complete", "dim")
    console.say(f"results: {folder / CSV}", "dim")
    if json_wanted:
        console.json(
            {
                "outcome": status,
                "answer": words,
                "steps": sum(one.steps for one in ends),
                "trace": str(folder),
                "tokens": sum(one.tokens for one in ends),
                "seconds": round(seconds, 3),
                "rows": {"total": total, "complete": sum(one.status == "complete" for one in ends),
                         "unknown": len(doubtful), "not_begun": left},
            }
        )  # fmt: skip
    return code


def _verdict(ends: Sequence[Done], total: int, stopped: bool) -> tuple[str, int]:
    """The batch's outcome and exit code: that of its rows where all that failed did so alike, else `error`."""
    failed = {one.status for one in ends if one.status != "complete"}
    if stopped:
        return "stopped", EXIT_CODES["stopped"]
    if not failed and len(ends) == total:
        return "complete", 0
    if failed == {"usage"}:
        return "usage", USAGE_EXIT_CODE
    alike: set[Status] = {status for status in EXIT_CODES if status in failed}
    if len(failed) == len(alike) == 1:
        status = alike.pop()
        return status, EXIT_CODES[status]
    return "error", EXIT_CODES["error"]
