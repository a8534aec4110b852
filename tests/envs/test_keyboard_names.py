"""Names of keys."""

from __future__ import annotations

import pytest

from actions import ActionError
from envs.keyboard import chord, key_name


@pytest.mark.parametrize(
    ("keys", "written"),
    [
        (("enter",), "Enter"),
        (("return",), "Enter"),
        (("esc",), "Escape"),
        (("del",), "Delete"),
        (("pgdn",), "PageDown"),
        (("page_up",), "PageUp"),
        (("up",), "ArrowUp"),
        (("arrowleft",), "ArrowLeft"),
        (("ArrowDown",), "ArrowDown"),
        (("ctrl", "shift", "a"), "Control+Shift+a"),
        (("cmd", "c"), "Meta+c"),
        (("ctrl", "+"), "Control++"),
        (("f5",), "F5"),
        ((" ",), "Space"),
        (("A",), "A"),
        (("ß",), "ß"),
    ],
)
def test_names(keys: tuple[str, ...], written: str) -> None:
    assert chord(keys) == written


@pytest.mark.parametrize("key", ["nosuchkey", "f99", "ctrl+c", ""])
def test_a_key_that_is_none_is_named(key: str) -> None:
    with pytest.raises(ActionError, match="there is no key named"):
        key_name(key)
