"""Everything that can be done to a screen: one discriminated union of frozen models.

An action that makes no sense cannot be built. Places are fractions of the screenshot (see actions.screen).
What an action does not say (which pixel, which driver call) is the environment's business.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, TypeAdapter, field_validator

from actions.screen import Frozen, Place

NonEmpty = Annotated[str, StringConstraints(min_length=1)]


class Click(Frozen):
    """Press and release a button `count` times at a place."""

    kind: Literal["click"] = "click"
    at: Place
    button: Literal["left", "right", "middle"] = "left"
    count: Annotated[int, Field(ge=1, le=3)] = 1


class Hover(Frozen):
    """Move the pointer to a place and leave it there."""

    kind: Literal["hover"] = "hover"
    at: Place


class LongPress(Frozen):
    """Press at a place, hold for `seconds`, release."""

    kind: Literal["long_press"] = "long_press"
    at: Place
    seconds: Annotated[float, Field(gt=0, le=30)] = 1.0


class Drag(Frozen):
    """Press at `start`, move to `end`, release."""

    kind: Literal["drag"] = "drag"
    start: Place
    end: Place


class Scroll(Frozen):
    """Move the view in `direction` (down shows what is below) by `steps` clicks of a mouse wheel.

    `at` is what to scroll; None means the main view.
    """

    kind: Literal["scroll"] = "scroll"
    direction: Literal["up", "down", "left", "right"]
    steps: Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)] = 5
    at: Place | None = None


class Type(Frozen):
    """Enter text into a field; `into` None means whatever has the focus.

    `replace` clears the field first (with `text` "" it only clears it); `submit` presses Enter afterwards.
    """

    kind: Literal["type"] = "type"
    text: str
    into: Place | None = None
    replace: bool = False
    submit: bool = False


class Press(Frozen):
    """Press one key or a chord: lower-case names ('enter', 'ctrl', 'a', 'f5', '+') held down in this order."""

    kind: Literal["press"] = "press"
    keys: Annotated[tuple[NonEmpty, ...], Field(min_length=1, max_length=6)]

    @field_validator("keys")
    @classmethod
    def _lower(cls, keys: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(key if len(key) == 1 else key.lower() for key in keys)


class Select(Frozen):
    """Choose the option of a list by the text that it shows."""

    kind: Literal["select"] = "select"
    at: Place
    option: NonEmpty


class Open(Frozen):
    """Go to a URL, or open an application by its name."""

    kind: Literal["open"] = "open"
    target: NonEmpty


class Back(Frozen):
    """Go back to the screen before (the browser's or the phone's back)."""

    kind: Literal["back"] = "back"


class Home(Frozen):
    """Go to the home screen; on the web to the page that the run started at."""

    kind: Literal["home"] = "home"


class Wait(Frozen):
    """Do nothing until the screen changes or `seconds` are over; None leaves the time to the environment."""

    kind: Literal["wait"] = "wait"
    seconds: Annotated[float, Field(ge=0, le=600)] | None = None


class Answer(Frozen):
    """Tell the person who started the run something; the run goes on.

    A run that is complete without an answer of its own has the last one told.
    """

    kind: Literal["answer"] = "answer"
    text: NonEmpty


class Ask(Frozen):
    """Ask the person who started the run for something that only they can say or do."""

    kind: Literal["ask"] = "ask"
    question: NonEmpty


class Finish(Frozen):
    """The end: `complete`, with the answer if one was asked for, or `infeasible`, with the reason."""

    kind: Literal["finish"] = "finish"
    status: Literal["complete", "infeasible"]
    answer: str = ""


_OnScreen = Click | Hover | LongPress | Drag | Scroll | Type | Press | Select | Open | Back | Home | Wait
_ToThePerson = Answer | Ask | Finish

Action = Annotated[_OnScreen | _ToThePerson, Field(discriminator="kind")]

_adapter: TypeAdapter[Action] = TypeAdapter(Action)


def parse_action(data: Any) -> Action:
    """The action that a JSON object (as a dict) describes; raises pydantic.ValidationError if it is none."""
    return _adapter.validate_python(data)


def place_of(action: Action) -> Place | None:
    """Where an action acts (for a Drag, where it begins); None if it names no place."""
    match action:
        case Click() | Hover() | LongPress() | Scroll() | Select():
            return action.at
        case Type():
            return action.into
        case Drag():
            return action.start
        case _:
            return None
