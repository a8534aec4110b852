"""Where a text shows a secret, or a part of it, in whatever case, spacing or encoding."""

from __future__ import annotations

import base64
import itertools
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

SHORTEST = 4
"""Characters in a row that give a part of a secret away."""
_ESCAPES = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_UNSEEN = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Cn", "Mn"})

Span = tuple[int, int]


class _Letter(NamedTuple):
    """One folded character, and where in the text it came from."""

    char: str
    start: int
    end: int


def visible(text: str) -> str:
    """The characters of a text that can be seen, folded."""
    return "".join(letter.char for letter in _letters(text) if _is_visible(letter.char))


class Likeness:
    """Finds a secret in texts. Never shows it."""

    __slots__ = ("_coded", "_grams")

    def __init__(self, value: str) -> None:
        self._grams: list[tuple[Callable[[str], bool], frozenset[str]]] = []
        for keep in (_is_visible, str.isalnum):
            kept = "".join(letter.char for letter in _letters(value) if keep(letter.char))
            self._grams.append((keep, frozenset(kept[at : at + SHORTEST] for at in range(len(kept) - SHORTEST + 1))))
        coded = sorted(_encodings(value), key=len, reverse=True)
        self._coded = re.compile("|".join(map(re.escape, coded)) or "(?!)", re.IGNORECASE)

    def spans(self, text: str) -> list[Span]:
        """The places in the text, first to last and apart from each other."""
        found = [match.span() for match in self._coded.finditer(text)]
        views = [list(_letters(text))]
        if "%" in text or "+" in text:
            views.append(list(_unescaped(text)))
        for view, (keep, grams) in itertools.product(views, self._grams):
            found += _alike([letter for letter in view if keep(letter.char)], grams)
        return merged(found)


def merged(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, those that touch or overlap as one."""
    out: list[Span] = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def _alike(letters: list[_Letter], grams: frozenset[str]) -> Iterator[Span]:
    if not grams:
        return
    joined = "".join(letter.char for letter in letters)
    for at in range(len(joined) - SHORTEST + 1):
        if joined[at : at + SHORTEST] in grams:
            yield letters[at].start, letters[at + SHORTEST - 1].end


def _letters(text: str, start: int = 0, end: int | None = None) -> Iterator[_Letter]:
    """Each character folded; one that folds to several gives each of them. All come from `start`..`end` if that is
    given, else from their own place."""
    for at, char in enumerate(text):
        folded = char.lower() if char.isascii() else unicodedata.normalize("NFKC", char).casefold()
        for one in folded:
            yield _Letter(one, at, at + 1) if end is None else _Letter(one, start, end)


def _unescaped(text: str) -> Iterator[_Letter]:
    """The letters of an address: escapes decoded, and plus signs as the spaces that they may be."""
    at = 0
    for match in _ESCAPES.finditer(text):
        yield from _shifted(text[at : match.start()].replace("+", " "), at)
        yield from _letters(unquote_to_bytes(match[0]).decode("utf-8", "replace"), match.start(), match.end())
        at = match.end()
    yield from _shifted(text[at:].replace("+", " "), at)


def _shifted(text: str, by: int) -> Iterator[_Letter]:
    return (_Letter(char, start + by, end + by) for char, start, end in _letters(text))


def _is_visible(char: str) -> bool:
    if char.isascii():
        return char.isprintable() and char != " "
    return unicodedata.category(char) not in _UNSEEN


def _encodings(value: str) -> Iterator[str]:
    """The whole value in base64, wherever in a longer text it begins, and in hexadecimal."""
    raw = value.encode("utf-8")
    yield raw.hex()
    for lead in range(3):
        # the first and last characters depend on what stands around the value
        whole = base64.b64encode(bytes(lead) + raw).decode("ascii").rstrip("=")
        core = whole[-(-lead * 8 // 6) : (lead + len(raw)) * 8 // 6]
        yield core
        yield core.replace("+", "-").replace("/", "_")
