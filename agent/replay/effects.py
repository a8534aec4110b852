"""Did a repeated step have the effect that the recorded one had?"""

from __future__ import annotations

import re

from actions import Hit, Observation, Result, Select, Type
from agent.replay import pages
from agent.replay.evidence import likeness
from agent.replay.picture import agreement, is_flat, outlines, piece
from agent.replay.plan import Move
from agent.trace import Screen, Trace, crop_frame

CHECKS = ("changed", "typed", "said", "screen", "region")
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|'[^']*'")
_NUMBER = re.compile(r"\d+")
_AGREES = 0.6


def check(move: Move, result: Result, now: Observation, trace: Trace) -> dict[str, str]:
    """What was compared, each with "" or what differs from the recorded step (which has the values of this replay)."""
    return {
        "changed": _changed(move.result, result),
        "typed": _typed(move, result),
        "said": _said(move, result, now),
        "screen": pages.difference(move.after, now),
        "region": _region(move, now, trace),
    }


def faults(checks: dict[str, str]) -> dict[str, str]:
    """Those that stop a replay: a region may look different where a theme or a value does, and the rest would tell."""
    return {name: what for name, what in checks.items() if what and name != "region"}


def end_faults(before: Screen, end: Screen, now: Observation) -> str:
    """Why the last screen is not the recorded end; "" if it is. What it says for the first time must be said again."""
    unsaid = pages.missing(pages.news(before, end), now.landmarks)
    if unsaid:
        return f"the end should say {unsaid[0]!r}, and says {'; '.join(now.landmarks[:3]) or now.title!r}"
    return pages.difference(end, now)


def _changed(then: Result, now: Result) -> str:
    return "nothing changed on the screen" if then.changed and now.changed is False else ""


def _typed(move: Move, now: Result) -> str:
    if not isinstance(move.action, Type | Select) or move.result.read_back is None or now.read_back is None:
        return ""
    wanted = move.result.read_back
    return "" if likeness(wanted, now.read_back) == 1.0 else f"the field holds {now.read_back!r}, not {wanted!r}"


def _said(move: Move, result: Result, now: Observation) -> str:
    """The first thing that the screen says of itself, beyond the picture, that it did not say then."""
    known = {_shape(note) for note in (*move.result.notes, *move.after.notes)}
    new = [note for note in (*result.notes, *now.notes) if _shape(note) not in known]
    return new[0] if new else ""


def _shape(note: str) -> str:
    return _NUMBER.sub("0", _QUOTED.sub('""', note))


def _region(move: Move, now: Observation, trace: Trace) -> str:
    """The surroundings of the target after the step; unknown where it shows too little, or sizes differ."""
    hit: Hit | None = move.hit
    if hit is None or hit.box is None or (now.width, now.height) != (move.after.width, move.after.height):
        return ""
    frame = crop_frame(hit.box, now.width, now.height)
    then = piece(outlines(trace.image(move.after.image)), frame)
    if is_flat(then):
        return ""
    score = agreement(then, outlines(now.screenshot), frame[0], frame[1])
    return "" if score is None or score >= _AGREES else f"the picture around the target agrees by {score:.0%} only"
