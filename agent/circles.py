"""Runs that go round in circles: the same actions on the same screens, over and over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from prompts.base import Step

_LONGEST = 4
"""Steps of the longest round looked for."""


class Circle(NamedTuple):
    """How often the last `period` actions have been done on screens that looked the same each time."""

    period: int
    rounds: int

    def __str__(self) -> str:
        if self.period == 1:
            return f"the same action was tried {self.rounds} times and changed nothing"
        return f"the same {self.period} actions were done {self.rounds} times and led to the same screens each time"


def circles(history: Sequence[Step]) -> list[Circle]:
    """The circles that a run is in at its end, by length; [] if the last action was not done just so before.

    An action counts as repeated if it is equal and its screen was the same to the last pixel, or if it was said to
    have changed nothing; waiting alone is no circle. Pressing "+" five times is none while the number goes up.
    """
    found: list[Circle] = []
    for period in range(1, _LONGEST + 1):
        repeated = 0
        while repeated + period < len(history) and _same(history, repeated, period):
            repeated += 1
        rounds = (repeated + period) // period
        if rounds > 1 and any(_kind(step) != "wait" for step in history[-period:]):
            found.append(Circle(period, rounds))
    return found


def _same(history: Sequence[Step], back: int, period: int) -> bool:
    """Is the step so many back the same as the one a period before it?"""
    newer, older = history[-1 - back], history[-1 - back - period]
    if newer.decision is None or older.decision is None or newer.decision.action != older.decision.action:
        return False
    if period == 1:
        return _in_vain(newer, older)
    return newer.seen.screenshot == older.seen.screenshot and newer.problem == older.problem


def _in_vain(newer: Step, older: Step) -> bool:
    if newer.result is None or older.result is None:
        return False
    if newer.result.changed is None or older.result.changed is None:
        return newer.seen.screenshot == older.seen.screenshot
    return not newer.result.changed and not older.result.changed


def _kind(step: Step) -> str:
    return step.decision.action.kind if step.decision is not None else ""
