"""What the script in a page tells of a person, as data that was checked; nothing else is believed."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, TypeAdapter, ValidationError

from actions import Frozen

_LONGEST = 1_000_000
Text = Annotated[str, StringConstraints(max_length=_LONGEST)]
Label = Annotated[str, StringConstraints(max_length=4000)]
Pixel = Annotated[float, Field(allow_inf_nan=False)]
Pixels = tuple[Pixel, Pixel, Pixel, Pixel]
"""left, top, right, bottom in CSS pixels of the frame's view."""


class About(Frozen):
    """A thing in a frame, as `facts` of hit.js says it.

    `spot` is where a click reaches it (None: out of reach), `acts` whether it is a control of any kind, and `secret`
    the name of the secret that it takes, None for what is none.
    """

    role: Label
    name: Label
    near: Label
    alike: int
    tag: Label
    test_id: Label
    path: Label
    input_type: Label
    box: Pixels
    kind: Literal["select", "file", "value", "rich", "text", "other"]
    spot: Pixels | None
    acts: bool
    secret: Label | None


class _Told(Frozen):
    url: Text
    """The address of the frame's document."""


class Down(_Told):
    """The pointer was pressed at (x, y) on a thing; `button` 0 left, 1 middle, 2 right; `held` are modifier keys."""

    kind: Literal["down"]
    about: About
    x: Pixel
    y: Pixel
    button: int
    held: tuple[Label, ...]


class Up(_Told):
    """The pointer was released, `ms` after it was pressed; `selecting` says that this selected text."""

    kind: Literal["up"]
    x: Pixel
    y: Pixel
    dragged: bool
    selecting: bool
    ms: Pixel


class Cancelled(_Told):
    """The press was no click after all."""

    kind: Literal["cancelled"]


class Again(_Told):
    """The last click was the second, third, … of a quick row."""

    kind: Literal["again"]
    count: int


class Wheel(_Told):
    """A view was turned by pixels to the right and down; `about` is what was met, None for the main view."""

    kind: Literal["wheel"]
    across: Pixel
    down: Pixel
    x: Pixel
    y: Pixel
    main: bool
    about: About | None


class Input(_Told):
    """A field was typed into: what it holds now and held before, None for a secret. `how` is the event's inputType."""

    kind: Literal["input"]
    about: About
    value: Text | None
    before: Text | None
    how: Label


class Held(_Told):
    """What the field with this path holds after the page has formatted it."""

    kind: Literal["held"]
    path: Label
    value: Text | None


class Choice(_Told):
    """Options of a drop-down list were chosen."""

    kind: Literal["choice"]
    about: About
    options: tuple[Label, ...]


class Files(_Told):
    """Files were chosen; only their names are known."""

    kind: Literal["files"]
    about: About
    names: tuple[Label, ...]


class Activate(_Told):
    """A control was clicked by the keyboard."""

    kind: Literal["activate"]
    about: About
    keys: tuple[Label, ...]


class Key(_Told):
    """A key or chord in DOM names, pressed in the field with this path ("" for none)."""

    kind: Literal["key"]
    keys: Annotated[tuple[Label, ...], Field(min_length=1)]
    path: Label


class Stir(_Told):
    """Something may look different now; `hover` says that no event will tell of it."""

    kind: Literal["stir"]
    hover: bool


class Secret(_Told):
    """This frame has a field for a secret."""

    kind: Literal["secret"]


Deed = Down | Up | Cancelled | Again | Wheel | Input | Held | Choice | Files | Activate | Key
Told = Deed | Stir | Secret

_told: TypeAdapter[Told] = TypeAdapter(Annotated[Told, Field(discriminator="kind")])


def read(data: Any) -> Told | None:
    """The message, None for what is none."""
    try:
        return _told.validate_python(data)
    except ValidationError:
        return None
