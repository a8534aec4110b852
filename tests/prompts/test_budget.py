"""Every dialect's requests stay inside the model's context: the oldest history goes first, the instruction never."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from PIL import Image

from actions import Click, Element, Observation, Result, Task
from prompts import registry
from prompts.base import Decision, Dialect, Message, Reply, Step, arguments_for
from prompts.images import image_of, image_tokens, text_tokens
from tests.prompts.replies import blank, look

NAMES = registry.names()
INSTRUCTION = "book a quiet room by the sea " * 20
SIZE = (1280, 800)
PICTURE = blank(*SIZE)


def made(name: str, context: int) -> Dialect:
    """A dialect with a window of that many tokens, the answer's included."""
    kind: Any = type(registry.get(name))
    dialect: Dialect = kind(context=context)
    return dialect


def seen_on(dialect: Dialect, marks: int = 40) -> Observation:
    platform = sorted(dialect.platforms)[-1]
    return look(SIZE, marks).model_copy(update={"screenshot": PICTURE, "platform": platform})


def steps(seen: Observation, count: int) -> list[Step]:
    decision = {"action": Click(at=seen.elements[3].box), "memory": '["the third room costs 80 EUR"]'}
    return [
        Step(
            seen=seen,
            reply=Reply(text=f"answer {n}"),
            decision=Decision(thought=f"Thought number {n}, in some more words than one. " * 4, **decision),
            result=Result(changed=True),
        )
        for n in range(count)
    ]


def cost(dialect: Dialect, task: Task, seen: Observation, messages: list[Message]) -> int:
    """About the tokens of a request, as the dialects count them."""
    total = text_tokens(json.dumps(arguments_for(dialect, task, seen).get("tools", ""), ensure_ascii=False))
    for message in messages:
        content = message["content"]
        parts = [{"type": "text", "text": content}] if isinstance(content, str) else content
        for part in parts:
            if (image := image_of(part)) is not None:
                total += image_tokens(*Image.open(io.BytesIO(image)).size)
            else:
                total += text_tokens(part["text"])
    return total


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("context", [18_000, 20_000, 26_000])
def test_the_oldest_history_goes_first(name: str, context: int) -> None:
    task, dialect = Task(instruction=INSTRUCTION), made(name, context)
    seen = seen_on(dialect)
    messages = dialect.messages(task, steps(seen, 300), seen)
    assert cost(dialect, task, seen, messages) <= context - dialect.sampling["max_tokens"]
    said = dialect.read(messages)
    assert said is not None
    assert said.task.instruction == task.instruction
    assert said.screenshot
    assert 0 < len(said.past) < 300
    for line, n in zip(said.past, range(300 - len(said.past), 300), strict=True):
        assert f"Thought number {n}," in line
    assert len(dialect.read(made(name, context * 2).messages(task, steps(seen, 300), seen)).past) >= len(said.past)  # type: ignore[union-attr]


@pytest.mark.parametrize("name", NAMES)
def test_the_instruction_and_the_screen_stay_whatever_the_context(name: str) -> None:
    dialect = made(name, 8_500)
    task, seen = Task(instruction=INSTRUCTION * 30), seen_on(dialect)
    said = dialect.read(dialect.messages(task, steps(seen, 20), seen))
    assert said is not None
    assert said.task.instruction == task.instruction
    assert said.screenshot


@pytest.mark.parametrize("name", [name for name in NAMES if registry.get(name).wants_elements])
def test_five_hundred_elements_fit(name: str) -> None:
    """Of a crowded page the first are listed, the rest counted, and there is room left for the history."""
    dialect = registry.get(name)
    seen = seen_on(dialect, 90)
    crowd = tuple(
        Element(mark=n, role="combobox", name=f"Choose the country of departure {n}", value="Portugal",
                options=tuple(f"Country number {k}" for k in range(200)), box=seen.elements[n % 90].box)
        for n in range(500)
    )  # fmt: skip
    seen = seen.model_copy(update={"elements": crowd})
    messages = dialect.messages(Task(instruction="book"), steps(seen, 5), seen)
    said = dialect.read(messages)
    assert said is not None
    assert 200 < len(said.elements) <= 250
    assert f"({500 - len(said.elements)} more elements are not listed)" in str(messages[0]["content"])
    assert len(said.past) == 5
    assert cost(dialect, Task(instruction="book"), seen, messages) <= 64_000 - dialect.sampling["max_tokens"]
