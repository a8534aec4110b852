"""The main job: the embedded reader books exactly what was asked for, and the hotel's database says so."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from actions import Task
from agent.api import run
from agent.trace import read_trace
from envs.demo.hotel import hotel
from envs.web import WebEnv

TODAY = datetime.date(2026, 11, 20)
ANA = "book a room in Lisbon for Ana Silva, 2 guests, 1 to 5 December 2026"


@pytest.mark.parametrize("dialect", ["glm41v-web", "glm41v-pc", "tools"])
async def test_it_books_exactly_what_was_asked_for(dialect: str, tmp_path: Path) -> None:
    async with hotel(today=lambda: TODAY) as site:
        outcome = await run(
            Task(instruction=ANA, today=TODAY), env=WebEnv(site.url), dialect=dialect, trace_dir=tmp_path / "t"
        )
        bookings = site.bookings()
    assert outcome.status == "complete", outcome.reason
    assert [(b.city, b.name, b.guests, b.arrival, b.departure, b.status) for b in bookings] == [
        ("Lisbon", "Ana Silva", 2, datetime.date(2026, 12, 1), datetime.date(2026, 12, 5), "confirmed")
    ]
    assert bookings[0].reference in read_trace(tmp_path / "t").steps[-1].seen.url


async def test_it_does_not_book_what_has_no_place(tmp_path: Path) -> None:
    instruction = f"{ANA}, customer number 4711"
    async with hotel(today=lambda: TODAY) as site:
        outcome = await run(Task(instruction=instruction, today=TODAY), env=WebEnv(site.url), trace_dir=tmp_path / "t")
        bookings = site.bookings()
    assert outcome.status == "infeasible"
    assert "4711" in outcome.reason
    assert bookings == []
