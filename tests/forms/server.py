"""A web server for one run of one case: it shows the pages and keeps what was sent."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from jinja2 import Environment, FileSystemLoader
from starlette.applications import Starlette
from starlette.datastructures import FormData, QueryParams
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.forms.cases import Case, Post
from tests.forms.judge import Submission, Value


class Site:
    """The pages of `case` as one visitor sees them. `submissions` is the truth, in the order of arrival."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.url = ""
        self.submissions: list[Submission] = []
        self._kept: dict[str, dict[str, Value]] = {}
        self._templates = Environment(loader=FileSystemLoader(case.folder), autoescape=True, trim_blocks=True)
        pages = {"/": "index.html", **case.pages}
        self.app = Starlette(
            routes=[
                *(Route(post.path, self._receive, methods=["POST"]) for post in case.posts),
                *(Route(path, self._show, methods=["GET"]) for path in pages),
                Route("/favicon.ico", lambda request: Response(status_code=204)),
            ]
        )
        self._pages = pages
        self._posts = {post.path: post for post in case.posts}

    def _render(self, template: str, query: QueryParams | None = None, errors: dict[str, str] | None = None) -> str:
        """`v` is what the flow holds so far, `q` the address's parameters, `errors` messages by field."""
        values = {name: value for step in self._kept.values() for name, value in step.items()}
        return self._templates.get_template(template).render(v=values, q=dict(query or {}), errors=errors or {})

    async def _show(self, request: Request) -> Response:
        return HTMLResponse(self._render(self._pages[request.url.path], request.query_params))

    async def _receive(self, request: Request) -> Response:
        post = self._posts[request.url.path]
        async with request.form() as form:
            fields = _fields(form)
        self._kept.pop(post.path, None)  # so that the page sent last wins over one that was sent before
        self._kept[post.path] = fields
        errors = _broken(post, fields)
        every = {name: value for step in self._kept.values() for name, value in step.items()}
        accepted = not errors and not post.fails
        self.submissions.append(Submission(post.path, every, accepted=accepted, final=post.final, decoy=post.decoy))
        if errors:
            return HTMLResponse(self._render(post.back, request.query_params, errors), status_code=422)
        if post.fails:
            return HTMLResponse(self._render("error.html"), status_code=500)
        return RedirectResponse(post.then, status_code=303)


def _fields(form: FormData) -> dict[str, Value]:
    """Each field's text with plain line ends; a name that was sent more than once holds all of its values."""
    fields: dict[str, Value] = {}
    for name in form:
        values = tuple(str(value).replace("\r\n", "\n") for value in form.getlist(name))
        fields[name] = values[0] if len(values) == 1 else values
    return fields


def _broken(post: Post, fields: dict[str, Value]) -> dict[str, str]:
    errors: dict[str, str] = {}
    for check in post.checks:
        value = fields.get(check.field, "")
        text = value if isinstance(value, str) else " ".join(value)
        if not re.fullmatch(check.pattern, text.strip(), re.DOTALL):
            errors.setdefault(check.field, check.message)
    return errors


class _Server(uvicorn.Server):
    """A server that leaves the process's signals to whoever started it, and ends at once when told to."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.over = asyncio.Event()

    async def main_loop(self) -> None:
        await self.over.wait()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def serve(case: Case) -> AsyncIterator[Site]:
    """The case on a free port of this machine for as long as the block lasts; `site.url` is where it begins."""
    site = Site(case)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        site.url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        config = uvicorn.Config(site.app, lifespan="off", log_level="error", timeout_graceful_shutdown=1)
        server = _Server(config)
        running = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield site
        finally:
            server.over.set()
            await running
