"""What a step costs at a model's server: tokens and seconds, with and without early stop and a thinking budget.

The same request, one of Handeye's own with one picture, is asked again and again in each way. What the model answers
does not matter; how long it takes to come to an end does.
"""

from __future__ import annotations

import asyncio
import statistics
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from actions import Observation, ParseError, Platform, Task
from agent.api import pick_dialect
from agent.bench.screens import form, numbered, picture
from agent.endpoint import OpenAIEndpoint, terms_for
from agent.thinking import Terms, Thinking
from prompts.base import Dialect, Reply, arguments_for

if TYPE_CHECKING:
    from pathlib import Path

_TASK = Task(instruction="Book a quiet room by the sea for Ana Silva, two guests, and send the form.")


class Way(NamedTuple):
    """One way of asking."""

    name: str
    thinking: Thinking
    early_stop: bool


@dataclass
class Measured:
    """What came of one way of asking; lists hold a value for each step."""

    replies: list[Reply] = field(default_factory=list)
    readable: int = 0
    notes: list[str] = field(default_factory=list)

    def median(self, of: str) -> float:
        """The median over the steps: `prompt` and `completion` tokens, `first` and `seconds`."""
        return statistics.median(self._values(of))

    def _values(self, of: str) -> list[float]:
        match of:
            case "first":
                return [(reply.first_token_ms or 0.0) / 1000 for reply in self.replies]
            case "seconds":
                return [reply.total_ms / 1000 for reply in self.replies]
            case _:
                return [getattr(reply.usage, of) or 0 for reply in self.replies]

    @property
    def estimated(self) -> bool:
        """Did the server leave any count to the client?"""
        return any(reply.usage.estimated for reply in self.replies)

    def stops(self) -> dict[str, int]:
        """How often the client closed a stream, by why."""
        stops = [stop for reply in self.replies for stop in reply.stops]
        return {stop: stops.count(stop) for stop in sorted(set(stops))}


@dataclass
class EngineReport:
    """Every way of asking one server, in order."""

    model: str
    endpoint: str
    dialect: str
    size: tuple[int, int]
    steps: int
    ways: dict[str, Measured]

    def as_dict(self) -> dict[str, Any]:
        """The figures as plain data, for JSON: medians over the steps."""
        return {
            "model": self.model,
            "endpoint": self.endpoint,
            "dialect": self.dialect,
            "size": "x".join(map(str, self.size)),
            "steps": self.steps,
            "ways": {
                name: {
                    "prompt_tokens": found.median("prompt"),
                    "completion_tokens": found.median("completion"),
                    "estimated": found.estimated,
                    "first_token_s": round(found.median("first"), 3),
                    "seconds": round(found.median("seconds"), 3),
                    "readable": found.readable,
                    "stops": found.stops(),
                    "notes": found.notes,
                }
                for name, found in self.ways.items()
            },
        }

    def table(self) -> str:
        """The figures as lines of text."""
        width = max(map(len, self.ways)) + 2
        lines = [
            f"{self.model} at {self.endpoint}, {self.dialect}, {self.size[0]}x{self.size[1]}, "
            f"medians of {self.steps} steps; ~ is the client's estimate",
            f"{'':<{width}}{'prompt':>9}{'answer':>9}{'first s':>9}{'step s':>9}{'readable':>10}  closed",
        ]
        for name, found in self.ways.items():
            about = "~" if found.estimated else ""
            cells = (
                f"{about}{found.median('prompt'):.0f}", f"{about}{found.median('completion'):.0f}",
                f"{found.median('first'):.2f}", f"{found.median('seconds'):.2f}",
            )  # fmt: skip
            closed = ", ".join(f"{stop} {count}" for stop, count in found.stops().items()) or "never"
            readable = f"{found.readable}/{self.steps}"
            lines.append(f"{name:<{width}}" + "".join(f"{cell:>9}" for cell in cells) + f"{readable:>10}  {closed}")
        lines += dict.fromkeys(note for found in self.ways.values() for note in found.notes)
        return "\n".join(lines)


def report(
    base_url: str,
    model: str,
    *,
    api_key: str | None,
    timeout: float,
    dialect: str | None,
    steps: int,
    budget: int,
    platform: Platform,
    image: Path | None,
    size: tuple[int, int],
) -> EngineReport:
    """Measure and wait for it; see `measure`. Raises UsageError for a picture that cannot be read, EndpointError.

    `image` is a file with a screenshot; None draws a form of `size` pixels.
    """
    seen = form(size, platform) if image is None else picture(image, platform)
    spoken = pick_dialect(dialect, model, seen.platform)
    ways = (
        Way("as it comes", None, early_stop=False),
        Way("early stop", None, early_stop=True),
        Way(f"thinking at most {budget}", budget, early_stop=True),
        Way("thinking off", "off", early_stop=True),
    )

    async def all_ways() -> EngineReport:
        found = EngineReport(model, "", spoken.name, (seen.width, seen.height), steps, {})
        for way in ways:
            endpoint = OpenAIEndpoint(
                base_url, model, api_key=api_key, timeout=timeout, thinking=way.thinking, early_stop=way.early_stop
            )
            try:
                found.endpoint = endpoint.address
                found.ways[way.name] = await measure(endpoint, spoken, seen, steps)
            finally:
                await endpoint.aclose()
        return found

    return asyncio.run(all_ways())


async def measure(endpoint: OpenAIEndpoint, dialect: Dialect, seen: Observation, steps: int) -> Measured:
    """The same request so many times, after one that warms the server up and finds out what it takes.

    Each is a little different from the last, so that no server answers it from what it remembers of the prompt.
    """
    found = Measured()
    terms = terms_for(dialect, seen, None)
    for n in range(steps + 1):
        reply = await _ask(endpoint, dialect, seen, terms, n)
        found.notes += reply.notes
        if n == 0:
            continue
        found.replies.append(reply)
        try:
            dialect.parse(reply, seen)
        except ParseError:
            continue
        found.readable += 1
    return found


async def _ask(endpoint: OpenAIEndpoint, dialect: Dialect, seen: Observation, terms: Terms, n: int) -> Reply:
    task = _TASK.model_copy(update={"instruction": f"{n}. {_TASK.instruction}"})
    marked = seen.model_copy(update={"screenshot": numbered(seen.screenshot, n)})
    return await endpoint.complete(dialect.messages(task, [], marked), arguments_for(dialect, task, seen), terms)
