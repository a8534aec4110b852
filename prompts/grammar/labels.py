"""Answers in labelled parts: `Thought: …`, `Action: …`, `Memory: …`, in any order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from prompts.grammar.calls import Region
from prompts.grammar.characters import skip_space
from prompts.grammar.repairs import Repairs
from prompts.tokens import BOX_BEGIN, BOX_END, plain

_FENCE = re.compile(r"```[A-Za-z]*+")
# all white space but a newline, and zero-width characters: one class, since this is looked for at every line's start
_INDENT = r"\t\r\x0b\x0c\x1c-\x1f \x85\xa0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
_KINDS = {"reason": "thought"}


def label(*spellings: str) -> re.Pattern[str]:
    """A pattern for labels: at the start of a line, any case, either colon, plain or bold; group 1 is the name."""
    return re.compile(rf"^[{_INDENT}]*+[*#]*+[^\S\n]*+((?i:{'|'.join(spellings)}))\**+[^\S\n]*+[:：]\**+", re.MULTILINE)


class Part(NamedTuple):
    """What follows one label, up to the next: `name` is thought, action or memory, `label` where the label stands."""

    name: str
    label: int
    start: int
    end: int


def parts_of(text: str, regions: Sequence[Region], labels: re.Pattern[str]) -> list[Part]:
    """The labelled parts outside boxes, in order."""
    found: list[tuple[str, int, int]] = []
    at = 0
    for head in labels.finditer(text):
        while at < len(regions) and regions[at].end <= head.start():
            at += 1
        region = regions[at] if at < len(regions) else None
        if region and region.opened and region.closed and region.start <= head.start():
            continue
        name = head[1].lower()
        found.append(("memory" if name.startswith("memory") else _KINDS.get(name, name), head.start(), head.end()))
    ends = [start for _, start, _ in found[1:]] + [len(text)]
    return [Part(name, start, inside, end) for (name, start, inside), end in zip(found, ends, strict=False)]


def first_part(parts: Sequence[Part], name: str) -> Part | None:
    for part in parts:
        if part.name == name:
            return part
    return None


def memory_part(parts: Sequence[Part], end: int) -> Part | None:
    """The first memory after an action that ends at `end`, else the last one before it."""
    memories = [part for part in parts if part.name == "memory"]
    return next((part for part in memories if part.label >= end), memories[-1] if memories else None)


def note_labels(parts: Sequence[Part], order: Sequence[Part | None], memory: Part | None, choice: Repairs) -> None:
    """Record labels that are missing or not in `order`, which holds the parts as the dialect wants them."""
    thought, action = first_part(parts, "thought"), first_part(parts, "action")
    if not parts:
        choice.add("labels_missing")
        return
    if action is None:
        choice.add("labels_missing")
    places = [part.label for part in order if part is not None]
    if places != sorted(places):
        choice.add("label_order")
    if memory is None:
        choice.add("memory_missing")
    if thought is None and action is not None:
        choice.add("reason_missing")


def said_in(text: str, part: Part | None) -> str:
    """The text of a part as one line without box tokens, "" if there is none."""
    return one_line(text[part.start : part.end]) if part is not None else ""


def one_line(said: str) -> str:
    said = said.replace(BOX_BEGIN, " ").replace(BOX_END, " ")
    return plain(" ".join(said.strip("* \n\t").split()))


def past_wrapping(text: str, at: int, end: int) -> int:
    """The offset after spaces, a code fence and emphasis."""
    at = skip_space(text, at, end)
    if fence := _FENCE.match(text, at, end):
        at = skip_space(text, fence.end(), end)
    while at < end and text[at] in "`*":
        at += 1
    return at
