"""Where a target stands by the texts around it: each text that was near it then points from its place now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from actions import Box
from agent.replay.likeness import likeness

if TYPE_CHECKING:
    from agent.reader.scene import TextLine
    from agent.reader.sight import Sight

_REACH = 320
"""Pixels around the target within which texts count."""
_FEWEST = 3
_SHARE = 0.6
"""Share of the texts found again that must agree."""
_TOLERANCE = 10
"""Pixels between two texts' pointers that mean the same place."""
_ALIKE = 0.9


@dataclass(frozen=True)
class Told:
    """Where the texts point, how many of them, and which share of those that were found again."""

    box: Box
    count: int
    share: float


class Anchors:
    """Reads both screens by OCR; the models load at the first use, and what was read once is remembered."""

    def __init__(self) -> None:
        self._sight: Sight | None = None

    def locate(self, then: bytes, target: Box, now: bytes) -> Told | None:
        """The place on screen `now` that the texts around `target` on screen `then` point to; None if they disagree."""
        before, after = self._read(then), self._read(now)
        left, top, right, bottom = target.pixels(before[1], before[2])
        middle = (left + right) / 2, (top + bottom) / 2
        pointers = list(_pointers(before[0], after[0], middle))
        if len(pointers) < _FEWEST:
            return None
        best = max((_agreeing(pointers, one) for one in pointers), key=len)
        if len(best) < _FEWEST or len(best) < _SHARE * len(pointers) or not _around(best):
            return None
        x = sum(one.x for one in best) / len(best)
        y = sum(one.y for one in best) / len(best)
        wide, high = right - left, bottom - top
        box = Box.of_pixels(x - wide / 2, y - high / 2, x + wide / 2, y + high / 2, after[1], after[2])
        return Told(box, len(best), len(best) / len(pointers))

    def _read(self, screenshot: bytes) -> tuple[Sequence[TextLine], int, int]:
        from agent.reader.sight import Sight

        self._sight = self._sight or Sight()
        scene = self._sight.read(screenshot, full=True)
        return scene.texts, scene.width, scene.height


@dataclass(frozen=True)
class _Pointer:
    """Where one text says that the target is, and on which side of the target it stood."""

    x: float
    y: float
    side: tuple[bool, bool]


def _pointers(then: Sequence[TextLine], now: Sequence[TextLine], target: tuple[float, float]) -> Iterable[_Pointer]:
    for text in then:
        x, y = text.box.centre
        if max(abs(x - target[0]), abs(y - target[1])) > _REACH or len(text.text) < 2:
            continue
        if sum(likeness(text.text, other.text) >= _ALIKE for other in then) > 1:
            continue
        again = [other for other in now if likeness(text.text, other.text) >= _ALIKE]
        if len(again) != 1:
            continue
        # the upper left corner stays where it is when a text is a little longer or shorter
        across, down = again[0].box.left - text.box.left, again[0].box.top - text.box.top
        yield _Pointer(target[0] + across, target[1] + down, (x < target[0], y < target[1]))


def _agreeing(pointers: Sequence[_Pointer], one: _Pointer) -> list[_Pointer]:
    return [other for other in pointers if abs(other.x - one.x) <= _TOLERANCE and abs(other.y - one.y) <= _TOLERANCE]


def _around(pointers: Sequence[_Pointer]) -> bool:
    """Do they stand on both sides? What moved into the place of something else agrees with one side only."""
    return len({one.side[1] for one in pointers}) == 2 or len({one.side[0] for one in pointers}) == 2
