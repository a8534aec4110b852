"""Every bound of a run, reached and not reached."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from actions import Click, Point, Result, Wait
from agent.limits import Limits
from agent.outcome import EXIT_CODES, Ended
from agent.trace import Turn
from prompts.base import Decision, Step

UNREAD = {"decision": None, "result": None, "problem": "no action"}
REFUSED = {"result": None, "problem": "nothing there"}
IN_VAIN = {"result": Result(changed=False)}


def ended(limits: Limits, *steps: Step) -> str | None:
    try:
        limits.check(list(steps))
    except Ended as end:
        return end.status
    return None


def test_nothing_is_reached_at_the_start() -> None:
    assert ended(Limits(steps=1)) is None


@pytest.mark.parametrize(
    ("limits", "changes", "count", "status"),
    [
        (Limits(steps=4), {}, 4, "step_limit"),
        (Limits(tokens=330), {}, 3, "budget"),
        (Limits(parse_tries=3), UNREAD, 3, "parse_error"),
        (Limits(refusals=5), REFUSED, 5, "budget"),
        (Limits(repeats=6), IN_VAIN, 6, "budget"),
    ],
)
def test_a_bound_ends_the_run_when_it_is_reached_and_not_before(
    turn: Callable[..., Turn], limits: Limits, changes: dict[str, object], count: int, status: str
) -> None:
    steps = [turn(n, **changes).step() for n in range(1, count + 1)]
    assert ended(limits, *steps[:-1]) is None
    assert ended(limits, *steps) == status


@pytest.mark.parametrize("changes", [UNREAD, REFUSED, IN_VAIN])
def test_a_good_step_between_starts_the_count_anew(turn: Callable[..., Turn], changes: dict[str, object]) -> None:
    bad = turn(1, **changes).step()
    good = turn(2, decision=Decision(action=Click(at=Point(x=0.9, y=0.9)))).step()
    assert ended(Limits(parse_tries=3, refusals=3, repeats=3), bad, bad, good, bad, bad) is None


def test_unreadable_answers_are_no_refusals(turn: Callable[..., Turn]) -> None:
    unread, refused = turn(1, **UNREAD).step(), turn(1, **REFUSED).step()
    assert ended(Limits(parse_tries=9, refusals=3), refused, unread, unread, refused) is None


def test_tokens_that_are_spent_end_the_run_before_anything_else_is_blamed(turn: Callable[..., Turn]) -> None:
    unread = turn(1, **UNREAD).step()
    assert ended(Limits(tokens=330, parse_tries=3), unread, unread, unread) == "budget"
    assert Limits(tokens=330).left([unread, unread]) == 110
    assert Limits().left([unread]) is None


def test_waiting_in_vain_is_no_repetition(turn: Callable[..., Turn]) -> None:
    wait = turn(1, decision=Decision(action=Wait()), **IN_VAIN).step()
    assert ended(Limits(repeats=2), wait, wait, wait) is None


def test_every_outcome_has_its_exit_code() -> None:
    assert EXIT_CODES == {
        "complete": 0, "error": 1, "infeasible": 3, "diverged": 9, "step_limit": 4, "budget": 4, "parse_error": 5,
        "endpoint_error": 6, "device_error": 7, "blocked": 8, "stopped": 130,
    }  # fmt: skip
