"""Does an environment keep to its contract? For anyone who writes one: `await check(make)`."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable
from typing import Any

from actions import (
    Action,
    ActionError,
    Answer,
    Ask,
    Click,
    DeviceError,
    Drag,
    Finish,
    GuiAgentError,
    Home,
    Hover,
    LongPress,
    Observation,
    Open,
    Point,
    Press,
    Result,
    Scroll,
    Select,
    Type,
    UnsupportedAction,
    Wait,
)
from envs.base import Environment

_CORNER = Point(x=0.999, y=0.999)
_MIDDLE = Point(x=0.5, y=0.5)
_HARMLESS: tuple[Action, ...] = (
    Hover(at=_MIDDLE),
    Scroll(direction="down", steps=1),
    Scroll(direction="up", steps=1, at=_MIDDLE),
    Wait(seconds=0),
    Press(keys=("shift",)),
    Click(at=_CORNER),
    LongPress(at=_CORNER, seconds=0.05),
    Drag(start=_CORNER, end=Point(x=0.99, y=0.99)),
    Home(),
)
_DOUBTFUL: tuple[Action, ...] = (
    Type(text="conformance", into=_CORNER),
    Select(at=_CORNER, option="there is no such option"),
    Open(target="there is no such application"),
    Press(keys=("nosuchkey",)),
)
_UNDER_WAY = 0.2
"""Seconds after which a long perform() is cancelled."""
_PATIENCE = 60.0
"""Seconds that any one call may take before it counts as hanging."""


class ConformanceError(AssertionError):
    """What is wrong with an environment, every finding on a line of its own."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("the environment breaks its contract:\n" + "\n".join(f"- {problem}" for problem in problems))


async def check(make: Callable[[], Environment]) -> None:
    """Run an environment through everything that the loop relies on; raises ConformanceError with all that is wrong.

    `make` gives a new environment each time, on a screen that can take a stray click in its bottom right corner.
    Actions that a platform lacks must be refused with UnsupportedAction; that is no fault.
    """
    suite = _Check()
    env = make()
    if not isinstance(env, Environment):
        suite.fault("it lacks a part of the protocol: platform, __aenter__, __aexit__, observe and perform are needed")
        suite.done()
    await suite.refuses_outside(env, "before it was entered")
    try:
        async with env as entered:
            if entered is not env:
                suite.fault("`async with env as x` should give the environment itself: return self from __aenter__")
            await suite.looks(env)
            await suite.acts(env)
            await suite.refuses(env)
            await suite.survives_cancelling(env)
    except GuiAgentError as error:
        suite.fault(f"entering and leaving should work, but raised {error!r}")
    await suite.refuses_outside(env, "after it was left")
    await suite.leaves_cleanly(make)
    suite.done()


class _Check:
    def __init__(self) -> None:
        self._problems: list[str] = []

    def fault(self, problem: str) -> None:
        if problem not in self._problems:
            self._problems.append(problem)

    def done(self) -> None:
        if self._problems:
            raise ConformanceError(self._problems)

    async def looks(self, env: Environment) -> None:
        first = await self._observed(env)
        bare = await self._observed(env, elements=False)
        again = await self._observed(env)
        if first is None or bare is None or again is None:
            return
        for seen in (first, bare, again):
            self._whole(env, seen)
        if (first.width, first.height) != (bare.width, bare.height):
            self.fault("two looks at the same screen differ in size; screenshots must keep one size of pixel")
        if bare.elements:
            self.fault("observe(elements=False) should give no elements: prompts without marks would carry them")
        if Observation.model_validate_json(first.model_dump_json()) != first:
            self.fault("an observation should survive being written to JSON and read again (trace and replay need it)")

    def _whole(self, env: Environment, seen: Observation) -> None:
        from PIL import Image, UnidentifiedImageError

        if seen.platform != env.platform:
            self.fault(f"the observation says platform {seen.platform!r}, the environment {env.platform!r}")
        try:
            with Image.open(io.BytesIO(seen.screenshot)) as image:
                size, kind = image.size, image.format
        except UnidentifiedImageError:
            self.fault("the screenshot is no image that can be read; encode it as PNG or JPEG")
        else:
            if kind not in ("PNG", "JPEG"):
                self.fault(f"the screenshot is {kind}; models are sent PNG or JPEG")
            if size != (seen.width, seen.height):
                self.fault(
                    f"the screenshot has {size[0]} x {size[1]} pixels but width and height say {seen.width} x "
                    f"{seen.height}; every place would be off (is the screen scaled?)"
                )
        marks = [element.mark for element in seen.elements]
        if marks != list(range(len(marks))):
            self.fault(f"elements must be numbered 0, 1, 2 … in their order, but their marks are {marks[:8]}")
        for element in seen.elements:
            box = element.box
            if box.right <= box.left or box.bottom <= box.top:
                self.fault(
                    f"the element {element.role} {element.name!r} has an empty box; leave out what cannot be seen"
                )
            if not element.role:
                self.fault(f"the element {element.name!r} has no role; use an ARIA role, or 'generic'")

    async def acts(self, env: Environment) -> None:
        for action in _HARMLESS:
            try:
                result = await self._limited(env.perform(action), f"perform({action.kind})")
            except UnsupportedAction:
                continue
            except ActionError as error:
                if not isinstance(action, Home | Wait):  # a run that began nowhere has no home
                    self._said(error, action)
                continue
            if result is None:
                continue
            if not isinstance(result, Result):
                self.fault(f"perform({action.kind}) should return a Result, not {type(result).__name__}")
                continue
            if result.act_ms < 0 or result.settle_ms < 0:
                self.fault(f"perform({action.kind}) reports negative milliseconds; take them from a monotonic clock")
            if seen := await self._observed(env):
                self._whole(env, seen)

    async def refuses(self, env: Environment) -> None:
        for loops_own in (Answer(text="so"), Ask(question="who?"), Finish(status="complete")):
            await self._refused(env, loops_own, UnsupportedAction, "Answer, Ask and Finish are the loop's")
        await self._refused(env, _DOUBTFUL[-1], ActionError, "no keyboard has the key 'nosuchkey'")
        for action in _DOUBTFUL[:-1]:
            try:
                await self._limited(env.perform(action), f"perform({action.kind})")
            except ActionError as error:
                self._said(error, action)
        if await self._observed(env) is None:
            self.fault("after a refused action the screen should still be there to be observed")

    async def _refused(self, env: Environment, action: Action, error: type[ActionError], why: str) -> None:
        try:
            await self._limited(env.perform(action), f"perform({action.kind})")
        except error as refusal:
            self._said(refusal, action)
        except ActionError as other:
            self.fault(f"perform({action.kind}) should raise {error.__name__}, not {type(other).__name__}: {why}")
        else:
            self.fault(f"perform({action.kind}) should raise {error.__name__}: {why}")

    def _said(self, error: ActionError, action: Action) -> None:
        if len(str(error)) < 10:
            self.fault(
                f"the refusal of {action.kind} says only {str(error)!r}; the model reads it, so say what is wrong"
            )

    async def survives_cancelling(self, env: Environment) -> None:
        task = asyncio.ensure_future(env.perform(Wait(seconds=30)))
        await asyncio.wait({task}, timeout=_UNDER_WAY)
        task.cancel()
        done, _ = await asyncio.wait({task}, timeout=_PATIENCE)
        if not done:
            self.fault(
                "a perform() that is cancelled should end; CancelledError must not be swallowed (Ctrl-C needs it)"
            )
        elif not task.cancelled() and not isinstance(error := task.exception(), UnsupportedAction | None):
            self.fault(f"a perform() that is cancelled should raise CancelledError, not {error!r}")
        if await self._observed(env) is None:
            self.fault("after a cancelled perform() the screen should still be there to be observed")

    async def refuses_outside(self, env: Environment, when: str) -> None:
        for name, call in (("observe()", env.observe), ("perform()", lambda: env.perform(Wait(seconds=0)))):
            try:
                await self._limited(call(), f"{name} {when}")
            except DeviceError:
                continue
            except GuiAgentError as error:
                self.fault(f"{name} {when} should raise DeviceError, not {type(error).__name__}")
            else:
                self.fault(f"{name} {when} should raise DeviceError: nothing is held open outside of `async with`")

    async def leaves_cleanly(self, make: Callable[[], Environment]) -> None:
        class Mine(Exception):
            pass

        try:
            async with make():
                raise Mine
        except Mine:
            return
        self.fault("an exception inside `async with` was swallowed; __aexit__ must not return a true value")

    async def _observed(self, env: Environment, *, elements: bool = True) -> Observation | None:
        seen = await self._limited(env.observe(elements=elements), "observe()")
        return seen if isinstance(seen, Observation) else None

    async def _limited(self, call: Awaitable[Any], what: str) -> Any:
        """The call's result; None, and a finding, if it hangs or fails by an error outside of the tree."""
        try:
            async with asyncio.timeout(_PATIENCE):
                return await call
        except GuiAgentError:
            raise
        except TimeoutError:
            self.fault(f"{what} did not end within {_PATIENCE:g} s; give every call to the device a deadline")
        except Exception as error:  # noqa: BLE001  # whatever else comes out is the finding
            self.fault(
                f"{what} raised {error!r}; callers only catch GuiAgentError, so name it with one of actions.errors"
            )
        return None
