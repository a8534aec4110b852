"""The screen while a form is filled in: every action on it is recorded, and followed by a look."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from actions import Action, ActionError, Element, Finish, Observation, Scroll, Task
from agent.fill.look import Look, Names
from agent.fill.placing import Asked
from agent.outcome import Ended
from agent.reader.memory import Memory
from agent.reader.scene import Rect, Widget
from agent.tokens import total
from agent.trace import TraceWriter, Turn
from envs.base import Environment
from prompts.base import Decision

if TYPE_CHECKING:
    from agent.reader.scene import Scene
    from agent.reader.sight import Sight

_SCREENFUL = 6.0
_END = 0.01
"""The share of a page that may be left below a view which is at its end."""


class Screen:
    """Acts and looks. `seen` is the newest observation, `memory` what the reader knows of the form so far."""

    seen: Observation

    def __init__(
        self, env: Environment, task: Task, files: Mapping[str, str], writer: TraceWriter, watch: Callable[[Turn], None]
    ) -> None:
        self.memory = Memory()
        self.count = 0
        self.tokens = 0
        self._env = env
        self._task = task
        self._files = files
        self._writer = writer
        self._watch = watch
        self._names: Names = {}
        self._sight: Sight | None = None

    async def observe(self) -> None:
        self.seen = await self._env.observe()

    async def do(self, action: Action, thought: str) -> Turn:
        """One action, recorded, and the look after it; a refusal of the screen stays in the turn's `problem`."""
        turn = self._turn(Decision(action=action, thought=thought))
        begun = time.perf_counter()
        try:
            turn.result = await self._env.perform(action)
            turn.ms |= {"act": turn.result.act_ms, "settle": turn.result.settle_ms}
        except ActionError as error:
            turn.problem = str(error)
        finally:
            turn.ms["look"] = max(0.0, (time.perf_counter() - begun) * 1000 - sum(turn.ms.values()))
            self._add(turn)
        await self.observe()
        return turn

    def asked(self, questions: list[Asked]) -> None:
        """Record what a model was asked and answered; each is a step of its own, which does nothing."""
        for question in questions:
            turn = self._turn(None)
            turn.messages, turn.reply, turn.problem = question.messages, question.reply, question.problem
            turn.ms["think"] = question.reply.total_ms
            self.tokens += total(question.reply.usage)
            self._add(turn)
        questions.clear()

    def finish(self, end: Ended) -> None:
        """Record the end as a step, as a model's run has it."""
        finish = Finish(status="complete" if end.status == "complete" else "infeasible", answer=end.text)
        self._add(self._turn(Decision(action=finish)))

    def _turn(self, decision: Decision | None) -> Turn:
        self.count += 1
        return Turn(n=self.count, seen=self.seen, decision=decision)

    def _add(self, turn: Turn) -> None:
        self._writer.add(turn)
        self._watch(turn)

    # --- looking ---

    def look(self) -> Look:
        """What the newest observation shows of the form."""
        look = Look(self.seen, self._task, self._files, self.memory, self._names, self._read)
        self.memory = look.memory
        return look

    def turn_page(self) -> None:
        """Forget what stood beside the fields of the page before."""
        self._names.clear()

    async def read(self) -> None:
        """Read the screen's texts by eye now, aside of the event loop, so that looks find them at hand."""
        import asyncio

        await asyncio.to_thread(self._read, self.seen.screenshot)

    def _read(self, screenshot: bytes) -> Scene:
        from agent.reader.sight import Sight

        self._sight = self._sight or Sight()
        return self._sight.read(screenshot)

    # --- moving the view ---

    @property
    def goes_on_below(self) -> bool:
        return self.seen.scroll is None or self.seen.scroll[1] > _END

    async def scroll(self, direction: str) -> bool:
        """Move the view by most of its height; False if the screen stays as it is."""
        before = self.seen.screenshot, self.seen.scroll
        scroll = Scroll.model_validate({"direction": direction, "steps": _SCREENFUL})
        await self.do(scroll, f"Look further {direction}.")
        return (self.seen.screenshot, self.seen.scroll) != before

    async def reach(self, button: Widget, most: int) -> Element | None:
        """A button that was seen on this page, scrolled up to if it must be; None if it is not found."""
        for _ in range(most):
            named = [one for one in self.seen.elements if one.name == button.label and one.role in ("button", "link")]
            if named:
                return next((one for one in named if self._box(one) == button.box), named[-1])
            if not await self.scroll("up"):
                return None
        return None

    def _box(self, element: Element) -> Rect:
        return Rect(*element.box.pixels(self.seen.width, self.seen.height))
