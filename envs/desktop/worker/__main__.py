"""The loop of the program: a request comes, is done, and is answered.

Run with DISPLAY and XAUTHORITY set, and with one argument, what Seat wishes:
`python -m envs.desktop.worker {"monitor": null, "guarded": true, "leave": false, "folder": null}`.
A request is a line {"id": n, "do": name, …}; an answer is a line {"id": n, "ok": value} or {"id": n, "error": kind,
"says": text}, and with {"bytes": n} in it, that many bytes follow. When its input ends, it lets go of every key and
button; while it holds the clipboard for somebody ("leave" says whether it may then), it stays until another owns that.
"""

from __future__ import annotations

import json
import os
import selectors
import shutil
import signal
import sys
import time
from collections.abc import Callable
from typing import Any, BinaryIO

_WATCH, _WATCH_SHARE = 0.1, 20
"""Seconds between the pictures that are taken while nobody acts, and how often their own time that is at least."""
_STAY = 3600.0
"""Seconds for which the clipboard of somebody else is kept after the end."""


class Worker:
    """Everything that can be asked for; raises ImportError and the X libraries' errors if there is no display."""

    def __init__(self, monitor: int | None, *, guarded: bool) -> None:
        from envs.desktop.worker.clipboard import Clipboard
        from envs.desktop.worker.keyboard import Keyboard
        from envs.desktop.worker.link import Link
        from envs.desktop.worker.pointer import Pointer
        from envs.desktop.worker.screen import Screen
        from envs.desktop.worker.windows import Windows

        self.screen = Screen(monitor)
        self.link = Link()
        self.windows = Windows(self.link)
        self.keyboard = Keyboard(self.link)
        self.pointer = Pointer(self.link, guarded=guarded)
        self._asked = False
        self.clipboard = Clipboard(self.link, self.windows)
        self.requests: dict[str, Callable[..., Any]] = {
            "about": self.about,
            "begin": self.begin,
            "look": self.look,
            "give_up": self.give_up,
            "picture": self.screen.picture,
            "changed": self.screen.changed,
            "managed": lambda: self.windows.managed,
            "windows": self.windows.listed,
            "at": lambda x, y: self.windows.at(*self.place(x, y)),
            "move": lambda x, y: self.pointer.move(*self.place(x, y)),
            "down": self.pointer.down,
            "up": self.pointer.up,
            "wheel": self.pointer.wheel,
            "chord": self.chord,
            "write": self.write,
            "offer": self.clipboard.offer,
            "taken": self.clipboard.taken,
            "fetched": self.clipboard.fetched,
            "give_back": self.clipboard.give_back,
            "clipboard": self.clipboard.read,
            "release": self.release,
        }

    def about(self) -> dict[str, Any]:
        """What display this is: the picture's size and corner, and whether it only stands in for a Wayland one."""
        area = self.screen.area
        wayland = self.link.display.query_extension("XWAYLAND") is not None
        return {key: area[key] for key in ("left", "top", "width", "height")} | {"wayland": wayland}

    def place(self, x: int, y: int) -> tuple[int, int]:
        """A pixel of the picture, on the root."""
        return x + self.screen.area["left"], y + self.screen.area["top"]

    def begin(self) -> None:
        """An action begins."""
        self.pointer.check()
        self.screen.watch()
        self.screen.motion.act()
        self.windows.forget()

    def look(self, ask: bool = False) -> dict[str, bool]:
        """Take a picture; did anything move since the last one, and have the windows dealt with their input?

        With `ask`, they are asked first; "asked" says whether all of them know how to answer.
        """
        self.pointer.check()
        if ask:
            self._asked = self.windows.ping()
        moved = self.screen.look()
        return {"moved": moved, "answers": self.windows.answers(), "asked": self._asked}

    def give_up(self) -> None:
        self.windows.forget()
        self.screen.motion.give_up()

    def chord(self, keys: list[str]) -> None:
        self.pointer.check()
        self.keyboard.chord(keys)

    def write(self, text: str) -> bool:
        self.pointer.check()
        return self.keyboard.write(text)

    def release(self) -> None:
        """Let go of everything that is held down."""
        self.keyboard.release()
        self.pointer.release()


def main() -> None:
    """Serve until the input ends."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # the X libraries print their warnings
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # the end of the input says when to stop
    wishes = json.loads(sys.argv[1])
    try:
        worker = Worker(wishes["monitor"], guarded=wishes["guarded"])
    except (Exception, SystemExit) as error:  # noqa: BLE001  # the starter names it
        _answer(answers, {"id": 0, "error": type(error).__name__, "says": str(error) or repr(error)})
        return
    _answer(answers, {"id": 0, "ok": worker.about()})
    try:
        _serve(worker, answers)
    finally:
        if wishes["folder"] is not None:
            shutil.rmtree(wishes["folder"], ignore_errors=True)  # a starter that was killed cannot
        worker.release()
        worker.clipboard.give_back()
    if wishes["leave"] and worker.clipboard.in_use:
        answers.close()
        worker.link.wait(lambda: not worker.clipboard.in_use, _STAY)


def _serve(worker: Worker, answers: BinaryIO) -> None:
    waiting = selectors.DefaultSelector()
    waiting.register(0, selectors.EVENT_READ)
    waiting.register(worker.link.fileno(), selectors.EVENT_READ)
    pending, pause = b"", _WATCH
    while True:
        worker.link.pump()
        ready = waiting.select(pause)
        if not ready:
            begun = time.perf_counter()
            worker.screen.watch()
            pause = max(_WATCH, _WATCH_SHARE * (time.perf_counter() - begun))
        if not any(key.fd == 0 for key, _ in ready):
            continue
        received = os.read(0, 1 << 20)
        if not received:
            return
        *lines, pending = (pending + received).split(b"\n")
        for line in lines:
            _do(worker, json.loads(line), answers)


def _do(worker: Worker, request: dict[str, Any], answers: BinaryIO) -> None:
    number, name = request.pop("id"), request.pop("do")
    try:
        found = worker.requests[name](**request)
    except Exception as error:
        if not worker.link.is_alive():
            raise  # without a display there is nothing left to do, and the starter is told by that
        _answer(answers, {"id": number, "error": type(error).__name__, "says": str(error) or repr(error)})
        return
    if isinstance(found, bytes):
        _answer(answers, {"id": number, "bytes": len(found)}, found)
    else:
        _answer(answers, {"id": number, "ok": found})


def _answer(answers: BinaryIO, answer: dict[str, Any], more: bytes = b"") -> None:
    answers.write(json.dumps(answer).encode() + b"\n" + more)
    answers.flush()


if __name__ == "__main__":
    main()
