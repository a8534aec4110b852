"""Does a field hold what was wanted, and which option is meant."""

from __future__ import annotations

import pytest

from agent.reader import values, words


@pytest.mark.parametrize(
    ("kind", "wanted", "shown", "alike"),
    [
        ("text", "Lisbon", "lisbon ", True),
        ("text", "Lisbon", "Lisboa", False),
        ("date", "2026-12-01", "12/01/2026", True),
        ("date", "2026-12-01", "1 December 2026", True),
        ("date", "2026-12-01", "12/02/2026", False),
        ("count", "2", "2 guests", True),
        ("count", "2", "12 guests", False),
        ("phone", "+41 79 555 01 22", "+41795550122", True),
        ("phone", "+41 79 555 01 22", "079 555 01 23", False),
        ("amount", "1250", "1,250.00 €", True),
        ("time", "19:00", "7:00 pm", True),
        ("time", "19:00", "19:30", False),
        ("flag", "yes", "on", True),
    ],
)
def test_values_compare_whatever_their_format(kind: words.Kind, wanted: str, shown: str, alike: bool) -> None:
    assert values.same(kind, wanted, shown) is alike


@pytest.mark.parametrize(
    ("wanted", "shown", "alike"),
    [
        ("Ireland", "lreland", True),
        ("O5XB1", "05X8l", True),
        ("a long sentence that the field cuts", "long sentence that the", True),
        ("Room 12", "Room 13", False),
        ("Ana", "Eva", False),
    ],
)
def test_eyes_are_forgiven_what_they_confuse(wanted: str, shown: str, alike: bool) -> None:
    assert values.same("text", wanted, shown, read_by_eye=True) is alike
    assert not values.same("text", wanted, shown)


@pytest.mark.parametrize(
    ("kind", "wanted", "options", "chosen"),
    [
        ("count", "2", ("1 guest", "2 guests", "12 guests"), 1),
        ("count", "4", ("1-2 people", "3-5 people", "6+"), 1),
        ("count", "9", ("1-2 people", "3-5 people", "6+"), 2),
        ("text", "UK", ("Please select", "Ukraine", "United Kingdom"), 2),
        ("text", "press enquiry", ("Choose a topic", "Press enquiry", "Other enquiry"), 1),
        ("text", "Network", ("Network", "Networking events"), 0),
        ("text", "enquiry", ("Press enquiry", "Other enquiry"), None),
        ("flag", "yes", ("Yes, in shifts", "No"), 0),
        ("time", "19:00", ("6:00 pm", "7:00 pm"), 1),
        ("text", "Zurich", ("Zürich (ZRH)", "Geneva (GVA)"), None),
        ("text", "皮肤科", ("请选择", "内科", "皮肤科"), 2),
    ],
)
def test_the_option_that_is_meant(kind: words.Kind, wanted: str, options: tuple[str, ...], chosen: int | None) -> None:
    assert values.choose(kind, wanted, options) == chosen


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Ana Silva", "Ana", "Silva"),
        ("João de Souza", "João", "de Souza"),
        ("Dr. Eva Maria Stone", "Eva Maria", "Stone"),
        ("王小明", "小明", "王"),
        ("欧阳娜娜", "娜娜", "欧阳"),
        ("Cher", "Cher", ""),
    ],
)
def test_names_are_parted(name: str, first: str, last: str) -> None:
    assert values.split_name(name) == (first, last)


def test_addresses_are_parted() -> None:
    whole = {"street": "Seestrasse 5", "zip": "8002", "city": "Zürich", "country": "Switzerland"}
    assert values.split_address("Seestrasse 5, 8002 Zürich, Switzerland") == whole
    assert values.split_address("3 Mill Lane, Hay-on-Wye, HR3 5AE")["city"] == "Hay-on-Wye"
    assert values.split_address("behind the church") == {}
    assert values.split_street("Lindenweg 12a") == ("Lindenweg", "12a")


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("Search", "forward"),
        ("Continue to payment", "forward"),
        ("Save and continue", "forward"),
        ("Weiter", "forward"),
        ("下一步", "forward"),
        ("Review your booking", "forward"),
        ("Book now", "final"),
        ("Confirm booking", "final"),
        ("Submit application", "final"),
        ("提交", "final"),
        ("Absenden", "final"),
        ("Save draft", "away"),
        ("Cancel booking", "away"),
        ("Reset", "away"),
        ("Back to results", "away"),
        ("Sign out", "away"),
        ("取消", "away"),
        ("Abbrechen", "away"),
        ("Ahoy", ""),
    ],
)
def test_what_pressing_a_button_does(label: str, kind: str) -> None:
    assert words.button_kind(label) == kind


@pytest.mark.parametrize(
    ("label", "slots"),
    [
        ("First name *", {"first_name"}),
        ("Your e-mail address", {"email"}),
        ("Town or city", {"city"}),
        ("Departure", {"date_from", "date_to"}),
        ("Company name", {"company"}),
        ("手机号码", {"phone"}),
        ("Vor- und Nachname", {"full_name"}),
        ("County", {"state"}),
        ("Confirm email", {"email_repeat"}),
        ("Xyzzy", set()),
    ],
)
def test_labels_name_their_slots(label: str, slots: set[str]) -> None:
    assert set(words.slots_of(label)) == slots
