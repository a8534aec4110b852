"""Reading a trace, whole or cut off."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from actions import Frozen, Observation, TraceError
from agent.outcome import Outcome
from agent.trace.lines import FILE, VERSION, Header, Line, OutcomeLine, Resumed, StepLine, line_of
from prompts.base import Step


class Trace(Frozen):
    """A trace that was read: `outcome` is None if the run was killed before it could say how it ended.

    `resumed` are the times that it was gone on with.
    """

    folder: Path
    header: Header
    steps: tuple[StepLine, ...] = ()
    resumed: tuple[Resumed, ...] = ()
    outcome: Outcome | None = None

    def image(self, name: str) -> bytes:
        """The encoded picture that a step names; raises TraceError if it is missing."""
        if not re.fullmatch(r"screens/[0-9a-f]+\.(png|jpg)", name):
            raise TraceError(f"the trace in {self.folder} names a picture outside it: {name!r}")
        try:
            return (self.folder / name).read_bytes()
        except OSError as error:
            raise TraceError(f"the trace in {self.folder} lacks its picture {name}: {error.strerror}") from error

    @property
    def left_at(self) -> str:
        """The address of the last page that was seen, "" if none was."""
        return next((line.seen.url for line in reversed(self.steps) if line.seen.url), "")

    def observation(self, line: StepLine) -> Observation:
        """What a step saw, with its screenshot. Raises TraceError if that is missing."""
        facts = {name: getattr(line.seen, name) for name in type(line.seen).model_fields if name != "image"}
        return Observation(screenshot=self.image(line.seen.image), **facts)

    def history(self) -> list[Step]:
        """The steps as the loop and the dialects had them: those that a model answered. Raises TraceError."""
        return [
            Step(
                seen=self.observation(line),
                reply=line.reply,
                decision=line.decision,
                result=line.result,
                problem=line.problem,
            )
            for line in self.steps
            if line.reply is not None
        ]


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
    if not lines:
        raise TraceError(f"the trace in {folder} was cut off before its first line was whole; there is nothing in it")
    if not isinstance(lines[0], Header):
        raise TraceError(f"{folder / FILE} does not begin with a trace's header")
    return Trace(
        folder=folder,
        header=lines[0],
        steps=tuple(line for line in lines if isinstance(line, StepLine)),
        resumed=tuple(line for line in lines if isinstance(line, Resumed)),
        outcome=lines[-1].outcome if isinstance(lines[-1], OutcomeLine) else None,
    )


def _lines(path: Path) -> Iterator[Line]:
    text = path.read_bytes().decode("utf-8", "replace")
    whole = text.split("\n")
    # the piece after the last newline is empty, or a line that a killed run did not finish
    for number, line in enumerate(whole[:-1], start=1):
        try:
            data = json.loads(line)
            version = data.get("version", 0) if isinstance(data, dict) and data.get("kind") == "header" else 0
            if isinstance(version, int) and version > VERSION:
                raise TraceError(f"{path} has version {version}; this Handeye reads up to {VERSION}: update it")
            yield line_of.validate_python(data)
        except (json.JSONDecodeError, ValidationError, RecursionError) as error:
            raise TraceError(f"line {number} of {path} is damaged: {str(error).splitlines()[0]}") from error
