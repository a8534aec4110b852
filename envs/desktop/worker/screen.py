"""Looking at the display, or at one of its monitors."""

from __future__ import annotations

import io
from typing import Any

import mss
import numpy as np
from PIL import Image

from envs.desktop.worker.motion import Frame, Motion

_COMPRESSION = 1
"""zlib's fastest: a picture lives for one request."""


class NoSuchMonitor(Exception):
    """There are fewer monitors than that."""


class Screen:
    """Pictures of one monitor (counted from 1; 0 all of them together, None the primary one).

    `last` is the newest picture; `shown` the one that was handed out last.
    """

    def __init__(self, monitor: int | None) -> None:
        self._grabber = mss.MSS()
        self._monitor = monitor
        self.area = self._area()
        self.motion = Motion()
        self.last: Frame = self._grab()
        self.shown: Frame | None = None
        self._encoded: tuple[Frame, bytes] | None = None

    def _area(self) -> dict[str, Any]:
        monitors = self._grabber.monitors
        if self._monitor is None:
            return dict(self._grabber.primary_monitor)
        if self._monitor >= len(monitors):
            raise NoSuchMonitor(f"there is no monitor {self._monitor}; this display has {len(monitors) - 1}")
        return dict(monitors[self._monitor])

    def look(self) -> bool:
        """Take a picture; does it show something else than the last one?"""
        before, self.last = self.last, self._grab()
        return self.motion.follow(before, self.last)

    def watch(self) -> None:
        """Take a picture while nobody acts, to learn what moves by itself."""
        before, self.last = self.last, self._grab()
        self.motion.idle(before, self.last)

    def changed(self) -> bool | None:
        """Does the newest picture show something else than the one handed out last? None if none was."""
        return None if self.shown is None else self.motion.differ(self.shown, self.last)

    def picture(self) -> bytes:
        """The newest picture, as PNG."""
        self.shown = self.last
        if self._encoded is None or not np.array_equal(self._encoded[0], self.last):
            height, width = self.last.shape
            out = io.BytesIO()
            image = Image.frombuffer("RGB", (width, height), self.last, "raw", "BGRX", 0, 1)
            image.save(out, "PNG", compress_level=_COMPRESSION)
            self._encoded = self.last, out.getvalue()
        return self._encoded[1]

    def _grab(self) -> Frame:
        shot = self._grabber.grab(self.area)
        return np.frombuffer(shot.raw, dtype=np.uint32).reshape(shot.height, shot.width)
