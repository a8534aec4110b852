"""What is sent, what is not, and why: forms of several pages, long ones, and such that lack or refuse something."""

from __future__ import annotations

from pathlib import Path

import pytest

from actions import Click, Finish, Scroll, Type
from agent.trace import read_trace
from tests.agent.fill.conftest import Fill
from tests.agent.fill.site import FormSite

NAME = "<p><label>Full name <input name=n required></label></p>"
MAIL = "<p><label>Email <input name=e type=email></label></p>"


async def test_nothing_is_sent_unasked(forms: FormSite, fill_in: Fill) -> None:
    filled = await fill_in(forms.form(NAME + MAIL), {"name": "Ana Silva", "email": "ana@ex.org"})
    assert filled.outcome.status == "complete"
    assert "nothing sent; 'Send' would be pressed next" in filled.outcome.answer
    assert (filled.report.sent, filled.report.button) == ("no", "Send")
    assert [(one.key, one.field, one.holds) for one in filled.report.entered] == [
        ("name", "Full name", "Ana Silva"),
        ("email", "Email", "ana@ex.org"),
    ]
    assert forms.sent == []


async def test_what_has_no_field_and_what_has_no_value_is_said_before_anything_is_sent(
    forms: FormSite, fill_in: Fill
) -> None:
    more = (
        "<p><label>Phone <input name=p required></label></p><p><label><input type=checkbox required> Terms</label></p>"
    )
    values = {"name": "Ana Silva", "fax": "0221 4477", "licence_plate": "K-AB 123"}
    filled = await fill_in(forms.form(NAME + MAIL + more), values, submit=True)
    assert filled.outcome.status == "infeasible"
    assert filled.outcome.exit_code == 3
    assert set(filled.report.no_field) == {"fax", "licence_plate"}
    assert filled.report.no_value == ("Phone", "Terms")
    for word in ("fax", "licence_plate", "'Phone'", "'Terms'", "nothing was sent"):
        assert word in filled.outcome.reason
    assert forms.sent == []


@pytest.mark.parametrize(
    ("fields", "script", "holds"),
    [
        ("<p><label>Reference <input name=r maxlength=4></label></p>", "", "ABCD"),
        (
            "<p><label>Reference <input name=r></label></p>",
            "document.querySelector('[name=r]').oninput = e => { e.target.value = 'X' }",
            "X",
        ),
    ],
    ids=["too short", "changed by the page"],
)
async def test_what_a_field_does_not_keep_is_not_sent(
    fields: str, script: str, holds: str, forms: FormSite, fill_in: Fill
) -> None:
    filled = await fill_in(
        forms.form(NAME + fields, script=script), {"name": "Ana Silva", "reference": "ABCDEF"}, submit=True
    )
    assert filled.outcome.status == "infeasible"
    assert [(one.key, one.value, one.holds) for one in filled.report.differs] == [("reference", "ABCDEF", holds)]
    assert filled.report.no_field == {}
    assert forms.sent == []


async def test_a_list_without_the_value_says_what_it_offers(forms: FormSite, fill_in: Fill) -> None:
    url = forms.form(NAME + "<p><label>Room <select name=r><option>Single<option>Double</select></label></p>")
    filled = await fill_in(url, {"name": "Ana Silva", "room": "Penthouse"}, submit=True)
    assert "Single, Double" in filled.report.no_field["room"]
    assert forms.sent == []


async def test_a_long_page_is_filled_down_to_its_end(forms: FormSite, fill_in: Fill, tmp_path: Path) -> None:
    gap = "<div style='height:1500px'>Some words</div>"
    url = forms.form(NAME + gap + MAIL + gap + "<p><label>City <input name=c required></label></p>")
    values = {"name": "Ana Silva", "email": "ana@ex.org", "city": "Lisbon"}
    filled = await fill_in(url, values, submit=True)
    assert filled.outcome.status == "complete", filled.outcome.reason
    assert forms.sent == [{"n": "Ana Silva", "e": "ana@ex.org", "c": "Lisbon"}]
    kinds = [step.decision.action for step in read_trace(tmp_path / "t").steps if step.decision is not None]
    assert sum(isinstance(action, Type) for action in kinds) == 3
    assert any(isinstance(action, Scroll) for action in kinds)


async def test_a_required_field_far_below_is_found_before_sending(forms: FormSite, fill_in: Fill) -> None:
    gap = "<div style='height:2500px'></div>"
    url = forms.form(NAME + gap + "<p><label>Reason <input name=r required></label></p>")
    filled = await fill_in(url, {"name": "Ana Silva"}, submit=True)
    assert filled.report.no_value == ("Reason",)
    assert forms.sent == []


STEPS = """
<form method=post action=/send onsubmit="return true">
<section><p><label>Full name <input name=n></label></p><button type=button class=next>Next</button></section>
<section hidden><p><label>Email <input name=e></label></p><button type=button class=next>Next</button></section>
<section hidden><p><label>City <input name=c></label></p><button>Send</button></section>
</form>
"""
STEPS_SCRIPT = """
document.querySelectorAll('.next').forEach(b => b.onclick = () => {
  const here = b.closest('section'); if (!here.querySelector('input').value) return;
  here.hidden = true; here.nextElementSibling.hidden = false });
"""


async def test_next_is_pressed_only_while_values_are_left(forms: FormSite, fill_in: Fill, tmp_path: Path) -> None:
    url = forms.page(STEPS, script=STEPS_SCRIPT)
    filled = await fill_in(url, {"name": "Ana Silva", "email": "ana@ex.org"})
    assert filled.outcome.status == "complete"
    assert filled.report.button == "Next"
    pressed = [
        step.result.hit.name
        for step in read_trace(tmp_path / "t").steps
        if step.decision is not None and isinstance(step.decision.action, Click) and step.result and step.result.hit
    ]
    assert pressed == ["Next"]
    assert forms.sent == []


async def test_steps_are_gone_through_and_sent(forms: FormSite, fill_in: Fill) -> None:
    url = forms.page(STEPS, script=STEPS_SCRIPT)
    values = {"name": "Ana Silva", "email": "ana@ex.org", "city": "Lisbon"}
    filled = await fill_in(url, values, submit=True)
    assert filled.outcome.status == "complete", filled.outcome.reason
    assert forms.sent == [{"n": "Ana Silva", "e": "ana@ex.org", "c": "Lisbon"}]


async def test_fields_without_a_name_are_named_by_what_stands_beside_them(forms: FormSite, fill_in: Fill) -> None:
    unnamed = STEPS.replace("<label>", "").replace("</label>", "")
    values = {"name": "Ana Silva", "email": "ana@ex.org", "city": "Lisbon"}
    filled = await fill_in(forms.page(unnamed, script=STEPS_SCRIPT), values, submit=True)
    assert filled.outcome.status == "complete", filled.outcome.reason
    assert forms.sent == [{"n": "Ana Silva", "e": "ana@ex.org", "c": "Lisbon"}]


STREETS = (
    "<fieldset><legend>Billing</legend><p><label>Street <input name=b></label></p></fieldset>{}"
    "<fieldset><legend>Shipping</legend><p><label>Street <input name=s></label></p></fieldset>"
)


@pytest.mark.parametrize("between", ["", "<div style='height:1500px'></div>"], ids=["in one view", "far apart"])
async def test_what_only_its_order_would_place_is_not_guessed(between: str, forms: FormSite, fill_in: Fill) -> None:
    values = {"shipping_street": "Quay Lane 4", "billing_street": "Mill Road 12"}
    filled = await fill_in(forms.form(STREETS.format(between)), values, submit=True)
    assert set(filled.report.no_field) == set(values)
    assert "'Street' may as well be for billing street" in filled.report.no_field["shipping_street"]
    assert forms.sent == []


async def test_a_value_is_not_written_again_further_down(forms: FormSite, fill_in: Fill) -> None:
    url = forms.form(STREETS.format("<div style='height:1500px'></div>"))
    filled = await fill_in(url, {"street": "Mill Road 12"}, submit=True)
    assert filled.outcome.status == "complete", filled.outcome.reason
    assert forms.sent == [{"b": "Mill Road 12", "s": ""}]


async def test_a_form_in_a_frame_is_filled_in(forms: FormSite, fill_in: Fill) -> None:
    inner = forms.form(NAME + MAIL)
    outer = forms.page(f"<h1>Our shop</h1><iframe src='{inner}' style='width:700px;height:400px'></iframe>")
    filled = await fill_in(outer, {"name": "Ana Silva", "email": "ana@ex.org"}, submit=True)
    assert filled.outcome.status == "complete", filled.outcome.reason
    assert forms.sent == [{"n": "Ana Silva", "e": "ana@ex.org"}]


async def test_a_step_that_stays_ends_with_its_reason(forms: FormSite, fill_in: Fill) -> None:
    stubborn = STEPS_SCRIPT.replace("here.hidden = true; here.nextElementSibling.hidden = false", "")
    url = forms.page(STEPS, script=stubborn)
    filled = await fill_in(url, {"name": "Ana Silva", "email": "ana@ex.org"}, submit=True)
    assert filled.outcome.status == "infeasible"
    assert "'Next'" in filled.outcome.reason
    assert forms.sent == []


async def test_a_value_for_no_page_stops_before_the_last_press(forms: FormSite, fill_in: Fill) -> None:
    url = forms.page(STEPS, script=STEPS_SCRIPT)
    values = {"name": "Ana Silva", "email": "ana@ex.org", "city": "Lisbon", "licence_plate": "K-AB 123"}
    filled = await fill_in(url, values, submit=True)
    assert list(filled.report.no_field) == ["licence_plate"]
    assert filled.report.button == "Send"
    assert forms.sent == []


async def test_what_the_page_says_is_wrong_is_reported(forms: FormSite, fill_in: Fill) -> None:
    url = forms.form(NAME + MAIL)
    shown = NAME + MAIL + "<p>Please enter a company email address.</p><p><button>Send</button></p>"
    forms.answers["/send"] = lambda fields: (422, f"<h1>A form</h1><form method=post action=/send>{shown}</form>")
    filled = await fill_in(url, {"name": "Ana Silva", "email": "ana@ex.org"}, submit=True)
    assert filled.outcome.status == "infeasible"
    assert filled.report.sent == "maybe"
    assert len(forms.sent) == 1
    assert "company email" in filled.outcome.reason


async def test_the_browser_s_own_message_is_reported(forms: FormSite, fill_in: Fill) -> None:
    url = forms.form(NAME + "<p><label>Code <input name=c pattern='[0-9]{4}' title='four digits'></label></p>")
    filled = await fill_in(url, {"name": "Ana Silva", "code": "ABC"}, submit=True)
    assert filled.outcome.status == "infeasible"
    assert any("Code" in message for message in filled.report.messages)
    assert forms.sent == []


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, "<h1>Welcome to our site</h1><p>Look around.</p>"),
        (500, "<h1>Something went wrong</h1>"),
        (200, "<h1>Sorry</h1><p>Your request could not be sent. Try again later.</p>"),
    ],
    ids=["another page", "a fault of the server", "refused"],
)
async def test_only_a_page_that_says_so_is_complete(status: int, body: str, forms: FormSite, fill_in: Fill) -> None:
    forms.answers["/send"] = lambda fields: (status, body)
    filled = await fill_in(forms.form(NAME), {"name": "Ana Silva"}, submit=True)
    assert filled.outcome.status == "infeasible"
    assert filled.report.sent == "maybe"


async def test_another_form_behind_the_last_button_is_left_alone(forms: FormSite, fill_in: Fill) -> None:
    other = f"<h1>Our news</h1><form method=post action=/news>{MAIL}<button>Subscribe</button></form>"
    forms.answers["/send"] = lambda fields: (200, other)
    filled = await fill_in(forms.form(NAME + MAIL), {"name": "Ana Silva", "email": "ana@ex.org"}, submit=True)
    assert filled.outcome.status == "infeasible"
    assert filled.report.sent == "maybe"
    assert forms.sent == [{"n": "Ana Silva", "e": "ana@ex.org"}]


async def test_a_page_that_lets_check_the_answers_is_confirmed(forms: FormSite, fill_in: Fill) -> None:
    check = "<h1>Check your answers</h1><p>Ana Silva</p><form method=post action=/done><button>Confirm</button></form>"
    forms.answers["/send"] = lambda fields: (200, check)
    filled = await fill_in(forms.form(NAME, button="Continue"), {"name": "Ana Silva"}, submit=True)
    assert filled.outcome.status == "complete", filled.outcome.reason
    assert len(forms.sent) == 2


async def test_a_dialog_that_asks_whether_to_send_is_answered(forms: FormSite, fill_in: Fill) -> None:
    form = (
        f"<form method=post action=/send onsubmit=\"return confirm('Send it now?')\">{NAME}<button>Send</button></form>"
    )
    filled = await fill_in(forms.page(form), {"name": "Ana Silva"}, submit=True)
    assert filled.outcome.status == "complete", filled.outcome.reason
    assert forms.sent == [{"n": "Ana Silva"}]


async def test_a_sum_is_not_the_same_without_its_point(forms: FormSite, fill_in: Fill) -> None:
    strip = "document.querySelector('[name=s]').oninput = e => { e.target.value = e.target.value.replace(/\\D/g, '') }"
    url = forms.form("<p><label>Share <input name=s></label></p>", script=strip)
    filled = await fill_in(url, {"share": "1234.56"}, submit=True)
    assert [one.holds for one in filled.report.differs] == ["123456"]
    assert forms.sent == []


async def test_an_alert_between_two_fields_is_answered(forms: FormSite, fill_in: Fill) -> None:
    script = "document.querySelector('[name=n]').onblur = () => alert('Really?')"
    filled = await fill_in(forms.form(NAME + MAIL, script=script), {"name": "Ana Silva", "email": "ana@ex.org"})
    assert filled.outcome.status == "complete", filled.outcome.reason
    assert [one.holds for one in filled.report.entered] == ["Ana Silva", "ana@ex.org"]


async def test_a_cookie_banner_is_refused_first(forms: FormSite, fill_in: Fill) -> None:
    banner = (
        "<div id=b style='position:fixed;inset:0;background:#fffd'><p>We use cookies.</p>"
        '<button onclick="window.all=1;b.remove()">Accept all cookies</button>'
        "<button onclick=b.remove()>Only necessary cookies</button></div>"
    )
    filled = await fill_in(forms.page(f"<form method=post action=/send>{NAME}<button>Send</button></form>{banner}"),
                           {"name": "Ana Silva"}, submit=True)  # fmt: skip
    assert filled.outcome.status == "complete", filled.outcome.reason
    assert forms.sent == [{"n": "Ana Silva"}]


async def test_the_trace_says_what_was_done_and_how_it_ended(forms: FormSite, fill_in: Fill, tmp_path: Path) -> None:
    url = forms.form(NAME + MAIL)
    await fill_in(url, {"name": "Ana Silva", "fax": "12345"}, submit=True)
    trace = read_trace(tmp_path / "t")
    assert trace.header.task.start == url
    assert trace.header.task.data == {"name": "Ana Silva", "fax": "12345"}
    typed, end = trace.steps
    assert typed.decision is not None
    assert typed.decision.action.kind == "type"
    assert typed.result is not None
    assert typed.result.read_back == "Ana Silva"
    assert end.decision is not None
    assert isinstance(end.decision.action, Finish)
    assert trace.outcome is not None
    assert trace.outcome.status == "infeasible"
