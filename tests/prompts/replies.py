"""Loads the recorded answers of tests/replies."""

from __future__ import annotations

import io
import tomllib
from pathlib import Path
from typing import Any

from PIL import Image

from actions import Action, Box, Element, Observation, Point, parse_action
from prompts.base import Reply, ToolCall
from prompts.tokens import BOX_BEGIN, BOX_END

FOLDER = Path(__file__).parent.parent / "replies"
SISTERS = {"glm45v-mobile": "glm41v-mobile", "glm45v-pc": "glm41v-pc", "glm45v-web": "glm41v-web"}
"""Dialects that answer in the same words: what is recorded for the second holds for the first as well."""


def blank(width: int, height: int) -> bytes:
    """A white PNG of that size."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(file, "PNG")
    return file.getvalue()


PIXEL = blank(1, 1)


def look(size: tuple[int, int] = (1280, 800), marks: int = 40) -> Observation:
    """A screen with that many elements, numbered from 0."""
    elements = tuple(
        Element(
            mark=n,
            role="button",
            name=f"element {n}",
            box=Box(left=n / 100, top=n / 200, right=n / 100 + 0.05, bottom=n / 200 + 0.02),
        )
        for n in range(marks)
    )
    return Observation(screenshot=PIXEL, width=size[0], height=size[1], platform="web", elements=elements)


def cases(dialect: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for path in sorted((FOLDER / dialect).glob("*.toml")):
        found += tomllib.loads(path.read_text(encoding="utf-8"))["reply"]
    assert len({case["id"] for case in found}) == len(found), "two replies share an id"
    return found


def reply_of(case: dict[str, Any]) -> Reply:
    return Reply(
        text=boxed(case.get("text", "")), reasoning=boxed(case.get("reasoning", "")),
        tool_calls=tuple(ToolCall(**call) for call in case.get("calls", ())),
        finish_reason=case.get("finish_reason", "stop"),
    )  # fmt: skip


def boxed(text: str) -> str:
    return text.replace("⟦", BOX_BEGIN).replace("⟧", BOX_END)


def action_of(case: dict[str, Any], seen: Observation) -> Action:
    """The action that a case expects: lists of numbers are places in thousandths, `mark` is an element's box."""
    fields: dict[str, Any] = dict(case["action"])
    for key in ("at", "into", "start", "end"):
        if key in fields:
            fields[key] = place(fields[key])
    if "mark" in fields:
        box = next(element.box for element in seen.elements if element.mark == fields["mark"])
        del fields["mark"]
        fields["into" if fields["kind"] == "type" else "at"] = box
    return parse_action(fields)


def place(thousandths: list[float]) -> Point | Box:
    numbers = [number / 1000 for number in thousandths]
    if len(numbers) == 2:
        return Point(x=numbers[0], y=numbers[1])
    return Box(left=numbers[0], top=numbers[1], right=numbers[2], bottom=numbers[3])
