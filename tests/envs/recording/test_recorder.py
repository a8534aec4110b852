"""What a person does in a real browser, seen as steps."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from actions import Box, Click, Type
from tests.envs.recording.conftest import Recorded

Record = Callable[..., AbstractAsyncContextManager[Recorded]]

FORM = """<form action=/echo><label>Name <input name=who></label><label>Room <select name=room><option>Single
    <option>Double</select></label><label><input type=checkbox name=late> Late arrival</label>
    <button>Book</button></form>"""


async def test_a_form_filled_in_is_a_few_steps(record: Record) -> None:
    async with record(FORM) as on:
        await on.page.click("input[name=who]")
        await on.page.keyboard.type("王小明", delay=5)
        await on.rest()
        await on.page.select_option("select", "Double")
        await on.page.locator("select").focus()
        await on.page.keyboard.press("ArrowUp")
        await on.rest()
        await on.page.click("text=Late arrival")
        await on.rest()
        await on.page.click("text=Book")
    assert on.said() == [
        "type '王小明' into Name", "select Single in Room", "click Late arrival", "click Book"
    ]  # fmt: skip
