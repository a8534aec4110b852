"""Writing a trace while a run goes on."""

from __future__ import annotations

import datetime
import hashlib
import re
import secrets
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from actions import TraceError, UsageError
from agent.outcome import Outcome
from agent.trace.appended import AppendedFile, Busy
from agent.trace.lines import (
    FILE,
    Header,
    Line,
    OutcomeLine,
    PromptMessage,
    PromptPart,
    Resumed,
    Screen,
    StepLine,
    now,
)
from agent.trace.reader import Trace, read_trace
from agent.trace.turn import Turn, crop_frame, target_of
from prompts.base import Message
from prompts.images import image_of


class TraceWriter:
    """Writes one trace. Steps are written by a thread of its own, in order, while the run goes on.

    With `resumed`, a trace that `read_trace` read, its own file is gone on with instead of a new one made.

    Raises UsageError if the folder already holds a trace or another process is writing it, TraceError if it cannot be
    made, and, at the next call, TraceError if a line could not be written.
    """

    def __init__(self, folder: Path) -> None:
        self._begin(folder, fresh=True)
        self._resumed = False
        self.steps = 0

    @classmethod
    def go_on(cls, folder: Path) -> tuple[TraceWriter, Trace]:
        """A writer that adds to the trace in `folder`, and what the trace holds so far.

        A last line that was cut off is removed. Raises UsageError for a trace that ended complete, that repeats
        another, or that another process is writing, and TraceError if it cannot be read or written.
        """
        folder = folder.parent if folder.name == FILE else folder
        read_trace(folder)
        writer = cls.__new__(cls)
        writer._begin(folder, fresh=False)
        try:
            # only now can nobody else add to it
            trace = read_trace(folder)
            _check_unfinished(trace)
            writer._file.drop_half_line()
        except BaseException:
            writer.close()
            raise
        writer._resumed = True
        writer.steps = len(trace.steps)
        return writer, trace

    def _begin(self, folder: Path, *, fresh: bool) -> None:
        self.folder = folder
        try:
            (folder / "screens").mkdir(parents=True, exist_ok=True)
            self._file = AppendedFile(folder / FILE, fresh=fresh)
        except FileExistsError as error:
            raise UsageError(f"{folder} already holds a trace; name another folder with --trace-dir") from error
        except Busy as error:
            raise UsageError(f"another run is writing the trace in {folder}; wait for its end, or stop it") from error
        except OSError as error:
            raise TraceError(f"cannot write a trace into {folder}: {error.strerror or error}") from error
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="trace")
        self._pending: list[Future[None]] = []
        self._failure: BaseException | None = None
        self._gap = False

    def begin(self, header: Header) -> None:
        """Write the header line, and wait for it: a run that cannot be recorded does not start.

        A trace that is gone on with keeps its header; what may differ from it is written instead.
        """
        first: Line = header
        if self._resumed:
            first = Resumed(
                handeye=header.handeye,
                at=header.started,
                dialect=header.dialect,
                model=header.model,
                endpoint=header.endpoint,
                limits=header.limits,
                after=self.steps,
            )
        self._submit(first)
        try:
            self._wait()
        except TraceError:
            self.close()
            raise

    def add(self, turn: Turn) -> None:
        """Write one turn's line and pictures, in the background."""
        self._raise_failures()
        self.steps += 1
        self._pending.append(self._thread.submit(self._write_next, turn))

    def end(self, outcome: Outcome) -> None:
        """Write the outcome line, wait for everything, and close.

        If a step could not be written, the outcome says so where there is still room for it, and TraceError is raised.
        """
        try:
            try:
                self._wait()
            except TraceError as error:
                lost = {"status": "error", "answer": "", "reason": str(error)}
                self._submit(OutcomeLine(outcome=outcome.model_copy(update=lost), ended=now()))
                raise  # close waits for that line
            self._submit(OutcomeLine(outcome=outcome, ended=now()))
            self._wait()
        finally:
            self.close()

    def close(self) -> None:
        """Let go of the folder; `end` does that too."""
        self._thread.shutdown(wait=True)
        self._file.close()

    def _submit(self, line: Line) -> None:
        self._pending.append(self._thread.submit(self._write, line))

    def _wait(self) -> None:
        for future in self._pending:
            future.exception()
        self._raise_failures()

    def _raise_failures(self) -> None:
        done = [future for future in self._pending if future.done()]
        self._pending = [future for future in self._pending if not future.done()]
        failures = [error for future in done if (error := future.exception()) is not None]
        # a trace that lacks a step stays one, whatever could be written after it
        self._failure = self._failure or next(iter(failures), None)
        if (error := self._failure) is not None:
            why = error.strerror if isinstance(error, OSError) and error.strerror else error
            raise TraceError(
                f"the trace in {self.folder} could not be written: {why}; what was recorded before is kept"
            ) from error

    def _write(self, line: Line) -> None:
        self._file.add(line.model_dump_json())

    def _write_next(self, turn: Turn) -> None:
        if self._gap:
            return  # what follows a step that is lost would read as if it came after the one before
        try:
            self._write_turn(turn)
        except BaseException:
            self._gap = True
            raise

    def _write_turn(self, turn: Turn) -> None:
        seen = turn.seen
        facts = seen.model_dump(exclude={"screenshot"})
        self._write(
            StepLine(
                n=turn.n,
                seen=Screen(image=self._store(seen.screenshot), **facts),
                prompt=self._sent(turn.messages),
                reply=turn.reply,
                decision=turn.decision,
                result=turn.result,
                problem=turn.problem,
                found=turn.found,
                crop=self._crop(turn),
                ms={phase: round(ms, 2) for phase, ms in turn.ms.items()},
            )
        )

    def _sent(self, messages: Sequence[Message]) -> tuple[PromptMessage, ...]:
        return tuple(
            PromptMessage(
                role=str(message["role"]),
                content=(PromptPart(text=message["content"]),)
                if isinstance(message["content"], str)
                else tuple(self._part(part) for part in message["content"]),
            )
            for message in messages
        )

    def _part(self, part: Message) -> PromptPart:
        if "text" in part:
            return PromptPart(text=part["text"])
        image = image_of(part)
        return PromptPart(image=self._store(image) if image else "")

    def _store(self, image: bytes) -> str:
        suffix = "jpg" if image.startswith(b"\xff\xd8") else "png"
        name = f"screens/{hashlib.sha256(image).hexdigest()[:20]}.{suffix}"
        path = self.folder / name
        if not path.exists():
            part = path.with_suffix(".part")
            try:
                part.write_bytes(image)
                part.replace(path)
            except OSError:
                part.unlink(missing_ok=True)
                raise
        return name

    def _crop(self, turn: Turn) -> str | None:
        box = target_of(turn)
        if box is None:
            return None
        import io

        from PIL import Image

        out = io.BytesIO()
        with Image.open(io.BytesIO(turn.seen.screenshot)) as picture:
            picture.crop(crop_frame(box, turn.seen.width, turn.seen.height)).save(out, "PNG", compress_level=1)
        return self._store(out.getvalue())


def _check_unfinished(trace: Trace) -> None:
    if trace.header.replays:
        raise UsageError(
            f"the trace in {trace.folder} repeats {trace.header.replays} without a model; replay that once more instead"
        )
    if trace.outcome is not None and trace.outcome.status == "complete":
        raise UsageError(f"the run in {trace.folder} ended complete; there is nothing to go on with")


def prompt_text(messages: Sequence[Message]) -> str:
    """The text of a request, with `[image]` where a picture stands."""
    parts: list[str] = []
    for message in messages:
        content = message["content"]
        pieces = [content] if isinstance(content, str) else [part.get("text", "[image]") for part in content]
        parts.append("\n".join(pieces))
    return "\n\n".join(parts)


def new_folder(root: Path, instruction: str) -> Path:
    """A name for a new trace's folder below `root`: when, what, and four random digits against clashes."""
    words = "-".join(re.findall(r"\w+", instruction.lower())[:6])[:48].strip("-") or "run"
    return root / f"{datetime.datetime.now():%Y%m%d-%H%M%S}-{words}-{secrets.token_hex(2)}"
