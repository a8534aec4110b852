"""An OpenAI-compatible server whose answers a test writes, and one that behaves as engines do."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from envs.demo.serve import serve

Answer = Callable[[int, dict[str, Any]], Response]


def chunk(content: str | None = None, *, finish: str | None = None, choices: bool = True, **more: Any) -> str:
    """One event of a completion's stream."""
    delta = {} if content is None else {"content": content}
    found = [{"index": 0, "delta": {**delta, **more.pop("delta", {})}, "finish_reason": finish}] if choices else []
    body = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "glm", "choices": found, **more}
    return f"data: {json.dumps(body)}\n\n"


def stream(*events: str) -> StreamingResponse:
    """A stream of these events."""

    async def send() -> AsyncIterator[str]:
        for event in events:
            yield event

    return StreamingResponse(send(), media_type="text/event-stream")


def text(answer: str) -> StreamingResponse:
    """A whole answer as a stream."""
    return stream(chunk(answer), chunk(finish="stop"), "data: [DONE]\n\n")


def error(message: str, status: int, **headers: str) -> JSONResponse:
    """An error as the API words it."""
    return JSONResponse({"error": {"message": message}}, status, headers=headers)


@dataclass
class Engine:
    """An engine with a model that thinks, then answers, one token of four letters an event.

    `thinking` None is a model that does not think. `refused` are fields that it answers 400 or 422 to, naming them in
    its error or not; others that it does not know it ignores. `continues` and `switches` say whether it goes on with a
    message that was begun, and whether it can switch thinking off. `tail` is said for ever after the answer. `usage`
    says when it counts: in a last event if asked, in every event if asked, or never.
    """

    answer: str = "DONE()"
    thinking: str | None = None
    tail: str = ""
    in_field: str = ""
    refused: tuple[str, ...] = ()
    names_refused: bool = True
    continues: bool = True
    switches: bool = True
    empty_pair: bool = False
    usage: Literal["last", "steady", "never"] = "steady"
    prompt_tokens: int = 1000
    abandoned: int = 0
    """Streams that the client closed before their end."""
    sent: list[int] = field(default_factory=list)
    """Tokens of each stream, as far as it was sent."""

    def __call__(self, n: int, body: dict[str, Any]) -> Response:
        asked = {*body, *(body.get("stream_options") or {})}
        if refused := [name for name in self.refused if name in asked]:
            return error(f"unknown field: {refused[0]}" if self.names_refused else "invalid parameter (1210)", 400)
        last = body["messages"][-1]
        going_on = body.get("continue_final_message") and last["role"] == "assistant" and self.continues
        off = (body.get("chat_template_kwargs") or {}).get("enable_thinking") is False
        off = off or (body.get("thinking") or {}).get("type") == "disabled"
        pieces: list[tuple[str, str]] = []
        if not going_on and self.thinking is not None and not (off and self.switches):
            opened = [] if self.in_field else [("content", "<think>")]
            closed = [] if self.in_field else [("content", "</think>")]
            pieces += opened + [(self.in_field or "content", token) for token in tokens_of(self.thinking)] + closed
        elif off and self.empty_pair:
            pieces += [("content", "<think>"), ("content", "</think>")]
        pieces += [("content", token) for token in tokens_of(self.answer)]
        return StreamingResponse(self._send(pieces, body), media_type="text/event-stream")

    async def _send(self, pieces: list[tuple[str, str]], body: dict[str, Any]) -> AsyncIterator[str]:
        options = body.get("stream_options") or {}
        limit = body.get("max_tokens") or 100_000
        sent, finish = 0, "stop"
        self.sent.append(0)
        try:
            for where, token in _for_ever(pieces, self.tail):
                if sent == limit:
                    finish = "length"
                    break
                sent += 1
                self.sent[-1] = sent
                steady = self.usage == "steady" and options.get("continuous_usage_stats")
                yield chunk(delta={where: token}, **({"usage": self._usage(sent)} if steady else {}))
                # lets the connection be seen to close
                await asyncio.sleep(0)
            yield chunk(finish=finish)
            if self.usage != "never" and options.get("include_usage"):
                yield chunk(choices=False, usage=self._usage(sent))
            yield "data: [DONE]\n\n"
        except (asyncio.CancelledError, GeneratorExit):
            self.abandoned += 1
            raise

    def _usage(self, completion: int) -> dict[str, int]:
        total = self.prompt_tokens + completion
        return {"prompt_tokens": self.prompt_tokens, "completion_tokens": completion, "total_tokens": total}


def tokens_of(words: str) -> list[str]:
    """A text in pieces of four letters, tags by themselves."""
    return re.findall(r"</?\w+>|<\|\w+\|>|(?:(?!</?\w+>|<\|)[\s\S]){1,4}", words)


def _for_ever(pieces: list[tuple[str, str]], tail: str) -> Iterable[tuple[str, str]]:
    yield from pieces
    while tail:
        yield from (("content", token) for token in tokens_of(tail))


class ModelServer:
    """Answers /v1/chat/completions with what `answer` says of the call's number and body; keeps the bodies."""

    url = ""

    def __init__(self, answer: Answer, models: list[str] | None) -> None:
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.queries: list[str] = []
        self._answer = answer
        self._names = models
        self.app = Starlette(
            routes=[
                Route("/v1/chat/completions", self._complete, methods=["POST"]),
                Route("/v1/models", self._models),
            ]
        )

    async def _complete(self, request: Request) -> Response:
        self.requests.append(await request.json())
        self.keys.append(request.headers.get("authorization", ""))
        self.queries.append(request.url.query)
        return self._answer(len(self.requests), self.requests[-1])

    async def _models(self, request: Request) -> Response:
        if self._names is None:
            return Response(status_code=404)
        return JSONResponse({"object": "list", "data": [{"id": name, "object": "model"} for name in self._names]})


@asynccontextmanager
async def model_server(answer: Answer, models: list[str] | None = None) -> AsyncIterator[ModelServer]:
    """Serve on a free port of the loopback; `url` is the base URL with /v1. `models` None: it does not list them."""
    server = ModelServer(answer, models)
    async with serve(server.app) as url:
        server.url = f"{url}v1"
        yield server
