"""Places as GLM writes them: thousandths of the screenshot as sent, x by its width and y by its height.

The scale belongs to the model family, not to the syntax: another family with the same brackets may mean pixels, and
needs a reader of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

from actions import Box, ParseError, Place, Point
from prompts.grammar.repairs import Repairs
from prompts.tokens import BOX_BEGIN, BOX_END

LAST = 999
"""The largest coordinate of the scale; 1000 is read as this."""
_SLACK = 10
_HALF = str.maketrans("［］（）【】＜＞，、‘’“”．－", "[]()[]<>,,''\"\".-")
_PIECE = re.compile(r"\s++|[\[\](){}<>,;'\"]|-?\d++(?:\.\d++)?|[^\s\[\](){}<>,;'\"]++")
_NUMBER = re.compile(r"-?\d++(?:\.\d++)?")
_LONGEST = 400
Style = Literal["point", "round point", "box", "flat box"]
_FORMS: dict[Style, str] = {
    "point": "[x,y] in thousandths of the screenshot, 0–999",
    "round point": "(x,y) in thousandths of the screenshot, 0–999",
    "box": "[[x1,y1,x2,y2]], 0–999",
    "flat box": "[x1,y1,x2,y2] in thousandths of the screenshot, 0–999",
}
_Wrong = Callable[[str], ParseError]


def read_place(
    text: str, *, name: str, width: int, height: int, repairs: Repairs, own: Style = "point", pixels: bool = False,
    raw: str = "", at: int | None = None,
) -> Place:  # fmt: skip
    """The place that `text` writes, such as `[512, 498]`; two numbers are a point, four a box. Raises ParseError.

    `name` is what errors call it (`left_click.start_box`), `own` the form that the dialect asked for ("box" is nested,
    [[1,2,3,4]]), `width` and `height` the screenshot's pixels. `pixels` lets values beyond the scale be pixels.
    """

    def wrong(detail: str) -> ParseError:
        return ParseError(
            "bad_coordinates",
            f"{name}: {detail}",
            expected=_FORMS[own],
            raw=raw,
            at=at,
        )

    unboxed = text.replace(BOX_BEGIN, " ").replace(BOX_END, " ")
    written = unboxed.translate(_HALF)
    if written != unboxed:
        repairs.add("fullwidth_normalised")
    if len(written) > _LONGEST:
        raise wrong(f"{len(written)} characters are no place")
    numbers, outline = _numbers(written, wrong, repairs)
    if len(numbers) not in (2, 4):
        raise wrong(f"{len(numbers)} numbers; a point has 2 and a box 4")
    _note_style(outline, len(numbers), own, repairs)
    values = [float(number) for number in numbers]
    decimal = any("." in number for number in numbers)
    if decimal and all(0 <= value <= 1 for value in values):
        repairs.add("fraction_scaled")
        return _place(values, repairs)
    if decimal:
        repairs.add("float_coord")
    sizes = (width, height) * 2
    if any(not -_SLACK <= value <= 1000 + _SLACK for value in values):
        fits = all(0 <= value <= size for value, size in zip(values, sizes, strict=False))
        if fits and pixels:
            repairs.add("pixels_rescaled")
            return _place([value / size for value, size in zip(values, sizes, strict=False)], repairs)
        axes = ("x", "y") if len(values) == 2 else ("xmin", "ymin", "xmax", "ymax")
        bad = next(
            f"{axis} {number}" for axis, number, value in zip(axes, numbers, values, strict=True)
            if not -_SLACK <= value <= 1000 + _SLACK
        )  # fmt: skip
        raise wrong(f"{bad} is outside 0–{LAST}" + (", looks_like_pixels" if fits else ""))
    if any(value < 0 or value >= 1000 for value in values):
        repairs.add("coord_clamped")
        values = [0.0 if value < 0 else float(LAST) if value >= 1000 else value for value in values]
    return _place([value / 1000 for value in values], repairs)


def write_place(place: Place) -> str:
    """`[x,y]` for a point and `[x1,y1,x2,y2]` for a box, in thousandths."""
    values = (place.x, place.y) if isinstance(place, Point) else (place.left, place.top, place.right, place.bottom)
    return "[" + ",".join(str(min(LAST, round(value * 1000))) for value in values) + "]"


def _numbers(written: str, wrong: _Wrong, repairs: Repairs) -> tuple[list[str], str]:
    numbers: list[str] = []
    outline: list[str] = []
    for piece in _PIECE.findall(written):
        if piece.isspace():
            continue
        if _NUMBER.fullmatch(piece):
            digits = piece.lstrip("-")
            if len(digits) > 1 and digits[0] == "0" and digits[1] != ".":
                repairs.add("leading_zero")
            numbers.append(piece)
            outline.append("n")
        elif piece in "'\"":
            if outline and outline[-1] in "[n,":
                repairs.add("coord_string")
        elif piece in "[](){}<>,;":
            outline.append(piece)
        elif piece.lower().lstrip("-+") in ("nan", "inf", "infinity"):
            raise wrong(f"{piece} is not a number")
        else:
            raise wrong(f"{piece[:30]!r} is a placeholder or a word, not a number")
    if not numbers:
        raise wrong("a placeholder, no numbers")
    return numbers, "".join(outline)


def _note_style(outline: str, count: int, own: Style, repairs: Repairs) -> None:
    inner = ",".join("n" * count)
    if own == "point":
        if outline == f"[{inner}]":
            return
        if outline == f"[[{inner}]]" and count == 4:
            repairs.add("point_from_box")
            return
    elif own == "round point":
        if outline == f"({inner})" and count == 2:
            return
        if count == 4:
            repairs.add("point_from_box")
            return
    else:
        if outline == (f"[[{inner}]]" if own == "box" else f"[{inner}]") and count == 4:
            return
        if count == 2:
            repairs.add("box_from_point")
            return
        if outline == f"[{inner}]":
            repairs.add("box_flat")
            return
    repairs.add("bracket_style" if set(outline) & set("[](){}<>") else "brackets_missing")


def _place(fractions: list[float], repairs: Repairs) -> Place:
    if len(fractions) == 2:
        return Point(x=fractions[0], y=fractions[1])
    left, top, right, bottom = fractions
    if left > right or top > bottom:
        repairs.add("corners_sorted")
        left, right = sorted((left, right))
        top, bottom = sorted((top, bottom))
    if left == right or top == bottom:
        repairs.add("degenerate_box")
    return Box(left=left, top=top, right=right, bottom=bottom)
