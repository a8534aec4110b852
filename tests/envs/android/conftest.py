"""One virtual phone for all tests of Android; each test finds it as new, at its home screen."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from PIL import Image

from actions import Action, Box, Click, Element, Hit, Observation, Open, Result, Type
from envs.android import AndroidEnv
from envs.demo.phone import Phone, phone


@dataclass
class Owner:
    """An AndroidEnv at a phone, with words for what tests do all the time. `seen` is the last look."""

    env: AndroidEnv
    device: Phone
    seen: Observation

    async def look(self, *, elements: bool = True) -> Observation:
        self.seen = await self.env.observe(elements=elements)
        return self.seen

    async def do(self, action: Action) -> Result:
        """Act and look again."""
        result = await self.env.perform(action)
        await self.look()
        return result

    async def open(self, app: str) -> Observation:
        await self.do(Open(target=app))
        return self.seen

    async def tap(self, name: str, role: str | None = None) -> Result:
        return await self.do(Click(at=self.place(name, role)))

    async def type(self, text: str, into: str, **how: bool) -> Result:
        return await self.do(Type(text=text, into=self.place(into, "textbox"), **how))

    def element(self, name: str, role: str | None = None) -> Element:
        found = [e for e in self.seen.elements if e.name == name and role in (None, e.role)]
        assert found, f"no {role or 'element'} {name!r} among {[(e.role, e.name) for e in self.seen.elements]}"
        return found[0]

    def place(self, name: str, role: str | None = None) -> Box:
        return self.element(name, role).box

    def names(self) -> list[str]:
        return [e.name for e in self.seen.elements]

    def picture(self) -> Image.Image:
        with Image.open(io.BytesIO(self.seen.screenshot)) as image:
            return image.convert("RGB")

    def ran(self, program: str) -> list[tuple[str, ...]]:
        """The commands of that program that the phone's shell has run."""
        return [words for words in self.device.commands() if words and words[0] == program]


@pytest.fixture(scope="session")
async def device() -> AsyncIterator[Phone]:
    async with phone() as running:
        yield running


@pytest.fixture(scope="session")
async def _env(device: Phone) -> AsyncIterator[AndroidEnv]:
    async with AndroidEnv(device.serial, adb_port=device.adb_port, settle_ceiling=4) as env:
        yield env


@pytest.fixture
async def owner(device: Phone, _env: AndroidEnv) -> Owner:
    """The owner of the phone that tests share, made as new."""
    await device.reset()
    return Owner(_env, device, await _env.observe())


def words_of(hit: Hit | None) -> tuple[str, str]:
    assert hit is not None
    return hit.role, hit.name
