"""A trace as a film: each screen with what was done on it, for a README or a bug report."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from actions import Box, TraceError, place_of
from agent.describe import describe
from agent.trace import StepLine, Trace

if TYPE_CHECKING:
    from PIL.Image import Image

_WIDTH, _TALLEST = 960, 1080
"""Pixels that a frame has at most."""
_SECONDS, _LAST_SECONDS = 1.4, 3.0
_FPS = 10
_MARGIN, _LETTERS = 10, 18
_AIM, _INK, _PAPER = (247, 103, 7), (240, 243, 247), (24, 29, 37)
_FONTS = (
    "NotoSansCJK-Regular.ttc", "NotoSansSC-Regular.otf", "wqy-microhei.ttc", "DroidSansFallbackFull.ttf", "msyh.ttc",
    "PingFang.ttc", "DejaVuSans.ttf", "Arial.ttf",
)  # fmt: skip
"""Usual fonts, those with Chinese letters first."""


def write_gif(trace: Trace, path: Path) -> None:
    """Write the trace as an endless GIF. Raises TraceError if a picture cannot be read, OSError if `path` cannot."""
    frames = [frame.quantize(128) for frame in _frames(trace)]
    durations = [round(1000 * _SECONDS)] * (len(frames) - 1) + [round(1000 * _LAST_SECONDS)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=durations, loop=0, optimize=True)
    path.write_bytes(out.getvalue())


def write_mp4(trace: Trace, path: Path) -> None:
    """Write the trace as a video: VP9, which browsers play, or MPEG-4 where OpenCV has no VP9."""
    import cv2
    import numpy as np

    frames = list(_frames(trace))
    size = frames[0].size
    path.touch()
    writer = _video(path, size)
    try:
        for n, frame in enumerate(frames):
            pixels = cv2.cvtColor(np.asarray(frame), cv2.COLOR_RGB2BGR)
            for _ in range(round(_FPS * (_LAST_SECONDS if n == len(frames) - 1 else _SECONDS))):
                writer.write(pixels)
    finally:
        writer.release()
    if path.stat().st_size == 0:
        raise TraceError(f"{path} could not be written by OpenCV; is the disk full?")


def _video(path: Path, size: tuple[int, int]) -> Any:
    import cv2

    level = cv2.utils.logging.setLogLevel(0)
    try:
        for codec in ("vp09", "mp4v"):
            writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*codec), _FPS, size)
            if writer.isOpened():
                return writer
    finally:
        cv2.utils.logging.setLogLevel(level)
    raise TraceError("this OpenCV can write no MP4; --to gif needs none")


def _frames(trace: Trace) -> Iterator[Image]:
    """Each screen with its box and a line below it, all of one even size."""
    if not trace.steps:
        raise TraceError(f"the trace in {trace.folder} has no step to show")
    first = trace.steps[0].seen
    scale = min(1.0, _WIDTH / first.width, _TALLEST / first.height)
    # video codecs need even sides
    size = (max(2, round(first.width * scale) // 2 * 2), max(2, round(first.height * scale) // 2 * 2))
    for line in trace.steps:
        yield _frame(trace, line, size)


def _frame(trace: Trace, line: StepLine, size: tuple[int, int]) -> Image:
    from PIL import Image, ImageDraw

    with Image.open(io.BytesIO(trace.image(line.seen.image))) as picture:
        screen = picture.convert("RGB")
    # a run may change from one screen to another of other sides
    screen.thumbnail(size, Image.Resampling.LANCZOS)
    strip = _LETTERS + 2 * _MARGIN
    frame = Image.new("RGB", (size[0], size[1] + strip), _PAPER)
    frame.paste(screen, ((size[0] - screen.width) // 2, 0))
    draw = ImageDraw.Draw(frame)
    left = (size[0] - screen.width) // 2
    if line.decision is not None and (place := place_of(line.decision.action)) is not None:
        box = place if isinstance(place, Box) else None
        x, y = place.centre.x * screen.width + left, place.centre.y * screen.height
        edges = (x - 9, y - 9, x + 9, y + 9) if box is None else box.pixels(*screen.size)
        if box is not None:
            edges = (edges[0] + left, edges[1], max(edges[2], edges[0] + 1) + left, max(edges[3], edges[1] + 1))
        draw.rounded_rectangle(edges, 4, outline=_AIM, width=3)
    said = describe(line.decision.action, line.result) if line.decision is not None else line.problem
    draw.text((_MARGIN, size[1] + _MARGIN), _fitting(f"{line.n}  {said}", size[0] - 2 * _MARGIN), _INK, font=_font())
    return frame


def _fitting(text: str, width: int) -> str:
    line = " ".join(text.split())
    font = _font()
    if font.getlength(line) <= width:
        return line
    low, high = 0, len(line)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if font.getlength(line[:middle] + "…") <= width else (low, middle - 1)
    return line[:low] + "…"


@lru_cache
def _font() -> Any:
    from PIL import ImageFont

    for name in _FONTS:
        with suppress(OSError):
            return ImageFont.truetype(name, _LETTERS)
    return ImageFont.load_default(_LETTERS)
