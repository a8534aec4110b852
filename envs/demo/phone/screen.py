"""The glass: a mobile Chromium that shows the phone's page, feels touches and keys, and can be photographed."""

from __future__ import annotations

import asyncio
import base64
import io
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from actions import DeviceError, DeviceLost
from envs.web import browser as browsers

if TYPE_CHECKING:
    from playwright.async_api import CDPSession, Page

_PATIENCE = 30.0
_STEP = 1 / 60
"""Seconds between two moves of a finger."""
_LONG_PRESS = 0.5
"""Seconds after which a finger that has not moved means something else than a tap."""


@dataclass(frozen=True, slots=True)
class Size:
    """Of the screen held upright, in CSS pixels, and how many real pixels each one has."""

    width: int = 412
    height: int = 915
    scale: float = 2.0

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height of an upright screenshot."""
        return round(self.width * self.scale), round(self.height * self.scale)

    @property
    def density(self) -> int:
        """In dots per inch, as Android counts them."""
        return round(160 * self.scale)


@dataclass(frozen=True, slots=True)
class Windows:
    """What the phone's windows are at one moment."""

    tasks: tuple[dict[str, Any], ...]
    """The one in front first; each with its package, its screens' activities (the topmost last) and a title."""
    front: str
    """The package in front."""
    loading: bool
    keyboard: bool
    field: bool
    """Has a text field the focus?"""
    recents: bool
    locked: bool

    @property
    def activity(self) -> str:
        """The topmost screen of the task in front, in the short form that begins with a dot."""
        for task in self.tasks:
            if task["package"] == self.front and task["screens"]:
                return str(task["screens"][-1])
        return ""


class Screen:
    """Touches and screenshots are in real pixels of the screen as it is held now."""

    def __init__(self, page: Page, session: CDPSession, size: Size) -> None:
        self._page = page
        self._session = session
        self.size = size
        self.rotation = 0
        """0 to 3: how many quarters the screen is turned, against the clock."""
        self._fingers = asyncio.Lock()

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height of a screenshot now."""
        width, height = self.size.pixels
        return (height, width) if self.rotation % 2 else (width, height)

    async def rotate(self, rotation: int) -> None:
        """Hold the phone turned by `rotation` quarters, 0 to 3."""
        self.rotation = rotation % 4
        width, height = self.size.width, self.size.height
        if self.rotation % 2:
            width, height = height, width
        await self._send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=self.size.scale,
            mobile=True,
        )

    async def show(self, url: str) -> None:
        """Load the phone's page anew, with nothing open on it but the launcher."""
        await self._guard(self._page.goto(url))
        await self.ui("home")
        await self.ui("settled")

    async def ui(self, name: str, *arguments: object) -> Any:
        """Call one of the page's functions; `name` is this program's own, never a visitor's."""
        return await self._guard(self._page.evaluate("([name, given]) => ui[name](...given)", [name, list(arguments)]))

    async def evaluate(self, script: str, argument: object = None) -> Any:
        """Run one of this program's own scripts in the phone's page."""
        return await self._guard(self._page.evaluate(script, argument))

    async def windows(self) -> Windows:
        state = await self.ui("state")
        return Windows(**{**state, "tasks": tuple(state["tasks"])})

    async def photograph(self) -> bytes:
        """The screen as a PNG."""
        answer = await self._send("Page.captureScreenshot", format="png", optimizeForSpeed=True)
        return base64.b64decode(answer["data"])

    async def tap(self, x: float, y: float) -> None:
        async with self._fingers:
            await self._touch("touchStart", x, y)
            await self._touch("touchEnd")

    async def hold(self, x: float, y: float, seconds: float) -> None:
        """Keep a finger in one place: a tap that lasts, or from 0.5 seconds on a long press.

        Chromium's touches know no long press of their own; so the page is told of it, and the touch ends in a
        touchcancel and without a click, as it does on a phone.
        """
        async with self._fingers:
            await self._touch("touchStart", x, y)
            await asyncio.sleep(min(seconds, _LONG_PRESS))  # a finger takes its time: that is what was asked for
            if seconds < _LONG_PRESS:
                await self._touch("touchEnd")
                return
            await self.ui("hold", x / self.size.scale, y / self.size.scale)
            await asyncio.sleep(seconds - _LONG_PRESS)
            await self._touch("touchCancel")

    async def drag(self, start: tuple[float, float], end: tuple[float, float], seconds: float, hold: float = 0) -> None:
        """Put a finger down, keep it there for `hold` seconds, move it to the end within `seconds`, and lift it."""
        async with self._fingers:
            await self._touch("touchStart", *start)
            await asyncio.sleep(hold)
            loop = asyncio.get_running_loop()
            began = loop.time()
            while (done := (loop.time() - began) / seconds if seconds else 1) < 1:
                await self._touch("touchMove", *(a + (b - a) * done for a, b in zip(start, end, strict=True)))
                await asyncio.sleep(min(_STEP, max(seconds - (loop.time() - began), 0)))
            await self._touch("touchMove", *end)
            await self._touch("touchEnd")

    async def finger(self, event: str, x: float, y: float) -> None:
        """One event of a finger: "DOWN", "MOVE", "UP" or "CANCEL"."""
        kinds = {"DOWN": "touchStart", "MOVE": "touchMove", "UP": "touchEnd", "CANCEL": "touchCancel"}
        await self._touch(kinds[event], *(() if event in ("UP", "CANCEL") else (x, y)))

    async def write(self, text: str) -> None:
        """Type characters into whatever has the focus."""
        await self.ui("focus")
        await self._guard(self._page.keyboard.insert_text(text))

    async def press(self, keys: Sequence[str]) -> None:
        """Press keys together, by their DOM names; the last is let go first."""
        await self.ui("focus")
        for key in keys:
            await self._guard(self._page.keyboard.down(key))
        for key in reversed(keys):
            await self._guard(self._page.keyboard.up(key))

    async def _touch(self, kind: str, *at: float) -> None:
        points = [{"x": at[0] / self.size.scale, "y": at[1] / self.size.scale}] if at else []
        await self._send("Input.dispatchTouchEvent", type=kind, touchPoints=points)

    async def _send(self, method: str, **parameters: object) -> Any:
        return await self._guard(self._session.send(method, parameters))

    async def _guard(self, call: Any) -> Any:
        from playwright.async_api import Error

        try:
            return await call
        except Error as error:
            if self._page.is_closed() or "closed" in error.message:
                raise DeviceLost("the browser behind the virtual phone went away; start the phone anew") from error
            raise DeviceError(f"the virtual phone's page failed: {error.message}") from error


@asynccontextmanager
async def open_screen(size: Size, browser: str | None) -> AsyncIterator[Screen]:
    """A browser of the phone's own, closed at the end. `browser` is its path; without one it is looked for.

    Raises DriverMissing if there is none.
    """
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        chromium = await browsers.launch(playwright, path=browser, headless=True, patience=_PATIENCE)
        try:
            context = await chromium.new_context(no_viewport=True, locale="en-US")
            page = await context.new_page()
            session = await context.new_cdp_session(page)
            await session.send("Emulation.setTouchEmulationEnabled", {"enabled": True, "maxTouchPoints": 5})
            screen = Screen(page, session, size)
            await screen.rotate(0)
            yield screen
        finally:
            await chromium.close()


def pixels_of(png: bytes) -> tuple[int, int, bytes]:
    """A PNG as width, height and RGBA bytes, row by row from the top."""
    from PIL import Image

    with Image.open(io.BytesIO(png)) as image:
        return image.width, image.height, image.convert("RGBA").tobytes()


def black(size: tuple[int, int]) -> bytes:
    """A PNG of nothing but black."""
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGBA", size, (0, 0, 0, 255)).save(out, "PNG")
    return out.getvalue()
