"""The pictures inside a page: each once, as text that only becomes a picture when it is looked at."""

from __future__ import annotations

import base64
from typing import NamedTuple

from actions import TraceError
from agent.trace import Trace

_LARGE = 250_000
"""Bytes from which on a picture is shown as a JPEG: the page stays quick, and the trace has the original."""
_QUALITY = 85
_THUMB_WIDTH = 168


class Embedded(NamedTuple):
    """One picture in the page."""

    key: str
    kind: str
    data: str


class Pictures:
    """Gathers the pictures of a page; a picture that several steps show is in it once."""

    def __init__(self) -> None:
        self._found: dict[str, Embedded] = {}
        self._thumbs: dict[str, str] = {}
        self.missing: list[str] = []

    def add(self, trace: Trace, name: str | None) -> str:
        """The key of a trace's picture in the page, "" if there is none or it cannot be read."""
        if not name:
            return ""
        # named by content: the same name is the same picture, whichever trace it is in
        key = name.rpartition("/")[2].replace(".", "-")
        if key not in self._found:
            try:
                image = trace.image(name)
            except TraceError as error:
                self.missing.append(str(error))
                return ""
            self._found[key] = _embedded(key, image)
        return key

    def thumb(self, trace: Trace, name: str) -> str:
        """A small copy of a screen as a data URL, "" if it cannot be read."""
        key = self.add(trace, name)
        if key and key not in self._thumbs:
            self._thumbs[key] = _thumb(trace.image(name))
        return self._thumbs.get(key, "")

    def all(self) -> list[Embedded]:
        return list(self._found.values())


def _embedded(key: str, image: bytes) -> Embedded:
    if len(image) > _LARGE:
        small = _jpeg(image)
        if small is not None and len(small) < len(image):
            image = small
    kind = "image/jpeg" if image.startswith(b"\xff\xd8") else "image/png"
    return Embedded(key, kind, base64.b64encode(image).decode("ascii"))


def _jpeg(image: bytes, width: int | None = None, quality: int = _QUALITY) -> bytes | None:
    import cv2
    import numpy as np

    pixels = cv2.imdecode(np.frombuffer(image, np.uint8), cv2.IMREAD_COLOR)
    if pixels is None:
        return None
    high, wide = pixels.shape[:2]
    if width is not None and width < wide:
        pixels = cv2.resize(pixels, (width, max(1, round(high * width / wide))), interpolation=cv2.INTER_AREA)
    return bytes(cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1])


def _thumb(image: bytes) -> str:
    small = _jpeg(image, _THUMB_WIDTH, 70)
    return "" if small is None else "data:image/jpeg;base64," + base64.b64encode(small).decode("ascii")
