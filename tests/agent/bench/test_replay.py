"""The replay bench books with both, and adds its figures up. How fast a machine is, is not tested."""

from __future__ import annotations

import json

from agent.bench.replay import Report, measured


async def test_one_round() -> None:
    report = await measured(1, warm_up=False)
    assert [len(values) for runs in (report.cold, report.warm) for values in runs.values()] == [1] * 4
    assert {"find", "act", "settle", "check"} <= set(report.phases)
    assert report.picture_ms
    assert json.loads(json.dumps(report.as_dict()))["rounds"] == 1
    assert "worst ratio" in report.table()


def test_ratios_are_of_medians_and_the_worst_counts() -> None:
    report = Report(3, picture_ms=[20.0])
    report.cold = {"replay": [1.0, 1.4, 9.0], "script": [1.0, 1.0, 1.0]}
    report.warm = {"replay": [1.0], "script": [1.0]}
    assert report.ratios == {"cold": 1.4, "warm": 1.0}
    assert report.good
    report.warm["replay"] = [1.6]
    assert not report.good
