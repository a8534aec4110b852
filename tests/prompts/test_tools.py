"""Native function calls: what is offered, what is read from answers of any shape, and what is asked."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions import Action, Box, Click, Finish, LongPress, Observation, ParseError, Platform, Task
from prompts.base import CallsFunctions, Decision, Reply, Step, ToolCall, arguments_for
from prompts.tools.calls import split
from prompts.tools.dialect import Tools
from tests.prompts.replies import look
from tests.prompts.strategies import boxes, fractions, mobile_actions, pc_actions, texts
from tests.prompts.test_hostile import refused
from tests.prompts.test_round_trip import near

TOOLS = Tools()
SEEN = look()
TASK = Task(instruction="book a room")
actions = st.one_of(pc_actions(), mobile_actions(), st.builds(LongPress, at=boxes, seconds=st.floats(0.01, 30)))
KINDS = {str(action.model_fields["kind"].default) for action in get_args(get_args(Action)[0])}


def on(platform: Platform) -> Observation:
    return SEEN.model_copy(update={"platform": platform})


def functions(platform: Platform = "web", task: Task = TASK) -> dict[str, dict[str, Any]]:
    return {tool["function"]["name"]: tool["function"] for tool in TOOLS.tools(task, on(platform))}


def test_there_is_a_function_for_every_action() -> None:
    assert set(functions()) == KINDS
    assert set().union(*(functions(platform) for platform in get_args(Platform))) == KINDS


def test_a_platform_offers_its_own_only() -> None:
    assert "select" not in functions("desktop")
    assert "hover" not in functions("android")
    assert "button" not in functions("android")["click"]["parameters"]["properties"]
    assert {"long_press", "home", "back"} <= set(functions("android"))


@pytest.mark.parametrize("platform", get_args(Platform))
@pytest.mark.parametrize("instruction", ["book a room", "预订一个房间"])
def test_every_parameter_is_typed_and_described(platform: Platform, instruction: str) -> None:
    for function in functions(platform, Task(instruction=instruction)).values():
        parameters = function["parameters"]
        assert function["description"]
        # with no required text, engines' parsers of the family's tags lose a call without arguments
        assert parameters["required"][0] == "reason"
        assert set(parameters["required"]) <= set(parameters["properties"])
        for schema in parameters["properties"].values():
            assert schema["description"]
            assert schema["type"] in ("array", "string", "number", "integer", "boolean")
            assert ("items" in schema) is (schema["type"] == "array")


def test_types_choices_and_defaults_are_the_vocabularys() -> None:
    click = functions()["click"]["parameters"]["properties"]
    assert click["button"] | {"description": ""} == {
        "type": "string", "enum": ["left", "right", "middle"], "default": "left", "description": "",
    }  # fmt: skip
    assert click["count"]["type"] == "integer"
    assert functions()["wait"]["parameters"]["required"] == ["reason"]
    assert functions()["finish"]["parameters"]["properties"]["status"]["enum"] == ["complete", "infeasible"]
    assert functions()["type"]["parameters"]["required"] == ["reason", "text"]


def test_a_request_carries_the_functions() -> None:
    assert isinstance(TOOLS, CallsFunctions)
    arguments = arguments_for(TOOLS, TASK, SEEN)
    assert arguments["tools"] == TOOLS.tools(TASK, SEEN)
    assert arguments["tool_choice"] == "auto"
    assert "tools" not in TOOLS.sampling
    assert json.loads(json.dumps(arguments)) == arguments


@settings(max_examples=400, deadline=None)
@given(action=actions, thought=texts, memory=texts)
def test_what_is_written_is_read_as_text_and_as_calls(action: Action, thought: str, memory: str) -> None:
    written = TOOLS.format(action, thought=thought, memory=memory)
    content, calls = split(written)
    assert (content, len(calls)) == ("", 1)
    for reply, own in ((Reply(text=written), {"tool_call_in_content"}), (Reply(text="", tool_calls=calls), set())):
        decision = TOOLS.parse(reply, SEEN)
        assert near(decision.action, action), written
        assert set(decision.repairs) <= own | {"degenerate_box", "box_from_point"}
        assert decision.memory == (memory or None)
        assert TOOLS.settled(reply, SEEN)


def test_content_before_the_tags_stays_content() -> None:
    written = f"I look.\n{TOOLS.format(Finish(status='complete'), thought='t')}"
    content, calls = split(written)
    assert content == "I look."
    assert [call.name for call in calls] == ["finish"]
    assert split("no call") == ("no call", ())


pieces = st.lists(
    st.sampled_from(
        ['{"', '"}', '"text": ', '"box_2d": ', "[1,2,3,4]", '"a"', ",", "}", "{", "[", "]", ":", "null", "true", "1e9",
         "NaN", "\\", '\\"', "\\u12", "'", "True", '"keys": ["ctrl"]', '"status": "complete"', "0x1", "-", "9" * 30]
    ),
    max_size=12,
).map("".join)  # fmt: skip
names = st.sampled_from([*sorted(KINDS), "type_text", "functions.click", "computer", "", "x" * 300])


@settings(max_examples=1_000, deadline=None)
@given(
    calls=st.lists(st.builds(ToolCall, name=names, arguments=st.one_of(pieces, texts)), min_size=1, max_size=3),
    text=texts,
    reason=st.sampled_from(["tool_calls", "stop", "length"]),
)
def test_any_call_is_an_action_or_a_parse_error(calls: list[ToolCall], text: str, reason: str) -> None:
    reply = Reply(text=text, tool_calls=tuple(calls), finish_reason=reason)
    TOOLS.settled(reply, SEEN)
    try:
        decision = TOOLS.parse(reply, SEEN)
    except ParseError as error:
        refused(error)
        return
    if isinstance(decision.action, Finish):
        assert "status" in calls[0].arguments


def test_nesting_costs_no_recursion() -> None:
    for arguments in ('{"text": ' + "[" * 50_000, "[" * 50_000 + "]" * 50_000, '{"a":' * 30_000):
        with pytest.raises(ParseError):
            TOOLS.parse(Reply(text="", tool_calls=(ToolCall(name="type", arguments=arguments),)), SEEN)


@pytest.mark.parametrize(
    ("reply", "settled"),
    [
        (Reply(text="I look at it"), False),
        (Reply(text="<tool_call>back"), False),
        (Reply(text="<tool_call>back</tool_call>"), True),
        (Reply(text="<tool_call></tool_call>"), False),
        (Reply(text="", tool_calls=(ToolCall(name="click", arguments='{"box_2d": [1, 2'),)), False),
        (Reply(text="", tool_calls=(ToolCall(name="click", arguments='{"a": {"b": 1}'),)), False),
        (Reply(text="", tool_calls=(ToolCall(name="click", arguments='{"box_2d": [1, 2, 3, 4]} '),)), True),
        (Reply(text="", tool_calls=(ToolCall(name="", arguments="{}"),)), False),
        (Reply(text="", tool_calls=(ToolCall(name="back", arguments=""), ToolCall(name="x", arguments=""))), True),
    ],
)
def test_a_call_is_settled_when_it_is_whole(reply: Reply, settled: bool) -> None:
    assert TOOLS.settled(reply, SEEN) is settled


@given(x=fractions, text=texts)
def test_what_the_history_shows_can_be_answered_again(x: float, text: str) -> None:
    """A model that copies the form of its earlier steps instead of calling is understood."""
    for action in (Click(at=Box(left=x, top=x, right=x, bottom=x)), Finish(status="infeasible", answer=text)):
        step = Step(seen=SEEN, reply=Reply(text=""), decision=Decision(action=action))
        said = TOOLS.read(TOOLS.messages(TASK, [step], SEEN))
        assert said is not None
        decision = TOOLS.parse(Reply(text=said.past[0]), SEEN)
        assert near(decision.action, action)
        assert decision.repairs[0] == "tool_call_in_content"
