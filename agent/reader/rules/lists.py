"""Lists where a screen tells no options: opened by a press and chosen from by eye; and lists that are all rows."""

from __future__ import annotations

from actions import Press
from agent.reader import choices, values, words
from agent.reader.moves import Step
from agent.reader.scene import Widget
from agent.reader.situation import Situation

_MOST = 2
_UNCHANGED = "the screen did not change"


def opened(now: Situation) -> Step | None:
    """The next closed list that does not show what is wanted of it: open it."""
    for pair in now.pairs:
        target = pair.target
        if target.kind != "select" or now.holds(pair):
            continue
        if now.tried(f"open {target.name}") > _MOST:
            return now.end(f"'{target.name}' does not take {pair.wish.told()}: it shows '{target.shown}'")
        now.memory.filled[pair.wish.key] = target.name
        return now.click(
            target.widget, f"choose {pair.wish.key}", f"Open '{target.name}', to choose {pair.wish.told()} there."
        )
    return None


def chosen(now: Situation) -> Step | None:
    """A list that was just opened: the row that says what is wanted; closed again if no row does."""
    if now.memory.did != "choose":
        return None
    wish = next((wish for wish in now.wanted if wish.key == now.memory.about), None)
    if wish is None or any(pair.wish.key == wish.key and now.holds(pair) for pair in now.pairs):
        return None
    taken = {words.plain(widget.label) for widget in now.view.widgets}
    rows = [line for line in now.view.texts if words.plain(line.text) not in taken]
    at = values.choose(wish.kind, wish.text, [line.text for line in rows])
    if at is not None and now.tried(f"row {wish.key}") <= _MOST:
        now.memory.last = f"fill {wish.key}"
        row = Widget(kind="option", label=rows[at].text, box=rows[at].box)
        return now.click(row, now.memory.last, f"The open list has '{row.label}', which is {wish.told()}.")
    now.memory.last = f"close {wish.key}"
    return Step(Press(keys=("escape",)), f"The open list has no {wish.told()}; close it.")


def row(now: Situation) -> Step | None:
    """A window that is a list and asks for one of its rows: the one that the task names."""
    if now.memory.did == "row" and now.briefing.past and _UNCHANGED in now.briefing.past[-1]:
        return now.end(f"'{now.memory.about}' was pressed and nothing came of it")
    if now.view.targets or now.memory.tries.get("row", 0) >= 1:
        return None
    spoken = {words.plain(button.label) for button in now.view.buttons}
    question = {word for line in now.view.texts if line.text.rstrip().endswith(("?", "？", ":", "："))
                for word in words.tokens(line.text)}  # fmt: skip
    rows = [
        line for line in now.view.texts
        if words.plain(line.text) not in spoken and not set(words.tokens(line.text)) <= question
    ]  # fmt: skip
    meant = [line for line in rows if choices.mentions(now.wishes, line.text) or _is_wanted(now, line.text)]
    if len(meant) != 1 or len(rows) < _MOST:
        return None
    now.tried("row")
    for wish in now.wanted:
        if words.core(wish.text) == words.core(meant[0].text):
            now.memory.placed[wish.key] = "(a row)"
    chosen_row = Widget(kind="option", label=meant[0].text, box=meant[0].box)
    return now.click(chosen_row, f"row {chosen_row.label}", f"The task names the row '{chosen_row.label}'.")


def _is_wanted(now: Situation, text: str) -> bool:
    """Is a row the value of a wish?"""
    return any(words.core(wish.text) == words.core(text) for wish in now.wanted)
