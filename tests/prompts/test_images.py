"""What pictures cost, and how they travel."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from actions import GuiAgentError
from prompts.images import half_part, image_of, image_part, image_tokens, resized, text_tokens
from tests.prompts.replies import blank


# sizes and counts of the family's processor with the limits of its shipped checkpoints
@pytest.mark.parametrize(
    ("size", "becomes", "tokens"),
    [
        ((1280, 800), (1288, 812), 1334),
        ((1920, 1080), (1932, 1092), 2691),
        ((1080, 2400), (1092, 2408), 3354),
        ((1440, 3200), (1428, 3192), 5814),
        ((3840, 2160), (2912, 1624), 6032),
        ((640, 400), (644, 392), 322),
        ((960, 540), (952, 532), 646),
        ((540, 1200), (532, 1204), 817),
    ],
)
def test_resized(size: tuple[int, int], becomes: tuple[int, int], tokens: int) -> None:
    assert resized(*size) == becomes
    assert image_tokens(*size) == tokens + 2


@given(width=st.integers(1, 20_000), height=st.integers(1, 20_000))
def test_every_picture_fits(width: int, height: int) -> None:
    if max(width, height) > 200 * min(width, height):
        with pytest.raises(GuiAgentError, match="too narrow"):
            resized(width, height)
        return
    wide, high = resized(width, height)
    assert wide % 28 == 0 == high % 28
    assert wide > 0 < high
    assert 112**2 <= 2 * wide * high <= 9_633_792


def test_half_of_a_picture() -> None:
    part = half_part(blank(101, 51))
    image = image_of(part)
    assert image is not None
    assert Image.open(io.BytesIO(image)).size == (50, 25)
    assert half_part(blank(101, 51)) is part


def test_a_broken_picture_is_named() -> None:
    with pytest.raises(GuiAgentError, match="no readable picture"):
        half_part(b"\x89PNG nothing")


@pytest.mark.parametrize("image", [blank(2, 2), b"\xff\xd8\xff a jpeg"])
def test_pictures_travel_unchanged(image: bytes) -> None:
    assert image_of(image_part(image)) == image


@pytest.mark.parametrize(
    "part",
    [
        None, "x", {}, {"type": "image_url"}, {"type": "image_url", "image_url": {"url": "https://a.example/x.png"}},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,%%%"}},
        {"type": "image_url", "image_url": {"url": "data:image/png,abc"}}, {"type": "text", "text": "x"},
    ],
)  # fmt: skip
def test_what_carries_no_picture(part: object) -> None:
    assert image_of(part) is None


def test_texts_are_counted_generously() -> None:
    assert text_tokens("") == 0
    assert text_tokens("a room in Lisbon for two guests") >= 8
    assert text_tokens("预订两位客人的房间") >= 9
