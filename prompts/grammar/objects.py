"""JSON objects such as {"action_type": "click", "box_2d": [[1,2,3,4]]}, boxed, labelled or bare.

As with calls only the shape is read: an object becomes a call whose name is its `action_type`. Places stay the text
that was written, so that their reader can say what was wrong with them.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from actions import ParseError
from prompts.grammar.calls import Call, Region, Value, boxes, bracketed
from prompts.grammar.characters import (
    JSON_ESCAPES,
    QUOTES,
    UnclosedString,
    mark_at,
    skip_space,
    string_at,
)
from prompts.grammar.envelope import Answer
from prompts.grammar.labels import (
    Part,
    first_part,
    label,
    note_labels,
    one_line,
    parts_of,
    past_wrapping,
    said_in,
)
from prompts.grammar.repairs import Repairs
from prompts.grammar.search import FURTHER, Memory, invisible_outside
from prompts.grammar.values import UnreadableValue, read_value
from prompts.tokens import BOX_BEGIN, BOX_END, plain

KEY = "action_type"
_KEY_ALIASES = ("action",)
_LABELS = label("memory", "reason", "thought", r"action(?! (?:failed|is|was))")
_OPENING = re.compile(r"[{｛]")
_BARE = re.compile(r"[^,，}｝\n<]*+")
_NEXT_KEY = re.compile(r"\s*+[\"'“‘”’][A-Za-z_]\w*+[\"'”’“‘]\s*+[:：]")
_LATER_END = re.compile(f"[{QUOTES}][^}}｝]*+[}}｝]")
_NOTHING = frozenset({"", "none", "null", "nothing", "n/a", "无", "没有", "空"})
_ELLIPSIS = ".… "
_TRIES = 2 * FURTHER
_ENDLESS = 2
_TRAILING = "`*.。;；,，]］}｝ \t\r\n\u200b\u2060\ufeff"


@dataclass
class Object:
    """An object as it was written, from its opening brace to after its closing one."""

    values: dict[str, Value]
    start: int
    end: int
    repairs: Repairs = field(default_factory=Repairs)


@dataclass
class FoundObject:
    """What an answer in labels with an object holds. `memory` is None if there is none, "" if it says none."""

    call: Call
    further: list[Call]
    memory: str | None
    thought: str
    choice: Repairs


def find_object(answer: Answer, known: Collection[str], expected: str) -> FoundObject:
    """The object that an answer gives as its action, its reason and its memory (a free text).

    `known` are the action types in lower case. Raises ParseError.
    """
    text = answer.text
    choice = Repairs()
    regions = boxes(text)
    parts = parts_of(text, regions, _LABELS)
    actions = [part for part in parts if part.name == "action"]
    calls = _boxed(answer, regions, actions, known, choice)
    if not calls:
        for part in actions[:FURTHER]:
            calls += _in_span(answer, part.start, part.end, known, boxed=False, certain=True)
        if calls and any(not region.opened for region in regions):
            choice.add("box_unopened")
    if not calls and not actions:
        calls = _in_span(answer, 0, len(text), known, boxed=False, certain=False)
    if not calls:
        raise _nothing(answer, regions, actions, expected)
    call = calls[0]
    remembered = _memory_part(parts, call)
    memory = _memory(text, remembered, call) if remembered is not None else None
    order = (remembered, first_part(parts, "thought"), first_part(parts, "action"))
    note_labels(parts, order, remembered, choice)
    heads = "".join([text[part.label : part.start] for part in parts])
    if "*" in heads or "#" in heads:
        choice.add("markdown_removed")
    if invisible_outside(text, (call.start, call.end), memory):
        choice.add("invisible_removed")
    thought = said_in(text, first_part(parts, "thought")) if parts else one_line(text[: call.start])
    return FoundObject(call, calls[1:], memory.text if memory is not None else None, thought, choice)


def read_object(text: str, at: int, end: int, *, whole: bool = True) -> Object:
    """The object whose brace stands at `at`. Raises UnreadableValue.

    `whole` says that the text was not cut off, so that an object which lacks nothing but its closing brace is one.
    """
    found = Object({}, at, at)
    mark_at(text, at, end, found.repairs)
    at = skip_space(text, at + 1, end)
    doubled = mark_at(text, at, end) == "{"
    if doubled:
        found.repairs.add("doubled_braces")
        at = skip_space(text, at + 1, end)
    while (mark := mark_at(text, at, end, found.repairs)) != "}":
        if found.values:
            if whole and (not mark or text.startswith("<|", at)):
                found.repairs.add("tail_closed")
                found.end = at
                return found
            if mark != ",":
                raise UnreadableValue(f"expected , or }} at {text[at : at + 20]!r}", at)
            at = skip_space(text, at + 1, end)
            if mark_at(text, at, end) == "}":
                found.repairs.add("trailing_comma")
                break
        key, at = _key(found, text, at, end)
        value, at = _value(found, text, at, end)
        if key in found.values:
            raise UnreadableValue(f"{key} is given twice", value.at)
        found.values[key] = value
        at = skip_space(text, at, end)
    mark_at(text, at, end, found.repairs)
    found.end = at + 1
    if doubled and mark_at(text, further := skip_space(text, found.end, end), end) == "}":
        found.end = further + 1
    return found


def _key(found: Object, text: str, at: int, end: int) -> tuple[str, int]:
    if at >= end or text[at] not in QUOTES:
        raise UnreadableValue(f"no key at {text[at : at + 20]!r}", at)
    try:
        string = string_at(text, at, end, lambda after: _colon(text, after, end) is not None, found.repairs)
    except UnclosedString as error:
        raise UnreadableValue("a key is not closed", error.at, unclosed=True) from None
    if text[at] == "'":
        found.repairs.add("python_literal")
    colon = _colon(text, string.end, end) or string.end
    mark_at(text, colon, end, found.repairs)
    return string.text, skip_space(text, colon + 1, end)


def _colon(text: str, after: int, end: int) -> int | None:
    at = skip_space(text, after, end)
    return at if mark_at(text, at, end) == ":" else None


def _value(found: Object, text: str, at: int, end: int) -> tuple[Value, int]:
    mark = mark_at(text, at, end)
    if at < end and text[at] in QUOTES:
        try:
            string = string_at(text, at, end, lambda after: _closes(text, after, end), found.repairs, JSON_ESCAPES)
        except UnclosedString as error:
            raise UnreadableValue("a text is not closed", error.at, unclosed=True) from None
        if text[at] == "'":
            found.repairs.add("python_literal")
        return Value("string", string.text, at), string.end
    if mark in ("[", "{"):
        scratch = Repairs()
        try:
            stop = read_value(text, at, end, scratch).end
        except UnreadableValue:
            if mark == "{":
                raise
            # a place that is no JSON, such as [[x,y]]: its own reader says why
            stop = bracketed(text, at, end)
        return Value("list" if mark == "[" else "object", text[at:stop], at), stop
    word = _BARE.match(text, at, end)
    written = word.group().strip() if word else ""
    if not written:
        raise UnreadableValue(f"no value at {text[at : at + 20]!r}", at)
    if written in ("True", "False", "None"):
        found.repairs.add("python_literal")
    return Value("word", written, at), at + len(written)


def _closes(text: str, after: int, end: int) -> bool:
    """Does the quote before `after` end a text: by the object's end or by the next key?"""
    at = skip_space(text, after, end)
    mark = mark_at(text, at, end)
    if mark in ("", "}"):
        return True
    if mark != ",":
        return False
    at = skip_space(text, at + 1, end)
    return mark_at(text, at, end) in ("", "}") or _NEXT_KEY.match(text, at, end) is not None


def _boxed(
    answer: Answer, regions: list[Region], actions: list[Part], known: Collection[str], choice: Repairs
) -> list[Call]:
    """The objects in boxes; those inside an action's part come first."""
    opened = [region for region in regions if region.opened]
    inside = [
        region for region in opened[:_TRIES]
        if any(part.start <= region.start <= part.end for part in actions[:FURTHER])
    ]  # fmt: skip
    calls: list[Call] = []
    skipped = False
    for region in (inside or opened)[:_TRIES]:
        end = region.end
        if not region.closed and (head := _LABELS.search(answer.text, region.start, end)):
            end = head.start()
        found = _in_span(answer, region.start, end, known, boxed=True, certain=not calls)
        if not found:
            skipped = skipped or (not calls and bool(answer.text[region.start : end].strip()))
        elif not region.closed:
            found[0].repairs.add("box_unclosed")
        calls += found
        if len(calls) > FURTHER:
            break
    if calls and skipped:
        choice.add("box_prose_skipped")
    return calls


def _in_span(answer: Answer, start: int, end: int, known: Collection[str], *, boxed: bool, certain: bool) -> list[Call]:
    """The actions between two offsets, the first few.

    `certain` says that an action must stand there, so that faults are raised; elsewhere only objects count that name a
    known action.
    """
    text = answer.text
    calls: list[Call] = []
    at = start
    endless = 0
    for _ in range(_TRIES):
        opening = _OPENING.search(text, at, end)
        if opening is None or len(calls) > FURTHER:
            break
        try:
            found = read_object(text, opening.start(), end, whole=certain and not answer.cut)
            found = _nested(text, found, end)
        except UnreadableValue as error:
            if certain and not calls:
                raise _unreadable(answer, opening.start(), end, error) from None
            at = opening.end()
            # a text without an end was read to the end of all: that may be done a few times only
            endless += error.unclosed
            if endless > _ENDLESS:
                break
            continue
        at = found.end
        call = _call(found, boxed=boxed)
        if call is not None and not call.name.strip(_ELLIPSIS):
            raise _skeleton(answer, opening.start())
        if call is None or not (certain or call.name.lower() in known):
            continue
        if not calls:
            _refuse_ambiguous_quotes(answer, found, end, boxed=boxed)
            _note_wrapping(text, start, end, found, call, listed=boxed or certain)
        calls.append(call)
    if len(calls) == 1 and (boxed or certain) and text[at:end].replace(BOX_END, "").strip(_TRAILING):
        calls[0].repairs.add("trailing_text_dropped")
    return calls


def _nested(text: str, found: Object, end: int) -> Object:
    """The object itself, or the one that it wraps: {"action": {"action_type": …}}."""
    if KEY in found.values or len(found.values) != 1:
        return found
    (value,) = found.values.values()
    if value.kind != "object":
        return found
    inner = read_object(text, value.at, end)
    inner.repairs.add("nested_action")
    inner.start, inner.end = found.start, found.end
    return inner


def _call(found: Object, *, boxed: bool) -> Call | None:
    values = dict(found.values)
    repairs = Repairs()
    for code in found.repairs.codes:
        # an object with bare quotes in a text is no Python literal either
        if code != "python_literal" or "quotes_normalised" not in found.repairs:
            repairs.add(code)
    key = KEY if KEY in values else next((alias for alias in _KEY_ALIASES if alias in values), None)
    if key is None or values[key].kind not in ("string", "word"):
        return None
    if key != KEY:
        repairs.add(f"alias:{key}→{KEY}")
    name = values.pop(key)
    return Call(name.text.strip(), values, found.start, found.end, repairs, boxed)


def _note_wrapping(text: str, start: int, end: int, found: Object, call: Call, *, listed: bool) -> None:
    before = text[start : found.start].replace(BOX_BEGIN, "").rstrip()
    if listed and before.endswith(("[", "［")):
        call.repairs.add("list_unwrapped")
    if re.search(r"```[A-Za-z]*+$", before):
        call.repairs.add("fence_removed")
    elif before.endswith(("`", "**")):
        call.repairs.add("markdown_removed")


def _refuse_ambiguous_quotes(answer: Answer, found: Object, end: int, *, boxed: bool) -> None:
    """Raise if the object could as well have ended later: what is typed must never be a guess."""
    last = max(found.values.values(), key=lambda value: value.at)
    if last.kind != "string":
        return
    text = answer.text
    stops = [text.find(BOX_END, found.end, end), -1 if boxed else text.find("\n", found.end, end)]
    if opening := _OPENING.search(text, found.end, end):
        stops.append(opening.start())
    stop = min((stop for stop in stops if stop >= 0), default=end)
    if _LATER_END.search(text, found.end, stop):
        raise ParseError(
            "bad_argument",
            "the quotes inside a text leave open where it ends",
            expected='a backslash before each quote inside a text, as in "say \\"hi\\""',
            raw=answer.raw,
            at=found.end,
        )


def _memory_part(parts: list[Part], call: Call) -> Part | None:
    """The last memory before an action, where the family writes it, else the first one after it."""
    memories = [part for part in parts if part.name == "memory"]
    before = [part for part in memories if part.label < call.start]
    return before[-1] if before else next(iter(memories), None)


def _memory(text: str, part: Part, call: Call) -> Memory:
    """The text of a memory; where the action is written behind its label, what stands before the action."""
    end = call.start if part.start <= call.start < part.end else part.end
    said = text[part.start : end].replace(BOX_BEGIN, " ").replace(BOX_END, " ").strip()
    return Memory("" if said.strip("*.。 ").lower() in _NOTHING else plain(said), part.label, end)


def _unreadable(answer: Answer, start: int, end: int, error: UnreadableValue) -> ParseError:
    written = answer.text[start:end]
    if re.match(r"[{｛][^,，}｝]{0,40}(?:\.\.\.|…)", written):
        return _skeleton(answer, start)
    if answer.cut and BOX_END not in written:
        return ParseError(
            "truncated", "the action was cut off", expected="the whole object", raw=answer.raw, at=error.at
        )  # fmt: skip
    return ParseError(
        "bad_argument",
        f"the action is no JSON object: {error.detail}",
        expected=f'{{"{KEY}": "…", …}}',
        raw=answer.raw,
        at=error.at,
    )


def _skeleton(answer: Answer, at: int) -> ParseError:
    return ParseError(
        "no_action", "the answer repeats the form of an action without filling it in", raw=answer.raw, at=at
    )


def _nothing(answer: Answer, regions: list[Region], actions: list[Part], expected: str) -> ParseError:
    """The error for an answer without an object: what stands in its place is shown."""
    spans = [(part.start, part.end) for part in actions[:1]]
    spans += [(region.start, region.end) for region in regions[:1] if region.opened]
    for start, end in spans:
        at = past_wrapping(answer.text, start, end)
        said = answer.text[at:end].replace(BOX_BEGIN, "").replace(BOX_END, "").strip()
        if said and not answer.cut:
            return ParseError(
                "no_action",
                f"the action {said[:40]!r} is no JSON object",
                expected=f'{{"{KEY}": "…", …}}, {expected}',
                raw=answer.raw,
                at=at,
            )
    return answer.missing(expected)
