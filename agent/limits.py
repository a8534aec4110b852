"""How long a run may go on: steps, seconds, tokens, and how often a model may err in a row."""

from __future__ import annotations

from collections.abc import Callable
from itertools import takewhile
from typing import Annotated

from pydantic import Field

from actions import Frozen
from agent.outcome import Ended
from prompts.base import Step


class Limits(Frozen):
    """The bounds of one run; None means no bound."""

    steps: Annotated[int, Field(ge=1)] = 50
    """Calls of the model, answers that could not be read included."""
    seconds: Annotated[float, Field(gt=0)] | None = None
    tokens: Annotated[int, Field(ge=1)] | None = None
    """Prompt and completion tokens together, where the server counts them."""
    parse_tries: Annotated[int, Field(ge=1)] = 3
    """Unreadable answers in a row before the run ends as parse_error."""
    refusals: Annotated[int, Field(ge=1)] = 5
    """Actions in a row that the screen refuses before the run ends as budget."""
    repeats: Annotated[int, Field(ge=2)] = 6
    """Times in a row that the same action may leave the screen unchanged before the run ends as budget."""

    def check(self, history: list[Step]) -> None:
        """Raise Ended if the history has reached a bound (seconds are the loop's time-out)."""
        last = next(reversed(history), None)
        if last is None:
            return
        if last.decision is None and _tail(history, lambda step: step.decision is None) >= self.parse_tries:
            raise Ended(
                "parse_error", f"{self.parse_tries} answers in a row could not be read; the last: {last.problem}"
            )
        if last.problem and _tail(history, lambda step: bool(step.problem and step.decision)) >= self.refusals:
            raise Ended("budget", f"the screen refused {self.refusals} actions in a row; the last: {last.problem}")
        if _tail(history, lambda step: _same_in_vain(step, last)) >= self.repeats:
            raise Ended("budget", f"the same action was tried {self.repeats} times and changed nothing")
        if len(history) >= self.steps:
            raise Ended("step_limit", f"{self.steps} steps were not enough; --max-steps allows more")
        if self.tokens is not None and (spent := tokens(history)) >= self.tokens:
            raise Ended("budget", f"{spent} tokens are spent; --max-tokens allows more")


def tokens(history: list[Step]) -> int:
    """Prompt and completion tokens of these steps, as far as the server counted them."""
    return sum((step.reply.usage.prompt or 0) + (step.reply.usage.completion or 0) for step in history)


def _same_in_vain(step: Step, last: Step) -> bool:
    if step.decision is None or last.decision is None or step.result is None or step.result.changed is not False:
        return False
    return step.decision.action == last.decision.action and step.decision.action.kind != "wait"


def _tail(history: list[Step], holds: Callable[[Step], bool]) -> int:
    return sum(1 for _ in takewhile(holds, reversed(history)))
