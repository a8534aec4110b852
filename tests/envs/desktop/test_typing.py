"""Keys and text, read back from real applications, on a US and a German keyboard."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from actions import ActionError, Click, Press, TargetNotFound, Type
from envs.desktop import DesktopEnv
from tests.envs.desktop.conftest import Window, copied, copy, output, start, stop, until

ASCII = "".join(chr(code) for code in range(0x20, 0x7F))
SCRIPTS = "Grüße, naïveté – „你好世界“ € Ωμέγα Привет ありがとう <>|\"'\\ #"


@pytest.fixture(params=["us", "de"])
async def keyboard(request: pytest.FixtureRequest, desktop: DesktopEnv) -> AsyncIterator[str]:
    if shutil.which("setxkbmap") is None:
        pytest.skip("needs setxkbmap")
    await output(desktop, "setxkbmap", request.param)
    yield request.param
    await output(desktop, "setxkbmap", "us")


async def test_every_character_of_ascii_arrives(keyboard: str, window: Window) -> None:
    await window.write("line", ASCII)
    await until(lambda: window.holds("line") == ASCII, f"{ASCII} on {keyboard}, not {window.holds('line')!r},")


@pytest.mark.parametrize("part", ["line", "many"])
async def test_every_script_arrives(keyboard: str, window: Window, part: str) -> None:
    await window.write(part, SCRIPTS)
    await until(lambda: window.holds(part) == SCRIPTS, "the text")


async def test_lines_and_tabs_are_text(keyboard: str, window: Window) -> None:
    text = "one\n\ttwo\n\n三 \n"
    await window.write("many", text)
    await until(lambda: window.holds("many") == text, "the text")


async def test_a_long_text_arrives_whole(window: Window) -> None:
    text = "".join(f"{n:04} Zeile mit Umlauten äöü und 汉字 <{n}>\n" for n in range(55))
    assert len(text) > 2000
    await window.write("many", text)
    await until(lambda: window.holds("many") == text, "the text")


async def test_two_thousand_plain_characters_arrive_whole(window: Window) -> None:
    text = "The quick brown fox. " * 100
    await window.write("line", text)
    await until(lambda: window.holds("line") == text, "the text")


@pytest.mark.parametrize("part", ["line", "many"])
async def test_replacing_leaves_only_the_new_text(window: Window, part: str) -> None:
    await window.write(part, "before: 一二三" if part == "line" else "before\nand more\n")
    await window.write(part, "after", replace=True)
    await until(lambda: window.holds(part) == "after", "the new text")
    await window.write(part, "", replace=True)
    await until(lambda: window.holds(part) == "", "an empty field")


async def test_submitting_presses_enter(window: Window) -> None:
    window.clear()
    await window.write("line", "x", submit=True)
    assert [said["key"] for said in window.new("key")][-1] == "Return"


async def test_text_goes_to_what_has_the_focus(window: Window) -> None:
    await window.env.perform(Click(at=window.places["many"]))
    await window.env.perform(Type(text="here – 这里"))
    await until(lambda: window.holds("many") == "here – 这里", "the text")


async def test_text_that_nothing_takes_is_refused(window: Window) -> None:
    with pytest.raises(TargetNotFound, match="nothing that takes text has the focus"):
        await window.write("button", "汉字")


async def test_no_shell_ever_reads_a_text(window: Window) -> None:
    text = "; reboot # $(reboot) `id` %s %n \\n '\" && exit"
    await window.write("line", text)
    await until(lambda: window.holds("line") == text, "the text")


CHORDS = [
    (("enter",), ["Return"]),
    (("esc",), ["Escape"]),
    (("page_down",), ["Next"]),
    (("f12",), ["F12"]),
    (("a",), ["a"]),
    (("ctrl", "shift", "k"), ["Control_L", "Shift_L", "K"]),
    (("ctrl", "K"), ["Control_L", "k"]),
    (("alt", "x"), ["Alt_L", "x"]),
    (("ctrl", "z"), ["Control_L", "z"]),
    (("space",), ["space"]),
]


async def test_keys_and_chords_are_pressed_in_their_order(keyboard: str, window: Window) -> None:
    await window.env.perform(Click(at=window.places["line"]))
    for keys, symbols in CHORDS:
        window.clear()
        await window.env.perform(Press(keys=keys))
        await until(lambda: len(window.new("key up")) == len(symbols), f"{keys}")  # noqa: B023
        assert [said["key"] for said in window.new("key")] == symbols


@pytest.mark.parametrize(
    ("key", "us", "de"), [("+", "Shift_L", None), ("/", None, "Shift_L"), ("@", "Shift_L", "ISO_Level3_Shift")]
)
async def test_a_character_is_pressed_as_the_layout_has_it(
    keyboard: str, window: Window, key: str, us: str | None, de: str | None
) -> None:
    await window.env.perform(Click(at=window.places["line"]))
    window.clear()
    await window.env.perform(Press(keys=(key,)))
    before = us if keyboard == "us" else de
    pressed = [said["key"] for said in window.new("key")]
    assert pressed[:-1] == ([before] if before else [])
    await until(lambda: window.holds("line") == key, "the character")


@pytest.mark.parametrize("key", ["nosuchkey", "entr", "ctrl+c", "汉"])
async def test_an_unknown_key_is_refused_by_name(window: Window, key: str) -> None:
    with pytest.raises(ActionError, match=key.replace("+", r"\+")):
        await window.env.perform(Press(keys=("ctrl", key)))
    window.clear()
    await window.env.perform(Press(keys=("a",)))
    assert [said["key"] for said in window.new("key")] == ["a"]  # nothing is held down


# --- the clipboard ---


@pytest.mark.parametrize(
    "content", [b"mine", "für später: 汉字\n".encode(), b"x" * 1_000_000], ids=["short", "script", "long"]
)
async def test_the_clipboard_is_given_back(window: Window, content: bytes) -> None:
    await copy(window.env, content)
    await window.write("line", "另外一个")
    await until(lambda: window.holds("line") == "另外一个", "the text")
    assert await copied(window.env) == content
    assert await copied(window.env) == content


async def test_a_picture_on_the_clipboard_is_given_back(window: Window) -> None:
    picture = bytes(range(256)) * 3000
    await copy(window.env, picture, "image/png")
    await window.write("line", "é")
    assert b"image/png" in await copied(window.env, "TARGETS")
    assert await copied(window.env, "image/png") == picture


async def test_an_empty_clipboard_stays_empty(window: Window) -> None:
    await copy(window.env, b"")
    holder = await start(window.env, "xterm", "-e", "cat")  # owns nothing
    await stop(holder)
    await window.write("line", "é")
    assert await copied(window.env) == b""


async def test_what_is_copied_after_a_paste_is_not_overwritten(window: Window) -> None:
    await copy(window.env, b"old")
    await window.write("line", "é")
    await copy(window.env, b"new")
    await window.write("line", "è")
    assert await copied(window.env) == b"new"


# --- terminals ---


@pytest.mark.skipif(shutil.which("xterm") is None, reason="needs xterm")
async def test_a_terminal_is_typed_and_pasted_into(desktop: DesktopEnv, tmp_path: Path) -> None:
    file = tmp_path / "typed"
    await copy(desktop, b"selected", selection="primary")
    process = await start(desktop, "xterm", "-e", "sh", "-c", f"cat > '{file}'")
    try:
        await desktop.observe()
        await desktop.perform(Type(text="plain | text", submit=True))
        await desktop.perform(Type(text="汉字 und ä", submit=True))
        await until(lambda: file.read_text("utf-8") == "plain | text\n汉字 und ä\n", "the lines")
    finally:
        await stop(process)
    assert await copied(desktop, selection="primary") == b"selected"
