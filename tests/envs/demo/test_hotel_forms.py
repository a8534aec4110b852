from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envs.demo.hotel.catalogue import load
from envs.demo.hotel.forms import Invalid, default_search, read_details, read_reference, read_search

TODAY = date(2026, 11, 20)
CATALOGUE = load()
SEARCH = {"city": "lisbon", "arrival": "2026-12-01", "departure": "2026-12-05", "guests": "2"}
DETAILS = {"name": "Ana Silva", "email": "ana@example.org", "country": "PT", "terms": "yes"}


def problems(**changed: str) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        read_search({**SEARCH, **changed}, CATALOGUE, TODAY)
    return caught.value.problems


def wrong_details(**changed: str) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        read_details({**DETAILS, **changed}, CATALOGUE)
    return caught.value.problems


def test_a_search_says_city_nights_and_guests() -> None:
    search = read_search(SEARCH, CATALOGUE, TODAY)
    assert (search.city.name, search.nights, search.guests) == ("Lisbon", 4, 2)
    assert search.query(sort="price") == "city=lisbon&arrival=2026-12-01&departure=2026-12-05&guests=2&sort=price"


@pytest.mark.parametrize(
    ("changed", "field", "says"),
    [
        ({"city": "atlantis"}, "city", "Choose a city"),
        ({"arrival": "2026-11-19"}, "arrival", "in the past"),
        ({"arrival": ""}, "arrival", "Enter the date of arrival"),
        ({"arrival": "soon"}, "arrival", "Enter the date of arrival"),
        ({"arrival": "2031-01-01", "departure": "2031-01-02"}, "arrival", "two years ahead"),
        ({"departure": "2026-12-01"}, "departure", "after the date of arrival"),
        ({"departure": "2026-02-30"}, "departure", "Enter the date of departure"),
        ({"departure": "2027-01-01"}, "departure", "up to 30 nights"),
        ({"guests": "0"}, "guests", "from 1 to 4"),
        ({"guests": "5"}, "guests", "from 1 to 4"),
        ({"guests": "two"}, "guests", "from 1 to 4"),
    ],
)
def test_a_search_that_makes_no_stay_says_what_is_wrong(changed: dict[str, str], field: str, says: str) -> None:
    found = problems(**changed)
    assert list(found) == [field]
    assert says in found[field]


def test_thirty_nights_from_today_are_a_stay() -> None:
    assert read_search({**SEARCH, "arrival": "2026-11-20", "departure": "2026-12-20"}, CATALOGUE, TODAY).nights == 30


@given(st.dates(), st.sampled_from([*CATALOGUE.cities, "", "nowhere"]))
def test_the_form_that_the_returning_guest_finds_is_a_search_as_it_stands(today: date, city: str) -> None:
    if today > date.max - timedelta(days=1000):
        return
    search = read_search(default_search(CATALOGUE, today, city), CATALOGUE, today)
    assert (search.arrival - today).days == 1
    assert search.nights == 1
    assert search.city.id == (city if city in CATALOGUE.cities else "lisbon")


@pytest.mark.parametrize(
    ("changed", "field", "says"),
    [
        ({"name": "  "}, "name", "Enter the name"),
        ({"name": "123"}, "name", "letters"),
        ({"name": "a" * 101}, "name", "longer than 100"),
        ({"email": ""}, "email", "Enter an e-mail"),
        ({"email": "ana"}, "email", "name@example.com"),
        ({"email": "ana@example"}, "email", "name@example.com"),
        ({"email": "ana@@example.org"}, "email", "name@example.com"),
        ({"email": "a@b..org"}, "email", "name@example.com"),
        ({"phone": "call me"}, "phone", "leave the field empty"),
        ({"phone": "12"}, "phone", "leave the field empty"),
        ({"country": "Portugal"}, "country", "Choose a country"),
        ({"arrival_time": "midnight"}, "arrival_time", "from the list"),
        ({"requests": "x" * 1001}, "requests", "longer than 1000"),
    ],
)
def test_details_that_cannot_be_taken_say_what_is_wrong(changed: dict[str, str], field: str, says: str) -> None:
    found = wrong_details(**changed)
    assert list(found) == [field]
    assert says in found[field]


def test_terms_must_be_accepted() -> None:
    with pytest.raises(Invalid) as caught:
        read_details({key: value for key, value in DETAILS.items() if key != "terms"}, CATALOGUE)
    assert list(caught.value.problems) == ["terms"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("王小明", "王小明"),
        ("Zoë", "Zoë"),
        ("Zoe\u0308", "Zoë"),
        ("  Ana \t Silva ", "Ana Silva"),
        ("Ana\x00 Silva", "Ana Silva"),
        ("D'Arcy-O’Neill", "D'Arcy-O’Neill"),
        ("<b>Ana</b>", "<b>Ana</b>"),
    ],
)
def test_names_are_kept_as_they_are_written(typed: str, kept: str) -> None:
    assert read_details({**DETAILS, "name": typed}, CATALOGUE).name == kept


def blamed(read: Callable[[], object]) -> dict[str, str]:
    try:
        read()
    except Invalid as invalid:
        return invalid.problems
    return {}


@given(st.dictionaries(st.sampled_from([*SEARCH, *DETAILS, "phone", "arrival_time", "requests"]), st.text(max_size=40)))
def test_whatever_is_posted_only_what_was_changed_can_be_wrong(changed: dict[str, str]) -> None:
    search = blamed(lambda: read_search({**SEARCH, **changed}, CATALOGUE, TODAY))
    details = blamed(lambda: read_details({**DETAILS, **changed}, CATALOGUE))
    assert {*search, *details} <= {*changed, "departure"}  # a departure can be wrong for the arrival's sake
    assert all({**search, **details}.values())


@pytest.mark.parametrize("typed", ["HH-7K3M2Q", "hh-7k3m2q", " HH 7K3 M2Q ", "7k3m2q", "HH–7K3M2Q", "HH7K3M2Q"])
def test_a_reference_is_read_however_it_is_typed(typed: str) -> None:
    assert read_reference(typed) == "HH-7K3M2Q"


@given(st.text("23456789ABCDEFGHJKMNPQRSTUVWXYZ", min_size=6, max_size=6))
def test_every_reference_reads_back_as_itself(letters: str) -> None:
    assert read_reference(f"HH-{letters}") == f"HH-{letters}" == read_reference(letters)
