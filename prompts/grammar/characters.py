"""The characters that structure answers, full-width ones included, and strings in quotes.

Every pattern here is a character class or possessive, so nothing backtracks and each call costs what it passes over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from prompts.grammar.repairs import Repairs

INVISIBLE = re.compile("[\u200b\u2060\ufeff]")
_SPACE = re.compile("[\\s\u200b\u2060\ufeff]*+")
_HALF = dict(zip("（）［］｛｝，：；＝＜＞【】", "()[]{},:;=<>[]", strict=True))
CLOSERS = {"'": "'", '"': '"', "‘": "’‘'", "’": "’'", "“": '”“"', "”": '”"'}
_STOPS = {quotes: re.compile(rf"\\.|[{quotes}]", re.DOTALL) for quotes in CLOSERS.values()}
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"'}
JSON_ESCAPES = {**ESCAPES, "b": "\b", "f": "\f", "/": "/"}
QUOTES = "".join(CLOSERS)
_MOST_BARE = 500


class UnclosedString(Exception):
    """A string without an end; control flow inside the grammar, never seen outside it."""

    def __init__(self, at: int) -> None:
        self.at = at


class String(NamedTuple):
    """The text of a quoted string with its escapes undone, and the offset after its closing quote."""

    text: str
    end: int
    closers: str


def skip_space(text: str, at: int, end: int) -> int:
    if at < end and " " < text[at] < "\x7f":
        return at
    found = _SPACE.match(text, at, end)
    return found.end() if found else at


def mark_at(text: str, at: int, end: int, repairs: Repairs | None = None) -> str:
    """The structural character at an offset as its ASCII form, "" at the end."""
    if at >= end:
        return ""
    char = text[at]
    if char < "\x7f":
        return char
    half = _HALF.get(char)
    if half is None:
        return char
    if repairs is not None:
        repairs.add("fullwidth_normalised")
    return half


def string_at(
    text: str, at: int, end: int, closes: Callable[[int], bool], repairs: Repairs, escapes: Mapping[str, str] = ESCAPES
) -> String:
    """The string whose opening quote stands at `at`.

    A quote of its kind ends it only where `closes(offset after it)` says so; any other is part of the text. A backslash
    before a letter that is not in `escapes` is part of it too. Raises UnclosedString, also for a text with more bare
    quotes than anyone writes: each costs a look at what follows it.
    """
    opening = text[at]
    closers = CLOSERS[opening]
    bare = 0
    for stop in _STOPS[closers].finditer(text, at + 1, end):
        if stop.group()[0] == "\\":
            continue
        if not closes(stop.end()):
            bare += 1
            if bare > _MOST_BARE:
                break
            continue
        inner = text[at + 1 : stop.start()]
        if opening not in "'\"":
            repairs.add("fullwidth_normalised")
        if bare:
            repairs.add("quotes_normalised")
        if "\n" in inner:
            repairs.add("newline_in_string")
        return String(_unescape(inner, escapes), stop.end(), closers)
    raise UnclosedString(at)


def _unescape(inner: str, escapes: Mapping[str, str]) -> str:
    if "\\" not in inner:
        return inner

    def character(found: re.Match[str]) -> str:
        name = found[1]
        return chr(int(name[1:], 16)) if len(name) == 5 else escapes.get(name, found[0])

    text = _ESCAPE.sub(character, inner)
    try:
        text.encode()
    except UnicodeEncodeError:
        # \ud83d\ude00 is one character in JSON; what stays single after joining is no character at all
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
