"""Finding again on a page, through every frame, what an earlier action met."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from actions import Box, Hit
from envs.web.sight import View, overlap
from envs.web.tab import DocumentGone, Tab

if TYPE_CHECKING:
    from playwright.async_api import Frame

INTO = " |> "
"""Between the path of a frame and what is in it."""


async def find(tab: Tab, size: tuple[int, int], hit: Hit, *, wide: bool) -> tuple[Hit, ...]:
    """What the words of `hit` may mean on the page now; see envs.base.Finder."""
    found: list[Hit] = []
    await _find_in(tab, tab.page.main_frame, "", View(), size, hit, wide, found)
    return tuple(found)


async def bring(tab: Tab, size: tuple[int, int], hit: Hit) -> Hit | None:
    """Scroll to what the path of `hit` names; None if it is gone or cannot be reached."""
    *into, inner = hit.path.split(INTO)
    frame = await _frame_at(tab, into)
    if frame is None or await tab.ask("bring", {"path": inner}, frame=frame) is None:
        return None
    for one in await find(tab, size, hit, wide=False):
        if one.path == hit.path and one.box is not None:
            return one
    return None


async def _frame_at(tab: Tab, into: list[str]) -> Frame | None:
    frame = tab.page.main_frame
    for path in into:
        frames, handles = await tab.children(frame)
        answer = await tab.ask("find", {**_NOTHING, "frames": handles}, frame=frame)
        at = [n for n, spot in enumerate(answer["frames"]) if spot is not None and spot["path"] == path]
        if not at:
            return None
        frame = frames[at[0]]
    return frame


async def _find_in(
    tab: Tab, frame: Frame, prefix: str, view: View, size: tuple[int, int], hit: Hit, wide: bool, found: list[Hit]
) -> None:
    frames, handles = await tab.children(frame)
    *into, inner = hit.path.split(INTO)
    given = {
        "role": hit.role,
        "name": hit.name,
        "test_id": hit.test_id,
        # a path means something only in the frame that it was taken in
        "path": inner if prefix == "".join(step + INTO for step in into) else "",
        "alike": hit.alike,
        "wide": wide,
        "frames": handles,
    }
    answer = await tab.ask("find", given, frame=frame)
    address = "" if frame == tab.page.main_frame else frame.url
    found += [_hit(entry, prefix, address, view, size) for entry in answer["found"]]
    for child, at in zip(frames, answer["frames"], strict=True):
        if at is None:
            continue
        inside = view.within(at["spot"]) if at["spot"] is not None else View(shown=(0.0, 0.0, 0.0, 0.0))
        try:
            await _find_in(tab, child, f"{prefix}{at['path']}{INTO}", inside, size, hit, wide, found)
        except DocumentGone:
            continue  # a frame that is just being replaced holds nothing yet


def _hit(entry: dict[str, Any], prefix: str, address: str, view: View, size: tuple[int, int]) -> Hit:
    spot = overlap(view.placed(tuple(entry["spot"])), view.shown) if entry["spot"] is not None else None
    return Hit(
        **{name: entry[name] for name in ("role", "name", "tag", "test_id", "input_type", "near", "alike")},
        path=prefix + entry["path"],
        frame=address,
        box=Box.of_pixels(*spot, *size) if spot is not None else None,
    )


_NOTHING = {"role": "", "name": "", "test_id": "", "path": "", "alike": 0, "wide": False}
