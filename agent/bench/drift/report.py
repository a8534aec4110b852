"""What the drift suite found, as figures and as tables."""

from __future__ import annotations

import statistics
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from agent.bench.drift.mutations import MUTATIONS

Verdict = Literal["healed", "stopped", "missed", "wrong"]
"""Done rightly; stopped where that is right; stopped although healable, or without end; or anything else was done."""

SHARE = 0.9
"""The share of the healable replays that must be healed."""
_MARKS: dict[Verdict, str] = {"healed": "healed", "stopped": "stopped", "missed": "missed", "wrong": "WRONG"}


class Step(NamedTuple):
    """One step of a replay: the way that found its target ("" where it had none, or none was found), and how long."""

    rung: str
    ms: float


@dataclass(frozen=True)
class Cell:
    """One replay: of which site, under which mutation, and how it was judged, with the reason if it did not heal.

    `timed` says that the screens did not come late by themselves, so that the steps' times are those of finding.
    """

    site: str
    mutation: str
    healable: bool
    verdict: Verdict
    reason: str = ""
    wrong: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    timed: bool = True
    seconds: float = 0.0


@dataclass
class Report:
    """All replays of one run."""

    cells: list[Cell] = field(default_factory=list)

    def count(self, verdict: Verdict) -> int:
        return sum(cell.verdict == verdict for cell in self.cells)

    @property
    def wrong(self) -> int:
        """Replays in which anything was pressed, typed, sent or claimed that the recording does not have."""
        return self.count("wrong")

    @property
    def share(self) -> float:
        """The share of the healable replays that were healed; 1.0 if there were none."""
        healable = [cell for cell in self.cells if cell.healable]
        return sum(cell.verdict == "healed" for cell in healable) / len(healable) if healable else 1.0

    @property
    def good(self) -> bool:
        """Are both limits kept?"""
        return self.wrong == 0 and self.share >= SHARE

    def rungs(self) -> dict[str, tuple[int, float, float]]:
        """For each way of finding: how many steps it found, and the median and the highest milliseconds."""
        counts = Counter(step.rung for cell in self.cells for step in cell.steps if step.rung)
        ms = {
            rung: [s.ms for cell in self.cells if cell.timed for s in cell.steps if s.rung == rung] for rung in counts
        }
        return {
            rung: (count, round(statistics.median(ms[rung] or [0.0]), 1), round(max(ms[rung] or [0.0]), 1))
            for rung, count in counts.most_common()
        }

    def as_dict(self) -> dict[str, Any]:
        """The figures as plain data, for JSON."""
        return {
            "healed": self.count("healed"),
            "stopped": self.count("stopped"),
            "missed": self.count("missed"),
            "wrong": self.wrong,
            "healed_share": round(self.share, 3),
            "find_ms": {
                rung: {"steps": count, "median": median, "max": most}
                for rung, (count, median, most) in self.rungs().items()
            },
            "cells": [
                {
                    "site": cell.site, "mutation": cell.mutation, "healable": cell.healable, "verdict": cell.verdict,
                    "reason": cell.reason, "wrong": list(cell.wrong), "seconds": round(cell.seconds, 2),
                }
                for cell in self.cells
            ],
        }  # fmt: skip

    def table(self) -> str:
        """Mutations by sites, what did not go as it should, and the totals, as lines of text."""
        sites = list(dict.fromkeys(cell.site for cell in self.cells))
        met = {cell.mutation for cell in self.cells}
        mutations = [mutation.name for mutation in MUTATIONS if mutation.name in met]
        known = {(cell.mutation, cell.site): cell for cell in self.cells}
        wide = max(len(mutation) for mutation in mutations) + 2
        lines = ["".join([" " * wide, f"{'expected':<10}", *(f"{site:<12}" for site in sites)])]
        for mutation in mutations:
            row = [known.get((mutation, site)) for site in sites]
            expected = "heal" if any(cell is not None and cell.healable for cell in row) else "stop"
            marks = "".join(f"{_MARKS[cell.verdict] if cell else '-':<12}" for cell in row)
            lines.append(f"{mutation:<{wide}}{expected:<10}{marks}".rstrip())
        lines.append("")
        for cell in self.cells:
            if cell.verdict in ("missed", "wrong"):
                pressed = f" [{', '.join(cell.wrong)}]" if cell.wrong else ""
                lines.append(f"{_MARKS[cell.verdict]}: {cell.site}, {cell.mutation}: {cell.reason}{pressed}")
        for rung, (count, median, most) in self.rungs().items():
            lines.append(f"found by {rung}: {count} steps, median {median:.0f} ms, at most {most:.0f} ms")
        healable = sum(cell.healable for cell in self.cells)
        lines.append(
            f"{len(self.cells)} replays: wrong {self.wrong} (limit 0); healed {self.share:.1%} of {healable} healable "
            f"(at least {SHARE:.0%}), stopped rightly {self.count('stopped')}, missed {self.count('missed')}"
        )
        return "\n".join(lines)
