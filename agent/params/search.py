"""Finding values in texts: whole words only, the longest first, and never a short figure inside something else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from agent.params import forms
from agent.params.forms import Way
from agent.params.model import Param
from agent.reader import words

Forms = dict[str, tuple[Way, ...]]
"""For each parameter that a text may be the value of, the ways in which it may be written there."""

_WORD = r"[^\W_]"
_CJK = r"\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_INNER = r"(?:[.,:/\-]\d)"


class Span(NamedTuple):
    """A piece of a text, [start, end), that stands for the value of one of these parameters."""

    start: int
    end: int
    found: Forms


def spans(text: str, params: Iterable[Param], label: str = "", *, alone: bool = True) -> list[Span]:
    """The values in a text, left to right, none inside another. `label` is the name of the field that it stands in.

    `alone`: a short figure that is all of the text counts, unless the label names something else.
    """
    matches: dict[tuple[int, int], Forms] = {}
    whole = (len(text) - len(text.lstrip()), len(text.rstrip()))
    folded = text.casefold()
    for param in params:
        for sought, way in _sought(param.value, param.reads):
            if sought not in folded:
                continue
            for start, end, form in _occurrences(text, way):
                if not _counts(text, (start, end), whole, way, param.name, label, alone):
                    continue
                by_name = matches.setdefault((start, end), {})
                by_name[param.name] = (*by_name.get(param.name, ()), way._replace(form=form))
    kept: list[Span] = []
    for (start, end), found in sorted(matches.items(), key=lambda item: (item[0][0] - item[0][1], item[0])):
        if not any(start < span.end and span.start < end for span in kept):
            kept.append(Span(start, end, found))
    return sorted(kept)


@lru_cache(maxsize=256)
def _sought(value: str, reads: str) -> tuple[tuple[str, Way], ...]:
    return tuple((way.text.casefold(), way) for way in forms.ways(value, reads))


def closeness(name: str, label: str) -> float:
    """How surely a label names a parameter: 0..100, and -1 if it names something else."""
    spoken = forms.spoken(name)
    if not label.strip():
        return 0.0
    if words.plain(spoken) == words.core(label):
        return 100.0
    mine, theirs = words.slots_of(spoken), words.slots_of(label)
    if mine and theirs:
        accepted = {other for slot in mine for other in words.slot(slot).accepts}
        reverse = {slot for slot in theirs if set(words.slot(slot).accepts) & set(mine)}
        if set(mine) & set(theirs):
            return 95.0
        return 80.0 if accepted & set(theirs) or reverse else -1.0
    score = words.closeness(spoken, label)
    return score if score >= words.MATCH else 0.0


def part_named(label: str) -> str:
    """Which part of a date a field's name asks for: day, month or year; "" if none."""
    tokens = set(words.tokens(label)) | {words.trimmed(label)}
    found = [
        part
        for part in ("day", "month", "year")
        if tokens & {words.plain(entry) for entry in words.phrases("masks", f"{part}_labels")}
    ]
    return found[0] if len(found) == 1 else ""


def _keyed(before: str, name: str) -> bool:
    """Does a text end with a value's own name and a sign, as 'guests=' and 'Guests: ' do?"""
    return re.search(rf"(?<!\w){re.escape(forms.spoken(name))}\s*[=:：]\s*$", before, re.IGNORECASE) is not None


def _occurrences(text: str, way: Way) -> Iterator[tuple[int, int, str]]:
    before = "" if re.match(f"[{_CJK}]", way.text) else rf"(?<!(?![{_CJK}]){_WORD})"
    after = "" if re.search(f"[{_CJK}]$", way.text) else rf"(?!(?![{_CJK}]){_WORD})"
    if way.text[0].isdigit():
        before += r"(?<!\d[.,:/\-])(?<![+])"
    if way.text[-1].isdigit():
        after += f"(?!{_INNER})"
    for match in re.finditer(before + re.escape(way.text) + after, text, re.IGNORECASE):
        case = next((case for case in ("", "upper", "lower", "title") if _cased(way.text, case) == match[0]), None)
        if case is not None:
            yield match.start(), match.end(), "|".join(filter(None, (way.form, case)))


def _cased(text: str, case: str) -> str:
    return forms.write(text, case) if case else text


def _counts(
    text: str, at: tuple[int, int], whole: tuple[int, int], way: Way, name: str, label: str, alone: bool
) -> bool:
    if way.grip == "anywhere" or _keyed(text[: at[0]], name):
        return True
    rest = (text[: at[0]] + " " + text[at[1] :]).strip()
    part = part_named(label)
    if way.grip == "labelled":
        return at == whole and bool(part) and way.part in ("", part)
    if way.form.startswith("part:"):
        slots = words.slots_of(label)
        return at == whole and (forms.slot_of_part(way.form) in slots if slots else alone and forms.is_name(name))
    if at == whole:
        return closeness(name, label) >= (0 if alone else words.MATCH)
    # "2 guests": a figure with words around it, none of which says that it counts something else
    if not re.search(r"\d", text[slice(*at)]) or re.search(r"\d", rest) or len(rest) > 40:
        return False
    about, named = closeness(name, rest), closeness(name, label)
    return about >= 0 and named >= 0 and max(about, named) > 0
