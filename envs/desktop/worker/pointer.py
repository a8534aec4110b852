"""The mouse, by pyautogui; a person who pushes it into a corner wants everything to stop."""

from __future__ import annotations

import pyautogui
from Xlib import X

from envs.desktop.worker.link import Link

Stop = pyautogui.FailSafeException

_BUTTONS = X.Button1Mask | X.Button2Mask | X.Button3Mask
_HELD_BACK = 2.0
"""Seconds for which a click may be held back."""


class Pointer:
    """Moves and presses at pixels of the root; what it holds is let go by `release`.

    With `guarded`, every move and press first looks whether the pointer was pushed into a corner of the screen, and
    raises Stop. Where it was put there by a move, it was not pushed.
    """

    def __init__(self, link: Link, *, guarded: bool) -> None:
        self._link = link
        pyautogui.PAUSE = 0  # its default lets 0.1 s pass after each call
        self._guarded = guarded
        self._held: list[str] = []
        self._put: tuple[int, int] = tuple(pyautogui.position())

    def check(self) -> None:
        """Raises Stop if a person has pushed the pointer into a corner."""
        pyautogui.FAILSAFE = self._guarded and tuple(pyautogui.position()) != self._put
        pyautogui.failSafeCheck()

    def move(self, x: int, y: int) -> None:
        self.check()
        pyautogui.FAILSAFE = False
        pyautogui.moveTo(x, y)
        self._put = (x, y)

    def down(self, button: str) -> None:
        self.check()
        self._held.append(button)
        pyautogui.mouseDown(button=button)

    def up(self, button: str) -> None:
        pyautogui.FAILSAFE = False  # what is held is let go of in any case
        pyautogui.mouseUp(button=button)
        self._held.remove(button)
        # a window manager sees a click first and holds it back; keys that follow at once would overtake it
        self._link.poll(lambda: not self._link.root.query_pointer().mask & _BUTTONS, _HELD_BACK)

    def wheel(self, across: int, down: int) -> None:
        """Turn the wheel by this many clicks to the right and down (negative: left and up)."""
        self.check()
        pyautogui.FAILSAFE = False
        pyautogui.vscroll(-down)
        pyautogui.hscroll(across)

    def release(self) -> None:
        """Let go of every button."""
        for button in tuple(self._held):
            self.up(button)
