"""One phone for all tests, made as new for each; a hand that reaches it through the real adb alone."""

from __future__ import annotations

import asyncio
import io
import re
import shlex
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar
from xml.etree import ElementTree

import pytest
from PIL import Image

from envs.demo.phone import Phone, phone

PATIENCE = 10
T = TypeVar("T")


@dataclass(frozen=True)
class Ran:
    """A command that adb ran, on the phone or of its own."""

    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        return self.out.decode().strip()


async def adb(device: Phone, *words: str, stdin: bytes | None = None) -> Ran:
    """Run the real adb against the phone's own server."""
    process = await asyncio.create_subprocess_exec(
        "adb",
        *words,
        env=device.adb_environment,
        stdin=asyncio.subprocess.DEVNULL if stdin is None else asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(30):
        out, err = await process.communicate(stdin)
    assert process.returncode is not None
    return Ran(process.returncode, out, err.decode())


async def until(ask: Callable[[], Awaitable[T]], wanted: Callable[[T], bool] = bool) -> T:
    """Ask again and again until the answer is as wanted."""
    loop = asyncio.get_running_loop()
    end = loop.time() + PATIENCE
    while not wanted(answer := await ask()):
        assert loop.time() < end, f"it did not happen; the last answer was {str(answer)[:3000]}"
        await asyncio.sleep(0.02)
    return answer


@dataclass(frozen=True)
class View:
    """One node of a hierarchy."""

    fields: dict[str, str]

    def __getitem__(self, name: str) -> str:
        return self.fields[name]

    @property
    def bounds(self) -> tuple[int, int, int, int]:
        left, top, right, bottom = map(int, re.findall(r"-?\d+", self["bounds"]))
        return left, top, right, bottom

    @property
    def centre(self) -> tuple[int, int]:
        left, top, right, bottom = self.bounds
        return (left + right) // 2, (top + bottom) // 2

    @property
    def id(self) -> str:
        return self["resource-id"].rpartition("/")[2]


class Hand:
    """What a person does with the phone, by way of adb."""

    def __init__(self, device: Phone) -> None:
        self.device = device

    async def adb(self, *words: str, stdin: bytes | None = None) -> Ran:
        return await adb(self.device, "-s", self.device.serial, *words, stdin=stdin)

    async def line(self, line: str, stdin: bytes | None = None) -> Ran:
        """A line for the phone's shell, as it stands."""
        return await self.adb("shell", line, stdin=stdin)

    async def run(self, *words: str) -> str:
        """Words for the phone's shell, quoted; what the command said, which must not have failed."""
        ran = await self.line(shlex.join(words))
        assert ran.code == 0, ran
        return ran.text

    async def views(self) -> list[View]:
        out = (await self.adb("exec-out", "uiautomator dump /dev/tty")).out.decode()
        root = ElementTree.fromstring(out[: out.index("</hierarchy>") + len("</hierarchy>")])
        return [View(node.attrib) for node in root.iter("node")]

    async def find(self, name: str) -> View:
        """The view with this text, description or id, as soon as it is there."""

        async def look() -> list[View]:
            return [view for view in await self.views() if name in (view["text"], view["content-desc"], view.id)]

        return (await until(look))[0]

    async def gone(self, name: str) -> None:
        async def names() -> set[str]:
            return {field for view in await self.views() for field in (view["text"], view["content-desc"], view.id)}

        await until(names, lambda found: name not in found)

    async def tap(self, name: str) -> None:
        x, y = (await self.find(name)).centre
        await self.run("input", "tap", str(x), str(y))

    async def write(self, text: str) -> None:
        await self.run("input", "text", text.replace(" ", "%s"))

    async def key(self, *names: str) -> None:
        await self.run("input", "keyevent", *names)

    async def open(self, name: str) -> None:
        """Tap an app's icon, and wait until it is there."""
        await self.key("HOME")
        await self.tap(name)
        await self.gone("app_1")

    async def in_front(self, activity: str) -> None:
        await until(self.device.app, lambda app: app.endswith(activity))

    async def keyboard(self, shown: bool) -> None:
        wanted = f"mInputShown={'true' if shown else 'false'}"
        await until(lambda: self.run("dumpsys", "input_method"), lambda said: wanted in said)

    async def screen(self) -> Image.Image:
        png = (await self.adb("exec-out", "screencap -p")).out
        return Image.open(io.BytesIO(png)).convert("RGB")


@pytest.fixture(scope="session")
async def _shared() -> AsyncIterator[Phone]:
    async with phone() as device:
        yield device


@pytest.fixture
async def device(_shared: Phone) -> Phone:
    await _shared.reset()
    return _shared


@pytest.fixture
async def hand(device: Phone) -> Hand:
    return Hand(device)
