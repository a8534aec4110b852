"""Every kind of field, in a real browser, judged by what the server received."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.agent.fill.conftest import Fill
from tests.agent.fill.site import FormSite

DRAWN = """
<p><span id=l>Country</span> <span role=combobox aria-labelledby=l aria-expanded=false aria-controls=c tabindex=0
 style="border:1px solid;padding:4px;display:inline-block;width:160px">Choose…</span><input type=hidden name=country>
<ul id=c role=listbox hidden style="border:1px solid;width:160px;margin:0">
<li role=option>Austria</li><li role=option>Portugal</li><li role=option>Spain</li></ul></p>
"""
DRAWN_SCRIPT = """
const box = document.querySelector('[role=combobox]'), list = document.querySelector('#c');
box.onclick = () => { list.hidden = !list.hidden; box.setAttribute('aria-expanded', !list.hidden) };
list.onclick = e => { box.textContent = e.target.textContent; list.hidden = true;
  box.setAttribute('aria-expanded', false); document.querySelector('[name=country]').value = e.target.textContent };
"""
PROPOSING = """
<p><label for=a>Airport</label> <input id=a role=combobox aria-autocomplete=list aria-controls=s aria-expanded=false>
<input type=hidden name=code><ul id=s role=listbox hidden style="border:1px solid;width:200px;margin:0"></ul></p>
"""
PROPOSING_SCRIPT = """
const codes = {'Porto (OPO)': 'OPO', 'Porto Alegre (POA)': 'POA', 'Lisbon (LIS)': 'LIS'};
const input = document.querySelector('#a'), list = document.querySelector('#s'); let timer;
input.oninput = () => { clearTimeout(timer); document.querySelector('[name=code]').value = '';
  timer = setTimeout(() => { list.innerHTML = '';
    for (const name of Object.keys(codes).filter(n => n.toLowerCase().startsWith(input.value.toLowerCase()))) {
      const item = document.createElement('li'); item.role = 'option'; item.textContent = name;
      item.onclick = () => { input.value = name; document.querySelector('[name=code]').value = codes[name];
        list.hidden = true }; list.append(item) }
    list.hidden = !list.children.length }, 200) };
"""
MASKED_SCRIPT = """
document.querySelector('[name=card]').oninput = e => {
  e.target.value = e.target.value.replace(/\\D/g, '').slice(0, 16).replace(/(.{4})(?=.)/g, '$1 ') };
"""

WIDGETS = {
    "text": ("<p><label>Full name <input name=v></label></p>", {"name": "Ana Silva"}, {"v": "Ana Silva"}, ""),
    "several lines": (
        "<p><label>Message <textarea name=v></textarea></label></p>", {"message": "One.\nTwo."},
        {"v": "One.\r\nTwo."}, "",
    ),
    "a list": (
        "<p><label>Room <select name=v><option value=''>Please select<option value=d>Double room<option value=s>Single"
        "</select></label></p>", {"room": "Double"}, {"v": "d"}, "",
    ),
    "a drawn list": (DRAWN, {"country": "Portugal"}, {"country": "Portugal"}, DRAWN_SCRIPT),
    "radio buttons": (
        "<fieldset><legend>Delivery</legend><label><input type=radio name=v value=p>By post</label>"
        "<label><input type=radio name=v value=s>In the shop</label></fieldset>",
        {"delivery": "In the shop"}, {"v": "s"}, "",
    ),
    "a box to tick": ("<p><label><input type=checkbox name=v> Gift wrapping</label></p>", {"gift_wrapping": "yes"},
                      {"v": "on"}, ""),
    "a box to empty": ("<p><label>Name <input name=n></label></p><p><label><input type=checkbox name=v checked> "
                       "Newsletter</label></p>", {"newsletter": "no", "name": "Ana Silva"}, {"n": "Ana Silva"}, ""),
    "boxes of one question": (
        "<fieldset><legend>Languages</legend><label><input type=checkbox name=pl> Polish</label>"
        "<label><input type=checkbox name=en> English</label><label><input type=checkbox name=de> German</label>"
        "</fieldset>", {"languages": "Polish and German"}, {"pl": "on", "de": "on"}, "",
    ),
    "a native date": ("<p><label>Arrival <input type=date name=v></label></p>", {"arrival": "1 December 2026"},
                      {"v": "2026-12-01"}, ""),
    "a date as text": ("<p><label>Arrival (MM/DD/YYYY) <input name=v></label></p>", {"arrival": "2026-12-01"},
                       {"v": "12/01/2026"}, ""),
    "a date in three fields": (
        "<fieldset><legend>Date of birth</legend><label>Day <input name=d></label><label>Month <input name=m></label>"
        "<label>Year <input name=y></label></fieldset>", {"date_of_birth": "1990-05-23"},
        {"d": "23", "m": "5", "y": "1990"}, "",
    ),
    "a time": ("<p><label>Time <input type=time name=v></label></p>", {"time": "2:30 pm"}, {"v": "14:30"}, ""),
    "a masked number": ("<p><label>Card number <input name=card></label></p>", {"card_number": "4111111111111111"},
                        {"card": "4111 1111 1111 1111"}, MASKED_SCRIPT),
    "proposals": (PROPOSING, {"airport": "Porto (OPO)"}, {"code": "OPO"}, PROPOSING_SCRIPT),
    "proposals of the browser": (
        "<p><label>City <input name=v list=l></label><datalist id=l><option>Lisbon<option>Porto</datalist></p>",
        {"city": "Porto"}, {"v": "Porto"}, "",
    ),
    "a name in two fields": (
        "<p><label>First name <input name=f></label></p><p><label>Last name <input name=l></label></p>",
        {"name": "Ana Silva"}, {"f": "Ana", "l": "Silva"}, "",
    ),
    "a secret, twice": (
        "<p><label>Password <input type=password name=p></label></p>"
        "<p><label>Repeat password <input type=password name=q></label></p>",
        {"password": "Cobalt-52"}, {"p": "Cobalt-52", "q": "Cobalt-52"}, "",
    ),
    "what is revealed by a choice": (
        "<fieldset><legend>Contact</legend><label><input type=radio name=c value=m>By mail</label><label><input "
        "type=radio name=c value=t>By phone</label></fieldset><p id=h hidden><label>Phone <input name=t></label></p>",
        {"contact": "By phone", "phone": "+351 912 345 678"}, {"c": "t", "t": "+351 912 345 678"},
        "document.querySelectorAll('[name=c]').forEach(r => r.onchange = () => {"
        "document.querySelector('#h').hidden = r.value != 't'})",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WIDGETS)
async def test_a_widget_is_filled_in_and_sent(name: str, forms: FormSite, fill_in: Fill) -> None:
    fields, values, sent, script = WIDGETS[name]
    filled = await fill_in(forms.form(fields, script=script), values, submit=True)
    assert filled.outcome.status == "complete", filled.outcome.reason
    held = [{key: value for key, value in entry.items() if value} for entry in forms.sent]
    hidden = {"a"}  # the visible half of a field that proposes
    assert [{key: value for key, value in entry.items() if key not in hidden} for entry in held] == [sent]
    assert filled.report.sent == "yes"
    assert all(one.right for one in filled.report.entered)
    assert "Cobalt" not in str(filled.report.model_dump())


async def test_a_file_that_the_command_names_is_handed_over(forms: FormSite, fill_in: Fill, cv: Path) -> None:
    url = forms.form(
        "<p><label>Name <input name=n></label></p><p><label>CV <input type=file name=f required></label></p>"
    )
    filled = await fill_in(url, {"name": "Ana Silva", "cv": "cv.pdf"}, submit=True, uploads=[cv])
    assert filled.outcome.status == "complete", filled.outcome.reason
    assert forms.sent == [{"n": "Ana Silva", "f": "cv.pdf"}]


async def test_a_file_that_nobody_named_stays(forms: FormSite, fill_in: Fill) -> None:
    url = forms.form(
        "<p><label>Name <input name=n></label></p><p><label>CV <input type=file name=f required></label></p>"
    )
    filled = await fill_in(url, {"name": "Ana Silva", "cv": "cv.pdf"}, submit=True)
    assert filled.outcome.status == "infeasible"
    assert forms.sent == []
    assert "--upload" in filled.report.no_field["cv"]
    assert filled.report.no_value == ("CV",)
