"""One browser and one site for all tests of pages; each test shows a page of its own."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from PIL import Image

from actions import Action, Box, Click, Element, Observation, Open, Place, Press, Result
from envs.web import WebEnv
from tests.envs.site import Site, served


@dataclass
class Visitor:
    """A WebEnv at a page, with words for what tests do all the time. `seen` is the last look, `result` the last act."""

    env: WebEnv
    site: Site
    seen: Observation
    result: Result | None = None

    async def show(self, body: str, *, title: str = "A page", head: str = "") -> Observation:
        """Serve a page and go to it."""
        return await self.go(self.site.page(body, title=title, head=head))

    async def go(self, path: str) -> Observation:
        await self.env.perform(Open(target=path if "://" in path else self.site.url + path))
        return await self.look()

    async def look(self, *, elements: bool = True) -> Observation:
        self.seen = await self.env.observe(elements=elements)
        return self.seen

    async def do(self, action: Action) -> Result:
        """Act and look again."""
        self.result = await self.env.perform(action)
        await self.look()
        return self.result

    async def click(self, name: str, role: str | None = None) -> Result:
        return await self.do(Click(at=self.place(name, role)))

    async def press(self, *keys: str) -> Result:
        return await self.do(Press(keys=keys))

    def element(self, name: str, role: str | None = None) -> Element:
        found = [e for e in self.seen.elements if e.name == name and role in (None, e.role)]
        assert found, f"no {role or 'element'} {name!r} among {[(e.role, e.name) for e in self.seen.elements]}"
        return found[0]

    def place(self, name: str, role: str | None = None) -> Box:
        return self.element(name, role).box

    def names(self, role: str | None = None) -> list[str]:
        return [e.name for e in self.seen.elements if role in (None, e.role)]

    async def text(self, selector: str = "body") -> str:
        """What the page itself says, asked of it directly and not through the environment."""
        return (await self.page().inner_text(selector, timeout=5000)).strip()

    async def value(self, selector: str) -> str:
        return await self.page().input_value(selector, timeout=5000)

    def page(self):
        return self.env._open_session.tab.page

    def colour(self, at: Place) -> tuple[int, ...]:
        """The colour of the screenshot at a place."""
        with Image.open(io.BytesIO(self.seen.screenshot)) as image:
            return image.convert("RGB").getpixel(at.centre.pixel(*image.size))


@pytest.fixture(scope="session")
async def site() -> AsyncIterator[Site]:
    async with served() as served_site:
        yield served_site


@pytest.fixture(scope="session")
async def _shared(site: Site) -> AsyncIterator[WebEnv]:
    async with WebEnv(timeout=10, settle_ceiling=2) as env:
        yield env


@pytest.fixture
async def web(_shared: WebEnv, site: Site) -> AsyncIterator[Visitor]:
    """A visitor at an empty page in the browser that tests share; it is left without dialogs and further tabs."""
    await _shared.perform(Open(target="about:blank"))
    yield Visitor(_shared, site, await _shared.observe())
    session = _shared._open_session
    for tab in list(session.tabs):
        if tab.dialog is not None:
            await tab.answer(accept=True)
    for tab in session.tabs[1:]:
        await tab.page.close()
    await _shared.observe()
