"""The desktop's overhead bench runs and shows no stale picture. How fast a machine is, is not tested."""

from __future__ import annotations

import json
import shutil

import pytest

from agent.bench.overhead_desktop import Report, overhead


@pytest.mark.skipif(shutil.which("Xvfb") is None or shutil.which("openbox") is None, reason="needs Xvfb and openbox")
async def test_two_rounds() -> None:
    report = await overhead(2)
    assert report.stale == 0
    assert all(len(values) == 2 for values in report.ms.values())
    assert json.loads(json.dumps(report.as_dict()))["rounds"] == 2
    assert "stale pictures 0" in report.table()


def test_the_ratio_is_of_medians() -> None:
    report = Report(3, ms={"floor": [10.0, 20.0, 90.0], "step": [30.0, 20.0, 99.0], "settle": [1.0, 2.0, 3.0]})
    assert report.ratio == 1.5
    assert report.good
    report.stale = 1
    assert not report.good
