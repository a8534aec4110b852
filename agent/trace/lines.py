"""What stands on the lines of a trace.

A trace is a folder: `trace.jsonl` holds a header line, one line a step and an outcome line, each appended and flushed
as it happens, so that a killed run leaves a readable trace; `screens/` holds images named by their content, so that an
unchanged screen is stored once. A run that was gone on with has a line that says so before its further steps. Readers
accept every older version.
"""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, field_validator

from actions import Element, Frozen, Platform, Result, Task
from agent.limits import Limits
from agent.outcome import Outcome
from prompts.base import Decision, Reply

VERSION = 2
FILE = "trace.jsonl"


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


class PromptPart(Frozen):
    """A piece of a message: text, or a picture as its path below the trace's folder ("" if it was not kept)."""

    text: str | None = None
    image: str | None = None


class PromptMessage(Frozen):
    """One message as it was sent."""

    role: str
    content: tuple[PromptPart, ...]

    @property
    def text(self) -> str:
        """Its text, with `[image]` where a picture stands."""
        return "\n".join("[image]" if part.text is None else part.text for part in self.content)


class StepLine(Frozen):
    """One step; `prompt` is the request as it was sent, `crop` shows what was hit."""

    kind: Literal["step"] = "step"
    n: int
    seen: Screen
    prompt: tuple[PromptMessage, ...] = ()
    reply: Reply | None = None
    decision: Decision | None = None
    result: Result | None = None
    problem: str = ""
    found: Found | None = None
    crop: str | None = None
    ms: dict[str, float] = Field(default_factory=dict)

    @field_validator("prompt", mode="before")
    @classmethod
    def _of_version_1(cls, prompt: Any) -> Any:
        # it was the text alone, with [image] lines for the pictures before it
        if not isinstance(prompt, str):
            return prompt
        content: list[dict[str, str]] = []
        while prompt.startswith("[image]\n"):
            content.append({"image": ""})
            prompt = prompt.removeprefix("[image]\n")
        return [{"role": "user", "content": [*content, {"text": prompt}]}]


class Resumed(Frozen):
    """A run that had ended or was cut off is gone on with from here, perhaps with another model."""

    kind: Literal["resumed"] = "resumed"
    handeye: str
    at: datetime.datetime
    dialect: str
    model: str
    endpoint: str
    limits: Limits
    after: int
    """How many steps the trace had before."""


class OutcomeLine(Frozen):
    """The last line: how it ended, when, and on which screen (None if none was seen)."""

    kind: Literal["outcome"] = "outcome"
    outcome: Outcome
    ended: datetime.datetime


Line = Header | StepLine | Resumed | OutcomeLine

line_of: TypeAdapter[Line] = TypeAdapter(Annotated[Line, Field(discriminator="kind")])


def now() -> datetime.datetime:
    """The time as traces write it."""
    return datetime.datetime.now(datetime.UTC)


def header(
    task: Task, platform: Platform, dialect: str, model: str, endpoint: str, limits: Limits, replays: str = ""
) -> Header:
    """The header of a run that begins now."""
    from agent import __version__

    return Header(
        handeye=__version__,
        started=now(),
        task=task,
        platform=platform,
        dialect=dialect,
        model=model,
        endpoint=endpoint,
        limits=limits,
        replays=replays,
    )
