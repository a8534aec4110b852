"""Keys, by the symbols that the layout in use gives them.

pyautogui presses keys as a US keyboard has them; what a German one has elsewhere comes out wrong. So characters are
looked up on the layout here, with Shift and AltGr as it wants them.
"""

from __future__ import annotations

from collections.abc import Sequence

from Xlib import X
from Xlib.ext import xtest
from Xlib.XK import string_to_keysym

from envs.desktop.worker.link import Link

_SHIFT, _ALTGR = "Shift_L", "ISO_Level3_Shift"
_LEVELS: tuple[tuple[str, ...], ...] = ((), (_SHIFT,), (_ALTGR,), (_SHIFT, _ALTGR))
_ISO_LEVEL3_SHIFT = 0xFE03
_UNICODE = 0x01000000
"""What is added to a character's code for its symbol, outside of Latin-1."""

Key = tuple[int, int]
"""A key's code and the level that it must be pressed on."""


class NoSuchKey(Exception):
    """The layout in use has no such key."""


class Keyboard:
    """Presses keys; what it holds is let go by `release`."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._held: list[int] = []

    def chord(self, keys: Sequence[str]) -> None:
        """Press keys together: symbols' names (Return, Control_L) and single characters; raises NoSuchKey."""
        layout = self._layout()
        found: list[Key] = []
        shifts = {name for name in keys if len(name) > 1}
        for key in keys:
            # with other modifiers a capital letter means the letter's key
            plain = key.lower() if len(key) == 1 and shifts - {_SHIFT} else key
            if (spot := layout.get(_symbol(plain))) is None:
                raise NoSuchKey(key)
            found += [layout[_symbol(name)] for name in _LEVELS[spot[1]] if name not in shifts]
            found.append(spot)
        try:
            for code, _ in found:
                self._down(code)
        finally:
            self.release()

    def write(self, text: str) -> bool:
        """Type text key by key; False, and nothing was typed, if the keyboard as it is now cannot."""
        layout = self._layout()
        if self._link.root.query_pointer().mask & (X.LockMask | X.ControlMask | X.Mod1Mask):
            return False
        spots = [layout.get(_symbol(char)) for char in text]
        if None in spots:
            return False
        for spot in spots:
            assert spot is not None
            code, level = spot
            for name in _LEVELS[level]:
                self._down(layout[_symbol(name)][0])
            self._down(code)
            self.release()
        return True

    def release(self) -> None:
        """Let go of every key."""
        while self._held:
            xtest.fake_input(self._link.display, X.KeyRelease, self._held.pop())
        self._link.display.sync()

    def _down(self, code: int) -> None:
        self._held.append(code)
        xtest.fake_input(self._link.display, X.KeyPress, code)
        self._link.display.sync()

    def _layout(self) -> dict[int, Key]:
        """Every symbol that the layout in use has, and its key: asked anew each time, for layouts change."""
        info = self._link.display.display.info
        first, last = info.min_keycode, info.max_keycode
        rows = self._link.display.get_keyboard_mapping(first, last - first + 1)
        group = self._link.root.query_pointer().mask >> 13 & 3
        found: dict[int, Key] = {}
        for level in range(4):
            for code, row in enumerate(rows, start=first):
                symbols = _of_group(row, group) or _of_group(row, 0)
                if level < len(symbols) and symbols[level]:
                    found.setdefault(symbols[level], (code, level))
        if _ISO_LEVEL3_SHIFT not in found:
            found = {symbol: key for symbol, key in found.items() if key[1] < 2}
        return found


def _of_group(row: Sequence[int], group: int) -> list[int]:
    """A key's symbols by level in one of the layouts that are loaded; the first two are all that X tells of."""
    if group > 1:
        return []
    symbols = [*row[2 * group : 2 * group + 2], *row[4 + 2 * group : 6 + 2 * group]]
    return symbols if any(symbols) else []


def _symbol(key: str) -> int:
    if len(key) > 1:
        return int(string_to_keysym(key)) or _ISO_LEVEL3_SHIFT * (key == _ALTGR)
    code = ord(key)
    return code if 0x20 <= code <= 0x7E or 0xA0 <= code <= 0xFF else _UNICODE + code
