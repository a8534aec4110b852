"""A flow repeated on the same page, on the page as it is later, and on one where it cannot be done any more."""

from __future__ import annotations

import pytest

from actions import Box, Click, TraceError
from agent.limits import Limits
from agent.trace import Resumed, read_trace
from tests.agent.replay.conftest import Studio, choose, click, type_into

ROWS = {
    "name": "<p><label>Full name <input name=name></label></p>",
    "mail": "<p><label>E-mail <input name=mail type=email></label></p>",
    "size": "<p><label>Size <select name=size><option>Small<option>Large</select></label></p>",
    "terms": "<p><label><input type=checkbox name=terms> I accept the terms</label></p>",
}
BUTTONS = "<button>Send</button> <button type=button onclick='document.title=\"wrong\"'>Cancel</button>"


def form(
    rows: list[str] | None = None, *, before: str = "", head: str = "", action: str = "/echo", buttons: str = BUTTONS
) -> str:
    body = "".join(ROWS.get(row, row) for row in rows or list(ROWS))
    return f"{head}{before}<h1>Order a shirt</h1><form method=post action='{action}'>{body}{buttons}</form>"


FLOW = (
    type_into("Full name", "Ana Silva"),
    type_into("E-mail", "ana@example.com"),
    choose("Size", "Large"),
    click("I accept the terms"),
    click("Send"),
)
SENT = ["name=Ana Silva", "mail=ana@example.com", "size=Large", "terms=on"]


async def sent(studio: Studio) -> list[str]:
    page = studio.browser._open_session.tab.page
    return sorted(await page.locator("li").all_inner_texts())


async def test_the_same_page_again(studio: Studio) -> None:
    path = studio.site.page(form())
    trace = await studio.record(path, *FLOW)
    outcome = await studio.repeat(trace, path)
    assert (outcome.status, outcome.answer, outcome.steps, outcome.reason) == ("complete", "done", 6, "")
    assert await sent(studio) == sorted(SENT)
    assert outcome.trace is not None
    again = read_trace(outcome.trace)
    assert again.header.replays == str(trace.folder)
    assert [line.found.rung for line in again.steps[:-1] if line.found] == ["hit"] * 5
    # what a replay wrote is a trace like any other
    assert (await studio.repeat(again, path)).status == "complete"


RENAMED = """<form onsubmit="for (const e of this.elements) if (e.dataset.name) e.name = e.dataset.name\""""
DARK = """<style>html { background: #111; color: #eee }
input, select, button { background: #333; color: #fff; border: 1px solid #777; border-radius: 9px }</style>"""
COOKIES = """<div id=c role=dialog style='position:fixed;inset:0;background:#fff'><p>We use cookies.</p>
<button onclick='document.title="wrong"'>Accept all</button><button onclick='c.remove()'>Reject all</button></div>"""
REWORDED = form(buttons=BUTTONS.replace("Send", "Submit")).replace("E-mail", "Your e-mail address")
HEALABLE = {
    "moved": form(before="<div style='height:130px'></div>"),
    "further down than the view": form(before="<div style='height:2400px'></div>"),
    "reordered": form(["terms", "size", "mail", "name"]),
    "renamed": form().replace("name=", "id=x data-name=").replace("<form", RENAMED),
    "another theme": form(head=DARK),
    "larger letters": form(head="<style>* { font-size: 24px }</style>"),
    "a banner above": form(before="<h2>Summer sale!</h2><p>Everything must go.</p>"),
    "a further field": form(["name", "<p><label>Company <input></label></p>", "mail", "size", "terms"]),
    "a cookie banner over it": form() + COOKIES,
    "narrow": form(head="<style>body { width: 300px }</style>"),
    "other words for the same": REWORDED,
}


@pytest.mark.parametrize("change", HEALABLE)
async def test_the_page_moved_and_the_flow_goes_on(studio: Studio, change: str) -> None:
    trace = await studio.record(studio.site.page(form()), *FLOW)
    outcome = await studio.repeat(trace, studio.site.page(HEALABLE[change]))
    assert outcome.status == "complete", outcome.reason
    assert await sent(studio) == sorted(SENT)


IMPOSSIBLE = {
    "a field is gone": (form(["name", "size", "terms"]), "E-mail"),
    "another page": ("<h1>We are closed</h1><p>Come back tomorrow.</p>", "We are closed"),
    "two that are called alike": (form(["mail", "<p>or</p>", "mail", "name", "size", "terms"]), "E-mail"),
    "an error": (form(action="/status?code=500"), "/status"),
    "sends somewhere else": (form(action="/elsewhere"), "/elsewhere"),
    "the button is another": (form(buttons="<button>Delete everything</button>"), "Send"),
    "nothing happens": (form(buttons="<button type=button>Send</button>"), "address"),
    "the field keeps something else": (form().replace("type=email", "oninput='this.value=1'"), "1"),
    "locked": (form().replace("name=mail", "name=mail disabled"), "disabled"),
}


@pytest.mark.parametrize("change", IMPOSSIBLE)
async def test_it_stops_where_it_left_the_path(studio: Studio, change: str) -> None:
    trace = await studio.record(studio.site.page(form()), *FLOW)
    page, said = IMPOSSIBLE[change]
    outcome = await studio.repeat(trace, studio.site.page(page))
    assert outcome.status == "diverged"
    assert outcome.exit_code == 9
    assert said in outcome.reason
    assert outcome.trace is not None
    last = read_trace(outcome.trace).steps[-1]
    assert last.problem == outcome.reason
    assert await studio.browser._open_session.tab.page.title() != "wrong"


TABLE = "<h1>People</h1><table>{}</table><p role=status id=s></p>"
ROW = "<tr><td>{0}</td><td><button onclick='s.textContent=\"Opened {0}\"'>Open</button></td></tr>"


async def test_the_row_is_the_one_that_was_meant(studio: Studio) -> None:
    rows = [ROW.format(name) for name in ("Ana", "Bo", "Cy")]
    trace = await studio.record(studio.site.page(TABLE.format("".join(rows))), click("Open", 1))
    moved = studio.site.page(TABLE.format("".join([rows[2], ROW.format("Di"), rows[1], rows[0]])))
    assert (await studio.repeat(trace, moved)).status == "complete"
    gone = studio.site.page(TABLE.format(rows[0] + rows[2]))
    outcome = await studio.repeat(trace, gone)
    assert outcome.status == "diverged"
    assert studio.env.performed == [] or not any(isinstance(one, Click) for one in studio.env.performed)


DRAWING = """<h1>Draw</h1>{}<canvas width=120 height=60 onclick="s.textContent='Drawn'"></canvas>
<p role=status id=s></p><script>for (const c of document.querySelectorAll('canvas')) {{
  const g = c.getContext('2d');
  g.fillText(c.dataset.word ?? 'star', 20, 55);
  if (!c.dataset.word) {{ g.fillRect(10, 10, 60, 30); g.strokeRect(80, 5, 30, 50); }}
}}</script>"""


async def test_strict_takes_no_other_way(studio: Studio) -> None:
    trace = await studio.record(
        studio.site.page(DRAWING.format("")),
        lambda seen: Click(at=Box.of_pixels(20, 85, 120, 130, seen.width, seen.height)),
    )
    other = "<canvas width=120 height=60 data-word=moon onclick='document.title=\"wrong\"'></canvas><br>"
    moved = studio.site.page(DRAWING.format(other))
    assert (await studio.repeat(trace, moved, strict=True)).status == "diverged"
    outcome = await studio.repeat(trace, moved)
    assert outcome.status == "complete", outcome.reason
    assert outcome.trace is not None
    found = read_trace(outcome.trace).steps[0].found
    assert found is not None
    assert found.rung == "picture"


async def test_a_box_that_is_ticked_already_is_left_alone(studio: Studio) -> None:
    trace = await studio.record(studio.site.page(form()), *FLOW)
    path = studio.site.page(form().replace("type=checkbox", "type=checkbox checked"))
    assert (await studio.repeat(trace, path)).status == "complete"
    assert "terms=on" in await sent(studio)


LATE = "<h1>Order a shirt</h1><div id=d></div><script>setTimeout(() => {{ d.innerHTML = `{}`; }}, 1600)</script>"


async def test_what_comes_late_is_waited_for(studio: Studio) -> None:
    trace = await studio.record(studio.site.page(form()), *FLOW)
    late = studio.site.page(LATE.format(form().replace("<h1>Order a shirt</h1>", "")))
    outcome = await studio.repeat(trace, late, patience=6)
    assert outcome.status == "complete", outcome.reason


@pytest.mark.parametrize("file", ["cv.txt", "other.txt"])
async def test_a_file_is_handed_in_again(studio: Studio, file: str) -> None:
    chosen = (
        "<p><label>CV <input type=file onchange='told.textContent = this.files[0].name'></label></p><h2 id=told></h2>"
    )
    path = studio.site.page(form(["name", chosen]))
    flow = (type_into("Full name", "Ana Silva"), type_into("CV", "cv.txt"))
    trace = await studio.record(path, *flow, data={"file": "cv.txt"})
    assert (await studio.repeat(trace, path, values={"file": file})).status == "complete"
    assert (await studio.browser.observe()).landmarks == ("Order a shirt", file)


async def test_a_run_that_was_cut_off_and_gone_on_with(studio: Studio) -> None:
    """It went on with the page as new, so what had been done there before is not done twice."""
    path = studio.site.page(form())
    begun, whole = await studio.record(path, *FLOW[:2]), await studio.record(path, *FLOW)
    head = whole.header
    seam = Resumed(
        handeye="0", at=head.started, dialect="", model="", endpoint="", limits=Limits(), after=len(begun.steps) - 1
    )
    trace = whole.model_copy(update={"steps": begun.steps[:-1] + whole.steps, "resumed": (seam,)})
    outcome = await studio.repeat(trace, path)
    assert (outcome.status, outcome.steps) == ("complete", 6)
    assert await sent(studio) == sorted(SENT)


async def test_traces_that_cannot_be_repeated(studio: Studio) -> None:
    path = studio.site.page(form())
    trace = await studio.record(path, *FLOW)
    assert trace.outcome is not None
    failed = trace.model_copy(update={"outcome": trace.outcome.model_copy(update={"status": "step_limit"})})
    with pytest.raises(TraceError, match="step_limit"):
        await studio.repeat(failed, path)
    with pytest.raises(TraceError, match="cut off"):
        await studio.repeat(trace.model_copy(update={"outcome": None}), path)
    with pytest.raises(TraceError, match="did nothing"):
        await studio.repeat(trace.model_copy(update={"steps": trace.steps[-1:]}), path)
