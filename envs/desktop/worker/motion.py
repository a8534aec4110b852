"""What moves in a picture, and what of that means something: a caret blinks and a clock goes on by themselves."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Frame = NDArray[np.uint32]
"""A picture, one number a pixel, rows first."""
Grid = NDArray[np.bool_]
"""One flag for each square of TILE x TILE pixels, rows first."""
Spot = tuple[int, int]
"""A square's row and column."""

TILE = 16
_CARET = (3, 48)
"""The largest width and height in pixels of a text caret."""
_STATES = 8
"""Contents of one square that are remembered."""
_RUNNING = 3
"""A square that showed this many contents goes on by itself."""
_LARGE = 0.1
"""The share of the screen above which what changes is an event, and no clock."""
_FRESH = 3.0
"""Seconds for which a square must have rested to be one like any other again."""


class Motion:
    """Tells movement that an action or the world caused from what always goes on.

    Squares that change while nobody acts are remembered with what they showed: what blinks shows the same again, and
    what runs shows ever more. `clock` gives seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._states: dict[Spot, deque[int]] = {}
        self._running: set[Spot] = set()
        self._stirred: dict[Spot, float] = {}
        self._busy: dict[Spot, int] = {}

    def idle(self, before: Frame, now: Frame) -> None:
        """Learn from two pictures between which nobody acted."""
        grid = tiles(before, now)
        if grid is None or grid.mean() > _LARGE:
            return
        for spot in _spots(grid):
            self._stirred[spot] = self._clock()
            states = self._states.setdefault(spot, deque([_content(before, spot)], maxlen=_STATES))
            if (content := _content(now, spot)) not in states:
                states.append(content)

    def act(self) -> None:
        """An action begins: what moved before has ended, and what has rested is forgotten."""
        self._busy.clear()
        rested = [spot for spot, at in self._stirred.items() if self._clock() - at > _FRESH]
        for spot in rested:
            del self._stirred[spot]
            self._states.pop(spot, None)
            self._running.discard(spot)

    def follow(self, before: Frame, now: Frame) -> bool:
        """Is there a difference that means something between two pictures, taken one after the other?"""
        grid = tiles(before, now)
        if grid is None:
            return False
        for spot in _spots(grid):
            self._busy[spot] = self._busy.get(spot, 0) + 1
            if spot in self._stirred:
                self._stirred[spot] = self._clock()
        return self._means(before, now, grid)

    def differ(self, before: Frame, now: Frame) -> bool:
        """Is there a difference that means something between any two pictures?"""
        grid = tiles(before, now)
        return grid is not None and self._means(before, now, grid)

    def give_up(self) -> None:
        """The screen did not come to rest: what moved again and again is not waited for any more."""
        again = {spot for spot, times in self._busy.items() if times > 1}
        self._running |= again
        self._stirred |= dict.fromkeys(again, self._clock())

    def _means(self, before: Frame, now: Frame, grid: Grid) -> bool:
        return not _is_caret(before, now, grid) and any(not self._goes_on(spot, now) for spot in _spots(grid))

    def _goes_on(self, spot: Spot, frame: Frame) -> bool:
        """Is what a square shows now only what it does by itself?"""
        states = self._states.get(spot, ())
        return spot in self._running or len(states) >= _RUNNING or _content(frame, spot) in states


def tiles(before: Frame, now: Frame) -> Grid | None:
    """The squares in which two pictures differ; None if they are the same, all if they differ in size."""
    if before.shape != now.shape:
        return np.ones((-(-now.shape[0] // TILE), -(-now.shape[1] // TILE)), dtype=np.bool_)
    if np.array_equal(before, now):
        return None
    across = np.add.reduceat(before != now, np.arange(0, now.shape[1], TILE), axis=1, dtype=np.int32)
    grid: Grid = np.add.reduceat(across, np.arange(0, now.shape[0], TILE), axis=0) > 0
    return grid


def _spots(grid: Grid) -> list[Spot]:
    return [(int(row), int(column)) for row, column in np.argwhere(grid)]


def _is_caret(before: Frame, now: Frame, grid: Grid) -> bool:
    """Is everything that differs as small as a caret?"""
    rows, columns = np.nonzero(grid)
    if before.shape != now.shape or np.ptp(rows) > _CARET[1] // TILE or np.ptp(columns) > 1:
        return False
    top, left = rows.min() * TILE, columns.min() * TILE
    part = slice(top, (rows.max() + 1) * TILE), slice(left, (columns.max() + 1) * TILE)
    high, wide = np.nonzero(before[part] != now[part])
    return bool(np.ptp(wide) < _CARET[0] and np.ptp(high) < _CARET[1])


def _content(frame: Frame, spot: Spot) -> int:
    row, column = spot[0] * TILE, spot[1] * TILE
    return hash(frame[row : row + TILE, column : column + TILE].tobytes())
