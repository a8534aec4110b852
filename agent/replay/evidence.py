"""Which of several things on the screen is the one that was recorded: evidence added up, and a verdict only when clear.

No single trait is proof: ids are given anew, names are reworded, buttons of a kind look alike. A thing is taken when
traits of different kinds agree on it, and on nothing else nearly as much.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from actions import Hit
from agent.replay.likeness import likeness, without_prices
from agent.replay.wording import says_the_same

ENOUGH = 4.0
"""The least weight of agreeing traits that is taken for proof."""
LEAD = 1.5
"""How much more the best must have than the next."""
_NAME, _TEST_ID, _NEAR, _PICTURE, _STABLE_PATH, _PATH, _PLACE, _ONLY = 3.0, 3.0, 2.0, 2.0, 2.0, 1.0, 1.0, 1.0
_TWIN_NEAR = 4.0
"""Among things of one name only their surroundings count: place, picture and order say nothing between equals."""
_ALIKE = 0.9
_CLOSE = 0.03
_OWN_TRAIT = re.compile(r"[#\[][^>]*$")
_RENAMED = 5.0
"""What a thing of another name needs: a reworded button is rare, and another button in its place is not."""


@dataclass(frozen=True)
class Weighed:
    """A thing on the screen and what speaks for it; `renamed` says that it has another name than the recorded one."""

    hit: Hit
    weight: float
    traits: tuple[str, ...]
    renamed: bool
    told_apart: bool
    """Does something agree that others of the same role and name do not share: its own words, or an id of its own?"""

    @property
    def why(self) -> str:
        return "same " + ", ".join(self.traits) if self.traits else "nothing agrees"


def weigh(recorded: Hit, found: Hit, picture: float | None, only_one: bool) -> Weighed:
    """What speaks for `found` being `recorded`.

    `picture` is the agreement 0..1 of the pictures at their places (None if unknown), `only_one` says that nothing else
    on the screen has this role and name, then and now.
    """
    if found.role != recorded.role:
        return Weighed(found, 0.0, (), renamed=True, told_apart=False)
    weight, traits = 0.0, []

    def count(trait: str, value: float) -> None:
        nonlocal weight
        weight += value
        traits.append(trait)

    twins = bool(recorded.alike or found.alike)
    named = likeness(recorded.name, found.name) if recorded.name and found.name else None
    other_words = named is not None and named < 1.0 and says_the_same(found.role, recorded.name, found.name)
    if named == 1.0:
        count("name", _NAME)
        if only_one:
            count("and only one of that name", _ONLY)
    elif other_words or (named is not None and named >= _ALIKE):
        count("name in other words", _NAME / 2)
    identity = bool(recorded.test_id) and recorded.test_id == found.test_id
    if identity:
        count("test id", _TEST_ID)
    if recorded.path and recorded.path == found.path:
        own = bool(_OWN_TRAIT.search(recorded.path.split(" > ")[-1]))
        identity = identity or own
        count("path", _STABLE_PATH if own else _PATH)
    around = likeness(without_prices(recorded.near), without_prices(found.near)) if recorded.near else 0.0
    if around == 1.0:
        count("words around it", _TWIN_NEAR if twins else _NEAR)
    elif around >= _ALIKE and not twins:
        count("words around it nearly", _NEAR / 4)  # cards of a shop read nearly alike
    if picture is not None and picture >= 0.8:
        count("picture", 0.0 if twins else _PICTURE)
    if _same_place(recorded, found):
        count("place", 0.0 if twins else _PLACE)
    renamed = named is not None and named < _ALIKE and not other_words
    return Weighed(found, weight, tuple(traits), renamed, told_apart=around == 1.0 or identity)


def verdict(recorded: Hit, weighed: Sequence[Weighed], same_page: bool) -> Weighed | None:
    """The one that is surely it, or None: too little speaks for it, or nearly as much for another.

    `same_page` says that the screen is the recorded one as far as one can tell.
    """
    ranked = sorted(weighed, key=lambda one: -one.weight)
    if not ranked or ranked[0].weight < ENOUGH:
        return None
    best = ranked[0]
    if len(ranked) > 1 and best.weight - ranked[1].weight < LEAD:
        return None
    if (recorded.alike or best.hit.alike) and not best.told_apart:
        return None
    if best.renamed:
        kept_its_name = any(likeness(recorded.name, one.hit.name) == 1.0 for one in ranked)
        if kept_its_name or not same_page or not best.told_apart or best.weight < _RENAMED:
            return None
    return best


def _same_place(recorded: Hit, found: Hit) -> bool:
    if recorded.box is None or found.box is None:
        return False
    then, now = recorded.box.centre, found.box.centre
    return abs(then.x - now.x) <= _CLOSE and abs(then.y - now.y) <= _CLOSE
