"""Makes an animated GIF of a trace: each screen with the place acted on, a caption, and the outcome.

Usage: python scripts/gif.py TRACE OUT.gif
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from actions import Box, place_of
from agent.describe import describe
from agent.trace import StepLine, Trace, read_trace

WIDTH = 800
CAPTION = 44
FONT = "DejaVuSans.ttf"


def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    for name in (FONT, "LiberationSans-Regular.ttf"):
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return ImageFont.load_default(size)


def frame(trace: Trace, step: StepLine, caption: str, box: Box | None) -> Image.Image:
    with Image.open(io.BytesIO(trace.image(step.seen.image))) as source:
        screen = source.convert("RGB")
    height = round(screen.height * WIDTH / screen.width)
    picture = Image.new("RGB", (WIDTH, height + CAPTION), "#10181f")
    picture.paste(screen.resize((WIDTH, height), Image.Resampling.LANCZOS), (0, CAPTION))
    draw = ImageDraw.Draw(picture)
    draw.text((14, CAPTION // 2), caption, font=font(17), fill="white", anchor="lm")
    if box is not None:
        left, top, right, bottom = box.pixels(WIDTH, height)
        draw.rounded_rectangle(
            (left - 3, top - 3 + CAPTION, right + 3, bottom + 3 + CAPTION), 5, outline="#e8590c", width=3
        )
    return picture


def main() -> None:
    trace = read_trace(Path(sys.argv[1]))
    frames, times = [], []
    for step in trace.steps:
        if step.decision is None:
            continue
        last = step.decision.action.kind == "finish"
        caption = describe(step.decision.action, step.result)
        hit = step.result.hit.box if step.result and step.result.hit else None
        place = place_of(step.decision.action)
        frames.append(frame(trace, step, caption, hit or (place if isinstance(place, Box) else None)))
        times.append(3500 if last else 1100)
    palette = [picture.quantize(128, dither=Image.Dither.NONE) for picture in frames]
    palette[0].save(
        sys.argv[2], save_all=True, append_images=palette[1:], duration=times, loop=0, optimize=True, disposal=1
    )


if __name__ == "__main__":
    main()
