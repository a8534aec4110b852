"""Nobody reads what a field for a secret holds, not even where a page shows it in plain letters."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence

from actions import Box, Element
from envs.web.overlay import Rect

_COLOUR = (128, 128, 128)


def masked(picture: bytes, boxes: Sequence[Rect]) -> bytes:
    """The PNG with boxes, in its pixels, painted over."""
    from PIL import Image, ImageDraw

    out = io.BytesIO()
    with Image.open(io.BytesIO(picture)) as image:
        shown = image.convert("RGB")
    pen = ImageDraw.Draw(shown)
    for box in boxes:
        pen.rectangle(box, fill=_COLOUR)
    shown.save(out, "PNG", compress_level=1)
    return out.getvalue()


def covered(elements: Iterable[Element], boxes: Sequence[Box]) -> Iterator[Element]:
    """The elements, without the values of those in the boxes."""
    for element in elements:
        hidden = element.value and any(_holds(box, element.box) for box in boxes)
        yield element.model_copy(update={"value": "•••"}) if hidden else element


def _holds(box: Box, other: Box) -> bool:
    at = other.centre
    return box.left <= at.x <= box.right and box.top <= at.y <= box.bottom
