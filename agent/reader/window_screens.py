"""What the windows of a desktop draw otherwise than pages: small print, keys with one sign, menu bars, grey lists."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from agent.reader.colours import luma
from agent.reader.drafts import Draft, overlap
from agent.reader.glyphs import points_down
from agent.reader.lines import Line
from agent.reader.ocr import Image, Ocr
from agent.reader.scene import Rect
from agent.reader.shapes import Panel, Shapes

_MENU = 3
"""More texts than a field shows, from which a row of them is a menu bar."""
_READ_AS = {"一": "-", "—": "-", "二": "=", "十": "+", "×": "*", "÷": "/", "o": "0", "O": "0"}
"""What OCR makes of a sign that stands alone on a key."""


def without_letters(shapes: Shapes, em: float) -> Shapes:
    """The shapes that are no letters.

    An O on a button looks like a radio button, and none stands there; the bold digits of a display look like boxes.
    """
    keys = [panel for panel in shapes.panels if _is_key(panel, em)]
    spots = [spot for spot in shapes.spots if not any(key.holds(spot.box) for key in keys)]
    panels = [panel for panel in shapes.panels if not _is_letter(panel.box, em)]
    return replace(shapes, spots=spots, panels=panels)


def _is_letter(box: Rect, em: float) -> bool:
    return box.width < 2.2 * em and box.width < box.height < 2.4 * em


def _is_key(panel: Panel, em: float, widest: float = 12.0) -> bool:
    return 1.5 * em <= panel.box.height <= 4.6 * em and panel.box.width <= widest * em


def signs(image: Image, shapes: Shapes, lines: list[Line], ocr: Ocr, em: float) -> list[Line]:
    """The texts of keys on which none was found: a lone digit is too little for whatever looks for texts."""
    found = []
    for panel in shapes.panels:
        if not _is_key(panel, em, 8.0) or any(panel.holds(line.box) or _meets(panel, line) for line in lines):
            continue
        box = _ink(image, panel)
        if box is None or box.height > 2 * em or box.width > panel.inner.width - 4:
            continue
        pad = round(0.5 * em)
        left, top, right, bottom = (int(v) for v in box)
        cut = image[max(0, top - pad) : bottom + pad, max(0, left - pad) : right + pad]
        enlarged = cv2.resize(cut, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
        text, confidence = ocr.recognise(np.ascontiguousarray(enlarged, np.uint8))
        if text and confidence > 0.4:
            ground = panel.fill
            found.append(Line(_READ_AS.get(text, text), box, confidence, (0.0, 0.0, 0.0), ground, em, panel=panel))
    return found


def _meets(panel: Panel, line: Line) -> bool:
    box = panel.box
    return (
        line.box.left < box.right
        and line.box.right > box.left
        and line.box.top < box.bottom
        and line.box.bottom > box.top
    )


def _ink(image: Image, panel: Panel) -> Rect | None:
    """The rectangle of what is drawn in the middle of a key; None if it is empty."""
    left, top, right, bottom = (int(v) for v in panel.inner)
    inset = max(2, (bottom - top) // 8)
    cut = image[top + inset : bottom - inset, left + inset : right - inset].astype(np.int16)
    if cut.size == 0:
        return None
    off = np.abs(cut - np.median(cut.reshape(-1, 3), axis=0)).max(axis=2)
    if float(off.max()) < 40:
        return None
    x, y, w, h = cv2.boundingRect((off > 0.4 * float(off.max())).astype(np.uint8))
    return Rect(left + inset + x, top + inset + y, left + inset + x + w, top + inset + y + h)


def mended(image: Image, shapes: Shapes, drafts: list[Draft], lines: list[Line], em: float) -> list[Draft]:
    """The widgets as windows have them: menu bars apart, grey lists as lists, keys as buttons."""
    keys = [key for panel in shapes.panels if (key := _key(panel, lines, em)) is not None]
    keys = [key for key in keys if _has_peers(key, keys) or not any(overlap(key.box, d.box) > 0.5 for d in drafts)]
    found: list[Draft] = list(keys)
    for draft in drafts:
        if any(overlap(draft.box, key.box) > 0.5 for key in keys):
            continue
        if draft.kind == "field" and len(draft.inside) >= _MENU and _is_row(draft.inside):
            found += [Draft("link", line.box, [line]) for line in draft.inside]
            continue
        if draft.kind in ("field", "date") and _has_arrow(image, draft.box, em):
            draft.kind, draft.disabled = "select", False
        found.append(draft)
    return found


def _key(panel: Panel, lines: list[Line], em: float) -> Draft | None:
    """A small box with one short text in its middle."""
    inside = [line for line in lines if panel.holds(line.box)]
    if not _is_key(panel, em, 8.0) or len(inside) != 1 or len(inside[0].text) > 5:
        return None
    (across, down), (x, y) = inside[0].box.centre, panel.inner.centre
    centred = abs(across - x) < 0.3 * em and abs(down - y) < 0.5 * em
    return Draft("button", panel.box, inside, panel) if centred else None


def _is_row(lines: list[Line]) -> bool:
    return max(line.box.centre[1] for line in lines) - min(line.box.centre[1] for line in lines) < lines[0].box.height


def _has_peers(key: Draft, keys: list[Draft]) -> bool:
    """Do several keys of this width stand here in rows and columns, as those of a calculator do?"""
    like = [other for other in keys if abs(other.box.width - key.box.width) < 3 and other is not key]
    return len({round(k.box.left) for k in like}) > 1 and len({round(k.box.top) for k in like}) > 1


def _has_arrow(image: Image, box: Rect, em: float) -> bool:
    """Does a small arrow that points down stand at the right end, as on the closed list of an older toolkit?

    It may have a raised box of its own, which ends the field.
    """
    side = int(box.height)
    if not 1.0 * em < side < 3 * em or box.width < 3 * side:
        return False
    cut = image[int(box.top) + 2 : int(box.bottom) - 2, int(box.right) - side : int(box.right) + side]
    grey = cut.astype(np.float64) @ np.array([luma((1, 0, 0)), luma((0, 1, 0)), luma((0, 0, 1))])
    ink = (grey < 0.4 * float(np.median(grey))).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink)
    for index in range(1, count):
        x, y, w, h, _ = (int(v) for v in stats[index])
        inside = x > 0 and x + w < ink.shape[1] and y > 0 and y + h < ink.shape[0]
        if inside and 0.3 * em <= w <= 1.2 * em and points_down((labels == index)[y : y + h, x : x + w]):
            return True
    return False
