"""docs/story.md, command by command, as somebody would type it."""

from __future__ import annotations

import asyncio
import csv
import io
import os
import shlex
import sys
from pathlib import Path

from agent.bench.drift.mutations import MUTATIONS
from agent.bench.drift.sites.hotel import SITE
from agent.bench.drift.stand import Stand
from agent.trace import read_trace
from envs.demo.hotel import hotel
from envs.demo.serve import serve
from tests.support.browser import path_of_browser

STORY = Path(__file__).parents[2] / "docs" / "story.md"
GUESTS = ("Cara Diaz", "Eva Ek", "李明", "Finn O'Hara", "Gil Ünal", 'Ida "Id" Berg', "Jo Lund", "Kim, Ana", "Lea Roy")


def rows() -> str:
    """Ten rows; the second has no date that anybody could read."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(("guest", "city", "check_in", "check_out", "guests"))
    for n, guest in enumerate(GUESTS):
        table.writerow((guest, "Lisbon", f"2027-0{n // 5 + 7}-{2 * n + 1:02}", f"2027-0{n // 5 + 7}-{2 * n + 3:02}", 2))
        if n == 0:
            table.writerow(("Dan Wu", "Lisbon", "no date", "2027-07-09", 2))
    return text.getvalue()


async def type_in(command: str, folder: Path, *more: str) -> tuple[int, str]:
    """The exit code and everything that a command said."""
    program, *arguments = shlex.split(command)
    start = [sys.executable, "-m", "agent"] if program == "agent" else [sys.executable]
    process = await asyncio.create_subprocess_exec(
        *start, *arguments, *more, cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "PYTHONPATH": str(STORY.parents[1]), "BROWSER": await path_of_browser()},
    )  # fmt: skip
    said, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, said.decode()


async def test_the_story(tmp_path: Path) -> None:
    told = [line for line in STORY.read_text(encoding="utf-8").splitlines() if line.startswith(("agent ", "python "))]
    book, params, again, batch, heal, strict, view, export, script = told
    (tmp_path / "guests.csv").write_text(rows(), encoding="utf-8")
    async with hotel() as site:
        code, said = await type_in(book, tmp_path, "--url", site.url)
        assert code == 0, said
        code, said = await type_in(params, tmp_path)
        assert code == 0, said
        assert "{check_in}" in said
        code, said = await type_in(again, tmp_path, "--url", site.url)
        assert code == 0, said
        code, said = await type_in(batch, tmp_path, "--url", site.url)
        assert code == 2, said
        assert "row 2: check_in: 'no date' is no date" in said
        code, said = await type_in(export, tmp_path)
        assert code == 0, said
        code, said = await type_in(script, tmp_path, site.url)
        assert code == 0, said
        names = [booking.name for booking in site.bookings()]
    assert sorted(names) == sorted(["Ana Silva", "Ana Silva", "Bob Müller", *GUESTS])
    with (tmp_path / "bookings" / "results.csv").open(encoding="utf-8-sig", newline="") as results:
        assert [row["outcome"] for row in csv.DictReader(results)] == ["complete", "usage"] + ["complete"] * 8

    rebuilt = next(one for one in MUTATIONS if one.name == "fields in reverse order")
    stand = Stand(SITE, rebuilt, tmp_path)
    async with serve(stand) as url:
        code, said = await type_in(heal, tmp_path, "--url", url)
        assert code == 0, said
        code, said = await type_in(strict, tmp_path, "--url", url)
        assert code == 0, said
    assert [fields["name"] for _, fields in stand.ledger.entries] == ["Ana Silva", "Ana Silva"]
    healed = read_trace(tmp_path / "traces" / "booking-v2")
    assert healed.header.replays.endswith("booking")
    code, said = await type_in(view, tmp_path)
    assert code == 0, said
    assert (tmp_path / "traces" / "booking-v2" / "index.html").exists()
