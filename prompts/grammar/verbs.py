"""Lines such as `Type [2]; [text]`: a verb, the number of a mark, and a text in brackets."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal

from actions import ParseError
from prompts.grammar.calls import Region, boxes
from prompts.grammar.characters import mark_at, skip_space
from prompts.grammar.envelope import Answer
from prompts.grammar.labels import (
    Part,
    first_part,
    label,
    memory_part,
    note_labels,
    one_line,
    parts_of,
    past_wrapping,
    said_in,
)  # fmt: skip
from prompts.grammar.repairs import Repairs
from prompts.grammar.search import FURTHER, Memory, invisible_outside, read_memory
from prompts.tokens import BOX_END, plain

Shape = Literal["alone", "maybe_text", "mark", "mark_text", "text", "content"]
"""What follows a verb: nothing, perhaps a text, a mark, a mark and a text, a text, a text between content tags."""

_VERB = re.compile(r"[A-Za-z]\w*+")
_VERB_WITH_MARK = re.compile(r"\b([A-Za-z]++)\s?\[\d++\]")
_SEPARATORS = re.compile("[;；,，:：\\s\u200b\u2060\ufeff]*+")
_MARK = re.compile(r"(?:\[|【|［)?(?:\[|【|［)?[^\S\n]*+([A-Za-z]++|\d++)[^\S\n]*+(?:\]|】|］)?(?:\]|】|］)?")
_WORDS_BEFORE = re.compile(r"(?:the |label |mark |element |number |#)++", re.IGNORECASE)
_CONTENT = re.compile(r"<content>", re.IGNORECASE)
_CONTENT_END = "</content>"
_TRAILING = ".。;；,，!`*\"' \t\r\u200b\u2060\ufeff"
_WORD_MARKS = ("window", "up", "down")
_FENCE = re.compile(r"```[A-Za-z]*+")
_LABELS = label("thought", r"action(?! (?:failed|is|was))", "memory_updated", "memory updated", "memory")
_INLINE_ACTION = re.compile(r"\bAction\s*+[:：]", re.IGNORECASE)


@dataclass
class Verb:
    """One verb line. `mark` is a number or a word as it was written, None if there is none; `text` what it carries."""

    name: str
    start: int
    end: int
    mark: str | None = None
    text: str | None = None
    repairs: Repairs = field(default_factory=Repairs)


@dataclass
class FoundVerb:
    """What an answer in labels holds."""

    verb: Verb
    further: list[Verb]
    memory: Memory | None
    thought: str
    choice: Repairs


def find_verb(answer: Answer, shapes: Mapping[str, Shape], expected: str) -> FoundVerb:
    """The verb line that an answer gives, its thought and its memory (a JSON object).

    `shapes` are the verbs in lower case. Raises ParseError.
    """
    text = answer.text
    choice = Repairs()
    regions = boxes(text)
    parts = parts_of(text, regions, _LABELS)
    actions = [part for part in parts if part.name == "action"]
    verbs = _boxed(answer, regions, actions, shapes, choice)
    if not verbs:
        for part in actions[:FURTHER]:
            verbs += _lines(answer, part.start, part.end, shapes, labelled=True)
        if any(not region.opened for region in regions) and verbs:
            choice.add("box_unopened")
    if not verbs and not actions:
        verbs = _unlabelled(answer, parts, shapes)
    if not verbs:
        raise _nothing(answer, regions, actions, shapes, expected)
    verb = verbs[0]
    thought = first_part(parts, "thought")
    remembered = memory_part(parts, verb.end)
    memory = read_memory(text, remembered.label, remembered.start, remembered.end) if remembered else None
    note_labels(parts, (thought, first_part(parts, "action"), remembered), remembered, choice)
    if invisible_outside(text, (verb.start, verb.end), memory):
        choice.add("invisible_removed")
    said = said_in(text, thought) if parts else one_line(text[: verb.start])
    return FoundVerb(verb, verbs[1:], memory, said, choice)


def _boxed(
    answer: Answer, regions: list[Region], actions: list[Part], shapes: Mapping[str, Shape], choice: Repairs
) -> list[Verb]:
    """The verbs in boxes; those inside an action's part come first."""
    opened = [region for region in regions if region.opened]
    inside = [
        region for region in opened[: FURTHER * 4]
        if any(part.start <= region.start <= part.end for part in actions[:FURTHER])
    ]  # fmt: skip
    verbs: list[Verb] = []
    skipped = False
    for region in (inside or opened)[: FURTHER * 4]:
        end = region.end
        if not region.closed:
            head = _LABELS.search(answer.text, region.start, end)
            end = head.start() if head else end
        at = past_wrapping(answer.text, region.start, end)
        head = _INLINE_ACTION.match(answer.text, at, end)
        verb = _read(answer, skip_space(answer.text, head.end(), end) if head else at, end, shapes, boxed=True)
        if verb is None:
            skipped = skipped or (not verbs and bool(answer.text[region.start : end].strip()))
            continue
        if not region.closed:
            if answer.cut:
                raise ParseError("truncated", f"{verb.name} was cut off", expected="the whole action", raw=answer.raw)
            verb.repairs.add("box_unclosed")
        verbs.append(verb)
    if verbs and skipped:
        choice.add("box_prose_skipped")
    return verbs


def _lines(answer: Answer, start: int, end: int, shapes: Mapping[str, Shape], *, labelled: bool) -> list[Verb]:
    """The verb that a part begins with, and further verb lines after it."""
    text = answer.text
    verbs: list[Verb] = []
    at = past_wrapping(text, start, end)
    while at < end and len(verbs) <= FURTHER:
        stop = text.find(BOX_END, at, end)
        verb = _read(answer, at, stop if stop >= 0 else end, shapes, boxed=False)
        if verb is None and not verbs:
            return []
        if verb is None:
            verbs[0].repairs.add("trailing_text_dropped")
            break
        if at > start and _FENCE.search(text, start, at):
            verb.repairs.add("fence_removed")
        verbs.append(verb)
        at = verb.end
        while (found := _FENCE.match(text, skip_space(text, at, end), end)) is not None:
            at = found.end()
        at = skip_space(text, at, end)
        if text.startswith(BOX_END, at):
            at = skip_space(text, at + len(BOX_END), end)
    return verbs


def _unlabelled(answer: Answer, parts: list[Part], shapes: Mapping[str, Shape]) -> list[Verb]:
    """A verb line where the label is missing: only in its strict form, and ending a run only with its own tags."""
    text = answer.text
    stop = next((part.label for part in parts if part.name == "memory"), len(text))
    starts = [found.end() for found in _INLINE_ACTION.finditer(text, 0, stop)]
    starts += [found.start() for found in re.finditer(r"^(?=[^\S\n]*+[A-Za-z])", text[:stop], re.MULTILINE)]
    for start in sorted(starts):
        at = skip_space(text, start, stop)
        word = _VERB.match(text, at, stop)
        shape = shapes.get(word.group().lower()) if word else None
        if word is None or shape is None:
            continue
        line = text.find("\n", at, stop)
        rest = text[word.end() : line if line >= 0 else stop].strip()
        strict = {
            "alone": not rest,
            "maybe_text": not rest or rest.startswith(";"),
            "content": _CONTENT.search(rest) is not None,
            "text": rest.startswith(";") and "[" in rest,
        }.get(shape, rest.startswith("["))
        if not strict:
            continue
        verb = _read(answer, at, stop, shapes, boxed=False)
        return [verb] if verb is not None else []
    return []


def _read(answer: Answer, at: int, end: int, shapes: Mapping[str, Shape], *, boxed: bool) -> Verb | None:
    """The verb that stands at an offset, None if none does. Raises ParseError for a known one that cannot be read."""
    text = answer.text
    word = _VERB.match(text, at, end)
    if word is None or word.group().lower() not in shapes:
        return None
    shape = shapes[word.group().lower()]
    verb = Verb(word.group(), at, word.end())
    at = _separated(text, verb.end, end, verb.repairs)
    separated = any(char in ";；:：," for char in text[verb.end : at])
    bracketed = mark_at(text, at, end) == "["
    if shape in ("text", "content") and not (separated or bracketed or text.startswith("<", at) or at >= end):
        # a sentence that happens to begin with a verb's word
        return None
    if shape in ("mark", "mark_text"):
        at = _mark(verb, text, at, end, alone=shape == "mark" or not separated)
        at = _separated(text, at, end, verb.repairs) if shape == "mark_text" else at
    if shape == "content":
        _content(verb, answer, at, end, boxed=boxed)
    elif shape in ("mark_text", "text") or (shape == "maybe_text" and bracketed):
        _bracketed_text(verb, answer, at, end, shapes, boxed=boxed)
    else:
        _finish(verb, text, at if shape == "mark" else verb.end, end, boxed=boxed)
    return verb


def _mark(verb: Verb, text: str, at: int, end: int, *, alone: bool) -> int:
    """Read the mark at an offset, if one stands there; where it need not be `alone`, a further text must follow it."""
    if words := _WORDS_BEFORE.match(text, at, end):
        verb.repairs.add("brackets_missing")
        at = words.end()
    found = _MARK.match(text, at, end)
    if found is None:
        return at
    bracketed = found.group()[0] in "[【［"
    if not (found[1].isdigit() or found[1].lower() in _WORD_MARKS or (bracketed and alone)):
        return at
    after = _SEPARATORS.match(text, found.end(), end)
    if not alone and mark_at(text, after.end() if after else end, end) != "[":
        return at
    if found.group()[0] in "【［":
        verb.repairs.add("fullwidth_normalised")
    elif found.group().startswith("[["):
        verb.repairs.add("bracket_style")
    elif not bracketed and found[1].isdigit():
        verb.repairs.add("brackets_missing")
    verb.mark = found[1]
    return found.end()


def _bracketed_text(verb: Verb, answer: Answer, at: int, end: int, shapes: Mapping[str, Shape], *, boxed: bool) -> None:
    """The text of a verb: to the last bracket of its box or line, or the bare rest of the line."""
    text = answer.text
    line = text.find("\n", at, end)
    line = end if line < 0 else line
    if mark_at(text, at, end) != "[":
        rest = text[at:line].rstrip() if not boxed else text[at:end].strip()
        if rest:
            verb.repairs.add("brackets_missing")
            verb.text = plain(rest)
        verb.end = at + len(rest) if not boxed else end
        return
    mark_at(text, at, end, verb.repairs)
    stop = end if boxed else line
    close = max(text.rfind("]", at, stop), text.rfind("］", at, stop))
    if close < 0 and not boxed:
        close = max(text.rfind("]", at, end), text.rfind("］", at, end))
    if close < 0:
        raise ParseError(
            "truncated" if answer.cut else "bad_argument",
            f"{verb.name}: a text is not closed",
            expected=f"{verb.name} … [text]",
            raw=answer.raw,
            at=at,
        )
    followed = bool(text[close + 1 : stop].strip(_TRAILING))
    if _balanced(text, at, close) != close and (followed or _another_verb(text, at, close, shapes)):
        raise ParseError(
            "bad_argument",
            f"{verb.name}: the brackets leave open where the text ends",
            expected=f"one action, {verb.name} … [text], and nothing after it",
            raw=answer.raw,
            at=at,
        )
    verb.text = plain(text[at + 1 : close])
    if "\n" in verb.text and not boxed:
        verb.repairs.add("newline_in_string")
    _finish(verb, text, close + 1, end, boxed=boxed)


def can_carry(text: str, shapes: Collection[str]) -> bool:
    """Can a verb carry this text in brackets, so that it is clear where it ends?"""
    written = f"[{text}]"
    last = len(written) - 1
    return _balanced(written, 0, last) == last or not _another_verb(written, 0, last, shapes)


def _another_verb(text: str, start: int, end: int, shapes: Collection[str]) -> bool:
    """Does another verb with a mark begin inside what would be one text?"""
    return any(found[1].lower() in shapes for found in _VERB_WITH_MARK.finditer(text, start, end + 1))


def _balanced(text: str, start: int, last: int) -> int:
    """The bracket that closes the one at `start`, the last one of all if none balances it."""
    depth = 0
    for at in range(start, last + 1):
        if text[at] == "[":
            depth += 1
        elif text[at] == "]":
            depth -= 1
            if depth == 0:
                return at
    return last


def _content(verb: Verb, answer: Answer, at: int, end: int, *, boxed: bool) -> None:
    """The answer between content tags, or in brackets, or bare."""
    text = answer.text
    opening = _CONTENT.match(text, at, end)
    if opening is not None:
        close = text.rfind(_CONTENT_END, opening.end(), end)
        if close < 0 and answer.cut:
            raise ParseError("truncated", f"{verb.name} was cut off", expected=_CONTENT_END, raw=answer.raw, at=at)
        if close < 0:
            verb.repairs.add("tail_closed")
            close = end
        verb.text = plain(text[opening.end() : close])
        _finish(verb, text, min(end, close + len(_CONTENT_END)), end, boxed=boxed)
        return
    verb.repairs.add("content_tag_missing")
    line = text.find("\n", at, end)
    stop = end if boxed or line < 0 else line
    rest = text[at:stop].strip()
    if rest.startswith("[") and rest.endswith("]"):
        rest = rest[1:-1]
    verb.text = plain(rest)
    verb.end = stop


def _finish(verb: Verb, text: str, at: int, end: int, *, boxed: bool) -> None:
    """Set where a verb ends: with its line or its box; other words there are dropped."""
    line = text.find("\n", at, end)
    stop = end if boxed or line < 0 else line
    if text[at:stop].strip(_TRAILING + "\n"):
        verb.repairs.add("trailing_text_dropped")
    verb.end = stop


def _separated(text: str, at: int, end: int, repairs: Repairs) -> int:
    found = _SEPARATORS.match(text, at, end)
    stop = found.end() if found else at
    if any(char in text[at:stop] for char in "；，："):
        repairs.add("fullwidth_normalised")
    return stop


def _nothing(
    answer: Answer, regions: list[Region], actions: list[Part], shapes: Collection[str], expected: str
) -> ParseError:
    """The error for an answer without a known verb: an unknown one is named."""
    spans = [(region.start, region.end) for region in regions[:FURTHER] if region.opened]
    spans += [(part.start, part.end) for part in actions[:FURTHER]]
    for start, end in spans:
        at = past_wrapping(answer.text, start, end)
        found = re.compile(r"([A-Za-z]\w*+)[^\S\n]*+(?:[\[;；]|\d)").match(answer.text, at, end)
        if found and found[1].lower() not in shapes and not answer.cut:
            return ParseError(
                "unknown_action", f"there is no action {found[1]}", expected=expected, raw=answer.raw, at=at
            )
    return answer.missing(expected)
