"""Streams that are closed in time: whole answers, thinking over its budget or in circles, tokens that are spent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from agent.endpoint import OpenAIEndpoint, terms_for
from agent.thinking import Terms
from prompts.base import Reply
from prompts.glm41v.pc import Glm41vPc
from prompts.tools.dialect import Tools
from tests.prompts.replies import look
from tests.support.model_server import Engine, ModelServer, chunk, model_server, stream, tokens_of

MESSAGES = [{"role": "user", "content": "hello"}]
SAMPLING = {"temperature": 0.001, "max_tokens": 4000}
ACTION = "I press it. <|begin_of_box|>left_click(start_box='[120,340]')<|end_of_box|>"
WHOLE = f'<answer>{ACTION}\nMemory:\n[{{"a": "b"}}]'
HARD = " ".join(f"Step {n} needs a look at item {n * n}." for n in range(300))
LOOP = "Let me look at the list of rooms once more, because I may have missed one of them. "
PC_TERMS = terms_for(Glm41vPc(), look(), None)
NO_SETTLING = Terms()


@asynccontextmanager
async def endpoint_to(engine: Any, **options: Any) -> AsyncIterator[tuple[OpenAIEndpoint, ModelServer]]:
    async with model_server(engine) as server:
        endpoint = OpenAIEndpoint(server.url, "glm", retries=0, **options)
        try:
            yield endpoint, server
        finally:
            await endpoint.aclose()


async def ask(engine: Any, terms: Terms = PC_TERMS, **options: Any) -> tuple[Reply, ModelServer]:
    async with endpoint_to(engine, **options) as (endpoint, server):
        return await endpoint.complete(MESSAGES, SAMPLING, terms), server


# whole answers


async def test_the_connection_is_closed_when_the_action_and_its_memory_are_whole() -> None:
    engine = Engine(answer=WHOLE, thinking="It is the first.", tail=" and so on")
    reply, _ = await ask(engine)
    assert reply.text == f"<think>It is the first.</think>{WHOLE}"
    assert (reply.finish_reason, reply.stops) == ("stop", ("settled",))
    assert engine.abandoned == 1
    assert (reply.usage.prompt, reply.usage.completion) == (1000, engine_tokens(reply))
    assert not reply.usage.estimated
    assert reply.usage.spared == 4000 - engine_tokens(reply)


def engine_tokens(reply: Reply) -> int:
    return len(tokens_of(reply.text))


async def test_early_stop_can_be_switched_off() -> None:
    reply, _ = await ask(Engine(answer=WHOLE + "</answer> and so on"), early_stop=False)
    assert reply.text.endswith("and so on")
    assert (reply.stops, reply.usage.spared) == ((), None)


@pytest.mark.parametrize("usage", ["last", "never"])
async def test_what_a_server_did_not_count_is_estimated_and_says_so(usage: Any) -> None:
    engine = Engine(answer=WHOLE, thinking="It is the first.", tail=" and so on", usage=usage)
    reply, _ = await ask(engine)
    assert reply.usage.estimated
    assert reply.usage.prompt == 2
    assert reply.usage.completion == engine_tokens(reply)


async def test_a_stream_that_ended_by_itself_is_counted_by_the_server() -> None:
    reply, _ = await ask(Engine(answer="<answer>no action</answer>", usage="last"), NO_SETTLING)
    assert (reply.usage.prompt, reply.usage.estimated) == (1000, False)


async def test_what_may_be_thinking_in_disguise_is_read_to_its_end() -> None:
    """A template that opens the thinking itself leaves only its end in the answer."""
    told = ["I could press ", ACTION, "\nMemory:\n[]", " or not.", "</think>", "DONE()"]
    answer = stream(*map(chunk, told), chunk(finish="stop"))
    reply, _ = await ask(lambda n, body: answer, Terms(settled=lambda so_far: bool(so_far.text)))
    assert reply.text == "".join(told)
    assert reply.stops == ("settled",)


async def test_a_model_that_did_not_think_once_may_be_stopped_from_then_on() -> None:
    def plain(n: int, body: dict[str, Any]) -> Any:
        return Engine(answer="DONE()", tail="" if n == 1 else " and so on")(n, body)

    terms = Terms(settled=lambda so_far: "DONE()" in so_far.text)
    async with endpoint_to(plain) as (endpoint, _):
        first, second = [await endpoint.complete(MESSAGES, SAMPLING, terms) for _ in range(2)]
    assert (first.text, first.stops) == ("DONE()", ())
    assert (second.text, second.stops) == ("DONE()", ("settled",))


async def test_asking_whether_it_is_settled_stays_linear() -> None:
    asked: list[int] = []

    def never(so_far: Reply) -> bool:
        asked.append(len(so_far.text))
        return False

    hostile = "<answer>" + "".join(f"({n})" for n in range(3000))
    await ask(Engine(answer=hostile), Terms(settled=never), thinking="off")
    assert len(asked) > 10
    assert sum(asked) < 20 * len(hostile) + 250_000


async def test_a_tool_call_is_settled_when_its_arguments_are_whole() -> None:
    def call(name: str | None, arguments: str) -> str:
        function = {"arguments": arguments} | ({"name": name} if name else {})
        return chunk(delta={"tool_calls": [{"index": 0, "id": "1", "type": "function", "function": function}]})

    events = [call("wait", ""), call(None, '{"reason": '), call(None, '"{}"}'), chunk("too much"), chunk(finish="stop")]
    reply, _ = await ask(lambda n, body: stream(*events), terms_for(Tools(), look(), None))
    assert reply.stops == ("settled",)
    assert (reply.text, reply.tool_calls[0].arguments) == ("", '{"reason": "{}"}')


# thinking


@pytest.mark.parametrize("field", ["", "reasoning_content", "reasoning"])
async def test_thinking_over_its_budget_is_closed_and_the_answer_follows(field: str) -> None:
    engine = Engine(answer=ACTION, thinking=HARD, in_field=field)
    reply, server = await ask(engine, thinking=100)
    thought = HARD[: reply.text.index("</think>") - len("<think>")]
    assert reply.text == f"<think>{thought}</think><answer>{ACTION}"
    assert 350 < len(thought) < 410
    assert (reply.reasoning, reply.stops, reply.finish_reason) == ("", ("thinking",), "stop")
    first, second = server.requests
    assert second["messages"] == [
        *first["messages"], {"role": "assistant", "content": f"<think>{thought}</think><answer>"},
    ]  # fmt: skip
    assert (second["continue_final_message"], second["add_generation_prompt"]) == (True, False)
    assert reply.usage.prompt == 2000
    # what was on its way when the connection closed is not known
    assert 110 < (reply.usage.completion or 0) <= sum(engine.sent)
    assert engine.abandoned == 1


async def test_an_answer_that_was_begun_for_the_model_is_settled_in_time_too() -> None:
    engine = Engine(answer=WHOLE.removeprefix("<answer>"), thinking=HARD, tail=" and so on")
    reply, _ = await ask(engine, thinking=100)
    assert reply.stops == ("thinking", "settled")
    assert reply.text.endswith(f"</think>{WHOLE}")
    assert reply.usage.spared == 4000 - len(tokens_of(WHOLE.removeprefix("<answer>")))


async def test_thinking_within_its_budget_is_left_alone() -> None:
    reply, server = await ask(Engine(answer=WHOLE, thinking=HARD[:300]), thinking=100)
    assert (len(server.requests), reply.text) == (1, f"<think>{HARD[:300]}</think>{WHOLE}")


async def test_thinking_that_reached_the_servers_limit_is_closed_too() -> None:
    async with endpoint_to(Engine(answer=ACTION, thinking=HARD)) as (endpoint, server):
        reply = await endpoint.complete(MESSAGES, {"max_tokens": 50}, PC_TERMS)
    assert reply.text.endswith(f"</think><answer>{ACTION}")
    assert len(server.requests) == 2


@pytest.mark.parametrize("refused", [("continue_final_message",), ("continue_final_message", "thinking")])
async def test_where_the_engine_cannot_go_on_it_is_asked_afresh_without_thinking(refused: tuple[str, ...]) -> None:
    engine = Engine(answer=ACTION, thinking=HARD, refused=refused)
    async with endpoint_to(engine, thinking=100) as (endpoint, server):
        replies = [await endpoint.complete(MESSAGES, SAMPLING, PC_TERMS) for _ in range(2)]
    for reply in replies:
        assert reply.text.endswith(f"</think>{ACTION}")
        assert reply.text.startswith(f"<think>{HARD[:100]}")
    assert all(len(request["messages"]) == 1 for request in server.requests[-2:])
    assert server.requests[-1]["chat_template_kwargs"] == {"enable_thinking": False}
    assert sum("continue_final_message" in request for request in server.requests) == 1
    assert replies[1].notes == ()


async def test_an_engine_that_only_seems_to_go_on_is_found_out() -> None:
    engine = Engine(answer=ACTION, thinking=HARD, continues=False)
    async with endpoint_to(engine, thinking=100) as (endpoint, server):
        first = await endpoint.complete(MESSAGES, SAMPLING, PC_TERMS)
        second = await endpoint.complete(MESSAGES, SAMPLING, PC_TERMS)
    assert first.text.endswith(f"</think>{ACTION}")
    assert "does not go on" in first.notes[0]
    assert first.usage.prompt == 3000
    assert (second.notes, second.usage.prompt) == ((), 2000)
    assert len(server.requests) == 5


async def test_where_nothing_closes_the_thinking_it_may_end_by_itself() -> None:
    engine = Engine(answer=ACTION, thinking=HARD[:2000], continues=False, switches=False)
    async with endpoint_to(engine, thinking=100) as (endpoint, server):
        first = await endpoint.complete(MESSAGES, SAMPLING, PC_TERMS)
        second = await endpoint.complete(MESSAGES, SAMPLING, PC_TERMS)
    assert second.text == f"<think>{HARD[:2000]}</think>{ACTION}"
    assert any("no budget" in note for note in first.notes)
    assert len(server.requests) == 4


async def test_thinking_is_switched_off_in_every_engines_way() -> None:
    engine = Engine(answer=ACTION, thinking=HARD, empty_pair=True)
    reply, server = await ask(engine, thinking="off")
    assert (reply.text, reply.thinking) == (f"<think></think>{ACTION}", False)
    assert server.requests[0]["chat_template_kwargs"] == {"enable_thinking": False}
    assert server.requests[0]["thinking"] == {"type": "disabled"}


async def test_thinking_is_switched_on_in_every_engines_way() -> None:
    reply, server = await ask(Engine(answer=WHOLE, thinking="Hm."), thinking="on")
    assert reply.thinking
    assert server.requests[0]["chat_template_kwargs"] == {"enable_thinking": True}
    assert server.requests[0]["thinking"] == {"type": "enabled"}


async def test_a_model_that_thinks_although_it_should_not_is_closed_at_once_and_from_then_on_before_it_begins() -> None:
    engine = Engine(answer=ACTION, thinking=HARD, switches=False)
    async with endpoint_to(engine, thinking="off") as (endpoint, server):
        first = await endpoint.complete(MESSAGES, SAMPLING, PC_TERMS)
        second = await endpoint.complete(MESSAGES, SAMPLING, PC_TERMS)
    assert first.text.endswith(f"</think><answer>{ACTION}")
    assert len(first.text) < 200
    assert "does not switch thinking off" in first.notes[0]
    assert second.text == f"<think></think><answer>{ACTION}"
    assert len(server.requests) == 3


async def test_with_thinking_off_an_answer_filed_as_reasoning_is_left_whole() -> None:
    events = [chunk(delta={"reasoning_content": token}) for token in [ACTION, "\nMemory:\n", "[]"] * 20]
    reply, server = await ask(lambda n, body: stream(*events, chunk(finish="stop")), thinking="off")
    assert (reply.text, reply.thinking, len(server.requests)) == ("", False, 1)
    assert reply.reasoning.startswith(ACTION)


async def test_thinking_without_an_answer_is_made_to_answer() -> None:
    def silent(n: int, body: dict[str, Any]) -> Any:
        if n == 1:
            return stream(chunk(delta={"reasoning_content": "The menu is open."}), chunk(finish="stop"))
        return stream(chunk(ACTION), chunk(finish="stop"))

    reply, _ = await ask(silent)
    assert reply.text == f"<think>The menu is open.</think><answer>{ACTION}"


# circles


async def test_thinking_in_circles_is_closed_without_its_circles() -> None:
    engine = Engine(answer=ACTION, thinking="First I look. " + LOOP * 500)
    reply, server = await ask(engine)
    assert reply.stops == ("repetition",)
    assert reply.text.endswith(f"</think><answer>{ACTION}")
    begun = server.requests[1]["messages"][-1]["content"]
    assert begun.startswith("<think>First I look. Let me")
    assert len(begun) < 2 * len(LOOP) + 50


async def test_an_answer_in_circles_is_not_read_for_ever() -> None:
    reply, _ = await ask(Engine(answer="<answer>I cannot see it. ", tail="It is loading. "))
    assert (reply.stops, reply.finish_reason) == (("repetition",), "length")


async def test_who_went_in_circles_is_asked_afresh_less_greedily() -> None:
    engine = Engine(answer=ACTION, thinking=LOOP * 500, refused=("continue_final_message",))
    reply, server = await ask(engine)
    assert reply.text.endswith(ACTION)
    assert server.requests[-1]["temperature"] == 0.8
    assert server.requests[0]["temperature"] == 0.001


# tokens


@pytest.mark.parametrize("usage", ["steady", "never"])
async def test_a_stream_ends_with_the_runs_tokens(usage: Any) -> None:
    engine = Engine(answer="<answer>", tail=HARD, usage=usage)
    prompt = 1000 if usage == "steady" else 2
    reply, server = await ask(engine, Terms(tokens=prompt + 100))
    assert (reply.stops, reply.finish_reason) == (("tokens",), "length")
    assert (reply.usage.prompt, reply.usage.completion) == (prompt, 100)
    assert server.requests[0]["max_tokens"] == prompt + 100


async def test_what_is_spent_closes_no_thinking() -> None:
    reply, server = await ask(Engine(thinking=HARD), Terms(tokens=1100), thinking=2000)
    assert (reply.stops, len(server.requests)) == (("tokens",), 1)
    reply, server = await ask(Engine(thinking=HARD), Terms(tokens=1050), thinking=49)
    assert len(server.requests) == 1
