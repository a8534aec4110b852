"""A scripted visitor who walks the steps that a case's TOML gives, in a real browser."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tests.forms.cases import Step

if TYPE_CHECKING:
    from playwright.async_api import Page


async def walk(page: Page, steps: Sequence[Step]) -> None:
    """Do `steps` on `page` in order; Playwright's TimeoutError or AssertionError says which could not be done.

    Verbs: fill, choose (an option by its text), check, uncheck, click, press (a key), see (a text, case ignored).
    """
    from playwright.async_api import expect

    for verb, target, *rest in steps:
        value = rest[0] if rest else ""
        where = page.locator(target) if verb not in ("see", "press") else page.locator("body")
        match verb:
            case "fill":
                await where.fill(value)
            case "choose":
                await where.select_option(label=value)
            case "check":
                await where.check()
            case "uncheck":
                await where.uncheck()
            case "click":
                await where.click()
            case "press":
                await page.keyboard.press(target)
            case "see":
                await expect(where).to_contain_text(target, use_inner_text=True, ignore_case=True)
            case _:
                raise ValueError(f"no such verb: {verb}")
