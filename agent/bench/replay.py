"""What a replay costs: the hotel booking, every step checked, against a Playwright script of the same flow.

Both are done in turn in one run, on one site: once from nothing to a closed browser, and once in a browser that is
already there.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self, get_args

from actions import Action, GuiAgentError, Hit, Observation, Open, Platform, Result
from agent.bench.drift.record import record
from agent.bench.drift.site import Entry, Ledger
from agent.bench.drift.sites.hotel import FILE, SITE
from agent.replay.engine import replay
from agent.replay.picture import locate, outlines
from agent.trace import Trace, Turn
from envs.demo.hotel.store import Store
from envs.demo.serve import serve
from envs.web import WebEnv

if TYPE_CHECKING:
    from types import TracebackType

    from playwright.async_api import Browser

LIMIT = 1.5
"""How many times the script's time a replay may take."""
PICTURE_MS = 300
"""Milliseconds that finding a target by its picture may take on a view of 1280 x 800."""
Kind = Literal["replay", "script"]
_VIEW = (1280, 800)


class NotBooked(GuiAgentError):
    """One of the two did not do the booking, so that its time says nothing."""


@dataclass
class Report:
    """Seconds of each whole booking, from nothing ("cold") and in an open browser ("warm"); ms of a replay's phases."""

    rounds: int
    cold: dict[Kind, list[float]] = field(default_factory=lambda: {"replay": [], "script": []})
    warm: dict[Kind, list[float]] = field(default_factory=lambda: {"replay": [], "script": []})
    phases: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    picture_ms: list[float] = field(default_factory=list)

    @property
    def ratios(self) -> dict[str, float]:
        """The median replay by the median script."""
        return {
            "cold": statistics.median(self.cold["replay"]) / statistics.median(self.cold["script"]),
            "warm": statistics.median(self.warm["replay"]) / statistics.median(self.warm["script"]),
        }

    @property
    def good(self) -> bool:
        """Are the limits kept?"""
        return max(self.ratios.values()) <= LIMIT and max(self.picture_ms) <= PICTURE_MS

    def as_dict(self) -> dict[str, Any]:
        """The figures as plain data, for JSON."""
        return {
            "rounds": self.rounds,
            "seconds": {
                name: {who: round(statistics.median(values), 3) for who, values in runs.items()}
                for name, runs in (("cold", self.cold), ("warm", self.warm))
            },
            "ratio": {name: round(value, 2) for name, value in self.ratios.items()},
            "phases_ms": {name: round(statistics.median(values), 1) for name, values in self.phases.items()},
            "picture_ms": {
                "median": round(statistics.median(self.picture_ms), 1),
                "max": round(max(self.picture_ms), 1),
            },
        }

    def table(self) -> str:
        """The figures as lines of text."""
        lines = [f"{'median s of a booking':<30}{'replay':>10}{'script':>10}{'ratio':>8}"]
        names = {"cold": "from nothing to closed", "warm": "in an open browser"}
        for name, runs in (("cold", self.cold), ("warm", self.warm)):
            cells = "".join(f"{statistics.median(runs[who]):>10.2f}" for who in get_args(Kind))
            lines.append(f"{names[name]:<30}{cells}{self.ratios[name]:>8.2f}")
        phases = ", ".join(f"{name} {statistics.median(values):.0f}" for name, values in self.phases.items())
        lines.append(f"a warm replay's ms by phase, all steps together: {phases}")
        median, most = statistics.median(self.picture_ms), max(self.picture_ms)
        lines.append(f"found by picture on 1280 x 800: median {median:.0f} ms, at most {most:.0f} (limit {PICTURE_MS})")
        lines.append(f"worst ratio {max(self.ratios.values()):.2f} (limit {LIMIT}), {self.rounds} rounds")
        return "\n".join(lines)


def report(rounds: int) -> Report:
    """Measure and wait for it; see `measured`."""
    return asyncio.run(measured(rounds))


async def measured(rounds: int, *, browser: str | None = None, warm_up: bool = True) -> Report:
    """Record the booking, and repeat it in each of four ways `rounds` times, after one round to `warm_up`, not counted.

    Raises DriverMissing without a browser, and NotBooked.
    """
    found = Report(rounds)
    with tempfile.TemporaryDirectory(prefix="replay-") as scratch:
        folder = Path(scratch)
        async with AsyncExitStack() as stack:
            hotel = await stack.enter_async_context(_hotel())
            trace = await record(SITE, WebEnv(hotel.url, browser=browser, viewport=_VIEW), folder / "recorded")
            booked = hotel.emptied()
            env = await stack.enter_async_context(WebEnv(browser=browser, viewport=_VIEW))
            started = await stack.enter_async_context(_open_browser(browser))
            for n in range(-warm_up, rounds):
                one = _Round(hotel, trace, booked, folder / str(n), browser)
                phases: dict[str, float] = defaultdict(float)
                cold = {"replay": await one.replay(None, defaultdict(float)), "script": await one.script(None)}
                warm = {"replay": await one.replay(env, phases), "script": await one.script(started)}
                if n < 0:
                    continue
                for who in get_args(Kind):
                    found.cold[who].append(cold[who])
                    found.warm[who].append(warm[who])
                for phase, ms in phases.items():
                    found.phases[phase].append(ms)
        found.picture_ms = _by_picture(trace)
    return found


@dataclass(frozen=True)
class _Round:
    """One booking in each of the four ways."""

    hotel: _Hotel
    trace: Trace
    booked: list[Entry]
    folder: Path
    browser: str | None

    async def replay(self, env: WebEnv | None, phases: dict[str, float]) -> float:
        """Seconds of a replay; in a browser that is open if `env` is given. Adds up the ms of its phases."""

        def watch(turn: Turn) -> None:
            for phase, ms in turn.ms.items():
                phases[phase] += ms

        url = self.hotel.url
        screen = WebEnv(url, browser=self.browser, viewport=_VIEW) if env is None else _Lent(env, url)
        folder = self.folder / ("cold" if env is None else "warm")
        begun = time.perf_counter()
        outcome = await replay(self.trace, screen, trace_dir=folder, watch=watch)
        seconds = time.perf_counter() - begun
        self._check(f"replay ({outcome.status}: {outcome.reason})")
        return seconds

    async def script(self, started: Browser | None) -> float:
        """Seconds of the script; in a browser that is open if `started` is given."""
        begun = time.perf_counter()
        if started is None:
            async with _open_browser(self.browser) as own:
                await _scripted(own, self.hotel.url)
        else:
            await _scripted(started, self.hotel.url)
        seconds = time.perf_counter() - begun
        self._check("script")
        return seconds

    def _check(self, who: str) -> None:
        made = self.hotel.emptied()
        if made != self.booked:
            raise NotBooked(f"the {who} did not make the recorded booking: {made or 'nothing was booked'}")


@dataclass(frozen=True)
class _Hotel:
    """One hotel for all bookings, so that none pays for its first pages."""

    url: str
    ledger: Ledger
    store: Store

    def emptied(self) -> list[Entry]:
        """What was booked since this was last asked; the rooms are free again."""
        made, self.ledger.entries = self.ledger.entries, []
        for booking in self.store.bookings():
            self.store.cancel(booking.reference)
        return made


class _Lent:
    """An environment that is open already, and begins at another address; it stays open."""

    platform: Platform = "web"

    def __init__(self, env: WebEnv, url: str) -> None:
        self._env = env
        self._url = url

    async def __aenter__(self) -> Self:
        await self._env.perform(Open(target=self._url))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    async def observe(self, *, elements: bool = True) -> Observation:
        return await self._env.observe(elements=elements)

    async def perform(self, action: Action) -> Result:
        return await self._env.perform(action)

    async def find(self, hit: Hit, *, wide: bool = False) -> tuple[Hit, ...]:
        return await self._env.find(hit, wide=wide)

    async def bring(self, hit: Hit) -> Hit | None:
        return await self._env.bring(hit)


async def _scripted(browser: Browser, url: str) -> None:
    """The booking as somebody who knows Playwright writes it."""
    from playwright.async_api import expect

    page = await browser.new_page(viewport={"width": _VIEW[0], "height": _VIEW[1]})
    await page.goto(url)
    await page.get_by_label("City").select_option("Lisbon")
    await page.get_by_label("Arrival").fill("2027-06-01")
    await page.get_by_label("Departure").fill("2027-06-04")
    await page.get_by_label("Guests").select_option("2 guests")
    await page.get_by_role("button", name="Search").click()
    await expect(page.get_by_role("heading", name="Rooms in Lisbon")).to_be_visible()
    await page.get_by_role("link", name="Book Attic Double, Miradouro House").click()
    await expect(page.get_by_role("heading", name="Your details")).to_be_visible()
    await page.get_by_label("Full name").fill("Ana Silva")
    await page.get_by_label("E-mail").fill("ana@silva.example")
    await page.get_by_label("Special requests").fill("A quiet room, please")
    await page.get_by_label("I accept the booking terms").check()
    await page.get_by_role("button", name="Confirm booking").click()
    await expect(page.get_by_role("heading", name="Booking confirmed")).to_be_visible()
    await page.close()


@asynccontextmanager
async def _hotel() -> AsyncIterator[_Hotel]:
    ledger = Ledger()
    with tempfile.TemporaryDirectory(prefix="hotel-") as folder:
        async with serve(SITE.make(ledger, Path(folder))) as url:
            yield _Hotel(url, ledger, Store(Path(folder) / FILE))


@asynccontextmanager
async def _open_browser(path: str | None) -> AsyncIterator[Browser]:
    from playwright.async_api import async_playwright

    from envs.web.browser import launch

    async with async_playwright() as playwright:
        started = await launch(playwright, path=path, headless=True, patience=30)
        yield started
        await started.close()


def _by_picture(trace: Trace) -> list[float]:
    """Milliseconds of finding each recorded target on the screens that were recorded before and after it."""
    spent = []
    for line, following in zip(trace.steps, trace.steps[1:], strict=False):
        if line.crop is None:
            continue
        for screen in (line.seen, following.seen):
            crop, now = trace.image(line.crop), trace.image(screen.image)
            outlines.cache_clear()
            begun = time.perf_counter()
            locate(outlines(crop), outlines(now))
            spent.append((time.perf_counter() - begun) * 1000)
    return spent
