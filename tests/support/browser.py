"""The browser that tests start without Handeye."""

from __future__ import annotations

from playwright.async_api import async_playwright

from envs.web.browser import candidates


async def path_of_browser() -> str:
    """The path of the first browser that Handeye would try."""
    async with async_playwright() as playwright:
        return next(candidates(playwright, None))
