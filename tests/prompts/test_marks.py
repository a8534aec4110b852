"""Numbers on a screenshot: readable, near their elements, and not on each other."""

from __future__ import annotations

import io
from itertools import combinations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from actions import Box, Element, GuiAgentError
from prompts.marks import draw_marks, place_marks
from tests.prompts.replies import blank
from tests.prompts.strategies import boxes


def element(mark: int, left: float, top: float, right: float, bottom: float, size: tuple[int, int]) -> Element:
    return Element(mark=mark, role="button", name="", box=Box.of_pixels(left, top, right, bottom, *size))


def decoded(image: bytes) -> np.ndarray:
    pixels = cv2.imdecode(np.frombuffer(image, np.uint8), cv2.IMREAD_COLOR)
    assert pixels is not None
    return pixels


def test_a_grid_of_buttons_gets_no_two_numbers_on_one_place() -> None:
    size = (1280, 800)
    grid = [
        element(n, 40 + 120 * (n % 10), 40 + 60 * (n // 10), 110 + 120 * (n % 10), 70 + 60 * (n // 10), size)
        for n in range(100)
    ]
    spots = place_marks(decoded(blank(*size)), grid)
    for (x, y, label), (x2, y2, label2) in combinations(spots, 2):
        assert (
            x + label.shape[1] <= x2
            or x2 + label2.shape[1] <= x
            or y + label.shape[0] <= y2
            or y2 + label2.shape[0] <= y
        )
    for (x, y, label), button in zip(spots, grid, strict=True):
        left, top, _, _ = button.box.pixels(*size)
        assert abs(x + label.shape[1] / 2 - left) <= 30
        assert abs(y + label.shape[0] / 2 - top) <= 20


def test_a_number_leaves_the_text_of_its_element_readable() -> None:
    size = (400, 200)
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).text((102, 101), "Search hotels", fill="black", font_size=14)
    ImageDraw.Draw(image).text((30, 101), "Where to?", fill="black", font_size=14)
    file = io.BytesIO()
    image.save(file, "PNG")
    before = decoded(file.getvalue())
    marked = decoded(draw_marks(file.getvalue(), [element(3, 100, 98, 200, 120, size)]))
    words = (slice(102, 118), slice(104, 196))
    assert np.abs(before[words].astype(int) - marked[words]).mean() < 6
    assert np.abs(before.astype(int) - marked).max() > 100


@settings(max_examples=40, deadline=None)
@given(
    found=st.lists(boxes, max_size=12),
    size=st.sampled_from([(1, 1), (3, 40), (64, 48), (300, 200)]),
)
def test_any_element_on_any_screen_is_drawn(found: list[Box], size: tuple[int, int]) -> None:
    marked = [Element(mark=10**n, role="link", name="", box=box) for n, box in enumerate(found)]
    assert decoded(draw_marks(blank(*size), marked)).shape == (size[1], size[0], 3)


def test_a_broken_screenshot_is_named() -> None:
    with pytest.raises(GuiAgentError, match="no readable picture"):
        draw_marks(b"GIF", [element(0, 0, 0, 1, 1, (1, 1))])
