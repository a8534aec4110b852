"""Recorded screens as an environment."""

from __future__ import annotations

import pytest

from actions import ActionError, Ask, Back, Box, Click, Element, Open, Point, Press, Type, UnsupportedAction
from envs.scripted import Move, ScriptedEnv
from tests.conformance.test_environments import screen

GO = Element(mark=0, role="button", name="Go", box=Box(left=0.4, top=0.4, right=0.6, bottom=0.6))
SCREENS = {
    "first": screen(elements=(GO,), title="first"),
    "second": screen(title="second"),
    "third": screen(title="third"),
}
MOVES = [
    Move(on="first", kind="click", within=GO.box, to="second"),
    Move(on="second", kind="type", text="Ana", to="third"),
    Move(on="second", kind="open", text="example.com", to="first"),
    Move(on="third", kind="press", text="alt+left", to="second"),
    Move(on="third", kind="back", to="third", problem="there is no way back"),
]


async def test_moves_lead_from_screen_to_screen() -> None:
    async with ScriptedEnv(SCREENS, MOVES) as env:
        missed = await env.perform(Click(at=Point(x=0.1, y=0.1)))
        assert (env.screen, missed.changed) == ("first", False)
        result = await env.perform(Click(at=GO.box))
        assert (env.screen, result.changed) == ("second", True)
        assert result.hit is not None
        assert (result.hit.role, result.hit.name) == ("button", "Go")
        assert (await env.perform(Type(text="Eva"))).changed is False
        assert (await env.perform(Type(text="Ana"))).read_back == "Ana"
        assert (await env.observe()).title == "third"
        with pytest.raises(ActionError, match="no way back"):
            await env.perform(Back())
        await env.perform(Press(keys=("alt", "left")))
        await env.perform(Open(target="example.com"))
        assert env.screen == "first"
        assert [name for name, _ in env.performed] == ["first", "first", "second", "second", "third", "second"]
        with pytest.raises(UnsupportedAction):
            await env.perform(Ask(question="who?"))
    async with env:
        assert (env.screen, env.performed) == ("first", [])


async def test_in_order() -> None:
    async with ScriptedEnv.in_order(SCREENS.values()) as env:
        for title in ("first", "second", "third", "third"):
            assert (await env.observe()).title == title
            await env.perform(Press(keys=("enter",)))
        assert (await env.observe(elements=False)).elements == ()


@pytest.mark.parametrize(("screens", "moves"), [({}, []), (SCREENS, [Move(on="first", kind="click", to="nowhere")])])
def test_screens_that_there_are_not(screens: dict[str, object], moves: list[Move]) -> None:
    with pytest.raises(ValueError, match="no screen named"):
        ScriptedEnv(screens, moves)
