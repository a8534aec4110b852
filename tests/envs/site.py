"""A real web server on loopback whose pages a test writes itself."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import socket
from collections.abc import AsyncIterator, Callable

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route

Render = Callable[[Request], Response]


class Site:
    """Pages by path. Beside them: /late, /hang, /events, /file, /empty, /status, /redirect and /echo.

    `url` is at 127.0.0.1 and `other` the same server at localhost, which browsers take for a different site.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.other = f"http://localhost:{port}"
        self.asked: list[str] = []
        self._pages: dict[str, str] = {}
        self._numbers = itertools.count(1)
        self.released = asyncio.Event()

    def page(self, body: str, *, title: str = "A page", head: str = "", path: str | None = None) -> str:
        """Serve a page and give its path."""
        path = path or f"/p{next(self._numbers)}"
        self._pages[path] = (
            f"<!doctype html><html lang=en><head><title>{title}</title>{head}</head><body>{body}</body></html>"
        )
        return path

    async def serve(self, request: Request) -> Response:
        path = request.url.path
        self.asked.append(f"{request.method} {path}" + (f"?{request.url.query}" if request.url.query else ""))
        if path in self._pages:
            return HTMLResponse(self._pages[path])
        match path:
            case "/late":
                await asyncio.sleep(float(request.query_params.get("ms", 300)) / 1000)
                return PlainTextResponse(request.query_params.get("text", "late text"))
            case _ if path.startswith("/hang"):
                await self.released.wait()
                return PlainTextResponse("released")
            case "/events":
                return StreamingResponse(self._events(), media_type="text/event-stream")
            case "/file":
                return PlainTextResponse(
                    "content", headers={"content-disposition": 'attachment; filename="report.txt"'}
                )
            case "/empty":
                return Response(status_code=204)
            case "/status":
                return HTMLResponse("<h1>Sorry</h1>", status_code=int(request.query_params["code"]))
            case "/redirect":
                return RedirectResponse(request.query_params["to"])
            case "/echo":
                form = await request.form() if request.method == "POST" else request.query_params
                fields = "".join(f"<li>{key}={value}</li>" for key, value in form.items())
                return HTMLResponse(f"<title>Echo</title><ul>{fields}</ul>")
            case "/json":
                return JSONResponse({"ok": True})
            case _:
                return HTMLResponse("<title>Not here</title><h1>Not here</h1>", status_code=404)

    async def _events(self) -> AsyncIterator[str]:
        yield "data: one\n\n"
        await self.released.wait()


@contextlib.asynccontextmanager
async def served() -> AsyncIterator[Site]:
    """The site on a free port of 127.0.0.1, on the running loop."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        site = Site(listening.getsockname()[1])
        app = Starlette(routes=[Route("/{path:path}", site.serve, methods=["GET", "POST"])])
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off", timeout_graceful_shutdown=1))
        running = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield site
        finally:
            site.released.set()
            server.should_exit = True
            await running
