"""What a page says about how the task stands: it is done, it failed, it cannot be."""

from __future__ import annotations

import re

from actions import Finish
from agent.reader import dates, presses, values, words
from agent.reader.moves import Step
from agent.reader.presses import Choice, NoChoice
from agent.reader.rules import going_on, mending
from agent.reader.situation import Situation

_SERVER_ERROR = re.compile(r"The server answered [45]\d\d|The page could not be loaded")


def after_press(now: Situation) -> Step | None:
    """What came of the last press: an error, a confirmation, or nothing yet."""
    if not now.memory.presses or now.memory.did not in ("press", "final", "wait", "dialog", "cookies", "scroll"):
        return None
    if text := _failure(now):
        return now.end(f"after '{now.last_press()}' the page says: {text}")
    return _confirmed(now)


def _failure(now: Situation) -> str:
    """A page that is an error; a form that is still there and complains is for `_mend`."""
    entering = [target for target in now.view.targets if target.kind in ("text", "date")]
    said = next((note for note in now.briefing.notes if _SERVER_ERROR.search(note)), "")
    if said and not (now.view.targets and "The server answered 4" in said):
        return said
    text = now.view.says("failed")
    if not text or (entering and words.says("signs", "invalid", text)):
        return ""
    return text if not entering or words.says("signs", "failed", text) else ""


def _confirmed(now: Situation) -> Step | None:
    signs = [
        text
        for text in now.view.all_that_say("done", unless="not_done")
        if words.plain(text)[:60] not in now.memory.done
    ]
    strong = [text for text in signs if words.says("signs", "strong_done", text)]
    entering = [pair for pair in now.pairs if not now.holds(pair)]
    asking = [target for target in now.view.targets if target.kind in ("text", "date", "select")]
    said = strong[0] if strong else signs[0] if signs and not asking else ""
    if not said and now.memory.final and not asking and _echoed(now):
        said = "it repeats what was sent"
    if not said or (entering and not strong):
        return None
    if _goes_on_here(now) and not strong:
        return None
    missing = now.at_last(now.unplaced())
    if missing:
        return now.end(f"the page says '{said}', but {now.names(missing)} found no place")
    if text := _contradiction(now):
        return now.end(f"the page says '{said}', but also '{text}', which is not what was asked for")
    return Step(
        Finish(status="complete", answer=said if said in now.view.sentences() else ""),
        f"The page says that it is done: {said}.",
    )


def _goes_on_here(now: Situation) -> bool:
    """Is there still a button for the last step?"""
    return any(words.button_kind(button.label) == "final" and button.kind == "button" for button in now.view.buttons)


def _echoed(now: Situation) -> bool:
    """Does a page without a form repeat what was sent, and ask for nothing more?"""
    if _goes_on_here(now) or mending.complaints(now) or now.view.says("failed"):
        return False
    shown = [wish for wish in now.wanted if wish.kind not in ("count", "flag", "secret") and now.view.shows(wish)]
    return len(shown) >= min(2, len(now.wanted)) and bool(shown)


def _contradiction(now: Situation) -> str:
    """A line of the confirmation that gives another value than was wanted under a label that is sure."""
    for line in now.view.texts:
        label, colon, value = line.text.replace("：", ":").partition(":")
        if not colon or not value.strip() or len(label) > 30:
            continue
        for wish in now.wanted:
            if wish.kind not in ("count", "date") or wish.slot not in words.slots_of(label):
                continue
            if wish.kind == "date" and len(words.slots_of(label)) > 1:
                continue
            comparable = re.search(r"\d", value) if wish.kind == "count" else dates.read(value)
            if comparable and not values.same(wish.kind, wish.text, value):
                return line.text
    return ""


def impossible(now: Situation) -> Step | None:
    """A page that says it cannot be, and offers nothing that goes on."""
    entering = [target for target in now.view.targets if target.kind in ("text", "date")]
    if not now.may_read():
        return None
    if not entering and (text := now.view.says("failed")) and not _goes_on_here(now):
        return now.end(f"the page says: {text}")
    text = now.view.says("impossible")
    # fields that take nothing of what was asked for belong to something else
    if not text or (entering and (now.pairs or not now.unplaced() or now.memory.presses)):
        return None
    if entering:
        return now.end(f"the page says: {text}, and there is no place for {now.names(now.unplaced())}")
    choice = presses.best(now.view, now.wishes, now.memory, now.unplaced(), may_scroll=False)
    label = choice.button.label if isinstance(choice, Choice) else ""
    if label and (words.button_kind(label) or words.says("buttons", "choose", label)):
        return None
    if isinstance(choice, NoChoice) and not choice.over and going_on.can_look(now):
        return None
    return now.end(f"the page says: {text}")
