"""What a trace goes through: old versions, a kill at any byte, a disk that is full, two writers."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions import Finish, Observation, Open, TraceError, UsageError
from agent.api import run
from agent.endpoint import ScriptedEndpoint
from agent.trace import FILE, TraceWriter, Turn, read_trace
from agent.trace.appended import AppendedFile
from agent.view import write_page
from envs.scripted import ScriptedEnv
from tests.agent.test_trace import HEADER, write

V1 = Path(__file__).parent / "traces" / "v1"
"""Recorded by version 1: a page opened, an answer that nobody could read, a click, the end."""


def test_version_1_is_read_whole() -> None:
    trace = read_trace(V1)
    assert (trace.header.version, trace.header.task.data) == (1, {"guest": "Ana Silva"})
    assert trace.outcome is not None
    assert (trace.outcome.status, trace.outcome.answer) == ("complete", "there is help")
    opened, unreadable, clicked, done = trace.steps
    assert opened.decision is not None
    assert isinstance(opened.decision.action, Open)
    assert (unreadable.decision, "no_action" in unreadable.problem) == (None, True)
    assert clicked.result is not None
    assert clicked.result.hit is not None
    assert (clicked.result.hit.tag, clicked.result.hit.near) == ("header", "")
    assert done.decision is not None
    assert isinstance(done.decision.action, Finish)
    (asked,) = clicked.prompt
    # the pictures of a prompt were not kept then, only where they stood
    assert [part.image for part in asked.content[:-1]] == ["", ""]
    assert (asked.content[-1].text or "").startswith(("You", "#"))
    assert trace.history()[2].seen.screenshot == trace.image(clicked.seen.image)


def test_version_1_is_shown(tmp_path: Path) -> None:
    shutil.copytree(V1, tmp_path / "t")
    assert "find the help page" in write_page(tmp_path / "t").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def cut(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    folder = tmp_path_factory.mktemp("cut") / "t"
    shutil.copytree(V1, folder)
    whole = (folder / FILE).read_bytes()

    def cut_at(size: int) -> Path:
        (folder / FILE).write_bytes(whole[:size])
        return folder

    return cut_at


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(size=st.integers(0, len((V1 / FILE).read_bytes())))
def test_a_trace_cut_at_any_byte_is_read_up_to_its_last_whole_step(size: int, cut: Callable[[int], Path]) -> None:
    lines = (V1 / FILE).read_bytes()[:size].count(b"\n")
    folder = cut(size)
    if lines == 0:
        with pytest.raises(TraceError, match="cut off before its first line"):
            read_trace(folder)
        return
    trace = read_trace(folder)
    assert [step.n for step in trace.steps] == list(range(1, min(lines, 5)))
    assert (trace.outcome is not None) == (lines == 6)
    if lines < 6:
        writer, earlier = TraceWriter.go_on(folder)
        assert earlier == trace
        writer.begin(HEADER)
        writer.close()
        again = read_trace(folder)
        assert again.steps == trace.steps
        assert [line.after for line in again.resumed] == [len(trace.steps)]


@pytest.mark.parametrize("left", range(1, 7))
def test_a_cut_trace_is_shown(left: int, cut: Callable[[int], Path]) -> None:
    whole = (V1 / FILE).read_bytes()
    size = len(b"".join(whole.splitlines(keepends=True)[:left])) + 40
    page = write_page(cut(size)).read_text(encoding="utf-8")
    assert "find the help page" in page
    assert ("no outcome" in page) == (left < 6)


ENDLESS = """
import io, sys
from pathlib import Path
from PIL import Image
from actions import Observation, Task, TraceError
from agent.limits import Limits
from agent.outcome import Outcome
from agent.trace import TraceWriter, Turn, header

def picture(n):
    out = io.BytesIO()
    Image.effect_noise((120, 90), 60 + n).save(out, "PNG")
    return out.getvalue()

writer = TraceWriter(Path(sys.argv[1]))
try:
    writer.begin(header(Task(instruction="x" * int(sys.argv[2])), "web", "d", "m", "e", Limits()))
except TraceError as error:
    sys.exit(print("named:", error))
try:
    for n in range(1, 1000):
        writer.add(Turn(n=n, seen=Observation(screenshot=picture(n), width=120, height=90, platform="web")))
except TraceError as error:
    print("named:", error)
    try:
        writer.end(Outcome(status="complete"))
    except TraceError as error:
        print("ended:", error)
"""


def endless(folder: Path, before: str = "", filling: int = 10) -> str:
    """What a run that never ends says when its disk does."""
    script = textwrap.dedent(before) + ENDLESS
    done = subprocess.run(
        [sys.executable, "-c", script, str(folder), str(filling)],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_full_disk_ends_the_run_by_name_and_keeps_what_was_written(tmp_path: Path) -> None:
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))"
    said = endless(tmp_path / "t", limit)
    assert "named: the trace in" in said
    assert "could not be written: File too large; what was recorded before is kept" in said
    assert (tmp_path / "t" / FILE).read_bytes().endswith(b"\n")
    trace = read_trace(tmp_path / "t")
    assert len(trace.steps) > 3
    assert all(trace.image(step.seen.image) for step in trace.steps)
    assert not list((tmp_path / "t" / "screens").glob("*.part"))
    # never "complete": a step of it is missing
    assert trace.outcome is None or trace.outcome.status == "error"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(place)]
    if sys.platform != "linux" or os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("only root on Linux can make a small disk")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize("filling", [10, 90_000, 190_000])
def test_a_small_disk_is_filled_and_read_back(small_disk: Path, filling: int) -> None:
    said = endless(small_disk / "t", filling=filling)
    assert "named: the trace in" in said
    assert "No space left on device" in said
    trace = read_trace(small_disk / "t")
    assert all(trace.image(step.seen.image) for step in trace.steps)
    assert trace.outcome is None or trace.outcome.status == "error"
    (small_disk / "t" / trace.steps[0].seen.image).unlink()
    # with room again, nothing half written is in the way
    TraceWriter.go_on(small_disk / "t")[0].close()


def test_a_line_that_did_not_fit_is_taken_back(tmp_path: Path) -> None:
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500))"
    said = endless(tmp_path / "t", limit, filling=600)
    assert "could not be written" in said
    assert (tmp_path / "t" / FILE).read_bytes() == b""


def test_a_second_writer_is_refused_while_the_first_is_there(tmp_path: Path, turn: Callable[..., Turn]) -> None:
    write(tmp_path / "t", turn(1))
    lines = (tmp_path / "t" / FILE).read_text().splitlines(keepends=True)
    (tmp_path / "t" / FILE).write_text("".join(lines[:-1]))
    holder = "import sys; from pathlib import Path; from agent.trace import TraceWriter\n"
    holder += "writer, _ = TraceWriter.go_on(Path(sys.argv[1])); print('held', flush=True); sys.stdin.read()"
    process = subprocess.Popen(
        [sys.executable, "-c", holder, str(tmp_path / "t")], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    with pytest.raises(UsageError, match="another run is writing"):
        TraceWriter.go_on(tmp_path / "t")
    process.kill()
    process.communicate()
    TraceWriter.go_on(tmp_path / "t")[0].close()


def test_many_begin_one_folder_and_one_gets_it(tmp_path: Path) -> None:
    begin = (
        "import sys; from pathlib import Path; from agent.trace import TraceWriter; from actions import UsageError\n"
    )
    begin += "try: TraceWriter(Path(sys.argv[1])); print('got it')\nexcept UsageError: print('refused')"
    racing = [
        subprocess.Popen([sys.executable, "-c", begin, str(tmp_path / "t")], stdout=subprocess.PIPE) for _ in range(4)
    ]
    assert sorted(process.communicate()[0] for process in racing) == [b"got it\n", *[b"refused\n"] * 3]


def test_a_line_from_nowhere_is_no_step(tmp_path: Path, turn: Callable[..., Turn]) -> None:
    write(tmp_path / "t", turn(1))
    deep = "[" * 100_000
    for line in (deep, '{"kind":"step"}', json.dumps({"kind": "resumed", "after": -1})):
        with (tmp_path / "t" / FILE).open("a") as file:
            before = file.tell()
            file.write(line + "\n")
        with pytest.raises(TraceError, match="line 4 of .* is damaged"):
            read_trace(tmp_path / "t")
        os.truncate(tmp_path / "t" / FILE, before)


async def test_a_run_whose_disk_is_full_asks_the_model_no_more(
    tmp_path: Path, screen: Callable[..., Observation], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = AppendedFile.add

    def full(file: AppendedFile, line: str) -> None:
        if '"n":3' in line:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        whole(file, line)

    monkeypatch.setattr(AppendedFile, "add", full)
    click = "I try. <|begin_of_box|>left_click(start_box='[{},10]')<|end_of_box|>\nMemory:\n[]"
    model = ScriptedEndpoint([click.format(n) for n in range(1, 40)])
    env = ScriptedEnv({"form": screen("white")}, [])
    with pytest.raises(TraceError, match="No space left on device; what was recorded before is kept"):
        await run("x", env=env, endpoint=model, dialect="glm41v-pc", trace_dir=tmp_path / "t")
    assert len(model.requests) < 30
    trace = read_trace(tmp_path / "t")
    assert [step.n for step in trace.steps] == [1, 2]
    assert trace.outcome is not None
    assert trace.outcome.status == "error"
    assert "No space left" in trace.outcome.reason
