"""A form that complains, or that needs what nobody gave."""

from __future__ import annotations

import re

from actions import Ask, Type
from agent.reader import dates, values, words
from agent.reader.fields import Pair, Target
from agent.reader.moves import Step
from agent.reader.situation import Situation


def mend(now: Situation) -> Step | None:
    """A form that complains: mend what can be mended, ask for what nobody gave, else end with what it says."""
    if now.memory.did not in ("press", "final"):
        return None
    invalid = [target for target in now.view.targets if target.widget.invalid]
    complaint = next(iter(complaints(now)), "")
    if not invalid and not complaint:
        return None
    target = next(iter(invalid), None) or _blamed(now, complaint)
    if target is None:
        return None
    pair = next((pair for pair in now.pairs if pair.target.at == target.at), None)
    what = complaint or f"'{target.name}' is marked as wrong"
    if pair is None:
        # an unticked box that nobody asked for is no missing value, nor is what eyes took a link for
        askable = not target.shown and target.kind != "tick" and words.button_kind(target.name) != "away"
        return _ask(now, target, what) if askable else None
    tried = now.memory.tries.get(f"mend {target.name}", 0)
    if tried:
        return now.end(f"the form does not accept {pair.wish.told()} in '{target.name}': {what}")
    mended = _mended(now, pair, complaint)
    if mended == target.shown:
        return now.end(f"the form does not accept {pair.wish.told()} in '{target.name}': {what}")
    now.memory.tries[f"mend {target.name}"] = 1
    now.memory.last = f"fill {pair.wish.key}"
    return Step(
        Type(text=mended, into=now.view.place(target.widget), replace=True),
        f"The form says '{what}', so write {pair.wish.told()} as '{mended}'.", target.widget,
    )  # fmt: skip


def _mended(now: Situation, pair: Pair, complaint: str) -> str:
    day = values.as_date(pair.wish.text)
    if pair.wish.kind == "date" and day is not None:
        mask = dates.mask_of(complaint)
        shape = dates.shape_of(complaint)
        return dates.write(day, mask or shape or "dd/mm/yyyy")
    if pair.wish.kind in ("phone", "amount") or words.says("signs", "digits_only", complaint):
        return re.sub(r"\D", "", pair.wish.text)
    return pair.target.shown


def complaints(now: Situation) -> list[str]:
    """What the page says is wrong, and did not say before the last press."""
    found = now.view.all_that_say("invalid")
    return [text for text in found if not _is_label(now, text) and words.plain(text)[:60] not in now.memory.hints]


def _is_label(now: Situation, text: str) -> bool:
    """Is a text that sounds like a complaint only a field's own label or hint?"""
    return any(words.trimmed(text) in words.plain(target.hint) for target in now.view.targets)


def _blamed(now: Situation, complaint: str) -> Target | None:
    """The field that a complaint names; else the one that stands nearest to it."""
    named = [(words.closeness(target.label, complaint), -target.at) for target in now.view.targets]
    by_words = [
        target for target in now.view.targets
        if (core := words.core(target.label)) and len(core) > 2 and core in words.plain(complaint)
    ]  # fmt: skip
    if by_words:
        return by_words[0]
    if named and max(named)[0] >= 80:
        return next(target for target in now.view.targets if -target.at == max(named)[1])
    line = next((line for line in now.view.texts if line.text == complaint), None)
    placed = [target for target in now.view.targets if target.widget.box is not None]
    if line is None or not placed:
        return None
    return min(
        placed, key=lambda target: abs(line.box.centre[1] - target.widget.box.centre[1]) if target.widget.box else 0
    )


def required(now: Situation) -> Step | None:
    """Before a press: what the form must have and nobody gave is asked for, never made up."""
    paired = {pair.target.at for pair in now.pairs}
    for target in now.view.targets:
        if (
            not any(widget.required for widget in target.widgets)
            or target.at in paired
            or target.shown not in ("", "no")
        ):
            continue
        if target.kind == "tick" and target.widget.checked is not False:
            continue
        return _ask(now, target, f"the form needs '{target.name}'")
    return None


def _ask(now: Situation, target: Target, why: str) -> Step:
    if target.name in now.memory.answers or now.memory.tries.get(f"ask {target.name}"):
        return now.end(f"'{target.name}' is needed and was not given ({why})")
    now.memory.tries[f"ask {target.name}"] = 1
    now.memory.last = f"ask {target.name}"
    offer = ", ".join(option for option in target.options if not values.is_placeholder(option))
    choices = f" It offers: {offer[:200]}." if offer else ""
    return Step(
        Ask(question=f"What should '{target.name}' be?{choices}"),
        f"{why[:1].upper()}{why[1:]}, and the task does not say it.",
    )
