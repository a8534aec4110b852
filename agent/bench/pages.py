"""The pages that the overhead of a step is measured on: served from loopback, and the same for everyone measured."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import HTMLResponse, PlainTextResponse

LATE_MS = 300
SIGNAL = (0, 128, 0)
"""The colour that the square in the page's corner takes when a step's effect is there to be seen."""
CORNER = (1240, 40)
"""A pixel inside that square, on a view of 1280 x 800."""

_ROOMS = "".join(
    f"<tr><td>Room {n}</td><td>{20 + n} m²</td><td>€ {60 + 7 * n}</td><td><a href='/room/{n}'>Details {n}</a></td></tr>"
    for n in range(1, 13)
)
_SHELL = """<!doctype html><html lang=en><head><meta charset=utf-8><title>{title}</title><style>
body{{font:15px/1.5 sans-serif;margin:0;color:#222}} header{{background:#234;color:#fff;padding:12px 24px}}
main{{padding:16px 24px;max-width:1000px}} td{{padding:2px 18px 2px 0}} label{{display:block;margin:6px 0}}
#signal{{position:fixed;right:20px;top:20px;width:40px;height:40px;background:{colour}}}</style></head>
<body><header><b>Twelve Rooms</b></header><div id=signal></div><main><h1>{title}</h1>{body}</main></body></html>"""
_WORK = """<p>A small house by the sea.</p>
<button onclick="done()">Toggle</button> <button onclick="late()">Availability</button>
<button onclick="route()">Gallery</button> <a href="/next">Next</a><p id=out>Nothing yet.</p>
<form method=post action=/sent><label>Name <input name=name oninput="done()"></label>
<label>Guests <select name=guests><option>1<option>2<option>3</select></label>
<label>Notes <textarea name=notes rows=2 cols=40></textarea></label><button>Send</button></form>
<table>{rooms}</table><script>
const done = (text = 'Done.') => {{ signal.style.background = 'rgb(0, 128, 0)'; out.textContent = text; }};
const late = async () => {{ out.textContent = 'Asking…'; done(await (await fetch('/late')).text()); }};
const route = () => {{ history.pushState({{}}, '', '/gallery'); document.title = 'Gallery';
  document.querySelector('h1').textContent = 'Gallery'; done(); }};
</script>"""


def app() -> Starlette:
    """`/` holds a button, a late answer, a route inside the page, a link, a field and a form."""
    from starlette.applications import Starlette
    from starlette.responses import HTMLResponse, PlainTextResponse
    from starlette.routing import Route

    done = f"rgb{SIGNAL}"

    async def work(_: Request) -> HTMLResponse:
        return HTMLResponse(_SHELL.format(title="Rooms", colour="#ddd", body=_WORK.format(rooms=_ROOMS)))

    async def following(_: Request) -> HTMLResponse:
        return HTMLResponse(_SHELL.format(title="Next", colour=done, body=f"<table>{_ROOMS}</table><a href=/>Back</a>"))

    async def sent(request: Request) -> HTMLResponse:
        form = await request.form()
        body = f"<p>{len(form)} values came.</p><a href=/>Back</a>"
        return HTMLResponse(_SHELL.format(title="Sent", colour=done, body=body))

    async def late(_: Request) -> PlainTextResponse:
        await asyncio.sleep(LATE_MS / 1000)  # the server's own slowness, which is what is measured against
        return PlainTextResponse("Three rooms are free.")

    return Starlette(
        routes=[
            Route("/", work),
            Route("/next", following),
            Route("/sent", sent, methods=["POST"]),
            Route("/late", late),
        ]
    )
