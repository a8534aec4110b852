"""A browser from its start to its end: one environment's own, or one that several share."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from actions import DeviceError, DriverMissing
from envs.web.browser import Started, start

if TYPE_CHECKING:
    from playwright.async_api import Playwright

T = TypeVar("T")

_CLOSING = 5.0
"""Seconds that each step of closing may take."""


class SharedBrowser:
    """One browser for several environments, each with a profile of its own: `WebEnv(url, within=shared)`.

    It starts when the first of them needs it, and anew if it went away. `browser` is the path of an executable (see
    envs.web.WebEnv), `timeout` the deadline in seconds of its start. Leaving it ends it and all that is in it.
    """

    def __init__(self, *, headless: bool = True, browser: str | None = None, timeout: float = 30.0) -> None:
        self.timeout = timeout
        self._headless = headless
        self._path = browser
        self._driver: asyncio.Task[Playwright] | None = None
        self._started: Started | None = None
        self._starting = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await to_the_end(self.close())

    async def driver(self) -> Playwright:
        """Playwright itself; raises DriverMissing if it does not start."""
        try:
            from playwright.async_api import async_playwright
        except ImportError as error:
            raise DriverMissing("the browser driver is missing; install it with `pip install playwright`") from error

        # a start that is cut off leaves a process that only its end makes known: so it goes on, and `close` ends it
        if self._driver is None:
            self._driver = asyncio.create_task(async_playwright().start())
        try:
            return await prompt(asyncio.shield(self._driver), "starting its driver", self.timeout)
        except OSError as error:
            raise DriverMissing(
                f"the browser driver does not start ({error}); install it anew with "
                "`pip install --force-reinstall playwright`"
            ) from error
        except Exception as error:  # the driver's end has no error of its own
            if "Connection closed" not in str(error):
                raise
            raise DriverMissing(
                "the browser driver ends at once; `playwright --version` shows why (a bare Debian needs: "
                "apt install libatomic1)"
            ) from error

    async def started(self) -> Started:
        """The browser, which runs; raises DriverMissing without one, and DeviceError for a window without a display."""
        async with self._starting:
            if self._started is not None and not self._started.browser.is_connected():
                await self.close()  # the driver may have gone with it
            if self._started is None:
                self._started = await start(
                    await self.driver(), path=self._path, headless=self._headless, patience=self.timeout
                )
            return self._started

    async def close(self) -> None:
        """End the browser and its driver, each with a deadline."""
        driver, self._driver = self._driver, None
        started, self._started = self._started, None
        if started is not None:
            await close_each([started.browser.close])
        if driver is not None:
            await asyncio.wait({driver})
            if not driver.cancelled() and driver.exception() is None:  # what never started needs no stop
                await close_each([driver.result().stop])


async def prompt(call: Awaitable[T], doing: str, limit: float) -> T:
    """The result of a call of the driver's that belongs to no tab; raises DeviceError if it fails or takes long."""
    from playwright.async_api import Error

    try:
        async with asyncio.timeout(limit):
            return await call
    except TimeoutError as error:
        raise DeviceError(
            f"the browser did not answer within {limit:g} s while {doing}; start again, or allow more time"
        ) from error
    except Error as error:
        reason = error.message.splitlines()[0]
        raise DeviceError(f"the browser failed while {doing}: {reason}; start again") from error


async def close_each(steps: list[Callable[[], Awaitable[Any]]]) -> None:
    """Close one thing after the other, each with a deadline; what is gone already needs no closing."""
    from playwright.async_api import Error

    for step in steps:
        with suppress(Error, OSError, TimeoutError):
            async with asyncio.timeout(_CLOSING):
                await step()


async def to_the_end(closing: Awaitable[None]) -> None:
    """Wait until something is closed; being cancelled does not leave it half done, and is raised after its end."""
    task = asyncio.ensure_future(closing)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        raise cancelled
    task.result()
