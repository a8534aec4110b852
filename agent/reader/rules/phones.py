"""Phones: into the app that an errand is done in, to the place in it, and until the screen shows that it is done."""

from __future__ import annotations

import re

from actions import Back, Finish, Open, Type
from agent.reader import choices, errands, words
from agent.reader.errands import Topic
from agent.reader.moves import Step
from agent.reader.rules.going_on import look_around
from agent.reader.scene import Rect, TextLine, Widget
from agent.reader.situation import Situation

_HEAD = 0.13
"""The share of the height that an app's bar ends at."""
_LOW, _RIGHT = 0.6, 0.5
"""A round button that begins something stands below and right of these shares of the screen."""
_SURE = 100.0
_MOST = 2
_BACKS = 1
_LONG = 10
"""Letters of a text that is not found inside another one by chance."""


def opens(now: Situation) -> Step | None:
    """The app that the task names or implies, if another one is in front."""
    app = _app(now)
    if app is None:
        return None
    if now.memory.did == "app" and now.briefing.past and "refused: " in now.briefing.past[-1]:
        return now.end(f"{app} cannot be opened: {now.briefing.past[-1].partition('refused: ')[2]}")
    called = errands.app_called(now.briefing.app)
    there = called is not None and called.open == app
    if now.errand is not None and now.errand.kind == "open" and (there or now.memory.did == "app"):
        why = f"{app} is open."
        return Step(Finish(status="complete"), why) if there else now.end(f"{app} was opened and is not in front")
    if there or now.memory.tries.get("app"):
        return None
    now.tried("app")
    now.memory.last = f"app {app}"
    return Step(Open(target=app), f"This is done in {app}.")


def _app(now: Situation) -> str | None:
    if now.errand is not None:
        return now.errand.app
    # any other task begins where the phone is, unless that is its home screen
    app = errands.app_for(now.briefing.task.instruction) if not now.briefing.app else None
    return app.open if app is not None else None


def switches(now: Situation) -> Step | None:
    """A setting: its switch, found by the section that has it, pressed once, and seen to stand as it should."""
    errand = now.errand
    if errand is None or errand.kind not in ("on", "off"):
        return None
    wanted, what = errand.kind == "on", errands.topic(errand.what)
    found = _switch(now, what)
    if isinstance(found, list):
        return now.end(f"several switches may be meant by '{errand.what}': {', '.join(w.label for w in found)}")
    if found is not None:
        return _set(now, found, wanted)
    if (row := _row_of(now, what)) is not None:
        now.tried(f"row {words.plain(row.text)}")
        return _tap(now, row, f"'{row.text}' is where '{errand.what}' is to be found.")
    return look_around(now) or _back(now) or now.end(f"there is no switch for '{errand.what}' in {errand.app}")


def _switch(now: Situation, what: Topic) -> Widget | list[Widget] | None:
    switches = [widget for widget in now.view.widgets if widget.kind in ("switch", "checkbox")]
    meant = [widget for widget in switches if errands.is_called(what, widget.label)]
    return meant[0] if len(meant) == 1 else meant or None


def _set(now: Situation, switch: Widget, wanted: bool) -> Step:
    state = "on" if wanted else "off"
    if switch.checked is wanted:
        return Step(Finish(status="complete"), f"'{switch.label}' is {state}.")
    if now.tried(f"switch {words.plain(switch.label)}") > 1:
        return now.end(f"'{switch.label}' was pressed and is not {state}")
    return now.click(switch, f"switch {switch.label}", f"'{switch.label}' is not {state}; press it.")


def _row_of(now: Situation, what: Topic) -> TextLine | None:
    """The row that leads to a setting: it says its name, else that of a section that has such things."""
    rows = [line for line in _body(now) if not now.memory.tries.get(f"row {words.plain(line.text)}")]
    named = [(errands.names(what, line.text), -at, line) for at, line in enumerate(rows)]
    best = max(named, key=lambda one: one[:2], default=None)
    if best is not None and best[0] > 0:
        return best[2]
    return next((line for line in rows if words.trimmed(line.text) in what.sections), None)


def reaches(now: Situation) -> Step | None:
    """Whoever is written to: their row is pressed, and nothing is typed while somebody else's name stands above."""
    errand = now.errand
    if errand is None or not errand.to or now.memory.final:
        return None
    writing = any(pair.wish.slot == "message" for pair in now.pairs)
    if writing and _heads(now, errand.to):
        return None
    if writing:
        return _back(now) or now.end(f"this is not the conversation with {errand.to}")
    meant = _rows_of(now, errand.to)
    if len({words.plain(line.text) for line in meant}) > 1:
        return now.end(f"several may be meant by '{errand.to}': {', '.join(line.text for line in meant)}")
    if meant and now.tried(f"row {errand.to}") <= _MOST:
        return _tap(now, meant[0], f"'{meant[0].text}' is who it is for.")
    return None


def _heads(now: Situation, name: str) -> bool:
    """Does the app's bar say whose conversation this is?"""
    bar = [line for line in now.view.texts if line.box.bottom < _HEAD * now.view.scene.height]
    return any(_is(name, line.text) for line in bar)


def _rows_of(now: Situation, name: str) -> list[TextLine]:
    body = _body(now)
    exact = [line for line in body if _is(name, line.text)]
    return exact or [line for line in body if choices.said_by(name, line.text) and len(line.text.split()) < 5]


def _is(name: str, text: str) -> bool:
    said, shown = words.trimmed(name), words.trimmed(text)
    digits = re.sub(r"\D", "", said)
    return said == shown or (len(digits) > 5 and digits == re.sub(r"\D", "", shown) and not re.search(r"[^\W\d]", said))


def begins(now: Situation) -> Step | None:
    """Nothing here takes what is to be entered: the button that begins a new entry."""
    errand = now.errand
    if errand is None or errand.kind not in ("make", "send", "write") or now.pairs or not now.unplaced():
        return None
    if now.memory.did == "fill":
        return None
    button = _beginning(now)
    if button is not None and now.tried("begin") <= _MOST:
        return now.click(button, "begin", f"'{button.label or 'the round button'}' begins a new one.")
    if errand.to and now.memory.tries.get("begin"):
        return _searched(now, errand.to)
    missing = now.names(now.unplaced())
    return look_around(now) or _back(now) or now.end(f"there is no place for {missing} in {errand.app}")


def _searched(now: Situation, name: str) -> Step | None:
    """Somebody who is not in sight: looked for further down, then by the field that asks for a name or a number."""
    if (looked := look_around(now)) is not None:
        return looked
    field = next((target for target in now.view.targets if target.kind == "text" and not target.shown), None)
    number = re.fullmatch(r"\+?[\d\s()/-]{5,}", name) is not None
    if field is not None and now.tried("search") <= 1:
        now.memory.last = "searched"
        thought = f"'{field.name}' asks who it is for."
        return Step(
            Type(text=name, into=now.view.place(field.widget), replace=True, submit=number), thought, field.widget
        )
    return now.end(f"nobody called '{name}' is to be found here")


def _beginning(now: Situation) -> Widget | None:
    """A button that says that it begins something, else the round one in the lower right corner."""
    scene = now.view.scene
    buttons = [widget for widget in now.view.widgets if widget.kind in ("button", "link") and widget.box is not None]
    said = [widget for widget in buttons if errands.is_one_of("new", widget.label)]
    texts = [line for line in now.view.texts if errands.is_one_of("new", line.text)]
    said += [Widget(kind="link", label=line.text, box=line.box) for line in texts if _in_corner(line.box, now)]
    round_ones = [w for w in buttons if not w.label and w.box is not None and _in_corner(w.box, now)]
    round_ones = [w for w in round_ones if w.box is not None and w.box.width < 0.25 * scene.width]
    plus = [widget for widget in said if widget.label == "+"]
    return next(iter([*plus, *said, *round_ones]), None)


def _in_corner(box: Rect, now: Situation) -> bool:
    x, y = box.centre
    return x > _RIGHT * now.view.scene.width and y > _LOW * now.view.scene.height


def sends(now: Situation) -> Step | None:
    """A message that was typed, and no button that says so: the icon behind its field sends it."""
    errand = now.errand
    if errand is None or errand.kind != "send" or now.memory.final or now.unplaced():
        return None
    if not _heads(now, errand.to):
        return now.end(f"the screen does not say that this is the conversation with {errand.to}")
    if any(words.button_kind(button.label) == "final" for button in now.view.buttons):
        return None
    if unknown := now.unexplained():
        return now.end(f"it is not clear what {' and '.join(unknown)} is for, so nothing is sent")
    icons = [w for w in now.view.widgets if w.kind == "button" and not w.label and w.box is not None]
    fields = [t.widget.box for t in now.view.targets if t.kind == "text" and t.widget.box is not None]
    behind = [w for w in icons if w.box is not None and any(_is_behind(w.box, field) for field in fields)]
    if len(behind) != 1:
        return now.end("there is no button here that sends the message")
    now.memory.presses.append(("send", now.view.fingerprint))
    now.memory.final = True
    return now.click(behind[0], "final send", "The message stands there; the icon behind it sends it.")


def _is_behind(icon: Rect, field: Rect) -> bool:
    return field.right <= icon.left and field.top < icon.centre[1] < field.bottom


def sent(now: Situation) -> Step | None:
    """After sending: the field is empty again, and the conversation shows the message."""
    errand = now.errand
    if errand is None or errand.kind != "send" or not now.memory.final or now.memory.did not in ("final", "wait"):
        return None
    text = dict(errand.values)["message"]
    fields = [target.widget.box for target in now.view.targets if target.kind == "text"]
    held = any(target.shown and _begins(text, target.shown) for target in now.view.targets if target.kind == "text")
    outside = [
        line for line in now.view.texts
        if not any(box is not None and box.top < line.box.centre[1] < box.bottom for box in fields)
    ]  # fmt: skip
    page = words.plain(" ".join(line.text for line in outside))
    stands = any(words.plain(line.text) == words.plain(text) for line in outside)
    shown = stands or (len(text) > _LONG and words.plain(text) in page)
    if not held and _heads(now, errand.to) and shown:
        return Step(Finish(status="complete"), f"The conversation with {errand.to} shows the message.")
    if failure := now.view.says("failed"):
        return now.end(f"the message was not sent: {failure}")
    if held and not shown and now.tried("send") <= 1:
        now.memory.final = False  # the press went astray, as where the keyboard went down under it: once more
        return None
    return now.end(f"the message to {errand.to} was sent off, but the screen does not show it there")


def _begins(text: str, shown: str) -> bool:
    return words.plain(shown)[:12] == words.plain(text)[:12]


def _body(now: Situation) -> list[TextLine]:
    """The texts below the app's bar."""
    return [line for line in now.view.texts if line.box.centre[1] > _HEAD * 0.75 * now.view.scene.height]


def _tap(now: Situation, line: TextLine, thought: str) -> Step:
    now.memory.looked = ""
    row = Widget(kind="link", label=line.text, box=line.box)
    return now.click(row, f"row {line.text[:40]}", thought)


def _back(now: Situation) -> Step | None:
    """One screen back, where the way here led astray or another run left the app."""
    if now.tried("back") > _BACKS:
        return None
    now.memory.looked = ""
    now.memory.last = "back"
    return Step(Back(), "What is wanted is not here; go back.")
