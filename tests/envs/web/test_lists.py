"""Choosing from lists: native ones, whose popup is drawn over the screenshot, and those that pages draw."""

from __future__ import annotations

import pytest

from actions import ActionError, Click, Hover, Point, Press, Scroll, Select, TargetNotFound, Type
from tests.envs.conftest import Visitor
from tests.envs.site import Site

CITY = """<label>City <select id=c onchange="log.append('change ')" oninput="log.append('input ')">
    <option value="">Choose…<option value=l>Lisbon<option value=p>Porto<option value=f disabled>Faro</select></label>
    <button onclick="log.append('clicked ')">Below</button><p id=log></p>"""


async def choose(web: Visitor, name: str, option: str):
    return await web.do(Select(at=web.place(name), option=option))


async def test_by_its_label_with_a_persons_events(web: Visitor) -> None:
    await web.show(CITY)
    result = await choose(web, "City", "porto")
    assert (result.read_back, result.changed) == ("Porto", True)
    assert await web.value("#c") == "p"
    assert await web.text("#log") == "input change"
    await choose(web, "City", "Porto")
    assert await web.text("#log") == "input change"


async def test_what_cannot_be_chosen(web: Visitor) -> None:
    await web.show(CITY)
    with pytest.raises(TargetNotFound, match="Lisbon; Porto"):
        await choose(web, "City", "Rome")
    with pytest.raises(ActionError, match="disabled"):
        await choose(web, "City", "Faro")
    with pytest.raises(TargetNotFound, match="shows no list"):
        await choose(web, "Below", "Rome")


async def test_groups_and_several(web: Visitor) -> None:
    await web.show("""<label>Room <select id=r><optgroup label=Cheap><option>Single<option>Double</optgroup>
        <optgroup label=Dear><option>Suite</optgroup></select></label>
        <label>Extras <select id=e multiple size=4><option>Breakfast<option>Parking<option>Late</select></label>""")
    assert (await choose(web, "Room", "Suite")).read_back == "Suite"
    await choose(web, "Extras", "Breakfast")
    assert (await choose(web, "Extras", "Late")).read_back == "Breakfast, Late"
    await web.do(Click(at=web.place("Parking", "option")))
    assert web.element("Extras", "listbox").value == "Parking"


async def test_typing_into_a_list_chooses(web: Visitor) -> None:
    await web.show(CITY)
    assert (await web.do(Type(text="Lisbon", into=web.place("City")))).read_back == "Lisbon"


async def test_a_click_opens_a_drawn_list_and_a_click_in_it_chooses(web: Visitor) -> None:
    await web.show(CITY)
    shut = web.seen
    result = await web.click("City")
    assert result.changed
    assert result.hit is not None
    assert result.hit.path == "#c"
    assert web.names("option") == ["Choose…", "Lisbon", "Porto", "Faro"]
    assert "selected" in web.element("Choose…").states
    assert "disabled" in web.element("Faro", "option").states
    assert web.seen.notes == ('The list "City" is open: Choose…; Lisbon; Porto; Faro.',)
    assert web.seen.screenshot != shut.screenshot
    assert web.colour(Point(x=(web.place("Choose…").right - 0.005), y=web.place("Choose…").centre.y)) == (26, 95, 208)
    result = await web.click("Porto", "option")
    assert (result.read_back, result.changed) == ("Porto", True)
    assert result.hit is not None
    assert (result.hit.role, result.hit.name, result.hit.path) == ("option", "Porto", "#c")
    assert await web.value("#c") == "p"
    assert await web.text("#log") == "input change"
    assert web.names("option") == []
    assert web.seen.notes == ()


async def test_a_click_elsewhere_only_closes(web: Visitor) -> None:
    await web.show(CITY)
    await web.click("City")
    result = await web.do(Click(at=Point(x=0.9, y=0.9)))
    assert "closed" in result.notes[0]
    assert web.names("option") == []
    await web.click("City")
    below = await web.page().locator("button").bounding_box()
    assert below is not None
    await web.do(Click(at=Point(x=(below["x"] + below["width"] - 2) / 1280, y=(below["y"] + 5) / 800)))
    assert await web.text("#log") == ""
    await web.click("Below")
    assert await web.text("#log") == "clicked"


async def test_what_the_list_covers_is_not_listed(web: Visitor) -> None:
    await web.show(
        "<label>City <select><option>Lisbon<option>Porto</select></label><br>"
        "<a href=# style='margin-left:60px'>Under</a>"
    )
    assert "Under" in web.names()
    await web.click("City")
    assert "Under" not in web.names()
    assert [e.mark for e in web.seen.elements] == list(range(len(web.seen.elements)))


async def test_keys_move_choose_and_close(web: Visitor) -> None:
    await web.show(CITY)
    await web.click("City")
    await web.press("down")
    result = await web.press("enter")
    assert result.read_back == "Lisbon"
    await web.press("space")
    assert web.names("option") == ["Choose…", "Lisbon", "Porto", "Faro"]
    await web.press("end")
    await web.press("escape")
    assert web.names("option") == []
    assert await web.value("#c") == "l"
    await web.click("City")
    await web.press("p")
    assert (await web.press("tab")).read_back == "Porto"
    assert "change change" in (await web.text("#log")).replace("input ", "")


async def test_typing_ahead(web: Visitor) -> None:
    await web.show(CITY)
    await web.click("City")
    await web.do(Type(text="por"))
    assert web.names("option")
    assert (await web.press("enter")).read_back == "Porto"
    await web.click("City")
    with pytest.raises(TargetNotFound, match="begins with 'x'"):
        await web.env.perform(Type(text="x"))
    assert (await web.do(Type(text="lis", submit=True))).read_back == "Lisbon"


async def test_select_and_other_actions_with_an_open_list(web: Visitor) -> None:
    await web.show("<label>Name <input></label><br>" + CITY)
    name = web.place("Name")
    await web.click("City")
    assert (await choose(web, "Lisbon", "Porto")).read_back == "Porto"
    await web.click("City")
    await web.do(Type(text="Ana", into=name))
    assert web.element("Name").value == "Ana"
    assert web.names("option") == []


async def test_a_long_list_scrolls(web: Visitor) -> None:
    await web.show(
        "<label>Year <select>" + "".join(f"<option>{year}" for year in range(1930, 2030)) + "</select></label>"
    )
    await web.click("Year")
    assert web.names("option")[0] == "1930"
    assert len(web.names("option")) == 20
    inside = web.element("1940").box
    result = await web.do(Scroll(direction="down", steps=5, at=inside))
    assert result.changed
    assert web.names("option")[0] == "1945"
    await web.do(Hover(at=web.place("1950")))
    assert (await web.press("enter")).read_back == "1950"
    await web.click("Year")
    assert "1950" in web.names("option")


async def test_near_the_bottom_the_list_opens_upwards(web: Visitor) -> None:
    await web.show(
        """<label style="position:absolute;top:770px">City <select><option>Lisbon<option>Porto</select></label>"""
    )
    await web.click("City")
    assert web.place("Porto").bottom < web.place("City").top + 0.002


async def test_options_that_come_with_the_focus_are_shown(web: Visitor) -> None:
    await web.show("""<label>City <select id=c><option>…</select></label><script>c.onfocus = () => setTimeout(() =>
        { c.innerHTML = '<option>Lisbon<option>Porto'; }, 100);</script>""")
    await web.click("City")
    assert web.names("option") == ["Lisbon", "Porto"]
    assert (await web.click("Porto", "option")).read_back == "Porto"


async def test_the_page_sees_the_mouse_and_no_stray_click(web: Visitor) -> None:
    await web.show(
        CITY
        + "<script>for (const t of ['mousedown', 'click']) c.addEventListener(t, () => log.append(t + ' '));</script>"
    )
    await web.click("City")
    assert await web.text("#log") == "mousedown click"
    await web.click("Porto", "option")
    assert await web.text("#log") == "mousedown click input change"


async def test_in_frames(web: Visitor, site: Site) -> None:
    inner = site.page(CITY)
    await web.show(f"<h1>Top</h1><iframe src='{site.other}{inner}' width=500 height=60></iframe>")
    await web.click("City")
    assert web.place("Lisbon").top > web.place("City").top
    result = await web.click("Porto", "option")
    assert result.read_back == "Porto"
    assert web.element("City").value == "Porto"
    assert (await choose(web, "City", "Lisbon")).read_back == "Lisbon"


async def test_a_date_field_is_focused_and_its_picker_kept_shut(web: Visitor) -> None:
    await web.show("<label>Day <input type=date id=d></label><label>Colour <input type=color></label>")
    box = web.place("Day")
    result = await web.do(Click(at=Point(x=box.right - 12 / 1280, y=box.centre.y)))
    assert "type its value instead, such as 2026-12-01" in result.notes[0]
    assert "focused" in web.element("Day").states
    result = await web.click("Colour")
    assert "#3366ff" in result.notes[0]
    assert (await web.do(Type(text="#00ff00", into=web.place("Colour")))).read_back == "#00ff00"


ARIA = """<div id=box role=combobox tabindex=0 aria-expanded=false aria-controls=list aria-label=City
    onclick="list.hidden=!list.hidden;box.setAttribute('aria-expanded', !list.hidden)">Choose…</div>
    <ul id=list role=listbox hidden style="height:60px;overflow:auto"></ul><script>for (let n = 0; n < 30; n++) {
      const li = document.createElement('li'); li.setAttribute('role', 'option'); li.textContent = 'City ' + n;
      li.onclick = () => { box.textContent = li.textContent; list.hidden = true; }; list.append(li); }</script>"""


async def test_a_list_that_the_page_draws(web: Visitor) -> None:
    await web.show(ARIA)
    result = await choose(web, "City", "City 27")
    assert result.read_back == "City 27"
    assert await web.text("#box") == "City 27"
    assert web.element("City").value == "City 27"
    with pytest.raises(TargetNotFound, match="no option 'City 99'"):
        await choose(web, "City", "City 99")


async def test_a_list_in_a_frame_that_the_page_draws(web: Visitor, site: Site) -> None:
    await web.show(f"<h1>Top</h1><iframe src='{site.other}{site.page(ARIA)}' width=500 height=200></iframe>")
    assert (await choose(web, "City", "City 27")).read_back == "City 27"
    assert web.element("City").value == "City 27"


BUTTON = """<button id=b aria-haspopup=listbox aria-controls=l onclick="l.hidden = !l.hidden">none</button>
    <ul id=l role=listbox hidden aria-label=Colours>{options}</ul><script>
      for (const li of l.children) li.onclick = () => {{ {chosen}; l.hidden = true; }};</script>"""
COLOURS = "<li role=option>Red<li role=option>Blue"


async def test_an_option_whose_click_chooses_nothing_is_not_told_as_chosen(web: Visitor) -> None:
    await web.show(BUTTON.format(options=COLOURS, chosen=""))
    result = await choose(web, "none", "Blue")
    assert result.read_back == "none"
    assert result.notes == ("The list shows 'none' now, not 'Blue'.",)
    await web.show(BUTTON.format(options=COLOURS, chosen="b.textContent = 'Colour: ' + li.textContent"))
    result = await choose(web, "none", "Blue")
    assert (result.read_back, result.notes) == ("Colour: Blue", ())


async def test_a_choice_that_cannot_be_read_is_said_to_be_unknown(web: Visitor) -> None:
    await web.show(BUTTON.format(options=COLOURS, chosen="b.replaceWith('thanks')"))
    result = await choose(web, "none", "Blue")
    assert result.read_back is None
    assert "whether it was chosen cannot be read" in result.notes[0]


async def test_a_list_that_is_always_there_says_what_is_marked_in_it(web: Visitor) -> None:
    await web.show("""<ul role=listbox aria-label=Colours><li role=option aria-selected=true>Red
        <li role=option onclick="this.previousElementSibling.ariaSelected = false; this.ariaSelected = true">Blue
        <li role=option>Green</ul>""")
    assert (await choose(web, "Red", "Blue")).read_back == "Blue"
    result = await choose(web, "Red", "Green")
    assert (result.read_back, result.notes) == ("Blue", ("The list shows 'Blue' now, not 'Green'.",))


async def test_a_field_with_suggestions(web: Visitor) -> None:
    await web.show("<label>City <input list=d id=c></label><datalist id=d><option>Lisbon<option>Porto</datalist>")
    assert (await choose(web, "City", "porto")).read_back == "Porto"
    assert await web.value("#c") == "Porto"


async def test_a_field_that_filters_its_list(web: Visitor) -> None:
    await web.show("""<input id=c role=combobox aria-label=City aria-controls=l><ul id=l role=listbox></ul><script>
        c.oninput = () => setTimeout(() => { l.innerHTML = ['Lisbon', 'Porto'].filter((x) => x.startsWith(c.value))
          .map((x) => `<li role=option onclick="c.value='${x}!';l.innerHTML=''">${x}</li>`).join('');
          }, 100);</script>""")
    result = await choose(web, "City", "Porto")
    assert (result.read_back, result.notes) == ("Porto!", ())
    assert await web.value("#c") == "Porto!"


async def test_a_shut_list_takes_keys_as_in_any_browser(web: Visitor) -> None:
    await web.show(CITY)
    await web.click("Below")
    await web.do(Press(keys=("shift", "tab")))
    await web.press("down")
    assert await web.value("#c") == "l"
