"""Presses: which button goes on from here, and whether pressing it is final."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from agent.reader import values, words
from agent.reader.cards import Card, cards
from agent.reader.memory import Memory
from agent.reader.pages import View
from agent.reader.scene import Widget
from agent.reader.wishes import Wish, Wishes

ONWARD = "it goes on from here"
_TWICE = 2


class Choice(NamedTuple):
    """A button to press; `final` if pressing it may be the last thing that happens; `why` it was taken, in words.

    `says` are the keys of the wishes that the chosen result is told by.
    """

    button: Widget
    final: bool
    why: str
    says: tuple[str, ...] = ()


class NoChoice(NamedTuple):
    """Why no button is pressed; `over` if looking elsewhere cannot help."""

    why: str
    over: bool = False


def best(
    view: View, wishes: Wishes, memory: Memory, unplaced: Sequence[Wish], *, may_scroll: bool
) -> Choice | NoChoice:
    """The button that goes on best from this screen; one above all fields only if the page does not go on below."""
    ranked = sorted(
        (
            (score, -at, button)
            for at, button in enumerate(view.buttons)
            if (score := _score(view, button, wishes, memory)) > 0
        ),
        key=lambda entry: entry[:2],
        reverse=True,
    )
    if not ranked:
        return _nothing(view)
    button = ranked[0][2]
    if may_scroll and _heads(view, button):
        return NoChoice("the form's button is further down")
    rivals = [other for other in view.buttons if _alike(other, button) and other.kind == button.kind]
    if len(rivals) > 1 and not words.is_one_of("buttons", "onward", button.label):
        return _among(cards(view, rivals), wishes, memory, unplaced)
    if button.disabled:
        return NoChoice(f"'{button.label}' cannot be pressed")
    return Choice(button, _is_final(view, button, memory, unplaced), ONWARD)


def _among(results: Sequence[Card], wishes: Wishes, memory: Memory, unplaced: Sequence[Wish]) -> Choice | NoChoice:
    """One of several results: the one that was named, else the best by what was asked for, else the first free one."""
    free = [card for card in results if not card.sold_out]
    named = [(score, card) for card in results if (score := _named(card, wishes, unplaced, results)) > 0]
    if named:
        top = max(score for score, _ in named)
        meant = [card for score, card in named if score == top]
        if all(card.sold_out for card in meant):
            said = next(
                (text for card in meant for text in card.texts if words.says("signs", "sold_out", text)), "sold out"
            )
            return NoChoice(f"what was asked for is not available: {said}", over=True)
        if len(meant) < len(results):
            free = [card for card in meant if not card.sold_out]
    if not free:
        return NoChoice("everything here is sold out or unavailable", over=True)
    first = _by_criterion(free, wishes)
    why = "it is the first that is free"
    if wishes.criterion and first is not free[0]:
        why = f"it is the {wishes.criterion} of those that are free"
    elif named:
        why = "it is the one that was asked for"
    others = [card for card in results if card is not first]
    told = (w.key for w in unplaced if _tells(first, w) and not all(_tells(card, w) for card in others))
    return Choice(first.button, final=False, why=why, says=tuple(told))


def _tells(card: Card, wish: Wish) -> bool:
    """Does a result say a time, a day or a name that is wanted?"""
    texts = (card.button.label, *card.texts)
    if wish.kind in ("time", "date"):
        return any(values.within(wish.kind, wish.text, text) for text in texts)
    return wish.kind == "text" and any(words.plain(wish.text) in words.plain(text) for text in texts)


def _by_criterion(free: Sequence[Card], wishes: Wishes) -> Card:
    if wishes.criterion in ("cheapest", "dearest"):
        priced = [(card.price, at) for at, card in enumerate(free) if card.price is not None]
        if priced and len(priced) == len(free):
            return free[
                min(priced)[1] if wishes.criterion == "cheapest" else max(priced, key=lambda one: (one[0], -one[1]))[1]
            ]
    if wishes.criterion == "best":
        rated = [(card.rating, -at) for at, card in enumerate(free) if card.rating is not None]
        if rated:
            return free[-max(rated)[1]]
    return free[0]


def _named(card: Card, wishes: Wishes, unplaced: Sequence[Wish], results: Sequence[Card]) -> int:
    """How much of what was asked for a result says that not all of them say."""
    texts = (card.button.label, *card.texts)
    said = {word for text in texts for word in words.tokens(text) if len(word) > 2}
    common = set.intersection(*({w for t in (c.button.label, *c.texts) for w in words.tokens(t)} for c in results))
    wanted = set(wishes.hints) - wishes.refused
    for wish in unplaced:
        if not wish.later and wish.kind in ("text", "name"):
            wanted |= set(words.tokens(wish.text))
    telling = [wish for wish in unplaced if _tells(card, wish)]
    alone = [wish for wish in telling if not all(_tells(other, wish) for other in results)]
    return len((said & wanted) - common) + len(alone)


def _score(view: View, button: Widget, wishes: Wishes, memory: Memory) -> float:
    label = button.label
    asked = set(words.tokens(label)) & set(words.tokens(wishes.instruction))
    kind = words.button_kind(label)
    if not kind and words.says("buttons", "choose", label) and sum(_alike(other, button) for other in view.buttons) > 1:
        kind = "forward"  # one of several results
    if kind == "away" and not (asked and words.says("buttons", "away", wishes.instruction)):
        return 0.0
    if _beside_the_point(button, wishes) or _pressed_in_vain(view, button, memory):
        return 0.0
    base = {"final": 50.0, "forward": 46.0, "away": 30.0, "": 14.0}[kind]
    if button.kind == "link":
        if memory.final and kind not in ("final", "forward"):
            return 0.0
        base -= 22.0 if kind or asked else 60.0
        if words.trimmed(label) in memory.links:
            base -= 30.0  # it stood on the page before as well: it is the site's, not this step's
        if kind not in ("final", "forward") and not asked:
            return 0.0
        # the links of a page's head lead away from its form
        if _heads(view, button) and not set(words.tokens(label)) <= asked:
            return 0.0
    score = base + 9.0 * min(2, len(asked))
    if words.says("buttons", "sign_in", label) and kind != "final":
        score -= 20.0
    return score + _position(view, button)


def _position(view: View, button: Widget) -> float:
    """A form's button follows its fields; one before all of them belongs to the page's head."""
    at = _index(view, button)
    fields = [
        target.at + len(target.widgets) - 1 for target in view.targets if not words.says("signs", "sort", target.name)
    ]
    if not fields:
        return 0.0
    before = [place for place in fields if place < at]
    after = [place for place in fields if place > at]
    if not before:
        return -18.0
    return 14.0 - 4.0 * (bool(after) and len(after) >= len(before)) - 0.4 * min(20, at - before[-1])


def _index(view: View, button: Widget) -> int:
    """Where a button stands among the widgets; one that is only a text stands where its box does."""
    if button in view.widgets or button.box is None:
        return view.widgets.index(button)
    x, y = button.box.centre
    return sum(
        1
        for w in view.widgets
        if w.box is not None and (w.box.centre[1] < y - 4 or (w.box.centre[1] < y + 4 and w.box.centre[0] < x))
    )


def _heads(view: View, button: Widget) -> bool:
    """Does a button stand above all that can be filled in?"""
    at = _index(view, button)
    return bool(view.targets) and all(target.at >= at for target in view.targets)


def _is_final(view: View, button: Widget, memory: Memory, unplaced: Sequence[Wish]) -> bool:
    """May this be the press after which all is done? In doubt yes: a final press waits for every wanted value."""
    kind = words.button_kind(button.label)
    if kind == "forward":
        return False
    if kind == "final" and not words.says("buttons", "sure", button.label):
        entering = [target for target in view.targets if target.kind in ("text", "date", "select")]
        if button.kind == "link" and not entering:
            return False
        # "Book" below a date and a number of people leads to who is booking: such pages do not ask for names yet
        personal = {"full_name", "first_name", "last_name", "email", "phone", "message"}
        asked = {slot for target in view.targets for slot in words.slots_of(target.label)}
        met = personal & (asked | {key.split("/")[-1] for key in memory.placed})
        if not met and unplaced and all(wish.later for wish in unplaced):
            return False
        if not entering and not memory.presses and unplaced:
            return False
    return True


def _beside_the_point(button: Widget, wishes: Wishes) -> bool:
    label = button.label
    if words.is_one_of("buttons", "more", label) or words.is_one_of("buttons", "less", label):
        return True
    if words.says("signs", "cookie", label) or words.says("buttons", "elsewhere", label):
        return True
    signing = words.says("buttons", "sign_in", label)
    if signing and button.kind == "link":
        return not words.says("buttons", "sign_in", wishes.instruction)
    return False


def _pressed_in_vain(view: View, button: Widget, memory: Memory) -> bool:
    pressed = [label for label, screen in memory.presses if screen == view.fingerprint]
    return pressed.count(words.trimmed(button.label)) >= _TWICE


def _alike(one: Widget, other: Widget) -> bool:
    """'Book', and 'Book Sea View' beside 'Book Garden Room': buttons that do the same with different results."""
    a, b = words.trimmed(one.label), words.trimmed(other.label)
    if a == b:
        return True
    verb = words.says("buttons", "choose", a)
    return bool(verb) and a.startswith(verb) and b.startswith(verb) and len(a) > len(verb) and len(b) > len(verb)


def _nothing(view: View) -> NoChoice:
    return NoChoice("there is no button here that goes on")
