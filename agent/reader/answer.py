"""From a request's messages to the reader's answer, in the dialect that the prompt was written in."""

from __future__ import annotations

import base64
import binascii
import struct
import threading
from collections.abc import Sequence
from typing import Any

from actions import Task, UnsupportedAction, UsageError
from agent.reader import frames
from agent.reader.listed import widgets_of
from agent.reader.pages import View
from agent.reader.planner import plan
from agent.reader.scene import Surface
from agent.reader.sight import Sight
from prompts import registry
from prompts.base import Briefing, Dialect, Message

DIRECT = "glm41v-pc"
"""The dialect of the answer to a prompt that no dialect wrote: an image and an order in free words."""
_PNG = b"\x89PNG\r\n\x1a\n"
_UPRIGHT = 1.4
"""How many times taller than wide a phone's screen is, at least."""


class BadRequest(UsageError):
    """A request that cannot be answered; the message says what a right one has."""


class Reader:
    """Answers prompts. Holds the recognition models and a cache of pictures, and nothing of any conversation."""

    def __init__(self) -> None:
        self._sight = Sight()
        self._lock = threading.Lock()

    def warm(self) -> None:
        """Load the recognition models now; raises DriverMissing if they are not installed."""
        self._sight.warm()

    def answer(self, messages: Sequence[Message]) -> str:
        """The answer to a prompt of any registered dialect, or to an image with an order.

        Synchronous and slow (a first look loads models): call it in a thread. Raises BadRequest.
        """
        own = _own_prompt(messages)
        dialect, briefing = own or (registry.get(DIRECT), _direct(messages))
        with self._lock:
            view = self._view(briefing, surface_of(dialect, briefing) if own else "page")
            move = plan(briefing, view)
        try:
            return dialect.format(move.action, thought=move.thought, memory=move.memory, mark=move.mark)
        except UnsupportedAction as error:
            raise BadRequest(f"the dialect {dialect.name} cannot say what comes next: {error}") from error

    def _view(self, briefing: Briefing, surface: Surface) -> View:
        instruction, picture = briefing.task.instruction, briefing.screenshot

        if briefing.elements:
            return View(
                widgets_of(briefing.elements), lambda: self._sight.read(picture), listed=True,
                instruction=instruction, title=briefing.title,
            )  # fmt: skip
        scene = frames.inside(self._sight.read(picture, surface=surface), surface, briefing.title)
        return View(
            scene.widgets, lambda: scene, listed=False, instruction=instruction, title=briefing.title, surface=surface
        )


def surface_of(dialect: Dialect, briefing: Briefing) -> Surface:
    """What a prompt's screenshot shows: what its dialect is for; of several platforms, the browser has an address."""
    if dialect.platforms == {"android"}:
        return "phone"
    if briefing.url or "desktop" not in dialect.platforms:
        return "page"
    if "android" in dialect.platforms and _is_upright(briefing.screenshot):
        return "phone"
    return "window"


def _is_upright(picture: bytes) -> bool:
    """Is a picture much taller than wide, as a phone's is?"""
    if not picture.startswith(_PNG):
        return False
    width, height = struct.unpack(">II", picture[16:24])
    return bool(height > _UPRIGHT * width)


def recognise(messages: Sequence[Message]) -> tuple[Dialect, Briefing]:
    """The dialect that wrote the messages and what they say; raises BadRequest for what cannot be answered."""
    return _own_prompt(messages) or (registry.get(DIRECT), _direct(messages))


def _own_prompt(messages: Sequence[Message]) -> tuple[Dialect, Briefing] | None:
    for dialect in registry.usable():
        briefing = dialect.read(messages)
        if briefing is not None:
            if not briefing.screenshot:
                raise BadRequest("the prompt has no screenshot; the reader answers what it sees")
            return dialect, briefing
    return None


def _direct(messages: Sequence[Message]) -> Briefing:
    """A free prompt: the last user message's text is the order, its last image the screen."""
    for message in reversed(messages):
        if message.get("role") != "user":
            continue
        parts = message.get("content")
        parts = [{"type": "text", "text": parts}] if isinstance(parts, str) else parts or []
        texts = [part.get("text", "") for part in parts if isinstance(part, dict) and part.get("type") == "text"]
        images = [part for part in parts if isinstance(part, dict) and part.get("type") == "image_url"]
        if not images:
            raise BadRequest(
                "the message holds no image: send an image_url part with a data: URL of the screenshot beside the text"
            )
        order = "\n".join(texts).strip()
        if not order:
            raise BadRequest("the message holds no text: say what is to be done on the screenshot")
        return Briefing(task=Task(instruction=order), screenshot=_picture(images[-1]))
    raise BadRequest("there is no user message: send one with a screenshot and what is to be done")


def _picture(part: dict[str, Any]) -> bytes:
    source = part.get("image_url")
    url = source.get("url", "") if isinstance(source, dict) else source or ""
    if not isinstance(url, str) or not url.startswith("data:image/") or ";base64," not in url:
        raise BadRequest("the image must be a data URL (data:image/png;base64,…); the reader fetches nothing")
    try:
        return base64.b64decode(url.partition(";base64,")[2], validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadRequest(f"the image's base64 cannot be decoded: {error}") from error


__all__ = ["DIRECT", "BadRequest", "Reader", "recognise"]
