"""When is a desktop still? When the window in front has dealt with its input, and nothing has moved for a moment.

The first is an event: window managers ask programs in the same way whether they hang (_NET_WM_PING), and a program
answers after what it was sent before; then the window manager is asked, which maps what the program opened.
Drawing comes after that and tells nobody, so pictures are compared; what blinks or always runs is no
movement (see worker/motion.py).
"""

from __future__ import annotations

import time

from envs.desktop.seat import Seat
from envs.settle import Stillness, hold

QUIET = 0.1
"""Seconds without movement after which a screen whose programs have answered is still."""
_SILENT_QUIET = 0.25
"""The same, where no program can be asked."""
_SLOWNESS, _LONGEST_QUIET = 2, 1.0
"""Where answers take long, drawing may take so many times as long, up to so many seconds."""
_POLL = 0.015
"""Seconds between two pictures."""


async def settle(seat: Seat, ceiling: float) -> Stillness:
    """Wait until the desktop is still, at most `ceiling` seconds."""
    begun = moved = asked = time.perf_counter()
    seen = await seat.ask("look", ask=True)
    fresh, quiet = True, QUIET if seen["asked"] else _SILENT_QUIET
    waiting = not seen["answers"]
    while True:
        now = time.perf_counter()
        if seen["moved"]:
            moved, fresh = now, False
        if waiting and seen["answers"]:
            waiting, quiet = False, max(quiet, min(_SLOWNESS * (now - asked), _LONGEST_QUIET))
        if not waiting and now - moved >= quiet:
            if fresh:
                return Stillness((now - begun) * 1000)
            # something moved since they were asked: what is in front now may be another window
            asked, seen, fresh = now, await seat.ask("look", ask=True), True
            waiting = not seen["answers"]
            continue
        if now - begun >= ceiling:
            await seat.ask("give_up")
            return Stillness((now - begun) * 1000, ceiling=True)
        await hold(_POLL)
        seen = await seat.ask("look")
