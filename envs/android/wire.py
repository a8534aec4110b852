"""Commands for one phone, through an adb server: each has a deadline, and a phone that is gone is noticed soon.

adbutils, which finds devices for this package, is not used for commands: its calls block, cannot be cancelled, and
start an adb server of their own when the one they were given ends. What is spoken here is adb's own host protocol: a
length in four hex digits and a request, answered by OKAY or FAIL.
"""

from __future__ import annotations

import asyncio
import contextlib
import struct
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from actions import DeviceError, DeviceLost
from envs.android.quoting import shell_line

T = TypeVar("T")
LIMIT = 30.0
"""Seconds that a command may take while the phone answers other questions."""
_SILENCE = 1.5
"""Seconds of a command after which the phone is asked whether it is still there."""
_PULSE = 2.5
"""Seconds that it has to answer that; with the silence before it well under five."""
_STDOUT, _STDERR, _EXIT, _NO_INPUT = 1, 2, 3, 4
_PACKET = struct.Struct("<BI")
_STATES = {
    "offline": "it does not answer: unplug it and plug it in again, or `adb disconnect` and `adb connect` it",
    "unauthorized": "unlock it and tap Allow where it asks about USB debugging",
    "not found": "it is not connected any more: check the cable, the Wi-Fi, and that it is switched on",
}


@dataclass(frozen=True, slots=True)
class Output:
    """What a command on the phone wrote, and the exit status that it ended with."""

    out: bytes
    err: bytes
    status: int

    @property
    def text(self) -> str:
        return self.out.decode("utf-8", "replace").strip()

    @property
    def said(self) -> str:
        """Everything that it wrote, as one line: for errors, which commands of Android write anywhere."""
        return " ".join((self.out + b" " + self.err).decode("utf-8", "replace").split())


class Wire:
    """The way to one phone: `serial` on the adb server at `host`:`port`."""

    def __init__(self, serial: str, host: str, port: int) -> None:
        self.serial = serial
        self._server = (host, port)

    async def features(self) -> set[str]:
        """What the phone's adb daemon can do. Raises DeviceLost."""
        asking = request(*self._server, f"host-serial:{self.serial}:features")
        try:
            return set((await self._attended(asking, "features", LIMIT)).split(","))
        except Refused as refusal:
            raise self._lost(str(refusal)) from refusal

    async def run(self, *words: str, limit: float = LIMIT) -> Output:
        """Run one command with these words on the phone, at most `limit` seconds.

        Raises ActionError for words that no shell line can hold, DeviceLost if the phone went away or answers nothing
        for four seconds, and DeviceError if only the command does not end.
        """
        line = shell_line(words)
        return await self._attended(self._shell(line), words[0], limit)

    async def _attended(self, call: Coroutine[Any, Any, T], doing: str, limit: float) -> T:
        """The result of a call; while it lasts, the phone is asked now and then whether it is still there."""
        task = asyncio.ensure_future(call)
        end = asyncio.get_running_loop().time() + limit
        try:
            while not (await asyncio.wait((task,), timeout=_SILENCE))[0]:
                if asyncio.get_running_loop().time() > end:
                    raise DeviceError(f"the phone {self.serial} did not finish {doing!r} within {limit:g} s")
                await self._feel_pulse(task)
            return task.result()
        finally:
            await _end(task)

    async def _feel_pulse(self, task: asyncio.Future[Any]) -> None:
        """Returns when the phone answers, or the task ends. Raises DeviceLost."""
        pulse = asyncio.ensure_future(self._shell("true"))
        try:
            done, _ = await asyncio.wait((pulse, task), timeout=_PULSE, return_when=asyncio.FIRST_COMPLETED)
            if not done:
                raise DeviceLost(f"the phone {self.serial} answers nothing any more; {_STATES['not found']}")
            if pulse in done and task not in done:
                pulse.result()
        finally:
            await _end(pulse)

    async def _shell(self, line: str) -> Output:
        out, err = bytearray(), bytearray()
        try:
            async with _connection(*self._server) as (reader, writer):
                await _ask(reader, writer, f"host:transport:{self.serial}")
                await _ask(reader, writer, f"shell,v2:{line}")
                writer.write(_PACKET.pack(_NO_INPUT, 0))
                while True:
                    channel, length = _PACKET.unpack(await reader.readexactly(_PACKET.size))
                    data = await reader.readexactly(length)
                    if channel == _STDOUT:
                        out += data
                    elif channel == _STDERR:
                        err += data
                    elif channel == _EXIT:
                        return Output(bytes(out), bytes(err), data[0] if data else 0)
        except Refused as refusal:
            raise self._lost(str(refusal)) from refusal
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise self._lost(await self._state()) from error

    async def _state(self) -> str:
        """What the server says of the phone, after it broke a command off."""
        with contextlib.suppress(Refused, DeviceError, TimeoutError):
            async with asyncio.timeout(_PULSE):
                return await request(*self._server, f"host-serial:{self.serial}:get-state")
        return "not found"

    def _lost(self, said: str) -> DeviceLost:
        remedy = next((remedy for state, remedy in _STATES.items() if state in said.lower()), _STATES["not found"])
        return DeviceLost(f"the phone {self.serial} went away ({said}); {remedy}")


async def _end(task: asyncio.Future[Any]) -> None:
    """Nobody wants it any more; its socket is closed when this returns."""
    task.cancel()
    await asyncio.wait((task,))
    if not task.cancelled():
        task.exception()  # seen, and of no interest


class Refused(Exception):
    """The adb server answered FAIL, with these words. Never leaves `envs`."""


async def request(host: str, port: int, words: str) -> str:
    """One question to an adb server, such as host:version. Raises Refused, and DeviceLost if no server answers."""
    try:
        async with _connection(host, port) as (reader, writer):
            await _ask(reader, writer, words)
            return await _block(reader)
    except (asyncio.IncompleteReadError, ConnectionError) as error:
        raise DeviceLost(f"the adb server at {host}:{port} ended; run `adb start-server`") from error


@asynccontextmanager
async def _connection(host: str, port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    try:
        reader, writer = await asyncio.open_connection(host, port)
    except OSError as error:
        raise DeviceLost(f"no adb server answers at {host}:{port} any more; run `adb start-server`") from error
    try:
        yield reader, writer
    finally:
        writer.close()


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, words: str) -> None:
    raw = words.encode()
    writer.write(b"%04x" % len(raw) + raw)
    await writer.drain()
    if await reader.readexactly(4) != b"OKAY":
        raise Refused(await _block(reader))


async def _block(reader: asyncio.StreamReader) -> str:
    length = await reader.readexactly(4)
    try:
        size = int(length, 16)
    except ValueError as error:
        raise ConnectionError(f"no adb server: it answered {length!r}") from error
    return (await reader.readexactly(size)).decode("utf-8", "replace")
