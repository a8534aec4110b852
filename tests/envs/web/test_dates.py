"""What a person types for a date, a time or a colour."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions import ActionError
from envs.web.dates import Order, field_value


@pytest.mark.parametrize(
    ("text", "order", "value"),
    [
        ("2026-12-01", "MDY", "2026-12-01"),
        ("2026/12/1", "DMY", "2026-12-01"),
        ("12/01/2026", "MDY", "2026-12-01"),
        ("01/12/2026", "DMY", "2026-12-01"),
        ("1.12.26", "DMY", "2026-12-01"),
        ("2026. 12. 1.", "YMD", "2026-12-01"),
        ("1 December 2026", "MDY", "2026-12-01"),
        ("Dec 1, 2026", "DMY", "2026-12-01"),
        ("December 1st, 2026", "DMY", "2026-12-01"),
        ("2026年12月1日", "MDY", "2026-12-01"),
        ("20261201", "MDY", "2026-12-01"),
        ("  ", "MDY", ""),
    ],
)
def test_dates(text: str, order: Order, value: str) -> None:
    assert field_value(text, "date", order) == value


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("14:30", "time", "14:30"),
        ("2:30 pm", "time", "14:30"),
        ("12 am", "time", "00:00"),
        ("9:05:07", "time", "09:05:07"),
        ("14点30分", "time", "14:30"),
        ("2026-12-01T14:30", "datetime-local", "2026-12-01T14:30"),
        ("12/01/2026, 2:30 PM", "datetime-local", "2026-12-01T14:30"),
        ("2026-12", "month", "2026-12"),
        ("12/2026", "month", "2026-12"),
        ("December 2026", "month", "2026-12"),
        ("2026-W49", "week", "2026-W49"),
        ("week 49, 2026", "week", "2026-W49"),
        ("#36f", "color", "#3366ff"),
        ("red", "color", "#ff0000"),
        ("rgb(1, 2, 3)", "color", "#010203"),
        ("-7.5", "range", "-7.5"),
    ],
)
def test_other_kinds(text: str, kind: str, value: str) -> None:
    assert field_value(text, kind, "MDY") == value


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("tomorrow", "date"), ("2026-02-30", "date"), ("31/12", "date"), ("13/13/2026", "date"), ("25:00", "time"),
        ("13 pm", "time"), ("14", "time"), ("2026-12-01", "datetime-local"), ("2026-13", "month"),
        ("2026-W60", "week"), ("bluish", "color"), ("many", "range"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_an_example(text: str, kind: str) -> None:
    with pytest.raises(ActionError, match=r"this field takes"):
        field_value(text, kind, "MDY")


@given(st.dates(datetime.date(1000, 1, 1), datetime.date(9999, 12, 31)), st.sampled_from(["YMD", "DMY", "MDY"]))
def test_every_date_survives_every_order(day: datetime.date, order: Order) -> None:
    parts = {"Y": f"{day.year:04}", "M": f"{day.month:02}", "D": f"{day.day:02}"}
    for mark in "/.-":
        assert field_value(mark.join(parts[part] for part in order), "date", order) == day.isoformat()
    assert field_value(day.strftime("%d %B ") + parts["Y"], "date", order) == day.isoformat()


@given(st.text(), st.sampled_from(["date", "time", "datetime-local", "month", "week", "color", "range"]))
def test_any_text_is_read_or_refused(text: str, kind: str) -> None:
    try:
        value = field_value(text, kind, "DMY")
    except ActionError:
        return
    if value:
        assert field_value(value, kind, "DMY") == value
