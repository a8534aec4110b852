"""Screens and turns that several tests of the agent need."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PIL import Image

from actions import Box, Click, Hit, Observation, Result
from agent.trace import Turn
from prompts.base import Decision, Reply, Usage


def picture(colour: str = "white", size: tuple[int, int] = (320, 200)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def screen() -> Callable[..., Observation]:
    def make(colour: str = "white", **facts: object) -> Observation:
        return Observation(screenshot=picture(colour), width=320, height=200, platform="web", **facts)

    return make


@pytest.fixture
def turn(screen: Callable[..., Observation]) -> Callable[..., Turn]:
    def make(n: int = 1, colour: str = "white", **changes: object) -> Turn:
        whole = Turn(
            n=n,
            seen=screen(colour, url="http://hotel.test/", title="Hotel"),
            messages=[
                {
                    "role": "user",
                    "content": [
                        {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
                        {"type": "text", "text": "Book a room"},
                    ],
                }
            ],
            reply=Reply(text="left_click(start_box='[500,500]')", usage=Usage(prompt=100, completion=10)),
            decision=Decision(
                action=Click(at=Box(left=0.4, top=0.4, right=0.6, bottom=0.6)),
                thought="The button <b>Search</b> goes on.",
                raw="left_click(start_box='[500,500]')",
                repairs=("action_unboxed",),
            ),
            result=Result(
                changed=True,
                hit=Hit(role="button", name="Search", box=Box(left=0.45, top=0.45, right=0.55, bottom=0.55)),
            ),
            ms={"observe": 10.0, "think": 200.0, "act": 5.0},
        )
        for name, value in changes.items():
            setattr(whole, name, value)
        return whole

    return make
