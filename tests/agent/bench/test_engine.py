"""The measurement of a server, against an engine that behaves as engines do."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from actions import UsageError
from agent.bench.engine import EngineReport, report
from agent.bench.screens import form, numbered, picture
from tests.support.model_server import Engine, model_server

ANSWER = "<answer>I press it. <|begin_of_box|>left_click(start_box='[120,340]')<|end_of_box|>\nMemory:\n[]"
THINKING = " ".join(f"Step {n} needs a look at item {n * n}." for n in range(40))


async def test_every_way_is_measured_by_its_own_tokens() -> None:
    engine = Engine(answer=f"{ANSWER}</answer>{' and so on' * 50}", thinking=THINKING)
    async with model_server(engine) as server:
        found = await asyncio.to_thread(
            report, server.url, "glm-4.1v", api_key=None, timeout=30, dialect="glm41v-pc", steps=2, budget=100,
            platform="web", image=None, size=(640, 400),
        )  # fmt: skip
    tokens = [measured.median("completion") for measured in found.ways.values()]
    as_it_comes, early, bounded, off = tokens
    assert as_it_comes > early + 100 > bounded + 150 > off
    assert [measured.readable for measured in found.ways.values()] == [2] * 4
    assert found.ways["thinking at most 100"].stops() == {"settled": 2, "thinking": 2}
    assert all(measured.median("first") <= measured.median("seconds") for measured in found.ways.values())
    table = found.table()
    assert "thinking at most 100" in table
    assert "2/2" in table
    assert isinstance(found, EngineReport)
    assert found.as_dict()["ways"]["early stop"]["stops"] == {"settled": 2}
    pictures = {request["messages"][0]["content"][0]["image_url"]["url"] for request in server.requests}
    assert len(pictures) == 3


def test_a_picture_of_ones_own_may_be_asked_about(tmp_path: Path) -> None:
    drawn = form((300, 600), "android")
    (tmp_path / "a.png").write_bytes(drawn.screenshot)
    assert (picture(tmp_path / "a.png", "android").width, drawn.height) == (300, 600)
    assert [element.mark for element in drawn.elements] == list(range(9))
    assert numbered(drawn.screenshot, 1) != numbered(drawn.screenshot, 2)
    with pytest.raises(UsageError, match=r"b\.png"):
        picture(tmp_path / "b.png", "web")
