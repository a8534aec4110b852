"""Android: a phone that an adb server reaches, driven by its own shell commands."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

from actions import (
    Action,
    ActionError,
    Answer,
    Ask,
    Back,
    Click,
    DeviceError,
    Drag,
    Finish,
    Hit,
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
    place_of,
)
from envs.address import looks_like_url, read_url
from envs.android import keys
from envs.android.apps import display_name
from envs.android.hands import Effect, Hands
from envs.android.hierarchy import Hierarchy
from envs.android.phone import Phone
from envs.android.picture import Shot, black_share, is_dark
from envs.android.server import HOST, ready_device, server_port
from envs.android.state import State
from envs.android.wire import Wire
from envs.settle import CEILING

_WAIT = 5.0
"""Seconds that a Wait without a time waits for a change."""
_FRESH = 1.0
"""Seconds for which the picture after an action is what an observation shows."""
_STALE = 10.0
"""Seconds after which a phone may have switched its screen off."""
_HIDDEN = 0.3
"""The share of black from which a protected window is taken for hidden: its keyboard still shows."""
_LOCKED = "The phone is locked and asks for a PIN, a pattern or a finger: ask the person to unlock it."
_SECURE = "This window forbids screenshots, so the picture shows it black: ask the person to do this step by hand."
_BLACK = "The whole picture is black: the app may forbid screenshots, or still be starting."


@dataclass(frozen=True)
class Look:
    """One look at the phone."""

    shot: Shot
    state: State
    hierarchy: Hierarchy | None
    notes: tuple[str, ...]


class AndroidEnv:
    """The screen of an Android phone (7 or newer), over USB or the network.

    `serial` is what `adb devices` calls it, or HOST:PORT of one on the network, which is connected; None takes the only
    phone that is ready. `app` is opened at the start, by its name or package; None begins with what the phone shows.
    `adb_host` and `adb_port` are those of the adb server (the port that $ANDROID_ADB_SERVER_PORT
    names, or 5037, if None), which is started if need be. `elements` False never asks the phone for its UI hierarchy:
    no elements, no words about what was hit, nothing read back. `settle_ceiling` is the longest wait in seconds after
    an action for the screen to become still.

    Entering raises UsageError if several phones are ready and none was named, or there is no such app; DriverMissing
    without adb; and DeviceError, with what to do, if the phone cannot be used. A phone that went away raises DeviceLost
    within five seconds from whatever is being done; entering another AndroidEnv connects one that has restarted.
    """

    platform: Platform = "android"

    def __init__(
        self,
        serial: str | None = None,
        *,
        app: str | None = None,
        adb_host: str = HOST,
        adb_port: int | None = None,
        elements: bool = True,
        settle_ceiling: float = CEILING,
    ) -> None:
        self._serial = serial
        self._app = app
        self._server = (adb_host, adb_port)
        self._elements = elements
        self._ceiling = settle_ceiling
        self._phone: Phone | None = None
        self._latest: Shot | None = None
        """The screen after the last action."""
        self._seen: Look | None = None
        """The last observation; after an action only its picture holds."""
        self._asked: asyncio.Task[Hierarchy | None] | None = None
        """The UI hierarchy of the screen that was observed, asked for while the model thinks."""
        self._unwanted: set[asyncio.Task[Hierarchy | None]] = set()

    async def __aenter__(self) -> Self:
        if self._phone is not None:
            raise UsageError("this environment is in use already; make another one for a second run")
        host, port = self._server[0], self._server[1] or server_port()
        serial = await ready_device(self._serial, host, port)
        phone = Phone(Wire(serial, host, port), elements=self._elements)
        self._phone = phone
        try:
            await phone.prepare()
            if self._app is not None:
                await self._start(phone, self._app)
        except BaseException:
            await self._close()
            raise
        return self

    async def _start(self, phone: Phone, app: str) -> None:
        try:
            await phone.open_app(app)
        except ActionError as error:
            raise UsageError(f"the run cannot begin in {app!r}: {error}") from error

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._close()

    async def _close(self) -> None:
        self._forget()
        for asked in self._unwanted:
            asked.cancel()
        if self._unwanted:
            await asyncio.wait(self._unwanted)
        phone, self._phone = self._phone, None
        self._latest = self._seen = None
        if phone is not None:
            await phone.keyboard.close()

    def _forget(self) -> None:
        """What was asked of the screen is not wanted any more; it ends by itself, as Android allows one at a time."""
        asked, self._asked = self._asked, None
        if asked is not None:
            self._unwanted.add(asked)
            asked.add_done_callback(self._ended)

    def _ended(self, asked: asyncio.Task[Hierarchy | None]) -> None:
        self._unwanted.discard(asked)
        if not asked.cancelled():
            asked.exception()  # whatever is done next will say it too

    @property
    def _open_phone(self) -> Phone:
        if self._phone is None:
            raise DeviceError("the environment is not open; use it inside `async with`")
        return self._phone

    # --- looking ---

    async def observe(self, *, elements: bool = True) -> Observation:
        """The screen once it is still; `elements` are those of the window in front, from its UI hierarchy."""
        phone = self._open_phone
        self._forget()
        look = await self._look(elements=elements)
        self._seen = look
        if not elements:
            # what an action meets is remembered in any case; asking while the model thinks costs nobody time
            self._asked = asyncio.create_task(phone.hierarchy(phone.input_size(look.shot)))
        width, height = look.shot.size
        news, phone.news = phone.news, []
        at_home = look.state.package == phone.home
        return Observation(
            screenshot=await asyncio.to_thread(look.shot.png),
            width=width,
            height=height,
            platform=self.platform,
            title=look.state.activity,
            app="" if at_home else display_name(look.state.package, chinese=phone.is_chinese),
            elements=look.hierarchy.elements() if elements and look.hierarchy is not None else (),
            notes=(*news, *look.notes),
            landmarks=look.hierarchy.said() if look.hierarchy is not None else (),
        )

    async def _look(self, *, elements: bool) -> Look:
        phone = self._open_phone
        state = await phone.state()
        if not state.is_awake or state.is_locked:
            state = await phone.wake(state)
            self._latest = None
        shot, self._latest = self._latest, None
        if shot is None or time.perf_counter() - shot.taken > _FRESH:
            shot, _ = await phone.camera.still(None, self._ceiling)
        found = await phone.hierarchy(phone.input_size(shot)) if elements else None
        return Look(shot, state, found, tuple(_notes(shot, state)))

    async def _hierarchy(self) -> Hierarchy | None:
        """That of the screen as it was seen last; asked for, where observing did not."""
        phone, seen = self._open_phone, self._seen
        if seen is not None and seen.hierarchy is not None:
            return seen.hierarchy
        asked, self._asked = self._asked, None
        if asked is None:
            shot = seen.shot if seen is not None else await phone.camera.shoot()
            found = await phone.hierarchy(phone.input_size(shot))
        else:
            try:
                found = await asked
            except asyncio.CancelledError:
                asked.cancel()
                raise
        if seen is not None:
            self._seen = replace(seen, hierarchy=found)
        return found

    # --- finding again ---

    async def find(self, hit: Hit, *, wide: bool = False) -> tuple[Hit, ...]:
        """What `hit` may mean on the screen now; see envs.base.Finder."""
        found = await self._hierarchy()
        return found.find(hit, wide=wide) if found is not None else ()

    async def bring(self, hit: Hit) -> Hit | None:
        """One that was found, at its place now: a phone only tells of what is in view; see envs.base.Finder."""
        return next((one for one in await self.find(hit) if one.path == hit.path), None)

    # --- acting ---

    async def perform(self, action: Action) -> Result:
        """Do one action on the phone and wait until its screen is still; see envs.base.Environment."""
        phone = self._open_phone
        if isinstance(action, Answer | Ask | Finish):
            raise UnsupportedAction(f"{action.kind} is not for the screen")
        if isinstance(action, Hover | Select):
            raise UnsupportedAction(_INSTEAD[action.kind])
        before = self._seen
        await self._wake_up(action)
        seen = None
        if isinstance(action, Type) or place_of(action) is not None:
            seen = await self._hierarchy()
        self._forget()
        shot = before.shot if before is not None else await phone.camera.shoot()
        effect = Effect()
        begun = time.perf_counter()
        await self._act(phone, Hands(phone, shot, seen, self._ceiling), action, shot, effect)
        acted = time.perf_counter()
        # what is only waited for needs no time to react
        self._latest, how = await phone.camera.still(None if isinstance(action, Wait) else shot, self._ceiling)
        if how.ceiling:
            effect.notes.append(f"The screen was still moving after {self._ceiling:g} s; it is shown as it was then.")
        now = self._latest
        unseen = before is None or shot.problem or now.problem
        changed = None if unseen else not await phone.camera.same(shot, now)
        if before is not None:  # what was seen of its elements does not hold any more
            self._seen = replace(before, shot=now, hierarchy=None)
        return Result(
            changed=changed,
            hit=effect.hit,
            read_back=effect.read_back,
            notes=tuple(effect.notes),
            act_ms=(acted - begun) * 1000,
            settle_ms=how.ms,
            ceiling=how.ceiling,
        )

    async def _wake_up(self, action: Action) -> None:
        """While a model thinks, a phone may switch its screen off, and a tap would go nowhere. Raises ActionError."""
        seen = self._seen
        if isinstance(action, Wait) or seen is None:
            return
        if seen.state.is_locked:
            raise ActionError(f"nothing was done: {_LOCKED}")
        if time.perf_counter() - seen.shot.taken > _STALE:
            state = await self._open_phone.state()
            if not state.is_awake or state.is_locked:
                raise ActionError("the phone's screen went off meanwhile and nothing was done; look at it again")

    async def _act(self, phone: Phone, hands: Hands, action: Action, shot: Shot, effect: Effect) -> None:
        match action:
            case Click():
                await hands.click(action, effect)
            case LongPress():
                await hands.long_press(action, effect)
            case Drag():
                await hands.drag(action, effect)
            case Scroll():
                await hands.scroll(action, effect)
            case Type():
                await hands.type(action, effect)
            case Press():
                await hands.press(action)
            case Open():
                await self._open(phone, action.target)
            case Back():
                await phone.keyboard.press(keys.BACK)
            case Home():
                await phone.keyboard.press(keys.HOME)
            case Wait():
                await phone.camera.change(shot, _WAIT if action.seconds is None else action.seconds)
            case _:
                raise UnsupportedAction(f"a phone has no action {action.kind!r}")

    async def _open(self, phone: Phone, target: str) -> None:
        if target.lower().startswith(("http://", "https://")) or _is_bare_address(target):
            try:
                url = read_url(target)
            except UsageError as error:
                raise ActionError(str(error)) from error
            await phone.open_url(url)
        else:
            await phone.open_app(target)


_INSTEAD = {
    "hover": "a finger cannot hover; tap, or hold on to a thing to get its menu",
    "select": "a phone's lists are opened by a tap; tap the list, look, and tap the option",
}


def _notes(shot: Shot, state: State) -> list[str]:
    """Sentences about what the picture does not show."""
    notes = [_LOCKED] if state.is_locked else []
    if shot.problem:
        notes.append(f"The phone gave no screenshot ({shot.problem}), so the picture is black.")
    if state.is_secure and black_share(shot) > _HIDDEN:
        notes.append(_SECURE)
    elif is_dark(shot) and not shot.problem:
        notes.append(_BLACK)
    return notes


def _is_bare_address(target: str) -> bool:
    """An address without its scheme, and no package such as com.android.settings or app name such as Trip.com?"""
    return looks_like_url(target) and ("/" in target or target.lower().startswith("www."))
