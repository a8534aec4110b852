"""One phone that is in use: what it is, what it shows, and how it is woken."""

from __future__ import annotations

import asyncio
import re
import time

from actions import ActionError, DeviceError, DeviceLost, TargetNotFound
from envs.android import hierarchy, keys
from envs.android.apps import read_labels, read_launchable, which
from envs.android.camera import Camera
from envs.android.hierarchy import Hierarchy, HierarchyError
from envs.android.keyboard import Keyboard
from envs.android.picture import Shot
from envs.android.state import State, read_windows
from envs.android.wire import Wire
from envs.settle import hold

SLOW = 6.0
"""Seconds after which asking for the UI hierarchy is given up for the rest of the run."""
_FAILURES = 3
"""Failures in a row after which it is."""
_STATUS_BAR = 32
"""The height of a status bar that nothing is known of, in pixels of a screen of 160 dots an inch."""
_UNLOCKING = 6
_FRONT = 6.0
"""Seconds in which an app that was started must come to the front."""
_SIZE = re.compile(r"(Physical|Override) size: (\d+)x(\d+)")
_DENSITY = re.compile(r"(?:Physical|Override) density: (\d+)")
_DUMP = "/data/local/tmp/handeye-window.xml"
_MAIN = ("-a", "android.intent.action.MAIN", "-c")
_LAUNCHER, _HOME = "android.intent.category.LAUNCHER", "android.intent.category.HOME"
_RESOLVED = re.compile(r"^([\w.]+)/[\w.$]+$", re.MULTILINE)
_NO_ACTIVITY = re.compile(r"\bError\b|Exception|unable to resolve|does not exist", re.IGNORECASE)
# a launcher's own: bring the app to the front as it was left, or begin it anew
_AS_A_LAUNCHER = "0x10200000"


class Phone:
    """A phone behind a wire. `elements` False never asks it for its UI hierarchy."""

    def __init__(self, wire: Wire, *, elements: bool) -> None:
        self.wire = wire
        self.camera = Camera(wire)
        self.keyboard = Keyboard(wire)
        self.home = ""
        """The package of the home screen."""
        self.is_chinese = False
        """Is that its language?"""
        self.news: list[str] = []
        """Sentences that the next observation tells."""
        self._side = (0, 0)
        self._hierarchy = elements
        self._failed = 0
        self._by_file = False
        self._stays_locked = False
        """Did the lock stay when it was asked to open?"""
        self._asking = asyncio.Lock()  # Android allows one UI automation at a time
        self._launchable: dict[str, str] = {}

    async def prepare(self) -> None:
        """Ask what does not change, wake the phone, and find out the quickest way to take pictures."""
        if "shell_v2" not in await self.wire.features():
            version = (await self.wire.run("getprop", "ro.build.version.release")).text or "unknown"
            raise DeviceError(f"the phone runs Android {version}; 7 or newer is needed")
        size, density, home, locale, built, left = await asyncio.gather(
            self.wire.run("wm", "size"),
            self.wire.run("wm", "density"),
            self.wire.run("cmd", "package", "resolve-activity", "--brief", *_MAIN, _HOME),
            self.wire.run("settings", "get", "system", "system_locales"),
            self.wire.run("getprop", "ro.product.locale"),
            self.keyboard.prepare(),
        )
        found = {kind: (int(wide), int(high)) for kind, wide, high in _SIZE.findall(size.text)}
        self._side = found.get("Override") or found.get("Physical") or (0, 0)
        if self._side[0]:
            self.camera.size = (min(self._side), max(self._side))
        dots = _DENSITY.findall(density.text)
        self.camera.dots = int(dots[-1]) if dots else 320
        homes = _RESOLVED.findall(home.text)
        self.home = homes[-1] if homes else ""
        # a phone whose language was never changed has it from its maker
        self.is_chinese = (locale.text if locale.text not in ("", "null") else built.text).startswith("zh")
        self.news += left
        self.camera.top = _STATUS_BAR * self.camera.dots // 160
        await self.wake(await self.state())
        await self.camera.prepare()

    # --- looking ---

    def input_size(self, shot: Shot) -> tuple[int, int]:
        """Width and height of the screen in pixels of input, turned as the screenshot is."""
        narrow, wide = sorted(self._side)
        width, height = shot.size
        if not narrow or abs(wide / narrow - max(shot.size) / min(shot.size)) > 0.02:
            return shot.size  # nothing is known that fits the picture
        return (wide, narrow) if width > height else (narrow, wide)

    async def state(self) -> State:
        """What the windows say."""
        state = read_windows((await self.wire.run("dumpsys", "window")).text)
        if state.status_bar is not None:
            self.camera.top = state.status_bar
        if not state.is_locked:
            self._stays_locked = False
        return state

    async def wake(self, state: State) -> State:
        """Switch the screen on and open a lock that asks for no secret; what the windows say then."""
        if not state.is_awake:
            await self.keyboard.press(keys.WAKE)
            self.news.append("The phone's screen was off; it was switched on.")
            state = await self.state()
        if not state.is_locked or self._stays_locked:
            return state
        await self.wire.run("wm", "dismiss-keyguard")
        for _ in range(_UNLOCKING):
            state = await self.state()
            if not state.is_locked:
                return state
            await hold(0.2)  # the lock screen moves away slowly, and tells nobody
        self._stays_locked = True
        return state

    async def hierarchy(self, size: tuple[int, int]) -> Hierarchy | None:
        """The UI hierarchy of the window in front; None if this phone gives none, or only after too long.

        `size` is that of the screen in pixels of input. Raises DeviceLost.
        """
        async with self._asking:
            if not self._hierarchy:
                return None
            begun = time.perf_counter()
            try:
                found = hierarchy.parse(await self._dump(), size)
            except DeviceLost:
                raise
            except DeviceError as error:
                self._failed += 1
                if time.perf_counter() - begun > SLOW or self._failed >= _FAILURES:
                    self._give_up(f"it failed: {error}")
                return None
            self._failed = 0
            if (took := time.perf_counter() - begun) > SLOW:
                self._give_up(f"it takes {took:.1f} s")
            return found

    def _give_up(self, why: str) -> None:
        self._hierarchy = False
        self.news.append(
            f"The list of the screen's elements is left out from now on: {why}. What was typed is not read back."
        )

    async def _dump(self) -> bytes:
        ask = ("uiautomator", "dump", "--compressed")
        if not self._by_file:
            output = await self.wire.run(*ask, "/dev/tty", limit=SLOW)
            if b"<hierarchy" in output.out:
                return output.out
            if b"idle state" in output.out + output.err:
                raise HierarchyError("the screen keeps moving")
        output = await self.wire.run(*ask, _DUMP, limit=SLOW)
        if output.status != 0 or b"ERROR" in output.out + output.err:
            raise HierarchyError(output.said[:200] or "uiautomator says nothing")
        self._by_file = True
        return (await self.wire.run("cat", _DUMP)).out

    # --- apps ---

    async def open_app(self, name: str) -> str:
        """Bring the app of that name to the front; its package. Raises TargetNotFound, naming what there is."""
        if not self._launchable:
            self._launchable = await self._list_apps()
        try:
            package = which(name, self._launchable)
        except TargetNotFound:
            self._launchable = await self._list_apps()  # it may have been installed meanwhile
            package = which(name, self._launchable, await self._labels())
        component = self._launchable[package] or await self._main_of(package)
        before = (await self.state()).package
        await self._start(name, *_MAIN, _LAUNCHER, "-f", _AS_A_LAUNCHER, "-n", component)
        if before != package:
            await self._until_left(before)
        return package

    async def open_url(self, url: str) -> None:
        """Show a web address in the app that the phone has for it. Raises ActionError if it has none."""
        await self._start(url, "-a", "android.intent.action.VIEW", "-d", url)

    async def _list_apps(self) -> dict[str, str]:
        listed = await self.wire.run("cmd", "package", "query-activities", "--brief", *_MAIN, _LAUNCHER)
        found = read_launchable(listed.text)
        if found:
            return found
        # Android 7 cannot list them; whether a package can be started shows when it is
        packages = (await self.wire.run("pm", "list", "packages")).text.split()
        return {package.removeprefix("package:"): "" for package in packages}

    async def _labels(self) -> dict[str, str]:
        """What the phone calls its apps, in its own language, as far as its shell can say."""
        return read_labels((await self.wire.run("cmd", "package", "query-activities", *_MAIN, _LAUNCHER)).text)

    async def _main_of(self, package: str) -> str:
        said = await self.wire.run("cmd", "package", "resolve-activity", "--brief", *_MAIN, _LAUNCHER, package)
        component = said.text.splitlines()[-1].strip() if said.text else ""
        if "/" not in component:
            raise TargetNotFound(f"the app {package} has no screen of its own that could be opened")
        return component

    async def _until_left(self, package: str) -> None:
        """Until something else is in front: the app, or what it asks first; or until a moment has shown that it stays.

        Android tells that an app has drawn, but some phones tell it before they show it.
        """
        loop = asyncio.get_running_loop()
        end, pause = loop.time() + _FRONT, 0.05
        while (await self.state()).package == package and loop.time() < end:
            await hold(pause)  # back-off: an app that starts tells nobody
            pause = min(2 * pause, 0.4)

    async def _start(self, what: str, *intent: str) -> None:
        """Start something and wait until it has drawn, as Android tells. Raises ActionError if it cannot be started."""
        try:
            output = await self.wire.run("am", "start", "-W", *intent, limit=_FRONT)
        except DeviceLost:
            raise
        except DeviceError:
            return  # some phones never tell; the picture will
        if output.status != 0 or _NO_ACTIVITY.search(output.said):
            raise ActionError(f"the phone cannot open {what!r}: {output.said[-300:]}")
