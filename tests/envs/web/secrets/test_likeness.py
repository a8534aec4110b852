"""What of a text resembles a secret."""

from __future__ import annotations

import base64
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envs.web.secrets.likeness import SHORTEST, Likeness

VALUE = "Tr0ub4dor&3 Zebra"


def found(text: str, value: str = VALUE) -> list[str]:
    return [text[start:end] for start, end in Likeness(value).spans(text)]


@pytest.mark.parametrize(
    "text",
    [
        VALUE,
        VALUE.upper(),
        VALUE.lower(),
        "T r 0 u b 4 d o r & 3 Z e b r a",
        "Tr0u-b4do-r&3-Zebra",
        "Tr0ub4dor%263%20Zebra",
        "Tr0ub4dor%263+Zebra",
        "\uff34\uff52\uff10\uff55\uff424dor&3 Zebra",  # full-width letters
        "Tr0ub\u200b4dor&3\u00a0Zebra",
        "5472307562346" + "46f722633205a65627261",
    ],
)
def test_the_whole_secret_is_found_however_it_is_written(text: str) -> None:
    assert found(f"It is {text}!") == [text]


@pytest.mark.parametrize("before", ["", "a", "ab", "user:"])
def test_base64_is_found_wherever_it_begins(before: str) -> None:
    text = base64.b64encode(f"{before}{VALUE}{before}".encode()).decode()
    (part,) = found(text)
    assert len(part) >= len(VALUE) * 8 // 6 - 3


def test_parts_are_found_from_four_characters_on() -> None:
    assert found("first Tr0u then bra") == ["Tr0u"]


def test_other_text_is_left_alone() -> None:
    assert found("Book a room in Lisbon for 2 guests, 14 March 2026, troubadour") == []


@settings(deadline=None)  # how fast is not the question
@given(st.text(min_size=SHORTEST, max_size=30), st.text(max_size=40), st.text(max_size=40))
def test_every_place_is_within_the_text_and_holds_the_secret(value: str, before: str, after: str) -> None:
    likeness = Likeness(value)
    text = before + value + after
    spans = likeness.spans(text)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(one[1] < other[0] for one, other in itertools.pairwise(spans))
    if len([char for char in value if char.isascii() and char.isalnum()]) == len(value):
        assert any(start <= len(before) and end >= len(before) + len(value) for start, end in spans)
