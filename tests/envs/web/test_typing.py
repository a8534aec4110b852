"""Typing: into fields of every kind, read back as the field holds it."""

from __future__ import annotations

from pathlib import Path

import pytest

from actions import ActionError, Point, Press, TargetNotFound, Type
from envs.web import WebEnv
from tests.envs.conftest import Visitor
from tests.envs.site import Site

TEXT = "Zoë O'Neil <b>& 李雷 🙂"


async def type_into(web: Visitor, name: str, text: str, **more: object):
    return await web.do(Type(text=text, into=web.place(name), **more))


async def test_append_replace_and_clear(web: Visitor) -> None:
    await web.show("<label>Name <input id=n value='Ana'></label>")
    result = await type_into(web, "Name", " Silva")
    assert (result.read_back, result.changed, result.notes) == ("Ana Silva", True, ())
    assert (await type_into(web, "Name", TEXT, replace=True)).read_back == TEXT
    assert await web.value("#n") == TEXT
    assert web.element("Name").value == TEXT
    assert (await type_into(web, "Name", "", replace=True)).read_back == ""


@pytest.mark.parametrize("kind", ["text", "email", "tel", "url", "search", "number"])
async def test_every_kind_of_text_input_appends_at_its_end(web: Visitor, kind: str) -> None:
    await web.show(f"<label>Field <input type={kind} id=f value=12></label>")
    assert (await type_into(web, "Field", "34")).read_back == "1234"
    assert (await type_into(web, "Field", "5", replace=True)).read_back == "5"


async def test_events_are_those_of_a_person(web: Visitor) -> None:
    await web.show("""<label>Name <input id=n></label><p id=log></p>
        <script>for (const type of ['focus', 'input', 'change'])
        n.addEventListener(type, (e) => document.getElementById('log').append(type + e.isTrusted + ' '));</script>""")
    await type_into(web, "Name", "Ana", submit=True)
    assert await web.text("#log") == "focustrue inputtrue changetrue"


async def test_a_textarea_keeps_its_lines_and_an_input_has_none(web: Visitor) -> None:
    await web.show("<label>Notes <textarea id=t>old</textarea></label><label>Line <input></label>")
    assert (await type_into(web, "Notes", "one\ntwo", replace=True)).read_back == "one\ntwo"
    assert (await type_into(web, "Notes", "\nthree")).read_back == "one\ntwo\nthree"
    assert (await type_into(web, "Line", "one\ntwo")).read_back == "one two"


async def test_rich_text(web: Visitor) -> None:
    await web.show("<div contenteditable role=textbox aria-label=Rich style='min-height:50px'><p>first</p></div>")
    assert (await type_into(web, "Rich", " words")).read_back == "first words"
    assert (await type_into(web, "Rich", "one\ntwo", replace=True)).read_back.split() == ["one", "two"]


async def test_a_password_is_typed_and_never_read(web: Visitor) -> None:
    await web.show("<label>Password <input type=password id=p></label>")
    result = await type_into(web, "Password", "s3cret")
    assert result.read_back is None
    assert result.notes == ()
    assert await web.value("#p") == "s3cret"
    assert "s3cret" not in web.seen.model_dump_json(exclude={"screenshot"})


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("date", "2026-12-01", "2026-12-01"),
        ("date", "12/24/2026", "2026-12-24"),
        ("time", "2:30 pm", "14:30"),
        ("datetime-local", "2026-12-01 14:30", "2026-12-01T14:30"),
        ("month", "December 2026", "2026-12"),
        ("week", "2026-W49", "2026-W49"),
        ("color", "red", "#ff0000"),
        ("range", "70", "70"),
    ],
)
async def test_values_that_cannot_be_typed_are_set(web: Visitor, kind: str, typed: str, value: str) -> None:
    await web.show(f"""<label>Field <input type={kind} id=f></label><p id=log></p><script>
        f.oninput = f.onchange = (e) => document.getElementById('log').append(e.type + ' ');</script>""")
    result = await type_into(web, "Field", typed)
    assert result.read_back == value
    assert result.notes == ()
    assert await web.value("#f") == value
    assert await web.text("#log") == "input change"


async def test_a_framework_that_watches_the_value_hears_of_it(web: Visitor) -> None:
    # React hides an input's value behind a property of its own to tell its writes from a person's
    await web.show("""<label>Day <input type=date id=f></label><p id=log></p><script>
        const own = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value'); let tracked = '';
        Object.defineProperty(f, 'value', { configurable: true, get() { return own.get.call(this); },
          set(v) { tracked = v; own.set.call(this, v); } });
        f.addEventListener('input', () => { if (f.value !== tracked)
          document.getElementById('log').textContent = 'heard ' + f.value; });</script>""")
    await type_into(web, "Day", "2026-12-01")
    assert await web.text("#log") == "heard 2026-12-01"


async def test_what_is_no_date_is_refused(web: Visitor) -> None:
    await web.show("<label>Day <input type=date></label>")
    with pytest.raises(ActionError, match="such as 2026-12-01"):
        await web.env.perform(Type(text="next Friday", into=web.place("Day")))


async def test_a_value_that_the_field_changes_is_told(web: Visitor) -> None:
    await web.show("""<label>Size <input type=range min=0 max=50></label>
        <label>Card <input id=c oninput="this.value = this.value.replace(/\\D/g, '').replace(/(.{4})(?=.)/g,
        '$1 ')"></label>
        <label>Short <input maxlength=3></label> <label>Count <input type=number></label>""")
    result = await type_into(web, "Size", "70")
    assert result.read_back == "50"
    assert result.notes == ("The field holds '50' now, not '70'.",)
    result = await type_into(web, "Card", "4111111111111111")
    assert result.read_back == "4111 1111 1111 1111"
    assert "4111 1111" in result.notes[0]
    result = await type_into(web, "Short", "abcdef")
    assert result.read_back == "abc"
    assert result.notes == ("The field holds 'abc' now, not 'abcdef'.",)
    assert (await type_into(web, "Count", "12a")).read_back == "12"


async def test_a_mask_that_follows_single_keys_is_typed_key_by_key(web: Visitor) -> None:
    await web.show("""<label>Phone <input id=p></label><script>
        // takes one character per event, as old masks do, and drops what comes in bulk
        let held = ''; p.addEventListener('keydown', (e) => { if (e.ctrlKey) return;
        if (e.key === 'Backspace') held = '';
          if (/^\\d$/.test(e.key)) held += e.key; });
        p.addEventListener('input', () => { p.value = held ? '(' + held : ''; });</script>""")
    result = await type_into(web, "Phone", "555123", replace=True)
    assert result.read_back == "(555123"


async def test_into_what_has_the_focus(web: Visitor, site: Site) -> None:
    await web.show("<button>Elsewhere</button><label>Name <input id=n></label>")
    with pytest.raises(TargetNotFound, match="click the field first"):
        await web.env.perform(Type(text="x"))
    await web.click("Name")
    assert (await web.do(Type(text="Ana"))).read_back == "Ana"
    inner = site.page("<label>In a frame <input></label>")
    await web.show(f"<iframe src='{site.other}{inner}' width=500 height=100></iframe>")
    await web.click("In a frame")
    assert (await web.do(Type(text="Ana"))).read_back == "Ana"
    assert web.element("In a frame").value == "Ana"


async def test_into_a_frame_and_a_shadow_root(web: Visitor, site: Site) -> None:
    inner = site.page("<label>In a frame <input></label>")
    await web.show(f"""<iframe src="{site.other}{inner}" width=500 height=100></iframe><x-f></x-f><script>
        document.querySelector('x-f').attachShadow({{mode: 'open'}}).innerHTML = '<label>In a shadow <input></label>';
        </script>""")
    assert (await type_into(web, "In a frame", "one")).read_back == "one"
    assert (await type_into(web, "In a shadow", "two")).read_back == "two"
    assert [e.value for e in web.seen.elements] == ["one", "two"]


async def test_what_takes_no_text_says_so(web: Visitor) -> None:
    await web.show("""<button>Go</button><label>Off <input disabled></label><label>Fixed <input readonly value=x>
        </label>
        <label>File <input type=file></label>""")
    for name, words in (("Go", "takes no text"), ("Off", "disabled"), ("Fixed", "read-only"), ("File", "no files")):
        with pytest.raises(ActionError, match=words):
            await web.env.perform(Type(text="x", into=web.place(name)))
        await web.look()


async def test_a_click_that_brings_the_field(web: Visitor) -> None:
    await web.show("""<div role=button tabindex=0 onclick="this.outerHTML='<input id=late aria-label=Late autofocus>';
        document.getElementById('late').focus()">Search…</div>""")
    assert (await type_into(web, "Search…", "rooms")).read_back == "rooms"


async def test_submitting_goes_on(web: Visitor) -> None:
    await web.show("<form action=/echo><label>Name <input name=name></label></form>")
    result = await type_into(web, "Name", "Ana", submit=True)
    assert result.changed
    assert web.seen.title == "Echo"
    assert "name=Ana" in await web.text()
    assert result.read_back == "Ana"


async def test_what_native_validation_says_is_told(web: Visitor) -> None:
    await web.show(
        "<form action=/echo><label>Mail <input type=email name=m required></label><button>Send</button></form>"
    )
    result = await web.click("Send")
    assert len(result.notes) == 1
    assert result.notes[0].startswith('The form was not sent. "Mail": ')
    assert "invalid" in web.element("Mail").states


async def test_autocomplete_is_in_the_next_look(web: Visitor) -> None:
    await web.show("""<input aria-label=City id=c><ul id=list role=listbox></ul><script>let timer; c.oninput = () => {
        clearTimeout(timer);
        timer = setTimeout(async () => { const text = await (await fetch('/late?ms=50&text=Lisbon')).text();
          list.innerHTML = '<li role=option>' + text + '</li>'; }, 250); };</script>""")
    await type_into(web, "City", "Lis")
    assert "Lisbon" in web.names("option")


async def test_keys(web: Visitor) -> None:
    await web.show("""<label>Name <input value="some words"></label><p id=log></p><script>
        document.addEventListener('keydown', (e) => document.getElementById('log').append(
          [e.ctrlKey && 'C', e.shiftKey && 'S', e.key].filter(Boolean).join('-') + ' '));</script>""")
    await web.click("Name")
    for keys in (("ctrl", "a"), ("delete",), ("X",), ("down",), ("shift", "tab"), ("ctrl", "+")):
        await web.do(Press(keys=keys))
    assert "C-a Delete X ArrowDown" in await web.text("#log")
    assert "S-Tab" in await web.text("#log")
    with pytest.raises(ActionError, match="no key named 'hyper'"):
        await web.env.perform(Press(keys=("hyper",)))


async def test_copy_and_paste(web: Visitor) -> None:
    await web.show("<label>From <input value=copied></label><label>To <input></label>")
    await web.click("From")
    await web.press("ctrl", "a")
    await web.press("ctrl", "c")
    await web.click("To")
    await web.press("ctrl", "v")
    assert web.element("To").value == "copied"


async def test_only_files_that_were_named_are_handed_over(site: Site, tmp_path: Path) -> None:
    allowed = tmp_path / "passport.txt"
    allowed.write_text("P123")
    (tmp_path / "other.txt").write_text("private")
    path = site.page("""<label>Scan <input type=file id=f></label>
        <button onclick="document.querySelector('#g').click()">
        Upload</button><input type=file id=g hidden onchange="document.title=this.files[0].name">""")
    async with WebEnv(site.url + path, uploads=[allowed], timeout=10) as env:
        web = Visitor(env, site, await env.observe())
        with pytest.raises(ActionError, match=r"passport\.txt"):
            await env.perform(Type(text=str(tmp_path / "other.txt"), into=web.place("Scan")))
        await web.look()
        assert (await type_into(web, "Scan", str(allowed))).read_back == "passport.txt"
        assert web.element("Scan").value == "passport.txt"
        await web.click("Upload")
        assert any("type one of: passport.txt" in note for note in web.seen.notes)
        await web.do(Type(text="passport.txt"))
        assert web.seen.title == "passport.txt"
        assert web.seen.notes == ()


async def test_typing_beside_everything(web: Visitor) -> None:
    await web.show("<p>Words</p>")
    with pytest.raises(TargetNotFound, match="takes no text"):
        await web.env.perform(Type(text="x", into=Point(x=0.9, y=0.9)))
