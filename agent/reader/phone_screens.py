"""What phones draw otherwise than pages: the soft keyboard, icons without words, fields that are only a pale word."""

from __future__ import annotations

import re
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from agent.reader import errands, shapes, words
from agent.reader.colours import STEP, distance
from agent.reader.drafts import Draft, overlap
from agent.reader.lines import Line
from agent.reader.ocr import Image
from agent.reader.scene import Rect
from agent.reader.shapes import Panel, Shapes

_SMALLEST = 0.02
"""The share of a phone's shorter side that letters are tall, at least."""
_KEYS = 7
"""Boxes of one size side by side that are a row of keys."""
_QUIET = 0.82
"""The share of the strongest contrast below which a text is a hint."""
_ASIDE = re.compile(r"[^\W\d_]|[^\w\s]{1,2}|[\u2190-\u2bff]")
"""What OCR makes of an icon or of a picture's letter: one letter or sign. A digit is one."""


def glyph_height(image: Image) -> float:
    """The usual height of a letter in pixels: a screen with few texts tells less of it than its width does."""
    return max(shapes.glyph_height(image), _SMALLEST * float(min(image.shape[:2])))


def keyboard_top(image: Image) -> float | None:
    """Where the soft keyboard begins, in pixels from the top; None if none is shown."""
    panels = shapes.find(image, 1.3 * glyph_height(image)).panels
    low = [panel for panel in panels if panel.box.top > 0.4 * image.shape[0] and panel.box.width < 0.2 * image.shape[1]]
    rows: list[float] = []
    for first in sorted(low, key=lambda panel: panel.box.top):
        row = [panel for panel in low if _beside(panel, first)]
        if len(row) >= _KEYS and all(first.box.top - top > 0.5 * first.box.height for top in rows):
            rows.append(first.box.top)
    if len(rows) < 2:
        return None
    gap = min(after - before for before, after in pairwise(rows))
    return rows[0] - 0.12 * gap


def _beside(panel: Panel, first: Panel) -> bool:
    """Do two keys stand in one row and have one size?"""
    return (
        abs(panel.box.top - first.box.top) < 4
        and abs(panel.box.height - first.box.height) < 4
        and abs(panel.box.width - first.box.width) < 0.15 * first.box.width
    )


def without_icons(lines: list[Line]) -> list[Line]:
    """The texts without those of one sign alone: an icon, or the letter of a picture beside a name."""
    icons = []
    for line in lines:
        alone = len(line.text) == 1 or _ASIDE.fullmatch(line.text) is not None
        within = [other for other in lines if other is not line and other.panel is line.panel is not None]
        if alone and not line.text.isdecimal() and (within or not _fills(line)):
            icons.append(line)
    return [line for line in lines if line not in icons]


def _fills(line: Line) -> bool:
    """Does a text stand on a small button of its own, as the sign on a key does?"""
    return line.panel is not None and line.panel.box.width < 4 * line.em and line.panel.box.height < 4 * line.em


def completed(image: Image, drawn: Shapes, drafts: list[Draft], lines: list[Line], em: float) -> list[Draft]:
    """The widgets with those that only phones have: signs on buttons, icons at the end of a field, pale words."""
    squares = _square_buttons(drawn, lines, em)
    drafts = squares + [draft for draft in drafts if not _meets_any(draft, squares)]
    for draft in drafts:
        if draft.kind == "button" and not draft.inside and _is_plus(image, draft.box):
            draft.inside = [Line("+", draft.box, 1.0, (0.0, 0.0, 0.0), (0.0, 0.0, 0.0), em)]
    found = [draft for draft in drafts if not _is_bubble(draft, drafts, em)]
    found += [field for field in _hinted(image, lines, em) if not _meets_any(field, found)]
    for draft in list(found):
        if draft.kind in ("field", "textarea") and (box := _icon_behind(image, draft.box, em)) is not None:
            icon = Draft("button", box)
            found += [] if _meets_any(icon, [other for other in found if other is not draft]) else [icon]
    return found


def _square_buttons(drawn: Shapes, lines: list[Line], em: float) -> list[Draft]:
    """Large squares and rounds of a colour of their own with no text in them: they carry an icon."""
    found = []
    for panel in drawn.panels:
        wide, tall = panel.box.width, panel.box.height
        square = 2.2 * em < wide < 6 * em and abs(wide - tall) < 0.15 * wide
        if square and distance(panel.fill, panel.around) > STEP and not any(panel.holds(line.box) for line in lines):
            found.append(Draft("button", panel.box, [], panel))
    return found


def _is_bubble(draft: Draft, drafts: list[Draft], em: float) -> bool:
    """Is a box with a sentence in it what somebody wrote, above the field in which one writes?"""
    if draft.kind not in ("field", "button") or draft.panel is None or len(draft.inside) != 1:
        return False
    if draft.panel.border is not None or len(draft.inside[0].text.split()) < 2:
        return False
    tight = abs(draft.box.width - draft.inside[0].box.width) < 5 * em
    return tight and any(
        other.kind == "field" and other is not draft and other.box.top > draft.box.bottom
        and other.box.width > 1.02 * draft.box.width
        for other in drafts
    )  # fmt: skip


def _hinted(image: Image, lines: list[Line], em: float) -> list[Draft]:
    """Fields without an outline: pale words that name or ask for something and stand alone in their row."""
    strongest = max((line.contrast for line in lines), default=0.0)
    found = []
    for line in lines:
        boxed = line.panel is not None and line.panel.box.width < 0.9 * image.shape[1]
        if line.contrast > _QUIET * strongest or len(line.text.split()) > 7 or boxed:
            continue
        row = [o for o in lines if o is not line and abs(o.box.centre[1] - line.box.centre[1]) < 0.6 * em]
        # the small print under a name belongs to it
        under = [
            o for o in lines
            if abs(o.box.left - line.box.left) < em and 0 < line.box.top - o.box.bottom < 1.1 * line.em
            and o.contrast > line.contrast * 1.1
        ]  # fmt: skip
        if under or any(o.box.left > line.box.left for o in row):
            continue
        if max(words.slots_of(line.text).values(), default=0.0) < 95 and not errands.asks(line.text):
            continue
        height = line.box.height
        box = Rect(
            line.box.left - 0.4 * em, line.box.top - 0.6 * height, image.shape[1] - em, line.box.bottom + 0.6 * height
        )
        found.append(Draft("field", box, [line]))
    return found


def _icon_behind(image: Image, box: Rect, em: float) -> Rect | None:
    """The one drawing between a field and the screen's right edge, such as the arrow that sends a message."""
    left, top, bottom, right = int(box.right) + 4, int(box.top), int(box.bottom), image.shape[1] - 2
    if right - left < 1.2 * em or right - left > 6 * em:
        return None
    cut = image[top:bottom, left:right].astype(np.int16)
    off: NDArray[np.int16] = np.abs(cut - np.median(cut.reshape(-1, 3), axis=0)).max(axis=2)
    if float(off.max()) < 60:
        return None
    x, y, w, h = cv2.boundingRect((off > 0.4 * float(off.max())).astype(np.uint8))
    if not (0.5 * em < w < 2.5 * em and 0.5 * em < h < 2.5 * em):
        return None
    return Rect(left + x, top + y, left + x + w, top + y + h)


def _is_plus(image: Image, box: Rect) -> bool:
    """Is the drawing in the middle of a button a plus: two bars that cross, and nothing in the corners?"""
    left, top, right, bottom = (int(v) for v in box)
    inset = (bottom - top) // 5
    cut = image[top + inset : bottom - inset, left + inset : right - inset].astype(np.int16)
    if cut.size == 0:
        return False
    off = np.abs(cut - np.median(cut.reshape(-1, 3), axis=0)).max(axis=2)
    ink = (off > 0.5 * float(off.max())).astype(np.uint8)
    x, y, w, h = cv2.boundingRect(ink)
    if float(off.max()) < 40 or min(w, h) < 6 or abs(w - h) > 0.15 * max(w, h):
        return False
    own = ink[y : y + h, x : x + w]
    corner = own[: h // 3, : w // 3].any() or own[-(h // 3) :, -(w // 3) :].any()
    return bool(own[h // 2].all() and own[:, w // 2].all() and not corner)


def _meets_any(draft: Draft, others: list[Draft]) -> bool:
    return any(overlap(draft.box, other.box) > 0.2 for other in others)
