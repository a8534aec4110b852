"""Where a text shows a secret, or a part of it, in whatever case, spacing or encoding."""

from __future__ import annotations

import base64
import itertools
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple
from urllib.parse import unquote_plus, unquote_to_bytes

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
    return text.translate(_VISIBLE)


class _Kept(dict[int, str]):
    """For str.translate: each character folded, without those of it that do not count."""

    def __init__(self, counts: Callable[[str], bool]) -> None:
        super().__init__()
        self._counts = counts

    def __missing__(self, code: int) -> str:
        self[code] = kept = "".join(filter(self._counts, _folded(chr(code))))
        return kept


def _folded(char: str) -> str:
    return char.lower() if char.isascii() else unicodedata.normalize("NFKC", char).casefold()


def _is_visible(char: str) -> bool:
    if char.isascii():
        return char.isprintable() and char != " "
    return unicodedata.category(char) not in _UNSEEN


_VISIBLE, _LETTERS_AND_DIGITS = _Kept(_is_visible), _Kept(str.isalnum)


class Likeness:
    """Finds a secret in texts. Never shows it."""

    __slots__ = ("_coded", "_grams")

    def __init__(self, value: str) -> None:
        self._grams: list[tuple[_Kept, frozenset[str]]] = []
        for kept in (_VISIBLE, _LETTERS_AND_DIGITS):
            whole = value.translate(kept)
            self._grams.append((kept, frozenset(whole[at : at + SHORTEST] for at in range(len(whole) - SHORTEST + 1))))
        coded = sorted(_encodings(value), key=len, reverse=True)
        self._coded = re.compile("|".join(map(re.escape, coded)) or "(?!)", re.IGNORECASE)

    def spans(self, text: str) -> list[Span]:
        """The places in the text, first to last and apart from each other."""
        found = [match.span() for match in self._coded.finditer(text)]
        views: list[tuple[str, Callable[[str], Iterator[_Letter]]]] = [(text, _letters)]
        if "%" in text or "+" in text:
            views.append((unquote_plus(text), _unescaped))
        for (shown, letters), (kept, grams) in itertools.product(views, self._grams):
            folded = shown.translate(kept)
            if any(gram in folded for gram in grams):  # most texts end here; where it is takes far longer to say
                found += _alike([letter for letter in letters(text) if letter.char.translate(kept)], grams)
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
        for one in _folded(char):
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
