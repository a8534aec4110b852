"""Dates and times as people write them: patterns with the letters of strftime, and names from Babel's locale data.

Beside strftime's %Y %y %m %d %B %b %A %a %H %I %M %p: a minus leaves out the leading zero (%-d), %h is the short month
without its dot, %o the English ordinal (12th).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

Moment = datetime.date | datetime.time

LANGUAGES = ("en", "de", "zh", "fr", "es", "it", "pt", "nl", "pl", "sv", "da")
"""Whose names of months and days are known; a trace may hold them in any of these, the first before the others."""

_FIGURES = (
    "%Y-%m-%d", "%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y", "%Y/%m/%d", "%Y.%m.%d", "%d-%m-%Y", "%m-%d-%Y",
    "%-m/%-d/%Y", "%-d/%-m/%Y", "%-d.%-m.%Y", "%Y-%-m-%-d", "%Y/%-m/%-d", "%-d-%-m-%Y", "%-m-%-d-%Y",
    "%d. %m. %Y", "%-d. %-m. %Y", "%m/%d/%y", "%d/%m/%y", "%d.%m.%y", "%-m/%-d/%y", "%-d/%-m/%y", "%-d.%-m.%y",
    "%Y年%-m月%-d日", "%Y年%m月%d日", "%Y 年 %-m 月 %-d 日", "%-m月%-d日", "%m月%d日",
)  # fmt: skip
_PACKED = ("%Y%m%d", "%m%d%Y", "%d%m%Y")
_NAMED = (
    "{B} %-d, %Y", "%-d {B} %Y", "%-d. {B} %Y", "{B} %d, %Y", "%d {B} %Y", "%d. {B} %Y", "%-d-{B}-%Y", "%d-{B}-%Y",
    "%-d de {B} de %Y", "{B} %-d", "%-d {B}", "%-d. {B}", "%-d de {B}",
)  # fmt: skip
_ORDINAL = ("%B %o, %Y", "%o %B %Y", "%o of %B %Y", "%B %o", "%o %B")
_WITH_WEEKDAY = re.compile(r"^(?!.*%-?[dm]-)")
_MONTHS = ("{B} %Y", "{B}, %Y")
_CLOCK = ("%H:%M", "%-H:%M", "%-I:%M %p", "%I:%M %p", "%-I:%M%p", "%I:%M%p", "%H.%M", "%-H.%M", "%H:%M:00", "%H%M")
_DIRECTIVE = re.compile(r"%-?[YymdBbhAaoHIMp]")
_DIGITS = {
    "%Y": r"(?P<Y>\d{4})", "%y": r"(?P<y>\d\d)", "%m": r"(?P<m>\d\d)", "%-m": r"(?P<m>\d\d?)", "%d": r"(?P<d>\d\d)",
    "%-d": r"(?P<d>\d\d?)", "%o": r"(?P<d>\d\d?)(?:st|nd|rd|th)", "%H": r"(?P<H>\d\d)", "%-H": r"(?P<H>\d\d?)",
    "%I": r"(?P<I>\d\d)", "%-I": r"(?P<I>\d\d?)", "%M": r"(?P<M>\d\d)", "%p": r"(?P<p>[ap]m)",
}  # fmt: skip


class Pattern(NamedTuple):
    """One way to write a moment: the pattern, and the language of its names."""

    text: str
    language: str = "en"

    @property
    def order(self) -> str:
        """In which order a date in figures has its parts, such as "mdy"; "" where a name or a sign settles it."""
        parts = re.findall(r"%-?([Yymd])", self.text)
        if len(parts) < 3 or _DIRECTIVE.sub("", self.text)[:1] in ".年" or parts[0] == "Y":
            return ""
        return "".join(parts).lower() if len(parts) == 3 else ""


def date_patterns() -> Iterator[Pattern]:
    """Every way to write a whole date (a year may be left out), the usual ones first."""
    yield from (Pattern(text) for text in _FIGURES)
    for language in LANGUAGES:
        for named in _NAMED:
            for letter in "Bbh":
                text = named.format(B=f"%{letter}")
                yield Pattern(text, language)
                if _WITH_WEEKDAY.match(text):
                    for joint in (", ", " "):
                        for day in "Aa":
                            yield Pattern(f"%{day}{joint}{text}", language)
    for text in _ORDINAL:
        yield from (Pattern(text), Pattern(f"%A, {text}"), Pattern(f"%A {text}"), Pattern(f"%a, {text}"))


def packed_patterns() -> Iterator[Pattern]:
    """Dates in eight figures, as fields with a mask take them."""
    return (Pattern(text) for text in _PACKED)


def month_patterns() -> Iterator[Pattern]:
    """A month and its year, as a calendar is headed."""
    for language in LANGUAGES:
        yield from (Pattern(named.format(B=f"%{letter}"), language) for named in _MONTHS for letter in "Bbh")
    yield Pattern("%Y年%-m月")


def time_patterns() -> Iterator[Pattern]:
    """Every way to write a time of day."""
    return (Pattern(text) for text in _CLOCK)


def write(moment: Moment, pattern: Pattern) -> str:
    """A date or a time in a pattern; raises ValueError for a pattern of the other one."""
    pieces = _pieces(moment, pattern.language)
    try:
        return _DIRECTIVE.sub(lambda match: pieces[match[0]], pattern.text)
    except KeyError as error:
        kind = "date" if isinstance(moment, datetime.date) else "time"
        raise ValueError(f"is a {kind}, which has no {error.args[0]}") from error


def parse(text: str, pattern: Pattern) -> Moment | None:
    """The moment that a text says in exactly this pattern; None if it does not, or if there is no such day."""
    match = _expression(pattern).fullmatch(" ".join(text.split()))
    if match is None:
        return None
    part = match.groupdict()
    try:
        if "M" in part:
            return datetime.time(_hour(part), int(part["M"]))
        month = int(part["m"]) if "m" in part else _months(pattern.language)[part["B"].casefold()]
        moment = datetime.date(_year(part), month, int(part["d"]))
    except (ValueError, KeyError):
        return None
    return moment if write(moment, pattern).casefold() == match[0].casefold() else None


def readings(text: str) -> dict[Pattern, Moment]:
    """Every way to read a text as a whole date with its year, or as a time; empty if it is neither."""
    if len(text) > 40 or not re.search(r"\d", text):
        return {}
    named = re.search(r"[^\W\d_]{3}|月", text) is not None
    found: dict[Pattern, Moment] = {}
    for pattern in (*date_patterns(), *time_patterns()) if named else (*map(Pattern, _FIGURES), *time_patterns()):
        # 12.30 is an amount rather than half past twelve
        if pattern.text in ("%H%M", "%H.%M", "%-H.%M"):
            continue
        if (moment := parse(text, pattern)) is not None and moment not in found.values():
            found[pattern] = moment
    return found


def _hour(part: dict[str, str]) -> int:
    if "H" in part:
        return int(part["H"])
    hour = int(part["I"])
    if not 1 <= hour <= 12:
        raise ValueError(hour)
    return hour % 12 + (12 if part["p"].casefold() == "pm" else 0)


def _year(part: dict[str, str]) -> int:
    if "Y" in part:
        return int(part["Y"])
    short = int(part["y"])
    return short + (2000 if short < 70 else 1900)


@lru_cache(maxsize=256)
def _pieces(moment: Moment, language: str) -> dict[str, str]:
    """What every directive stands for."""
    if isinstance(moment, datetime.time):
        numbers = {"H": moment.hour, "I": (moment.hour + 11) % 12 + 1, "M": moment.minute}
        pieces = {"%p": "AM" if moment.hour < 12 else "PM"}
    else:
        numbers = {"m": moment.month, "d": moment.day}
        names = _names(language)
        pieces = {f"%{letter}": names[letter][moment.month - 1] for letter in "Bbh"}
        pieces |= {f"%{letter}": names[letter][moment.weekday()] for letter in "Aa"}
        pieces |= {"%Y": f"{moment.year:04}", "%y": f"{moment.year % 100:02}", "%o": _ordinal(moment.day)}
    for letter, number in numbers.items():
        pieces |= {f"%{letter}": f"{number:02}", f"%-{letter}": str(number)}
    return pieces


def _ordinal(day: int) -> str:
    return f"{day}{'th' if 11 <= day <= 13 else {1: 'st', 2: 'nd', 3: 'rd'}.get(day % 10, 'th')}"


@cache
def _names(language: str) -> dict[str, tuple[str, ...]]:
    from babel import Locale

    locale = Locale.parse(language)
    months, days = locale.months["format"], locale.days["format"]

    def year(width: str) -> tuple[str, ...]:
        return tuple(str(months[width][number]) for number in range(1, 13))

    def week(width: str) -> tuple[str, ...]:
        return tuple(str(days[width][number]) for number in range(7))

    short = year("abbreviated")
    return {
        "B": year("wide"),
        "b": short,
        "h": tuple(name.rstrip(".") for name in short),
        "A": week("wide"),
        "a": tuple(name.rstrip(".") for name in week("abbreviated")),
    }


@cache
def _months(language: str) -> dict[str, int]:
    names = _names(language)
    return {name.casefold(): at for letter in "Bbh" for at, name in enumerate(names[letter], start=1)}


@lru_cache(maxsize=2048)
def _expression(pattern: Pattern) -> re.Pattern[str]:
    pieces: list[str] = []
    at = 0
    for match in _DIRECTIVE.finditer(pattern.text):
        pieces.append(re.escape(pattern.text[at : match.start()]))
        pieces.append(_DIGITS.get(match[0]) or _any_name(match[0][-1], pattern.language))
        at = match.end()
    return re.compile("".join(pieces) + re.escape(pattern.text[at:]), re.IGNORECASE)


def _any_name(letter: str, language: str) -> str:
    names = sorted(_names(language)[letter], key=len, reverse=True)
    group = "(?P<B>" if letter in "Bbh" else "(?:"
    return group + "|".join(re.escape(name) for name in names) + ")"
