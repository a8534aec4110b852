"""What a person types for a date, a time or a colour, as the value that an HTML field holds."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from typing import Literal

from actions import ActionError

Order = Literal["YMD", "DMY", "MDY"]

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_EXPECTED = {
    "date": "a date such as 2026-12-01",
    "time": "a time such as 14:30",
    "datetime-local": "a date and a time such as 2026-12-01 14:30",
    "month": "a month such as 2026-12",
    "week": "a week such as 2026-W49",
    "color": "a colour such as #3366ff",
    "range": "a number",
}


def field_value(text: str, input_type: str, order: Order = "YMD") -> str:
    """The value of an `<input type=...>` that `text` means; "" clears the field.

    Takes ISO forms, forms with the month's English name, East Asian forms and, in the reading `order` of the
    browser's language, numbers such as 1/12/2026. Raises ActionError with an example if it cannot be read.
    """
    given = text.strip()
    if not given:
        return ""
    try:
        value = _READERS[input_type](given, order)
    except ValueError:  # a part out of range, such as the 31st of February
        value = None
    if value is None:
        raise ActionError(f"{text!r} cannot be read here; this field takes {_EXPECTED[input_type]}")
    return value


def _date(text: str, order: Order) -> str | None:
    found = _day(text, order)
    return found.isoformat() if found else None


def _day(text: str, order: Order) -> datetime.date | None:
    month = _month_name(text)
    numbers = re.findall(r"\d+", text)
    if month:
        if len(numbers) != 2:
            return None
        day, year = sorted(numbers, key=len)
        return datetime.date(_year(year), month, int(day))
    if re.fullmatch(r"\d{8}", text):
        return datetime.date(int(text[:4]), int(text[4:6]), int(text[6:]))
    if len(numbers) != 3 or not re.fullmatch(r"[\d\s./年月日号-]+", text):
        return None
    read: Order = "YMD" if len(numbers[0]) == 4 else order
    parts = dict(zip(read, numbers, strict=True))
    return datetime.date(_year(parts["Y"]), int(parts["M"]), int(parts["D"]))


def _year(digits: str) -> int:
    return int(digits) + 2000 if len(digits) == 2 else int(digits)


def _month_name(text: str) -> int | None:
    for word in re.findall(r"[A-Za-z]{3,}", text):
        if word[:3].lower() in _MONTHS:
            return _MONTHS.index(word[:3].lower()) + 1
    return None


def _time(text: str, _order: Order) -> str | None:
    match = re.fullmatch(
        r"(\d{1,2})(?:[:.h时点](\d{1,2}))?(?:[:.分](\d{1,2}))?\s*分?\s*([ap])?\.?(?:m\.?)?", text.lower()
    )
    if not match or not (match[2] or match[4]):
        return None
    hour = int(match[1])
    if match[4]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match[4] == "p" else 0)
    second = int(match[3] or 0)
    return datetime.time(hour, int(match[2] or 0), second).isoformat("seconds" if second else "minutes")


def _moment(text: str, order: Order) -> str | None:
    match = re.search(r"[T,\s]+(?=\d{1,2}(?:[:.]\d|\s*[ap]\.?m))", text, re.IGNORECASE)
    if not match:
        return None
    day, time = _date(text[: match.start()], order), _time(text[match.end() :], order)
    return f"{day}T{time}" if day and time else None


def _month(text: str, _order: Order) -> str | None:
    named = _month_name(text)
    numbers = re.findall(r"\d+", text)
    years = [number for number in numbers if len(number) == 4]
    if len(years) != 1 or len(numbers) != (1 if named else 2):
        return None
    month = named or int(next(number for number in numbers if number != years[0]))
    return datetime.date(int(years[0]), month, 1).strftime("%Y-%m")


def _week(text: str, _order: Order) -> str | None:
    match = re.fullmatch(r"(\d{4})-?\s*W(\d{1,2})", text, re.IGNORECASE) or re.fullmatch(
        r"week\s+(\d{1,2}),?\s+(?:of\s+)?(\d{4})", text, re.IGNORECASE
    )
    if not match:
        return None
    year, week = sorted((int(match[1]), int(match[2])), reverse=True)
    datetime.date.fromisocalendar(year, week, 1)
    return f"{year}-W{week:02}"


def _colour(text: str, _order: Order) -> str | None:
    from PIL import ImageColor

    red, green, blue = ImageColor.getrgb(text)[:3]
    return f"#{red:02x}{green:02x}{blue:02x}"


def _number(text: str, _order: Order) -> str | None:
    return text if re.fullmatch(r"-?\d+(\.\d+)?", text) else None


_READERS: dict[str, Callable[[str, Order], str | None]] = {
    "date": _date,
    "time": _time,
    "datetime-local": _moment,
    "month": _month,
    "week": _week,
    "color": _colour,
    "range": _number,
}
