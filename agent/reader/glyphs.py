"""The small drawings that tell boxes apart: a select's arrow, an icon at the end, a text area's grip."""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np

from agent.reader.ocr import Image
from agent.reader.scene import Rect
from agent.reader.shapes import Mask, Panel

Glyph = Literal["chevron", "icon"]


def end_glyph(image: Image, panel: Panel, em: float) -> tuple[Glyph, Rect] | None:
    """The drawing at the right end of a one-row box, apart from what stands left of it; None for none.

    The last letter of a text can look like an icon; whoever knows the texts must rule that out.
    """
    inner = panel.inner
    inset = max(1, round(0.1 * em))
    top, bottom = int(inner.top) + inset, int(inner.bottom) - inset
    left, right = int(inner.left) + inset, int(inner.right) - inset
    if bottom - top < 4 or right - left < 4:
        return None
    off = np.abs(image[top:bottom, left:right].astype(np.int16) - np.array(panel.fill)).max(axis=2)
    ink = (off > max(24.0, 0.35 * float(off.max()))).astype(np.uint8)
    # the strokes of one icon lie close together
    close = max(1, round(0.06 * em))
    _, _, stats, _ = cv2.connectedComponentsWithStats(cv2.dilate(ink, np.ones((1, 2 * close + 1), np.uint8)))
    blobs = sorted(
        (
            (int(x) + close, int(y), int(w) - 2 * close, int(h))
            for x, y, w, h, _ in stats[1:]
            if h >= 0.15 * em
        ),
        reverse=True,
    )  # fmt: skip
    if not blobs:
        return None
    x, y, w, h = blobs[0]
    box = Rect(left + x, top + y, left + x + w, top + y + h)
    gap = x - max((b[0] + b[2] for b in blobs[1:]), default=-99)
    if w > 1.7 * em or box.right < right - 2.2 * em:
        return None
    flat = 1.25 * h <= w <= 1.3 * em and h <= 0.75 * em
    if flat and gap >= 0.15 * em and points_down(ink[y : y + h, x : x + w]):
        return "chevron", box
    return ("icon", box) if gap >= 0.35 * em and max(w, h) >= 0.5 * em else None


def points_down(mark: Mask) -> bool:
    """An arrow: the same left and right, and narrower at its foot than at its top."""
    if mark.shape[0] < 3 or mark.shape[1] < 4:
        return False
    rows = [np.flatnonzero(row) for row in mark]
    spans = [int(row[-1] - row[0] + 1) if len(row) else 0 for row in rows]
    third = max(1, len(spans) // 3)
    mirrored = float((mark != mark[:, ::-1]).sum()) / max(1, int(mark.sum()))
    return max(spans[-third:]) < 0.75 * max(spans[:third]) and mirrored < 0.5


def has_grip(image: Image, panel: Panel, em: float) -> bool:
    """The strokes in the lower right corner by which a text area is made larger."""
    right, bottom = int(panel.inner.right), int(panel.inner.bottom)
    side = max(6, round(1.1 * em))
    corner = image[bottom - side : bottom - 1, right - side : right - 1].astype(np.int16)
    off = (np.abs(corner - np.array(panel.fill)).max(axis=2) > 20).astype(np.uint8)
    _, labels, _, _ = cv2.connectedComponentsWithStats(off, connectivity=8)
    # what runs into the very corner is the box's own rounding
    rim = np.unique(np.concatenate([labels[-1], labels[:, -1]]))
    off = (labels > 0) & ~np.isin(labels, rim)
    rows, columns = np.flatnonzero(off.any(axis=1)), np.flatnonzero(off.any(axis=0))
    if len(rows) == 0 or not 0.02 < off.mean() < 0.3:
        return False
    tall, wide = rows[-1] - rows[0] + 1, columns[-1] - columns[0] + 1
    cut = off[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    if len(off) - rows[-1] > 0.4 * em or len(off) - columns[-1] > 0.4 * em:
        return False
    return bool(abs(tall - wide) <= 2 + 0.1 * em and tall >= 0.3 * em and not cut[: tall // 3, : wide // 3].any())
