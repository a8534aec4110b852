"""An adb server of the phone's own: a private port, private keys, and no other device."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from actions import DeviceError, DriverMissing
from envs.demo.phone.auth import PublicKey, read_public_key

_ANSWER = 10.0
_INSTALL = "install it with your system's package (Debian: `apt install adb`), or put platform-tools in the PATH"


@dataclass(frozen=True)
class AdbServer:
    """A running adb server: its port on 127.0.0.1, and the environment under which `adb` reaches it."""

    port: int
    environment: dict[str, str]
    key: PublicKey

    async def ask(self, request: str) -> str:
        """Put one `host:` request, such as "host:devices", and read its answer.

        Raises DeviceError if the server refuses it or is gone.
        """
        try:
            async with asyncio.timeout(_ANSWER):
                return await _ask(self.port, request)
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            raise DeviceError(f"the phone's adb server did not answer {request!r}: {error!r}") from error

    async def connect(self, serial: str) -> str:
        """`adb connect`; the answer says what came of it, in adb's own words."""
        return await self.ask(f"host:connect:{serial}")

    async def disconnect(self, serial: str) -> None:
        """`adb disconnect`; a serial that is not connected is no error."""
        with contextlib.suppress(DeviceError):
            await self.ask(f"host:disconnect:{serial}")


@asynccontextmanager
async def adb_server(path: str | None = None) -> AsyncIterator[AdbServer]:
    """The program `adb` (found in the PATH, or at `path`) as a server of its own while the context is open.

    Its HOME is a folder that is removed at the end, and it looks for no USB device and no emulator: whatever the
    user's own adb holds, it keeps.

    Raises DriverMissing without the program, DeviceError if it does not start.
    """
    program = shutil.which(path or "adb")
    if program is None:
        raise DriverMissing(f"the virtual phone needs the program adb; {_INSTALL}")
    with tempfile.TemporaryDirectory(prefix="phone-adb-", ignore_cleanup_errors=True) as home:
        port = _free_port()
        environment = _environment(home, port)
        process = await asyncio.create_subprocess_exec(
            *_in_one_boat(), program, "-P", str(port), "nodaemon", "server",
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for the program, which ends its server in order
        )  # fmt: skip
        assert process.stderr
        complaints = asyncio.create_task(process.stderr.read())
        try:
            await _until_it_listens(process, port, complaints)
            yield AdbServer(port, environment, await asyncio.to_thread(_public_key, home))
        finally:
            if process.returncode is None:
                process.terminate()
            await asyncio.shield(process.wait())
            complaints.cancel()


def _in_one_boat() -> list[str]:
    """What to put before a program so that it ends with this one, even if this one is killed; Linux has it."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM"] if setpriv else []


def _public_key(home: str) -> PublicKey:
    return read_public_key(Path(home, ".android", "adbkey.pub").read_text(encoding="ascii"))


def _environment(home: str, port: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ADB_", "ANDROID_"))}
    return {
        **kept,
        "HOME": home,
        "ANDROID_ADB_SERVER_PORT": str(port),
        "ADB_USB": "0",
        "ADB_MDNS": "0",
        "ADB_LOCAL_TRANSPORT_MAX_PORT": "5553",  # below the first emulator's
    }


async def _until_it_listens(process: asyncio.subprocess.Process, port: int, complaints: asyncio.Task[bytes]) -> None:
    pause = 0.01
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_ANSWER):
            while process.returncode is None:
                try:
                    await _ask(port, "host:version")
                except (OSError, asyncio.IncompleteReadError):
                    await asyncio.sleep(pause)  # retry back-off: a server that starts has no other sign
                    pause = min(pause * 2, 0.2)
                else:
                    return
    if process.returncode is None:
        process.kill()
    said = (await complaints).decode(errors="replace").strip()
    raise DeviceError(f"adb did not start its server on port {port}: {said[-500:] or 'it gave no reason'}")


async def _ask(port: int, request: str) -> str:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        raw = request.encode()
        writer.write(b"%04x" % len(raw) + raw)
        await writer.drain()
        status = await reader.readexactly(4)
        length = int(await reader.readexactly(4), 16)
        answer = (await reader.readexactly(length)).decode(errors="replace")
        if status != b"OKAY":
            raise DeviceError(f"adb refused {request!r}: {answer}")
        return answer
    finally:
        writer.close()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
