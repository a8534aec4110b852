"""What a screen looks like: places on it, one look at it, and what came of an action.

Places are fractions of the screenshot, 0..1, x to the right and y down. Dialects convert from a model's scale
to fractions and environments from fractions to pixels; nothing between them knows either.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Fraction = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]
Platform = Literal["web", "desktop", "android"]


class Frozen(BaseModel):
    """Base of all plain data here: immutable, and unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Point(Frozen):
    """A place as fractions of the screenshot's width and height."""

    x: Fraction
    y: Fraction

    @property
    def centre(self) -> Point:
        return self

    def pixel(self, width: int, height: int) -> tuple[int, int]:
        """The pixel (column, row) of this point on a screenshot of `width` x `height` pixels."""
        return min(width - 1, int(self.x * width)), min(height - 1, int(self.y * height))


class Box(Frozen):
    """A rectangle as fractions of the screenshot: left <= right, top <= bottom."""

    left: Fraction
    top: Fraction
    right: Fraction
    bottom: Fraction

    @model_validator(mode="after")
    def _ordered(self) -> Box:
        if self.left > self.right or self.top > self.bottom:
            raise ValueError("a box needs left <= right and top <= bottom")
        return self

    @property
    def centre(self) -> Point:
        return Point(x=(self.left + self.right) / 2, y=(self.top + self.bottom) / 2)

    @classmethod
    def of_pixels(cls, left: float, top: float, right: float, bottom: float, width: int, height: int) -> Box:
        """The box around a pixel rectangle, cut off at the edges of a `width` x `height` screenshot."""

        def share(value: float, size: int) -> float:
            return min(1.0, max(0.0, value / size))

        return cls(
            left=share(left, width), top=share(top, height), right=share(right, width), bottom=share(bottom, height)
        )

    def pixels(self, width: int, height: int) -> tuple[float, float, float, float]:
        """(left, top, right, bottom) in pixels of a `width` x `height` screenshot, not rounded."""
        return self.left * width, self.top * height, self.right * width, self.bottom * height


Place = Box | Point
"""Where to act: a box is acted on at its centre."""


class ListedElement(Frozen):
    """One thing on the screen that can be acted on, as words describe it: what a prompt's element list says.

    `mark` is its number on this look only; `role` is an ARIA role (link, button, textbox, combobox, checkbox,
    radio, option …); `name` its accessible name; `value` what it holds now ("" if nothing); `states` words such
    as checked, disabled, required, invalid, focused, expanded, readonly; `options` the choices of a list; `group` the
    question that a radio or a checkbox belongs to (its fieldset's legend).
    """

    mark: int
    role: str
    name: str
    group: str = ""
    value: str = ""
    states: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    placeholder: str = ""
    input_type: str = ""


class Element(ListedElement):
    """A listed element and the place where it stands on the screenshot."""

    box: Box


class Observation(Frozen):
    """One look at a screen.

    `screenshot` is an encoded PNG or JPEG of `width` x `height` pixels (the pixels that places are fractions of).
    `notes` are sentences about what a picture cannot show: a dialog that is open, a tab that appeared, a download.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_bytes="base64", val_json_bytes="base64")

    screenshot: bytes = Field(repr=False)
    width: int = Field(gt=0)
    height: int = Field(gt=0)
    platform: Platform
    url: str = ""
    title: str = ""
    app: str = ""
    elements: tuple[Element, ...] = ()
    notes: tuple[str, ...] = ()
    scroll: tuple[float, float] | None = None
    """(share of the page above the view, share below it), each 0..1; None where the platform cannot tell."""
    landmarks: tuple[str, ...] = ()
    """Headings, alerts and status lines in reading order, in view or not; empty where the platform cannot tell."""


class Hit(Frozen):
    """What an action met, in words that find it again: the first rung of replay.

    Web: `role`, `name`, `test_id`, `path` (stable path through frames and shadow roots), `tag`.
    Android: `resource_id`, `name` (its text), `tag` (its class).
    `near` are the words of the row or group around it, without its own; `alike` counts what else on the screen has its
    role and name.
    """

    role: str = ""
    name: str = ""
    tag: str = ""
    test_id: str = ""
    path: str = ""
    frame: str = ""
    resource_id: str = ""
    input_type: str = ""
    near: str = ""
    alike: int = 0
    box: Box | None = None


class Result(Frozen):
    """What came of one action on the screen.

    `changed`: did the picture, the address or the elements change? None if it was not looked at.
    `read_back`: what the field holds after typing or choosing, None if it cannot be read (or must not be: passwords).
    `settle_ms` is the wait for the screen to become still; `ceiling` says that the wait was cut off.
    `notes` are sentences for the model, such as "a new tab opened" or "the field kept '+49 30' of what was typed".
    """

    changed: bool | None = None
    hit: Hit | None = None
    read_back: str | None = None
    notes: tuple[str, ...] = ()
    act_ms: float = 0.0
    settle_ms: float = 0.0
    ceiling: bool = False
