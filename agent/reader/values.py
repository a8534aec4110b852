"""Values: does a field hold what was wanted, which choice is meant, and how is it written where it must go."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Sequence

from rapidfuzz import fuzz

from agent.reader import dates, words

_CONFUSED = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l", "5": "s", "8": "b", "ı": "l"})
_ZIP = r"(?:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]{0,2}-?\d{4,6}(?:-\d{3,4})?)"
_NUMBER = re.compile(r"\d+(?:[.,  ]\d{3})*(?:[.,]\d{1,2})?")
_SPAN = re.compile(r"(\d+)\s*(?:-|–|to|bis|至|~)\s*(\d+)")
_OPEN_SPAN = re.compile(r"(\d+)\s*(?:\+|or more|und mehr|以上)")


def same(kind: words.Kind, wanted: str, shown: str, *, order: str = "", read_by_eye: bool = False) -> bool:
    """Does `shown` say the same as `wanted`, whatever its format?

    Dates are wanted in ISO form, times as HH:MM, counts in digits. `order` ("mdy", "dmy") reads 12/01/2026;
    `read_by_eye` forgives what OCR confuses and what a narrow field cuts off.
    """
    if not shown.strip():
        return not wanted.strip()
    if words.plain(wanted) == words.plain(shown):
        return True
    match kind:
        case "date":
            day = as_date(wanted)
            return day is not None and (day in dates.read(shown, order) or _same_day(day, shown))
        case "time":
            return dates.read_time(shown) == (dates.read_time(wanted) or wanted)
        case "count":
            found = re.search(r"\d+", shown)
            return (int(found[0]) if found else words.number(words.trimmed(shown))) == words.number(wanted)
        case "amount":
            return amount(wanted) is not None and amount(wanted) == amount(shown)
        case "phone":
            one, other = _digits(wanted), _digits(shown)
            return len(one) >= 4 and (one == other or (len(other) >= 7 and one.endswith(other.lstrip("0"))))
        case "flag":
            return words.yes_or_no(wanted) is not None and words.yes_or_no(wanted) == words.yes_or_no(shown)
        case "url":
            return _bare_url(wanted) == _bare_url(shown)
    return read_by_eye and _looks_same(wanted, shown)


def within(kind: words.Kind, wanted: str, text: str) -> bool:
    """Does a text such as a box's label say the figure, the time or the day that is wanted?"""
    match kind:
        case "date":
            return same("date", wanted, text)
        case "time":
            return wanted == next((clock for _, _, clock in dates.find_times(words.plain(text))), "")
    return wanted in re.findall(r"\d+", text)


def ends(clock: str, span: str) -> bool:
    """Is a text such as '10:00 – 12:00' a span of time that ends at the clock?"""
    clocks = [found for _, _, found in dates.find_times(words.plain(span))]
    return len(clocks) == 2 and clocks[1] == clock


def choose(kind: words.Kind, wanted: str, options: Sequence[str]) -> int | None:
    """Which option is meant; None if none is, or if two are equally likely."""
    live = [at for at, option in enumerate(options) if not is_placeholder(option)]
    return (
        _only(live, lambda at: words.plain(options[at]) == words.plain(wanted))
        or _only(live, lambda at: same(kind, wanted, options[at]) and (kind == "date" or _not_span(options[at])))
        or _only(live, lambda at: words.alike(wanted, options[at]))
        or _only(live, lambda at: kind == "date" and _is_weekday(wanted, options[at]))
        or _only(live, lambda at: kind in ("count", "amount") and _in_span(wanted, options[at]))
        or _only(live, lambda at: kind == "time" and _begins(wanted, options[at]))
        or _only(live, lambda at: _flag(wanted) is not None and _flag(wanted) == _flag(options[at]))
        or (_loosely(wanted, [(at, options[at]) for at in live]) if kind not in ("count", "date", "amount") else None)
        or (None,)
    )[0]


def is_placeholder(option: str) -> bool:
    """Is an option of a list, or a value shown, only an invitation such as 'Please select' or '--'?"""
    text = words.trimmed(option)
    return not re.search(r"\w", text) or text in words.phrases("label", "choose") or _invites(text)


def as_date(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None
    except ValueError:
        return None


def amount(text: str) -> float | None:
    """The first sum of money or number in a text, whichever way it groups its thousands."""
    match = _NUMBER.search(text)
    if match is None:
        return None
    number = re.sub(r"[  ]", "", match[0])
    if re.search(r"[.,]\d{1,2}$", number):
        whole, part = re.split(r"[.,](?=\d{1,2}$)", number)
        return float(re.sub(r"\D", "", whole) + "." + part)
    return float(re.sub(r"\D", "", number))


def split_name(name: str) -> tuple[str, str]:
    """(first names, last name); a Chinese name is parted after its surname, particles stay with the last name."""
    titles = words.phrases("speech", "titles")
    parts = [part for part in name.split() if words.trimmed(part).rstrip(".") not in titles]
    if len(parts) == 1 and words.has_cjk(parts[0]) and len(parts[0]) > 1:
        size = 2 if len(parts[0]) > 3 or parts[0][:2] in words.phrases("speech", "long_surnames") else 1
        return parts[0][size:], parts[0][:size]
    if len(parts) < 2:
        return name, ""
    at = len(parts) - 1
    while at > 1 and words.plain(parts[at - 1]) in words.phrases("speech", "particles"):
        at -= 1
    return " ".join(parts[:at]), " ".join(parts[at:])


def join_name(first: str, last: str) -> str:
    return last + first if words.has_cjk(first + last) else f"{first} {last}".strip()


def split_address(address: str) -> dict[str, str]:
    """Street, zip, city and country of 'Lindenweg 12, 10115 Berlin' or '3 Mill Lane, Hay, HR3 5AE'; {} if neither."""
    pieces = [piece.strip() for piece in re.split(r"[,，\n]", address) if piece.strip()]
    # a floor, a flat or a house with a name stands before the street and its number
    housed = len(pieces) > 1 and bool(re.match(r"\d+\w? [^\W\d]", pieces[1]))
    street = 2 if housed and not re.fullmatch(rf"{_ZIP} .+", pieces[1]) else 1
    found = {"street": ", ".join(pieces[:street])}
    if len(pieces) == street or not re.search(r"\d", found["street"]):
        return {}
    for piece in pieces[street:]:
        if match := re.fullmatch(rf"({_ZIP}) (\D+)", piece):
            found |= {"zip": match[1], "city": match[2]}
        elif match := re.fullmatch(rf"(\D+?) ({_ZIP})", piece):
            found |= {"city": match[1], "zip": match[2]}
        elif re.fullmatch(_ZIP, piece):
            found["zip"] = piece
        elif "city" not in found:
            found["city"] = piece
        else:
            found["country"] = piece
    return found if "city" in found else {}


def split_street(street: str) -> tuple[str, str]:
    """(street, house number) of 'Lindenweg 12a' or '12a Linden Road'; no number: ('Lindenweg', '')."""
    if match := re.fullmatch(r"(\D+?)[ ,]+(\d+ ?\w?)", street.strip()):
        return match[1].strip(), match[2]
    if match := re.fullmatch(r"(\d+\w?),? (\D+)", street.strip()):
        return match[2], match[1]
    return street, ""


def _loosely(wanted: str, options: list[tuple[int, str]]) -> tuple[int] | None:
    said = set(words.tokens(wanted))
    if said:
        inside = [at for at, option in options if said <= set(words.tokens(option))]
        if len(inside) == 1:
            return (inside[0],)
        around = [at for at, option in options if (named := set(words.tokens(option))) and named <= said]
        if not inside and len(around) == 1:
            return (around[0],)
    ranked = sorted(
        ((fuzz.ratio(words.plain(wanted), words.plain(option)), at) for at, option in options), reverse=True
    )
    if ranked and ranked[0][0] >= 86 and (len(ranked) == 1 or ranked[1][0] < ranked[0][0] - 4):
        return (ranked[0][1],)
    return None


def _only(live: list[int], fits: Callable[[int], bool]) -> tuple[int] | None:
    found = [at for at in live if fits(at)]
    return (found[0],) if len(found) == 1 else None


def _same_day(day: datetime.date, shown: str) -> bool:
    """'Wednesday 9 December' says a day without its year: it is the wanted one's next coming."""
    if re.search(r"\d{3}", shown):
        return False
    found = dates.find(shown, datetime.date(day.year, 1, 1))
    return len(found) == 1 and found[0].dates == (day,) and re.search(r"\d", shown) is not None


def _flag(text: str) -> bool | None:
    found = words.yes_or_no(text)
    if found is None and (match := re.match(r"\w+", words.trimmed(text))):
        return words.yes_or_no(match[0])
    return found


def _not_span(option: str) -> bool:
    return not _SPAN.search(option) and not _OPEN_SPAN.search(option)


def _is_weekday(wanted: str, option: str) -> bool:
    """Is an option the day of the week of a date?"""
    day = as_date(wanted)
    return day is not None and dates.weekday_number(option.split(" ")[0]) == day.weekday()


def _begins(wanted: str, option: str) -> bool:
    """Is an option a span of time that begins at the wanted hour?"""
    clocks = [clock for _, _, clock in dates.find_times(words.plain(option))]
    return len(clocks) == 2 and clocks[0] == wanted


def _in_span(wanted: str, option: str) -> bool:
    value = amount(wanted)
    if value is None:
        return False
    if match := _SPAN.search(option):
        return int(match[1]) <= value <= int(match[2])
    match = _OPEN_SPAN.search(option)
    return match is not None and value >= int(match[1])


def _invites(text: str) -> bool:
    return any(text.startswith(entry) for entry in words.phrases("label", "invite"))


def _looks_same(wanted: str, shown: str) -> bool:
    one, other = _folded(wanted), _folded(shown)
    if not other:
        return False
    if one == other:
        return True
    if len(other) >= 8 and len(one) > len(other) and other in one:
        return True
    return len(one) >= 5 and fuzz.ratio(one, other) >= 88 and _digits(wanted) == _digits(shown)


def _folded(text: str) -> str:
    return re.sub(r"[\W_]+", "", words.plain(text)).translate(_CONFUSED)


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _bare_url(text: str) -> str:
    return re.sub(r"^https?://(www\.)?|/$", "", words.plain(text))
