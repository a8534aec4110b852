"""The planner: one screen and one briefing in, one action out.

It keeps nothing between calls; what it must remember stands in the memory slot. The order of its rules is the order
of `RULES`, another one for each kind of screen. The rule above all: it never makes a final press and never says
'complete' while a value that was asked for is unplaced; it looks for a place by scrolling and on the pages that follow,
and then ends naming the value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from agent.reader import orders, words
from agent.reader.moves import Move, Step
from agent.reader.pages import View
from agent.reader.rules import banners, filling, going_on, lists, mending, phones, verdicts, windows
from agent.reader.scene import Surface
from agent.reader.situation import Situation
from prompts.base import Briefing


def plan(briefing: Briefing, view: View) -> Move:
    """The next action for what the briefing asks on the screen that the view shows."""
    now = Situation(briefing, view)
    step = next((step for rule in RULES[view.surface] if (step := rule(now)) is not None), None)
    if step is None:
        step = now.end("there is nothing on this screen that I know how to go on with")
    return Move(step.action, step.thought, now.memory.write(), None if step.widget is None else step.widget.mark)


def _direct_orders(now: Situation) -> Step | None:
    if now.errand is not None:
        return None
    steps = orders.read_orders(now.wishes.instruction) if not now.briefing.task.data else ()
    if not steps or _wants_it_kept(now):
        return None
    return orders.next_move(steps, now.view, now.memory, now.briefing)


def _wants_it_kept(now: Situation) -> bool:
    """'Change the e-mail to …' on a form: what is changed is to be saved, which is more than the typing of it."""
    if now.memory.orders or now.memory.last.startswith("order "):
        return False
    changing = re.match(words.alternatives(words.phrases("speech", "changing")), words.plain(now.wishes.instruction))
    saves = any(words.button_kind(button.label) == "final" for button in now.view.buttons if button.kind == "button")
    going_on = bool(now.memory.placed or now.memory.presses)
    return changing is not None and (going_on or (saves and bool(now.view.targets)))


Rule = Callable[[Situation], Step | None]

_PAGE: tuple[Rule, ...] = (
    banners.dialog,
    _direct_orders,
    banners.cookies,
    verdicts.after_press,
    filling.option_list,
    filling.opened,
    mending.mend,
    filling.fill,
    mending.required,
    verdicts.impossible,
    going_on.sort,
    going_on.press,
)
_PHONE: tuple[Rule, ...] = (
    phones.opens,
    phones.switches,
    phones.sent,
    _direct_orders,
    verdicts.after_press,
    lists.chosen,
    mending.mend,
    phones.reaches,
    lists.opened,
    filling.fill,
    phones.begins,
    phones.sends,
    mending.required,
    going_on.press,
)
_WINDOW: tuple[Rule, ...] = (
    windows.calculates,
    windows.closed,
    windows.asks,
    _direct_orders,
    verdicts.after_press,
    lists.chosen,
    mending.mend,
    lists.opened,
    filling.fill,
    lists.row,
    mending.required,
    verdicts.impossible,
    going_on.press,
)
RULES: Mapping[Surface, tuple[Rule, ...]] = {"page": _PAGE, "phone": _PHONE, "window": _WINDOW}
