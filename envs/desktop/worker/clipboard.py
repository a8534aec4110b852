"""The clipboard: text offered for a paste, who took it, and what was there before given back whole."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from Xlib import X, error
from Xlib.protocol import event as events
from Xlib.protocol import request

from envs.desktop.worker.link import Link, Property
from envs.desktop.worker.windows import Windows

_CHUNK = 200_000
"""Bytes of one property; more goes over in pieces."""
_MOST = 64_000_000
"""Bytes of a clipboard that are kept to be given back."""
_PATIENCE = 1.0
"""Seconds in which the owner of a clipboard must hand it over; what comes later is lost."""
_ABOUT = ("TARGETS", "TIMESTAMP", "MULTIPLE", "SAVE_TARGETS", "DELETE", "INSERT_SELECTION", "INSERT_PROPERTY")
"""Targets that are no content."""
_SECRET = "x-kde-passwordManagerHint"  # noqa: S105  # asks managers of clipboards not to keep this
_PLACE = "HANDEYE_CLIPBOARD"
"""The property that owners of selections write to."""
_DELETED, _NEW = 1, 0


Content = dict[str, Property]
"""What a clipboard holds, in each of its forms."""


class Clipboard:
    """Owns selections while something is to be pasted, and afterwards in place of their former owner.

    That one is told that its selection is gone as soon as another owns it; so what it held is copied first, in every
    form, and served from here until somebody copies anew.
    """

    def __init__(self, link: Link, windows: Windows) -> None:
        self._link = link
        self._windows = windows
        self._window = link.root.create_window(0, 0, 1, 1, 0, X.CopyFromParent, event_mask=X.PropertyChangeMask)
        self._owned: dict[str, Content] = {}
        self._before: dict[str, Content] = {}
        self._sending: dict[tuple[int, int], tuple[Any, Property, int]] = {}
        self._answer: Any = None
        self._arrived = False
        self._takers: set[int] = set()
        link.on(X.SelectionRequest, self._asked)
        link.on(X.SelectionClear, self._lost)
        link.on(X.SelectionNotify, self._answered)
        link.on(X.PropertyNotify, self._property)

    # --- offering ---

    def offer(self, text: str, selections: Sequence[str]) -> None:
        """Put text on these selections (CLIPBOARD, PRIMARY) and remember what they held."""
        for selection in selections:
            if selection not in self._before:
                self._before[selection] = self._owned.get(selection) or self._copied(selection)
            self._own(selection, _of_text(text))
        self._takers.clear()

    def taken(self) -> bool:
        """Has the program in front fetched what is offered?"""
        self._link.pump()
        return self._windows.client(self._windows.active()) in self._takers

    def fetched(self) -> bool:
        """Has any program fetched what is offered?"""
        return bool(self._takers)

    def give_back(self) -> None:
        """Let the selections hold what they held before, if nobody has copied anything since."""
        self._link.pump()
        before, self._before = self._before, {}
        for selection, content in before.items():
            if selection not in self._owned:
                continue
            if content:
                self._own(selection, content)
            else:
                self._disown(selection)

    def read(self) -> str | None:
        """The text on the clipboard; None if there is none."""
        for target in ("UTF8_STRING", "STRING"):
            piece = self._fetch("CLIPBOARD", target)
            if piece is not None and isinstance(piece.data, bytes):
                return piece.data.decode("utf-8" if target == "UTF8_STRING" else "latin-1", "replace")
        return None

    @property
    def in_use(self) -> bool:
        """Does somebody else's content live here, and nowhere else?"""
        return bool(self._owned)

    def _own(self, selection: str, content: Content) -> None:
        self._owned[selection] = content
        self._window.set_selection_owner(self._link.atom(selection), X.CurrentTime)
        self._link.display.sync()

    def _disown(self, selection: str) -> None:
        link = self._link
        del self._owned[selection]
        request.SetSelectionOwner(display=link.display.display, window=X.NONE, selection=link.atom(selection), time=0)
        link.display.sync()
        link.pump()  # what tells that this is lost must not be taken for the loss of what is owned next

    # --- copying what somebody else holds ---

    def _copied(self, selection: str) -> Content:
        """Everything that a selection holds."""
        listed = self._fetch(selection, "TARGETS")
        if listed is None or isinstance(listed.data, bytes):
            return {}
        found: Content = {}
        size = 0
        end = time.monotonic() + 2 * _PATIENCE
        for target in (self._link.name(atom) for atom in listed.data):
            if target in _ABOUT or not target or time.monotonic() > end:
                continue
            if (piece := self._fetch(selection, target)) is not None:
                size += len(piece.data)
                if size > _MOST:
                    break
                found[target] = piece
        return found

    def _fetch(self, selection: str, target: str) -> Property | None:
        link, place = self._link, self._link.atom(_PLACE)
        if not link.display.get_selection_owner(link.atom(selection)):
            return None
        self._answer, self._arrived = None, False
        self._window.convert_selection(link.atom(selection), link.atom(target), place, X.CurrentTime)
        if not link.wait(lambda: self._answer is not None, _PATIENCE) or self._answer.property == X.NONE:
            return None
        first = self._received()
        if first is None or first.kind != "INCR":
            return first
        parts: list[bytes] = []
        while True:
            if not link.wait(lambda: self._arrived, _PATIENCE) or (part := self._received()) is None:
                return None
            if not part.data:
                return Property(part.kind, 8, b"".join(parts))
            if not isinstance(part.data, bytes):
                return None
            parts.append(part.data)

    def _received(self) -> Property | None:
        """What stands in the property that an owner writes to; taking it asks for the next piece."""
        found = self._link.property(self._window, _PLACE)
        self._arrived = False
        self._window.delete_property(self._link.atom(_PLACE))
        self._link.display.flush()
        return found

    def _answered(self, event: Any) -> None:
        self._answer = event

    # --- serving what is held ---

    def _asked(self, event: Any) -> None:
        selection, target = self._link.name(event.selection), self._link.name(event.target)
        place = event.property if event.property != X.NONE else event.target
        content = self._owned.get(selection)
        done = content is not None and self._serve(event.requestor, place, target, content)
        event.requestor.send_event(
            events.SelectionNotify(
                time=event.time,
                requestor=event.requestor,
                selection=event.selection,
                target=event.target,
                property=place if done else X.NONE,
            )
        )
        self._link.display.flush()
        if done and target not in (*_ABOUT, _SECRET):
            self._takers.add(self._windows.client(event.requestor.id))

    def _serve(self, requestor: Any, place: int, target: str, content: Content) -> bool:
        link = self._link
        if target == "TARGETS":
            atoms = [link.atom(name) for name in ("TARGETS", *content)]
            piece = Property("ATOM", 32, tuple(atoms))
        elif (held := content.get(target)) is not None:
            piece = held
        else:
            return False
        try:
            if isinstance(piece.data, bytes) and len(piece.data) > _CHUNK:
                requestor.change_attributes(event_mask=X.PropertyChangeMask)
                requestor.change_property(place, link.atom("INCR"), 32, [len(piece.data)])
                self._sending[requestor.id, place] = (requestor, piece, 0)
            else:
                requestor.change_property(place, link.atom(piece.kind), piece.format, piece.data)
        except error.XError:
            return False
        return True

    def _property(self, event: Any) -> None:
        if event.window.id == self._window.id:
            self._arrived = self._arrived or event.state == _NEW
        elif event.state == _DELETED and (sending := self._sending.pop((event.window.id, event.atom), None)):
            requestor, piece, at = sending
            assert isinstance(piece.data, bytes)
            part = piece.data[at : at + _CHUNK]
            requestor.change_property(event.atom, self._link.atom(piece.kind), piece.format, part)
            if part:  # an empty piece ends it
                self._sending[event.window.id, event.atom] = (requestor, piece, at + _CHUNK)
            self._link.display.flush()

    def _lost(self, event: Any) -> None:
        """Somebody copied: theirs now, and nothing is to be given back."""
        selection = self._link.name(event.atom)
        if event.window.id == self._window.id:
            self._owned.pop(selection, None)
            self._before.pop(selection, None)


def _of_text(text: str) -> Content:
    raw = text.encode()
    content = {name: Property(name, 8, raw) for name in ("UTF8_STRING", "text/plain;charset=utf-8")}
    if text.isascii():  # these two mean Latin-1, or nothing in particular
        content |= {"STRING": Property("STRING", 8, raw), "text/plain": Property("text/plain", 8, raw)}
    content["TEXT"] = Property("UTF8_STRING", 8, raw)
    content[_SECRET] = Property(_SECRET, 8, b"secret")
    return content
