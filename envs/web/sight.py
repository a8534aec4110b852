"""One look at a tab: its elements through every frame, and what its documents have to say."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from actions import Box, Element
from envs.web.overlay import Option, Rect
from envs.web.tab import DocumentGone, Tab

if TYPE_CHECKING:
    from playwright.async_api import Frame


@dataclass(frozen=True, slots=True)
class OpenList:
    """A native list that was asked to open, where the page has it now; `frame` is the one that it lives in."""

    frame: Frame
    name: str
    path: str
    box: Rect
    options: tuple[Option, ...]


@dataclass
class Look:
    """What the page's scripts saw; pixels are CSS pixels of the view."""

    url: str = ""
    title: str = ""
    status: int = 0
    scroll: tuple[float, float] | None = None
    elements: list[dict[str, Any]] = field(default_factory=list)
    versions: dict[Frame, int] = field(default_factory=dict)
    open_list: OpenList | None = None
    landmarks: list[str] = field(default_factory=list)
    held: dict[Frame, str] = field(default_factory=dict)
    """What the field that was typed into last holds, by frame."""
    caret: bool = False
    """Is a text caret on the screen, which blinks?"""
    notes: list[str] = field(default_factory=list)

    def listed(self, width: int, height: int) -> tuple[Element, ...]:
        """The elements, numbered in reading order."""
        return tuple(
            Element(**{**entry, "mark": mark, "box": _box(entry["box"], width, height)})
            for mark, entry in enumerate(self.elements)
        )


@dataclass(frozen=True, slots=True)
class View:
    """Where a frame's view lies in the main one: offset, scale, and the part of it that shows."""

    x: float = 0.0
    y: float = 0.0
    scale: float = 1.0
    shown: Rect | None = None

    def placed(self, box: Rect) -> Rect:
        return (
            self.x + box[0] * self.scale,
            self.y + box[1] * self.scale,
            self.x + box[2] * self.scale,
            self.y + box[3] * self.scale,
        )

    def within(self, spot: dict[str, Any]) -> View:
        shown = overlap(self.placed(tuple(spot["view"])), self.shown)
        x, y, *_ = self.placed((spot["x"], spot["y"], 0, 0))
        return View(x, y, self.scale * spot["scale"], shown)


async def look(tab: Tab, *, elements: bool) -> Look:
    """Look through the main frame and every frame that shows; raises DocumentGone if the main document went away."""
    seen = Look()
    seen.elements = await _look_into(tab, tab.page.main_frame, View(), elements, seen)
    return seen


async def unchanged(tab: Tab, versions: dict[Frame, int]) -> bool:
    """Has nothing happened in these frames since they had these versions?"""
    now = await asyncio.gather(*(tab.ask("version", frame=frame) for frame in versions), return_exceptions=True)
    for answer in now:
        if isinstance(answer, BaseException) and not isinstance(answer, DocumentGone):
            raise answer
    return list(now) == list(versions.values())


async def _look_into(tab: Tab, frame: Frame, view: View, elements: bool, seen: Look) -> list[dict[str, Any]]:
    frames, handles = await tab.children(frame)
    report = await tab.ask("look", {"elements": elements, "frames": handles}, frame=frame)
    seen.versions[frame] = report["version"]
    if frame == tab.page.main_frame:
        seen.url, seen.title, seen.status = report["url"], report["title"], report["status"]
        seen.scroll = (report["scroll"][0], report["scroll"][1])
    if opened := report["list"]:
        options = tuple(Option(**option) for option in opened["options"])
        seen.open_list = OpenList(frame, opened["name"], opened["path"], view.placed(tuple(opened["box"])), options)
    if report["held"] is not None:
        seen.held[frame] = report["held"]
    seen.caret = seen.caret or report["caret"]
    seen.notes += _notes(report)
    seen.landmarks += report["landmarks"]
    found: list[dict[str, Any]] = []
    for entry in report["elements"]:
        if "frame" in entry:
            inner = view.within(entry)
            if inner.shown is not None:
                try:
                    found += await _look_into(tab, frames[entry["frame"]], inner, elements, seen)
                except DocumentGone:
                    continue  # a frame that is just being replaced holds nothing yet
            continue
        box = overlap(view.placed(tuple(entry["box"])), view.shown)
        if box is not None:
            found.append({**entry, "box": box})
    return found


def _notes(report: dict[str, Any]) -> list[str]:
    notes = []
    if refused := report["refused"]:
        notes.append(
            f'"{refused["name"]}" has a picker that cannot be shown here; type its value instead, such as '
            f"{_EXAMPLES[refused['type']]}"
        )
    if report["invalid"]:
        faults = "; ".join(f'"{fault["name"]}": {fault["message"]}' for fault in report["invalid"])
        notes.append(f"The form was not sent. {faults}")
    return notes


def _box(pixels: Rect, width: int, height: int) -> Box:
    return Box.of_pixels(*pixels, width, height)


_EXAMPLES = {
    "date": "2026-12-01",
    "time": "14:30",
    "datetime-local": "2026-12-01 14:30",
    "month": "2026-12",
    "week": "2026-W49",
    "color": "#3366ff",
}


def overlap(box: Rect, shown: Rect | None) -> Rect | None:
    if shown is None:
        return box
    left, top = max(box[0], shown[0]), max(box[1], shown[1])
    right, bottom = min(box[2], shown[2]), min(box[3], shown[3])
    return (left, top, right, bottom) if right - left >= 3 and bottom - top >= 3 else None
