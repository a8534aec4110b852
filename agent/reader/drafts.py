"""A widget in the making, before it has a name."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from agent.reader.lines import Line
from agent.reader.scene import Rect, WidgetKind
from agent.reader.shapes import Panel

DATE_MASK = re.compile(
    r"^\W*(?:[dmyjaTtJMAY]{1,4}|年|月|日|\d{1,4})\s?[/.\-年]\s?(?:[dmyjaTtJMAY]{1,4}|月|\d{1,2})\s?[/.\-月]\s?(?:[dmyjaTtJMAY]{1,4}|日|\d{1,4})"
)
"""A date, or the mask of one, as date fields show it."""


@dataclass(eq=False)
class Draft:
    """A widget being made: what it is and the texts that stand in it; `panel` is its drawn box, if it has one."""

    kind: WidgetKind
    box: Rect
    inside: list[Line] = field(default_factory=list)
    panel: Panel | None = None
    checked: bool | None = None
    disabled: bool = False


def overlap(one: Rect, other: Rect) -> float:
    """The share of the smaller rectangle that the two have in common."""
    wide = min(one.right, other.right) - max(one.left, other.left)
    tall = min(one.bottom, other.bottom) - max(one.top, other.top)
    if wide <= 0 or tall <= 0:
        return 0.0
    return wide * tall / max(1.0, min(one.width * one.height, other.width * other.height))
