"""Answers to try parsers on: ordinary ones, long ones made to be slow, and random ones made to break."""

from __future__ import annotations

import random
from collections.abc import Sequence

from actions import (
    Action,
    Answer,
    Back,
    Box,
    Click,
    Drag,
    Element,
    Finish,
    Home,
    LongPress,
    Observation,
    Open,
    Press,
    Scroll,
    Type,
    UnsupportedAction,
    Wait,
)
from prompts.base import Dialect, Reply
from prompts.tokens import ANSWER, ANSWER_END, BOX_BEGIN, BOX_END, THINK, THINK_END, TURNS
from prompts.tools.calls import split

_SIZE = (1280, 800)
_THOUGHT = "The third entry of the list opens the page with the price that was asked for, so I open it now."
_THINKING = "The list has loaded. It shows five rooms, and the third one costs the least; its row can be clicked. "

HOSTILE = {
    "prose": "The page is loading. ", "brackets": "(", "boxes": BOX_BEGIN, "box ends": BOX_END,
    "pairs of boxes": f"{BOX_BEGIN}x{BOX_END}", "open calls": "left_click(", "open texts": "type(content='",
    "boxed open texts": f"{BOX_BEGIN}type(content='", "calls": "key(keys='a') ", "arguments": "type(a='x', ",
    "quotes": "'", "quotes and commas": "', ", "escapes": "\\'", "labels": "Memory:\n", "open memories": 'Memory:\n["',
    "lists": "Memory:\n[1]\n", "nested lists": "[" * 50, "nested objects": '{"a": ', "thoughts": "Thought: x\n",
    "actions": "Action: Click [3]\n", "open verbs": "Type [3]; [", "verb lines": "Action: Type [3]; [a\n",
    "contents": "ANSWER; <content>", "thinks": THINK, "think ends": f"{THINK_END}x", "answers": ANSWER,
    "fences": "```\n", "open fences": "```json\n{", "spaces": " ", "lines": "\n", "stars": "*", "marks": "[3]",
    "places": "left_click(start_box='[1,1],", "full width": "（", "invisible": "\u200b", "ends of runs": "DONE() ",
    "angles": "<", "tokens": "<|", "open do": 'do(action="', "dos": 'do(action="Back")\n',
    "finishes": 'finish(message="',
    "open objects": '{"action_type": "', "objects": '{"action_type": "wait"}\n', "keys": '"action_type": ',
    "rewarded": "CLICK(point=(", "tool calls": "<tool_call>", "tool call ends": "</tool_call>",
    "tool call pairs": "<tool_call>x</tool_call>", "open keys": "<tool_call>click<arg_key>", "bare keys": "<arg_key>",
    "open values": "<tool_call>type\n<arg_key>text</arg_key><arg_value>", "named": '{"name": "click", "arguments": ',
    "functions": "click(box_2d=[1,2,3,4]) ",
}  # fmt: skip
"""Pieces that are repeated until the answer is long, by what they are."""

_PIECES = (
    *HOSTILE.values(), *TURNS, ANSWER_END, "')", '")', ")", "]", "}", "]]", "start_box='[1,2]'", "[[1,2,3,4]]",
    "element=[5,6]", '"box_2d": [1,2,3,4]', "[0.1, 0.2]", "[-4000, 12]", "999999999999999999999", "NaN", "1e999",
    '{"action_type": "click", "box_2d": [[1,2,3,4]]}', "key(keys='ctrl+')", "</content>", "Memory_Updated: {}",
    "Reason: ", "Observation: ", "：", "，", "‘", "”", "｛", "\\u0041", "\\ud800", "\ud800", "\x00", "\r\n", "\u2028",
    "\ufeff", "🎉", "你好", "DONE", "FAIL(", "__import__('os')", "%s{}{0}", "</arg_value>", "</arg_key>", "None",
    "true",
)  # fmt: skip


def screen() -> Observation:
    """A look at a screen with forty elements, without a picture: parsers need none."""
    elements = tuple(
        Element(
            mark=n, role="button", name=f"entry {n}",
            box=Box(left=n / 100, top=n / 80, right=n / 100 + 0.1, bottom=n / 80 + 0.02),
        )
        for n in range(40)
    )  # fmt: skip
    return Observation(screenshot=b"", width=_SIZE[0], height=_SIZE[1], platform="web", elements=elements)


def ordinary(dialect: Dialect, seen: Observation) -> list[Reply]:
    """Answers as a model gives them, with some thinking: one for each common action that the dialect can say."""
    element = seen.elements[7]
    actions: list[Action] = [
        Click(at=element.box), Type(text="Ana Silva, 2 guests", into=element.box, replace=True, submit=True),
        Type(text="Ana Silva, 2 guests"), Scroll(direction="down"), Press(keys=("ctrl", "a")),
        LongPress(at=element.box), Drag(start=element.box, end=seen.elements[9].box), Back(), Home(), Wait(), Open(target="https://a.example/"),
        Answer(text="12 EUR per night"), Finish(status="complete", answer="12 EUR per night"),
        Finish(status="infeasible"),
    ]  # fmt: skip
    replies = []
    for action in actions:
        try:
            said = dialect.format(action, thought=_THOUGHT, mark=element.mark)
        except UnsupportedAction:
            continue
        replies.append(Reply(text=f"{THINK}{_THINKING * 3}{THINK_END}{ANSWER}{said}"))
        content, calls = split(said)
        if calls:
            replies.append(Reply(text=content, reasoning=_THINKING, tool_calls=calls, finish_reason="tool_calls"))
    return replies


def long_answers(length: int) -> dict[str, str]:
    """Each hostile piece, repeated to about that many characters."""
    return {name: piece * (length // len(piece)) for name, piece in HOSTILE.items()}


def wild(chance: random.Random, replies: Sequence[Reply]) -> Reply:
    """A random answer: pieces of syntax in any order, or an ordinary answer that something happened to."""
    found = chance.choice(replies)
    if chance.random() < 0.4:
        text, calls = "".join(chance.choices(_PIECES, k=chance.randint(0, 14))), found.tool_calls
    else:
        text, calls = _damaged(chance, found.text), found.tool_calls
    if calls:
        arguments = calls[0].arguments
        for _ in range(chance.randint(0, 2)):
            arguments = _damaged(chance, arguments)
        calls = tuple(call.model_copy(update={"arguments": arguments}) for call in calls * chance.randint(0, 2))
    return Reply(
        text=text,
        reasoning=chance.choice(("", "", _THINKING, text)),
        tool_calls=calls,
        finish_reason=chance.choice(("stop", "stop", "length", "tool_calls")),
        thinking=chance.random() < 0.8,
    )


def _damaged(chance: random.Random, text: str) -> str:
    for _ in range(chance.randint(1, 4)):
        start = chance.randint(0, len(text))
        end = min(len(text), start + chance.randint(0, 12))
        match chance.randint(0, 4):
            case 0:
                text = text[:start] + text[end:]
            case 1:
                text = text[:start] + chance.choice(_PIECES) + text[start:]
            case 2:
                text = text[:start] + chance.choice(_PIECES) + text[end:]
            case 3:
                text = text[:end] + text[start:]
            case _:
                text = text[:start]
    return text
