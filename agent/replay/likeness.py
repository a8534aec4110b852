"""How alike two texts are."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"\d+")
_AMOUNT = re.compile(r"[€$£¥₹]\s?\d[\d.,]*|\d[\d.,]*\s?(?:[€$£¥₹元]|EUR\b|USD\b|GBP\b|CHF\b)")


def likeness(one: str, other: str) -> float:
    """How alike two texts are, 0..1, whatever their case, spaces and punctuation; 1.0 only for the same words.

    Texts with different numbers are never much alike: "Guest 1" is not "Guest 2".
    """
    from rapidfuzz import fuzz

    left, right = _plain(one), _plain(other)
    if left == right:
        return 1.0
    if _NUMBER.findall(left) != _NUMBER.findall(right):
        return 0.0
    return min(0.99, float(fuzz.ratio(left, right)) / 100) if left and right else 0.0


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def without_prices(text: str) -> str:
    """A text without its amounts of money, which change while the thing stays the same."""
    return _AMOUNT.sub(" ", text)
