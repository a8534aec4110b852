"""A server for form pages that a test writes itself, which keeps what was sent: the truth."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import socket
from collections.abc import AsyncIterator, Callable

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

Fields = dict[str, str]
THANKS = "<h1>Thank you, your form has been sent</h1>"


class FormSite:
    """Pages by path; what is posted anywhere is kept in `sent`, answered by what `answers` has for the path."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.sent: list[Fields] = []
        self.answers: dict[str, Callable[[Fields], tuple[int, str]]] = {}
        self._pages: dict[str, str] = {}
        self._numbers = itertools.count(1)

    def page(self, body: str, *, script: str = "") -> str:
        """Serve a page; gives its address."""
        path = f"/p{next(self._numbers)}"
        self._pages[path] = whole(body, script)
        return self.url + path

    def form(self, fields: str, *, button: str = "Send", script: str = "") -> str:
        """Serve a form that is posted to /send; gives its address."""
        return self.page(
            f"<h1>A form</h1><form method=post action=/send enctype=multipart/form-data>{fields}"
            f"<p><button>{button}</button></p></form>",
            script=script,
        )

    def clear(self) -> None:
        self.sent.clear()
        self.answers.clear()

    async def serve(self, request: Request) -> Response:
        path = request.url.path
        if request.method == "POST":
            async with request.form() as form:
                fields = {
                    name: value.filename or "" if isinstance(value, UploadFile) else value
                    for name, value in form.multi_items()
                }
            self.sent.append(fields)
            status, body = self.answers[path](fields) if path in self.answers else (200, THANKS)
            return HTMLResponse(whole(body), status_code=status)
        found = self._pages.get(path)
        return HTMLResponse(found) if found is not None else HTMLResponse("<h1>Not here</h1>", status_code=404)


def whole(body: str, script: str = "") -> str:
    style = "body{font:16px sans-serif} p,fieldset{margin:10px 0} label{display:inline-block;min-width:9em}"
    return (
        f"<!doctype html><html lang=en><head><title>A form</title><style>{style}</style></head>"
        f"<body>{body}<script>{script}</script></body></html>"
    )


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self):  # type: ignore[no-untyped-def]
        yield


@contextlib.asynccontextmanager
async def served() -> AsyncIterator[FormSite]:
    """The site on a free port of 127.0.0.1, on the running loop."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        site = FormSite(f"http://127.0.0.1:{listening.getsockname()[1]}")
        app = Starlette(routes=[Route("/{path:path}", site.serve, methods=["GET", "POST"])])
        server = _Server(uvicorn.Config(app, log_level="error", lifespan="off", timeout_graceful_shutdown=1))
        running = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield site
        finally:
            server.should_exit = True
            await running
