"""What the dialects of the GLM family share: the fields of their prompts, and reading them back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from pydantic import ValidationError

from actions import Action, ListedElement, Observation, ParseError, Task
from prompts import fields
from prompts import history as past
from prompts.base import Briefing, Message, Step
from prompts.grammar import Repairs
from prompts.grammar.characters import INVISIBLE
from prompts.grammar.values import compact, map_strings
from prompts.images import image_of
from prompts.templates import Wording
from prompts.tokens import escape

T = TypeVar("T")
CONTEXT = 64_000
SAMPLING: dict[str, Any] = {"temperature": 0.001, "max_tokens": 8192}
NAMES = ("task", "history", "memory")
OPTIONAL = ("start", "today", "data", "url", "title", "app", "scroll", "notes", "problem", "images")
LONGEST_ADDRESS = 1_000
_LONGEST_NOTE = 2_000
_MOST_NOTES = 20


def facts(task: Task, history: Sequence[Step], seen: Observation, *, empty_memory: str) -> dict[str, str]:
    """The values of all placeholders but the history, the elements and the pictures."""
    return {
        "task": task.instruction,
        "start": fields.cut(task.start, LONGEST_ADDRESS),
        "today": fields.write_date(task.today),
        "data": fields.write_data(task.data),
        "url": fields.cut(seen.url, LONGEST_ADDRESS),
        "title": fields.cut(seen.title, LONGEST_ADDRESS),
        "app": fields.cut(seen.app, LONGEST_ADDRESS),
        "scroll": fields.write_scroll(seen.scroll),
        "notes": fields.write_notes(cut_notes(seen.notes)),
        "memory": past.memory(history, empty_memory),
        "problem": past.problem(history),
        "history": "",
        "images": "1",
    }


def cut_notes(notes: Sequence[str]) -> list[str]:
    """As many notes about a screen, and as much of each, as a prompt has room for."""
    return [fields.cut(note, _LONGEST_NOTE) for note in notes[:_MOST_NOTES]]


def numbered(items: Sequence[str], dropped: int, head: Callable[[int], str], first: int) -> str:
    """History lines with their numbers, after a line that says how many are missing."""
    lines = [past.left_out(dropped)] if dropped else []
    return fields.write_items(lines + [head(n) + item for n, item in enumerate(items, first)])


def read_history(value: str, tail: Callable[[str], str | None]) -> tuple[str, ...]:
    """The lines that `numbered` was given; `tail` gives a line without its number, None if it has none."""
    return tuple(item for line in fields.read_items(value) if (item := tail(line)) is not None)


def briefing(
    messages: Sequence[Message],
    wording: Wording,
    tail: Callable[[str], str | None],
    elements: Callable[[str], tuple[ListedElement, ...]] = lambda value: (),
    memory: Callable[[Sequence[str]], str] = lambda lines: "",
    *,
    screen: int = 0,
) -> Briefing | None:
    """What a prompt of this wording says, None if the messages are no such prompt.

    `memory` finds in the history what a wording without a slot for it remembers; `screen` is the place of the current
    picture among all.
    """
    if len(messages) != 1 or messages[0].get("role") != "user":
        return None
    content = messages[0].get("content")
    if not isinstance(content, list) or not all(isinstance(part, dict) for part in content):
        return None
    text = "".join(str(part.get("text", "")) for part in content if part.get("type") == "text")
    pictures = [image for part in content if (image := image_of(part)) is not None]
    values = wording.match(text)
    if values is None:
        return None
    try:
        task = Task(
            instruction=values["task"], start=values.get("start", ""), data=fields.read_data(values.get("data", ""))
        )
        if "today" in values:
            task = task.model_copy(update={"today": fields.read_date(values["today"])})
        listed = elements(values.get("elements", ""))
    except (ValueError, ValidationError):
        return None
    said = fields.read_notes(values.get("notes", ""))
    trouble = values.get("problem", "")
    lines = read_history(values["history"], tail)
    return Briefing(
        task=task,
        past=lines,
        memory=values["memory"] if "memory" in values else memory(lines),
        elements=listed,
        notes=(*said, trouble) if trouble else said,
        url=values.get("url", ""),
        title=values.get("title", ""),
        app=values.get("app", ""),
        scroll=fields.read_scroll(values.get("scroll", "")),
        screenshot=pictures[screen] if pictures else b"",
    )


def memory_text(memory: str, kind: type[list[Any]] | type[dict[str, Any]]) -> str:
    """A memory as an answer writes it: one line of JSON, text that is none in a list or under `note`."""
    if not memory.strip():
        return compact(kind())
    try:
        value = json.loads(memory)
    except (ValueError, RecursionError):
        value = memory
    if not isinstance(value, list | dict):
        value = [memory] if kind is list else {"note": memory}
    return compact(map_strings(value, escape))


def one_line(text: str) -> str:
    """A thought as an answer writes it: one line without special tokens and zero-width characters."""
    return escape(" ".join(INVISIBLE.sub(" ", text).split()))


def chosen(
    first: T, further: Iterable[T], action_of: Callable[[T, Repairs], Action], choice: Repairs
) -> tuple[Action, Repairs]:
    """The action of the first of what an answer holds, and what was put right in its meaning.

    Further ones were aimed at a screen that nobody has seen yet: they are dropped, and `choice` says so.
    """
    meaning = Repairs()
    action = action_of(first, meaning)
    for other in further:
        try:
            same = action_of(other, Repairs()) == action
        except ParseError:
            same = False
        choice.add("duplicate_dropped" if same else "extra_action_dropped")
    return action, meaning


def names_of(verbs: Iterable[str]) -> str:
    return "one of " + ", ".join(verbs)


def unknown(name: str, known: Iterable[str], raw: str, at: int) -> ParseError:
    """The error for an action that the dialect has no word for."""
    return ParseError("unknown_action", f"there is no action {name[:60]}", expected=names_of(known), raw=raw, at=at)


def refused(error: ValidationError, name: str, raw: str) -> ParseError:
    """An argument that no action can have, as an error for the model."""
    first = error.errors(include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"] if isinstance(part, str))
    return ParseError("bad_argument", f"{name}: {where or 'an argument'}: {first['msg']}", raw=raw)
