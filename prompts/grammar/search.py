"""Where in an answer the one action and the memory stand."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from actions import ParseError
from prompts.grammar.calls import Call, Region, boxes, looks_like_call, names, read_call
from prompts.grammar.characters import INVISIBLE, skip_space
from prompts.grammar.envelope import Answer, repeats
from prompts.grammar.labels import label
from prompts.grammar.repairs import Repairs
from prompts.grammar.values import UnreadableValue, compact, map_strings, read_value
from prompts.tokens import BOX_BEGIN, BOX_END, plain

FURTHER = 8
"""How many calls or memories after the first are looked at."""
_FENCE = re.compile(r"```[A-Za-z]*+")
_SENTENCE_END = re.compile(r"(?:^|[.!?:;。！？：；>*`\n])[^\S\n]*+$")


@dataclass
class Memory:
    """A memory as an answer gives it: `text` is one line of JSON, None if there is none that can be read."""

    text: str | None
    start: int
    end: int
    repairs: Repairs = field(default_factory=Repairs)


@dataclass
class Found:
    """What an answer with calls holds."""

    call: Call
    further: list[Call]
    memory: Memory | None
    prose: str
    choice: Repairs
    """What was put right in choosing the action among what the answer holds."""


_MEMORY = label("memory")


def read_memory(text: str, start: int, at: int, end: int) -> Memory:
    """The memory whose label stands at `start` and whose value, a list or an object, follows `at`."""
    memory = Memory(None, start, at)
    at = skip_space(text, at, end)
    if fence := _FENCE.match(text, at, end):
        memory.repairs.add("fence_removed")
        at = fence.end()
    try:
        parsed = read_value(text, at, end, memory.repairs)
    except UnreadableValue as error:
        parsed, memory.end = None, error.at
    if parsed is None or not isinstance(parsed.value, list | dict):
        memory.repairs = Repairs()
        memory.repairs.add("memory_unreadable")
        if repeats(text[:end]):
            memory.repairs.add("repetition")
        return memory
    memory.end = parsed.end
    if "fence_removed" in memory.repairs and (fence := _FENCE.match(text, skip_space(text, parsed.end, end), end)):
        memory.end = fence.end()
    memory.text = compact(map_strings(parsed.value, plain))
    return memory


def find_calls(
    answer: Answer, known: Collection[str], ends: Collection[str], expected: str, *, boxes_wanted: bool = True
) -> Found:
    """The call that an answer makes, and its memory (a JSON list after `Memory:`).

    `known` are the names in lower case, with aliases; `ends` those that end a run: outside a box they count only where
    they stand by themselves, because prose must never end a run. `boxes_wanted` False says that
    the dialect has none, so that their lack is no fault. Raises ParseError.
    """
    text = answer.text
    choice = Repairs()
    regions = boxes(text)
    calls, prose_boxes = _boxed_calls(answer, regions, known)
    memories: list[Memory] = []
    if not calls:
        calls, memories = _bare_calls(answer, known, ends)
        if any(not region.opened for region in regions) and calls:
            choice.add("box_unopened")
        elif calls and boxes_wanted:
            choice.add("action_unboxed")
    if not calls:
        raise _nothing(answer, regions, known, expected)
    call, further = calls[0], calls[1:]
    if prose_boxes and call.boxed:
        choice.add("box_prose_skipped")
    memory = _choose_memory(text, call, regions, memories)
    _note_wrapping(text, call, choice)
    if invisible_outside(text, (call.start, call.end), memory):
        choice.add("invisible_removed")
    if memory is not None and memory.end > call.end and text[memory.end :].strip() and memory.text is not None:
        last = max([other.end for other in further], default=0)
        if last < memory.end:
            choice.add("trailing_text_dropped")
    return Found(call, further, memory, _prose(text, call, memory), choice)


def invisible_outside(text: str, action: tuple[int, int], memory: Memory | None) -> bool:
    """Is there a zero-width character anywhere but in the action and in the memory, where it may be meant?"""
    at = 0
    for start, end in sorted([action, *([(memory.start, memory.end)] if memory is not None else [])]):
        if INVISIBLE.search(text, at, start):
            return True
        at = end
    return INVISIBLE.search(text, at) is not None


def _boxed_calls(answer: Answer, regions: list[Region], known: Collection[str]) -> tuple[list[Call], bool]:
    """The known calls in boxes, the first few; and whether a box before the first held none."""
    calls: list[Call] = []
    skipped = False
    for region in regions:
        if not region.opened:
            continue
        found = _first_in(answer, region, known, extend=not calls)
        if found is None:
            skipped = skipped or (not calls and bool(answer.text[region.start : region.end].strip()))
            continue
        calls.extend(found)
        if len(calls) > FURTHER:
            break
    return calls, skipped


def _first_in(answer: Answer, region: Region, known: Collection[str], *, extend: bool) -> list[Call] | None:
    """The calls of one box; `extend` reports its faults and lets a text in it hold an end token."""
    text, end = answer.text, region.end
    if not region.closed and (memory := _MEMORY.search(text, region.start, end)):
        end = memory.start()
    calls: list[Call] = []
    at = region.start
    for name, start, inside in names(text, region.start, end):
        if start < at or name.lower() not in known:
            continue
        try:
            call = _read(answer, name, start, inside, end, region)
        except ParseError as error:
            if not extend or calls:
                return calls or None
            longer = _longer(text, region) if error.kind == "truncated" and region.closed else None
            if longer is None:
                raise
            call = _read(answer, name, start, inside, longer, region)
            end = longer
        if not region.closed:
            call.repairs.add("box_unclosed")
        calls.append(call)
        at = call.end
        if len(calls) > FURTHER:
            break
    return calls or None


def _read(answer: Answer, name: str, start: int, inside: int, end: int, region: Region) -> Call:
    cut = answer.cut and not region.closed
    return read_call(answer.text, name, start, inside, end, boxed=True, cut=cut, raw=answer.raw)


def _longer(text: str, region: Region) -> int | None:
    """The next end of a box, if the one at the end of `region` may have been part of a text."""
    after = region.end + len(BOX_END)
    end = text.find(BOX_END, after)
    if end < 0 or text.find(BOX_BEGIN, after, end) >= 0 or _MEMORY.search(text, after, end):
        return None
    return end


def _bare_calls(answer: Answer, known: Collection[str], ends: Collection[str]) -> tuple[list[Call], list[Memory]]:
    """The known calls outside boxes and outside memories, the first few, and the memories between them."""
    text = answer.text
    calls: list[Call] = []
    memories: list[Memory] = []
    labels = [(found.start(), found.end(), "") for found in _MEMORY.finditer(text)]
    heads = [(start, inside, name) for name, start, inside in names(text, 0, len(text)) if name.lower() in known]
    at = 0
    for start, inside, name in sorted(labels + heads):
        if start < at or len(calls) > FURTHER:
            continue
        if not name:
            if len(memories) < FURTHER:
                memories.append(read_memory(text, start, inside, len(text)))
                at = memories[-1].end
            continue
        if not looks_like_call(text, inside, len(text)):
            continue
        try:
            call = read_call(text, name, start, inside, len(text), boxed=False, cut=answer.cut, raw=answer.raw)
        except ParseError:
            if calls:
                break
            raise
        at = call.end
        calls.append(call)
    for call in calls:
        if call.name.lower() in ends and (_differ(calls) or not _stands_alone(text, call)):
            raise ParseError(
                "no_action",
                f"{call.name}() is mentioned in a sentence; a run ends only by an explicit call",
                expected=f"{BOX_BEGIN}{call.name}(){BOX_END} to end it, or one other call",
                raw=answer.raw,
                at=call.start,
            )
    return calls, memories


def _differ(calls: Sequence[Call]) -> bool:
    first, *others = ((call.name.lower(), {key: value.text for key, value in call.args.items()}) for call in calls)
    return any(other != first for other in others)


def _stands_alone(text: str, call: Call) -> bool:
    """Does a call begin a line or a sentence, and end its line?"""
    before = text[max(0, call.start - 40) : call.start]
    line = text.find("\n", call.end)
    after = text[call.end : line if line >= 0 else len(text)].strip(" \t\r`*")
    if after.startswith((BOX_END,)):
        after = after[len(BOX_END) :].strip()
    return not after and _SENTENCE_END.search(before) is not None


def _choose_memory(text: str, call: Call, regions: list[Region], read: list[Memory]) -> Memory | None:
    """The first memory after the action, else the last one before it."""
    before: re.Match[str] | None = None
    for found in _MEMORY.finditer(text):
        if call.start <= found.start() < call.end or any(
            region.closed and region.opened and region.start <= found.start() < region.end for region in regions
        ):
            continue
        if found.start() >= call.end:
            return read_memory(text, found.start(), found.end(), len(text))
        before = found
    if before is None:
        return None
    for memory in read:
        if memory.start == before.start():
            return memory
    return read_memory(text, before.start(), before.end(), call.start)


def _nothing(answer: Answer, regions: list[Region], known: Collection[str], expected: str) -> ParseError:
    """The error for an answer without a known call: an unknown one is named."""
    text = answer.text
    spans = [(region.start, region.end) for region in regions[:FURTHER] if region.opened] or [(0, len(text))]
    for start, end in spans:
        for name, _, inside in names(text, start, end)[:FURTHER]:
            if name.lower() not in known and looks_like_call(text, inside, end) and not answer.cut:
                return ParseError(
                    "unknown_action", f"there is no action {name}", expected=expected, raw=answer.raw, at=inside
                )
    return answer.missing(expected)


def _note_wrapping(text: str, call: Call, repairs: Repairs) -> None:
    before = text[max(0, call.start - 40) : call.start].rstrip(" \t\r\n")
    if before.endswith("`") or re.search(r"```[A-Za-z]*+$", before):
        repairs.add("fence_removed" if re.search(r"```[A-Za-z]*+$", before) else "markdown_removed")
    elif before.endswith("**"):
        repairs.add("markdown_removed")


def _prose(text: str, call: Call, memory: Memory | None) -> str:
    """The explanation: what stands before the action and is no memory, else what stands after it."""
    before = text[: call.start]
    after = text[call.end :]
    if memory is not None and memory.end <= call.start:
        before = text[: memory.start] + text[memory.end : call.start]
    elif memory is not None:
        after = text[call.end : memory.start]
    for part in (before, after):
        said = _FENCE.sub("", part.replace(BOX_BEGIN, " ").replace(BOX_END, " ")).strip("`* \t\r\n\u200b\u2060\ufeff")
        if said:
            return plain(" ".join(said.split()))
    return ""
