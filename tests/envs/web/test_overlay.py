"""Lists and dialogs as they are drawn, and what keys do to them."""

from __future__ import annotations

import io
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from envs.web.overlay import DialogBox, Option, OptionList, blank, covers, drawn_over, part_at

SCREEN = (800, 600)


def options(*labels: str) -> list[Option]:
    return [Option(label) for label in labels]


def opened(*labels: str, anchor: tuple[float, float, float, float] = (100, 100, 250, 130)) -> OptionList:
    return OptionList("City", "#c", anchor, options(*labels), SCREEN)


def test_a_list_hangs_under_its_field_and_is_hit_row_by_row() -> None:
    shown = opened("Lisbon", "Porto", "Faro")
    left, top, right, bottom = shown.box
    assert (left, top) == (100, 130)
    assert right - left == 150
    for number, part in enumerate(shown.parts()):
        x, y = (part.box[0] + part.box[2]) / 2, (part.box[1] + part.box[3]) / 2
        assert part_at(shown, x, y) == part
        assert part.key == number
    assert covers(shown, left + 1, bottom - 1)
    assert part_at(shown, left - 1, top + 5) is None


def test_groups_disabled_and_hidden_options() -> None:
    shown = OptionList("Room", "#r", (10, 10, 200, 40), [
        Option("Single", group="Cheap"), Option("Gone", group="Cheap", hidden=True), Option("Double", group="Cheap"),
        Option("Suite", group="Dear", disabled=True), Option("Other"),
    ], SCREEN)  # fmt: skip
    assert [part.name for part in shown.parts()] == ["Single", "Double", "Suite", "Other"]
    assert shown.parts()[2].states == ("disabled",)
    rows = [part.box[1] for part in shown.parts()]
    assert [round((b - a) / 26) for a, b in itertools.pairwise(rows)] == [1, 2, 1]  # a group's name between
    for key, name in (
        ("ArrowDown", "Double"),
        ("ArrowDown", "Other"),
        ("ArrowUp", "Double"),
        ("Home", "Single"),
        ("End", "Other"),
    ):
        assert shown.move(key)
        assert shown.options[shown.active].label == name
    assert not shown.move("F1")


@given(st.integers(1, 300), st.integers(0, 599), st.lists(st.integers(-40, 40), max_size=8))
def test_a_list_of_any_length_stays_on_the_screen(count: int, top: int, scrolls: list[int]) -> None:
    shown = opened(*(f"option {n}" for n in range(count)), anchor=(700, top, 790, min(600, top + 20)))
    for rows in scrolls:
        shown.scroll(rows)
        names = [part.name for part in shown.parts()]
        assert names
        first = int(names[0].split()[1])
        assert names == [f"option {first + n}" for n in range(len(names))]
    left, box_top, right, bottom = shown.box
    assert left >= 0
    assert right <= 800
    assert box_top >= -26
    assert bottom <= 600 + 26


@given(st.lists(st.sampled_from(["ArrowDown", "ArrowUp", "PageDown", "PageUp", "Home", "End"]), max_size=20))
def test_the_active_option_is_always_in_sight(keys: list[str]) -> None:
    shown = opened(*(f"option {n}" for n in range(100)))
    for key in keys:
        assert shown.move(key)
        assert f"option {shown.active}" in [part.name for part in shown.parts()]


def test_typing_ahead_goes_on_and_begins_anew() -> None:
    shown = opened("Paris", "Porto", "Prague", "Rome")
    assert shown.type_ahead("p")
    assert shown.options[shown.active].label == "Paris"
    assert shown.type_ahead("o")
    assert shown.options[shown.active].label == "Porto"
    assert shown.type_ahead("rome")
    assert shown.options[shown.active].label == "Rome"
    assert not shown.type_ahead("x")


def test_a_list_keeps_its_place_when_the_page_changes_it() -> None:
    shown = opened(*(f"option {n}" for n in range(50)))
    shown.scroll(10)
    after = shown.refreshed((0, 0, 100, 30), options(*(f"option {n}" for n in range(40))))
    assert after.parts()[0].name == "option 10"
    assert after.box[1] == 30
    assert opened("only").refreshed((0, 0, 10, 10), []).parts() == []


@pytest.mark.parametrize("kind", ["alert", "confirm", "prompt", "beforeunload"])
@pytest.mark.parametrize("message", ["", "short", "word " * 500, "无空格的文字" * 60, "a\n\nb", "x" * 900])
def test_a_dialog_of_any_words_fits_and_is_drawn(kind: str, message: str) -> None:
    box = DialogBox(kind, message, SCREEN, text="typed " * 50)
    left, top, right, bottom = box.box
    assert 0 <= left < right <= 800
    assert 0 <= top < bottom <= 600
    assert [part.name for part in box.parts() if part.role == "button"] == [name for name, _ in box.buttons]
    with Image.open(io.BytesIO(drawn_over(blank(*SCREEN), box))) as image:
        assert image.size == SCREEN
        for part in box.parts():
            assert image.convert("L").crop(tuple(int(at) for at in part.box)).getextrema()[0] < 200


def test_chinese_words_have_glyphs_where_the_system_has_a_font() -> None:
    from envs.web.overlay import _font_for, _text

    image = Image.new("L", (80, 30), 255)
    _text(ImageDraw.Draw(image), (0, 0), "确定", "#000", 70)
    other = Image.new("L", (80, 30), 255)
    _text(ImageDraw.Draw(other), (0, 0), "取消", "#000", 70)
    if "CJK" not in str(getattr(_font_for("确"), "path", "")):
        pytest.skip("no font with Chinese glyphs here")
    assert image.tobytes() != other.tobytes()
