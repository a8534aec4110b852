"""JSON as models write it: Python's literals, single quotes, trailing commas, full-width brackets.

Read by a loop with a stack of its own, so that depth costs no recursion; nothing is ever evaluated.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from prompts.grammar.characters import JSON_ESCAPES, QUOTES, UnclosedString, mark_at, skip_space, string_at
from prompts.grammar.repairs import Repairs

_NUMBER = re.compile(r"-?\d++(?:\.\d++)?(?:[eE][+-]?\d++)?")
_WORD = re.compile(r"[A-Za-z_]\w*+")
_STRICT = {"true": True, "false": False, "null": None}
_PYTHON = {"True": True, "False": False, "None": None}
_DEEPEST = 64
_LONGEST_NUMBER = 17


class UnreadableValue(Exception):
    """Text that is no value; `at` is where reading stopped, `unclosed` says that it was a text without an end."""

    def __init__(self, detail: str, at: int, *, unclosed: bool = False) -> None:
        self.detail = detail
        self.at = at
        self.unclosed = unclosed
        super().__init__(detail)


@dataclass
class Parsed:
    """A value, the offset after it, and keys that an object gave twice (the last one holds)."""

    value: Any
    end: int
    twice: tuple[str, ...] = ()


@dataclass
class _Frame:
    value: Any
    closer: str
    extra_closers: int = 0
    key: str | None = None


@dataclass
class _Reader:
    text: str
    end: int
    repairs: Repairs
    stack: list[_Frame] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)


def read_value(text: str, at: int, end: int, repairs: Repairs) -> Parsed:
    """The value that starts at `at` (an object, a list, a string, a number or a word). Raises UnreadableValue."""
    reader = _Reader(text, end, repairs)
    at = skip_space(text, at, end)
    while True:
        value, at, opened = _open_or_scalar(reader, at)
        if opened:
            at = skip_space(text, at, end)
            if mark_at(text, at, end) != reader.stack[-1].closer:
                at = _key(reader, at)
                continue
            value, at = _close(reader, at)
        # a value is complete: put it where it belongs, and close what ends with it
        while True:
            if not reader.stack:
                return Parsed(value, at, tuple(reader.twice))
            at, closed = _put(reader, value, at)
            if not closed:
                break
            value, at = _close(reader, at)


def _open_or_scalar(reader: _Reader, at: int) -> tuple[Any, int, bool]:
    text, end = reader.text, reader.end
    if at >= end:
        raise UnreadableValue("it ends too early", at)
    mark = mark_at(text, at, end, reader.repairs)
    if mark in ("[", "{"):
        if len(reader.stack) >= _DEEPEST:
            raise UnreadableValue(f"it is nested deeper than {_DEEPEST}", at)
        frame = _Frame([], "]") if mark == "[" else _Frame({}, "}")
        at += 1
        if mark == "{":
            inner = skip_space(text, at, end)
            if mark_at(text, inner, end) == "{":
                reader.repairs.add("doubled_braces")
                frame.extra_closers, at = 1, inner + 1
        reader.stack.append(frame)
        return None, at, True
    if text[at] in QUOTES:
        value, at = _string(reader, at, _ends_value)
        return value, at, False
    if number := _NUMBER.match(text, at, end):
        return _number(number.group(), reader.repairs), number.end(), False
    if word := _WORD.match(text, at, end):
        if word.group() in _STRICT:
            return _STRICT[word.group()], word.end(), False
        if word.group() in _PYTHON:
            reader.repairs.add("python_literal")
            return _PYTHON[word.group()], word.end(), False
    raise UnreadableValue(f"no value at {text[at : at + 20]!r}", at)


def _string(reader: _Reader, at: int, closes: Callable[[str, int, int], bool]) -> tuple[str, int]:
    try:
        string = string_at(
            reader.text,
            at,
            reader.end,
            lambda after: closes(reader.text, after, reader.end),
            reader.repairs,
            JSON_ESCAPES,
        )
    except UnclosedString as error:
        raise UnreadableValue("a text is not closed", error.at, unclosed=True) from None
    if reader.text[at] == "'":
        reader.repairs.add("python_literal")
    return string.text, string.end


def _ends_value(text: str, after: int, end: int) -> bool:
    at = skip_space(text, after, end)
    mark = mark_at(text, at, end)
    if mark in ("", "]", "}"):
        return True
    if mark != ",":
        return False
    at = skip_space(text, at + 1, end)
    mark = mark_at(text, at, end)
    if mark in ("", "]", "}", "[", "{") or mark in QUOTES or _NUMBER.match(text, at, end):
        return True
    word = _WORD.match(text, at, end)
    return word is not None and (word.group() in _STRICT or word.group() in _PYTHON)


def _ends_key(text: str, after: int, end: int) -> bool:
    return mark_at(text, skip_space(text, after, end), end) == ":"


def _key(reader: _Reader, at: int) -> int:
    """Read `"key":` if the innermost frame is an object; the offset of the value."""
    frame = reader.stack[-1]
    if isinstance(frame.value, list):
        return at
    if at >= reader.end or reader.text[at] not in QUOTES:
        raise UnreadableValue(f"no key at {reader.text[at : at + 20]!r}", at)
    key, at = _string(reader, at, _ends_key)
    at = skip_space(reader.text, at, reader.end)
    mark_at(reader.text, at, reader.end, reader.repairs)
    if key in frame.value:
        reader.twice.append(key)
    frame.key = key
    return skip_space(reader.text, at + 1, reader.end)


def _put(reader: _Reader, value: Any, at: int) -> tuple[int, bool]:
    """Store a complete value in the innermost frame; the offset of what follows, and whether that closes the frame."""
    frame = reader.stack[-1]
    if isinstance(frame.value, list):
        frame.value.append(value)
    else:
        frame.value[frame.key] = value
    at = skip_space(reader.text, at, reader.end)
    mark = mark_at(reader.text, at, reader.end, reader.repairs)
    if mark == ",":
        at = skip_space(reader.text, at + 1, reader.end)
        if mark_at(reader.text, at, reader.end) == frame.closer:
            reader.repairs.add("trailing_comma")
            return at, True
        return _key(reader, at), False
    if mark == frame.closer:
        return at, True
    raise UnreadableValue(f"expected , or {frame.closer} at {reader.text[at : at + 20]!r}", at)


def _close(reader: _Reader, at: int) -> tuple[Any, int]:
    frame = reader.stack.pop()
    mark_at(reader.text, at, reader.end, reader.repairs)
    at += 1
    if frame.extra_closers:
        further = skip_space(reader.text, at, reader.end)
        if mark_at(reader.text, further, reader.end) == frame.closer:
            at = further + 1
    return frame.value, at


def _number(written: str, repairs: Repairs) -> int | float | str:
    digits = written.lstrip("-")
    if len(digits) > 1 and digits[0] == "0" and digits[1].isdigit():
        repairs.add("leading_zero")
        written = ("-" if written[0] == "-" else "") + (digits.lstrip("0") or "0")
        if "." in written and written.lstrip("-").startswith("."):
            written = written.replace(".", "0.", 1)
    if len(written.lstrip("-")) > _LONGEST_NUMBER:
        # digits beyond a double's are an identifier, and must come back as they were written
        return written
    return int(written) if written.lstrip("+-").isdigit() else float(written)


def compact(value: Any) -> str:
    """A value as one line of JSON."""
    return json.dumps(value, ensure_ascii=False)


def map_strings(value: Any, change: Callable[[str], str]) -> Any:
    """A copy of a value with every string in it, keys included, put through `change`."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [map_strings(item, change) for item in value]
    if isinstance(value, dict):
        return {change(key): map_strings(item, change) for key, item in value.items()}
    return value
