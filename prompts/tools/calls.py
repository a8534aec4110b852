"""The calls in a reply: native ones, and those that a model or an engine without a tool parser left in the text.

What is read is only the shape: names, and arguments as JSON values. What they mean is `arguments.py`'s business.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from actions import ParseError
from prompts.base import Reply, ToolCall
from prompts.grammar import Answer, Repairs, UnreadableValue, Value, find_calls, read_value
from prompts.grammar.characters import skip_space
from prompts.tokens import BOX_BEGIN, BOX_END, escape
from prompts.tools.functions import FUNCTIONS, MEMORY, REASON

FURTHER = 8
"""How many calls after the first are looked at."""
EXPECTED = "one call of one of the functions " + ", ".join(FUNCTIONS)
_OPEN, _CLOSE = "<tool_call>", "</tool_call>"
_KEY, _KEY_END, _VALUE, _VALUE_END = "<arg_key>", "</arg_key>", "<arg_value>", "</arg_value>"
_TAG = re.compile("</?tool_call>")
_OBJECT = re.compile(rf"(?:^|```[A-Za-z]*+|{re.escape(BOX_BEGIN)})[^\S\n]*+(?=\{{)", re.MULTILINE)
_FENCE = re.compile(r"```[A-Za-z]*+\s*+$")
_NAME_KEYS = ("name", "function", "tool")
_ARGUMENT_KEYS = ("arguments", "parameters", "args", "input")
_BESIDES = frozenset({"id", "type", "index", *_NAME_KEYS, *_ARGUMENT_KEYS})


class Number(str):
    """A number of an answer, with its digits as they were written."""

    __slots__ = ()


@dataclass
class Called:
    """One call: the function's name and its arguments as JSON values, with numbers as `Number`."""

    name: str
    values: dict[str, Any]
    at: int | None = None
    repairs: Repairs = field(default_factory=Repairs)


@dataclass
class FoundCalls:
    """The calls of an answer, the first of which counts, and what was said beside them."""

    calls: list[Called]
    prose: str = ""


def native(reply: Reply) -> FoundCalls:
    """The calls that the server parsed. Raises ParseError if the arguments of the first cannot be read."""
    cut = reply.finish_reason == "length"
    found: list[Called] = []
    for n, call in enumerate(reply.tool_calls[: 1 + FURTHER]):
        repairs = Repairs()
        try:
            values = _arguments(call.name, call.arguments, repairs, cut=cut)
        except ParseError:
            if n == 0:
                raise
            continue
        found.append(Called(call.name, values, repairs=repairs))
    return FoundCalls(found)


def written(answer: Answer) -> FoundCalls:
    """The calls in an answer's text: in the family's own tags, as JSON, or as `name(argument=value)`.

    Raises ParseError if there is none, or if the first cannot be read.
    """
    calls = _tagged(answer) or _objects(answer)
    if calls:
        for call in calls:
            call.repairs.add("tool_call_in_content")
        return FoundCalls(calls, _prose(answer.text, calls[0].at or 0))
    known = {name.lower(): name for name in FUNCTIONS}
    found = find_calls(answer, known, {"finish"}, EXPECTED)
    for bare in (found.call, *found.further):
        bare.repairs.add("tool_call_in_content")
        values = {key: _of_call(value, bare.repairs) for key, value in bare.args.items()}
        calls.append(Called(known[bare.name.lower()], values, bare.start, bare.repairs))
    return FoundCalls(calls, found.prose)


def whole(call: ToolCall) -> bool:
    """Are the arguments of a call that is still being streamed complete?"""
    if not call.name or not call.arguments.rstrip().endswith("}"):
        return False
    try:
        return isinstance(json.loads(call.arguments), dict)
    except (ValueError, RecursionError):
        return False


def closed(text: str) -> bool:
    """Does the first call that a text has in tags end?"""
    begin = text.find(_OPEN)
    end = text.find(_CLOSE, begin) if begin >= 0 else -1
    return end >= 0 and bool(text[begin + len(_OPEN) : end].strip())


def write(name: str, arguments: Mapping[str, Any]) -> str:
    """A call as the family's template writes it: texts as they are, everything else as JSON; special tokens escaped."""
    lines = [f"{_OPEN}{name}"]
    for key, value in arguments.items():
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        lines += [f"{_KEY}{key}{_KEY_END}", f"{_VALUE}{escape(text)}{_VALUE_END}"]
    return "\n".join([*lines, _CLOSE])


def split(text: str) -> tuple[str, tuple[ToolCall, ...]]:
    """An answer in the family's tags as an engine with a tool parser gives it: the content, and the calls."""
    calls = _tagged(Answer(text, text, cut=False))
    if not calls:
        return text, ()
    return text[: calls[0].at].strip(), tuple(
        ToolCall(name=call.name, arguments=json.dumps(_numbers(call.values), ensure_ascii=False), id=f"call_{n}")
        for n, call in enumerate(calls)
    )


def _tagged(answer: Answer) -> list[Called]:
    """The calls between `<tool_call>` tags, the first few."""
    text = answer.text
    calls: list[Called] = []
    begin: int | None = None
    blocks: list[tuple[int, int, bool]] = []
    for tag in _TAG.finditer(text):
        if begin is not None:
            blocks.append((begin, tag.start(), tag.group() == _CLOSE))
            if len(blocks) > FURTHER:
                break
        begin = tag.end() if tag.group() == _OPEN else None
    else:
        if begin is not None:
            blocks.append((begin, len(text), False))
    for start, end, closed in blocks:
        if not text[start:end].strip():
            continue
        try:
            calls.append(_block(answer, start, end, closed=closed))
        except ParseError:
            if not calls:
                raise
    return calls


def _block(answer: Answer, start: int, end: int, *, closed: bool) -> Called:
    text = answer.text
    cut = answer.cut and not closed
    call = Called("", {}, start - len(_OPEN))
    at = skip_space(text, start, end)
    if text.startswith("{", at):
        try:
            parsed = read_value(text, at, end, call.repairs)
        except UnreadableValue as error:
            raise ParseError(
                "truncated" if cut else "bad_argument",
                f"a call that cannot be read: {error.detail}",
                expected=EXPECTED,
                raw=answer.raw,
                at=error.at,
            ) from error
        named = _as_call(parsed.value, call, answer, strict=False)
        if named is None:
            raise ParseError("no_action", "a call without a name", expected=EXPECTED, raw=answer.raw, at=at)
        stop = parsed.end
    else:
        key = text.find(_KEY, at, end)
        line = text.find("\n", at, end)
        name_end = min(stop for stop in (key, line, end) if stop >= 0)
        call.name = text[at:name_end].strip()
        stop = _pairs(call, answer, name_end, end, cut=cut)
    if not closed:
        if cut:
            raise _cut_off(call.name, answer, stop)
        call.repairs.add("tail_closed")
    return call


def _pairs(call: Called, answer: Answer, at: int, end: int, *, cut: bool) -> int:
    """Read the keys and values of a block; gives the offset after the last."""
    text = answer.text
    function = FUNCTIONS.get(call.name)
    texts = {REASON, MEMORY} | {p.name for p in (function.parameters if function else ()) if p.kind == "text"}
    while (key := text.find(_KEY, at, end)) >= 0:
        key_end = text.find(_KEY_END, key, end)
        value = text.find(_VALUE, key_end, end) if key_end >= 0 else -1
        value_end = text.find(_VALUE_END, value, end) if value >= 0 else -1
        if value_end < 0 or text[key_end + len(_KEY_END) : value].strip():
            raise (
                _cut_off(call.name, answer, key)
                if cut or value_end < 0
                else ParseError(
                    "bad_argument", f"{call.name}: a key without its value", expected=EXPECTED, raw=answer.raw, at=key
                )
            )
        name = text[key + len(_KEY) : key_end].strip()
        content = text[value + len(_VALUE) : value_end]
        at = value_end + len(_VALUE_END)
        if name in call.values:
            raise ParseError("bad_argument", f"{call.name}.{name} is given twice", raw=answer.raw, at=key)
        call.values[name] = content if name in texts else _loose(content, call.repairs)
    return at


def _loose(content: str, repairs: Repairs) -> Any:
    """A value of a block that is JSON, or a Python literal, or else text."""
    try:
        return _json(content)
    except (ValueError, RecursionError):
        pass
    tried = Repairs()
    try:
        parsed = read_value(content, 0, len(content), tried)
    except UnreadableValue:
        return content.strip()
    if content[parsed.end :].strip():
        return content.strip()
    for code in tried.codes:
        repairs.add(code)
    return _as_written(parsed.value)


def _objects(answer: Answer) -> list[Called]:
    """Calls as JSON objects that begin a line, a fence or a box, the first few."""
    text = answer.text
    calls: list[Called] = []
    end = skipped = 0
    for found in _OBJECT.finditer(text):
        if found.end() < end:
            continue
        call = Called("", {}, found.end())
        try:
            parsed = read_value(text, found.end(), len(text), call.repairs)
        except UnreadableValue:
            parsed = None
        if parsed is None or _as_call(parsed.value, call, answer, strict=True) is None:
            skipped += 1
            if skipped > FURTHER:
                break
            continue
        end = parsed.end
        if _FENCE.search(text, max(0, found.end() - 24), found.end()):
            call.repairs.add("fence_removed")
        calls.append(call)
        if len(calls) > FURTHER:
            break
    return calls


def _as_call(value: Any, call: Called, answer: Answer, *, strict: bool) -> Called | None:
    """Fill `call` from `{"name": …, "arguments": {…}}` in one of its usual shapes; None if it is none."""
    if not isinstance(value, dict):
        return None
    function = value.get("function")
    if isinstance(function, dict):
        value = function
    name = next((value[key] for key in _NAME_KEYS if isinstance(value.get(key), str)), None)
    key = next((key for key in _ARGUMENT_KEYS if key in value), None)
    if name is None or (strict and (not value.keys() <= _BESIDES or (key is None and name not in FUNCTIONS))):
        return None
    arguments = value[key] if key is not None else {}
    if isinstance(arguments, str):
        arguments = _arguments(name, arguments, call.repairs, cut=answer.cut)
    if not isinstance(arguments, dict):
        return None
    call.name = name
    call.values = _as_written(arguments)
    return call


def _arguments(name: str, text: str, repairs: Repairs, *, cut: bool) -> dict[str, Any]:
    """The arguments of a call from their JSON. Raises ParseError."""
    values: Any
    try:
        values = _json(text) if text.strip() else {}
        if isinstance(values, str) and not isinstance(values, Number):
            repairs.add("value_coerced")
            values = _json(values)
    except (_TwiceError, RecursionError, ValueError) as error:
        if isinstance(error, _TwiceError):
            raise ParseError("bad_argument", f"{name}.{error} is given twice", raw=text) from None
        values = _tolerant(name, text, repairs, cut=cut)
    if values is None:
        values = {}
    if not isinstance(values, dict):
        raise ParseError("bad_argument", f"{name}: the arguments are no object", expected='{"name": value}', raw=text)
    return values


def _tolerant(name: str, text: str, repairs: Repairs, *, cut: bool) -> Any:
    try:
        parsed = read_value(text, 0, len(text), repairs)
    except UnreadableValue as error:
        if cut:
            raise ParseError("truncated", f"{name} was cut off", expected="the whole call", raw=text) from error
        raise ParseError(
            "bad_argument",
            f"{name}: the arguments are not JSON ({error.detail})",
            expected='{"name": value, …}',
            raw=text,
            at=error.at,
        ) from error
    if parsed.twice:
        raise ParseError("bad_argument", f"{name}.{parsed.twice[0]} is given twice", raw=text)
    if text[parsed.end :].strip():
        repairs.add("trailing_text_dropped")
    return _as_written(parsed.value)


class _TwiceError(ValueError):
    """A key that an object has twice."""


def _json(text: str) -> Any:
    return json.loads(
        text, parse_int=Number, parse_float=Number, parse_constant=Number, object_pairs_hook=_once, strict=False
    )


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found and found[key] != value:
            raise _TwiceError(key)
        found[key] = value
    return found


def _as_written(value: Any) -> Any:
    """A copy of a value with its numbers as `Number`."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int | float):
        return Number(value)
    if isinstance(value, list):
        return [_as_written(item) for item in value]
    return {str(key): _as_written(item) for key, item in value.items()}


def _numbers(value: Any) -> Any:
    """The inverse of `_as_written`."""
    if isinstance(value, Number):
        return json.loads(value)
    if isinstance(value, list):
        return [_numbers(item) for item in value]
    if isinstance(value, dict):
        return {key: _numbers(item) for key, item in value.items()}
    return value


def _of_call(value: Value, repairs: Repairs) -> Any:
    """An argument of a call in brackets as a JSON value."""
    return value.text if value.kind == "string" else _loose(value.text, repairs)


def _cut_off(name: str, answer: Answer, at: int) -> ParseError:
    return ParseError("truncated", f"{name or 'a call'} was cut off", expected="the whole call", raw=answer.raw, at=at)


def _prose(text: str, end: int) -> str:
    said = _FENCE.sub("", text[:end].replace(BOX_BEGIN, " ").replace(BOX_END, " "))
    return " ".join(said.split())
