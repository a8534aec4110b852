"""Says which browser starts here, for scripts/setup; ends with 1 and what to do if none does."""

from __future__ import annotations

import asyncio
import sys

from playwright.async_api import async_playwright

from actions import DriverMissing
from envs.browser import launch


async def main() -> int:
    async with async_playwright() as playwright:
        own = playwright.chromium.executable_path
        for path, name in ((own, "Playwright's own Chromium"), (None, "the system's browser")):
            try:
                browser = await launch(playwright, path=path, headless=True, timeout=60)
            except DriverMissing as error:
                problem = error
                continue
            print(name, browser.version)
            await browser.close()
            return 0
    print(problem, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
