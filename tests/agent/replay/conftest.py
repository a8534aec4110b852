"""Recording a flow on a real page in a real browser, and repeating it on the page as it is later."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, Self

import pytest

from actions import Action, Click, Element, Finish, Observation, Open, Platform, Select, Task, Type
from agent.limits import Limits
from agent.outcome import Outcome
from agent.replay.engine import replay
from agent.trace import Trace, TraceWriter, Turn, header, read_trace
from envs.web import WebEnv
from prompts.base import Decision
from tests.envs.site import Site, served

Do = Callable[[Observation], Action]


@pytest.fixture(scope="session")
async def site() -> AsyncIterator[Site]:
    async with served() as served_site:
        yield served_site


@pytest.fixture(scope="session")
async def browser(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[WebEnv]:
    files = [tmp_path_factory.mktemp("files") / name for name in ("cv.txt", "other.txt")]
    for file in files:
        file.write_text(file.name)
    async with WebEnv(timeout=10, settle_ceiling=3, uploads=files) as env:
        yield env


class Borrowed:
    """The shared browser as an environment that begins at an address and is left open."""

    platform: Platform = "web"

    def __init__(self, env: WebEnv, start: str) -> None:
        self._env = env
        self._start = start
        self.performed: list[Action] = []

    async def __aenter__(self) -> Self:
        await self._env.perform(Open(target=self._start))
        return self

    async def __aexit__(self, *error: object) -> None:
        pass

    async def perform(self, action: Action) -> Any:
        self.performed.append(action)
        return await self._env.perform(action)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._env, name)

    async def observe(self, *, elements: bool = True) -> Observation:
        return await self._env.observe(elements=elements)

    async def find(self, hit: Any, *, wide: bool = False) -> Any:
        return await self._env.find(hit, wide=wide)

    async def bring(self, hit: Any) -> Any:
        return await self._env.bring(hit)


class Studio:
    """Records flows and repeats them; `env` is the environment of the last repetition."""

    env: Borrowed

    def __init__(self, browser: WebEnv, site: Site, folder: Path) -> None:
        self.browser = browser
        self.site = site
        self._folder = folder
        self._count = 0

    async def record(self, path: str, *steps: Do, data: dict[str, str] | None = None) -> Trace:
        """Do these on the page at `path`, and then say that it is complete."""
        writer = TraceWriter(self._fresh())
        task = Task(instruction="Do it.", data=data or {}, start=self.site.url + path)
        writer.begin(header(task, "web", "glm41v-web", "scripted", "", Limits()))
        async with Borrowed(self.browser, self.site.url + path) as env:
            for n, step in enumerate(steps, start=1):
                turn = Turn(n=n, seen=await env.observe())
                turn.decision = Decision(action=step(turn.seen))
                turn.result = await env.perform(turn.decision.action)
                writer.add(turn)
            last = Turn(n=len(steps) + 1, seen=await env.observe())
            last.decision = Decision(action=Finish(status="complete", answer="done"))
            writer.add(last)
        writer.end(Outcome(status="complete", answer="done", trace=writer.folder))
        return read_trace(writer.folder)

    async def repeat(self, trace: Trace, path: str, **options: Any) -> Outcome:
        """Repeat it on the page at `path`, without waiting long for what does not come."""
        self.env = Borrowed(self.browser, self.site.url + path)
        return await replay(trace, self.env, trace_dir=self._fresh(), **{"patience": 0.3, **options})

    async def open(self, path: str) -> Observation:
        """What the page at `path` looks like."""
        async with Borrowed(self.browser, self.site.url + path) as env:
            return await env.observe()

    def _fresh(self) -> Path:
        self._count += 1
        return self._folder / f"trace-{self._count}"


@pytest.fixture
async def studio(browser: WebEnv, site: Site, tmp_path: Path) -> AsyncIterator[Studio]:
    yield Studio(browser, site, tmp_path)
    await browser.perform(Open(target="about:blank"))


def element(seen: Observation, name: str, nth: int = 0) -> Element:
    return [one for one in seen.elements if one.name == name][nth]


def click(name: str, nth: int = 0) -> Do:
    return lambda seen: Click(at=element(seen, name, nth).box)


def type_into(name: str, text: str) -> Do:
    return lambda seen: Type(text=text, into=element(seen, name).box, replace=True)


def choose(name: str, option: str) -> Do:
    return lambda seen: Select(at=element(seen, name).box, option=option)
