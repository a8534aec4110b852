"""Screens built by hand: widgets and texts, as a list or as eyes would give them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from actions import Task
from agent.reader.moves import Move
from agent.reader.pages import View
from agent.reader.planner import plan
from agent.reader.scene import Rect, Scene, TextLine, Widget
from prompts.base import Briefing

TODAY = datetime.date(2026, 11, 21)


def field(label: str, value: str = "", **more: Any) -> Widget:
    return Widget(kind=more.pop("kind", "field"), label=label, value=value, **more)


def date(label: str, value: str = "") -> Widget:
    return Widget(kind="date", label=label, value=value, input_type="date")


def select(label: str, *options: str, value: str = "", **more: Any) -> Widget:
    return Widget(kind="select", label=label, options=options, value=value or options[0], **more)


def box(label: str, checked: bool = False, **more: Any) -> Widget:
    return Widget(kind="checkbox", label=label, checked=checked, **more)


def radio(label: str, group: str = "", checked: bool = False) -> Widget:
    return Widget(kind="radio", label=label, group=group, checked=checked)


def button(label: str, **more: Any) -> Widget:
    return Widget(kind=more.pop("kind", "button"), label=label, **more)


def link(label: str) -> Widget:
    return Widget(kind="link", label=label)


def view(widgets: Iterable[Widget], texts: Iterable[str] = (), instruction: str = "") -> View:
    """A listed screen: marks are given in order, and the texts stand under each other."""
    marked = [widget.model_copy(update={"mark": mark}) for mark, widget in enumerate(widgets)]
    lines = tuple(
        TextLine(text=text, box=Rect(20, 20 + 30 * row, 20 + 8 * len(text), 36 + 30 * row))
        for row, text in enumerate(texts)
    )
    scene = Scene(width=1280, height=800, texts=lines, widgets=())
    return View(marked, lambda: scene, listed=True, instruction=instruction)


class Run:
    """One task over several hand-made screens: the memory is carried from move to move, as the loop does."""

    def __init__(self, instruction: str, scroll: tuple[float, float] | None = (0.0, 0.0), **data: str) -> None:
        self.task = Task(instruction=instruction, data=data, today=TODAY)
        self.scroll = scroll
        self.memory = ""
        self.past: tuple[str, ...] = ()

    def look(self, widgets: Iterable[Widget], texts: Iterable[str] = (), *, notes: tuple[str, ...] = ()) -> Move:
        """The move for the next screen."""
        briefing = Briefing(task=self.task, memory=self.memory, notes=notes, past=self.past, scroll=self.scroll)
        move = plan(briefing, view(widgets, texts, self.task.instruction))
        self.memory = move.memory
        self.past = (*self.past, move.thought)
        return move
