"""Taking pictures of a phone, and waiting by them until its screen is still: a phone tells of nothing else."""

from __future__ import annotations

import asyncio
import time

from envs.android.picture import NoPicture, Shot, blank, is_same, read_png, read_raw
from envs.android.wire import Wire
from envs.settle import Stillness, hold

_PAUSE = 0.05
"""Seconds between two pictures."""
_QUIET = 0.2
"""Seconds for which pictures must be equal."""
_REACTION = 1.0
"""Seconds in which an action must begin to show; after that it had no effect."""


class Camera:
    """Screenshots of one phone. `top` and `dots` (see picture.is_same) are set when they are known, and so is `size`,
    that of a screen that gives no picture."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._raw = False
        self.size = (1080, 2400)
        self.top = 0
        self.dots = 320

    async def prepare(self) -> None:
        """Find out what is quicker here: that the phone packs the picture, or that the wire carries it unpacked."""
        begun = time.perf_counter()
        await self.shoot()
        packed = time.perf_counter() - begun
        begun = time.perf_counter()
        self._raw = True
        shot = await self.shoot()
        # some phones have pixels of a format that only they can read
        self._raw = not shot.problem and time.perf_counter() - begun < packed

    async def shoot(self) -> Shot:
        """The screen now; a black picture with its `problem` if the phone gives none. Raises DeviceLost."""
        taken = time.perf_counter()
        output = await self._wire.run("screencap", *(() if self._raw else ("-p",)))
        if output.status != 0 and not output.out:
            return blank(self.size, taken, output.said[:200] or f"screencap ended with status {output.status}")
        try:
            return await asyncio.to_thread(read_raw if self._raw else read_png, output.out, taken)
        except NoPicture as error:
            return blank(self.size, taken, str(error))

    async def same(self, one: Shot, other: Shot, *, roughly: bool = False) -> bool:
        """Do both show the same, but for the status bar and a caret that blinks?"""
        return await asyncio.to_thread(is_same, one, other, self.top, self.dots, roughly=roughly)

    async def still(self, before: Shot | None, ceiling: float) -> tuple[Shot, Stillness]:
        """The screen once it stays the same for a while, at most `ceiling` seconds.

        `before` is the screen before an action, which may need a moment to show; None after no action.
        """
        begun = time.perf_counter()
        shot = since = await self.shoot()
        while True:
            reacted = before is None or not await self.same(before, shot, roughly=True)
            if shot.taken - since.taken >= _QUIET and (reacted or shot.taken - begun >= _REACTION):
                return shot, Stillness(_ms(begun))
            if time.perf_counter() - begun >= ceiling:
                return shot, Stillness(_ms(begun), ceiling=True)
            await hold(_PAUSE)
            following = await self.shoot()
            if not await self.same(shot, following, roughly=True):
                since = following
            shot = following

    async def change(self, before: Shot, seconds: float) -> None:
        """Returns when the screen shows something else, or when `seconds` are over."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            await hold(min(left, 4 * _PAUSE))
            if not await self.same(before, await self.shoot()):
                return


def _ms(begun: float) -> float:
    return (time.perf_counter() - begun) * 1000
