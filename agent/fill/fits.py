"""Whether a field can be what a value is for, whoever said so: a wrong field is not filled in blindly."""

from __future__ import annotations

import re

from agent.reader import fields, values, words
from agent.reader.fields import Pair
from agent.reader.wishes import Wish

FILE = "file"
"""The slot of a value that is the name of a file to hand over."""
_SURE = 90
_FIGURES = re.compile(r"\D{0,4}[\d.,' ]+\D{0,5}")


def why_not(pair: Pair) -> str:
    """Why the value cannot go into that field, by its role, its kind and its name; "" if nothing speaks against it."""
    wish, target = pair.wish, pair.target
    named = f"'{target.name or target.kind}'"
    if (target.widget.kind == "file") != (wish.slot == FILE):
        return f"{named} takes a file" if target.widget.kind == "file" else f"{named} takes no file"
    if (
        target.kind == "tick"
        and words.yes_or_no(wish.text) is None
        and words.core(wish.text) != words.core(target.label)
    ):
        return f"{named} is a box to tick"
    if target.options and fields.chosen(pair) is None:
        offer = [option for option in target.options if not values.is_placeholder(option)]
        return f"{named} offers {', '.join(offer)[:200]}"
    if wanted := _wanted_kind(pair):
        return f"{named} takes {wanted}"
    called = _called_otherwise(wish, target.label)
    return f"{named} asks for {called}" if called else ""


def _wanted_kind(pair: Pair) -> str:
    """What kind of value the field takes, if it is another one than the value's; "" if that fits."""
    wish, target = pair.wish, pair.target
    text = fields.part(pair)
    kind = target.widget.input_type
    if (kind == "password") != (wish.kind == "secret") and (kind == "password" or wish.slot == "password"):
        return "a password" if kind == "password" else "no password"
    if kind == "email" and "@" not in text:
        return "an e-mail address"
    if kind in ("number", "range") and not _FIGURES.fullmatch(text):
        return "a number"
    if kind == "tel" and sum(letter.isdigit() for letter in text) < 4:
        return "a phone number"
    if kind == "time" and wish.kind != "time":
        return "a time of day"
    if target.kind == "date" and kind in ("date", "datetime-local", "") and values.as_date(wish.text) is None:
        return "a date"
    return ""


def _called_otherwise(wish: Wish, label: str) -> str:
    """What the field surely asks for by its name, if that is another thing than the value; "" if it may be the same."""
    sure = {slot for slot, score in words.slots_of(label).items() if score >= _SURE}
    if not sure or not wish.slot or (wish.label and words.closeness(wish.label, label) >= words.MATCH):
        return ""
    if "email" in sure and "@" in wish.text:
        return ""  # an address under a key of another name, such as "contact"
    if wish.slot in sure or any(wish.slot in words.slot(slot).accepts for slot in sure):
        return ""
    if any(slot in words.slot(wish.slot).accepts for slot in sure):
        return ""
    return " or ".join(sorted(slot.replace("_", " ") for slot in sure))
