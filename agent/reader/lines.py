"""Lines of text with their typography: the runs that OCR finds, cut where one text ends and the next begins."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import ceil

import cv2
import numpy as np
from numpy.typing import NDArray

from agent.reader.colours import Colour, distance, saturation
from agent.reader.ocr import Image, Ocr
from agent.reader.scene import Rect
from agent.reader.shapes import Panel, Shapes

GAP = 1.0
"""White space wider than this many font sizes parts two texts."""

_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uff00-\uff60]")
_ASCENDING = re.compile(r"[A-Zbdfhijklt0-9ÄÖÜ!?()/|\[\]{}&%$#@]")
_DESCENDING = re.compile(r"[gjpqyQ()/|\[\]{},;$@ç]")


@dataclass(eq=False)
class Line:
    """One run of text: `box` is tight around its ink, `em` its font size; `ink` and `ground` are its two colours."""

    text: str
    box: Rect
    confidence: float
    ink: Colour
    ground: Colour
    em: float
    underlined: bool = False
    panel: Panel | None = None

    @property
    def contrast(self) -> float:
        """How far the ink stands off its ground, 0..255."""
        return distance(self.ink, self.ground)

    @property
    def coloured(self) -> bool:
        return saturation(self.ink) > 60


def read(image: Image, runs: list[Rect], shapes: Shapes, ocr: Ocr, em: float) -> list[Line]:
    """The lines of text in detected `runs`, each cut at panels, spots, wide gaps and changes of ink."""
    lines = []
    for run in runs:
        for piece in _cut_at_shapes(run, shapes, em):
            panel = _panel_at(piece, shapes.panels)
            if panel is not None:
                piece = Rect(
                    max(piece.left, panel.inner.left), max(piece.top, panel.inner.top),
                    min(piece.right, panel.inner.right), min(piece.bottom, panel.inner.bottom),
                )  # fmt: skip
            for line in _set(image, piece, ocr):
                line.panel = panel
                lines.append(line)
    return lines


def usual_em(lines: list[Line], fallback: float) -> float:
    """The font size that most of the text is set in."""
    sizes = [line.em for line in lines for _ in range(min(len(line.text), 12))]
    return float(np.median(sizes)) if sizes else fallback


def _cut_at_shapes(run: Rect, shapes: Shapes, em: float) -> list[Rect]:
    _, middle = run.centre
    holes: list[tuple[float, float]] = []
    for spot in shapes.spots:
        if spot.box.top < middle < spot.box.bottom and spot.box.right > run.left and spot.box.left < run.right:
            holes.append((spot.box.left - 1, spot.box.right + 1))
    for panel in shapes.panels:
        if panel.box.top < middle < panel.box.bottom:
            for edge, inner in ((panel.box.left, panel.inner.left), (panel.box.right, panel.inner.right)):
                if run.left < edge < run.right:
                    holes.append((min(edge, inner), max(edge, inner)))
    pieces, left = [], run.left
    for start, stop in sorted(holes):
        if start - left > 0.35 * em:
            pieces.append(Rect(left, run.top, start, run.bottom))
        left = max(left, stop)
    if run.right - left > 0.35 * em:
        pieces.append(Rect(left, run.top, run.right, run.bottom))
    return pieces


def _panel_at(box: Rect, panels: list[Panel]) -> Panel | None:
    return next((p for p in panels if p.holds(box)), None)  # smallest first


def _set(image: Image, box: Rect, ocr: Ocr) -> list[Line]:
    """Read one run on one ground: words by their ink, joined to lines until the gap or the ink says otherwise."""
    left, top, right, bottom = max(0, int(box.left)), max(0, int(box.top)), ceil(box.right), ceil(box.bottom)
    cut = image[top:bottom, left:right]
    if cut.shape[0] < 4 or cut.shape[1] < 3:
        return []
    ground = np.median(cut.reshape(-1, 3), axis=0)
    off = np.abs(cut.astype(np.int16) - ground).max(axis=2)
    strongest = float(np.quantile(off, 0.995))
    if strongest < 14:
        return []
    ink: NDArray[np.bool_] = _without_borders(off > max(10.0, 0.3 * strongest))
    if not ink.any():
        return []
    em = 0.64 * cut.shape[0]
    found = []
    for words in _phrases(cut, off, ink, em):
        line = _line(cut, off, ink, words, ocr, em)
        if line is not None:
            line.box = Rect(line.box.left + left, line.box.top + top, line.box.right + left, line.box.bottom + top)
            line.ground = (float(ground[0]), float(ground[1]), float(ground[2]))
            found.append(line)
    return found


def _without_borders(ink: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Take off the thin lines that run into the cut from outside: borders of boxes and of neighbours."""
    height, width = ink.shape
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink.view(np.uint8), connectivity=8)
    kept = np.ones(len(stats), bool)
    for index in range(1, len(stats)):
        x, y, w, h, _ = (int(v) for v in stats[index])
        thin = max(2, round(0.12 * height))
        sideways, upright = x == 0 or x + w == width, y == 0 or y + h == height
        lying = h <= thin and w >= height and (sideways or upright)
        standing = w <= thin and h >= 0.6 * height and upright and (sideways or h == height)
        in_corner = sideways and upright and min(w, h) < 0.4 * height
        kept[index] = not (lying or standing or in_corner)
    kept[0] = False
    clean: NDArray[np.bool_] = kept[np.asarray(labels)]
    # a long line that leaves the cut sideways is no underline, even where letters touch it
    for row in np.flatnonzero(ink[:, 0] | ink[:, -1]):
        gaps = np.flatnonzero(~ink[row])
        head, tail = (int(gaps[0]), width - 1 - int(gaps[-1])) if len(gaps) else (width, width)
        if head >= height:
            clean[row, :head] = False
        if tail >= height:
            clean[row, width - tail :] = False
    return clean


def _phrases(cut: Image, off: NDArray[np.int16], ink: NDArray[np.bool_], em: float) -> list[tuple[int, int]]:
    words = _runs(np.asarray(ink.any(axis=0)), max(1, round(0.17 * em)))
    phrases: list[tuple[int, int]] = []
    last: Colour | None = None
    for start, stop in words:
        colour = _ink_colour(cut[:, start:stop], off[:, start:stop])
        narrow = stop - start < 0.8 * em
        if phrases:
            gap = start - phrases[-1][1]
            changed = last is not None and not narrow and distance(colour, last) > 70
            changed = changed and last is not None and max(saturation(colour), saturation(last)) > 60
            if gap < GAP * em and not changed:
                phrases[-1] = (phrases[-1][0], stop)
                last = last if narrow else colour
                continue
        phrases.append((start, stop))
        last = None if narrow else colour
    return phrases


def _line(
    cut: Image, off: NDArray[np.int16], ink: NDArray[np.bool_], words: tuple[int, int], ocr: Ocr, em: float
) -> Line | None:
    start, stop = words
    rows = np.flatnonzero(ink[:, start:stop].any(axis=1))
    pad = round(0.25 * em)
    strip = cut[:, max(0, start - pad) : stop + pad]
    text, confidence = ocr.recognise(np.ascontiguousarray(strip))
    if not text or confidence < 0.4 or len(rows) == 0:
        return None
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    cover = ink[:, start:stop].mean(axis=1)
    under = np.flatnonzero(cover[(top + bottom) // 2 :] > 0.9) + (top + bottom) // 2
    underlined = bool(len(under)) and stop - start > 1.5 * em and bool(under[0] > top + 0.6 * (bottom - top))
    if underlined:
        bottom = int(under[0])
    return Line(
        text=text,
        box=Rect(start, top, stop, bottom),
        confidence=confidence,
        ink=_ink_colour(cut[:, start:stop], off[:, start:stop]),
        ground=(0.0, 0.0, 0.0),
        em=(bottom - top) / _share_of_em(text),
        underlined=underlined,
    )


def _share_of_em(text: str) -> float:
    """How much of the font size the ink of these letters is tall."""
    if _CJK.search(text):
        return 0.95
    ascends, descends = bool(_ASCENDING.search(text)), bool(_DESCENDING.search(text))
    return {(True, True): 0.95, (True, False): 0.74, (False, True): 0.76, (False, False): 0.55}[ascends, descends]


def _ink_colour(cut: Image, off: NDArray[np.int16]) -> Colour:
    """The colour of a text: that of its pixels furthest off the ground, which antialiasing has not thinned."""
    if off.size == 0:
        return 0.0, 0.0, 0.0
    bar = max(10.0, 0.85 * float(np.quantile(off, 0.99)))
    pixels = cut[off >= bar]
    if len(pixels) == 0:
        pixels = cut.reshape(-1, 3)
    blue, green, red = np.median(pixels, axis=0)
    return float(blue), float(green), float(red)


def _runs(marked: NDArray[np.bool_], bridge: int) -> list[tuple[int, int]]:
    """Stretches of True, as (start, stop), with holes of up to `bridge` closed."""
    at = np.flatnonzero(marked)
    if len(at) == 0:
        return []
    breaks = np.flatnonzero(np.diff(at) > bridge)
    starts = [int(at[0]), *(int(v) for v in at[breaks + 1])]
    stops = [*(int(v) + 1 for v in at[breaks]), int(at[-1]) + 1]
    return list(zip(starts, stops, strict=True))
