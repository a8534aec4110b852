"""The seat at a display: a worker process that looks and acts there, asked for one thing at a time."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import envs
from actions import ActionError, DeviceError, DeviceLost, DriverMissing, GuiAgentError, Stopped, UsageError
from envs.desktop.xauthority import cookie_for, write_cookie

_START = 30.0
"""Seconds in which the worker must be ready."""
_ANSWER = 5.0
"""Seconds in which it must answer; a display that takes longer is lost."""
_END = 3.0
_PICTURE = 1 << 24
"""Bytes that may lie in the pipe: a whole picture."""


class Seat:
    """Asks a worker at `display`; `width` and `height` are those of its pictures, `left` and `top` their corner.

    `monitor` is as Screen takes it. `guarded` stops everything when a person pushes the pointer into a corner, `leave`
    lets the worker live on after the end for as long as it holds the person's clipboard. `folder` is removed at the
    end, also if this process is killed.
    """

    def __init__(
        self,
        display: str,
        environ: Mapping[str, str],
        *,
        monitor: int | None,
        guarded: bool,
        leave: bool,
        folder: Path | None = None,
    ) -> None:
        self.display = display
        self.width = self.height = self.left = self.top = 0
        self._environ = dict(environ)
        self._wishes = {
            "monitor": monitor, "guarded": guarded, "leave": leave, "folder": str(folder) if folder else None,
        }  # fmt: skip
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._ended = False

    async def start(self) -> None:
        """Raises DriverMissing without what it needs, DeviceError without a display, UsageError without the monitor."""
        with tempfile.TemporaryDirectory(prefix="handeye-seat-") as folder:
            about = await self._connected(Path(folder) / "Xauthority")
        if about["wayland"]:
            raise DriverMissing(
                f"{self.display} belongs to a Wayland session, whose other windows cannot be seen through it; log in "
                "to an X11 session, or use a virtual desktop (--display virtual)"
            )
        self.width, self.height = about["width"], about["height"]
        self.left, self.top = about["left"], about["top"]

    async def _connected(self, cookies: Path) -> dict[str, Any]:
        """What the worker says of the display once it is at it; `cookies` is a file to be made for it."""
        given = self._environ.get("XAUTHORITY")
        write_cookie(cookies, self.display, cookie_for(self.display, Path(given) if given else None))
        root = str(Path(next(iter(envs.__path__))).parent)
        path = os.pathsep.join(part for part in (root, self._environ.get("PYTHONPATH", "")) if part)
        session = {"DISPLAY": self.display, "XAUTHORITY": str(cookies), "PYTHONPATH": path, "XDG_SESSION_TYPE": "x11"}
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "envs.desktop.worker", json.dumps(self._wishes),
            env=self._environ | session, limit=_PICTURE, start_new_session=True,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        ready: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[0] = ready
        self._reading = asyncio.create_task(self._read(self._process))
        try:
            async with asyncio.timeout(_START):
                about: dict[str, Any] = await ready
        except TimeoutError as error:
            raise DeviceError(f"the display {self.display} did not answer within {_START:g} s") from error
        except _Refused as refusal:
            raise _unready(refusal, self.display) from None
        return about

    async def ask(self, do: str, *, limit: float = _ANSWER, **given: Any) -> Any:
        """What the worker answers to one request; see envs/desktop/worker/__main__.py.

        Raises ActionError for a key that the layout lacks, Stopped if the person wants it, DeviceLost if the display
        does not answer.
        """
        number = next(self._numbers)
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        self._send({"id": number, "do": do} | given)
        try:
            async with asyncio.timeout(limit):
                return await answer
        except TimeoutError as error:
            self._ended = True
            raise DeviceLost(
                f"the display {self.display} has not answered for {limit:g} s; is it still there?"
            ) from error
        except _Refused as refusal:
            raise _named(refusal) from None
        finally:
            self._waiting.pop(number, None)

    def let_go(self) -> None:
        """Release every key and button, without waiting for it: for when a task is being cancelled."""
        self._tell("release")

    def give_back(self) -> None:
        """Let the clipboard hold what it held before something was pasted, without waiting for it."""
        self._tell("give_back")

    def _tell(self, do: str) -> None:
        with contextlib.suppress(DeviceLost):  # nothing is held on a display that is gone
            self._send({"id": next(self._numbers), "do": do})

    async def stop(self) -> None:
        """Let go of everything and end the worker."""
        process, self._process = self._process, None
        if process is not None:
            assert process.stdin is not None
            process.stdin.close()  # the worker ends by that, or stays for the clipboard that it holds
            if self._reading is not None:
                await asyncio.wait({self._reading}, timeout=_END)
            if self._reading is None or not self._reading.done():
                process.kill()
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)
            self._reading = None

    def _send(self, request: dict[str, Any]) -> None:
        if self._process is None or self._ended or self._process.stdin is None:
            raise self._gone()
        self._process.stdin.write(json.dumps(request).encode() + b"\n")

    def _gone(self) -> DeviceLost:
        return DeviceLost(f"the display {self.display} went away; was its session ended?")

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        """Give answers to whoever waits for them, until there are no more."""
        stream = process.stdout
        assert stream is not None
        try:
            while line := await stream.readline():
                answer = json.loads(line)
                found: Any = await stream.readexactly(answer["bytes"]) if "bytes" in answer else answer.get("ok")
                waiting = self._waiting.pop(answer["id"], None)
                if waiting is None or waiting.done():
                    continue
                if "error" in answer:
                    waiting.set_exception(_Refused(answer["error"], answer["says"]))
                else:
                    waiting.set_result(found)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # cut off in the middle: the same as the end
        finally:
            self._ended = True
            for waiting in self._waiting.values():
                if not waiting.done():
                    waiting.set_exception(self._gone())


class _Refused(Exception):
    """The worker's answer was an error: its kind, and its words."""

    def __init__(self, kind: str, says: str) -> None:
        self.kind = kind
        super().__init__(says)


def _named(refusal: _Refused) -> GuiAgentError:
    match refusal.kind:
        case "NoSuchKey":
            return ActionError(f"the keyboard layout in use has no key for {str(refusal)!r}; type it as text instead")
        case "FailSafeException":
            return Stopped("the pointer was pushed into a corner of the screen: stopped by the person there")
        case "ScreenShotError":
            return DeviceLost(f"the screen cannot be looked at any more ({refusal}); was its session ended?")
        case _:
            return DeviceError(f"the desktop's worker failed with {refusal.kind}: {refusal}")


def _unready(refusal: _Refused, display: str) -> GuiAgentError:
    match refusal.kind:
        case "ModuleNotFoundError" | "ImportError":
            return DriverMissing(
                f"a desktop needs more packages ({refusal}); install with: pip install pyautogui mss numpy"
            )
        case "SystemExit":
            return DriverMissing("a desktop needs Python's tkinter; install with: apt install python3-tk")
        case "NoSuchMonitor":
            return UsageError(str(refusal))
        case _:
            return DeviceError(
                f"no X display answers at {display!r} ({refusal}); give --display :N of one that runs, or "
                "--display virtual"
            )
