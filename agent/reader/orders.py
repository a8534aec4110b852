"""Direct orders: 'click the Search button', 'enter Ana into Name, then press Next' – done one after the other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Literal, NamedTuple

from actions import Back, Click, Finish, Hover, Open, Press, Scroll, Select, Type
from agent.reader import values, words
from agent.reader.fields import Target
from agent.reader.memory import Memory
from agent.reader.moves import Step
from agent.reader.pages import View
from agent.reader.scene import Widget
from prompts.base import Briefing

Verb = Literal[
    "click", "double", "right", "hover", "type", "select", "choose", "tick", "untick", "scroll", "open", "back", "press"
]  # fmt: skip
_VERBS: tuple[Verb, ...] = (
    "press", "double", "right", "hover", "type", "select", "tick", "untick", "click", "choose", "scroll", "open",
    "back",
)  # fmt: skip
_NEAR = 72.0
_MOST_LOOKS = 20


class Order(NamedTuple):
    """One clause of the instruction: what to do, to what, and with which value."""

    verb: Verb
    target: str = ""
    value: str = ""


def read_orders(instruction: str) -> tuple[Order, ...]:
    """The orders of an instruction; none if any clause of it is no order (it is a task then, not a list of steps)."""
    text = re.sub(r"\s+", " ", instruction.strip()).rstrip(".。!！")
    orders: list[Order] = []
    for clause in _clauses(text):
        order = _order(clause)
        if order is None:
            return ()
        orders.append(order)
    # "choose the cheapest room" alone is a wish about results, and "book" is no order at all
    return tuple(orders)


def next_move(orders: Sequence[Order], view: View, memory: Memory, briefing: Briefing) -> Step:
    """The next thing to do for a list of orders; `complete` only when each was done and seen to be done."""
    if memory.last.startswith("order ") and not _refused(briefing):
        order = orders[min(memory.orders, len(orders) - 1)]
        if _seen_done(order, view, briefing):
            memory.orders += 1
            memory.looked = ""
    if memory.orders >= len(orders):
        memory.last = "orders done"
        return Step(Finish(status="complete"), "Everything that was ordered is done.")
    order = orders[memory.orders]
    if order.verb in ("tick", "untick", "type", "select") and _holds_already(order, view):
        memory.orders += 1
        return next_move(orders, view, memory, briefing)
    tries = memory.tries.get(f"order {memory.orders}", 0)
    if tries >= 2:
        return _fail(f"'{_told(order)}' was tried and had no effect")
    step = _carry_out(order, view)
    if step is None:
        return _look(order, view, memory, briefing)
    memory.tries[f"order {memory.orders}"] = tries + 1
    memory.last = f"order {memory.orders}"
    return step


def _carry_out(order: Order, view: View) -> Step | None:
    match order.verb:
        case "scroll":
            return Step(
                Scroll.model_validate({"direction": order.target or "down"}), f"Scroll {order.target}, as ordered."
            )
        case "open":
            return Step(Open(target=order.target), f"Open {order.target}, as ordered.")
        case "back":
            return Step(Back(), "Go back, as ordered.")
        case "press":
            return Step(Press(keys=_keys(order.target)), f"Press {order.target}, as ordered.")
        case "type" | "select":
            return _enter(order, view)
    widget = _widget(order, view)
    if widget is None:
        return None
    thought = f"{_told(order).capitalize()}: '{widget.label}' is it."
    place = view.place(widget)
    match order.verb:
        case "double":
            return Step(Click(at=place, count=2), thought, widget)
        case "right":
            return Step(Click(at=place, button="right"), thought, widget)
        case "hover":
            return Step(Hover(at=place), thought, widget)
    if order.verb == "choose" and widget.kind == "select":
        option = values.choose("text", order.target, widget.options)
        if option is not None:
            return Step(Select(at=place, option=widget.options[option]), thought, widget)
    return Step(Click(at=place), thought, widget)


def _enter(order: Order, view: View) -> Step | None:
    target = _field(order, view)
    if target is None:
        return None
    place = view.place(target.widget)
    thought = f"'{target.name}' is where '{order.value}' goes, as ordered."
    if target.options:
        at = values.choose("text", order.value, target.options) if target.options else None
        if at is None:
            at = values.choose("count", order.value, target.options)
        if at is None:
            return None
        if target.kind == "radio":
            return Step(Click(at=view.place(target.widgets[at])), thought, target.widgets[at])
        return Step(Select(at=place, option=target.options[at]), thought, target.widget)
    if target.kind == "select":
        return Step(Select(at=place, option=order.value), thought, target.widget)
    if order.verb == "select":
        return None
    return Step(Type(text=order.value, into=place, replace=True), thought, target.widget)


def _look(order: Order, view: View, memory: Memory, briefing: Briefing) -> Step:
    """What is ordered is not in sight: look down the page to its end, then up to its start, then give up."""
    still = memory.did == "scroll" and memory.about == view.fingerprint
    for direction, then in (("down", "up"), ("up", "over")):
        if memory.looked not in ("", direction):
            continue
        room = 1.0 if briefing.scroll is None else briefing.scroll[1 if direction == "down" else 0]
        if not still and room > 0.01:
            memory.looked = direction
            memory.last = f"scroll {view.fingerprint}"
            return Step(
                Scroll.model_validate({"direction": direction, "steps": 6}),
                f"'{order.target}' is not in sight; look {direction}.",
            )
        memory.looked, still = then, False
    return _fail(f"there is no '{order.target}' on the page")


def _seen_done(order: Order, view: View, briefing: Briefing) -> bool:
    match order.verb:
        case "type" | "select":
            return _holds_already(order, view) or _field(order, view) is None
        case "tick" | "untick":
            return _holds_already(order, view) or _widget(order, view) is None
    return True


def _holds_already(order: Order, view: View) -> bool:
    if order.verb in ("type", "select"):
        target = _field(order, view)
        if target is None:
            return False
        shown = target.shown
        if target.widget.input_type == "password":
            return bool(shown)
        if target.options:
            at = values.choose("text", order.value, target.options)
            return at is not None and words.plain(target.options[at]) == words.plain(shown)
        return values.same("text", order.value, shown, read_by_eye=not view.listed)
    widget = _widget(order, view)
    return widget is not None and widget.checked is (order.verb == "tick")


def _refused(briefing: Briefing) -> bool:
    return bool(briefing.past) and ("refused: " in briefing.past[-1])


def _field(order: Order, view: View) -> Target | None:
    kinds = ("select", "radio", "text", "date") if order.verb == "select" else ("text", "date", "select")
    targets = [target for target in view.targets if target.kind in kinds]
    name = _without_kind(order.target)
    ranked = sorted(
        (
            (
                max(
                    words.closeness(name, t.label), words.closeness(name, t.widget.placeholder), _shares(name, t.label)
                ),
                -t.at,
                t,
            )
            for t in targets
        ),
        key=lambda one: one[:2],
        reverse=True,
    )
    if ranked and ranked[0][0] >= _NEAR:
        return ranked[0][2]
    # "enter Bob into the text field" on a screen that has one
    return targets[0] if len(targets) == 1 and (not name or name in words.phrases("orders", "kinds")) else None


def _widget(order: Order, view: View) -> Widget | None:
    name = _without_kind(order.target)
    kinds = {
        "tick": ("checkbox", "switch", "radio"),
        "untick": ("checkbox", "switch"),
        "choose": ("radio", "option", "link", "button", "select", "checkbox"),
    }.get(order.verb)
    widgets = [widget for widget in view.widgets if not kinds or widget.kind in kinds]
    if (place := _nth(name)) is not None:
        number, rest = place
        meant = [
            w
            for w in widgets
            if not rest or words.closeness(rest, w.label) >= _NEAR or words.closeness(rest, w.kind) >= _NEAR
        ]
        if order.verb == "choose" and any(w.kind in ("radio", "option") for w in meant):
            meant = [w for w in meant if w.kind in ("radio", "option")]
        return meant[number] if -len(meant) <= number < len(meant) else None
    ranked = sorted(
        (
            (max(words.closeness(name, w.label), _shares(name, w.label)), w.kind == "button", -at, w)
            for at, w in enumerate(widgets)
        ),
        key=lambda one: one[:3],
        reverse=True,
    )
    if ranked and ranked[0][0] >= _NEAR:
        return ranked[0][3]
    if order.verb == "choose":
        holder = next(
            (w for w in widgets if w.kind == "select" and values.choose("text", name, w.options) is not None), None
        )
        if holder is not None:
            return holder
    if order.verb in ("tick", "untick") and len(widgets) == 1:
        return widgets[0]
    if not view.listed:
        for line in view.texts:
            if words.closeness(name, line.text) >= 88:
                return Widget(kind="link", label=line.text, box=line.box)
    return None


def _shares(name: str, label: str) -> float:
    """A label that says all the words of a name, and more: 'terms' for 'I accept the terms and conditions'."""
    said = words.tokens(name)
    return 80.0 if said and set(said) <= set(words.tokens(label)) else 0.0


def _nth(name: str) -> tuple[int, str] | None:
    for language in words.languages():
        ordinals = {words.plain(word): number for word, number in language["orders"]["ordinals"].items()}
        pattern = language["orders"]["nth"].replace("{ordinals}", words.alternatives(ordinals))
        if (match := re.match(pattern, words.plain(name))) and match["nth"] in ordinals:
            number = ordinals[match["nth"]]
            return (number - 1 if number > 0 else number), (match["rest"] or "").strip()
    return None


def _without_kind(target: str) -> str:
    """'the Search button' is 'Search'."""
    text = target.strip().strip("\"“”'‘’「」『』")
    for kind in words.phrases("orders", "kinds"):
        low = text.casefold()
        joined = kind if words.has_cjk(kind) else f" {kind}"
        if low.endswith(joined) and len(low) > len(joined):
            text = text[: -len(joined)].strip()
            break
    return re.sub(r"^(?:the|a|an) ", "", text, flags=re.IGNORECASE).strip("\"“”'‘’「」『』 ")


def _clauses(text: str) -> list[str]:
    """The clauses of an instruction; a quoted text is never parted."""
    quoted = re.compile(r"\"[^\"]*\"|“[^”]*”|「[^」]*」|'[^']*'(?!\w)")
    kept: list[str] = []

    def hide(match: re.Match[str]) -> str:
        kept.append(match[0])
        return f"\ue001{len(kept) - 1}\ue001"

    hidden = quoted.sub(hide, text)
    joins = sorted(
        {join for language in words.languages() for join in language["orders"]["joins"]}, key=len, reverse=True
    )
    verbs = re.compile("|".join(re.escape(join) for join in joins))
    pieces = [piece.strip(" ,.;，。；") for piece in verbs.split(hidden)]
    whole = [
        re.sub(r"\ue001(\d+)\ue001", lambda match: kept[int(match[1])], piece) for piece in pieces if piece.strip()
    ]
    return _rejoined(whole)


def _rejoined(pieces: list[str]) -> list[str]:
    """Pieces that are no order of their own belong to the one before: 'Terms and Conditions' was parted by mistake."""
    clauses: list[str] = []
    for piece in pieces:
        if (
            clauses
            and _order(piece) is None
            and _order(clauses[-1]) is not None
            and _order(f"{clauses[-1]} and {piece}")
        ):
            clauses[-1] = f"{clauses[-1]} and {piece}" if not words.has_cjk(piece) else clauses[-1] + piece
        else:
            clauses.append(piece)
    return clauses


@cache
def _order(clause: str) -> Order | None:
    for language in words.languages():
        table = language["orders"]
        bare = re.sub(table["polite"], "", clause, flags=re.IGNORECASE).strip()
        for verb in _VERBS:
            for pattern in table.get(verb, [table["back"]] if verb == "back" else []):
                match = re.match(_filled(pattern), bare, re.IGNORECASE)
                if match:
                    return _made(verb, match, table)
    return None


def _made(verb: Verb, match: re.Match[str], table: dict[str, dict[str, str]]) -> Order | None:
    part = match.groupdict()
    if verb == "scroll":
        return Order(verb, table["directions"].get(part["direction"].casefold(), "down"))
    if verb == "press":
        return Order(verb, part["keys"])
    target = (part.get("target") or part.get("url") or "").strip()
    value = (part.get("value") or "").strip().strip("\"“”'‘’「」『』")
    if verb in ("type", "select") and (not value or not target):
        return None
    if verb == "open" and not re.search(r"\w\.\w|://|localhost", target):
        return None
    if verb == "choose" and _criterion_like(target):
        return None
    return Order(verb, target, value)


def _criterion_like(target: str) -> bool:
    """'Choose the cheapest flight' is a wish about results."""
    return any(words.says("signs", key, target) for key in ("cheapest", "best", "dearest", "earliest"))


def _filled(pattern: str) -> str:
    return (
        pattern.replace("{target}", r"(?P<target>[^,;，；]{1,80}|\"[^\"]+\")")
        .replace("{value}", r"(?P<value>\"[^\"]*\"|“[^”]*”|'[^']*'|「[^」]*」|.{1,200}?)")
        .replace("{url}", r"(?P<url>\S+)")
    )


def _keys(text: str) -> tuple[str, ...]:
    names = {
        "return": "enter",
        "esc": "escape",
        "control": "ctrl",
        "cmd": "meta",
        "page down": "pagedown",
        "page up": "pageup",
        "回车": "enter",
    }
    return tuple(names.get(key.strip().casefold(), key.strip().casefold()) for key in text.split("+") if key.strip())


def _told(order: Order) -> str:
    what = f"'{order.value}' into '{order.target}'" if order.value else f"'{order.target}'"
    return f"{order.verb} {what}"


def _fail(reason: str) -> Step:
    return Step(Finish(status="infeasible", answer=reason), f"This cannot be done: {reason}.")
