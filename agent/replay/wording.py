"""Do two names say the same? A reworded label or button is healed; another one in its place is not taken for it."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from agent.replay.likeness import likeness

_FIELDS = ("textbox", "searchbox", "combobox", "listbox", "spinbutton")
_CLOSE = 88
"""Closeness, of 100, of two labels that no table knows."""


def says_the_same(role: str, one: str, other: str) -> bool:
    """Would a person take both names for the same thing of that role?"""
    if likeness(one, other) == 1.0:
        return True
    from agent.reader import words

    if role in _FIELDS:
        then, now = set(words.slots_of(one)), set(words.slots_of(other))
        return bool(then & now) if then and now else words.closeness(one, other) >= _CLOSE
    if words.tokens(one) and words.tokens(one) == words.tokens(other):
        return True
    return any(_plain(one) in row and _plain(other) in row for row in _buttons())


@cache
def _buttons() -> tuple[frozenset[str], ...]:
    data = tomllib.loads(files(__package__).joinpath("wordings.toml").read_text(encoding="utf-8"))
    return tuple(frozenset(row) for row in data["buttons"])


def _plain(text: str) -> str:
    return " ".join(text.casefold().strip(" .:!›»>→").split())
