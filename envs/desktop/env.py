"""The desktop: windows on an X display, driven by mss and pyautogui through a worker process."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from actions import (
    Action,
    ActionError,
    Answer,
    Ask,
    Back,
    Click,
    DeviceError,
    Drag,
    DriverMissing,
    Finish,
    Home,
    Hover,
    LongPress,
    Observation,
    Open,
    Platform,
    Press,
    Result,
    Scroll,
    Select,
    Type,
    UnsupportedAction,
    UsageError,
    Wait,
)
from envs.address import looks_like_url, read_url
from envs.desktop import applications
from envs.desktop.hands import Effect, Hands
from envs.desktop.seat import Seat
from envs.desktop.settle import settle
from envs.desktop.virtual import VirtualDisplay
from envs.settle import CEILING, hold

VIRTUAL = "virtual"
"""The display's name that asks for one of the environment's own."""
_SMALLEST, _LARGEST = 200, 8192
_WAIT = 5.0
"""Seconds that a Wait without a time waits for a change."""
_LOOK_AGAIN = 0.05
_FRESH = 0.05
"""Seconds for which a screen that an action has just left at rest need not be looked at again."""
_WINDOW, _HANDED_OVER = 15.0, 3.0
"""Seconds in which an application that was opened must show a window: in general, and if its process ended well."""


class DesktopEnv:
    """Windows on an X display.

    `display` is its name, such as ":1"; None takes $DISPLAY, and "virtual" starts one of its own, with a window
    manager and `size` pixels, which ends with the run, as does every application that was opened there. `monitor` is
    the one that is looked at and acted on (1 for the first, 0 for all of them as one picture, None for the primary
    one). `app` is the name of an application to begin with. `settle_ceiling` is the deadline in seconds of the wait
    after an action for the screen to become still.

    On a display that is not virtual, pushing the pointer into a corner of the screen raises actions.Stopped. Text that
    the keyboard cannot write is pasted, and the clipboard holds afterwards what it held before. Entering raises
    DriverMissing if a program is missing or the system has no X, DeviceError if no display answers, and UsageError if
    there is no such monitor or application.
    """

    platform: Platform = "desktop"

    def __init__(
        self,
        display: str | None = None,
        *,
        size: tuple[int, int] = (1280, 800),
        monitor: int | None = None,
        app: str | None = None,
        settle_ceiling: float = CEILING,
    ) -> None:
        if not all(_SMALLEST <= side <= _LARGEST for side in size):
            raise UsageError(
                f"a desktop of {size[0]}x{size[1]} cannot be made; "
                f"give a width and a height from {_SMALLEST} to {_LARGEST} pixels"
            )
        if monitor is not None and monitor < 0:
            raise UsageError("monitors are counted from 1; 0 means all of them")
        self._wanted = display
        self._size = size
        self._monitor = monitor
        self._app = app
        self._ceiling = settle_ceiling
        self._virtual: VirtualDisplay | None = None
        self._seat: Seat | None = None
        self._hands: Hands | None = None
        self._environ: dict[str, str] = {}
        self._opened: list[asyncio.subprocess.Process] = []
        self._settled, self._fresh_until = False, 0.0
        self._windows: dict[int, dict[str, Any]] = {}
        self._told: dict[int, dict[str, Any]] = {}

    @property
    def display(self) -> str:
        """The name of the display that is in use; "" outside of `async with`."""
        return self._environ.get("DISPLAY", "") if self._seat is not None else ""

    @property
    def environ(self) -> dict[str, str]:
        """The variables that a program needs to show itself there."""
        return dict(self._environ)

    async def __aenter__(self) -> Self:
        if self._seat is not None:
            raise UsageError("this environment is in use already; make another one for a second run")
        _refuse_other_systems()
        try:
            if self._wanted == VIRTUAL:
                self._virtual = VirtualDisplay(self._size)
                await self._virtual.start()
                self._environ = self._virtual.environ
            else:
                self._environ = dict(os.environ) | {"DISPLAY": _own_display(self._wanted)}
            own = self._virtual is not None
            seat = Seat(
                self._environ["DISPLAY"],
                self._environ,
                monitor=self._monitor,
                guarded=not own,
                leave=not own,
                folder=self._virtual.folder if self._virtual is not None else None,
            )
            self._seat, self._hands = seat, Hands(seat, composes=not own and _composes())
            await seat.start()
            if own:
                await self._until_managed(seat)
            self._told = await self._look_at_windows()
            if self._app is not None:
                await self._begin_with(self._app)
        except BaseException:
            await self._close()
            raise
        return self

    async def _until_managed(self, seat: Seat) -> None:
        end = time.perf_counter() + _WINDOW
        while not await seat.ask("managed"):
            if time.perf_counter() > end:
                raise DeviceError("openbox does not start on the virtual desktop; run `openbox` to see what it says")
            await hold(_LOOK_AGAIN)

    async def _begin_with(self, app: str) -> None:
        try:
            await self._open(app, Effect())
        except ActionError as error:
            raise UsageError(str(error)) from error

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._close()

    async def _close(self) -> None:
        seat, self._seat, self._hands = self._seat, None, None
        virtual, self._virtual = self._virtual, None
        self._settled, self._fresh_until = False, 0.0
        self._opened.clear()
        try:
            if seat is not None:
                await seat.stop()
        finally:
            if virtual is not None:
                await virtual.stop()

    @property
    def _open_seat(self) -> Seat:
        if self._seat is None:
            raise DeviceError("the environment is not open; use it inside `async with`")
        return self._seat

    # --- looking ---

    async def observe(self, *, elements: bool = True) -> Observation:
        """The screen once it is still; a desktop tells of no elements."""
        seat = self._open_seat
        fresh, self._fresh_until = time.perf_counter() < self._fresh_until, 0.0
        if not fresh:
            if not self._settled or (await seat.ask("look"))["moved"]:
                await settle(seat, self._ceiling)
                self._settled = True
            await self._look_at_windows()
        picture = await seat.ask("picture")
        front = self._front(self._windows)
        return Observation(
            screenshot=picture,
            width=seat.width,
            height=seat.height,
            platform=self.platform,
            title=front["title"] if front else "",
            app=front["app"] if front else "",
            notes=(*self._news(), *self._elsewhere(front)),
        )

    def _elsewhere(self, front: dict[str, Any] | None) -> list[str]:
        """A sentence if the window in front is not on the monitor that is looked at."""
        if front is None or self._hands is None:
            return []
        box = self._hands.hit_of(front).box
        if box is None or (box.left < box.right and box.top < box.bottom):
            return []
        return [f'The window in front, "{front["title"]}", is on another monitor, out of sight.']

    async def _look_at_windows(self) -> dict[int, dict[str, Any]]:
        self._windows = {window["id"]: window for window in await self._open_seat.ask("windows")}
        return self._windows

    def _front(self, windows: dict[int, dict[str, Any]]) -> dict[str, Any] | None:
        return next((window for window in windows.values() if window["active"]), None)

    def _news(self) -> list[str]:
        """Windows that appeared or went since this was asked last."""
        before, self._told = self._told, self._windows
        now = self._windows
        new = [f'A window appeared: "{now[n]["title"]}" ({now[n]["app"]}).' for n in now if n not in before]
        gone = [f'The window "{before[n]["title"]}" ({before[n]["app"]}) is closed.' for n in before if n not in now]
        return new + gone

    # --- acting ---

    async def perform(self, action: Action) -> Result:
        """Do one action on the desktop and wait until it is still; see envs.base.Environment."""
        if isinstance(action, Answer | Ask | Finish):
            raise UnsupportedAction(f"{action.kind} is not for the screen")
        seat = self._open_seat
        begun = time.perf_counter()
        effect = Effect()
        self._settled, self._fresh_until = False, 0.0
        await seat.ask("begin")
        try:
            await self._act(action, effect)
            acted = time.perf_counter()
            how = await settle(seat, self._ceiling)
        except BaseException:
            seat.let_go()
            raise
        finally:
            if isinstance(action, Type):
                seat.give_back()
        changed = await seat.ask("changed")
        await self._look_at_windows()
        self._settled = not how.ceiling
        self._fresh_until = time.perf_counter() + _FRESH if self._settled else 0.0
        if how.ceiling:
            effect.notes.append(f"The screen was still busy after {self._ceiling:g} s; it is shown as it was then.")
        return Result(
            changed=changed,
            hit=effect.hit,
            notes=(*effect.notes, *self._news()),
            act_ms=(acted - begun) * 1000,
            settle_ms=how.ms,
            ceiling=how.ceiling,
        )

    async def _act(self, action: Action, effect: Effect) -> None:
        assert self._hands is not None
        hands = self._hands
        match action:
            case Click():
                await hands.click(action, effect)
            case Hover():
                await hands.hover(action, effect)
            case LongPress():
                await hands.long_press(action, effect)
            case Drag():
                await hands.drag(action, effect)
            case Scroll():
                await hands.scroll(action, effect, self._front(self._windows))
            case Type():
                await hands.type(action, effect)
            case Press():
                await hands.press(action)
            case Open():
                await self._open(action.target, effect)
            case Wait():
                await self._wait(_WAIT if action.seconds is None else action.seconds)
            case Select():
                raise UnsupportedAction("a desktop does not tell the options of a list; click it open, then its option")
            case Back():
                raise UnsupportedAction(
                    "a desktop has no way back; press alt+left in a browser or a file manager, or escape in a dialog"
                )
            case Home():
                raise UnsupportedAction("a desktop has no home screen; open an application by its name")

    async def _open(self, target: str, effect: Effect) -> None:
        """Start an application and wait for its window."""
        if looks_like_url(target):
            command, folder, name = self._opener(target), "", target
        else:
            app = applications.find(target, self._environ)
            command, folder, name = app.command, app.folder, app.names[0]
        before = await self._look_at_windows()
        begun = time.perf_counter()
        process = await self._start(command, folder)
        patience = _WINDOW
        while time.perf_counter() - begun < patience:
            # a program that runs already may show a new tab in its window, or only come to the front
            if await self._look_at_windows() != before:
                return
            if process.returncode:
                raise ActionError(f"{name} ended at once, with exit code {process.returncode}")
            if process.returncode == 0:
                patience = _HANDED_OVER
            await hold(_LOOK_AGAIN)
        effect.notes.append(f"{name} was started, and showed no window within {patience:g} s.")

    def _opener(self, target: str) -> Sequence[str]:
        try:
            url = read_url(target)
        except UsageError as error:
            raise ActionError(str(error)) from error
        program = shutil.which("xdg-open", path=self._environ.get("PATH"))
        if program is None:
            raise ActionError("no program opens web addresses here; open a browser by its name")
        return program, url

    async def _start(self, command: Sequence[str], folder: str) -> asyncio.subprocess.Process:
        cwd = Path(folder) if folder else Path.home()
        if self._virtual is not None:
            return await self._virtual.run(command, cwd)
        try:
            process = await asyncio.create_subprocess_exec(
                *command, env=self._environ, cwd=cwd, start_new_session=True,
                stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
            )  # fmt: skip
        except OSError as error:
            raise ActionError(f"{command[0]} cannot be started: {error.strerror}") from error
        self._opened.append(process)  # it stays when the run ends: it is the person's
        return process

    async def _wait(self, seconds: float) -> None:
        """Until the picture differs, at most `seconds`."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            await hold(min(left, _LOOK_AGAIN))
            if (await self._open_seat.ask("look"))["moved"]:
                return


def _own_display(wanted: str | None) -> str:
    display = wanted or os.environ.get("DISPLAY", "")
    if display and (wanted or os.environ.get("XDG_SESSION_TYPE") != "wayland"):
        return display
    if os.environ.get("WAYLAND_DISPLAY"):
        raise DriverMissing(
            "this is a Wayland session, whose windows cannot be seen or driven by way of X; log in to an X11 session, "
            "or use a virtual desktop (--display virtual)"
        )
    raise DriverMissing(
        "there is no X display ($DISPLAY is not set); name one with --display :N, or use a virtual desktop "
        "(--display virtual, after: apt install xvfb openbox)"
    )


def _refuse_other_systems() -> None:
    if not sys.platform.startswith("linux"):
        raise DriverMissing(
            f"a desktop is driven on X11 under Linux only, and this is {sys.platform}; docs/desktop.md says what is "
            "known of other systems"
        )


def _composes() -> bool:
    """Does an input method stand between keys and text?"""
    method = os.environ.get("XMODIFIERS", "").removeprefix("@im=")
    return method not in ("", "none", "local")
