"""The adb server and the phones that it knows: find it, start it, and choose one that is ready."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from actions import DeviceError, DeviceLost, DriverMissing, UsageError
from envs.android.wire import Refused, Wire, request

T = TypeVar("T")
HOST, PORT = "127.0.0.1", 5037
_START = 20.0
_ANSWER = 10.0
_ARRIVAL = 8.0
"""Seconds in which a phone that was just connected must become ready."""
_INSTALL = (
    "install it with your system's package (Debian and Ubuntu: `apt install adb`, macOS: `brew install "
    "android-platform-tools`), or `pip install adbutils`, which brings its own"
)
_NO_ADBUTILS = "Android phones need the package adbutils: `pip install adbutils`"
_REMEDIES = {
    "unauthorized": "unlock the phone and tap Allow where it asks about USB debugging",
    "authorizing": "unlock the phone and tap Allow where it asks about USB debugging",
    "offline": "unplug it and plug it in again, or run `adb disconnect` and `adb connect` for one on the network",
    "no permissions": "this user may not use it over USB; install the package android-sdk-platform-tools-common "
    "(udev rules), then plug it in again",
    "recovery": "it is in recovery mode; start it normally",
    "sideload": "it is in sideload mode; start it normally",
    "bootloader": "it is in its bootloader; start it normally",
}
_NONE = (
    "no Android phone is connected; switch on USB debugging (Settings, About phone: tap the build number seven times; "
    "then Settings, Developer options), plug it in and tap Allow, or name one on the network with --serial HOST:PORT; "
    "--serial virtual takes the phone that comes with this project"
)


@dataclass(frozen=True, slots=True)
class Device:
    """A phone that the adb server knows; `state` is adb's word, "device" for one that is ready."""

    serial: str
    state: str
    model: str = ""

    @property
    def is_ready(self) -> bool:
        return self.state == "device"

    @property
    def remedy(self) -> str:
        """What to do about a phone that is not ready; "" for one that is."""
        return "" if self.is_ready else _REMEDIES.get(self.state, "wait until it has started, or plug it in again")

    def __str__(self) -> str:
        return f"{self.serial} ({self.model or self.state})" if self.is_ready else f"{self.serial} ({self.state})"


def server_port() -> int:
    """The port of the user's adb server: $ANDROID_ADB_SERVER_PORT, or 5037. Raises UsageError."""
    given = os.environ.get("ANDROID_ADB_SERVER_PORT", "")
    if given and not (given.isdecimal() and 0 < int(given) < 65536):
        raise UsageError(f"ANDROID_ADB_SERVER_PORT is {given!r}, which is no port; give a number up to 65535")
    return int(given) if given else PORT


async def devices(*, adb_host: str = HOST, adb_port: int | None = None) -> tuple[Device, ...]:
    """Every phone that the adb server knows, ready or not; the server is started if none runs.

    Raises DriverMissing without adb, DeviceError if its server does not start or answer.
    """
    port = adb_port or server_port()
    await reach_server(adb_host, port)
    return await _listed(adb_host, port)


async def ready_device(serial: str | None, host: str, port: int) -> str:
    """The serial of a phone that can be used: the one named, connected if it is HOST:PORT, or the only one ready.

    Raises UsageError if several are ready and none was named, DeviceError (with what to do) if none is, and
    DriverMissing without adb.
    """
    await reach_server(host, port)
    if serial is None:
        return _only(await _listed(host, port))
    if ":" in serial:
        return await _connected(serial, host, port)
    known = await _listed(host, port)
    found = next((one for one in known if one.serial == serial), None)
    if found is None:
        others = ", ".join(map(str, known))
        raise DeviceError(
            f"no phone {serial!r} is connected; connected: {others}; name one of them" if others else _NONE
        )
    if not found.is_ready:
        raise DeviceError(f"the phone {serial} is {found.state}: {found.remedy}")
    return serial


async def reach_server(host: str, port: int) -> None:
    """Make sure that an adb server answers there; one on this machine is started. Raises DriverMissing, DeviceError."""
    if await _answers(host, port):
        return
    if host not in (HOST, "localhost", "::1"):
        raise DeviceError(f"no adb server answers at {host}:{port}; run `adb -a nodaemon server` on that machine")
    program = await asyncio.to_thread(_adb_program)
    process = await asyncio.create_subprocess_exec(
        program, "-P", str(port), "start-server",
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,  # the server outlives a Ctrl-C meant for the run
    )  # fmt: skip
    try:
        async with asyncio.timeout(_START):
            await process.wait()
    except TimeoutError:
        process.kill()
    if not await _answers(host, port):
        raise DeviceError(f"adb did not start its server on port {port}; run `adb -P {port} start-server` to see why")


def _adb_program() -> str:
    error = _adb_error()
    from adbutils import adb_path  # type: ignore[import-untyped]

    try:
        return str(adb_path())
    except error as failure:
        raise DriverMissing(f"Android phones need the program adb; {_INSTALL}") from failure


async def _answers(host: str, port: int) -> bool:
    with contextlib.suppress(DeviceLost, Refused, TimeoutError):
        async with asyncio.timeout(_ANSWER):
            await request(host, port, "host:version")
            return True
    return False


async def _listed(host: str, port: int) -> tuple[Device, ...]:
    def ask() -> tuple[Device, ...]:
        from adbutils import AdbClient

        infos = AdbClient(host, port, _ANSWER).list(extended=True)
        return tuple(Device(one.serial, _state(one.state), _tag(one.tags, "model")) for one in infos)

    return await _adbutils(ask, f"listing the phones at {host}:{port}")


async def _connected(serial: str, host: str, port: int) -> str:
    """A phone on the network, connected anew if it is not ready: after a restart the old connection is dead."""
    at, said = await _find(serial, host, port), ""
    if at is None or not at.is_ready or await _is_silent(serial, host, port):
        said = await _connect(serial, host, port, anew=at is not None)
    found = await _until_ready(serial, host, port)
    if found is None or not found.is_ready:
        about = f"it is {found.state}: {found.remedy}" if found else said or "it does not answer"
        raise DeviceError(
            f"the phone {serial} cannot be used: {about}; is wireless debugging on, and is it in this network?"
        )
    return serial


async def _is_silent(serial: str, host: str, port: int) -> bool:
    """Does it answer nothing, though adb takes it for ready? So it looks for minutes after a phone has restarted."""
    try:
        await Wire(serial, host, port).run("true")
    except DeviceLost:
        return True
    return False


async def _connect(serial: str, host: str, port: int, *, anew: bool) -> str:
    def connect() -> str:
        from adbutils import AdbClient

        client = AdbClient(host, port, _ANSWER)
        if anew:
            client.disconnect(serial)
        return str(client.connect(serial, timeout=_ANSWER))

    return await _adbutils(connect, f"connecting {serial}")


async def _until_ready(serial: str, host: str, port: int) -> Device | None:
    """It as it is once it is ready, or when the time for that is over."""
    from envs.settle import hold

    loop = asyncio.get_running_loop()
    end = loop.time() + _ARRIVAL
    pause = 0.02
    while True:
        found = await _find(serial, host, port)
        settled = found is None or found.is_ready or found.state == "unauthorized"
        if settled or loop.time() > end:
            return found
        await hold(pause)  # back-off: adb tells nobody when a phone becomes ready
        pause = min(2 * pause, 0.5)


async def _find(serial: str, host: str, port: int) -> Device | None:
    return next((one for one in await _listed(host, port) if one.serial == serial), None)


def _only(known: tuple[Device, ...]) -> str:
    ready = [one for one in known if one.is_ready]
    if len(ready) == 1:
        return ready[0].serial
    if ready:
        raise UsageError(f"several phones are connected: {', '.join(map(str, ready))}; name one with --serial")
    if known:
        raise DeviceError("no phone is ready: " + "; ".join(f"{one}: {one.remedy}" for one in known))
    raise DeviceError(_NONE)


def _state(word: str) -> str:
    return "no permissions" if word == "no" else word


def _tag(tags: dict[str, str], name: str) -> str:
    return tags.get(name, "").replace("_", " ")


async def _adbutils(call: Callable[[], T], doing: str) -> T:
    """What a blocking call of adbutils gives, from a thread. Its sockets have a deadline of their own."""
    server_port()  # adbutils reads the variable when it is imported, whichever server is meant
    error = await asyncio.to_thread(_adb_error)
    try:
        return await asyncio.to_thread(call)
    except (error, OSError) as failure:
        raise DeviceError(f"adb failed while {doing}: {failure}") from failure


def _adb_error() -> type[Exception]:
    try:
        from adbutils import AdbError
    except ImportError as error:
        raise DriverMissing(_NO_ADBUTILS) from error
    kind: type[Exception] = AdbError
    return kind
