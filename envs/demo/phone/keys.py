"""Android's key codes: their names, and what a browser calls the same keys."""

from __future__ import annotations

BACK, HOME, POWER, APP_SWITCH, SLEEP, WAKEUP, SOFT_SLEEP, SETTINGS = 4, 3, 26, 187, 223, 224, 276, 176
ENTER, NUMPAD_ENTER, DPAD_CENTER, TAB, CUT, COPY, PASTE = 66, 160, 23, 61, 277, 278, 279

_LETTERS = {f"{chr(65 + number)}": 29 + number for number in range(26)}
_DIGITS = {str(number): 7 + number for number in range(10)}
_FUNCTIONS = {f"F{number}": 130 + number for number in range(1, 13)}

CODES: dict[str, int] = {
    "SOFT_LEFT": 1, "SOFT_RIGHT": 2, "HOME": HOME, "BACK": BACK, "CALL": 5, "ENDCALL": 6, **_DIGITS,
    "STAR": 17, "POUND": 18, "DPAD_UP": 19, "DPAD_DOWN": 20, "DPAD_LEFT": 21, "DPAD_RIGHT": 22,
    "DPAD_CENTER": DPAD_CENTER, "VOLUME_UP": 24, "VOLUME_DOWN": 25, "POWER": POWER, "CAMERA": 27,
    "CLEAR": 28, **_LETTERS, "COMMA": 55, "PERIOD": 56, "ALT_LEFT": 57, "ALT_RIGHT": 58, "SHIFT_LEFT": 59,
    "SHIFT_RIGHT": 60, "TAB": TAB, "SPACE": 62, "SYM": 63, "EXPLORER": 64, "ENVELOPE": 65, "ENTER": ENTER, "DEL": 67,
    "GRAVE": 68, "MINUS": 69, "EQUALS": 70, "LEFT_BRACKET": 71, "RIGHT_BRACKET": 72, "BACKSLASH": 73, "SEMICOLON": 74,
    "APOSTROPHE": 75, "SLASH": 76, "AT": 77, "FOCUS": 80, "PLUS": 81, "MENU": 82, "NOTIFICATION": 83,
    "SEARCH": 84, "MEDIA_PLAY_PAUSE": 85, "MEDIA_STOP": 86, "MEDIA_NEXT": 87, "MEDIA_PREVIOUS": 88, "MUTE": 91,
    "PAGE_UP": 92, "PAGE_DOWN": 93, "ESCAPE": 111, "FORWARD_DEL": 112, "CTRL_LEFT": 113, "CTRL_RIGHT": 114,
    "CAPS_LOCK": 115, "META_LEFT": 117, "META_RIGHT": 118, "MOVE_HOME": 122, "MOVE_END": 123, "INSERT": 124,
    "FORWARD": 125, **_FUNCTIONS, "NUMPAD_ENTER": NUMPAD_ENTER, "VOLUME_MUTE": 164, "SETTINGS": SETTINGS,
    "APP_SWITCH": APP_SWITCH, "ASSIST": 219, "BRIGHTNESS_DOWN": 220, "BRIGHTNESS_UP": 221, "SLEEP": SLEEP,
    "WAKEUP": WAKEUP, "SOFT_SLEEP": SOFT_SLEEP, "CUT": CUT, "COPY": COPY, "PASTE": PASTE, "ALL_APPS": 284,
}  # fmt: skip
"""The names without their prefix KEYCODE_."""

_NAMED = {
    19: "ArrowUp", 20: "ArrowDown", 21: "ArrowLeft", 22: "ArrowRight", 55: ",", 56: ".", 57: "Alt", 58: "AltRight",
    59: "Shift", 60: "ShiftRight", 61: "Tab", 62: "Space", 67: "Backspace", 68: "`", 69: "-", 70: "=", 71: "[",
    72: "]", 73: "\\", 74: ";", 75: "'", 76: "/", 77: "@", 81: "+", 17: "*", 18: "#", 92: "PageUp", 93: "PageDown",
    111: "Escape", 112: "Delete", 113: "Control", 114: "ControlRight", 117: "Meta", 118: "MetaRight", 122: "Home",
    123: "End", 124: "Insert",
}  # fmt: skip
MODIFIERS = frozenset({57, 58, 59, 60, 113, 114, 117, 118})

DOM_NAMES: dict[int, str] = {
    **_NAMED,
    **{code: name for name, code in _DIGITS.items()},
    **{code: name.lower() for name, code in _LETTERS.items()},
    **{code: name for name, code in _FUNCTIONS.items()},
}
"""What Playwright calls the keys that a page can feel."""


def code_of(name: str) -> int:
    """The code for a number or a name, with or without its prefix; 0, which is no key, for what is neither."""
    if name.lstrip("-").isdigit():
        return int(name)
    return CODES.get(name.removeprefix("KEYCODE_"), 0)
