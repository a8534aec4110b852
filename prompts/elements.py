"""The list of elements in a prompt: one line each, read back exactly as long as nothing had to be cut.

`[3]: <textbox> "E-mail" value="ana@x.pt" type="email" required focused;`
A link stands without its role, as the family writes it. Texts are JSON strings. What is cut ends with `…`, and
options and elements that are left out are counted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from actions import ListedElement
from prompts.fields import cut, read_items, write_items
from prompts.images import text_tokens

MOST = 250
"""Elements in one list."""
_LONGEST_NAME = 160
_LONGEST_VALUE = 400
_MOST_OPTIONS = (30, 12, 4, 0)
"""Options of one list, fewer where the elements would take too much room."""
_ROOM = 16_000
_LINK = "link"
_ROLE = re.compile(r"[a-z][a-z0-9_-]*")
_ATTRIBUTE = re.compile(r" ([a-z_]+)(=)?")
_JSON = json.JSONDecoder()
_TEXTS = {"value": "value", "placeholder": "placeholder", "type": "input_type", "group": "group"}


def write_elements(elements: Sequence[ListedElement], wanted: str = "", room: int = _ROOM) -> str:
    """The list, in about `room` tokens: options are left out first, then the last elements.

    Of many options those that occur in `wanted` (the task's words) stay in any case.
    """
    wanted = wanted.casefold()
    for most in _MOST_OPTIONS:
        lines = [_line(element, wanted, most) for element in elements[:MOST]]
        cost = sum(map(_cost, lines))
        if cost <= room:
            break
    while lines and cost > room:
        cost -= _cost(lines.pop())
    if len(elements) > len(lines):
        lines.append(f"({len(elements) - len(lines)} more elements are not listed)")
    return write_items(lines)


def read_elements(value: str) -> tuple[ListedElement, ...]:
    """The elements of such a list. Raises ValueError for a line that is none."""
    return tuple(_read(line) for line in read_items(value) if not line.startswith("("))


def _cost(line: str) -> int:
    return text_tokens(line) + 2


def _line(element: ListedElement, wanted: str, most_options: int) -> str:
    parts = [f"[{element.mark}]:"]
    if element.role != _LINK:
        parts.append(f"<{element.role}>" if _ROLE.fullmatch(element.role) else f"<{_text(element.role)}>")
    parts.append(_text(cut(element.name, _LONGEST_NAME)))
    for shown, field in _TEXTS.items():
        text: str = {
            "value": element.value, "placeholder": element.placeholder, "input_type": element.input_type,
            "group": element.group,
        }[field]  # fmt: skip
        if text:
            parts.append(f"{shown}={_text(cut(text, _LONGEST_VALUE))}")
    if element.options:
        options = _shown_options(element.options, wanted, most_options)
        if options:
            parts.append("options=[" + ",".join(_text(cut(option, _LONGEST_NAME)) for option in options) + "]")
        if len(options) < len(element.options):
            parts.append(f"more_options={len(element.options) - len(options)}")
    parts += [state if _ROLE.fullmatch(state) else f"state={_text(state)}" for state in element.states]
    return " ".join(parts) + ";"


def _shown_options(options: Sequence[str], wanted: str, most: int) -> list[str]:
    if len(options) <= most:
        return list(options)
    first = most // 2
    said = [n for n, option in enumerate(options) if n >= first and len(option) > 1 and option.casefold() in wanted]
    shown = [*range(first), *said[: max(1, first)]]
    shown += [n for n in range(first, len(options)) if n not in said][: max(0, most - len(shown))]
    return [options[n] for n in sorted(shown)]


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _read(line: str) -> ListedElement:
    if not line.startswith("[") or "]: " not in line:
        raise ValueError(f"no element: {line[:40]!r}")
    mark, _, rest = line[1:].partition("]: ")
    role, at = _LINK, 0
    if rest.startswith('<"'):
        role, at = _string(rest, 1)
        at += 2
    elif rest.startswith("<"):
        role, _, _ = rest[1:].partition(">")
        at = len(role) + 3
    name, at = _string(rest, at)
    texts: dict[str, str] = {}
    states: list[str] = []
    options: tuple[str, ...] = ()
    while found := _ATTRIBUTE.match(rest, at) if rest[at : at + 1] == " " else None:
        key, at = found[1], found.end()
        if not found[2]:
            word = _ROLE.match(rest, found.start(1))
            if word is None:
                raise ValueError(f"no state: {rest[at : at + 40]!r}")
            states.append(word.group())
            at = word.end()
        elif key == "options":
            listed, at = _JSON.raw_decode(rest, at)
            options = tuple(str(option) for option in listed)
        elif key == "more_options":
            at = re.compile(r"\d*").match(rest, at).end()  # type: ignore[union-attr]
        elif key == "state":
            state, at = _string(rest, at)
            states.append(state)
        elif key in _TEXTS:
            texts[_TEXTS[key]], at = _string(rest, at)
        else:
            raise ValueError(f"unknown attribute {key!r}")
    if rest[at:] != ";":
        raise ValueError(f"no end: {rest[at : at + 40]!r}")
    return ListedElement(
        mark=int(mark),
        role=role,
        name=name,
        group=texts.get("group", ""),
        value=texts.get("value", ""),
        states=tuple(states),
        options=options,
        placeholder=texts.get("placeholder", ""),
        input_type=texts.get("input_type", ""),
    )


def _string(text: str, at: int) -> tuple[str, int]:
    value, end = _JSON.raw_decode(text, at)
    if not isinstance(value, str):
        raise ValueError(f"no text at {text[at : at + 40]!r}")
    return value, end
