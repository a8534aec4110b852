"""Going on: the press that leads further, and looking elsewhere on the page before it."""

from __future__ import annotations

from actions import Click, Wait
from agent.reader import presses, words
from agent.reader.moves import Step
from agent.reader.presses import Choice, NoChoice
from agent.reader.rules import filling, mending
from agent.reader.situation import Situation
from agent.reader.wishes import Wish


def sort(now: Situation) -> Step | None:
    """Sorting a list of results by what was asked for puts the right one first."""
    if not now.wishes.criterion:
        return None
    for target in now.view.targets:
        if target.kind != "select" or not words.says("signs", "sort", target.name) or now.memory.tries.get(target.name):
            continue
        fitting = [
            at
            for at, option in enumerate(target.options)
            if any(words.says("signs", key, option) for key in (now.wishes.criterion, f"{now.wishes.criterion}_first"))
        ]
        if fitting and words.plain(target.options[fitting[0]]) != words.plain(target.shown):
            now.tried(target.name)
            return filling.pick(
                now, target, fitting[0], f"sort {target.name}", f"The {now.wishes.criterion} is asked for"
            )
    return None


def press(now: Situation) -> Step | None:
    """Go on: press the best button, unless it is final and something is unplaced."""
    missing = now.unplaced()
    scroll = now.briefing.scroll
    below = can_look(now) and not now.memory.looked and scroll is not None and scroll[1] > 0.02
    choice = presses.best(now.view, now.wishes, now.memory, missing, may_scroll=below)
    if isinstance(choice, NoChoice):
        if choice.over:
            return now.end(choice.why)
        return look_around(now) or _stuck(now, choice, missing)
    if choice.final and (missing := now.at_last(missing)):
        looked = look_around(now)
        return looked or now.end(_unplaced(now, missing, choice.button.label))
    if choice.final and (strange := now.unexplained()):
        return now.end(
            f"it is not clear what {' and '.join(strange)} is for, so '{choice.button.label}' is not pressed"
        )
    if choice.final and (looked := _look_below(now)):
        return looked
    return _go(now, choice)


def _unplaced(now: Situation, missing: list[Wish], button: str) -> str:
    """Why a button is not pressed, and what else the page says about it."""
    why = now.refusal(missing) or f"there is no place for {now.names(missing)}"
    closed = now.view.says("impossible")
    return f"{why}, so '{button}' is not pressed" + (f"; the page says: {closed}" if closed else "")


def _go(now: Situation, choice: Choice) -> Step:
    label = words.trimmed(choice.button.label)
    now.note_names()
    if choice.why == presses.ONWARD:
        now.note_days()  # one of several results says nothing about the others
    now.memory.presses.append((label, now.view.fingerprint))
    now.memory.done = [words.plain(text)[:60] for text in now.view.all_that_say("done", unless="not_done")][:8]
    now.memory.hints = [words.plain(text)[:60] for text in now.view.all_that_say("invalid")][:12]
    now.memory.links = [words.trimmed(link.label)[:40] for link in now.view.buttons if link.kind == "link"][:20]
    now.memory.placed |= dict.fromkeys(choice.says, "(the result)")
    now.memory.looked = ""
    now.memory.confirmed = []
    now.memory.final = choice.final
    now.memory.last = f"{'final' if choice.final else 'press'} {label}"
    return Step(
        Click(at=now.view.place(choice.button)), f"Press '{choice.button.label}': {choice.why}.", choice.button
    )  # fmt: skip


def _stuck(now: Situation, choice: NoChoice, missing: list[Wish]) -> Step:
    if now.memory.did in ("press", "final") and now.memory.tries.get("wait", 0) < 1:
        now.memory.tries["wait"] = 1
        now.memory.last = f"wait {now.memory.about}"
        return Step(Wait(), "The page does not say yet what came of it; wait for it.")
    pressed = [label for label, screen in now.memory.presses if screen == now.view.fingerprint]
    complaint = now.view.says("impossible") or next(iter(mending.complaints(now)), "") or now.view.says("sign_in")
    said = f"; the page says: {complaint}" if complaint else ""
    if missing:
        return now.end(f"{now.refusal(missing) or f'{now.names(missing)} found no place'}, and {choice.why}{said}")
    if pressed:
        return now.end(f"'{pressed[-1]}' was pressed twice and nothing came of it{said}")
    if now.memory.presses:
        return now.end(f"after '{now.last_press()}' the page does not say that it is done{said}")
    return now.end(f"{choice.why}{said}")


def can_look(now: Situation) -> bool:
    return now.memory.looked != "over"


def _look_below(now: Situation) -> Step | None:
    """Before a final press: fields may stand below it, if the page goes on."""
    scroll = now.briefing.scroll
    if now.memory.looked or scroll is None or scroll[1] <= 0.02:
        return None
    below = [target for target in now.view.targets if target.kind != "tick"]
    return now.scroll("down", "Look whether the form goes on below.") if below and scroll[1] > 0.3 else None


def look_around(now: Situation) -> Step | None:
    """Scroll down to the end of the page, then up to its start, once for each screen."""
    scroll = now.briefing.scroll
    still = now.memory.did == "scroll" and now.memory.about == now.view.fingerprint
    if now.memory.looked in ("", "down"):
        if not still and (scroll is None or scroll[1] > 0.01):
            return now.scroll("down", "Look further down.")
        now.memory.looked = "up"
        still = False
    if now.memory.looked == "up":
        if not still and (scroll is None or scroll[0] > 0.01):
            return now.scroll("up", "Look further up.")
        now.memory.looked = "over"
    return None
