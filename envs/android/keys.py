"""Names of keys as models and people write them, and the numbers that Android gives them."""

from __future__ import annotations

from collections.abc import Sequence

from actions import ActionError

ENTER, TAB, DELETE_LEFT, DELETE_RIGHT, MOVE_END = 66, 61, 67, 112, 123
BACK, HOME, WAKE = 4, 3, 224
CTRL, SELECT_ALL = 113, 29  # ctrl + a

_NAMED = {
    "enter": ENTER, "return": ENTER, "tab": TAB, "space": 62, "spacebar": 62,
    "backspace": DELETE_LEFT, "del": DELETE_LEFT, "delete": DELETE_RIGHT, "forwarddel": DELETE_RIGHT,
    "escape": 111, "esc": 111, "insert": 124, "ins": 124,
    "up": 19, "down": 20, "left": 21, "right": 22, "center": 23, "centre": 23,
    "dpadup": 19, "dpaddown": 20, "dpadleft": 21, "dpadright": 22, "dpadcenter": 23,
    "pageup": 92, "pgup": 92, "pagedown": 93, "pgdn": 93, "pgdown": 93,
    "movehome": 122, "end": MOVE_END, "moveend": MOVE_END,
    "home": HOME, "back": BACK, "recents": 187, "recentapps": 187, "recent": 187, "appswitch": 187, "overview": 187,
    "menu": 82, "search": 84, "notification": 83, "notifications": 83, "settings": 176, "assist": 219,
    "volumeup": 24, "volumedown": 25, "volumemute": 164, "mute": 164,
    "camera": 27, "call": 5, "endcall": 6, "wakeup": WAKE, "brightnessup": 221, "brightnessdown": 220,
    "mediaplaypause": 85, "playpause": 85, "mediastop": 86, "medianext": 87, "mediaprevious": 88, "mediaplay": 126,
    "mediapause": 127, "copy": 278, "cut": 277, "paste": 279, "capslock": 115, "plus": 81, "minus": 69,
}  # fmt: skip
_MODIFIERS = {
    "shift": 59, "ctrl": CTRL, "control": CTRL, "alt": 57, "option": 57, "opt": 57,
    "meta": 117, "cmd": 117, "command": 117, "win": 117, "windows": 117, "super": 117,
}  # fmt: skip
_FUNCTION = {f"f{n}": 130 + n for n in range(1, 13)}
_LETTERS = {chr(ord("a") + n): 29 + n for n in range(26)}
_DIGITS = {str(n): 7 + n for n in range(10)}
_SIGNS = {
    "*": 17, "#": 18, ",": 55, ".": 56, " ": 62, "`": 68, "-": 69, "=": 70, "[": 71, "]": 72, "\\": 73, ";": 74,
    "'": 75, "/": 76, "@": 77, "+": 81,
}  # fmt: skip
_KEYS = _NAMED | _MODIFIERS | _FUNCTION


def key_code(key: str) -> int | None:
    """Android's number of one key; None for a single character that only `input text` can write.

    Raises ActionError for a name that no key of a phone has.
    """
    if len(key) == 1:
        code = (_LETTERS | _DIGITS | _SIGNS).get(key)
        if code is None and not " " <= key <= "~":
            raise ActionError(f"no key writes {key!r}; type it as text instead")
        return code
    name = key.lower().replace("_", "").replace("-", "").replace(" ", "")
    known = _KEYS.get(name.removeprefix("keycode").removeprefix("arrow"))
    if known is None:
        raise ActionError(
            f"a phone has no key named {key!r}; keys are single characters and names such as enter, backspace, delete, "
            "tab, escape, up, down, left, right, pageup, pagedown, end, back, home, recents, menu, search, "
            "notifications, volume_up, volume_down, mute, f1 to f12, ctrl, shift, alt, meta"
        )
    return known


def chord_codes(keys: Sequence[str]) -> list[int]:
    """The numbers of keys that are held down together. Raises ActionError for one that cannot be."""
    codes = []
    for key in keys:
        code = key_code(key.lower() if len(key) == 1 else key)
        if code is None:
            raise ActionError(f"{key!r} cannot be held down together with other keys")
        codes.append(code)
    return codes
