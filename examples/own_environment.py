"""A screen of your own: four methods make an environment. Here it is a counter with one button, drawn by Pillow."""

import asyncio
import io

from PIL import Image, ImageDraw, ImageFont

from actions import Action, Observation, Result, UnsupportedAction
from agent import run


class Counter:
    platform = "desktop"
    count = 0

    async def __aenter__(self):
        return self

    async def __aexit__(self, *error):
        return None

    async def observe(self, *, elements: bool = True) -> Observation:
        picture = Image.new("RGB", (640, 400), "white")
        draw, font = ImageDraw.Draw(picture), ImageFont.load_default(20)
        draw.text((40, 40), f"Counted so far: {self.count}", "black", font)
        draw.rectangle((40, 100, 200, 150), "#1c5d99")
        draw.text((120, 125), "Add one", "white", font, anchor="mm")
        picture.save(out := io.BytesIO(), "PNG")
        return Observation(screenshot=out.getvalue(), width=640, height=400, platform="desktop")

    async def perform(self, action: Action) -> Result:
        if action.kind != "click":
            raise UnsupportedAction(f"a counter knows no {action.kind}")
        x, y = action.at.centre.pixel(640, 400)
        self.count += 40 <= x <= 200 and 100 <= y <= 150
        return Result(changed=True)


if __name__ == "__main__":
    print(asyncio.run(run('click the "Add one" button', env=(counter := Counter()))).status, counter.count)
