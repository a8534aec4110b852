"""Forms: what is written in one can be found again, and comes back as it was."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions import UsageError
from agent.params import Params, Renewal, derive, forms, moments
from agent.trace import Trace
from tests.agent.params.conftest import typed

DATES = st.dates(datetime.date(1971, 1, 1), datetime.date(2069, 12, 31))
PATTERNS = st.sampled_from([pattern for pattern in moments.date_patterns() if "%Y" in pattern.text])
NAMES = st.sampled_from(["Ana Silva", "Bob Müller", "Chloé de la Cruz", "王小明", "Dan O'Neil", "María José Pérez"])
PHONES = st.sampled_from(
    ["+351 912 345 678", "+49 171 2345678", "+1 212 555 0123", "+44 20 7946 0958", "+86 138 0013 8000"]
)
AMOUNTS = st.decimals(0, 10**7, places=2).map(str)


@settings(deadline=None, max_examples=15)
@given(DATES, PATTERNS)
def test_a_date_is_read_as_it_was_written(day: datetime.date, pattern: moments.Pattern) -> None:
    assert moments.parse(moments.write(day, pattern), pattern) == day


@settings(deadline=None, max_examples=15)
@given(
    st.times().map(lambda time: time.replace(second=0, microsecond=0)), st.sampled_from(list(moments.time_patterns()))
)
def test_a_time_is_read_as_it_was_written(time: datetime.time, pattern: moments.Pattern) -> None:
    assert moments.parse(moments.write(time, pattern), pattern) == time


@pytest.mark.parametrize(
    "text", ["", "soon", "2026-13-01", "30.02.2026", "2026-12-12T", "1" * 60, "12/12", "١٢/١٢/٢٠٢٦"]
)
def test_what_is_no_date_is_read_as_none(text: str) -> None:
    assert [form for form in forms.readings(text) if form.startswith("date")] == []


@settings(deadline=None, max_examples=15)
@given(st.one_of(DATES.map(str), NAMES, PHONES, AMOUNTS, st.text(min_size=1, max_size=12)))
def test_every_way_of_a_value_is_its_form_written(value: str) -> None:
    reads = (*forms.readings(value), "")[0]
    for way in forms.ways(value, reads):
        assert forms.write(value, way.form, reads) == way.text


def test_a_form_that_does_not_exist_is_refused() -> None:
    for form in ("shout", "date", "number:0.00|shout", "__class__", "date[xx"):
        with pytest.raises(forms.Unfit):
            forms.write("2", form)


# --- there and back ---


def renewed(params: Params, trace: Trace, value: str) -> str:
    action = trace.steps[0].decision.action  # type: ignore[union-attr]
    new = Renewal(params, {"x": value}).action(1, action)
    assert new is not None
    assert new.kind == "type"
    return new.text


def there_and_back(trace: Trace, old: str, new: str) -> str:
    params = derive(trace)
    text = renewed(params, trace, new)
    assert params.params[0].uses
    other = Params(params=(params.params[0].model_copy(update={"value": new}),))
    decision = trace.steps[0].decision
    assert decision is not None
    changed = decision.model_copy(update={"action": decision.action.model_copy(update={"text": text})})
    there = trace.model_copy(update={"steps": (trace.steps[0].model_copy(update={"decision": changed}),)})
    return renewed(other, there, old)


@settings(deadline=None, max_examples=15)
@given(DATES, DATES, PATTERNS)
def test_a_date_there_and_back(old: datetime.date, new: datetime.date, pattern: moments.Pattern) -> None:
    text = f"From {moments.write(old, pattern)} on"
    trace = made(typed(text), x=str(old))
    params = derive(trace)
    if params.unclear:
        assert old != new
        return
    assert renewed(params, trace, str(old)) == text
    assert there_and_back(trace, str(old), str(new)) == text


@pytest.mark.parametrize(("values", "form"), [
    (NAMES, ""), (NAMES, "upper"), (NAMES, "lower"), (NAMES, "plus"), (NAMES, "percent"),
    (PHONES, "phone:given"), (PHONES, "phone:+"), (PHONES, "phone:00-"), (PHONES, "phone:0"), (PHONES, "phone:local."),
    (AMOUNTS, "number:#,##0.00"), (AMOUNTS, "number:0,00"), (AMOUNTS, "number:#.##0,00"),
])  # fmt: skip
def test_other_values_there_and_back(values: st.SearchStrategy[str], form: str) -> None:
    @settings(deadline=None, max_examples=15)
    @given(values, values)
    def check(old: str, new: str) -> None:
        text = forms.write(old, form)
        trace = made(typed(text), x=old)
        assert renewed(derive(trace), trace, old) == text
        assert there_and_back(trace, old, new) == text

    check()


@settings(deadline=None, max_examples=15)
@given(st.text(min_size=1, max_size=20).filter(str.strip), st.text(max_size=20))
def test_recorded_values_change_nothing(value: str, around: str) -> None:
    trace = made(typed(f"{around} {value}"), x=value)
    params = derive(trace)
    renewal = Renewal(params, {"x": value})
    action = trace.steps[0].decision.action  # type: ignore[union-attr]
    assert renewal.action(1, action) == action
    assert renewal.text(around + value) == around + value


@settings(deadline=None, max_examples=15)
@given(DATES, DATES)
def test_a_page_says_the_new_date(old: datetime.date, new: datetime.date) -> None:
    pattern = moments.Pattern("%-d %B %Y")
    renewal = Renewal(derive(made(typed(str(old)), x=str(old))), {"x": str(new)})
    assert renewal.text(f"Rooms from {moments.write(old, pattern)}!") == f"Rooms from {moments.write(new, pattern)}!"


made: Callable[..., Trace]


@pytest.fixture(autouse=True)
def _make(trace: Callable[..., Trace]) -> None:
    global made  # hypothesis' tests take no fixture that is made anew for each test
    made = trace


def test_a_date_that_could_be_two_is_refused() -> None:
    params = derive(made(typed("2026-12-13"), x="2026-12-13"))
    with pytest.raises(UsageError, match="two dates; write it as YYYY-MM-DD"):
        Renewal(params, {"x": "01/02/2027"})
    assert renewed(params, made(typed("2026-12-13"), x="2026-12-13"), "14/02/2027") == "2027-02-14"
