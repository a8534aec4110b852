"""Clicks, hovers, drags and the wheel."""

from __future__ import annotations

import asyncio

import pytest

from actions import Action, Box, Click, Drag, Hover, LongPress, Point, Scroll, TargetNotFound, Type
from tests.envs.conftest import Visitor
from tests.envs.site import Site

LOG = """<pre id=log></pre><script>const log = (text) => document.getElementById('log').append(text + ' ');
for (const type of ['click', 'dblclick', 'auxclick', 'contextmenu'])
  document.addEventListener(type, (e) => { e.preventDefault(); log(type + e.button + e.detail); });</script>"""


async def test_buttons_and_counts(web: Visitor) -> None:
    await web.show("<button>Go</button>" + LOG)
    place = web.place("Go")
    await web.do(Click(at=place))
    assert await web.text("#log") == "click01"
    await web.do(Click(at=place, count=3))
    assert "click03" in await web.text("#log")
    await web.do(Click(at=place, button="right"))
    assert "contextmenu2" in await web.text("#log")
    await web.do(Click(at=place, button="middle"))
    assert "auxclick1" in await web.text("#log")


async def test_a_double_click_selects_a_word(web: Visitor) -> None:
    await web.show("<p id=p style='font-size:40px;margin:0'>single</p>")
    await web.do(Click(at=Box.of_pixels(10, 10, 60, 40, 1280, 800), count=2))
    assert await web.page().evaluate("getSelection().toString()") == "single"


async def test_a_click_that_does_nothing_says_so(web: Visitor) -> None:
    await web.show("<p>Nothing here</p><button>Go</button>")
    result = await web.do(Click(at=Point(x=0.9, y=0.9)))
    assert result.changed is False
    assert result.hit is not None
    assert result.hit.name == ""


async def test_a_blinking_caret_is_no_change(web: Visitor) -> None:
    await web.show("<input aria-label=Name autofocus>")
    await web.do(Click(at=web.place("Name")))
    for _ in range(4):
        assert (await web.do(Click(at=web.place("Name")))).changed is False


async def test_a_click_on_what_is_disabled_is_done_and_noted(web: Visitor) -> None:
    await web.show("<button disabled>Save</button>")
    result = await web.click("Save")
    assert result.changed is False
    assert result.notes == ('The click landed on "Save", which is disabled.',)


async def test_hover_opens_what_hovering_opens(web: Visitor) -> None:
    await web.show(
        "<style>ul{display:none} nav:hover ul{display:block}</style>"
        "<nav><button>Menu</button><ul><li><a href=#>In it</a></ul></nav>"
    )
    assert web.names() == ["Menu"]
    result = await web.do(Hover(at=web.place("Menu")))
    assert result.changed
    assert web.names() == ["Menu", "In it"]


async def test_a_long_press_holds_the_button(web: Visitor) -> None:
    await web.show("""<button>Hold</button><p id=t></p><script>let at; const b = document.querySelector('button');
        b.onmousedown = () => at = performance.now();
        b.onmouseup = () => document.getElementById('t').textContent = performance.now() - at >= 400;</script>""")
    await web.do(LongPress(at=web.place("Hold"), seconds=0.4))
    assert await web.text("#t") == "true"


async def test_dragging_moves_a_slider_by_pointer_events(web: Visitor) -> None:
    await web.show("""<div id=k style="position:absolute;left:100px;top:100px;width:40px;height:40px;background:#08f"
        tabindex=0 aria-label=Knob role=slider></div><script>const k = document.getElementById('k'); let moves = 0;
        k.onpointerdown = (e) => { k.setPointerCapture(e.pointerId); k.onpointermove = (m) => { moves++;
          k.style.left = m.clientX - 20 + 'px'; }; };
        k.onpointerup = () => { k.onpointermove = null; document.title = moves > 3; };</script>""")
    result = await web.do(Drag(start=web.place("Knob"), end=Point(x=0.5, y=120 / 800)))
    assert result.changed
    assert web.seen.title == "true"
    assert abs(web.place("Knob").centre.x - 0.5) < 0.005


async def test_native_drag_and_drop(web: Visitor) -> None:
    await web.show("""<div id=a draggable=true style="width:100px;height:50px;background:#fc0">Card</div>
        <div id=b style="width:300px;height:200px;margin-top:100px;background:#eee">Here</div><script>
        a.ondragstart = (e) => e.dataTransfer.setData('text/plain', 'the card');
        b.ondragover = (e) => e.preventDefault();
        b.ondrop = (e) => { e.preventDefault(); b.textContent = 'got ' + e.dataTransfer.getData('text/plain');
        };</script>""")
    await web.do(Drag(start=Point(x=50 / 1280, y=30 / 800), end=Point(x=150 / 1280, y=250 / 800)))
    assert await web.text("#b") == "got the card"


async def test_scrolling_the_page_to_its_end(web: Visitor) -> None:
    await web.show("<div style='height:1500px'>tall</div><button>At the end</button>")
    assert web.seen.scroll is not None
    assert web.seen.scroll[0] == 0
    assert web.seen.scroll[1] > 0.4
    result = await web.do(Scroll(direction="down", steps=3))
    assert result.changed
    assert await web.page().evaluate("scrollY") == 300
    assert web.seen.scroll[0] > 0.1
    await web.do(Scroll(direction="down", steps=50))
    assert "At the end" in web.names()
    assert web.seen.scroll[1] == 0
    assert (await web.do(Scroll(direction="down", steps=5))).changed is False
    await web.do(Scroll(direction="up", steps=1000))
    assert await web.page().evaluate("scrollY") == 0


async def test_scrolling_a_part_and_sideways(web: Visitor) -> None:
    await web.show("""<div id=box style="width:200px;height:200px;overflow:auto">
        <div style="width:900px;height:900px">in</div>
        </div><div style="height:3000px"></div>""")
    inside = Point(x=100 / 1280, y=100 / 800)
    await web.do(Scroll(direction="down", steps=2, at=inside))
    await web.do(Scroll(direction="right", steps=3, at=inside))
    assert await web.page().evaluate("[box.scrollTop, box.scrollLeft, scrollY]") == [200, 300, 0]


async def test_the_main_view_may_be_an_inner_one(web: Visitor) -> None:
    await web.show("""<style>body{margin:0;display:flex;height:100vh;overflow:hidden}</style>
        <nav style="width:200px">menu</nav><main style="flex:1;overflow:auto"><div style="height:2000px">long</div>
        <button>Last</button></main>""")
    await web.do(Scroll(direction="down", steps=100))
    assert "Last" in web.names()
    assert web.seen.scroll is not None
    assert web.seen.scroll[1] == 0


async def test_a_smooth_scroll_is_waited_for(web: Visitor) -> None:
    await web.show("""<style>html{scroll-behavior:smooth}</style><a href="#end">Down</a><div style="height:3000px">
        </div>
        <h2 id=end>End</h2><button>There</button>""")
    await web.click("Down")
    assert "There" in web.names()


async def test_scrolling_inside_a_frame(web: Visitor, site: Site) -> None:
    inner = site.page("<div style='height:900px'>tall</div><button>Deep</button>")
    await web.show(f"<iframe src='{site.other}{inner}' width=400 height=300></iframe>")
    result = await web.do(Scroll(direction="down", steps=20, at=Point(x=0.1, y=0.1)))
    assert result.changed
    assert "Deep" in web.names()


async def test_outside_of_the_document_there_is_nothing(web: Visitor) -> None:
    await web.page().goto("about:blank")
    await web.page().evaluate("document.documentElement.remove()")
    with pytest.raises(TargetNotFound, match="nothing at that place"):
        await web.env.perform(Type(text="x", into=Point(x=0.5, y=0.5)))


PRESSED = """<div style="width:400px;height:200px">Hold me</div><p id=out></p><script>
    for (const kind of ['mousedown', 'mouseup']) addEventListener(kind, () => out.append(kind + ' '));
    const ask = () => { if (!window.asked) { asked = true; alert('Careful'); } };
    %s</script>"""
HELD, AWAY = Point(x=0.1, y=0.1), Point(x=0.2, y=0.2)


@pytest.mark.parametrize(
    ("action", "asking", "cut"),
    [
        (LongPress(at=HELD, seconds=0.2), "addEventListener('mousedown', ask)", True),
        (LongPress(at=HELD, seconds=0.2), "addEventListener('mousedown', () => setTimeout(ask, 20))", True),
        (Drag(start=HELD, end=AWAY), "addEventListener('mousemove', (e) => { if (e.buttons) ask(); })", True),
        (Drag(start=HELD, end=AWAY), "addEventListener('mouseup', ask)", False),
    ],
)
async def test_a_dialog_leaves_no_button_held_down(web: Visitor, action: Action, asking: str, cut: bool) -> None:
    await web.show(PRESSED % asking)
    result = await web.do(action)
    assert '"Careful"' in web.seen.notes[0]
    assert any("cut this short" in note for note in result.notes) is cut
    await web.press("enter")
    assert await web.text("#out") == "mousedown mouseup"
    await web.do(Hover(at=AWAY))
    assert await web.text("#out") == "mousedown mouseup"


async def test_a_press_that_was_cancelled_is_let_go_of_by_the_next_action(web: Visitor) -> None:
    await web.show(PRESSED % "")
    pressing = asyncio.ensure_future(web.env.perform(LongPress(at=HELD, seconds=30)))
    await web.page().wait_for_function("out.textContent === 'mousedown '", timeout=5000)
    pressing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await pressing
    await web.do(Hover(at=AWAY))
    assert await web.text("#out") == "mousedown mouseup"
