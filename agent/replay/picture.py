"""Comparing pictures of a screen, and finding a piece of one on another.

Everything is compared by its outlines, so that another theme, light or dark, changes little: "pictures" below are those
of `outlines`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from actions import TraceError

SURE = 0.8
"""Agreement, 0..1, from which two pieces show the same."""
LEAD = 0.08
"""How much better than the second best place the best must be."""
_SLACK = 4
"""Pixels by which a piece may have moved and still counts as being at its place."""
_FLAT = 4.0
"""Mean strength of outlines, of 255, below which a piece shows nothing that could be told from elsewhere."""
_SCALES = (1.0, 0.9, 1.1, 0.8, 1.25, 0.67, 1.5)
_COARSE = 0.5
_APART = 0.5
"""Share of a piece's size that two places must differ by to be two places."""

Array = Any
"""A numpy array; the module is only loaded with the first picture."""


@dataclass(frozen=True)
class Spot:
    """A place where a piece was found: its upper left corner in pixels, its scale, and the agreement 0..1."""

    x: float
    y: float
    scale: float
    score: float


@lru_cache(maxsize=8)
def outlines(encoded: bytes) -> Array:
    """The strength of the outlines in an encoded picture, height x width, 0..255. Raises TraceError if it is none."""
    import cv2
    import numpy as np

    gray = cv2.imdecode(np.frombuffer(encoded, np.uint8), cv2.IMREAD_GRAYSCALE)
    if gray is None:
        raise TraceError("a picture of the trace is no readable picture")
    strong = cv2.morphologyEx(gray, cv2.MORPH_GRADIENT, cv2.getStructuringElement(cv2.MORPH_RECT, (2, 2)))
    # faint and strong outlines alike, so that a pale theme looks like a bold one
    return np.minimum(strong, 64) * 3


def piece(picture: Array, frame: tuple[int, int, int, int]) -> Array:
    """What is inside (left, top, right, bottom) in pixels, cut off at the picture's edges."""
    left, top, right, bottom = frame
    return picture[max(0, top) : max(0, bottom), max(0, left) : max(0, right)]


def is_flat(part: Array) -> bool:
    """Does a piece show too little to be told from other places?"""
    return part.size == 0 or min(part.shape[:2]) < 6 or float(part.mean()) < _FLAT


def agreement(part: Array, picture: Array, x: int, y: int) -> float | None:
    """How well `part` agrees with what stands at (x, y) of a picture, 0..1; None if it shows too little to say."""
    import cv2

    if is_flat(part):
        return None
    high, wide = part.shape[:2]
    around = piece(picture, (x - _SLACK, y - _SLACK, x + wide + _SLACK, y + high + _SLACK))
    if around.shape[0] < high or around.shape[1] < wide:
        return 0.0
    return max(0.0, float(cv2.matchTemplate(around, part, cv2.TM_CCOEFF_NORMED).max()))


def locate(part: Array, picture: Array) -> list[Spot]:
    """Where `part` stands on a picture, best first: at several scales, coarsely first and then to the pixel."""
    import cv2

    if is_flat(part):
        return []
    small = cv2.resize(picture, None, fx=_COARSE, fy=_COARSE, interpolation=cv2.INTER_AREA)
    rough: list[Spot] = []
    for scale in _SCALES:
        template = _resized(part, scale * _COARSE)
        if min(template.shape[:2]) < 5 or template.shape[0] > small.shape[0] or template.shape[1] > small.shape[1]:
            continue
        rough += _peaks(cv2.matchTemplate(small, template, cv2.TM_CCOEFF_NORMED), template.shape, scale)
        if scale == 1.0 and rough and rough[0].score >= 0.97:
            break  # it is there as it was; other sizes need no look
    rough.sort(key=lambda spot: -spot.score)
    fine = [_refined(part, picture, spot) for spot in rough[:6]]
    fine.sort(key=lambda spot: -spot.score)
    return _distinct(fine, part.shape)


def sure(spots: list[Spot]) -> Spot | None:
    """The best place if it is good, and better than any other; equally good ones are no answer."""
    if not spots or spots[0].score < SURE:
        return None
    if len(spots) > 1 and spots[0].score - spots[1].score < LEAD:
        return None
    return spots[0]


def _resized(part: Array, scale: float) -> Array:
    import cv2

    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return part if scale == 1.0 else cv2.resize(part, None, fx=scale, fy=scale, interpolation=method)


def _peaks(scores: Array, shape: tuple[int, ...], scale: float, most: int = 3) -> list[Spot]:
    """The best places of a score map that are not one and the same."""
    import cv2

    found = []
    scores = scores.copy()
    for _ in range(most):
        _, score, _, (x, y) = cv2.minMaxLoc(scores)
        if score < 0.4:
            break
        found.append(Spot(x / _COARSE, y / _COARSE, scale, float(score)))
        dy, dx = max(2, int(shape[0] * _APART)), max(2, int(shape[1] * _APART))
        scores[max(0, y - dy) : y + dy + 1, max(0, x - dx) : x + dx + 1] = -1
    return found


def _refined(part: Array, picture: Array, spot: Spot) -> Spot:
    import cv2

    template = _resized(part, spot.scale)
    high, wide = template.shape[:2]
    left, top = max(0, int(spot.x) - _SLACK), max(0, int(spot.y) - _SLACK)
    around = piece(picture, (left, top, int(spot.x) + wide + _SLACK, int(spot.y) + high + _SLACK))
    if around.shape[0] < high or around.shape[1] < wide:
        return Spot(spot.x, spot.y, spot.scale, 0.0)
    _, score, _, (x, y) = cv2.minMaxLoc(cv2.matchTemplate(around, template, cv2.TM_CCOEFF_NORMED))
    return Spot(left + x, top + y, spot.scale, max(0.0, float(score)))


def _distinct(spots: list[Spot], shape: tuple[int, ...]) -> list[Spot]:
    kept: list[Spot] = []
    for spot in spots:
        apart_x, apart_y = shape[1] * spot.scale * _APART, shape[0] * spot.scale * _APART
        if all(abs(spot.x - one.x) > apart_x or abs(spot.y - one.y) > apart_y for one in kept):
            kept.append(spot)
    return kept
