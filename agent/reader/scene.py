"""What the reader makes of a screen: texts and widgets, from pixels alone or joined with a prompt's element list."""

from __future__ import annotations

from typing import Literal, NamedTuple

from actions import Frozen

WidgetKind = Literal[
    "field", "textarea", "select", "date", "button", "link", "checkbox", "radio", "switch", "option", "file"
]  # fmt: skip


Surface = Literal["page", "window", "phone"]
"""What a picture shows: a page alone, the windows of a desktop, or a phone's screen."""


class Rect(NamedTuple):
    """A rectangle in pixels of the screenshot that the reader was given."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def centre(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def moved(self, across: float, down: float) -> Rect:
        """The same rectangle so many pixels further right and down."""
        return Rect(self.left + across, self.top + down, self.right + across, self.bottom + down)


class TextLine(Frozen):
    """A run of text that OCR read, with its loose box and the engine's confidence 0..1."""

    text: str
    box: Rect
    confidence: float = 1.0


class Widget(Frozen):
    """One thing that can be acted on.

    `label` is what names it to a person; `value` what it shows or holds now ("" if empty or only a placeholder, as far
    as that can be told: `value_sure` is False where pixels cannot tell a value from a placeholder). `checked` is None
    for what cannot be. `group` is the question that a radio or checkbox answers. `mark` is its number in the prompt's
    element list, None when it was found by pixels alone; `box` is None when only the list knows it.
    """

    kind: WidgetKind
    label: str
    value: str = ""
    value_sure: bool = True
    placeholder: str = ""
    checked: bool | None = None
    required: bool = False
    disabled: bool = False
    invalid: bool = False
    focused: bool = False
    options: tuple[str, ...] = ()
    group: str = ""
    input_type: str = ""
    mark: int | None = None
    box: Rect | None = None


class Scene(Frozen):
    """One screen as the reader understands it, in reading order; `line` is the usual text height in pixels."""

    width: int
    height: int
    texts: tuple[TextLine, ...]
    widgets: tuple[Widget, ...]
    line: float = 16.0

    def within(self, part: Rect, width: int, height: int) -> Scene:
        """This scene of a part of a picture in that picture's own pixels."""
        across, down = part.left, part.top
        return self.model_copy(
            update={
                "width": width,
                "height": height,
                "texts": tuple(t.model_copy(update={"box": t.box.moved(across, down)}) for t in self.texts),
                "widgets": tuple(
                    w if w.box is None else w.model_copy(update={"box": w.box.moved(across, down)})
                    for w in self.widgets
                ),
            }
        )
