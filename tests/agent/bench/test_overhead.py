"""The overhead bench runs, shows no stale picture and adds its figures up. How fast a machine is, is not tested."""

from __future__ import annotations

import json

from agent.bench.overhead import Report, overhead


async def test_two_rounds() -> None:
    report = await overhead(1, dialects=["glm41v-web"])
    assert report.stale == {"floor": 0, "glm41v-web": 0}
    assert report.ceilings == 0
    assert all(len(values) == 1 for kinds in report.ms.values() for values in kinds.values())
    assert min(report.ms["glm41v-web"]["late"]) > 300  # the late answer was waited for
    assert json.loads(json.dumps(report.as_dict()))["rounds"] == 1
    assert "glm41v-web" in report.table()


def test_ratios_are_of_medians() -> None:
    kinds = ("click", "type", "late", "route", "form", "link")
    report = Report(
        3, ms={"floor": {k: [10.0, 20.0, 90.0] for k in kinds}, "x": {k: [30.0, 20.0, 99.0] for k in kinds}}
    )
    report.stale = {"floor": 0, "x": 0}
    assert report.ratio("x", "click") == 1.5
    assert report.worst == 1.5
