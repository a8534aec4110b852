"""Which drawn shapes can be acted on: boxes, underlined fields, check boxes, radios, switches and links."""

from __future__ import annotations

import numpy as np

from agent.reader import boxes
from agent.reader.colours import Colour, distance, saturation
from agent.reader.drafts import Draft, overlap
from agent.reader.lines import Line
from agent.reader.ocr import Image
from agent.reader.scene import Rect, WidgetKind
from agent.reader.shapes import Rule, Shapes
from agent.reader.spots import Spot, SpotShape


def find(image: Image, shapes: Shapes, lines: list[Line], em: float) -> list[Draft]:
    """The widgets of a screen, unnamed and unordered. Lines that turn out to be icons are taken off `lines`."""
    boxed = boxes.find(image, shapes, lines, em)
    taken = {id(line) for draft in boxed for line in draft.inside}
    drafts = [*boxed, *_underlines(shapes, lines, taken, boxed, em)]
    drafts += _spots(shapes.spots, lines, drafts, em)
    taken = {id(line) for draft in drafts for line in draft.inside}
    drafts += _links(lines, taken)
    return drafts


def _underlines(shapes: Shapes, lines: list[Line], taken: set[int], boxed: list[Draft], em: float) -> list[Draft]:
    found = []
    for rule in shapes.rules:
        draft = _underlined_field(rule, lines, taken, em)
        if draft is not None and not any(overlap(draft.box, d.box) > 0.05 for d in boxed):
            found.append(draft)
    return found


def _underlined_field(rule: Rule, lines: list[Line], taken: set[int], em: float) -> Draft | None:
    line = rule.box
    if not 4 * em <= line.width <= 50 * em:
        return None
    above = [
        t for t in lines
        if t.box.right > line.left and t.box.left < line.right
        and line.top - 4.5 * em < t.box.bottom <= line.top + 0.2 * em
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
        if t.box.right <= line.left + 2 and line.left - t.box.right < 12 * em
        and 0 <= line.top - t.box.bottom < 1.2 * em
    ]  # fmt: skip
    if not resting:
        # an empty field leaves room for a row of text; a separator stands closer
        labels = [t for t in labels if line.top - t.box.bottom >= 1.15 * em]
        if any(t not in labels for t in above if line.top - t.box.bottom < 2.6 * em):
            return None
    if not resting and not labels and not beside:
        return None
    if resting and not labels and not beside and resting[0].contrast > 150:
        return None
    if resting and line.width < 1.3 * resting[0].box.width:
        return None
    top = min((t.box.top for t in resting), default=line.top - 1.6 * em) - 0.3 * em
    return Draft("field", Rect(line.left, top, line.right, line.bottom), resting)


_KINDS: dict[SpotShape, WidgetKind] = {"square": "checkbox", "round": "radio", "pill": "switch"}


def _spots(spots: list[Spot], lines: list[Line], drafts: list[Draft], em: float) -> list[Draft]:
    found = []
    for spot in spots:
        if any(overlap(spot.box, d.box) > 0.5 for d in drafts):
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
