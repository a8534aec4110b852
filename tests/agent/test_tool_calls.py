"""Tool calls as servers send them, over real HTTP: in pieces, whole, and in the shapes that some servers invent."""

from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.responses import JSONResponse, Response

from actions import EndpointError
from agent.endpoint import OpenAIEndpoint
from prompts.base import Message, Reply, ToolCall
from tests.support.model_server import chunk, model_server, stream

HELLO: list[Message] = [{"role": "user", "content": "hello"}]


async def answered(response: Response) -> Reply:
    async with model_server(lambda number, body: response) as server:
        endpoint = OpenAIEndpoint(server.url, "glm", retries=0)
        try:
            reply = await endpoint.complete(HELLO, {"tools": [{"type": "function", "function": {"name": "back"}}]})
        finally:
            await endpoint.aclose()
    assert server.requests[0]["tools"][0]["function"]["name"] == "back"
    return reply


def called(*pieces: dict[str, Any], content: str | None = None) -> str:
    return chunk(content, delta={"tool_calls": list(pieces)})


def piece(index: int | None = 0, *, call_id: str | None = None, **function: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"function": function}
    if index is not None:
        found["index"] = index
    if call_id is not None:
        found |= {"id": call_id, "type": "function"}
    return found


END = chunk(finish="tool_calls")
DONE = "data: [DONE]\n\n"


async def test_pieces_are_put_together_by_index() -> None:
    reply = await answered(
        stream(
            chunk("I open "),
            chunk("it."),
            called(piece(0, call_id="a", name="click", arguments="")),
            called(piece(0, arguments='{"box_2d": [1, 2')),
            called(piece(1, call_id="b", name="back", arguments="{"), piece(0, arguments=", 3, 4]")),
            called(piece(0, arguments="}"), piece(1, arguments="}")),
            END,
            DONE,
        )
    )
    assert reply.text == "I open it."
    assert reply.finish_reason == "tool_calls"
    assert reply.tool_calls == (
        ToolCall(name="click", arguments='{"box_2d": [1, 2, 3, 4]}', id="a"),
        ToolCall(name="back", arguments="{}", id="b"),
    )
    assert reply.first_token_ms is not None


@pytest.mark.parametrize(
    ("events", "calls"),
    [
        pytest.param(
            [called(piece(None, call_id="a", name="click", arguments="{")), called(piece(None, arguments="}"))],
            [("click", "{}", "a")],
            id="no-index",
        ),
        pytest.param(
            [called(piece(None, call_id="a", name="click")), called(piece(None, call_id="b", name="back"))],
            [("click", "", "a"), ("back", "", "b")],
            id="no-index-two-calls",
        ),
        pytest.param(
            [called(piece(name="click", arguments="{")), called(piece(name="click", arguments="}"))],
            [("click", "{}", "")],
            id="name-again",
        ),
        pytest.param(
            [called(piece(name="click", arguments={"box_2d": [1, 2]}))], [("click", '{"box_2d": [1, 2]}', "")],
            id="object",
        ),
        pytest.param([called(piece(name="back", arguments=None))], [("back", "", "")], id="no-arguments"),
        pytest.param(
            [called(piece(1, name="back")), called(piece(0, name="click"))],
            [("click", "", ""), ("back", "", "")],
            id="out-of-order",
        ),
        pytest.param([chunk("text", delta={"tool_calls": None})], [], id="null"),
        pytest.param([chunk("text", delta={"tool_calls": []})], [], id="empty"),
        pytest.param(
            [called(piece(name="type", arguments='{"text": "\\ud83d"}'.replace("\\\\", "\\")))],
            [("type", '{"text": "\\ud83d"}', "")],
            id="half-a-character-escaped",
        ),
    ],
)  # fmt: skip
async def test_pieces_of_other_shapes(events: list[str], calls: list[tuple[str, str, str]]) -> None:
    reply = await answered(stream(*events, END, DONE))
    assert [(call.name, call.arguments, call.id) for call in reply.tool_calls] == calls


def whole(*calls: dict[str, Any], **message: Any) -> JSONResponse:
    choice = {
        "index": 0, "finish_reason": "tool_calls",
        "message": {"role": "assistant", "content": None, "tool_calls": list(calls), **message},
    }  # fmt: skip
    return JSONResponse({"id": "c", "object": "chat.completion", "created": 0, "model": "glm", "choices": [choice]})


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (
            {"id": "a", "type": "function", "function": {"name": "click", "arguments": '{"x": 1}'}},
            ("click", '{"x": 1}', "a"),
        ),
        ({"function": {"name": "click", "arguments": {"x": 1}}}, ("click", '{"x": 1}', "")),
        ({"id": None, "function": {"name": "back"}}, ("back", "{}", "")),
    ],
)
async def test_a_whole_answer(call: dict[str, Any], expected: tuple[str, str, str]) -> None:
    reply = await answered(whole(call))
    assert [(found.name, found.arguments, found.id) for found in reply.tool_calls] == [expected]
    assert reply.text == ""


@pytest.mark.parametrize(
    "response",
    [
        pytest.param(lambda: stream(chunk(delta={"tool_calls": "click"}), END, DONE), id="text-for-a-list"),
        pytest.param(lambda: stream(called(piece(name="click", arguments=5)), END, DONE), id="a-number-for-arguments"),
        pytest.param(lambda: whole({"function": {"name": 5, "arguments": []}}), id="a-list-for-arguments"),
        pytest.param(lambda: whole({"function": "click"}), id="no-function"),
    ],
)
async def test_other_shapes_are_no_answer(response: Any) -> None:
    with pytest.raises(EndpointError, match="no chat completion"):
        await answered(response())


def test_arguments_are_kept_as_text() -> None:
    assert json.loads(ToolCall.model_validate({"name": "x", "arguments": {"text": "é"}}).arguments) == {"text": "é"}
