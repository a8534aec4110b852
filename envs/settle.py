"""When is a screen still? Events first, then pictures; never for ever.

A page is still when nothing is in flight that the last action could have caused, when a frame has passed in which the
document did not change, and when the short timers and finite animations that the action started have run out. What was
under way before the action is not waited for; an address that once held the wait until its ceiling (long polling, a
stream) is remembered and not waited for again. Only a page that draws on a canvas, where no event tells, is looked at
twice. This module is the one place of `envs` that waits for time.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

CEILING = 8.0
"""Seconds after which a page is taken as it is; the result then says so."""
PICTURES = 1.5
"""Seconds for which pictures of a page that tells nothing are compared."""
STEADY = 0.1
"""Seconds for which pictures must be equal: two alone may fall between two strokes of a drawing."""
EXPECTED_TAB = 2.0
"""Seconds for a tab that the page asked for to appear: a blocked popup never does."""

_ENDLESS_KINDS = frozenset({"eventsource", "websocket", "ping", "media", "texttrack", "manifest", "cspviolationreport"})


@dataclass(frozen=True, slots=True)
class Stillness:
    """How a wait ended: its length in milliseconds, whether it was cut off, and whether only pictures can tell more."""

    ms: float
    ceiling: bool = False
    painted: bool = False


class Traffic:
    """What a page waits for from outside its document: requests, navigations, downloads, tabs that are to come."""

    def __init__(self) -> None:
        self._flying: dict[Hashable, str] = {}
        self._earlier: set[Hashable] = set()
        self._endless: set[str] = set()
        self._stirred = asyncio.Event()
        self.count = 0
        """Grows with everything that starts or ends and is waited for."""

    def start(self, token: Hashable, address: str = "") -> None:
        if token not in self._flying:
            self._flying[token] = address
            self._stir(token)

    def end(self, token: Hashable) -> None:
        if token in self._flying:
            self._stir(token)
            del self._flying[token]
            self._earlier.discard(token)

    def request(self, token: Hashable, url: str, kind: str) -> None:
        """A request that started; kinds that never end by design are left out."""
        if kind not in _ENDLESS_KINDS and not url.startswith(("data:", "blob:")):
            self.start(token, _pattern(url))

    def begin(self) -> None:
        """An action begins: what is under way now is not its doing."""
        self._earlier = set(self._flying)

    def give_up(self) -> None:
        """The ceiling was reached: what still flies is endless and is not waited for again."""
        self._endless.update(address for token in self._pending() if (address := self._flying[token]))
        self._earlier = set(self._flying)

    @property
    def is_idle(self) -> bool:
        return not self._pending()

    async def idle(self) -> None:
        await self.until(lambda: self.is_idle)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Returns when something holds that only what starts or ends can change."""
        while not holds():  # asked and waited for in one task: between two, a change could slip through
            await self.stirred()

    async def stirred(self) -> None:
        """Returns when the next thing starts or ends."""
        self._stirred.clear()
        await self._stirred.wait()

    def stir(self) -> None:
        """Something else happened that may be waited for."""
        self._stirred.set()

    def _pending(self) -> list[Hashable]:
        return [
            token
            for token, address in self._flying.items()
            if token not in self._earlier and address not in self._endless
        ]

    def _stir(self, token: Hashable) -> None:
        if token not in self._earlier and self._flying.get(token) not in self._endless:
            self.count += 1
        self._stirred.set()


async def settle(traffic: Traffic, quiet: Callable[[], Awaitable[dict[str, Any] | None]], ceiling: float) -> Stillness:
    """Wait until a page is still, at most `ceiling` seconds.

    `quiet` waits for the document: it gives {"ready": is it loaded, "painted": can only pictures tell more}, or None
    when the document went away meanwhile, which begins the wait anew.
    """
    begun = time.perf_counter()
    seen: dict[str, Any] = {}
    try:
        async with asyncio.timeout(ceiling):
            while True:
                report = await quiet()
                if report is not None:
                    seen = report
                    if traffic.is_idle and report["ready"]:
                        break
                if traffic.is_idle:
                    continue
                await traffic.idle()
    except TimeoutError:
        traffic.give_up()
        return Stillness(_ms(begun), ceiling=True, painted=bool(seen.get("painted")))
    return Stillness(_ms(begun), painted=bool(seen["painted"]))


async def steady(capture: Callable[[], Awaitable[bytes]], first: bytes) -> bytes:
    """The first picture that stays the same for a while, or the last one when the time for pictures is over."""
    begun = changed = time.perf_counter()
    picture = first
    while (now := time.perf_counter()) - begun < PICTURES and now - changed < STEADY:
        following = await capture()
        if following != picture:
            picture, changed = following, time.perf_counter()
    return picture


async def hold(seconds: float) -> None:
    """Let time pass: for a button held down, and between the looks of a Wait."""
    await asyncio.sleep(seconds)


def same_picture(one: bytes, other: bytes) -> bool:
    """Are two screenshots the same but for a text caret, which blinks?"""
    if one == other:
        return True
    import io

    from PIL import Image, ImageChops

    with Image.open(io.BytesIO(one)) as a, Image.open(io.BytesIO(other)) as b:
        if a.size != b.size:
            return False
        box = ImageChops.difference(a.convert("RGB"), b.convert("RGB")).getbbox()
    return box is None or (box[2] - box[0] <= _CARET[0] and box[3] - box[1] <= _CARET[1])


_CARET = (3, 48)  # pixels, width and height


def _pattern(url: str) -> str:
    """An address without its query and numbers: what the requests of one poll have in common."""
    parts = urlsplit(url)
    return f"{parts.netloc}{re.sub(r'[0-9]+', '#', parts.path)}"


def _ms(begun: float) -> float:
    return (time.perf_counter() - begun) * 1000
