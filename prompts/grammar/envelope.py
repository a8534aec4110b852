"""The outside of an answer: thinking, answer tags, turn tokens, and answers that never came."""

from __future__ import annotations

import re
from collections import Counter

from actions import ParseError
from prompts.base import Reply
from prompts.grammar.repairs import Repairs
from prompts.tokens import ANSWER, ANSWER_END, THINK, THINK_END, TURNS

_TURN = re.compile("|".join(re.escape(token) for token in TURNS))
_THINK = re.compile(f"{THINK}|{THINK_END}")
_WINDOW, _TIMES, _LOOKED_AT = 50, 10, 8_000


class Answer:
    """The part of a reply that may hold an action.

    `text` is as long as `raw` was up to its end, with everything that is no answer blanked by spaces: an offset in one
    is an offset in the other. `cut` says that the server stopped at its token limit.
    """

    def __init__(self, raw: str, text: str, cut: bool) -> None:
        self.raw = raw
        self.text = text
        self.cut = cut

    def missing(self, expected: str) -> ParseError:
        """The error for an answer without any action."""
        if not self.cut:
            return ParseError("no_action", "the answer holds no action", expected=expected, raw=self.raw)
        detail = "the answer was cut off at its token limit before any action"
        if repeats(self.text):
            detail += "; it repeats itself (repetition)"
        return ParseError("truncated", detail, expected=expected, raw=self.raw)


def open_envelope(reply: Reply, repairs: Repairs, *, thinking: bool = True) -> Answer:
    """What a reply answers. Nothing inside thinking is part of it.

    `thinking` (or the reply's own) False says that the request switched thinking off, so that an answer which a server
    filed as reasoning is one. Raises ParseError: empty, reasoning_only, truncated.
    """
    cut = reply.finish_reason == "length"
    raw = reply.text
    if not raw.strip():
        raw = _from_reasoning(reply, repairs, cut, thinking and reply.thinking)
    text = raw
    if turn := _TURN.search(text):
        text = text[: turn.start()]
    text = _without_thinking(text, raw, repairs)
    begin = text.find(ANSWER)
    if begin < 0:
        return Answer(raw, text.replace(ANSWER_END, " " * len(ANSWER_END)), cut)
    begin += len(ANSWER)
    end = text.find(ANSWER_END, begin)
    if end < 0:
        end = len(text)
    rest = text[end + len(ANSWER_END) :]
    if ANSWER in rest:
        repairs.add("answer_restated")
    elif rest.strip():
        repairs.add("trailing_text_dropped")
    return Answer(raw, " " * begin + text[begin:end], cut)


def _from_reasoning(reply: Reply, repairs: Repairs, cut: bool, thinking: bool) -> str:
    if cut:
        raise ParseError(
            "truncated", "the token limit was reached before any answer", raw=reply.reasoning or reply.text
        )
    if not reply.reasoning.strip():
        raise ParseError("empty", f"the answer is empty (finish reason: {reply.finish_reason})", raw=reply.text)
    if thinking:
        raise ParseError(
            "reasoning_only", "there was thinking but no answer", expected="an answer after it", raw=reply.reasoning
        )
    repairs.add("from_reasoning")
    return reply.reasoning


def _without_thinking(text: str, raw: str, repairs: Repairs) -> str:
    parts: list[str] = []
    blank = kept = 0
    opened: int | None = None
    for token in _THINK.finditer(text):
        if token.group() == THINK:
            if opened is None:
                opened = token.start()
                parts.append(text[kept:opened])
        elif opened is not None:
            parts.append(" " * (token.end() - opened))
            kept, opened = token.end(), None
        else:
            # the template or the server swallowed the opening tag: all so far was thinking
            repairs.add("think_unopened")
            parts = []
            blank = kept = token.end()
    if opened is not None:
        raise ParseError(
            "truncated", "the thinking never ended", expected=f"{THINK_END}, then the answer", raw=raw, at=opened
        )
    parts.append(text[kept:])
    return " " * blank + "".join(parts)


def repeats(text: str) -> bool:
    """Does the end of a text go round in circles?"""
    tail = text[-_LOOKED_AT:]
    windows = Counter(tail[at : at + _WINDOW] for at in range(len(tail) - _WINDOW + 1))
    return any(count >= _TIMES and not window.isspace() for window, count in windows.items())
