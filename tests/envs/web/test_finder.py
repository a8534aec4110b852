"""Finding again what an earlier action met, on a page that is not the same any more."""

from __future__ import annotations

from actions import Click, Hit
from tests.envs.conftest import Visitor

FORM = (
    "<form><p><label>First name <input name=first></label></p><p><label>Last name <input name=last></label></p></form>"
)


async def hit_of(web: Visitor, name: str) -> Hit:
    result = await web.click(name)
    assert result.hit is not None
    return result.hit


async def test_what_was_hit_is_found_where_it_stands_now(web: Visitor) -> None:
    await web.show(FORM)
    hit = await hit_of(web, "Last name")
    await web.show("<h1>New</h1><div style='height:90px'></div>" + FORM)
    (found,) = await web.env.find(hit)
    assert (found.role, found.name, found.path) == ("textbox", "Last name", hit.path)
    assert found.box == web.place("Last name")


async def test_the_same_path_and_the_same_name_may_be_two_things(web: Visitor) -> None:
    await web.show(FORM)
    hit = await hit_of(web, "First name")
    await web.show(FORM.replace("name=first", "name=x").replace("name=last", "name=first"))
    found = await web.env.find(hit)
    assert sorted(one.name for one in found) == ["First name", "Last name"]


async def test_rows_of_a_table_are_told_apart_by_the_words_around(web: Visitor) -> None:
    row = "<tr><td>{}</td><td><button>Edit</button></td></tr>"
    await web.show("<table>" + "".join(row.format(name) for name in ("Ana", "Bo", "Cy")) + "</table>")
    found = await web.env.find(await hit_of(web, "Edit"))
    assert [(one.near, one.alike) for one in found] == [("Ana", 2), ("Bo", 2), ("Cy", 2)]


async def test_a_row_with_several_buttons_and_cards_without_a_table(web: Visitor) -> None:
    row = "<tr><td>{}</td><td><form><button>Edit</button> <button>Ban</button></form></td></tr>"
    await web.show("<table>" + "".join(row.format(name) for name in ("Ana", "Bo")) + "</table>")
    assert [one.near for one in await web.env.find(await hit_of(web, "Ban"))] == ["Ana Edit", "Bo Edit"]
    card = "<div><h3>{}</h3><p>Holds 0.3 litres</p><div><button>Add</button></div></div>"
    await web.show("<main>" + card.format("Blue mug") + card.format("White mug") + "</main>")
    found = await web.env.find(await hit_of(web, "Add"))
    assert [one.near for one in found] == ["Blue mug Holds 0.3 litres", "White mug Holds 0.3 litres"]


async def test_inside_a_frame_and_a_shadow_root(web: Visitor) -> None:
    inner = web.site.page("<div id=host></div><script>const r = host.attachShadow({mode: 'open'});"
                          "r.innerHTML = '<button>Pay</button>'</script>")  # fmt: skip
    await web.show(f"<iframe name=till src='{inner}' style='margin-top:40px'></iframe>")
    hit = await hit_of(web, "Pay")
    (found,) = await web.env.find(hit)
    assert found.path == hit.path
    assert " |> " in found.path
    assert " >>> " in found.path
    assert found.frame.endswith(inner)
    assert found.box == web.place("Pay")


async def test_bringing_it_into_view(web: Visitor) -> None:
    inner = web.site.page("<div style='height:900px'></div><button>Deep</button><div style='height:900px'></div>")
    page = f"<div style='height:3000px'></div><iframe src='{inner}' style='height:300px'></iframe><button>Low</button>"
    await web.show(page)
    for name in ("Low", "Deep"):
        (found,) = await web.env.find(Hit(role="button", name=name))
        assert found.box is None
        brought = await web.env.bring(found)
        await web.look()
        assert brought is not None
        assert brought.box == web.place(name)


async def test_what_is_not_shown_is_not_found(web: Visitor) -> None:
    await web.show("<button hidden>Go</button><button style='visibility:hidden'>Go</button>")
    assert await web.env.find(Hit(role="button", name="Go", path="button:nth-of-type(1)")) == ()
    assert await web.env.bring(Hit(role="button", name="Go", path="button:nth-of-type(9)")) is None


async def test_everything_of_a_role(web: Visitor) -> None:
    await web.show(FORM + "<button>Send</button>")
    found = await web.env.find(Hit(role="textbox", name="Given name"), wide=True)
    assert [one.name for one in found] == ["First name", "Last name"]
    assert await web.env.find(Hit(role="textbox", name="Given name", path="?? [")) == ()


async def test_landmarks_are_what_a_page_says(web: Visitor) -> None:
    seen = await web.show("<h1>Book  a room</h1><p>text</p><div role=alert>Sold out</div><h2 hidden>No</h2>")
    assert seen.landmarks == ("Book a room", "Sold out")


async def test_a_click_on_what_is_found_hits_it(web: Visitor) -> None:
    await web.show(FORM)
    hit = await hit_of(web, "Last name")
    await web.show("<label>Company <input name=company></label>" + FORM)
    (found,) = await web.env.find(hit)
    assert found.box is not None
    assert (await web.do(Click(at=found.box))).hit == found.model_copy(update={"box": (web.result.hit.box)})  # type: ignore[union-attr]
