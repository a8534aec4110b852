"""Rows of a batch: each alone, nothing twice unasked, and every end known, whatever ends the batch."""

from __future__ import annotations

import asyncio
import csv
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from actions import DeviceLost, DriverMissing, Task, TraceError, UsageError
from agent.batch.ledger import Done, Ledger
from agent.batch.rows import Row
from agent.batch.runner import DoRow, run_batch
from agent.limits import Limits
from agent.outcome import Outcome
from agent.trace import TraceWriter, header


def rows(*names: str) -> list[Row]:
    return [Row(number, {"guest": name}) for number, name in enumerate(names, start=1)]


def opened(folder: Path, *, resume: bool = False) -> Ledger:
    return Ledger(folder, trace=Path("t"), data=Path("rows.csv"), resume=resume)


def begin_trace(folder: Path) -> TraceWriter:
    writer = TraceWriter(folder)
    writer.begin(header(Task(instruction="Do it."), "web", "d", "m", "", Limits()))
    return writer


class Desk:
    """Does rows as their guests' names say, and notes what was done."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.folders: list[Path] = []
        self.at_once = 0
        self.most = 0

    async def __call__(self, values: Mapping[str, str], folder: Path) -> Outcome:
        guest = values["guest"]
        self.done.append(guest)
        self.folders.append(folder)
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        try:
            await asyncio.sleep(0)
            if guest == "lost":
                raise DeviceLost("the browser went away")
            if guest == "no browser":
                raise DriverMissing("no browser was found")
            if guest == "off":
                return Outcome(status="diverged", reason="step 3: the screen says 'Sold out'", trace=folder)
            return Outcome(status="complete", answer=f"Booked for {guest}", steps=5, trace=folder)
        finally:
            self.at_once -= 1


async def batch(
    folder: Path, table: list[Row], desk: DoRow, *, resume: bool = False, **options: object
) -> dict[int, Done]:
    ledger = opened(folder, resume=resume)
    try:
        return await run_batch(table, desk, ledger, **options)  # type: ignore[arg-type]
    finally:
        ledger.close()


def statuses(done: Mapping[int, Done]) -> list[str]:
    return [done[row].status for row in sorted(done)]


async def test_a_row_that_fails_fails_alone(tmp_path: Path) -> None:
    desk = Desk()
    table = [*rows("Ana", "lost", "off", "Bob"), Row(5, {"guest": "x"}, "has 3 cells")]
    done = await batch(tmp_path, table, desk)
    assert statuses(done) == ["complete", "device_error", "diverged", "complete", "usage"]
    assert desk.done == ["Ana", "lost", "off", "Bob"]
    assert [folder.name for folder in desk.folders] == ["row-0001", "row-0002", "row-0003", "row-0004"]
    assert done[2].reason == "the browser went away"


async def test_as_many_at_a_time_as_asked_for(tmp_path: Path) -> None:
    desk = Desk()
    done = await batch(tmp_path, rows(*"abcdefgh"), desk, jobs=3)
    assert desk.most == 3
    assert statuses(done) == ["complete"] * 8


async def test_what_is_complete_is_not_done_again(tmp_path: Path) -> None:
    await batch(tmp_path, rows("Ana", "lost", "Bob"), Desk())
    desk = Desk()
    table = [*rows("Ana"), Row(2, {"guest": "Carla"}), Row(3, {"guest": "Bob"}), Row(4, {"guest": "Dan"})]
    done = await batch(tmp_path, table, desk, resume=True)
    assert desk.done == ["Carla", "Dan"]
    assert [folder.name for folder in desk.folders] == ["row-0002-2", "row-0004"]
    assert statuses(done) == ["complete"] * 4


async def test_a_row_that_was_done_may_not_become_another(tmp_path: Path) -> None:
    await batch(tmp_path, rows("Ana", "Bob"), Desk())
    desk = Desk()
    with pytest.raises(UsageError, match="row 1 is another one"):
        await batch(tmp_path, rows("Bob", "Ana"), desk, resume=True)
    assert desk.done == []


async def test_a_folder_is_begun_once_and_by_one_process(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no batch to go on with"):
        opened(tmp_path, resume=True)
    first = opened(tmp_path)
    with pytest.raises(UsageError, match="holds a batch already; --resume goes on with it"):
        opened(tmp_path)
    with pytest.raises(UsageError, match="another process is working"):
        opened(tmp_path, resume=True)
    first.close()
    opened(tmp_path, resume=True).close()


async def test_what_may_have_been_sent_is_not_done_again_unasked(tmp_path: Path) -> None:
    async def cut(values: Mapping[str, str], folder: Path) -> Outcome:
        begin_trace(folder).end(Outcome(status="diverged", reason="step 9", trace=folder))
        return Outcome(status="diverged", reason="step 9", trace=folder)

    await batch(tmp_path, rows("sent", "not sent"), cut, may_have_sent=lambda folder: folder.name == "row-0001")
    desk = Desk()
    done = await batch(tmp_path, rows("sent", "not sent"), desk, resume=True)
    assert desk.done == ["not sent"]
    assert done[1].doubtful
    done = await batch(tmp_path, rows("sent", "not sent"), desk, resume=True, retry_unknown=True)
    assert desk.done == ["not sent", "sent"]
    assert statuses(done) == ["complete", "complete"]


async def test_a_missing_browser_ends_the_batch(tmp_path: Path) -> None:
    desk = Desk()
    with pytest.raises(DriverMissing):
        await batch(tmp_path, rows("no browser", "Ana"), desk)
    assert desk.done == ["no browser"]
    assert json.loads((tmp_path / "results.jsonl").read_text().splitlines()[0])["outcome"] == "device_error"


async def test_a_cancelled_batch_says_what_was_cut_off(tmp_path: Path) -> None:
    waiting = asyncio.Event()

    async def stuck(values: Mapping[str, str], folder: Path) -> Outcome:
        if values["guest"] == "Ana":
            return Outcome(status="complete", trace=folder)
        waiting.set()
        await asyncio.Event().wait()
        raise AssertionError

    task = asyncio.create_task(batch(tmp_path, rows("Ana", "Bob", "Carla"), stuck))
    await waiting.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    desk = Desk()
    done = await batch(tmp_path, rows("Ana", "Bob", "Carla"), desk, resume=True)
    assert desk.done == ["Bob", "Carla"]  # without a trace nothing was sent
    assert statuses(done) == ["complete"] * 3


KILLED = """
import asyncio, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from tests.agent.batch.test_runner import begin_trace, opened, rows
from agent.batch.runner import run_batch
from agent.outcome import Outcome

async def do_row(values, folder):
    writer = begin_trace(folder)
    if values["guest"] == "Bob":
        print("begun", flush=True)
        await asyncio.Event().wait()
    outcome = Outcome(status="complete", trace=folder)
    writer.end(outcome)
    if values["guest"] == "Eve":
        print("begun", flush=True)
        await asyncio.Event().wait()
    return outcome

signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever started the tests may have it ignored
asyncio.run(run_batch(rows("Ana", "Eve", "Bob", "Carla"), do_row, opened(Path(sys.argv[1])), jobs=int(sys.argv[3])))
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
async def test_a_killed_batch_is_gone_on_with(tmp_path: Path, how: signal.Signals) -> None:
    root = Path(__file__).parents[3]
    process = subprocess.Popen(  # noqa: ASYNC220
        [sys.executable, "-c", KILLED, str(tmp_path), str(root), "2"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=root, text=True, env={**os.environ},
    )  # fmt: skip
    assert process.stdout is not None
    assert [process.stdout.readline(), process.stdout.readline()] == ["begun\n", "begun\n"]
    process.send_signal(how)
    process.wait(timeout=30)
    desk = Desk()
    done = await batch(tmp_path, rows("Ana", "Eve", "Bob", "Carla"), desk, resume=True)
    # Ana's row had its end, Eve's trace says its own, and nobody saw what Bob's last step did
    assert statuses(done) == ["complete", "complete", "unknown" if how == signal.SIGKILL else "stopped", "complete"]
    assert desk.done == ["Carla"]
    assert "--retry-unknown" in done[3].reason or how == signal.SIGINT
    done = await batch(tmp_path, rows("Ana", "Eve", "Bob", "Carla"), desk, resume=True, retry_unknown=True)
    assert desk.done == ["Carla", "Bob"]
    assert statuses(done) == ["complete"] * 4


async def test_a_ledger_cut_at_any_byte_is_gone_on_with(tmp_path: Path) -> None:
    await batch(tmp_path / "whole", rows("Ana", "Bob"), Desk())
    data = (tmp_path / "whole" / "batch.jsonl").read_bytes()
    for size in range(0, len(data) + 1, 7):
        folder = tmp_path / f"cut-{size}"
        folder.mkdir()
        (folder / "batch.jsonl").write_bytes(data[:size])
        desk = Desk()
        done = await batch(folder, rows("Ana", "Bob"), desk, resume=True, retry_unknown=True)
        assert statuses(done) == ["complete", "complete"]
        assert len(desk.done) == 2 - data[:size].count(b'"kind":"done"', 0, data[:size].rfind(b"\n") + 1)


@pytest.mark.parametrize("line", [b"{}\n", b'{"kind":"batch","version":99}\n', b"\xff\xfe\n", b'{"kind":"done"}\n'])
async def test_a_damaged_ledger_is_an_error_by_name(tmp_path: Path, line: bytes) -> None:
    (tmp_path / "batch.jsonl").write_bytes(line)
    with pytest.raises(TraceError, match=r"batch\.jsonl"):
        opened(tmp_path, resume=True)


async def test_the_results_are_for_people_and_programs(tmp_path: Path) -> None:
    async def formula(values: Mapping[str, str], folder: Path) -> Outcome:
        return Outcome(status="complete", answer='=HYPERLINK("http://x.test")', seconds=1.5, trace=folder)

    await batch(tmp_path, rows("Ana", "Bob"), formula)
    text = (tmp_path / "results.csv").read_bytes().decode("utf-8-sig")
    found = list(csv.DictReader(text.splitlines()))
    assert [row["row"] for row in found] == ["1", "2"]
    assert found[0]["answer"] == '\'=HYPERLINK("http://x.test")'
    assert (found[0]["outcome"], found[0]["trace"], found[0]["values"]) == ("complete", "row-0001", "guest")
    lines = [json.loads(line) for line in (tmp_path / "results.jsonl").read_text().splitlines()]
    assert lines[1]["answer"] == '=HYPERLINK("http://x.test")'
