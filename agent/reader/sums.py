"""Sums: the one that an instruction asks for, and its value."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from typing import NamedTuple

from agent.reader import errands, words

_SUM = re.compile(r"[\d(.][\d\s.()+*/-]*[\d)]")
_TOKEN = re.compile(r"\s*(\d+(?:\.\d+)?|\.\d+|[()+*/-])")
_MOST = 60
ZERO = Fraction(0)
_FACTORS: dict[str, Callable[[Fraction, Fraction], Fraction]] = {"*": operator.mul, "/": operator.truediv}
_TERMS: dict[str, Callable[[Fraction, Fraction], Fraction]] = {"+": operator.add, "-": operator.sub}


class Sum(NamedTuple):
    """A sum as it is typed, without blanks, and its exact value."""

    text: str
    value: Fraction


def find(instruction: str) -> Sum | None:
    """The sum in an instruction that asks for one to be worked out; None if there is none, or one that has no value."""
    if not errands.says("calculating", instruction):
        return None
    said = words.plain(instruction)
    said = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", said)
    said = _spoken().sub(lambda match: errands.sum_words()[match[1]], said)
    found = [match[0] for match in _SUM.finditer(said) if re.search(r"\d\s*[)]*\s*[-+*/]", match[0])]
    if len(found) != 1 or len(found[0]) > _MOST:
        return None
    text = re.sub(r"\s+", "", found[0])
    value = _value(text)
    return Sum(text, value) if value is not None else None


@cache
def _spoken() -> re.Pattern[str]:
    """A word or a sign between two numbers, such as 'times'."""
    known = sorted(errands.sum_words(), key=len, reverse=True)
    return re.compile(rf"(?<=[\d)])\s*({'|'.join(map(re.escape, known))})\s*(?=[\d(])")


def shows(display: str, value: Fraction) -> bool:
    """Is the number on a display this value, as far as its digits go?"""
    bare = display.replace(" ", "").replace("−", "-")
    bare = re.sub(r",(?=\d{3}(?!\d))", "", bare).replace(",", ".").rstrip(".")
    if not re.fullmatch(r"-?\d*\.?\d+", bare):
        return False
    places = len(bare.partition(".")[2])
    return abs(Fraction(bare) - value) <= (Fraction(1, 10**places) if places >= 4 else 0)


def _value(text: str) -> Fraction | None:
    tokens = _TOKEN.findall(text)
    if "".join(tokens) != text:
        return None
    try:
        value, rest = _terms(tokens)
    except (ValueError, IndexError, ZeroDivisionError):
        return None
    return value if not rest else None


def _terms(tokens: list[str]) -> tuple[Fraction, list[str]]:
    value, rest = _factors(tokens)
    while rest and rest[0] in _TERMS:
        other, after = _factors(rest[1:])
        value, rest = _TERMS[rest[0]](value, other), after
    return value, rest


def _factors(tokens: list[str]) -> tuple[Fraction, list[str]]:
    value, rest = _atom(tokens)
    while rest and rest[0] in _FACTORS:
        other, after = _atom(rest[1:])
        value, rest = _FACTORS[rest[0]](value, other), after
    return value, rest


def _atom(tokens: list[str]) -> tuple[Fraction, list[str]]:
    if tokens[0] == "-":
        value, rest = _atom(tokens[1:])
        return -value, rest
    if tokens[0] != "(":
        return Fraction(tokens[0]), tokens[1:]
    value, rest = _terms(tokens[1:])
    if not rest or rest[0] != ")":
        raise ValueError("a bracket is open")
    return value, rest[1:]
