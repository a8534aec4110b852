"""What pictures cost, and how they travel."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from actions import Box, GuiAgentError
from prompts.coordinates import read_place
from prompts.grammar import Repairs
from prompts.images import half_part, image_of, image_part, image_tokens, resized, text_tokens
from tests.prompts.replies import blank


# what transformers' processor made of each size, with the limits of shipped checkpoints (see test_processor.py)
@pytest.mark.parametrize(
    ("size", "becomes", "tokens"),
    [
        ((1280, 800), (1288, 812), 1334),
        ((1920, 1080), (1932, 1092), 2691),
        ((1080, 2400), (1092, 2408), 3354),
        ((1440, 3200), (1428, 3192), 5814),
        ((2560, 1440), (2548, 1428), 4641),
        ((3840, 2160), (2912, 1624), 6032),
        ((2160, 3840), (1624, 2912), 6032),
        ((4096, 4096), (2184, 2184), 6084),
        ((7680, 4320), (2912, 1624), 6032),
        ((640, 400), (644, 392), 322),
        ((960, 540), (952, 532), 646),
        ((540, 1200), (532, 1204), 817),
        ((1366, 768), (1372, 756), 1323),
        ((333, 77), (336, 84), 36),
        ((1, 1), (84, 84), 9),
        ((14, 14), (84, 84), 9),
        ((27, 27), (84, 84), 9),
        ((28, 29), (84, 84), 9),
        ((42, 42), (84, 84), 9),
        ((70, 98), (56, 112), 8),
        ((1, 200), (28, 5600), 200),
        ((30, 5000), (28, 5012), 179),
        ((5000, 30), (5012, 28), 179),
        ((100, 20000), (112, 19992), 2856),
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


@given(
    size=st.tuples(st.integers(28, 8_000), st.integers(28, 8_000)).filter(lambda size: max(size) <= 200 * min(size)),
    corner=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    share=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    halved=st.booleans(),
)
def test_a_box_comes_back_from_any_resize(
    size: tuple[int, int], corner: tuple[float, float], share: tuple[float, float], halved: bool
) -> None:
    """A model sees the resized picture and points there; what is read are the right pixels of the screenshot."""
    sent = tuple(max(28, side // 2) for side in size) if halved else size
    seen_by_model = resized(*sent)
    # the first and the last pixel of the box on each axis of the screenshot
    box = [(at * side, (at + (1 - at) * part) * side) for at, part, side in zip(corner, share, size, strict=True)]
    pointed = [
        [pixel * shown / side for pixel in pair] for pair, shown, side in zip(box, seen_by_model, size, strict=True)
    ]
    thousandths = [
        min(999, round(1000 * pair[end] / shown))
        for end in (0, 1)
        for pair, shown in zip(pointed, seen_by_model, strict=True)
    ]
    repairs = Repairs()
    place = read_place(str(thousandths), name="box", width=size[0], height=size[1], own="flat box", repairs=repairs)
    assert isinstance(place, Box)
    assert set(repairs.codes) <= {"degenerate_box"}
    meant = [pair[end] for end in (0, 1) for pair in box]
    for read, pixel, side in zip(place.pixels(*size), meant, size * 2, strict=True):
        assert abs(read - pixel) <= side / 1000 + 1e-6


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
