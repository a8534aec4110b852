"""A form on a real page, filled in once with one set of values and repeated with another."""

from __future__ import annotations

import calendar

from tests.agent.replay.conftest import Studio, browser, choose, click, site, studio, type_into

__all__ = ["browser", "site", "studio"]  # fixtures

ANA = {
    "guest": "Ana Silva", "city": "Lisbon", "birthday": "2001-11-23", "persons": "2", "meal": "vegetarian",
    "newsletter": "yes", "phone": "+351 912 345 678", "seats": "4",
}  # fmt: skip


def months() -> str:
    return "".join(f"<option>{name}" for name in calendar.month_name[1:])


def options(values: range) -> str:
    return "".join(f"<option>{value}" for value in values)


FORM = f"""
<h1>Table for Ana</h1>
<form onsubmit="event.preventDefault(); document.body.innerHTML = '<h1>Thank you</h1><p id=sent>' + [...new
  FormData(event.target)].map(pair => pair.join('=')).join('; ')">
<p><label>First name <input name=first></label> <label>Last name <input name=last></label>
<p><label>City <select name=city><option>Lisbon<option>Porto<option>Faro</select></label>
<p>Birthday <label>Day <select name=d>{options(range(1, 32))}</select></label>
<label>Month <select name=m>{months()}</select></label>
<label>Year <select name=y>{options(range(1990, 2010))}</select></label>
<p><label>Persons <select name=p><option>1 person<option>2 persons<option>3 persons<option>4 persons</select></label>
<fieldset><legend>Meal</legend><label><input type=radio name=meal value=f>Fish</label>
<label><input type=radio name=meal value=v>Vegetarian</label></fieldset>
<p><label><input type=checkbox name=news>Newsletter</label>
<p><label>Phone <input name=phone></label> <label>Seats <input type=number name=seats value=4></label>
<p><button>Book</button></form>
"""
FLOW = (
    type_into("First name", "Ana"),
    type_into("Last name", "SILVA"),
    choose("Month", "November"),
    choose("Day", "23"),
    choose("Year", "2001"),
    choose("Persons", "2 persons"),
    click("Vegetarian"),
    click("Newsletter"),
    type_into("Phone", "912345678"),
    click("Book"),
)


async def sent(studio: Studio, values: dict[str, str]) -> str:
    path = studio.site.page(FORM)
    trace = await studio.record(path, *FLOW, data=ANA)
    outcome = await studio.repeat(trace, path, values=values)
    assert outcome.status == "complete", outcome.reason
    return str(await studio.browser._open_session.tab.page.inner_text("#sent"))


async def test_with_other_values_other_things_are_sent(studio: Studio) -> None:
    bob = {
        "guest": "Bob de la Cruz", "city": "Porto", "birthday": "1995-02-07", "persons": "1", "meal": "fish",
        "newsletter": "no", "phone": "+49 171 2345678", "seats": "6",
    }  # fmt: skip
    assert await sent(studio, bob) == (
        "first=Bob; last=DE LA CRUZ; city=Porto; d=7; m=February; y=1995; p=1 person; meal=f; phone=1712345678; seats=6"
    )


async def test_with_the_recorded_values_the_same_is_sent(studio: Studio) -> None:
    assert await sent(studio, ANA) == (
        "first=Ana; last=SILVA; city=Lisbon; d=23; m=November; y=2001; p=2 persons; meal=v; news=on; phone=912345678; "
        "seats=4"
    )
