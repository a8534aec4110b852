"""Repeating a trace without its model: find each target again, act, and go on only where it had the recorded effect."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from actions import (
    Action,
    ActionError,
    Click,
    Drag,
    Finish,
    Observation,
    Place,
    Point,
    Result,
    Select,
    Type,
    Wait,
    place_of,
)
from agent.limits import Limits
from agent.loop import Person, Watcher
from agent.outcome import Ended, Outcome, status_of
from agent.params import Extra, Params, Renewal, read_params
from agent.replay import effects, pages
from agent.replay.grounding import Grounding
from agent.replay.ladder import Ladder, Lost, Target
from agent.replay.likeness import likeness
from agent.replay.picture import Array
from agent.replay.plan import Move, Plan, is_open, is_scroll, plan
from agent.trace import Found, Screen, Trace, TraceWriter, Turn, header, new_folder
from envs.base import Environment, Finder
from envs.settle import same_picture
from prompts.base import Decision

PATIENCE = 5.0
"""Seconds that a screen has to become the recorded one, when it is not at once."""

_NAMES = re.compile(r"[^\W\d_a-z]\w+(?: [^\W\d_a-z]\w+)+")
_TELLING = 4
"""Letters from which a value is worth looking for in what a page says."""
_TRIES = 3
"""How often a target is sought on a page that goes on changing."""


async def replay(
    trace: Trace,
    env: Environment,
    *,
    values: Mapping[str, str] | None = None,
    params: Params | None = None,
    strict: bool = False,
    grounding: Grounding | None = None,
    person: Person | None = None,
    trace_dir: Path | None = None,
    watch: Watcher = lambda turn: None,
    patience: float = PATIENCE,
) -> Outcome:
    """Repeat a complete trace on a screen, and record that as a trace of its own.

    `values` take the place of the recorded ones by name; `params` says where they stand (those of the trace if None).
    `strict` allows only what was hit to be found again, as it was named. `grounding` is a model to ask and `person` a
    person, when nothing else finds a target.

    Returns the Outcome: complete with the recorded answer, or diverged with the step and what differed; nothing is
    clicked after that. Raises TraceError for a trace that cannot be repeated and UsageError for values that do not fit,
    both before anything is done; DeviceError if the screen failed.
    """
    steps = plan(trace)
    renewal = Renewal(params if params is not None else read_params(trace), values or {})
    writer = TraceWriter(trace_dir or new_folder(Path("traces"), trace.header.task.instruction))
    run = _Replay(trace, steps, env, renewal, writer, watch, patience, grounding)
    run.ladder = Ladder(trace, env, run.look, strict=strict, grounding=grounding, person=person)
    return await run.through(dict(values or {}))


class _Replay:
    ladder: Ladder

    def __init__(
        self,
        trace: Trace,
        steps: Plan,
        env: Environment,
        renewal: Renewal,
        writer: TraceWriter,
        watch: Watcher,
        patience: float,
        grounding: Grounding | None,
    ) -> None:
        self._trace = trace
        self._plan = steps
        self._env = env
        self._renewal = renewal
        self._writer = writer
        self._watch = watch
        self._patience = patience
        self._grounding = grounding
        self._seen: Observation | None = None
        self._values = _about(steps, trace.header.task.data.values(), renewal.text)
        self._regions: dict[int, Array | None] = {}
        self._start = ""
        """Where this replay began: the recorded start may be another address."""
        self._agreed: Screen | None = None
        """The recorded screen that the one seen last is known to be."""
        self._count = 0

    async def through(self, values: dict[str, str]) -> Outcome:
        """The whole trace, recorded; see `replay`."""
        begun = time.perf_counter()
        first = self._trace.header
        task = first.task.model_copy(update={"data": {**first.task.data, **values}})

        def close(end: Ended) -> Outcome:
            complete = end.status == "complete"
            outcome = Outcome(
                status=end.status,
                answer=end.text if complete else "",
                reason="" if complete else end.text,
                steps=self._count,
                tokens=self._grounding.tokens if self._grounding else 0,
                seconds=round(time.perf_counter() - begun, 3),
                trace=self._writer.folder,
            )
            self._writer.end(outcome)
            return outcome

        self._writer.begin(
            header(task, self._env.platform, first.dialect, "", "", Limits(), replays=str(self._trace.folder))
        )
        # decoding pictures and loading what compares them take as long as the screen takes to start
        preparing = asyncio.create_task(asyncio.to_thread(self._prepare))
        try:
            async with self._env:
                await preparing
                return close(await self._all())
        except asyncio.CancelledError:
            close(Ended("stopped", "stopped by the user"))
            raise
        except Exception as error:
            close(Ended(status_of(error), str(error) or repr(error)))
            raise
        finally:
            await asyncio.gather(preparing, return_exceptions=True)

    def _prepare(self) -> None:
        likeness("load", "it")
        for move in self._plan.moves:
            self._regions[move.n] = effects.recorded_region(move, self._trace)

    async def _all(self) -> Ended:
        try:
            self._start = (await self.look()).url
            waiting: list[Move] = []
            last = 0
            for recorded in self._plan.moves:
                for extra in self._renewal.before(recorded.n, after=last):
                    await self._step(self._added(extra, recorded), waiting)
                last = recorded.n
                move = self._renewed(recorded)
                if move is None:
                    continue  # a box that the new values leave as it is
                if is_scroll(move) and isinstance(self._env, Finder):
                    waiting.append(move)  # targets are scrolled to by themselves; kept for pages that load as they go
                    continue
                await self._step(move, waiting)
                waiting = []
            return await self._finish()
        except _Diverged as end:
            return Ended("diverged", str(end))

    async def look(self) -> Observation:
        """The newest observation."""
        self._seen = await self._env.observe()
        return self._seen

    async def _step(self, move: Move, scrolls: list[Move]) -> None:
        turn = Turn(n=self._count + 1, seen=self._seen or await self.look(), found=Found(step=move.n, sure=0.0))
        begun = time.perf_counter()
        try:
            await self._take(turn, move, scrolls)
        except (Lost, ActionError) as error:
            turn.problem = f"step {move.n}: {error}"
        finally:
            self._end(turn, begun)
        if turn.problem:
            if turn.result is not None:  # the screen that it led to belongs in the record
                led_to = Turn(n=self._count + 1, seen=await self.look(), problem=turn.problem, found=turn.found)
                self._end(led_to, time.perf_counter())
            raise _Diverged(turn.problem)

    async def _take(self, turn: Turn, move: Move, scrolls: list[Move]) -> None:
        """One move: find its target, act, and compare; what differs is left in `turn.problem`."""
        with turn.timed("find"):
            target = await self._target(move, scrolls)
        turn.seen = self._seen or turn.seen
        turn.found = target.found if target is not None else Found(step=move.n)
        action = _aimed(move.action, target.place) if target is not None else move.action
        turn.decision = Decision(action=action, thought=f"As in step {move.n} of the trace.")
        if _done_already(move, turn.seen):
            turn.found = turn.found.model_copy(update={"why": "it is so already"})
            turn.result = Result(changed=False, hit=target.hit if target is not None else None)
            return
        turn.result = await self._env.perform(action)
        turn.ms |= {"act": turn.result.act_ms, "settle": turn.result.settle_ms}
        with turn.timed("check"):
            checks = await self._checked(move, turn.result)
        turn.found = turn.found.model_copy(update={"checks": checks})
        if wrong := effects.faults(checks):
            turn.problem = f"step {move.n}: {'; '.join(wrong.values())}"

    def _end(self, turn: Turn, begun: float) -> None:
        turn.ms["look"] = max(0.0, (time.perf_counter() - begun) * 1000 - sum(turn.ms.values()))
        self._count += 1
        self._writer.add(turn)
        self._watch(turn)

    # --- before a step ---

    async def _target(self, move: Move, scrolls: list[Move]) -> Target | None:
        """Where to act, None for what has no target. Raises Lost, and _Diverged on another screen."""
        if self._seen is not None and (self._agreed == move.before or is_open(move)):
            seen, differs = self._seen, ""  # it was compared after the step before, or matters to nobody
        else:
            seen, differs = await self._until(lambda now: pages.difference(move.before, now, self._values))
        if not move.has_target:
            if differs and not is_open(move):
                raise _Diverged(f"step {move.n}: {differs}")
            return None
        for _ in range(_TRIES):
            try:
                return await self.ladder.find(move, seen, same_page=not differs, scrolls=scrolls)
            except Lost as lost:
                # the page may have gone on meanwhile, or is not whole yet
                if same_picture(seen.screenshot, (await self.look()).screenshot) and not await self._changes():
                    raise Lost(f"{differs}; {lost}" if differs else str(lost)) from lost
            seen = await self.look()
            differs = pages.difference(move.before, seen, self._values)
        return await self.ladder.find(move, seen, same_page=not differs)

    # --- the step and after it ---

    async def _checked(self, move: Move, result: Result) -> dict[str, str]:
        now, differs = await self._until(lambda seen: pages.difference(move.after, seen, self._values))
        self._agreed = None if differs else move.after
        checks = effects.check(move, result, now, self._regions.get(move.n), self._values)
        if checks["changed"] and not checks["screen"] and await self._changes():
            checks["changed"] = ""  # it had its effect later than the look after it
        return checks

    async def _changes(self) -> bool:
        """Wait until the picture is another one, as long as patience lasts; False if it stays."""
        before = self._seen or await self.look()
        end = time.perf_counter() + self._patience
        while (left := end - time.perf_counter()) > 0:
            await self._env.perform(Wait(seconds=min(left, 1.0)))
            if not same_picture(before.screenshot, (await self.look()).screenshot):
                return True
        return False

    async def _until(self, differs: Callable[[Observation], str]) -> tuple[Observation, str]:
        """The screen once it agrees, or when patience is over; and in what it still differs."""
        end = time.perf_counter() + self._patience
        while True:
            seen = await self.look()
            difference = differs(seen)
            left = end - time.perf_counter()
            if not difference or left <= 0:
                return seen, difference
            await self._env.perform(Wait(seconds=min(left, 1.0)))

    async def _finish(self) -> Ended:
        end = self._screen(self._plan.end)
        before = self._screen(self._plan.moves[-1].before)
        begun = time.perf_counter()
        seen, differs = await self._until(lambda now: effects.end_faults(before, end, now, self._values))
        turn = Turn(n=self._count + 1, seen=seen, found=Found(step=len(self._trace.steps)))
        if differs:
            turn.problem = f"the end: {differs}"
        else:
            answer = self._renewal.text(self._plan.finish.answer)
            turn.decision = Decision(action=Finish(status="complete", answer=answer))
        self._end(turn, begun)
        if differs:
            raise _Diverged(turn.problem)
        return Ended("complete", self._renewal.text(self._plan.finish.answer))

    # --- other values ---

    def _added(self, extra: Extra, move: Move) -> Move:
        """What fills a field before a recorded move that found it filled."""
        screen = self._screen(move.before)
        return Move(move.n, extra.action, Result(hit=extra.hit, read_back=extra.read_back), screen, screen, None)

    def _renewed(self, move: Move) -> Move | None:
        renewal = self._renewal
        action = renewal.action(move.n, move.action)
        if action is None:
            return None
        result = move.result
        if result.hit is not None:
            result = result.model_copy(update={"hit": renewal.hit(move.n, result.hit)})
        if result.read_back is not None:
            result = result.model_copy(update={"read_back": renewal.read_back(move.n, result.read_back)})
        return replace(
            move,
            was=move.hit,
            action=action,
            result=result,
            before=self._screen(move.before),
            after=self._screen(move.after),
        )

    def _screen(self, screen: Screen) -> Screen:
        text = self._renewal.text
        at_start = pages.route(screen.url) == pages.route(self._plan.moves[0].before.url)
        return screen.model_copy(
            update={
                "url": self._start if at_start else text(screen.url),
                "title": text(screen.title),
                "landmarks": tuple(text(said) for said in screen.landmarks),
            }
        )


class _Diverged(Exception):
    """The replay is not where the recorded run was; the message says at which step, and what differs."""


def _aimed(action: Action, place: Place) -> Action:
    """The action at another place; a drag keeps its way."""
    match action:
        case Drag():
            then, now = action.start.centre, place.centre
            end = action.end.centre
            moved = Point(x=_clipped(end.x + now.x - then.x), y=_clipped(end.y + now.y - then.y))
            return action.model_copy(update={"start": place, "end": moved})
        case _ if place_of(action) is None:
            return action
        case _ if action.kind == "type":
            return action.model_copy(update={"into": place})
        case _:
            return action.model_copy(update={"at": place})


def _clipped(value: float) -> float:
    return min(1.0, max(0.0, value))


def _done_already(move: Move, now: Observation) -> bool:
    """Would a click on a box or a switch undo what it did then, because it is so already?"""
    if not isinstance(move.action, Click) or move.hit is None or move.hit.role not in effects.TICKED:
        return False
    before, after = (effects.is_ticked(screen, move.was or move.hit) for screen in (move.before, move.after))
    here = effects.is_ticked(now, move.hit)
    return before is not None and after is not None and here is not None and before != after and here == after


def _about(plan: Plan, texts: Iterable[str], renewed: Callable[[str], str]) -> frozenset[str]:
    """What the run is about, as a page may say it: its values, what was typed, and whose row was acted on."""
    said = set(texts)
    for move in plan.moves:
        match move.action:
            case Type(text=text) | Select(option=text):
                said.add(renewed(text))
        if move.hit is not None and move.hit.alike:
            said |= {renewed(name) for name in _NAMES.findall(move.hit.near)}
    return frozenset(text.casefold() for text in said if sum(char.isalpha() for char in text) >= _TELLING)
