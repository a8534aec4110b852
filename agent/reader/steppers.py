"""Steppers: a count that is set with a button for more and one for less, and no field to type into."""

from __future__ import annotations

import itertools
import re
from typing import NamedTuple

from agent.reader import words
from agent.reader.pages import View
from agent.reader.scene import Widget
from agent.reader.wishes import Wish


class Stepper(NamedTuple):
    """Two buttons and the count that it shows (None if it cannot be read)."""

    label: str
    less: Widget
    more: Widget
    shows: int | None


def steppers_of(view: View) -> list[Stepper]:
    """The steppers of a screen: a button for less and one for more that follow each other."""
    found = []
    buttons = [widget for widget in view.buttons if widget.kind == "button"]
    for less, more in itertools.pairwise(buttons):
        if _names(less, "less") and _names(more, "more"):
            found.append(Stepper(_label(view, less, more), less, more, _count(view, less, more)))
    return found


def fits(stepper: Stepper, wish: Wish) -> bool:
    """Is a stepper for what a wish counts?"""
    if wish.kind != "count":
        return False
    given = words.tokens(wish.label)
    near = words.slots_of(stepper.label).keys() & {wish.slot, *words.slot(wish.slot).accepts}
    return bool(near) or (bool(given) and set(given) <= set(words.tokens(stepper.label)))


def _names(button: Widget, key: str) -> bool:
    return words.says("buttons", key, button.label) != "" and not words.says("buttons", "final", button.label)


def _label(view: View, less: Widget, more: Widget) -> str:
    """What is counted: the rest of the buttons' own names, else the group, else the text on their left."""
    for button, key in ((more, "more"), (less, "less")):
        rest = words.plain(button.label).replace(words.says("buttons", key, button.label), " ", 1).strip()
        if words.tokens(rest):
            return rest
    return more.group or less.group or view.named_by(less)


def _count(view: View, less: Widget, more: Widget) -> int | None:
    left, right = view.box(less), view.box(more)
    if left is None or right is None:
        return None
    for line in view.scene.texts:
        x, y = line.box.centre
        if (
            left.left < x < right.right
            and abs(y - left.centre[1]) < left.height
            and re.fullmatch(r"\d{1,3}", line.text.strip())
        ):
            return int(line.text)
    return None
