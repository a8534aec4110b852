"""The reader behind chat completions, asked by the openai client as any server is."""

from __future__ import annotations

import base64
import io
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from openai import APIStatusError, AsyncOpenAI
from PIL import Image, ImageDraw

from actions import Box, Click, Element, Finish, Observation, Task, Type
from agent.reader.app import MODEL, create_app
from prompts import registry
from prompts.base import Reply, ToolCall
from prompts.tools.dialect import Tools
from tests.agent.reader.screens import TODAY


@pytest.fixture
async def client() -> AsyncIterator[AsyncOpenAI]:
    transport = httpx2.ASGITransport(app=create_app())
    async with httpx2.AsyncClient(transport=transport) as http:
        yield AsyncOpenAI(base_url="http://reader.test/v1", api_key="none", http_client=http, max_retries=0)


def picture(*, pressed: bool = False) -> bytes:
    """A page with one button in its middle."""
    image = Image.new("RGB", (640, 400), "white")
    draw = ImageDraw.Draw(image)
    if pressed:
        draw.text((200, 100), "Message sent", fill="black", font_size=24)
    else:
        draw.rounded_rectangle((240, 180, 400, 224), 6, fill="#1a56c4")
        draw.text((320, 202), "Submit", fill="white", anchor="mm", font_size=18)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def data_url(png: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(png).decode()


def order(text: str, png: bytes | None) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = [{"type": "text", "text": text}]
    if png is not None:
        parts.insert(0, {"type": "image_url", "image_url": {"url": data_url(png)}})
    return [{"role": "user", "content": parts}]


def listed(*elements: Element) -> Observation:
    return Observation(screenshot=picture(), width=640, height=400, platform="web", elements=elements, scroll=(0, 0))


NAME = Element(
    mark=0, role="textbox", name="Name", input_type="text", box=Box(left=0.1, top=0.1, right=0.5, bottom=0.2)
)


async def test_a_prompt_of_a_dialect_is_answered_in_it(client: AsyncOpenAI) -> None:
    dialect = registry.get("glm41v-web")
    seen = listed(NAME)
    messages = dialect.messages(Task(instruction="Contact them as Ana Silva", today=TODAY), [], seen)
    answer = await client.chat.completions.create(model=MODEL, messages=messages)  # type: ignore[arg-type]
    decision = dialect.parse(Reply(text=answer.choices[0].message.content or ""), seen)
    assert decision.action == Type(text="Ana Silva", into=NAME.box, replace=True)
    assert decision.repairs == ()
    assert decision.thought.endswith(".")
    assert answer.usage is not None
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens > 0


async def test_a_free_order_is_answered_with_a_place(client: AsyncOpenAI) -> None:
    answer = await ask(client, "click the Submit button")
    dialect = registry.get("glm41v-pc")
    seen = Observation(screenshot=picture(), width=640, height=400, platform="web")
    action = dialect.parse(Reply(text=answer.choices[0].message.content or ""), seen).action
    assert isinstance(action, Click)
    assert 240 < action.at.centre.x * 640 < 400
    assert 180 < action.at.centre.y * 400 < 224


async def ask(client: AsyncOpenAI, text: str) -> Any:
    return await client.chat.completions.create(model=MODEL, messages=order(text, picture()))  # type: ignore[arg-type]


async def test_the_answer_streams_and_counts(client: AsyncOpenAI) -> None:
    whole = await ask(client, "click Submit")
    stream = await client.chat.completions.create(
        model=MODEL, messages=order("click Submit", picture()), stream=True, stream_options={"include_usage": True}
    )  # type: ignore[call-overload]
    chunks = [chunk async for chunk in stream]
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text == whole.choices[0].message.content
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices][-1] == "stop"
    assert chunks[-1].usage == whole.usage


async def test_what_is_not_there_is_said_not_guessed(client: AsyncOpenAI) -> None:
    answer = await ask(client, "click the Fly button")
    seen = Observation(screenshot=picture(), width=640, height=400, platform="web")
    action = registry.get("glm41v-pc").parse(Reply(text=answer.choices[0].message.content or ""), seen).action
    assert not isinstance(action, Click | Type)
    assert not (isinstance(action, Finish) and action.status == "complete")


@pytest.mark.parametrize(
    ("messages", "status", "says"),
    [
        (order("click Submit", None), 400, "image"),
        (order("", picture()), 400, "no text"),
        ([{"role": "system", "content": "hello"}], 400, "user message"),
        (
            [
                {
                    "role": "user",
                    "content": [
                        {"type": "text", "text": "click"},
                        {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}},
                    ],
                }
            ],
            400,
            "data URL",
        ),
        (order("click Submit", b"this is no picture"), 400, "picture"),
    ],
    ids=["no image", "no text", "no user", "a link", "no picture"],
)
async def test_a_bad_request_says_what_a_right_one_has(
    client: AsyncOpenAI, messages: list[dict[str, Any]], status: int, says: str
) -> None:
    with pytest.raises(APIStatusError) as caught:
        await client.chat.completions.create(model=MODEL, messages=messages)  # type: ignore[arg-type]
    assert caught.value.status_code == status
    assert says in str(caught.value)


async def test_a_foreign_model_is_not_found(client: AsyncOpenAI) -> None:
    with pytest.raises(APIStatusError) as caught:
        await client.chat.completions.create(model="gpt-7", messages=order("click", picture()))  # type: ignore[arg-type]
    assert caught.value.status_code == 404
    assert [model.id async for model in client.models.list()] == [MODEL]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b'{"messages": []}', b'{"messages": [1]}', b"[" * 100_000])
async def test_a_body_that_is_no_request_is_refused(body: bytes) -> None:
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=create_app()), base_url="http://reader.test"
    ) as http:
        answer = await http.post("/v1/chat/completions", content=body)
        assert answer.status_code == 400
        assert answer.json()["error"]["message"]
        assert (await http.get("/health")).json()["status"] == "ok"


def test_importing_the_app_is_light() -> None:
    heavy = "{'numpy', 'cv2', 'rapidocr', 'onnxruntime', 'PIL', 'starlette', 'openai', 'playwright'}"
    code = f"import sys, agent.reader.app; sys.exit(', '.join({heavy} & set(sys.modules)) or None)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


@pytest.mark.parametrize("streamed", [False, True])
async def test_offered_functions_are_called(client: AsyncOpenAI, streamed: bool) -> None:
    """As an engine with a tool parser does it: the calls by themselves, in a stream or whole."""
    dialect, seen = Tools(), Observation(screenshot=picture(), width=640, height=400, platform="web")
    task = Task(instruction="click the Submit button", today=TODAY)
    request: dict[str, Any] = {"model": MODEL, "messages": dialect.messages(task, [], seen)}
    plain = await client.chat.completions.create(**request)
    calls: list[ToolCall] = []
    if streamed:
        async for chunk in await client.chat.completions.create(
            **request, tools=dialect.tools(task, seen), stream=True
        ):
            for piece in chunk.choices[0].delta.tool_calls or ():
                assert piece.index == 0
                calls.append(ToolCall(name=piece.function.name, arguments=piece.function.arguments, id=piece.id))
            finish, content = chunk.choices[0].finish_reason, chunk.choices[0].delta.content or ""
    else:
        choice = (await client.chat.completions.create(**request, tools=dialect.tools(task, seen))).choices[0]
        finish, content = choice.finish_reason, choice.message.content or ""
        calls = [
            ToolCall(name=call.function.name, arguments=call.function.arguments, id=call.id)
            for call in choice.message.tool_calls or ()
        ]
    assert finish == "tool_calls"
    decision = dialect.parse(Reply(text=content, tool_calls=tuple(calls), finish_reason=finish), seen)
    assert isinstance(decision.action, Click)
    assert 240 < decision.action.at.centre.x * 640 < 400
    assert decision.repairs == ()
    assert decision.thought
    text = plain.choices[0].message.content or ""
    assert plain.choices[0].finish_reason == "stop"
    assert dialect.parse(Reply(text=text), seen).action == decision.action
    assert "<tool_call>" in text
