"""What a prompt says of earlier steps: what came of each, and as many of them as the context has room for."""

from __future__ import annotations

from collections.abc import Sequence

from actions import ListedElement
from prompts.base import Decision, Step
from prompts.fields import cut
from prompts.images import text_tokens

OBSERVATION = " Observation: "
"""Stands between an earlier answer and what came of it."""
CHANGED = "the screen changed"
UNCHANGED = "the screen did not change"
REFUSED = "refused: "
_NUMBERING = 12
"""About the most tokens of a step's number, its breaks and the indentation of its lines."""
_LONGEST_NOTE = 400
_LONGEST_THOUGHT = 400


def acted(history: Sequence[Step]) -> list[tuple[Step, Decision]]:
    """The steps whose answer could be read, each with its decision."""
    return [(step, step.decision) for step in history if step.decision is not None]


def outcome(step: Step, element: ListedElement | None = None) -> str:
    """What came of a step in one line, "" if nothing is known: a refusal, or what was met, changed and read back.

    `element` is what the answer aimed at, where that is known; what was really met is said instead if that is.
    """
    if step.problem:
        return REFUSED + cut(step.problem, _LONGEST_NOTE)
    result = step.result
    if result is None:
        return ""
    said: list[str] = []
    role, name = (element.role, element.name) if element is not None else ("", "")
    if result.hit is not None and (result.hit.role or result.hit.tag):
        role, name = result.hit.role or result.hit.tag, result.hit.name
    if role:
        said.append(f'met {role} "{cut(name, 80)}"' if name else f"met {role}")
    if result.changed is not None:
        said.append(CHANGED if result.changed else UNCHANGED)
    if result.read_back is not None:
        said.append(f'the field holds "{cut(result.read_back, _LONGEST_NOTE)}"')
    said += [cut(note, _LONGEST_NOTE) for note in result.notes]
    return "; ".join(said)


def thought(text: str) -> str:
    """A thought as the history keeps it: one line, not too long."""
    return cut(" ".join(text.split()), _LONGEST_THOUGHT)


def memory(history: Sequence[Step], empty: str) -> str:
    """The newest memory that an answer gave; a step without one keeps the last."""
    return next((decision.memory for _, decision in reversed(acted(history)) if decision.memory is not None), empty)


def problem(history: Sequence[Step]) -> str:
    """What was wrong with the last answer, with its beginning if it could not be read; "" if nothing was."""
    if not history or not history[-1].problem:
        return ""
    last = history[-1]
    if last.decision is None and last.reply.text.strip():
        return f"{last.problem}\nThe answer was: {cut(last.reply.text.strip(), _LONGEST_NOTE)}"
    return last.problem


def left_out(count: int) -> str:
    return f"({count} earlier steps are left out)"


def newest(items: Sequence[str], room: int) -> tuple[list[str], int]:
    """The newest of some lines that fit into that many tokens, in their order, and how many were dropped."""
    kept = len(items)
    room -= text_tokens(left_out(kept))
    for item in reversed(items):
        room -= text_tokens(item) + _NUMBERING
        if room < 0:
            break
        kept -= 1
    return list(items[kept:]), kept
