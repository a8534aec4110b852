"""Swipes stay on the glass, go the right way, and move the view as far as a Scroll says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from actions import Box, Point, Scroll
from envs.android.fingers import drag, scrolling

SIZE = (1080, 2400)
share = st.floats(0, 1)
directions = st.sampled_from(["up", "down", "left", "right"])


def boxes(low: float = 0.05) -> st.SearchStrategy[Box]:
    return st.tuples(st.floats(0, 0.9), st.floats(0, 0.9), st.floats(low, 1), st.floats(low, 1)).map(
        lambda t: Box(left=t[0], top=t[1], right=min(1, t[0] + t[2]), bottom=min(1, t[1] + t[3]))
    )


places = st.none() | st.builds(Point, x=share, y=share) | boxes()


@given(directions, st.floats(0.1, 1000), places, st.sampled_from([SIZE, (2400, 1080), (412, 915)]))
def test_every_swipe_is_on_the_screen_and_against_the_view(direction, steps, at, size) -> None:
    swipes = scrolling(Scroll(direction=direction, steps=steps, at=at), size)
    assert 1 <= len(swipes) <= 12
    for swipe in swipes:
        assert 0 <= swipe.x1 <= size[0] >= swipe.x2 >= 0
        assert 0 <= swipe.y1 <= size[1] >= swipe.y2 >= 0
        assert 300 <= swipe.ms <= 2000
        down, right = swipe.y2 - swipe.y1, swipe.x2 - swipe.x1
        if direction in ("up", "down"):
            assert right == 0
            assert down <= 0 if direction == "down" else down >= 0
        else:
            assert down == 0
            assert right <= 0 if direction == "right" else right >= 0


def test_the_usual_scroll_moves_half_of_the_screen() -> None:
    (swipe,) = scrolling(Scroll(direction="down"), SIZE)
    assert swipe.y1 - swipe.y2 == 1200
    assert swipe.x1 == 540


def test_twice_the_steps_go_twice_as_far() -> None:
    swipes = scrolling(Scroll(direction="down", steps=10), SIZE)
    assert sum(swipe.y1 - swipe.y2 for swipe in swipes) == 2400


@given(boxes(0.2), directions)
def test_a_swipe_in_a_box_stays_in_it(box: Box, direction: str) -> None:
    left, top, right, bottom = box.pixels(*SIZE)
    for swipe in scrolling(Scroll(direction=direction, at=box), SIZE):
        assert left - 1 <= min(swipe.x1, swipe.x2) <= max(swipe.x1, swipe.x2) <= right + 1
        assert top - 1 <= min(swipe.y1, swipe.y2) <= max(swipe.y1, swipe.y2) <= bottom + 1


def test_the_edges_are_the_system_s() -> None:
    (swipe,) = scrolling(Scroll(direction="up", at=Point(x=0.5, y=0.01)), SIZE)
    assert swipe.y1 >= 240


def test_a_long_way_takes_longer_than_a_short_one() -> None:
    assert drag((500, 2000), (500, 200), SIZE).ms > drag((500, 2000), (500, 1800), SIZE).ms >= 300
