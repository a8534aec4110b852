"""Numbers on a screenshot: one at the top left corner of each element, where it hides the least."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from actions import Element, GuiAgentError
from prompts.images import encode_jpeg

_INK = 16
"""Difference between neighbouring pixels at half size, of 255, from which on something is drawn there."""
_TALL, _SMALL = 13, 10
"""The height of a number in pixels, and on crowded screens; on a screen of 900 px and less."""
_CROWDED = 100
_PAD = 2
# BGR; dark enough for white digits, and different enough to tell neighbours apart
_COLOURS = (
    (30, 30, 200), (150, 60, 0), (0, 110, 30), (140, 0, 120), (0, 90, 170), (110, 100, 0),
)  # fmt: skip
_WHITE = (255, 255, 255)
_SIZES = (1.0, 0.9)
"""A number is made smaller where it would hide something."""
_OVERLAP_COST, _INK_COST, _STEP_COST, _FAR_COST, _SMALLER_COST = 1000.0, 3.0, 0.02, 120.0, 20.0
_HIDES_NOTHING = 100.0


def draw_marks(screenshot: bytes, elements: Sequence[Element]) -> bytes:
    """The screenshot as a JPEG with each element outlined and its number at its top left corner."""
    import cv2
    import numpy as np

    pixels = cv2.imdecode(np.frombuffer(screenshot, np.uint8), cv2.IMREAD_COLOR)
    if pixels is None:
        raise GuiAgentError("the screenshot is no readable picture")
    height, width = pixels.shape[:2]
    placed = place_marks(pixels, elements)
    for n, element in enumerate(elements):
        left, top, right, bottom = (round(value) for value in element.box.pixels(width, height))
        colour = _COLOURS[n % len(_COLOURS)]
        cv2.rectangle(pixels, (left, top), (max(left, right - 1), max(top, bottom - 1)), colour, 1)
    for x, y, label in placed:
        space = pixels[y : y + label.shape[0], x : x + label.shape[1]]
        space[:] = label[: space.shape[0], : space.shape[1]]
    return encode_jpeg(pixels)


def place_marks(pixels: Any, elements: Sequence[Element]) -> list[tuple[int, int, Any]]:
    """For each element where its number goes (column and row of its upper left corner) and the number as pixels.

    A number stands outside its element where there is room, never on another number unless there is no place left near
    it, and on as little of what is drawn as can be. `pixels` is height x width x 3, BGR.
    """
    import numpy as np

    height, width = pixels.shape[:2]
    ink = _ink(pixels)
    taken = np.zeros((height, width), np.uint8)
    tall = _SMALL if len(elements) > _CROWDED else _TALL
    tall = max(tall, round(tall * min(width, height) / 900))
    placed: list[tuple[int, int, Any]] = []
    for n, element in enumerate(elements):
        box = [round(value) for value in element.box.pixels(width, height)]
        best: tuple[float, int, int, Any] | None = None
        for share in _SIZES:
            label = _label(str(element.mark), round(tall * share), _COLOURS[n % len(_COLOURS)])
            cost, x, y = _place(box, label.shape[1], label.shape[0], ink, taken)
            cost += _SMALLER_COST * (share < 1)
            if best is None or cost < best[0]:
                best = cost, x, y, label
            if best[0] < _HIDES_NOTHING:
                break
        assert best is not None
        _, x, y, label = best
        high, wide = label.shape[:2]
        taken[y : y + high, x : x + wide] = 1
        placed.append((x, y, label))
    return placed


def _ink(pixels: Any) -> Any:
    """Sums over rectangles from the corner (an integral image) of where something is drawn, at half size.

    Half size because the time goes into touching fresh memory: at full size this takes as long as decoding the picture.
    """
    import cv2

    height, width = pixels.shape[:2]
    half = cv2.resize(pixels, ((width + 1) // 2, (height + 1) // 2), interpolation=cv2.INTER_AREA)
    gray = cv2.cvtColor(half, cv2.COLOR_BGR2GRAY)
    edges = cv2.morphologyEx(gray, cv2.MORPH_GRADIENT, cv2.getStructuringElement(cv2.MORPH_RECT, (2, 2)))
    return cv2.integral(cv2.threshold(edges, _INK, 1, cv2.THRESH_BINARY)[1])


def _place(box: Sequence[int], wide: int, high: int, ink: Any, taken: Any) -> tuple[float, int, int]:
    """The cheapest of some corners for a label of that size near the element's own, after its cost."""
    left, top, right, bottom = box
    height, width = taken.shape
    wide, high = min(wide, width), min(high, height)
    best, middle = (float("inf"), 0, 0), (top + bottom - high) // 2
    corners = [
        (left - wide, top - high // 2),
        (left - wide, middle),
        (left, top - high),
        (left - wide, top - high),
        (left - wide, top),
        (left - wide // 2, top - high // 2),
        (left, top),
        (left - wide, bottom - high),
        (left, bottom),
        (right - wide, top - high),
        (right, top),
        (right, middle),
        (right, bottom - high),
        (left + wide, top - high),
    ]
    near = len(corners)
    corners += [(left - 2 * wide, top), (left, top - 2 * high)]
    for step, (x, y) in enumerate(corners):
        x, y = min(max(0, x), width - wide), min(max(0, y), height - high)
        covered = int(taken[y : y + high, x : x + wide].sum())
        drawn = _drawn(ink, x, y, x + wide, y + high)
        cost = _OVERLAP_COST * covered + _INK_COST * drawn + _STEP_COST * step * wide * high
        cost += _FAR_COST * (step >= near)
        if cost < best[0]:
            best = cost, x, y
        if not covered and not drawn:
            break
    return best


def _drawn(ink: Any, left: int, top: int, right: int, bottom: int) -> int:
    """About how many pixels of that rectangle are drawn on."""
    left, top, right, bottom = left // 2, top // 2, (right + 1) // 2, (bottom + 1) // 2
    return 4 * int(ink[bottom, right] - ink[top, right] - ink[bottom, left] + ink[top, left])


@lru_cache(maxsize=2048)
def _label(number: str, tall: int, colour: tuple[int, int, int]) -> Any:
    """A number as pixels (height x width x 3, BGR), `tall` pixels high."""
    import numpy as np
    from PIL import Image, ImageDraw, ImageFont

    font = ImageFont.load_default(size=tall)
    # a stroke makes larger digits bold and small ones blots
    stroke = 0.3 if tall >= _SMALL else 0.0
    box = ImageDraw.Draw(Image.new("L", (1, 1))).textbbox((0, 0), number, font=font, stroke_width=stroke)
    wide, high = round(box[2] - box[0]) + 2 * _PAD, round(box[3] - box[1]) + 2 * _PAD
    # the bands stay in OpenCV's order: Pillow only carries them
    image = Image.new("RGB", (wide, high), colour)
    draw = ImageDraw.Draw(image)
    draw.text((_PAD - box[0], _PAD - box[1]), number, font=font, fill=_WHITE, stroke_width=stroke, stroke_fill=_WHITE)
    return np.asarray(image)
