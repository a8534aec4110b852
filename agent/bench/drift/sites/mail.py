"""Signing in, and writing a message in a form that stands in a frame."""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from agent.bench.drift.site import Do, Handles, Ledger, Site, alert, entry, page

_BRAND = "Pigeon Post"
_STYLE = "iframe{width:100%;height:32rem;border:1px solid var(--line);background:#fff} textarea{height:9rem}"
_MAILS = (("Otto Brandt", "Lunch on Friday?"), ("Library", "Two books are due"), ("Ines Rocha", "Photos of the lake"))


def _make(ledger: Ledger, _: Path) -> Starlette:
    def sign_in(problem: str = "") -> HTMLResponse:
        fields = entry("user", "User name") + entry("password", "Password", kind="password")
        body = (
            f'<h1>Sign in</h1>{problem}<form class="card" method="post" action="/">{fields}<p data-pair="">'
            '<button class="main" data-truth="enter">Sign in</button> '
            '<a class="button" href="/" data-truth="forgot">Forgot password</a></p></form>'
        )
        return HTMLResponse(page("Sign in", _BRAND, body), 422 if problem else 200)

    async def door(request: Request) -> Response:
        if request.method == "GET":
            return sign_in()
        form = await request.form()
        if form.get("user") != "ana" or form.get("password") != "tea-and-honey":
            return sign_in(alert("The user name or the password is wrong."))
        response = RedirectResponse("/inbox", 303)
        response.set_cookie("session", "open")
        return response

    def within(request: Request, body: str, title: str) -> Response:
        if request.cookies.get("session") != "open":
            return RedirectResponse("/", 303)
        links = '<a href="/inbox" data-truth="inbox">Inbox</a><a href="/write" data-truth="write">New message</a>'
        return HTMLResponse(page(title, _BRAND, body, style=_STYLE, links=links))

    async def inbox(request: Request) -> Response:
        mails = "".join(f"<tr><td>{who}</td><td>{what}</td></tr>" for who, what in _MAILS)
        return within(request, f'<h1>Inbox</h1><div class="card"><table>{mails}</table></div>', "Inbox")

    async def write(request: Request) -> Response:
        frame = '<iframe src="/sheet" title="Message"></iframe>'
        return within(request, f"<h1>New message</h1>{frame}", "New message")

    def sheet(problem: str = "") -> str:
        return (
            f'{problem}<form method="post" action="/sheet" target="_top">{entry("to", "To")}'
            f'{entry("subject", "Subject")}<div class="field" data-part="text"><label for="text" data-truth="text">'
            'Message</label><textarea id="text" name="text" data-truth="text"></textarea></div><p data-pair="">'
            '<button class="main" data-truth="send">Send</button> '
            '<a class="button" href="/inbox" target="_top" data-truth="discard">Discard</a></p></form>'
        )

    async def message(request: Request) -> Response:
        if request.method == "GET":
            return HTMLResponse(page("Message", _BRAND, sheet(), style=_STYLE + ".top{display:none}", framed=True))
        form = await request.form()
        if not form.get("to") or not form.get("text"):
            return within(request, f"<h1>New message</h1>{sheet(alert('Say who it is for, and what.'))}", "New message")
        ledger.enter("message", dict(form))
        return within(request, '<h1>Inbox</h1><p role="status">Your message is on its way.</p>', "Inbox")

    return Starlette(
        routes=[
            Route("/", door, methods=["GET", "POST"]),
            Route("/inbox", inbox),
            Route("/write", write),
            Route("/sheet", message, methods=["GET", "POST"]),
        ]
    )


SITE = Site(
    name="mail",
    task="Sign in and write to otto@brandt.example that lunch on Friday is fine.",
    make=_make,
    flow=(
        Do("type", "textbox", "User name", "ana"),
        Do("type", "textbox", "Password", "tea-and-honey"),
        Do("click", "button", "Sign in"),
        Do("click", "link", "New message"),
        Do("type", "textbox", "To", "otto@brandt.example"),
        Do("type", "textbox", "Subject", "Lunch on Friday"),
        Do("type", "textbox", "Message", "Friday is fine, at noon."),
        Do("click", "button", "Send"),
    ),
    data={"to": "otto@brandt.example", "subject": "Lunch on Friday"},
    handles=Handles(
        page="/inbox",
        sends="/sheet",
        label=("To", "Recipient"),
        button=("Send", "Send message"),
        heading=("New message", "Write a message"),
        other_label="Password for the archive",
        other_button="Delete draft",
        field="subject",
        required="text",
        swapped=("to", "subject"),
        twin=("to", '<form><label>Invite a friend: <input></label> <button type="button">Send</button></form>'),
    ),
)
