"""What a browser draws outside the page, where no screenshot and no driver reaches: option lists and dialogs.

They are drawn over the screenshot as a browser would draw them, and answered here. Pixels are those of the screenshot.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from actions import Box, Element

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont, ImageFont

Rect = tuple[float, float, float, float]
"""left, top, right, bottom in pixels."""

_FONT = 14
_ROW = 26
_INK, _FAINT, _PAPER, _LINE = "#1b1b1f", "#8a8a92", "#ffffff", "#b8b8c0"
_ACCENT, _ACCENT_INK = "#1a5fd0", "#ffffff"
_LATIN = ("DejaVuSans.ttf", "NotoSans-Regular.ttf", "LiberationSans-Regular.ttf", "Arial.ttf", "segoeui.ttf")
_WIDE = (
    "NotoSansCJK-Regular.ttc", "NotoSansSC-Regular.otf", "wqy-zenhei.ttc", "wqy-microhei.ttc",
    "DroidSansFallbackFull.ttf", "PingFang.ttc", "Hiragino Sans GB.ttc", "msyh.ttc", "Arial Unicode.ttf",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """Something of an overlay that can be acted on; `key` says what it does to its owner."""

    role: str
    name: str
    box: Rect
    key: Any
    value: str = ""
    states: tuple[str, ...] = ()

    def element(self, mark: int, width: int, height: int) -> Element:
        return Element(
            mark=mark,
            role=self.role,
            name=self.name,
            value=self.value,
            states=self.states,
            box=Box.of_pixels(*self.box, width, height),
        )


class Overlay(Protocol):
    """Something drawn over the page."""

    @property
    def box(self) -> Rect: ...

    def parts(self) -> list[Part]: ...

    def draw(self, on: ImageDraw) -> None: ...


def drawn_over(picture: bytes, overlay: Overlay) -> bytes:
    """The screenshot with an overlay on it, as PNG."""
    from PIL import Image, ImageDraw

    with Image.open(io.BytesIO(picture)) as opened:
        image = opened.convert("RGB")
    overlay.draw(ImageDraw.Draw(image))
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def blank(width: int, height: int) -> bytes:
    """An empty white screen, as PNG."""
    from PIL import Image

    buffer = io.BytesIO()
    Image.new("RGB", (width, height), _PAPER).save(buffer, "PNG")
    return buffer.getvalue()


def part_at(overlay: Overlay, x: float, y: float) -> Part | None:
    """What of an overlay is at a pixel."""
    return next((part for part in overlay.parts() if _inside(part.box, x, y)), None)


def covers(overlay: Overlay, x: float, y: float) -> bool:
    return _inside(overlay.box, x, y)


# --- lists ---


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a native list."""

    label: str
    group: str = ""
    disabled: bool = False
    hidden: bool = False
    selected: bool = False


@dataclass
class OptionList:
    """The open list of a native drop-down, under it or above it. `active` is the option that Enter would choose."""

    name: str
    path: str
    anchor: Rect
    options: Sequence[Option]
    screen: tuple[int, int]
    active: int = -1
    _first: int = 0
    _typed: str = ""
    _rows: list[int | str] = field(init=False)
    _widest: float = field(init=False)

    def __post_init__(self) -> None:
        self._rows = _rows(self.options)
        self._widest = max((_width(option.label) for option in self.options), default=0.0)
        if self.active < 0:
            self.active = next((n for n, option in enumerate(self.options) if option.selected), 0)
            self._follow()

    def refreshed(self, anchor: Rect, options: Sequence[Option]) -> OptionList:
        """The same list where the page has it now, with the options that it has now."""
        active = min(self.active, max(0, len(options) - 1))
        return OptionList(
            self.name,
            self.path,
            anchor,
            options,
            self.screen,
            active,
            min(self._first, max(0, len(options) - 1)),
            self._typed,
        )

    @property
    def _shown(self) -> int:
        below, above = self.screen[1] - self.anchor[3], self.anchor[1]
        return max(1, min(len(self._rows), 20, int(max(below, above) - 4) // _ROW))

    @property
    def box(self) -> Rect:
        left, top, right, bottom = self.anchor
        height = self._shown * _ROW + 2
        width = min(max(right - left, self._widest + 48, 60.0), self.screen[0])
        left = max(0.0, min(left, self.screen[0] - width))
        start = bottom if self.screen[1] - bottom >= height or self.screen[1] - bottom >= top else top - height
        return left, start, left + width, start + height

    def _visible(self) -> Iterator[tuple[int | str, Rect]]:
        left, top, right, _ = self.box
        for n, row in enumerate(self._rows[self._first : self._first + self._shown]):
            yield row, (left + 1, top + 1 + n * _ROW, right - 1, top + 1 + (n + 1) * _ROW)

    def parts(self) -> list[Part]:
        found = []
        for row, box in self._visible():
            if isinstance(row, int):
                option = self.options[row]
                states = (("selected",) if option.selected else ()) + (("disabled",) if option.disabled else ())
                found.append(Part("option", option.label, box, row, states=states))
        return found

    def draw(self, on: ImageDraw) -> None:
        left, top, right, bottom = self.box
        on.rectangle((left + 3, top + 3, right + 3, bottom + 3), fill="#d9d9de")
        on.rectangle((left, top, right, bottom), fill=_PAPER, outline=_LINE)
        for row, box in self._visible():
            if isinstance(row, str):
                _text(on, (box[0] + 8, box[1]), row, _FAINT, box[2] - box[0] - 16)
                continue
            option = self.options[row]
            if row == self.active:
                on.rectangle(box, fill=_ACCENT)
            ink = _FAINT if option.disabled else _ACCENT_INK if row == self.active else _INK
            indent = 22 if option.group else 10
            _text(on, (box[0] + indent, box[1]), option.label, ink, box[2] - box[0] - indent - 12)
        rows = len(self._rows)
        if rows > self._shown:
            track = bottom - top - 4
            start = top + 2 + track * self._first / rows
            on.rectangle((right - 7, start, right - 3, start + max(12.0, track * self._shown / rows)), fill=_LINE)

    def scroll(self, rows: float) -> bool:
        """Move the view by `rows` (down is positive); was there anything to move?"""
        before = self._first
        whole = int(rows) or (1 if rows > 0 else -1)
        self._first = max(0, min(len(self._rows) - self._shown, self._first + whole))
        return self._first != before

    def move(self, key: str) -> bool:
        """Let a key move the active option; False for a key that means nothing here."""
        choices = [n for n in self._rows if isinstance(n, int) and not self.options[n].disabled]
        if not choices:
            return key in _MOVES
        at = max((n for n, option in enumerate(choices) if option <= self.active), default=0)
        targets = {
            "ArrowDown": at + 1, "ArrowUp": at - 1, "PageDown": at + self._shown, "PageUp": at - self._shown,
            "Home": 0, "End": len(choices) - 1,
        }  # fmt: skip
        if key not in targets:
            return False
        self.active = choices[max(0, min(len(choices) - 1, targets[key]))]
        self._follow()
        return True

    def type_ahead(self, text: str) -> bool:
        """Make the first option that begins with what was typed the active one."""
        self._typed = (self._typed + text).casefold()
        for typed in (self._typed, text.casefold()):
            for n, option in enumerate(self.options):
                if not option.disabled and not option.hidden and option.label.casefold().startswith(typed.strip()):
                    self.active = n
                    self._typed = typed
                    self._follow()
                    return True
        return False

    def _follow(self) -> None:
        rows = self._rows
        if self.active not in rows:
            return
        at = rows.index(self.active)
        if not self._first <= at < self._first + self._shown:
            self._first = max(0, min(len(rows) - self._shown, at - self._shown // 2))


def _rows(options: Sequence[Option]) -> list[int | str]:
    """Option numbers, with the names of groups before their first one."""
    rows: list[int | str] = []
    group = ""
    for n, option in enumerate(options):
        if option.hidden:
            continue
        if option.group and option.group != group:
            rows.append(option.group)
        group = option.group
        rows.append(n)
    return rows


_MOVES = ("ArrowDown", "ArrowUp", "PageDown", "PageUp", "Home", "End")


# --- dialogs ---


@dataclass
class DialogBox:
    """A JavaScript dialog in the middle of the screen. `text` is what a prompt's field holds."""

    kind: str
    message: str
    screen: tuple[int, int]
    text: str = ""
    host: str = ""
    _lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        wrapped = _wrapped(self.message, _DIALOG_WIDTH - 48)
        most = max(1, (self.screen[1] - 180) // 22)
        self._lines = wrapped[:most] + (["…"] if len(wrapped) > most else [])

    @property
    def buttons(self) -> tuple[tuple[str, bool], ...]:
        """Each button's words, and whether it accepts."""
        if self.kind == "alert":
            return (("OK", True),)
        return (("Stay", False), ("Leave", True)) if self.kind == "beforeunload" else (("Cancel", False), ("OK", True))

    @property
    def box(self) -> Rect:
        width = float(min(_DIALOG_WIDTH, self.screen[0]))
        height = 112.0 + 22 * len(self._lines) + (44 if self.kind == "prompt" else 0)
        left, top = (self.screen[0] - width) / 2, max(0.0, (self.screen[1] - height) / 2)
        return left, top, left + width, top + height

    def parts(self) -> list[Part]:
        left, _, right, bottom = self.box
        found = []
        if self.kind == "prompt":
            edge = (left + 24, bottom - 96, right - 24, bottom - 62)
            found.append(Part("textbox", self.message, edge, "field", value=self.text, states=("focused",)))
        x = right - 24 - 96 * len(self.buttons)
        for n, (words, accepts) in enumerate(self.buttons):
            place = (x + n * 96 + 8, bottom - 50, x + (n + 1) * 96, bottom - 18)
            found.append(Part("button", words, place, accepts))
        return found

    def draw(self, on: ImageDraw) -> None:
        left, top, right, bottom = self.box
        on.rectangle((left + 4, top + 4, right + 4, bottom + 4), fill="#c9c9cf")
        on.rounded_rectangle((left, top, right, bottom), 8, fill=_PAPER, outline=_LINE)
        _text(
            on, (left + 24, top + 12), f"{self.host} says" if self.host else "This page says", _FAINT, right - left - 48
        )
        for n, line in enumerate(self._lines):
            _text(on, (left + 24, top + 42 + 22 * n), line, _INK, right - left - 48)
        for part in self.parts():
            main = part.key is True
            on.rounded_rectangle(part.box, 4, fill=_ACCENT if main else _PAPER, outline=_ACCENT)
            if part.role == "textbox":
                _text(on, (part.box[0] + 8, part.box[1] + 4), part.value, _INK, part.box[2] - part.box[0] - 16)
            else:
                middle = (part.box[0] + part.box[2] - _width(part.name)) / 2
                _text(on, (middle, part.box[1] + 3), part.name, _ACCENT_INK if main else _ACCENT, 200)


_DIALOG_WIDTH = 448


# --- text ---


@cache
def _font(wide: bool) -> FreeTypeFont | ImageFont:
    from PIL import ImageFont

    for name in (*_WIDE, *_LATIN) if wide else (*_LATIN, *_WIDE):
        try:
            return ImageFont.truetype(name, _FONT)
        except OSError:
            continue
    return ImageFont.load_default(_FONT)


def _font_for(text: str) -> FreeTypeFont | ImageFont:
    return _font(any(ord(char) >= 0x2E80 for char in text))


def _width(text: str) -> float:
    return _font_for(text).getlength(text)


def _text(on: ImageDraw, at: tuple[float, float], text: str, ink: str, room: float) -> None:
    if _width(text) > room:
        while text and _width(text + "…") > room:
            text = text[:-1]
        text += "…"
    on.text((at[0], at[1] + (_ROW - _FONT) / 2 - 2), text, fill=ink, font=_font_for(text))


def _wrapped(text: str, room: float) -> list[str]:
    lines = []
    for paragraph in text.splitlines() or [""]:
        line = ""
        # break between words, and anywhere in a word that fills a line or in a script without spaces
        for word in paragraph.split(" "):
            joined = f"{line} {word}" if line else word
            if _width(joined) <= room:
                line = joined
                continue
            if line:
                lines.append(line)
            line = ""
            for char in word:
                if _width(line + char) > room:
                    lines.append(line)
                    line = ""
                line += char
        lines.append(line)
    return lines


def _inside(box: Rect, x: float, y: float) -> bool:
    return box[0] <= x < box[2] and box[1] <= y < box[3]
