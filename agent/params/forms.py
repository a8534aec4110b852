"""The forms in which a value stands in a trace: every usual one, and how another value is written in the same.

A form is what stands after the name in a template: "" is the value as it is, "date:%m/%d/%Y", "date[de]:%-d. %B %Y",
"time:%-I:%M %p", "number", "number:#,##0.00", "phone:+", "part:first", "flag:Yes/No", "slug", "plus", "percent", each
perhaps followed by "|upper", "|lower" or "|title".
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from typing import Literal, NamedTuple
from urllib.parse import quote, quote_plus

from agent.params import figures, moments
from agent.params.moments import Moment, Pattern
from agent.reader import values, words

Grip = Literal["anywhere", "whole", "labelled"]
"""Where a text counts as the value: anywhere as whole words, as all there is, or only in a field of a telling name."""

_CASES: dict[str, Callable[[str], str]] = {"upper": str.upper, "lower": str.lower, "title": str.title}
_DATE_PARTS = {
    "day": ("%d", "%-d", "%o"),
    "month": ("%m", "%-m"),
    "year": ("%Y", "%y"),
}
_FLAGS = (
    "Yes/No", "True/False", "On/Off", "Y/N", "1/0", "Ja/Nein", "是/否", "Oui/Non", "Sí/No", "Sì/No", "Sim/Não",
    "Tak/Nie",
)  # fmt: skip


class Unfit(ValueError):
    """A value that cannot be written in a form; says why, without the parameter's name."""


class Way(NamedTuple):
    """One text that stands for a value: its form, where it counts, and which part of a date it is ("" if none)."""

    text: str
    form: str
    grip: Grip
    part: str = ""


def ways(value: str, reads: str) -> tuple[Way, ...]:
    """Every text that stands for a value, the likelier of two forms of one text first.

    `reads` is the form of a date or a time that the value is written in, "" if it is none.
    """
    return _ways(value.strip(), reads)


def readings(value: str) -> tuple[str, ...]:
    """The forms in which a value can be read as a date or a time; several where day and month may be either."""
    return tuple(
        _spec(pattern, "date" if isinstance(moment, datetime.date) else "time")
        for pattern, moment in moments.readings(value.strip()).items()
    )


def write(value: str, form: str, reads: str = "") -> str:
    """A value in a form; raises Unfit. `reads` is how dates and times are written where the value comes from."""
    value = value.strip()
    head, *cases = form.split("|")
    if head in _CASES:
        head, cases = "", [head, *cases]
    text = _write(value, head, reads)
    for case in cases:
        if case not in _CASES:
            raise Unfit(f"there is no form {case!r}")
        text = _CASES[case](text)
    return text


def is_name(label: str) -> bool:
    """Does a parameter's or a field's name speak of a person's name?"""
    return any(words.slot(slot).kind == "name" for slot in words.slots_of(spoken(label)))


def spoken(name: str) -> str:
    """A parameter's name as words: 'guest_name' and 'guestName' are 'guest name'."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).replace("_", " ").replace("-", " ").replace(".", " ")


def slot_of_part(form: str) -> str:
    """What a field for that part of a value is called: see the reader's slots."""
    part = form.partition("|")[0].removeprefix("part:")
    return f"{part}_name" if part in ("first", "last") else part


@lru_cache(maxsize=4096)
def date_order(form: str) -> str:
    """ "mdy" or "dmy" of a form in figures that could be read as the other one; "" of all others."""
    pattern = _pattern(form)
    return pattern.order if pattern is not None else ""


@lru_cache(maxsize=1024)
def _ways(value: str, reads: str) -> tuple[Way, ...]:
    found: dict[tuple[str, str], Way] = {}
    for way in _all_ways(value, reads):
        if way.text.strip():
            found.setdefault((way.text, date_order(way.form) or way.part), way)
    return tuple(found.values())


def _all_ways(value: str, reads: str) -> Iterator[Way]:
    if not value:
        return
    if words.yes_or_no(value) is not None and not value.isdigit():
        for pair in _FLAGS:
            yield from _way(value, f"flag:{pair}", "whole")
    yield Way(value, "", "anywhere" if reads else "whole" if words.yes_or_no(value) is not None else _grip(value))
    if reads:
        yield from _moment_ways(_moment(value, reads))
        return
    yield from _number_ways(value)
    if figures.is_phone(value):
        for form in figures.phone_forms():
            yield from _way(value, f"phone:{form}", "anywhere")
    for form in ("plus", "percent", "slug"):
        if _grip(value) == "anywhere" and re.search(r"[^\W\d_]", value):
            yield from _way(value, form, "anywhere")
    if len(value) < 80:
        for part in ("first", "last"):
            yield from _way(value, f"part:{part}", "whole")
    for part in values.split_address(value):
        yield from _way(value, f"part:{part}", "whole")


def _moment_ways(moment: Moment) -> Iterator[Way]:
    for pattern, form, grip, part in _date_forms() if isinstance(moment, datetime.date) else _time_forms():
        yield Way(moments.write(moment, pattern), form, grip, part)


@cache
def _date_forms() -> tuple[tuple[Pattern, str, Grip, str], ...]:
    """Every form of a date or of a part of one, as (pattern, form, grip, part)."""
    listed: list[tuple[Pattern, Grip, str]] = [(pattern, "anywhere", "") for pattern in moments.date_patterns()]
    listed += [(pattern, "whole", "") for pattern in moments.packed_patterns()]
    listed += [(pattern, "whole", "month") for pattern in moments.month_patterns()]
    names = [Pattern(f"%{letter}", language) for language in moments.LANGUAGES for letter in "Bbh"]
    listed += [(pattern, "whole", "month") for pattern in names]
    for part, directives in _DATE_PARTS.items():
        listed += [(Pattern(directive), "labelled", part) for directive in directives]
    return tuple((pattern, _spec(pattern, "date"), grip, part) for pattern, grip, part in listed)


@cache
def _time_forms() -> tuple[tuple[Pattern, str, Grip, str], ...]:
    return tuple(
        (pattern, _spec(pattern, "time"), "labelled" if pattern.text == "%H%M" else "anywhere", "")
        for pattern in moments.time_patterns()
    )


def _number_ways(value: str) -> Iterator[Way]:
    if not figures.read_number(value):
        return
    for pattern in figures.NUMBERS:
        for way in _way(value, f"number:{pattern}", "whole"):
            yield way._replace(grip=_grip(way.text))
    count = words.number(value)
    for language in moments.LANGUAGES:
        if count is not None and (word := _number_word(count, language)):
            yield Way(word, f"count:{language}", "whole")


def _way(value: str, form: str, grip: Grip) -> Iterator[Way]:
    try:
        text = write(value, form)
    except Unfit:
        return
    if text:
        yield Way(text, form, grip)


def _grip(text: str) -> Grip:
    """A short figure or a single letter stands on every page; a word or a long number does not."""
    if re.search(r"[^\W\d_]", text):
        return "anywhere" if len(text) >= (2 if words.has_cjk(text) else 3) else "whole"
    return "anywhere" if len(re.sub(r"\D", "", text)) >= 5 else "whole"


def _write(value: str, form: str, reads: str) -> str:
    kind, _, pattern = form.partition(":")
    if kind == "" and reads:
        return _written(_moment(value, reads), _expect_pattern(reads))
    if kind.partition("[")[0] in ("date", "time"):
        return _written(_moment(value, reads), _expect_pattern(form))
    match kind:
        case "":
            return value
        case "number":
            return _number(value, pattern)
        case "count":
            return _count(value, pattern)
        case "phone":
            written = figures.write_phone(value, pattern)
            if written is None:
                raise Unfit("is no telephone number with its country's code, such as +351 912 345 678")
            return written
        case "part":
            return _part(value, pattern)
        case "flag":
            said = words.yes_or_no(value)
            if said is None:
                raise Unfit("must be yes or no")
            return pattern.split("/")[0 if said else 1]
        case "email":
            if not re.fullmatch(r"[^@\s]+@[^@\s]+", value):
                raise Unfit("is no e-mail address")
            return value
        case "slug":
            return re.sub(r"[\W_]+", "-", value.lower()).strip("-")
        case "plus":
            return quote_plus(value)
        case "percent":
            return quote(value, safe="")
    raise Unfit(f"there is no form {form!r}")


def _number(value: str, pattern: str) -> str:
    read = figures.read_number(value)
    if not read:
        raise Unfit("is no number")
    if not pattern:
        return value
    number = read.get("0", next(iter(read.values())))
    if len(read) > 1:
        raise Unfit("can be read as two numbers; write it without signs between the thousands")
    written = figures.write_number(number, pattern)
    if written is None:
        raise Unfit(f"has more decimals than {pattern} takes")
    return written


def _count(value: str, language: str) -> str:
    number = words.number(value)
    word = _number_word(number, language) if number is not None else ""
    if not word:
        raise Unfit("is no small whole number that has a word")
    return word


def _number_word(number: int, language: str) -> str:
    if language not in words.LANGUAGES:
        return ""
    named = words.languages()[words.LANGUAGES.index(language)]["numbers"]
    return next((word for word, value in named.items() if value == number), "")


def _part(value: str, part: str) -> str:
    if part in ("first", "last"):
        first, last = values.split_name(value)
        if not (first and last):
            raise Unfit("must be a first and a last name")
        return first if part == "first" else last
    found = values.split_address(value).get(part)
    if found is None:
        raise Unfit("must be an address such as 'Lindenweg 12, 10115 Berlin'")
    return found


def _moment(value: str, reads: str) -> Moment:
    """The date or time of a value: as the recorded one was written, as ISO, or in a form that only one reading fits."""
    clock = reads.startswith("time")
    for pattern in (_expect_pattern(reads), *([] if clock else [Pattern("%Y-%m-%d")])):
        if (moment := moments.parse(value, pattern)) is not None:
            return moment
    wanted = {found for found in moments.readings(value).values() if isinstance(found, datetime.date) != clock}
    if len(wanted) == 1:
        return wanted.pop()
    if wanted:
        raise Unfit("can be read as two dates; write it as YYYY-MM-DD")
    raise Unfit("is no time; write it as HH:MM" if clock else "is no date; write it as YYYY-MM-DD")


def _written(moment: Moment, pattern: Pattern) -> str:
    try:
        return moments.write(moment, pattern)
    except ValueError as error:
        raise Unfit(str(error)) from error


def _spec(pattern: Pattern, kind: str) -> str:
    language = f"[{pattern.language}]" if pattern.language != "en" and re.search("%[BbhAa]", pattern.text) else ""
    return f"{kind}{language}:{pattern.text}"


def _expect_pattern(form: str) -> Pattern:
    pattern = _pattern(form)
    if pattern is None:
        raise Unfit(f"there is no form {form!r}")
    return pattern


def _pattern(form: str) -> Pattern | None:
    match = re.match(r"(?:date|time)(?:\[(\w+)\])?:([^|]*)", form)
    return Pattern(match[2], match[1] or "en") if match else None
