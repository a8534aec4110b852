"""Recording a site's flow once, on the site as it is, as a run of the loop would be recorded."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from actions import Action, Click, Finish, GuiAgentError, Hit, Observation, Scroll, Select, Task, Type
from agent.bench.drift.site import Do, Site
from agent.limits import Limits
from agent.outcome import Outcome
from agent.trace import Trace, TraceWriter, Turn, header, read_trace
from prompts.base import Decision

if TYPE_CHECKING:
    from envs.web import WebEnv

_SCROLLS = 30
_DOWN = 4.0
"""Clicks of the wheel that are scrolled at a time."""


class NotRecorded(GuiAgentError):
    """The flow of a site could not be done on the unchanged site: the suite itself is wrong."""


async def record(site: Site, env: WebEnv, folder: Path) -> Trace:
    """Do the flow and write its trace into a folder. Raises NotRecorded."""
    writer = TraceWriter(folder)
    task = Task(instruction=site.task, data=dict(site.data), start="")
    writer.begin(header(task, "web", "", "", "", Limits()))
    begun = time.perf_counter()
    async with env:
        recorder = _Recorder(env, writer)
        for do in site.flow:
            await recorder.do(do)
        seen = await env.observe()
        writer.add(Turn(n=recorder.steps + 1, seen=seen, decision=Decision(action=Finish(status="complete"))))
    writer.end(
        Outcome(status="complete", steps=writer.steps, seconds=round(time.perf_counter() - begun, 3), trace=folder)
    )
    return read_trace(folder)


class _Recorder:
    def __init__(self, env: WebEnv, writer: TraceWriter) -> None:
        self._env = env
        self._writer = writer
        self.steps = 0

    async def do(self, do: Do) -> None:
        """One act of a flow, scrolling down to its target as a model would."""
        for _ in range(_SCROLLS):
            seen = await self._env.observe()
            target = await self._target(do)
            if target.box is not None:
                await self._step(seen, _action(do, target))
                return
            await self._step(seen, Scroll(direction="down", steps=_DOWN))
        raise NotRecorded(f"{do.role} {do.name!r} does not come into view")

    async def _target(self, do: Do) -> Hit:
        fitting = [
            hit for hit in await self._env.find(Hit(role=do.role, name=do.name), wide=True) if hit.name == do.name
        ]
        if do.nth >= len(fitting):
            raise NotRecorded(f"{len(fitting)} of {do.role} {do.name!r} on the page, and number {do.nth} is wanted")
        return fitting[do.nth]

    async def _step(self, seen: Observation, action: Action) -> None:
        self.steps += 1
        turn = Turn(n=self.steps, seen=seen, decision=Decision(action=action))
        with turn.timed("look"):
            turn.result = await self._env.perform(action)
        if turn.result.notes and not isinstance(action, Scroll):
            raise NotRecorded(f"step {self.steps} ({action.kind}): {' '.join(turn.result.notes)}")
        self._writer.add(turn)


def _action(do: Do, target: Hit) -> Action:
    assert target.box is not None
    match do.verb:
        case "click":
            return Click(at=target.box)
        case "type":
            return Type(text=do.text, into=target.box, replace=True)
        case "select":
            return Select(at=target.box, option=do.text)
