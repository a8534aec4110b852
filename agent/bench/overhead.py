"""What a step costs beside the model: Handeye's real parts against a bare Playwright loop, interleaved in one run.

Measured is the time from an answer's arrival to the next request being ready to send: parsing, acting, settling,
looking and building the messages. A picture counts as stale if the step's effect, which each page shows as a green
square, is not in it.
"""

from __future__ import annotations

import asyncio
import io
import statistics
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, get_args

from actions import Action, Click, Element, Observation, Task, Type
from agent.bench.floor import Floor, Kind
from agent.bench.pages import CORNER, SIGNAL, app
from envs.web import WebEnv
from prompts.base import Decision, Dialect, Reply, Step

if TYPE_CHECKING:
    from playwright.async_api import Page

_KINDS: tuple[Kind, ...] = get_args(Kind)
_TARGETS: dict[Kind, tuple[str, str]] = {
    "click": ("button", "Toggle"),
    "type": ("textbox", "Name"),
    "late": ("button", "Availability"),
    "route": ("button", "Gallery"),
    "form": ("button", "Send"),
    "link": ("link", "Next"),
}
_TEXT = "Ana Silva from Lisbon"
_TASK = Task(instruction="Book a quiet room by the sea for Ana Silva, two guests, and send the form.")
_FLOOR = "floor"
LIMIT = 1.5
"""How many times the floor a step may cost."""


@dataclass
class Report:
    """Milliseconds of every step, by who was measured ("floor" or a dialect) and by the kind of step."""

    rounds: int
    ms: dict[str, dict[Kind, list[float]]] = field(default_factory=dict)
    settle_ms: list[float] = field(default_factory=list)
    ceilings: int = 0
    stale: dict[str, int] = field(default_factory=dict)

    def median(self, who: str, kind: Kind) -> float:
        return statistics.median(self.ms[who][kind])

    def ratio(self, who: str, kind: Kind) -> float:
        """The median step of `who` by the median step of the floor."""
        return self.median(who, kind) / self.median(_FLOOR, kind)

    @property
    def worst(self) -> float:
        """The highest ratio of any dialect and kind of step."""
        return max(self.ratio(who, kind) for who in self.ms if who != _FLOOR for kind in _KINDS)

    def as_dict(self) -> dict[str, Any]:
        """The figures as plain data, for JSON."""
        return {
            "rounds": self.rounds,
            "median_ms": {who: {kind: round(self.median(who, kind), 1) for kind in _KINDS} for who in self.ms},
            "ratio": {
                who: {kind: round(self.ratio(who, kind), 2) for kind in _KINDS} for who in self.ms if who != _FLOOR
            },
            "worst_ratio": round(self.worst, 2),
            "settle_ms": {name: round(value, 1) for name, value in _spread(self.settle_ms).items()},
            "ceilings": self.ceilings,
            "stale": dict(self.stale),
        }

    def table(self) -> str:
        """The figures as lines of text."""
        width = max(len(who) for who in self.ms) + 2
        lines = [f"{'median ms a step':<{width + 8}}" + "".join(f"{kind:>14}" for kind in _KINDS) + f"{'stale':>8}"]
        for who in self.ms:
            cells = [f"{self.median(who, kind):.0f}" for kind in _KINDS]
            if who != _FLOOR:
                cells = [f"{cell} ({self.ratio(who, kind):.2f}x)" for cell, kind in zip(cells, _KINDS, strict=True)]
            lines.append(f"{who:<{width + 8}}" + "".join(f"{cell:>14}" for cell in cells) + f"{self.stale[who]:>8}")
        spread = ", ".join(f"{name} {value:.0f}" for name, value in _spread(self.settle_ms).items())
        lines.append(f"settle ms: {spread}; ceiling reached {self.ceilings} times in {len(self.settle_ms)} steps")
        lines.append(f"worst ratio {self.worst:.2f} (limit {LIMIT}), {self.rounds} rounds")
        return "\n".join(lines)


def report(rounds: int) -> Report:
    """Measure and wait for it; see `overhead`."""
    return asyncio.run(overhead(rounds))


async def overhead(rounds: int, *, browser: str | None = None, dialects: Sequence[str] | None = None) -> Report:
    """Every kind of step `rounds` times, by the floor and by each dialect (all of the web by default) in turn.

    Raises DriverMissing without a browser. The first round warms everything up and is not counted.
    """
    from envs.demo.serve import serve

    found = Report(rounds)
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(serve(app()))
        runners: dict[str, _Runner] = {_FLOOR: await stack.enter_async_context(_bare(browser, url))}
        for dialect in _dialects(dialects):
            env = await stack.enter_async_context(WebEnv(url, browser=browser))
            runners[dialect.name] = _Whole(env, dialect, url, found)
        for who in runners:
            found.ms[who] = {kind: [] for kind in _KINDS}
            found.stale[who] = 0
        for n in range(rounds + 1):
            for kind in _KINDS:
                for who, runner in runners.items():
                    ms, picture = await runner.step(kind)
                    if n:
                        found.ms[who][kind].append(ms)
                        found.stale[who] += not _shows_effect(picture)
            if n == 0:
                found.settle_ms.clear()
                found.ceilings = 0
    return found


class _Runner:
    async def step(self, kind: Kind) -> tuple[float, bytes]:
        """The milliseconds of one step from a fresh page, and the picture after it."""
        raise NotImplementedError


class _Bare(_Runner):
    def __init__(self, page: Page, url: str) -> None:
        self._page = page
        self._url = url
        self._floor = Floor(page)

    async def step(self, kind: Kind) -> tuple[float, bytes]:
        await self._page.goto(self._url)
        role, name = _TARGETS[kind]
        box = await self._page.locator(f"role={role}[name='{name}'s]").bounding_box()
        assert box is not None
        await self._floor.rest()
        begun = time.perf_counter()
        await self._floor.step(kind, box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, _TEXT)
        return (time.perf_counter() - begun) * 1000, self._floor.picture


class _Whole(_Runner):
    def __init__(self, env: WebEnv, dialect: Dialect, url: str, found: Report) -> None:
        self._env = env
        self._dialect = dialect
        self._url = url
        self._found = found

    async def step(self, kind: Kind) -> tuple[float, bytes]:
        from actions import Open

        dialect, env = self._dialect, self._env
        await env.perform(Open(target=self._url))
        target = _target(await env.observe(), kind)
        action: Action = Type(text=_TEXT, into=target.box) if kind == "type" else Click(at=target.box)
        seen = await env.observe(elements=dialect.wants_elements)
        reply = Reply(text=dialect.format(action, thought="This goes on.", memory="[]", mark=target.mark))
        history: list[Step] = []
        begun = time.perf_counter()
        decision: Decision = dialect.parse(reply, seen)
        result = await env.perform(decision.action)
        after = await env.observe(elements=dialect.wants_elements)
        history.append(Step(seen=seen, reply=reply, decision=decision, result=result))
        dialect.messages(_TASK, history, after)
        ms = (time.perf_counter() - begun) * 1000
        self._found.settle_ms.append(result.settle_ms)
        self._found.ceilings += result.ceiling
        return ms, after.screenshot


@asynccontextmanager
async def _bare(browser: str | None, url: str) -> AsyncIterator[_Bare]:
    from playwright.async_api import async_playwright

    from envs.web.browser import launch

    async with async_playwright() as playwright:
        started = await launch(playwright, path=browser, headless=True, patience=30)
        context = await started.new_context(viewport={"width": 1280, "height": 800})
        yield _Bare(await context.new_page(), url)
        await started.close()


def _dialects(names: Sequence[str] | None) -> list[Dialect]:
    from prompts import registry

    found = [registry.get(name) for name in (names if names is not None else registry.names())]
    return [dialect for dialect in found if "web" in dialect.platforms]


def _target(seen: Observation, kind: Kind) -> Element:
    role, name = _TARGETS[kind]
    return next(element for element in seen.elements if (element.role, element.name) == (role, name))


def _shows_effect(picture: bytes) -> bool:
    from PIL import Image

    with Image.open(io.BytesIO(picture)) as image:
        return image.convert("RGB").getpixel(CORNER) == SIGNAL


def _spread(values: Sequence[float]) -> dict[str, float]:
    ordered = sorted(values) or [0.0]
    return {
        "median": statistics.median(ordered),
        "p90": ordered[min(len(ordered) - 1, int(len(ordered) * 0.9))],
        "max": ordered[-1],
    }
