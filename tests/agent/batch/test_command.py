"""`agent batch` on the hotel: a booking recorded once, and repeated for a table of guests."""

from __future__ import annotations

import csv
import datetime
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from actions import Action, Click, Element, Finish, Observation, Task, Type
from agent.batch.command import fitted
from agent.batch.rows import Row, Table
from agent.limits import Limits
from agent.outcome import Outcome
from agent.params import Param, Params, Use
from agent.trace import TraceWriter, Turn, header
from envs.demo.hotel import HotelSite, hotel
from envs.web import WebEnv
from prompts.base import Decision
from tests.agent.test_cli import agent

TODAY = datetime.date(2026, 11, 20)
ANA = {"guest": "Ana Silva", "arrival": "2026-12-12", "departure": "2026-12-16", "guests": "2", "mail": "ana@ex.org"}
Do = Callable[[Observation], Action]


@pytest.fixture(scope="module")
async def site() -> AsyncIterator[HotelSite]:
    async with hotel(today=lambda: TODAY) as running:
        yield running


@pytest.fixture(scope="module")
async def trace(site: HotelSite, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ana's booking, as a model would have done it: what the form holds already is left as it is."""
    folder = tmp_path_factory.mktemp("recorded") / "ana"
    steps: list[Do] = [
        lambda seen: Type(text="2026-12-12", into=named(seen, "Arrival").box, replace=True),
        lambda seen: Type(text="2026-12-16", into=named(seen, "Departure").box, replace=True),
        lambda seen: Click(at=named(seen, "Search").box),
        lambda seen: Click(at=next(one for one in seen.elements if one.name.startswith("Book ")).box),
        lambda seen: Type(text="Ana Silva", into=named(seen, "Full name").box, replace=True),
        lambda seen: Type(text="ana@ex.org", into=named(seen, "E-mail").box, replace=True),
        lambda seen: Click(at=named(seen, "I accept the booking terms").box),
        lambda seen: Click(at=named(seen, "Confirm booking").box),
        lambda seen: Finish(status="complete", answer="Booked for Ana Silva"),
    ]
    writer = TraceWriter(folder)
    task = Task(instruction="Book a room.", data=ANA, start=site.url, today=TODAY)
    writer.begin(header(task, "web", "glm41v-web", "scripted", "", Limits()))
    async with WebEnv(site.url, viewport=(1280, 1600)) as env:
        for n, step in enumerate(steps, start=1):
            turn = Turn(n=n, seen=await env.observe())
            turn.decision = Decision(action=step(turn.seen))
            if turn.decision.action.kind != "finish":
                turn.result = await env.perform(turn.decision.action)
            writer.add(turn)
    writer.end(Outcome(status="complete", answer="Booked for Ana Silva", trace=folder))
    return folder


def named(seen: Observation, name: str) -> Element:
    return next(one for one in seen.elements if one.name == name)


async def test_a_table_of_guests_with_one_bad_row(site: HotelSite, trace: Path, tmp_path: Path) -> None:
    table = tmp_path / "guests.csv"
    table.write_text(
        "guest;arrival;departure;guests;mail\n"
        "Bob Müller;2026-12-01;2026-12-03;1;bob@ex.org\n"
        "王小明;soon;2027-01-08;2;wang@ex.org\n"
        "Chloé Martin;2027-01-05;2027-01-08;2;chloe@ex.org\n",
        encoding="utf-8",
    )
    before = len(site.bookings())
    ran = await agent(tmp_path, "batch", str(trace), "--data", str(table), "--out", "out", "--jobs", "2", "--json")
    assert ran.code == 2, ran.err
    assert "row 2: arrival: 'soon' is no date; write it as YYYY-MM-DD" in ran.err
    booked = sorted((one.name, one.guests, str(one.arrival), str(one.departure)) for one in site.bookings()[before:])
    assert booked == [
        ("Bob Müller", 1, "2026-12-01", "2026-12-03"),
        ("Chloé Martin", 2, "2027-01-05", "2027-01-08"),
    ]
    told = ran.last_object()
    assert (told["outcome"], told["rows"]) == ("usage", {"total": 3, "complete": 2, "unknown": 0, "not_begun": 0})
    found = list(csv.DictReader((tmp_path / "out" / "results.csv").read_text("utf-8-sig").splitlines()))
    assert [(row["outcome"], row["answer"]) for row in found] == [
        ("complete", "Booked for Bob Müller"),
        ("usage", ""),
        ("complete", "Booked for Chloé Martin"),
    ]
    assert (tmp_path / "out" / "row-0003" / "trace.jsonl").exists()
    # the bad row is mended, and only that one is done
    table.write_text(table.read_text("utf-8").replace("soon", "2027-01-05"), encoding="utf-8")
    ran = await agent(tmp_path, "batch", str(trace), "--data", str(table), "--out", "out", "--resume")
    assert ran.code == 0, ran.err
    assert [one.name for one in site.bookings()[before + 2 :]] == ["王小明"]


async def test_a_bad_call_costs_nothing(trace: Path, tmp_path: Path) -> None:
    table = tmp_path / "guests.csv"
    table.write_text("guest,arival\nBob,2026-12-01\n")
    for arguments, code, message in (
        ([str(trace), "--data", str(table)], 2, "no column arrival, departure, guests, mail; it has guest, arival"),
        ([str(trace), "--data", str(tmp_path / "none.csv")], 2, "cannot be read"),
        ([str(tmp_path), "--data", str(table)], 1, "no trace in"),
        ([str(trace), "--data", str(table), "--retry-unknown"], 2, "--resume"),
    ):
        ran = await agent(tmp_path, "batch", *arguments)
        assert ran.code == code, ran.err
        assert message in ran.err
        assert "Traceback" not in ran.err
    assert not (tmp_path / "batches").exists()


async def test_the_values_of_a_trace_are_listed_and_changed(trace: Path, tmp_path: Path) -> None:
    ran = await agent(tmp_path, "trace", "params", str(trace))
    assert ran.code == 0, ran.err
    assert [line.split()[0] for line in ran.out.splitlines()[1:]] == ["guest", "arrival", "departure", "guests", "mail"]
    assert "was there already" in ran.out
    ran = await agent(tmp_path, "trace", "params", str(trace), "--rename", "nobody=x")
    assert ran.code == 2
    assert "no parameter 'nobody'" in ran.err


def test_columns_are_fitted_to_the_parameters() -> None:
    uses = (Use(n=1, field="text", template="{day}"),)
    day = Param(name="day", value="2026-12-12", reads="date:%Y-%m-%d", uses=uses)
    rows = (Row(1, {"day": "2026-12-13", "id": "7"}), Row(2, {"day": "", "id": "8"}), Row(3, {"day": "no", "id": "9"}))
    table = fitted(Table(("day", "id"), rows), Params(params=(day,)))
    assert [(row.values, bool(row.problem)) for row in table.rows] == [
        ({"day": "2026-12-13"}, False),
        ({"day": ""}, False),
        ({"day": "no"}, True),
    ]
