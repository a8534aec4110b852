"""The keyboard on the screen, and the input methods behind it."""

from __future__ import annotations

import base64

import pytest

from envs.demo.phone import Phone, phone
from tests.envs.demo.phone.conftest import Hand, until

LATIN = "com.android.inputmethod.latin/.LatinIME"
ADB_KEYBOARD = "com.android.adbkeyboard/.AdbIME"


class Keys:
    """Finds keys on the screen by where the page has drawn them, as eyes would."""

    def __init__(self, hand: Hand) -> None:
        self._hand = hand

    async def tap(self, *names: str) -> None:
        screen = self._hand.device._system.screen
        for name in names:
            x, y = await screen.evaluate(
                """(name) => {
                  const key = [...document.querySelectorAll('#keyboard button')]
                    .find((one) => [one.textContent, one.ariaLabel].includes(name));
                  const { left, top, width, height } = key.getBoundingClientRect();
                  return [left + width / 2, top + height / 2];
                }""",
                name,
            )
            scale = screen.size.scale
            await self._hand.run("input", "tap", str(x * scale), str(y * scale))


@pytest.fixture
def keys(hand: Hand) -> Keys:
    return Keys(hand)


async def test_it_is_shown_for_a_field_and_types(hand: Hand, keys: Keys) -> None:
    await hand.open("Contacts")
    await hand.keyboard(shown=False)
    before = await hand.screen()
    await hand.tap("search_view")
    await hand.keyboard(shown=True)
    assert (await hand.screen()).crop((0, 1400, 824, 1830)).tobytes() != before.crop((0, 1400, 824, 1830)).tobytes()
    await keys.tap("b", "e", "n", "Space", "Shift", "C", "a", "?123", "1", "ABC", "x", "Delete")
    await until(lambda: hand.find("search_view"), lambda view: view["text"] == "ben Ca1")
    assert (await hand.find("search_view"))["focused"] == "true"
    await keys.tap("Delete", "Search")
    await hand.find("1 found for “ben Ca”")
    await hand.keyboard(shown=False)


async def test_back_hides_it_and_a_tap_brings_it_again(hand: Hand) -> None:
    await hand.open("Contacts")
    await hand.tap("search_view")
    await hand.keyboard(shown=True)
    await hand.key("BACK")
    await hand.keyboard(shown=False)
    await hand.in_front("PeopleActivity")
    assert "mServedInputConnection=android" in await hand.run("dumpsys", "input_method"), "the field keeps the focus"
    await hand.tap("search_view")
    await hand.keyboard(shown=True)
    await hand.key("BACK", "BACK")
    await hand.in_front("QuickstepLauncher")


async def test_the_enter_key_goes_on_to_the_next_field(hand: Hand, keys: Keys, device: Phone) -> None:
    await hand.open("Contacts")
    await hand.tap("Create contact")
    await hand.tap("name")
    await keys.tap("A", "n", "a", "Next")
    await until(lambda: hand.find("company"), lambda view: view["focused"] == "true")
    await keys.tap("Next", "5", "5", "5", "Next", "a", "?123", "@", "ABC", "b", "Done")
    await hand.keyboard(shown=False)
    await hand.tap("Save")
    await hand.in_front("ContactDetailActivity")
    [made] = [contact for contact in device.contacts() if contact.name == "Ana"]
    assert (made.company, made.phone, made.email) == ("", "555", "a@b")


async def test_a_field_behind_it_is_scrolled_into_view(hand: Hand) -> None:
    await hand.run("settings", "put", "system", "user_rotation", "1")
    await hand.open("Contacts")
    await hand.tap("Create contact")
    await hand.tap("phone")
    await hand.keyboard(shown=True)

    async def inside() -> bool:
        _, top, _, bottom = (await hand.find("phone")).bounds
        return bottom - top > 90

    await until(inside)


async def test_methods_are_listed_enabled_and_chosen(hand: Hand) -> None:
    assert await hand.run("ime", "list", "-s") == LATIN
    assert set((await hand.run("ime", "list", "-a", "-s")).split()) == {LATIN, ADB_KEYBOARD}
    refused = await hand.line(f"ime set {ADB_KEYBOARD}")
    assert refused.code == 255
    assert refused.err.strip() == f"Unknown input method {ADB_KEYBOARD} cannot be selected for user #0"
    assert await hand.run("ime", "enable", ADB_KEYBOARD) == f"Input method {ADB_KEYBOARD}: now enabled for user #0"
    assert await hand.run("ime", "enable", ADB_KEYBOARD) == f"Input method {ADB_KEYBOARD}: already enabled for user #0"
    assert await hand.run("ime", "set", ADB_KEYBOARD) == f"Input method {ADB_KEYBOARD} selected for user #0"
    assert await hand.run("settings", "get", "secure", "default_input_method") == ADB_KEYBOARD
    await hand.run("ime", "reset")
    assert await hand.run("settings", "get", "secure", "default_input_method") == LATIN
    assert (await hand.line("ime enable a.b/.C")).code == 255


async def _choose(hand: Hand) -> None:
    await hand.run("ime", "enable", ADB_KEYBOARD)
    await hand.run("ime", "set", ADB_KEYBOARD)


async def _say(hand: Hand, text: str) -> str:
    encoded = base64.b64encode(text.encode()).decode()
    return await hand.run("am", "broadcast", "-a", "ADB_INPUT_B64", "--es", "msg", encoded)


@pytest.mark.parametrize(
    "text", ["你好,世界", "café Ünïcode", "🙂👍🏽", "one\ntwo", "; reboot #", "100%sure", "'\"$(x)`y`"]
)
async def test_adb_keyboard_types_any_script(hand: Hand, device: Phone, text: str) -> None:
    await hand.open("Notes")
    await hand.tap("New note")
    await _choose(hand)
    await hand.tap("edit_note_text")
    assert await _say(hand, "gone") == (
        "Broadcasting: Intent { act=ADB_INPUT_B64 flg=0x400000 (has extras) }\nBroadcast completed: result=0"
    )
    await hand.run("am", "broadcast", "-a", "ADB_CLEAR_TEXT")
    await _say(hand, text)
    assert (await hand.find("edit_note_text"))["text"] == text
    await hand.tap("save")
    await hand.in_front("NotesActivity")
    assert device.notes()[0].text == text


async def test_adb_keyboard_types_only_while_it_is_chosen(hand: Hand) -> None:
    await hand.open("Contacts")
    await hand.tap("search_view")
    assert "result=0" in await _say(hand, "lost")
    assert (await hand.find("search_view"))["text"] == "Search contacts"
    await _choose(hand)
    await hand.run("am", "broadcast", "-a", "ADB_INPUT_TEXT", "--es", "msg", "李 明")
    assert (await hand.find("search_view"))["text"] == "李 明"
    await hand.run("am", "broadcast", "-a", "ADB_INPUT_B64", "--es", "msg", "no base64!")
    await hand.run("am", "broadcast", "-a", "ADB_INPUT_CHARS", "--eia", "chars", "128512,97")
    assert (await hand.find("search_view"))["text"] == "李 明😀a"
    await hand.run("am", "broadcast", "-a", "ADB_INPUT_CODE", "--ei", "code", "67")
    await hand.run("am", "broadcast", "-a", "ADB_CLEAR_TEXT")
    await hand.run("am", "broadcast", "-a", "ADB_INPUT_TEXT", "--es", "msg", "李明")
    await hand.run("am", "broadcast", "-a", "ADB_EDITOR_CODE", "--ei", "code", "3")
    await hand.find("1 found for “李明”")


async def test_adb_keyboard_takes_the_keys_off_the_screen(hand: Hand) -> None:
    await hand.open("Contacts")
    await hand.tap("search_view")
    await hand.keyboard(shown=True)
    with_keys = await hand.screen()
    await _choose(hand)
    assert (await hand.screen()).tobytes() != with_keys.tobytes()
    assert "mInputShown=true" in await hand.run("dumpsys", "input_method")
    await hand.write("x")
    assert (await hand.find("search_view"))["text"] == "x", "a key press reaches the field through any method"


async def test_a_phone_may_lack_adb_keyboard() -> None:
    async with phone(adb_keyboard=False) as device:
        hand = Hand(device)
        assert await hand.run("ime", "list", "-a", "-s") == LATIN
        assert "adbkeyboard" not in await hand.run("pm", "list", "packages")
        assert (await hand.line(f"ime enable {ADB_KEYBOARD}")).code == 255
