"""Pages: what the texts of a screen say about how things stand. Only wording is judged, never the lack of something."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from functools import cached_property

from rapidfuzz import fuzz

from actions import Box, Place, Point
from agent.reader import dates, values, words
from agent.reader.fields import Target, targets_of
from agent.reader.listed import join
from agent.reader.scene import Rect, Scene, Surface, TextLine, Widget
from agent.reader.wishes import Wish

_ECHO = 86
_SHORT = 26
_ENTERED = ("field", "textarea", "date", "select")


class View:
    """One screen for the planner: the widgets, and the page's texts, which are read when they are first asked for.

    `listed` says that the widgets come from an element list, so that their values are sure; `surface` what it is that
    shows the page: a browser, a desktop's window, a phone's app.
    """

    def __init__(
        self,
        widgets: Sequence[Widget],
        read: Callable[[], Scene],
        *,
        listed: bool,
        instruction: str = "",
        title: str = "",
        surface: Surface = "page",
    ) -> None:
        self.listed = listed
        self.surface = surface
        self.title = title
        self._read = read
        self._given = tuple(widgets)
        self._marks = {widget.mark for widget in widgets}
        self._instruction = words.plain(instruction)

    @cached_property
    def widgets(self) -> tuple[Widget, ...]:
        """What can be acted on, in reading order. A list that leaves fields nameless is joined with what eyes see."""
        nameless = any(_is_nameless(w) for w in self._given)
        if self.listed:
            return self._placed if nameless else self._given
        return tuple(self._renamed(w) if w.kind in _ENTERED and w.box is not None else w for w in self._given)

    @cached_property
    def form(self) -> str:
        """A short name of what can be acted on here, whatever it holds now."""
        said = "\n".join(f"{w.mark}|{w.kind}|{words.plain(w.label)}" for w in self._given)
        return f"{zlib.crc32(said.encode()):08x}"

    def recall(self, labels: MutableMapping[str, str]) -> None:
        """Name the listed fields without a name as they were named when this form was first seen, else note how.

        An empty form is read best: what was typed into a field is easily taken for the name of the next.
        """
        nameless = {w.mark: f"{self.form} {w.mark}" for w in self._given if self.listed and _is_nameless(w)}
        known = {mark: labels[key] for mark, key in nameless.items() if key in labels}
        if known:
            self.widgets = tuple(w.model_copy(update={"label": known.get(w.mark, w.label)}) for w in self._given)
        elif nameless:
            labels.update({nameless[w.mark]: w.label for w in self.widgets if w.label and w.mark in nameless})

    def _renamed(self, widget: Widget) -> Widget:
        """A field found by eyes, under the text that names it rather than under a hint that stands nearer.

        'DD/MM/YYYY' beside one field is easily taken for the name of the next, and 'As in your passport' stands between
        a name and its field.
        """
        if widget.box is None or (widget.label and not _is_hint(widget.label) and words.slots_of(widget.label)):
            return widget
        if not widget.label or _is_hint(widget.label):
            return widget.model_copy(
                update={"label": self._named_by(widget.box), "placeholder": widget.placeholder or widget.label}
            )
        line = next((t for t in self.texts if t.text == widget.label and t.box.bottom <= widget.box.top + 4), None)
        over = self._named_by(line.box, above_only=True) if line is not None else ""
        if over and words.slots_of(over):
            return widget.model_copy(update={"label": over, "placeholder": widget.placeholder or widget.label})
        return widget

    @cached_property
    def _placed(self) -> tuple[Widget, ...]:
        if not self.listed:
            return self._given
        # what eyes took for labels or links may be the numbers that were drawn over the page
        seen = [w.model_copy(update={"label": ""}) if self._is_mark(w.label) else w for w in self.scene.widgets]
        seen = [w for w in seen if w.label or w.kind not in ("link", "button")]
        nameless = {w.mark for w in self._given if w.kind in _ENTERED and not w.label}
        placed = join(self._given, seen, self._numbers(), self.scene.line)
        boxes = {w.mark: w.box or self._unseen(w) for w in placed if w.mark in nameless}
        return tuple(
            w if (box := boxes.get(w.mark)) is None else w.model_copy(update={"label": self._named_by(box), "box": box})
            for w in placed
        )

    def _unseen(self, widget: Widget) -> Rect | None:
        """Where a field stands that eyes did not make out: where its value does, else beside its number."""
        shown = [line.box for line in self.scene.texts if words.plain(line.text) == words.plain(widget.value)]
        if len(shown) == 1:
            return shown[0]
        number = self._numbers().get(widget.mark) if widget.mark is not None else None
        if number is None:
            return None
        line = self.scene.line
        return Rect(number.right, number.bottom - 0.2 * line, number.right + 6 * line, number.bottom + line)

    def _named_by(self, box: Rect, *, above_only: bool = False) -> str:
        """The text that names a field: the nearest on its left, else the one right above it."""
        line = self.scene.line
        held = {words.plain(widget.value) for widget in self._given if widget.kind in _ENTERED and widget.value}
        texts = [text for text in self.texts if words.plain(text.text) not in held]
        left = [t for t in texts if 0 <= box.left - t.box.right < 22 * line and _overlap(t.box, box)]
        above = [t for t in texts if 0 <= box.top - t.box.bottom < 2.2 * line and abs(t.box.left - box.left) < 3 * line]
        if left and not above_only:
            return max(left, key=lambda t: t.box.right).text
        return max(above, key=lambda t: t.box.bottom).text if above else ""

    def _numbers(self) -> dict[int, Rect]:
        """Where the marks' numbers stand; a number that is read twice says nothing."""
        found = [(int(line.text), line.box) for line in self.scene.texts if self._is_mark(line.text)]
        for line in self.scene.texts:
            if self.listed and (match := re.search(r"\D (\d{1,3})$", line.text)) and int(match[1]) in self._marks:
                right = line.box.right
                found.append((int(match[1]), line.box._replace(left=right - line.box.height)))
        counts = Counter(number for number, _ in found)
        return {number: box for number, box in found if counts[number] == 1}

    def _is_mark(self, text: str) -> bool:
        """Is a text nothing but a mark's number, drawn over the page?"""
        return self.listed and text.strip().isdecimal() and int(text) in self._marks

    def box(self, widget: Widget) -> Rect | None:
        """Where a widget stands in the scene, by the scene's own eyes if the list does not say; None if not found."""
        if widget.box is not None or not self.listed:
            return widget.box
        return next((placed.box for placed in self._placed if placed.mark == widget.mark), None)

    def named_by(self, widget: Widget) -> str:
        """The text that stands where a label would: left of a widget or above it; "" if none does."""
        box = self.box(widget)
        return self._named_by(box) if box is not None else ""

    def beside(self, widget: Widget) -> list[str]:
        """The texts right of a widget, under it and above it, the nearest first: hints and complaints stand there."""
        box = self.box(widget)
        if box is None:
            return []
        reach = 2.6 * self.scene.line
        near = []
        for line in self.texts:
            across = min(line.box.right, box.right) - max(line.box.left, box.left)
            right = 0 <= line.box.left - box.right < 20 * self.scene.line and _overlap(line.box, box)
            under = across > 0 and -4 <= line.box.top - box.bottom < reach
            above = across > 0 and -4 <= box.top - line.box.bottom < reach
            if right or under or above:
                near.append((0 if right else 1 if under else 2, line.text))
        return [text for _, text in sorted(near, key=lambda one: one[0])]

    @cached_property
    def scene(self) -> Scene:
        return self._read()

    @cached_property
    def texts(self) -> tuple[TextLine, ...]:
        """The page's texts, without those that repeat the instruction."""
        return tuple(line for line in self.scene.texts if not self._echoes(line.text) and not self._is_mark(line.text))

    @cached_property
    def targets(self) -> tuple[Target, ...]:
        return targets_of(self.widgets)

    @cached_property
    def buttons(self) -> tuple[Widget, ...]:
        found = [widget for widget in self.widgets if widget.kind in ("button", "link") and words.trimmed(widget.label)]
        return tuple(found if self.listed else [*found, *self._wordings(found)])

    def _wordings(self, known: Sequence[Widget]) -> Iterator[Widget]:
        """Short texts that say what a button says: eyes miss buttons without an outline, and texts can be clicked."""
        boxes = [widget.box for widget in self.widgets if widget.box is not None]
        for line in self.texts:
            text = words.trimmed(line.text)
            inside = any(
                b.left - 2 <= line.box.centre[0] <= b.right + 2 and b.top <= line.box.centre[1] <= b.bottom
                for b in boxes
            )
            written = self.surface != "page" and self._is_said(text)
            if inside or written or len(text) > _SHORT:
                continue
            if words.leads(text) and not words.says("signs", "done", text):
                yield Widget(kind="link", label=line.text, box=line.box)

    def _is_said(self, text: str) -> bool:
        """Is a text of several words one of the instruction's values, typed where no field's outline is seen?"""
        return len(text.split()) > 1 and fuzz.partial_ratio(text, self._instruction) >= _ECHO

    @cached_property
    def fingerprint(self) -> str:
        """A short name of the screen: equal screens have equal ones."""
        said = [
            f"{w.kind}|{words.plain(w.label)}|{words.plain(w.value)}|{w.checked}|{w.disabled}" for w in self.widgets
        ]
        if not self.listed:
            said += sorted(words.plain(line.text) for line in self.scene.texts)
        return f"{zlib.crc32(chr(10).join(said).encode()):08x}"

    def place(self, widget: Widget) -> Place:
        """Where to act on a widget; in the middle of the screen if only its mark is known (the mark then says it)."""
        if widget.box is None:
            return Point(x=0.5, y=0.5)
        return Box.of_pixels(*widget.box, self.scene.width, self.scene.height)

    def sentences(self) -> list[str]:
        """The texts line by line, and neighbouring lines joined, since a sentence may be broken anywhere."""
        return [line.text for line in self.texts]

    def says(self, key: str, *, unless: str = "") -> str:
        """The first text with a sign of that list and none of the list `unless`; "" if no text has one."""
        buttons = self._pressable
        for line in self.texts:
            if words.trimmed(line.text) in buttons:
                continue
            if words.says("signs", key, line.text) and not (unless and words.says("signs", unless, line.text)):
                return line.text
        return ""

    @cached_property
    def _pressable(self) -> frozenset[str]:
        """The wordings of buttons and short links: 'Confirm booking' on a button does not say that it happened."""
        labels = [(button.kind, words.trimmed(button.label)) for button in self.buttons]
        return frozenset(text for kind, text in labels if kind == "button" or len(text) <= _SHORT)

    def all_that_say(self, key: str, *, unless: str = "") -> list[str]:
        """Every text with a sign of that list, as `says` finds them."""
        buttons = self._pressable
        return [
            line.text
            for line in self.texts
            if words.trimmed(line.text) not in buttons
            and words.says("signs", key, line.text)
            and not (unless and words.says("signs", unless, line.text))
        ]

    def shows(self, wish: Wish) -> bool:
        """Does the page say a value somewhere, as a confirmation does?"""
        if wish.kind == "date":
            return any(values.same("date", wish.text, line.text) for line in self.texts if re.search(r"\d", line.text))
        wanted = words.plain(wish.text if not wish.text.isdecimal() else f"{wish.label} {wish.text}")
        if len(wanted) < 2:
            return False
        pattern = re.compile(rf"(?<!\w){re.escape(wanted)}(?!\w)" if not words.has_cjk(wanted) else re.escape(wanted))
        page = words.plain(" ".join((self.title, *(line.text for line in self.texts))))
        names = (words.plain(widget.label) for widget in self.widgets if widget.kind in ("link", "button"))
        return pattern.search(page) is not None or any(pattern.search(name) for name in names)

    def _echoes(self, text: str) -> bool:
        """Is a text the instruction itself, shown on the page?"""
        said = words.plain(text)
        return len(said) > 24 and len(self._instruction) > 24 and fuzz.ratio(said, self._instruction) >= _ECHO


def _is_nameless(widget: Widget) -> bool:
    return widget.kind in _ENTERED and not widget.label and not widget.disabled


def _is_hint(label: str) -> bool:
    """Is a label only the form of a date, such as '(DD/MM/YYYY)'?"""
    return bool(dates.mask_of(label)) and len(words.trimmed(label)) < 14


def _overlap(one: Rect, other: Rect) -> bool:
    return min(one.bottom, other.bottom) - max(one.top, other.top) > 0.3 * min(one.height, other.height)
