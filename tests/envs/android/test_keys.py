"""Names of keys, as models write them, become Android's numbers; unknown ones are refused by name."""

from __future__ import annotations

import pytest

from actions import ActionError
from envs.android.keys import chord_codes, key_code


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("enter", 66), ("Return", 66), ("back", 4), ("home", 3), ("recents", 187), ("app_switch", 187), ("tab", 61),
        ("backspace", 67), ("delete", 112), ("KEYCODE_ENTER", 66), ("arrow_down", 20), ("page up", 92), ("a", 29),
        ("z", 54), ("0", 7), ("9", 16), (" ", 62), ("f12", 142), ("volume_up", 24), ("shift", 59), ("+", 81),
    ],
)  # fmt: skip
def test_known_keys(name: str, code: int) -> None:
    assert key_code(name) == code


@pytest.mark.parametrize("char", ["A", "!", "?", "%"])
def test_a_sign_without_a_key_of_its_own_is_left_to_be_typed(char: str) -> None:
    assert key_code(char) is None


@pytest.mark.parametrize("name", ["nosuchkey", "", "power", "é", "中"])
def test_what_no_key_does_is_refused(name: str) -> None:
    with pytest.raises(ActionError, match="key"):
        key_code(name)


def test_a_chord_holds_letters_whatever_their_case() -> None:
    assert chord_codes(("ctrl", "A")) == chord_codes(("control", "a")) == [113, 29]
    with pytest.raises(ActionError, match="held down together"):
        chord_codes(("ctrl", "!"))
