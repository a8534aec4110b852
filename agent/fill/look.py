"""One look at a page with a form: what can be filled in, as the reader understands the page's own list of elements."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from typing import NamedTuple

from actions import Box, Element, Observation, Place, Task
from agent.fill.fits import FILE
from agent.reader.fields import Pair, Target, chosen, pair_up
from agent.reader.listed import widgets_of
from agent.reader.memory import Memory
from agent.reader.pages import View
from agent.reader.scene import Rect, Scene, Widget
from agent.reader.situation import Situation
from agent.reader.wish import Wish, given
from agent.reader.words import MATCH, plain, tokens
from prompts.base import Briefing

_ENTERED = ("field", "textarea", "date", "select")
Names = MutableMapping[tuple[str, str, Box], str]
"""What was read beside a field that has no name: by address, role and place."""


class Identity(NamedTuple):
    """What a target is known by from one look to the next: `nth` of those on the screen that are called the same."""

    kind: str
    label: str
    group: str
    input_type: str
    nth: int


class _Page(View):
    """The elements' places are known: nothing has to be looked for."""

    places: Mapping[int | None, Box]

    def place(self, widget: Widget) -> Place:
        return self.places[widget.mark]


class Look:
    """A screen, what of it can be filled in, and which values belong there by their names.

    `values` are the text values and `files` the names of files to hand over, by key; `memory` is gone on with and
    changed. `read` reads a screenshot by eye; it is called only where the element list leaves something open.
    """

    def __init__(
        self,
        seen: Observation,
        task: Task,
        files: Mapping[str, str],
        memory: Memory,
        names: Names,
        read: Callable[[bytes], Scene],
    ) -> None:
        self.seen = seen
        self._elements = {element.mark: element for element in seen.elements}

        def scene() -> Scene:
            return read(seen.screenshot)

        widgets = tuple(self._boxed(widget) for widget in widgets_of(seen.elements))
        if any(_is_nameless(widget) for widget in widgets):
            unnamed = View(widgets, scene, listed=True, instruction=task.instruction)
            widgets = tuple(self._named(widget, unnamed, names) for widget in widgets)
        view = _Page(widgets, scene, listed=True, instruction=task.instruction, title=seen.title)
        view.places = {mark: element.box for mark, element in self._elements.items()}
        briefing = Briefing(
            task=task,
            memory=memory.write(),
            elements=seen.elements,
            notes=seen.notes,
            url=seen.url,
            title=seen.title,
            scroll=seen.scroll,
            screenshot=seen.screenshot,
        )
        self.now = Situation(briefing, view)
        self.view = view
        self.uploads = tuple(
            Target("text", widget.label, (widget,), at)
            for at, widget in enumerate(view.widgets)
            if widget.kind == "file" and not widget.disabled
        )
        self.targets = tuple(sorted((*view.targets, *self.uploads), key=lambda target: target.at))
        self.identities = _identities(self.targets)
        self.guesses: dict[str, str] = {}
        """By key why a value was not placed by its name, though a field's name would fit."""
        self._files = [given(key, name, task.today).model_copy(update={"slot": FILE}) for key, name in files.items()]

    @property
    def memory(self) -> Memory:
        return self.now.memory

    def _boxed(self, widget: Widget) -> Widget:
        box = self._elements[widget.mark or 0].box.pixels(self.seen.width, self.seen.height)
        return widget.model_copy(update={"box": Rect(*box)})

    def _named(self, widget: Widget, view: View, names: Names) -> Widget:
        if not _is_nameless(widget):
            return widget
        element = self.element(widget)
        key = (self.seen.url, element.role, element.box)
        if key not in names:
            names[key] = view.named_by(widget)
        return widget.model_copy(update={"label": names[key]})

    def element(self, widget: Widget) -> Element:
        """The listed element that a widget of this look is."""
        return self._elements[widget.mark or 0]

    def target(self, identity: Identity) -> Target | None:
        """The target that is known by that, None if it is not on this screen."""
        return next((target for target in self.targets if self.identities[target.at] == identity), None)

    def wishes(self) -> list[Wish]:
        """Every value in the parts that this screen asks for, placed or not."""
        return [*self.now.wanted, *self._files]

    def unplaced(self) -> list[Wish]:
        """The values that no field was seen to hold so far."""
        return [*self.now.unplaced(), *(wish for wish in self._files if wish.key not in self.memory.placed)]

    def by_name(self) -> list[Pair]:
        """Which value belongs where by the fields' names, in reading order; files go only where files are taken."""
        open_files = [wish for wish in self._files if wish.key not in self.memory.placed]
        handed = pair_up(open_files, self.uploads, self.memory)
        if not handed and len(open_files) == len(self.uploads) == 1:
            handed = [Pair(open_files[0], self.uploads[0], 0)]
        pairs = [*(pair for pair in self.now.pairs if not self._is_a_guess(pair)), *handed]
        return sorted((*pairs, *self._unnamed_choices(pairs)), key=lambda pair: pair.target.at)

    def _is_a_guess(self, pair: Pair) -> bool:
        """May another value be meant as well, as 'billing street' and 'shipping street' by a field 'Street'?"""
        wish, target = pair.wish, pair.target
        said = set(tokens(target.label))
        if not said or not said < set(tokens(wish.label)):
            return False
        elsewhere = {other.wish.key for other in self.now.pairs if plain(other.target.label) != plain(target.label)}
        for rival in self.now.wanted:
            other = set(tokens(rival.label))
            left = rival.text != wish.text and rival.key not in self.memory.placed and rival.key not in elsewhere
            if left and said < other and other != set(tokens(wish.label)):
                self.guesses[wish.key] = f"'{target.name}' may as well be for {rival.label}"
                self.guesses[rival.key] = f"'{target.name}' may as well be for {wish.label}"
                return True
        return False

    def _unnamed_choices(self, pairs: Sequence[Pair]) -> list[Pair]:
        """Questions without a name of which one choice begins with just one of the values that are left."""
        placed = {*self.memory.placed, *(pair.wish.key for pair in pairs)}
        left = [wish for wish in self.now.wanted if wish.key not in placed and wish.kind == "text"]
        taken = {pair.target.at for pair in pairs}
        free = [one for one in self.targets if one.kind == "radio" and not one.label and one.at not in taken]
        fits = [(wish, one) for wish in left for one in free if _begins(wish.text, one.options)]
        return [
            Pair(wish, one, MATCH)
            for wish, one in fits
            if [pair[0] for pair in fits].count(wish) == [pair[1] for pair in fits].count(one) == 1
            and chosen(Pair(wish, one, MATCH)) is not None
        ]


def _begins(text: str, options: Sequence[str]) -> bool:
    """Does just one of the options begin with the text, as whole words?"""
    wanted = plain(text)
    return sum(bool(re.match(rf"{re.escape(wanted)}(?!\w)", plain(option))) for option in options) == 1


def _is_nameless(widget: Widget) -> bool:
    return widget.kind in _ENTERED and not widget.label


def _identities(targets: tuple[Target, ...]) -> dict[int, Identity]:
    """By the place of each target what it is known by."""
    counts: Counter[tuple[str, str, str, str]] = Counter()
    found: dict[int, Identity] = {}
    for target in targets:
        called = (target.kind, target.name, target.widget.group, target.widget.input_type)
        found[target.at] = Identity(*called, counts[called])
        counts[called] += 1
    return found
