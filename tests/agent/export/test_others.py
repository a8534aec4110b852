"""Films, JSON, and what the command says of bad use."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from actions import Box, Press, TraceError, UsageError
from agent.export import export
from agent.outcome import Outcome
from agent.trace import Turn, read_trace
from prompts.base import Decision
from tests.agent.test_cli import agent
from tests.agent.test_view import record

V1 = Path(__file__).parents[1] / "traces" / "v1"


@pytest.fixture
def folder(tmp_path: Path, turn: Callable[..., Turn]) -> Path:
    chinese = turn(2, "blue", decision=Decision(action=Press(keys=("enter",)), thought="王小明"))
    return record(tmp_path / "t", turn(1), chinese, turn(3, "green"), outcome=Outcome(status="complete"))


def test_a_gif_shows_each_step_with_its_box(folder: Path, tmp_path: Path) -> None:
    path = export([folder], "gif", out=tmp_path / "t.gif").path
    with Image.open(path) as film:
        assert (film.n_frames, film.size, film.info["loop"]) == (3, (320, 238), 0)  # type: ignore[attr-defined]
        first = film.convert("RGB")
        film.seek(1)
        second = film.convert("RGB")
    box = Box(left=0.4, top=0.4, right=0.6, bottom=0.6)
    left, top, _, bottom = (round(edge) for edge in box.pixels(320, 200))
    red, green, blue = first.getpixel((left + 1, (top + bottom) // 2))  # type: ignore[misc]
    assert red > 180 > green > blue
    assert first.getpixel((5, 5)) == (255, 255, 255)
    assert second.getpixel((5, 5))[2] > 200  # type: ignore[index]
    # the line below says something
    assert len(first.crop((0, 200, 320, 238)).getcolors() or []) > 2


def test_an_mp4_can_be_played(folder: Path, tmp_path: Path) -> None:
    import cv2

    path = export([folder], "mp4", out=tmp_path / "t.mp4").path
    film = cv2.VideoCapture(str(path))
    shown, frames = film.read()
    count = int(film.get(cv2.CAP_PROP_FRAME_COUNT))
    assert shown
    assert frames.shape == (238, 320, 3)
    assert count == 14 + 14 + 30
    film.set(cv2.CAP_PROP_POS_FRAMES, 20)
    _, middle = film.read()
    blue, green, red = (int(value) for value in middle[5, 5])
    assert blue > 180
    assert max(green, red) < 80


def test_screens_of_other_sizes_fit_into_one_film(tmp_path: Path, turn: Callable[..., Turn]) -> None:
    from tests.agent.conftest import picture

    tall = turn(2).seen.model_copy(update={"screenshot": picture("red", (201, 403)), "width": 201, "height": 403})
    trace = record(tmp_path / "t", turn(1), turn(2, seen=tall))
    with Image.open(export([trace], "gif", out=tmp_path / "t.gif").path) as film:
        assert (film.n_frames, film.size) == (2, (320, 238))  # type: ignore[attr-defined]


def test_json_holds_everything(folder: Path, tmp_path: Path) -> None:
    data = json.loads(export([folder, V1], "json", out=tmp_path / "t.json").path.read_text(encoding="utf-8"))
    first, old = data["traces"]
    assert [step["decision"]["action"]["kind"] for step in first["steps"]] == ["click", "press", "click"]
    assert first["outcome"]["status"] == "complete"
    assert first["steps"][0]["seen"]["image"] == read_trace(folder).steps[0].seen.image
    assert old["header"]["version"] == 1


def test_bad_use_is_named(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--to avi is not known; it takes llamafactory, playwright, gif, mp4, json"):
        export([folder], "avi")
    with pytest.raises(UsageError, match="takes one trace"):
        export([folder, folder], "gif")
    with pytest.raises(UsageError, match="is there already"):
        export([folder], "gif", out=folder)
    with pytest.raises(TraceError, match="no trace in"):
        export([tmp_path / "none"], "json")
    (tmp_path / "file").write_text("")
    with pytest.raises(TraceError, match="cannot write"):
        export([folder], "json", out=tmp_path / "file" / "x.json")


def test_a_trace_without_steps_has_no_film(tmp_path: Path) -> None:
    with pytest.raises(TraceError, match="no step to show"):
        export([record(tmp_path / "t")], "gif", out=tmp_path / "t.gif")


async def test_the_command_names_what_it_wrote(folder: Path) -> None:
    ran = await agent(folder.parent, "export", "t", "--to", "gif")
    assert (ran.code, ran.out) == (0, "t.gif\n")
    again = await agent(folder.parent, "export", "t", "--to", "gif")
    assert again.code == 2
    assert "is there already" in again.err
