"""Pointing at a screenshot, as GLM-4.1V and GLM-4.5V do alike: one call per answer, places in thousandths, a memory
that is a JSON list.

The calls of the family's PC prompts come first; `select`, `goto`, `back`, `ask` and the extra arguments of `type`,
`DONE` and `FAIL` are for what pages need beyond them (docs/decisions).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from actions import (
    Action,
    Ask,
    Back,
    Click,
    Drag,
    Finish,
    Hover,
    Observation,
    Open,
    Platform,
    Press,
    Scroll,
    Select,
    Type,
    UnsupportedAction,
    Wait,
)  # fmt: skip
from prompts.base import Decision, Message, Reply, Step
from prompts.coordinates import write_place
from prompts.glm.arguments import Arguments
from prompts.glm.keys import join_keys
from prompts.glm.shared import CONTEXT, NAMES, OPTIONAL, SAMPLING, chosen, memory_text, names_of, one_line, refused
from prompts.grammar import Call, Repairs, find_calls, open_envelope
from prompts.images import half_part, image_tokens
from prompts.templates import Wording
from prompts.tokens import BOX_BEGIN, BOX_END, escape

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
_KNOWN = {name.lower(): name for name in _ARGUMENTS} | _ALIASES
_ENDS = frozenset({"done", "fail"})


class PcDialect:
    """Grounded places on a screenshot, for pages and desktops; how the prompt is laid out is the model's.

    `prompts` is a folder with a wording that replaces the built-in one; `context` the model's window in tokens;
    `thinking` False says that requests switch thinking off; `pixels` lets coordinates beyond the scale be pixels.
    """

    name: str
    package: str
    """Where the wording stands."""
    platforms: frozenset[Platform] = frozenset({"web", "desktop"})
    wants_elements = False

    def __init__(
        self, prompts: Path | None = None, *, context: int = CONTEXT, thinking: bool = True, pixels: bool = False
    ) -> None:
        self.sampling: dict[str, Any] = dict(SAMPLING)
        self._wording = Wording(self.name, self.package, "pc", names=NAMES, optional=OPTIONAL, folder=prompts)
        self._room = context - int(self.sampling["max_tokens"])
        self._thinking = thinking
        self._pixels = pixels

    def parse(self, reply: Reply, seen: Observation) -> Decision:
        """The one call of an answer, outside thinking, as an action. Raises ParseError."""
        envelope = Repairs()
        answer = open_envelope(reply, envelope, thinking=self._thinking)
        found = find_calls(answer, _KNOWN, _ENDS, names_of(_ARGUMENTS))
        action, meaning = chosen(
            found.call, found.further, lambda call, repairs: self._action(call, seen, repairs, answer.raw), found.choice
        )
        remembered = found.memory.repairs.codes if found.memory is not None else ("memory_missing",)
        order = ("label_order",) if found.memory is not None and found.memory.start < found.call.start else ()
        codes = (
            *envelope.codes, *found.call.repairs.codes, *meaning.codes, *found.choice.codes, *order, *remembered,
        )  # fmt: skip
        return Decision(
            action=action,
            thought=found.prose,
            memory=found.memory.text if found.memory is not None else None,
            raw=answer.raw,
            repairs=tuple(dict.fromkeys(codes)),
        )

    def format(self, action: Action, *, thought: str = "", memory: str = "", mark: int | None = None) -> str:
        """The answer for an action: the thought in one line, the call in a box, the memory. `mark` has no meaning here.

        Raises UnsupportedAction.
        """
        said = f"{one_line(thought)} " if thought.strip() else ""
        return f"{said}{BOX_BEGIN}{self._write(action)}{BOX_END}\nMemory:\n{memory_text(memory, list)}"

    def _write(self, action: Action) -> str:
        try:
            return write_call(action)
        except UnsupportedAction as error:
            raise UnsupportedAction(f"the dialect {self.name} {error}") from None

    def _action(self, call: Call, seen: Observation, repairs: Repairs, raw: str) -> Action:
        name = _KNOWN[call.name.lower()]
        if call.name != name:
            folded = call.name.lower() == name.lower()
            repairs.add("case_folded" if folded else f"alias:{call.name}→{name}")
        args = Arguments(
            name, call, _ARGUMENTS[name], _ARGUMENT_ALIASES.get(name, {}), repairs, seen, raw, pixels=self._pixels
        )
        try:
            return _build(name, args)
        except ValidationError as error:
            raise refused(error, name, raw) from error


def _build(name: str, args: Arguments) -> Action:
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


def write_call(action: Action) -> str:
    """The call for an action. Raises UnsupportedAction."""
    match action:
        case Click():
            for name, (button, count) in _CLICKS.items():
                if (button, count) == (action.button, action.count):
                    return _call(name, start_box=write_place(action.at))
        case Hover():
            return _call("hover", start_box=write_place(action.at))
        case Drag():
            return _call("left_drag", start_box=write_place(action.start), end_box=write_place(action.end))
        case Press() if (keys := join_keys(action.keys)) is not None:
            return _call("key", keys=keys)
        case Type() if action.text or action.replace:
            extras: dict[str, str | float | bool] = (
                {} if action.into is None else {"start_box": write_place(action.into)}
            )
            flags = {"replace": action.replace, "enter": action.submit}
            return _call("type", content=action.text, **extras, **{key: True for key, on in flags.items() if on})
        case Select():
            return _call("select", start_box=write_place(action.at), option=action.option)
        case Scroll():
            at: dict[str, str | float | bool] = {} if action.at is None else {"start_box": write_place(action.at)}
            return _call("scroll", **at, direction=action.direction, step=action.steps)
        case Open():
            return _call("goto", url=action.target)
        case Back():
            return _call("back")
        case Ask():
            return _call("ask", question=action.question)
        case Wait():
            return _call("WAIT", **({} if action.seconds in (None, _WAIT) else {"seconds": action.seconds or 0.0}))
        case Finish(status="complete"):
            return _call("DONE", **({"answer": action.answer} if action.answer else {}))
        case Finish():
            return _call("FAIL", **({"reason": action.answer} if action.answer else {}))
        case _:
            pass
    raise UnsupportedAction(f"has no call for {action.kind} as {action!r}")


def _call(name: str, **args: str | float | bool) -> str:
    return f"{name}({', '.join(f'{key}={_literal(value)}' for key, value in args.items())})"


_ESCAPES = str.maketrans({"\\": r"\\", "'": r"\'", "\n": r"\n", "\r": r"\r", "\t": r"\t"})


def _literal(value: str | float | bool) -> str:
    if isinstance(value, str):
        return "'" + escape(value).translate(_ESCAPES) + "'"
    if isinstance(value, bool):
        return str(value)
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def said_call(decision: Decision) -> str:
    """The call of an earlier answer as a history shows it."""
    try:
        return write_call(decision.action)
    except UnsupportedAction:
        return decision.action.kind


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
