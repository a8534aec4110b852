"""Actions and results in a person's words, for the console and the viewer."""

from __future__ import annotations

from actions import Action, Box, Hit, Place, Result

_CLICKS = {1: "click", 2: "double-click", 3: "triple-click"}


def describe(action: Action, result: Result | None = None) -> str:
    """One line that says what an action does and to what, by the name of what was hit where that is known."""
    hit = result.hit if result is not None else None
    match action.kind:
        case "click":
            verb = _CLICKS[action.count]
            return f"{verb if action.button == 'left' else f'{action.button} {verb}'} {_target(action.at, hit)}"
        case "hover":
            return f"point at {_target(action.at, hit)}"
        case "long_press":
            return f"hold {_target(action.at, hit)} for {action.seconds:g} s"
        case "drag":
            return f"drag {_target(action.start, hit)} to {_place(action.end)}"
        case "scroll":
            where = f" in {_target(action.at, hit)}" if action.at is not None else ""
            return f"scroll {action.direction} {action.steps:g}{where}"
        case "type":
            verb = "replace by" if action.replace and not action.text else "type"
            where = f" into {_target(action.into, hit)}" if action.into is not None else ""
            return f"{verb} “{action.text.replace(chr(10), '↵')}”{where}{' and press Enter' if action.submit else ''}"
        case "press":
            return f"press {'+'.join(action.keys)}"
        case "select":
            return f"choose “{action.option}” in {_target(action.at, hit)}"
        case "open":
            return f"open {action.target}"
        case "back":
            return "go back"
        case "home":
            return "go home"
        case "wait":
            return "wait" if action.seconds is None else f"wait {action.seconds:g} s"
        case "answer":
            return f"say: {action.text}"
        case "ask":
            return f"ask: {action.question}"
        case "finish":
            return f"finish as {action.status}" + (f": {action.answer}" if action.answer else "")


def effect(result: Result) -> str:
    """What came of an action, in a few words; empty if there is nothing to say."""
    said = list(result.notes)
    if result.changed is False:
        said.insert(0, "the screen did not change")
    if result.ceiling:
        said.append("the page was still busy when the wait was cut off")
    return "; ".join(said)


def _target(place: Place, hit: Hit | None) -> str:
    if hit is None or not (hit.role or hit.tag):
        return _place(place)
    kind = hit.role or hit.tag
    return f"{kind} “{hit.name}”" if hit.name else kind


def _place(place: Place) -> str:
    centre = place.centre
    kind = "the box around" if isinstance(place, Box) else "the point"
    return f"{kind} {centre.x:.1%}, {centre.y:.1%}"
