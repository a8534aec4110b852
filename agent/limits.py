"""How long a run may go on: steps, seconds, tokens, and how often a model may err in a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import takewhile
from typing import Annotated

from pydantic import Field

from actions import Frozen
from agent.circles import Circle, circles
from agent.outcome import Ended
from agent.tokens import total
from prompts.base import Step


class Limits(Frozen):
    """The bounds of one run; None means no bound."""

    steps: Annotated[int, Field(ge=1)] = 50
    """Calls of the model, answers that could not be read included."""
    seconds: Annotated[float, Field(gt=0)] | None = None
    tokens: Annotated[int, Field(ge=1)] | None = None
    """Prompt and completion tokens together: the server's count, or an estimate where it does not say."""
    parse_tries: Annotated[int, Field(ge=1)] = 3
    """Unreadable answers in a row before the run ends as parse_error."""
    refusals: Annotated[int, Field(ge=1)] = 5
    """Actions in a row that the screen refuses before the run ends as budget."""
    repeats: Annotated[int, Field(ge=2)] = 6
    """Times that the same action may leave the screen unchanged before the run ends as budget. The model is told half
    way, here and in circles."""
    cycles: Annotated[int, Field(ge=2)] = 4
    """Times that the same two to four actions may lead round the same screens before the run ends as budget."""

    def check(self, history: Sequence[Step]) -> None:
        """Raise Ended if the history has reached a bound (seconds are the loop's time-out)."""
        last = next(reversed(history), None)
        if last is None:
            return
        if self.tokens is not None and (left := self.left(history)) is not None and left <= 0:
            raise Ended("budget", f"{self.tokens - left} tokens are spent; --max-tokens allows more")
        if last.decision is None and _tail(history, lambda step: step.decision is None) >= self.parse_tries:
            raise Ended(
                "parse_error", f"{self.parse_tries} answers in a row could not be read; the last: {last.problem}"
            )
        if last.problem and _tail(history, lambda step: bool(step.problem and step.decision)) >= self.refusals:
            raise Ended("budget", f"the screen refused {self.refusals} actions in a row; the last: {last.problem}")
        for found in circles(history):
            if found.rounds >= self._rounds(found):
                raise Ended("budget", f"the run goes round in circles: {found}")
        if len(history) >= self.steps:
            raise Ended("step_limit", f"{self.steps} steps were not enough; --max-steps allows more")

    def beyond(self, history: Sequence[Step]) -> Limits:
        """These bounds for a run that goes on: what was spent before does not count."""
        spent = {"steps": self.steps + len(history)}
        if self.tokens is not None:
            spent["tokens"] = self.tokens + tokens(history)
        return self.model_copy(update=spent)

    def left(self, history: Sequence[Step]) -> int | None:
        """The tokens that may still be spent, None if there is no bound."""
        return None if self.tokens is None else self.tokens - tokens(history)

    def warning(self, history: Sequence[Step]) -> str:
        """What the model should be told before it acts again, "" for nothing."""
        for found in circles(history):
            most = self._rounds(found)
            if found.rounds >= max(2, most // 2):
                return (
                    f"You are going round in circles: {found}. Do something else, or end the task: "
                    f"{most - found.rounds} more and the run is ended."
                )
        return ""

    def _rounds(self, found: Circle) -> int:
        return self.repeats if found.period == 1 else self.cycles


def tokens(history: Sequence[Step]) -> int:
    """Prompt and completion tokens of these steps, as far as they are known."""
    return sum(total(step.reply.usage) for step in history)


def _tail(history: Sequence[Step], holds: Callable[[Step], bool]) -> int:
    return sum(1 for _ in takewhile(holds, reversed(history)))
