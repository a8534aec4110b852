"""What `agent fill` does: one row of values into a form, or the rows of a table, from the second on by replay."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from actions import ParseError, UsageError
from agent.batch.rows import Table, read_table
from agent.command import RECORDED, guarded, open_endpoint, recorded_outcome, stop_on_sigterm
from agent.console import Console
from agent.data import load_data
from agent.screens import open_screens, open_start

if TYPE_CHECKING:
    from agent.batch.ledger import Ledger
    from agent.endpoint import Endpoint
    from agent.fill.report import Filled
    from agent.outcome import Outcome
    from agent.settings import Settings
    from envs.base import Environment


class FillRequest(NamedTuple):
    """One `agent fill` as it was typed; `flags` are settings, None where a flag was not given."""

    flags: dict[str, Any]
    data: Path | None
    pairs: tuple[str, ...]
    encoding: str | None
    uploads: tuple[Path, ...]
    submit: bool
    trace_dir: Path | None
    out: Path | None
    resume: bool
    retry_unknown: bool
    json_wanted: bool


def execute(request: FillRequest) -> int:
    """Fill the form in and give back the exit code; every error becomes one message."""
    console = Console(json_wanted=request.json_wanted)
    return guarded(lambda: asyncio.run(_fill(request, console)), console)


async def _fill(request: FillRequest, console: Console) -> int:
    from agent.settings import load
    from prompts import registry

    table = _table(request)
    settings = load(**request.flags)
    if settings.prompts is not None:
        registry.use_prompts(settings.prompts)
    stop_on_sigterm()
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(open_start(settings.url, console))
        settings = settings.model_copy(update={"url": url})
        asks = settings.base_url or settings.model
        endpoint = await stack.enter_async_context(open_endpoint(settings, console)) if asks else None
        new_screen = await stack.enter_async_context(open_screens(settings, console, uploads=request.uploads))
        work = _Work(request, settings, endpoint, new_screen, console)
        if len(table.rows) > 1 or request.out is not None or request.resume:
            return await work.rows(table)
        return await work.one(table.rows[0].values)


def _table(request: FillRequest) -> Table:
    """The rows to fill in, -d values in each of them. Raises UsageError if there is nothing to fill in."""
    from agent.batch.rows import Row

    file = request.data
    pairs = load_data(None, request.pairs)
    if file is None or file.suffix.lower() == ".toml":
        row = Row(1, load_data(file, request.pairs))
        table = Table(tuple(row.values), (row,))
    else:
        table = read_table(file, request.encoding)
        table = table._replace(rows=tuple(row._replace(values={**row.values, **pairs}) for row in table.rows))
    if len(table.rows) == 1 and table.rows[0].problem:
        raise UsageError(f"--data {file}: the row {table.rows[0].problem}")
    if not any(value.strip() for row in table.rows for value in row.values.values()):
        raise UsageError("there is nothing to fill in: give values with --data FILE or -d KEY=VALUE")
    return table


class _Work:
    def __init__(
        self,
        request: FillRequest,
        settings: Settings,
        endpoint: Endpoint | None,
        new_screen: Callable[[], Environment],
        console: Console,
    ) -> None:
        self._request = request
        self._settings = settings
        self._endpoint = endpoint
        self.new_screen = new_screen
        self._console = console

    async def one(self, values: Mapping[str, str]) -> int:
        """Fill the form in once, and say what came of it."""
        from agent.fill.report import Report
        from agent.trace import new_folder

        folder = self._request.trace_dir or new_folder(Path("traces"), f"fill {self._settings.url}")
        try:
            filled = await self.filled(values, folder)
            outcome, report = filled.outcome, filled.report
        except (*RECORDED, ParseError) as error:
            outcome, report = recorded_outcome(folder, error), Report()
        if not self._request.json_wanted:
            for line in report.lines():
                self._console.out(line)
        self._console.outcome(outcome, report.as_json())
        if outcome.status == "complete" and not self._request.submit:
            self._console.say("nothing was sent: --submit sends the form", "bold yellow")
        return outcome.exit_code

    async def rows(self, table: Table) -> int:
        """Fill the form in once for every row; each row's end is written down as those of a batch are."""
        from agent.batch.command import report_batch, tell
        from agent.batch.ledger import Ledger
        from agent.batch.runner import run_batch

        begun = time.perf_counter()
        request = self._request
        data = request.data or Path("rows")
        folder = request.out or Path("batches") / f"fill-{data.stem}"
        ledger = Ledger(folder, trace=folder / "row-0001", data=data, resume=request.resume)
        stopped = False
        try:
            await run_batch(
                table.rows,
                _Rows(self, ledger).do,
                ledger,
                retry_unknown=request.retry_unknown,
                may_have_sent=lambda row: request.submit and _may_have_sent(row),
                watch=lambda done: tell(self._console, done),
            )
        except asyncio.CancelledError:
            stopped = True
        finally:
            ledger.close()
        return report_batch(
            self._console,
            folder,
            ledger.done,
            len(table.rows),
            stopped=stopped,
            seconds=time.perf_counter() - begun,
            json_wanted=request.json_wanted,
        )

    async def filled(self, values: Mapping[str, str], folder: Path) -> Filled:
        from agent.fill.engine import fill
        from prompts import registry

        return await fill(
            self.new_screen(),
            values,
            endpoint=self._endpoint,
            submit=self._request.submit,
            uploads=self._request.uploads,
            url=self._settings.url or "",
            prompts=registry.prompts_folder(),
            language=self._settings.language,
            trace_dir=folder,
            watch=self._console.turn,
        )


class _Rows:
    """Fills the first row of each kind in, and repeats that for the rows that have values for the same keys."""

    def __init__(self, work: _Work, ledger: Ledger) -> None:
        self._work = work
        self._done: dict[frozenset[str], Path] = {}
        for earlier in ledger.done.values():
            if earlier.status == "complete":
                self._keep(ledger.folder / earlier.folder)

    async def do(self, values: Mapping[str, str], folder: Path) -> Outcome:
        """One row; its trace goes into the folder."""
        from agent.replay.engine import replay
        from agent.trace import read_trace

        given = {key: value for key, value in values.items() if value.strip()}
        model = self._done.get(frozenset(given))
        if model is not None:
            return await replay(read_trace(model), self._work.new_screen(), values=given, trace_dir=folder)
        outcome = (await self._work.filled(given, folder)).outcome
        if outcome.status == "complete":
            self._keep(folder)
        return outcome

    def _keep(self, folder: Path) -> None:
        """From now on this row's trace is what rows with values for the same keys repeat."""
        from agent.trace import read_trace

        header = read_trace(folder).header
        if not header.replays:
            self._done.setdefault(frozenset(header.task.data), folder)


def _may_have_sent(folder: Path) -> bool:
    """Was a button that may be the last one pressed, though the row is not complete?"""
    from agent.reader import words
    from agent.trace import read_trace

    return any(
        line.decision is not None
        and line.decision.action.kind == "click"
        and line.result is not None
        and line.result.hit is not None
        and line.result.hit.role == "button"
        and words.button_kind(line.result.hit.name) != "forward"
        for line in read_trace(folder).steps
    )
