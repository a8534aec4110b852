"""What the reader sees on recorded phones and windows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agent.reader import frames
from agent.reader.scene import Scene, Surface, Widget
from agent.reader.sight import Sight

PICTURES = Path(__file__).parent / "pictures"


@pytest.fixture(scope="module")
def sight() -> Sight:
    return Sight()


def scene(sight: Sight, name: str, surface: Surface, title: str = "") -> Scene:
    return frames.inside(sight.read((PICTURES / f"{name}.png").read_bytes(), surface=surface), surface, title)


def only(scene: Scene, kind: str) -> Widget:
    (found,) = [widget for widget in scene.widgets if widget.kind == kind]
    return found


def test_the_keys_of_a_calculator_are_buttons(sight: Sight) -> None:
    seen = scene(sight, "calculator", "window", "galculator")
    assert {w.label for w in seen.widgets if w.kind == "button"} >= {*"0123456789", "AC", "sqrt"}
    assert "84" in [line.text for line in seen.texts]
    assert "galculator" not in [w.label for w in seen.widgets]
    assert {w.label for w in seen.widgets if w.kind == "link"} >= {"File", "Edit", "View", "Help"}


def test_a_form_of_an_older_toolkit(sight: Sight) -> None:
    seen = scene(sight, "form", "window", "New member")
    assert {(w.kind, w.label, w.value) for w in seen.widgets if w.kind in ("field", "select")} == {
        ("field", "Name", "Ana Silva"),  # the caret behind it touches both sides of the field
        ("field", "Email", ""),
        ("select", "City", "Lisbon"),
    }
    assert [(w.kind, w.label, w.checked) for w in seen.widgets if w.checked is not None] == [
        ("radio", "Monthly", True), ("radio", "Yearly", False), ("checkbox", "Send me the newsletter", False),
    ]  # fmt: skip
    assert [w.label for w in seen.widgets if w.kind == "button"] == ["Cancel", "Save"]


def test_a_conversation_over_a_soft_keyboard(sight: Sight) -> None:
    seen = scene(sight, "conversation", "phone")
    field = only(seen, "field")
    assert field.value == "I will be late"
    icon = only(seen, "button")
    assert icon.label == ""
    assert field.box is not None
    assert icon.box is not None
    assert icon.box.left > field.box.right
    assert field.box.top < icon.box.centre[1] < field.box.bottom
    assert max(line.box.bottom for line in seen.texts) < 1340, "the keys are no texts of the app"
    assert "09:41" not in [line.text for line in seen.texts], "nor is the status bar"


def test_a_list_of_people_with_a_plus(sight: Sight) -> None:
    seen = scene(sight, "contacts", "phone")
    texts = [line.text for line in seen.texts]
    assert {"Ben Carter", "Tom Becker", "李明"} <= set(texts)
    assert not [text for text in texts if len(text) == 1], "the letters of pictures are no texts"
    assert only(seen, "button").label == "+"


def test_fields_that_are_only_pale_words(sight: Sight) -> None:
    seen = scene(sight, "note", "phone")
    assert [(w.kind, w.label) for w in seen.widgets] == [("button", "Save"), ("field", "Title"), ("field", "Note")]


def test_a_picture_is_read_anew_for_another_kind_of_screen(sight: Sight) -> None:
    as_page, as_phone = (scene(sight, "contacts", surface) for surface in ("page", "phone"))
    assert "09:41" in [line.text for line in as_page.texts]
    assert "09:41" not in [line.text for line in as_phone.texts]


def test_a_caret_is_wiped_away_and_a_letter_like_it_is_not() -> None:
    from agent.reader import carets

    def drawn(foot: int) -> Any:
        image = np.full((60, 200, 3), 255, np.uint8)
        image[20:40, 40:60] = 0  # a word, and behind it a line
        image[16:foot, 70:72] = 0
        return image

    assert (carets.erased(drawn(44), 20)[:, 70:72] == 255).all()
    letter = drawn(40)
    assert (carets.erased(letter, 20) == letter).all(), "it ends on the line that the word stands on"
