"""The record of one run on disk, version 2, and its reader.

A trace is a folder: `trace.jsonl` holds a header line, one line a step and an outcome line, each appended and flushed
as it happens, so that a killed run leaves a readable trace; `screens/` holds images named by their content, so that an
unchanged screen is stored once. Readers accept every older version.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import re
import secrets
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from actions import Box, Element, Frozen, Observation, Platform, Result, Task, TraceError, UsageError, place_of
from agent.limits import Limits
from agent.outcome import Outcome
from prompts.base import Decision, Message, Reply, Step

VERSION = 2
FILE = "trace.jsonl"
CROP_MARGIN = 24
"""Pixels of surroundings that a crop keeps on each side of what was hit."""


Rung = Literal["hit", "picture", "anchors", "model", "person"]
"""What found a recorded target again: what was hit, the picture of it, the texts around it, the model, the person."""


class Found(Frozen):
    """How a replay found the target of a recorded step again.

    `step` is the number of the recorded one, `rung` None where it had no target, `sure` 0..1, and `why` in words.
    `checks` says what was compared after the step, each with "" or what differed.
    """

    step: int
    rung: Rung | None = None
    sure: float = 1.0
    why: str = ""
    checks: dict[str, str] = Field(default_factory=dict)


@dataclass
class Turn:
    """One turn of the loop while it happens; a turn that broke off has None where it did not get to.

    `ms` holds the milliseconds of its phases: observe, messages, think, parse, act, settle, and look (what came of it).
    """

    n: int
    seen: Observation
    messages: Sequence[Message] = ()
    reply: Reply | None = None
    decision: Decision | None = None
    result: Result | None = None
    problem: str = ""
    found: Found | None = None
    ms: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timed(self, phase: str) -> Iterator[None]:
        """Note how long what happens inside takes."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            self.ms[phase] = (time.perf_counter() - begun) * 1000

    def step(self) -> Step:
        """This turn as dialects see it in the history; needs a reply."""
        assert self.reply is not None
        return Step(seen=self.seen, reply=self.reply, decision=self.decision, result=self.result, problem=self.problem)


class Header(Frozen):
    """The first line: what was asked of whom, with which bounds."""

    kind: Literal["header"] = "header"
    version: int = VERSION
    handeye: str
    started: datetime.datetime
    task: Task
    platform: Platform
    dialect: str
    model: str
    endpoint: str
    limits: Limits
    replays: str = ""
    """The folder of the trace that this one repeats, as its run was told it."""


class Screen(Frozen):
    """An observation in the trace; `image` is a path below the trace's folder."""

    image: str
    width: int
    height: int
    platform: Platform
    url: str = ""
    title: str = ""
    app: str = ""
    elements: tuple[Element, ...] = ()
    notes: tuple[str, ...] = ()
    scroll: tuple[float, float] | None = None
    landmarks: tuple[str, ...] = ()


class StepLine(Frozen):
    """One step; `prompt` is the messages' text with `[image]` where a picture stood, `crop` shows what was hit."""

    kind: Literal["step"] = "step"
    n: int
    seen: Screen
    prompt: str
    reply: Reply | None = None
    decision: Decision | None = None
    result: Result | None = None
    problem: str = ""
    found: Found | None = None
    crop: str | None = None
    ms: dict[str, float] = Field(default_factory=dict)


class OutcomeLine(Frozen):
    """The last line: how it ended, when, and on which screen (None if none was seen)."""

    kind: Literal["outcome"] = "outcome"
    outcome: Outcome
    ended: datetime.datetime


_line: TypeAdapter[Header | StepLine | OutcomeLine] = TypeAdapter(
    Annotated[Header | StepLine | OutcomeLine, Field(discriminator="kind")]
)


class TraceWriter:
    """Writes one trace. Steps are written by a thread of its own, in order, while the run goes on.

    Raises UsageError if the folder already holds a trace, TraceError if it cannot be made, and, at the next call,
    TraceError if a line could not be written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            (folder / "screens").mkdir(parents=True, exist_ok=True)
            self._file: IO[str] = (folder / FILE).open("x", encoding="utf-8")
        except FileExistsError as error:
            raise UsageError(f"{folder} already holds a trace; name another folder with --trace-dir") from error
        except OSError as error:
            raise TraceError(f"cannot write a trace into {folder}: {error.strerror or error}") from error
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="trace")
        self._pending: list[Future[None]] = []

    def begin(self, header: Header) -> None:
        """Write the header line, and wait for it: a run that cannot be recorded does not start."""
        self._submit(header)
        try:
            self._wait()
        except TraceError:
            self._thread.shutdown(wait=True)
            raise

    def add(self, turn: Turn) -> None:
        """Write one turn's line and pictures, in the background."""
        self._raise_failures()
        self._pending.append(self._thread.submit(self._write_turn, turn))

    def end(self, outcome: Outcome) -> None:
        """Write the outcome line, wait for everything, and close."""
        try:
            self._submit(OutcomeLine(outcome=outcome, ended=_now()))
            self._wait()
        finally:
            self._thread.shutdown(wait=True)
            self._file.close()

    def _submit(self, line: Header | StepLine | OutcomeLine) -> None:
        self._pending.append(self._thread.submit(self._write, line))

    def _wait(self) -> None:
        for future in self._pending:
            future.exception()
        self._raise_failures()

    def _raise_failures(self) -> None:
        done = [future for future in self._pending if future.done()]
        self._pending = [future for future in self._pending if not future.done()]
        for future in done:
            if (error := future.exception()) is not None:
                raise TraceError(f"the trace in {self.folder} could not be written: {error}") from error

    def _write(self, line: Header | StepLine | OutcomeLine) -> None:
        self._file.write(line.model_dump_json(exclude_defaults=False) + "\n")
        self._file.flush()

    def _write_turn(self, turn: Turn) -> None:
        seen = turn.seen
        facts = seen.model_dump(exclude={"screenshot"})
        self._write(
            StepLine(
                n=turn.n,
                seen=Screen(image=self._store(seen.screenshot), **facts),
                prompt=prompt_text(turn.messages),
                reply=turn.reply,
                decision=turn.decision,
                result=turn.result,
                problem=turn.problem,
                found=turn.found,
                crop=self._crop(turn),
                ms={phase: round(ms, 2) for phase, ms in turn.ms.items()},
            )
        )

    def _store(self, image: bytes) -> str:
        suffix = "jpg" if image.startswith(b"\xff\xd8") else "png"
        name = f"screens/{hashlib.sha256(image).hexdigest()[:20]}.{suffix}"
        path = self.folder / name
        if not path.exists():
            part = path.with_suffix(".part")
            part.write_bytes(image)
            part.replace(path)
        return name

    def _crop(self, turn: Turn) -> str | None:
        box = _target(turn)
        if box is None:
            return None
        import io

        from PIL import Image

        out = io.BytesIO()
        with Image.open(io.BytesIO(turn.seen.screenshot)) as picture:
            picture.crop(crop_frame(box, turn.seen.width, turn.seen.height)).save(out, "PNG", compress_level=1)
        return self._store(out.getvalue())


def crop_frame(box: Box, width: int, height: int) -> tuple[int, int, int, int]:
    """(left, top, right, bottom) in pixels of the crop that is kept of a target on a screen of that size."""
    left, top, right, bottom = box.pixels(width, height)
    return (
        max(0, int(left) - CROP_MARGIN),
        max(0, int(top) - CROP_MARGIN),
        min(width, int(right) + CROP_MARGIN + 1),
        min(height, int(bottom) + CROP_MARGIN + 1),
    )


def _target(turn: Turn) -> Box | None:
    """Where the turn acted: what was hit if that is known, else the place that the action names."""
    if turn.result is not None and turn.result.hit is not None and turn.result.hit.box is not None:
        return turn.result.hit.box
    place = place_of(turn.decision.action) if turn.decision is not None else None
    if place is None:
        return None
    if isinstance(place, Box):
        return place
    return Box(left=place.x, top=place.y, right=place.x, bottom=place.y)


def prompt_text(messages: Sequence[Message]) -> str:
    """The text of a request, with `[image]` where a picture stands."""
    parts: list[str] = []
    for message in messages:
        content = message["content"]
        pieces = [content] if isinstance(content, str) else [part.get("text", "[image]") for part in content]
        parts.append("\n".join(pieces))
    return "\n\n".join(parts)


class Trace(Frozen):
    """A trace that was read: `outcome` is None if the run was killed before it could say how it ended."""

    folder: Path
    header: Header
    steps: tuple[StepLine, ...] = ()
    outcome: Outcome | None = None

    def image(self, name: str) -> bytes:
        """The encoded picture that a step names; raises TraceError if it is missing."""
        if not re.fullmatch(r"screens/[0-9a-f]+\.(png|jpg)", name):
            raise TraceError(f"the trace in {self.folder} names a picture outside it: {name!r}")
        try:
            return (self.folder / name).read_bytes()
        except OSError as error:
            raise TraceError(f"the trace in {self.folder} lacks its picture {name}: {error.strerror}") from error


def read_trace(folder: Path) -> Trace:
    """Read a trace from its folder (or from its trace.jsonl). A half-written last line is left out.

    Raises TraceError if there is none, if a line is damaged, or if it was written by a newer version.
    """
    if folder.name == FILE:
        folder = folder.parent
    try:
        lines = list(_lines(folder / FILE))
    except OSError as error:
        raise TraceError(f"no trace in {folder}: {error.strerror}") from error
    if not lines or not isinstance(lines[0], Header):
        raise TraceError(f"{folder / FILE} does not begin with a trace's header")
    ends = [line.outcome for line in lines if isinstance(line, OutcomeLine)]
    return Trace(
        folder=folder,
        header=lines[0],
        steps=tuple(line for line in lines if isinstance(line, StepLine)),
        outcome=ends[-1] if ends else None,
    )


def _lines(path: Path) -> Iterator[Header | StepLine | OutcomeLine]:
    text = path.read_bytes().decode("utf-8", "replace")
    whole = text.split("\n")
    # the piece after the last newline is empty, or a line that a killed run did not finish
    for number, line in enumerate(whole[:-1], start=1):
        try:
            data = json.loads(line)
            version = data.get("version", 0) if isinstance(data, dict) and data.get("kind") == "header" else 0
            if isinstance(version, int) and version > VERSION:
                raise TraceError(f"{path} has version {version}; this Handeye reads up to {VERSION}: update it")
            yield _line.validate_python(data)
        except (json.JSONDecodeError, ValidationError) as error:
            raise TraceError(f"line {number} of {path} is damaged: {str(error).splitlines()[0]}") from error


def new_folder(root: Path, instruction: str) -> Path:
    """A name for a new trace's folder below `root`: when, what, and four random digits against clashes."""
    words = "-".join(re.findall(r"\w+", instruction.lower())[:6])[:48].strip("-") or "run"
    return root / f"{datetime.datetime.now():%Y%m%d-%H%M%S}-{words}-{secrets.token_hex(2)}"


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def header(
    task: Task, platform: Platform, dialect: str, model: str, endpoint: str, limits: Limits, replays: str = ""
) -> Header:
    """The header of a run that begins now."""
    from agent import __version__

    return Header(
        handeye=__version__,
        started=_now(),
        task=task,
        platform=platform,
        dialect=dialect,
        model=model,
        endpoint=endpoint,
        limits=limits,
        replays=replays,
    )
