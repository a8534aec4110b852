"""Every movement of the mouse, as an application feels it."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from actions import Back, Box, Click, Drag, Home, Hover, LongPress, Point, Scroll, Select, UnsupportedAction
from envs.desktop import DesktopEnv
from tests.envs.desktop.conftest import Window, start, stop, until


def inside(box: Box, x: float, y: float) -> Point:
    """A point at shares of a box."""
    return Point(x=box.left + (box.right - box.left) * x, y=box.top + (box.bottom - box.top) * y)


@pytest.mark.parametrize(("button", "number"), [("left", 1), ("middle", 2), ("right", 3)])
async def test_every_button_clicks_where_it_should(window: Window, button: str, number: int) -> None:
    at = inside(window.places["pad"], 0.25, 0.75)
    result = await window.env.perform(Click(at=at, button=button))
    x, y = at.pixel(*window.size)
    downs = window.new("ButtonPress", "4")
    assert [(said["button"], said["x"], said["y"]) for said in downs] == [(number, x, y)]
    assert len(window.new("ButtonRelease", "5")) == 1
    assert result.hit is not None
    assert (result.hit.role, result.hit.name) == ("window", "Test window")


async def test_double_and_triple_clicks_are_felt_as_such(window: Window) -> None:
    await window.env.perform(Click(at=window.places["pad"], count=2))
    assert len(window.new("Double-Button-1")) == 1
    assert not window.new("Triple-Button-1")
    window.clear()
    await window.env.perform(Click(at=inside(window.places["pad"], 0.1, 0.5), count=3))
    assert len(window.new("Triple-Button-1")) == 1


async def test_two_clicks_of_two_actions_are_no_double_click(window: Window) -> None:
    for _ in range(2):
        await window.env.perform(Click(at=window.places["pad"]))
    assert len(window.new("ButtonPress", "4")) == 2
    assert not window.new("Double-Button-1")


async def test_hovering_moves_and_presses_nothing(window: Window) -> None:
    at = inside(window.places["pad"], 0.5, 0.25)
    await window.env.perform(Hover(at=at))
    moves = window.new("Motion", "6")
    assert (moves[-1]["x"], moves[-1]["y"]) == at.pixel(*window.size)
    assert not window.new("ButtonPress", "4")


async def test_a_drag_is_felt_as_one(window: Window) -> None:
    begin, end = inside(window.places["pad"], 0.1, 0.2), inside(window.places["pad"], 0.8, 0.9)
    await window.env.perform(Drag(start=begin, end=end))
    said = window.new("ButtonPress", "4", "Motion", "6", "ButtonRelease", "5")
    pressed = next(n for n, event in enumerate(said) if event["did"] in ("ButtonPress", "4"))
    held = [event for event in said[pressed + 1 :] if event["did"] in ("Motion", "6") and event["state"] & 0x100]
    assert len(held) >= 5
    assert (said[pressed]["x"], said[pressed]["y"]) == begin.pixel(*window.size)
    assert said[-1]["did"] in ("ButtonRelease", "5")
    assert (said[-1]["x"], said[-1]["y"]) == end.pixel(*window.size)


async def test_a_long_press_holds_the_button(window: Window) -> None:
    result = await window.env.perform(LongPress(at=window.places["pad"], seconds=0.3))
    assert result.act_ms >= 300
    assert len(window.new("ButtonPress", "4")) == len(window.new("ButtonRelease", "5")) == 1


async def test_a_long_press_that_is_cancelled_lets_go(window: Window) -> None:
    task = asyncio.ensure_future(window.env.perform(LongPress(at=window.places["pad"], seconds=30)))
    await until(lambda: window.new("ButtonPress", "4"), "the press")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await until(lambda: window.new("ButtonRelease", "5"), "the release")


@pytest.mark.parametrize(("direction", "button"), [("up", 4), ("down", 5), ("left", 6), ("right", 7)])
async def test_the_wheel_turns_in_every_direction(
    desktop: DesktopEnv, tmp_path: Path, direction: str, button: int
) -> None:
    file = tmp_path / "buttons"
    process = await start(desktop, sys.executable, str(Path(__file__).parent / "buttons.py"), str(file))
    try:
        await desktop.observe()
        await desktop.perform(Scroll(direction=direction, steps=3))
        await until(lambda: len(file.read_text().split()) >= 3, "the wheel's clicks")
        assert file.read_text().split() == [str(button)] * 3
    finally:
        await stop(process)


async def test_the_background_of_a_virtual_desktop_does_nothing(desktop: DesktopEnv) -> None:
    for action in (Click(at=Point(x=0.9, y=0.9), button="right"), Scroll(direction="down", at=Point(x=0.9, y=0.9))):
        await desktop.observe()
        assert (await desktop.perform(action)).changed is False


async def test_a_window_is_moved_by_its_title(window: Window) -> None:
    box = window.places["line"]
    title = Point(x=(box.left + box.right) / 2, y=box.top - 0.02)
    before = await window.env.perform(Hover(at=box))
    result = await window.env.perform(Drag(start=title, end=Point(x=title.x + 0.1, y=title.y + 0.1)))
    assert result.changed
    after = await window.env.perform(Hover(at=Point(x=box.centre.x + 0.1, y=box.centre.y + 0.1)))
    assert before.hit is not None
    assert after.hit is not None
    assert after.hit.box is not None
    assert before.hit.box is not None
    assert abs(after.hit.box.left - before.hit.box.left - 0.1) < 0.02
    await window.env.perform(Drag(start=Point(x=title.x + 0.1, y=title.y + 0.1), end=title))


@pytest.mark.parametrize("action", [Back(), Home(), Select(at=Point(x=0.5, y=0.5), option="x")])
async def test_what_a_desktop_lacks_is_refused_with_a_way_out(desktop: DesktopEnv, action: object) -> None:
    with pytest.raises(UnsupportedAction, match="press alt|open an application|click it open"):
        await desktop.perform(action)
