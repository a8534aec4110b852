"""The floor: the least that a bare Playwright loop can do for a step and still not show a stale picture.

It acts, waits for requests in flight and takes a picture of the view for a message. It is told which steps leave the
page, which no agent knows beforehand, and then waits for that navigation's load event. It looks at no element, hits
blindly, reads nothing back, follows no tab, answers no dialog and recovers from nothing.
"""

from __future__ import annotations

import asyncio
import base64
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from playwright.async_api import Page, Request

Kind = Literal["click", "type", "late", "route", "form", "link"]
_LEAVING: tuple[Kind, ...] = ("form", "link")


class Floor:
    """A bare loop on one page, with a view of 1280 x 800; `picture` is the last one."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._flying: set[Request] = set()
        self._moved = asyncio.Event()
        page.on("request", self._start)
        page.on("requestfinished", self._end)
        page.on("requestfailed", self._end)
        self.picture = b""

    async def step(self, kind: Kind, x: float, y: float, text: str) -> list[dict[str, Any]]:
        """Click at (x, y), type `text` if the step is one of typing, and give the next request's messages."""
        if kind in _LEAVING:
            async with self._page.expect_navigation(wait_until="load"):
                await self._page.mouse.click(x, y)
        else:
            await self._page.mouse.click(x, y)
        if kind == "type":
            await self._page.keyboard.insert_text(text)
        await self.rest()
        return self._message()

    async def rest(self) -> None:
        """Take a picture when no request is in flight."""
        await self._page.evaluate("0")  # by its answer the page has told of the requests that it sent
        while self._flying:
            self._moved.clear()
            await self._moved.wait()
        self.picture = await self._page.screenshot()

    def _message(self) -> list[dict[str, Any]]:
        data = base64.b64encode(self.picture).decode()
        picture = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{data}"}}
        return [{"role": "user", "content": [picture, {"type": "text", "text": "Go on."}]}]

    def _start(self, request: Request) -> None:
        self._flying.add(request)

    def _end(self, request: Request) -> None:
        self._flying.discard(request)
        self._moved.set()
