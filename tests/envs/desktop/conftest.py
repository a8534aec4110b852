"""One virtual desktop for all tests that need no other; each test opens windows of its own there."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from Xlib import display

from actions import Box, Result, Type
from envs.desktop import DesktopEnv

WINDOW = Path(__file__).parent / "window.py"
_PATIENCE = 10.0

needs_desktop = pytest.mark.skipif(
    any(shutil.which(program) is None for program in ("Xvfb", "openbox")), reason="needs Xvfb and openbox"
)


@dataclass
class Window:
    """The test window: where its parts are, and what it says was done to it."""

    env: DesktopEnv
    process: int
    file: Path
    places: dict[str, Box]
    size: tuple[int, int]

    def said(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.file.read_text("utf-8").splitlines()[1:] if line.endswith("}")]

    def did(self, *kinds: str) -> list[dict[str, Any]]:
        return [said for said in self.said() if said["did"] in kinds]

    def clear(self) -> None:
        self._from = len(self.said())

    def new(self, *kinds: str) -> list[dict[str, Any]]:
        """What was said since `clear`."""
        return [said for said in self.said()[self._from :] if said["did"] in kinds]

    def holds(self, part: str) -> str:
        return self.did("holds")[-1][part]

    async def write(self, part: str, text: str, **more: Any) -> Result:
        return await self.env.perform(Type(text=text, into=self.places[part], **more))


async def until(holds: Callable[[], Any], what: str) -> Any:
    """Wait for something that another program does."""
    end = asyncio.get_running_loop().time() + _PATIENCE
    while not (found := holds()):
        assert asyncio.get_running_loop().time() < end, f"{what} did not come about"
        await asyncio.sleep(0.02)
    return found


async def start(env: DesktopEnv, *command: str) -> asyncio.subprocess.Process:
    """Start a program on a desktop, and wait for its window."""
    before = {window["id"] for window in await env._open_seat.ask("windows")}
    process = await asyncio.create_subprocess_exec(*command, env=env.environ, stderr=asyncio.subprocess.DEVNULL)
    end = asyncio.get_running_loop().time() + _PATIENCE
    while not [w for w in await env._open_seat.ask("windows") if w["id"] not in before and w["active"]]:
        assert asyncio.get_running_loop().time() < end, f"{command[0]} showed no window"
        assert process.returncode is None, f"{command[0]} ended with {process.returncode}"
        await asyncio.sleep(0.02)
    return process


async def stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.kill()
    await process.wait()


async def output(env: DesktopEnv, *command: str) -> bytes:
    """What a program on a desktop prints."""
    process = await asyncio.create_subprocess_exec(
        *command,
        env=env.environ,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    return (await process.communicate())[0]


async def copied(env: DesktopEnv, *target: str, selection: str = "clipboard") -> bytes:
    """What the clipboard holds, in one of its forms."""
    return await output(env, "xclip", "-selection", selection, "-o", *(("-t", *target) if target else ()))


async def copy(env: DesktopEnv, content: bytes, *target: str, selection: str = "clipboard") -> None:
    """Copy something: xclip stays behind and holds it, so nothing may wait for its output to end."""
    process = await asyncio.create_subprocess_exec(
        *("xclip", "-selection", selection, "-i", *(("-t", *target) if target else ())),
        env=env.environ,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    await process.communicate(content)


def as_persons_own(env: DesktopEnv, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let $DISPLAY name a virtual desktop, as if a person sat there."""
    for name in ("DISPLAY", "XAUTHORITY"):
        monkeypatch.setenv(name, env.environ[name])
    for name in ("XDG_SESSION_TYPE", "WAYLAND_DISPLAY", "XMODIFIERS"):
        monkeypatch.delenv(name, raising=False)


@contextmanager
def link_to(env: DesktopEnv) -> Iterator[display.Display]:
    """A connection to the server of a desktop that $DISPLAY names."""
    link = display.Display(env.display)
    try:
        yield link
    finally:
        link.close()


@pytest.fixture(scope="session")
async def _shared() -> AsyncIterator[DesktopEnv]:
    if shutil.which("Xvfb") is None or shutil.which("openbox") is None:
        pytest.skip("needs Xvfb and openbox")
    async with DesktopEnv("virtual", settle_ceiling=4) as env:
        yield env


@pytest.fixture
async def desktop(_shared: DesktopEnv) -> AsyncIterator[DesktopEnv]:
    """The virtual desktop that tests share, without a window at first."""
    yield _shared
    await _shared.observe()


@asynccontextmanager
async def opened(env: DesktopEnv, folder: Path, *flags: str) -> AsyncIterator[Window]:
    """The test window, on a desktop."""
    file = folder / "window.jsonl"
    process = await start(env, sys.executable, str(WINDOW), str(file), *flags)
    try:
        first = await until(lambda: file.exists() and file.read_text("utf-8").partition("\n")[0], "its first line")
        seen = await env.observe()
        places = {part: Box.of_pixels(*box, seen.width, seen.height) for part, box in json.loads(first).items()}
        window = Window(env, process.pid, file, places, (seen.width, seen.height))
        window.clear()
        yield window
    finally:
        await stop(process)


@pytest.fixture(scope="module")
async def _window(_shared: DesktopEnv, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Window]:
    async with opened(_shared, tmp_path_factory.mktemp("window")) as window:
        yield window


@pytest.fixture
async def window(_window: Window) -> Window:
    """The test window that the tests of a file share, empty."""
    _window.clear()
    os.kill(_window.process, signal.SIGUSR1)
    await until(lambda: _window.new("reset") and _window.new("holds"), "an empty window")
    await _window.env.observe()
    _window.clear()
    return _window
