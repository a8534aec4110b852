"""What moves in a picture, and what of that means something: a caret blinks and a clock goes on by themselves."""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

Frame = NDArray[np.uint32]
"""A picture, one number a pixel, rows first."""
Grid = NDArray[np.bool_]
"""One flag for each square of TILE x TILE pixels, rows first."""

TILE = 16
_CARET = (3, 48)
"""The largest width and height in pixels of a text caret."""
_STATES = 8
"""Contents of one square that are remembered."""
_RUNNING = 3
"""A square that showed this many contents, and none of them twice, goes on by itself."""
_LARGE = 0.1
"""The share of the screen above which what changes is an event, and no clock."""


class Motion:
    """Tells movement that an action or the world caused from what always goes on.

    Squares that change while nobody acts are remembered with what they showed: what blinks shows the same again, and
    what runs never does.
    """

    def __init__(self) -> None:
        self._states: dict[tuple[int, int], deque[int]] = {}
        self._running: Grid | None = None
        self._busy: Grid | None = None

    def idle(self, before: Frame, now: Frame) -> None:
        """Learn from two pictures between which nobody acted."""
        moved = tiles(before, now)
        if moved is None or moved.mean() > _LARGE:
            return
        for row, column in np.argwhere(moved):
            spot = int(row), int(column)
            states = self._states.setdefault(spot, deque([_content(before, spot)], maxlen=_STATES))
            content = _content(now, spot)
            if content not in states:
                states.append(content)
            elif states[-1] != content:  # it shows again what it showed: the newest stands last
                states.remove(content)
                states.append(content)

    def moved(self, before: Frame, now: Frame) -> bool:
        """Is there a difference between two pictures that means something?"""
        grid = tiles(before, now)
        if grid is None or _is_caret(before, now, grid):
            return False
        if self._busy is None or self._busy.shape != grid.shape:
            self._busy = np.zeros_like(grid)
        self._busy |= grid
        if self._running is not None and self._running.shape == grid.shape:
            grid = grid & ~self._running
        return any(not self._known((int(row), int(column)), now) for row, column in np.argwhere(grid))

    def acted(self) -> None:
        """An action begins: what moved before it has ended."""
        self._busy = None

    def give_up(self) -> None:
        """The screen did not come to rest: what moved all the time is not waited for again."""
        if self._busy is not None:
            shape = self._busy.shape
            self._running = self._busy if self._running is None or self._running.shape != shape else (
                self._running | self._busy
            )  # fmt: skip

    def _known(self, spot: tuple[int, int], frame: Frame) -> bool:
        states = self._states.get(spot)
        return states is not None and (len(states) >= _RUNNING or _content(frame, spot) in states)


def tiles(before: Frame, now: Frame) -> Grid | None:
    """The squares in which two pictures differ; None if they are the same, all if they differ in size."""
    if before.shape != now.shape:
        return np.ones((-(-now.shape[0] // TILE), -(-now.shape[1] // TILE)), dtype=np.bool_)
    if np.array_equal(before, now):
        return None
    differs = before != now
    across = np.add.reduceat(differs, np.arange(0, now.shape[1], TILE), axis=1, dtype=np.int16)
    grid: Grid = np.add.reduceat(across, np.arange(0, now.shape[0], TILE), axis=0) > 0
    return grid


def _is_caret(before: Frame, now: Frame, grid: Grid) -> bool:
    """Is everything that differs as small as a caret?"""
    rows, columns = np.nonzero(grid)
    if before.shape != now.shape or np.ptp(rows) > 3 or np.ptp(columns) > 1:
        return False
    top, left = rows.min() * TILE, columns.min() * TILE
    part = slice(top, (rows.max() + 1) * TILE), slice(left, (columns.max() + 1) * TILE)
    high, wide = np.nonzero(before[part] != now[part])
    return bool(np.ptp(wide) < _CARET[0] and np.ptp(high) < _CARET[1])


def _content(frame: Frame, spot: tuple[int, int]) -> int:
    row, column = spot[0] * TILE, spot[1] * TILE
    return hash(frame[row : row + TILE, column : column + TILE].tobytes())
