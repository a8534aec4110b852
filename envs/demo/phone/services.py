"""What the phone offers over ADB: a shell in its three forms, files, and restarting."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial

from envs.demo.phone.commands import TABLE
from envs.demo.phone.daemon import Refused, Service, Stream
from envs.demo.phone.interpreter import Interpreter, Run
from envs.demo.phone.sync import serve_sync
from envs.demo.phone.system import System
from envs.demo.phone.wire import Channel, ShellReader, shell_packet

_NO_TERMINAL = "the virtual phone has no terminal: give the command with `adb shell COMMAND`"


class Services:
    """Finds the service for a name that the computer opens. `delay` seconds pass before each one answers."""

    def __init__(self, system: System) -> None:
        self._system = system
        self.delay = 0.0

    def find(self, name: str) -> Service:
        """Raises Refused for a service that the phone does not have."""
        kind, _, rest = name.partition(":")
        kind, *options = kind.split(",")
        if kind == "shell":
            return partial(self._shell, rest, packets="v2" in options)
        if kind == "exec":
            return partial(self._shell, rest, packets=False)
        if kind == "sync":
            return self._sync
        if kind == "reboot":
            return self._reboot
        if kind in ("root", "unroot", "remount"):
            return partial(_tell, f"{kind}: not on the virtual phone, which is a production build\n".encode())
        raise Refused(f"the virtual phone has no service {kind!r}")

    async def _shell(self, line: str, stream: Stream, *, packets: bool) -> None:
        await asyncio.sleep(self.delay)
        if not line:
            complaint = f"{_NO_TERMINAL}\n".encode()
            await stream.write(shell_packet(Channel.STDERR, complaint) if packets else complaint)
            if packets:
                await stream.write(shell_packet(Channel.EXIT, b"\x01"))
            return
        system = self._system
        programs: Mapping[str, Run] = {name: partial(program, system) for name, program in TABLE.items()}
        interpreter = Interpreter(programs, system.files, system.history.append)
        finished = await interpreter.run(line, partial(_typed, stream, packets))
        if not packets:
            await stream.write(finished.both)
            return
        for channel, data in ((Channel.STDOUT, finished.stdout), (Channel.STDERR, finished.stderr)):
            for start in range(0, len(data), 128 * 1024):
                await stream.write(shell_packet(channel, data[start : start + 128 * 1024]))
        await stream.write(shell_packet(Channel.EXIT, bytes([finished.code & 0xFF])))

    async def _sync(self, stream: Stream) -> None:
        await asyncio.sleep(self.delay)
        await serve_sync(self._system.files, stream)

    async def _reboot(self, stream: Stream) -> None:
        self._system.reboot()


async def _typed(stream: Stream, packets: bool) -> bytes:
    """All of standard input, up to its end."""
    reader, typed = ShellReader(), bytearray()
    while data := await stream.read():
        if not packets:
            typed += data
            continue
        for channel, content in reader.feed(data):
            if channel == Channel.STDIN:
                typed += content
            elif channel == Channel.CLOSE_STDIN:
                return bytes(typed)
    return bytes(typed)


async def _tell(text: bytes, stream: Stream) -> None:
    await stream.write(text)
