"""A site on its stand: served as a mutation changes it, while every press is taken down with what it hit in truth."""

from __future__ import annotations

import asyncio
import json
import random
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agent.bench.drift.markup import Node, parse
from agent.bench.drift.mutations import STYLE, Mutation, Names, renamed_style
from agent.bench.drift.site import Ledger, Site

_HIDDEN = ("data-part", "data-rows", "data-row", "data-pair", "data-framed")
_LATE = 1.2
"""Seconds after which what comes late is there."""
_LATENESS = "/-/late"
_TOLD = "/-/pressed"
_REPORTER = """<script>{
  const told = (event) => {
    const nodes = event.composedPath().filter((node) => node instanceof Element);
    const known = nodes.find((node) => node.dataset.truth !== undefined);
    const said = nodes[0] ? `<${nodes[0].localName}> ${nodes[0].textContent.trim().slice(0, 40)}` : "nothing";
    const request = new XMLHttpRequest();
    request.open("POST", "%s", false); // must be there before the page can go away
    request.send(JSON.stringify({ how: event.type, truth: known ? known.dataset.truth : said }));
  };
  for (const type of ["pointerdown", "keydown", "input"]) window.addEventListener(type, told, true);
}</script>"""


class Press(NamedTuple):
    """Something that was pressed, typed into or chosen: how, and what it was in truth."""

    how: str
    truth: str


class Stand:
    """An ASGI application: a site under a mutation.

    `ledger` is what the site did, `presses` what was pressed, in order; `touched` says whether the mutation found
    anything to change on the pages that were shown. `folder` is the site's for its files.
    """

    def __init__(self, site: Site, mutation: Mutation, folder: Path) -> None:
        self.ledger = Ledger()
        self.presses: list[Press] = []
        self.touched = mutation.change is None
        self._site = site
        self._mutation = mutation
        self._inner: ASGIApp = site.make(self.ledger, folder)
        self._names: Names = {}
        self._shown = False
        # the same delays in every run
        self._chance = random.Random(f"{site.name} {mutation.name}")  # noqa: S311

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        body = await _read(receive)
        path = scope["path"]
        if path == _TOLD:
            told = json.loads(body)
            self.presses.append(Press(told["how"], told["truth"]))
            await _answer(send, 204, b"", "text/plain")
        elif path == _LATENESS:
            await asyncio.sleep(_LATE)
            await _answer(send, 200, b"now", "text/plain")
        else:
            await self._page(scope, body, send)

    async def _page(self, scope: Scope, body: bytes, send: Send) -> None:
        path = scope["path"]
        instead = self._instead(path, scope["method"])
        if instead is not None:
            await _answer(send, instead[1], self._changed(instead[0]).encode(), "text/html; charset=utf-8")
            return
        scope = dict(scope)
        if self._names or self._mutation.drops:
            if scope["method"] == "POST":
                body = self._known(body, drops=self._mutation.drops and path == self._site.handles.sends)
                scope["headers"] = [pair for pair in scope["headers"] if pair[0] != b"content-length"]
                scope["headers"].append((b"content-length", str(len(body)).encode()))
            elif self._names:
                scope["query_string"] = self._known(scope["query_string"], drops=False)
        answer = _Answer()
        await self._inner(scope, _receiving(body), answer.take)
        if answer.kind.startswith("text/html"):
            low, high = self._mutation.seconds
            await asyncio.sleep(self._chance.uniform(low, high))
            answer.body = self._changed(answer.body.decode()).encode()
        elif answer.kind.startswith("text/css") and self._mutation.name.startswith("other ids"):
            answer.body = renamed_style(answer.body.decode()).encode()
        await answer.give(send)

    def _instead(self, path: str, method: str) -> tuple[str, int] | None:
        if self._mutation.instead is None:
            return None
        handle, source, status = self._mutation.instead
        handles = self._site.handles
        if path != getattr(handles, handle) or (self._shown and not self._mutation.again):
            return None
        if handle == "sends" and method != "POST":
            return None
        self._shown = True
        return source, status

    def _known(self, fields: bytes, *, drops: bool) -> bytes:
        """Posted fields under the names that the site knows."""
        pairs = parse_qsl(fields.decode(), keep_blank_values=True)
        renamed = [(self._names.get(name, name), value) for name, value in pairs]
        if drops:
            renamed = [(name, value) for name, value in renamed if name != self._site.handles.required]
        return urlencode(renamed).encode()

    def _changed(self, source: str) -> str:
        root = parse(source)
        if self._site.mark is not None:
            self._site.mark(root)
        framed = bool(root.with_attribute("data-framed"))
        if self._mutation.change is not None and not (framed and self._mutation.around):
            before = str(root)
            self._names |= self._mutation.change(root, self._site.handles) or {}
            self.touched = self.touched or str(root) != before
        for node in root.walk():
            for name in _HIDDEN:
                node.attrs.pop(name, None)
        head = root.first(tag="head")
        assert head is not None
        head.add(Node("style"))
        style = head.children[-1]
        assert isinstance(style, Node)
        style.add(STYLE + self._mutation.style)
        head.add(parse(_REPORTER % _TOLD).children[0], 0)
        return str(root)


class _Answer:
    """A response of the site, held back until it is changed."""

    def __init__(self) -> None:
        self.status = 200
        self.headers: list[tuple[bytes, bytes]] = []
        self.body = b""

    @property
    def kind(self) -> str:
        return dict(self.headers).get(b"content-type", b"").decode()

    async def take(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = list(message.get("headers", ()))
        else:
            self.body += message.get("body", b"")

    async def give(self, send: Send) -> None:
        # the hotel allows no scripts, and that of the stand must run
        left_out = (b"content-length", b"content-security-policy", b"etag")
        headers = [pair for pair in self.headers if pair[0] not in left_out]
        headers.append((b"content-length", str(len(self.body)).encode()))
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


async def _answer(send: Send, status: int, body: bytes, kind: str) -> None:
    headers = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _read(receive: Receive) -> bytes:
    body: bytes = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body


def _receiving(body: bytes) -> Receive:
    messages: list[dict[str, Any]] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        if not messages:
            await asyncio.Event().wait()  # nobody hangs up while an answer is made
        return messages.pop()

    return receive
