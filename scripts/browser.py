"""Says which browser starts here, for scripts/setup; ends with 1 and what to do if none does."""

from __future__ import annotations

import asyncio
import sys

from playwright.async_api import async_playwright

from actions import DriverMissing
from envs.web.browser import start


async def main() -> int:
    async with async_playwright() as playwright:
        try:
            started = await start(playwright, path=None, headless=True, patience=60)
        except DriverMissing as error:
            print(error, file=sys.stderr)
            return 1
        whose = "Playwright's own" if started.own else "the system's"
        print(whose, "browser", started.browser.version, "at", started.path)
        await started.browser.close()
        return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
