"""What stands in the way: dialogs and cookie banners."""

from __future__ import annotations

from agent.reader import words
from agent.reader.moves import Step
from agent.reader.scene import Widget
from agent.reader.situation import Situation

_MOST_TICKS = 2


def dialog(now: Situation) -> Step | None:
    note = next((note for note in now.briefing.notes if "dialog" in note.casefold() and "open" in note.casefold()), "")
    if not note:
        return None
    leaving = words.says("signs", "leave", note) and not words.says("signs", "leave", now.wishes.instruction)
    allowed = not leaving and not (now.memory.did == "final" and now.unplaced())
    for key in ("dialog_ok", "dialog_no") if allowed else ("dialog_no", "dialog_ok"):
        for button in _dialog_buttons(now):
            if words.is_one_of("buttons", key, button.label):
                return now.click(
                    button, f"dialog {button.label}", f"A dialog asks; '{button.label}' is the right answer."
                )
    return None


def _dialog_buttons(now: Situation) -> list[Widget]:
    if now.view.listed:
        return list(now.view.buttons)
    known = list(now.view.buttons)
    spoken = {words.trimmed(button.label) for button in known}
    return known + [
        Widget(kind="button", label=line.text, box=line.box)
        for line in now.view.texts
        if words.trimmed(line.text) not in spoken
    ]


def cookies(now: Situation) -> Step | None:
    if now.memory.last.startswith("cookies") and now.memory.tries.get("cookies", 0) >= _MOST_TICKS:
        return None
    for button in _cookie_buttons(now):
        now.memory.tries["cookies"] = now.memory.tries.get("cookies", 0) + 1
        return now.click(button, "cookies", f"A cookie banner is in the way; '{button.label}' gives away least.")
    return None


def _cookie_buttons(now: Situation) -> list[Widget]:
    buttons = [button for button in now.view.buttons if button.kind == "button"]
    sure = [
        button for button in buttons
        if words.says("signs", "cookie", button.label) or (
            words.is_one_of("buttons", "least_consent", button.label) and words.button_kind(button.label) != "away"
        ) or words.is_one_of("buttons", "cookies_only", button.label)
    ]  # fmt: skip
    if not sure and not (now.may_read() and now.view.says("cookie")):
        return []
    if not sure and not any(_consents(now, button) for button in buttons):
        return []
    ranked = [
        button
        for key in ("least_consent", "some_consent", "full_consent")
        for button in buttons
        if words.is_one_of("buttons", key, button.label)
    ]
    ranked += [
        button
        for button in buttons
        if words.says("signs", "cookie", button.label)
        and button not in ranked
        and words.says("buttons", "full_consent", button.label)
    ]
    return [button for button in ranked if button in sure or now.view.says("cookie")][:1]


def _consents(now: Situation, button: Widget) -> bool:
    return any(
        words.is_one_of("buttons", key, button.label) for key in ("least_consent", "some_consent", "full_consent")
    )
