"""Painting over what a picture must not show."""

from __future__ import annotations

import io
from collections.abc import Sequence

from actions.secret import placeholder
from envs.web.secrets.shown import Cover

_PAPER, _INK = "#808080", "#ffffff"
_MARGIN = 2
"""Pixels around a box: letters may stick out of theirs."""


def covered(picture: bytes, covers: Sequence[Cover]) -> bytes:
    """The picture with each place painted over and the secret's name on it, as PNG."""
    if not covers:
        return picture
    from PIL import Image, ImageDraw

    out = io.BytesIO()
    with Image.open(io.BytesIO(picture)) as image:
        shown = image.convert("RGB")
    pen = ImageDraw.Draw(shown)
    for cover in covers:
        left, top, right, bottom = cover.box
        box = (left - _MARGIN, top - _MARGIN, right + _MARGIN, bottom + _MARGIN)
        pen.rectangle(box, fill=_PAPER)
    for cover in covers:
        name = placeholder(cover.key) if cover.key else ""
        left, top, right, bottom = cover.box
        if name and pen.textlength(name) <= right - left:
            pen.text((left + 1, (top + bottom) / 2), name, fill=_INK, anchor="lm")
    shown.save(out, "PNG", compress_level=1)
    return out.getvalue()
