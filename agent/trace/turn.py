"""One turn of the loop while it happens, as the loop hands it to the trace."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from actions import Box, Observation, Result, place_of
from agent.trace.lines import Found
from prompts.base import Decision, Message, Reply, Step

CROP_MARGIN = 24
"""Pixels of surroundings that a crop keeps on each side of what was hit."""


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


def crop_frame(box: Box, width: int, height: int) -> tuple[int, int, int, int]:
    """(left, top, right, bottom) in pixels of the crop that is kept of a target on a screen of that size."""
    left, top, right, bottom = box.pixels(width, height)
    return (
        max(0, int(left) - CROP_MARGIN),
        max(0, int(top) - CROP_MARGIN),
        min(width, int(right) + CROP_MARGIN + 1),
        min(height, int(bottom) + CROP_MARGIN + 1),
    )


def target_of(turn: Turn) -> Box | None:
    """Where the turn acted: what was hit if that is known, else the place that the action names."""
    if turn.result is not None and turn.result.hit is not None and turn.result.hit.box is not None:
        return turn.result.hit.box
    place = place_of(turn.decision.action) if turn.decision is not None else None
    if place is None:
        return None
    if isinstance(place, Box):
        return place
    return Box(left=place.x, top=place.y, right=place.x, bottom=place.y)
