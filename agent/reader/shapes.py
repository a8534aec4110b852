"""Drawn shapes in a screenshot: panels (flat rectangles), spots (small squares and rounds) and rules (thin lines).

Nothing here knows what a widget is. All sizes are measured against `em`, the usual font size in pixels, never against
the picture, so that density and width of the screen do not matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from agent.reader import spots
from agent.reader.colours import STEP, Colour, colour_of, distance
from agent.reader.ocr import Image
from agent.reader.scene import Rect
from agent.reader.spots import Spot

Mask = NDArray[Any]


@dataclass(eq=False)
class Panel:
    """A flat rectangle: `box` with its border, `inner` without; `around` is the colour just outside it.

    `fullness` is the share of the rectangle that its outline covers (a pill covers less than a box), `border` the
    border's colour (None without one) and `thickness` its width in pixels.
    """

    box: Rect
    inner: Rect
    fill: Colour
    around: Colour
    border: Colour | None
    thickness: float
    fullness: float
    parent: Panel | None = None
    children: list[Panel] = field(default_factory=list)

    def holds(self, box: Rect) -> bool:
        x, y = box.centre
        return self.inner.left <= x <= self.inner.right and self.inner.top <= y <= self.inner.bottom


@dataclass(eq=False)
class Rule:
    """A thin horizontal line that is no panel's side."""

    box: Rect
    colour: Colour


@dataclass
class Shapes:
    panels: list[Panel]
    spots: list[Spot]
    rules: list[Rule]


def glyph_height(image: Image) -> float:
    """A first guess at the usual height of a letter in pixels, before any text was found; 11 if nothing looks like it.

    Specks of a photograph have the size of letters too, but do not stand side by side on one line; the windows of a
    drawn house do, but are all of one width.
    """
    _, _, stats, _ = cv2.connectedComponentsWithStats(edges(image), connectivity=8)
    x, y, w, h, area = (stats[1:, column] for column in range(5))
    like = (h >= 5) & (h <= 90) & (w >= 2) & (w <= 1.6 * h) & (area >= 0.2 * w * h)
    x, y, w, h = x[like], y[like], w[like], h[like]
    order = np.lexsort((x, y + h))
    x, foot, w, h = x[order], (y + h)[order], w[order], h[order]
    if len(x) < 8:
        return 11.0
    gap, tallest, lowest = x[1:] - (x + w)[:-1], np.maximum(h[1:], h[:-1]), np.minimum(h[1:], h[:-1])
    beside = (foot[1:] == foot[:-1]) & (gap >= -1) & (gap <= tallest) & (lowest >= 0.55 * tallest)
    # words of four letters, at least
    widths = np.stack([w[at : len(w) - 3 + at] for at in range(4)])
    in_word = beside[:-2] & beside[1:-1] & beside[2:] & (np.ptp(widths, axis=0) >= 2)
    heights = np.concatenate([h[at : len(in_word) + at][in_word] for at in range(4)])
    # smaller than any font that people read: hatching, unless there is nothing else
    readable = heights[heights >= 7]
    heights = readable if len(readable) >= 16 else heights
    return float(np.quantile(heights, 0.5)) if len(heights) >= 8 else 11.0


def content(image: Image, margin: int) -> Rect:
    """The rectangle that holds all that is drawn, and `margin` pixels around it; empty for a plain screen."""
    height, width = image.shape[:2]
    x, y, w, h = cv2.boundingRect(edges(image))
    if w == 0 or h == 0:
        return Rect(0, 0, 0, 0)
    return Rect(max(0, x - margin), max(0, y - margin), min(width, x + w + margin), min(height, y + h + margin))


def edges(image: Image) -> Mask:
    """255 where a pixel differs from its right or lower neighbour."""
    mask = np.zeros(image.shape[:2], np.uint8)
    across = cv2.absdiff(image[:, 1:], image[:, :-1])
    down = cv2.absdiff(image[1:], image[:-1])
    for channel in range(3):
        mask[:, :-1] |= (across[:, :, channel] > STEP).view(np.uint8)
        mask[:-1] |= (down[:, :, channel] > STEP).view(np.uint8)
    return mask * np.uint8(255)


def find(image: Image, em: float, seals: Sequence[Rect] = ()) -> Shapes:
    """All shapes of a picture whose usual font size is `em` pixels; `seals` are gaps in borders to be closed."""
    edge = edges(image)
    for seal in seals:
        edge[int(seal.top) : int(seal.bottom) + 1, max(0, int(seal.left)) : int(seal.right) + 1] = 255
    _, labels, stats, _ = cv2.connectedComponentsWithStats(cv2.bitwise_not(edge), connectivity=4)
    panels = _nest(_panels(image, labels, stats, em))
    rules = _rules(image, edge, panels, em)
    return Shapes(panels, spots.find(image, labels, stats, em), rules)


def notches(shapes: Shapes, texts: Sequence[Rect], em: float) -> list[Rect]:
    """The gaps that labels standing in a box's upper border leave in it, to be sealed."""
    found = []
    for rule in shapes.rules:
        line = rule.box
        for text in texts:
            # in the middle of the letters; an underline is lower
            crosses = text.top + 0.2 * text.height <= line.centre[1] <= text.bottom - 0.25 * text.height
            if crosses and -0.5 * em < line.left - text.right < 0.8 * em:
                found.append(Rect(text.left - 0.7 * em, line.top - 1, line.left, line.bottom))
    return found


def _panels(image: Image, labels: NDArray[Any], stats: NDArray[Any], em: float) -> list[Panel]:
    found = []
    for index in range(1, len(stats)):
        x, y, w, h, area = (int(v) for v in stats[index])
        if w < 1.4 * em or h < 0.75 * em or area < 0.15 * w * h:
            continue
        own = (labels[y : y + h, x : x + w] == index).astype(np.uint8)
        fullness = _fullness(own)
        # letters of a heading are closed shapes too, about as wide as tall
        if fullness < (0.88 if w < 2 * h else 0.8):
            continue
        step = max(1, int((w * h / 4000) ** 0.5))
        thin = own[::step, ::step].astype(bool)
        pixels = image[y : y + h, x : x + w][::step, ::step][thin]
        if len(pixels) == 0:
            continue
        fill = colour_of(np.median(pixels, axis=0))
        found.append(_framed(image, Rect(x, y, x + w, y + h), fill, fullness, em))
    return found


def _fullness(area: Mask) -> float:
    """The share of its rectangle that an area's hull covers; 0 if one of its sides is broken.

    The hull, since a letter that touches the border would open the outline to all the letters beside it.
    """
    height, width = area.shape
    tall, wide = max(1, round(0.15 * height)), max(1, round(0.15 * min(width, 2 * height)))
    middle = slice(height // 4, height - height // 4)
    sides = (
        area[:tall].any(axis=0),
        area[-tall:].any(axis=0),
        area[middle, :wide].any(axis=1),
        area[middle, -wide:].any(axis=1),
    )
    if any(float(side.mean()) < 0.6 for side in sides):
        return 0.0
    # the ends of each row are enough for the hull, and few
    rows = np.flatnonzero(area.any(axis=1))
    left, right = area[rows].argmax(axis=1), width - 1 - area[rows, ::-1].argmax(axis=1)
    points = np.concatenate([np.stack([left, rows], axis=1), np.stack([right, rows], axis=1)]).astype(np.int32)
    # a hull runs through pixel centres, so it encloses one pixel less each way
    covered = float(cv2.contourArea(cv2.convexHull(points)))
    return min(1.0, covered / float(max(1, (width - 1) * (height - 1))))


def _framed(image: Image, flat: Rect, fill: Colour, fullness: float, em: float) -> Panel:
    """Walk outwards from each side of a flat area to where it is flat again; what lies between is the border."""
    height, width = image.shape[:2]
    left, top, right, bottom = (int(v) for v in flat)
    # an edge is marked on the pixel left of and above the step, so the flat area lacks its last column and row
    right, bottom = min(width, right + 1), min(height, bottom + 1)
    reach = max(4, round(0.55 * em))
    mid_y = slice(top + (bottom - top) // 3, max(top + (bottom - top) // 3 + 1, bottom - (bottom - top) // 3))
    mid_x = slice(left + (right - left) // 3, max(left + (right - left) // 3 + 1, right - (right - left) // 3))
    walks = (
        np.median(image[mid_y, max(0, left - reach) : left], axis=0)[::-1],
        np.median(image[max(0, top - reach) : top, mid_x], axis=1)[::-1],
        np.median(image[mid_y, right : right + reach], axis=0),
        np.median(image[bottom : bottom + reach, mid_x], axis=1),
    )
    widths, borders, arounds = [], [], []
    for walk in walks:
        count, border, around = _border(walk, fill, em)
        widths.append(count)
        if border is not None:
            borders.append(border)
        if around is not None:
            arounds.append(around)
    box = Rect(left - widths[0], top - widths[1], right + widths[2], bottom + widths[3])
    return Panel(
        box=box,
        inner=Rect(left, top, right, bottom),
        fill=fill,
        around=colour_of(np.median(arounds, axis=0)) if arounds else fill,
        border=colour_of(np.median(borders, axis=0)) if len(borders) >= 2 else None,
        thickness=float(np.median(widths)),
        fullness=fullness,
    )


def _border(walk: NDArray[np.float64], fill: Colour, em: float) -> tuple[int, Colour | None, Colour | None]:
    """(width, colour of the border, colour beyond it) along a walk outwards; a border ends where it stays flat."""
    if len(walk) < 2:
        return len(walk), None, None
    flat = np.abs(np.diff(walk, axis=0)).max(axis=1) <= STEP
    # thick enough a band is no border but the ground; near another thing the ground is as narrow as it is
    for stretch in (max(2, round(0.25 * em)), 2, 1):
        for count in range(len(flat) - stretch + 1):
            if flat[count : count + stretch].all():
                around = colour_of(walk[count])
                if count == 0:
                    return 0, None, around
                band = max((colour_of(c) for c in walk[:count]), key=lambda c: distance(c, around) + distance(c, fill))
                return count, band, around
    return 1, None, None


def _nest(panels: list[Panel]) -> list[Panel]:
    panels.sort(key=lambda p: p.box.width * p.box.height)
    for at, panel in enumerate(panels):
        for larger in panels[at + 1 :]:
            if larger.inner.width > panel.inner.width and _within(panel.inner, larger.box):
                panel.parent = larger
                larger.children.append(panel)
                break
    return panels


def _within(small: Rect, large: Rect) -> bool:
    return (
        small.left >= large.left and small.right <= large.right
        and small.top >= large.top and small.bottom <= large.bottom
    )  # fmt: skip


def _rules(image: Image, edge: Mask, panels: list[Panel], em: float) -> list[Rule]:
    kernel = np.ones((1, max(8, round(3 * em))), np.uint8)
    long = cv2.morphologyEx(edge, cv2.MORPH_OPEN, kernel)
    # a thick line has an edge on either side and none within
    long = cv2.morphologyEx(long, cv2.MORPH_CLOSE, np.ones((max(3, round(0.2 * em) | 1), 1), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(long, connectivity=8)
    found = []
    for index in range(1, len(stats)):
        x, y, w, h, _ = (int(v) for v in stats[index])
        if h > max(4, 0.35 * em) or y < 2 or y + h + 2 > image.shape[0]:
            continue
        box = Rect(x, y + 1, x + w, y + h)
        middle = slice(x + w // 4, x + w - w // 4)
        band = np.median(image[y : y + h + 1, middle].reshape(-1, max(1, middle.stop - middle.start), 3), axis=1)
        above, below = (
            colour_of(band[0]),
            colour_of(np.median(image[min(image.shape[0] - 1, y + h + 1), middle], axis=0)),
        )
        colour = max((colour_of(c) for c in band), key=lambda c: distance(c, above))
        if distance(above, below) > STEP or distance(colour, above) <= STEP or _is_side(box, panels, em):
            continue
        found.append(Rule(box, colour))
    return found


def _is_side(line: Rect, panels: list[Panel], em: float) -> bool:
    slack = 0.3 * em
    return any(
        p.box.left - slack <= line.left and line.right <= p.box.right + slack
        and line.width > 0.5 * p.box.width
        and (abs(p.box.top - line.top) < slack or abs(p.box.bottom - line.bottom) < slack)
        for p in panels
    )  # fmt: skip
