"""Making way to a target that a cookie banner covers, by its button that gives away least."""

from __future__ import annotations

from actions import Click, Element, Hit, Observation
from agent.replay.likeness import likeness
from agent.trace import Screen
from envs.base import Environment, Finder

_KEYS = ("least_consent", "some_consent")


async def clear(env: Environment, seen: Observation, recorded: Screen) -> bool:
    """Dismiss a cookie banner that the recorded screen did not have; False if none is to be seen."""
    button = await _refusal(env, seen, recorded)
    if button is None:
        return False
    await env.perform(Click(at=button.box))
    return True


async def _refusal(env: Environment, seen: Observation, recorded: Screen) -> Element | None:
    from agent.reader import words

    known = {(element.role, element.name) for element in recorded.elements}
    new = [one for one in seen.elements if one.role == "button" and (one.role, one.name) not in known]
    for key in _KEYS:
        for one in new:
            if words.is_one_of("buttons", key, one.name) and await _of_cookies(env, one):
                return one
    return None


async def _of_cookies(env: Environment, button: Element) -> bool:
    """Do the button's own words or those around it speak of cookies?"""
    from agent.reader import words

    if words.says("signs", "cookie", button.name) or words.is_one_of("buttons", "cookies_only", button.name):
        return True
    if not isinstance(env, Finder):
        return False
    hits = await env.find(Hit(role=button.role, name=button.name))
    return any(words.says("signs", "cookie", hit.near) for hit in hits if likeness(hit.name, button.name) == 1.0)
