"""Entering text on a phone: by its key events where they can, else by ADBKeyboard, with the user's keyboard put back.

`input text` presses the keys of an American keyboard, and anything else it drops. ADBKeyboard is an input method that
takes text in a broadcast (https://github.com/senzhk/ADBKeyBoard). It must be the phone's keyboard for that moment, so
the user's own is written down on the phone itself first: a run that is killed leaves it to the next one to put it back.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import re
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any

from actions import ActionError, DeviceError
from envs.android.keys import CTRL, DELETE_LEFT, DELETE_RIGHT, ENTER, MOVE_END, SELECT_ALL, TAB
from envs.android.quoting import is_keyable, typed_pieces
from envs.android.wire import Output, Wire
from envs.settle import hold

_PACKAGE = "com.android.adbkeyboard"
ADB_KEYBOARD = f"{_PACKAGE}/.AdbIME"
_CURRENT = ("secure", "default_input_method")
_KEPT = ("secure", "handeye_user_keyboard")
_DISABLE = "disable"
"""Stands behind the kept keyboard if ADBKeyboard was not among the enabled ones, and is not to stay so."""
_TO_BIND = 3.0
"""Seconds in which the phone must have changed its keyboard."""
_IN_USE = re.compile(r"\bmCur(?:MethodId|Id)=(\S+)")
_UNBOUND = re.compile(r"\bmBoundToMethod=false\b")
_PART = 800
"""Characters of one broadcast."""
_MOST_DELETED = 500
_FAILED = re.compile(r"Exception\b|\bError\b|^Unknown")
_SHOWN = re.compile(r"\bmInputShown=true\b")
_NONE = ("", "null")


class Keyboard:
    """Text and keys for one phone. Everything goes to whatever has the focus there."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._borrowed = False
        """Is the user's keyboard not in its place?"""

    async def prepare(self) -> tuple[str, ...]:
        """Put back what an earlier run was killed before it could; sentences about that."""
        own = await self._give_back_kept()
        if not own:
            return ()
        return (f"An earlier run was cut off while it typed; the phone's own keyboard ({own}) was put back.",)

    async def close(self) -> None:
        """Put the user's keyboard back if that is still to be done, as far as the phone can be reached."""
        if self._borrowed:
            with contextlib.suppress(DeviceError):
                await self._give_back_kept()

    async def is_shown(self) -> bool:
        """Is the keyboard on the screen, and so something that takes text in focus?"""
        return _SHOWN.search((await self._wire.run("dumpsys", "input_method")).text) is not None

    async def press(self, *codes: int) -> None:
        """Press keys one after the other, by their numbers."""
        check(await self._wire.run("input", "keyevent", *map(str, codes)), "pressing a key")

    async def press_together(self, codes: Sequence[int]) -> None:
        """Hold keys down together. Raises ActionError on phones before Android 13."""
        output = await self._wire.run("input", "keycombination", *map(str, codes))
        if output.status != 0 or "unknown command" in output.said.lower():
            raise ActionError(
                "this phone takes no key combinations (Android 13 and later do); use the app's own buttons and menus, "
                "or hold on the text to get its menu"
            )

    async def write(self, text: str) -> None:
        """Enter text at the caret. Raises ActionError if this phone cannot write it."""
        if not is_keyable(text):
            await self._broadcast(text)
            return
        for piece in typed_pieces(text):
            if piece in ("\n", "\t"):
                await self.press(ENTER if piece == "\n" else TAB)
            else:
                check(await self._wire.run("input", "text", piece), "typing")

    async def to_end(self, *, several_lines: bool) -> None:
        """Put the caret behind what the field holds: a tap leaves it anywhere."""
        if several_lines:
            with contextlib.suppress(ActionError):
                await self.press_together((CTRL, MOVE_END))
        await self.press(MOVE_END)

    async def clear(self, length: int | None) -> None:
        """Select everything in the field and delete it; older phones delete it key by key.

        `length` is how much the field holds, None if that is not known.
        """
        try:
            await self.press_together((CTRL, SELECT_ALL))
        except ActionError:
            await self.delete(_MOST_DELETED if length is None else length)
        else:
            await self.press(DELETE_LEFT)

    async def delete(self, count: int) -> None:
        """Delete so many characters before the caret, and as many behind it."""
        count = min(count, _MOST_DELETED)
        for start in range(0, count, 100):
            await self.press(*[DELETE_LEFT] * min(100, count - start), *[DELETE_RIGHT] * min(100, count - start))

    # --- ADBKeyboard ---

    async def _broadcast(self, text: str) -> None:
        async with self._adb_keyboard():
            for start in range(0, len(text), _PART):
                raw = base64.b64encode(text[start : start + _PART].encode()).decode()
                # named by its package, since newer phones hand nothing to apps that are not
                told = ("-p", _PACKAGE, "-a", "ADB_INPUT_B64", "--es", "msg", raw)
                check(await self._wire.run("am", "broadcast", *told), "typing")

    @asynccontextmanager
    async def _adb_keyboard(self) -> AsyncIterator[None]:
        """ADBKeyboard as the phone's keyboard; the user's own comes back whatever happens meanwhile."""
        installed = (await self._wire.run("ime", "list", "-a", "-s")).text.split()
        if ADB_KEYBOARD not in installed:
            raise ActionError(
                "this phone can only be made to type the letters of an American keyboard, and the text has others; "
                "for those a person must install ADBKeyboard (github.com/senzhk/ADBKeyBoard): "
                f"`adb -s {self._wire.serial} install ADBKeyboard.apk`"
            )
        own = await self._setting(_CURRENT)
        if own == ADB_KEYBOARD:
            yield  # the user's own choice
            return
        enabled = (await self._wire.run("ime", "list", "-s")).text.split()
        disable = ADB_KEYBOARD not in enabled
        if own:
            await self._wire.run("settings", "put", *_KEPT, f"{own} {_DISABLE}" if disable else own)
        self._borrowed = True
        try:
            await self._wire.run("ime", "enable", ADB_KEYBOARD)
            check(await self._wire.run("ime", "set", ADB_KEYBOARD), "changing the keyboard")
            await self._until_bound()
            yield
        finally:
            await _whatever_happens(self._give_back(own, disable=disable))

    async def _until_bound(self) -> None:
        """Until the phone says that ADBKeyboard is in use: what is sent before is lost."""
        loop = asyncio.get_running_loop()
        end, pause = loop.time() + _TO_BIND, 0.05
        while True:
            said = (await self._wire.run("dumpsys", "input_method")).text
            used = _IN_USE.findall(said)
            if ADB_KEYBOARD in used and not _UNBOUND.search(said):
                return
            if loop.time() > end:
                raise ActionError(
                    "the phone did not change to ADBKeyboard, which is needed for this text; is a field focused?"
                )
            await hold(pause)  # back-off: nothing tells when a keyboard is ready
            pause = min(2 * pause, 0.4)

    async def _give_back_kept(self) -> str:
        """Give back the keyboard that is written down on the phone; which one, "" if there is none."""
        own, _, then = (await self._setting(_KEPT)).partition(" ")
        if own:
            await self._give_back(own, disable=then == _DISABLE)
        return own

    async def _give_back(self, own: str, *, disable: bool) -> None:
        if own:
            await self._wire.run("ime", "set", own)
        if disable:
            await self._wire.run("ime", "disable", ADB_KEYBOARD)
        await self._wire.run("settings", "delete", *_KEPT)
        self._borrowed = False

    async def _setting(self, which: tuple[str, str]) -> str:
        """What a setting of the phone holds, "" for one that is not set."""
        value = (await self._wire.run("settings", "get", *which)).text
        return "" if value in _NONE else value


def check(output: Output, doing: str) -> None:
    """Raise if a command failed, which some of Android's only say: ActionError, or DeviceError if none can succeed."""
    if output.status == 0 and not _FAILED.search(output.said):
        return
    if "INJECT_EVENTS" in output.said:
        raise DeviceError(
            "the phone lets no computer tap or type (Xiaomi and a few others do that): in its developer options switch "
            "on 'USB debugging (Security settings)', and start again"
        )
    raise ActionError(f"the phone refused {doing}: {output.said[:300]}")


async def _whatever_happens(work: Coroutine[Any, Any, None]) -> None:
    """Do it to its end even if this task is cancelled meanwhile; a phone that is gone needs nothing done."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait((task,))
        raise
    except DeviceError:
        return
