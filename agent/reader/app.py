"""The reader behind an OpenAI-compatible interface: /v1/chat/completions, /v1/models, /health."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

MODEL = "handeye-reader"
_LARGEST = 64 * 1024 * 1024


def create_app() -> Starlette:
    """The application. Nothing heavy is loaded before the first request that needs eyes."""
    import asyncio

    from starlette.applications import Starlette
    from starlette.exceptions import HTTPException
    from starlette.responses import JSONResponse, StreamingResponse
    from starlette.routing import Route

    reader: list[Any] = []
    first = asyncio.Lock()
    started = int(time.time())

    async def load() -> None:
        async with first:
            if not reader:
                reader.append(await asyncio.to_thread(_load))

    async def complete(request: Request) -> Response:
        body = await _body(request)
        _check(body)
        await load()
        from actions import DriverMissing, UsageError

        try:
            text = await asyncio.to_thread(reader[0].answer, body["messages"])
        except UsageError as error:
            raise HTTPException(400, str(error)) from error
        except DriverMissing as error:
            raise HTTPException(503, str(error)) from error
        usage = _usage(body["messages"], text)
        message, finish = _message(text, with_tools=bool(body.get("tools")))
        if body.get("stream"):
            with_usage = bool((body.get("stream_options") or {}).get("include_usage"))
            events = _stream(message, finish, usage if with_usage else None)
            return StreamingResponse(events, media_type="text/event-stream")
        return JSONResponse(_completion(message, finish, usage))

    async def models(request: Request) -> Response:
        card = {"id": MODEL, "object": "model", "created": started, "owned_by": "handeye"}
        return JSONResponse({"object": "list", "data": [card]})

    async def health(request: Request) -> Response:
        return JSONResponse({"status": "ok", "model": MODEL, "loaded": bool(reader)})

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        kind = "invalid_request_error" if error.status_code < 500 else "server_error"
        return JSONResponse(_error(error.detail, kind), status_code=error.status_code, headers=error.headers)

    async def broken(request: Request, error: Exception) -> Response:
        return JSONResponse(
            _error(f"the reader failed: {type(error).__name__}: {error}", "server_error"), status_code=500
        )

    app = Starlette(
        routes=[
            Route("/v1/chat/completions", complete, methods=["POST"]),
            Route("/v1/models", models),
            Route("/health", health),
        ],
        exception_handlers={HTTPException: refused, 500: broken},
    )
    # for who asks in this process: models load while a browser starts
    app.state.load = load
    return app


def _load() -> Any:
    from agent.reader.answer import Reader

    reader = Reader()
    reader.warm()
    return reader


async def _body(request: Request) -> dict[str, Any]:
    from starlette.exceptions import HTTPException

    received = bytearray()
    async for piece in request.stream():
        received += piece
        if len(received) > _LARGEST:
            limit = _LARGEST // 1024 // 1024
            raise HTTPException(413, f"the request is larger than {limit} MB; send smaller screenshots")
    try:
        body = json.loads(received)
    except (ValueError, RecursionError) as error:
        raise HTTPException(400, f"the body is no JSON: {error}") from error
    if not isinstance(body, dict):
        raise HTTPException(400, "the body must be a JSON object with model and messages")
    return body


def _check(body: dict[str, Any]) -> None:
    from starlette.exceptions import HTTPException

    messages = body.get("messages")
    if not isinstance(messages, list) or not messages or not all(isinstance(entry, dict) for entry in messages):
        raise HTTPException(400, "messages must be a list of at least one message with role and content")
    if not all(_is_content(entry.get("content")) for entry in messages):
        raise HTTPException(400, "a message's content must be text, or a list of parts with text or image_url")
    tools = body.get("tools")
    if tools is not None and not (isinstance(tools, list) and all(isinstance(tool, dict) for tool in tools)):
        raise HTTPException(400, "tools must be a list of functions")
    if not isinstance(body.get("stream_options") or {}, dict):
        raise HTTPException(400, "stream_options must be an object")
    model = body.get("model", MODEL)
    if model != MODEL:
        raise HTTPException(404, f"there is no model {model!r} here; this server has {MODEL}")
    if body.get("n") not in (None, 1):
        raise HTTPException(400, "n must be 1: the reader has one answer")


def _is_content(content: Any) -> bool:
    if content is None or isinstance(content, str):
        return True
    return isinstance(content, list) and all(
        isinstance(part, dict)
        and isinstance(part.get("text", ""), str)
        and isinstance(part.get("image_url", {}), dict | str)
        for part in content
    )


def _message(text: str, *, with_tools: bool) -> tuple[dict[str, Any], str]:
    """The assistant's message and its finish reason; calls stand by themselves if the request offered tools."""
    from prompts.tools.calls import split

    content, calls = split(text) if with_tools else (text, ())
    if not calls:
        return {"role": "assistant", "content": text}, "stop"
    functions = [
        {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
        for call in calls
    ]
    return {"role": "assistant", "content": content or None, "tool_calls": functions}, "tool_calls"


def _completion(message: dict[str, Any], finish: str, usage: dict[str, int]) -> dict[str, Any]:
    choice = {"index": 0, "message": message, "finish_reason": finish, "logprobs": None}
    return {**_frame("chat.completion"), "choices": [choice], "usage": usage}


async def _stream(message: dict[str, Any], finish: str, usage: dict[str, int] | None) -> AsyncIterator[str]:
    """The answer as server-sent events: the role, text and calls in one piece each, the end, and the usage if asked."""
    frame = _frame("chat.completion.chunk")

    def event(delta: dict[str, Any], finish: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return f"data: {json.dumps({**frame, 'choices': [choice]}, ensure_ascii=False)}\n\n"

    yield event({"role": message["role"], "content": ""})
    if message["content"]:
        yield event({"content": message["content"]})
    for index, call in enumerate(message.get("tool_calls", ())):
        yield event({"tool_calls": [{"index": index, **call}]})
    yield event({}, finish)
    if usage is not None:
        yield f"data: {json.dumps({**frame, 'choices': [], 'usage': usage})}\n\n"
    yield "data: [DONE]\n\n"


def _frame(kind: str) -> dict[str, Any]:
    return {"id": f"chatcmpl-{uuid.uuid4().hex}", "object": kind, "created": int(time.time()), "model": MODEL}


def _usage(messages: list[dict[str, Any]], text: str) -> dict[str, int]:
    """Text tokens, estimated; the reader has no tokens of its own, and pictures cost it none."""
    from prompts.images import text_tokens

    prompt = 0
    for message in messages:
        content = message.get("content")
        parts = [{"type": "text", "text": content}] if isinstance(content, str) else content or []
        prompt += sum(text_tokens(str(part.get("text", ""))) for part in parts if isinstance(part, dict))
    answer = text_tokens(text)
    return {"prompt_tokens": prompt, "completion_tokens": answer, "total_tokens": prompt + answer}


def _error(message: str, kind: str) -> dict[str, Any]:
    return {"error": {"message": message, "type": kind, "param": None, "code": None}}
