"""Real programs, used as a person would: an editor, a calculator, dialogs, and what appears and goes."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from actions import Click, Open, Point, Press, Result, TargetNotFound, Type
from envs.desktop import DesktopEnv
from tests.envs.desktop.conftest import as_persons_own, copied, copy, link_to, start, stop, until


def needs(*programs: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(any(shutil.which(program) is None for program in programs), reason=f"needs {programs}")


async def told(env: DesktopEnv, result: Result, note: str) -> None:
    """Is something told with the result, or, on a slow machine, at a later look?"""
    notes = [*result.notes]
    for _ in range(50):
        if note in notes:
            return
        notes += (await env.observe()).notes
        await asyncio.sleep(0.1)
    raise AssertionError(f"{note!r} is not among {notes}")


TEXT = "Liebe Grüße,\n\tund 你好世界 – “quoted” <>|\"'\\ # $HOME `id`\nlast line 😀"


@needs("Xvfb", "openbox", "mousepad")
async def test_a_text_is_written_and_saved_under_a_name(tmp_path: Path) -> None:
    file = tmp_path / "eine Notiz.txt"
    async with DesktopEnv("virtual") as env:
        result = await env.perform(Open(target="Mousepad"))
        assert any(note.startswith("A window appeared") and "Mousepad" in note for note in result.notes)
        await env.perform(Type(text=TEXT))
        result = await env.perform(Press(keys=("ctrl", "s")))
        await told(env, result, 'A window appeared: "Save As" (Mousepad).')
        assert (await env.observe()).title == "Save As"
        await env.perform(Press(keys=("ctrl", "a")))
        result = await env.perform(Type(text=str(file), submit=True))
        await until(lambda: file.exists() and file.read_text("utf-8").rstrip("\n") == TEXT, "the file")
        await told(env, result, 'The window "Save As" (Mousepad) is closed.')
        seen = await env.observe()
        assert seen.app == "Mousepad"
        assert "eine Notiz.txt" in seen.title


@needs("Xvfb", "openbox", "galculator", "xclip")
async def test_a_calculator_calculates(desktop: DesktopEnv) -> None:
    process = await start(desktop, "galculator")
    try:
        await desktop.observe()
        await desktop.perform(Type(text="12.5*(3+4)="))
        await copy(desktop, b"")
        await desktop.perform(Press(keys=("ctrl", "c")))
        assert await copied(desktop) == b"87.5"
    finally:
        await stop(process)


async def dialog(env: DesktopEnv, *arguments: str) -> asyncio.subprocess.Process:
    process = await asyncio.create_subprocess_exec(
        "zenity", *arguments, env=env.environ, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    for _ in range(200):
        if any(window["app"] == "Zenity" and window["active"] for window in await env._open_seat.ask("windows")):
            break
        await asyncio.sleep(0.05)
    await env.observe()
    return process


@needs("Xvfb", "openbox", "zenity")
async def test_a_dialog_is_answered(desktop: DesktopEnv) -> None:
    process = await dialog(desktop, "--entry", "--title=Name", "--text=Who?", "--entry-text=nobody")
    assert (await desktop.observe()).title == "Name"
    await desktop.perform(Type(text="Zoë 张伟", replace=True, submit=True))
    out, _ = await asyncio.wait_for(process.communicate(), 10)
    assert out.decode().strip() == "Zoë 张伟"
    assert process.returncode == 0


@needs("Xvfb", "openbox", "zenity")
async def test_a_window_that_closes_by_a_click_is_not_waited_for(desktop: DesktopEnv) -> None:
    process = await dialog(desktop, "--entry", "--title=Closing", "--text=Who?")
    result = await desktop.perform(Press(keys=("escape",)))
    assert not result.ceiling
    await told(desktop, result, 'The window "Closing" (Zenity) is closed.')
    assert await asyncio.wait_for(process.wait(), 10) == 1


@needs("Xvfb", "openbox", "zenity")
async def test_a_file_is_chosen(desktop: DesktopEnv, tmp_path: Path) -> None:
    (tmp_path / "ein Bericht.txt").write_text("x")
    process = await dialog(desktop, "--file-selection", "--title=Choose", f"--filename={tmp_path}/")
    await desktop.perform(Press(keys=("ctrl", "l")))
    await desktop.perform(Type(text=str(tmp_path / "ein Bericht.txt"), replace=True, submit=True))
    try:
        out, _ = await asyncio.wait_for(process.communicate(), 10)
    finally:
        await stop(process)
    assert out.decode().strip() == str(tmp_path / "ein Bericht.txt")


@needs("Xvfb", "openbox", "xterm")
async def test_a_window_that_goes_is_told(desktop: DesktopEnv) -> None:
    process = await start(desktop, "xterm", "-T", "Short lived")
    seen = await desktop.observe()
    assert any("Short lived" in note for note in seen.notes)
    result = await desktop.perform(Type(text="exit", submit=True))
    await told(desktop, result, 'The window "Short lived" (XTerm) is closed.')
    await stop(process)


async def test_what_cannot_be_opened_is_refused(desktop: DesktopEnv) -> None:
    with pytest.raises(TargetNotFound, match="no application named"):
        await desktop.perform(Open(target="an editor of the future"))
    result = await desktop.perform(Open(target="true"))
    assert any("showed no window" in note for note in result.notes)
    with pytest.raises(Exception, match="ended at once, with exit code 1"):
        await desktop.perform(Open(target="false"))


@needs("Xvfb", "openbox")
@pytest.mark.parametrize(
    ("monitor", "corner", "size"),
    [(None, (0, 0), (500, 600)), (0, (0, 0), (1200, 600)), (1, (0, 0), (500, 600)), (2, (500, 0), (700, 600))],
)
async def test_one_of_two_monitors(
    monkeypatch: pytest.MonkeyPatch, monitor: int | None, corner: tuple[int, int], size: tuple[int, int]
) -> None:
    async with DesktopEnv("virtual", size=(1200, 600)) as whole:
        as_persons_own(whole, monkeypatch)
        split(whole)
        editor = await start(whole, "xterm", "-geometry", "40x10+520+20", "-T", "Right")
        async with DesktopEnv(monitor=monitor) as part:
            seen = await part.observe()
            assert (seen.width, seen.height) == size
            elsewhere = 'The window in front, "Right", is on another monitor, out of sight.'
            assert (elsewhere in seen.notes) == (monitor in (None, 1))
            # inside of the window, which stands on the right one
            sees_it = monitor in (0, 2)
            at = Point(x=(600 - corner[0]) / size[0], y=0.2) if sees_it else Point(x=0.5, y=0.5)
            result = await part.perform(Click(at=at))
            assert result.hit is not None
            assert result.hit.name == ("Right" if sees_it else "")
            with link_to(whole) as link:
                pointer = link.screen().root.query_pointer()
            x, y = at.pixel(*size)
            assert (pointer.root_x, pointer.root_y) == (corner[0] + x, corner[1] + y)
        await stop(editor)


def split(env: DesktopEnv) -> None:
    """Tell the server that its screen is two monitors side by side (RandR's SetMonitor, which python-xlib lacks)."""
    from Xlib.protocol import rq

    class SetMonitor(rq.Request):
        _request = rq.Struct(
            rq.Card8("opcode"), rq.Opcode(43), rq.RequestLength(), rq.Window("window"), rq.Card32("name"),
            rq.Bool("primary"), rq.Bool("automatic"), rq.Card16("outputs"), rq.Int16("x"), rq.Int16("y"),
            rq.Card16("width"), rq.Card16("height"), rq.Card32("mm_width"), rq.Card32("mm_height"),
        )  # fmt: skip

    with link_to(env) as link:
        opcode = link.query_extension("RANDR").major_opcode
        for n in range(2):
            SetMonitor(
                display=link.display, opcode=opcode, window=link.screen().root.id, name=link.intern_atom(f"part-{n}"),
                primary=n == 0, automatic=0, outputs=0, x=500 * n, y=0, width=(500, 700)[n], height=600,
                mm_width=300, mm_height=300,
            )  # fmt: skip
        link.sync()
