"""A virtual Android phone: the device side of ADB, with a mobile browser behind it that shows a few bundled apps.

    async with phone() as device:
        ...  # `adb -P {device.adb_port} -s {device.serial} shell input tap 200 700`
        device.contacts()  # what the apps hold now

It is spoken to by the real adb: the phone brings an adb server of its own, on a private port, with private keys and
connected to nothing else, and ends it with the context. Apps are web pages; docs/phone.md says what that leaves out.
The phone lives in the event loop that opened it: a client that blocks (adbutils, subprocess) belongs in a thread.
"""

from __future__ import annotations

import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from actions import DeviceError
from envs.demo.phone import catalogue
from envs.demo.phone.adb_server import AdbServer, adb_server
from envs.demo.phone.commands.plain import PROPERTIES
from envs.demo.phone.daemon import Daemon, Mood
from envs.demo.phone.files import Files
from envs.demo.phone.screen import Size, open_screen
from envs.demo.phone.services import Services
from envs.demo.phone.site import Site
from envs.demo.phone.store import Contact, Line, Message, Note, Order, Settings, Store
from envs.demo.phone.system import System
from envs.demo.serve import serve

__all__ = ["Contact", "Line", "Message", "Note", "Order", "Phone", "Settings", "Size", "phone"]

_NOW = datetime(2026, 5, 12, 9, 41)


class Phone:
    """A virtual phone that runs. Its reads are of this moment; its faults last until `restore`."""

    def __init__(self, system: System, daemon: Daemon, services: Services, server: AdbServer) -> None:
        self._system = system
        self._daemon = daemon
        self._services = services
        self._server = server

    @property
    def serial(self) -> str:
        """What adb calls it: "127.0.0.1:PORT". It stays the same through every fault."""
        return f"127.0.0.1:{self._daemon.port}"

    @property
    def adb_port(self) -> int:
        """The port of the adb server that it is connected to, for `adb -P` and `AdbClient(port=…)`."""
        return self._server.port

    @property
    def adb_environment(self) -> dict[str, str]:
        """The environment in which `adb` talks to that server and keeps off the user's own keys."""
        return dict(self._server.environment)

    # What the apps hold

    def contacts(self) -> list[Contact]:
        """The address book, by name."""
        return self._system.store.contacts()

    def messages(self, number: str = "") -> list[Message]:
        """All text messages, the oldest first; with a `number`, those of that conversation."""
        return self._system.store.messages(number)

    def notes(self) -> list[Note]:
        """All notes, the last written first."""
        return self._system.store.notes()

    def cart(self) -> list[Line]:
        """What is in the shop's cart."""
        return self._system.store.cart()

    def orders(self) -> list[Order]:
        """What was ordered in the shop, the first order first."""
        return self._system.store.orders()

    def settings(self) -> Settings:
        """The settings as they are: `dark`, `wifi`, `brightness`, `language`, and the tables of `settings get`."""
        return self._system.store.settings

    def commands(self) -> list[tuple[str, ...]]:
        """The words of every command that the phone's shell has run, whether it exists or not; the first run first."""
        return list(self._system.history)

    async def app(self) -> str:
        """The screen in front, as "package/.Activity"."""
        windows = await self._system.windows()
        return f"{windows.front}/{windows.activity}"

    async def screenshot(self) -> bytes:
        """The screen as a PNG, taken without adb."""
        return await self._system.photograph()

    # What happens to a phone

    async def drop(self) -> None:
        """The connection breaks, and the phone cannot be reached."""
        await self._daemon.hang_up()

    async def offline(self) -> None:
        """The phone no longer answers adb, which lists it as "offline"."""
        await self._estrange(Mood.SILENT)

    async def unauthorised(self) -> None:
        """The phone has forgotten this computer's key and waits for its owner: "unauthorized"."""
        await self._estrange(Mood.STRANGER)

    async def slow(self, seconds: float) -> None:
        """Every shell command and file transfer begins `seconds` late; 0 ends it, infinity answers never."""
        if seconds < 0:
            raise DeviceError(f"a phone cannot be slow by {seconds} seconds; give 0 or more")
        self._services.delay = min(seconds, 10.0**7) if math.isfinite(seconds) else 10.0**7

    async def restart(self) -> None:
        """The phone restarts: the connection breaks, apps are closed, what they saved is kept. Connect again."""
        await self._daemon.hang_up()
        await self._system.boot()
        await self._daemon.listen()

    async def restore(self) -> None:
        """End every fault, wake and unlock the phone, and connect it to its adb server again."""
        self._services.delay = 0
        self._daemon.mood = Mood.READY
        self._system.secure = False
        self._system.locks = False
        await self._daemon.listen()
        await self._system.wake()
        await self._system.unlock()
        await self._system.screen.ui("curtain", False)
        await self._system.screen.rotate(0)
        await self.connect()

    async def reset(self) -> None:
        """Make it as new: what the apps hold, settings, files, recorded commands, faults; and connect it again."""
        self._system.store.reset()
        self._system.files.reset()
        self._system.history.clear()
        self._system.pin = ""
        await self.restore()
        await self._system.boot()

    async def connect(self) -> None:
        """Connect it to its adb server, as `adb disconnect` and `adb connect` do.

        Raises DeviceError with adb's words if that does not work.
        """
        await self._server.disconnect(self.serial)
        said = await self._server.connect(self.serial)
        if not said.startswith("connected to"):
            raise DeviceError(f"the virtual phone could not be connected to its adb server: {said.strip()}")

    async def lock(self, pin: str = "") -> None:
        """Show the lock screen: a swipe up opens it, and asks for the `pin` if there is one."""
        if pin and not (pin.isascii() and pin.isdigit()):
            raise DeviceError(f"a PIN consists of digits, unlike {pin!r}")
        self._system.pin = pin
        await self._system.lock()

    async def unlock(self) -> None:
        """The owner unlocks the phone, and it does not lock itself again."""
        self._system.locks = False
        await self._system.unlock()

    async def screen_off(self) -> None:
        """The screen goes dark, as after a while without a touch."""
        await self._system.sleep()

    async def clock(self, now: datetime) -> None:
        """Set the clock, which then stands still again."""
        self._system.store.now = now
        await self._system.apply()

    async def rotate(self, rotation: int = 1) -> None:
        """The phone is held turned by that many quarters against the clock, 0 to 3."""
        await self._system.screen.rotate(rotation)

    async def secure(self, on: bool = True) -> None:
        """The window in front forbids screenshots: they show it black."""
        self._system.secure = on
        await self._system.screen.ui("curtain", on)

    async def _estrange(self, mood: Mood) -> None:
        self._daemon.mood = mood
        await self._daemon.hang_up(listen=True)


@asynccontextmanager
async def phone(
    *,
    size: Size = Size(),  # noqa: B008 - frozen
    now: datetime = _NOW,
    adb_keyboard: bool = True,
    browser: str | None = None,
    adb: str | None = None,
) -> AsyncIterator[Phone]:
    """A virtual phone, switched on and connected to an adb server of its own, while the context is open.

    `size` is that of its screen; `now` is what its clock shows, which stands still. `adb_keyboard` says whether ADB
    Keyboard is installed (it is never enabled from the start). `browser` and `adb` are paths of programs; without them
    they are looked for.

    Raises DriverMissing if one of the two is missing, DeviceError if one does not start.
    """
    store = Store(now)
    installed = [*catalogue.INSTALLED, *([catalogue.ADB_KEYBOARD] if adb_keyboard else [])]
    booted: list[System] = []
    site = Site(store, lambda: booted[0].apply_soon())
    async with adb_server(adb) as server, serve(site.app()) as url, open_screen(size, browser) as screen:
        system = System(screen, store, Files(int(now.timestamp())), url, installed)
        booted.append(system)
        services = Services(system)
        daemon = Daemon(_banner(), services.find)
        daemon.keys.add(server.key)
        device = Phone(system, daemon, services, server)
        system.reboot = lambda: system.later(device.restart())
        await system.boot()
        await daemon.listen()
        try:
            await device.connect()
            yield device
        finally:
            await daemon.hang_up()
            await system.end()


def _banner() -> str:
    facts = [f"{name}={PROPERTIES[name]}" for name in ("ro.product.name", "ro.product.model", "ro.product.device")]
    return f"device::{';'.join(facts)};features=shell_v2,cmd"
