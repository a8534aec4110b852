"""One connection to the X server: named atoms, properties, and events given to whoever waits for them."""

from __future__ import annotations

import select
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from Xlib import X, display, error

Handler = Callable[[Any], None]
_POLL = 0.002
"""Seconds between two looks at what no event tells of."""
_WORDS = 1 << 18
"""Units of four bytes that one request asks of a property."""


@dataclass(frozen=True)
class Property:
    """What a property holds: its type's name, and bytes if its format is 8, else numbers of so many bits."""

    kind: str
    format: int
    data: bytes | tuple[int, ...]


class Link:
    """A connection to the display that the environment names."""

    def __init__(self) -> None:
        self.display = display.Display()
        # what fails without an answer concerns windows that went away meanwhile
        self.display.set_error_handler(lambda *_: None)
        self.root = self.display.screen().root
        self._handlers: dict[int, list[Handler]] = {}
        self._atoms: dict[str, int] = {}
        self._names: dict[int, str] = {}

    def atom(self, name: str) -> int:
        if name not in self._atoms:
            self._atoms[name] = self.display.intern_atom(name)
        return self._atoms[name]

    def name(self, atom: int) -> str:
        """The name of an atom; "" if there is none."""
        if atom not in self._names:
            try:
                self._names[atom] = self.display.get_atom_name(atom)
            except error.BadAtom:
                return ""
        return self._names[atom]

    def fileno(self) -> int:
        return int(self.display.fileno())

    def is_alive(self) -> bool:
        """Does the server still answer?"""
        try:
            self.display.get_input_focus()
        except (error.ConnectionClosedError, AssertionError, OSError):  # what python-xlib raises on a closed one
            return False
        return True

    def on(self, kind: int, handler: Handler) -> None:
        """Call `handler` with every event of this kind."""
        self._handlers.setdefault(kind, []).append(handler)

    def pump(self) -> None:
        """Give out the events that have come."""
        while self.display.pending_events():
            event = self.display.next_event()
            for handler in self._handlers.get(event.type, ()):
                handler(event)

    def wait(self, holds: Callable[[], bool], seconds: float, *, at_least_every: float = 60.0) -> bool:
        """Give out events until something holds; False if it did not within this time."""
        end = time.monotonic() + seconds
        while True:
            self.pump()
            if holds():
                return True
            left = end - time.monotonic()
            if left <= 0:
                return False
            select.select([self], [], [], min(left, at_least_every))

    def poll(self, holds: Callable[[], bool], seconds: float) -> bool:
        """The same for something that no event tells of."""
        return self.wait(holds, seconds, at_least_every=_POLL)

    def numbers(self, window: Any, name: str) -> list[int]:
        """A window's property of numbers; [] if it has none, or went away."""
        found = self.property(window, name)
        return list(found.data) if found is not None and found.format != 8 else []

    def text(self, window: Any, name: str) -> str:
        """A window's property of text; "" if it has none, or went away."""
        found = self.property(window, name)
        if found is None or not isinstance(found.data, bytes):
            return ""
        return found.data.decode("latin-1" if found.kind == "STRING" else "utf-8", "replace")

    def property(self, window: Any, name: str) -> Property | None:
        """What a window's property holds; None if it has none, or went away."""
        parts: list[Any] = []
        at = 0
        while True:
            try:
                found = window.get_property(self.atom(name), X.AnyPropertyType, at, _WORDS)
            except error.XError:
                return None
            if found is None:
                return None
            parts += [found.value] if found.format == 8 else list(found.value)
            if not found.bytes_after:
                break
            at += _WORDS
        kind = self.name(found.property_type)
        if found.format == 8:
            # python-xlib has decoded what is UTF-8
            raw = (part.encode() if isinstance(part, str) else bytes(part) for part in parts)
            return Property(kind, 8, b"".join(raw))
        return Property(kind, found.format, tuple(int(number) for number in parts))
