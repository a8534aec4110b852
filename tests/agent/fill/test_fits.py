"""Whether a field can be what a value is for."""

from __future__ import annotations

import datetime

import pytest

from agent.fill.fits import why_not
from agent.reader.fields import Pair, targets_of
from agent.reader.scene import Widget
from agent.reader.wish import given

TODAY = datetime.date(2026, 11, 20)
MAIL = Widget(kind="field", label="E-mail", input_type="email")
PHONE = Widget(kind="field", label="Phone", input_type="tel")
NUMBER = Widget(kind="field", label="Level", input_type="number")
DATE = Widget(kind="date", label="Arrival", input_type="date")
SECRET = Widget(kind="field", label="Password", input_type="password")
TERMS = Widget(kind="checkbox", label="I accept the terms", checked=False)
ROOM = Widget(kind="select", label="Room", options=("Please select", "Single", "Double"))
ODD = Widget(kind="field", label="Whom shall we greet?", input_type="text")
CITY = Widget(kind="field", label="City", input_type="text")


def reason(key: str, value: str, widget: Widget) -> str:
    return why_not(Pair(given(key, value, TODAY), targets_of([widget])[0], 100.0))


@pytest.mark.parametrize(
    ("key", "value", "widget"),
    [
        ("email", "ana@ex.org", MAIL),
        ("contact", "ana@ex.org", MAIL),
        ("phone", "+49 221 447", PHONE),
        ("level", "3", NUMBER),
        ("arrival", "2026-12-01", DATE),
        ("password", "secret", SECRET),
        ("terms", "yes", TERMS),
        ("room", "Double", ROOM),
        ("name", "Ana Silva", ODD),
        ("town", "Lisbon", CITY),
        ("place", "Lisbon", CITY),
    ],
)
def test_what_fits(key: str, value: str, widget: Widget) -> None:
    assert reason(key, value, widget) == ""


@pytest.mark.parametrize(
    ("key", "value", "widget", "says"),
    [
        ("phone", "+49 221 447", MAIL, "an e-mail address"),
        ("remark", "late", MAIL, "an e-mail address"),
        ("remark", "late", PHONE, "a phone number"),
        ("remark", "late", NUMBER, "a number"),
        ("remark", "late", DATE, "a date"),
        ("remark", "late", SECRET, "a password"),
        ("password", "secret", ODD, "no password"),
        ("remark", "late", TERMS, "a box to tick"),
        ("room", "Penthouse", ROOM, "offers Single, Double"),
        ("email", "ana@ex.org", CITY, "asks for city"),
    ],
)
def test_what_does_not_fit(key: str, value: str, widget: Widget, says: str) -> None:
    assert says in reason(key, value, widget)
