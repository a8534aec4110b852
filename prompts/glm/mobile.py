"""A phone, as GLM-4.1V and GLM-4.5V see it alike: one JSON object per answer, boxes in thousandths, a memory in words.

The objects of the family's prompts come first; `double_tap`, `drag`, `ask`, and `enter`, `seconds` and `text` in others
are for what tasks need beyond them (docs/decisions). A swipe names the finger's way, a Scroll the view's.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from actions import (
    Action,
    Answer,
    Ask,
    Back,
    Click,
    Drag,
    Finish,
    Home,
    LongPress,
    Observation,
    Open,
    Place,
    Platform,
    Point,
    Press,
    Scroll,
    Task,
    Type,
    UnsupportedAction,
    Wait,
)  # fmt: skip
from prompts import history as past
from prompts.base import Briefing, Decision, Message, Reply, Step
from prompts.coordinates import write_place
from prompts.glm.arguments import Arguments, Writing
from prompts.glm.shared import (
    CONTEXT,
    OPTIONAL,
    SAMPLING,
    briefing,
    chosen,
    facts,
    names_of,
    numbered,
    one_line,
    refused,
    unknown,
)  # fmt: skip
from prompts.grammar import Call, Repairs, open_envelope
from prompts.grammar.objects import find_object
from prompts.grammar.settled import settled
from prompts.images import image_part, image_tokens, text_tokens
from prompts.templates import Wording
from prompts.tokens import ANSWER, BOX_BEGIN, BOX_END, escape

_WRITING = Writing(place="box", quoted_places=False, json=True)
_ARGUMENTS = {
    "status": ("goal_status", "text"),
    "answer": ("text",),
    "click": ("box_2d",),
    "double_tap": ("box_2d",),
    "long_press": ("box_2d",),
    "input_text": ("text", "box_2d", "override", "enter"),
    "keyboard_enter": (),
    "navigate_home": (),
    "navigate_back": (),
    "swipe": ("direction", "box_2d", "steps"),
    "drag": ("box_2d", "to_box_2d"),
    "open_app": ("app_name",),
    "wait": ("seconds",),
    "ask": ("text",),
}
_ALIASES = {
    "tap": "click",
    "long_tap": "long_press",
    "double_click": "double_tap",
    "launch_app": "open_app",
    "press_enter": "keyboard_enter",
    "go_back": "navigate_back",
    "back": "navigate_back",
    "home": "navigate_home",
}
_BOXES = {"box": "box_2d", "bbox": "box_2d", "bbox_2d": "box_2d"}
_ARGUMENT_ALIASES = {
    "answer": {"answer": "text", "content": "text"},
    "open_app": {"app": "app_name", "name": "app_name"},
    "status": {"status": "goal_status", "answer": "text"},
    "ask": {"question": "text"},
}
_KNOWN = {name: name for name in _ARGUMENTS} | _ALIASES
_STATUS = {"completed": "complete", "impossible": "infeasible"}
_MEMORY, _NO_MEMORY = "Memory: ", "None"
_STEPS = 5.0
_OPPOSITE = {"up": "down", "down": "up", "left": "right", "right": "left"}


class MobileDialect:
    """Boxes on a phone's screenshot; the wording is the model's.

    `prompts` is a folder with a wording that replaces the built-in one; `context` the model's window in tokens;
    `thinking` False says that requests switch thinking off; `pixels` lets coordinates beyond the scale be pixels.
    """

    name: str
    package: str
    """Where the wording stands."""
    opening: str
    """What ends the thinking and begins the answer."""
    platforms: frozenset[Platform] = frozenset({"android"})
    wants_elements = False

    def __init__(
        self, prompts: Path | None = None, *, context: int = CONTEXT, thinking: bool = True, pixels: bool = False
    ) -> None:
        self.sampling: dict[str, Any] = dict(SAMPLING)
        names = ("task", "history")
        self._wording = Wording(self.name, self.package, "mobile", names=names, optional=OPTIONAL, folder=prompts)
        self._room = context - int(self.sampling["max_tokens"])
        self._thinking = thinking
        self._pixels = pixels

    def messages(self, task: Task, history: Sequence[Step], seen: Observation) -> list[Message]:
        """One user message: the screen now, then the text. What was remembered stands in the history."""
        template = self._wording.for_task(task)
        values = facts(task, history, seen, empty_memory="")
        steps = past.acted(history)
        room = self._room - image_tokens(seen.width, seen.height) - text_tokens(template.fill(values))
        items, dropped = past.newest([_line(step, decision) for step, decision in steps], room)
        values["history"] = numbered(items, dropped, lambda n: f"Step {n}:\n", first=dropped)
        text: Message = {"type": "text", "text": template.fill(values)}
        return [{"role": "user", "content": [image_part(seen.screenshot), text]}]

    def read(self, messages: Sequence[Message]) -> Briefing | None:
        """What a prompt of this dialect says; None for any other."""
        return briefing(messages, self._wording, _without_number, memory=_remembered)

    def parse(self, reply: Reply, seen: Observation) -> Decision:
        """The one object of an answer, outside thinking, as an action. Raises ParseError."""
        envelope = Repairs()
        answer = open_envelope(reply, envelope, thinking=self._thinking)
        found = find_object(answer, _KNOWN, names_of(_ARGUMENTS))
        action, meaning = chosen(
            found.call, found.further, lambda call, repairs: self._action(call, seen, repairs, answer.raw), found.choice
        )
        codes = (*envelope.codes, *found.call.repairs.codes, *meaning.codes, *found.choice.codes)
        return Decision(
            action=action, thought=found.thought, memory=found.memory, raw=answer.raw,
            repairs=tuple(dict.fromkeys(codes)),
        )  # fmt: skip

    def settled(self, reply: Reply, seen: Observation) -> bool:
        """Could nothing that still came change this answer?"""
        return settled(lambda so_far: self.parse(so_far, seen), reply, answer_tags=ANSWER in self.opening)

    def format(self, action: Action, *, thought: str = "", memory: str = "", mark: int | None = None) -> str:
        """The answer for an action: the memory and the thought in a line each, the object in a box.

        `mark` has no meaning here. Raises UnsupportedAction.
        """
        try:
            written = write_object(action)
        except UnsupportedAction as error:
            raise UnsupportedAction(f"the dialect {self.name} {error}") from None
        return (
            f"Memory: {escape(_in_one_line(memory)) or _NO_MEMORY}\nReason: {one_line(thought)}\n"
            f"Action: {BOX_BEGIN}{written}{BOX_END}"
        )

    def _action(self, call: Call, seen: Observation, repairs: Repairs, raw: str) -> Action:
        name = _KNOWN.get(call.name.lower())
        if name is None:
            raise unknown(call.name, _ARGUMENTS, raw, call.start)
        if call.name != name:
            repairs.add("case_folded" if call.name.lower() == name else f"alias:{call.name}→{name}")
        args = Arguments(
            name, call, _ARGUMENTS[name], _ARGUMENT_ALIASES.get(name, _BOXES), repairs, seen, raw,
            pixels=self._pixels, writing=_WRITING,
        )  # fmt: skip
        try:
            return _build(name, args)
        except ValidationError as error:
            raise refused(error, name, raw) from error


def _build(name: str, args: Arguments) -> Action:
    match name:
        case "status":
            status = args.choice("goal_status", ("complete", "infeasible"), _STATUS)
            answer = args.text("text", empty=True) if args.has("text") else ""
            return Finish.model_validate({"status": status, "answer": answer})
        case "answer":
            return Answer(text=args.text("text"))
        case "click":
            return Click(at=args.place("box_2d"))
        case "double_tap":
            return Click(at=args.place("box_2d"), count=2)
        case "long_press":
            return LongPress(at=args.place("box_2d"))
        case "input_text":
            replace = args.flag("override", default=False, silent=False)
            text = args.text("text", empty=replace)
            into = args.place("box_2d")
            return Type(text=text, into=into, replace=replace, submit=args.flag("enter", default=True))
        case "keyboard_enter":
            return Press(keys=("enter",))
        case "navigate_home":
            return Home()
        case "navigate_back":
            return Back()
        case "swipe":
            finger = args.choice("direction", tuple(_OPPOSITE))
            at, steps = args.optional_place("box_2d"), args.number("steps", default=_STEPS, silent=True)
            return Scroll.model_validate({"direction": _OPPOSITE[finger], "at": at, "steps": steps})
        case "drag":
            return Drag(start=args.place("box_2d"), end=args.place("to_box_2d"))
        case "open_app":
            return Open(target=args.text("app_name"))
        case "wait":
            return Wait(seconds=args.number("seconds", default=0, silent=True) if args.has("seconds") else None)
        case _:
            return Ask(question=args.text("text"))


def write_object(action: Action) -> str:
    """The object for an action, in one line. Raises UnsupportedAction."""
    match action:
        case Click(button="left", count=1 | 2):
            return _object("click" if action.count == 1 else "double_tap", box_2d=action.at)
        case LongPress(seconds=1.0):
            return _object("long_press", box_2d=action.at)
        case Type() if action.into is not None and (action.text or action.replace):
            enter: dict[str, bool] = {} if action.submit else {"enter": False}
            return _object("input_text", text=action.text, box_2d=action.into, override=action.replace, **enter)
        case Press(keys=("enter",)):
            return _object("keyboard_enter")
        case Home():
            return _object("navigate_home")
        case Back():
            return _object("navigate_back")
        case Scroll():
            where: dict[str, Place | float] = {} if action.at is None else {"box_2d": action.at}
            far = {} if action.steps == _STEPS else {"steps": action.steps}
            return _object("swipe", direction=_OPPOSITE[action.direction], **where, **far)
        case Drag():
            return _object("drag", box_2d=action.start, to_box_2d=action.end)
        case Open():
            return _object("open_app", app_name=action.target)
        case Wait():
            return _object("wait", **({} if action.seconds is None else {"seconds": action.seconds}))
        case Answer():
            return _object("answer", text=action.text)
        case Ask():
            return _object("ask", text=action.question)
        case Finish():
            said = {"text": action.answer} if action.answer else {}
            return _object("status", goal_status=action.status, **said)
        case _:
            raise UnsupportedAction(f"has no object for {action.kind} as {action!r}")


def _object(action_type: str, **values: str | bool | float | Place) -> str:
    written = [f'"action_type": "{action_type}"', *(f'"{key}": {_literal(value)}' for key, value in values.items())]
    return "{" + ", ".join(written) + "}"


def _literal(value: str | bool | float | Place) -> str:
    if isinstance(value, str):
        return json.dumps(escape(value), ensure_ascii=False)
    if isinstance(value, bool | float | int):
        return json.dumps(value)
    return write_place(value) if isinstance(value, Point) else f"[{write_place(value)}]"


def _line(step: Step, decision: Decision) -> str:
    try:
        written = write_object(decision.action)
    except UnsupportedAction:
        written = decision.action.kind
    lines = [f"Reason: {past.thought(decision.thought)}", f"Action: {written}"]
    if decision.memory is not None:
        lines.insert(0, _MEMORY + (_in_one_line(decision.memory) or _NO_MEMORY))
    came_of_it = past.outcome(step)
    return "\n".join(lines) + (past.OBSERVATION + came_of_it if came_of_it else "")


def _in_one_line(memory: str) -> str:
    """A memory in one line. JSON, which has no line ends of its own, stays as it is."""
    return memory if "\n" not in memory and memory == memory.strip() else " ".join(memory.split())


def _without_number(line: str) -> str | None:
    head, colon, rest = line.partition(":\n")
    return rest if colon and head.startswith("Step ") else None


def _remembered(lines: Sequence[str]) -> str:
    """The newest memory in a history, "" if none says any."""
    for line in reversed(lines):
        if line.startswith(_MEMORY):
            memory = line.removeprefix(_MEMORY).partition("\n")[0]
            return "" if memory == _NO_MEMORY else memory
    return ""
