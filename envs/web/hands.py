"""Pointer and keyboard on one tab: every action on a page, in CSS pixels of its view."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from actions import (
    ActionError,
    Box,
    Click,
    Drag,
    Hit,
    Hover,
    LongPress,
    Place,
    Press,
    Scroll,
    Select,
    TargetNotFound,
    Type,
)
from actions.secret import secret_of
from envs.keyboard import chord
from envs.settle import hold
from envs.web.choices import chosen
from envs.web.dates import field_value
from envs.web.finder import INTO
from envs.web.overlay import Option
from envs.web.page import target
from envs.web.secrets.guard import Guard
from envs.web.tab import DialogOpened, Tab

if TYPE_CHECKING:
    from playwright.async_api import Frame

WHEEL = 100
"""CSS pixels that one step of the wheel scrolls."""
_SCROLL_START = 300  # ms in which a view that can scroll has begun to


@dataclass
class Effect:
    """What came of an action so far; a dialog may cut the action short at any call."""

    hit: Hit | None = None
    notes: list[str] = field(default_factory=list)
    read_back: str | None = None
    wanted: str | None = None
    """What the field should hold at the end, None if nothing was typed or it must not be read."""
    frame: Frame | None = None
    """Where that field is."""
    chosen: str | None = None
    """The option that was clicked in a list that the page draws; only the page knows whether that chose it."""
    changed: bool = False
    """Is it known already that something changed?"""


@dataclass(frozen=True, slots=True)
class Aim:
    """A place on the page and what is there: `about` are the page library's facts of it, `frame` where it lives."""

    x: float
    y: float
    frame: Frame
    about: dict[str, Any]
    hit: Hit
    offset: tuple[float, float] = (0.0, 0.0)
    """Where the frame's view begins in the main one, and `scale`, how much it is enlarged."""
    scale: float = 1.0


class Hands:
    """Acts on a tab whose view is `size` CSS pixels; `uploads` are the files that may be handed to pages, and `guard`
    puts secrets into them."""

    def __init__(self, tab: Tab, size: tuple[int, int], uploads: Sequence[Path], ceiling: float, guard: Guard) -> None:
        self._tab = tab
        self._size = size
        self._uploads = uploads
        self._ceiling = ceiling
        self._guard = guard

    # --- aiming ---

    def pixel(self, place: Place) -> tuple[float, float]:
        """The CSS pixel that acting on a place goes to, always inside the view."""
        centre = place.centre
        width, height = self._size
        return min(centre.x * width, width - 1.0), min(centre.y * height, height - 1.0)

    async def aim(self, place: Place) -> Aim:
        """What a place meets, through frames; raises TargetNotFound outside of any document."""
        x, y = self.pixel(place)
        frame, path = self._tab.page.main_frame, ""
        left, top, scale = 0.0, 0.0, 1.0
        while True:
            frames, handles = await self._tab.children(frame)
            given = {"x": (x - left) / scale, "y": (y - top) / scale, "frames": handles}
            answer = await self._tab.ask("aim", given, frame=frame)
            about, under = answer["met"], answer["under"]
            if about is None:
                raise TargetNotFound("there is nothing at that place; look again and choose another")
            if under is None or under["frame"] < 0:
                break
            path += under["path"] + INTO
            left, top, scale = left + under["x"] * scale, top + under["y"] * scale, scale * under["scale"]
            frame = frames[under["frame"]]
        main = frame == self._tab.page.main_frame
        self._tab.acting = None if main else frame
        box = about["box"]
        hit = Hit(
            role=about["role"],
            name=about["name"],
            tag=about["tag"],
            test_id=about["test_id"],
            path=path + about["path"],
            frame="" if main else frame.url,
            input_type=about["input_type"],
            near=about["near"],
            alike=about["alike"],
            box=Box.of_pixels(
                left + box[0] * scale,
                top + box[1] * scale,
                left + box[2] * scale,
                top + box[3] * scale,
                *self._size,
            ),
        )
        return Aim(x, y, frame, about, hit, (left, top), scale)

    async def arm(self) -> Frame:
        """Begin an action that goes to what has the focus; the frame that has it."""
        frame = self._tab.page.main_frame
        while True:
            frames, handles = await self._tab.children(frame)
            inner = await self._tab.ask("arm", {"frames": handles}, frame=frame)
            if inner < 0:
                break
            frame = frames[inner]
        self._tab.acting = None if frame == self._tab.page.main_frame else frame
        return frame

    # --- the pointer ---

    async def click(self, action: Click, effect: Effect) -> None:
        aim = await self.aim(action.at)
        effect.hit = aim.hit
        if aim.about["disabled"]:
            effect.notes.append(f'The click landed on "{aim.hit.name}", which is disabled.')
        await self._click(aim, action.button, action.count)

    async def _click(self, aim: Aim, button: Any = "left", count: int = 1) -> None:
        mouse = self._tab.page.mouse
        await self._tab.wait_for(mouse.click(aim.x, aim.y, button=button, click_count=count), "clicking")

    async def hover(self, action: Hover, effect: Effect) -> None:
        aim = await self.aim(action.at)
        effect.hit = aim.hit
        await self._tab.wait_for(self._tab.page.mouse.move(aim.x, aim.y), "moving the pointer")

    async def long_press(self, action: LongPress, effect: Effect) -> None:
        aim = await self.aim(action.at)
        effect.hit = aim.hit
        async with self._pressing(aim, effect):
            await hold(action.seconds)

    async def drag(self, action: Drag, effect: Effect) -> None:
        aim = await self.aim(action.start)
        effect.hit = aim.hit
        async with self._pressing(aim, effect):
            # pages tell a drag from a click by the moves in between
            await self._tab.wait_for(self._tab.page.mouse.move(*self.pixel(action.end), steps=12), "dragging")

    @asynccontextmanager
    async def _pressing(self, aim: Aim, effect: Effect) -> AsyncIterator[None]:
        """The button held down at a place; what cuts that short leaves the tab to release it as soon as it can."""
        tab = self._tab
        await tab.wait_for(tab.page.mouse.move(aim.x, aim.y), "moving the pointer")
        tab.pressed = True
        try:
            await tab.wait_for(tab.page.mouse.down(), "pressing the button")
            yield
            await tab.release()
        except DialogOpened:
            if tab.pressed:
                effect.notes.append("A dialog cut this short; the mouse button is released when it is answered.")
            raise

    async def scroll(self, action: Scroll, effect: Effect) -> None:
        sign = 1 if action.direction in ("down", "right") else -1
        upright = action.direction in ("up", "down")
        across, down = (0, sign) if upright else (sign, 0)
        if action.at is not None:
            effect.hit = (await self.aim(action.at)).hit
        x, y = self.pixel(action.at) if action.at is not None else (None, None)
        ahead = await self._tab.ask("aimScroll", {"x": x, "y": y, "across": across, "down": down})
        mouse = self._tab.page.mouse
        await self._tab.wait_for(mouse.move(*ahead["spot"]), "moving the pointer")
        distance = action.steps * WHEEL
        await self._tab.wait_for(mouse.wheel(across * distance, down * distance), "scrolling")
        if ahead["moves"] is not False:
            frame = self._tab.acting if ahead["moves"] is None else None
            since = ahead["version"] if frame is None else await self._tab.ask("version", frame=frame)
            await self._tab.ask("change", {"since": since, "ms": _SCROLL_START}, frame=frame)

    # --- the keyboard ---

    async def press(self, action: Press) -> None:
        keys = chord(action.keys)
        await self.arm()
        await self._press(keys)

    async def _press(self, keys: str) -> None:
        await self._tab.wait_for(self._tab.page.keyboard.press(keys), f"pressing {keys}")

    async def type(self, action: Type, effect: Effect) -> None:
        if action.into is None and self._tab.chooser is not None:
            path = self._upload(action.text)
            chooser, self._tab.chooser = self._tab.chooser, None
            await self._tab.wait_for(chooser.set_files(path), "handing a file over")
            effect.read_back = path.name
            return
        if action.into is None:
            frame = await self.arm()
        else:
            aim = await self.aim(action.into)
            effect.hit = aim.hit
            self._refuse(aim.about)
            if aim.about["kind"] == "select":
                await self._choose_native(aim, action.text, effect)
                return
            if aim.about["kind"] == "file":
                path = self._upload(action.text)
                field = await self._tab.wait_for(aim.frame.evaluate_handle(target()), "finding a field")
                if (element := field.as_element()) is not None:
                    await self._tab.wait_for(element.set_input_files(path), "handing a file over")
                    effect.read_back = path.name
                return
            await self._click(aim)
            frame = aim.frame
        if (key := secret_of(action.text)) is not None:
            effect.notes += await self._guard.put(self._tab, key, replace=action.replace)
            if action.submit:
                await self._press("Enter")
            return
        about = await self._tab.ask("prepare", {"replace": action.replace}, frame=frame)
        if about is None:
            raise TargetNotFound(
                "nothing that takes text has the focus; click the field first, or say which field to type into"
                if action.into is None
                else "that place takes no text; choose the field itself"
            )
        self._refuse(about)
        await self._fill(action, about, frame, effect)
        if action.submit:
            await self._press("Enter")

    def _refuse(self, about: dict[str, Any]) -> None:
        state = "disabled" if about["disabled"] else "read-only" if about["readonly"] else ""
        if state:
            raise ActionError(f'"{about["name"]}" is {state} and takes no text')

    async def _fill(self, action: Type, about: dict[str, Any], frame: Frame, effect: Effect) -> None:
        """Put the text into the prepared field, and see what came of it."""
        effect.frame = frame
        readable = about["input_type"] != "password"
        if about["kind"] == "value":
            effect.wanted = field_value(action.text, about["input_type"], about["order"])
            effect.read_back = await self._tab.ask("assign", {"value": effect.wanted}, frame=frame)
            return
        multiline = about["multiline"]
        text = action.text if multiline else " ".join(action.text.splitlines())
        if about["keys"]:
            caret = "ControlOrMeta+a" if action.replace else "ControlOrMeta+End" if multiline else "End"
            await self._press(caret)
        if text:
            await self._tab.wait_for(self._tab.page.keyboard.insert_text(text), "typing")
        elif action.replace:
            await self._press("Backspace")
        if not readable:
            return
        effect.wanted = text if action.replace else (about["before"] or "") + text
        effect.read_back = await self._tab.ask("held", frame=frame)
        effect.changed = effect.read_back != about["before"]
        room = effect.wanted[: about["longest"]]
        if about["kind"] == "text" and text and _letters(effect.read_back) != _letters(room):
            await self._type_by_key(room, frame, effect)

    async def _type_by_key(self, text: str, frame: Frame, effect: Effect) -> None:
        """A masked field that lost inserted text may follow single keys."""
        await self._press("ControlOrMeta+a")
        await self._press("Backspace")
        await self._tab.wait_for(self._tab.page.keyboard.type(text), "typing")
        effect.read_back = await self._tab.ask("held", frame=frame)

    def _upload(self, text: str) -> Path:
        """The file that may be handed over and is meant."""
        allowed = {str(path): path for path in self._uploads} | {path.name: path for path in self._uploads}
        path = allowed.get(text.strip())
        if path is None:
            offered = ", ".join(path.name for path in self._uploads)
            raise ActionError(
                f"{text!r} is not among the files that may be uploaded ({offered})"
                if offered
                else "this field takes a file, and no files were given for uploading; the person must name them first"
            )
        return path

    # --- lists ---

    async def select(self, action: Select, effect: Effect) -> None:
        aim = await self.aim(action.at)
        effect.hit = aim.hit
        if aim.about["disabled"]:
            raise ActionError(f'"{aim.hit.name}" is disabled')
        if aim.about["kind"] == "select":
            await self._choose_native(aim, action.option, effect)
            return
        suggestions = await self._tab.ask("suggestions", frame=aim.frame)
        if suggestions:
            text = suggestions[chosen(action.option, suggestions)]
            await self.type(Type(text=text, into=action.at, replace=True), effect)
            return
        await self._choose_drawn(aim, action.option, effect)

    async def _choose_native(self, aim: Aim, option: str, effect: Effect) -> None:
        native = await self._tab.ask("nativeOptions", frame=aim.frame)
        options = [Option(**entry) for entry in native]
        await self.choose_number(aim.frame, self.number_of(options, option), effect)

    def number_of(self, options: Sequence[Option], wanted: str) -> int:
        """The number of the option of a native list that shows `wanted`."""
        shown = [n for n, option in enumerate(options) if not option.hidden]
        at = chosen(wanted, [options[n].label for n in shown], [options[n].disabled for n in shown])
        return shown[at]

    async def choose_number(self, frame: Frame, number: int, effect: Effect) -> None:
        """Choose an option of the open list, or else of the one that was aimed at."""
        if not await self._tab.ask("choose", {"index": number}, frame=frame):
            raise TargetNotFound("the list has changed; look again")
        effect.frame = frame
        effect.read_back = await self._tab.ask("held", frame=frame)

    async def _choose_drawn(self, aim: Aim, option: str, effect: Effect) -> None:
        options = await self._tab.ask("drawnOptions", frame=aim.frame)
        if not options:
            await self._click(aim)
            await self._tab.still(self._ceiling)
            options = await self._tab.ask("drawnOptions", frame=aim.frame)
        if not options and aim.about["kind"] == "text":
            await self.type(Type(text=option, into=None, replace=True), effect)
            await self._tab.still(self._ceiling)
            options = await self._tab.ask("drawnOptions", frame=aim.frame)
        if not options:
            raise TargetNotFound(
                f'"{aim.hit.name}" ({aim.hit.role}) shows no list of options; click what is to be chosen'
            )
        number = chosen(option, [entry["label"] for entry in options], [entry["disabled"] for entry in options])
        spot = await self._tab.ask("reveal", {"index": number}, frame=aim.frame)
        if spot is None:
            raise TargetNotFound(f"the option {option!r} cannot be reached; scroll its list and click it")
        x, y = (shift + at * aim.scale for shift, at in zip(aim.offset, spot, strict=True))
        effect.wanted = effect.read_back = None
        effect.chosen, effect.frame = options[number]["label"], aim.frame
        await self._tab.wait_for(self._tab.page.mouse.click(x, y), "clicking an option")


def _letters(text: str | None) -> str:
    return "".join(char for char in text or "" if char.isalnum()).casefold()
