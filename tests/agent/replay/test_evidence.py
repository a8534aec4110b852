"""Which thing is the one that was recorded: what is enough, and what is doubt."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions import Box, Hit
from agent.replay.evidence import ENOUGH, Weighed, verdict, weigh
from agent.replay.likeness import likeness
from agent.replay.wording import says_the_same

PLACE = Box(left=0.1, top=0.1, right=0.3, bottom=0.14)
MAIL = Hit(role="textbox", name="E-mail", path='input[name="mail"]', near="Contact", box=PLACE)


def judged(recorded: Hit, *there: Hit, same_page: bool = True, picture: float | None = None) -> Weighed | None:
    only = sum(one.role == recorded.role and one.name == recorded.name for one in there) == 1 and not recorded.alike
    return verdict(recorded, [weigh(recorded, one, picture, only) for one in there], same_page)


def changed(**traits: object) -> Hit:
    return MAIL.model_copy(update=traits)


def test_one_changed_trait_is_no_obstacle() -> None:
    elsewhere = Box(left=0.6, top=0.6, right=0.8, bottom=0.64)
    for one in ({"name": "Mail"}, {"path": "p:nth-of-type(3) > input"}, {"near": ""}, {"box": elsewhere}):
        best = judged(MAIL, changed(**one))
        assert best is not None, one


def test_another_role_is_another_thing() -> None:
    assert judged(MAIL, changed(role="button")) is None


def test_twins_are_doubt() -> None:
    assert judged(MAIL, MAIL, MAIL) is None
    twin = changed(path="input:nth-of-type(2)", near="Newsletter", alike=1)
    found = judged(MAIL, changed(alike=1), twin)
    assert found is not None
    assert found.hit.near == "Contact"


def test_one_of_several_needs_what_tells_it_apart() -> None:
    edit = Hit(role="button", name="Edit", path="tr:nth-of-type(2) > button", near="Bo", alike=2, box=PLACE)
    assert judged(edit, edit.model_copy(update={"near": "Cy"})) is None
    assert judged(edit, edit.model_copy(update={"near": "Cy", "alike": 0})) is None
    assert judged(edit, edit.model_copy(update={"path": "tr:nth-of-type(7) > button"})) is not None


def test_exchanged_ids_do_not_mislead() -> None:
    first = Hit(role="textbox", name="First name", path="#a", near="You", box=PLACE)
    now = (first.model_copy(update={"name": "Last name"}), first.model_copy(update={"path": "#b", "box": None}))
    best = judged(first, *now)
    assert best is None or best.hit.name == "First name"


def test_another_name_needs_much_and_the_same_page() -> None:
    renamed = changed(name="Reachable under")
    assert judged(MAIL, renamed) is not None
    assert judged(MAIL, renamed, same_page=False) is None
    assert judged(MAIL, renamed, changed(path="x", near="", box=None)) is None
    assert judged(MAIL, changed(name="Where to?", near="", box=None)) is None


def test_a_picture_alone_proves_nothing() -> None:
    assert judged(MAIL, Hit(role="textbox", name=""), picture=0.99) is None


@given(st.text(max_size=40))
def test_likeness_is_one_for_the_same_words_only(text: str) -> None:
    assert likeness(text, text.upper().lower() if text.isascii() else text) == 1.0
    assert likeness(text + "q", text) < 1.0


@pytest.mark.parametrize(
    ("role", "one", "other", "same"),
    [
        ("button", "Send", "Submit", True),
        ("button", "Search", "Find rooms", True),
        ("button", "Confirm booking", "Complete booking", True),
        ("button", "Send", "Delete everything", False),
        ("button", "Confirm booking", "Pay now", False),
        ("button", "Save", "Sign in", False),
        ("button", "Next", "Delete", False),
        ("link", "Edit", "Delete", False),
        ("textbox", "E-mail", "Your e-mail address", True),
        ("textbox", "First name", "Given name", True),
        ("textbox", "First name", "Last name", False),
        ("textbox", "E-mail", "Company", False),
    ],
)
def test_what_says_the_same(role: str, one: str, other: str, same: bool) -> None:
    assert says_the_same(role, one, other) is same
    assert says_the_same(role, other, one) is same


def test_enough_is_more_than_any_single_trait() -> None:
    for trait in ({"name": "E-mail"}, {"path": MAIL.path}, {"near": "Contact"}, {"box": PLACE}):
        lone = Hit(role="textbox").model_copy(update=trait)
        assert weigh(MAIL, lone, None, only_one=False).weight < ENOUGH
