"""How desktops begin and end: their own, a person's, several at once, killed, lost, stopped by hand."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
import time
from pathlib import Path

import pytest
from Xlib import X

import envs
from actions import (
    Click,
    DeviceError,
    DeviceLost,
    DriverMissing,
    Open,
    Point,
    Press,
    Stopped,
    Task,
    Type,
    UsageError,
)
from agent.endpoint import ScriptedEndpoint
from agent.limits import Limits
from agent.loop import drive
from agent.trace import TraceWriter, read_trace
from envs.desktop import DesktopEnv
from envs.desktop import env as module
from envs.desktop.virtual import end
from prompts import registry
from tests.envs.desktop.conftest import (
    as_persons_own,
    copied,
    copy,
    link_to,
    needs_desktop,
    opened,
    output,
    until,
)

pytestmark = needs_desktop
MIDDLE = Point(x=0.5, y=0.5)


def alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def persons(desktop: DesktopEnv, monkeypatch: pytest.MonkeyPatch) -> DesktopEnv:
    """The shared desktop, as if it were the person's own that $DISPLAY names."""
    as_persons_own(desktop, monkeypatch)
    return desktop


async def test_two_virtual_desktops_do_not_see_each_other(tmp_path: Path) -> None:
    async with DesktopEnv("virtual", size=(640, 700)) as one, DesktopEnv("virtual", size=(800, 720)) as other:
        assert one.display != other.display
        async with opened(one, tmp_path) as window:
            await window.write("line", "only here 这里")
            await until(lambda: window.holds("line") == "only here 这里", "the text")
            here, there = await one.observe(), await other.observe()
        assert (here.width, here.height, here.title) == (640, 700, "Test window")
        assert (there.width, there.height, there.title) == (800, 720, "")


async def test_a_virtual_desktop_opens_to_its_cookie_only(desktop: DesktopEnv, tmp_path: Path) -> None:
    wrong = tmp_path / "cookies"
    wrong.touch()
    with pytest.raises(DeviceError, match="no X display answers"):
        async with DesktopEnv(desktop.display):
            pass
    assert Path(desktop.environ["XAUTHORITY"]).stat().st_mode & 0o777 == 0o600


async def test_nothing_is_left_of_a_virtual_desktop() -> None:
    async with DesktopEnv("virtual") as env:
        assert env._virtual is not None
        await env._virtual.run(["sleep", "1000"])
        running = [process.pid for process in env._virtual._running]
        folder = Path(env.environ["XAUTHORITY"]).parent
        assert len(running) == 3
        assert all(map(alive, running))
    assert not any(map(alive, running))
    assert not folder.exists()
    assert env.display == ""


_RUN = """
import asyncio, sys
from actions import LongPress, Point
from envs.desktop import DesktopEnv

async def main():
    async with DesktopEnv(sys.argv[1]) as env:
        await env.observe()
        if env._virtual:
            await env._virtual.run(["sleep", "1000"])
            print(env._virtual.folder, *(process.pid for process in env._virtual._running), flush=True)
        else:
            print("ready", flush=True)
        await env._open_seat.ask("move", x=300, y=300)
        await env._open_seat.ask("down", button="left")
        env._open_seat._send({"id": 99, "do": "chord", "keys": ["Shift_L"]})
        print("pressed", flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""


async def begin(display: str, **environ: str) -> asyncio.subprocess.Process:
    root = str(Path(next(iter(envs.__path__))).parent)
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", _RUN, display,
        env={**os.environ, "PYTHONPATH": root, **environ}, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip


async def test_a_killed_run_leaves_no_virtual_desktop_behind() -> None:
    run = await begin("virtual")
    assert run.stdout is not None
    folder, *numbers = (await run.stdout.readline()).decode().split()
    running = [int(number) for number in numbers]
    await run.stdout.readline()
    assert all(map(alive, running))
    run.kill()
    await run.wait()
    await until(lambda: not any(map(alive, running)), "the end of all that was started")
    await until(lambda: not Path(folder).exists(), "the end of its folder")


async def test_a_killed_run_lets_go_of_what_it_held(persons: DesktopEnv) -> None:
    async def pressed() -> int:
        with link_to(persons) as link:
            return int(link.screen().root.query_pointer().mask & X.Button1Mask)

    run = await begin(persons.display, **persons.environ)
    assert run.stdout is not None
    await run.stdout.readline()
    await run.stdout.readline()
    assert await pressed()
    run.kill()
    await run.wait()
    end = time.monotonic() + 10
    while await pressed():
        assert time.monotonic() < end, "the button is still held"
        await asyncio.sleep(0.02)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP], ids=["dies", "hangs"])
async def test_a_display_that_goes_away_is_lost_within_seconds(how: signal.Signals) -> None:
    async with DesktopEnv("virtual") as env:
        await env.observe()
        assert env._virtual is not None
        server = env._virtual._running[0]
        server.send_signal(how)
        begun = time.monotonic()
        with pytest.raises(DeviceLost, match=env.display):
            await env.perform(Click(at=MIDDLE))
        assert time.monotonic() - begun < 8
        with pytest.raises(DeviceLost):
            await env.observe()
        if how == signal.SIGSTOP:
            server.send_signal(signal.SIGCONT)


# --- a person's display ---


@pytest.mark.parametrize("corner", [("0", "0"), ("1279", "0"), ("0", "799"), ("1279", "799")])
async def test_the_pointer_in_a_corner_stops_the_run(persons: DesktopEnv, corner: tuple[str, str]) -> None:
    async with DesktopEnv() as env:
        await env.perform(Click(at=MIDDLE))
        await output(persons, "xdotool", "mousemove", *corner)
        with pytest.raises(Stopped, match="corner"):
            await env.perform(Press(keys=("a",)))
        with pytest.raises(Stopped, match="corner"):
            await env.observe()
        await output(persons, "xdotool", "mousemove", "400", "400")
        await env.observe()


async def test_a_run_that_a_person_stops_ends_as_stopped(persons: DesktopEnv, tmp_path: Path) -> None:
    class Pushing(ScriptedEndpoint):
        async def complete(self, *given: object, **more: object):
            await output(persons, "xdotool", "mousemove", "0", "0")
            return await super().complete(*given, **more)

    dialect = registry.get("glm41v-pc")
    answer = dialect.format(Click(at=MIDDLE), thought="", memory="[]", mark=None)
    with pytest.raises(Stopped):
        await drive(
            Task(instruction="click"), DesktopEnv(), Pushing([answer]), dialect,
            trace=TraceWriter(tmp_path / "trace"), limits=Limits(),
        )  # fmt: skip
    outcome = read_trace(tmp_path / "trace").outcome
    assert outcome is not None
    assert (outcome.status, outcome.exit_code) == ("stopped", 130)
    await output(persons, "xdotool", "mousemove", "400", "400")


async def test_the_agents_own_way_into_a_corner_stops_nothing(persons: DesktopEnv) -> None:
    async with DesktopEnv() as env:
        for corner in (Point(x=0, y=0), Point(x=1, y=1)):
            await env.perform(Click(at=corner))
            await env.perform(Press(keys=("shift",)))
            await env.observe()
        await env.perform(Click(at=MIDDLE))


async def test_a_persons_clipboard_outlives_the_run(persons: DesktopEnv, tmp_path: Path) -> None:
    await copy(persons, "meins – 我的".encode())
    async with opened(persons, tmp_path) as window, DesktopEnv() as env:
        await env.perform(Type(text="é", into=window.places["line"]))
        await until(lambda: window.holds("line") == "é", "the text")
        worker = env._open_seat._process
    assert worker is not None
    assert await copied(persons) == "meins – 我的".encode()
    await copy(persons, b"next")
    await until(lambda: not alive(worker.pid), "the end of the clipboard's keeper")
    assert await copied(persons) == b"next"


async def test_a_display_without_a_window_manager_is_driven(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async with DesktopEnv("virtual") as bare:
        assert bare._virtual is not None
        await end(bare._virtual._running.pop())  # openbox
        as_persons_own(bare, monkeypatch)
        async with DesktopEnv() as env:
            result = await env.perform(Open(target="mousepad"))
            assert any("Mousepad" in note for note in result.notes)
            result = await env.perform(Type(text="这里", into=Point(x=0.2, y=0.3)))
            assert result.hit is not None
            assert "Mousepad" in result.hit.name
            assert (await env.observe()).app == "Mousepad"


# --- what is missing ---


async def test_without_a_display_the_ways_out_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    with pytest.raises(DriverMissing, match="--display virtual.*apt install xvfb openbox"):
        async with DesktopEnv():
            pass


@pytest.mark.parametrize("display", [None, ":0"])
async def test_wayland_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, display: str | None) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    monkeypatch.setenv("XDG_SESSION_TYPE", "wayland")
    if display:
        monkeypatch.setenv("DISPLAY", display)
    else:
        monkeypatch.delenv("DISPLAY", raising=False)
    with pytest.raises(DriverMissing, match="Wayland"):
        async with DesktopEnv():
            pass


@pytest.mark.parametrize("system", ["darwin", "win32"])
async def test_other_systems_are_refused_by_name(monkeypatch: pytest.MonkeyPatch, system: str) -> None:
    monkeypatch.setattr(module.sys, "platform", system)
    with pytest.raises(DriverMissing, match=system):
        async with DesktopEnv("virtual"):
            pass


async def test_what_is_not_installed_is_named_with_its_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    os.symlink(shutil.which("openbox"), tmp_path / "openbox")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DriverMissing, match="Xvfb; install with: apt install xvfb"):
        async with DesktopEnv("virtual"):
            pass


@pytest.mark.parametrize(("module", "command"), [("mss", "pip install"), ("tkinter", "apt install python3-tk")])
async def test_a_package_that_is_not_installed_is_named(
    persons: DesktopEnv, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, module: str, command: str
) -> None:
    (tmp_path / f"{module}.py").write_text(f"raise ModuleNotFoundError('No module named {module}')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(DriverMissing, match=command):
        async with DesktopEnv():
            pass


async def test_a_display_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_SESSION_TYPE", raising=False)
    with pytest.raises(DeviceError, match="no X display answers at ':4711'"):
        async with DesktopEnv(":4711"):
            pass


@pytest.mark.parametrize(
    ("wishes", "message"),
    [({"size": (10, 10)}, "10x10"), ({"monitor": -1}, "counted from 1"), ({"monitor": 7}, "no monitor 7")],
)
async def test_what_makes_no_sense_is_refused(wishes: dict, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        async with DesktopEnv("virtual", **wishes):
            pass


async def test_an_application_to_begin_with_must_exist() -> None:
    with pytest.raises(UsageError, match="no application named 'no such thing'"):
        async with DesktopEnv("virtual", app="no such thing"):
            pass
