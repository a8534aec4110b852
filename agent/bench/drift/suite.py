"""Recording every site, replaying it under every mutation, and judging each replay by what the site itself saw."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from actions import DeviceError, UsageError
from agent.bench.drift.mutations import MUTATIONS, VIEW, Mutation
from agent.bench.drift.record import NotRecorded, record
from agent.bench.drift.report import Cell, Report, Step, Verdict
from agent.bench.drift.site import Entry, Site
from agent.bench.drift.sites import SITES
from agent.bench.drift.stand import Press, Stand
from agent.replay.engine import replay
from agent.trace import Trace, Turn
from envs.demo.serve import serve
from envs.web import WebEnv

_DEADLINE = 300.0
"""Seconds in which a replay must have come to its end, whichever."""
Watcher = Callable[[Cell], None]
"""Is told of every replay when it is judged."""


@dataclass(frozen=True)
class Recorded:
    """A site's flow as it was recorded: the trace, what was pressed one after another, and what the site did."""

    site: Site
    trace: Trace
    pressed: tuple[str, ...]
    done: tuple[Entry, ...]


def report(only: Sequence[str], keep: Path | None, watch: Watcher) -> Report:
    """Run the suite and wait for it; see `drift`."""
    return asyncio.run(drift(only, keep=keep, watch=watch))


async def drift(
    only: Sequence[str] = (),
    *,
    keep: Path | None = None,
    browser: str | None = None,
    watch: Watcher = lambda cell: None,
) -> Report:
    """Record the sites and replay them under the mutations.

    `only` are names of sites and of mutations (or parts of these names); all of a kind that none is named of. The
    traces stay in `keep`, if it is given. Raises UsageError for a name that is none, and DriverMissing.
    """
    sites, mutations = chosen(only)
    found = Report()
    with tempfile.TemporaryDirectory(prefix="drift-") as scratch:
        folder = keep or Path(scratch)
        for site in sites:
            recorded = await recording(site, folder / site.name / "recorded", browser=browser)
            for mutation in mutations:
                if mutation.applies(site):
                    name = "".join(char if char.isalnum() else "-" for char in mutation.name)
                    cell = await replayed(recorded, mutation, folder / site.name / name, browser=browser)
                    if cell is not None:
                        found.cells.append(cell)
                        watch(cell)
    return found


def chosen(only: Sequence[str]) -> tuple[list[Site], list[Mutation]]:
    """The sites and mutations of these names. Raises UsageError for a name that is neither's."""
    sites = [site for site in SITES if site.name in only]
    mutations = [mutation for mutation in MUTATIONS if any(_named(word, mutation) for word in only)]
    for word in only:
        if all(word != site.name for site in SITES) and not any(_named(word, mutation) for mutation in MUTATIONS):
            known = ", ".join([site.name for site in SITES] + [mutation.name for mutation in MUTATIONS])
            raise UsageError(f"there is no site or mutation {word!r}; there are: {known}")
    return sites or list(SITES), mutations or list(MUTATIONS)


def _named(word: str, mutation: Mutation) -> bool:
    return word.casefold() in mutation.name.casefold() and all(word != site.name for site in SITES)


async def recording(site: Site, folder: Path, *, browser: str | None = None) -> Recorded:
    """Record a site's flow on the site as it is. Raises NotRecorded if it cannot be done there."""
    async with _served(site, MUTATIONS[0]) as (stand, url):
        trace = await record(site, WebEnv(url, browser=browser, viewport=VIEW), folder)
    if not stand.ledger.entries:
        raise NotRecorded(f"the flow of {site.name} was done, and the site did nothing")
    return Recorded(site, trace, _sequence(stand.presses), tuple(stand.ledger.entries))


async def replayed(recorded: Recorded, mutation: Mutation, folder: Path, *, browser: str | None = None) -> Cell | None:
    """Replay a recording on the changed site, and judge it; None if the mutation found nothing there to change."""
    steps: list[Step] = []

    def note(turn: Turn) -> None:
        steps.append(Step((turn.found.rung or "") if turn.found else "", turn.ms.get("find", 0.0)))

    begun = time.perf_counter()
    async with _served(recorded.site, mutation) as (stand, url):
        env = WebEnv(url, browser=browser, viewport=mutation.view)
        claims, reason, ended = False, f"it had not ended after {_DEADLINE:.0f} s", True
        try:
            async with asyncio.timeout(_DEADLINE):
                outcome = await replay(recorded.trace, env, trace_dir=folder, watch=note)
            claims, reason = outcome.status == "complete", outcome.reason
        except DeviceError as error:
            reason = str(error)
        except TimeoutError:
            ended = False
    if not stand.touched:
        return None
    verdict, wrong = judge(recorded, mutation, stand, claims=claims)
    if verdict == "stopped" and not ended:
        verdict = "missed"
    return Cell(
        site=recorded.site.name,
        mutation=mutation.name,
        healable=mutation.healable,
        verdict=verdict,
        reason=reason,
        wrong=wrong,
        steps=tuple(steps),
        timed=mutation.seconds[1] == 0.0 and "late" not in mutation.name,
        seconds=time.perf_counter() - begun,
    )


def judge(recorded: Recorded, mutation: Mutation, stand: Stand, *, claims: bool) -> tuple[Verdict, tuple[str, ...]]:
    """The verdict on a replay that `claims` to be complete, and what it did that the recording does not have.

    Pressed may be what was recorded, in that order, some of it left out (a box that is ticked already), and what the
    mutation allows. What the site did must be the recorded things, in order; all of them if completeness is claimed.
    """
    wrong = [f"pressed {truth}" for truth in _strays(recorded.pressed, _sequence(stand.presses), mutation.pressing)]
    done = tuple(stand.ledger.entries)
    if done != recorded.done[: len(done)]:
        wrong += [f"did {what} {fields}" for what, fields in done if (what, fields) not in recorded.done]
        wrong = wrong or ["did things in another order, or twice"]
    elif claims and done != recorded.done:
        wrong.append("claims to be complete, and is not")
    if wrong:
        return "wrong", tuple(wrong)
    if claims:
        return "healed", ()
    return ("missed" if mutation.healable else "stopped"), ()


def _strays(expected: Sequence[str], pressed: Sequence[str], allowed: frozenset[str]) -> list[str]:
    strays, at = [], 0
    for truth in pressed:
        if truth in allowed or (at and truth == expected[at - 1]):
            continue
        if truth in expected[at:]:
            at = expected.index(truth, at) + 1
        else:
            strays.append(truth)
    return strays


def _sequence(presses: Sequence[Press]) -> tuple[str, ...]:
    """What was pressed, one after another; a press, keys and inputs of one thing count once."""
    found: list[str] = []
    for press in presses:
        if not found or found[-1] != press.truth:
            found.append(press.truth)
    return tuple(found)


@asynccontextmanager
async def _served(site: Site, mutation: Mutation) -> AsyncIterator[tuple[Stand, str]]:
    with tempfile.TemporaryDirectory(prefix="stand-") as folder:
        stand = Stand(site, mutation, Path(folder))
        async with serve(stand) as url:
            yield stand, url
