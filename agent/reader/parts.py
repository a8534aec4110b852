"""Parts: a full name in two fields, an address in four, a street and its number apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from agent.reader import values, words
from agent.reader.fields import Target, asked
from agent.reader.memory import Memory
from agent.reader.wishes import Wish


def fitted(wishes: Iterable[Wish], targets: Sequence[Target], memory: Memory) -> list[Wish]:
    """The wishes in the parts that these fields ask for, or joined where one field asks for the whole.

    What was entered in parts stays in parts, though a placeholder that asked for one is gone with its first letter.
    A part's key is that of the whole, a slash and its slot.
    """
    slots = asked(targets) | {key.rpartition("/")[2] for key in memory.filled if "/" in key}
    return _lists(_streets(_addresses(_names(list(wishes), slots), slots), slots), targets)


def _lists(wishes: list[Wish], targets: Sequence[Target]) -> list[Wish]:
    """'Polish, English and German' is three boxes where there are three boxes of these names."""
    boxes = {words.core(target.label): target.label for target in targets if target.kind == "tick"}
    result: list[Wish] = []
    for wish in wishes:
        items = [item.strip() for item in re.split(r"[,，、;]| and | und |和|及", wish.text) if item.strip()]
        if len(items) > 1 and all(words.core(item) in boxes for item in items):
            result += [
                wish.model_copy(update={"key": f"{wish.key}/{item}", "slot": "", "text": item}) for item in items
            ]
        else:
            result.append(wish)
    return result


def _names(wishes: list[Wish], slots: set[str]) -> list[Wish]:
    found = _by_slot(wishes)
    full, first, last = (found.get(slot) for slot in ("full_name", "first_name", "last_name"))
    if full and not (first and last) and slots & {"first_name", "last_name"}:
        given, family = values.split_name(full.text)
        rest = [wish for wish in wishes if wish not in (full, first, last)]
        return rest + _pieces(full, {"first_name": given, "last_name": family})
    if first and last and not full and "full_name" in slots and not slots & {"first_name", "last_name"}:
        whole = values.join_name(first.text, last.text)
        joined = Wish(key=f"{first.key}+{last.key}", slot="full_name", text=whole, firm=first.firm)
        return [wish for wish in wishes if wish not in (first, last)] + [joined]
    return wishes


def _addresses(wishes: list[Wish], slots: set[str]) -> list[Wish]:
    found = _by_slot(wishes)
    address = found.get("address")
    if address is None or not (slots & {"street", "house_number", "address"} and slots & {"zip", "city"}):
        return wishes
    if not slots & {"street", "house_number"} and "city" not in slots:
        return wishes
    pieces = {slot: text for slot, text in values.split_address(address.text).items() if slot not in found}
    return [wish for wish in wishes if wish is not address] + _pieces(address, pieces) if pieces else wishes


def _streets(wishes: list[Wish], slots: set[str]) -> list[Wish]:
    found = _by_slot(wishes)
    street = found.get("street") or found.get("address")
    if street is None or "house_number" in found or not {"street", "house_number"} <= slots:
        return wishes
    road, house = values.split_street(street.text)
    pieces = _pieces(street, {"street": road, "house_number": house})
    return [wish for wish in wishes if wish is not street] + pieces if house else wishes


def _pieces(whole: Wish, texts: dict[str, str]) -> list[Wish]:
    return [
        whole.model_copy(update={"slot": slot, "key": f"{whole.key}/{slot}", "text": text, "label": "", "said": ""})
        for slot, text in texts.items()
        if text
    ]


def _by_slot(wishes: Iterable[Wish]) -> dict[str, Wish]:
    return {wish.slot: wish for wish in wishes if wish.slot}
