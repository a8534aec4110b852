"""Asking for an insurance quote in three steps."""

from __future__ import annotations

import html
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from agent.bench.drift.site import Do, Handles, Ledger, Site, alert, entry, page, tick

_BRAND = "Umbrella & Sons"
_KINDS = {
    "home": ("Home", "Everything within your four walls"),
    "car": ("Car", "From the first scratch to the last"),
    "bicycle": ("Bicycle", "Theft and falls, at home and abroad"),
    "travel": ("Travel", "Cancelled trips and lost bags"),
}
_STYLE = ".kind{display:block;margin:.6rem 0} .kind p{margin:.2rem 0 0 1.5rem;color:#59626d}"


def _buttons(forth: str, back: str) -> str:
    return (
        f'<p data-pair=""><button class="main" data-truth="{forth}">{forth}</button> '
        f'<a class="button" href="/" data-truth="back">{back}</a></p>'
    )


def _kept(fields: dict[str, str]) -> str:
    return "".join(f'<input type="hidden" name="{name}" value="{html.escape(v)}">' for name, v in fields.items())


def _make(ledger: Ledger, _: Path) -> Starlette:
    def show(title: str, body: str, problem: str = "") -> HTMLResponse:
        said = alert(problem) if problem else ""
        whole = page(title, _BRAND, f"<h1>{title}</h1>{said}{body}", style=_STYLE)
        return HTMLResponse(whole, 422 if problem else 200)

    def person(kind: str, problem: str = "") -> HTMLResponse:
        fields = entry("name", "Full name") + entry("birth", "Date of birth", kind="date") + entry("email", "E-mail")
        body = f'<form class="card" method="post" action="/person">{_kept({"kind": kind})}{fields}'
        return show("About you", f"{body}{_buttons('Next', 'Start again')}</form>", problem)

    def review(kept: dict[str, str], problem: str = "") -> HTMLResponse:
        lines = "".join(f"<p>{name}: {html.escape(value)}</p>" for name, value in kept.items())
        ticks = tick("read", "I have read what is covered") + tick("offers", "Send me offers")
        body = f'<form class="card" method="post" action="/review">{_kept(kept)}{lines}{ticks}'
        return show("Check and send", f"{body}{_buttons('Send request', 'Start again')}</form>", problem)

    async def start(request: Request) -> HTMLResponse:
        problem = ""
        if request.method == "POST":
            kind = str((await request.form()).get("kind", ""))
            if kind in _KINDS:
                return person(kind)
            problem = "Choose what to insure."
        kinds = "".join(
            f'<div class="kind" data-row="{key}" data-truth="row:{key}">{tick("kind", name, kind="radio", value=key)}'
            f"<p>{says}</p></div>"
            for key, (name, says) in _KINDS.items()
        )
        body = f'<form class="card" method="post" action="/"><div data-rows="">{kinds}</div>'
        return show("What do you want to insure?", f"{body}{_buttons('Next', 'Leave')}</form>", problem)

    async def of_person(request: Request) -> HTMLResponse:
        form = {name: str(value) for name, value in (await request.form()).items()}
        if not all(form.get(name) for name in ("name", "birth", "email")):
            return person(form.get("kind", ""), "Enter your name, your date of birth and your e-mail address.")
        return review({name: form[name] for name in ("kind", "name", "birth", "email")})

    async def reviewed(request: Request) -> HTMLResponse:
        form = {name: str(value) for name, value in (await request.form()).items()}
        kept = {name: form.get(name, "") for name in ("kind", "name", "birth", "email")}
        if "read" not in form or not all(kept.values()):
            return review(kept, "Confirm that you have read what is covered.")
        ledger.enter("request", {**kept, "offers": form.get("offers", "no")})
        return show("Your request is sent", '<p role="status">Thank you. We answer within two days.</p>')

    return Starlette(
        routes=[
            Route("/", start, methods=["GET", "POST"]),
            Route("/person", of_person, methods=["POST"]),
            Route("/review", reviewed, methods=["POST"]),
        ]
    )


SITE = Site(
    name="quote",
    task="Ask for a quote for a bicycle for Ana Silva, born on 7 March 1988, ana@silva.example.",
    make=_make,
    flow=(
        Do("click", "radio", "Bicycle"),
        Do("click", "button", "Next"),
        Do("type", "textbox", "Full name", "Ana Silva"),
        Do("type", "textbox", "Date of birth", "1988-03-07"),
        Do("type", "textbox", "E-mail", "ana@silva.example"),
        Do("click", "button", "Next"),
        Do("click", "checkbox", "I have read what is covered"),
        Do("click", "button", "Send request"),
    ),
    data={"name": "Ana Silva", "birth": "1988-03-07", "email": "ana@silva.example"},
    handles=Handles(
        page="/person",
        sends="/review",
        label=("Full name", "Your name in full"),
        button=("Send request", "Send my request"),
        heading=("About you", "Your details"),
        other_label="Policy number",
        other_button="Withdraw request",
        field="birth",
        required="read",
        swapped=("name", "email"),
        twin=(
            "name",
            '<form class="card"><h2>Have a code?</h2><label>Code <input></label> <button>Next</button></form>',
        ),
        row="bicycle",
        namesake=(("Bicycle", "Motorcycle"), ("Theft and falls, at home and abroad", "Theft and falls of motorcycles")),
        ready="read",
    ),
)
