"""Doing single actions on a phone: fingers, keys and text."""

from __future__ import annotations

from dataclasses import dataclass, field

from actions import (
    ActionError,
    Box,
    Click,
    Drag,
    Hit,
    LongPress,
    Place,
    Press,
    Scroll,
    TargetNotFound,
    Type,
    UnsupportedAction,
)
from envs.android.fingers import Swipe, drag, scrolling
from envs.android.hierarchy import Hierarchy, Node
from envs.android.keyboard import check
from envs.android.keys import ENTER, chord_codes, key_code
from envs.android.phone import Phone
from envs.android.picture import Shot
from envs.android.quoting import sound
from envs.android.wire import LIMIT

_UNREAD = "What the field holds now cannot be read; look at it."


@dataclass
class Effect:
    """What an action met and did, beyond what the picture shows."""

    hit: Hit | None = None
    read_back: str | None = None
    notes: list[str] = field(default_factory=list)


class Hands:
    """Acts on the screen that `shot` shows. `seen` is its UI hierarchy, None where there is none.

    `settle_ceiling` bounds the wait for a field that was tapped to take the focus.
    """

    def __init__(self, phone: Phone, shot: Shot, seen: Hierarchy | None, settle_ceiling: float) -> None:
        self._phone = phone
        self._shot = shot
        self._size = phone.input_size(shot)
        self._seen = seen
        self._ceiling = settle_ceiling

    def aim(self, place: Place, effect: Effect) -> tuple[int, int]:
        """The pixel of input for a place, with what is there written down."""
        self._node_at(place, effect)
        return place.centre.pixel(*self._size)

    def _node_at(self, place: Place, effect: Effect) -> Node | None:
        node = self._seen.at(place.centre) if self._seen is not None else None
        if node is not None and self._seen is not None:
            effect.hit = self._seen.hit(node)
        elif self._seen is None:
            effect.hit = Hit(box=place) if isinstance(place, Box) else None
        return node

    # --- fingers ---

    async def click(self, action: Click, effect: Effect) -> None:
        if action.button != "left":
            raise UnsupportedAction(f"a finger has no {action.button} button; hold on to a thing to get its menu")
        x, y = self.aim(action.at, effect)
        for _ in range(action.count):
            await self._tap(x, y)

    async def long_press(self, action: LongPress, effect: Effect) -> None:
        x, y = self.aim(action.at, effect)
        await self._swipe(Swipe(x, y, x, y, max(1, round(action.seconds * 1000))))

    async def drag(self, action: Drag, effect: Effect) -> None:
        start = self.aim(action.start, effect)
        await self._swipe(drag(start, action.end.centre.pixel(*self._size), self._size))

    async def scroll(self, action: Scroll, effect: Effect) -> None:
        if action.at is not None:
            self.aim(action.at, effect)
        for swipe in scrolling(action, self._size):
            await self._swipe(swipe)

    async def _tap(self, x: int, y: int) -> None:
        check(await self._phone.wire.run("input", "tap", str(x), str(y)), "a tap")

    async def _swipe(self, way: Swipe) -> None:
        numbers = (way.x1, way.y1, way.x2, way.y2, way.ms)
        limit = LIMIT + way.ms / 1000
        check(await self._phone.wire.run("input", "swipe", *map(str, numbers), limit=limit), "a swipe")

    # --- keys ---

    async def press(self, action: Press) -> None:
        keyboard = self._phone.keyboard
        if len(action.keys) > 1:
            await keyboard.press_together(chord_codes(action.keys))
        elif (code := key_code(action.keys[0])) is not None:
            await keyboard.press(code)
        else:
            await keyboard.write(action.keys[0])

    # --- text ---

    async def type(self, action: Type, effect: Effect) -> None:
        """Into the field at a place, or the one that has the focus; and see what came of it."""
        action = action.model_copy(update={"text": sound(action.text)})
        field = await self._focus(action, effect)
        before = field.held if field is not None else None
        keyboard = self._phone.keyboard
        if action.replace and before != "":
            await keyboard.clear(None if before is None else len(before))
        elif not action.replace and before != "":
            await keyboard.to_end(several_lines=before is None or "\n" in before)
        if action.text:
            await keyboard.write(action.text)
        if field is not None and "password" not in field.flags:
            effect.read_back = await self._checked(action, before or "", effect)
        elif field is None:
            effect.notes.append(_UNREAD)
        if action.submit:
            await keyboard.press(ENTER)

    async def _focus(self, action: Type, effect: Effect) -> Node | None:
        """The field that takes the text; None if the phone cannot say. Raises TargetNotFound if there is none."""
        seen = self._seen
        if action.into is None:
            node = seen.focused() if seen is not None else None
            if node is None and seen is not None and not await self._phone.keyboard.is_shown():
                raise TargetNotFound("nothing that takes text has the focus; tap the field first, or say which it is")
        else:
            node = self._node_at(action.into, effect)
            if node is not None and node.is_field and "enabled" not in node.flags:
                raise ActionError(f"{effect.hit.name if effect.hit else 'it'!r} is disabled and takes no text")
            if node is None or not node.is_field or "focused" not in node.flags:
                await self._tap(*action.into.centre.pixel(*self._size))
                await self._phone.camera.still(self._shot, self._ceiling)
            if seen is not None and not (node is not None and node.is_field):
                seen = await self._now()
                node = seen.focused() if seen is not None else None
                # what an app draws by itself is no field for the phone, but has it show its keyboard
                if node is None and seen is not None and not await self._phone.keyboard.is_shown():
                    raise TargetNotFound("that place takes no text; choose the field itself")
        if node is not None and seen is not None and effect.hit is None:
            effect.hit = seen.hit(node)
        return node

    async def _checked(self, action: Type, before: str, effect: Effect) -> str | None:
        """What the field holds after typing; what was not cleared, or was lost on the way, is done once more."""
        wanted = action.text if action.replace else before + action.text
        held = await self._held()
        if action.text and held == ("" if action.replace else before) != wanted:
            await self._phone.keyboard.write(action.text)  # a keyboard that was just changed to may not have listened
            held = await self._held()
        if action.replace and before and held in (before + wanted, wanted + before) and held != wanted:
            await self._phone.keyboard.delete(len(held))
            if action.text:
                await self._phone.keyboard.write(action.text)
            held = await self._held()
            if not wanted and held == before:
                held = ""  # what cannot be deleted is the hint of an empty field, which some phones call its text
        if held is None:
            effect.notes.append(_UNREAD)
        elif held not in (wanted, action.text):  # text that went in behind a hint stands alone
            effect.notes.append(f"The field holds {held!r} now, not {wanted!r}.")
        return held

    async def _held(self) -> str | None:
        now = await self._now()
        node = now.focused() if now is not None else None
        return node.held if node is not None and "password" not in node.flags else None

    async def _now(self) -> Hierarchy | None:
        return await self._phone.hierarchy(self._size)
