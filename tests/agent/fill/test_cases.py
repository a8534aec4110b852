"""The form cases under tests/forms/dev as rows of values, judged by what their servers received."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.agent.fill.conftest import Fill
from tests.forms.cases import ROOT, load_case
from tests.forms.judge import judge
from tests.forms.server import serve

ROWS = tomllib.loads((Path(__file__).parent / "rows.toml").read_text(encoding="utf-8"))
VERDICTS = {
    "ticket": "solved",
    "job-application": "solved",
    "signup": "solved",
    "quote": "solved",
    "parcel-zh": "solved",
    "donation": "solved",
    "course-de": "solved",
    "gym-missing": "stopped_right",
    "table-nofield": "stopped_right",
    "workshop-soldout": "stopped_right",
}


@pytest.mark.parametrize("name", VERDICTS)
async def test_a_case_goes_as_its_server_says(name: str, fill_in: Fill) -> None:
    case = load_case(ROOT / "dev" / name)
    async with serve(case) as site:
        filled = await fill_in(site.url, {**case.data, **ROWS[name]}, submit=True)
        verdict = judge(case, site.submissions, filled.outcome.status, filled.outcome.reason)
    assert verdict.kind == VERDICTS[name], verdict.why
