"""A desktop of one's own: an X server without a screen, and a window manager on it."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import signal
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from actions import DeviceError, DriverMissing
from envs.desktop import leash
from envs.desktop.xauthority import write_cookie

_START = 15.0
"""Seconds in which the X server must be ready."""
_END = 3.0
"""Seconds in which a program must end that was asked to."""
_MANAGER = Path(__file__).with_name("openbox.xml")
_FOREIGN = ("WAYLAND_DISPLAY", "WAYLAND_SOCKET", "DESKTOP_STARTUP_ID", "XDG_ACTIVATION_TOKEN")
_OWN = {
    "XDG_SESSION_TYPE": "x11",
    "GDK_BACKEND": "x11",
    "QT_QPA_PLATFORM": "xcb",
    # a program that finds an instance of itself on the person's bus would open its window over there
    "DBUS_SESSION_BUS_ADDRESS": "disabled:",
    "NO_AT_BRIDGE": "1",
}


class VirtualDisplay:
    """Xvfb and openbox, with a number and a cookie of their own; `display` and `environ` hold once it is started.

    Everything that was started dies with this process.
    """

    def __init__(self, size: tuple[int, int]) -> None:
        self._size = size
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._running: list[asyncio.subprocess.Process] = []
        self.display = ""
        self.environ: dict[str, str] = {}

    async def start(self) -> None:
        """Raises DriverMissing if a program lacks, DeviceError if the server does not come up."""
        missing = [name for name in ("Xvfb", "openbox") if shutil.which(name) is None]
        if missing:
            raise DriverMissing(
                f"a virtual desktop needs {' and '.join(missing)}; install with: "
                f"apt install {' '.join({'Xvfb': 'xvfb'}.get(name, name) for name in missing)}"
            )
        self._folder = tempfile.TemporaryDirectory(prefix="handeye-desktop-")
        cookies = Path(self._folder.name) / "Xauthority"
        cookie = secrets.token_bytes(16)
        write_cookie(cookies, "", cookie)
        self.display = f":{await self._start_server(cookies)}"
        write_cookie(cookies, self.display, cookie)
        self.environ = {k: v for k, v in os.environ.items() if k not in _FOREIGN} | _OWN
        self.environ |= {"DISPLAY": self.display, "XAUTHORITY": str(cookies)}
        charset = next((self.environ[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if self.environ.get(name)), "")
        if "utf" not in charset.lower():
            self.environ["LC_ALL"] = "C.UTF-8"  # without it, terminals and the names of files have ASCII only
        await self.run(["openbox", "--sm-disable", "--config-file", str(_MANAGER)])

    async def _start_server(self, cookies: Path) -> int:
        """The number of the display, which the server chose itself."""
        width, height = self._size
        screen = f"{width}x{height}x24"
        reader, writer = os.pipe()
        try:
            server = await leashed(
                ["Xvfb", "-displayfd", str(writer), "-screen", "0", screen, "-noreset", "-nolisten", "tcp",
                 "-auth", str(cookies)],
                os.environ, pass_fds=(writer,),
            )  # fmt: skip
            self._running.append(server)
            os.close(writer)
            writer = -1
            loop = asyncio.get_running_loop()
            with os.fdopen(reader, "rb") as pipe:
                stream = asyncio.StreamReader()
                transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(stream), pipe)
                try:
                    async with asyncio.timeout(_START):
                        said = await stream.readline()
                except TimeoutError as error:
                    raise DeviceError(f"Xvfb was not ready within {_START:g} s; is the machine overloaded?") from error
                finally:
                    transport.close()
        finally:
            if writer >= 0:
                os.close(writer)
        if not said.strip().isdigit():
            raise DeviceError("Xvfb did not start; run `Xvfb :99` to see what it says")
        return int(said)

    @property
    def folder(self) -> Path | None:
        """Where its cookie lies, while it runs."""
        return Path(self._folder.name) if self._folder is not None else None

    async def run(self, command: Sequence[str], cwd: Path | None = None) -> asyncio.subprocess.Process:
        """Start a program on this desktop; it ends with it."""
        process = await leashed(command, self.environ, cwd=cwd)
        self._running.append(process)
        return process

    async def stop(self) -> None:
        """End every program, the X server last."""
        running, self._running = self._running, []
        for process in reversed(running):
            await end(process)
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None


async def leashed(
    command: Sequence[str], environ: Mapping[str, str], *, pass_fds: Sequence[int] = (), cwd: Path | None = None
) -> asyncio.subprocess.Process:
    """Start a program, in a session of its own, that dies with this process."""
    return await asyncio.create_subprocess_exec(
        sys.executable, "-I", "-S", leash.__file__, str(os.getpid()), *command,
        env=dict(environ), cwd=cwd, pass_fds=tuple(pass_fds), start_new_session=True,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip


async def end(process: asyncio.subprocess.Process) -> None:
    """End a program and what it started: politely, then not."""
    for force in (signal.SIGTERM, signal.SIGKILL):
        if process.returncode is not None:
            return
        try:
            os.killpg(process.pid, force)
        except ProcessLookupError:
            return
        try:
            async with asyncio.timeout(_END):
                await process.wait()
        except TimeoutError:
            continue
