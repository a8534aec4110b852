"""The vocabulary: impossible actions cannot be built, and every action survives being written down."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

import actions
from actions import (
    Action,
    Answer,
    Ask,
    Back,
    Box,
    Click,
    Drag,
    Finish,
    Home,
    Hover,
    LongPress,
    Open,
    Point,
    Press,
    Scroll,
    Select,
    Task,
    Type,
    Wait,
    parse_action,
    place_of,
)  # fmt: skip

fraction = st.floats(0, 1)
points = st.builds(Point, x=fraction, y=fraction)
boxes = st.tuples(fraction, fraction, fraction, fraction).map(
    lambda v: Box(left=min(v[0], v[2]), top=min(v[1], v[3]), right=max(v[0], v[2]), bottom=max(v[1], v[3]))
)
places = points | boxes
some_text = st.text(min_size=1)
any_action: st.SearchStrategy[Action] = st.one_of(
    st.builds(Click, at=places, button=st.sampled_from(["left", "right", "middle"]), count=st.integers(1, 3)),
    st.builds(Hover, at=places),
    st.builds(LongPress, at=places, seconds=st.floats(0.1, 30)),
    st.builds(Drag, start=places, end=places),
    st.builds(
        Scroll,
        direction=st.sampled_from(["up", "down", "left", "right"]),
        steps=st.floats(0.5, 1000),
        at=st.none() | places,
    ),
    st.builds(Type, text=st.text(), into=st.none() | places, replace=st.booleans(), submit=st.booleans()),
    st.builds(Press, keys=st.lists(st.sampled_from(["ctrl", "a", "+", "enter"]), min_size=1, max_size=6).map(tuple)),
    st.builds(Select, at=places, option=some_text),
    st.builds(Open, target=some_text),
    st.just(Back()),
    st.just(Home()),
    st.builds(Wait, seconds=st.none() | st.floats(0, 600)),
    st.builds(Ask, question=some_text),
    st.builds(Answer, text=some_text),
    st.builds(Finish, status=st.sampled_from(["complete", "infeasible"]), answer=st.text()),
)


@given(any_action)
def test_every_action_survives_being_written_down(action: Action) -> None:
    assert parse_action(json.loads(json.dumps(action.model_dump()))) == action


@given(any_action)
def test_an_action_does_not_change_and_can_be_compared(action: Action) -> None:
    assert hash(action) == hash(action.model_copy())
    with pytest.raises(ValidationError):
        action.kind = "click"  # type: ignore[assignment]


@pytest.mark.parametrize(
    "data",
    [
        {"kind": "fly"},
        {},
        {"kind": "click"},
        {"kind": "click", "at": {"x": 1.01, "y": 0.5}},
        {"kind": "click", "at": {"x": float("nan"), "y": 0.5}},
        {"kind": "click", "at": {"x": 0.5}},
        {"kind": "click", "at": {"left": 0.6, "top": 0, "right": 0.5, "bottom": 1}},
        {"kind": "click", "at": {"x": 0.5, "y": 0.5}, "count": 4},
        {"kind": "click", "at": {"x": 0.5, "y": 0.5}, "speed": 1},
        {"kind": "scroll", "direction": "down", "steps": 0},
        {"kind": "scroll", "direction": "down", "steps": float("inf")},
        {"kind": "press", "keys": []},
        {"kind": "press", "keys": [""]},
        {"kind": "open", "target": ""},
        {"kind": "select", "at": {"x": 0, "y": 0}, "option": ""},
        {"kind": "finish", "status": "done"},
        {"kind": "wait", "seconds": -1},
    ],
)
def test_an_action_that_makes_no_sense_cannot_be_built(data: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        parse_action(data)


@given(places, st.integers(1, 8000), st.integers(1, 8000))
def test_a_place_is_always_a_pixel_of_the_screenshot(place: Box | Point, width: int, height: int) -> None:
    x, y = place.centre.pixel(width, height)
    assert 0 <= x < width
    assert 0 <= y < height


@given(boxes, st.integers(1, 8000), st.integers(1, 8000))
def test_boxes_come_back_from_pixels(box: Box, width: int, height: int) -> None:
    again = Box.of_pixels(*box.pixels(width, height), width, height)
    for name in ("left", "top", "right", "bottom"):
        assert getattr(again, name) == pytest.approx(getattr(box, name), abs=1e-12)


def test_a_rectangle_over_the_edge_is_cut_off() -> None:
    assert Box.of_pixels(-10, 5, 50, 300, 40, 20) == Box(left=0, top=0.25, right=1, bottom=1)


def test_the_place_of_an_action() -> None:
    point, other = Point(x=0.1, y=0.2), Point(x=0.3, y=0.4)
    assert place_of(Drag(start=point, end=other)) == point
    assert place_of(Type(text="x", into=other)) == other
    assert place_of(Press(keys=("Enter",))) is None


def test_keys_are_folded_but_letters_are_not() -> None:
    assert Press(keys=("Ctrl", "A")).keys == ("ctrl", "A")


def test_an_empty_instruction_is_no_task() -> None:
    with pytest.raises(ValidationError):
        Task(instruction=" \n")


def test_every_error_says_what_it_is() -> None:
    tree = actions.errors.__doc__ or ""
    errors = [
        thing for thing in vars(actions.errors).values() if isinstance(thing, type) and issubclass(thing, Exception)
    ]
    for error in errors:
        assert issubclass(error, actions.GuiAgentError)
        assert error.__doc__
        assert error.__name__ in tree


def test_the_union_is_complete() -> None:
    models = {
        thing for thing in vars(actions.vocabulary).values()
        if isinstance(thing, type) and issubclass(thing, BaseModel) and "kind" in thing.model_fields
    }  # fmt: skip
    assert len(models) == 15


def test_importing_the_vocabulary_loads_pydantic_and_nothing_else() -> None:
    code = "import sys, actions; print(*{name.split('.')[0] for name in sys.modules})"
    loaded = set(
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    )
    assert not loaded & {"playwright", "openai", "PIL", "numpy", "cv2", "starlette", "typer", "rich", "envs", "agent"}
