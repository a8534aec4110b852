"""Small squares, rounds and pills: what check boxes, radios and switches are drawn as, and whether they are chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from agent.reader.colours import STEP, colour_of, distance, saturation
from agent.reader.ocr import Image
from agent.reader.scene import Rect

Mask = NDArray[Any]
SpotShape = Literal["square", "round", "pill"]


@dataclass(eq=False)
class Spot:
    """A small, symmetric drawing that could be a check box (square), a radio (round) or a switch (pill).

    `chosen`: it holds a tick or a dot, has a rim so thick that it means the same, or its knob stands right.
    """

    box: Rect
    shape: SpotShape
    chosen: bool


def find(image: Image, labels: NDArray[Any], stats: NDArray[Any], em: float) -> list[Spot]:
    """All spots, given the flat areas (connected components) of the picture; letters are told apart."""
    wide, tall = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    large = ((wide >= 3.7 * em) & (tall >= em)) | (wide >= 6 * em) | (tall >= 6 * em)
    large[0] = False
    ink = cv2.bitwise_not(large[labels].astype(np.uint8) * 255)
    _, _, facts, _ = cv2.connectedComponentsWithStats(ink, connectivity=4)
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
        pale = distance(colour_of(middle), colour_of(ground)) < 70 and np.ptp(middle) < 40
        return False if pale else None
    if float((np.abs(off - profile[ring])[inside] > 0.4 * most).mean()) > 0.06:
        return True if _tick(cut, ring) else None
    if (
        distance(colour_of(middle), colour_of(ground)) > 90
        and saturation(colour_of(middle)) > 60
        and profile[:7].max() < 0.5 * most
    ):
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
    own: Mask = (labels[y : y + h, x : x + w] == at).astype(np.uint8)
    return own


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
    lefts, rights = (
        cut[half - 1 : half + 2, half - 1 : half + 2],
        cut[half - 1 : half + 2, width - half - 2 : width - half + 1],
    )
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
