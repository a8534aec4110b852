"""Dates and times: found in sentences, read off fields, and written the way a field wants them."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from agent.reader import words

Date = datetime.date
_ISO = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_NUMERIC = re.compile(r"(?<![\d.])(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?![\d])")
_BLURRED = re.compile(r"(?<!\d)(\d{1,2})[\s./|-]+(\d{1,2})[\s./|-]+(\d{4})(?!\d)")
_TIME = re.compile(r"(?<!\d)([01]?\d|2[0-3])[:：.h]([0-5]\d)(?::\d\d)?(?!\d)")
_HOUR = re.compile(r"^\D*([01]?\d|2[0-3])(?!\d)")


class Found(NamedTuple):
    """A date or a range in a text: [start, end) of the text, and one or two dates."""

    start: int
    end: int
    dates: tuple[Date, ...]


def find(text: str, today: Date) -> list[Found]:
    """All dates and ranges in a sentence, left to right. A date without a year is the next such day from `today`."""
    singles: list[Found] = []
    taken: list[tuple[int, int]] = []
    for found in _candidates(text, today):
        if not any(found.start < end and start < found.end for start, end in taken):
            singles.append(found)
            taken.append((found.start, found.end))
    singles.sort()
    return _joined(text, singles, today)


def read(text: str, order: str = "") -> set[Date]:
    """Every date that a field's text may mean; `order` ("mdy", "dmy") settles 12/01/2026 where it is known."""
    found: set[Date] = set()
    # eyes lose a separator now and then: '12 19/2026'
    text = _BLURRED.sub(r"\1/\2/\3", text) if "." not in text else text
    for match in _ISO.finditer(text):
        found |= _valid(int(match[1]), int(match[2]), int(match[3]))
    for match in _NUMERIC.finditer(text):
        first, second, year = int(match[1]), int(match[3]), _century(int(match[4]))
        if order != "dmy" and match[2] != ".":
            found |= _valid(year, first, second)
        if order != "mdy":
            found |= _valid(year, second, first)
    if not found:
        found |= {date for one in find(text, Date(1900, 1, 1)) for date in one.dates if date.year > 1901}
    return found


def mask_of(text: str) -> str:
    """The date mask in a hint such as 'e.g. DD/MM/YYYY', as written in 'd', 'm', 'y' and separators; "" if none."""
    text = words.plain(text)
    pieces = {letter: words.phrases("masks", name) for letter, name in (("y", "year"), ("m", "month"), ("d", "day"))}
    unit = {letter: "|".join(re.escape(entry) for entry in entries) for letter, entries in pieces.items()}
    for order in ("dmy", "mdy", "ymd"):
        gap = r"([ ./\-]{0,3})"
        one, two, three = (f"({unit[letter]})" for letter in order)
        pattern = f"(?<![a-z]){one}{gap}{two}{gap}{three}(?![a-z])"
        if match := re.search(pattern, text):
            long = {letter: match[group] for letter, group in zip(order, (1, 3, 5), strict=True)}
            year = "yyyy" if len(long["y"]) != 2 else "yy"
            month = "mmm" if long["m"] in ("mmm", "mon") else "mm"
            names = {"y": year, "m": month, "d": "dd"}
            return names[order[0]] + match[2] + names[order[1]] + match[4] + names[order[2]]
    return ""


def shape_of(text: str) -> str:
    """The mask of a date that is already in a field ('2026-11-21', '21.11.2026'); "" if it is none or either way."""
    if match := _ISO.search(text):
        separator = text[match.end(1)]
        return f"yyyy{separator}mm{separator}dd"
    if match := _NUMERIC.search(text):
        first, separator, second = int(match[1]), match[2], int(match[3])
        year = "yyyy" if len(match[4]) == 4 else "yy"
        if separator == "." or first > 12:
            return f"dd{separator}mm{separator}{year}"
        if second > 12:
            return f"mm{separator}dd{separator}{year}"
    return ""


def write(date: Date, mask: str = "") -> str:
    """A date in a mask of 'yyyy', 'yy', 'mmm', 'mm', 'dd' and separators; ISO without one."""
    if not mask:
        return date.isoformat()
    month = words.languages()[0]["dates"]["months"][date.month - 1][-1].title()
    values = {
        "yyyy": f"{date.year:04}",
        "yy": f"{date.year % 100:02}",
        "mmm": month,
        "mm": f"{date.month:02}",
        "dd": f"{date.day:02}",
    }
    return re.sub("yyyy|yy|mmm|mm|dd", lambda match: values[match[0]], mask)


def find_times(text: str) -> list[tuple[int, int, str]]:
    """All times of day in a sentence as (start, end, 'HH:MM')."""
    found: list[tuple[int, int, str]] = []
    for pattern in _time_patterns():
        for match in pattern.finditer(text):
            clock = _clock(match)
            if clock and not any(match.start() < end and start < match.end() for start, end, _ in found):
                found.append((match.start(), match.end(), clock))
    return sorted(found)


def weekday_number(text: str) -> int | None:
    """0..6 from Monday on, if a text is the name of a weekday; None if it is not."""
    said = words.trimmed(text)
    for language in words.languages():
        for number, names in enumerate(language["dates"]["weekdays"]):
            if said in names:
                return number
    return None


def is_clock(text: str) -> bool:
    """Is a text nothing but a time of day as 'HH:MM'?"""
    return re.fullmatch(r"(?:[01]\d|2[0-3]):[0-5]\d", text) is not None


def read_time(text: str) -> str:
    """The time that a field or an option says, as 'HH:MM'; "" if it says none."""
    found = find_times(words.plain(text))
    if found:
        return found[0][2]
    if match := _TIME.search(text):
        return f"{int(match[1]):02}:{match[2]}"
    return ""


def month_number(text: str) -> int | None:
    """The month that a word or a number names, 1..12."""
    text = words.trimmed(text)
    value = _months().get(text) or words.number(text.lstrip("0"))
    return value if value is not None and 1 <= value <= 12 else None


def month_names(month: int) -> list[str]:
    """Every name of a month in the languages known."""
    return [name for name, value in _months().items() if value == month]


def _candidates(text: str, today: Date) -> Iterator[Found]:
    """Dates and ranges, the surest forms first; later ones may overlap earlier ones."""
    for match in _ISO.finditer(text):
        for date in _valid(int(match[1]), int(match[2]), int(match[3])):
            yield Found(match.start(), match.end(), (date,))
    for language in words.languages():
        for pattern in _patterns(language, "ranges"):
            for match in pattern.finditer(text):
                yield from _range(match, today)
    for language in words.languages():
        for pattern in _patterns(language, "formats"):
            for match in pattern.finditer(text):
                yield from _single(match, today)
    order = "ymd" if words.has_cjk(text) else "mdy"
    for match in _NUMERIC.finditer(text):
        first, second, year = int(match[1]), int(match[3]), _century(int(match[4]))
        day_first = match[2] == "." or first > 12 or order == "dmy"
        for date in _valid(year, second, first) if day_first else _valid(year, first, second):
            yield Found(match.start(), match.end(), (date,))
    yield from _relative(text, today)


def _range(match: re.Match[str], today: Date) -> Iterator[Found]:
    part = match.groupdict()
    month = _months()[words.plain(part["month"])] if part.get("month") else int(part["m"])
    first, last = int(part["d1"]), int(part["d2"])
    years = [int(part["y"])] if part.get("y") else [today.year, today.year + 1]
    for year in years:
        ends = sorted(_valid(year, month, first) | _valid(year, month, last))
        if len(ends) == 2 and (part.get("y") or ends[0] >= today) and first < last:
            yield Found(match.start(), match.end(), (ends[0], ends[1]))
            return


def _single(match: re.Match[str], today: Date) -> Iterator[Found]:
    part = match.groupdict()
    month = _months()[words.plain(part["month"])] if part.get("month") else int(part["m"])
    if part.get("y"):
        for date in _valid(int(part["y"]), month, int(part["d"])):
            yield Found(match.start(), match.end(), (date,))
    elif coming := _next(month, int(part["d"]), today):
        yield Found(match.start(), match.end(), (coming,))


def _relative(text: str, today: Date) -> Iterator[Found]:
    low = text.casefold()
    for language in words.languages():
        dates = language["dates"]
        for match in re.finditer(words.alternatives(dates["days"]), low):
            yield Found(match.start(), match.end(), (today + datetime.timedelta(days=dates["days"][match[0]]),))
        weekdays = {words.plain(name): index for index, row in enumerate(dates["weekdays"]) for name in row}
        for key, weeks in (("next_weekday", 1), ("this_weekday", 0)):
            pattern = dates[key].replace("{weekday}", f"(?P<weekday>{words.alternatives(weekdays)})")
            for match in re.finditer(pattern, low):
                ahead = (weekdays[next(found for found in match.groups() if found)] - today.weekday()) % 7
                if weeks and words.has_cjk(low):
                    ahead = weekdays[next(found for found in match.groups() if found)] - today.weekday() + 7
                yield Found(match.start(), match.end(), (today + datetime.timedelta(days=ahead or 7),))
        units = {words.plain(name): days for name, days in dates["units"].items()}
        pattern = dates["after"].replace("{unit}", words.alternatives(units))
        for match in re.finditer(pattern.replace("{n}", rf"(?:\d+|{words.alternatives(words.numbers())}|an?)"), low):
            yield from _after(match, units, today)


def _after(match: re.Match[str], units: dict[str, int], today: Date) -> Iterator[Found]:
    unit = re.search(words.alternatives(units), match[0])
    count = re.search(rf"\d+|{words.alternatives(words.numbers())}", match[0])
    if unit is None:
        return
    amount = (words.number(count[0]) if count else 1) or 0
    if units[unit[0]] == 30:
        month = today.month - 1 + amount
        dates = _valid(today.year + month // 12, month % 12 + 1, min(today.day, 28))
        yield from (Found(match.start(), match.end(), (date,)) for date in dates)
    else:
        yield Found(match.start(), match.end(), (today + datetime.timedelta(days=units[unit[0]] * amount),))


def _joined(text: str, singles: list[Found], today: Date) -> list[Found]:
    """Two dates with 'to' between them become a range, and lend each other the year."""
    joins = words.alternatives(entry for language in words.languages() for entry in language["dates"]["joins"])
    joins = rf"\s*(?:{joins}|[-–—~～至到])\s*"
    merged: list[Found] = []
    for found in singles:
        before = merged[-1] if merged else None
        between = text[before.end : found.start].casefold() if before else ""
        if before and re.fullmatch(r"[\s,(]*", between):
            # "Saturday 12 December" is one day said twice: the one in figures counts
            if not re.search(r"\d", text[before.start : before.end]):
                merged[-1] = found._replace(start=before.start)
            continue
        if before and len(before.dates) == len(found.dates) == 1 and re.fullmatch(joins, between):
            merged[-1] = Found(before.start, found.end, _ordered(text, before, found, today))
        else:
            merged.append(found)
    return merged


def _ordered(text: str, first: Found, last: Found, today: Date) -> tuple[Date, Date]:
    start, end = first.dates[0], last.dates[0]
    said = [re.search(r"\d{4}", text[found.start : found.end]) is not None for found in (first, last)]
    if said[1] and not said[0]:
        for year in (end.year, end.year - 1):
            moved = _valid(year, start.month, start.day)
            if moved and max(moved) < end:
                return max(moved), end
    if start >= end and not said[1]:
        for year in (start.year, start.year + 1):
            moved = _valid(year, end.month, end.day)
            if moved and max(moved) > start:
                return start, max(moved)
    return start, end


def _next(month: int, day: int, today: Date) -> Date | None:
    for year in range(today.year, today.year + 9):
        for date in _valid(year, month, day):
            if date >= today:
                return date
    return None


def _valid(year: int, month: int, day: int) -> set[Date]:
    try:
        return {Date(year, month, day)}
    except ValueError:
        return set()


def _century(year: int) -> int:
    return year if year > 99 else 2000 + year if year < 70 else 1900 + year


def _clock(match: re.Match[str]) -> str:
    part = match.groupdict()
    if part.get("h") is None:
        return "12:00"
    hour = int(part["h"]) if part["h"].isdigit() else words.number(part["h"]) or 0
    minute = int(part["min"]) if part.get("min") else 30 if match[0].endswith("半") else 0
    half = words.plain(part.get("half") or part.get("part") or "")
    if half in words.phrases("times", "pm") and hour < 12:
        hour += 12
    if half in words.phrases("times", "am") and hour == 12:
        hour = 0
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else ""


@cache
def _months() -> dict[str, int]:
    return {
        words.plain(name): index
        for language in words.languages()
        for index, row in enumerate(language["dates"]["months"], start=1)
        for name in row
    }


@cache
def _language_patterns(index: int, key: str) -> tuple[re.Pattern[str], ...]:
    dates = words.languages()[index]["dates"]
    fills = {
        "month": f"(?P<month>{words.alternatives(name for row in dates['months'] for name in row)})",
        "y": r"(?P<y>(?:19|20)\d\d)",
        "m": r"(?P<m>1[0-2]|0?[1-9])",
        "join": words.alternatives(dates["joins"]),
    }
    for name in ("d", "d1", "d2"):
        fills[name] = rf"(?P<{name}>3[01]|[12]\d|0?[1-9])"
    return tuple(
        re.compile(r"(?<!\d)" + re.sub(r"\{(\w+)\}", lambda match: fills[match[1]], pattern), re.IGNORECASE)
        for pattern in dates[key]
    )


def _patterns(language: dict[str, Any], key: str) -> tuple[re.Pattern[str], ...]:
    return _language_patterns(words.languages().index(language), key)


@cache
def _time_patterns() -> tuple[re.Pattern[str], ...]:
    compiled = []
    for language in words.languages():
        times = language["times"]
        fills = {
            "h": rf"(?P<h>2[0-3]|[01]?\d|{words.alternatives(language['numbers'])})",
            "min": r"(?P<min>[0-5]\d)(?!\d)",
            "half": f"(?P<half>{'|'.join(re.escape(entry) for entry in times['am'] + times['pm']) or '(?!)'})",
            "part": f"(?P<part>{words.alternatives(times['am'] + times['pm'])})",
        }
        compiled += [
            re.compile(r"(?<![\d:.])" + re.sub(r"\{(\w+)\}", lambda match: fills[match[1]], pattern), re.IGNORECASE)  # noqa: B023
            for pattern in times["formats"]
        ]
    return tuple(compiled)
