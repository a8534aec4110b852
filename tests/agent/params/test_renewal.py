"""A trace's steps with other values, and what cannot be one said before anything is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from actions import Action, Finish, Hit, UsageError
from agent.params import Params, Renewal, derive
from agent.trace import Trace
from tests.agent.params.conftest import BOX, Did, chosen, clicked, listed, typed

Make = Callable[..., Trace]


def action(trace: Trace, n: int = 1) -> Action:
    decision = trace.steps[n - 1].decision
    assert decision is not None
    return decision.action


def new_text(trace: Trace, values: Mapping[str, str], n: int = 1) -> Any:
    renewed = Renewal(derive(trace), values).action(n, action(trace, n))
    assert renewed is not None
    return renewed.model_dump()[{"type": "text", "select": "option"}[renewed.kind]]


@pytest.mark.parametrize(
    ("step", "old", "new", "text"),
    [
        (typed("Dear Ana Silva,"), "Ana Silva", "Bob Müller", "Dear Bob Müller,"),
        (typed("ANA SILVA"), "Ana Silva", "Bob Müller", "BOB MÜLLER"),
        (typed("12/13/2026"), "2026-12-13", "2027-01-05", "01/05/2027"),
        (typed("2026-12-13"), "13.12.2026", "05.01.2027", "2027-01-05"),
        (typed("2026-12-13"), "2026-12-13", "5 January 2027", "2027-01-05"),
        (chosen("2:30 PM"), "14:30", "9:05", "9:05 AM"),
        (typed("1,200.50"), "1200.5", "99.9", "99.90"),
        (typed("912345678"), "+351 912 345 678", "+49 171 2345678", "1712345678"),
        (typed("Ana", "First name"), "Ana Silva", "Bob de la Cruz", "Bob"),
        (chosen("2 guests", "Guests", ("1 guest", "2 guests")), "2", "1", "1 guest"),
        (chosen("2 guests", "Guests"), "2", "4", "4 guests"),
        (typed("Ana"), "Ana", "", ""),
    ],
)
def test_it_is_written_in_the_form_that_it_had(trace: Make, step: Did, old: str, new: str, text: str) -> None:
    made = trace(step, guests=old) if step[0].kind == "select" and old == "2" else trace(step, x=old)
    assert new_text(made, {next(iter(made.header.task.data)): new}) == text


def test_a_choice_that_is_clicked_is_another_thing(trace: Make) -> None:
    made = trace(clicked("Lisbon, Portugal", "option", path="#city-1", near="Lisbon coast"), city="Lisbon")
    hit = made.steps[0].result.hit  # type: ignore[union-attr]
    assert hit is not None
    renewed = Renewal(derive(made), {"city": "Porto"}).hit(1, hit)
    assert (renewed.name, renewed.path, renewed.near) == ("Porto, Portugal", "", "Porto coast")
    assert Renewal(derive(made), {"city": "Lisbon"}).hit(1, hit) == hit


def test_a_list_opened_and_chosen_from_is_one_choice(trace: Make) -> None:
    made = trace(clicked("City", "combobox"), clicked("Lisbon", "option"), city="Lisbon")
    joined = chosen("Lisbon")[0]
    assert Renewal(derive(made), {"city": "Porto"}).action(1, joined) == chosen("Porto")[0]


def test_a_box_is_left_alone_where_the_value_says_so(trace: Make) -> None:
    box = listed("checkbox", "Newsletter")
    made = trace(clicked("Newsletter", "checkbox", box), typed("Ana"), newsletter="yes", guest="Ana")
    params = derive(made)
    assert Renewal(params, {"newsletter": "no", "guest": "Ana"}).action(1, action(made)) is None
    assert Renewal(params, {"newsletter": "true", "guest": "Ana"}).action(1, action(made)) == action(made)


def test_a_field_that_held_the_value_is_filled_first(trace: Make) -> None:
    city = listed("combobox", "City", value="Lisbon", options=("Lisbon", "Porto"))
    guests = listed("spinbutton", "Guests", value="2")
    made = trace(clicked("Search", "button", city, guests), city="Lisbon", guests="2")
    renewal = Renewal(derive(made), {"city": "Porto", "guests": "3"})
    first, second = renewal.before(1)
    assert first.action == chosen("Porto")[0]
    assert (first.hit.role, first.hit.name, first.read_back) == ("combobox", "City", "Porto")
    assert second.action == typed("3", replace=True)[0]
    assert renewal.before(2) == ()
    assert renewal.before(3, after=0) == (first, second)
    assert Renewal(derive(made), {"city": "Lisbon", "guests": "2"}).before(1) == ()


def test_pages_are_expected_to_say_the_new_values(trace: Make) -> None:
    made = trace(
        typed("Ana Silva"), typed("2026-12-13"), chosen("2 guests", "Guests"),
        guest="Ana Silva", day="2026-12-13", guests="2",
    )  # fmt: skip
    renewal = Renewal(derive(made), {"guest": "Bob Li", "day": "2027-01-05", "guests": "3"})
    assert renewal.text("Welcome, Ana Silva! Sunday 13 December 2026") == "Welcome, Bob Li! Tuesday 5 January 2027"
    assert renewal.text("/search?guests=2&day=2026-12-13&page=2") == "/search?guests=3&day=2027-01-05&page=2"
    assert renewal.text("2 guests, 2 nights") == "3 guests, 2 nights"
    assert renewal.action(9, Finish(status="complete", answer="Booked for Ana Silva")) == Finish(
        status="complete", answer="Booked for Bob Li"
    )
    assert renewal.read_back(3, "2 guests") == "3 guests"
    assert renewal.read_back(2, "13.12.2026") == "05.01.2027"
    assert renewal.read_back(1, "A. Silva") is None
    assert renewal.read_back(7, "Lisbon") == "Lisbon"


def test_a_text_that_stands_for_two_values_stays_unless_both_agree(trace: Make) -> None:
    made = trace(typed("Berlin", "Home"), typed("Berlin", "Work"), home="Berlin", work="Berlin")
    params = derive(made)
    assert Renewal(params, {"home": "Bonn", "work": "Ulm"}).text("To Berlin") == "To Berlin"
    assert Renewal(params, {"home": "Bonn", "work": "Bonn"}).text("To Berlin") == "To Bonn"


def test_no_values_are_the_recorded_ones(trace: Make) -> None:
    made = trace(typed("Ana"), guest="Ana")
    assert Renewal(derive(made)).action(1, action(made)) == action(made)
    assert Renewal(derive(made)).values == {"guest": "Ana"}


@pytest.mark.parametrize(
    ("steps", "data", "values", "message"),
    [
        ((typed("Ana"),), {"guest": "Ana"}, {"gest": "Bob"}, "knows no 'gest'; its values are: guest"),
        ((typed("Ana"), typed("x9x")), {"guest": "Ana", "code": "x9x"}, {"guest": "Bob"}, "no value for code"),
        ((typed("2026-12-13"),), {"day": "2026-12-13"}, {"day": "soon"}, "day: 'soon' is no date; write it as YYYY"),
        ((typed("2026-12-13"),), {"day": "2026-12-13"}, {"day": "2026-02-30"}, "day: '2026-02-30' is no date"),
        ((typed("2", input_type="number"),), {"n": "2"}, {"n": "two or so"}, "n: 'two or so' is no number"),
        ((typed("12.50"),), {"n": "12.5"}, {"n": "12.555"}, "n: '12.555' can be read as two numbers"),
        ((typed("12.50"),), {"n": "12.5"}, {"n": "0.1234"}, "n: '0.1234' is no number"),
        ((typed("1,200"),), {"n": "1200"}, {"n": "12.5"}, "n: '12.5' has more decimals"),
        ((typed("a@b.c", input_type="email"),), {"mail": "a@b.c"}, {"mail": "abc"}, "mail: 'abc' is no e-mail"),
        ((chosen("Lisbon"),), {"city": "Lisbon"}, {"city": " "}, "city: the value is empty, and step 1 needs one"),
        (
            (typed("Ana"),),
            {"guest": "Ana", "city": "Lisbon"},
            {"guest": "B", "city": "Porto"},
            "city cannot be 'Porto'",
        ),
        ((typed("Berlin"),), {"a": "Berlin", "b": "Berlin"}, {"a": "Bonn", "b": "Bonn"}, "a cannot be another value"),
        ((typed("12/12/2026"),), {"a": "2026-12-12"}, {"a": "2026-12-13"}, "day and month can be told in two ways"),
        ((typed("+351912345678"),), {"tel": "+351 912 345 678"}, {"tel": "call me"}, "tel: 'call me' is no telephone"),
    ],
)
def test_what_cannot_be_is_said_by_name(
    trace: Make, steps: tuple[Did, ...], data: dict[str, str], values: dict[str, str], message: str
) -> None:
    params = derive(trace(*steps, **data))
    with pytest.raises(UsageError, match=message):
        Renewal(params, values)


def test_a_day_clicked_in_a_calendar_stays_in_its_month(trace: Make) -> None:
    sheet = [listed("gridcell", str(day)) for day in range(1, 32)]
    params = derive(trace(clicked("13", "gridcell", *sheet), arrival="2026-12-13"))
    hit = Hit(role="gridcell", name="13", box=BOX)
    assert Renewal(params, {"arrival": "2026-12-05"}).hit(1, hit).name == "5"
    with pytest.raises(UsageError, match="no step of the trace says its month, so it must stay 12"):
        Renewal(params, {"arrival": "2026-11-05"})


def test_an_empty_trace_has_nothing_to_renew(trace: Make) -> None:
    assert derive(trace()) == Params()
