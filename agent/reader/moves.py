"""What a rule decides, and what the planner answers."""

from __future__ import annotations

from typing import NamedTuple

from actions import Action
from agent.reader.scene import Widget


class Step(NamedTuple):
    """One action, why in a plain sentence, and the widget that it acts on (None: none, or only a place)."""

    action: Action
    thought: str
    widget: Widget | None = None


class Move(NamedTuple):
    """The planner's answer: the action, why, what to remember, and the mark of what is acted on."""

    action: Action
    thought: str
    memory: str
    mark: int | None = None
