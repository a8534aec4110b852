"""Screenshots are read whole or not at all, and compared without the clock and the caret."""

from __future__ import annotations

import io
import struct

import pytest
from PIL import Image, ImageDraw

from envs.android.picture import NoPicture, Shot, black_share, blank, is_dark, is_same, read_png, read_raw

SIZE = (400, 800)
TOP, DOTS = 40, 320


def shot(*marks: tuple[int, int, int, int], colour: str = "white", size: tuple[int, int] = SIZE) -> Shot:
    image = Image.new("RGB", size, colour)
    for mark in marks:
        ImageDraw.Draw(image).rectangle(mark, "black")
    return Shot(image, 0.0)


def png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def raw(image: Image.Image, *, colour_space: bool = True, form: int = 1) -> bytes:
    words = (*image.size, form, 1) if colour_space else (*image.size, form)
    return struct.pack(f"<{len(words)}I", *words) + image.convert("RGBA").tobytes()


def test_a_png_is_kept_as_it_came() -> None:
    data = png(shot((5, 5, 9, 9)).image)
    read = read_png(data, 1.0)
    assert (read.size, read.png(), read.taken) == (SIZE, data, 1.0)


def test_the_warning_of_a_phone_with_two_displays_is_skipped() -> None:
    data = png(shot().image)
    assert (
        read_png(b"[Warning] Multiple displays were found, but no display id was specified!\n" + data, 0).png() == data
    )


@pytest.mark.parametrize(
    "data", [b"", b"Error: no display", png(shot().image)[:-20], png(shot().image)[:60] + b"IEND\xaeB`\x82"]
)
def test_half_a_png_or_none_is_no_picture(data: bytes) -> None:
    with pytest.raises(NoPicture):
        read_png(data, 0)


@pytest.mark.parametrize("colour_space", [True, False])
def test_raw_pixels_of_either_header(colour_space: bool) -> None:
    given = shot((5, 5, 9, 9))
    read = read_raw(raw(given.image, colour_space=colour_space), 0)
    assert read.image.tobytes() == given.image.tobytes()
    with Image.open(io.BytesIO(read.png())) as image:
        assert image.convert("RGB").tobytes() == given.image.tobytes()


@pytest.mark.parametrize("data", [b"", b"x" * 11, raw(shot().image)[:-8], raw(shot().image, form=4), b"\0" * 12])
def test_other_raw_pixels_are_no_picture(data: bytes) -> None:
    with pytest.raises(NoPicture):
        read_raw(data, 0)


def test_the_status_bar_and_the_caret_do_not_count() -> None:
    plain = shot()
    assert is_same(plain, shot((10, 5, 60, 35)), TOP, DOTS)
    assert is_same(plain, shot((100, 300, 103, 350)), TOP, DOTS)
    assert is_same(plain, shot((100, 300, 103, 350)), TOP, DOTS, roughly=True)


@pytest.mark.parametrize("roughly", [True, False])
@pytest.mark.parametrize("mark", [(10, 60, 60, 90), (100, 300, 103, 500), (100, 300, 140, 303)])
def test_anything_larger_counts(mark: tuple[int, int, int, int], roughly: bool) -> None:
    assert not is_same(shot(), shot(mark), TOP, DOTS, roughly=roughly)


def test_two_marks_that_are_a_caret_each_count_together() -> None:
    assert not is_same(shot(), shot((100, 300, 103, 350), (200, 300, 203, 350)), TOP, DOTS)


def test_a_turned_screen_is_another_one() -> None:
    assert not is_same(shot(), shot(size=(800, 400)), TOP, DOTS)


def test_black_is_seen_between_the_bars() -> None:
    assert is_dark(shot(colour="black"))
    assert is_dark(blank(SIZE, 0, "none"))
    assert not is_dark(shot(colour="#202020"))
    framed = shot(colour="black")
    ImageDraw.Draw(framed.image).rectangle((0, 0, 400, 30), "white")  # the status bar is drawn even over secure windows
    assert is_dark(framed)
    ImageDraw.Draw(framed.image).rectangle((50, 300, 60, 310), "white")
    assert not is_dark(framed)


def test_how_much_of_it_is_black() -> None:
    assert black_share(blank(SIZE, 0, "none")) == 1
    assert black_share(shot()) == 0
    assert black_share(shot((0, 0, 400, 399))) == pytest.approx(0.5, abs=0.01)
