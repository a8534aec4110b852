"""Any vision model that calls tools natively: one function for each action, places as boxes in thousandths.

The request is one user message, with earlier steps as text: what every engine takes, pictures included, and what costs
no thinking of earlier turns (docs/decisions).
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from actions import Action, Language, Observation, ParseError, Platform, Task
from prompts import history as past
from prompts.base import Briefing, Decision, Message, Reply, Step
from prompts.glm.calls import Bare, write_call
from prompts.glm.pc import older_pictures
from prompts.glm.shared import CONTEXT, NAMES, OPTIONAL, SAMPLING, briefing, facts, numbered
from prompts.grammar import Repairs, open_envelope
from prompts.images import image_part, image_tokens, text_tokens
from prompts.templates import Wording, language_of, texts
from prompts.tokens import BOX_BEGIN, BOX_END, THINK_END
from prompts.tools.arguments import Meaning, arguments_of
from prompts.tools.calls import Called, FoundCalls, closed, native, whole, write, written
from prompts.tools.functions import MEMORY, REASON, Descriptions

_CALL_IN_TEXT = re.compile(r"\s*[A-Za-z_]\w*\s*\(.*\)\s*", re.DOTALL)
_HOLDERS = ("action", "command", "call")


class Tools:
    """Native tool calls, for GLM-4.6V and later and for any other tool-calling vision model.

    `prompts` is a folder with a wording that replaces the built-in one (`tools.txt`, `tools-functions.txt`); `context`
    the model's window in tokens; `thinking` False says that requests switch thinking off; `pixels` lets coordinates
    beyond the scale be pixels.
    """

    name = "tools"
    platforms: frozenset[Platform] = frozenset({"web", "desktop", "android"})
    wants_elements = False
    opening = THINK_END

    def __init__(
        self, prompts: Path | None = None, *, context: int = CONTEXT, thinking: bool = True, pixels: bool = False
    ) -> None:
        self.sampling: dict[str, Any] = dict(SAMPLING)
        self._wording = Wording(self.name, __package__, "dialect", names=NAMES, optional=OPTIONAL, folder=prompts)
        self._functions: dict[Language, Descriptions] = {
            language: Descriptions(text=found[0][1], source=found[0][0])
            for language, found in texts(f"{self.name}-functions", __package__, "dialect-functions", prompts).items()
        }
        self._room = context - int(self.sampling["max_tokens"])
        self._thinking = thinking
        self._pixels = pixels

    def tools(self, task: Task, seen: Observation) -> list[dict[str, Any]]:
        """The functions of the screen's platform, described in the task's language."""
        return self._functions.get(language_of(task), self._functions["en"]).tools(seen.platform)

    def messages(self, task: Task, history: Sequence[Step], seen: Observation) -> list[Message]:
        """One user message: the screen now, up to four earlier ones at half size, oldest first, then the text."""
        template = self._wording.for_task(task)
        values = facts(task, history, seen, empty_memory="")
        steps = past.acted(history)
        room = self._room - text_tokens(json.dumps(self.tools(task, seen), ensure_ascii=False))
        room -= image_tokens(seen.width, seen.height) + text_tokens(template.fill(values))
        older, room = older_pictures(steps, room)
        items, dropped = past.newest([_line(step, decision) for step, decision in steps], room)
        values["history"] = numbered(items, dropped, lambda n: f"{n}. ", first=dropped + 1)
        values["images"] = str(1 + len(older))
        text: Message = {"type": "text", "text": template.fill(values)}
        return [{"role": "user", "content": [image_part(seen.screenshot), *older, text]}]

    def read(self, messages: Sequence[Message]) -> Briefing | None:
        """What a prompt of this dialect says; None for any other."""
        return briefing(messages, self._wording, _without_number)

    def parse(self, reply: Reply, seen: Observation) -> Decision:
        """The first call of an answer as an action. Raises ParseError."""
        envelope = Repairs()
        raw, found = self._calls(reply, envelope)
        first = self._meaning(found.calls[0], seen, raw)
        choice = Repairs()
        for call in found.calls[1:]:
            try:
                same = self._meaning(call, seen, raw).action == first.action
            except ParseError:
                same = False
            choice.add("duplicate_dropped" if same else "extra_action_dropped")
        said = [part for part in (found.prose, first.reason) if part]
        codes = (*envelope.codes, *found.calls[0].repairs.codes, *first.repairs.codes, *choice.codes)
        return Decision(
            action=first.action,
            thought=" ".join(dict.fromkeys(said)),
            memory=first.memory,
            raw=raw,
            repairs=tuple(dict.fromkeys(codes)),
        )

    def format(self, action: Action, *, thought: str = "", memory: str = "", mark: int | None = None) -> str:
        """The call for an action in the tags of the GLM family's template. `mark` has no meaning here."""
        arguments: dict[str, Any] = {REASON: " ".join(thought.split()), **arguments_of(action)}
        if memory:
            arguments[MEMORY] = memory
        return write(action.kind, arguments)

    def settled(self, reply: Reply, seen: Observation) -> bool:
        """Is the first call complete? Nothing after it counts."""
        if reply.tool_calls:
            return len(reply.tool_calls) > 1 or whole(reply.tool_calls[0])
        return closed(reply.text)

    def _calls(self, reply: Reply, repairs: Repairs) -> tuple[str, FoundCalls]:
        """The calls of a reply, and the text that they were read from, for errors and the trace."""
        if not reply.tool_calls:
            answer = open_envelope(reply, repairs, thinking=self._thinking)
            return answer.raw, written(answer)
        raw = "\n".join([reply.text, *(f"{call.name}({call.arguments})" for call in reply.tool_calls)]).strip()
        found = native(reply)
        # thinking without an end, or nothing at all, beside a whole call: there is no prose to keep
        with suppress(ParseError):
            found.prose = _prose(open_envelope(reply, Repairs(), thinking=self._thinking).text)
        return raw, found

    def _meaning(self, call: Called, seen: Observation, raw: str) -> Meaning | _Foreign:
        try:
            return Meaning(call, seen, raw, pixels=self._pixels)
        except ParseError as error:
            if error.kind != "unknown_action" or (inner := _call_in_argument(call)) is None:
                raise
            return _Foreign(call, inner, seen)


class _Foreign:
    """A call in the family's older syntax, written as text into an argument of a function that there is none of."""

    def __init__(self, call: Called, text: str, seen: Observation) -> None:
        decision = _older_dialect().parse(Reply(text=f"{BOX_BEGIN}{text}{BOX_END}"), seen)
        self.action = decision.action
        reason = call.values.get(REASON)
        self.reason = reason if isinstance(reason, str) else ""
        self.memory: str | None = None
        self.repairs = Repairs()
        self.repairs.add("call_in_argument")
        for code in decision.repairs:
            if code != "memory_missing":
                self.repairs.add(code)


@lru_cache(maxsize=1)
def _older_dialect() -> Any:
    from prompts.glm41v.pc import Glm41vPc

    return Glm41vPc()


def _call_in_argument(call: Called) -> str | None:
    held = [call.values[key] for key in _HOLDERS if isinstance(call.values.get(key), str)]
    return held[0] if len(held) == 1 and _CALL_IN_TEXT.fullmatch(held[0]) else None


def _prose(text: str) -> str:
    return " ".join(text.replace(BOX_BEGIN, " ").replace(BOX_END, " ").split())


def _line(step: Step, decision: Decision) -> str:
    said = past.thought(decision.thought)
    call = write_call(
        decision.action.kind, **{key: _bare(value) for key, value in arguments_of(decision.action).items()}
    )
    came_of_it = past.outcome(step)
    line = f"{said} {call}" if said else call
    return line + past.OBSERVATION + came_of_it if came_of_it else line


def _bare(value: Any) -> Any:
    return Bare(json.dumps(value, ensure_ascii=False)) if isinstance(value, list) else value


def _without_number(line: str) -> str | None:
    head, dot, rest = line.partition(". ")
    return rest if dot and head.isdecimal() else None
