"""Traces made of a few steps, without a screen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from actions import Action, Box, Click, Element, Hit, Result, Select, Task, Type
from agent.limits import Limits
from agent.trace import Screen, StepLine, Trace, header
from prompts.base import Decision

BOX = Box(left=0.1, top=0.1, right=0.2, bottom=0.2)
Did = tuple[Action, Hit | None, tuple[Element, ...]]


def typed(text: str, label: str = "", *, input_type: str = "", placeholder: str = "", **more: Any) -> Did:
    hit = Hit(role="textbox", name=label, input_type=input_type, box=BOX)
    return Type(text=text, into=BOX, **more), hit, (listed("textbox", label, placeholder=placeholder),)


def chosen(option: str, label: str = "", options: tuple[str, ...] = ()) -> Did:
    hit = Hit(role="combobox", name=label, tag="select", box=BOX)
    return Select(at=BOX, option=option), hit, (listed("combobox", label, options=options),)


def clicked(name: str, role: str = "button", *elements: Element, path: str = "#it", near: str = "") -> Did:
    return Click(at=BOX), Hit(role=role, name=name, path=path, near=near, box=BOX), elements


def listed(role: str, name: str, **more: Any) -> Element:
    return Element(mark=0, role=role, name=name, box=BOX, **more)


@pytest.fixture
def trace(tmp_path: Path) -> Callable[..., Trace]:
    def make(*steps: Did, **data: str) -> Trace:
        task = Task(instruction="Do it.", data=data)
        lines = [
            StepLine(
                n=n,
                seen=Screen(image="screens/0.png", width=100, height=100, platform="web", elements=elements),
                prompt=(),
                decision=Decision(action=action),
                result=Result(changed=True, hit=hit),
            )
            for n, (action, hit, elements) in enumerate(steps, start=1)
        ]
        return Trace(folder=tmp_path, header=header(task, "web", "glm41v-web", "m", "", Limits()), steps=tuple(lines))

    return make
