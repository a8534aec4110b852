"""Runs that go round in circles are told so, then ended; repetition that leads somewhere is neither."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from actions import Action, Click, Point, Press, Result, Wait
from agent.circles import Circle, circles
from agent.limits import Limits
from agent.outcome import Ended
from agent.trace import Turn
from prompts.base import Decision, Step

COLOURS = ("white", "red", "green", "blue", "yellow")
NEXT, BACK = Click(at=Point(x=0.9, y=0.9)), Click(at=Point(x=0.1, y=0.1))


@pytest.fixture
def step(turn: Callable[..., Turn]) -> Callable[..., Step]:
    def make(action: Action = NEXT, colour: str = "white", changed: bool | None = True) -> Step:
        return turn(1, colour, decision=Decision(action=action), result=Result(changed=changed)).step()

    return make


Make = Callable[..., Step]


def fate(history: list[Step], limits: Limits) -> str:
    """What a run does after each of these steps: go on, be told, or end."""
    said = ""
    for count in range(1, len(history) + 1):
        try:
            limits.check(history[:count])
        except Ended as end:
            return f"{said}end:{count}:{end.status}"
        if limits.warning(history[:count]) and not said:
            said = f"told:{count} "
    return said or "goes on"


def test_the_same_action_in_vain_is_told_half_way_and_then_ends(step: Make) -> None:
    assert fate([step(changed=False)] * 9, Limits(repeats=6)) == "told:3 end:6:budget"


def test_where_nobody_looked_for_a_change_the_screens_tell(step: Make) -> None:
    assert fate([step(changed=None)] * 9, Limits(repeats=6)) == "told:3 end:6:budget"
    assert fate([step(colour=colour, changed=None) for colour in COLOURS], Limits(repeats=2)) == "goes on"


@pytest.mark.parametrize("period", [2, 3, 4])
def test_a_cycle_of_screens_is_told_and_then_ends(step: Make, period: int) -> None:
    round_ = [step(NEXT if n else BACK, COLOURS[n]) for n in range(period)]
    assert circles(round_ * 3)[0] == Circle(period, 3)
    assert fate(round_ * 9, Limits(cycles=4)) == f"told:{2 * period} end:{4 * period}:budget"


def test_a_cycle_may_begin_anywhere_in_a_run(step: Make) -> None:
    way_there = [step(Press(keys=("a",)), "blue"), step(Press(keys=("b",)), "yellow")]
    round_ = [step(NEXT, "white"), step(BACK, "red")]
    assert fate(way_there + round_ * 9, Limits(cycles=4)) == "told:6 end:10:budget"


def test_pressing_plus_while_the_number_goes_up_is_no_circle(step: Make) -> None:
    assert fate([step(NEXT, colour) for colour in COLOURS], Limits(repeats=2, cycles=2)) == "goes on"


def test_paging_on_with_a_look_at_each_page_is_no_circle(step: Make) -> None:
    pages = [look for colour in COLOURS for look in (step(BACK, colour), step(NEXT, colour))]
    assert fate(pages, Limits(repeats=2, cycles=2)) == "goes on"


def test_waiting_is_no_circle_but_waiting_between_clicks_in_vain_is(step: Make) -> None:
    wait = step(Wait(), changed=False)
    assert fate([wait] * 12, Limits(repeats=2, cycles=2)) == "goes on"
    assert fate([wait, step(changed=False)] * 9, Limits(cycles=4)) == "told:4 end:8:budget"


def test_another_action_between_breaks_a_circle(step: Make) -> None:
    other = step(Press(keys=("escape",)), "blue")
    assert fate([step(changed=False)] * 5 + [other] + [step(changed=False)] * 5, Limits(repeats=6)) == "told:3 "


def test_a_shorter_circle_hides_no_longer_one(step: Make) -> None:
    round_ = [step(NEXT), step(NEXT), step(BACK, "red")]
    assert fate(round_ * 9, Limits(cycles=4)) == "told:6 end:12:budget"


def test_the_warning_says_what_repeats_and_how_long_it_may(step: Make) -> None:
    said = Limits(repeats=6).warning([step(changed=False)] * 4)
    assert "tried 4 times and changed nothing" in said
    assert "2 more" in said
    assert Limits().warning([]) == ""
