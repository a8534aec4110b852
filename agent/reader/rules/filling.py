"""Filling in: the next field that does not hold what it should, and what the task mentions in passing."""

from __future__ import annotations

from actions import Box, Press, Select, Type
from agent.reader import choices, fields, values, words
from agent.reader.fields import Pair, Target
from agent.reader.moves import Step
from agent.reader.scene import Widget
from agent.reader.situation import OPEN_LIST, Situation
from agent.reader.steppers import fits, steppers_of

_MOST_TICKS = 2
_TRIES_OF_HINTS = 2
_MOST_STEPS = 20


def option_list(now: Situation) -> Step | None:
    """A list that the last answer opened: choose in it."""
    if now.memory.did not in ("choose", "fill"):
        return None
    options = [widget for widget in now.view.widgets if widget.kind == "option" and not widget.disabled]
    wish = next((wish for wish in now.wanted if wish.key == now.memory.about), None)
    if not options or wish is None:
        return None
    at = values.choose(wish.kind, wish.text, [option.label for option in options])
    if at is None and now.memory.did == "fill":
        starts = [i for i, option in enumerate(options) if words.plain(option.label).startswith(words.plain(wish.text))]
        at = starts[0] if starts else None
    if at is None or now.tried(f"option {wish.key}") > _MOST_TICKS:
        return None
    now.memory.last = f"choose {wish.key}"
    return now.click(options[at], now.memory.last, f"The list offers '{options[at].label}', which is {wish.told()}.")


def fill(now: Situation) -> Step | None:
    """The next field, list or box, in reading order, that does not hold what it should or what the task mentions.

    In reading order, since what has been scrolled away is not seen again before the press.
    """
    pairs = {pair.target.at: pair for pair in now.pairs}
    for target in now.view.targets:
        pair = pairs.get(target.at)
        if pair is None:
            step = _mentioned(now, target)
        elif now.holds(pair):
            step = None
        elif fields.given_up(pair, now.memory):
            shown = target.shown
            holds = f"it holds '{shown}'" if shown else "it stays empty"
            offer = f"; it offers {', '.join(target.options[:8])}" if target.options else ""
            return now.end(f"'{target.name}' does not take {pair.wish.told()}: {holds}{offer}")
        else:
            step = _enter(now, pair)
        if step is not None:
            return step
    return _count(now)


def _enter(now: Situation, pair: Pair) -> Step:
    wish, target = pair.wish, pair.target
    tried = now.memory.tries.get(target.name, 0)
    now.memory.tries[target.name] = tried + 1
    now.memory.filled[wish.key] = target.name
    now.memory.last = f"fill {wish.key}"
    place = now.view.place(target.widget)
    if target.kind == "tick":
        verb = "Untick" if words.yes_or_no(wish.text) is False else "Tick"
        return now.click(target.widget, f"tick {target.name}", f"{verb} '{target.name}', as asked.")
    if target.options:
        at = fields.chosen(pair)
        if at is not None:
            return pick(now, target, at, wish.key, f"{wish.told()} belongs into '{target.name}'")
    if target.kind == "select":
        now.memory.last = f"choose {wish.key}"
        if tried:
            return _open(now, target)
        thought = f"Choose {wish.told()} in '{target.name}'."
        return Step(Select(at=place, option=fields.part(pair)), thought, target.widget)
    hint = "\n".join(now.view.beside(target.widget)[:4]) if wish.kind == "date" and target.kind == "text" else ""
    text = fields.written(pair, tried, hint)
    shown = "•••" if wish.kind == "secret" else text
    why = (
        f"'{target.name}' takes {wish.told()}: enter '{shown}'"
        if shown != wish.text
        else f"'{target.name}' takes {wish.told()}"
    )
    return Step(Type(text=text, into=place, replace=True), f"{why}.", target.widget)


def pick(now: Situation, target: Target, at: int, key: str, why: str) -> Step:
    option = target.options[at]
    now.memory.last = f"fill {key}"
    if target.kind == "radio":
        return now.click(target.widgets[at], now.memory.last, f"{why}: choose '{option}'.")
    return Step(Select(at=now.view.place(target.widget), option=option), f"{why}: choose '{option}'.", target.widget)


def _mentioned(now: Situation, target: Target) -> Step | None:
    """A choice or a box that the instruction names in passing: 'a double room, with breakfast'."""
    if now.memory.tries.get(target.name, 0) >= _TRIES_OF_HINTS:
        return None
    if target.kind == "select" and not target.options and _worth_opening(now, target):
        return _open(now, target)
    if target.kind == "radio" and not target.label:
        return _unasked(now, target)
    if target.kind in ("radio", "select") and target.options:
        at = choices.mentioned(now.wishes, target)
        if at is not None and words.plain(target.options[at]) != words.plain(target.shown):
            now.tried(target.name)
            return pick(now, target, at, f"hint {target.name}", "The task mentions it")
    elif target.kind == "tick":
        wanted = _box_wanted(now, target)
        if wanted is not None and wanted != bool(target.widget.checked):
            now.tried(target.name)
            now.memory.ticked.append(target.name[:60])
            verb, why = ("Tick", "the task or the form asks for it") if wanted else ("Untick", "it was refused")
            return now.click(target.widget, f"tick {target.name}", f"{verb} '{target.name[:120]}': {why}.")
    return None


def _unasked(now: Situation, target: Target) -> Step | None:
    """Radio buttons whose question cannot be told may belong to several: each that is mentioned is chosen.

    Where one choice undoes another they are of one question, and which is meant is not clear.
    """
    meant = [widget for widget in target.widgets if choices.mentions(now.wishes, widget.label)]
    if not meant and (at := choices.mentioned(now.wishes, target)) is not None:
        meant = [target.widgets[at]]
    for widget in meant:
        if not widget.checked and now.tried(f"radio {widget.label}") > 1:
            return now.end(f"it is not clear which is meant of {', '.join(other.label for other in meant)}")
        if not widget.checked:
            return now.click(widget, f"hint {widget.label}", f"The task mentions it: choose '{widget.label}'.")
    return None


def _count(now: Situation) -> Step | None:
    """A count that is set by pressing plus and minus: one press at a time, the count read in between."""
    for wish in now.wanted:
        if wish.kind != "count" or any(pair.wish.key == wish.key for pair in now.pairs):
            continue
        for stepper in steppers_of(now.view):
            if not fits(stepper, wish) or stepper.shows is None:
                continue
            if stepper.shows == int(wish.text):
                now.memory.placed[wish.key] = stepper.label
            elif now.tried(f"step {wish.key}") <= _MOST_STEPS:
                button = stepper.more if stepper.shows < int(wish.text) else stepper.less
                return now.click(
                    button, f"step {wish.key}", f"'{stepper.label}' is {stepper.shows}; {wish.told()} is wanted."
                )
    return None


def _worth_opening(now: Situation, target: Target) -> bool:
    """A closed list may offer what the instruction mentions in passing; eyes see that only when it is open."""
    if now.view.listed or now.memory.tries.get(f"open {target.name}") or words.says("signs", "sort", target.name):
        return False
    said = [word for word in now.wishes.hints if not words.button_kind(word)]
    return bool(said) or (target.widget.required and not target.shown)


def _open(now: Situation, target: Target) -> Step:
    now.tried(f"open {target.name}")
    place = now.view.place(target.widget)
    if isinstance(place, Box):
        now.memory.opened = (place.left, place.top, place.right, place.bottom)
    return now.click(target.widget, f"open {target.name}", f"Open '{target.name}' to see what it offers.")


def opened(now: Situation) -> Step | None:
    """A list that was opened to be read: choose what is wanted of it, else close it."""
    label, place = now.memory.about, now.memory.opened
    if now.memory.did != "open" or place is None or not any(OPEN_LIST.search(note) for note in now.briefing.notes):
        return None
    options = tuple(now.memory.options.get(label, ()))
    target = Target("select", label, (Widget(kind="select", label=label, options=options),), 0)
    at, key, why = choices.mentioned(now.wishes, target), f"hint {label}", "The task mentions it"
    for pair in fields.pair_up(
        [wish for wish in now.wanted if wish.key not in now.memory.placed], [target], now.memory
    ):
        at = fields.chosen(pair)
        key, why = pair.wish.key, f"{pair.wish.told()} belongs into '{label}'"
        now.memory.filled[key] = label
    if at is None:
        now.memory.last = "close"
        return Step(Press(keys=("escape",)), f"Nothing in '{label}' is asked for; close it.")
    now.memory.last = f"choose {key}"
    left, top, right, bottom = place
    box = Box(left=left, top=top, right=right, bottom=bottom)
    return Step(Select(at=box, option=options[at]), f"{why}: choose '{options[at]}'.")


def _box_wanted(now: Situation, target: Target) -> bool | None:
    """Should a box be ticked? Terms are, advertising is not, and what the task says comes first."""
    label = f"{target.label} {target.widget.group}"
    tokens = set(words.tokens(target.label))
    refused = tokens & now.wishes.refused
    if words.says("signs", "marketing", label):
        newsletter = next((wish for wish in now.wanted if wish.slot == "newsletter"), None)
        if newsletter is not None and newsletter.text == "no":
            return False
        return False if refused and target.widget.checked else None
    if refused and len(refused) >= max(1, len(tokens) // 3):
        return False
    if words.consents(label) and not words.says("signs", "optional", label):
        return True
    if choices.agreed(now.wishes, target.label):
        return True
    return True if choices.mentions(now.wishes, target.label) and len(tokens) < 12 else None
