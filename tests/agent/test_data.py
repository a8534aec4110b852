"""`--data FILE` and `-d key=value`."""

from __future__ import annotations

from pathlib import Path

import pytest

from actions import UsageError
from agent.data import load_data


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_values_become_text_and_pairs_win(tmp_path: Path) -> None:
    file = write(tmp_path, "row.json", '{"name": "王小明", "guests": 2, "newsletter": false, "price": 9.50}')
    assert load_data(file, ["guests=3", "note=a=b"]) == {
        "name": "王小明",
        "guests": "3",
        "newsletter": "no",
        "price": "9.5",
        "note": "a=b",
    }


def test_toml_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    assert load_data(write(tmp_path, "row.toml", "arrival = 2026-12-01\n"), []) == {"arrival": "2026-12-01"}
    assert load_data(write(tmp_path, "row.json", '\ufeff{"a": "b"}'), []) == {"a": "b"}


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.json", "name: Ana", "not JSON.*flat object"),
        ("a.toml", "name: Ana", "not TOML"),
        ("a.json", "[1, 2]", "holds list"),
        ("a.json", '{"who": {"first": "Ana"}}', "value of 'who'"),
        ("a.json", '{"who": null}', "value of 'who'"),
    ],
)
def test_a_file_of_another_kind_is_named(tmp_path: Path, name: str, text: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        load_data(write(tmp_path, name, text), [])


def test_a_missing_file_and_a_pair_without_equals_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        load_data(tmp_path / "none.json", [])
    with pytest.raises(UsageError, match="'guests' is no key=value"):
        load_data(None, ["guests"])
