"""How the facts of a step stand in a prompt, line by line, and how they are read back from it exactly.

A field of several lines is indented after its first, so no line of it can be taken for a heading of the prompt; special
tokens in it are escaped (prompts.tokens). `write_…` and `read_…` are inverses as long as nothing had to be cut.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable, Mapping, Sequence

from prompts.tokens import escape, plain

NONE = "(none)"
_NONE_ESCAPED = re.compile(r"\\+\(none\)")
_INDENT = "\n  "
_NEXT = re.compile(r"\n(?!  )")
_PLAIN_KEY = re.compile(r"[^\s:\"\\(](?:[^:\n\r\"]*[^\s:\"])?")


def write(value: str) -> str:
    """A value as a prompt shows it; an empty one is said to be so."""
    if not value:
        return NONE
    if value == NONE or _NONE_ESCAPED.fullmatch(value):
        value = "\\" + value
    return escape(value).replace("\n", _INDENT)


def read(shown: str) -> str:
    """The value that `write` was given."""
    if shown == NONE:
        return ""
    value = plain(shown.replace(_INDENT, "\n"))
    return value[1:] if _NONE_ESCAPED.fullmatch(value) else value


def end_of(text: str, start: int) -> int:
    """Where the field that begins at `start` ends."""
    found = _NEXT.search(text, start)
    return found.start() if found else len(text)


def cut(text: str, longest: int) -> str:
    """`text`, shortened visibly if it is longer than that many characters."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def write_items(items: Iterable[str]) -> str:
    """Items of a list, each from a line of its own."""
    return "\n".join(item.replace("\n", _INDENT) for item in items)


def read_items(value: str) -> list[str]:
    return [item.replace(_INDENT, "\n") for item in _NEXT.split(value)] if value else []


def write_notes(notes: Sequence[str]) -> str:
    return write_items(f"- {note}" for note in notes)


def read_notes(value: str) -> tuple[str, ...]:
    return tuple(item.removeprefix("- ") for item in read_items(value))


def write_data(data: Mapping[str, str]) -> str:
    """`key: value` lines; a key that could be misread stands in quotes."""
    return write_items(
        f"{key if _PLAIN_KEY.fullmatch(key) else json.dumps(key, ensure_ascii=False)}: {value}"
        for key, value in data.items()
    )


def read_data(value: str) -> dict[str, str]:
    data: dict[str, str] = {}
    for item in read_items(value):
        if item.startswith('"'):
            key, end = json.JSONDecoder().raw_decode(item)
            data[str(key)] = item[end + 2 :]
        else:
            key, _, rest = item.partition(": ")
            data[key] = rest
    return data


def write_date(date: datetime.date) -> str:
    return f"{date.isoformat()} ({date:%A})"


def read_date(value: str) -> datetime.date:
    return datetime.date.fromisoformat(value[:10])


def write_scroll(scroll: tuple[float, float] | None) -> str:
    """How much of the page lies outside the view, in whole percent; "" where nobody knows."""
    return "" if scroll is None else f"{scroll[0]:.0%} of the page above this view, {scroll[1]:.0%} below it"


def read_scroll(value: str) -> tuple[float, float] | None:
    found = re.findall(r"(\d+)%", value)
    return (int(found[0]) / 100, int(found[1]) / 100) if len(found) == 2 else None
