"""Fingers, keys and text, as a page feels them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from envs.demo.phone import Phone
from tests.envs.demo.phone.conftest import Hand, until

Felt = Callable[[], Awaitable[list[dict[str, Any]]]]

_LISTEN = """() => {
  window.felt = [];
  const page = ui.frame().contentDocument;
  for (const kind of ['touchstart', 'touchmove', 'touchend', 'touchcancel', 'click', 'dblclick', 'contextmenu'])
    page.addEventListener(kind, (event) => {
      const touch = event.changedTouches ? event.changedTouches[0] : event;
      window.felt.push({ kind, x: touch.clientX, y: touch.clientY, at: event.timeStamp });
    }, true);
}"""


@pytest.fixture
async def felt(device: Phone, hand: Hand) -> Felt:
    """What the page of the contacts feels; it lies 32 CSS pixels under the screen's upper edge."""
    await hand.open("Contacts")
    screen = device._system.screen
    await screen.evaluate(_LISTEN)
    return lambda: screen.evaluate("() => window.felt")


def kinds(events: list[dict[str, Any]]) -> list[str]:
    return [event["kind"] for event in events]


async def test_a_tap_is_a_touch_and_a_click_where_it_was(hand: Hand, felt: Felt) -> None:
    await hand.run("input", "tap", "600", "1500")
    events = await until(felt, lambda events: "click" in kinds(events))
    assert kinds(events) == ["touchstart", "touchend", "click"]
    assert {(event["x"], event["y"]) for event in events} == {(300, 718)}


async def test_a_long_press_is_one(hand: Hand, felt: Felt) -> None:
    await hand.run("input", "swipe", "600", "1500", "600", "1500", "800")
    events = await until(felt, lambda events: "touchcancel" in kinds(events))
    assert kinds(events) == ["touchstart", "contextmenu", "touchcancel"]
    assert {(event["x"], event["y"]) for event in events} == {(300, 718)}
    assert events[-1]["at"] - events[0]["at"] >= 790


async def test_a_short_press_is_a_tap(hand: Hand, felt: Felt) -> None:
    await hand.run("input", "swipe", "600", "1500", "600", "1500", "120")
    events = await until(felt, lambda events: "click" in kinds(events))
    assert "contextmenu" not in kinds(events)


async def test_a_drag_moves_after_a_hold(hand: Hand, felt: Felt) -> None:
    await hand.run("input", "draganddrop", "100", "900", "700", "1500", "200")
    events = await until(felt, lambda events: bool({"touchend", "contextmenu"} & set(kinds(events))))
    assert kinds(events)[0] == "touchstart"
    assert (events[0]["x"], events[0]["y"]) == (50, 418)


async def test_a_swipe_scrolls(hand: Hand, device: Phone) -> None:
    await hand.open("Shop")

    async def top() -> int:
        found = [view for view in await hand.views() if view["text"] == "Arc Desk Lamp"]
        return found[0].bounds[1] if found else 0

    before = await until(top)
    await hand.run("input", "swipe", "400", "1400", "400", "600", "300")
    await until(top, lambda now: now < before - 300)
    await hand.find("Chef's Knife 20 cm")


async def test_a_finger_is_put_down_moved_and_lifted(hand: Hand, felt: Felt) -> None:
    await hand.run("input", "motionevent", "DOWN", "600", "1000")
    await hand.run("input", "motionevent", "MOVE", "600", "900")
    await hand.run("input", "motionevent", "UP", "600", "900")
    events = await until(felt, lambda events: "touchend" in kinds(events))
    assert "touchmove" in kinds(events)


@pytest.mark.parametrize(
    ("given", "typed"),
    [
        ("plain", "plain"),
        ("two%swords", "two words"),
        ("100%sure", "100 ure"),
        ("100%", "100%"),
        ("50%%sx", "50% x"),
        ("a b", "a b"),
        ("; reboot #", "; reboot #"),
        ("$(reboot) `reboot` && 'x' \"y\" \\z", "$(reboot) `reboot` && 'x' \"y\" \\z"),
        ("<>|&*?[]{}~!@#^()_+-=:;,./", "<>|&*?[]{}~!@#^()_+-=:;,./"),
    ],
)
async def test_text_arrives_by_androids_rules(hand: Hand, device: Phone, given: str, typed: str) -> None:
    await hand.open("Notes")
    await hand.tap("new_note_button")
    await hand.tap("editable_title")
    await hand.run("input", "text", given)
    await hand.tap("save")
    await until(lambda: _titles(device), lambda titles: typed in titles)
    assert not any(command[0] == "reboot" for command in device.commands())


async def _titles(device: Phone) -> list[str]:
    return [note.title for note in device.notes()]


async def test_a_newline_is_the_enter_key(hand: Hand, device: Phone) -> None:
    await hand.open("Notes")
    await hand.tap("new_note_button")
    await hand.tap("edit_note_text")
    await hand.run("input", "text", "one\ntwo")
    await hand.tap("save")
    await until(lambda: _texts(device), lambda texts: "one\ntwo" in texts)


async def _texts(device: Phone) -> list[str]:
    return [note.text for note in device.notes()]


@pytest.mark.parametrize("text", ["café", "你好", "🙂", "a\u00a0b"])
async def test_what_has_no_key_types_nothing_and_fails(hand: Hand, text: str) -> None:
    await hand.open("Notes")
    await hand.tap("new_note_button")
    await hand.tap("editable_title")
    ran = await hand.adb("shell", f"input text 'x{text}'")
    assert ran.code == 255
    assert "java.lang.NullPointerException: Attempt to get length of null array" in ran.err
    assert (await hand.find("editable_title"))["text"] == "Title", "its placeholder, for it is empty"


async def test_only_the_first_word_is_typed(hand: Hand) -> None:
    await hand.open("Contacts")
    await hand.tap("search_view")
    await hand.line("input text ben carter")
    assert (await hand.find("search_view"))["text"] == "ben"


async def test_keys_have_numbers_and_names(hand: Hand) -> None:
    await hand.open("Contacts")
    await hand.tap("search_view")
    await hand.run("input", "text", "abcd")
    await hand.key("67")
    await hand.key("KEYCODE_DEL", "DEL")
    assert (await hand.find("search_view"))["text"] == "a"
    await hand.key("KEYCODE_B", "8", "SPACE", "EQUALS")
    assert (await hand.find("search_view"))["text"] == "ab1 ="
    await hand.key("MOVE_HOME", "FORWARD_DEL")
    assert (await hand.find("search_view"))["text"] == "b1 ="
    await hand.key("KEYCODE_NONSENSE")
    assert (await hand.find("search_view"))["text"] == "b1 ="


async def test_keys_are_held_together(hand: Hand) -> None:
    await hand.open("Contacts")
    await hand.tap("search_view")
    await hand.run("input", "text", "abcd")
    await hand.run("input", "keycombination", "CTRL_LEFT", "A")
    await hand.key("DEL")
    assert (await hand.find("search_view"))["text"] == "Search contacts"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("input", "Usage: input"),
        ("input tap 5", "Invalid arguments for command: tap"),
        ("input tap a b", "NumberFormatException"),
        ("input swipe 1 2 3", "Invalid arguments for command: swipe"),
        ("input text", 'Argument expected after "text"'),
        ("input keyevent", "Argument expected"),
        ("input dance 1 2", "Unknown command: dance"),
    ],
)
async def test_what_input_does_not_take_is_told(hand: Hand, line: str, said: str) -> None:
    ran = await hand.line(line)
    assert ran.code == 255
    assert said in ran.err


async def test_a_source_may_come_first(hand: Hand, felt: Felt) -> None:
    await hand.run("input", "touchscreen", "tap", "600", "1500")
    await until(felt, lambda events: "click" in kinds(events))
