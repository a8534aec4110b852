"""JavaScript dialogs are shown and never answered unasked."""

from __future__ import annotations

import pytest

from actions import ActionError, Back, Click, Open, Point, Scroll, Type, Wait
from tests.envs.conftest import Visitor
from tests.envs.site import Site

PAGE = """<button onclick="alert('Saved.')">Alert</button>
    <button onclick="out.textContent = confirm('Delete everything?')">Confirm</button>
    <button onclick="out.textContent = prompt('Your name?', 'nobody')">Prompt</button>
    <button onclick="alert('one'); alert('two'); out.textContent = 'both'">Twice</button><p id=out></p>"""


async def test_a_confirm_waits_for_its_answer(web: Visitor) -> None:
    await web.show(PAGE)
    before = web.seen
    result = await web.click("Confirm")
    assert result.changed
    assert result.hit is not None
    assert result.hit.name == "Confirm"
    assert web.names() == ["Cancel", "OK"]
    assert web.seen.notes == ('A dialog is open and the page waits for its answer (Cancel, OK): "Delete everything?"',)
    assert web.seen.screenshot != before.screenshot
    assert (web.seen.url, web.seen.title) == (before.url, before.title)
    result = await web.click("Cancel")
    assert result.changed
    assert result.hit is not None
    assert (result.hit.role, result.hit.name, result.hit.tag) == ("button", "Cancel", "dialog")
    assert await web.text("#out") == "false"
    await web.click("Confirm")
    await web.click("OK")
    assert await web.text("#out") == "true"


@pytest.mark.parametrize(("key", "answer"), [("enter", "true"), ("escape", "false")])
async def test_keys_answer(web: Visitor, key: str, answer: str) -> None:
    await web.show(PAGE)
    await web.click("Confirm")
    await web.press(key)
    assert await web.text("#out") == answer


async def test_a_prompt_takes_text(web: Visitor) -> None:
    await web.show(PAGE)
    await web.click("Prompt")
    assert web.element("Your name?", "textbox").value == "nobody"
    result = await web.do(Type(text="Ana"))
    assert (result.read_back, result.changed) == ("Ana", True)
    await web.do(Type(text=" Silva", into=web.place("Your name?", "textbox")))
    assert web.element("Your name?", "textbox").value == "Ana Silva"
    await web.click("OK")
    assert await web.text("#out") == "Ana Silva"
    await web.click("Prompt")
    await web.do(Type(text="Eva", submit=True))
    assert await web.text("#out") == "Eva"
    await web.click("Prompt")
    await web.press("escape")
    assert await web.text("#out") == ""


async def test_everything_else_is_refused_until_it_is_answered(web: Visitor) -> None:
    await web.show(PAGE)
    await web.click("Confirm")
    outside = Point(x=0.01, y=0.99)
    for action in (Click(at=outside), Scroll(direction="down"), Back(), Open(target="example.com"), Type(text="x")):
        with pytest.raises(ActionError, match="Delete everything.*Cancel or OK"):
            await web.env.perform(action)
    assert (await web.do(Wait(seconds=0))).changed is False
    assert web.names() == ["Cancel", "OK"]
    await web.press("escape")


async def test_one_after_the_other(web: Visitor) -> None:
    await web.show(PAGE)
    await web.click("Twice")
    assert '"one"' in web.seen.notes[0]
    await web.click("OK")
    assert '"two"' in web.seen.notes[0]
    await web.press("escape")
    assert await web.text("#out") == "both"


async def test_while_the_page_loads(web: Visitor) -> None:
    await web.show("<script>alert('Welcome')</script><h1>In</h1><button>Go</button>")
    assert '"Welcome"' in web.seen.notes[0]
    await web.click("OK")
    assert web.names() == ["Go"]


async def test_long_and_chinese_words_are_drawn(web: Visitor) -> None:
    await web.show("<button onclick=\"confirm('确定要删除吗？ ' + 'word '.repeat(400))\">Ask</button>")
    await web.click("Ask")
    assert web.names() == ["Cancel", "OK"]
    assert all(0 < e.box.top < e.box.bottom < 1 for e in web.seen.elements)
    await web.press("escape")


DIRTY = """<input aria-label=Name><a href="/json">Away</a>
    <script>addEventListener('beforeunload', (e) => e.preventDefault())
    </script>"""


async def test_a_click_that_would_lose_changes_asks(web: Visitor) -> None:
    await web.show(DIRTY)
    url = web.seen.url
    await web.do(Type(text="x", into=web.place("Name")))
    await web.click("Away")
    assert web.names() == ["Stay", "Leave"]
    await web.click("Stay")
    assert web.seen.url == url
    assert web.element("Name").value == "x"
    await web.click("Away")
    await web.click("Leave")
    assert web.seen.url.endswith("/json")


async def test_going_elsewhere_on_purpose_leaves(web: Visitor, site: Site) -> None:
    await web.show(DIRTY)
    await web.do(Type(text="x", into=web.place("Name")))
    result = await web.do(Open(target=site.url + "/json"))
    assert web.seen.url.endswith("/json")
    assert "unsaved changes are lost" in result.notes[0]
