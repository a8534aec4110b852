"""The phone itself, as its commands see it: power, lock, windows, settings, files, packages and input methods."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field

from envs.demo.phone import catalogue, keys
from envs.demo.phone.catalogue import App
from envs.demo.phone.files import Files
from envs.demo.phone.screen import Screen, Windows, black
from envs.demo.phone.store import Store

LATIN_ID = catalogue.LATIN.component
ADB_KEYBOARD_ID = catalogue.ADB_KEYBOARD.component
_CLIPBOARD = {keys.CUT: "x", keys.COPY: "c", keys.PASTE: "v"}


@dataclass
class System:
    """One phone that is switched on. Commands act on it; the page in `screen` shows it."""

    screen: Screen
    store: Store
    files: Files
    url: str
    installed: list[App]
    awake: bool = True
    pin: str = ""
    """What the lock screen asks for; without one a swipe opens it."""
    locks: bool = False
    """Is the lock screen there when the phone wakes up?"""
    secure: bool = False
    """Does the window in front forbid screenshots?"""
    reboot: Callable[[], None] = lambda: None
    """Begins a restart; it comes while whoever asked for it is told so."""
    history: list[tuple[str, ...]] = field(default_factory=list)
    """The words of every command that was run, the first run first."""
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def touchable(self) -> bool:
        """Wait until the window in front is there, as touches do on a phone; False while the screen is off."""
        if self.awake:
            await self.screen.ui("settled")
        return self.awake

    async def boot(self) -> None:
        """Show the launcher; whatever was open is gone."""
        self.awake = True
        await self.screen.show(self.url)
        await self.screen.ui("off", False)
        await self.screen.ui("curtain", self.secure)
        await self.apply()
        if self.locks:
            await self.lock()

    async def apply(self) -> None:
        """Show what the settings say now."""
        settings = self.store.settings
        await self.screen.ui("settings", {"dark": settings.dark, "wifi": settings.wifi, "language": settings.language})
        await self.screen.ui("choose", "adb" if self.method == ADB_KEYBOARD_ID else "latin")
        await self.screen.ui("clock", f"{self.store.now:%H:%M}")

    def apply_soon(self) -> None:
        """As `apply`, from where nothing can wait for it."""
        self.later(self.apply())

    def later(self, work: Coroutine[None, None, None]) -> None:
        """Do it while whoever asked for it goes on."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def end(self) -> None:
        """Wait for what was put off."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def windows(self) -> Windows:
        return await self.screen.windows()

    async def photograph(self) -> bytes:
        """The screen as a PNG; black while it is off."""
        if not self.awake:
            return await asyncio.to_thread(black, self.screen.pixels)
        return await self.screen.photograph()

    # Input methods

    @property
    def methods(self) -> list[str]:
        """The ids of the installed input methods."""
        return [LATIN_ID, *([ADB_KEYBOARD_ID] if catalogue.ADB_KEYBOARD in self.installed else [])]

    @property
    def enabled_methods(self) -> list[str]:
        listed = self.store.settings.secure.get("enabled_input_methods", "").split(":")
        return [method for method in self.methods if method in listed]

    @property
    def method(self) -> str:
        """The id of the chosen input method."""
        return self.store.settings.secure.get("default_input_method", "")

    # Power and lock

    async def wake(self) -> None:
        self.awake = True
        await self.screen.ui("off", False)

    async def sleep(self) -> None:
        self.awake = False
        await self.screen.ui("off", True)
        if self.locks:
            await self.lock()

    async def lock(self) -> None:
        self.locks = True
        await self.screen.ui("lock", self.pin)

    async def unlock(self) -> None:
        await self.screen.ui("unlock")

    # Apps

    def app(self, package: str) -> App | None:
        """The app with pages of that name, if it is installed."""
        app = catalogue.app_of(package)
        return app if app in self.installed else None

    async def start(self, app: App) -> None:
        """Bring an app to the front, as a tap on its icon does."""
        if app is catalogue.LAUNCHER:
            await self.screen.ui("home")
        else:
            await self.screen.ui("open", app.package, app.path)

    # Keys

    async def key(self, code: int) -> None:
        """One press of a key. While the screen is off only the keys that wake it do anything."""
        if code in (keys.POWER, keys.WAKEUP, keys.SLEEP, keys.SOFT_SLEEP):
            if code == keys.WAKEUP or (code == keys.POWER and not self.awake):
                await self.wake()
            elif self.awake:
                await self.sleep()
            return
        if not await self.touchable():
            return
        if code == keys.BACK:
            await self.screen.ui("back")
            return
        if (await self.windows()).locked:
            return
        if code == keys.HOME:
            await self.screen.ui("home")
        elif code == keys.APP_SWITCH:
            await self.screen.ui("recents")
        elif code == keys.SETTINGS:
            await self.start(catalogue.SETTINGS)
        elif code in (keys.ENTER, keys.NUMPAD_ENTER, keys.DPAD_CENTER):
            if not await self.screen.ui("enter"):
                await self.screen.press(["Enter"])
        elif code in _CLIPBOARD:
            await self.screen.press(["Control", _CLIPBOARD[code]])
        elif code in keys.DOM_NAMES:
            await self.screen.press([keys.DOM_NAMES[code]])

    async def keys_together(self, codes: list[int]) -> None:
        """Keys that are held at once, such as control and A."""
        if await self.touchable() and not (await self.windows()).locked:
            await self.screen.press([keys.DOM_NAMES[code] for code in codes if code in keys.DOM_NAMES])

    async def write(self, text: str) -> None:
        """Characters as key presses: a newline is the enter key, a tab the tab key."""
        if not await self.touchable() or (await self.windows()).locked:
            return
        rest = text
        while rest:
            stop = next((place for place, character in enumerate(rest) if character in "\n\t"), len(rest))
            if stop and await self.screen.ui("focus"):
                await self.screen.write(rest[:stop])
            if stop < len(rest):
                await self.key(keys.ENTER if rest[stop] == "\n" else keys.TAB)
            rest = rest[stop + 1 :]
