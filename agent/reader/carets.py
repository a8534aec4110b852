"""The caret behind what was typed last: a thin line that looks like a letter, and may cut a field in two."""

from __future__ import annotations

import cv2
import numpy as np

from agent.reader.ocr import Image

_CLEAR = 140
"""How far a caret's colour is from what lies left and right of it, 0..255."""
_ALIKE = 12
_SHORTEST, _TALLEST = 0.95, 1.8
"""The height of a caret in font sizes; letters are lower, the sides of boxes have other colours on their two sides."""


def erased(image: Image, em: float) -> Image:
    """The picture without carets, for a font size of about `em` pixels."""
    clean = image
    for width in range(1, max(2, round(0.18 * em)) + 1):
        for x, y, height in _carets(image, width, em):
            if clean is image:
                clean = image.copy()
            clean[y : y + height, x : x + width] = _ground(image, x, y, width, height)
    return clean


def _carets(image: Image, width: int, em: float) -> list[tuple[int, int, int]]:
    """(x, y, height) of each line of that width which stands free on both sides for the most part."""
    left = image[:, : -width - 1].astype(np.int16)
    right = image[:, width + 1 :].astype(np.int16)
    free = np.abs(left - right).max(axis=2) <= _ALIKE
    for column in range(1, width + 1):
        ink = image[:, column : column + left.shape[1]].astype(np.int16)
        free &= np.abs(ink - left).max(axis=2) > _CLEAR
    # the last letter touches the caret at the height of small letters
    tall = np.ones((max(3, round(0.65 * em)), 1), np.uint8)
    joined = cv2.morphologyEx(free.view(np.uint8), cv2.MORPH_CLOSE, tall)
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=4)
    return [
        (int(x) + 1, int(y), int(h))
        for x, y, w, h, _ in stats[1:]
        if w == 1 and _SHORTEST * em <= h <= _TALLEST * em and free[y : y + h, x].mean() > 0.3
        and _ends_here(image, int(x) + 1 + width, int(y), int(h))
        and _hangs_lower(image, int(x) + 1, int(y), int(h), em)
    ]  # fmt: skip


def _ends_here(image: Image, x: int, y: int, height: int) -> bool:
    """Is nothing drawn right of a line? A plus has a bar there."""
    beside = image[y : y + height, x].astype(np.int16)
    return bool(np.abs(beside - np.median(beside, axis=0)).max() <= _ALIKE)


def _hangs_lower(image: Image, x: int, y: int, height: int, em: float) -> bool:
    """Does a line go on below what stands left of it? The last l of a large word does not."""
    before = image[y : y + height, max(0, x - round(2.5 * em)) : max(0, x - 1)].astype(np.int16)
    off = np.abs(before - np.median(image[y : y + height, x - 1], axis=0)).max(axis=2) if before.size else before
    rows = np.flatnonzero((off > _CLEAR // 2).any(axis=1)) if before.size else np.array([])
    return len(rows) == 0 or height - int(rows[-1]) - 1 >= max(2, round(0.06 * height))


def _ground(image: Image, x: int, y: int, width: int, height: int) -> Image:
    """The colour right of a caret, where nothing was typed yet, row by row."""
    beside = image[y : y + height, min(x + width, image.shape[1] - 1)]
    return np.repeat(np.asarray(np.median(beside, axis=0), np.uint8)[None, None], height, axis=0)
