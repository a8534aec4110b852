"""What a look at a page lists."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from actions import Box, Click, Hover
from tests.envs.conftest import Visitor
from tests.envs.site import Site


async def test_names_come_from_wherever_authors_put_them(web: Visitor) -> None:
    await web.show("""
        <label for=a>By for</label><input id=a> <label>By wrapping <input></label>
        <input aria-label="By aria"> <b id=l1>By</b> <b id=l2>reference</b> <input aria-labelledby="l1 l2">
        <input placeholder="By placeholder"> <input title="By title"> <input type=submit value="By value">
        <button><img alt="By picture" width=9 height=9></button> <button>By <span>content</span></button>
        <button aria-label="Close"><svg width=9 height=9></svg></button>
        <input type=image alt="By alt" width=9 height=9>
        <a href=#>By <b>link</b> text<span style="display:none">hidden</span></a> <input type=submit>
    """)
    assert web.names() == [
        "By for", "By wrapping", "By aria", "By reference", "By placeholder", "By title", "By value", "By picture",
        "By content", "Close", "By alt", "By link text", "Submit",
    ]  # fmt: skip


async def test_roles_values_states_and_options(web: Visitor) -> None:
    await web.show("""
        <label>Text <input value="some words" required></label> <label>Secret <input type=password value=abc></label>
        <label>Mail <input type=email readonly value=a@b.c></label> <label>Many <input type=number value=7></label>
        <label>Find <input type=search></label> <label>Notes <textarea>two words</textarea></label>
        <label>Size <input type=range value=30></label> <label>Day <input type=date value=2026-12-01></label>
        <label>City <select><option>Lisbon<option selected>Porto</select></label>
        <label>Many <select multiple size=3><option selected>One<option>Two<option selected>Three</select></label>
        <label>Off <input disabled></label> <button aria-expanded=false aria-pressed=true>Menu</button>
        <fieldset><legend>Which room?</legend><label><input type=radio name=r checked> Single</label>
        <label><input type=radio name=r> Double</label></fieldset>
        <div role=radiogroup aria-label="Which view?"><label><input type=checkbox> Sea</label></div>
        <div role=switch aria-checked=true tabindex=0>Wifi</div> <div contenteditable>rich words</div>
        <details><summary>More</summary>x</details> <div role=tab aria-selected=true tabindex=0>First</div>
        <input aria-label=Bad aria-invalid=true> <label>Pick <input list=d></label><datalist id=d><option>x</datalist>
        <label>File <input type=file></label>
    """)
    shown = {(e.role, e.name): e for e in web.seen.elements}
    assert shown["textbox", "Text"].value == "some words"
    assert "required" in shown["textbox", "Text"].states
    assert shown["textbox", "Secret"].value == "•••"
    assert shown["textbox", "Secret"].input_type == "password"
    assert "readonly" in shown["textbox", "Mail"].states
    assert shown["spinbutton", "Many"].value == "7"
    assert "multiline" in shown["textbox", "Notes"].states
    assert shown["slider", "Size"].value == "30"
    assert (shown["textbox", "Day"].value, shown["textbox", "Day"].input_type) == ("2026-12-01", "date")
    assert shown["combobox", "City"].value == "Porto"
    assert shown["combobox", "City"].options == ("Lisbon", "Porto")
    assert shown["listbox", "Many"].value == "One, Three"
    assert "selected" in shown["option", "Three"].states
    assert "disabled" in shown["textbox", "Off"].states
    assert set(shown["button", "Menu"].states) == {"collapsed", "pressed"}
    assert "checked" in shown["radio", "Single"].states
    assert shown["radio", "Double"].group == "Which room?"
    assert shown["checkbox", "Sea"].group == "Which view?"
    assert "checked" in shown["switch", "Wifi"].states
    assert any(e.role == "textbox" and e.value == "rich words" for e in web.seen.elements)
    assert "collapsed" in shown["button", "More"].states
    assert "selected" in shown["tab", "First"].states
    assert "invalid" in shown["textbox", "Bad"].states
    assert ("combobox", "Pick") in shown
    assert ("searchbox", "Find") in shown
    assert ("button", "File") in shown
    assert [e.mark for e in web.seen.elements] == list(range(len(web.seen.elements)))


async def test_focus_is_a_state_and_a_click_on_a_label_finds_its_control(web: Visitor) -> None:
    await web.show("<label>Name <input id=n></label><label id=l for=n style='display:block'>Also the name</label>")
    assert "focused" not in web.element("Name Also the name").states
    place = await web.page().locator("#l").bounding_box()
    result = await web.do(Click(at=Box.of_pixels(place["x"], place["y"], place["x"] + 50, place["y"] + 10, 1280, 800)))
    assert result.hit is not None
    assert (result.hit.role, result.hit.path) == ("textbox", "#n")
    assert "focused" in web.element("Name Also the name").states


async def test_only_what_a_click_can_reach_is_listed(web: Visitor) -> None:
    await web.show("""
        <button>Free</button> <button style="visibility:hidden">Invisible</button> <button hidden>Gone</button>
        <input type=hidden value=x> <button style="position:absolute;top:2000px">Below the view</button>
        <div style="position:relative;width:200px;height:60px"><button style="width:200px;height:60px">Covered</button>
        <div style="position:absolute;inset:0;background:#ccc"></div></div>
        <div style="height:20px;overflow:hidden"><p style="margin:0;height:40px">x</p><button>Clipped</button></div>
        <div inert><button>Inert</button></div>
        <button style="position:absolute;left:1270px;top:100px;width:100px">Half out</button>
    """)
    assert web.names() == ["Free", "Half out"]
    assert web.place("Half out").right == 1.0


async def test_a_styled_checkbox_is_reached_through_its_label(web: Visitor) -> None:
    await web.show("""<style>input{position:absolute;width:1px;height:1px;clip-path:inset(50%)}</style>
        <label><input type=checkbox onchange="document.title=this.checked"> <span>I agree</span></label>""")
    await web.click("I agree", "checkbox")
    assert web.seen.title == "true"
    assert "checked" in web.element("I agree").states


async def test_what_scripts_made_clickable_is_listed_once(web: Visitor) -> None:
    await web.show("""
        <div onclick="x">Own handler</div> <div tabindex=0>In the tab order</div>
        <div style="cursor:pointer"><span>A card <b>with parts</b></span></div>
        <div style="cursor:pointer"><button>Real</button> backdrop</div> <span>Plain words</span>
    """)
    assert web.names() == ["Own handler", "In the tab order", "A card with parts", "Real"]


async def test_a_click_on_the_centre_of_every_listed_box_meets_its_element(web: Visitor) -> None:
    await web.show("""
        <div style="width:150px">Some words and then <a href="#x">a link that is broken over several lines</a> and
        more</div>
        <div style="position:relative;width:300px;height:60px">
        <button style="width:300px;height:60px">Partly covered</button>
        <div style="position:absolute;left:60px;right:60px;top:0;bottom:0;background:#ccc">lid</div></div>
    """)
    assert len(web.seen.elements) == 2
    for element in web.seen.elements:
        result = await web.do(Hover(at=element.box))
        assert result.hit is not None
        assert result.hit.name == element.name


async def test_shadow_roots_open_and_nested_are_part_of_the_page(web: Visitor) -> None:
    await web.show("""<x-a></x-a><script>
        customElements.define('x-b', class extends HTMLElement { connectedCallback() {
            this.attachShadow({mode: 'open'}).innerHTML = '<button id=deep>Deep</button>'; } });
        customElements.define('x-a', class extends HTMLElement { connectedCallback() {
            this.attachShadow({mode: 'open'}).innerHTML = '<label>Inner <input></label><x-b></x-b><slot></slot>'; } });
        document.querySelector('x-a').innerHTML = '<button>Slotted</button>';
        </script>""")
    assert web.names() == ["Inner", "Deep", "Slotted"]
    result = await web.click("Deep")
    assert result.hit is not None
    assert result.hit.path == "html > body > x-a >>> x-b >>> #deep"


async def test_frames_of_the_same_and_of_other_sites_and_inside_each_other(web: Visitor, site: Site) -> None:
    leaf = site.page("<button data-testid=pay onclick=\"this.textContent='Paid'\">Pay</button>")
    middle = site.page(f"<p>middle</p><iframe id=in src='{site.url}{leaf}' width=300 height=100></iframe>")
    await web.show(f"""<h1>Top</h1><button>Before</button>
        <iframe name=same src="{leaf}" width=300 height=80></iframe>
        <iframe id=outer src="{site.other}{middle}" style="border:7px solid;padding:5px;transform:scale(.8)" width=400
        height=220></iframe><button>After</button>""")
    assert web.names() == ["Before", "Pay", "Pay", "After"]
    inner = web.seen.elements[2]
    result = await web.do(Click(at=inner.box))
    assert result.hit is not None
    assert result.hit.test_id == "pay"
    assert result.hit.path == '#outer |> #in |> [data-testid="pay"]'
    assert result.hit.frame == site.url + leaf
    assert result.changed
    assert web.names() == ["Before", "Pay", "Paid", "After"]
    assert result.hit.box is not None
    assert abs(result.hit.box.left - inner.box.left) < 0.002
    same = await web.do(Click(at=web.seen.elements[1].box))
    assert same.hit is not None
    assert same.hit.path == 'iframe[name="same"] |> [data-testid="pay"]'


async def test_a_frame_behind_a_lid_and_what_is_scrolled_out_of_it_are_not_listed(web: Visitor, site: Site) -> None:
    inner = site.page("<button>Top</button><div style='height:600px'></div><button>Far below</button>")
    await web.show(f"""<iframe src="{inner}" width=300 height=100></iframe>
        <div style="position:relative"><iframe src="{inner}" width=300 height=100></iframe>
        <div style="position:absolute;inset:0;background:#eee">lid</div></div>""")
    assert web.names() == ["Top"]


async def test_paths_prefer_what_stays(web: Visitor) -> None:
    await web.show("""<main id=list><ul><li><button>One</button><li><button>Two</button></ul></main>
        <input name=mail aria-label=Mail> <button id=":r12:" aria-label=Close>x</button>
        <label><input type=radio name=r value=a> A</label> <label><input type=radio name=r value=b> B</label>""")
    paths = {}
    for name in ("Two", "Mail", "Close", "B"):
        hit = (await web.do(Hover(at=web.place(name)))).hit
        assert hit is not None
        paths[name] = hit.path
    assert paths == {
        "Two": "#list > ul > li:nth-of-type(2) > button",
        "Mail": 'input[name="mail"]',
        "Close": 'button[aria-label="Close"]',
        "B": 'input[name="r"][value="b"]',
    }
    for path in paths.values():
        assert await web.page().locator(path).count() == 1


async def test_the_screenshot_is_of_the_view_and_elements_can_be_left_out(web: Visitor) -> None:
    await web.show(
        "<button style='position:absolute;left:640px;top:400px;width:100px;height:100px;background:#f00;border:0'>"
    )
    with Image.open(io.BytesIO(web.seen.screenshot)) as image:
        assert image.size == (1280, 800) == (web.seen.width, web.seen.height)
        assert image.convert("RGB").getpixel((690, 450)) == (255, 0, 0)
        assert image.convert("RGB").getpixel((600, 450)) == (255, 255, 255)
    assert web.seen.elements[0].box == Box(left=0.5, top=0.5, right=740 / 1280, bottom=500 / 800)
    assert (await web.look(elements=False)).elements == ()
    assert len((await web.look()).elements) == 1


async def test_a_dense_page_is_listed_whole(web: Visitor) -> None:
    await web.show("".join(f"<button style='width:24px;height:20px;padding:0'>{n}</button>" for n in range(800)))
    assert web.names() == [str(n) for n in range(800)]


async def test_a_page_that_breaks_its_own_prototypes_is_still_read(web: Visitor) -> None:
    await web.show(
        "<button>Go</button>",
        head="""<script>window.setTimeout = null; window.requestAnimationFrame = null;
        Element.prototype.attachShadow = null; window.MutationObserver = null; performance.now = null;</script>""",
    )
    assert web.names() == ["Go"]
    assert (await web.click("Go")).hit is not None


async def test_half_a_character_is_readable_text(web: Visitor) -> None:
    await web.show(
        """<button id=b></button><script>
        document.title = 'T\\ud83d'; b.textContent = 'Go \\udc00!';
        b.onclick = () => confirm('Sure\\ud83d?');</script>"""
    )
    assert web.seen.title == "T\ufffd"
    assert web.names() == ["Go \ufffd!"]
    result = await web.click("Go \ufffd!")
    assert result.hit is not None
    assert result.hit.name == "Go \ufffd!"
    assert '"Sure\ufffd?"' in web.seen.notes[0]
    web.seen.model_dump_json(exclude={"screenshot"}).encode()


@pytest.mark.parametrize("letters", [198, 199, 200, 201])
async def test_long_names_are_cut_between_characters(web: Visitor, letters: int) -> None:
    text = "x" * (letters - 3) + "\N{GRINNING FACE}" * 3
    await web.show(f"<button>{text}</button>")
    assert web.names() == [text if letters <= 200 else text[:199] + "…"]


async def test_the_question_of_choices_is_found_without_a_fieldset(web: Visitor) -> None:
    await web.show("""
        <form><p>Sex: <label><input type=radio name=sex>Male</label>
          <label><input type=radio name=sex>Female</label></p>
        <fieldset><legend>Dog</legend><label>Name <input></label>
          <p>Neutered: <label><input type=radio name=n>Yes</label>
          <label><input type=radio name=n>No</label></p></fieldset>
        <div><label>Time</label><div><label><input type=radio name=t>8 pm</label>
          <label><input type=radio name=t>9 pm</label>
          </div></div>
        <table><tr><td>Size</td><td><input type=radio name=s id=s1><label for=s1>S</label>
          <input type=radio name=s id=s2><label for=s2>L</label></td></tr></table>
        <div><span>Which days?</span><label><input type=checkbox name=d>Monday</label>
          <label><input type=checkbox name=d>Friday</label></div>
        <fieldset><legend>Room</legend><label><input type=radio name=r>Single</label>
          <label><input type=radio name=r>Double</label></fieldset>
        <p>Before you go on: <label><input type=checkbox name=terms>I agree</label></p></form>
    """)
    groups = {e.name: e.group for e in (await web.env.observe()).elements if e.role in ("radio", "checkbox")}
    assert groups == {
        "Male": "Sex:", "Female": "Sex:", "Yes": "Neutered:", "No": "Neutered:", "8 pm": "Time", "9 pm": "Time",
        "S": "Size", "L": "Size", "Monday": "Which days?", "Friday": "Which days?", "Single": "Room", "Double": "Room",
        "I agree": "",
    }  # fmt: skip


async def test_a_form_whose_fields_are_named_as_its_own_properties(web: Visitor) -> None:
    await web.show("""
        <form title=Form><label>Children <input name=children></label> <label>Id <input name=id></label>
        <label>Title <input name=title></label> <button type=button>Go</button></form>
    """)
    for name in ("Children", "Id", "Title", "Go"):
        element = next(e for e in (await web.env.observe()).elements if e.name == name)
        hit = (await web.env.perform(Click(at=element.box))).hit
        assert hit is not None
        assert hit.name == name
        assert hit.path
