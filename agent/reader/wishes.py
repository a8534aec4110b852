"""Wishes: what the instruction and its data want placed, chosen or refused on the pages to come."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from actions import Task
from agent.reader import words
from agent.reader.phrases import GONE
from agent.reader.sentence import Sentence
from agent.reader.wish import Criterion, Wish, Wishes, given

__all__ = ["Wish", "Wishes", "read_wishes"]


def read_wishes(task: Task, answers: Mapping[str, str] | None = None, labels: Iterable[str] = ()) -> Wishes:
    """The wishes of a task; `answers` are what the person said when asked, by the label that was asked for.
    `labels` are what the pages so far call their fields: a sentence may use these names.

    Data wins over the instruction where both speak of the same slot.
    """
    found = [given(key, value, task.today) for key, value in {**task.data, **(answers or {})}.items() if value.strip()]
    taken = {wish.slot for wish in found if wish.slot}
    sentence = Sentence(task.instruction, task.today, labels, taken)
    texts = {words.plain(wish.text) for wish in found}
    for wish in sentence.wishes():
        if wish.slot not in taken and words.plain(wish.text) not in texts:
            found.append(wish)
    return Wishes(
        instruction=task.instruction,
        values=tuple(_unique(_without_parts(found))),
        criterion=_criterion(task.instruction),
        unread=re.sub(f"{GONE}+", GONE, sentence.rest),
        rest=words.plain(re.sub(f"{GONE}+", ",", sentence.open)),
        clauses=tuple(sentence.clauses()),
        hints=frozenset(sentence.hints()),
        refused=frozenset(sentence.refused()),
    )


def _criterion(instruction: str) -> Criterion:
    names: tuple[Criterion, ...] = ("cheapest", "best", "dearest", "earliest")
    for name in names:
        if words.says("signs", name, instruction):
            return name
    return ""


def _without_parts(found: list[Wish]) -> list[Wish]:
    """A full name read from the sentence says nothing new where the data have its parts."""
    parts = {words.plain(wish.text) for wish in found if wish.slot in ("first_name", "last_name") and wish.said}
    if len(parts) > 1:
        return [w for w in found if w.slot != "full_name" or w.said or not all(p in words.plain(w.text) for p in parts)]
    return found


def _unique(found: Iterable[Wish]) -> Iterator[Wish]:
    seen: set[str] = set()
    for wish in found:
        key = wish.key
        while key in seen:
            key += "+"
        seen.add(key)
        yield wish.model_copy(update={"key": key})
