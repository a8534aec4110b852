"""Ways of a finger over the glass, in pixels of input."""

from __future__ import annotations

import math
from dataclasses import dataclass

from actions import Box, Place, Scroll

_STEPS = 5.0
"""Steps of a Scroll that move the view by half of what is scrolled."""
_SHARE = 0.7
"""The most of what is scrolled that one swipe goes over."""
_MOST = 12
_EDGE_X, _EDGE_Y = 0.06, 0.1
"""Shares at the screen's edges that belong to the system: back, home, notifications."""
_SPEED = 1.1
"""Heights of the screen a second: slow enough that the view follows, quick enough to be no long press."""


@dataclass(frozen=True, slots=True)
class Swipe:
    """From one place to another in so many milliseconds."""

    x1: int
    y1: int
    x2: int
    y2: int
    ms: int


def drag(start: tuple[int, int], end: tuple[int, int], size: tuple[int, int]) -> Swipe:
    """A finger that moves something, or the view: the longer the way, the longer it takes."""
    return Swipe(*start, *end, _duration(math.dist(start, end), size))


def scrolling(action: Scroll, size: tuple[int, int]) -> list[Swipe]:
    """The swipes that move the view as a Scroll says: the finger goes the other way."""
    width, height = size
    upright = action.direction in ("up", "down")
    left, top, right, bottom = _field(action.at, size)
    reach = (bottom - top) if upright else (right - left)
    # what is scrolled may be most of the screen, or a row in it; a place alone does not say
    whole = (height if upright else width) if not isinstance(action.at, Box) else reach
    distance = action.steps / _STEPS * whole / 2
    longest = min(reach, whole * _SHARE)
    count = min(_MOST, max(1, math.ceil(distance / longest)))
    length = min(distance / count, longest)
    along = (-1 if action.direction in ("down", "right") else 1) * length / 2
    if isinstance(action.at, Box) or action.at is None:
        x, y = (left + right) / 2, (top + bottom) / 2
    else:
        x, y = action.at.x * width, action.at.y * height
    x, y = _kept(x, y, left, top, right, bottom, length / 2, upright)
    dx, dy = (0.0, along) if upright else (along, 0.0)
    return [
        Swipe(round(x - dx), round(y - dy), round(x + dx), round(y + dy), _duration(length, size))
        for _ in range(count)
    ]  # fmt: skip


def _field(place: Place | None, size: tuple[int, int]) -> tuple[float, float, float, float]:
    """Where the finger may go: inside the box, if there is one, and away from the edges."""
    width, height = size
    bounds = (_EDGE_X * width, _EDGE_Y * height, (1 - _EDGE_X) * width, (1 - _EDGE_Y) * height)
    if not isinstance(place, Box):
        return bounds
    left, top, right, bottom = place.pixels(width, height)
    inner = max(left, bounds[0]), max(top, bounds[1]), min(right, bounds[2]), min(bottom, bounds[3])
    return inner if inner[2] - inner[0] > 8 and inner[3] - inner[1] > 8 else (left, top, right, bottom)


def _kept(
    x: float, y: float, left: float, top: float, right: float, bottom: float, half: float, upright: bool
) -> tuple[float, float]:
    """The middle of a swipe, moved so that all of it stays within."""
    aside, above = (0.0, half) if upright else (half, 0.0)
    return _clamped(x, left + aside, right - aside), _clamped(y, top + above, bottom - above)


def _clamped(value: float, low: float, high: float) -> float:
    return (low + high) / 2 if low > high else min(max(value, low), high)


def _duration(distance: float, size: tuple[int, int]) -> int:
    return round(1000 * min(2.0, max(0.3, distance / max(size) / _SPEED)))
