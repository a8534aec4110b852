"""An environment of recorded screens: tests of agents run on it without a browser or a display."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Self

from actions import (
    Action,
    ActionError,
    Answer,
    Ask,
    Box,
    DeviceError,
    Finish,
    Frozen,
    Hit,
    Observation,
    Open,
    Place,
    Platform,
    Press,
    Result,
    Select,
    Type,
    UnsupportedAction,
    place_of,
)
from envs.keyboard import key_name


class Move(Frozen):
    """A way from one screen to another: an action of `kind` on screen `on` shows screen `to`.

    `within` is where the action must go to, None anywhere; `text` what it must type, choose, open or press (keys joined
    with '+'), None anything. `problem` makes the screen refuse the action with these words.
    """

    on: str
    kind: str
    to: str
    within: Box | None = None
    text: str | None = None
    problem: str = ""


class ScriptedEnv:
    """Recorded screens, and the moves that lead from one to the next.

    `screens` are observations by name, all of one platform, and `start` names the first (by default the first given).
    An action that no move fits changes nothing. `performed` lists each action that was done with the screen it was done
    on. Raises ValueError for a move between screens that there are not.
    """

    def __init__(
        self, screens: Mapping[str, Observation], moves: Iterable[Move] = (), *, start: str | None = None
    ) -> None:
        self._screens = dict(screens)
        self._moves = tuple(moves)
        self._start = start if start is not None else next(iter(self._screens), "")
        unknown = {self._start, *(name for move in self._moves for name in (move.on, move.to))} - set(self._screens)
        if unknown:
            raise ValueError(
                f"there is no screen named {', '.join(sorted(unknown)) or 'anything'}; give its observation"
            )
        self.platform: Platform = self._screens[self._start].platform
        self.performed: list[tuple[str, Action]] = []
        self._open = False
        self._at = self._start

    @classmethod
    def in_order(cls, screens: Iterable[Observation]) -> Self:
        """Each action, whichever it is, leads to the next screen; the last one stays."""
        named = {str(n): screen for n, screen in enumerate(screens)}
        moves = [Move(on=str(n), kind=kind, to=str(n + 1)) for n in range(len(named) - 1) for kind in _KINDS]
        return cls(named, moves)

    @property
    def screen(self) -> str:
        """The name of the screen that is shown."""
        return self._at

    async def __aenter__(self) -> Self:
        self._open, self._at = True, self._start
        self.performed.clear()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open = False

    async def observe(self, *, elements: bool = True) -> Observation:
        """The recorded observation of the screen that is shown."""
        self._need_open()
        seen = self._screens[self._at]
        return seen if elements else seen.model_copy(update={"elements": ()})

    async def perform(self, action: Action) -> Result:
        """Follow the first move that fits; `changed` says whether another screen is shown now."""
        self._need_open()
        if isinstance(action, Answer | Ask | Finish):
            raise UnsupportedAction(f"{action.kind} is not for the screen")
        if isinstance(action, Press):
            for key in action.keys:
                key_name(key)
        before = self._at
        move = next((move for move in self._moves if move.on == before and _fits(move, action)), None)
        if move is not None and move.problem:
            raise ActionError(move.problem)
        self.performed.append((before, action))
        if move is not None:
            self._at = move.to
        return Result(changed=self._at != before, hit=self._hit(before, action), read_back=_typed(action))

    def _need_open(self) -> None:
        if not self._open:
            raise DeviceError("the environment is not open; use it inside `async with`")

    def _hit(self, screen: str, action: Action) -> Hit | None:
        place = place_of(action)
        if place is None:
            return None
        elements = self._screens[screen].elements
        met = next((element for element in reversed(elements) if _holds(element.box, place)), None)
        return Hit(role=met.role, name=met.name, input_type=met.input_type, box=met.box) if met else Hit()


_KINDS = (
    "click", "hover", "long_press", "drag", "scroll", "type", "press", "select", "open", "back", "home", "wait",
)  # fmt: skip


def _text(action: Action) -> str | None:
    match action:
        case Press():
            return "+".join(action.keys)
        case Open():
            return action.target
        case _:
            return _typed(action)


def _typed(action: Action) -> str | None:
    match action:
        case Type():
            return action.text
        case Select():
            return action.option
        case _:
            return None


def _fits(move: Move, action: Action) -> bool:
    if move.kind != action.kind or (move.text is not None and move.text != _text(action)):
        return False
    place = place_of(action)
    return move.within is None or (place is not None and _holds(move.within, place))


def _holds(box: Box, place: Place) -> bool:
    point = place.centre
    return box.left <= point.x <= box.right and box.top <= point.y <= box.bottom
