"""Drawn shapes in a screenshot: panels (flat rectangles), spots (small squares and rounds) and rules (thin lines).

Nothing here knows what a widget is. All sizes are measured against `em`, the usual font size in pixels, never against
the picture, so that density and width of the screen do not matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from agent.reader.ocr import Image
from agent.reader.scene import Rect

Mask = NDArray[np.uint8]
Colour = tuple[float, float, float]
"""Blue, green, red, each 0..255."""

SpotShape = Literal["square", "round", "pill"]

STEP = 6
"""Neighbouring pixels that differ by more than this, in any channel, are an edge."""


def distance(one: Colour, other: Colour) -> float:
    """How far two colours are apart: the largest difference of a channel, 0..255."""
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


def saturation(colour: Colour) -> float:
    """How far a colour is from grey: largest less smallest channel, 0..255."""
    return max(colour) - min(colour)


def luma(colour: Colour) -> float:
    """Brightness as the eye weighs it, 0..255."""
    return 0.114 * colour[0] + 0.587 * colour[1] + 0.299 * colour[2]


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
class Spot:
    """A small, symmetric drawing that could be a check box (square), a radio (round) or a switch (pill).

    `chosen`: it holds a tick or a dot, has a rim so thick that it means the same, or its knob stands right.
    """

    box: Rect
    shape: SpotShape
    chosen: bool


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
    """A first guess at the usual height of a letter in pixels, before any text was found; 11 for an empty screen."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(edges(image), connectivity=8)
    width, height, area = stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT], stats[1:, cv2.CC_STAT_AREA]
    like_letters = (
        (height >= 5) & (height <= 90) & (width >= 2) & (width <= 1.6 * height) & (area >= 0.2 * width * height)
    )
    heights = height[like_letters]
    return float(np.quantile(heights, 0.4)) if len(heights) >= 8 else 11.0


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
    spots = _spots(image, labels, stats, em)
    rules = _rules(image, edge, panels, em)
    return Shapes(panels, spots, rules)


def notches(shapes: Shapes, texts: Sequence[Rect], em: float) -> list[Rect]:
    """The gaps that labels standing in a box's upper border leave in it, to be sealed."""
    found = []
    for rule in shapes.rules:
        line = rule.box
        for text in texts:
            # in the middle of the letters; an underline is lower
            crosses = text.top + 0.2 * text.height <= line.centre[1] <= text.bottom - 0.25 * text.height
            if crosses and 0 <= line.left - text.right < 0.8 * em:
                found.append(Rect(text.left - 0.7 * em, line.top - 1, line.left, line.bottom))
    return found


def _panels(image: Image, labels: NDArray[np.int32], stats: NDArray[np.int32], em: float) -> list[Panel]:
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
        fill = _colour(np.median(pixels, axis=0))
        found.append(_framed(image, Rect(x, y, x + w, y + h), fill, fullness, em))
    return found


def _fullness(area: Mask) -> float:
    """The share of its rectangle that an area's hull covers; 0 if one of its sides is broken.

    The hull, since a letter that touches the border would open the outline to all the letters beside it.
    """
    height, width = area.shape
    tall, wide = max(1, round(0.15 * height)), max(1, round(0.15 * min(width, 2 * height)))
    middle = slice(height // 4, height - height // 4)
    sides = (area[:tall].any(axis=0), area[-tall:].any(axis=0), area[middle, :wide].any(axis=1), area[middle, -wide:].any(axis=1))
    if any(side.mean() < 0.6 for side in sides):
        return 0.0
    # the ends of each row are enough for the hull, and few
    rows = np.flatnonzero(area.any(axis=1))
    left, right = area[rows].argmax(axis=1), width - 1 - area[rows, ::-1].argmax(axis=1)
    points = np.concatenate([np.stack([left, rows], axis=1), np.stack([right, rows], axis=1)]).astype(np.int32)
    # a hull runs through pixel centres, so it encloses one pixel less each way
    return min(1.0, float(cv2.contourArea(cv2.convexHull(points))) / max(1, (width - 1) * (height - 1)))


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
        around=_colour(np.median(arounds, axis=0)) if arounds else fill,
        border=_colour(np.median(borders, axis=0)) if len(borders) >= 2 else None,
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
                around = _colour(walk[count])
                if count == 0:
                    return 0, None, around
                band = max((_colour(c) for c in walk[:count]), key=lambda c: distance(c, around) + distance(c, fill))
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


def _spots(image: Image, labels: NDArray[np.int32], stats: NDArray[np.int32], em: float) -> list[Spot]:
    wide, tall = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    large = ((wide >= 3.7 * em) & (tall >= em)) | (wide >= 6 * em) | (tall >= 6 * em)
    large[0] = False
    ink = cv2.bitwise_not(large[labels].astype(np.uint8) * 255)
    # the pixel left of and above a step is marked too; taking it off again parts neighbours that only touch there
    _, blobs, facts, _ = cv2.connectedComponentsWithStats(ink, connectivity=4)
    found = []
    for index in range(1, len(facts)):
        x, y, w, h, _ = (int(v) for v in facts[index])
        x, y, w, h = x + 1, y + 1, w - 1, h - 1
        squarish = 0.6 * em <= max(w, h) <= 1.8 * em and abs(w - h) <= max(2, 0.15 * max(w, h))
        pill = 0.7 * em <= h <= 2.2 * em and 1.4 * h <= w <= 2.5 * h
        if not (squarish or pill) or not _stands_free(ink, x, y, w, h):
            continue
        spot = _spot(image, Rect(x, y, x + w, y + h))
        if spot is not None:
            found.append(spot)
    return found


def _stands_free(ink: Mask, x: int, y: int, w: int, h: int) -> bool:
    """Letters have neighbours within a fraction of their size; a lone letter has a word's gap on its left."""
    rows = slice(y + h // 5, y + h - h // 5)
    near, word = max(2, round(0.16 * w)), max(3, round(0.55 * w))
    right = ink[rows, x + w + 1 : x + w + near]
    left = ink[rows, max(0, x - word) : max(0, x - 1)]
    return not right.any() and not left.any()


def _spot(image: Image, place: Rect) -> Spot | None:
    left, top = max(0, int(place.left) - 2), max(0, int(place.top) - 2)
    wider = image[top : int(place.bottom) + 2, left : int(place.right) + 2].astype(np.int16)
    ground = np.median(np.concatenate([wider[0], wider[-1], wider[:, 0], wider[:, -1]]), axis=0)
    drawn = (np.abs(wider - ground).max(axis=2) > 2 * STEP).astype(np.uint8)
    outlines, _ = cv2.findContours(drawn, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not outlines:
        return None
    outline = max(outlines, key=cv2.contourArea)
    x, y, w, h = (int(v) for v in cv2.boundingRect(outline))
    if w < 5 or h < 5:
        return None
    silhouette = np.zeros(drawn.shape, np.uint8)
    cv2.drawContours(silhouette, [outline], -1, 1, cv2.FILLED)
    silhouette = silhouette[y : y + h, x : x + w]
    box = Rect(left + x, top + y, left + x + w, top + y + h)
    share = float(silhouette.mean())
    if _asymmetry(silhouette) > 0.1:
        return None
    cut = wider[y : y + h, x : x + w]
    if w >= 1.3 * h:
        side = _knob(cut, silhouette) if 0.8 < share < 0.985 else None
        return None if side is None else Spot(box, "pill", side)
    if abs(w - h) > max(1, 0.12 * max(w, h)) or share < 0.68:
        return None
    shape: SpotShape = "round" if share < 0.885 else "square"
    chosen = _chosen(cut, ground, shape)
    return None if chosen is None else Spot(box, shape, chosen)


def _chosen(cut: NDArray[np.int16], ground: NDArray[np.float64], shape: SpotShape) -> bool | None:
    """Is a box or a round ticked? None for what is neither: a solid bullet, a badge with a letter.

    Looks at the drawing as rings around its middle: an empty one changes only at its rim, a dot changes near the
    middle, a tick is no ring at all.
    """
    height, width = cut.shape[:2]
    rows, columns = np.abs(np.arange(height) - (height - 1) / 2), np.abs(np.arange(width) - (width - 1) / 2)
    reach = np.hypot(rows[:, None], columns[None]) if shape == "round" else np.maximum(rows[:, None], columns[None])
    radius = max(height, width) / 2
    ring = np.minimum((reach / radius * 10).astype(int), 10)
    middle = np.median(cut[ring <= 1], axis=0) if (ring <= 1).any() else cut[height // 2, width // 2]
    off = np.abs(cut - middle).max(axis=2).astype(np.float64)
    inside = ring <= 7
    profile = np.array([np.median(off[ring == r]) if (ring == r).any() else -1.0 for r in range(11)])
    for r in range(11):
        if profile[r] < 0:
            profile[r] = profile[r - 1]
    most = float(off[ring <= 9].max())
    if most < 10:
        # one colour throughout: pale ones are boxes drawn without a rim, strong ones are bullets
        pale = distance(_colour(middle), _colour(ground)) < 70 and np.ptp(middle) < 40
        return False if pale else None
    if float((np.abs(off - profile[ring])[inside] > 0.4 * most).mean()) > 0.06:
        return True if _tick(cut, ring) else None
    if distance(_colour(middle), _colour(ground)) > 90 and saturation(_colour(middle)) > 60 and profile[:7].max() < 0.5 * most:
        return True
    steps = np.flatnonzero(profile[:8] > 0.5 * most)
    if not len(steps) or steps[0] > 6:
        return False
    dot = _at_middle((off < 0.5 * most).astype(np.uint8))
    tall, wide = dot.shape
    is_dot = abs(tall - wide) <= max(1, 0.2 * tall) and 0.28 * height <= tall <= 0.78 * height and dot.mean() > 0.68
    return True if is_dot else None


def _at_middle(mask: Mask) -> Mask:
    """The connected part of a mask that lies at its middle, cut to its own rectangle."""
    _, labels, stats, centres = cv2.connectedComponentsWithStats(mask)
    height, width = mask.shape
    at = labels[height // 2, width // 2]
    if at == 0:
        at = 1 + int(np.argmin(np.hypot(centres[1:, 0] - width / 2, centres[1:, 1] - height / 2)))
    x, y, w, h, _ = (int(v) for v in stats[at])
    return (labels[y : y + h, x : x + w] == at).astype(np.uint8)


def _tick(cut: NDArray[np.int16], ring: NDArray[np.int_]) -> bool:
    """A tick or a cross, which is as wide as tall and leaves its top left or its sides empty; no letter, no digit."""
    band = cut[(ring >= 6) & (ring <= 8)]
    ground = np.median(band, axis=0)
    off = np.abs(cut - ground).max(axis=2)
    off[ring > 8] = 0
    mark = off > 0.5 * off.max()
    columns, rows = np.flatnonzero(mark.any(axis=0)), np.flatnonzero(mark.any(axis=1))
    wide, tall = columns[-1] - columns[0] + 1, rows[-1] - rows[0] + 1
    if wide < 0.85 * tall:
        return False
    inner = mark[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    third = (max(1, tall // 3), max(1, wide // 3))
    return bool(inner.mean() < 0.62) and not inner[: third[0], : third[1]].any()


def _knob(cut: NDArray[np.int16], silhouette: Mask) -> bool | None:
    """Where the round knob of a switch stands: True right, False left, None if there is no such thing."""
    height, width = silhouette.shape
    inset = max(1, round(0.08 * height))
    inside = cv2.erode(silhouette, np.ones((2 * inset + 1, 2 * inset + 1), np.uint8), borderType=cv2.BORDER_CONSTANT)
    half = height // 2
    lefts, rights = cut[half - 1 : half + 2, half - 1 : half + 2], cut[half - 1 : half + 2, width - half - 2 : width - half + 1]
    ends = [np.median(end.reshape(-1, 3), axis=0) for end in (lefts, rights)]
    if np.abs(ends[0] - ends[1]).max() < 24:
        return None
    for end, right in ((ends[0], False), (ends[1], True)):
        own = ((np.abs(cut - end).max(axis=2) < 16) & (inside > 0)).astype(np.uint8)
        _, labels, stats, _ = cv2.connectedComponentsWithStats(own)
        at = labels[half, width - half - 1 if right else half]
        if at == 0:
            continue
        w, h, area = (int(stats[at, i]) for i in (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT, cv2.CC_STAT_AREA))
        if 0.4 * height <= h and abs(w - h) <= max(2, 0.2 * h) and area > 0.68 * w * h:
            return right
    return None


def _asymmetry(mask: Mask) -> float:
    """The larger share of pixels that change when the mask is mirrored, left to right or top to bottom."""
    total = max(1, int(mask.sum()))
    return max(float((mask != mask[:, ::-1]).sum()), float((mask != mask[::-1]).sum())) / total


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
        above, below = _colour(band[0]), _colour(np.median(image[min(image.shape[0] - 1, y + h + 1), middle], axis=0))
        colour = max((_colour(c) for c in band), key=lambda c: distance(c, above))
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


def _colour(values: Any) -> Colour:
    return float(values[0]), float(values[1]), float(values[2])
