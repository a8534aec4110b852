"""A model that says where the values belong: one question for all, and nothing of it is believed blindly."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from actions import Element, EndpointError, Observation, ParseError
from agent import ScriptedEndpoint
from agent.trace import read_trace
from prompts.base import Message, Reply
from prompts.elements import read_elements
from prompts.fill import FillPrompt
from tests.agent.fill.conftest import Fill
from tests.agent.fill.site import FormSite

ODD = (
    "<p><label>Whom shall we greet? <input name=n required></label></p>"
    "<p><label>Where do letters reach you? <input name=e></label></p>"
    "<p><label>Tick here <input type=checkbox name=t></label></p>"
)
PLAIN = (
    "<p><label>Email <input name=e type=email></label></p><p><label>Phone <input name=p></label></p>"
    "<p><label>Guests <input name=g type=number></label></p>"
)
VALUES = {"name": "Ana Silva", "mail": "ana@ex.org"}


def listed(messages: Sequence[Message]) -> dict[str, int]:
    """The fields of a question by name, with their numbers."""
    text = messages[0]["content"][1]["text"]
    lines = text.partition("Fields:\n  ")[2].partition("\n\nProblem")[0].replace("\n  ", "\n")
    return {element.name: element.mark for element in read_elements(lines)}


def says(**places: str | None) -> Callable[[Sequence[Message]], str]:
    """An answer that gives each key the number of the field of that name."""

    def answer(messages: Sequence[Message]) -> str:
        marks = listed(messages)
        found = {key: None if name is None else marks[name] for key, name in places.items()}
        return f"A form. <|begin_of_box|>{json.dumps(found)}<|end_of_box|>"

    return answer


GOOD = says(name="Whom shall we greet?", mail="Where do letters reach you?")


async def test_one_question_places_everything(forms: FormSite, fill_in: Fill, tmp_path: Path) -> None:
    endpoint = ScriptedEndpoint([GOOD])
    filled = await fill_in(forms.form(ODD), VALUES, endpoint=endpoint, submit=True)
    assert filled.outcome.status == "complete", filled.outcome.reason
    assert forms.sent == [{"n": "Ana Silva", "e": "ana@ex.org"}]
    assert len(endpoint.requests) == 1
    content = endpoint.requests[0][0]["content"]
    assert content[0]["type"] == "image_url"
    assert "name: Ana Silva\n  mail: ana@ex.org" in content[1]["text"]
    asked = read_trace(tmp_path / "t").steps[0]
    assert asked.reply is not None
    assert asked.prompt
    assert asked.decision is None


async def test_by_names_alone_the_same_form_is_not_guessed(forms: FormSite, fill_in: Fill) -> None:
    filled = await fill_in(forms.form(ODD), VALUES, submit=True)
    assert filled.outcome.status == "infeasible"
    assert "mail" in filled.report.no_field
    assert forms.sent == []


async def test_boxes_do_as_well_as_numbers(forms: FormSite, fill_in: Fill) -> None:
    url = forms.form("<p style='margin:0'><input name=n style='width:400px;height:80px'></p>")
    endpoint = ScriptedEndpoint(['```json\n{"name": [[20, 90, 260, 180]]}\n```'])
    filled = await fill_in(url, {"name": "Ana Silva"}, endpoint=endpoint, submit=True)
    assert filled.outcome.status == "complete", filled.outcome.reason
    assert forms.sent == [{"n": "Ana Silva"}]


async def test_swapped_places_are_not_filled_in(forms: FormSite, fill_in: Fill, tmp_path: Path) -> None:
    endpoint = ScriptedEndpoint([says(email="Phone", phone="Email")])
    values = {"email": "ana@ex.org", "phone": "0221 4477810"}
    filled = await fill_in(forms.form(PLAIN), values, endpoint=endpoint, submit=True)
    assert filled.outcome.status == "complete", filled.outcome.reason
    assert forms.sent == [{"e": "ana@ex.org", "p": "0221 4477810", "g": ""}]  # by their names they find their fields
    done = [step.decision.action for step in read_trace(tmp_path / "t").steps if step.decision is not None]
    assert [action.text for action in done if action.kind == "type"] == ["ana@ex.org", "0221 4477810"]


@pytest.mark.parametrize(
    ("field", "why"),
    [("Guests", "asks for guests|takes a number"), ("Email", "takes an e-mail address|asks for email")],
)
async def test_a_place_of_another_kind_is_not_filled_in(field: str, why: str, forms: FormSite, fill_in: Fill) -> None:
    endpoint = ScriptedEndpoint([says(remark=field)])
    filled = await fill_in(forms.form(PLAIN), {"remark": "we come late"}, endpoint=endpoint, submit=True)
    assert filled.outcome.status == "infeasible"
    assert re.search(why, filled.report.no_field["remark"]), filled.report.no_field
    assert forms.sent == []


async def test_a_place_that_is_no_field_is_said(forms: FormSite, fill_in: Fill) -> None:
    endpoint = ScriptedEndpoint(['{"name": 77, "mail": [900, 900, 950, 950]}'])
    filled = await fill_in(forms.form(ODD), VALUES, endpoint=endpoint, submit=True)
    assert filled.outcome.status == "infeasible"
    assert "no field" in filled.report.no_field["mail"]
    assert filled.report.no_value == ("Whom shall we greet?",)
    assert forms.sent == []


async def test_one_field_for_two_values_is_given_to_neither(forms: FormSite, fill_in: Fill) -> None:
    endpoint = ScriptedEndpoint([says(name="Where do letters reach you?", mail="Where do letters reach you?")])
    filled = await fill_in(forms.form(ODD), VALUES, endpoint=endpoint, submit=True)
    assert "several values" in filled.report.no_field["mail"]
    assert forms.sent == []


async def test_an_unreadable_answer_goes_back_once(forms: FormSite, fill_in: Fill, tmp_path: Path) -> None:
    endpoint = ScriptedEndpoint(["I see a form with two fields.", GOOD])
    filled = await fill_in(forms.form(ODD), VALUES, endpoint=endpoint, submit=True)
    assert filled.outcome.status == "complete"
    assert "Problem with the last answer: no_action" in endpoint.requests[1][0]["content"][1]["text"]
    first = read_trace(tmp_path / "t").steps[0]
    assert "no_action" in first.problem


async def test_two_unreadable_answers_end_it(forms: FormSite, fill_in: Fill, tmp_path: Path) -> None:
    with pytest.raises(ParseError):
        await fill_in(forms.form(ODD), VALUES, endpoint=ScriptedEndpoint(["Hm.", "Hm."]), submit=True)
    outcome = read_trace(tmp_path / "t").outcome
    assert outcome is not None
    assert outcome.status == "parse_error"
    assert forms.sent == []


async def test_an_endpoint_that_fails_ends_it(forms: FormSite, fill_in: Fill, tmp_path: Path) -> None:
    with pytest.raises(EndpointError):
        await fill_in(forms.form(ODD), VALUES, endpoint=ScriptedEndpoint([EndpointError("gone")]))
    outcome = read_trace(tmp_path / "t").outcome
    assert outcome is not None
    assert outcome.status == "endpoint_error"


async def test_further_down_only_what_is_left_is_asked(forms: FormSite, fill_in: Fill) -> None:
    gap = "<div style='height:1200px'>Words</div>"
    url = forms.form(ODD + gap + "<p><label>And your quest? <input name=q></label></p>")
    first = says(name="Whom shall we greet?", mail="Where do letters reach you?", mission=None)
    endpoint = ScriptedEndpoint([first, says(mission="And your quest?")])
    filled = await fill_in(url, {**VALUES, "mission": "the grail"}, endpoint=endpoint, submit=True)
    assert filled.outcome.status == "complete", filled.outcome.reason
    assert forms.sent == [{"n": "Ana Silva", "e": "ana@ex.org", "q": "the grail"}]
    text = endpoint.requests[1][0]["content"][1]["text"]
    assert "mission: the grail" in text
    assert "Ana Silva" not in text.partition("# Page")[0]


async def test_a_field_of_the_next_page_is_not_taken_for_one_before(forms: FormSite, fill_in: Fill) -> None:
    step = "<section {}><p>{}</p><p><input name={}></p><button type=button class=next>Next</button></section>"
    last = "<section hidden><p>Your quest</p><p><input name=q></p><button>Send</button></section>"
    pages = step.format("", "Your rank", "r") + step.format("hidden", "Your liege", "l") + last
    script = """document.querySelectorAll('.next').forEach(b => b.onclick = () => {
        const here = b.closest('section'); here.hidden = true; here.nextElementSibling.hidden = false });"""
    url = forms.page(f"<form method=post action=/send>{pages}</form>", script=script)
    values = {"standing": "knight", "allegiance": "Arthur", "mission": "grail"}

    def only(key: str) -> Callable[[Sequence[Message]], str]:
        def answer(messages: Sequence[Message]) -> str:
            (mark,) = listed(messages).values()
            return json.dumps({name: mark if name == key else None for name in values})

        return answer

    endpoint = ScriptedEndpoint([only("standing"), only("allegiance"), only("mission")])
    filled = await fill_in(url, values, endpoint=endpoint, submit=True)
    assert filled.outcome.status == "complete", filled.outcome.reason
    assert forms.sent == [{"r": "knight", "l": "Arthur", "q": "grail"}]


async def test_two_fields_of_one_name_are_told_apart_by_the_model(forms: FormSite, fill_in: Fill) -> None:
    gap = "<div style='height:600px'></div>"
    url = forms.form(
        f"<p><label>Street <input name=b></label></p>{gap}<p><label>Street <input name=s></label></p>{gap}"
    )
    asked: list[list[Element]] = []

    def answer(messages: Sequence[Message]) -> str:
        text = messages[0]["content"][1]["text"]
        asked.append([])
        return json.dumps({"shipping_street": 1, "billing_street": 0} if "billing" in text else {})

    values = {"shipping_street": "Quay Lane 4", "billing_street": "Mill Road 12"}
    filled = await fill_in(url, values, endpoint=ScriptedEndpoint([answer, answer, answer]), submit=True)
    assert filled.outcome.status == "complete", filled.outcome.reason
    assert forms.sent == [{"b": "Mill Road 12", "s": "Quay Lane 4"}]
    assert len(asked) == 1


async def test_a_secret_is_not_shown_to_the_model(forms: FormSite, fill_in: Fill) -> None:
    url = forms.form(
        "<p><label>Name <input name=n></label></p><p><label>Password <input type=password name=p></label></p>"
    )
    endpoint = ScriptedEndpoint([says(name="Name", password="Password")])
    filled = await fill_in(url, {"name": "Ana Silva", "password": "Cobalt-52"}, endpoint=endpoint, submit=True)
    assert filled.outcome.status == "complete", filled.outcome.reason
    assert "Cobalt" not in endpoint.requests[0][0]["content"][1]["text"]
    assert forms.sent == [{"n": "Ana Silva", "p": "Cobalt-52"}]


SEEN = Observation(screenshot=b"x", width=1280, height=800, platform="web")
KEYS = ("name", "E-Mail", "fax")
ANSWERS = {
    '{"name": 3, "E-Mail": 4, "fax": null}': {"name": 3, "E-Mail": 4, "fax": None},
    "<think>{\"name\": 9}</think><answer>{'name': '[3]', 'e-mail': 4,}</answer>": {"name": 3, "E-Mail": 4},
    '⟦{"fields": {"name": 3}}⟧': {"name": 3},
    '⟦{"name": {"mark": 3}, "fax": "none"}⟧': {"name": 3, "fax": None},
    '[{"key": "name", "mark": 3}, {"label": "fax", "number": 7}]': {"name": 3, "fax": 7},
    'The object {"x": 1} is none. {"name": 3, "fax": 5}': {"name": 3, "fax": 5},
    '{"name": 3, "name": 4, "fax": 5}': {"fax": 5},
    '{"name": "the first one", "fax": 5}': {"fax": 5},
    '{"name": [1500, 20, 1600, 60], "fax": 5}': {"fax": 5},
    '{"name": true, "fax": 5}': {"fax": 5},
}


@pytest.mark.parametrize("text", ANSWERS)
def test_answers_as_models_write_them(text: str) -> None:
    written = text.replace("⟦", "<|begin_of_box|>").replace("⟧", "<|end_of_box|>")
    assert FillPrompt().parse(Reply(text=written), KEYS, SEEN).found == ANSWERS[text]


def test_a_box_is_in_thousandths() -> None:
    found = FillPrompt().parse(Reply(text='{"name": "[[100,200,300,400]]"}'), KEYS, SEEN).found["name"]
    assert found is not None
    assert not isinstance(found, int)
    assert (found.centre.x, found.centre.y) == pytest.approx((0.2, 0.3))


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(text="I cannot see a form."), "no_action"),
        (Reply(text=""), "empty"),
        (Reply(text='{"name": 3, "fa', finish_reason="length"), "truncated"),
        (Reply(text='{"name" 3}'), "bad_argument"),
        (Reply(text='{"other": 3}'), "no_action"),
        (Reply(text="", reasoning='{"name": 3}'), "reasoning_only"),
    ],
)
def test_answers_without_places_are_errors(reply: Reply, kind: str) -> None:
    with pytest.raises(ParseError) as caught:
        FillPrompt().parse(reply, KEYS, SEEN)
    assert caught.value.kind == kind


def test_the_wording_names_every_value_in_both_languages(tmp_path: Path) -> None:
    import io

    from PIL import Image

    from actions import Box, Task

    out = io.BytesIO()
    Image.new("RGB", (320, 200), "white").save(out, "PNG")
    seen = Observation(screenshot=out.getvalue(), width=320, height=200, platform="web", url="http://x.test/")
    field = Element(mark=4, role="textbox", name="E-mail", box=Box(left=0.1, top=0.1, right=0.5, bottom=0.2))
    for language in ("en", "zh"):
        task = Task(instruction="Fill in the form", language=language)
        (message,) = FillPrompt().messages(task, {"mail: 2": "{data} <|user|>"}, [field], seen, "bad")
        text = message["content"][1]["text"]
        assert '"mail: 2": {data}' in text
        assert "<|user|>" not in text
        assert '[4]: <textbox> "E-mail"' in text
        assert text.rstrip().endswith("bad")
    (tmp_path / "fill.txt").write_text("Mine\n{data}\n\n{elements}\n", encoding="utf-8")
    own = FillPrompt(tmp_path).messages(Task(instruction="Fill"), {"a": "b"}, [field], seen)
    assert own[0]["content"][1]["text"].startswith("Mine")
