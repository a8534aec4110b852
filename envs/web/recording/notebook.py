"""Makes actions of what a person does: clicks, presses and keys as they come, put together as one would say them.

A deed is written when the next one shows what it was: a click that only led into a field belongs to the typing, Enter
after typing sends it, turns of the wheel are one scroll, two quick clicks a double one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar

from actions import (
    Action,
    ActionError,
    Back,
    Box,
    Click,
    Drag,
    Hit,
    LongPress,
    Place,
    Point,
    Press,
    Scroll,
    Select,
    Type,
)
from envs.keyboard import chord
from envs.web.hands import WHEEL
from envs.web.recording.listener import Where
from envs.web.recording.told import (
    About,
    Activate,
    Again,
    Cancelled,
    Choice,
    Deed,
    Down,
    Files,
    Held,
    Input,
    Key,
    Up,
    Wheel,
)

S = TypeVar("S")
"""The screen before a deed; the notebook only keeps it."""

LONG = 1000.0
"""Milliseconds from which on a press is a long one."""
_WIDE = 0.25
"""The share of the screen from which on a thing is not clicked as a whole but at a point of it."""
_MOST_QUICK = 3
_BUTTONS: dict[int, Literal["left", "middle", "right"]] = {0: "left", 1: "middle", 2: "right"}
_PICTURES = ("canvas", "svg", "img", "video")
"""Things that only a point on them tells apart."""
_EACH_COUNTS = {"button", "link", "checkbox", "radio", "switch", "tab", "menuitem", "option", "spinbutton"}
"""Roles for which two quick clicks are two clicks."""
_LINE_BREAKS = {"insertLineBreak", "insertParagraph"}
_KEYS = {
    " ": "space", "ArrowUp": "up", "ArrowDown": "down", "ArrowLeft": "left", "ArrowRight": "right", "Control": "ctrl",
    "ContextMenu": "menu",
}  # fmt: skip
_OF_THE_BROWSER = {
    ("ctrl", "l"), ("meta", "l"), ("alt", "d"), ("f6",), ("f11",), ("f12",), ("ctrl", "t"), ("ctrl", "n"),
    ("ctrl", "w"), ("meta", "t"), ("meta", "n"), ("meta", "w"), ("ctrl", "+"), ("ctrl", "-"), ("ctrl", "="),
    ("ctrl", "0"), ("ctrl", "shift", "i"), ("ctrl", "shift", "j"), ("ctrl", "shift", "c"),
}  # fmt: skip
"""Chords that go to the browser's window and not to the page."""

Sort = Literal["pointer", "typing", "choice", "key", "wheel", "other"]
Spot = tuple[int, str]
"""A thing on some tab: the tab's number and the path."""


@dataclass
class Draft(Generic[S]):
    """A deed that may still turn out to be part of another; `action` is None while that is open."""

    sort: Sort
    before: S
    at: float
    """When it began, in seconds of the same clock for all."""
    spot: Spot | None = None
    hit: Hit | None = None
    place: Place | None = None
    about: About | None = None
    action: Action | None = None
    read_back: str | None = None
    notes: list[str] = field(default_factory=list)
    start: tuple[float, float] = (0.0, 0.0)
    turned: tuple[float, float] = (0.0, 0.0)
    initial: str | None = None
    """What the field held before it was typed into."""
    sent: bool = False
    """Was Enter pressed after the typing?"""

    @property
    def is_tab(self) -> bool:
        return isinstance(self.action, Press) and self.action.keys in (("tab",), ("shift", "tab"))

    @property
    def is_idle(self) -> bool:
        """Did it do nothing that needs doing again?"""
        match self.action:
            case None:
                return True
            case Type():
                return self.initial is not None and self.initial == self.read_back == self.action.text and not self.sent
            case _:
                return False


class Notebook(Generic[S]):
    """Takes what is told, in order, and gives back the deeds that are certain by then. `size` is the view in pixels."""

    def __init__(self, size: tuple[int, int]) -> None:
        self._size = size
        self._drafts: list[Draft[S]] = []

    @property
    def open(self) -> Draft[S] | None:
        """The last deed, if it is not given back yet."""
        return self._drafts[-1] if self._drafts else None

    @property
    def is_waiting(self) -> bool:
        """Is it likely that more belongs to the last deed, however long it takes?"""
        last = self.open
        if last is None or last.action is None or last.sort in ("typing", "wheel") or last.is_tab:
            return True
        return last.sort == "pointer" and last.about is not None and last.about.kind in _FOCUSED

    def take(self, deed: Deed, tab: int, where: Where, before: S, at: float) -> list[tuple[Draft[S], S]]:
        """Note one deed in a tab's frame; the drafts that are certain now, each with the screen after it."""
        match deed:
            case Down():
                self._down(deed, tab, where, before, at)
            case Up():
                self._up(deed, where)
            case Cancelled():
                self._drop_open_press()
            case Again():
                self._again()
            case Wheel():
                self._wheel(deed, tab, where, before, at)
            case Input():
                self._input(deed, tab, where, before, at)
            case Held():
                self._held((tab, where.path + deed.path), deed.value)
            case Choice():
                self._choice(deed, tab, where, before, at)
            case Files():
                self._files(deed, tab, where, before, at)
            case Activate():
                self._activate(deed, tab, where, before, at)
            case Key():
                self._key(deed, tab, where, before, at)
        return self._certain()

    def add(
        self, action: Action, before: S, at: float, *, hit: Hit | None = None, note: str = ""
    ) -> list[tuple[Draft[S], S]]:
        """Note what the browser tells: an address that was opened, going back, a dialog that was answered."""
        self._append(Draft("other", before, at, hit=hit, action=action, notes=[note] if note else []))
        return self._certain()

    def close(self, after: S) -> list[tuple[Draft[S], S]]:
        """Everything that is left; `after` is the last screen."""
        for draft in self._drafts:
            if draft.action is None and draft.sort == "pointer":
                draft.action = self._clicked(draft)  # its release was lost with the page
        drafts, self._drafts = self._drafts, []
        return self._paired(drafts, after)

    # --- the pointer ---

    def _down(self, deed: Down, tab: int, where: Where, before: S, at: float) -> None:
        draft = self._draft("pointer", deed.about, tab, where, before, at)
        draft.start = self._absolute(deed.x, deed.y, where)
        if self._wide(deed.about, draft.place):
            draft.place = self._point(*draft.start)
        last = self.open
        if last is not None and last.sort == "typing" and last.spot == draft.spot and deed.about.kind == "value":
            return  # its picker, or its knob once more
        if last is not None and last.action is None and last.sort == "pointer":
            last.action = self._clicked(last)
        draft.notes += [f"{key} was held down, which a replay does not do." for key in deed.held if deed.button == 0]
        draft.turned = (float(deed.button), 0.0)
        self._append(draft)

    def _up(self, deed: Up, where: Where) -> None:
        draft = self.open
        if draft is None or draft.sort != "pointer" or draft.action is not None or draft.place is None:
            return
        about = draft.about
        acts = about is not None and about.acts
        is_text = about is not None and about.tag not in _PICTURES and (not acts or about.kind in ("text", "rich"))
        if deed.dragged and deed.selecting and is_text:
            self._drafts.pop()  # text was marked
        elif deed.dragged:
            start = draft.place if acts else self._point(*draft.start)
            draft.action = Drag(start=start, end=self._point(*self._absolute(deed.x, deed.y, where)))
        elif deed.ms >= LONG and draft.turned[0] == 0:
            draft.action = LongPress(at=draft.place, seconds=min(30.0, round(deed.ms / 1000, 1)))
        else:
            draft.action = self._clicked(draft)

    def _clicked(self, draft: Draft[S]) -> Action:
        assert draft.place is not None
        return Click(at=draft.place, button=_BUTTONS.get(int(draft.turned[0]), "left"))

    def _drop_open_press(self) -> None:
        if self.open is not None and self.open.sort == "pointer" and self.open.action is None:
            self._drafts.pop()

    def _again(self) -> None:
        if len(self._drafts) < 2:
            return
        first, second = self._drafts[-2:]
        if first.spot != second.spot or (first.hit is not None and first.hit.role in _EACH_COUNTS):
            return
        if isinstance(first.action, Click) and isinstance(second.action, Click) and first.action.count < _MOST_QUICK:
            first.action = first.action.model_copy(update={"count": first.action.count + 1})
            self._drafts.pop()

    def _wheel(self, deed: Wheel, tab: int, where: Where, before: S, at: float) -> None:
        spot = (tab, where.path + (deed.about.path if deed.about is not None else "\0main"))
        last = self.open
        if last is None or last.sort != "wheel" or last.spot != spot:
            last = Draft("wheel", before, at, spot=spot)
            if deed.about is not None or where.path:
                last.place = self._point(*self._absolute(deed.x, deed.y, where))
            if deed.about is not None:
                last.hit = self._hit(deed.about, where)
            self._append(last)
        across, down = last.turned[0] + deed.across, last.turned[1] + deed.down
        last.turned = (across, down)
        upright = abs(down) >= abs(across)
        distance = abs(down if upright else across)
        direction: Literal["up", "down", "left", "right"]
        direction = ("down" if down > 0 else "up") if upright else ("right" if across > 0 else "left")
        steps = min(1000.0, round(distance / WHEEL, 2))
        last.action = Scroll(direction=direction, steps=steps, at=last.place) if steps > 0 else None

    # --- fields ---

    def _input(self, deed: Input, tab: int, where: Where, before: S, at: float) -> None:
        spot = (tab, where.path + deed.about.path)
        broken = deed.how in _LINE_BREAKS
        if broken and self.open is not None and self.open.action == Press(keys=("enter",)):
            self._drafts.pop()  # the key was a part of the text
        caret = self._pop_pointers(spot)
        last = self.open
        if last is None or last.sort != "typing" or last.spot != spot or (last.sent and not broken):
            last = self._draft("typing", deed.about, tab, where, before, at)
            if caret is not None:
                last.before, last.at, last.notes = caret.before, caret.at, caret.notes
            last.initial = deed.before
            self._append(last)
        last.sent = False
        name = deed.about.secret
        text = f"<secret:{_slug(name)}>" if name is not None else deed.value or ""
        last.read_back = None if name is not None else text
        grown = deed.about.kind == "rich" and last.initial and text.startswith(last.initial)
        if grown:  # what stood there keeps its form
            text = text[len(last.initial or "") :]
        last.action = Type(text=text, into=last.place, replace=not grown)

    def _pop_pointers(self, spot: Spot) -> Draft[S] | None:
        """Clicks that only put the caret into the field; the first of them."""
        first = None
        while self.open is not None and self.open.sort == "pointer" and self.open.spot == spot:
            first = self._drafts.pop()
        return first

    def _held(self, spot: Spot, value: str | None) -> None:
        for draft in reversed(self._drafts):
            if draft.sort == "typing" and draft.spot == spot:
                if draft.about is not None and draft.about.secret is None:
                    draft.read_back = value
                return

    def _choice(self, deed: Choice, tab: int, where: Where, before: S, at: float) -> None:
        draft = self._draft("choice", deed.about, tab, where, before, at)
        opened = self._pop_pointers((tab, where.path + deed.about.path))
        last = self.open
        if last is not None and last.sort == "choice" and last.spot == draft.spot:
            self._drafts.pop()  # on the way to this option
            opened = last
        if opened is not None:
            draft.before, draft.at = opened.before, opened.at
        option = next((option for option in deed.options if option), None)
        if draft.place is None or option is None:
            return
        draft.action = Select(at=draft.place, option=option)
        draft.read_back = ", ".join(deed.options)
        self._append(draft)

    def _files(self, deed: Files, tab: int, where: Where, before: S, at: float) -> None:
        if not deed.names:
            return
        draft = self._draft("other", deed.about, tab, where, before, at)
        opened = self._pop_pointers((tab, where.path + deed.about.path))
        if opened is not None:
            draft.before, draft.at = opened.before, opened.at
        # a field behind a button of the page's own takes what the button asks for
        into = draft.place if deed.about.spot is not None else None
        draft.action = Type(text=deed.names[0], into=into)
        draft.read_back = deed.names[0]
        if into is None:
            draft.hit = None
        if len(deed.names) > 1:
            draft.notes.append(f"{len(deed.names)} files were chosen; only the first is handed over again.")
        self._append(draft)

    # --- keys ---

    def _activate(self, deed: Activate, tab: int, where: Where, before: S, at: float) -> None:
        draft = self._draft("pointer", deed.about, tab, where, before, at)
        if draft.place is not None:
            draft.action = Click(at=draft.place)
            self._append(draft)

    def _key(self, deed: Key, tab: int, where: Where, before: S, at: float) -> None:
        keys = tuple(_KEYS.get(key, key if len(key) == 1 else key.lower()) for key in deed.keys)
        if keys in _OF_THE_BROWSER:
            return
        try:
            chord(keys)
            action = Back() if keys == ("alt", "left") else Press(keys=keys)
        except (ActionError, ValueError):
            return  # a key that no other keyboard has
        spot = (tab, where.path + deed.path) if deed.path else None
        last = self.open
        if keys == ("enter",) and last is not None and last.sort == "typing" and last.spot == spot and not last.sent:
            assert isinstance(last.action, Type)
            last.action = last.action.model_copy(update={"submit": True})
            last.sent = True
            return
        self._append(Draft("key", before, at, spot=spot, action=action))

    # --- putting together ---

    def _append(self, draft: Draft[S]) -> None:
        if draft.place is not None or isinstance(draft.action, Scroll):
            while self.open is not None and self.open.is_tab:
                self._drafts.pop()  # it only led to what is named now
        last = self.open
        if last is not None and last.sort == "pointer" and last.hit is not None and _is_drop_down(last.hit):
            self._drafts.pop()  # a list that was opened and closed again
        if last is not None and last.sort == "pointer" and last.action is None:
            last.action = self._clicked(last)
        self._drafts.append(draft)

    def _certain(self) -> list[tuple[Draft[S], S]]:
        drafts, keep = self._drafts, 1
        if len(drafts) > 1 and drafts[-1].sort == "pointer" and drafts[-2].spot == drafts[-1].spot:
            keep = 2  # the second of two clicks, or a click into the field that is being typed into
        if drafts and drafts[-1].is_tab:
            keep = next((n for n, draft in enumerate(reversed(drafts)) if not draft.is_tab), len(drafts))
            if keep == len(drafts):
                return []
        if len(drafts) <= keep:
            return []
        done, self._drafts = drafts[: len(drafts) - keep], drafts[len(drafts) - keep :]
        return self._paired(done, self._drafts[0].before)

    def _paired(self, drafts: Sequence[Draft[S]], after: S) -> list[tuple[Draft[S], S]]:
        drafts = [draft for draft in drafts if not draft.is_idle]
        ends = [*(draft.before for draft in drafts[1:]), after]
        return list(zip(drafts, ends, strict=True)) if drafts else []

    def _draft(self, sort: Sort, about: About, tab: int, where: Where, before: S, at: float) -> Draft[S]:
        hit = self._hit(about, where)
        spot = where.view.placed(about.spot) if about.spot is not None else None
        place = Box.of_pixels(*spot, *self._size) if spot is not None else hit.box
        return Draft(sort, before, at, spot=(tab, hit.path), hit=hit, place=place, about=about)

    def _hit(self, about: About, where: Where) -> Hit:
        return Hit(
            role=about.role,
            name=about.name,
            tag=about.tag,
            test_id=about.test_id,
            path=where.path + about.path,
            frame=where.address,
            input_type=about.input_type,
            near=about.near,
            alike=about.alike,
            box=Box.of_pixels(*where.view.placed(about.box), *self._size),
        )

    def _wide(self, about: About, place: Place | None) -> bool:
        if not isinstance(place, Box) or about.tag in _PICTURES or not about.acts:
            return True
        return (place.right - place.left) * (place.bottom - place.top) > _WIDE

    def _absolute(self, x: float, y: float, where: Where) -> tuple[float, float]:
        left, top, *_ = where.view.placed((x, y, x, y))
        return left, top

    def _point(self, x: float, y: float) -> Point:
        width, height = self._size
        return Point(x=min(1.0, max(0.0, x / width)), y=min(1.0, max(0.0, y / height)))


_FOCUSED = ("text", "rich", "value", "select", "file")
"""Kinds of things that a click leads into."""


def _is_drop_down(hit: Hit) -> bool:
    return hit.tag == "select" and hit.role == "combobox"


def _slug(name: str) -> str:
    return re.sub(r"\W+", "_", name).strip("_").lower() or "password"
