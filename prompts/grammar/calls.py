"""Calls such as left_click(start_box='[512,498]'), boxed or bare, anywhere in an answer's prose.

What is read is only the shape: names and arguments as text. What they mean is a dialect's business.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from actions import ParseError
from prompts.grammar.characters import CLOSERS, QUOTES, String, UnclosedString, mark_at, skip_space, string_at
from prompts.grammar.repairs import Repairs
from prompts.tokens import BOX_BEGIN, BOX_END

# what must not stand before a name is looked for behind its first letter: so the search jumps from letter to letter
_NAME = re.compile(r"([A-Za-z_](?<![\w.][A-Za-z_])\w*+)\s*+[(（]")
_CALL = re.compile(r"[A-Za-z_](?<![\w.][A-Za-z_])\w*+\s*+[(（]\s*+(?:[)）]|[A-Za-z_]\w*+\s*+[=＝])")
_WORD = re.compile(r"[A-Za-z_]\w*+")
_BARE = re.compile(r"[^,，)）\n<]*+")
_BOX_TOKEN = re.compile(f"{re.escape(BOX_BEGIN)}|{re.escape(BOX_END)}")
_LATER_END = {closers: re.compile(f"[{closers}]\\s*+[)）]") for closers in CLOSERS.values()}


class Value(NamedTuple):
    """One argument as it was written: what kind of thing it is, and its text without quotes."""

    kind: Literal["string", "list", "word", "object"]
    text: str
    at: int


@dataclass
class Call:
    """A call, from the first letter of its name to after its closing bracket."""

    name: str
    args: dict[str, Value]
    start: int
    end: int
    repairs: Repairs = field(default_factory=Repairs)
    boxed: bool = True


class Region(NamedTuple):
    """Text between box tokens; without its begin or its end where the answer lacks one."""

    start: int
    end: int
    opened: bool = True
    closed: bool = True


def boxes(text: str) -> list[Region]:
    """All boxed regions, in order; an end without a begin gives the text before it as its region."""
    found: list[Region] = []
    begin: int | None = None
    last = 0
    for token in _BOX_TOKEN.finditer(text):
        if token.group() == BOX_BEGIN:
            if begin is not None:
                found.append(Region(begin, token.start(), closed=False))
            begin = token.end()
        elif begin is not None:
            found.append(Region(begin, token.start()))
            begin = None
        else:
            found.append(Region(last, token.start(), opened=False))
        last = token.end()
    if begin is not None:
        found.append(Region(begin, len(text), closed=False))
    return found


def names(text: str, start: int, end: int) -> list[tuple[str, int, int]]:
    """Every `name(` between two offsets: the name, where it starts, and the offset after the bracket."""
    return [(found[1], found.start(), found.end()) for found in _NAME.finditer(text, start, end)]


def looks_like_call(text: str, inside: int, end: int) -> bool:
    """Is what follows an opening bracket a list of named arguments, or an empty one?"""
    at = skip_space(text, inside, end)
    if mark_at(text, at, end) in (")", ""):
        return True
    word = _WORD.match(text, at, end)
    return word is not None and mark_at(text, skip_space(text, word.end(), end), end) == "="


def read_call(text: str, name: str, start: int, inside: int, end: int, *, boxed: bool, cut: bool, raw: str) -> Call:
    """The call whose name stands at `start` and whose arguments begin at `inside`; nothing after `end` belongs to it.

    `cut` says that the answer was cut off at a token limit, so that a missing end may be a missing half. Raises
    ParseError: truncated for a text without its end, bad_argument for a shape that cannot be read.
    """
    call = Call(name, {}, start, end, boxed=boxed)
    if text[inside - 1] == "（":
        call.repairs.add("fullwidth_normalised")
    last: String | None = None
    read = inside
    while True:
        at = skip_space(text, read, end)
        mark = mark_at(text, at, end, call.repairs)
        if mark == ")":
            call.end = at + 1
            break
        if call.args:
            if mark != ",":
                return _closed_late(call, text, read, at, end, cut=cut, raw=raw)
            at = skip_space(text, at + 1, end)
            if mark_at(text, at, end) == ")":
                call.repairs.add("trailing_comma")
                call.end = at + 1
                break
        elif mark == "":
            return _closed_late(call, text, read, at, end, cut=cut, raw=raw)
        word = _WORD.match(text, at, end)
        equals = skip_space(text, word.end(), end) if word else at
        if word is None or mark_at(text, equals, end, call.repairs) != "=":
            if at >= end and cut:
                raise _unclosed(name, raw, at)
            raise ParseError(
                "bad_argument",
                f"{name}: arguments need a name, not {text[at : at + 30]!r}",
                expected=f"{name}(argument='value')",
                raw=raw,
                at=at,
            )
        if word.group() in call.args:
            raise ParseError("bad_argument", f"{name}: {word.group()} is given twice", raw=raw, at=at)
        value, string, read = _value(text, skip_space(text, equals + 1, end), end, call, raw)
        call.args[word.group()] = value
        last = string or last
    if last is not None:
        _refuse_ambiguous_quotes(call, last, text, end, raw)
    return call


def _unclosed(name: str, raw: str, at: int) -> ParseError:
    return ParseError("truncated", f"{name} is not closed", expected="the whole call", raw=raw, at=at)


def _closed_late(call: Call, text: str, read: int, at: int, end: int, *, cut: bool, raw: str) -> Call:
    """A call that lacks its closing bracket, if nothing else is missing; `read` is the end of its last argument."""
    if cut:
        raise _unclosed(call.name, raw, at)
    if at < end and "\n" not in text[read:at] and text[at] not in "`*" and not text.startswith("<|", at):
        raise ParseError(
            "bad_argument",
            f"{call.name}: expected , or ) at {text[at : at + 30]!r}",
            expected=f"{call.name}(argument='value', …)",
            raw=raw,
            at=at,
        )
    call.end = read
    call.repairs.add("tail_closed")
    return call


def _value(text: str, at: int, end: int, call: Call, raw: str) -> tuple[Value, String | None, int]:
    char = text[at] if at < end else ""
    if char and char in QUOTES:
        try:
            string = string_at(text, at, end, lambda after: _closes(text, after, end), call.repairs)
        except UnclosedString as error:
            raise ParseError(
                "truncated",
                f"{call.name}: a text is not closed",
                expected="the whole call with its closing quote and bracket",
                raw=raw,
                at=error.at,
            ) from None
        return Value("string", string.text, at), string, string.end
    if mark_at(text, at, end) in ("[", "(") or char == "<":
        stop = bracketed(text, at, end)
        return Value("list", text[at:stop], at), None, stop
    word = _BARE.match(text, at, end)
    stop = word.end() if word else at
    return Value("word", text[at:stop].strip(), at), None, stop


def _closes(text: str, after: int, end: int) -> bool:
    """Does the quote before `after` end a text: by a closing bracket, the next argument, or the end of all?"""
    at = skip_space(text, after, end)
    mark = mark_at(text, at, end)
    if mark in ("", ")") or text.startswith("<|", at):
        return True
    if mark != ",":
        return False
    at = skip_space(text, at + 1, end)
    word = _WORD.match(text, at, end)
    if word is None:
        return mark_at(text, at, end) in ("", ")")
    return mark_at(text, skip_space(text, word.end(), end), end) == "="


def bracketed(text: str, at: int, end: int) -> int:
    """The offset after the bracket that closes the one at `at`, never beyond the line."""
    depth = 0
    pairs = {"[": "]", "(": ")", "<": ">"}
    opening = mark_at(text, at, end)
    closing = pairs[opening]
    for offset in range(at, min(end, at + 400)):
        mark = mark_at(text, offset, end)
        if mark == opening:
            depth += 1
        elif mark == closing:
            depth -= 1
            if depth == 0:
                return offset + 1
        elif mark == "\n":
            break
    word = _BARE.match(text, at, end)
    return word.end() if word else at


def _refuse_ambiguous_quotes(call: Call, last: String, text: str, end: int, raw: str) -> None:
    """Raise if the call could as well have ended later: what is typed must never be a guess."""
    line = text.find("\n", call.end, end)
    stop = end if call.boxed or line < 0 else line
    later = _LATER_END[last.closers].search(text, call.end, stop)
    if later is None or _CALL.search(text, call.end, later.end()):
        return
    raise ParseError(
        "bad_argument",
        f"{call.name}: the quotes inside a text leave open where it ends",
        expected=f"a backslash before each quote inside a text, as in {call.name}(content='it\\'s')",
        raw=raw,
        at=call.end,
    )
