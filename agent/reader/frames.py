"""What frames an app and is no part of it: a phone's status bar, a window's title bar and whatever stands beside it."""

from __future__ import annotations

from rapidfuzz import fuzz

from agent.reader import words
from agent.reader.scene import Rect, Scene, Surface

_STATUS = 0.035
"""The share of a phone's height that its status bar may take."""
_SAME = 85


def inside(scene: Scene, surface: Surface, title: str = "") -> Scene:
    """The scene without its frame; `title` is that of the window in front."""
    match surface:
        case "phone":
            return _cut(scene, Rect(0, _STATUS * scene.height, scene.width, scene.height))
        case "window" if title:
            return _cut(scene, _within_window(scene, title))
    return scene


def _within_window(scene: Scene, title: str) -> Rect:
    """Below the title bar, and no further to the sides than it goes; the whole screen if no title bar is seen."""
    whole = Rect(0, 0, scene.width, scene.height)
    wanted = words.plain(title)
    bar = next(
        (line.box for line in scene.texts if fuzz.ratio(words.plain(line.text), wanted) >= _SAME), None
    )  # fmt: skip
    if bar is None:
        return whole
    x, y = bar.centre
    frames = [
        w.box for w in scene.widgets
        if w.box is not None and w.box.left <= x <= w.box.right and w.box.top <= y <= w.box.bottom
    ]  # fmt: skip
    frame = max(frames, key=lambda box: box.width, default=None)
    if frame is None:
        return whole._replace(top=bar.bottom + 2)
    return Rect(frame.left - 2, max(frame.bottom, bar.bottom + 2), frame.right + 2, scene.height)


def _cut(scene: Scene, part: Rect) -> Scene:
    def belongs(box: Rect | None) -> bool:
        if box is None:
            return True
        x, y = box.centre
        return part.left <= x <= part.right and part.top <= y <= part.bottom

    return scene.model_copy(
        update={
            "texts": tuple(line for line in scene.texts if belongs(line.box)),
            "widgets": tuple(widget for widget in scene.widgets if belongs(widget.box)),
        }
    )
