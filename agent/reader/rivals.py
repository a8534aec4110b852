"""Rivals: values of one kind for different people or places, told apart by the heading, the group or the label.

'Sender street' and 'recipient street' both fit a field that is called no more than 'Street': the section that it stands
in says whose it is. Where nothing does, neither is written there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cache

from agent.reader import words
from agent.reader.fields import Target
from agent.reader.memory import Memory
from agent.reader.pages import View
from agent.reader.wishes import Wish


def barred(wishes: Sequence[Wish], view: View, memory: Memory) -> set[tuple[str, int]]:
    """The (wish's key, target's place) that do not belong together, though the slot fits."""
    found: set[tuple[str, int]] = set()
    for slot, group in _rivals(wishes).items():
        for target in view.targets:
            if target.kind == "tick" or slot not in words.slots_of(target.label):
                continue
            meant = _meant(group, target, view)
            open_ = [wish for wish in group if wish.key not in memory.placed]
            if not meant and len(open_) == 1 and len(group) > len(open_):
                meant = open_  # all others have found their place
            found |= {(wish.key, target.at) for wish in group if wish not in meant}
    return found


def _rivals(wishes: Sequence[Wish]) -> dict[str, list[Wish]]:
    """By slot, the wishes whose labels say whose they are: two or more, of different owners."""
    by_slot: dict[str, list[Wish]] = defaultdict(list)
    for wish in wishes:
        thing = words.unowned(wish.label)
        if thing == wish.label and _owner(wish.label):
            continue  # it names the person ("contact"), not a thing of theirs
        for slot in words.slots_of(thing) if wish.label else ():
            by_slot[slot].append(wish)
    return {
        slot: group for slot, group in by_slot.items() if len({frozenset(_owner(wish.label)) for wish in group}) > 1
    }


def _owner(label: str) -> set[str]:
    """The stems of a label that say whose a thing is: 'sender' of 'sender name'."""
    return {words.stem(word) for word in words.tokens(label) if word in _persons()}


@cache
def _persons() -> frozenset[str]:
    return frozenset(words.phrases("speech", "persons"))


def _meant(group: Sequence[Wish], target: Target, view: View) -> list[Wish]:
    """Those of the rivals that the field's label, its group, or the nearest text above that names an owner means."""
    owners = {stem for wish in group for stem in _owner(wish.label)}
    for text in (target.label, target.widget.group, _section(view, target, owners)):
        said = {words.stem(word) for word in words.tokens(text)}
        meant = [wish for wish in group if _owner(wish.label) & said]
        if meant:
            return meant
    return [wish for wish in group if not _owner(wish.label)]


def _section(view: View, target: Target, owners: set[str]) -> str:
    """The nearest text above a field that names an owner; where places are not known, the only one on the page."""
    naming = [line for line in view.texts if {words.stem(word) for word in words.tokens(line.text)} & owners]
    box = view.box(target.widget)
    if box is not None:
        above = [line for line in naming if line.box.bottom <= box.top + 2]
        return max(above, key=lambda line: line.box.bottom).text if above else ""
    return naming[0].text if len(naming) == 1 else ""
