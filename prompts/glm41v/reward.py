"""The web dialect that GLM-4.1V's published reward code reads: one call in capitals with a point on the screenshot.

`CLICK`, `TYPE`, `SCROLL_DOWN`, `SCROLL_UP`, `KEY_PRESS` and `ANSWER` are the family's; the others, and `enter` and
`replace` of `TYPE`, are for what pages need beyond them (docs/decisions). The family gives no prompt for it.
"""

from __future__ import annotations

from collections.abc import Sequence

from actions import (
    Action,
    Ask,
    Back,
    Box,
    Click,
    Finish,
    Hover,
    Observation,
    Open,
    ParseError,
    Place,
    Platform,
    Point,
    Press,
    Scroll,
    Select,
    Task,
    Type,
    Wait,
)  # fmt: skip
from prompts import history as past
from prompts.base import Briefing, Message, Step
from prompts.coordinates import write_place
from prompts.glm.arguments import Arguments, Writing
from prompts.glm.calls import Bare, CallDialect, Words, no_call, write_call
from prompts.glm.keys import join_keys
from prompts.glm.shared import briefing, facts, numbered
from prompts.grammar import Repairs
from prompts.images import image_part, image_tokens, text_tokens
from prompts.tokens import ANSWER, THINK_END

_VIEW = 8.0
"""Wheel clicks that move a page by one view; a distance up to 1 is a share of the view."""
_STEPS = 5.0
_WAIT = 5.0
_CLICKS = {"CLICK": ("left", 1), "DOUBLE_CLICK": ("left", 2), "RIGHT_CLICK": ("right", 1)}
_SCROLLS = {f"SCROLL_{direction.upper()}": direction for direction in ("down", "up", "left", "right")}
_ARGUMENTS = {
    **dict.fromkeys((*_CLICKS, "HOVER"), ("point", "box", "element_info")),
    "TYPE": ("point", "text", "box", "element_info", "enter", "replace"),
    "SELECT": ("point", "option", "box", "element_info"),
    **dict.fromkeys(_SCROLLS, ("point", "box", "distance", "element_info")),
    "KEY_PRESS": ("key",),
    "GOTO": ("url",),
    "GO_BACK": (),
    "WAIT": ("seconds",),
    "ASK": ("question",),
    "ANSWER": ("content",),
    "FAIL": ("reason",),
}
_ALIASES = {"left_click": "CLICK", "press": "KEY_PRESS", "back": "GO_BACK"}
_ARGUMENT_ALIASES = {
    "KEY_PRESS": {"keys": "key"},
    "TYPE": {"content": "text"},
    "ANSWER": {"text": "content"},
    "SELECT": {"text": "option"},
}
_ENTER, _RETURN = "enter", "return"


def _build(name: str, args: Arguments, repairs: Repairs) -> Action:
    if name in _CLICKS:
        button, count = _CLICKS[name]
        return Click.model_validate({"at": _place(args, repairs), "button": button, "count": count})
    if name in _SCROLLS:
        at = _place(args, repairs) if args.has("point") or args.has("box") else None
        return Scroll.model_validate({"direction": _SCROLLS[name], "steps": _steps(args, repairs), "at": at})
    match name:
        case "HOVER":
            return Hover(at=_place(args, repairs))
        case "TYPE":
            replace = args.flag("replace", default=True)
            at = _place(args, repairs)
            text = args.text("text", empty=replace)
            return Type(text=text, into=at, replace=replace, submit=args.flag("enter", default=False))
        case "SELECT":
            return Select(at=_place(args, repairs), option=args.text("option"))
        case "KEY_PRESS":
            return Press(keys=tuple(_ENTER if key.lower() == _RETURN else key for key in args.keys("key")))
        case "GOTO":
            return Open(target=args.text("url"))
        case "GO_BACK":
            return Back()
        case "WAIT":
            return Wait(seconds=args.number("seconds", default=_WAIT, silent=True))
        case "ASK":
            return Ask(question=args.text("question"))
        case "ANSWER":
            return Finish(status="complete", answer=args.text("content", empty=True))
        case _:
            return Finish(status="infeasible", answer=args.text("reason", empty=True) if args.has("reason") else "")


def _place(args: Arguments, repairs: Repairs) -> Place:
    """The point; the box only where there is no point."""
    if not args.has("point") and args.has("box"):
        repairs.add("point_from_box")
        return args.place("box", "box")
    point = args.place("point")
    if args.has("box") and isinstance(point, Point):
        try:
            box = args.place("box", "box")
        except ParseError:
            repairs.add("unknown_arg_dropped:box")
            return point
        if not (isinstance(box, Box) and box.left <= point.x <= box.right and box.top <= point.y <= box.bottom):
            repairs.add("point_outside_box")
    return point


def _steps(args: Arguments, repairs: Repairs) -> float:
    distance = args.number("distance", default=0, silent=True)
    if distance == 0:
        repairs.add("default:distance")
        return _STEPS
    return distance * _VIEW if distance <= 1 else distance


def _write(action: Action) -> str:
    match action:
        case Click():
            for name, (button, count) in _CLICKS.items():
                if (button, count) == (action.button, action.count):
                    return write_call(name, **_written(action.at))
        case Hover():
            return write_call("HOVER", **_written(action.at))
        case Type() if action.into is not None and (action.text or action.replace):
            flags = {"enter": True} if action.submit else {}
            flags |= {} if action.replace else {"replace": False}
            point, *box = _written(action.into).items()
            return write_call("TYPE", **dict([point]), text=action.text, **dict(box), **flags)
        case Select():
            point, *box = _written(action.at).items()
            return write_call("SELECT", **dict([point]), option=action.option, **dict(box))
        case Scroll():
            where = {} if action.at is None else _written(action.at)
            distance = action.steps if action.steps > 1 else action.steps / _VIEW
            return write_call(f"SCROLL_{action.direction.upper()}", **where, distance=distance)
        case Press() if (keys := join_keys(action.keys)) is not None:
            return write_call("KEY_PRESS", key="Return" if keys == _ENTER else keys)
        case Open():
            return write_call("GOTO", url=action.target)
        case Back():
            return write_call("GO_BACK")
        case Wait():
            seconds = {} if action.seconds in (None, _WAIT) else {"seconds": action.seconds or 0.0}
            return write_call("WAIT", **seconds)
        case Ask():
            return write_call("ASK", question=action.question)
        case Finish(status="complete"):
            return write_call("ANSWER", content=action.answer)
        case Finish():
            return write_call("FAIL", **({"reason": action.answer} if action.answer else {}))
        case _:
            pass
    raise no_call(action)


def _written(place: Place) -> dict[str, Bare]:
    point = {"point": Bare("(" + write_place(place.centre)[1:-1].replace(",", ", ") + ")")}
    return point | ({"box": Bare(f"[{write_place(place)}]")} if isinstance(place, Box) else {})


class Glm41vReward(CallDialect):
    """Points on a page's screenshot. A box beside a point names the thing; what is acted on is the point."""

    name = "glm41v-reward"
    package = __package__
    opening = THINK_END + ANSWER
    stem = "reward"
    platforms: frozenset[Platform] = frozenset({"web"})
    words = Words(
        _ARGUMENTS, _ALIASES, _ARGUMENT_ALIASES, frozenset({"answer", "fail"}), _build, _write,
        writing=Writing(place="round point", quoted_places=False), ordered=True, remembers=False,
    )  # fmt: skip

    def messages(self, task: Task, history: Sequence[Step], seen: Observation) -> list[Message]:
        """One user message: the screen now, then the text."""
        template = self._wording.for_task(task)
        values = facts(task, history, seen, empty_memory="[]")
        steps = past.acted(history)
        room = self._room - image_tokens(seen.width, seen.height) - text_tokens(template.fill(values))
        items, dropped = past.newest([self.words.said(step, decision) for step, decision in steps], room)
        values["history"] = numbered(items, dropped, lambda n: f"{n}. ", first=dropped + 1)
        text: Message = {"type": "text", "text": template.fill(values)}
        return [{"role": "user", "content": [image_part(seen.screenshot), text]}]

    def read(self, messages: Sequence[Message]) -> Briefing | None:
        """What a prompt of this dialect says; None for any other."""
        return briefing(messages, self._wording, _without_number)


def _without_number(line: str) -> str | None:
    head, dot, rest = line.partition(". ")
    return rest if dot and head.isdecimal() else None
