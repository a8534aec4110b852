"""GLM-4.5V on a page or a desktop: earlier screens stand inside the history, each at its step, the current one last."""

from __future__ import annotations

import re
from collections.abc import Sequence

from actions import Observation, Task
from prompts import fields
from prompts import history as past
from prompts.base import Briefing, Decision, Message, Step
from prompts.glm.pc import PcDialect, older_pictures
from prompts.glm.shared import briefing, facts, numbered
from prompts.images import image_part, image_tokens, text_tokens
from prompts.tokens import THINK_END

_PICTURE = "Screenshot:"
_NO_PICTURE = "(Omitted in context.)"
# a line of the history that a picture belongs to: only a step's first line is indented so
_PICTURED = re.compile(rf"(?:\A|\n  )step \d+: {_PICTURE}(?!\(Omitted)")
_HEAD = re.compile(rf"step \d+: {_PICTURE}(?:{re.escape(_NO_PICTURE)})? ")


class Glm45vPc(PcDialect):
    """GLM-4.5V with grounded places."""

    name = "glm45v-pc"
    package = __package__
    opening = THINK_END

    def messages(self, task: Task, history: Sequence[Step], seen: Observation) -> list[Message]:
        """One user message: the text, in its history up to four earlier screens at half size, then the screen now."""
        template = self._wording.for_task(task)
        values = facts(task, history, seen, empty_memory="[]")
        steps = past.acted(history)
        room = self._room - image_tokens(seen.width, seen.height) - text_tokens(template.fill(values))
        older, room = older_pictures(steps, room)
        pictured = len(steps) - len(older)
        lines = [self._line(step, decision, shown=n >= pictured) for n, (step, decision) in enumerate(steps)]
        items, dropped = past.newest(lines, room)
        older = older[max(0, dropped - pictured) :]
        values["history"] = numbered(items, dropped, lambda n: f"step {n}: {_PICTURE}", first=dropped + 1)
        values["images"] = str(1 + len(older))
        content: list[Message] = []
        text = template.fill(values)
        begin = len(template.head("history", values))
        at = 0
        for found, picture in zip(_PICTURED.finditer(fields.write(values["history"])), older, strict=True):
            content += [_text(text[at : begin + found.end()]), picture]
            at = begin + found.end()
        return [{"role": "user", "content": [*content, _text(text[at:]), image_part(seen.screenshot)]}]

    def read(self, messages: Sequence[Message]) -> Briefing | None:
        """What a prompt of this dialect says; None for any other."""
        return briefing(messages, self._wording, _without_number, screen=-1)

    def _line(self, step: Step, decision: Decision, *, shown: bool) -> str:
        call, came_of_it = self.words.call_of(decision), past.outcome(step)
        line = f"{'' if shown else _NO_PICTURE} Thought: {past.thought(decision.thought)}\nAction: {call}"
        return line + past.OBSERVATION + came_of_it if came_of_it else line


def _text(text: str) -> Message:
    return {"type": "text", "text": text}


def _without_number(line: str) -> str | None:
    head = _HEAD.match(line)
    return line[head.end() :] if head else None
