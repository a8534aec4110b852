"""Cards: several results on one page, each with a button of its own and the texts that belong to it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import NamedTuple

from rapidfuzz import fuzz

from agent.reader import values, words
from agent.reader.pages import View
from agent.reader.scene import Rect, TextLine, Widget

_MONEY = re.compile(r"[$€£¥￥]|\b(?:EUR|USD|GBP|CHF|CNY|RMB|SEK|JPY)\b|元")
_RATING = re.compile(r"(?<![\d.,])(10|\d[.,]\d)(?![\d.,])(?:\s*/\s*(?:5|10))?")
_ROW = 3  # more texts beside a button than this make a row of a table
_CLEAR = 1.25
"""How much wider than the next a gap must be to part two cards."""


class Card(NamedTuple):
    """One of several results: its button and the texts beside it."""

    button: Widget
    texts: tuple[str, ...]

    @property
    def price(self) -> float | None:
        prices = [
            text for text in self.texts if re.search(r"[$€£¥￥]|\b(?:EUR|USD|GBP|CHF|CNY|RMB|SEK|JPY)\b|元", text)
        ]
        found = [amount for text in prices if (amount := values.amount(text)) is not None]
        return min(found, default=None)

    @property
    def rating(self) -> float | None:
        for text in self.texts:
            match = _RATING.search(text)
            if match and not _MONEY.search(text):
                return float(match[1].replace(",", "."))
        return None

    @property
    def sold_out(self) -> bool:
        return self.button.disabled or any(
            words.says("signs", "sold_out", text) for text in (self.button.label, *self.texts)
        )


def cards(view: View, buttons: Sequence[Widget]) -> list[Card]:
    """The results that several like buttons belong to, each with the texts that stand nearest to its button."""
    places: list[Rect | None] = [button.box for button in buttons]
    if view.listed:
        places = _spots(view, buttons)
        if any(place is None for place in places):
            places = [view.box(button) for button in buttons]
    if any(place is None for place in places):
        return [Card(button, ()) for button in buttons]
    found: list[list[str]] = [[] for _ in buttons]
    boxes = [place for place in places if place is not None]
    for column in _columns(boxes):
        lines = [line for line in view.texts if len(column) == len(boxes) or _nearest(line.box, boxes) in column]
        for at, texts in zip(column, _bands([boxes[at] for at in column], lines), strict=True):
            found[at] = texts
    return [Card(button, tuple(texts)) for button, texts in zip(buttons, found, strict=True)]


def _spots(view: View, buttons: Sequence[Widget]) -> list[Rect | None]:
    """Where listed buttons stand: each label's texts on the screen, taken in order, if there are as many of them."""
    found: dict[str, list[Rect]] = {}
    for button in buttons:
        label = words.trimmed(button.label)
        if label not in found:
            found[label] = [
                line.box for line in view.scene.texts
                if words.trimmed(line.text) == label or fuzz.ratio(_unmarked(line.text), label) > 92
            ]  # fmt: skip
    counts = {label: sum(words.trimmed(button.label) == label for button in buttons) for label in found}
    if any(counts[label] != len(boxes) for label, boxes in found.items()):
        return [None for _ in buttons]
    left = {label: iter(boxes) for label, boxes in found.items()}
    return [next(left[words.trimmed(button.label)]) for button in buttons]


def _unmarked(text: str) -> str:
    """A text without the number of a mark that was drawn over its beginning."""
    return re.sub(r"^\d{1,3}\s*", "", words.trimmed(text))


def _columns(boxes: Sequence[Rect]) -> list[list[int]]:
    """The buttons that stand under each other, by their numbers, each column from top to bottom."""
    columns: list[list[int]] = []
    for at in sorted(range(len(boxes)), key=lambda at: boxes[at].centre[1]):
        x = boxes[at].centre[0]
        home = next(
            (column for column in columns if abs(boxes[column[0]].centre[0] - x) < max(40.0, boxes[at].width)), None
        )
        if home is None:
            columns.append([at])
        else:
            home.append(at)
    return columns


def _nearest(box: Rect, buttons: Sequence[Rect]) -> int:
    x, y = box.centre
    return min(
        range(len(buttons)), key=lambda at: (abs(buttons[at].centre[0] - x), abs(buttons[at].centre[1] - y))
    )  # fmt: skip


def _bands(buttons: Sequence[Rect], lines: Sequence[TextLine]) -> list[list[str]]:
    """The texts of each card in a column. Cards part where the gap between lines is widest.

    In a table each button's row is its card, whatever rows without a button stand between. Elsewhere, where no gap is
    wider than the others, a button ends its card if nothing follows the last one, else it stands in the middle of it.
    """
    rows = [[line for line in lines if button.top < line.box.centre[1] < button.bottom] for button in buttons]
    if min(map(len, rows)) > _ROW:
        return [[line.text for line in row] for row in rows]
    ys = [button.centre[1] for button in buttons]
    pitch = min((after - before for before, after in itertools.pairwise(ys)), default=400.0)
    follows = any(ys[-1] + 12 < line.box.centre[1] < ys[-1] + pitch for line in lines)
    edges = [ys[0] - pitch]
    for before, after in itertools.pairwise(ys):
        stops = sorted({before, after, *(y for line in lines if before < (y := line.box.centre[1]) < after)})
        gaps = sorted(((low - high, high) for high, low in itertools.pairwise(stops)), reverse=True)
        wide = len(gaps) < 2 or gaps[0][0] >= _CLEAR * gaps[1][0]
        edges.append(gaps[0][1] + gaps[0][0] / 2 if wide else (before + after) / 2 if follows else before + 4)
    edges.append(ys[-1] + pitch)
    return [
        [line.text for line in lines if top < line.box.centre[1] <= bottom] for top, bottom in itertools.pairwise(edges)
    ]
