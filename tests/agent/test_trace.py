"""The trace on disk: whole after every line, readable after a kill, honest about what it cannot do."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from actions import Task, TraceError, UsageError
from agent.limits import Limits
from agent.outcome import Outcome
from agent.trace import FILE, TraceWriter, Turn, header, new_folder, read_trace

HEADER = header(Task(instruction="book a room"), "web", "glm41v-pc", "glm", "http://x/v1", Limits())


def write(folder: Path, *turns: Turn, outcome: Outcome | None = None) -> None:
    writer = TraceWriter(folder)
    writer.begin(HEADER)
    for turn in turns:
        writer.add(turn)
    writer.end(outcome or Outcome(status="complete", answer="done", steps=len(turns)))


def test_what_was_written_is_read_back(tmp_path: Path, turn: Callable[..., Turn]) -> None:
    one, two = turn(1), turn(2, decision=None, result=None, problem="no action")
    write(tmp_path / "t", one, two)
    trace = read_trace(tmp_path / "t")
    assert trace.header == HEADER
    assert trace.outcome == Outcome(status="complete", answer="done", steps=2)
    first, second = trace.steps
    assert (first.decision, first.result, first.reply) == (one.decision, one.result, one.reply)
    (asked,) = first.prompt
    assert (asked.role, asked.text) == ("user", "[image]\nBook a room")
    assert asked.content[0].image is not None
    assert trace.image(asked.content[0].image) == b"\x00\x00\x00"
    assert first.seen.url == "http://hotel.test/"
    assert trace.image(first.seen.image) == one.seen.screenshot
    assert (second.decision, second.problem) == (None, "no action")


def test_an_unchanged_screen_is_stored_once(tmp_path: Path, turn: Callable[..., Turn]) -> None:
    write(
        tmp_path,
        *(turn(n, result=None, decision=None, messages=[]) for n in range(1, 6)),
        turn(6, "black", result=None, decision=None, messages=[]),
    )
    assert len(list((tmp_path / "screens").iterdir())) == 2


def test_the_crop_shows_what_was_hit_with_its_surroundings(tmp_path: Path, turn: Callable[..., Turn]) -> None:
    write(tmp_path, turn(1))
    step = read_trace(tmp_path).steps[0]
    assert step.crop is not None
    with Image.open(io.BytesIO(read_trace(tmp_path).image(step.crop))) as crop:
        assert crop.size == (176 + 24 + 1 - (144 - 24), 110 + 24 + 1 - (90 - 24))


def test_a_killed_run_leaves_a_readable_trace(tmp_path: Path) -> None:
    script = textwrap.dedent(
        """
        import io, os, signal, sys
        from pathlib import Path
        from PIL import Image
        from actions import Observation, Task
        from agent.limits import Limits
        from agent.trace import TraceWriter, Turn, header
        out = io.BytesIO(); Image.new("RGB", (40, 30)).save(out, "PNG")
        writer = TraceWriter(Path(sys.argv[1]))
        writer.begin(header(Task(instruction="x"), "web", "d", "m", "e", Limits()))
        for n in range(1, 4):
            writer.add(Turn(n=n, seen=Observation(screenshot=out.getvalue(), width=40, height=30, platform="web")))
        writer._wait()
        os.kill(os.getpid(), signal.SIGKILL)
        """
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path / "t")], check=False)
    assert done.returncode == -9
    trace = read_trace(tmp_path / "t")
    assert ([step.n for step in trace.steps], trace.outcome) == ([1, 2, 3], None)


def test_a_line_that_a_kill_cut_off_is_left_out(tmp_path: Path, turn: Callable[..., Turn]) -> None:
    write(tmp_path, turn(1), turn(2))
    text = (tmp_path / FILE).read_bytes()
    for cut in range(1, len(text.splitlines()[-1]) + 1, 7):
        (tmp_path / FILE).write_bytes(text[:-cut])
        assert [step.n for step in read_trace(tmp_path).steps] == [1, 2]


def test_a_damaged_line_a_newer_version_and_no_trace_are_named(tmp_path: Path, turn: Callable[..., Turn]) -> None:
    with pytest.raises(TraceError, match="no trace in"):
        read_trace(tmp_path)
    write(tmp_path, turn(1))
    good = (tmp_path / FILE).read_text()
    (tmp_path / FILE).write_text(good.replace('"kind":"step"', '"kind":"stop"', 1))
    with pytest.raises(TraceError, match="line 2 of .* is damaged"):
        read_trace(tmp_path)
    newer = json.loads(good.splitlines()[0]) | {"version": 99, "something": "new"}
    (tmp_path / FILE).write_text(json.dumps(newer) + "\n")
    with pytest.raises(TraceError, match="version 99"):
        read_trace(tmp_path)
    (tmp_path / FILE).write_text(good.split("\n", 1)[1])
    with pytest.raises(TraceError, match="header"):
        read_trace(tmp_path)


def test_a_folder_that_holds_a_trace_is_refused(tmp_path: Path, turn: Callable[..., Turn]) -> None:
    write(tmp_path, turn(1))
    with pytest.raises(UsageError, match="already holds a trace"):
        TraceWriter(tmp_path)
    assert len(read_trace(tmp_path).steps) == 1


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TraceError, match="cannot write a trace"):
        TraceWriter(tmp_path / "file" / "t")


def test_a_picture_outside_the_trace_is_refused(tmp_path: Path, turn: Callable[..., Turn]) -> None:
    write(tmp_path, turn(1))
    with pytest.raises(TraceError, match="outside"):
        read_trace(tmp_path).image("screens/../../secret.png")


def test_folders_are_named_by_what_was_asked() -> None:
    name = new_folder(Path("traces"), "Book a room: ../../etc, für 王小明!").name
    assert "book-a-room-etc-für-王小明" in name
    assert "/" not in name
    assert new_folder(Path(), "x") != new_folder(Path(), "x")
