"""Which windows there are, which is in front, and whether it still answers (EWMH)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from Xlib import X, error
from Xlib.protocol import event as events
from Xlib.xobject.drawable import Window

from envs.desktop.worker.link import Link

_CHECK = "_NET_SUPPORTING_WM_CHECK"
_FRAME = "_NET_REQUEST_FRAME_EXTENTS"
"""Asks a window manager how wide a window's frame would be: a question that it answers in its turn."""


@dataclass(frozen=True)
class About:
    """What a window is: its title, the class and the instance that its program gives it, its rectangle on the root."""

    id: int
    title: str
    app: str
    instance: str
    box: tuple[int, int, int, int]
    active: bool = False


class Windows:
    """The windows of a display, as its window manager tells of them."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._asked: set[int] = set()
        self._manager: Literal["rests", "is to be asked", "is asked"] = "rests"
        self._mine = link.root.create_window(0, 0, 1, 1, 0, X.CopyFromParent, event_mask=X.PropertyChangeMask)
        link.root.change_attributes(event_mask=X.SubstructureNotifyMask | X.PropertyChangeMask)
        link.on(X.ClientMessage, self._heard)
        link.on(X.PropertyNotify, self._framed)

    @property
    def managed(self) -> bool:
        """Is there a window manager? One that has ended may have left its name behind, but not its window."""
        named = self._link.numbers(self._link.root, _CHECK)
        return bool(named) and self._link.numbers(self._window(named[0]), _CHECK) == named

    def listed(self) -> list[dict[str, Any]]:
        """Every window that a person could choose, in the order in which they appeared."""
        active = self.active()
        if self.managed:
            ids = self._link.numbers(self._link.root, "_NET_CLIENT_LIST")
        else:
            ids = [int(window.id) for window in self._link.root.query_tree().children if self._is_bare(window)]
        found = (self._about(number, number == active) for number in ids)
        return [asdict(about) for about in found if about is not None]

    def active(self) -> int:
        """The window that has the focus; 0 if none has."""
        if self.managed:
            named = self._link.numbers(self._link.root, "_NET_ACTIVE_WINDOW")
            return named[0] if named else 0
        focus = self._link.display.get_input_focus().focus
        if isinstance(focus, Window) and focus.id != self._link.root.id:
            return self._top(focus)
        pointer = self._link.root.query_pointer()  # without a manager, keys go to where the pointer is
        return self._at(pointer.root_x, pointer.root_y)

    def at(self, x: int, y: int) -> dict[str, Any] | None:
        """The window that a click at (x, y) of the root would meet; None for the desktop itself."""
        number = self._at(x, y)
        about = self._about(number, number == self.active()) if number else None
        return asdict(about) if about is not None else None

    def _at(self, x: int, y: int) -> int:
        window = self._link.root
        try:
            while child := window.translate_coords(self._link.root, x, y).child:
                if self._is_client(child):
                    return int(child.id)
                window = child
        except error.XError:
            pass  # it went away meanwhile
        return 0

    def client(self, number: int) -> int:
        """The part of a window's number that tells whose it is."""
        return number & ~int(self._link.display.display.info.resource_id_mask)

    # --- does it answer? ---

    def ping(self) -> bool:
        """Ask the windows in front and under the pointer to say when they have dealt with what was sent to them.

        The window manager is asked after them, for it deals with what they asked of it. False if there is a window that
        does not know how to answer.
        """
        asks = self._link.atom(_FRAME) in self._link.numbers(self._link.root, "_NET_SUPPORTED")
        self._manager = "is to be asked" if asks else "rests"
        pointer = self._link.root.query_pointer()
        under = self._at(pointer.root_x, pointer.root_y)
        known = [self._ping(self._window(number)) for number in {self.active(), under} - {0}]
        return bool(known) and all(known)

    def _ping(self, window: Any) -> bool:
        if self._is_free(window):
            return True  # a menu: the program whose it is, is asked by its window
        number = int(window.id)
        if self._link.atom("_NET_WM_PING") not in self._link.numbers(window, "WM_PROTOCOLS"):
            return False
        data = (32, [self._link.atom("_NET_WM_PING"), X.CurrentTime, number, 0, 0])
        message = events.ClientMessage(window=window, client_type=self._link.atom("WM_PROTOCOLS"), data=data)
        self._asked.add(number)
        window.send_event(message)
        self._link.display.flush()
        return True

    def answers(self) -> bool:
        """Has everybody answered who was asked?"""
        self._link.pump()
        self._asked = {number for number in self._asked if self._exists(number)}
        if self._asked:
            return False
        if self._manager == "is to be asked":
            self._manager = "is asked"
            kind = self._link.atom(_FRAME)
            message = events.ClientMessage(window=self._mine, client_type=kind, data=(32, [0] * 5))
            self._link.root.send_event(message, X.SubstructureRedirectMask | X.SubstructureNotifyMask)
            self._link.display.flush()
        return self._manager == "rests"

    def forget(self) -> None:
        """Wait for no answer any more."""
        self._asked.clear()
        self._manager = "rests"

    def _framed(self, event: Any) -> None:
        if event.window.id == self._mine.id:
            self._manager = "rests"

    def _heard(self, event: Any) -> None:
        if event.client_type == self._link.atom("WM_PROTOCOLS"):
            kind, data = event.data
            if kind == 32 and data[0] == self._link.atom("_NET_WM_PING"):
                self._asked.discard(data[2])

    # --- what is it? ---

    def _window(self, number: int) -> Any:
        return self._link.display.create_resource_object("window", number)

    def _exists(self, number: int) -> bool:
        try:
            self._window(number).get_attributes()
        except error.XError:
            return False
        return True

    def _about(self, number: int, active: bool) -> About | None:
        window = self._window(number)
        link = self._link
        try:
            shape = window.get_geometry()
            corner = link.root.translate_coords(window, 0, 0)
        except error.XError:
            return None
        names = link.text(window, "WM_CLASS").split("\0")
        return About(
            id=number,
            title=link.text(window, "_NET_WM_NAME") or link.text(window, "WM_NAME"),
            app=names[1] if len(names) > 1 else names[0],
            instance=names[0],
            box=(corner.x, corner.y, corner.x + shape.width, corner.y + shape.height),
            active=active,
        )

    def _is_client(self, window: Any) -> bool:
        """Is this a program's window, and no frame around one?"""
        if not self.managed:
            return self._is_bare(window) or self._is_free(window)
        return bool(self._link.numbers(window, "WM_STATE")) or self._is_free(window)

    def _is_bare(self, window: Any) -> bool:
        """Without a manager: is this a window that one would manage?"""
        try:
            about = window.get_attributes()
        except error.XError:
            return False
        return about.map_state == X.IsViewable and not about.override_redirect

    def _is_free(self, window: Any) -> bool:
        """Is it one that no manager holds: a menu, a list?"""
        try:
            return bool(window.get_attributes().override_redirect)
        except error.XError:
            return False

    def _top(self, window: Any) -> int:
        """The direct child of the root that a window lies in; 0 if it went away."""
        try:
            while (parent := window.query_tree().parent) and parent.id != self._link.root.id:
                window = parent
        except error.XError:
            return 0
        return int(window.id)
