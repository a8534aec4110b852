"""Which option a text means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions import ActionError, TargetNotFound
from envs.web.choices import chosen, says

CITIES = ["Lisbon", "lisbon (all airports)", "Porto", "  Faro  beach ", "Porto Santo"]


@pytest.mark.parametrize(
    ("wanted", "number"),
    [("Lisbon", 0), ("LISBON", 0), ("porto", 2), ("faro beach", 3), ("faro", 3), ("airports", 1), ("santo", 4)],
)
def test_chooses(wanted: str, number: int) -> None:
    assert chosen(wanted, CITIES) == number


def test_several_that_fit_are_named() -> None:
    with pytest.raises(TargetNotFound, match="Lisbon; lisbon"):
        chosen("lis", CITIES)


def test_none_that_fits_names_the_options() -> None:
    with pytest.raises(TargetNotFound, match=r"no option 'Rome'.*Porto Santo"):
        chosen("Rome", CITIES)
    with pytest.raises(TargetNotFound, match="empty"):
        chosen("Rome", [])


def test_long_lists_are_cut() -> None:
    with pytest.raises(TargetNotFound, match="and 160 more"):
        chosen("x", [str(n) for n in range(200)])


def test_a_disabled_option_is_refused_unless_another_shows_the_same() -> None:
    with pytest.raises(ActionError, match="disabled"):
        chosen("Porto", ["Lisbon", "Porto"], [False, True])
    assert chosen("Porto", ["Porto", "Porto"], [True, False]) == 1


@given(
    st.lists(
        st.text(min_size=1).filter(str.strip), min_size=1, unique_by=lambda text: " ".join(text.casefold().split())
    )
)
def test_every_label_chooses_its_own_option(labels: list[str]) -> None:
    for number, label in enumerate(labels):
        assert chosen(label, labels) == number


@pytest.mark.parametrize(
    ("shown", "label", "does"),
    [
        ("Blue", "Blue", True),
        ("Colour:  BLUE ▾", "blue", True),
        ("Red × Blue ×", "Red", True),
        ("none", "one", False),
        ("", "Blue", False),
        ("a.c", "abc", False),
        ("C++ (new)", "C++", True),
    ],
)
def test_what_a_control_shows(shown: str, label: str, does: bool) -> None:
    assert says(shown, label) is does
