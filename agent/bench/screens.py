"""Screens for measurements without a browser: a form drawn here, or a picture from a file."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from actions import Box, Element, Observation, Platform, UsageError

if TYPE_CHECKING:
    from PIL import Image

_LABELS = ("First name", "Last name", "E-mail", "Arrival", "Departure", "Guests", "Room", "Remarks")


def form(size: tuple[int, int], platform: Platform) -> Observation:
    """A booking form of that size in pixels, its fields and its button as elements with marks."""
    from PIL import Image, ImageDraw

    width, height = size
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    elements: list[Element] = []
    rows = len(_LABELS) + 2
    draw.text((width * 0.1, height * 0.3 / rows), "Book a room", fill="black", font_size=height / rows / 2)
    for n, label in enumerate((*_LABELS, "Send"), start=1):
        top, button = height * n / rows, label == "Send"
        box = (width * 0.3, top + height * 0.1 / rows, width * (0.5 if button else 0.9), top + height * 0.8 / rows)
        draw.rectangle(box, outline="grey", fill="lightblue" if button else None)
        draw.text((width * (0.35 if button else 0.1), top + height * 0.3 / rows), label, fill="black")
        left, upper, right, lower = (
            value / side for value, side in zip(box, (width, height, width, height), strict=True)
        )
        place = Box(left=left, top=upper, right=right, bottom=lower)
        elements.append(Element(mark=n - 1, role="button" if button else "textbox", name=label, box=place))
    return _observation(image, platform, tuple(elements))


def picture(path: Path, platform: Platform) -> Observation:
    """The screenshot in a file. Raises UsageError."""
    from PIL import Image, UnidentifiedImageError

    try:
        image = Image.open(path).convert("RGB")
    except (OSError, UnidentifiedImageError) as error:
        raise UsageError(f"{path} cannot be read as a picture: {error}") from error
    return _observation(image, platform, ())


def numbered(screenshot: bytes, n: int) -> bytes:
    """The same picture with a number in a corner: no server can answer it from what it remembers of the last."""
    from PIL import Image, ImageDraw

    image = Image.open(io.BytesIO(screenshot)).convert("RGB")
    ImageDraw.Draw(image).text((4, 4), str(n), fill="black")
    return _png(image)


def _observation(image: Image.Image, platform: Platform, elements: tuple[Element, ...]) -> Observation:
    width, height = image.size
    return Observation(
        screenshot=_png(image), width=width, height=height, platform=platform, title="Booking", elements=elements
    )


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
