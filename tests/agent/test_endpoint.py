"""The endpoint client against a real HTTP server that answers as servers in the wild do."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse

from actions import EndpointError, EndpointRefused, EndpointTimeout, UsageError
from agent.endpoint import OpenAIEndpoint, ScriptedEndpoint
from prompts.base import Reply
from tests.support.model_server import Answer, ModelServer, chunk, error, model_server, stream

MESSAGES = [{"role": "user", "content": "hello"}]


@asynccontextmanager
async def endpoint_to(answer: Answer, **options: Any) -> AsyncIterator[tuple[OpenAIEndpoint, ModelServer]]:
    async with model_server(answer) as server:
        endpoint = OpenAIEndpoint(server.url, "glm", **options)
        try:
            yield endpoint, server
        finally:
            await endpoint.aclose()


async def ask(answer: Answer, **options: Any) -> tuple[Reply, ModelServer]:
    async with endpoint_to(answer, **options) as (endpoint, server):
        return await endpoint.complete(MESSAGES, {"temperature": 0.0}), server


async def test_a_stream_is_gathered_with_its_usage() -> None:
    usage = {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}
    reply, server = await ask(
        lambda n, body: stream(
            chunk("Hel"), chunk("lo"), chunk(finish="stop"), chunk(choices=False, usage=usage), "data: [DONE]\n\n"
        )
    )
    assert (reply.text, reply.finish_reason, reply.model) == ("Hello", "stop", "glm")
    assert (reply.usage.prompt, reply.usage.completion) == (7, 3)
    assert reply.first_token_ms is not None
    assert reply.first_token_ms <= reply.total_ms
    assert server.requests[0]["temperature"] == 0.0
    assert server.requests[0]["stream_options"] == {"include_usage": True, "continuous_usage_stats": True}


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
async def test_reasoning_in_a_field_of_its_own_stays_apart(field: str) -> None:
    reply, _ = await ask(lambda n, body: stream(chunk(delta={field: "hm"}), chunk("DONE()"), chunk(finish="stop")))
    assert (reply.reasoning, reply.text) == ("hm", "DONE()")


async def test_a_server_that_does_not_stream_is_read_too() -> None:
    body = {
        "id": "c", "object": "chat.completion", "created": 0, "model": "glm",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "whole"}, "finish_reason": "length"}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3},
    }  # fmt: skip
    reply, _ = await ask(lambda n, request: JSONResponse(body))
    assert (reply.text, reply.finish_reason, reply.usage.completion) == ("whole", "length", 2)


async def test_a_field_that_a_server_refuses_by_name_is_left_out_from_then_on_and_said_once() -> None:
    def picky(n: int, body: dict[str, Any]) -> Response:
        if "skip_special_tokens" in body:
            return JSONResponse({"detail": "Unexpected fields in the request: {'skip_special_tokens'}"}, 422)
        return stream(chunk("ok"), chunk(finish="stop"))

    async with endpoint_to(picky) as (endpoint, server):
        replies = [await endpoint.complete(MESSAGES, {}) for _ in range(2)]
    assert [reply.text for reply in replies] == ["ok", "ok"]
    assert [("skip_special_tokens" in request) for request in server.requests] == [True, False, False]
    assert all("stream_options" in request for request in server.requests)
    assert [len(reply.notes) for reply in replies] == [1, 0]
    assert "skip_special_tokens" in replies[0].notes[0]


async def test_a_hosted_server_that_names_no_field_keeps_those_that_it_knows() -> None:
    def picky(n: int, body: dict[str, Any]) -> Response:
        unknown = {"chat_template_kwargs", "skip_special_tokens", "continuous_usage_stats"}
        if unknown & {*body, *body.get("stream_options", {})}:
            return error("invalid parameter (1210)", 400)
        return stream(chunk("ok"), chunk(finish="stop"))

    async with endpoint_to(picky, thinking="off") as (endpoint, server):
        replies = [await endpoint.complete(MESSAGES, {}) for _ in range(2)]
    assert "continuous_usage_stats, skip_special_tokens, chat_template_kwargs" in replies[0].notes[0]
    last = server.requests[-1]
    assert last["stream_options"] == {"include_usage": True}
    assert last["thinking"] == {"type": "disabled"}
    assert len(server.requests) == 5


async def test_a_request_that_is_wrong_in_itself_costs_no_field() -> None:
    def strict(n: int, body: dict[str, Any]) -> Response:
        if body["messages"] != MESSAGES:
            return JSONResponse({"error": {"message": "too long"}}, 400)
        return stream(chunk("ok"), chunk(finish="stop"))

    async with endpoint_to(strict) as (endpoint, server):
        with pytest.raises(EndpointRefused, match="too long"):
            await endpoint.complete([*MESSAGES, *MESSAGES], {})
        assert (await endpoint.complete(MESSAGES, {})).notes == ()
    assert server.requests[-1]["skip_special_tokens"] is False


async def test_a_stream_cut_half_way_is_asked_again() -> None:
    reply, server = await ask(
        lambda n, body: stream(chunk("half")) if n == 1 else stream(chunk("whole"), chunk(finish="stop"))
    )
    assert (reply.text, len(server.requests)) == ("whole", 2)


async def test_a_stream_that_is_always_cut_is_an_error() -> None:
    with pytest.raises(EndpointError, match="broke off its answer 2 times"):
        await ask(lambda n, body: stream(chunk("half")), retries=1)


FAULTS: list[tuple[str, Answer, type[EndpointError], str]] = [
    ("html", lambda n, b: HTMLResponse("<h1>Welcome</h1>"), EndpointError, "text/html.*ends in /v1"),
    ("rubbish", lambda n, b: Response(b"\xff\xfe{{{", media_type="application/json"), EndpointError, "no chat compl"),
    ("json of another kind", lambda n, b: JSONResponse({"ok": True}), EndpointError, "no chat completion"),
    ("error with 200", lambda n, b: JSONResponse({"error": "busy"}), EndpointError, "with HTTP 200: busy"),
    ("error in the stream", lambda n, b: stream('data: {"error": {"message": "oom"}}\n\n'), EndpointError, "oom"),
    ("error in words", lambda n, b: stream('data: {"error": "cuda oom"}\n\n'), EndpointError, "cuda oom"),
    (
        "error half-way",
        lambda n, b: stream(chunk("DONE()"), 'data: {"error": {"message": "oom"}}\n\n'),
        EndpointError,
        "oom",
    ),
    ("null choices", lambda n, b: stream('data: {"choices": null}\n\n'), EndpointError, "empty list of choi"),
    (
        "whole without choices",
        lambda n, b: JSONResponse({"id": "c", "object": "chat.completion", "created": 0, "model": "m", "choices": []}),
        EndpointError,
        "empty list of choi",
    ),
    ("stream that is no json", lambda n, b: stream("data: <html>\n\n"), EndpointError, "no chat completion"),
    ("event that is a number", lambda n, b: stream("data: 5\n\n"), EndpointError, "no chat completion"),
    ("event that is a list", lambda n, b: stream("data: [1]\n\n"), EndpointError, "no chat completion"),
    ("choices that are text", lambda n, b: stream('data: {"choices": "x"}\n\n'), EndpointError, "no chat completion"),
    ("choice without a delta", lambda n, b: stream('data: {"choices": [{"index": 0}]}\n\n'), EndpointError, "no chat"),
    ("content of another kind", lambda n, b: stream(chunk(delta={"content": [1]})), EndpointError, "no chat compl"),
    (
        "usage in words",
        lambda n, b: stream(chunk("a", usage={"prompt_tokens": "many"})),
        EndpointError,
        "no chat compl",
    ),
    ("nesting without end", lambda n, b: stream("data: " + "[" * 200_000 + "\n\n"), EndpointError, "no chat compl"),
    (
        "half a character",
        lambda n, b: Response(b'data: {"choices": "\xff"}\n\n', media_type="text/event-stream"),
        EndpointError,
        "no chat completion",
    ),
    ("no choices", lambda n, b: stream(chunk(choices=False), "data: [DONE]\n\n"), EndpointError, "empty list of choi"),
    ("key", lambda n, b: JSONResponse({"error": {"message": "bad key"}}, 401), EndpointRefused, "AGENT_API_KEY"),
    ("model", lambda n, b: JSONResponse({"error": {"message": "no glm"}}, 404), EndpointRefused, "--model"),
    ("request", lambda n, b: JSONResponse({"error": {"message": "too long"}}, 400), EndpointRefused, "too long"),
    ("too many", lambda n, b: JSONResponse({"error": {"message": "slow"}}, 429), EndpointError, "too many requests"),
    ("server error", lambda n, b: Response("Traceback", 500), EndpointError, "HTTP 500"),
]


@pytest.mark.parametrize(("answer", "kind", "words"), [fault[1:] for fault in FAULTS], ids=[f[0] for f in FAULTS])
async def test_every_fault_of_a_server_has_its_error(answer: Answer, kind: type[EndpointError], words: str) -> None:
    with pytest.raises(kind, match=f"(?s){words}"):
        await ask(answer, retries=0)


def fine() -> Response:
    return stream(chunk("ok"), chunk(finish="stop"))


@pytest.mark.parametrize(
    "fault",
    [
        lambda: error("slow down", 429, **{"retry-after-ms": "10"}),
        lambda: error("slow down", 429, **{"retry-after": "0.01"}),
        lambda: error("slow down", 429),
        lambda: Response("Bad Gateway", 502),
        lambda: error("loading", 503),
        lambda: cut_connection(chunk("half")),
        lambda: cut_connection(),
        lambda: stream(chunk("half"), 'data: {"id": "c", "choi'),
    ],
    ids=["429-ms", "429-after", "429", "502", "503", "cut", "cut-at-once", "cut-event"],
)
async def test_what_passes_is_tried_again_and_not_counted_twice(fault: Callable[[], Response]) -> None:
    reply, server = await ask(lambda n, body: fault() if n == 1 else fine(), retries=1)
    assert (reply.text, reply.finish_reason, len(server.requests)) == ("ok", "stop", 2)


def cut_connection(*events: str) -> Response:
    """A stream whose connection breaks after these events."""

    async def send() -> AsyncIterator[str]:
        for event in events:
            yield event
        raise ConnectionResetError("the engine died")

    return StreamingResponse(send(), media_type="text/event-stream")


async def test_a_server_that_is_always_busy_says_when_to_come_back() -> None:
    with pytest.raises(EndpointError, match=r"too many requests \(429: slow down\)\. Try in 3600 s"):
        await ask(lambda n, body: error("slow down", 429, **{"retry-after": "3600"}), retries=1)


async def test_a_first_token_may_take_its_time() -> None:
    async def slow() -> AsyncIterator[str]:
        yield ": still reading the picture\n\n"
        await asyncio.sleep(0.5)
        yield chunk("ok") + chunk(finish="stop")

    reply, _ = await ask(lambda n, body: StreamingResponse(slow(), media_type="text/event-stream"), timeout=30)
    assert reply.text == "ok"
    assert (reply.first_token_ms or 0) >= 500


@pytest.mark.parametrize("begun", [True, False])
async def test_silence_is_a_timeout_and_is_not_waited_for_again(begun: bool) -> None:
    async def never() -> AsyncIterator[str]:
        if begun:
            yield chunk("a")
        await asyncio.sleep(30)

    async with endpoint_to(lambda n, body: StreamingResponse(never(), media_type="text/event-stream"), timeout=0.3) as (
        endpoint,
        server,
    ):
        with pytest.raises(EndpointTimeout, match="silent for 0.3 s"):
            await endpoint.complete(MESSAGES, {})
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "refusal",
    [
        error("The model `glm` does not exist.", 404),
        error("Server is pinned to 'glm-4.1v'; requested 'glm'.", 400),
        JSONResponse({"detail": "no such model"}, 422),
    ],
    ids=["404", "400", "422"],
)
async def test_a_model_that_the_server_does_not_have_is_told_with_those_that_it_has(refusal: Response) -> None:
    async with model_server(lambda n, body: refusal, models=["glm-4.1v", "glm-4.5v"]) as server:
        endpoint = OpenAIEndpoint(server.url, "glm")
        with pytest.raises(EndpointRefused, match=r"no model 'glm'; give --model one of: glm-4\.1v, glm-4\.5v\."):
            await endpoint.complete(MESSAGES, {})
        await endpoint.aclose()


async def test_a_refusal_that_is_not_about_the_model_blames_no_model() -> None:
    async with model_server(lambda n, body: error("too many images", 400), models=["glm"]) as server:
        endpoint = OpenAIEndpoint(server.url, "glm")
        with pytest.raises(EndpointRefused, match="refused the request: too many images$"):
            await endpoint.complete(MESSAGES, {})
        await endpoint.aclose()


KEY = "sk-canary-7f3a"
TELLTALES: list[Callable[[], Response]] = [
    lambda: error(f"Incorrect API key provided: {KEY}", 401),
    lambda: error(f"{KEY} may not", 403),
    lambda: error(f"bad field, {KEY}", 400),
    lambda: error(f"no model for {KEY}", 404),
    lambda: error(f"{KEY} is too fast", 429),
    lambda: error(f"crashed for {KEY}", 500),
    lambda: JSONResponse({"error": f"no credit on {KEY}"}),
    lambda: stream(f'data: {{"error": {{"message": "{KEY}"}}}}\n\n'),
    lambda: HTMLResponse(f"<p>{KEY}</p>"),
]


@pytest.mark.parametrize("answer", TELLTALES)
async def test_a_key_that_the_server_repeats_is_shown_nowhere(
    answer: Callable[[], Response], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with endpoint_to(lambda n, body: answer(), api_key=KEY, retries=0) as (endpoint, server):
        with pytest.raises(EndpointError) as caught:
            await endpoint.complete(MESSAGES, {})
    assert server.keys[0] == f"Bearer {KEY}"
    assert KEY not in "".join(traceback.format_exception(caught.value)) + caplog.text


async def test_credentials_in_the_address_reach_the_server_and_nobody_else(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with model_server(lambda n, body: error("pw-canary, q-canary: no", 403)) as server:
        endpoint = OpenAIEndpoint(server.url.replace("://", "://ana:pw-canary@") + "?k=q-canary", "glm", retries=0)
        with pytest.raises(EndpointRefused, match="…, …: no") as caught:
            await endpoint.complete(MESSAGES, {})
        await endpoint.aclose()
    assert server.keys == ["Basic YW5hOnB3LWNhbmFyeQ=="]
    assert server.queries == ["k=q-canary"]
    assert "canary" not in "".join(traceback.format_exception(caught.value))
    assert "pw-canary" not in caplog.text


async def test_nobody_at_the_address() -> None:
    endpoint = OpenAIEndpoint("http://127.0.0.1:9/v1", "glm", retries=0)
    with pytest.raises(EndpointError, match=r"cannot reach .*127\.0\.0\.1:9.*Is it running"):
        await endpoint.complete(MESSAGES, {})


@pytest.mark.parametrize(
    ("url", "model", "key"),
    [
        ("localhost:8000/v1", "glm", None),
        ("http://localhost:8000/v1", "", None),
        ("http://[::1", "glm", None),
        ("http://localhost:99999/v1", "glm", None),
        ("http:///v1", "glm", None),
        ("http://localhost:8000/v1", "glm", "ключ"),
        ("http://localhost:8000/v1", "glm", "key\n"),
    ],
)
def test_an_address_model_or_key_that_cannot_be_is_refused_at_once(url: str, model: str, key: str | None) -> None:
    with pytest.raises(UsageError):
        OpenAIEndpoint(url, model, api_key=key)


def test_credentials_in_the_address_are_not_shown() -> None:
    assert OpenAIEndpoint("http://ana:secret@[::1]:8000/v1?k=s", "glm").address == "http://[::1]:8000/v1"


async def test_half_a_character_in_an_answer_is_replaced() -> None:
    reply, _ = await ask(lambda n, body: stream(chunk("a\ud83db"), chunk(finish="stop")))
    assert reply.text == "a\ufffdb"


async def test_a_body_that_is_cut_is_asked_again() -> None:
    def cut(n: int, body: dict[str, Any]) -> Response:
        if n > 1:
            return stream(chunk("whole"), chunk(finish="stop"))
        return Response(b'{"id": "c', media_type="application/json", headers={"content-encoding": "gzip"})

    reply, server = await ask(cut)
    assert (reply.text, len(server.requests)) == ("whole", 2)


async def test_a_script_answers_in_order_then_says_that_it_is_empty() -> None:
    endpoint = ScriptedEndpoint(
        ["one", Reply(text="two", finish_reason="length"), lambda messages: messages[0]["content"], EndpointError("x")]
    )
    assert (await endpoint.complete(MESSAGES, {})).text == "one"
    assert (await endpoint.complete(MESSAGES, {})).finish_reason == "length"
    assert (await endpoint.complete(MESSAGES, {})).text == "hello"
    with pytest.raises(EndpointError, match="x"):
        await endpoint.complete(MESSAGES, {})
    with pytest.raises(EndpointError, match="one more"):
        await endpoint.complete(MESSAGES, {})
    assert endpoint.requests[0] == MESSAGES
