"""Names of keys as models and people write them, and the names that the browser driver takes."""

from __future__ import annotations

from collections.abc import Sequence

from actions import ActionError

_NAMED = {
    "enter": "Enter", "return": "Enter", "tab": "Tab", "escape": "Escape", "esc": "Escape", "space": "Space",
    "spacebar": "Space", "backspace": "Backspace", "delete": "Delete", "del": "Delete", "insert": "Insert",
    "ins": "Insert", "home": "Home", "end": "End", "pageup": "PageUp", "pgup": "PageUp", "pagedown": "PageDown",
    "pgdn": "PageDown", "pgdown": "PageDown", "up": "ArrowUp", "down": "ArrowDown", "left": "ArrowLeft",
    "right": "ArrowRight", "capslock": "CapsLock", "numlock": "NumLock", "scrolllock": "ScrollLock",
    "printscreen": "PrintScreen", "pause": "Pause", "menu": "ContextMenu", "contextmenu": "ContextMenu",
    "plus": "+", "minus": "-",
}  # fmt: skip
_MODIFIERS = {
    "ctrl": "Control", "control": "Control", "shift": "Shift", "alt": "Alt", "option": "Alt", "opt": "Alt",
    "meta": "Meta", "cmd": "Meta", "command": "Meta", "win": "Meta", "windows": "Meta", "super": "Meta",
}  # fmt: skip
_FUNCTION = {f"f{n}": f"F{n}" for n in range(1, 13)}
_KEYS = _NAMED | _MODIFIERS | _FUNCTION


def key_name(key: str) -> str:
    """The driver's name of one key; raises ActionError for a key that no keyboard has."""
    if len(key) == 1:
        return "Space" if key == " " else key
    known = _KEYS.get(key.lower().replace("_", "").replace("-", "").replace(" ", "").removeprefix("arrow"))
    if known is None:
        raise ActionError(
            f"there is no key named {key!r}; keys are single characters and names such as enter, tab, escape, "
            "backspace, delete, up, down, left, right, home, end, pageup, pagedown, f1 to f12, ctrl, shift, alt, meta"
        )
    return known


def chord(keys: Sequence[str]) -> str:
    """Keys held down together, as the driver writes them: ('ctrl', 'shift', 'a') is 'Control+Shift+a'."""
    return "+".join(key_name(key) for key in keys)
