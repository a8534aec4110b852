"""A page that shows a secret: nothing that leaves the environment has it, in words or in pixels."""

from __future__ import annotations

import pytest

from actions import ActionError, Box, Click, Type
from tests.envs.conftest import Visitor
from tests.envs.web.secrets.conftest import VALUE, greyness, words

LOWER = VALUE.lower().replace("&", "&amp;")
HTML = VALUE.replace("&", "&amp;")
BOX = "<style>#x{position:absolute;left:100px;top:100px;width:300px;font:20px/30px sans-serif}</style>"
HERE = Box.of_pixels(102, 104, 160, 124, 1280, 800)


def silent(text: str) -> bool:
    folded = "".join(text.lower().split())
    return not any(part in folded for part in ("tr0u", "ub4d", "dor&3", "3zebra", "troub"))


@pytest.mark.parametrize(
    "body",
    [
        f"<div id=x>{HTML}</div>",
        f"<div id=x>{LOWER}</div>",
        f"<div id=x style='text-transform:uppercase'>{HTML}</div>",
        "<div id=x>Tr0<b>ub4</b><i>dor&amp;</i>3 Zebra</div>",
        "<div id=x>T r 0 u b 4 d o r & 3</div>",
        "<div id=x>Tr0ub4</div>",
        f"<input id=x aria-label=It value='{HTML}'>",
        f"<input id=x aria-label=It placeholder='{HTML}'>",
        f"<textarea id=x aria-label=It>{HTML}</textarea>",
        f"<select id=x aria-label=It><option>{HTML}</select>",
        f"<select id=x size=3 aria-label=It><option>{HTML}</select>",
        f"<input id=x type=button value='{HTML}'>",
        f"<img id=x alt='{HTML}' style='height:30px;display:block'>",
        f"<style>#x::before{{content:attr(data-x)}}</style><div id=x data-x='{HTML}'></div>",
        f"<svg id=x height=30><text y=20>{HTML}</text></svg>",
        f"<div id=x></div><script>x.attachShadow({{mode:'closed'}}).innerHTML = `{HTML}`</script>",
        f"<iframe id=x style='height:60px' srcdoc='<p>{HTML}</p>'></iframe>",
        f"<div style='height:3000px'></div><div id=x style='top:2100px'>{HTML}</div><script>scrollTo(0, 2000)</script>",
        f"<div id=x style='position:fixed'>{HTML}</div>",
        f"<div id=x style='-webkit-text-security:none'><input type=password style='font:inherit' value='{HTML}'></div>",
    ],
)
async def test_what_a_page_shows_of_it_is_masked(keeping: Visitor, body: str) -> None:
    seen = await keeping.show(BOX + body)
    assert greyness(seen, HERE) > 0.5
    assert silent(words(seen))


async def test_a_frame_in_a_process_of_its_own_is_covered_whole(keeping: Visitor) -> None:
    inner = keeping.site.page(f"<p>{HTML}</p>")
    seen = await keeping.show(BOX + f"<iframe id=x style='height:200px' src='{keeping.site.other}{inner}'></iframe>")
    assert greyness(seen, Box.of_pixels(100, 100, 400, 300, 1280, 800)) > 0.9


async def test_other_things_are_left_to_be_seen(keeping: Visitor) -> None:
    seen = await keeping.show(BOX + f"<div id=x>Nothing secret at all</div><p>{HTML}</p>")
    assert greyness(seen, HERE) == 0


async def test_title_and_address_do_not_say_it(keeping: Visitor) -> None:
    path = keeping.site.page("<h1>Hello</h1>", title=HTML, path="/p-Tr0ub4dor&3")
    seen = await keeping.go(f"{path}?q=Tr0ub4dor%263%20Zebra#VHIwdWI0ZG9yJjMgWmVicmE")
    assert silent(words(seen))
    assert "vhiwdwi0zg9yjjmg" not in words(seen).lower()
    assert seen.title == "<secret:pw>"
    assert seen.url.count("<secret:pw>") == 3


@pytest.mark.parametrize("kind", ["alert", "confirm", "prompt"])
async def test_dialogs_do_not_say_it(keeping: Visitor, kind: str) -> None:
    await keeping.show(f"<button onclick='{kind}(`It is {HTML}`)'>Ask</button>")
    await keeping.click("Ask")
    assert "It is <secret:pw>" in words(keeping.seen)
    assert silent(words(keeping.seen))
    await keeping.click("OK")


async def test_an_open_list_does_not_say_it(keeping: Visitor) -> None:
    await keeping.show(f"<select aria-label=List><option>one<option>{HTML}<option>three</select>")
    await keeping.click("List")
    assert any("one; <secret:pw>; three" in note for note in keeping.seen.notes)
    assert silent(words(keeping.seen))


async def test_what_came_of_an_action_does_not_say_it(keeping: Visitor) -> None:
    await keeping.show(f"<button title=x>{HTML}</button><input aria-label=Word oninput='this.value = `{HTML}`'>")
    await keeping.do(Type(text="hello", into=keeping.place("Word")))
    assert keeping.result is not None
    assert silent(keeping.result.model_dump_json())
    result = await keeping.do(Click(at=keeping.place("<secret:pw>", "button")))
    assert result.hit is not None
    assert result.hit.name == "<secret:pw>"


async def test_errors_do_not_say_it(keeping: Visitor) -> None:
    await keeping.show(f"<input aria-label='{HTML}' readonly>")
    with pytest.raises(ActionError) as raised:
        await keeping.env.perform(Type(text="x", into=keeping.place("<secret:pw>")))
    assert silent(str(raised.value))
    assert "<secret:pw>" in str(raised.value)


async def test_what_is_shown_again_after_typing_is_masked_at_once(keeping: Visitor) -> None:
    await keeping.show(
        BOX + "<input type=password aria-label=Password oninput='x.textContent = this.value'><div id=x></div>"
    )
    await keeping.do(Type(text="<secret:pw>", into=keeping.place("Password"), replace=True))
    assert greyness(keeping.seen, HERE) > 0.5
