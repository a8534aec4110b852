"""How fast parsers read ordinary answers, how long hostile ones can hold them, and whether random ones break them."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from actions import Action, Observation, ParseError
from agent.bench.answers import long_answers, ordinary, screen, wild
from prompts import registry
from prompts.base import Dialect, Reply
from prompts.tokens import THINK, THINK_END, TURNS

PER_SECOND = 10_000
"""Ordinary answers that a dialect should read in a second of one core."""
SECONDS_PER_MB = 1.0
"""Within this time a megabyte of anything should be read or refused."""
_MEGABYTE = 1_000_000
_ENDINGS = (*TURNS, THINK, THINK_END)
_SHOWN = 3


@dataclass
class Figures:
    """What was measured of one dialect; seconds are of processor time."""

    per_second: float = 0.0
    slowest: str = ""
    slowest_seconds: float = 0.0
    cases: int = 0
    read: int = 0
    """Random answers that held an action after all."""
    faults: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """No faults, and both limits kept."""
        return not self.faults and self.per_second >= PER_SECOND and self.slowest_seconds < SECONDS_PER_MB


@dataclass
class Report:
    """The figures of each dialect, by its name."""

    seed: int
    figures: dict[str, Figures] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        return all(figures.good for figures in self.figures.values())

    def as_dict(self) -> dict[str, Any]:
        """The figures as plain data, for JSON."""
        return {
            "seed": self.seed,
            "dialects": {
                name: {
                    "answers_per_second": round(figures.per_second),
                    "slowest_megabyte": {"of": figures.slowest, "seconds": round(figures.slowest_seconds, 3)},
                    "random_answers": {"cases": figures.cases, "read": figures.read, "faults": figures.faults},
                }
                for name, figures in self.figures.items()
            },
            "good": self.good,
        }

    def table(self) -> str:
        """The figures as lines of text."""
        width = max(len(name) for name in self.figures) + 2
        lines = [f"{'':<{width}}{'answers/s':>10}  {'slowest MB':<32}{'random':>8}{'read':>7}{'faults':>8}"]
        for name, figures in self.figures.items():
            slowest = f"{figures.slowest_seconds:.2f} s ({figures.slowest})"
            lines.append(
                f"{name:<{width}}{figures.per_second:>10,.0f}  {slowest:<32}{figures.cases:>8}"
                f"{figures.read / max(1, figures.cases):>7.0%}{len(figures.faults):>8}"
            )
            lines += [f"  {fault}" for fault in figures.faults[:_SHOWN]]
        kept = "all kept" if self.good else "not all kept"
        lines.append(
            f"limits: {PER_SECOND:,} answers/s, {SECONDS_PER_MB:g} s a MB, no faults: {kept} (seed {self.seed})"
        )
        return "\n".join(lines)


def report(
    cases: int,
    *,
    dialects: Sequence[str] | None = None,
    seed: int = 1,
    seconds: float = 1.0,
    length: int = _MEGABYTE,
) -> Report:
    """Measure each dialect (all by default) with that many random answers.

    `seconds` is the time for ordinary answers, `length` the characters of a hostile one. Raises UsageError for a
    dialect that there is none of.
    """
    found = Report(seed)
    chosen = registry.usable() if dialects is None else [registry.get(name) for name in dialects]
    for dialect in chosen:
        seen = screen()
        replies = ordinary(dialect, seen)
        figures = found.figures[dialect.name] = Figures(cases=cases)
        figures.per_second = _throughput(dialect, replies, seen, seconds)
        for name, text in long_answers(length).items():
            taken = max(_taken(dialect, reply, seen) for reply in _long(text, replies))
            if taken > figures.slowest_seconds:
                figures.slowest, figures.slowest_seconds = name, taken
        for fault in _faults(dialect, replies, seen, random.Random(seed), figures):  # noqa: S311
            figures.faults.append(fault)
    return found


def _throughput(dialect: Dialect, replies: Sequence[Reply], seen: Observation, seconds: float) -> float:
    """Answers read in a second of processor time: the best of three rounds, since others use the machine too."""
    best = 0.0
    for _ in range(3):
        begun, count = time.process_time(), 0
        while (passed := time.process_time() - begun) < seconds / 3:
            for reply in replies:
                dialect.parse(reply, seen)
            count += len(replies)
        best = max(best, count / passed)
    return best


def _long(text: str, replies: Sequence[Reply]) -> Iterator[Reply]:
    """A long text as an answer in every way that it can be one."""
    yield Reply(text=text)
    yield Reply(text=text, finish_reason="length")
    yield Reply(text=text + replies[0].text)
    if calls := next((reply.tool_calls for reply in replies if reply.tool_calls), ()):
        yield Reply(text="", tool_calls=(calls[0].model_copy(update={"arguments": text}),))
        yield Reply(text=text, tool_calls=calls)


def _taken(dialect: Dialect, reply: Reply, seen: Observation) -> float:
    begun = time.process_time()
    with suppress(ParseError):
        dialect.parse(reply, seen)
    return time.process_time() - begun


def _faults(
    dialect: Dialect, replies: Sequence[Reply], seen: Observation, chance: random.Random, figures: Figures
) -> Iterator[str]:
    """What went wrong with random answers: an exception other than ParseError, or thinking that was acted on."""
    for n in range(figures.cases):
        reply = wild(chance, replies)
        found = _outcome(dialect, reply, seen)
        figures.read += not isinstance(found, str)
        if isinstance(found, str) and found:
            yield f"case {n}: {found}: {reply!r}"
        if n % 10 == 0:
            answer = chance.choice(replies)
            thinking = reply.text
            for ending in _ENDINGS:
                thinking = thinking.replace(ending, " ")
            said = answer.text.partition(THINK_END)[2] or answer.text
            thought = answer.model_copy(update={"text": f"{THINK}{thinking} {THINK_END}{said}"})
            if _outcome(dialect, thought, seen) != _outcome(dialect, answer, seen):
                yield f"case {n}: thinking was acted on: {thought!r}"


def _outcome(dialect: Dialect, reply: Reply, seen: Observation) -> Action | str:
    """The action of an answer, "" if it was refused as it should be, else what went wrong."""
    try:
        return dialect.parse(reply, seen).action
    except ParseError as error:
        good = error.at is None or 0 <= error.at <= len(error.raw)
        return "" if good else f"an error at {error.at} of {len(error.raw)} characters"
    except Exception as error:  # noqa: BLE001
        # whatever it is, it is what this measurement looks for
        return f"{type(error).__name__}: {error}"
