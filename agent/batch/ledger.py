"""What became of each row, written down before and after it is done: a batch that was cut off can be gone on with."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from actions import Frozen, TraceError, UsageError
from agent.batch.rows import Row
from agent.outcome import Status
from agent.trace.appended import AppendedFile, Busy

VERSION = 1
FILE = "batch.jsonl"

RowStatus = Status | Literal["usage", "unknown"]
"""An Outcome's status; `usage` for a row that could not be begun, and `unknown` for one whose end nobody saw."""


class Opening(Frozen):
    """The first line: which trace, and which table."""

    kind: Literal["batch"] = "batch"
    version: int = VERSION
    handeye: str
    trace: str
    data: str
    started: datetime.datetime


class Begun(Frozen):
    """A row is about to be done; `folder` is that of its trace, below the batch's."""

    kind: Literal["begun"] = "begun"
    row: int
    digest: str
    folder: str
    at: datetime.datetime


class Done(Frozen):
    """How a row ended. `sent`: what it was to send may have been sent, though the row is not complete."""

    kind: Literal["done"] = "done"
    row: int
    digest: str
    status: RowStatus
    answer: str = ""
    reason: str = ""
    sent: bool = False
    steps: int = 0
    tokens: int = 0
    seconds: float = 0.0
    folder: str = ""
    names: tuple[str, ...] = ()

    @property
    def settled(self) -> bool:
        """Is it complete, or better looked at by a person before it is done again?"""
        return self.status == "complete" or self.doubtful

    @property
    def doubtful(self) -> bool:
        return self.status == "unknown" or (self.sent and self.status != "complete")


Line = Opening | Begun | Done
_line: TypeAdapter[Line] = TypeAdapter(Annotated[Line, Field(discriminator="kind")])


class Ledger:
    """The file of one batch, and what it says of each row so far.

    `resume` goes on with the one in `folder`. Raises UsageError if there is one and `resume` is False, if there is none
    and it is True, or if another process is writing it; TraceError if it cannot be read or written.
    """

    def __init__(self, folder: Path, *, trace: Path, data: Path, resume: bool = False) -> None:
        self.folder = folder
        self.done: dict[int, Done] = {}
        self.begun: dict[int, Begun] = {}
        self._taken: set[str] = set()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = AppendedFile(folder / FILE, fresh=not resume)
        except FileExistsError as error:
            raise UsageError(
                f"{folder} holds a batch already; --resume goes on with it, and --out names another folder"
            ) from error
        except FileNotFoundError as error:
            raise UsageError(f"{folder} holds no batch to go on with; leave --resume out to begin one") from error
        except Busy as error:
            raise UsageError(f"another process is working on the batch in {folder}") from error
        except OSError as error:
            raise TraceError(f"cannot write the batch into {folder}: {error.strerror or error}") from error
        try:
            if resume:
                self._file.drop_half_line()
                self._take_in()
            if not resume or not self._opened:
                self._add(_opening(trace, data))
        except BaseException:
            self._file.close()
            raise

    def begin(self, row: Row) -> Path:
        """Write down that a row is begun; gives the folder for its trace, which is new."""
        name = f"row-{row.number:04}"
        attempt = 1
        while (folder := name if attempt == 1 else f"{name}-{attempt}") in self._taken or (
            self.folder / folder
        ).exists():
            attempt += 1
        begun = Begun(row=row.number, digest=row.digest, folder=folder, at=_now())
        self._add(begun)
        self._note(begun)
        return self.folder / folder

    def end(self, done: Done) -> None:
        """Write down how a row ended."""
        self._add(done)
        self._note(done)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def check_rows(self, rows: Sequence[Row]) -> None:
        """Raises UsageError if a row that was begun has other values now."""
        digests = {row.number: row.digest for row in rows}
        fixed = {one.row: one.digest for one in self.done.values() if one.settled}
        fixed |= {one.row: one.digest for one in self.begun.values()}
        for number, digest in sorted(fixed.items()):
            if digests.get(number) != digest:
                raise UsageError(
                    f"row {number} is another one than this batch has done: rows may be added at the end of the table, "
                    "and those that failed be mended, but those that were done must stay; --out begins a new batch"
                )

    def _take_in(self) -> None:
        self._opened = False
        for line in _lines(self.folder / FILE):
            if isinstance(line, Opening):
                self._opened = True
            else:
                self._note(line)

    def _note(self, line: Begun | Done) -> None:
        if isinstance(line, Begun):
            self.begun[line.row] = line
            self.done.pop(line.row, None)
            self._taken.add(line.folder)
        else:
            self.done[line.row] = line
            self.begun.pop(line.row, None)

    def _add(self, line: Line) -> None:
        try:
            self._file.add(line.model_dump_json())
        except OSError as error:
            raise TraceError(f"the batch in {self.folder} could not be written: {error.strerror or error}") from error


def _lines(path: Path) -> Iterator[Line]:
    try:
        whole = path.read_bytes().decode("utf-8", "replace").split("\n")[:-1]
    except OSError as error:
        raise TraceError(f"{path} cannot be read: {error.strerror or error}") from error
    for number, text in enumerate(whole, start=1):
        version = re.match(r'\{"kind":"batch","version":(\d+)', text)
        if version and int(version[1]) > VERSION:
            raise TraceError(f"{path} has version {version[1]}; this Handeye reads up to {VERSION}: update it")
        try:
            yield _line.validate_json(text)
        except ValidationError as error:
            raise TraceError(f"line {number} of {path} is damaged: {str(error).splitlines()[0]}") from error


def _opening(trace: Path, data: Path) -> Opening:
    from agent import __version__

    return Opening(handeye=__version__, trace=str(trace), data=str(data), started=_now())


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
