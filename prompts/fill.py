"""One request that asks for the places of all of a form's values at once, and how its answer is read.

The answer is a JSON object: behind each key the number of a field, its box in thousandths, or null. It is read with
the tolerance of the dialects; what stands behind one key and is no place costs only that key.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from actions import Element, Observation, ParseError, Place, Task
from prompts.base import Message, Reply
from prompts.coordinates import read_place
from prompts.elements import write_elements
from prompts.fields import write_data
from prompts.grammar import Answer, Repairs, UnreadableValue, open_envelope, read_value
from prompts.images import image_part
from prompts.marks import draw_marks
from prompts.templates import Wording

NAME = "fill"
SAMPLING: dict[str, Any] = {"temperature": 0.001, "max_tokens": 8192}
EXPECTED = 'one JSON object such as {"email": 3, "name": [120,240,480,280], "fax": null}'
_OPENING = re.compile(r"[{｛\[［【]")
_MARK = re.compile(r"[\[(#]?\s*(\d{1,4})\s*[\])]?")
_NOTHING = frozenset({"", "null", "none", "n/a", "无", "没有", "空"})
_PLACES = ("mark", "number", "box", "bbox_2d", "bbox", "box_2d", "point", "place")
_KEYS = ("key", "label", "name", "field")
_MOST_TRIES = 40


@dataclass(frozen=True)
class Places:
    """What an answer says: by key the number of an element or a place; None where it says that there is no field.

    Keys that the answer leaves out, or gives no readable place, are not in it; `problems` says why, by key.
    """

    found: Mapping[str, int | Place | None]
    problems: Mapping[str, str]
    repairs: tuple[str, ...]


class FillPrompt:
    """The wording of the request; `prompts` is a folder with a `fill.txt` of the user's own.

    Raises UsageError for a faulty wording.
    """

    def __init__(self, prompts: Path | None = None) -> None:
        names = ("data", "elements")
        optional = ("url", "title", "problem")
        self._wording = Wording(NAME, __package__ or "prompts", NAME, names=names, optional=optional, folder=prompts)

    def messages(
        self, task: Task, values: Mapping[str, str], fields: Sequence[Element], seen: Observation, problem: str = ""
    ) -> list[Message]:
        """One user message: the page with `fields` outlined and numbered, then the text.

        `values` are those that have no place yet; `problem` says what was wrong with the last answer, "" if nothing.
        """
        text = self._wording.for_task(task).fill(
            {
                "data": write_data(values),
                "url": seen.url[:1000],
                "title": seen.title,
                "elements": write_elements(fields, "\n".join(values.values())),
                "problem": problem,
            }
        )
        picture = image_part(draw_marks(seen.screenshot, fields))
        return [{"role": "user", "content": [picture, {"type": "text", "text": text}]}]

    def parse(self, reply: Reply, keys: Collection[str], seen: Observation) -> Places:
        """The places of an answer. Raises ParseError if it holds no object with any of the keys."""
        repairs = Repairs()
        answer = open_envelope(reply, repairs)
        entries, problems = _entries(answer, keys, repairs)
        found: dict[str, int | Place | None] = {}
        for key, written in entries.items():
            try:
                found[key] = _read(written, key, seen, repairs)
            except ParseError as error:
                problems[key] = error.detail
        return Places(found, problems, repairs.codes)


def _entries(answer: Answer, keys: Collection[str], repairs: Repairs) -> tuple[dict[str, Any], dict[str, str]]:
    """By key what the best object of the answer says: the one with most of the keys, the first of several."""
    known = {_folded(key): key for key in keys}
    best: dict[str, Any] = {}
    twice: tuple[str, ...] = ()
    fault: UnreadableValue | None = None
    at = 0
    for _ in range(_MOST_TRIES):
        opening = _OPENING.search(answer.text, at)
        if opening is None:
            break
        tried = Repairs()
        try:
            parsed = read_value(answer.text, opening.start(), len(answer.text), tried)
        except UnreadableValue as error:
            fault, at = fault or error, opening.end()
            continue
        at = parsed.end
        found = {known[key]: value for name, value in _pairs(parsed.value, known) if (key := _folded(name)) in known}
        if len(found) > len(best):
            best, twice = found, tuple(known[key] for name in parsed.twice if (key := _folded(name)) in known)
            for code in tried.codes:
                repairs.add(code)
    if not best:
        if fault is not None and not answer.cut:
            raise ParseError(
                "bad_argument", f"the answer is no JSON object: {fault.detail}", expected=EXPECTED, raw=answer.raw,
                at=fault.at,
            )  # fmt: skip
        raise answer.missing(EXPECTED)
    # two places for one value: which one is meant is not said
    return {key: best[key] for key in best if key not in twice}, dict.fromkeys(twice, "it has two places")


def _pairs(value: Any, known: Collection[str]) -> list[tuple[str, Any]]:
    """(key, place) of an object, of one that wraps it, or of a list of objects that name a key and its place each."""
    if isinstance(value, dict):
        wrapped = next(iter(value.values())) if len(value) == 1 else None
        if isinstance(wrapped, dict | list) and not any(_folded(key) in known for key in value):
            return _pairs(wrapped, known)
        return list(value.items())
    found: list[tuple[str, Any]] = []
    for entry in value if isinstance(value, list) else ():
        if isinstance(entry, dict) and (name := next((entry[key] for key in _KEYS if key in entry), None)) is not None:
            found.append((str(name), next((entry[key] for key in _PLACES if key in entry), None)))
    return found


def _read(written: Any, key: str, seen: Observation, repairs: Repairs) -> int | Place | None:
    if isinstance(written, dict):
        written = next((written[name] for name in _PLACES if name in written), written)
    if isinstance(written, list) and len(written) == 1:
        written = written[0]
    if written is None or (isinstance(written, str) and written.strip().lower() in _NOTHING):
        return None
    if isinstance(written, int) and not isinstance(written, bool):
        return written
    if isinstance(written, str) and (mark := _MARK.fullmatch(written.strip())):
        return int(mark[1])
    if isinstance(written, list | str):
        text = written if isinstance(written, str) else str(written)
        return read_place(
            text, name=key, width=seen.width, height=seen.height, repairs=repairs, own="flat box", raw=text
        )
    raise ParseError("bad_coordinates", f"{key}: {str(written)[:40]!r} is no field's number and no box", raw="")


def _folded(key: Any) -> str:
    return " ".join(str(key).split()).casefold()
