"""Acting on what is drawn over a page: an open option list, or a dialog that holds the page up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from actions import (
    Action,
    ActionError,
    Click,
    Element,
    Hit,
    Hover,
    Place,
    Press,
    Scroll,
    Select,
    TargetNotFound,
    Type,
    Wait,
)
from envs.keyboard import key_name
from envs.web.hands import Effect, Hands
from envs.web.overlay import DialogBox, OptionList, Overlay, Part, covers, part_at
from envs.web.page import well_formed
from envs.web.sight import OpenList
from envs.web.tab import DocumentGone, Tab

if TYPE_CHECKING:
    from playwright.async_api import Dialog, Frame

_ROWS = 3
"""Rows of a list that one step of the wheel moves."""
_LEAVE = "Leave this page? Changes that you made may not be saved."


class Drawn:
    """What is drawn over the tab's page now; `size` is the view in pixels, and `tell` makes of a page's text what may
    be shown of it."""

    def __init__(self, size: tuple[int, int], tell: Callable[[str], str] = str) -> None:
        self._size = size
        self._tell = tell
        self._frame: Frame | None = None
        self._box: tuple[Dialog, DialogBox] | None = None
        self.list: OptionList | None = None

    def follow(self, now: OpenList | None) -> None:
        """Keep the list as the page has it now; None closes it."""
        if now is None:
            self.list = self._frame = None
            return
        options = tuple(replace(option, label=self._tell(option.label)) for option in now.options)
        if self.list is not None and (self.list.path, self._frame) == (now.path, now.frame):
            self.list = self.list.refreshed(now.box, options)
        else:
            self.list = OptionList(now.name, now.path, now.box, options, self._size)
        self._frame = now.frame

    def dialog(self, dialog: Dialog) -> DialogBox:
        """The box that shows a dialog, with what was typed into it so far."""
        if self._box is None or self._box[0] is not dialog:
            words = well_formed(dialog.message) or (_LEAVE if dialog.type == "beforeunload" else "")
            text = self._tell(well_formed(dialog.default_value))
            self._box = dialog, DialogBox(dialog.type, self._tell(words), self._size, text=text)
        return self._box[1]

    def over(self, elements: tuple[Element, ...], overlay: Overlay) -> tuple[Element, ...]:
        """The elements that an overlay leaves free, and its own parts after them."""
        width, height = self._size

        def kept() -> Iterator[Element]:
            for element in elements:
                if not covers(overlay, *self._pixel(element.box)):
                    yield element
            for part in overlay.parts():
                yield part.element(0, width, height)

        return tuple(element.model_copy(update={"mark": mark}) for mark, element in enumerate(kept()))

    # --- dialogs ---

    async def act_on_dialog(self, tab: Tab, dialog: Dialog, action: Action, effect: Effect) -> None:
        """Answer a dialog; raises ActionError for what it cannot take."""
        box = self.dialog(dialog)
        words = " or ".join(name for name, _ in box.buttons)
        refusal = ActionError(f'a dialog is open: "{box.message}"; answer it first with {words}')
        accept: bool | None = None
        match action:
            case Click():
                part = part_at(box, *self._pixel(action.at))
                if part is None:
                    raise refusal
                effect.hit = self._hit(part, "dialog")
                accept = part.key if isinstance(part.key, bool) else None
            case Press(keys=(key,)) if key_name(key) in ("Enter", "Escape"):
                accept = key_name(key) == "Enter" or box.kind == "alert"
            case Type() if box.kind == "prompt":
                if action.into is not None and not covers(box, *self._pixel(action.into)):
                    raise refusal
                untouched = box.text == well_formed(dialog.default_value)
                box.text = action.text if action.replace or untouched else box.text + action.text
                effect.read_back = box.text
                accept = True if action.submit else None
            case Wait():
                pass
            case _:
                raise refusal
        if accept is not None:
            await tab.answer(accept, box.text if box.kind == "prompt" else None)

    # --- lists ---

    async def act_on_list(self, tab: Tab, hands: Hands, action: Action, effect: Effect) -> bool:
        """Let the open list take an action; False if there is none, or it closed because the action is not for it."""
        shown = self.list
        if shown is None or isinstance(action, Wait):
            return False
        if await self._taken(tab, hands, shown, action, effect):
            return True
        await self._close(tab)
        return False

    async def _taken(self, tab: Tab, hands: Hands, shown: OptionList, action: Action, effect: Effect) -> bool:
        match action:
            case Click():
                part = part_at(shown, *self._pixel(action.at))
                if part is not None:
                    effect.hit = self._hit(part, "option", shown.path)
                    await self._choose(tab, hands, shown, part.key, effect)
                elif not covers(shown, *self._pixel(action.at)):
                    await self._close(tab)
                    effect.notes.append("The open list was closed; the click did nothing else.")
            case Hover() if (part := part_at(shown, *self._pixel(action.at))) is not None:
                shown.active = part.key
            case Scroll() if action.at is None or covers(shown, *self._pixel(action.at)):
                sign = {"down": 1, "up": -1}.get(action.direction, 0)
                shown.scroll(action.steps * _ROWS * sign)
            case Select() if self._is_list(shown, action.at):
                number = hands.number_of(shown.options, action.option)
                await self._choose(tab, hands, shown, number, effect)
            case Type() if action.into is None or self._is_list(shown, action.into):
                if not shown.type_ahead(action.text):
                    raise TargetNotFound(f"no option of the open list begins with {action.text!r}")
                if action.submit:
                    await self._choose(tab, hands, shown, shown.active, effect)
            case Press(keys=(key,)):
                return await self._key(tab, hands, shown, key_name(key), effect)
            case _:
                return False
        return True

    async def _key(self, tab: Tab, hands: Hands, shown: OptionList, key: str, effect: Effect) -> bool:
        if key == "Escape":
            await self._close(tab)
        elif key in ("Enter", "Tab", "Space"):
            await self._choose(tab, hands, shown, shown.active, effect)
        elif not shown.move(key):
            return len(key) == 1 and shown.type_ahead(key)
        return True

    async def _choose(self, tab: Tab, hands: Hands, shown: OptionList, number: int, effect: Effect) -> None:
        if number < len(shown.options) and shown.options[number].disabled:
            effect.notes.append(f'The option "{shown.options[number].label}" is disabled.')
            return
        frame, self.list = self._frame or tab.page.main_frame, None
        await hands.choose_number(frame, number, effect)

    async def _close(self, tab: Tab) -> None:
        frame, self.list, self._frame = self._frame, None, None
        with suppress(DocumentGone):  # then the list went with it
            await tab.ask("closeList", frame=frame)

    def _is_list(self, shown: OptionList, place: Place) -> bool:
        x, y = self._pixel(place)
        left, top, right, bottom = shown.anchor
        return covers(shown, x, y) or (left <= x < right and top <= y < bottom)

    def _pixel(self, place: Place) -> tuple[float, float]:
        centre = place.centre
        return centre.x * self._size[0], centre.y * self._size[1]

    def _hit(self, part: Part, tag: str, path: str = "") -> Hit:
        return Hit(role=part.role, name=part.name, tag=tag, path=path, box=part.element(0, *self._size).box)
