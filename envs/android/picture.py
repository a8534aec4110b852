"""Screenshots: taken as the phone is quickest at, compared without what ticks and blinks by itself."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_END = b"IEND\xaeB`\x82"
_WARNINGS = 4096
"""Bytes before a PNG in which phones with several displays warn of that."""
_RGBA = 1
_DARK = 10
"""The brightest that a black picture is, of 255."""
_BARS = 0.08
"""The share of the height, above and below, where the system draws its bars even over protected windows."""
_SCALE = 4
_STEP = 12
"""How much a shade of a downscaled picture must differ."""
_CARET = 3, 48
"""Width and height of a text caret, in pixels of a screen of 160 dots an inch."""


class NoPicture(Exception):
    """The phone sent no screenshot; the message holds what it said instead. Never leaves `envs`."""


@dataclass(frozen=True, slots=True)
class Shot:
    """One screenshot and the moment (time.perf_counter) before which it was not yet asked for."""

    image: Image = field(repr=False)
    taken: float
    encoded: bytes | None = field(default=None, repr=False)
    problem: str = ""
    """Why there is only a black picture, where the phone gave none."""

    @property
    def size(self) -> tuple[int, int]:
        return self.image.size

    def png(self) -> bytes:
        """The screenshot as a PNG; encodes one that came raw."""
        if self.encoded is not None:
            return self.encoded
        out = io.BytesIO()
        self.image.save(out, "PNG", compress_level=1)
        return out.getvalue()


def read_png(data: bytes, taken: float) -> Shot:
    """The output of `screencap -p`. Raises NoPicture for anything but a whole PNG."""
    from PIL import Image, UnidentifiedImageError

    begin = data.find(_SIGNATURE, 0, _WARNINGS + len(_SIGNATURE))
    if begin < 0 or _END not in data[-64:]:
        raise NoPicture(_said(data))
    data = data[begin:]
    try:
        image = Image.open(io.BytesIO(data))
        image.load()
    except (UnidentifiedImageError, OSError, ValueError) as error:
        raise NoPicture(f"its PNG cannot be read: {error}") from error
    return Shot(image.convert("RGB"), taken, data)


def read_raw(data: bytes, taken: float) -> Shot:
    """The output of `screencap`: width, height, format, since Android 9 a colour space, then RGBA pixels.

    Raises NoPicture for anything else.
    """
    from PIL import Image

    if len(data) < 12:
        raise NoPicture(_said(data))
    width, height, form = struct.unpack_from("<III", data)
    header = len(data) - width * height * 4
    if form != _RGBA or header not in (12, 16) or not width or not height:
        raise NoPicture(_said(data[:200]))
    return Shot(Image.frombuffer("RGBA", (width, height), data[header:], "raw", "RGBA", 0, 1).convert("RGB"), taken)


def blank(size: tuple[int, int], taken: float, problem: str) -> Shot:
    """A black picture, for a screen that none can be had of."""
    from PIL import Image

    return Shot(Image.new("RGB", size), taken, problem=problem)


def is_dark(shot: Shot) -> bool:
    """Is all of it black, but for the bars at its edges?"""
    width, height = shot.size
    edge = round(_BARS * height)
    brightest = shot.image.crop((0, edge, width, height - edge)).convert("L").getextrema()[1]
    return isinstance(brightest, int) and brightest <= _DARK


def black_share(shot: Shot) -> float:
    """The share of its pixels that are black, 0..1."""
    counts = shot.image.reduce(_SCALE).convert("L").histogram()
    return float(sum(counts[: _DARK + 1]) / sum(counts))


def is_same(one: Shot, other: Shot, top: int, dots: int, *, roughly: bool = False) -> bool:
    """Do two screenshots show the same, whatever the status bar says and whether the caret shows?

    `top` is the status bar's height, `dots` the screen's density; `roughly` compares at a quarter of the size.
    """
    from PIL import ImageChops

    if one.size != other.size:
        return False
    wide, high = (side * dots / 160 for side in _CARET)
    a, b = (shot.image.crop((0, min(top, shot.size[1] - 1), *shot.size)) for shot in (one, other))
    if roughly:
        a, b, wide, high = a.convert("L").reduce(_SCALE), b.convert("L").reduce(_SCALE), wide / _SCALE, high / _SCALE
    difference = ImageChops.difference(a, b)
    if roughly:
        difference = difference.point([0] * _STEP + [255] * (256 - _STEP))
    box = difference.getbbox()
    return box is None or (box[2] - box[0] <= wide + 1 and box[3] - box[1] <= high + 1)


def _said(data: bytes) -> str:
    return " ".join(data[:200].decode("utf-8", "replace").split()) or "it sent nothing"
