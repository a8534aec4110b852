"""Never stale, and no slower than the page itself."""

from __future__ import annotations

import asyncio
import io

import pytest
from PIL import Image, ImageDraw

from actions import Open, Scroll, Type, Wait
from envs.settle import Traffic, same_picture, settle
from envs.web import WebEnv
from tests.envs.conftest import Visitor
from tests.envs.site import Site

LATE = """<button onclick="{do}">Go</button><p id=out>early</p><script>
    const say = (text) => document.getElementById('out').textContent = text;
    const ask = (ms = 300,
    text = 'late text') => fetch(`/late?ms=${{ms}}&text=${{text}}`).then((r) => r.text());</script>"""


def late(do: str) -> str:
    return LATE.format(do=do)


@pytest.mark.parametrize(
    "do",
    [
        "ask().then(say)",
        "ask(150).then(() => ask(150, 'late text')).then(say)",
        "const x = new XMLHttpRequest(); x.onload = () => say(x.responseText); x.open('GET', '/late'); x.send()",
        "setTimeout(() => say('late text'), 300)",
        "setTimeout(() => setTimeout(() => say('late text'), 300), 200)",
        "setTimeout(() => ask().then(say), 250)",
        "queueMicrotask(() => setTimeout(() => say('late text'), 200))",
        "requestAnimationFrame(() => requestAnimationFrame(() => say('late text')))",
        "const m = new MessageChannel(); m.port1.onmessage = () => say('late text'); m.port2.postMessage(0)",
        "(function grow(n) { say('at ' + n); n ? requestAnimationFrame(() => grow(n - 1)) : say('late text') })(20)",
        "const i = new Image(); i.onload = i.onerror = () => say('late text'); i.src = '/late?ms=250'",
        "const f = document.createElement('iframe'); f.src = '/late'; f.onload = () => say('late text'); "
        "document.body.append(f)",
        "const s = document.createElement('script'); s.src = '/late?text=say(`late+text`)'; document.body.append(s)",
    ],
)
async def test_what_a_click_starts_is_in_the_next_look(web: Visitor, do: str) -> None:
    await web.show(late(do))
    result = await web.click("Go")
    assert await web.text("#out") == "late text"
    assert result.changed
    assert not result.ceiling


async def test_what_loading_starts_is_in_the_first_look(web: Visitor) -> None:
    await web.show(
        "<p id=out>early</p><script>fetch('/late').then((r) => r.text()).then((t) => out.textContent = t)</script>"
    )
    assert await web.text("#out") == "late text"
    await web.show("<p id=out>early</p><script>setTimeout(() => out.textContent = 'late text', 300)</script>")
    assert await web.text("#out") == "late text"


async def test_a_slow_page_behind_a_link(web: Visitor, site: Site) -> None:
    await web.show("<a href='/late?ms=600&text=arrived'>Slow</a>")
    await web.click("Slow")
    assert await web.text() == "arrived"


async def test_chains_of_redirects(web: Visitor, site: Site) -> None:
    end = site.page("<h1>End</h1>", title="End")
    middle = site.page(f"<script>location.replace('{end}')</script>")
    first = site.page(f"<meta http-equiv=refresh content='0;url={middle}'>")
    await web.show(f"<a href='/redirect?to={first}'>Go</a>")
    await web.click("Go")
    assert web.seen.title == "End"


async def test_a_transition_is_waited_for(web: Visitor) -> None:
    await web.show("""<style>#box{position:absolute;left:0;top:100px;width:100px;height:100px;background:#f00;
        transition:left .4s}</style><div id=box></div><button onclick="box.style.left='600px'">Go</button>""")
    await web.click("Go")
    assert web.colour(_at(650, 150)) == (255, 0, 0)
    assert web.colour(_at(590, 150)) == (255, 255, 255)


def _at(x: float, y: float):
    from actions import Point

    return Point(x=x / 1280, y=y / 800)


ENDLESS = {
    "long polling": "(function poll() { fetch('/hang/poll').then(poll, () => {}) })()",
    "server-sent events": "new EventSource('/events')",
    "a frame that never loads": ""
    "document.body.append(Object.assign(document.createElement('iframe'), {src: '/hang/frame'}))",
    "a clock": "setInterval(() => document.getElementById('clock').textContent = Date.now(), 10)",
    "a spinner": "document.getElementById('clock').animate({opacity: [0, 1]}, {duration: 300, iterations: Infinity})",
    "chained timers": "(function tick() { setTimeout(tick, 20) })()",
    "frames": "(function tick(n) { clock.style.width = n + 'px'; requestAnimationFrame(tick) })(0)",
}


@pytest.mark.parametrize("kind", ENDLESS)
async def test_what_never_ends_holds_nothing_up(web: Visitor, kind: str) -> None:
    await web.show(
        "<p id=clock>0</p><button onclick=\"out.textContent='done'\">Go</button><p id=out></p>"
        f"<script>{ENDLESS[kind]}</script>"
    )
    result = await web.click("Go")
    assert await web.text("#out") == "done"
    assert not result.ceiling


async def test_the_ceiling_is_said_and_its_address_learnt(web: Visitor, site: Site) -> None:
    await web.show("<button onclick=\"fetch('/hang/learnt?n=' + Math.random()).catch(() => {})\">Go</button>")
    result = await web.click("Go")
    assert result.ceiling
    assert result.settle_ms >= 2000
    assert "still busy after 2 s" in result.notes[0]
    assert not (await web.click("Go")).ceiling
    assert not (await web.click("Go")).ceiling


async def test_a_page_that_never_finishes_loading_is_shown(web: Visitor) -> None:
    result = await web.env.perform(
        Open(target=web.site.url + web.site.page("<button>Go</button><img src=/hang/image>"))
    )
    assert result.ceiling
    await web.look()
    assert web.names() == ["Go"]
    assert not (await web.click("Go")).ceiling


async def test_a_change_between_acting_and_looking_is_looked_at_again(web: Visitor) -> None:
    await web.show("<button>Go</button><p id=out></p>")
    before = web.seen
    await web.page().evaluate("out.innerHTML = '<button>New</button>'")
    await web.look()
    assert web.names() == ["Go", "New"]
    assert web.seen.screenshot != before.screenshot
    still = await web.look()
    assert still == await web.look()


async def test_what_happens_in_a_frame_counts(web: Visitor, site: Site) -> None:
    inner = site.page(late("ask().then(say)") + "<button onclick='say(1)'>Second</button>")
    await web.show(f"<iframe src='{site.other}{inner}' width=500 height=200></iframe>")
    await web.click("Go")
    assert await web.page().frames[1].inner_text("#out") == "late text"
    await web.page().frames[1].evaluate("document.querySelector('button').textContent = 'Changed'")
    await web.look()
    assert "Changed" in web.names()


async def test_a_canvas_is_looked_at_until_it_rests(web: Visitor) -> None:
    await web.show("""<button>Go</button><br><canvas id=c width=800 height=400></canvas>
        <script>const g = c.getContext('2d');
        document.querySelector('button').onclick = () => { let n = 0;
        const draw = setInterval(() => { g.fillStyle = '#00f';
          g.fillRect(0, 0, ++n * 40, 400); if (n === 20) clearInterval(draw); }, 25); };</script>""")
    await web.click("Go")
    assert web.colour(_at(780, 300)) == (0, 0, 255)


async def test_waiting_ends_with_the_change(web: Visitor) -> None:
    await web.show("<p id=out>early</p><script>setTimeout(() => out.textContent = 'late', 1500)</script>")
    assert (await web.do(Wait(seconds=20))).changed
    assert await web.text("#out") == "late"
    assert (await web.do(Wait(seconds=0.3))).changed is False


async def test_waiting_sees_what_no_event_tells(web: Visitor) -> None:
    await web.show("""<canvas id=c width=200 height=100></canvas><script>setTimeout(() =>
        c.getContext('2d').fillRect(0, 0, 200, 100), 1500)</script>""")
    assert (await web.do(Wait(seconds=20))).changed


async def test_most_steps_on_a_still_page_wait_for_a_frame_only(web: Visitor) -> None:
    await web.show("<button>Go</button><label>Name <input></label>")
    asked = len(web.site.asked)
    for action in (Type(text="x", into=web.place("Name")), Scroll(direction="down"), Type(text="y")):
        result = await web.do(action)
        assert not result.ceiling
    assert len(web.site.asked) == asked


# --- the parts ---


async def test_traffic_waits_for_what_an_action_caused_only() -> None:
    traffic = Traffic()
    traffic.request("old", "http://x/poll?1", "fetch")
    traffic.begin()
    assert traffic.is_idle
    traffic.request("stream", "http://x/stream", "eventsource")
    traffic.request("data", "data:text/plain,x", "image")
    assert traffic.is_idle
    traffic.request("new", "http://x/item/7", "fetch")
    assert not traffic.is_idle
    waiting = asyncio.ensure_future(traffic.idle())
    traffic.end("old")
    traffic.end("unknown")
    assert not traffic.is_idle
    traffic.end("new")
    await asyncio.wait_for(waiting, 1)
    traffic.request("endless", "http://x/item/8", "fetch")
    traffic.give_up()
    traffic.end("endless")
    traffic.request("again", "http://x/item/9", "fetch")
    assert traffic.is_idle


async def test_what_is_not_waited_for_does_not_age_a_snapshot() -> None:
    traffic = Traffic()
    traffic.request("poll", "http://x/poll", "fetch")
    traffic.give_up()
    count = traffic.count
    traffic.end("poll")
    traffic.request("poll2", "http://x/poll", "fetch")
    assert traffic.count == count
    traffic.request("other", "http://x/other", "fetch")
    assert traffic.count == count + 1


async def test_settling_begins_anew_when_the_document_goes_away() -> None:
    traffic = Traffic()
    reports = [None, {"ready": False, "painted": False}, {"ready": True, "painted": True}]

    async def quiet():
        return reports.pop(0)

    how = await settle(traffic, quiet, 5)
    assert (how.painted, how.ceiling, reports) == (True, False, [])


def picture(*boxes: tuple[int, int, int, int]) -> bytes:
    image = Image.new("RGB", (200, 100), "white")
    for box in boxes:
        ImageDraw.Draw(image).rectangle(box, fill="black")
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def test_pictures_are_the_same_but_for_a_caret() -> None:
    assert same_picture(picture(), picture())
    assert same_picture(picture(), picture((50, 10, 51, 30)))
    assert not same_picture(picture(), picture((50, 10, 60, 30)))
    assert not same_picture(picture((1, 1, 2, 2)), picture((150, 80, 151, 81)))


async def test_a_first_look_without_a_page(site: Site) -> None:
    async with WebEnv(timeout=10) as env:
        seen = await env.observe()
        assert seen.url == "about:blank"
        assert seen.elements == ()
