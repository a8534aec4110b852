"""Which drawn boxes are fields, text areas, selects, date fields and buttons.

Every rule speaks in font sizes (`em`), so a screen's density and width do not matter. A rule that is not sure leaves
the box alone: a text stays clickable as text, a wrong widget attracts wrong clicks.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import numpy as np

from agent.reader.colours import distance, luma, saturation
from agent.reader.drafts import DATE_MASK, Draft
from agent.reader.glyphs import Glyph, end_glyph, has_grip
from agent.reader.lines import Line
from agent.reader.ocr import Image
from agent.reader.scene import Rect, WidgetKind
from agent.reader.shapes import Panel, Shapes

_ARROW = re.compile(r"\s+[vVˇ∨⌄﹀▼▾~]$")
"""How OCR reads a select's arrow at the end of its text."""


def find(image: Image, shapes: Shapes, lines: list[Line], em: float) -> list[Draft]:
    width, height = image.shape[1], image.shape[0]
    grid = _table_cells(shapes.panels, em)
    drafts: list[Draft] = []
    tall: list[Draft] = []
    for panel in shapes.panels:
        box = panel.box
        spans = box.left <= 2 and box.right >= width - 2
        if spans or id(panel) in grid or panel.fullness < 0.84 or box.height > 0.6 * height:
            continue
        if any(_is_control(child, em) for child in panel.children):
            drafts += _bar(image, panel, lines, drafts, em)
            continue
        if any(panel.holds(spot.box) for spot in shapes.spots) or _is_strip(panel):
            continue
        inside = [line for line in lines if panel.holds(line.box)]
        if box.height <= 4.6 * em and not (box.height > 2.4 * em and has_grip(image, panel, em)):
            draft = _single_row(image, panel, inside, lines, em)
            if draft is not None:
                drafts.append(draft)
        elif box.height <= 22 * em and box.width >= 8 * em:
            tall.append(Draft("textarea", box, inside, panel))
    drafts = _settle_by_peers(_without_lists(drafts, shapes.panels, em), em)
    return drafts + [d for d in tall if _is_textarea(image, d, drafts, em)]


def _is_strip(panel: Panel) -> bool:
    """A band from side to side of its container: a header, a footer."""
    parent = panel.parent
    return (
        parent is not None
        and parent.box.height > 2 * panel.box.height
        and abs(panel.inner.left - parent.inner.left) <= 2
        and abs(panel.inner.right - parent.inner.right) <= 2
    )


def _without_lists(drafts: list[Draft], panels: list[Panel], em: float) -> list[Draft]:
    """Rows that touch each other and show a text each are a menu or a list, not fields."""

    def touching(one: Rect, other: Rect) -> bool:
        return (
            abs(one.left - other.left) < 0.8 * em and abs(one.right - other.right) < 0.8 * em
            and -2 <= max(one.top, other.top) - min(one.bottom, other.bottom) < 0.2 * em
        )  # fmt: skip

    def listed(draft: Draft) -> bool:
        return (
            draft.kind == "field" and len(draft.inside) == 1
            and any(touching(draft.box, p.box) for p in panels if p is not draft.panel)
        )  # fmt: skip

    return [draft for draft in drafts if not listed(draft)]


def _is_control(panel: Panel, em: float) -> bool:
    return panel.box.height >= 1.15 * em and panel.box.width >= 1.9 * em


def _single_row(image: Image, panel: Panel, inside: list[Line], lines: list[Line], em: float) -> Draft | None:
    box, inner = panel.box, panel.inner
    if box.height < 1.15 * em or not _stands_out(panel):
        return None
    texts, glyph = _parts(image, panel, inside, lines, em)
    if not texts:
        if glyph == "chevron":
            return Draft("select", box, [], panel)
        if box.width < 4 * em and glyph:
            return Draft("button", box, [], panel) if box.height >= 1.5 * em else None
        if _bold_fill(panel) or box.width < (6 if glyph else 2) * em:
            return None
        return Draft("field", box, [], panel)
    rows = _rows(texts)
    if len(rows) > 2 or (len(rows) == 2 and box.height < 2.4 * em):
        return None
    left, right = min(t.box.left for t in texts), max(t.box.right for t in texts)
    ink_left, ink_right = left - inner.left, inner.right - right
    if glyph == "chevron":
        kind: WidgetKind = "button" if _bold_fill(panel) and abs(ink_left - ink_right) < em else "select"
        return Draft(kind, box, texts, panel)
    joined = " ".join(t.text for t in texts)
    if DATE_MASK.match(joined) and ink_left < 2.2 * em and len(joined) < 24:
        return Draft("date" if glyph else "field", box, texts, panel)
    centred = abs(ink_left - ink_right) <= max(0.4 * em, 0.06 * box.width)
    if len(rows) == 2:
        # two rows are a floating label over a value; two centred rows are a tile
        floating = not centred and ink_left <= 2 * em and rows[0][0].em <= 0.97 * rows[1][0].em
        return Draft("field", box, texts, panel) if floating else None
    own = max(t.em for t in texts)
    if centred:
        badge = own < 0.9 * em and box.height < 1.9 * own and panel.border is None
        if badge or ink_left < 0.15 * em or right - left > 24 * em:
            return None
        return Draft("button", box, texts, panel, disabled=_greyed(panel, texts[0]))
    if ink_left > 3.2 * em or _tinted(panel, texts[0]):
        return None
    return Draft("field", box, texts, panel)


def _parts(
    image: Image, panel: Panel, inside: list[Line], lines: list[Line], em: float
) -> tuple[list[Line], Glyph | None]:
    """The texts of a one-row box and the glyph at its right end; what OCR read there is taken off `lines`."""
    found = end_glyph(image, panel, em)
    if found is None:
        return inside, None
    glyph, place = found
    over = next((line for line in inside if line.box.right > place.left + 0.3 * place.width), None)
    if over is None:
        return inside, glyph
    if over.box.left >= place.left - 0.3 * em:
        if len(over.text) > 2:
            return inside, None
        lines.remove(over)
        return [line for line in inside if line is not over], glyph
    if glyph == "icon" and not DATE_MASK.match(over.text):
        return inside, None
    # the text runs on over the glyph: it ends before it
    box = over.box._replace(right=place.left - 0.2 * em)
    shorter = replace(over, text=_ARROW.sub("", over.text), box=box)
    lines[lines.index(over)] = shorter
    return [shorter if line is over else line for line in inside], glyph


def _rows(texts: list[Line]) -> list[list[Line]]:
    rows: list[list[Line]] = []
    for line in sorted(texts, key=lambda t: t.box.centre[1]):
        if rows and line.box.top < rows[-1][-1].box.centre[1]:
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows


def _stands_out(panel: Panel) -> bool:
    return panel.border is not None or distance(panel.fill, panel.around) > 6


def _bold_fill(panel: Panel) -> bool:
    """Filled so strongly that it must be a button: coloured, or far from its surroundings."""
    return saturation(panel.fill) > 70 or abs(luma(panel.fill) - luma(panel.around)) > 90


def _tinted(panel: Panel, text: Line) -> bool:
    """A pale or strong colour as ground is a notice or a badge, seldom a field."""
    return saturation(panel.fill) > 16 and (text.coloured or saturation(panel.fill) > 60)


def _greyed(panel: Panel, text: Line) -> bool:
    return saturation(panel.fill) < 24 and saturation(text.ink) < 40 and text.contrast < 95


def _bar(image: Image, panel: Panel, lines: list[Line], drafts: list[Draft], em: float) -> list[Draft]:
    """A one-row box with a button at its end, such as a search bar: what is left of the button is a field."""
    box = panel.inner
    controls = [d for d in drafts if d.panel is not None and d.panel.parent is panel]
    if not 1.4 * em < box.height <= 4.6 * em or box.width < 8 * em or not controls:
        return []
    if any(d.kind != "button" for d in controls) or len(controls) > 2:
        return []
    start = min(d.box.left for d in controls)
    room = Rect(box.left, box.top, start, box.bottom)
    if room.width < 5 * em or not _stands_out(panel):
        return []
    inside = [line for line in lines if _in(line.box, room)]
    edges = [room.left, *_dividers(image, room, em), room.right]
    found = []
    for left, right in pairwise(edges):
        part = Rect(left, room.top, right, room.bottom)
        texts = [line for line in inside if _in(line.box, part)]
        if part.width < 3.5 * em or (texts and min(t.box.left for t in texts) - left > 3 * em) or len(_rows(texts)) > 2:
            return []
        found.append(Draft("field", part, texts, panel))
    return found


def _dividers(image: Image, box: Rect, em: float) -> list[float]:
    """Columns of thin vertical lines that part a bar."""
    cut = image[int(box.top) + 1 : int(box.bottom), int(box.left) : int(box.right)].astype(np.int16)
    step = np.abs(np.diff(cut, axis=1)).max(axis=2) > 5
    columns = np.flatnonzero(step.mean(axis=0) > 0.45)
    found: list[float] = []
    for column in columns:
        at = box.left + float(column)
        if at - box.left > 2 * em and box.right - at > 2 * em and (not found or at - found[-1] > 2 * em):
            found.append(at)
    return found


def _in(box: Rect, room: Rect) -> bool:
    x, y = box.centre
    return room.left <= x <= room.right and room.top <= y <= room.bottom


def _is_textarea(image: Image, draft: Draft, drafts: list[Draft], em: float) -> bool:
    panel = draft.panel
    assert panel is not None
    if not _stands_out(panel) or panel.border is None or panel.children:
        return False
    fields = [d.panel for d in drafts if d.kind in ("field", "select", "date") and d.panel is not None]
    like = any(_alike(panel, other) for other in fields)
    if has_grip(image, panel, em):
        return True
    texts = sorted(draft.inside, key=lambda line: line.box.top)
    if not texts:
        return like
    starts = texts[0].box.top - panel.inner.top < 1.6 * em and texts[0].box.left - panel.inner.left < 1.6 * em
    same = all(distance(t.ink, texts[0].ink) < 40 and abs(t.em - texts[0].em) < 0.25 * em for t in texts)
    return like and starts and same


def _alike(one: Panel, other: Panel) -> bool:
    """Drawn in the same style: same ground, same border."""
    if distance(one.fill, other.fill) > 8 or (one.border is None) != (other.border is None):
        return False
    return one.border is None or other.border is None or distance(one.border, other.border) < 24


def _settle_by_peers(drafts: list[Draft], em: float) -> list[Draft]:
    """Boxes drawn alike are of one nature: a field whose text happens to fill it is no button."""
    kept = []
    for draft in drafts:
        panel = draft.panel
        if draft.kind == "button" and panel is not None and draft.inside and not _bold_fill(panel):
            peers = Counter(
                d.kind
                for d in drafts
                if d is not draft and d.panel is not None and _alike(panel, d.panel)
                and abs(d.panel.box.height - panel.box.height) < 0.15 * em
            )  # fmt: skip
            aligned = any(
                d.kind in ("field", "select", "date")
                and abs(d.box.left - draft.box.left) < 0.3 * em
                and d.box.width == draft.box.width
                for d in drafts
            )
            starts = draft.inside[0].box.left - panel.inner.left < 1.5 * em
            if aligned and starts and peers["field"] + peers["select"] + peers["date"] > peers["button"]:
                draft.kind = "field"
        kept.append(draft)
    _grey_out(kept)
    return kept


def _grey_out(drafts: list[Draft]) -> None:
    """A field on grey among fields on one other ground cannot be written in."""
    boxed = [(d, d.panel) for d in drafts if d.kind in ("field", "select", "date") and d.panel is not None]
    for draft, panel in boxed:
        others = [p for d, p in boxed if d is not draft]
        usual = [p for p in others if distance(p.fill, others[0].fill) < 4]
        grey = saturation(panel.fill) < 16 and distance(panel.fill, panel.around) < 60
        if len(usual) >= 2 and len(usual) == len(others) and grey and 6 < distance(panel.fill, usual[0].fill) < 60:
            draft.disabled = True


def _table_cells(panels: list[Panel], em: float) -> set[int]:
    """Panels that touch others on two axes: the cells of a drawn table or calendar."""
    cells = set()
    slack = max(3.0, 0.25 * em)
    for panel in panels:
        beside = below = 0
        for other in panels:
            if other is panel:
                continue
            one, two = panel.box, other.box
            if abs(one.top - two.top) < 2 and abs(one.bottom - two.bottom) < 2:
                beside += abs(one.right - two.left) < slack or abs(two.right - one.left) < slack
            if abs(one.left - two.left) < 2 and abs(one.right - two.right) < 2:
                below += abs(one.bottom - two.top) < slack or abs(two.bottom - one.top) < slack
        if beside and below:
            cells.add(id(panel))
    return cells
