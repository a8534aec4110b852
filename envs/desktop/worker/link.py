"""One connection to the X server: named atoms, properties, and events given to whoever waits for them."""

from __future__ import annotations

import select
import time
from collections.abc import Callable
from typing import Any

from Xlib import X, display, error

Handler = Callable[[Any], None]


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

    def on(self, kind: int, handler: Handler) -> None:
        """Call `handler` with every event of this kind."""
        self._handlers.setdefault(kind, []).append(handler)

    def pump(self) -> None:
        """Give out the events that have come."""
        while self.display.pending_events():
            event = self.display.next_event()
            for handler in self._handlers.get(event.type, ()):
                handler(event)

    def wait(self, holds: Callable[[], bool], seconds: float) -> bool:
        """Give out events until something holds; False if it did not within this time."""
        end = time.monotonic() + seconds
        while True:
            self.pump()
            if holds():
                return True
            left = end - time.monotonic()
            if left <= 0:
                return False
            select.select([self], [], [], left)

    def numbers(self, window: Any, name: str) -> list[int]:
        """A window's property of numbers; [] if it has none, or went away."""
        found = self._property(window, name)
        return [int(n) for n in found.value] if found is not None and found.format in (16, 32) else []

    def text(self, window: Any, name: str) -> str:
        """A window's property of text; "" if it has none, or went away."""
        found = self._property(window, name)
        if found is None or found.format != 8:
            return ""
        raw = found.value.encode("latin-1") if isinstance(found.value, str) else bytes(found.value)
        latin = self.name(found.property_type) == "STRING"
        return raw.decode("latin-1" if latin else "utf-8", "replace")

    def _property(self, window: Any, name: str) -> Any:
        try:
            return window.get_full_property(self.atom(name), X.AnyPropertyType)
        except error.XError:
            return None
