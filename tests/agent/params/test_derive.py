"""Values are found in a trace in whatever form they went in, and never where something else stands."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from agent.params import Params, derive
from agent.trace import Trace
from tests.agent.params.conftest import Did, chosen, clicked, listed, typed

Make = Callable[..., Trace]


def templates(params: Params) -> list[str]:
    return [use.template for _, use in sorted(params.uses().items())]


@pytest.mark.parametrize(
    ("value", "step", "template"),
    [
        ("Ana Silva", typed("Ana Silva"), "{x}"),
        ("Ana Silva", typed("ANA SILVA"), "{x|upper}"),
        ("Ana Silva", typed("Dear Ana Silva, welcome"), "Dear {x}, welcome"),
        ("a{b}c", typed("say {a{b}c}"), "say {{{x}}}"),
        ("2026-12-13", typed("2026-12-13"), "{x}"),
        ("2026-12-13", typed("12/13/2026"), "{x|date:%m/%d/%Y}"),
        ("2026-12-13", typed("13/12/2026"), "{x|date:%d/%m/%Y}"),
        ("2026-12-03", typed("3.12.2026"), "{x|date:%-d.%-m.%Y}"),
        ("2026-12-13", typed("13. Dezember 2026"), "{x|date[de]:%-d. %B %Y}"),
        ("2026-12-13", typed("2026年12月13日"), "{x|date:%Y年%-m月%-d日}"),
        ("2026-12-13", typed("Sunday, December 13, 2026"), "{x|date:%A, %B %-d, %Y}"),
        ("2026-12-13", clicked("Sun 13 Dec 2026, free", "gridcell"), "{x|date:%a %-d %b %Y}, free"),
        ("2026-12-13", typed("12132026"), "{x|date:%m%d%Y}"),
        ("13.12.2026", typed("2026-12-13"), "{x|date:%Y-%m-%d}"),
        ("12/01/2026", typed("1 December 2026"), "{x|date:%-d %B %Y}"),
        ("14:30", chosen("2:30 PM"), "{x|time:%-I:%M %p}"),
        ("2", chosen("2"), "{x}"),
        ("2", typed("2", input_type="number"), "{x|number}"),
        ("7", chosen("07"), "{x|number:00}"),
        ("1200.5", typed("1,200.50"), "{x|number:#,##0.00}"),
        ("1200.50", typed("1.200,50 EUR"), "{x|number:#.##0,00} EUR"),
        ("+351 912 345 678", typed("+351912345678"), "{x|phone:given}"),
        ("+351912345678", typed("912345678"), "{x|phone:local}"),
        ("+49 171 2345678", typed("0171-2345678"), "{x|phone:0-}"),
        ("yes", clicked("Ja", "radio"), "{x|flag:Ja/Nein}"),
        ("Ana Silva", typed("https://a.test/?q=Ana+Silva"), "https://a.test/?q={x|plus}"),
        ("Lindenweg 12, 10115 Berlin", typed("10115", "Postcode"), "{x|part:zip}"),
        ("ana@example.org", typed("ana@example.org", input_type="email"), "{x|email}"),
    ],
)
def test_a_value_is_found_in_any_form(trace: Make, value: str, step: Did, template: str) -> None:
    assert templates(derive(trace(step, x=value))) == [template]


@pytest.mark.parametrize(
    ("value", "step"),
    [
        ("2", typed("12/02/2026")),
        ("2", typed("2 nights")),
        ("2", typed("+49 2 345")),
        ("2", typed("1.2")),
        ("Ana", typed("Banana")),
        ("Ana Silva", typed("Ana")),
        ("2", clicked("2", "link")),
        ("2026-12-13", typed("13", "Room")),
        ("M", typed("Maria")),
    ],
)
def test_what_only_looks_like_a_value_is_none(trace: Make, value: str, step: Did) -> None:
    found = derive(trace(step, x=value))
    assert found.params[0].uses == ()
    assert found.unclear == ()


def test_the_longest_value_comes_first(trace: Make) -> None:
    found = derive(trace(typed("Ana Silva and Ana"), who="Ana Silva", nick="Ana"))
    assert templates(found) == ["{who} and {nick}"]


def test_one_text_may_hold_several_values(trace: Make) -> None:
    found = derive(trace(typed("Ana, 13.12.2026"), first="Ana", day="2026-12-13"))
    assert found.get("first").uses == found.get("day").uses
    assert templates(found) == ["{first}, {day|date:%d.%m.%Y}"]


def test_the_parts_of_a_name(trace: Make) -> None:
    found = derive(trace(typed("Ana Maria", "First name"), typed("Silva", "Last name"), guest_name="Ana Maria Silva"))
    assert templates(found) == ["{guest_name|part:first}", "{guest_name|part:last}"]


def test_dates_in_three_lists(trace: Make) -> None:
    steps = [
        chosen("December", "Month"), chosen("12", "Day"), chosen("2026", "Year"),
        chosen("December", "Month"), chosen("16", "Day"), chosen("2026", "Year"),
    ]  # fmt: skip
    found = derive(trace(*steps, arrival="2026-12-12", departure="2026-12-16"))
    assert [use.n for use in found.get("arrival").uses] == [1, 2, 3]
    assert [use.n for use in found.get("departure").uses] == [4, 5, 6]
    assert templates(found)[:3] == ["{arrival|date:%B}", "{arrival|date:%d}", "{arrival|date:%Y}"]
    assert found.unclear == ()


def test_a_day_of_a_calendar(trace: Make) -> None:
    sheet = [listed("gridcell", str(day)) for day in range(1, 32)]
    found = derive(trace(clicked("13", "gridcell", *sheet), arrival="2026-12-13"))
    assert templates(found) == ["{arrival|date:%d}"]


def test_equal_values_are_told_apart_by_the_fields_names(trace: Make) -> None:
    found = derive(trace(typed("2", "Rooms"), typed("2", "Adults"), adults="2", rooms="2"))
    assert [use.n for use in found.get("adults").uses] == [2]
    assert [use.n for use in found.get("rooms").uses] == [1]


def test_equal_values_in_a_field_without_a_name_are_unclear(trace: Make) -> None:
    found = derive(trace(typed("Berlin"), home="Berlin", work="Berlin"))
    assert [(one.n, one.text, one.names) for one in found.unclear] == [(1, "Berlin", ("home", "work"))]
    assert templates(found) == []


def test_day_and_month_that_may_be_either_are_unclear(trace: Make) -> None:
    found = derive(trace(typed("12/12/2026"), arrival="2026-12-12"))
    assert [one.names for one in found.unclear] == [("arrival",)]


def test_another_date_of_the_trace_says_which_comes_first(trace: Make) -> None:
    found = derive(trace(typed("12/12/2026"), typed("16/12/2026"), a="2026-12-12", b="2026-12-16"))
    assert templates(found) == ["{a|date:%d/%m/%Y}", "{b|date:%d/%m/%Y}"]


def test_a_placeholder_says_which_comes_first(trace: Make) -> None:
    found = derive(trace(typed("12/12/2026", "When", placeholder="MM/DD/YYYY"), a="2026-12-12"))
    assert templates(found) == ["{a|date:%m/%d/%Y}"]


def test_a_box_that_was_ticked(trace: Make) -> None:
    step = clicked("Subscribe to the newsletter", "checkbox", listed("checkbox", "Subscribe to the newsletter"))
    found = derive(trace(step, newsletter="yes"))
    assert [(use.field, use.template) for use in found.get("newsletter").uses] == [("when", "{newsletter|flag:Yes/No}")]


def test_a_field_that_held_the_value_already(trace: Make) -> None:
    city = listed("combobox", "City", value="Lisbon", options=("Lisbon", "Porto"))
    found = derive(trace(clicked("Search", "button", city), city="Lisbon"))
    (use,) = found.get("city").uses
    assert (use.field, use.template, use.options) == ("kept", "{city}", ("Lisbon", "Porto"))
    assert use.held is not None
    assert (use.held.role, use.held.name) == ("combobox", "City")


def test_a_field_of_another_name_holds_something_else(trace: Make) -> None:
    field = listed("combobox", "Nights", value="2")
    assert derive(trace(clicked("Search", "button", field), guests="2")).get("guests").uses == ()


def test_a_step_that_was_refused_counts_for_nothing(trace: Make) -> None:
    made = trace(typed("Ana"), guest="Ana")
    refused = made.steps[0].model_copy(update={"problem": "nothing there", "result": None})
    assert derive(made.model_copy(update={"steps": (refused,)})).get("guest").uses == ()
