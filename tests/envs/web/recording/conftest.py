"""A person with a browser of their own: a second connection to the one that is recorded, with real input events."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright

from actions import Action
from envs.web.browser import candidates
from envs.web.recording.recorder import PersonStep, WebRecorder
from tests.envs.site import Site

_CHROMIUM = (
    "--remote-debugging-port=0",
    "--headless=new",
    "--no-sandbox",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "about:blank",
)


@asynccontextmanager
async def chromium(profile: Path) -> AsyncIterator[str]:
    """A running Chromium; the address of its DevTools."""
    async with async_playwright() as playwright:
        path = next(candidates(playwright, None))
    process = await asyncio.create_subprocess_exec(
        path,
        f"--user-data-dir={profile}",
        *_CHROMIUM,
        stderr=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
    )
    assert process.stderr is not None
    try:
        async with asyncio.timeout(30):
            async for line in process.stderr:
                if found := re.search(rb"DevTools listening on ws://([^/]+)/", line):
                    break
        draining = asyncio.create_task(process.stderr.read())
        yield f"http://{found[1].decode()}"
    finally:
        process.terminate()
        await process.wait()
        await draining


@dataclass
class Recorded:
    """A recording that is under way: `page` is what the person uses, `steps` what is certain so far."""

    recorder: WebRecorder
    page: Page
    site: Site
    person: Browser
    steps: list[PersonStep] = field(default_factory=list)

    async def rest(self) -> None:
        """What a person does before the next deed: look until the page is still."""
        seen = -1.0
        watching = self.recorder._watching
        async with asyncio.timeout(10):
            while watching is not None and not watching.done():
                await asyncio.sleep(0.05)
                now = self.recorder._last
                if not self.recorder._unsettled and not self.recorder._stirred.is_set() and now and now.at == seen:
                    return
                seen = now.at if now else -1.0

    @property
    def actions(self) -> list[Action]:
        return [step.action for step in self.steps]

    def said(self) -> list[str]:
        """The steps in short: what was done to what."""
        return [words(step) for step in self.steps]


def words(step: PersonStep) -> str:
    action, hit = step.action, step.result.hit
    name = hit.name or hit.tag if hit else ""
    match action.kind:
        case "click":
            button = action.button if action.button != "left" else ""
            return f"{button}click{action.count if action.count > 1 else ''} {name}"
        case "type":
            into = f" into {name}" if action.into is not None else ""
            return f"type {action.text!r}{into}{' enter' if action.submit else ''}"
        case "select":
            return f"select {action.option} in {name}"
        case "press":
            return "press " + "+".join(action.keys)
        case "scroll":
            return f"scroll {action.direction}{' ' + name if action.at else ''}"
        case "open":
            return "open"
        case kind:
            return f"{kind} {name}".rstrip()


Start = Callable[..., Awaitable[Recorded]]


@pytest.fixture(scope="session")
async def devtools(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    async with chromium(tmp_path_factory.mktemp("profile")) as address:
        yield address


@pytest.fixture(scope="session")
async def somebody(devtools: str) -> AsyncIterator[Browser]:
    """The person's own connection to the browser."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.connect_over_cdp(devtools)
        yield browser


@pytest.fixture
def record(devtools: str, somebody: Browser, site: Site) -> Callable[..., object]:
    """`async with record(body) as recorded:` records on a page with this body; its steps are whole at the end."""

    @asynccontextmanager
    async def recording(body: str = "", *, head: str = "", url: str = "") -> AsyncIterator[Recorded]:
        start = url or site.url + site.page(body, head=head)
        async with WebRecorder(start, cdp=devtools, headless=True, timeout=10) as recorder:
            page = next(page for page in somebody.contexts[0].pages if page.url == start)
            recorded = Recorded(recorder, page, site, somebody)

            async def gather() -> None:
                async for step in recorder.steps():
                    recorded.steps.append(step)

            gathering = asyncio.create_task(gather())
            try:
                await recorded.rest()
                yield recorded
                await recorded.rest()
            finally:
                recorder.stop()
                await asyncio.wait_for(gathering, 20)

    return recording
