"""JSON as models write it."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts.grammar import Repairs, UnreadableValue, read_value
from tests.prompts.strategies import texts

plain_json = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-(10**16), 10**16), st.floats(-1e6, 1e6).map(lambda x: round(x, 4)), texts
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts, inner, max_size=4)),
    max_leaves=12,
)


def read(text: str) -> tuple[Any, tuple[str, ...]]:
    repairs = Repairs()
    parsed = read_value(text, 0, len(text), repairs)
    assert parsed.end == len(text.rstrip())
    return parsed.value, repairs.codes


@given(value=plain_json, indent=st.one_of(st.none(), st.just(2)), ascii_only=st.booleans())
def test_json_is_read_as_json(value: Any, indent: int | None, ascii_only: bool) -> None:
    assert read(json.dumps(value, indent=indent, ensure_ascii=ascii_only)) == (value, ())


@given(
    value=st.dictionaries(
        st.text("abc'\"", max_size=4), st.one_of(st.none(), st.booleans(), st.text("abc'\" ", max_size=5)), max_size=3
    )
)
def test_python_literals_are_read(value: dict[str, Any]) -> None:
    assert read(repr(value))[0] == value


@pytest.mark.parametrize(
    ("text", "value", "repairs"),
    [
        ("{'a': 'Dad's car'}", {"a": "Dad's car"}, {"python_literal", "quotes_normalised"}),
        ('{"a": "he said "no" twice"}', {"a": 'he said "no" twice'}, {"quotes_normalised"}),
        ("[1, 2, ]", [1, 2], {"trailing_comma"}),
        ('{{"a": 1}}', {"a": 1}, {"doubled_braces"}),
        ('{{"a": 1}', {"a": 1}, {"doubled_braces"}),
        ("｛“a”：“你，好”｝", {"a": "你，好"}, {"fullwidth_normalised"}),
        ("[007]", [7], {"leading_zero"}),
        ("[-00.5]", [-0.5], {"leading_zero"}),
        ("[12345678901234567890]", ["12345678901234567890"], set()),
        ('"a\nb"', "a\nb", {"newline_in_string"}),
        (r'"C:\dir \/ \b"', "C:\\dir / \b", set()),
        (r'"\ud83d\ude00 \ud83d"', "😀 \ufffd", set()),
    ],
)
def test_repairs(text: str, value: Any, repairs: set[str]) -> None:
    read_as, codes = read(text)
    assert read_as == value
    assert set(codes) == repairs


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[",
        "{",
        '{"a"',
        '{"a": ',
        "[1 2]",
        "[NaN]",
        "Infinity",
        "[,]",
        "{1: 2}",
        '"half',
        "__import__('os')",
        "[" * 70,
    ],
)
def test_what_is_no_value_is_refused(text: str) -> None:
    with pytest.raises(UnreadableValue):
        read(text)


def test_a_key_given_twice_is_told() -> None:
    text = '{"a": 1, "b": 2, "a": 3}'
    parsed = read_value(text, 0, len(text), Repairs())
    assert (parsed.value, parsed.twice) == ({"a": 3, "b": 2}, ("a",))


@given(text=texts)
def test_nothing_else_is_raised(text: str) -> None:
    with contextlib.suppress(UnreadableValue):
        assert 0 < read_value(text, 0, len(text), Repairs()).end <= len(text)
