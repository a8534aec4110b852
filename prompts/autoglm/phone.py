"""AutoGLM-Phone: a conversation, in which each turn shows the phone's screen and is answered by one line of code.

`do(action="…")` and `finish(message="…")` are the family's; the actions `Press` and `Scroll`, `element`, `enter` and
`replace` of `Type` and `status` of `finish` are for what tasks need beyond them (docs/decisions). The family keeps no
memory but its own earlier answers; one that is written behind the call is read and kept all the same.
"""

from __future__ import annotations

import re
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
    Home,
    LongPress,
    Observation,
    Open,
    ParseError,
    Place,
    Platform,
    Press,
    Scroll,
    Task,
    Type,
    UnsupportedAction,
    Wait,
)  # fmt: skip
from prompts import history as past
from prompts.autoglm import conversation
from prompts.base import Briefing, Decision, Message, Reply, Step
from prompts.coordinates import write_place
from prompts.glm.arguments import Arguments, Writing
from prompts.glm.calls import Bare, call_writer, no_call
from prompts.glm.keys import join_keys
from prompts.glm.shared import chosen, memory_text, names_of, one_line, refused, unknown
from prompts.grammar import Call, Repairs, Value, find_calls, open_envelope
from prompts.grammar.settled import settled
from prompts.templates import Wording
from prompts.tokens import ANSWER, ANSWER_END, THINK, THINK_END, plain

CONTEXT = 25_480
"""The window that the family's own recipe serves it with."""
_SAMPLING: dict[str, Any] = {"temperature": 0.0, "max_tokens": 3000, "top_p": 0.85, "frequency_penalty": 0.2}
_WRITING = Writing(quoted_places=False)
_ARGUMENTS = {
    "Launch": ("app",),
    "Tap": ("element", "message"),
    "Type": ("text", "element", "replace", "enter"),
    "Type_Name": ("text", "element", "replace", "enter"),
    "Swipe": ("start", "end"),
    "Scroll": ("direction", "element", "steps"),
    "Long Press": ("element",),
    "Double Tap": ("element",),
    "Press": ("keys",),
    "Back": (),
    "Home": (),
    "Wait": ("duration",),
    "Take_over": ("message",),
    "Interact": ("message",),
    "Note": ("message",),
    "Call_API": ("instruction",),
    "finish": ("message", "status"),
}
_ALIASES = {"Launch": {"app_name": "app"}, "Type": {"content": "text"}, "Press": {"key": "keys"}}
_NAMES = {re.sub(r"[\s_-]", "", name.lower()): name for name in _ARGUMENTS}
_KNOWN = frozenset({"do", "finish"})
_DURATION = re.compile(r"(\d{1,4}(?:\.\d{1,6})?)\s*(?:s|secs?|seconds?|秒钟?)?", re.IGNORECASE)
_SECONDS = 1.0
_STEPS = 5.0
_CHOOSE = "Several choices fit; which one is meant?"
_TAKE_OVER = "Please do this step by hand, then say that it is done."
_THOUGHT = re.compile(rf"(?:{THINK})?(.*?){THINK_END}", re.DOTALL)
_write_call = call_writer('"')


class AutoGlmPhone:
    """Points on a phone's screenshot, in a conversation that keeps its turns and only the newest picture.

    `prompts` is a folder with a wording that replaces the built-in one; `context` the model's window in tokens;
    `thinking` False says that requests switch thinking off; `pixels` lets coordinates beyond the scale be pixels.
    """

    name = "autoglm-phone"
    platforms: frozenset[Platform] = frozenset({"android"})
    wants_elements = False
    opening = THINK_END + ANSWER

    def __init__(
        self, prompts: Path | None = None, *, context: int = CONTEXT, thinking: bool = True, pixels: bool = False
    ) -> None:
        self.sampling: dict[str, Any] = dict(_SAMPLING)
        self._wording = Wording(self.name, __package__, "phone", names=(), optional=("today",), folder=prompts)
        self._room = context - int(self.sampling["max_tokens"])
        self._thinking = thinking
        self._pixels = pixels

    def messages(self, task: Task, history: Sequence[Step], seen: Observation) -> list[Message]:
        """The system's text, then a user's and an assistant's turn for each step, then the screen now.

        The oldest turns are dropped first; the task stands in the first one that is left.
        """
        return conversation.write(self._wording, self._room, task, history, seen, self._answered)

    def read(self, messages: Sequence[Message]) -> Briefing | None:
        """What a conversation of this dialect says; None for any other."""
        return conversation.read(self._wording, messages)

    def parse(self, reply: Reply, seen: Observation) -> Decision:
        """The one call of an answer, outside thinking, as an action; the thinking is its thought. Raises ParseError."""
        envelope = Repairs()
        answer = open_envelope(reply, envelope, thinking=self._thinking)
        found = find_calls(answer, _KNOWN, {"finish"}, names_of(_ARGUMENTS), boxes_wanted=False)
        action, meaning = chosen(
            found.call, found.further, lambda call, repairs: self._action(call, seen, repairs, answer.raw), found.choice
        )
        remembered = found.memory.repairs.codes if found.memory is not None else ()
        codes = (*envelope.codes, *found.call.repairs.codes, *meaning.codes, *found.choice.codes, *remembered)
        return Decision(
            action=action,
            thought=_thought(reply) or found.prose,
            memory=found.memory.text if found.memory is not None else None,
            raw=answer.raw,
            repairs=tuple(dict.fromkeys(codes)),
        )

    def settled(self, reply: Reply, seen: Observation) -> bool:
        """Could nothing that still came change this answer? A call without a box may end later than it seems to."""
        return settled(lambda so_far: self.parse(so_far, seen), reply, answer_tags=True)

    def format(self, action: Action, *, thought: str = "", memory: str = "", mark: int | None = None) -> str:
        """The answer for an action: the thought as thinking, then the call. `mark` has no meaning here.

        Raises UnsupportedAction.
        """
        try:
            call = _write(action)
        except UnsupportedAction as error:
            raise UnsupportedAction(f"the dialect {self.name} {error}") from None
        if memory.strip():
            call += f"\nMemory:\n{memory_text(memory, dict)}"
        return f"{THINK}{one_line(thought)}{THINK_END}{ANSWER}{call}{ANSWER_END}"

    def _answered(self, decision: Decision) -> str:
        """An earlier answer as the conversation shows it: clean parts, not what was received."""
        thought, memory = past.thought(decision.thought), decision.memory or ""
        try:
            return self.format(decision.action, thought=thought, memory=memory)
        except UnsupportedAction:
            return f"{THINK}{one_line(thought)}{THINK_END}{ANSWER}{decision.action.kind}{ANSWER_END}"

    def _action(self, call: Call, seen: Observation, repairs: Repairs, raw: str) -> Action:
        if call.name != call.name.lower():
            repairs.add("case_folded")
        name, values = _named(call, repairs, raw)
        call = Call(name, values, call.start, call.end)
        aliases = _ALIASES.get(name, {})
        args = Arguments(
            name, call, _ARGUMENTS[name], aliases, repairs, seen, raw, pixels=self._pixels, writing=_WRITING
        )
        try:
            return _build(name, args, repairs)
        except ValidationError as error:
            raise refused(error, name, raw) from error


def _named(call: Call, repairs: Repairs, raw: str) -> tuple[str, dict[str, Value]]:
    """The action that a call names, and its other arguments."""
    if call.name.lower() == "finish":
        return "finish", call.args
    key = next((key for key in call.args if key.lower() == "action"), None)
    if key is None:
        raise ParseError(
            "missing_argument", "do.action", expected='do(action="…", …)', raw=raw, at=call.start
        )  # fmt: skip
    written = call.args[key].text.strip()
    name = _NAMES.get(re.sub(r"[\s_-]", "", written.lower()))
    if name is None or name == "finish":
        raise unknown(written, _ARGUMENTS, raw, call.start)
    if written != name:
        repairs.add("case_folded" if written.lower() == name.lower() else f"alias:{written}→{name}")
    return name, {other: value for other, value in call.args.items() if other != key}


def _build(name: str, args: Arguments, repairs: Repairs) -> Action:
    match name:
        case "Launch":
            return Open(target=args.text("app"))
        case "Tap":
            tapped = args.place("element")
            # the family means: ask before a tap that cannot be undone
            return Ask(question=args.text("message")) if args.has("message") else Click(at=tapped)
        case "Type" | "Type_Name":
            replace = args.flag("replace", default=True)
            text = args.text("text", empty=replace)
            into = args.place("element") if args.has("element") else None
            return Type(text=text, into=into, replace=replace, submit=args.flag("enter", default=False))
        case "Swipe":
            return Drag(start=args.place("start"), end=args.place("end"))
        case "Scroll":
            direction = args.choice("direction", ("up", "down", "left", "right"))
            at, steps = args.optional_place("element"), args.number("steps", default=_STEPS, silent=True)
            return Scroll.model_validate({"direction": direction, "at": at, "steps": steps})
        case "Long Press":
            return LongPress(at=args.place("element"))
        case "Double Tap":
            return Click(at=args.place("element"), count=2)
        case "Press":
            return Press(keys=args.keys("keys"))
        case "Back":
            return Back()
        case "Home":
            return Home()
        case "Wait":
            return Wait(seconds=_duration(args, repairs))
        case "Take_over":
            return Ask(question=args.text("message") if args.has("message") else _TAKE_OVER)
        case "Interact":
            return Ask(question=args.text("message") if args.has("message") else _CHOOSE)
        case "Note" | "Call_API":
            # the family's own harness does nothing on them either
            return Wait(seconds=0)
        case _:
            status = args.choice("status", ("complete", "infeasible")) if args.has("status") else "complete"
            answer = args.text("message", empty=True) if args.has("message") else ""
            return Finish.model_validate({"status": status, "answer": answer})


def _duration(args: Arguments, repairs: Repairs) -> float:
    written = args.text("duration", empty=True).strip() if args.has("duration") else ""
    read = _DURATION.fullmatch(written)
    if read is None:
        repairs.add("default:duration")
        return _SECONDS
    return float(read[1])


def _write(action: Action) -> str:
    """The call for an action. Raises UnsupportedAction."""

    def do(name: str, **args: str | float | bool) -> str:
        return _write_call("do", action=name, **args)

    match action:
        case Click(button="left", count=1 | 2):
            return do("Tap" if action.count == 1 else "Double Tap", element=_place(action.at))
        case LongPress(seconds=1.0):
            return do("Long Press", element=_place(action.at))
        case Drag():
            return do("Swipe", start=_place(action.start), end=_place(action.end))
        case Type() if action.text or action.replace:
            into: dict[str, Any] = {} if action.into is None else {"element": _place(action.into)}
            into |= {} if action.replace else {"replace": False}
            return do("Type", text=action.text, **into, **({"enter": True} if action.submit else {}))
        case Scroll():
            where: dict[str, Any] = {} if action.at is None else {"element": _place(action.at)}
            where |= {} if action.steps == _STEPS else {"steps": action.steps}
            return do("Scroll", direction=action.direction, **where)
        case Press() if (keys := join_keys(action.keys)) is not None:
            return do("Press", keys=keys)
        case Open():
            return do("Launch", app=action.target)
        case Back():
            return do("Back")
        case Home():
            return do("Home")
        case Wait():
            seconds = _SECONDS if action.seconds is None else action.seconds
            return do("Wait", duration=f"{seconds:.6f}".rstrip("0").rstrip(".") + " seconds")
        case Ask():
            return do("Interact", message=action.question)
        case Finish():
            status = {} if action.status == "complete" else {"status": action.status}
            return str(_write_call("finish", message=action.answer, **status))
        case _:
            raise no_call(action)


def _place(place: Place) -> Bare:
    return Bare(write_place(place))


def _thought(reply: Reply) -> str:
    """What was thought before the answer, in one line."""
    if reply.reasoning.strip():
        said = reply.reasoning
    else:
        found = _THOUGHT.match(reply.text.lstrip())
        said = found[1] if found else ""
    return plain(" ".join(said.split()))
