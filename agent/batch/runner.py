"""Doing the rows of a batch: several at a time, each alone, and every end written down."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from actions import DriverMissing, GuiAgentError, TraceError, UsageError
from agent.batch.ledger import Begun, Done, Ledger
from agent.batch.results import write_results
from agent.batch.rows import Row
from agent.outcome import Outcome, status_of
from agent.trace import read_trace

DoRow = Callable[[Mapping[str, str], Path], Awaitable[Outcome]]
"""Does one row: its values, and the folder for its trace, which is not there yet."""
MayHaveSent = Callable[[Path], bool]
"""May the row whose trace is in a folder have sent what it was to send, though it did not end complete?"""

_REST = 1.0
"""Seconds between two writings of the results while rows are being done."""


async def run_batch(
    rows: Sequence[Row],
    do_row: DoRow,
    ledger: Ledger,
    *,
    jobs: int = 1,
    retry_unknown: bool = False,
    may_have_sent: MayHaveSent = lambda folder: True,
    watch: Callable[[Done], None] = lambda done: None,
) -> dict[int, Done]:
    """Do every row that is not settled, `jobs` at a time; gives how each row ended, by its number.

    A row that fails does so alone. A row that a killed batch had begun stays `unknown`, and so does what may have been
    sent without being complete, unless `retry_unknown`. `watch` is told of each row that ends now.

    A cancellation is written down as `stopped` for the rows that it cut off, then raised. Raises DriverMissing and
    TraceError, which no row can do anything about.
    """
    ledger.check_rows(rows)
    batch = _Batch(ledger, do_row, may_have_sent, watch)
    batch.settle(rows)
    waiting = iter([row for row in rows if _is_due(ledger.done.get(row.number), retry_unknown)])
    workers = [asyncio.create_task(batch.work(waiting)) for _ in range(max(1, jobs))]
    try:
        await asyncio.gather(*workers)
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        write_results(ledger.folder, ledger.done)
    return dict(ledger.done)


class _Batch:
    def __init__(
        self, ledger: Ledger, do_row: DoRow, may_have_sent: MayHaveSent, watch: Callable[[Done], None]
    ) -> None:
        self._ledger = ledger
        self._do_row = do_row
        self._may_have_sent = may_have_sent
        self._watch = watch
        self._written = 0.0

    def settle(self, rows: Iterable[Row]) -> None:
        """Say of the rows that a killed batch had begun what their traces say, else that it is not known."""
        by_number = {row.number: row for row in rows}
        for begun in list(self._ledger.begun.values()):
            folder = self._ledger.folder / begun.folder
            outcome, row = recorded(folder), by_number[begun.row]
            self._ledger.end(
                _unknown(row, begun) if outcome is None else _done(row, folder, outcome, self._sent(outcome, folder))
            )

    async def work(self, rows: Iterator[Row]) -> None:
        for row in rows:
            if row.problem:
                self._end(_refused(row, row.problem))
                continue
            await self._do(row)

    async def _do(self, row: Row) -> None:
        folder = self._ledger.begin(row)
        begun = time.perf_counter()
        try:
            outcome = await self._do_row(row.values, folder)
        except (DriverMissing, TraceError) as error:
            self._end(self._failed(row, folder, error, begun))
            raise
        except UsageError as error:
            self._end(_refused(row, str(error), folder.name))
        except GuiAgentError as error:
            self._end(self._failed(row, folder, error, begun))
        except asyncio.CancelledError as error:
            self._end(self._failed(row, folder, error, begun))
            raise
        else:
            self._end(_done(row, folder, outcome, self._sent(outcome, folder)))

    def _failed(self, row: Row, folder: Path, error: BaseException, begun: float) -> Done:
        """The end of a row that raised: what its trace says, else the error."""
        stopped = isinstance(error, asyncio.CancelledError)
        outcome = recorded(folder) or Outcome(
            status="stopped" if stopped else status_of(error),
            reason="stopped by the user" if stopped else str(error),
            seconds=round(time.perf_counter() - begun, 3),
        )
        return _done(row, folder, outcome, self._sent(outcome, folder))

    def _sent(self, outcome: Outcome, folder: Path) -> bool:
        return outcome.status == "complete" or ((folder / "trace.jsonl").exists() and self._may_have_sent(folder))

    def _end(self, done: Done) -> None:
        self._ledger.end(done)
        self._watch(done)
        if time.perf_counter() - self._written > _REST:
            write_results(self._ledger.folder, self._ledger.done)
            self._written = time.perf_counter()


def recorded(folder: Path) -> Outcome | None:
    """How the run that left a trace in a folder ended, as the trace says; None if it does not."""
    try:
        return read_trace(folder).outcome
    except TraceError:
        return None


def _is_due(done: Done | None, retry_unknown: bool) -> bool:
    return done is None or not done.settled or (done.doubtful and retry_unknown)


def _unknown(row: Row, begun: Begun) -> Done:
    reason = (
        "begun and cut off: it may have been sent; look at its trace, and do it again with --resume --retry-unknown"
    )
    return Done(
        row=row.number, digest=row.digest, status="unknown", reason=reason, folder=begun.folder, names=tuple(row.values)
    )


def _refused(row: Row, reason: str, folder: str = "") -> Done:
    return Done(
        row=row.number, digest=row.digest, status="usage", reason=reason, folder=folder, names=tuple(row.values)
    )


def _done(row: Row, folder: Path, outcome: Outcome, sent: bool) -> Done:
    return Done(
        row=row.number,
        digest=row.digest,
        status=outcome.status,
        answer=outcome.answer,
        reason=outcome.reason,
        sent=sent,
        steps=outcome.steps,
        tokens=outcome.tokens,
        seconds=outcome.seconds,
        folder=folder.name,
        names=tuple(row.values),
    )
