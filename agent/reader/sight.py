"""The reader's eye: one screenshot in, one Scene out."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING

from actions import UsageError
from agent.reader.scene import Rect, Scene, Surface, TextLine

if TYPE_CHECKING:
    from agent.reader.drafts import Draft
    from agent.reader.lines import Line
    from agent.reader.ocr import Image
    from agent.reader.shapes import Shapes

CHANGED_AREA = 0.15
CHANGED_REGIONS = 3
"""More change than this and the screen is read as a whole: a part re-read may lose a word at its rim."""
KEPT_SCENES = 8
_MARGIN = 8
"""Pixels of the empty desktop that are looked at around its windows."""


class Sight:
    """Reads screenshots. Models load at the first read; call from one thread at a time (asyncio.to_thread is fine).

    A screenshot that was seen before costs nothing; one that differs little from the last is re-read only there.
    """

    def __init__(self, threads: int = 2) -> None:
        from agent.reader.ocr import Ocr

        self._ocr = Ocr(threads)
        self._scenes: dict[bytes, Scene] = {}
        self._last: tuple[Image, list[Rect]] | None = None

    def warm(self) -> None:
        """Load the models ahead of the first read. Raises DriverMissing if they are not installed."""
        self._ocr.load()

    def read(self, screenshot: bytes, *, surface: Surface = "page", full: bool = False) -> Scene:
        """The scene on an encoded PNG or JPEG; boxes are in its pixels. `full` finds every text anew.

        A phone's soft keyboard is no part of the scene, nor is the empty desktop around windows. Raises UsageError if
        the bytes are no picture, DriverMissing if the recognition models are not installed.
        """
        key = blake2b(screenshot, digest_size=16, person=surface.encode()).digest()
        if not full and key in self._scenes:
            return self._scenes[key]
        image = _decode(screenshot)
        if surface != "page":
            from agent.reader import carets

            image = carets.erased(image, 1.3 * _glyph_height(image, surface))
        part = _part(image, surface)
        height, width = image.shape[:2]
        seen = self._look(image[int(part.top) : int(part.bottom), int(part.left) : int(part.right)], full, surface)
        scene = seen.within(part, width, height)
        self._scenes.pop(key, None)
        self._scenes[key] = scene
        if len(self._scenes) > KEPT_SCENES:
            del self._scenes[next(iter(self._scenes))]
        return scene

    def _look(self, image: Image, full: bool, surface: Surface) -> Scene:
        from agent.reader import labels, lines, shapes

        glyph = _glyph_height(image, surface)
        runs = self._runs(image, glyph, full)
        em = 1.3 * glyph
        drawn = _drawn(image, em, surface)
        texts = lines.read(image, runs, drawn, self._ocr, em)
        usual = lines.usual_em(texts, em)
        if not 0.95 < usual / em < 1.05:
            drawn = _drawn(image, usual, surface)
            texts = lines.read(image, runs, drawn, self._ocr, usual)
        seals = shapes.notches(drawn, [x.box for x in texts], usual)
        if seals:
            drawn = _drawn(image, usual, surface, seals)
            texts = lines.read(image, runs, drawn, self._ocr, usual)
        texts, drafts = self._widgets(image, drawn, texts, usual, surface)
        named = labels.join(drafts, texts, usual)
        ordered: list[Line] = labels.reading_order([(line.box, line) for line in texts], usual)
        return Scene(
            width=image.shape[1],
            height=image.shape[0],
            texts=tuple(TextLine(text=x.text, box=x.box, confidence=min(1.0, x.confidence)) for x in ordered),
            widgets=tuple(named),
            line=usual,
        )

    def _widgets(
        self, image: Image, drawn: Shapes, texts: list[Line], em: float, surface: Surface
    ) -> tuple[list[Line], list[Draft]]:
        """The texts without those that are icons or with those that only boxes tell, and the widgets in the making."""
        from agent.reader import widgets

        if surface == "phone":
            from agent.reader import phone_screens

            texts = phone_screens.without_icons(texts)
            found = widgets.find(image, drawn, texts, em)
            return texts, phone_screens.completed(image, drawn, found, texts, em)
        if surface == "window":
            from agent.reader import window_screens

            texts = texts + window_screens.signs(image, drawn, texts, self._ocr, em)
            found = widgets.find(image, drawn, list(texts), em)
            return texts, window_screens.mended(image, drawn, found, texts, em)
        return texts, widgets.find(image, drawn, texts, em)

    def _runs(self, image: Image, glyph: float, full: bool) -> list[Rect]:
        """Where text stands: found anew, or only where the picture changed since the last look."""
        from agent.reader import shapes

        regions = None if full or self._last is None else _changes(self._last[0], image, glyph)
        if regions is None or self._last is None:
            # margins hold no text, and looking for it costs by the pixel
            runs = self._within(image, shapes.content(image, round(2 * glyph)), glyph)
        else:
            runs = self._last[1]
            for region in regions:
                runs = self._again(image, glyph, runs, region)
        self._last = (image, runs)
        return runs

    def _again(self, image: Image, glyph: float, runs: list[Rect], region: Rect) -> list[Rect]:
        height, width = image.shape[:2]
        touched = [run for run in runs if _meet(run, region)]
        left, top, right, bottom = region
        for run in touched:
            left, top, right, bottom = (
                min(left, run.left),
                min(top, run.top),
                max(right, run.right),
                max(bottom, run.bottom),
            )
        rim = 2 * glyph
        area = Rect(max(0, left - rim), max(0, top - rim), min(width, right + rim), min(height, bottom + rim))
        from agent.reader.drafts import overlap

        found = self._within(image, area, glyph)
        kept = [run for run in runs if run not in touched]
        return kept + [run for run in found if not any(overlap(run, other) > 0.3 for other in kept)]

    def _within(self, image: Image, area: Rect, glyph: float) -> list[Rect]:
        """The runs of text in one part of the picture, in pixels of the whole."""
        x, y = int(area.left), int(area.top)
        cut = image[y : int(area.bottom), x : int(area.right)]
        if cut.size == 0:
            return []
        return [Rect(r.left + x, r.top + y, r.right + x, r.bottom + y) for r in self._ocr.detect(cut, glyph)]


def _part(image: Image, surface: Surface) -> Rect:
    """The part of a picture in which apps show themselves."""
    from agent.reader import phone_screens, shapes

    height, width = image.shape[:2]
    if surface == "phone":
        return Rect(0, 0, width, phone_screens.keyboard_top(image) or height)
    if surface == "window":
        part = shapes.content(image, _MARGIN)
        return part if part.width > 0 and part.height > 0 else Rect(0, 0, width, height)
    return Rect(0, 0, width, height)


def _glyph_height(image: Image, surface: Surface) -> float:
    from agent.reader import phone_screens, shapes

    return phone_screens.glyph_height(image) if surface == "phone" else shapes.glyph_height(image)


def _drawn(image: Image, em: float, surface: Surface, seals: Sequence[Rect] = ()) -> Shapes:
    from agent.reader import shapes, window_screens

    found = shapes.find(image, em, seals)
    return window_screens.without_letters(found, em) if surface == "window" else found


def _decode(screenshot: bytes) -> Image:
    import cv2
    import numpy as np

    image = cv2.imdecode(np.frombuffer(screenshot, np.uint8), cv2.IMREAD_COLOR) if screenshot else None
    if image is None:
        raise UsageError("the screenshot is no picture that can be decoded; send a PNG or a JPEG")
    return image  # type: ignore[return-value]


def _changes(before: Image, now: Image, glyph: float) -> list[Rect] | None:
    """The regions that differ, grown to whole lines; None if the two are better read apart."""
    import cv2
    import numpy as np

    if before.shape != now.shape:
        return None
    differs = (cv2.absdiff(before, now).max(axis=2) > 8).astype(np.uint8)
    size = round(3 * glyph)
    joined = cv2.dilate(differs, np.ones((size, 2 * size), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    regions = [Rect(float(x), float(y), float(x + w), float(y + h)) for x, y, w, h, _ in stats[1:count]]
    area = sum(r.width * r.height for r in regions) / (before.shape[0] * before.shape[1])
    return None if len(regions) > CHANGED_REGIONS or area > CHANGED_AREA else regions


def _meet(one: Rect, other: Rect) -> bool:
    return one.left < other.right and other.left < one.right and one.top < other.bottom and other.top < one.bottom
