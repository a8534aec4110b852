"""Text arrives as text, whatever stands in it, and the user's keyboard is always put back."""

from __future__ import annotations

import asyncio
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions import ActionError, Click, DeviceError, DeviceLost, Home, Scroll, Type
from envs.android import AndroidEnv
from envs.android.keyboard import ADB_KEYBOARD
from envs.android.wire import Output, Wire
from envs.demo.phone import Phone, phone
from tests.envs.android.conftest import Owner

LATIN = "com.android.inputmethod.latin/.LatinIME"
NASTY = (
    "100%sure", "50% off %s and %%s", "; reboot #", "$(reboot)", "`reboot`", "&& reboot", "| reboot", "$HOME ~ *",
    "a 'single' and a \"double\"", "back\\slash \\n", "a  b   c ", "<html> & {braces} [brackets]", "-n -e --help",
    "x" * 450,
)  # fmt: skip
OWN = {"am", "cmd", "dumpsys", "ime", "input", "screencap", "settings", "true", "uiautomator", "wm"}
"""The only programs that an AndroidEnv runs on a phone."""
ELSEWHERE = ("Zoë Núñez", "你好，世界", "Привет", "crème brûlée 🍮 👩‍👩‍👧", "العربية", "100%sure é; reboot #")


@pytest.fixture
async def editor(owner: Owner) -> Owner:
    """A new note, with its text in focus."""
    await owner.open("Notes")
    await owner.tap(next(name for name in owner.names() if name in ("New note", "Create note", "Add note")))
    return owner


def keyboard_of(device: Phone) -> tuple[str, bool]:
    """The phone's input method, and whether ADBKeyboard is among those that are enabled."""
    table = device.settings().secure
    return table["default_input_method"], ADB_KEYBOARD in table["enabled_input_methods"]


@pytest.mark.parametrize("texts", [NASTY, ELSEWHERE])
async def test_it_arrives_to_the_letter_and_nothing_of_it_runs(editor: Owner, texts: tuple[str, ...]) -> None:
    for text in texts:
        result = await editor.env.perform(Type(text=text, into=editor.place("Note", "textbox"), replace=True))
        assert result.read_back == text
        assert result.notes == ()
        assert keyboard_of(editor.device) == (LATIN, False)
    assert {words[0] for words in editor.device.commands()} <= OWN


async def test_several_lines(editor: Owner) -> None:
    for text in ("one\ntwo\n\nthree; reboot #", "eins\nzwölf"):
        result = await editor.type(text, "Note", replace=True)
        assert result.read_back == text
    await editor.type("Title $(x)", "Title", replace=True)
    await editor.tap("Save")
    newest = editor.device.notes()[0]
    assert (newest.title, newest.text.replace("\r\n", "\n")) == ("Title $(x)", "eins\nzwölf")


async def test_what_is_no_text_is_refused_before_anything_is_done(editor: Owner) -> None:
    before = len(editor.device.commands())
    for text in ("a\0b", "é\ud800"):
        with pytest.raises(ActionError, match="no phone takes"):
            await editor.env.perform(Type(text=text, into=editor.place("Note", "textbox"), replace=True))
    assert len(editor.device.commands()) == before


async def test_two_thousand_characters(editor: Owner) -> None:
    text = " ".join(f"word{n}%" for n in range(260))[:2000]
    result = await editor.type(text, "Note", replace=True)
    assert result.read_back == text


async def test_what_a_field_holds_is_replaced_added_to_or_cleared(editor: Owner) -> None:
    await editor.type("one", "Note", replace=True)
    assert (await editor.type(" two", "Note")).read_back == "one two"
    assert (await editor.type(" drei – é", "Note")).read_back == "one two drei – é"
    assert (await editor.do(Type(text="!"))).read_back == "one two drei – é!"
    assert (await editor.type("new", "Note", replace=True)).read_back == "new"
    cleared = await editor.type("", "Note", replace=True)
    assert (cleared.read_back, cleared.notes) == ("", ())


async def test_replacing_on_a_phone_without_key_combinations(editor: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(codes: object) -> None:
        raise ActionError("this phone takes no key combinations")

    await editor.type("first line\nsecond", "Note", replace=True)
    monkeypatch.setattr(editor.env._open_phone.keyboard, "press_together", refuse)
    assert (await editor.type("anew", "Note", replace=True)).read_back == "anew"


async def test_submit_presses_enter_after_the_text(owner: Owner) -> None:
    await owner.open("Contacts")
    before = len(owner.ran("input"))
    await owner.type("David", "Search contacts", submit=True)
    assert owner.ran("input")[before:][-1] == ("input", "keyevent", "66")
    assert "Ben Carter" not in " ".join(owner.names())


async def test_the_hint_of_an_empty_field_is_not_what_it_holds(owner: Owner) -> None:
    await owner.open("Contacts")
    assert owner.element("Search contacts").value == ""
    result = await owner.type("", "Search contacts", replace=True)
    assert (result.read_back, result.notes) == ("", ())


async def test_without_a_hierarchy_text_is_typed_and_said_to_be_unread(device: Phone, owner: Owner) -> None:
    await owner.open("Contacts")
    place = owner.place("Search contacts")
    async with AndroidEnv(device.serial, adb_port=device.adb_port, elements=False) as env:
        seen = await env.observe()
        assert seen.elements == ()
        result = await env.perform(Type(text="Grace é", into=place, replace=True))
        assert result.read_back is None
        assert "cannot be read" in result.notes[0]
    await owner.look()
    assert owner.element("Search contacts").value == "Grace é"


# --- the user's keyboard ---


async def test_it_is_put_back_when_a_run_is_cancelled_in_the_middle(
    editor: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_the_middle = asyncio.Event()
    run = Wire.run

    async def stall(self: Wire, *words: str, **how: float) -> object:
        if words[:2] == ("am", "broadcast"):
            in_the_middle.set()
            await asyncio.Event().wait()
        return await run(self, *words, **how)

    monkeypatch.setattr(Wire, "run", stall)
    typing = asyncio.create_task(editor.env.perform(Type(text="é", into=editor.place("Note", "textbox"))))
    await in_the_middle.wait()
    assert keyboard_of(editor.device) == (ADB_KEYBOARD, True)
    typing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await typing
    assert keyboard_of(editor.device) == (LATIN, False)
    assert "handeye_user_keyboard" not in editor.device.settings().secure


KILLED = """
import asyncio, sys
from envs.android import AndroidEnv

async def main():
    async with AndroidEnv(sys.argv[1], adb_port=int(sys.argv[2])) as env, env._open_phone.keyboard._adb_keyboard():
        print("typing", flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


async def test_a_killed_run_leaves_it_to_the_next_one(device: Phone, owner: Owner) -> None:
    run = await asyncio.create_subprocess_exec(
        sys.executable, "-c", KILLED, device.serial, str(device.adb_port), stdout=asyncio.subprocess.PIPE
    )
    assert run.stdout is not None
    assert await run.stdout.readline() == b"typing\n"
    run.kill()
    await run.wait()
    assert keyboard_of(device) == (ADB_KEYBOARD, True)
    async with AndroidEnv(device.serial, adb_port=device.adb_port) as env:
        assert "own keyboard" in (await env.observe()).notes[0]
        assert (await env.observe()).notes == ()
    assert keyboard_of(device) == (LATIN, False)
    assert "handeye_user_keyboard" not in device.settings().secure


async def test_a_lost_phone_gets_it_back_from_the_next_run(device: Phone, owner: Owner) -> None:
    await owner.open("Contacts")
    place = owner.place("Search contacts")

    async def lose_it_while_typing() -> None:
        async with AndroidEnv(device.serial, adb_port=device.adb_port) as env, env._open_phone.keyboard._adb_keyboard():
            await device.drop()
            await env.perform(Type(text="x", into=place))

    with pytest.raises(DeviceLost):
        await lose_it_while_typing()
    assert keyboard_of(device)[0] == ADB_KEYBOARD
    await device.restore()
    async with AndroidEnv(device.serial, adb_port=device.adb_port):
        assert keyboard_of(device)[0] == LATIN


async def test_the_user_s_own_choice_of_adbkeyboard_stays(device: Phone, editor: Owner) -> None:
    table = device.settings().secure
    before = dict(table)
    table |= {"default_input_method": ADB_KEYBOARD, "enabled_input_methods": f"{LATIN}:{ADB_KEYBOARD}"}
    try:
        assert (await editor.type("über", "Note", replace=True)).read_back == "über"
        assert keyboard_of(device) == (ADB_KEYBOARD, True)
    finally:
        table |= before


async def test_without_adbkeyboard_other_letters_are_refused_with_the_command() -> None:
    async with (
        phone(adb_keyboard=False) as plain,
        AndroidEnv(plain.serial, adb_port=plain.adb_port, app="Contacts") as env,
    ):
        seen = await env.observe()
        field = next(e for e in seen.elements if e.role == "textbox")
        with pytest.raises(ActionError, match=rf"adb -s {plain.serial} install ADBKeyboard.apk"):
            await env.perform(Type(text="Zoë", into=field.box))
        assert (await env.perform(Type(text="Zoe", into=field.box))).read_back == "Zoe"


async def test_text_that_its_keyboard_did_not_hear_is_sent_once_more(
    editor: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, lost = Wire.run, []

    async def deaf_at_first(self: Wire, *words: str, **how: float) -> Output:
        if words[:2] == ("am", "broadcast") and not lost:
            lost.append(words)
            return Output(b"Broadcast completed: result=0\n", b"", 0)
        return await run(self, *words, **how)

    monkeypatch.setattr(Wire, "run", deaf_at_first)
    assert (await editor.type("später", "Note", replace=True)).read_back == "später"
    assert len(lost) == 1


async def test_a_phone_that_lets_nobody_tap_says_which_setting_it_is(
    owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Wire.run

    async def forbid(self: Wire, *words: str, **how: float) -> Output:
        said = b"java.lang.SecurityException: Injecting to another application requires INJECT_EVENTS permission\n"
        return Output(b"", said, 255) if words[0] == "input" else await run(self, *words, **how)

    monkeypatch.setattr(Wire, "run", forbid)
    for action in (Click(at=owner.place("Shop")), Home(), Scroll(direction="down")):
        with pytest.raises(DeviceError, match="Security settings"):
            await owner.env.perform(action)


# --- quoting, against the phone's own shell ---

SOUND = st.characters(exclude_categories=["Cs"], exclude_characters="\0\r")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(st.text(SOUND, max_size=20), max_size=3))
async def test_the_phone_s_shell_reads_any_words_as_they_are(device: Phone, words: list[str]) -> None:
    before = len(device.commands())
    await Wire(device.serial, "127.0.0.1", device.adb_port).run("echo", *words)
    assert device.commands()[before:] == [("echo", *words)]
