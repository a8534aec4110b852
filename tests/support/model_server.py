"""An OpenAI-compatible server whose answers a test writes."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
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


class ModelServer:
    """Answers /v1/chat/completions with what `answer` says of the call's number and body; keeps the bodies."""

    url = ""

    def __init__(self, answer: Answer) -> None:
        self.requests: list[dict[str, Any]] = []
        self._answer = answer
        self.app = Starlette(routes=[Route("/v1/chat/completions", self._complete, methods=["POST"])])

    async def _complete(self, request: Request) -> Response:
        self.requests.append(await request.json())
        return self._answer(len(self.requests), self.requests[-1])


@asynccontextmanager
async def model_server(answer: Answer) -> AsyncIterator[ModelServer]:
    """Serve on a free port of the loopback; `url` is the base URL with /v1."""
    server = ModelServer(answer)
    async with serve(server.app) as url:
        server.url = f"{url}v1"
        yield server
