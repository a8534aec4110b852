"""Pieces of a screen found on another: moved, enlarged, in other colours, and never on what is alike twice."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageDraw, ImageOps

from actions import TraceError
from agent.replay.picture import SURE, agreement, locate, outlines, piece, sure

SIZE = (640, 480)
FRAME = (100, 80, 240, 140)


def encoded(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def drawn(*, at: tuple[int, int] = (100, 80), words: str = "Order now", twice: bool = False) -> Image.Image:
    image = Image.new("RGB", SIZE, "white")
    draw = ImageDraw.Draw(image)
    draw.text((20, 20), "A shop of things", fill="black", font_size=24)
    for left, top in [at, (at[0] + 300, at[1] + 200)] if twice else [at]:
        draw.rectangle((left + 10, top + 10, left + 130, top + 50), outline="navy", width=2)
        draw.text((left + 24, top + 20), words, fill="navy", font_size=18)
    return image


PART = piece(outlines(encoded(drawn())), FRAME)


def found(image: Image.Image) -> tuple[float, float] | None:
    spot = sure(locate(PART, outlines(encoded(image))))
    return (spot.x, spot.y) if spot else None


@pytest.mark.parametrize("at", [(100, 80), (13, 301), (477, 400), (300, 7)])
def test_found_to_the_pixel_wherever_it_went(at: tuple[int, int]) -> None:
    assert found(drawn(at=at)) == at


def test_found_in_inverted_colours() -> None:
    assert found(ImageOps.invert(drawn(at=(210, 222)))) == (210, 222)


@pytest.mark.parametrize("scale", [0.8, 0.9, 1.1, 1.25])
def test_found_when_enlarged(scale: float) -> None:
    image = drawn(at=(200, 150))
    image = image.resize((round(SIZE[0] * scale), round(SIZE[1] * scale)), Image.Resampling.BICUBIC)
    at = found(image)
    assert at is not None
    assert abs(at[0] - 200 * scale) <= 3
    assert abs(at[1] - 150 * scale) <= 3


def test_two_equally_good_places_are_no_answer() -> None:
    assert len(locate(PART, outlines(encoded(drawn(twice=True))))) >= 2
    assert found(drawn(twice=True)) is None


def test_what_is_not_there_is_not_found() -> None:
    assert found(Image.new("RGB", SIZE, "white")) is None
    assert found(drawn(words="Delete")) is None
    assert locate(piece(outlines(encoded(drawn())), (400, 300, 500, 360)), outlines(encoded(drawn()))) == []


def test_agreement_at_a_place() -> None:
    screen = outlines(encoded(drawn(at=(102, 79))))
    near = agreement(PART, screen, 100, 80)
    assert near is not None
    assert near > 0.95
    assert (agreement(PART, screen, 300, 300) or 0) < SURE
    assert agreement(PART, screen, 620, 470) == 0.0
    assert agreement(piece(screen, (400, 300, 500, 360)), screen, 0, 0) is None


def test_no_picture() -> None:
    with pytest.raises(TraceError):
        outlines(b"no picture")
