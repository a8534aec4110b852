"""Which steps of two runs of one task belong beside each other."""

from __future__ import annotations

from difflib import SequenceMatcher
from urllib.parse import urlsplit

from agent.trace import StepLine, Trace


def aligned(left: Trace, right: Trace) -> list[tuple[StepLine | None, StepLine | None]]:
    """The steps of both in rows; None where one of them has no step like the other's.

    A replay says itself which recorded step it repeats; else steps are alike that do the same to a thing of the same
    name on the same page.
    """
    pairs = _told(left, right) or [(b, a) for a, b in _told(right, left)]
    if pairs:
        return _rows(left.steps, right.steps, pairs)
    matcher = SequenceMatcher(None, [_key(s) for s in left.steps], [_key(s) for s in right.steps], autojunk=False)
    rows: list[tuple[StepLine | None, StepLine | None]] = []
    for _, a, b, c, d in matcher.get_opcodes():
        first, second = left.steps[a:b], right.steps[c:d]
        for n in range(max(len(first), len(second))):
            rows.append((first[n] if n < len(first) else None, second[n] if n < len(second) else None))
    return rows


def _told(recorded: Trace, replay: Trace) -> list[tuple[int, int]]:
    """(place in the recorded steps, place in the replay's) of steps that repeat one another, in order."""
    if not replay.header.replays:
        return []
    where = {line.n: at for at, line in enumerate(recorded.steps)}
    pairs: list[tuple[int, int]] = []
    for at, line in enumerate(replay.steps):
        if line.found is None or (other := where.get(line.found.step)) is None:
            continue
        if not pairs or pairs[-1][0] < other:
            pairs.append((other, at))
    return pairs


def _rows(
    left: tuple[StepLine, ...], right: tuple[StepLine, ...], pairs: list[tuple[int, int]]
) -> list[tuple[StepLine | None, StepLine | None]]:
    rows: list[tuple[StepLine | None, StepLine | None]] = []
    a = b = 0
    for first, second in [*pairs, (len(left), len(right))]:
        rows += [(line, None) for line in left[a:first]]
        rows += [(None, line) for line in right[b:second]]
        if first < len(left) and second < len(right):
            rows.append((left[first], right[second]))
        a, b = first + 1, second + 1
    return rows


def _key(line: StepLine) -> tuple[str, ...]:
    if line.decision is None:
        return ("", line.problem[:20])
    action, hit = line.decision.action, line.result.hit if line.result is not None else None
    name = f"{hit.role} {hit.name}" if hit is not None else ""
    return (action.kind, name, urlsplit(line.seen.url).path)
