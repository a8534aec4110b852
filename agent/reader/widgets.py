"""Which drawn shapes can be acted on: fields, selects, buttons, check boxes and their kin, from shapes and texts.

Every rule speaks in font sizes (`em`), so a screen's density and width do not matter. A rule that is not sure leaves
the shape alone: a text stays clickable as text, a wrong widget attracts wrong clicks.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

import cv2
import numpy as np

from agent.reader.lines import Line
from agent.reader.ocr import Image
from agent.reader.scene import Rect, WidgetKind
from agent.reader.shapes import Colour, Mask, Panel, Rule, Shapes, Spot, SpotShape, distance, luma, saturation

DATE_MASK = re.compile(
    r"^\W*(?:[dmyjaTtJMAY]{1,4}|年|月|日|\d{1,4})\s?[/.\-年]\s?(?:[dmyjaTtJMAY]{1,4}|月|\d{1,2})\s?[/.\-月]\s?(?:[dmyjaTtJMAY]{1,4}|日|\d{1,4})"
)
"""A date, or the mask of one, as date fields show it."""
_NO_FILE = re.compile(r"^(?:no file (?:chosen|selected)|未选择(?:任何)?文件|未选择任何文件)", re.IGNORECASE)


@dataclass(eq=False)
class Draft:
    """A widget being made: what it is and the texts that stand in it; `panel` is its drawn box, if it has one."""

    kind: WidgetKind
    box: Rect
    inside: list[Line] = field(default_factory=list)
    panel: Panel | None = None
    checked: bool | None = None
    disabled: bool = False
    icon: bool = False


def find(image: Image, shapes: Shapes, lines: list[Line], em: float) -> list[Draft]:
    """The widgets of a screen, unnamed and unordered. Lines that turn out to be icons are taken off `lines`."""
    boxes = _boxes(image, shapes, lines, em)
    taken = {id(line) for draft in boxes for line in draft.inside}
    drafts = [*boxes, *_underlines(shapes, lines, taken, boxes, em)]
    drafts += _spots(shapes.spots, lines, drafts, em)
    taken = {id(line) for draft in drafts for line in draft.inside}
    drafts += _links(lines, taken)
    return drafts


# ---- boxes: fields, text areas, selects, date fields, buttons


def _boxes(image: Image, shapes: Shapes, lines: list[Line], em: float) -> list[Draft]:
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
        if box.height <= 4.6 * em and not (box.height > 2.4 * em and _has_grip(image, panel, em)):
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
            return Draft("button", box, [], panel, icon=True) if box.height >= 1.5 * em else None
        if _bold_fill(panel) or box.width < (6 if glyph else 2) * em:
            return None
        return Draft("field", box, [], panel)
    rows = _rows(texts)
    if len(rows) > 2 or (len(rows) == 2 and box.height < 2.4 * em):
        return None
    left, right = min(t.box.left for t in texts), max(t.box.right for t in texts)
    ink_left, ink_right = left - inner.left, inner.right - right
    if glyph == "chevron":
        kind: WidgetKind = "button" if _bold_fill(panel) and abs(ink_left - (inner.right - right)) < em else "select"
        return Draft(kind, box, texts, panel)
    joined = " ".join(t.text for t in texts)
    if DATE_MASK.match(joined) and ink_left < 2.2 * em and len(joined) < 24:
        return Draft("date" if glyph else "field", box, texts, panel)
    centred = abs(ink_left - ink_right) <= max(0.4 * em, 0.06 * box.width)
    if len(rows) == 2:
        # two rows are a floating label over a value; two centred rows are a tile
        return (
            None
            if centred or ink_left > 2 * em or rows[0][0].em > rows[1][0].em * 0.97
            else Draft("field", box, texts, panel)
        )
    own = max(t.em for t in texts)
    if centred:
        badge = own < 0.9 * em and box.height < 1.9 * own and panel.border is None
        if badge or ink_left < 0.15 * em or right - left > 24 * em:
            return None
        return Draft("button", box, texts, panel, disabled=_greyed(panel, texts[0]))
    if ink_left > 3.2 * em or _tinted(panel, texts[0]):
        return None
    return Draft("field", box, texts, panel, disabled=False)


def _parts(image: Image, panel: Panel, inside: list[Line], lines: list[Line], em: float) -> tuple[list[Line], str]:
    """The texts of a one-row box, and what glyph stands at its right end: chevron, icon or "" for none.

    OCR reads glyphs as letters; what it read there is taken off `lines`.
    """
    inner = panel.inner
    inset = max(1, round(0.1 * em))
    top, bottom = int(inner.top) + inset, int(inner.bottom) - inset
    left, right = int(inner.left) + inset, int(inner.right) - inset
    if bottom - top < 4 or right - left < 4:
        return inside, ""
    off = np.abs(image[top:bottom, left:right].astype(np.int16) - np.array(panel.fill)).max(axis=2)
    ink = (off > max(24.0, 0.35 * float(off.max()))).astype(np.uint8)
    # strokes of one icon lie close together
    close = max(1, round(0.06 * em))
    _, _, stats, _ = cv2.connectedComponentsWithStats(cv2.dilate(ink, np.ones((1, 2 * close + 1), np.uint8)))
    blobs = sorted(((int(s[0]) + close, int(s[1]), int(s[2]) - 2 * close, int(s[3])) for s in stats[1:]), reverse=True)
    blobs = [b for b in blobs if b[3] >= 0.15 * em]
    if not blobs:
        return inside, ""
    x, _, w, h = blobs[0]
    start, stop = left + x, left + x + w
    last = max(inside, key=lambda line: line.box.right, default=None)
    gap = start - max((left + b[0] + b[2] for b in blobs[1:]), default=left - 99)
    flat = 1.25 * h <= w and w <= 1.3 * em and h <= 0.75 * em
    if w > 1.7 * em or stop < right - 2.2 * em or (last is not None and gap < (0.15 if flat else 0.35) * em):
        return inside, ""
    if last is not None and last.box.right > start + 0.3 * w:
        if last.box.left >= start - 0.3 * em and len(last.text) <= 2:
            inside = [line for line in inside if line is not last]
            lines.remove(last)
        elif last.box.left < start and gap >= 0.35 * em and not DATE_MASK.match(last.text) and len(last.text) > 2:
            if not _reads_on(last, start, em):
                return inside, ""
    if flat and _points_down(ink[int(blobs[0][1]) : int(blobs[0][1]) + h, x : x + w]):
        return inside, "chevron"
    return (
        (inside, "icon")
        if max(w, h) >= 0.5 * em
        and (not inside or stop > right - 1.9 * em)
        and (last is None or last.box.right <= start + 2 or last not in inside)
        else (inside, "")
    )


def _points_down(mark: Mask) -> bool:
    """An arrow: the same left and right, and narrower at its foot than at its top."""
    if mark.shape[0] < 3 or mark.shape[1] < 4:
        return False
    rows = [np.flatnonzero(row) for row in mark]
    spans = [int(row[-1] - row[0] + 1) if len(row) else 0 for row in rows]
    third = max(1, len(spans) // 3)
    mirrored = float((mark != mark[:, ::-1]).sum()) / max(1, int(mark.sum()))
    return max(spans[-third:]) < 0.75 * max(spans[:third]) and mirrored < 0.5


def _reads_on(line: Line, start: int, em: float) -> bool:
    """Does a glyph stand right of the ink that the text's length accounts for?"""
    return line.box.right - start <= 1.4 * em


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
    for left, right in zip(edges, edges[1:], strict=False):
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
    if _has_grip(image, panel, em):
        return True
    texts = sorted(draft.inside, key=lambda line: line.box.top)
    if not texts:
        return like
    starts = texts[0].box.top - panel.inner.top < 1.6 * em and texts[0].box.left - panel.inner.left < 1.6 * em
    same = all(distance(t.ink, texts[0].ink) < 40 and abs(t.em - texts[0].em) < 0.25 * em for t in texts)
    return like and starts and same


def _has_grip(image: Image, panel: Panel, em: float) -> bool:
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


# ---- fields that are only a line


def _underlines(shapes: Shapes, lines: list[Line], taken: set[int], boxes: list[Draft], em: float) -> list[Draft]:
    found = []
    for rule in shapes.rules:
        draft = _underlined_field(rule, lines, taken, em)
        if draft is not None and not any(_overlap(draft.box, d.box) > 0.3 for d in boxes):
            found.append(draft)
    return found


def _underlined_field(rule: Rule, lines: list[Line], taken: set[int], em: float) -> Draft | None:
    line = rule.box
    if not 4 * em <= line.width <= 50 * em:
        return None
    above = [
        t for t in lines
        if t.box.right > line.left and t.box.left < line.right and line.top - 4.5 * em < t.box.bottom <= line.top + 0.2 * em
    ]  # fmt: skip
    if any(id(t) in taken for t in above if line.top - t.box.bottom < 1.2 * em):
        return None
    resting = [t for t in above if line.top - t.box.bottom < 0.85 * em]
    if len(resting) > 1 or any(t.em > 1.25 * em or abs(t.box.left - line.left) > 1.2 * em for t in resting):
        return None
    labels = [
        t for t in above
        if t not in resting and id(t) not in taken and abs(t.box.left - line.left) < 1.2 * em and t.em <= 1.25 * em
    ]  # fmt: skip
    beside = [
        t for t in lines
        if t.box.right <= line.left + 2 and line.left - t.box.right < 12 * em and 0 <= line.top - t.box.bottom < 1.2 * em
    ]  # fmt: skip
    if not resting and not labels and not beside:
        return None
    if resting and not labels and not beside and resting[0].contrast > 150:
        return None
    if resting and line.width < 1.3 * resting[0].box.width:
        return None
    top = min((t.box.top for t in resting), default=line.top - 1.6 * em) - 0.3 * em
    return Draft("field", Rect(line.left, top, line.right, line.bottom), resting)


def _overlap(one: Rect, other: Rect) -> float:
    """The share of the smaller rectangle that the two have in common."""
    wide = min(one.right, other.right) - max(one.left, other.left)
    tall = min(one.bottom, other.bottom) - max(one.top, other.top)
    if wide <= 0 or tall <= 0:
        return 0.0
    return wide * tall / max(1.0, min(one.width * one.height, other.width * other.height))


# ---- check boxes, radios, switches, links


_KINDS: dict[SpotShape, WidgetKind] = {"square": "checkbox", "round": "radio", "pill": "switch"}


def _spots(spots: list[Spot], lines: list[Line], drafts: list[Draft], em: float) -> list[Draft]:
    found = []
    for spot in spots:
        if any(_overlap(spot.box, d.box) > 0.5 for d in drafts):
            continue
        if spot.shape == "pill" or any(_labels_spot(line, spot.box, em) for line in lines):
            found.append(Draft(_KINDS[spot.shape], spot.box, checked=spot.chosen))
    return found


def _labels_spot(line: Line, spot: Rect, em: float) -> bool:
    return (
        -0.3 * em <= line.box.left - spot.right < 2.4 * em
        and line.box.top - 0.5 * em < spot.centre[1] < line.box.bottom + 0.5 * em
    )


def _links(lines: list[Line], taken: set[int]) -> list[Draft]:
    usual = _usual_ink(lines)
    found = []
    for line in lines:
        if id(line) in taken or len(line.text) < 2:
            continue
        red = line.ink[2] > 1.6 * max(line.ink[0], line.ink[1]) and not line.underlined
        coloured = line.coloured and distance(line.ink, usual) > 60 and not red and saturation(line.ground) < 60
        if line.underlined or coloured:
            found.append(Draft("link", line.box, [line]))
    return found


def _usual_ink(lines: list[Line]) -> Colour:
    if not lines:
        return 0.0, 0.0, 0.0
    blue, green, red = np.median([line.ink for line in lines], axis=0)
    return float(blue), float(green), float(red)
