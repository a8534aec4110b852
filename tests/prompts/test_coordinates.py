"""Places in thousandths, and the spellings that models find for them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions import Box, ParseError, Place, Point
from prompts.coordinates import read_place, write_place
from prompts.grammar import Repairs
from tests.prompts.strategies import places


def read(text: str, size: tuple[int, int] = (1280, 800), **options: bool) -> tuple[Place, tuple[str, ...]]:
    repairs = Repairs()
    place = read_place(text, name="click.at", width=size[0], height=size[1], repairs=repairs, **options)
    return place, repairs.codes


@given(place=places)
def test_what_is_written_is_read(place: Place) -> None:
    again, repairs = read(write_place(place))
    assert type(again) is type(place)
    assert set(repairs) <= {"degenerate_box"}


@given(x=st.integers(0, 999), y=st.integers(0, 999), space=st.sampled_from(["", " ", "  "]))
def test_every_bracket_means_the_same(x: int, y: int, space: str) -> None:
    pair = f"{x},{space}{y}"
    for written in (f"[{pair}]", f"[[{pair}]]", f"({pair})", pair, f"<{pair}>", f"'[{pair}]'", f"［{x}，{y}］"):
        assert read(written)[0] == Point(x=x / 1000, y=y / 1000)


@pytest.mark.parametrize(
    ("text", "place", "repairs"),
    [
        ("[190,450]", Point(x=0.19, y=0.45), ()),
        ("[120,430,260,470]", Box(left=0.12, top=0.43, right=0.26, bottom=0.47), ()),
        ("[0,1]", Point(x=0, y=0.001), ()),
        ("[0.5,1]", Point(x=0.5, y=1), ("fraction_scaled",)),
        ("[0.0,0.0]", Point(x=0, y=0), ("fraction_scaled",)),
        ("[1.5,1]", Point(x=0.0015, y=0.001), ("float_coord",)),
        ("[1010,-10]", Point(x=0.999, y=0), ("coord_clamped",)),
        ("[999.5,0]", Point(x=0.9995, y=0), ("float_coord",)),
    ],
)
def test_scale(text: str, place: Place, repairs: tuple[str, ...]) -> None:
    assert read(text) == (place, repairs)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[1011,5]", "x 1011 is outside 0–999, looks_like_pixels"),
        ("[5,1011]", "y 1011"),
        ("[5,-11]", "y -11"),
        ("[100000000000000000000000,5]", "outside"),
        ("[1]", "1 numbers"),
        ("[1,2,3,4,5]", "5 numbers"),
        ("[x,y]", "placeholder"),
        ("", "placeholder"),
        ("the button", "placeholder"),
        ("[nan,1]", "not a number"),
        ("[1," * 200, "no place"),
    ],
)
def test_what_is_no_place_is_refused(text: str, says: str) -> None:
    with pytest.raises(ParseError, match=says) as caught:
        read(text)
    assert caught.value.kind == "bad_coordinates"
    assert "click.at" in str(caught.value)


def test_pixels_are_read_only_where_that_is_wanted() -> None:
    with pytest.raises(ParseError, match="looks_like_pixels"):
        read("[1452,780]", (1920, 1080))
    place, repairs = read("[1440,810]", (1920, 1080), pixels=True)
    assert (place, repairs) == (Point(x=0.75, y=0.75), ("pixels_rescaled",))
    with pytest.raises(ParseError):
        read("[2440,810]", (1920, 1080), pixels=True)


def test_the_centre_of_a_box_is_its_exact_mean() -> None:
    place, _ = read("[198,92,229,107]")
    assert place.centre.x == pytest.approx(0.2135)
    assert place.centre.y == pytest.approx(0.0995)
