"""Entering one value: the action that does it, and whether the field holds it afterwards."""

from __future__ import annotations

import re
from typing import NamedTuple

from actions import Action, Box, Click, Element, Observation, Press, Select, Type
from agent.fill.look import Look
from agent.reader import dates, fields, values, words
from agent.reader.fields import Pair

_NEAR = 4
"""Texts beside a field that may show the form of a date."""


class Entry(NamedTuple):
    """An action and why, in words without the value of a secret."""

    action: Action
    thought: str


def holds(pair: Pair, look: Look) -> bool:
    """Does the field hold the value, whatever form the page gave it?"""
    wish, target = pair.wish, pair.target
    if fields.holds(pair, look.memory, by_eye=False):
        return True
    plain = target.kind == "text" and wish.kind in ("text", "phone") and not target.options
    return plain and _reformatted(fields.part(pair), target.shown)


def _reformatted(wanted: str, shown: str) -> bool:
    """'4111111111111111' as '4111 1111 1111 1111': a mask put its own marks between, and nothing else."""
    if re.search(r"\d[.,]\d|^\W*-", wanted):
        return False  # without its marks a sum is another one
    one, other = ("".join(letter for letter in words.plain(text) if letter.isalnum()) for text in (wanted, shown))
    return len(one) > 3 and one == other


def entry(pair: Pair, look: Look, tried: int) -> Entry | None:
    """What enters the value, after `tried` vain tries; None if the field offers nothing that is meant."""
    wish, target = pair.wish, pair.target
    element = look.element(target.widget)
    why = f"'{target.name}' takes {wish.told()}."
    if target.kind == "tick":
        return Entry(Click(at=element.box), why)
    if target.options and (target.kind != "text" or tried):
        at = fields.chosen(pair)
        if at is None:
            return None
        if target.kind == "radio":
            return Entry(Click(at=look.element(target.widgets[at]).box), why)
        return Entry(Select(at=element.box, option=target.options[at]), why)
    if target.kind == "select" or (tried and element.role == "combobox"):
        return Entry(Select(at=element.box, option=fields.part(pair)), why)
    text = fields.written(pair, tried, _hint(pair, look))
    return Entry(Type(text=text, into=element.box, replace=True), why)


def _hint(pair: Pair, look: Look) -> str:
    """What stands beside a date's field; read by eye only where the field itself does not show the form."""
    own = f"{pair.target.hint} {pair.target.widget.value}"
    if pair.wish.kind != "date" or pair.target.kind != "text" or pair.target.part:
        return ""
    if dates.mask_of(own) or dates.shape_of(pair.target.widget.value):
        return ""
    return "\n".join(look.view.beside(pair.target.widget)[:_NEAR])


def proposal(pair: Pair, before: Observation, now: Observation) -> Box | None:
    """Which of the proposals that appeared with what was typed is meant; None if none did or none is."""
    options, wish = _proposals(before, now), pair.wish
    at = values.choose(wish.kind, wish.text, [option.name for option in options])
    if at is None:
        starts = [n for n, one in enumerate(options) if words.plain(one.name).startswith(words.plain(wish.text))]
        at = starts[0] if len(starts) == 1 else None
    return options[at].box if at is not None else None


def leaves(before: Observation, now: Observation) -> Press | None:
    """What leaves a list of proposals that appeared and holds nothing that is meant; it may cover what is below."""
    return Press(keys=("tab",)) if _proposals(before, now) else None


def _proposals(before: Observation, now: Observation) -> list[Element]:
    known = {(element.name, element.box) for element in before.elements if element.role == "option"}
    return [one for one in now.elements if one.role == "option" and (one.name, one.box) not in known]
