"""Pictures in a prompt: how many tokens one costs, its half-size copy for the history, and data URLs."""

from __future__ import annotations

import base64
import binascii
import math
from functools import lru_cache
from typing import Any

from actions import GuiAgentError
from prompts.base import Message

_CELL = 28
_FRAMES = 2
"""A still counts as a clip of two frames against the limits."""
_SHORTEST = 112**2
_LONGEST = _FRAMES * _CELL**2 * 6144
_STEEPEST = 200
_JPEG_QUALITY = 90


def resized(width: int, height: int) -> tuple[int, int]:
    """The (width, height) that the GLM-V processor brings a picture to: multiples of 28 px within its pixel limits."""
    if max(width, height) > _STEEPEST * min(width, height):
        raise GuiAgentError(f"a picture of {width}x{height} px is too narrow for the model (sides over {_STEEPEST}:1)")
    if min(width, height) < _CELL:
        scale = _CELL / min(width, height)
        width, height = int(width * scale), int(height * scale)
    wide, high = (_CELL * round(side / _CELL) for side in (width, height))
    if _FRAMES * wide * high > _LONGEST:
        shrink = math.sqrt(_FRAMES * width * height / _LONGEST)
        wide, high = (_CELL * math.floor(side / shrink / _CELL) for side in (width, height))
    elif _FRAMES * wide * high < _SHORTEST:
        grow = math.sqrt(_SHORTEST / (_FRAMES * width * height))
        wide, high = (_CELL * math.ceil(side * grow / _CELL) for side in (width, height))
    return wide, high


def image_tokens(width: int, height: int) -> int:
    """The prompt tokens of a picture of that size in pixels, its begin and end tokens included."""
    wide, high = resized(width, height)
    return (wide // _CELL) * (high // _CELL) + 2


def text_tokens(text: str) -> int:
    """About how many tokens a text has, rather too many than too few: no tokenizer is at hand."""
    wide = sum(1 for char in text if ord(char) > 0x2E80) if not text.isascii() else 0
    return math.ceil((len(text) - wide) / 3 + wide * 1.2)


def image_part(image: bytes) -> Message:
    """A message part that carries an encoded PNG or JPEG as a data URL."""
    kind = "jpeg" if image.startswith(b"\xff\xd8") else "png"
    data = base64.b64encode(image).decode("ascii")
    return {"type": "image_url", "image_url": {"url": f"data:image/{kind};base64,{data}"}}


def image_of(part: Any) -> bytes | None:
    """The encoded picture of a message part, None if it holds none."""
    if not isinstance(part, dict) or part.get("type") != "image_url":
        return None
    source = part.get("image_url")
    url = source.get("url") if isinstance(source, dict) else source
    if not isinstance(url, str) or not url.startswith("data:"):
        return None
    head, _, data = url.partition(",")
    if not head.endswith(";base64"):
        return None
    try:
        return base64.b64decode(data, validate=True)
    except binascii.Error:
        return None


@lru_cache(maxsize=16)
def half_part(image: bytes) -> Message:
    """The message part of a picture at half its width and height, as the family shows earlier screens.

    JPEG: it costs a tenth of the time of a PNG.
    """
    import cv2
    import numpy as np

    pixels = cv2.imdecode(np.frombuffer(image, np.uint8), cv2.IMREAD_COLOR)
    if pixels is None:
        raise GuiAgentError("an earlier screenshot is no readable picture")
    height, width = pixels.shape[:2]
    half = cv2.resize(pixels, (max(1, width // 2), max(1, height // 2)), interpolation=cv2.INTER_AREA)
    return image_part(encode_jpeg(half))


def encode_jpeg(pixels: Any) -> bytes:
    """An array of BGR pixels, height x width x 3, as a JPEG."""
    import cv2

    return bytes(cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])[1])
