"""Is a screen the recorded one? Address, title, headings and elements vote; values and numbers may differ."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from urllib.parse import urlsplit

from actions import Observation
from agent.replay.likeness import likeness
from agent.trace import Screen

SAME = 0.5
"""Share of the votes from which two screens are taken for the same one."""
_MASKED = re.compile(r"\b(?=\w*\d)[\w-]+\b")
_IDENTITY = re.compile(r"^\d+$|\d{3}|\d.*\D.*\d|\d+[A-Za-z]|[A-Z]+\d|^[A-Z][A-Z-]{4,}$")
"""A step of a path that names one of many, such as 17 or HH-QT81; step-2 is one of a kind."""
_ALIKE = 0.85
_FEW = 3


def difference(recorded: Screen, now: Observation | Screen, values: Collection[str] = ()) -> str:
    """What shows that the screen is another one than was recorded; "" if it is that one, as far as one can tell.

    What it said of one of `values`, the things that the run is about, it must say again whatever else agrees.
    """
    for value in values:
        if any(value in said.casefold() for said in recorded.landmarks) and not any(
            value in said.casefold() for said in now.landmarks
        ):
            return f"the screen says nothing of {value!r}: {'; '.join(now.landmarks[:_FEW]) or now.title!r}"
    if route(recorded.url) != route(now.url):
        return f"the address is {now.url or 'none'}, not {recorded.url or 'none'}"
    votes = [
        (weight, share)
        for weight, share in (
            (1.0, _titles(recorded.title, now.title)),
            (2.0, share_of(recorded.landmarks, now.landmarks)),
            (2.0, _elements(recorded, now)),
        )
        if share is not None
    ]
    if not votes or sum(weight * share for weight, share in votes) / sum(weight for weight, _ in votes) >= SAME:
        return ""
    said = "; ".join(now.landmarks[:_FEW]) or now.title
    expected = "; ".join(recorded.landmarks[:_FEW]) or recorded.title
    return f"the screen says {said!r}, not {expected!r}"


def route(url: str) -> tuple[str, ...]:
    """The path of an address, with what looks like a number or an id masked."""
    parts = urlsplit(url)
    return tuple("#" if _IDENTITY.search(step) else step for step in parts.path.rstrip("/").split("/"))


def news(before: Screen, after: Screen) -> list[str]:
    """What a screen says that the one before did not."""
    known = {_masked(text) for text in before.landmarks}
    return [text for text in after.landmarks if _masked(text) not in known]


def missing(expected: Iterable[str], now: Sequence[str]) -> list[str]:
    """Which of some sayings are not on the screen, whatever their numbers."""
    return [text for text in expected if not any(_same(text, said) for said in now)]


def share_of(expected: Sequence[str], now: Sequence[str]) -> float | None:
    """The share of the expected sayings that are there; None if none were expected."""
    return 1 - len(missing(expected, now)) / len(expected) if expected else None


def _same(one: str, other: str) -> bool:
    return likeness(_masked(one), _masked(other)) >= _ALIKE


def _masked(text: str) -> str:
    return _MASKED.sub("0", text)


def _titles(recorded: str, now: str) -> float | None:
    return float(_same(recorded, now)) if recorded else None


def _elements(recorded: Screen, now: Observation | Screen) -> float | None:
    """The share of the recorded elements in the view that are there now; None where either was not listed."""
    if not recorded.elements or not now.elements:
        return None
    then = {(element.role, _masked(element.name)) for element in recorded.elements}
    there = {(element.role, _masked(element.name)) for element in now.elements}
    return len(then & there) / len(then)
