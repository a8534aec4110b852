"""One form that is longer than the view: texts, lists, radio buttons, boxes and a date."""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from agent.bench.drift.site import Do, Handles, Ledger, Site, alert, choice, entry, page, tick

_BRAND = "Small Tools Conference"
_COUNTRIES = (
    "Austria", "Belgium", "Croatia", "Denmark", "Estonia", "Finland", "France", "Germany", "Greece", "Hungary",
    "Iceland", "Ireland", "Italy", "Latvia", "Norway", "Poland", "Portugal", "Romania", "Spain", "Sweden",
)  # fmt: skip
_TICKETS = {"full": "Full ticket", "day": "Day ticket", "student": "Student ticket", "online": "Online ticket"}
_DIETS = {"": "No wishes", "vegetarian": "Vegetarian", "vegan": "Vegan", "other": "Something else"}
_NEEDED = ("first", "last", "email", "country", "ticket", "terms")


def _form() -> str:
    countries = {"": "Choose a country"} | {name.lower(): name for name in _COUNTRIES}
    tickets = "".join(
        f'<div data-row="{key}" data-truth="row:{key}">{tick("ticket", name, kind="radio", value=key)}</div>'
        for key, name in _TICKETS.items()
    )
    return (
        '<form method="post" action="/register"><fieldset class="card"><legend>You</legend>'
        f"{entry('first', 'First name')}{entry('last', 'Last name')}{entry('email', 'E-mail', kind='email')}"
        f"{entry('phone', 'Telephone', kind='tel')}{entry('company', 'Company')}{entry('job', 'Job title')}</fieldset>"
        f'<fieldset class="card"><legend>Address</legend>{entry("street", "Street")}{entry("code", "Postcode")}'
        f"{entry('city', 'City')}{choice('country', 'Country', countries)}</fieldset>"
        f'<fieldset class="card"><legend>Ticket</legend><div data-rows="">{tickets}</div></fieldset>'
        f'<fieldset class="card"><legend>Your days</legend>{entry("arrival", "Arrival", kind="date")}'
        f'{choice("diet", "Food", _DIETS)}<div class="field" data-part="note"><label for="note" data-truth="note">'
        'Anything else?</label><textarea id="note" name="note" data-truth="note"></textarea></div></fieldset>'
        f"{tick('news', 'Tell me about next year')}{tick('terms', 'I agree to the rules of the house')}"
        '<p data-pair=""><button class="main" data-truth="register">Register</button> '
        '<a class="button" href="/" data-truth="cancel">Cancel</a></p></form>'
    )


def _make(ledger: Ledger, _: Path) -> Starlette:
    async def home(_: Request) -> HTMLResponse:
        body = (
            '<h1>Three days of small tools</h1><p class="card">Talks, workshops and walks in Porto.</p>'
            '<a class="button main" href="/register" data-truth="go">Register now</a>'
        )
        return HTMLResponse(page("Welcome", _BRAND, body))

    async def register(request: Request) -> HTMLResponse:
        problem = ""
        if request.method == "POST":
            form = {name: str(value) for name, value in (await request.form()).items()}
            if all(form.get(name) for name in _NEEDED):
                ledger.enter("registration", form)
                body = '<h1>You are registered</h1><p role="status">See you in Porto.</p>'
                return HTMLResponse(page("Registered", _BRAND, body))
            problem = alert("Fill in what is missing: your names, e-mail, country, ticket and the rules.")
        body = f"<h1>Registration</h1>{problem}{_form()}"
        return HTMLResponse(page("Registration", _BRAND, body), 422 if problem else 200)

    return Starlette(routes=[Route("/", home), Route("/register", register, methods=["GET", "POST"])])


SITE = Site(
    name="conference",
    task="Register Ana Silva from Portugal for a day ticket, vegetarian, arriving on 14 September 2027.",
    make=_make,
    flow=(
        Do("click", "link", "Register now"),
        Do("type", "textbox", "First name", "Ana"),
        Do("type", "textbox", "Last name", "Silva"),
        Do("type", "textbox", "E-mail", "ana@silva.example"),
        Do("type", "textbox", "City", "Porto"),
        Do("select", "combobox", "Country", "Portugal"),
        Do("click", "radio", "Day ticket"),
        Do("type", "textbox", "Arrival", "2027-09-14"),
        Do("select", "combobox", "Food", "Vegetarian"),
        Do("click", "checkbox", "I agree to the rules of the house"),
        Do("click", "button", "Register"),
    ),
    data={"first": "Ana", "last": "Silva", "email": "ana@silva.example", "city": "Porto", "country": "Portugal"},
    handles=Handles(
        page="/register",
        sends="/register",
        label=("Last name", "Family name"),
        button=("Register", "Complete registration"),
        heading=("Registration", "Sign up"),
        other_label="Invoice number",
        other_button="Withdraw",
        field="city",
        required="country",
        swapped=("first", "last"),
        twin=(
            "first",
            '<div class="card"><h2>Speakers</h2><p>Do you want to speak?</p>'
            '<button type="button">Register</button></div>',
        ),
        row="day",
        namesake=(("Day ticket", "Daily newsletter"),),
        ready="terms",
    ),
)
