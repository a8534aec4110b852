"""What an observation of a phone holds."""

from __future__ import annotations

import io

from PIL import Image

from actions import Back, Click, Hit, Observation, Scroll
from tests.envs.android.conftest import Owner, words_of


async def test_the_home_screen(owner: Owner) -> None:
    seen = owner.seen
    assert (seen.platform, seen.app, seen.url, seen.notes) == ("android", "", "", ())
    assert owner.names() == ["Contacts", "Messages", "Notes", "Settings", "Shop"]
    assert "Tuesday, 12 May" in seen.landmarks
    assert owner.picture().size == (seen.width, seen.height)
    assert Observation.model_validate_json(seen.model_dump_json()) == seen


async def test_an_app_in_front_is_named(owner: Owner) -> None:
    await owner.open("Contacts")
    assert (owner.seen.app, owner.seen.title) == ("Contacts", "PeopleActivity")
    assert "David Kim" in " ".join(owner.names())


async def test_elements_stand_where_the_picture_shows_them(owner: Owner) -> None:
    at = owner.place("Shop").centre.pixel(*owner.picture().size)
    r, g, b = owner.picture().getpixel((at[0], at[1] - 20))
    assert r > g < b  # the shop's icon is a purple red


async def test_without_elements_what_is_tapped_is_remembered_all_the_same(owner: Owner) -> None:
    place = owner.place("Contacts")
    bare = await owner.look(elements=False)
    assert bare.elements == bare.landmarks == ()
    result = await owner.env.perform(Click(at=place))
    assert words_of(result.hit) == ("button", "Contacts")


async def test_raw_pixels_give_the_same_picture(owner: Owner) -> None:
    camera = owner.env._open_phone.camera
    await owner.open("Settings")
    was, camera._raw = camera._raw, not camera._raw
    try:
        other = await owner.env.observe()
    finally:
        camera._raw = was
    with Image.open(io.BytesIO(other.screenshot)) as image:
        assert image.convert("RGB").tobytes() == owner.picture().tobytes()


async def test_a_turned_phone_gives_a_turned_picture_and_taps_land_on_it(owner: Owner) -> None:
    upright = await owner.open("Settings")
    await owner.device.rotate(1)
    turned = await owner.look()
    assert (turned.width, turned.height) == (upright.height, upright.width)
    result = await owner.tap(next(name for name in owner.names() if name.startswith("Display")))
    assert result.changed
    assert "Dark mode" in " ".join(owner.names())


async def test_what_was_met_is_found_again_and_brought_after_scrolling(owner: Owner) -> None:
    await owner.open("Shop")
    below = owner.seen.elements[-1]
    hit = (await owner.env.perform(Click(at=below.box))).hit
    assert hit is not None
    await owner.look()
    assert await owner.env.find(hit) == ()
    await owner.do(Back())
    found = await owner.env.find(hit)
    assert hit.name in [one.name for one in found]
    assert len(await owner.env.find(Hit(role="button"), wide=True)) > len(found)
    brought = await owner.env.bring(hit)
    assert brought is not None
    assert brought.box is not None
    assert await owner.env.bring(Hit(role="button", name="no such thing", path="#nowhere")) is None


async def test_a_still_screen_does_not_change_by_itself(owner: Owner) -> None:
    await owner.open("Contacts")
    await owner.do(Scroll(direction="up"))  # what was still loading has come by then
    result = await owner.do(Scroll(direction="up"))
    assert result.changed is False
