"""GLM-4.1V on a page or a desktop: the screen first, then up to four earlier ones, then one text."""

from __future__ import annotations

from collections.abc import Sequence

from actions import Observation, Task
from prompts import history as past
from prompts.base import Briefing, Message, Step
from prompts.glm.pc import PcDialect, older_pictures
from prompts.glm.shared import briefing, facts, numbered
from prompts.images import image_part, image_tokens, text_tokens
from prompts.tokens import ANSWER, THINK_END


class Glm41vPc(PcDialect):
    """GLM-4.1V with grounded places."""

    name = "glm41v-pc"
    package = __package__
    opening = THINK_END + ANSWER

    def messages(self, task: Task, history: Sequence[Step], seen: Observation) -> list[Message]:
        """One user message: the screen now, up to four earlier ones at half size, oldest first, then the text."""
        template = self._wording.for_task(task)
        values = facts(task, history, seen, empty_memory="[]")
        steps = past.acted(history)
        room = self._room - image_tokens(seen.width, seen.height) - text_tokens(template.fill(values))
        older, room = older_pictures(steps, room)
        items, dropped = past.newest([self.words.said(step, decision) for step, decision in steps], room)
        values["history"] = numbered(items, dropped, lambda n: f"step {n}: ", first=dropped + 1)
        values["images"] = str(1 + len(older))
        text: Message = {"type": "text", "text": template.fill(values)}
        return [{"role": "user", "content": [image_part(seen.screenshot), *older, text]}]

    def read(self, messages: Sequence[Message]) -> Briefing | None:
        """What a prompt of this dialect says; None for any other."""
        return briefing(messages, self._wording, _without_number)


def _without_number(line: str) -> str | None:
    head, colon, rest = line.partition(": ")
    return rest if colon and head.startswith("step ") else None
