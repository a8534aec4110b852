"""Which value belongs into which field: by the fields' names alone, or by one question to a model."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Protocol

from actions import Box, ParseError, Place, Task
from agent.endpoint import Endpoint
from agent.fill.fits import why_not
from agent.fill.look import Identity, Look
from agent.reader import words
from agent.reader.fields import Pair, Target
from prompts.base import Message, Reply
from prompts.fill import SAMPLING, FillPrompt, Places

_TRIES = 2
_OVERLAP = 0.5


class Asked:
    """One question to the model and its answer, for the trace."""

    def __init__(self, messages: Sequence[Message], reply: Reply, problem: str = "") -> None:
        self.messages = messages
        self.reply = reply
        self.problem = problem


class Placer(Protocol):
    """Says where values belong. `asked` are the questions that were put to a model and are not yet recorded."""

    name: str
    address: str
    asked: list[Asked]

    async def pairs(self, look: Look) -> list[Pair]:
        """Which value belongs into which field of this screen, in reading order. Raises EndpointError, ParseError."""
        ...

    def refused(self) -> Mapping[str, str]:
        """By key why the place that was said for a value is none for it."""
        ...

    def move_on(self) -> None:
        """The view has moved: fields that are called the same may be others now."""
        ...

    def turn_page(self) -> None:
        """Another page has come: all fields are others."""
        ...


class ByName:
    """The reader's own matching: the fields' names against the values' keys."""

    name = "reader"
    address = ""

    def __init__(self) -> None:
        self.asked: list[Asked] = []

    async def pairs(self, look: Look) -> list[Pair]:
        return look.by_name()

    def refused(self) -> Mapping[str, str]:
        return {}

    def move_on(self) -> None:
        return None

    def turn_page(self) -> None:
        return None


class ByModel:
    """One question to a model for all values of a screen; a value that it places nowhere may still go by its name.

    It is asked again only where fields came into view and values are left.
    """

    def __init__(self, endpoint: Endpoint, prompt: FillPrompt, task: Task) -> None:
        self.name = endpoint.model
        self.address = endpoint.address
        self.asked: list[Asked] = []
        self._endpoint = endpoint
        self._prompt = prompt
        self._task = task
        self._given: dict[str, Identity] = {}
        self._refused: dict[str, str] = {}
        self._known: set[tuple[str, Identity]] = set()

    def refused(self) -> Mapping[str, str]:
        return self._refused

    def move_on(self) -> None:
        self._given.clear()

    def turn_page(self) -> None:
        self._given.clear()
        self._known.clear()

    async def pairs(self, look: Look) -> list[Pair]:
        left = {wish.key: wish for wish in look.unplaced() if wish.key not in self._given}
        here = {(look.seen.url, identity) for identity in look.identities.values()}
        if left and here - self._known:
            self._known |= here
            await self._ask(look, {key: "•••" if w.kind == "secret" else w.text for key, w in left.items()})
        wishes = {wish.key: wish for wish in look.wishes()}
        own = [
            Pair(wishes[key], target, 100.0)
            for key, identity in self._given.items()
            if key in wishes and (target := look.target(identity)) is not None
        ]
        taken = {pair.target.at for pair in own}
        rest = [pair for pair in look.by_name() if pair.target.at not in taken and self._may_add(pair)]
        return sorted((*own, *rest), key=lambda pair: pair.target.at)

    def _may_add(self, pair: Pair) -> bool:
        """By its name a value goes where the model had no place for it, and into a field that wants it once more."""
        again = any(slot.endswith("_repeat") for slot in words.slots_of(pair.target.label))
        return again or pair.wish.key not in self._given

    async def _ask(self, look: Look, values: Mapping[str, str]) -> None:
        fields = [look.element(widget) for target in look.targets for widget in target.widgets]
        problem = ""
        for attempt in range(_TRIES):
            messages = self._prompt.messages(self._task, values, fields, look.seen, problem)
            reply = await self._endpoint.complete(messages, SAMPLING)
            try:
                places = self._prompt.parse(reply, values, look.seen)
            except ParseError as error:
                problem = str(error)
                self.asked.append(Asked(messages, reply, problem))
                if attempt + 1 == _TRIES:
                    raise
                continue
            self.asked.append(Asked(messages, reply))
            self._take(look, places)
            return

    def _take(self, look: Look, places: Places) -> None:
        wishes = {wish.key: wish for wish in look.wishes()}
        meant = {
            key: target_at(look, place)
            for key, place in places.found.items()
            if place is not None and key in wishes
        }  # fmt: skip
        for key, target in meant.items():
            if target is None:
                self._refused[key] = f"the model's place {_shown(places.found[key])} is no field"
            elif [other for other in meant.values() if other is not None].count(target) > 1 and target.kind != "tick":
                self._refused[key] = f"the model gave '{target.name}' to several values"
            elif why := why_not(Pair(wishes[key], target, 100.0)):
                self._refused[key] = f"the model's place for it is wrong: {why}"
            else:
                self._given[key] = look.identities[target.at]
                self._refused.pop(key, None)


def target_at(look: Look, place: int | Place) -> Target | None:
    """The target that an element's number or a place means; None if it is none, or if it may be several."""
    marks = {widget.mark: target for target in look.targets for widget in target.widgets}
    if isinstance(place, int):
        return marks.get(place)
    elements = [look.element(widget) for target in look.targets for widget in target.widgets]
    x, y = place.centre.x, place.centre.y
    under = [one for one in elements if _contains(one.box, x, y)]
    if not under and isinstance(place, Box):
        under = [one for one in elements if _share(one.box, place) >= _OVERLAP]
    met = {marks[one.mark].at: marks[one.mark] for one in sorted(under, key=lambda one: _area(one.box))[:2]}
    return next(iter(met.values())) if len(met) == 1 else None


def _contains(box: Box, x: float, y: float) -> bool:
    return box.left <= x <= box.right and box.top <= y <= box.bottom


def _area(box: Box) -> float:
    return (box.right - box.left) * (box.bottom - box.top)


def _share(box: Box, place: Box) -> float:
    """The share of an element's box that lies within a place."""
    wide = min(box.right, place.right) - max(box.left, place.left)
    high = min(box.bottom, place.bottom) - max(box.top, place.top)
    return wide * high / _area(box) if wide > 0 and high > 0 and _area(box) else 0.0


def _shown(place: int | Place | None) -> str:
    return str(place) if isinstance(place, int) or place is None else json.dumps(place.model_dump())
