"""Numbers and telephone numbers as people write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

NUMBERS = (
    "0", "0.00", "0,00", "#,##0", "#,##0.00", "#.##0", "#.##0,00", "# ##0", "# ##0,00", "#'##0", "#'##0.00", "0.0",
    "0,0", "0.000", "0,000", "00", "000",
)  # fmt: skip
"""Patterns: how thousands are grouped, the decimal sign and its places; zeros before it are the least figures."""

_COUNTRIES = re.compile(  # a country's code begins no other one: the plan of ITU-T E.164
    r"1|7|2(?:0|7|\d\d)|3(?:[0-469]|\d\d)|4(?:[013-9]|\d\d)|5(?:[1-8]|\d\d)|6(?:[0-6]|\d\d)|8(?:[1246]|\d\d)|9(?:[0-58]|\d\d)"
)
_PHONE = re.compile(r"(?:\+|00)?[\d\s()./-]{6,24}\d")
_PREFIXES = ("given", "+", "00", "code", "0", "local")
_JOINTS = ("", " ", "-", ".", "/")


def read_number(text: str) -> dict[str, Decimal]:
    """Every way to read a text as a number, by pattern; empty if it is none, and two for such as 1.200."""
    found: dict[str, Decimal] = {}
    for pattern in NUMBERS:
        if _expression(pattern).fullmatch(text):
            places = _places(pattern)
            whole, part = (text[: -places - 1], text[-places:]) if places else (text, "0")
            number = Decimal(f"{_bare(whole)}.{part}")
            if number not in found.values():
                found[pattern] = number
    return found


def write_number(number: Decimal, pattern: str) -> str | None:
    """A number in a pattern; None if it has more places than the pattern takes, or is below zero."""
    places = _places(pattern)
    exact = number.quantize(Decimal(1).scaleb(-places)) if number < 10**15 else number
    if number < 0 or exact != number:
        return None
    whole, _, rest = f"{exact:f}".partition(".")
    grouping = re.match(r"#(\D)##0", pattern)
    whole = f"{int(whole):,}".replace(",", grouping[1]) if grouping else whole.zfill(_least(pattern))
    return whole + (_point(pattern) + rest if places else "")


def phone_forms() -> Iterator[str]:
    """The forms of a telephone number: its prefix and what stands between its groups, such as "+" and "00-"."""
    return (f"{prefix}{joint}" for prefix in _PREFIXES for joint in _JOINTS)


def is_phone(text: str) -> bool:
    return _PHONE.fullmatch(text.strip()) is not None and len(_bare(text)) >= 7


def write_phone(text: str, form: str) -> str | None:
    """A telephone number in a form; None if it is none, or if the form needs a country's code that it lacks.

    Prefixes: "given" as it is, "+" and "00" before the country's code, "code" the code alone, "0" the number within
    the country with its leading 0, "local" without one. The joint stands between the groups as the number has them.
    """
    if not is_phone(text):
        return None
    prefix = next(prefix for prefix in ("given", "code", "local", "00", "+", "0") if form.startswith(prefix))
    joint = form[len(prefix) :]
    bare = text.strip().replace("(0)", " ")
    abroad = re.match(r"\+|00", bare)
    groups = re.findall(r"\d+", bare[abroad.end() if abroad else 0 :])
    if prefix == "given":
        return (abroad[0] if abroad else "") + joint.join(groups)
    digits = "".join(groups)
    code = _COUNTRIES.match(digits) if abroad else None
    if code is None or len(digits) - code.end() < 4:
        return None
    national = _after(groups, code.end())
    if prefix in ("0", "local"):
        return ("0" if prefix == "0" else "") + joint.join(national)
    return ("" if prefix == "code" else prefix) + joint.join([code[0], *national])


def _after(groups: list[str], count: int) -> list[str]:
    """The groups without their first `count` figures."""
    rest = list(groups)
    while rest and count >= len(rest[0]):
        count -= len(rest.pop(0))
    return [rest[0][count:], *rest[1:]] if rest else []


def _places(pattern: str) -> int:
    match = re.search(r"(?<=[.,])0+$", pattern)
    return len(match[0]) if match else 0


def _point(pattern: str) -> str:
    places = _places(pattern)
    return pattern[-places - 1] if places else ""


def _least(pattern: str) -> int:
    """How many figures a pattern without groups writes at least before the decimal sign."""
    return len(re.split("[.,]", pattern)[0])


def _bare(text: str) -> str:
    return re.sub(r"\D", "", text)


def _expression(pattern: str) -> re.Pattern[str]:
    places = _places(pattern)
    tail = re.escape(_point(pattern)) + rf"\d{{{places}}}" if places else ""
    if grouping := re.match(r"#(\D)##0", pattern):
        sign = r"[ \u00a0\u202f]" if grouping[1] == " " else re.escape(grouping[1])
        return re.compile(rf"\d{{1,3}}(?:{sign}\d{{3}})+{tail}")
    zeros = _least(pattern)
    return re.compile(rf"(?:0|[1-9]\d{{0,14}}){tail}" if zeros == 1 else rf"0\d{{{zeros - 1}}}")
