"""A recorded trace as the moves that a replay repeats."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace

from actions import Action, Ask, Click, Finish, Hit, Open, Result, Scroll, Select, TraceError, Wait, place_of
from agent.trace import Screen, StepLine, Trace


@dataclass(frozen=True)
class Move:
    """One recorded step that changed something: what was done to what, on which screen, and the screen after it."""

    n: int
    action: Action
    result: Result
    before: Screen
    after: Screen
    crop: str | None
    was: Hit | None = None
    """What was hit in the recording, where other values choose something else now."""

    @property
    def hit(self) -> Hit | None:
        return self.result.hit

    @property
    def has_target(self) -> bool:
        return place_of(self.action) is not None


@dataclass(frozen=True)
class Plan:
    """The moves of a trace in order, and how it ended on its last screen."""

    moves: tuple[Move, ...]
    finish: Finish
    end: Screen

    @property
    def sending(self) -> int:
        """The number of the first step that may send what was filled in: a final button, else the last thing done."""
        final = [
            move.n
            for move in self.moves
            if move.action.kind == "click" and move.hit is not None and move.hit.role != "link" and _is_final(move.hit)
        ]
        return min([*final, self.moves[-1].n])


def plan(trace: Trace) -> Plan:
    """What to repeat. Raises TraceError for a trace that did not end complete, or that did nothing."""
    if trace.outcome is None:
        raise TraceError(f"the trace in {trace.folder} was cut off before its end; go on with it or record it again")
    if trace.outcome.status != "complete":
        raise TraceError(
            f"the run in {trace.folder} ended as {trace.outcome.status}; only one that is complete can be repeated"
        )
    last = trace.steps[-1]
    if last.decision is None or not isinstance(last.decision.action, Finish):
        raise TraceError(f"the trace in {trace.folder} ends without saying that it is done")
    moves = tuple(_joined(list(_moves(trace))))
    if not moves:
        raise TraceError(f"the trace in {trace.folder} did nothing that could be repeated")
    return Plan(moves, last.decision.action, last.seen)


def _moves(trace: Trace) -> Iterator[Move]:
    for line, following in itertools.pairwise(_lasting(trace)):
        if line.decision is None or line.result is None or isinstance(line.decision.action, Ask | Finish | Wait):
            continue  # what was refused did nothing, and waits are conditions here
        if _idle(line):
            continue
        yield Move(line.n, line.decision.action, line.result, line.seen, following.seen, line.crop)


def _lasting(trace: Trace) -> list[StepLine]:
    """The steps without those on a page that a run was cut off at: it went on with that page as new."""
    lines = list(trace.steps)
    for seam in reversed(trace.resumed) if trace.header.platform == "web" else ():
        first = seam.after
        while first > 0 and lines[first - 1].seen.url == lines[seam.after - 1].seen.url:
            first -= 1
        del lines[first : seam.after]
    return lines


def _idle(line: StepLine) -> bool:
    """A click that met nothing and changed nothing was the model's mistake, and need not be made again."""
    assert line.decision is not None
    assert line.result is not None
    action, result = line.decision.action, line.result
    useless = isinstance(action, Click) and action.button == "left" and result.changed is False and not result.notes
    return useless and (result.hit is None or result.hit.role in ("", "generic"))


def _joined(moves: list[Move]) -> Iterator[Move]:
    """Opening a native list and clicking one of its options is one choice, wherever the list opens next time."""
    at = 0
    while at < len(moves):
        move = moves[at]
        following = moves[at + 1] if at + 1 < len(moves) else None
        if following is not None and following.hit is not None and _opens(move, following.hit):
            choice = Select(at=place_of(move.action), option=following.hit.name)  # type: ignore[arg-type]
            result = following.result.model_copy(update={"hit": move.hit})
            yield replace(move, action=choice, result=result, after=following.after)
            at += 2
            continue
        yield move
        at += 1


def _opens(move: Move, chosen: Hit) -> bool:
    if not isinstance(move.action, Click) or move.hit is None or chosen.tag != "option":
        return False
    return move.hit.tag == "select" and move.hit.path.split(" |> ")[-1] == chosen.path.split(" |> ")[-1]


def _is_final(hit: Hit) -> bool:
    from agent.reader import words

    return words.button_kind(hit.name) == "final"


def is_scroll(move: Move) -> bool:
    """Did the move only bring something into view?"""
    return isinstance(move.action, Scroll)


def is_open(move: Move) -> bool:
    """Does the move open a page or an application, whatever is on the screen before?"""
    return isinstance(move.action, Open)
