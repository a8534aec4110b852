"""Finding a recorded target again: cheapest and surest ways first, and no answer rather than a doubtful one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from actions import Box, Hit, Observation, Place, Point, Scroll, place_of
from agent.loop import Person
from agent.replay.anchors import Anchors
from agent.replay.evidence import Weighed, verdict, weigh
from agent.replay.grounding import Grounding
from agent.replay.likeness import likeness, without_prices
from agent.replay.obstacles import clear
from agent.replay.picture import SURE, Array, agreement, locate, outlines, sure
from agent.replay.plan import Move
from agent.replay.wording import says_the_same
from agent.trace import Found, Trace, crop_frame
from envs.base import Environment, Finder

_SCROLLS = 12
_VIEW = 6.0
"""Clicks of the wheel that bring the next part of a page into view."""
_MOST_ASKED = 9


@dataclass(frozen=True)
class Target:
    """Where to act now, on the screen that was looked at last, and how that was found."""

    place: Place
    found: Found
    hit: Hit | None = None


class Lost(Exception):
    """No way found the target surely; the message says what each one showed."""


class Ladder:
    """Finds the targets of one trace on an environment's screen.

    `grounding` asks a model and `person` a person, None where there is none; `strict` leaves it at the first way.
    `look` gives the newest observation, and is called again after each scroll.
    """

    def __init__(
        self,
        trace: Trace,
        env: Environment,
        look: Callable[[], Awaitable[Observation]],
        *,
        strict: bool,
        grounding: Grounding | None,
        person: Person | None,
    ) -> None:
        self._trace = trace
        self._env = env
        self._finder = env if isinstance(env, Finder) else None
        self._look = look
        self._strict = strict
        self._grounding = grounding
        self._person = person
        self._anchors = Anchors()

    async def find(self, move: Move, seen: Observation, *, same_page: bool, scrolls: Sequence[Move] = ()) -> Target:
        """The target of a move, brought into view, after the recorded `scrolls` if they are needed. Raises Lost."""
        shown: list[str] = []
        target = await self._by_hit(move, seen, same_page, shown)
        if target is None and await clear(self._env, await self._look(), move.before):
            target = await self._by_hit(move, await self._look(), same_page, shown)
        if target is None and scrolls:
            for scroll in scrolls:
                await self._env.perform(scroll.action)
            target = await self._by_hit(move, await self._look(), same_page, shown)
        if target is None and self._strict:
            raise Lost("; ".join(shown))
        if target is None and await self._may_be_there(move):
            target = await self._by_picture(move, shown) or await self._by_anchors(move, same_page, shown)
        target = target or await self._by_model(move, shown) or await self._by_person(move, shown)
        if target is None:
            raise Lost("; ".join(shown))
        return target

    # --- what was hit ---

    async def _by_hit(self, move: Move, seen: Observation, same_page: bool, shown: list[str]) -> Target | None:
        if move.hit is None or self._finder is None:
            return self._at_its_place(move, seen, shown)
        overlaid = _overlaid(move.hit, seen)
        if overlaid is not None:
            return Target(overlaid, Found(step=move.n, rung="hit", why="same role and name"))
        candidates = await self._finder.find(move.hit)
        # most are known without their pictures, which take longer to compare than all the rest
        best = verdict(move.hit, self._weighed(move, candidates, None), same_page)
        best = best or verdict(move.hit, self._weighed(move, candidates, seen), same_page)
        if best is None:
            shown.append(_unsure(move.hit, candidates))
            return None
        there = best.hit if best.hit.box is not None else await self._finder.bring(best.hit)
        if there is None or there.box is None:
            shown.append(f"{_spoken(move.hit)} is there, but something covers it")
            return None
        if there is not best.hit:
            await self._look()
        found = Found(step=move.n, rung="hit", sure=_share(best.weight), why=best.why)
        return Target(_aimed(move, there.box), found, there)

    def _weighed(self, move: Move, candidates: tuple[Hit, ...], seen: Observation | None) -> list[Weighed]:
        assert move.hit is not None
        named = [one for one in candidates if likeness(one.name, move.hit.name) == 1.0 and one.role == move.hit.role]
        only = len(named) == 1 and not move.hit.alike
        pictures = [self._picture_at(move, one, seen) if seen is not None else None for one in candidates]
        return [weigh(move.hit, one, shows, only) for one, shows in zip(candidates, pictures, strict=True)]

    def _crop(self, name: str) -> Array:
        return outlines(self._trace.image(name))

    def _picture_at(self, move: Move, candidate: Hit, seen: Observation) -> float | None:
        """How well the recorded crop agrees with what stands around a candidate."""
        if move.crop is None or candidate.box is None or move.hit is None or move.hit.box is None:
            return None
        then, now = move.hit.box.centre, candidate.box.centre
        left, top, _, _ = crop_frame(move.hit.box, move.before.width, move.before.height)
        x = left + round(now.x * seen.width - then.x * move.before.width)
        y = top + round(now.y * seen.height - then.y * move.before.height)
        return agreement(self._crop(move.crop), outlines(seen.screenshot), x, y)

    def _at_its_place(self, move: Move, seen: Observation, shown: list[str]) -> Target | None:
        """Where nothing can be asked what it is: the picture at the recorded place."""
        place = place_of(move.action)
        if place is None or move.crop is None:
            shown.append("the trace holds no picture of the target")
            return None
        if seen.screenshot == self._trace.image(move.before.image):
            return Target(place, Found(step=move.n, rung="hit", sure=1.0, why="the very same screen"))
        box = move.hit.box if move.hit is not None and move.hit.box is not None else _box(place)
        left, top, _, _ = crop_frame(box, move.before.width, move.before.height)
        score = agreement(self._crop(move.crop), outlines(seen.screenshot), left, top)
        if score is None or score < SURE:
            shown.append("the picture at its place is another")
            return None
        return Target(place, Found(step=move.n, rung="hit", sure=round(score, 2), why="same picture at its place"))

    async def _may_be_there(self, move: Move) -> bool:
        """Is there anything that the ways by looking could come upon? They take their time, and end at things alike."""
        hit = move.hit
        if self._finder is None or hit is None or hit.role in ("", "generic"):
            return True
        there = [one for one in await self._finder.find(hit, wide=True) if one.role == hit.role]
        return any(_may_be(hit, one) for one in there)

    # --- the picture of it elsewhere ---

    async def _by_picture(self, move: Move, shown: list[str]) -> Target | None:
        if move.crop is None:
            return None
        crop = self._crop(move.crop)
        seen = await self._look()
        for down in range(_SCROLLS):
            spot = sure(locate(crop, outlines(seen.screenshot)))
            if spot is not None:
                height, width = crop.shape
                frame = (spot.x, spot.y, spot.x + width * spot.scale, spot.y + height * spot.scale)
                box = _inner(move, frame, spot.scale, seen)
                target = await self._confirmed(move, box, Found(step=move.n, rung="picture", sure=round(spot.score, 2),
                                               why="its picture, at another place"))  # fmt: skip
                if target is not None:
                    return target
                shown.append("its picture stands on something else")
                return None
            if seen.scroll is None or seen.scroll[1] < 0.01 or down + 1 == _SCROLLS:
                break
            await self._env.perform(Scroll(direction="down", steps=_VIEW))
            seen = await self._look()
        shown.append("its picture is nowhere to be seen, or in several places")
        return None

    # --- the texts around it ---

    async def _by_anchors(self, move: Move, same_page: bool, shown: list[str]) -> Target | None:
        place = place_of(move.action)
        if place is None or not same_page:
            return None
        seen = await self._look()
        box = move.hit.box if move.hit is not None and move.hit.box is not None else _box(place)
        told = self._anchors.locate(self._trace.image(move.before.image), box, seen.screenshot)
        if told is None:
            shown.append("the texts around it do not say where it is")
            return None
        found = Found(step=move.n, rung="anchors", sure=round(told.share, 2), why=f"{told.count} texts around it agree")
        target = await self._confirmed(move, told.box, found)
        if target is None:
            shown.append("where the texts around it point, something else stands")
        return target

    async def _confirmed(self, move: Move, box: Box, found: Found) -> Target | None:
        """That place, if a thing of the recorded kind stands there, where that can be asked."""
        if self._finder is None or move.hit is None or move.hit.role in ("", "generic"):
            return Target(_aimed(move, box), found)
        centre = box.centre
        for one in await self._finder.find(move.hit, wide=True):
            if one.role != move.hit.role or one.box is None or not _within(centre, one.box):
                continue
            if not _may_be(move.hit, one):
                return None
            return Target(_aimed(move, one.box), found, one)
        return None

    # --- those who know ---

    async def _by_model(self, move: Move, shown: list[str]) -> Target | None:
        if self._grounding is None or move.hit is None:
            return None
        seen = await self._look()
        place = await self._grounding.point_at(move.hit, seen)
        if place is None:
            shown.append("the model did not find it")
            return None
        return Target(place, Found(step=move.n, rung="model", sure=0.5, why="the model says so"))

    async def _by_person(self, move: Move, shown: list[str]) -> Target | None:
        if self._person is None or self._finder is None or move.hit is None:
            return None
        await self._look()
        there = [one for one in await self._finder.find(move.hit, wide=True) if one.box is not None][:_MOST_ASKED]
        if not there:
            return None
        listed = "; ".join(f"{n}: {_spoken(one)}" for n, one in enumerate(there, start=1))
        said = await self._person(f"Which one is {_spoken(move.hit)} now? {listed}. A number, or nothing to stop:")
        chosen = int(said) - 1 if said and said.strip().isdecimal() else -1
        if not 0 <= chosen < len(there):
            shown.append("the person named none")
            return None
        one = there[chosen]
        assert one.box is not None
        return Target(_aimed(move, one.box), Found(step=move.n, rung="person", why="the person said so"), one)


def _overlaid(hit: Hit, seen: Observation) -> Box | None:
    """A part of what is drawn over the page: a dialog's button, an option of an open list."""
    if hit.tag not in ("dialog", "option"):
        return None
    fitting = [one.box for one in seen.elements if one.role == hit.role and likeness(one.name, hit.name) == 1.0]
    return fitting[0] if len(fitting) == 1 else None


def _aimed(move: Move, box: Box) -> Place:
    """Where to act within a box: at its middle, or where the recorded action met it off its middle."""
    place = place_of(move.action)
    if move.hit is None or move.hit.box is None or place is None or move.hit.role not in ("", "generic", "slider"):
        return box
    then, centre = move.hit.box, place.centre
    across = (centre.x - then.left) / ((then.right - then.left) or 1.0)
    down = (centre.y - then.top) / ((then.bottom - then.top) or 1.0)
    if not (0 <= across <= 1 and 0 <= down <= 1):
        return box
    return Point(x=box.left + across * (box.right - box.left), y=box.top + down * (box.bottom - box.top))


def _inner(move: Move, frame: tuple[float, float, float, float], scale: float, seen: Observation) -> Box:
    """The target inside its crop, wherever that was found."""
    place = place_of(move.action)
    assert place is not None
    box = move.hit.box if move.hit is not None and move.hit.box is not None else _box(place)
    left, top, _, _ = crop_frame(box, move.before.width, move.before.height)
    sides = box.pixels(move.before.width, move.before.height)
    across = [frame[0] + (side - left) * scale for side in (sides[0], sides[2])]
    down = [frame[1] + (side - top) * scale for side in (sides[1], sides[3])]
    return Box.of_pixels(across[0], down[0], across[1], down[1], seen.width, seen.height)


def _may_be(recorded: Hit, found: Hit) -> bool:
    """Could it be the recorded one by its words? One of several of a name must have the recorded words around it."""
    if (recorded.alike or found.alike) and likeness(without_prices(recorded.near), without_prices(found.near)) < 1.0:
        return False
    return likeness(recorded.name, found.name) == 1.0 or says_the_same(found.role, recorded.name, found.name)


def _box(place: Place) -> Box:
    if isinstance(place, Box):
        return place
    return Box(left=place.x, top=place.y, right=place.x, bottom=place.y)


def _within(point: Point, box: Box) -> bool:
    return box.left <= point.x <= box.right and box.top <= point.y <= box.bottom


def _spoken(hit: Hit) -> str:
    near = f" ({hit.near[:60]})" if hit.near and (hit.alike or not hit.name) else ""
    return (
        f'the {hit.role or "thing"} "{hit.name}"{near}' if hit.name else f"the {hit.role or hit.tag or 'thing'}{near}"
    )


def _unsure(hit: Hit, candidates: tuple[Hit, ...]) -> str:
    if not candidates:
        return f"{_spoken(hit)} is not there"
    return f"{_spoken(hit)} cannot be told: {len(candidates)} candidate{'s' if len(candidates) > 1 else ''}, none sure"


def _share(weight: float) -> float:
    return round(min(1.0, weight / 10), 2)
