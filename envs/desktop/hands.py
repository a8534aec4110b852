"""Pointer and keys on a desktop: every action, in pixels of its picture."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from actions import Box, Click, Drag, Hit, Hover, LongPress, Place, Press, Scroll, TargetNotFound, Type
from envs.desktop.seat import Seat
from envs.desktop.settle import settle
from envs.keyboard import key_name
from envs.settle import hold

_SYMBOLS = {
    "Enter": "Return", "Escape": "Escape", "Space": "space", "Backspace": "BackSpace", "PageUp": "Prior",
    "PageDown": "Next", "ArrowUp": "Up", "ArrowDown": "Down", "ArrowLeft": "Left", "ArrowRight": "Right",
    "CapsLock": "Caps_Lock", "NumLock": "Num_Lock", "ScrollLock": "Scroll_Lock", "PrintScreen": "Print",
    "ContextMenu": "Menu", "Control": "Control_L", "Shift": "Shift_L", "Alt": "Alt_L", "Meta": "Super_L",
}  # fmt: skip
"""X's names of keys, where they are others than those of envs.keyboard."""
_DRAG_MOVES, _DRAG_PACE = 20, 0.012
"""A drag's moves, and the seconds between two: applications tell it from a click by them."""
_DROP = 0.08
"""Seconds that a drag rests before it begins and before it drops, for whatever it is over to notice."""
_DOUBLE = 0.6
"""Seconds in which two clicks at one place would be taken for a double click."""
_NEARBY = 8
"""Pixels within which two clicks are at one place for that."""
_REST = 2.0
"""Seconds that the parts of one action wait for each other at most."""
_BY_KEYS = 200
"""Characters that are typed key by key; a longer text is pasted."""
_TAKEN = 3.0
"""Seconds in which a program must fetch what is pasted into it."""
_TERMINALS = frozenset({
    "xterm", "uxterm", "urxvt", "rxvt", "st", "st-256color", "alacritty", "kitty", "konsole", "gnome-terminal",
    "gnome-terminal-server", "xfce4-terminal", "lxterminal", "mate-terminal", "qterminal", "terminator", "tilix",
    "deepin-terminal", "wezterm", "org.wezfurlong.wezterm", "foot", "terminology", "sakura", "x-terminal-emulator",
})  # fmt: skip
"""Classes of windows in which Ctrl+V is the running program's and Shift+Insert pastes."""


@dataclass
class Effect:
    """What came of an action so far."""

    hit: Hit | None = None
    notes: list[str] = field(default_factory=list)


class Hands:
    """Acts at a seat. `composes` says that an input method may stand between the keys and the text."""

    def __init__(self, seat: Seat, *, composes: bool = False) -> None:
        self._seat = seat
        self._composes = composes
        self._clicked: tuple[float, int, int] | None = None

    def pixel(self, place: Place) -> tuple[int, int]:
        return place.centre.pixel(self._seat.width, self._seat.height)

    async def meet(self, place: Place) -> Hit:
        """What acting at a place meets: a window, or the desktop itself."""
        x, y = self.pixel(place)
        window = await self._seat.ask("at", x=x, y=y)
        return self.hit_of(window) if window is not None else Hit(role="desktop")

    def hit_of(self, window: dict[str, Any]) -> Hit:
        """What a trace remembers of a window: its title, its program's class and instance, and where it stood."""
        seat = self._seat
        left, top, right, bottom = window["box"]
        box = Box.of_pixels(
            left - seat.left, top - seat.top, right - seat.left, bottom - seat.top, seat.width, seat.height
        )
        return Hit(role="window", name=window["title"], tag=window["app"], path=window["instance"], box=box)

    # --- the pointer ---

    async def click(self, action: Click, effect: Effect) -> None:
        effect.hit = await self.meet(action.at)
        await self._click(action.at, action.button, action.count)

    async def _click(self, at: Place, button: str = "left", count: int = 1) -> None:
        x, y = self.pixel(at)
        await self._seat.ask("move", x=x, y=y)
        if self._clicked is not None and abs(self._clicked[1] - x) < _NEARBY and abs(self._clicked[2] - y) < _NEARBY:
            # two actions are two clicks, however fast the second one came
            await hold(max(0.0, self._clicked[0] + _DOUBLE - time.perf_counter()))
        for _ in range(count):
            await self._seat.ask("down", button=button)
            await self._seat.ask("up", button=button)
        self._clicked = time.perf_counter(), x, y

    async def hover(self, action: Hover, effect: Effect) -> None:
        effect.hit = await self.meet(action.at)
        x, y = self.pixel(action.at)
        await self._seat.ask("move", x=x, y=y)

    async def long_press(self, action: LongPress, effect: Effect) -> None:
        effect.hit = await self.meet(action.at)
        async with self._pressing(action.at):
            await hold(action.seconds)

    async def drag(self, action: Drag, effect: Effect) -> None:
        effect.hit = await self.meet(action.start)
        (x, y), (to_x, to_y) = self.pixel(action.start), self.pixel(action.end)
        async with self._pressing(action.start):
            await hold(_DROP)
            for n in range(1, _DRAG_MOVES + 1):
                share = n / _DRAG_MOVES
                await self._seat.ask("move", x=round(x + (to_x - x) * share), y=round(y + (to_y - y) * share))
                await hold(_DRAG_PACE)
            await hold(_DROP)

    @asynccontextmanager
    async def _pressing(self, at: Place) -> AsyncIterator[None]:
        x, y = self.pixel(at)
        await self._seat.ask("move", x=x, y=y)
        await self._seat.ask("down", button="left")
        try:
            yield
            await self._seat.ask("up", button="left")
        except BaseException:
            self._seat.let_go()
            raise

    async def scroll(self, action: Scroll, effect: Effect, front: dict[str, Any] | None) -> None:
        """Turn the wheel over a place, by default over the middle of the window in front."""
        if action.at is not None:
            effect.hit = await self.meet(action.at)
            x, y = self.pixel(action.at)
        else:
            box = self.hit_of(front).box if front is not None else None
            x, y = self.pixel(box if box is not None else Box(left=0, top=0, right=1, bottom=1))
        await self._seat.ask("move", x=x, y=y)
        steps = max(1, round(action.steps))
        across, down = {"up": (0, -1), "down": (0, 1), "left": (-1, 0), "right": (1, 0)}[action.direction]
        await self._seat.ask("wheel", across=across * steps, down=down * steps)

    # --- the keyboard ---

    async def press(self, action: Press) -> None:
        await self._chord(*(_symbol(key) for key in action.keys))

    async def _chord(self, *keys: str) -> None:
        await self._seat.ask("chord", keys=keys)

    async def type(self, action: Type, effect: Effect) -> None:
        if action.into is not None:
            effect.hit = await self.meet(action.into)
            await self._click(action.into)
            await self._rest()
        if action.replace:
            await self._clear()
        if action.text:
            await self._write(action.text, effect)
        if action.submit:
            await self._rest()
            await self._chord("Return")

    async def _rest(self) -> None:
        """Let what was done so far have its effect: a field that opens, suggestions that come."""
        await settle(self._seat, _REST)

    async def _clear(self) -> None:
        """Empty what has the focus, one line or many: not every toolkit takes Ctrl+A for all of it."""
        await self._chord("Control_L", "End")
        await self._chord("Control_L", "Shift_L", "Home")
        await self._chord("BackSpace")

    async def _write(self, text: str, effect: Effect) -> None:
        by_keys = len(text) <= _BY_KEYS and text.isascii() and text.isprintable()
        if by_keys and not self._composes and await self._seat.ask("write", text=text):
            return
        if await self._paste(text, effect) or (by_keys and await self._seat.ask("write", text=text)):
            return
        raise TargetNotFound(
            "nothing that takes text has the focus: what was pasted was not fetched. Click the field first, or say "
            "which field to type into"
        )

    async def _paste(self, text: str, effect: Effect) -> bool:
        """Paste a text; False if no program took it."""
        seat = self._seat
        front = next((window for window in await seat.ask("windows") if window["active"]), None)
        names = {front["app"].casefold(), front["instance"].casefold()} if front is not None else set()
        in_terminal = bool(names & _TERMINALS)
        # a terminal pastes the one or the other
        await seat.ask(
            "offer", text=text, selections=["CLIPBOARD", "PRIMARY"] if in_terminal else ["CLIPBOARD"], limit=20
        )
        await self._chord(*(("Shift_L", "Insert") if in_terminal else ("Control_L", "v")))
        end = time.perf_counter() + _TAKEN
        while not await seat.ask("taken"):
            if time.perf_counter() > end:
                # by a launcher that has no window, or by one that only watches the clipboard
                fetched = bool(await seat.ask("fetched"))
                if fetched:
                    effect.notes.append("The text was fetched, but maybe not by the window in front; look for it.")
                return fetched
            await hold(0.01)
        return True


def _symbol(key: str) -> str:
    """The name of a key's symbol, or the single character; raises ActionError for a key that no keyboard has."""
    name = key_name(key)
    return _SYMBOLS.get(name, name)
