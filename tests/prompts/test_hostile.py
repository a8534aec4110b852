"""Whatever a model answers: an action that is written there, or a ParseError, in time that grows with its length."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions import Finish, ParseError, Press
from prompts import registry
from prompts.base import Dialect, Reply
from tests.prompts.replies import SISTERS, boxed, look
from tests.prompts.strategies import texts

DIALECTS: list[Dialect] = [registry.get(name) for name in registry.names()]
PARSERS = [dialect for dialect in DIALECTS if dialect.name not in SISTERS]
"""One dialect of each way to read an answer."""
PC = registry.get("glm41v-pc")
SEEN = look()
PIECES = (
    "⟦",
    "⟧",
    "left_click(",
    "type(content='",
    "start_box='[1,2]'",
    "')",
    ")",
    "(",
    "key(keys='a')",
    "Memory:",
    "[",
    "]",
    "{",
    "}",
    "Thought:",
    "Reason:",
    '{"action_type": "click"',
    '"box_2d": [[1,2,3,4]]',
    'do(action="',
    "element=[1,2]",
    "finish(message=",
    "CLICK(point=(1,2)",
    "Action:",
    "Click [3]",
    "Type [2]; [",
    "ANSWER; <content>",
    "</content>",
    "DONE()",
    "FAIL()",
    "Memory_Updated:",
    "<think>",
    "</think>",
    "<answer>",
    "</answer>",
    "<|user|>",
    "```",
    "**",
    "\n",
    "'",
    '"',
    ",",
    "=",
    "\\",
    "（",
    "）",
    "‘",
    "’",
    "：",
    " ",
    "a",
    "-",
    "7",
    "\ufeff",
)
wild = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)


def refused(error: ParseError) -> None:
    """The error says what was wrong, and where in the answer."""
    assert error.detail
    assert error.at is None or 0 <= error.at <= len(error.raw)


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
@settings(max_examples=200, deadline=None)
@given(
    text=st.one_of(wild, texts, st.text(max_size=40)),
    reasoning=st.sampled_from(["", "DONE()"]),
    reason=st.sampled_from(["stop", "length"]),
)
def test_nothing_but_a_decision_or_a_parse_error(dialect: Dialect, text: str, reasoning: str, reason: str) -> None:
    reply = Reply(text=boxed(text), reasoning=reasoning, finish_reason=reason)
    try:
        decision = dialect.parse(reply, SEEN)
    except ParseError as error:
        refused(error)
        return
    if isinstance(decision.action, Finish):
        words = ("ANSWER", "DONE(", "FINISH") if decision.action.status == "complete" else ("FAIL", "INFEASIBLE")
        assert any(word in text.upper() for word in words)
    again = dialect.parse(reply, SEEN)
    assert again == decision


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
@given(prose=st.text("abcDONEFAIL .,\n", max_size=60))
def test_prose_never_ends_a_run(dialect: Dialect, prose: str) -> None:
    with pytest.raises(ParseError):
        dialect.parse(Reply(text=prose), SEEN)


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
@given(thinking=texts.map(lambda text: text.replace("think>", "")))
def test_thinking_is_never_acted_on(dialect: Dialect, thinking: str) -> None:
    action = Press(keys=("enter",))
    answer = dialect.format(action, thought="t")
    for reply in (
        Reply(text=f"<think>{thinking.replace('<|user|>', '')}</think>{answer}"),
        Reply(text=f"<think>{thinking.replace('<|user|>', '')}</think><answer>{answer}</answer>"),
        Reply(text=answer, reasoning=thinking),
    ):
        assert dialect.parse(reply, SEEN).action == action


# each is repeated until it is long, and must be refused or read in time that grows with it
LONG = {
    "objects": '{"action_type": "wait"} ',
    "open objects": '{"action_type": "answer", "text": "',
    "objects in objects": '{"a": ',
    "objects of texts": '{"a": "b", ',
    "phone lines": 'do(action="Back")\n',
    "open phone texts": 'do(action="Type", text="',
    "reasons": "Reason: x\n",
    "prose": "The page is loading. ",
    "brackets": "(",
    "boxes": "⟦",
    "ends": "⟧",
    "pairs": "⟦x⟧",
    "open calls": "left_click(",
    "open texts": "type(content='",
    "boxed open texts": "⟦type(content='",
    "boxed open texts 2": "⟦type(content='⟧",
    "calls": "key(keys='a') ",
    "boxed calls": "⟦key(keys='a')⟧",
    "calls with more": "type(content='x', enter=True) ",
    "arguments": "type(a='x', ",
    "quotes": "'",
    "quotes and commas": "', ",
    "escapes": "\\'",
    "labels": "Memory:\n",
    "open memories": 'Memory:\n["',
    "lists": "Memory:\n[1]\n",
    "nested": "Memory:\n" + "[" * 50,
    "thoughts": "Thought: x\n",
    "actions": "Action: Click [3]\n",
    "bare verbs": "Click [3]\n",
    "open verbs": "Type [3]; [",
    "verb lines": "Action: Type [3]; [a\n",
    "contents": "ANSWER; <content>",
    "thinks": "<think>",
    "think ends": "</think>x",
    "answers": "<answer>",
    "fences": "```\n",
    "spaces": " ",
    "newlines": "\n",
    "tabs": "\t \n",
    "words": "left_click ",
    "stars": "*",
    "inline": "Action: ",
    "marks": "[3]",
    "separators": ";",
    "places": "left_click(start_box='[1,1],",
    "fullwidth": "（",
    "invisible": "\u200b",
    "done": "DONE() ",
    "angle": "<",
    "tokens": "<|",
    "escaped": "<\\",
}


class Counter:
    """Counts executed lines of the parser: a measure of its work that no busy machine can change."""

    def __init__(self) -> None:
        self.lines = 0

    def __call__(self, frame: FrameType, event: str, arg: Any) -> Any:
        if "prompts" not in frame.f_code.co_filename:
            return None
        self.lines += event == "line"
        return self


def work(dialect: Dialect, text: str) -> int:
    counter = Counter()
    before = sys.gettrace()
    sys.settrace(counter)
    try:
        dialect.parse(Reply(text=text), SEEN)
    except ParseError:
        pass
    finally:
        sys.settrace(before)
    return counter.lines


@pytest.mark.parametrize("dialect", PARSERS, ids=lambda dialect: dialect.name)
@pytest.mark.parametrize("piece", LONG.values(), ids=LONG.keys())
def test_work_grows_with_length(dialect: Dialect, piece: str) -> None:
    answer = dialect.format(Press(keys=("enter",)))
    for end in ("", answer):
        short, long = (boxed(piece * (size // len(piece)) + end) for size in (2_000, 8_000))
        assert work(dialect, long) <= 4.5 * work(dialect, short) + 500


@pytest.mark.parametrize("dialect", PARSERS, ids=lambda dialect: dialect.name)
@pytest.mark.parametrize("piece", LONG.values(), ids=LONG.keys())
def test_a_long_answer_is_read_or_refused(dialect: Dialect, piece: str) -> None:
    """100 kB of it: without deep recursion, and at once."""
    for reason in ("stop", "length"):
        try:
            dialect.parse(Reply(text=boxed(piece * (100_000 // len(piece))), finish_reason=reason), SEEN)
        except ParseError as error:
            refused(error)


def test_an_action_after_much_prose_is_found() -> None:
    for dialect in DIALECTS:
        text = "The page is loading and loading. " * 3_000 + "\n" + dialect.format(Press(keys=("enter",)))
        assert dialect.parse(Reply(text=text), SEEN).action == Press(keys=("enter",))


def test_a_repetition_is_named() -> None:
    with pytest.raises(ParseError, match="repetition") as caught:
        PC.parse(Reply(text="The page is loading. " * 5000, finish_reason="length"), SEEN)
    assert caught.value.kind == "truncated"


def test_a_memory_that_never_ends_keeps_the_last_one() -> None:
    text = boxed("⟦key(keys='tab')⟧\nMemory:\n[{\"x\": 1}") + ', {"x": 1}' * 3000
    decision = PC.parse(Reply(text=text), SEEN)
    assert decision.action == Press(keys=("tab",))
    assert decision.memory is None
    assert decision.repairs == ("memory_unreadable", "repetition")


def test_many_openings_are_no_action() -> None:
    for text in ("(" * 60_000, boxed("⟦") * 60_000):
        with pytest.raises(ParseError) as caught:
            PC.parse(Reply(text=text), SEEN)
        assert caught.value.kind == "no_action"
