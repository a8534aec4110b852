"""The trace of a filling is like any other: its values are known, it replays with other ones, and in a batch."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import Response

from agent.params import read_params
from agent.replay.engine import replay
from agent.trace import read_trace
from tests.agent.fill.conftest import Fill, Shared
from tests.agent.fill.site import FormSite
from tests.agent.test_cli import Ran, agent
from tests.support.model_server import model_server, text

FIELDS = (
    "<p><label>Full name <input name=n required></label></p>"
    "<p><label>Arrival (MM/DD/YYYY) <input name=a></label></p>"
    "<p><label>Room <select name=r><option value=''>Please select<option>Single<option>Double</select></label></p>"
    "<fieldset><legend>Payment</legend><label><input type=radio name=p value=c>Card</label>"
    "<label><input type=radio name=p value=b>Bank transfer</label></fieldset>"
    "<p><label><input type=checkbox name=w> Wake-up call</label></p>"
)
ANA = {"name": "Ana Silva", "arrival": "2026-12-01", "room": "Double", "payment": "Card", "wake_up_call": "yes"}
JO = {"name": "Jo Weber", "arrival": "2027-01-15", "room": "Single", "payment": "Bank transfer", "wake_up_call": "no"}
SENT_ANA = {"n": "Ana Silva", "a": "12/01/2026", "r": "Double", "p": "c", "w": "on"}
SENT_JO = {"n": "Jo Weber", "a": "01/15/2027", "r": "Single", "p": "b"}


async def test_it_replays_with_other_values(forms: FormSite, fill_in: Fill, browser: Shared, tmp_path: Path) -> None:
    filled = await fill_in(forms.form(FIELDS), ANA, submit=True)
    assert filled.outcome.status == "complete", filled.outcome.reason
    trace = read_trace(tmp_path / "t")
    assert {param.name for param in read_params(trace).params if param.uses} == set(ANA)
    outcome = await replay(trace, browser, values=JO, trace_dir=tmp_path / "again")
    assert outcome.status == "complete", outcome.reason
    assert forms.sent == [SENT_ANA, SENT_JO]


async def test_a_form_that_was_not_sent_replays_so_far(
    forms: FormSite, fill_in: Fill, browser: Shared, tmp_path: Path
) -> None:
    await fill_in(forms.form(FIELDS), ANA)
    outcome = await replay(read_trace(tmp_path / "t"), browser, values=JO, trace_dir=tmp_path / "again")
    assert outcome.status == "complete", outcome.reason
    assert forms.sent == []


def _write(path: Path, *rows: dict[str, str]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, list(ANA))
        table.writeheader()
        table.writerows(rows)
    return path


def _assert_ended(ran: Ran, code: int) -> None:
    assert ran.code == code, ran.err
    assert "Traceback" not in ran.err


async def test_a_row_from_the_command_line(forms: FormSite, tmp_path: Path) -> None:
    (tmp_path / "row.json").write_text(json.dumps(ANA), encoding="utf-8")
    url = forms.form(FIELDS)
    shown = await agent(tmp_path, "fill", "--url", url, "--data", "row.json", "--trace-dir", "t")
    _assert_ended(shown, 0)
    for word in ("Full name", "Ana Silva", "12/01/2026", "wake_up_call", "'Send' would be pressed next"):
        assert word in shown.out
    assert "--submit" in shown.err
    assert forms.sent == []
    sent = await agent(tmp_path, "fill", "--url", url, "--data", "row.json", "--submit", "--json")
    _assert_ended(sent, 0)
    found = sent.last_object()
    assert (found["outcome"], found["sent"], found["button"], found["no_field"]) == ("complete", "yes", "Send", {})
    assert len(found["filled"]) == len(ANA)
    assert forms.sent == [SENT_ANA]


async def test_a_row_that_does_not_fit_names_what_is_wrong(forms: FormSite, tmp_path: Path) -> None:
    values = ("-d", "arrival=2026-12-01", "-d", "fax=0221 447")
    ran = await agent(tmp_path, "fill", "--url", forms.form(FIELDS), *values, "--submit", "--json", "--trace-dir", "t")
    _assert_ended(ran, 3)
    found = ran.last_object()
    assert list(found["no_field"]) == ["fax"]
    assert found["no_value"] == ["Full name"]
    assert found["sent"] == "no"
    assert forms.sent == []


async def test_from_the_second_row_on_it_replays(forms: FormSite, tmp_path: Path) -> None:
    file = _write(tmp_path / "rows.csv", ANA, JO, {**JO, "room": "Penthouse"}, {**JO, "name": "Li Wei", "payment": ""})
    command = ("fill", "--url", forms.form(FIELDS), "--data", str(file), "--submit", "--json", "--out", "b")
    ran = await agent(tmp_path, *command)
    assert "Traceback" not in ran.err
    assert ran.code != 0
    assert ran.last_object()["rows"] == {"total": 4, "complete": 3, "unknown": 0, "not_begun": 0}
    assert [entry["n"] for entry in forms.sent] == ["Ana Silva", "Jo Weber", "Li Wei"]
    assert forms.sent[:2] == [SENT_ANA, SENT_JO]
    assert read_trace(tmp_path / "b" / "row-0001").header.replays == ""
    assert read_trace(tmp_path / "b" / "row-0002").header.replays
    assert read_trace(tmp_path / "b" / "row-0004").header.replays == ""  # it lacks a value: a row of another kind
    with (tmp_path / "b" / "results.csv").open(encoding="utf-8-sig") as results:
        assert [row["outcome"] == "complete" for row in csv.DictReader(results)] == [True, True, False, True]
    again = await agent(tmp_path, *command, "--resume")
    assert again.last_object()["rows"]["complete"] == 3
    assert len(forms.sent) == 3


async def test_a_model_s_server_is_asked_once(forms: FormSite, tmp_path: Path) -> None:
    url = forms.form("<p><label>Whom shall we greet? <input name=n></label></p>")
    bodies: list[dict[str, Any]] = []

    def answer(n: int, body: dict[str, Any]) -> Response:
        bodies.append(body)
        return text('One field. <|begin_of_box|>{"name": 0}<|end_of_box|>')

    async with model_server(answer) as server:
        ran = await agent(
            tmp_path, "fill", "--url", url, "--base-url", server.url, "--model", "glm-4.1v", "-d", "name=Ana Silva",
            "--submit", "--json", "--trace-dir", "t",
        )  # fmt: skip
    _assert_ended(ran, 0)
    assert forms.sent == [{"n": "Ana Silva"}]
    assert len(bodies) == 1
    assert ran.last_object()["tokens"] > 0
    page = await agent(tmp_path, "view", "t")
    _assert_ended(page, 0)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "nothing to fill in"),
        (("-d", "name=Ana", "--upload", "none.pdf"), "none.pdf"),
        (("-d", "name=Ana", "--model", "glm"), "--base-url"),
        (("--data", "none.json"), "cannot be read"),
    ],
)
async def test_bad_use_is_said_before_anything_starts(arguments: tuple[str, ...], says: str, tmp_path: Path) -> None:
    ran = await agent(tmp_path, "fill", "--url", "http://127.0.0.1:9/", *arguments)
    _assert_ended(ran, 2)
    assert says in ran.err
