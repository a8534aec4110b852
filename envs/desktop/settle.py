"""When is a desktop still? When the window in front has dealt with its input, and nothing has moved for a moment.

The first is an event: window managers ask programs in the same way whether they hang (_NET_WM_PING), and a program
answers after what it was sent before. Drawing comes after that and tells nobody, so pictures are compared; what blinks
or always runs is no movement (see worker/motion.py).
"""

from __future__ import annotations

import time

from envs.desktop.seat import Seat
from envs.settle import Stillness, hold

QUIET = 0.08
"""Seconds without movement after which a screen whose programs have answered is still."""
_SILENT_QUIET = 0.2
"""The same, where no program can be asked."""
_POLL = 0.015
"""Seconds between two pictures."""


async def settle(seat: Seat, ceiling: float) -> Stillness:
    """Wait until the desktop is still, at most `ceiling` seconds."""
    begun = moved = time.perf_counter()
    seen = await seat.ask("look", ask=True)
    asked_since = True
    while True:
        now = time.perf_counter()
        if seen["moved"]:
            moved, asked_since = now, False
        if seen["answers"] and now - moved >= (QUIET if seen["asked"] else _SILENT_QUIET):
            if asked_since:
                return Stillness((now - begun) * 1000)
            seen, asked_since = await seat.ask("look", ask=True), True
            continue
        if now - begun >= ceiling:
            await seat.ask("give_up")
            return Stillness((now - begun) * 1000, ceiling=True)
        await hold(_POLL)
        seen = await seat.ask("look")
