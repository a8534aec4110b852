"""A page whose elements carry numbers, as GLM-4.1V and GLM-4.5V see it alike: one verb line per answer, a memory that
is a JSON object.

The family's verbs come first; `Fill`, `Append`, `Select`, `Hover`, `DoubleClick`, `RightClick`, `Goto`, `Ask` and
`Fail` are for what pages need beyond them (docs/decisions).
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
    Box,
    Click,
    Element,
    Finish,
    Hover,
    Observation,
    Open,
    ParseError,
    Place,
    Platform,
    Press,
    Scroll,
    Select,
    Task,
    Type,
    UnsupportedAction,
    Wait,
)  # fmt: skip
from prompts import history as past
from prompts.base import Briefing, Decision, Message, Reply, Step
from prompts.elements import MOST, read_elements, write_elements
from prompts.glm.keys import join_keys, split_keys
from prompts.glm.shared import (
    CONTEXT,
    NAMES,
    OPTIONAL,
    SAMPLING,
    briefing,
    chosen,
    facts,
    memory_text,
    names_of,
    numbered,
    one_line,
    refused,
)  # fmt: skip
from prompts.grammar import Repairs, open_envelope
from prompts.grammar.settled import settled
from prompts.grammar.verbs import Shape, Verb, can_carry, find_verb
from prompts.images import image_part, image_tokens, text_tokens
from prompts.marks import draw_marks
from prompts.templates import Wording
from prompts.tokens import ANSWER, BOX_BEGIN, BOX_END, escape

_LAST_STEPS = 15
_WAIT = 5.0
_STEPS = 5.0
_WINDOW = "WINDOW"
_ENTER, _RETURN = "enter", "Return"
_ENGINES = {"Bing": "https://www.bing.com", "Google": "https://www.google.com"}
_CLICKS = {"Click": ("left", 1), "DoubleClick": ("left", 2), "RightClick": ("right", 1)}
# (replace, submit) of each verb that types
_TYPING = {"Type": (True, True), "Fill": (True, False), "Append": (False, False)}
_SHAPES: dict[str, Shape] = {
    **dict.fromkeys((*_CLICKS, "Hover"), "mark"),
    **dict.fromkeys((*_TYPING, "Select", "Scroll"), "mark_text"),
    **dict.fromkeys(("GoBack", *_ENGINES), "alone"),
    "Wait": "maybe_text",
    **dict.fromkeys(("Key", "Goto", "Ask", "Fail"), "text"),
    "ANSWER": "content",
}
_KNOWN: dict[str, Shape] = {name.lower(): shape for name, shape in _SHAPES.items()}
_NAMES = {name.lower(): name for name in _SHAPES}
_SCROLL = re.compile(r"\s*(\w+)\s*(?:\]\s*[;,]?\s*\[\s*(\d{1,4}(?:\.\d{1,17})?)\s*)?")


class WebDialect:
    """Set of marks on a web page; the wording is the model's.

    `prompts` is a folder with a wording that replaces the built-in one; `context` the model's window in tokens;
    `thinking` False says that requests switch thinking off.
    """

    name: str
    package: str
    """Where the wording stands."""
    opening: str
    """What ends the thinking and begins the answer."""
    platforms: frozenset[Platform] = frozenset({"web"})
    wants_elements = True

    def __init__(self, prompts: Path | None = None, *, context: int = CONTEXT, thinking: bool = True) -> None:
        self.sampling: dict[str, Any] = dict(SAMPLING)
        names = (*NAMES, "elements")
        self._wording = Wording(self.name, self.package, "web", names=names, optional=OPTIONAL, folder=prompts)
        self._room = context - int(self.sampling["max_tokens"])
        self._thinking = thinking

    def messages(self, task: Task, history: Sequence[Step], seen: Observation) -> list[Message]:
        """One user message: the screen now with its marks, then the text."""
        template = self._wording.for_task(task)
        values = facts(task, history, seen, empty_memory="{}")
        wanted = "\n".join((task.instruction, *task.data.values()))
        values["elements"] = write_elements(seen.elements, wanted, room=self._room // 3)
        steps = past.acted(history)
        lines = [self._line(step, decision) for step, decision in steps[-_LAST_STEPS:]]
        room = self._room - image_tokens(seen.width, seen.height) - text_tokens(template.fill(values))
        items, dropped = past.newest(lines, room)
        values["history"] = numbered(items, len(steps) - len(items) if dropped else 0, lambda n: f"{n}.", first=0)
        picture = draw_marks(seen.screenshot, seen.elements[:MOST]) if seen.elements else seen.screenshot
        return [{"role": "user", "content": [image_part(picture), {"type": "text", "text": template.fill(values)}]}]

    def read(self, messages: Sequence[Message]) -> Briefing | None:
        """What a prompt of this dialect says; None for any other."""
        return briefing(messages, self._wording, _without_number, read_elements)

    def parse(self, reply: Reply, seen: Observation) -> Decision:
        """The one verb line of an answer, outside thinking, as an action. Raises ParseError."""
        envelope = Repairs()
        answer = open_envelope(reply, envelope, thinking=self._thinking)
        found = find_verb(answer, _KNOWN, names_of(_SHAPES))
        action, meaning = chosen(
            found.verb, found.further, lambda verb, repairs: _action(verb, seen, repairs, answer.raw), found.choice
        )
        remembered = found.memory.repairs.codes if found.memory is not None else ()
        codes = (
            *envelope.codes, *found.verb.repairs.codes, *meaning.codes, *found.choice.codes, *remembered,
        )  # fmt: skip
        return Decision(
            action=action,
            thought=found.thought,
            memory=found.memory.text if found.memory is not None else None,
            raw=answer.raw,
            repairs=tuple(dict.fromkeys(codes)),
        )

    def settled(self, reply: Reply, seen: Observation) -> bool:
        """Could nothing that still came change this answer?"""
        return settled(lambda so_far: self.parse(so_far, seen), reply, answer_tags=ANSWER in self.opening)

    def format(self, action: Action, *, thought: str = "", memory: str = "", mark: int | None = None) -> str:
        """The answer for an action: the thought in one line, the verb in a box, the memory.

        `mark` is the number of the element acted on. Raises UnsupportedAction, also for a place without a mark.
        """
        return (
            f"Thought: {one_line(thought)}\nAction: {BOX_BEGIN}{self._write(action, mark)}{BOX_END}\n"
            f"Memory_Updated: {memory_text(memory, dict)}"
        )

    def _write(self, action: Action, mark: int | None) -> str:
        try:
            return write_verb(action, mark)
        except UnsupportedAction as error:
            raise UnsupportedAction(f"the dialect {self.name} {error}") from None

    def _line(self, step: Step, decision: Decision) -> str:
        element = _aimed_at(decision.action, step.seen.elements)
        try:
            verb = write_verb(decision.action, None if element is None else element.mark)
        except UnsupportedAction:
            verb = decision.action.kind
        came_of_it = past.outcome(step, element)
        line = f"Thought: {past.thought(decision.thought)} Action: {verb}"
        return line + past.OBSERVATION + came_of_it if came_of_it else line


def _action(verb: Verb, seen: Observation, repairs: Repairs, raw: str) -> Action:
    name = _NAMES[verb.name.lower()]
    if verb.name != name:
        repairs.add("case_folded")
    try:
        return _build(name, verb, seen, repairs, raw)
    except ValidationError as error:
        raise refused(error, name, raw) from error


def _build(name: str, verb: Verb, seen: Observation, repairs: Repairs, raw: str) -> Action:
    def text(what: str, *, empty: bool = False) -> str:
        if verb.text is None:
            raise ParseError(
                "missing_argument", f"{name}.{what}", expected=f"{name} … [{what}]", raw=raw, at=verb.start
            )
        if not empty and not verb.text.strip():
            raise ParseError("bad_argument", f"{name}: {what} is empty", raw=raw, at=verb.start)
        return verb.text

    def place() -> Place:
        return _marked(name, verb, seen, raw)

    if name in _CLICKS:
        button, count = _CLICKS[name]
        return Click.model_validate({"at": place(), "button": button, "count": count})
    if name in _TYPING:
        replace, submit = _TYPING[name]
        into = None if name == "Append" and verb.mark is None else place()
        return Type(text=text("text", empty=name == "Fill"), into=into, replace=replace, submit=submit)
    if name in _ENGINES:
        return Open(target=_ENGINES[name])
    match name:
        case "Hover":
            return Hover(at=place())
        case "Select":
            return Select(at=place(), option=text("option").strip())
        case "Scroll":
            return _scroll(verb, seen, repairs, raw)
        case "Wait":
            return Wait.model_validate({"seconds": _WAIT if verb.text is None else verb.text.strip()})
        case "GoBack":
            return Back()
        case "Key":
            keys = split_keys(text("key"))
            if not keys:
                raise ParseError("bad_argument", f"Key: {verb.text!r} names no key", raw=raw, at=verb.start)
            return Press(keys=tuple(_ENTER if key.lower() == _RETURN.lower() else key for key in keys))
        case "Goto":
            return Open(target=text("url").strip())
        case "Ask":
            return Ask(question=text("question"))
        case "Fail":
            return Finish(status="infeasible", answer=verb.text or "")
        case _:
            return Finish(status="complete", answer=verb.text or "")


def _scroll(verb: Verb, seen: Observation, repairs: Repairs, raw: str) -> Scroll:
    mark, written = verb.mark, verb.text
    if written is None and mark is not None and mark.lower() in ("up", "down"):
        mark, written = None, mark
    if mark is None:
        repairs.add("default:mark")
        mark = _WINDOW
    if written is None:
        raise ParseError(
            "missing_argument", "Scroll.direction", expected="Scroll [n]; [down]", raw=raw, at=verb.start
        )  # fmt: skip
    read = _SCROLL.fullmatch(written)
    direction = read[1].lower() if read else written.strip()
    if read is None or direction not in ("up", "down"):
        raise ParseError(
            "bad_argument", f"Scroll: direction {direction[:40]}", expected="up or down", raw=raw, at=verb.start
        )
    if direction != read[1]:
        repairs.add("case_folded")
    at = None if mark.upper() == _WINDOW else _marked("Scroll", Verb("Scroll", verb.start, verb.end, mark), seen, raw)
    return Scroll.model_validate({"direction": direction, "steps": read[2] or _STEPS, "at": at})


def _marked(name: str, verb: Verb, seen: Observation, raw: str) -> Box:
    """The box of the element that a verb names by its number."""
    if verb.mark is None:
        raise ParseError("missing_argument", f"{name}.mark", expected=f"{name} [n]", raw=raw, at=verb.start)
    if not verb.mark.isdecimal():
        raise ParseError(
            "bad_argument", f"{name}: [{verb.mark[:40]}] is no mark", expected=f"{name} [n]", raw=raw, at=verb.start
        )
    for element in seen.elements:
        if str(element.mark) == (verb.mark.lstrip("0") or "0"):
            return element.box
    marks = [element.mark for element in seen.elements]
    known = f"marks {min(marks)}–{max(marks)}" if marks else "there are no marks on this screen"
    raise ParseError(
        "bad_argument",
        f"{name}: no mark {verb.mark[:12]} ({known})",
        expected="a mark of the list",
        raw=raw,
        at=verb.start,
    )


def write_verb(action: Action, mark: int | None) -> str:
    """The verb line for an action on the element with that mark. Raises UnsupportedAction."""
    match action:
        case Click():
            for name, (button, count) in _CLICKS.items():
                if (button, count) == (action.button, action.count) and mark is not None:
                    return f"{name} [{mark}]"
        case Hover() if mark is not None:
            return f"Hover [{mark}]"
        case Type() if action.into is None or mark is not None:
            for name, meaning in _TYPING.items():
                sayable = (action.into is not None or name == "Append") and (action.text.strip() or name == "Fill")
                if meaning == (action.replace, action.submit) and sayable:
                    where = "" if action.into is None else f" [{mark}]"
                    return f"{name}{where}; {_bracketed(action.text)}"
        case Select() if mark is not None:
            return f"Select [{mark}]; {_bracketed(action.option)}"
        case Scroll() if action.direction in ("up", "down") and (action.at is None or mark is not None):
            where = _WINDOW if action.at is None else str(mark)
            steps = "" if action.steps == _STEPS else f"; [{action.steps:.10f}".rstrip("0").rstrip(".") + "]"
            return f"Scroll [{where}]; [{action.direction}]{steps}"
        case Press() if (keys := join_keys(action.keys)) is not None:
            return f"Key; [{_RETURN if keys == _ENTER else keys}]"
        case Open():
            return f"Goto; {_bracketed(action.target)}"
        case Back():
            return "GoBack"
        case Wait():
            return "Wait" if action.seconds in (None, _WAIT) else f"Wait; [{action.seconds}]"
        case Ask():
            return f"Ask; {_bracketed(action.question)}"
        case Finish(status="complete"):
            return f"ANSWER; <content>{escape(action.answer)}</content>"
        case Finish():
            return f"Fail; {_bracketed(action.answer)}"
        case _:
            pass
    missing = " without a mark" if mark is None else ""
    raise UnsupportedAction(f"has no verb for {action.kind}{missing}: {action!r}")


def _bracketed(text: str) -> str:
    written = escape(text)
    if not can_carry(written, _KNOWN):
        raise UnsupportedAction(f"cannot write {text!r}: it reads like a further action")
    return f"[{written}]"


def _aimed_at(action: Action, elements: Sequence[Element]) -> Element | None:
    place = (
        action.into if isinstance(action, Type)
        else action.at if isinstance(action, Click | Hover | Select | Scroll)
        else None
    )  # fmt: skip
    return next((element for element in elements if element.box == place), None) if place is not None else None


def _without_number(line: str) -> str | None:
    head, dot, rest = line.partition(".")
    return rest if dot and head.isdecimal() else None
