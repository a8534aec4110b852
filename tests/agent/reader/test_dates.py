"""Dates and times: read in every common form, written in the form that a field shows."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.reader import dates
from tests.agent.reader.screens import TODAY

FORMS = [
    ("1 to 5 December 2026", "2026-12-01", "2026-12-05"),
    ("December 1-5, 2026", "2026-12-01", "2026-12-05"),
    ("from 3 March until 7 March", "2027-03-03", "2027-03-07"),
    ("28 December to 3 January", "2026-12-28", "2027-01-03"),
    ("28 December to 3 January 2027", "2026-12-28", "2027-01-03"),
    ("2026-12-01 to 2026-12-05", "2026-12-01", "2026-12-05"),
    ("12月1日至5日", "2026-12-01", "2026-12-05"),
    ("2026年12月1日到2026年12月5日", "2026-12-01", "2026-12-05"),
    ("vom 1. bis 5. Dezember 2026", "2026-12-01", "2026-12-05"),
    ("tomorrow", "2026-11-22"),
    ("next Friday", "2026-11-27"),
    ("in two weeks", "2026-12-05"),
    ("in 3 days", "2026-11-24"),
    ("12/1/2026", "2026-12-01"),
    ("31/12/2026", "2026-12-31"),
    ("1.12.2026", "2026-12-01"),
    ("the 3rd of May 2027", "2027-05-03"),
    ("Saturday 12 December 2026", "2026-12-12"),
    ("Dec 1st", "2026-12-01"),
    ("1 November", "2027-11-01"),
    ("明天", "2026-11-22"),
    ("下周五", "2026-11-27"),
    ("两周后", "2026-12-05"),
    ("am 3. Mai 2027", "2027-05-03"),
    ("I may go",),
    ("30 February 2027",),
]


@pytest.mark.parametrize("row", FORMS, ids=[row[0] for row in FORMS])
def test_dates_are_found(row: tuple[str, ...]) -> None:
    found = [date.isoformat() for one in dates.find(row[0], TODAY) for date in one.dates]
    assert found == list(row[1:])


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("at 7 pm", "19:00"), ("19:30", "19:30"), ("7:30pm", "19:30"), ("at noon", "12:00"), ("12:15 am", "00:15"),
        ("晚上7点", "19:00"), ("上午十点半", "10:30"), ("19点30分", "19:30"), ("um 15 Uhr", "15:00"),
    ],
)  # fmt: skip
def test_times_are_found(text: str, clock: str) -> None:
    assert [found for _, _, found in dates.find_times(text)] == [clock]


@pytest.mark.parametrize(
    ("hint", "written"),
    [
        ("DD/MM/YYYY", "05/12/2026"), ("mm/dd/yyyy", "12/05/2026"), ("Format: TT.MM.JJJJ", "05.12.2026"),
        ("(YYYY-MM-DD)", "2026-12-05"), ("年/月/日", "2026/12/05"), ("dd-mm-yy", "05-12-26"), ("Name", "2026-12-05"),
    ],
)  # fmt: skip
def test_a_date_is_written_as_the_hint_shows_it(hint: str, written: str) -> None:
    assert dates.write(datetime.date(2026, 12, 5), dates.mask_of(hint)) == written


@settings(deadline=None)
@given(
    st.dates(datetime.date(1930, 1, 1), datetime.date(2068, 12, 31)),
    st.sampled_from(["yyyy-mm-dd", "dd/mm/yyyy", "mm/dd/yyyy", "dd.mm.yyyy", "yyyy/mm/dd"]),
)
def test_what_is_written_reads_back(date: datetime.date, mask: str) -> None:
    order = {"dd": "dmy", "mm": "mdy"}.get(mask[:2], "")
    assert dates.read(dates.write(date, mask), order) == {date}
