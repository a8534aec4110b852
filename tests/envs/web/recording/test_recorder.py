"""What a person does in a real browser, seen as steps."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
from PIL import Image

from actions import Back, Box, Click, Drag, Open, Point, Press, Scroll, Select, Type
from envs.web import WebEnv
from tests.envs.conftest import Visitor
from tests.envs.site import Site
from tests.envs.web.recording.conftest import Recorded

Record = Callable[..., AbstractAsyncContextManager[Recorded]]

FORM = """<form action=/echo><label>Name <input name=who></label><p><label>Room <select name=room><option>Single
    <option>Double</select></label><p><label><input type=checkbox name=late> Late arrival</label>
    <p><button>Book</button></form>"""


async def test_a_form_filled_in_by_mouse_and_keys(record: Record) -> None:
    async with record(FORM) as on:
        await on.page.click("input[name=who]")
        await on.page.keyboard.type("Ana", delay=5)
        await on.rest()
        await on.page.keyboard.press("Tab")
        await on.page.keyboard.press("ArrowDown")
        await on.rest()
        await on.page.click("text=Late arrival")
        await on.rest()
        await on.page.click("text=Book")
    assert on.said() == ["type 'Ana' into Name", "select Double in Room", "click Late arrival", "click Book"]
    typed, chosen, checked, sent = on.steps
    assert isinstance(typed.action, Type)
    assert typed.action.replace
    assert typed.result.read_back == "Ana"
    assert isinstance(typed.action.into, Box)
    assert typed.action.into == typed.result.hit.box
    assert typed.result.hit.path == 'input[name="who"]'
    assert [element.value for element in typed.seen.elements][:1] == [""]
    assert chosen.seen.elements[0].value == "Ana"
    assert isinstance(chosen.action, Select)
    assert chosen.result.read_back == "Double"
    assert checked.result.hit.role == "checkbox"
    assert "checked" in next(e for e in sent.seen.elements if e.role == "checkbox").states
    assert all(step.result.changed for step in on.steps)
    assert on.recorder.last.title == "Echo"
    assert on.recorder.last.url.endswith("/echo?who=Ana&room=Double&late=on")
    assert all((step.seen.width, step.seen.height) == (1280, 800) for step in on.steps)


async def test_enter_sends_or_breaks_the_line(record: Record) -> None:
    async with record(
        """<textarea aria-label=Note></textarea><input aria-label=Chat onkeydown="if (event.key == 'Enter') value = ''">
        <input role=combobox aria-label=City><form action=/echo><input name=q aria-label=Find></form>"""
    ) as on:
        await on.page.click("textarea")
        await on.page.keyboard.type("one")
        await on.page.keyboard.press("Enter")
        await on.page.keyboard.type("two")
        await on.page.click("[aria-label=Chat]")
        await on.page.keyboard.type("hello")
        await on.page.keyboard.press("Enter")
        await on.page.keyboard.type("again")
        await on.page.click("[role=combobox]")
        await on.page.keyboard.type("Lis")
        await on.page.keyboard.press("ArrowDown")
        await on.page.keyboard.press("Enter")
        await on.rest()
        await on.page.click("[name=q]")
        await on.page.keyboard.type("rooms")
        await on.page.keyboard.press("Enter")
    assert on.said() == [
        "type 'one\\ntwo' into Note",
        "type 'hello' into Chat enter",
        "type 'again' into Chat",
        "type 'Lis' into City",
        "press down",
        "press enter",
        "type 'rooms' into Find enter",
    ]
    assert on.recorder.last.title == "Echo"


async def test_a_password_is_a_secret_in_text_and_pixels(record: Record) -> None:
    async with record(
        """<form action=/echo onsubmit="return false"><label>User <input name=user></label>
        <label>Password <input name=pass type=password></label>
        <label>Code <input name=code autocomplete=one-time-code></label>
        <button type=button onclick="pass.type = 'text'">Show</button></form>
        <script>const pass = document.forms[0].pass</script>"""
    ) as on:
        await on.page.click("[name=user]")
        await on.page.keyboard.type("ana")
        await on.page.click("[name=pass]")
        await on.page.keyboard.type("hunter2!")
        await on.page.click("text=Show")
        await on.rest()
        await on.page.click("[name=pass]")
        await on.page.keyboard.press("End")
        await on.page.keyboard.type("x9")
        await on.page.click("[name=code]")
        await on.page.keyboard.type("424242")
        await on.page.keyboard.press("Enter")
        await on.rest()
        assert await on.page.input_value("[name=pass]") == "hunter2!x9"
    assert on.said() == [
        "type 'ana' into User",
        "type '<secret:pass>' into Password",
        "click Show",
        "type '<secret:pass>' into Password",
        "type '<secret:code>' into Code enter",
    ]
    whole = "".join(step.seen.model_dump_json(exclude={"screenshot"}) for step in on.steps) + repr(on.steps)
    whole += on.recorder.last.model_dump_json(exclude={"screenshot"})
    assert not any(secret in whole for secret in ("hunter", "x9", "424242"))
    assert all(step.result.read_back is None for step in on.steps if "secret" in repr(step.action))
    with Image.open(io.BytesIO(on.recorder.last.screenshot)) as picture:
        for name in ("Password", "Code"):
            box = next(e.box for e in on.recorder.last.elements if e.name == name)
            left, top, right, bottom = map(int, box.pixels(*picture.size))
            inside = picture.convert("RGB").crop((left + 3, top + 3, right - 3, bottom - 3))
            assert inside.getcolors() is not None
            assert len(inside.getcolors() or ()) == 1


async def test_keys_that_click_lead_or_command(record: Record) -> None:
    async with record(
        """<button onclick="out.textContent = 'clicked'">First</button><label><input type=checkbox> Tick</label>
        <label><input type=radio name=r checked> One</label><label><input type=radio name=r> Two</label>
        <p id=out></p>"""
    ) as on:
        await on.page.keyboard.press("Tab")
        await on.page.keyboard.press("Enter")
        await on.page.keyboard.press("Tab")
        await on.page.keyboard.press("Space")
        await on.page.keyboard.press("Tab")
        await on.page.keyboard.press("ArrowDown")
        await on.rest()
        await on.page.keyboard.press("Control+Shift+KeyK")
        await on.page.keyboard.press("Control+L")
        await on.page.keyboard.press("?")
        assert await on.page.inner_text("#out") == "clicked"
    assert on.said() == ["click First", "click Tick", "click Two", "press ctrl+shift+k", "press ?"]


async def test_scrolling_of_the_page_and_of_a_part(record: Record) -> None:
    async with record(
        """<div id=part style="height:200px;width:300px;overflow:auto"><p style="height:2000px">inside</p></div>
        <p style="height:3000px">outside</p>"""
    ) as on:
        await on.page.mouse.move(100, 100)
        await on.page.mouse.wheel(0, 120)
        await on.page.mouse.wheel(0, 180)
        await on.rest()
        await on.page.mouse.move(600, 600)
        for _ in range(4):
            await on.page.mouse.wheel(0, 100)
        await on.page.mouse.wheel(0, -50)
        await on.rest()
        assert await on.page.evaluate("[part.scrollTop, scrollY]") == [300, 350]
    inner, outer = on.actions
    assert inner == Scroll(direction="down", steps=3, at=Point(x=100 / 1280, y=100 / 800))
    assert outer == Scroll(direction="down", steps=3.5, at=None)
    assert on.recorder.last.scroll is not None
    assert on.recorder.last.scroll[0] > 0


async def test_the_pointer_in_other_ways(record: Record) -> None:
    async with record(
        """<p id=word ondblclick="this.append(2)">word</p>
        <button oncontextmenu="return false" onclick="n.textContent = +n.textContent + 1">More</button>
        <b id=n>0</b><canvas width=400 height=300 style="background:#ddd"></canvas>
        <script>let down; document.querySelector('canvas').onpointermove = (e) =>
            { if (e.buttons) n.textContent = 'drawn' }</script>"""
    ) as on:
        await on.page.dblclick("#word")
        await on.rest()
        await on.page.click("text=More", click_count=2)
        await on.rest()
        await on.page.click("text=More", button="right")
        await on.rest()
        canvas = await on.page.locator("canvas").bounding_box()
        assert canvas
        await on.page.mouse.move(canvas["x"] + 10, canvas["y"] + 10)
        await on.page.mouse.down()
        await on.page.mouse.move(canvas["x"] + 90, canvas["y"] + 60, steps=4)
        await on.page.mouse.up()
        await on.rest()
    assert on.said()[:4] == ["click2 word", "click More", "click More", "rightclick More"]
    drag = on.actions[-1]
    assert isinstance(drag, Drag)
    assert drag.end.centre.x - drag.start.centre.x == pytest.approx(80 / 1280)
    assert drag.end.centre.y - drag.start.centre.y == pytest.approx(50 / 800)


@pytest.mark.parametrize("host", ["url", "other"])
async def test_frames_and_shadow_roots_are_named_as_an_environment_names_them(
    record: Record, site: Site, host: str, web: Visitor
) -> None:
    inner = site.page(
        """<div id=host></div><script>host.attachShadow({mode: 'open'}).innerHTML =
        '<label>Deep <input></label>'</script>"""
    )
    body = f'<p>Above</p><iframe name=part style="margin-left:40px" src="{getattr(site, host)}{inner}"></iframe>'
    async with record(body) as on:
        frame = on.page.frames[1]
        await frame.click("input")
        await on.page.keyboard.type("below")
        url = on.page.url
    assert on.said() == ["type 'below' into Deep"]
    step = on.steps[0]
    await web.go(url)
    there = await web.do(Type(text="below", into=web.place("Deep")))
    assert there.hit is not None
    assert step.result.hit is not None
    assert step.result.hit.model_dump(exclude={"box"}) == there.hit.model_dump(exclude={"box"})
    assert step.result.hit.box.pixels(1280, 800) == pytest.approx(there.hit.box.pixels(1280, 800), abs=1)
    assert " |> " in step.result.hit.path
    assert " >>> " in step.result.hit.path


async def test_a_popup_and_back_from_it(record: Record, site: Site) -> None:
    there = site.page("<button onclick=\"this.textContent = 'Done'\">There</button>", title="Popup")
    async with record(f"<button onclick=\"window.open('{there}')\">Go</button>") as on:
        async with on.page.expect_popup() as opened:
            await on.page.click("text=Go")
        popup = await opened.value
        await on.rest()
        await popup.click("text=There")
        await on.rest()
        await popup.close()
        await on.rest()
    assert on.said() == ["click Go", "click There", "back"]
    assert on.steps[1].seen.title == "Popup"
    assert on.recorder.last.title == "A page"


async def test_the_address_bar_back_forward_and_reload(record: Record, site: Site) -> None:
    two = site.page("<a href=/json>On</a>", title="Two")
    async with record("<h1>One</h1>") as on:
        await on.page.goto(site.url + two)
        await on.rest()
        await on.page.click("text=On")
        await on.page.wait_for_url("**/json")
        await on.rest()
        await on.page.go_back(wait_until="commit")
        await on.rest()
        await on.page.go_forward(wait_until="commit")
        await on.rest()
        await on.page.go_back(wait_until="commit")
        await on.rest()
        await on.page.reload()
        await on.rest()
    assert on.actions == [
        Open(target=site.url + two), on.actions[1], Back(), Press(keys=("alt", "right")), Back(), Press(keys=("f5",)),
    ]  # fmt: skip
    assert isinstance(on.actions[1], Click)
    assert [step.seen.url for step in on.steps[:3]][1:] == [site.url + two, site.url + "/json"]


async def test_what_a_page_does_by_itself_is_no_deed(record: Record, site: Site) -> None:
    two = site.page("<h1>Two</h1>", title="Two")
    lies = """document.querySelector('button').click();
        const input = document.querySelector('input'); input.value = 'lie';
        for (const type of ['input', 'change', 'pointerdown', 'pointerup', 'keydown', 'wheel', 'click'])
            input.dispatchEvent(new Event(type, { bubbles: true, composed: true }));
        for (const name of ['handeyeTell', 'handeyeRecorder'])
            if (window[name]) document.title = 'reached ' + name;
        window.handeyeTell = window.handeyeRecorder = () => { document.title = 'called' };
        window.handeyeTell(JSON.stringify({ kind: 'key', url: location.href, keys: ['Enter'], path: '' }));"""
    async with record(
        f"""<button onclick="1">Press</button><input aria-label=Field>
        <script>{lies}; JSON.stringify = () => 'rubbish'; Element.prototype.getAttribute = () => 'lie';
        setTimeout(() => {{ history.pushState(0, '', '#a'); location = '{two}' }}, 700)</script>"""
    ) as on:
        await on.page.wait_for_url(f"**{two}")
        await on.rest()
    assert on.steps == []
    assert on.recorder.last.title == "Two"


async def test_a_deed_is_not_lost_with_the_page_that_it_leaves(record: Record, site: Site) -> None:
    there = site.page("<h1>There</h1>", title="There")
    async with record(f"<button onpointerdown=\"location = '{site.other}{there}'\">Leave</button>") as on:
        await on.page.click("text=Leave")
        await on.page.wait_for_url(f"**{there}")
    assert on.said() == ["click Leave"]
    assert on.steps[0].seen.title == "A page"
    assert on.recorder.last.title == "There"


async def test_dialogs_are_answered_as_the_person_did(record: Record) -> None:
    async with record(
        """<button onclick="out.textContent = confirm('Sure?')">Delete</button>
        <button onclick="out.textContent = prompt('Who?', 'nobody')">Ask</button><p id=out></p>"""
    ) as on:
        answers = iter([(False, None), (True, None), (True, "王小明")])

        async def answer(dialog: object) -> None:
            accept, text = next(answers)
            await (dialog.accept(text) if text else dialog.accept()) if accept else await dialog.dismiss()  # type: ignore[attr-defined]

        on.page.on("dialog", answer)
        for name in ("Delete", "Delete", "Ask"):
            await on.page.click(f"text={name}")
            await on.rest()
        assert await on.page.inner_text("#out") == "王小明"
    assert on.said() == [
        "click Delete", "press escape", "click Delete", "press enter", "click Ask", "type '王小明' enter",
    ]  # fmt: skip
    assert "Sure?" in on.steps[1].seen.notes[0]
    assert on.steps[1].seen.screenshot != on.steps[0].seen.screenshot


async def test_an_input_method_leaves_what_was_chosen(record: Record) -> None:
    async with record("<label>姓名 <input></label><p contenteditable aria-label=Rich>Dear </p>") as on:
        await on.page.click("input")
        keys = await on.page.context.new_cdp_session(on.page)
        for text in ("n", "ni", "ni h"):
            await keys.send("Input.imeSetComposition", {"text": text, "selectionStart": 1, "selectionEnd": 1})
        await keys.send("Input.insertText", {"text": "你好"})
        await on.page.click("[contenteditable]")
        await on.page.keyboard.press("ControlOrMeta+End")
        await keys.send("Input.insertText", {"text": " 世界"})
    assert on.said() == ["type '你好' into 姓名", "type ' 世界' into Rich"]
    assert [step.action.replace for step in on.steps] == [True, False]


async def test_values_that_are_picked(record: Record, tmp_path: Path) -> None:
    (tmp_path / "passport.txt").write_text("secret content")
    async with record(
        """<label>Day <input type=date></label><label>Volume <input type=range value=10></label>
        <label>Card <input oninput="value = value.replace(/(\\d{4})(?=\\d)/g, '$1 ')"></label>
        <label>Paper <input type=file></label><select multiple size=3><option>Bed<option>Meal</select>"""
    ) as on:
        await on.page.click("[type=date]", position={"x": 12, "y": 10})
        await on.page.keyboard.type("12242026")
        await on.rest()
        box = await on.page.locator("[type=range]").bounding_box()
        assert box
        await on.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 5)
        await on.rest()
        await on.page.click("text=Card")
        await on.page.keyboard.type("12345678")
        await on.rest()
        files = await on.page.context.new_cdp_session(on.page)
        node = await files.send("Runtime.evaluate", {"expression": "document.querySelector('[type=file]')"})
        await files.send(
            "DOM.setFileInputFiles",
            {"files": [str(tmp_path / "passport.txt")], "objectId": node["result"]["objectId"]},
        )
        await on.rest()
        await on.page.click("option:has-text('Meal')")
    assert on.said() == [
        "type '2026-12-24' into Day",
        "type '50' into Volume",
        "type '1234 5678' into Card",
        "type 'passport.txt' into Paper",
        "click Meal",
    ]
    assert on.steps[2].result.read_back == "1234 5678"


async def test_a_click_on_nothing_is_no_step_and_quick_deeds_are_all_there(record: Record) -> None:
    async with record(
        """<p>Just text</p><button onclick="n.textContent = +n.textContent + 1">More</button><b id=n>0</b>"""
    ) as on:
        await on.page.mouse.click(900, 700)
        await on.rest()
        for _ in range(5):
            await on.page.click("text=More")
    assert on.said() == ["click More"] * 5


async def test_closing_the_tab_ends_the_recording(record: Record) -> None:
    async with record(FORM) as on:
        await on.page.click("text=Late arrival")
        await on.rest()
        await on.page.close()
    assert on.said() == ["click Late arrival"]
    assert "checked" in next(e for e in on.recorder.last.elements if e.role == "checkbox").states


async def test_what_was_recorded_is_done_again_by_an_environment(record: Record, site: Site) -> None:
    async with record(FORM) as on:
        await on.page.click("input[name=who]")
        await on.page.keyboard.type("Ana")
        await on.page.keyboard.press("Tab")
        await on.page.keyboard.press("ArrowDown")
        await on.page.click("text=Late arrival")
        await on.page.click("text=Book")
        await on.rest()
    async with WebEnv(on.steps[0].seen.url, timeout=10) as env:
        for step in on.steps:
            await env.perform(step.action)
        assert (await env.observe()).url == on.recorder.last.url
