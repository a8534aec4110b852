"""Do two names say the same? A reworded label or button is healed; another one in its place is not taken for it."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from agent.replay.evidence import likeness

_ALIKE = 0.75
_FIELDS = ("textbox", "searchbox", "combobox", "listbox", "spinbutton", "checkbox", "radio", "switch", "slider")


def says_the_same(role: str, one: str, other: str) -> bool:
    """Would a person take both names for the same thing of that role?"""
    if likeness(one, other) >= _ALIKE:
        return True
    if role in _FIELDS:
        from agent.reader import words

        then, now = words.slots_of(one), words.slots_of(other)
        return bool(set(then) & set(now)) or words.closeness(one, other) >= words.MATCH
    return any(_plain(one) in row and _plain(other) in row for row in _buttons())


@cache
def _buttons() -> tuple[frozenset[str], ...]:
    data = tomllib.loads(files(__package__).joinpath("wordings.toml").read_text(encoding="utf-8"))
    return tuple(frozenset(row) for row in data["buttons"])


def _plain(text: str) -> str:
    return " ".join(text.casefold().strip(" .:!›»>→").split())
