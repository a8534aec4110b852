"""Fingers and keys reach the apps as a person's would; what a phone lacks is refused by name."""

from __future__ import annotations

import asyncio

import pytest

from actions import (
    Action,
    ActionError,
    Answer,
    Back,
    Click,
    Drag,
    Home,
    Hover,
    LongPress,
    Open,
    Point,
    Press,
    Scroll,
    Select,
    TargetNotFound,
    Type,
    UnsupportedAction,
    Wait,
)
from tests.envs.android.conftest import Owner, words_of

MIDDLE = Point(x=0.5, y=0.5)


async def test_a_tap_opens_and_says_what_it_met(owner: Owner) -> None:
    result = await owner.tap("Contacts")
    assert result.changed
    assert words_of(result.hit) == ("button", "Contacts")
    assert await owner.device.app() == "com.android.contacts/.activities.PeopleActivity"


async def test_back_and_home_and_recents(owner: Owner) -> None:
    await owner.open("Settings")
    await owner.tap(next(name for name in owner.names() if name.startswith("Display")))
    assert "Dark mode" in " ".join(owner.names())
    await owner.do(Back())
    assert any(name.startswith("Network") for name in owner.names())
    await owner.do(Press(keys=("recents",)))
    assert "Settings" in owner.seen.landmarks
    await owner.do(Home())
    assert owner.seen.app == ""
    assert "Shop" in owner.names()


async def test_a_scroll_moves_the_view_and_back(owner: Owner) -> None:
    await owner.open("Shop")
    top = owner.names()
    assert (await owner.do(Scroll(direction="down"))).changed
    assert owner.names() != top
    await owner.do(Scroll(direction="up", steps=20))
    assert owner.names() == top


async def test_a_drag_moves_the_view_with_the_finger(owner: Owner) -> None:
    await owner.open("Shop")
    result = await owner.do(Drag(start=Point(x=0.5, y=0.8), end=Point(x=0.5, y=0.3)))
    assert result.changed
    (swipe,) = owner.ran("input")[-1:]
    assert swipe[1] == "swipe"


async def test_a_long_press_holds_as_long_as_asked(owner: Owner) -> None:
    await owner.do(LongPress(at=MIDDLE, seconds=0.7))
    *_, last = owner.ran("input")
    x, y = MIDDLE.pixel(owner.seen.width, owner.seen.height)
    assert last == ("input", "swipe", str(x), str(y), str(x), str(y), "700")


async def test_a_double_tap_is_two_taps(owner: Owner) -> None:
    before = len(owner.ran("input"))
    await owner.do(Click(at=MIDDLE, count=2))
    assert [words[1] for words in owner.ran("input")[before:]] == ["tap", "tap"]


async def test_keys_by_name(owner: Owner) -> None:
    for keys, code in ((("volume_up",), "24"), (("KEYCODE_TAB",), "61"), (("shift",), "59")):
        await owner.env.perform(Press(keys=keys))
        assert owner.ran("input")[-1] == ("input", "keyevent", code)


async def test_a_chord_is_held_together(owner: Owner) -> None:
    await owner.do(Press(keys=("ctrl", "a")))
    assert owner.ran("input")[-1] == ("input", "keycombination", "113", "29")


REFUSED: tuple[tuple[Action, type[ActionError], str], ...] = (
    (Hover(at=MIDDLE), UnsupportedAction, "cannot hover"),
    (Select(at=MIDDLE, option="a"), UnsupportedAction, "tap the option"),
    (Click(at=MIDDLE, button="right"), UnsupportedAction, "hold on"),
    (Answer(text="so"), UnsupportedAction, "not for the screen"),
    (Press(keys=("nosuchkey",)), ActionError, "no key named"),
    (Open(target="Kontakte XY"), TargetNotFound, "it has: Contacts"),
    (Open(target="Setings"), TargetNotFound, "near to that: Settings"),
    (Open(target="https://"), ActionError, "not a web address"),
    (Open(target="https://example.com/"), ActionError, "cannot open"),  # the virtual phone has no browser
    (Type(text="a"), TargetNotFound, "tap the field first"),
    (Type(text="a", into=MIDDLE), TargetNotFound, "takes no text"),
)


async def test_what_cannot_be_done_is_refused_by_name(owner: Owner) -> None:
    for action, error, said in REFUSED:
        with pytest.raises(error, match=said):
            await owner.env.perform(action)
    before = owner.names()
    assert (await owner.look()).app == ""
    assert owner.names() == before


async def test_apps_open_by_their_names_in_two_languages(owner: Owner) -> None:
    for name, package in (
        ("Settings", "com.android.settings"),
        ("通讯录", "com.android.contacts"),
        ("设置", "com.android.settings"),
        ("messages app", "com.android.messaging"),
        ("记事本", "org.handeye.notes"),
        ("org.handeye.shop", "org.handeye.shop"),
    ):
        assert (await owner.env.perform(Open(target=name))).changed
        assert (await owner.device.app()).startswith(f"{package}/")


async def test_waiting_ends_when_the_screen_changes(owner: Owner) -> None:
    waiting = asyncio.create_task(owner.env.perform(Wait(seconds=60)))
    await owner.device.rotate(1)
    async with asyncio.timeout(40):
        assert (await waiting).changed
