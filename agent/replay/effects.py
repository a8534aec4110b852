"""Did a repeated step have the effect that the recorded one had?"""

from __future__ import annotations

import re
from collections.abc import Collection

from actions import Hit, Observation, Result, Select, Type
from agent.replay import pages
from agent.replay.likeness import likeness
from agent.replay.picture import Array, agreement, is_flat, outlines, piece
from agent.replay.plan import Move
from agent.trace import Screen, Trace, crop_frame

_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|'[^']*'")
TICKED = ("checkbox", "radio", "switch")
_NUMBER = re.compile(r"\d+")
_AGREES = 0.6


def check(
    move: Move, result: Result, now: Observation, region: Array | None, values: Collection[str]
) -> dict[str, str]:
    """What was compared, each with "" or what differs from the recorded step (which has the values of this replay).

    `region` is what `recorded_region` gave for it.
    """
    return {
        "changed": _changed(move.result, result),
        "typed": _typed(move, result),
        "ticked": _ticked(move, now),
        "said": _said(move, result, now),
        "screen": pages.difference(move.after, now, values),
        "region": _region(move, now, region),
    }


def faults(checks: dict[str, str]) -> dict[str, str]:
    """Those that stop a replay: a region may look different where a theme or a value does, and the rest would tell."""
    return {name: what for name, what in checks.items() if what and name != "region"}


def end_faults(before: Screen, end: Screen, now: Observation, values: Collection[str]) -> str:
    """Why the last screen is not the recorded end; "" if it is.

    Of what it says for the first time, most must be said again: a heading may be reworded, but not all there is.
    """
    news = pages.news(before, end)
    unsaid = pages.missing(news, now.landmarks)
    if len(unsaid) > len(news) / 2:
        return f"the end should say {unsaid[0]!r}, and says {'; '.join(now.landmarks[:3]) or now.title!r}"
    return pages.difference(end, now, values)


def _changed(then: Result, now: Result) -> str:
    return "nothing changed on the screen" if then.changed and now.changed is False else ""


def _typed(move: Move, now: Result) -> str:
    if not isinstance(move.action, Type | Select) or move.result.read_back is None or now.read_back is None:
        return ""
    wanted = move.result.read_back
    return "" if likeness(wanted, now.read_back) == 1.0 else f"the field holds {now.read_back!r}, not {wanted!r}"


def is_ticked(screen: Screen | Observation, hit: Hit) -> bool | None:
    """Is that box, radio or switch on? None if it is not in the view, or cannot be told from others."""
    alike = [one for one in screen.elements if one.role == hit.role and likeness(one.name, hit.name) == 1.0]
    return "checked" in alike[0].states if len(alike) == 1 else None


def _ticked(move: Move, now: Observation) -> str:
    if move.hit is None or move.hit.role not in TICKED:
        return ""
    then, here = is_ticked(move.after, move.was or move.hit), is_ticked(now, move.hit)
    if then is None or here is None or then == here:
        return ""
    return f"{move.hit.name!r} is {'on' if here else 'off'} now"


def _said(move: Move, result: Result, now: Observation) -> str:
    """The first thing that the screen says of itself, beyond the picture, that it did not say then."""
    known = {_shape(note) for note in (*move.result.notes, *move.after.notes)}
    new = [note for note in (*result.notes, *now.notes) if _shape(note) not in known]
    return new[0] if new else ""


def _shape(note: str) -> str:
    return _NUMBER.sub("0", _QUOTED.sub('""', note))


def recorded_region(move: Move, trace: Trace) -> Array | None:
    """The surroundings of the target on the screen after the recorded step; None where they show too little."""
    if move.hit is None or move.hit.box is None:
        return None
    frame = crop_frame(move.hit.box, move.after.width, move.after.height)
    then = piece(outlines(trace.image(move.after.image)), frame)
    return None if is_flat(then) else then


def _region(move: Move, now: Observation, then: Array | None) -> str:
    """The surroundings of the target after the step; unknown where they showed too little, or sizes differ."""
    if then is None or move.hit is None or move.hit.box is None:
        return ""
    if (now.width, now.height) != (move.after.width, move.after.height):
        return ""
    left, top, _, _ = crop_frame(move.hit.box, now.width, now.height)
    score = agreement(then, outlines(now.screenshot), left, top)
    return "" if score is None or score >= _AGREES else f"the picture around the target agrees by {score:.0%} only"
