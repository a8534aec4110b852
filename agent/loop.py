"""The loop: look, think, act, and look again.

`drive` is the whole agent. Everything else is an object handed to it: the screen, the model's endpoint, the dialect
between them, the limits, the trace, who watches, and the person to ask.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from actions import Action, ActionError, Answer, Ask, DeviceError, Finish, Observation, ParseError, Result, Task
from agent.endpoint import Endpoint, terms_for
from agent.limits import Limits, tokens
from agent.outcome import Ended, Outcome, status_of
from agent.trace import TraceWriter, Turn, header
from envs.base import Environment
from prompts.base import Dialect, Step, arguments_for

Person = Callable[[str], Awaitable[str | None]]
"""Asks a person a question and gives back the answer, None if nobody answers."""
Watcher = Callable[[Turn], None]
"""Is told of every turn when it is over."""


async def drive(
    task: Task,
    env: Environment,
    endpoint: Endpoint,
    dialect: Dialect,
    *,
    trace: TraceWriter,
    limits: Limits,
    watch: Watcher = lambda turn: None,
    person: Person | None = None,
    before: Sequence[Step] = (),
) -> Outcome:
    """Run one task to its end and record it; `before` are the steps of a run that is gone on with.

    Returns the outcome if the model or a limit ended it. An endpoint or a device that fails, a rule that blocks and a
    cancellation are recorded as the outcome, then raised.
    """
    begun = time.perf_counter()
    history = list(before)

    def close(status: Ended) -> Outcome:
        complete = status.status == "complete"
        outcome = Outcome(
            status=status.status,
            answer=(status.text or _told(history)) if complete else "",
            reason="" if complete else status.text,
            steps=len(history),
            tokens=tokens(history),
            seconds=round(time.perf_counter() - begun, 3),
            trace=trace.folder,
        )
        trace.end(outcome)
        return outcome

    trace.begin(header(task, env.platform, dialect.name, endpoint.model, endpoint.address, limits))
    try:
        async with asyncio.timeout(limits.seconds) as clock, env, _untimed_end(clock):
            while True:
                begun_turn = time.perf_counter()
                seen = await env.observe(elements=dialect.wants_elements)
                turn = Turn(n=trace.steps + 1, seen=_with_note(seen, limits.warning(history)))
                turn.ms["observe"] = (time.perf_counter() - begun_turn) * 1000
                try:
                    await _take(turn, task, history, env, endpoint, dialect, limits, person)
                finally:
                    if turn.reply is not None:
                        history.append(turn.step())
                    trace.add(turn)
                    watch(turn)
                limits.check(history)
    except Ended as end:
        return close(end)
    except TimeoutError as error:
        if clock.expired():
            return close(Ended("budget", f"{limits.seconds:g} seconds are over; --timeout allows more"))
        close(Ended("error", f"a time-out that nobody handled: {error}"))
        raise
    except asyncio.CancelledError:
        close(Ended("stopped", "stopped by the user"))
        raise
    except Exception as error:
        close(Ended(status_of(error), str(error) or repr(error)))
        raise


async def _take(
    turn: Turn,
    task: Task,
    history: list[Step],
    env: Environment,
    endpoint: Endpoint,
    dialect: Dialect,
    limits: Limits,
    person: Person | None,
) -> None:
    """One turn: ask, read the answer, act. What cannot be read or done stays in `turn.problem` for the model."""
    with turn.timed("messages"):
        turn.messages = dialect.messages(task, history, turn.seen)
    with turn.timed("think"):
        terms = terms_for(dialect, turn.seen, limits.left(history))
        turn.reply = await endpoint.complete(turn.messages, arguments_for(dialect, task, turn.seen), terms)
    try:
        with turn.timed("parse"):
            turn.decision = dialect.parse(turn.reply, turn.seen)
        with turn.timed("look"):
            turn.result = await _act(turn.decision.action, env, person)
    except (ParseError, ActionError, DeviceError) as error:
        turn.problem = str(error)
        if isinstance(error, DeviceError):
            raise
    if turn.result is not None:
        act, settle = turn.result.act_ms, turn.result.settle_ms
        turn.ms |= {"act": act, "settle": settle, "look": max(0.0, turn.ms["look"] - act - settle)}


async def _act(action: Action, env: Environment, person: Person | None) -> Result:
    match action:
        case Finish():
            raise Ended(action.status, action.answer)
        case Answer():
            return Result(notes=("The user has been told.",))
        case Ask():
            answer = await person(action.question) if person is not None else None
            if answer is None:
                raise Ended("infeasible", f"the model asked, and there was nobody to answer: {action.question}")
            return Result(notes=(f"The person answered: {answer}",))
        case _:
            return await env.perform(action)


def _told(history: list[Step]) -> str:
    """What the user was told last during the run."""
    said = (step.decision.action for step in reversed(history) if step.decision is not None)
    return next((action.text for action in said if isinstance(action, Answer)), "")


def _with_note(seen: Observation, note: str) -> Observation:
    return seen.model_copy(update={"notes": (note, *seen.notes)}) if note else seen


@asynccontextmanager
async def _untimed_end(clock: asyncio.Timeout) -> AsyncIterator[None]:
    """A run that has ended has ended: closing the screen must not turn it into one that ran out of time."""
    try:
        yield
    except Ended:
        clock.reschedule(None)
        raise
