"""A form that complains, or that needs what nobody gave."""

from __future__ import annotations

import re
from collections.abc import Iterator

from actions import Ask, Type
from agent.reader import dates, fields, values, words
from agent.reader.fields import Pair, Target
from agent.reader.moves import Step
from agent.reader.scene import Rect
from agent.reader.situation import Situation


def mend(now: Situation) -> Step | None:
    """A form that complains: mend what can be mended, ask for what nobody gave, else end with what it says."""
    if now.memory.did not in ("press", "final", "mend"):
        return None
    for target, what in _faults(now):
        mended_now = now.memory.did == "mend" and _mends(now, target)
        step = None if mended_now else _mend_one(now, target, what)
        if step is not None:
            return step
    return None


def _faults(now: Situation) -> Iterator[tuple[Target, str]]:
    """The fields that are marked as wrong, then those that the page's complaints are about, each with what is said."""
    said = complaints(now)
    for target in now.view.targets:
        if target.widget.invalid:
            own = next((text for text in said if _blamed(now, text) == target), next(iter(said), ""))
            yield target, own or f"'{target.name}' is marked as wrong"
    for text in said:
        if (blamed := _blamed(now, text)) is not None and not blamed.widget.invalid:
            yield blamed, text


def _mend_one(now: Situation, target: Target, what: str) -> Step | None:
    pair = next((pair for pair in now.pairs if pair.target.at == target.at), None)
    if pair is None:
        # an unticked box that nobody asked for is no missing value, nor is what eyes took a link for
        askable = not target.shown and target.kind != "tick" and words.button_kind(target.name) != "away"
        return _ask(now, target, what) if askable else None
    mended = _mended(now, pair, what)
    if _mends(now, target) or mended == target.shown:
        return now.end(f"the form does not accept {pair.wish.told()} in '{target.name}': {what}")
    now.memory.tries[f"mend {target.name}"] = 1
    now.memory.filled[pair.wish.key] = target.name
    now.memory.hints.append(words.plain(what)[:60])
    now.memory.last = f"mend {pair.wish.key}"
    return Step(
        Type(text=mended, into=now.view.place(target.widget), replace=True),
        f"The form says '{what}', so write {pair.wish.told()} as '{mended}'.", target.widget,
    )  # fmt: skip


def _mends(now: Situation, target: Target) -> int:
    return now.memory.tries.get(f"mend {target.name}", 0)


def _mended(now: Situation, pair: Pair, complaint: str) -> str:
    day = values.as_date(pair.wish.text)
    if pair.wish.kind == "date" and day is not None:
        mask = dates.mask_of(complaint)
        shape = dates.shape_of(complaint)
        return dates.write(day, mask or shape or "dd/mm/yyyy")
    if pair.wish.kind in ("phone", "amount") or words.says("signs", "digits_only", complaint):
        return re.sub(r"\D", "", pair.wish.text) or pair.target.shown
    return pair.target.shown


def complaints(now: Situation) -> list[str]:
    """What the page says is wrong, and did not say before the last press."""
    found = now.view.all_that_say("invalid")
    return [text for text in found if not _is_label(now, text) and words.plain(text)[:60] not in now.memory.hints]


def _is_label(now: Situation, text: str) -> bool:
    """Is a text that sounds like a complaint only a field's own label or hint?"""
    said = words.trimmed(text)
    for target in now.view.targets:
        shown = (target.widget.value, *target.options)
        if said in words.plain(target.hint) or said in map(words.trimmed, shown):
            return True
    return False


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
    said = {words.stem(word) for word in words.tokens(complaint)}
    akin = {t.at: len(said & {words.stem(word) for word in words.tokens(t.label)}) for t in now.view.targets}
    if akin and max(akin.values()) > 1:
        return next(target for target in now.view.targets if akin[target.at] == max(akin.values()))
    line = next((line for line in now.view.texts if line.text == complaint), None)
    if line is None:
        return None
    if words.says("signs", "digits_only", complaint):
        targets = [t for t in now.view.targets if re.search(r"\d", t.shown) and re.search(r"\D", t.shown)]
    else:
        targets = list(now.view.targets)
    distances = {t.at: _distance(now, line.box, box) for t in targets if (box := now.view.box(t.widget)) is not None}
    nearest = min(distances, key=distances.__getitem__, default=None)
    return next((target for target in targets if target.at == nearest), None)


def _distance(now: Situation, said: Rect, field: Rect) -> float:
    """How far a complaint is from a field that it may be about: right under it is near, over or beside it is far."""
    aside = max(0.0, said.left - field.right, field.left - said.right)
    above = 2 * now.view.scene.line if said.bottom < field.top else 0.0
    return abs(said.centre[1] - field.centre[1]) + above + aside


def required(now: Situation) -> Step | None:
    """Before a press: what the form must have and nobody gave is asked for, never made up."""
    paired = {pair.target.at for pair in now.pairs}
    refusing = {target.at for wish in now.unplaced() if (target := fields.refusing(wish, now.view.targets))}
    for target in now.view.targets:
        if (
            not any(widget.required for widget in target.widgets)
            or target.at in paired
            or target.shown not in ("", "no")
        ):
            continue
        if target.kind == "tick" and target.widget.checked is not False:
            continue
        if target.at in refusing:
            return now.end(now.refusal(now.unplaced()))
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
