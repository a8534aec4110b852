"""Pointing at a screenshot, as GLM-4.1V and GLM-4.5V do alike: one call per answer, places in thousandths, a memory
that is a JSON list.

The calls of the family's PC prompts come first; `select`, `goto`, `back`, `ask` and the extra arguments of `type`,
`DONE` and `FAIL` are for what pages need beyond them (docs/decisions).
"""

from __future__ import annotations

from collections.abc import Sequence

from actions import (
    Action,
    Ask,
    Back,
    Click,
    Drag,
    Finish,
    Hover,
    Open,
    Platform,
    Press,
    Scroll,
    Select,
    Type,
    Wait,
)  # fmt: skip
from prompts.base import Decision, Message, Step
from prompts.coordinates import write_place
from prompts.glm.arguments import Arguments
from prompts.glm.calls import CallDialect, Words, no_call, write_call
from prompts.glm.keys import join_keys
from prompts.grammar import Repairs
from prompts.images import half_part, image_tokens

_OLDER = 4
_WAIT = 5.0
_STEPS = 5
_CLICKS = {
    "left_click": ("left", 1),
    "right_click": ("right", 1),
    "middle_click": ("middle", 1),
    "left_double_click": ("left", 2),
}
_ARGUMENTS = {
    **dict.fromkeys((*_CLICKS, "hover"), ("start_box", "element_info")),
    "left_drag": ("start_box", "end_box", "element_info"),
    "key": ("keys",),
    "type": ("content", "start_box", "replace", "enter", "element_info"),
    "select": ("start_box", "option", "element_info"),
    "scroll": ("start_box", "direction", "step", "element_info"),
    "goto": ("url",),
    "back": (),
    "ask": ("question",),
    "WAIT": ("seconds",),
    "DONE": ("answer",),
    "FAIL": ("reason",),
}
_ALIASES = {
    "hotkey": "key",
    "press": "key",
    "click": "left_click",
    "double_click": "left_double_click",
    "drag": "left_drag",
    "open_url": "goto",
    "navigate": "goto",
    "go_back": "back",
}
_ARGUMENT_ALIASES = {
    "key": {"key": "keys"},
    "type": {"text": "content"},
    "scroll": {"steps": "step"},
    "select": {"text": "option", "value": "option"},
}


def _build(name: str, args: Arguments, repairs: Repairs) -> Action:
    if name in _CLICKS:
        button, count = _CLICKS[name]
        return Click.model_validate({"at": args.place("start_box"), "button": button, "count": count})
    match name:
        case "hover":
            return Hover(at=args.place("start_box"))
        case "left_drag":
            return Drag(start=args.place("start_box"), end=args.place("end_box"))
        case "key":
            return Press(keys=args.keys("keys"))
        case "type":
            replace = args.flag("replace", default=False)
            text = args.text("content", empty=replace)
            into = args.place("start_box") if args.has("start_box") else None
            return Type(text=text, into=into, replace=replace, submit=args.flag("enter", default=False))
        case "select":
            return Select(at=args.place("start_box"), option=args.text("option"))
        case "scroll":
            direction = args.choice("direction", ("up", "down", "left", "right"))
            steps = args.number("step", default=_STEPS)
            at = args.place("start_box") if args.has("start_box") else None
            return Scroll.model_validate({"direction": direction, "steps": steps, "at": at})
        case "goto":
            return Open(target=args.text("url"))
        case "back":
            return Back()
        case "ask":
            return Ask(question=args.text("question"))
        case "WAIT":
            return Wait(seconds=args.number("seconds", default=_WAIT, silent=True))
        case "DONE":
            return Finish(status="complete", answer=args.text("answer", empty=True) if args.has("answer") else "")
        case _:
            return Finish(status="infeasible", answer=args.text("reason", empty=True) if args.has("reason") else "")


def _write(action: Action) -> str:
    """The call for an action. Raises UnsupportedAction."""
    match action:
        case Click():
            for name, (button, count) in _CLICKS.items():
                if (button, count) == (action.button, action.count):
                    return write_call(name, start_box=write_place(action.at))
        case Hover():
            return write_call("hover", start_box=write_place(action.at))
        case Drag():
            return write_call("left_drag", start_box=write_place(action.start), end_box=write_place(action.end))
        case Press() if (keys := join_keys(action.keys)) is not None:
            return write_call("key", keys=keys)
        case Type() if action.text or action.replace:
            extras: dict[str, str | float | bool] = (
                {} if action.into is None else {"start_box": write_place(action.into)}
            )
            flags = {"replace": action.replace, "enter": action.submit}
            return write_call("type", content=action.text, **extras, **{key: True for key, on in flags.items() if on})
        case Select():
            return write_call("select", start_box=write_place(action.at), option=action.option)
        case Scroll():
            at: dict[str, str | float | bool] = {} if action.at is None else {"start_box": write_place(action.at)}
            return write_call("scroll", **at, direction=action.direction, step=action.steps)
        case Open():
            return write_call("goto", url=action.target)
        case Back():
            return write_call("back")
        case Ask():
            return write_call("ask", question=action.question)
        case Wait():
            return write_call("WAIT", **({} if action.seconds in (None, _WAIT) else {"seconds": action.seconds or 0.0}))
        case Finish(status="complete"):
            return write_call("DONE", **({"answer": action.answer} if action.answer else {}))
        case Finish():
            return write_call("FAIL", **({"reason": action.answer} if action.answer else {}))
        case _:
            pass
    raise no_call(action)


class PcDialect(CallDialect):
    """Grounded places on a screenshot, for pages and desktops."""

    stem = "pc"
    platforms: frozenset[Platform] = frozenset({"web", "desktop"})
    words = Words(_ARGUMENTS, _ALIASES, _ARGUMENT_ALIASES, frozenset({"done", "fail"}), _build, _write)


def older_pictures(steps: Sequence[tuple[Step, Decision]], room: int) -> tuple[list[Message], int]:
    """The screens before the last four actions at half size, oldest first, as far as they fit; and the room left."""
    older: list[Message] = []
    for step, _ in reversed(steps[-_OLDER:]):
        cost = image_tokens(max(1, step.seen.width // 2), max(1, step.seen.height // 2))
        if cost > room:
            break
        room -= cost
        older.insert(0, half_part(step.seen.screenshot))
    return older, room
