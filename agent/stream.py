"""What a model's server has said so far of one answer, streamed or whole."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from actions import EndpointError
from agent.text import sound
from agent.toolcalls import GatheredCalls
from prompts.base import Reply, Stop, ToolCall, Usage

if TYPE_CHECKING:
    from openai.types import CompletionUsage
    from openai.types.chat import ChatCompletion, ChatCompletionChunk

_LETTERS_PER_TOKEN, _LONGEST_TOKEN = 4, 16


class StreamCutError(Exception):
    """The connection ended before the answer did."""


class Piece(NamedTuple):
    """What one event added."""

    content: str = ""
    reasoning: str = ""
    arguments: str | None = None
    """Of functions that were called, None for no call."""


class Gathered:
    """The answer as far as it came. `begun` is a time of `time.perf_counter`."""

    def __init__(self, begun: float) -> None:
        self._begun = begun
        self._text: list[str] = []
        self._reasoning: list[str] = []
        self._calls = GatheredCalls()
        self._finish: str | None = None
        self._prompt: int | None = None
        self._completion: int | None = None
        self._counted = 0
        self._model = ""
        self._choices_seen = False
        self._first_ms: float | None = None
        self.opened = False
        """Has the server begun to answer, if only with headers?"""
        self.length = 0
        """Characters of content and of arguments so far."""

    @property
    def finish(self) -> str | None:
        return self._finish

    @property
    def tokens(self) -> int:
        """Completion tokens so far: the server's count where it tells, else a count of what came."""
        return self._counted if self._completion is None else self._completion

    @property
    def prompt(self) -> int | None:
        """Prompt tokens, None while the server has not said."""
        return self._prompt

    @property
    def calls(self) -> tuple[ToolCall, ...]:
        return self._calls.whole()

    def text(self, start: int = 0) -> str:
        """The content from an offset on."""
        return "".join(self._text)[start:]

    def reasoning(self) -> str:
        """What came in a field of its own."""
        return "".join(self._reasoning)

    def take(self, chunk: ChatCompletionChunk) -> Piece:
        """Add one event; raises TypeError, ValueError or AttributeError for one of another shape."""
        self._model = chunk.model or self._model
        self._take_usage(chunk.usage)
        piece = Piece()
        # `n` is never asked for: a second choice is none of ours
        for choice in (chunk.choices or ())[:1]:
            self._choices_seen = True
            if choice.delta is not None or choice.finish_reason is None:
                piece = self._take_message(choice.delta, choice.finish_reason)
            else:
                self._finish = choice.finish_reason
        return piece

    def take_completion(self, completion: ChatCompletion) -> Piece:
        """Add an answer that came in one piece; raises as `take`."""
        self._model = completion.model or self._model
        self._take_usage(completion.usage)
        piece = Piece()
        for choice in completion.choices[:1]:
            self._choices_seen = True
            piece = self._take_message(choice.message, choice.finish_reason or "stop")
        return piece

    def _take_usage(self, usage: CompletionUsage | None) -> None:
        if usage is None:
            return
        # the API's package does not check the events of a stream
        if not (isinstance(usage.prompt_tokens, int | None) and isinstance(usage.completion_tokens, int | None)):
            raise TypeError(f"usage counts {usage.prompt_tokens!r} and {usage.completion_tokens!r} tokens")
        self._prompt, self._completion = usage.prompt_tokens, usage.completion_tokens

    def _take_message(self, message: Any, finish: str | None) -> Piece:
        content = message.content or ""
        if not isinstance(content, str):
            raise TypeError(f"content is {type(content).__name__}, not text")
        # engines put thinking into either field, neither of which the API's own types know
        fields: dict[str, Any] = message.model_extra or {}
        reasoning = fields.get("reasoning_content") or fields.get("reasoning") or ""
        if not isinstance(reasoning, str):
            reasoning = ""
        calls = message.tool_calls
        if content or reasoning or calls:
            if self._first_ms is None:
                self._first_ms = (time.perf_counter() - self._begun) * 1000
            self._counted += _estimate(len(content) + len(reasoning))
        self._text.append(content)
        self._reasoning.append(reasoning)
        self._calls.take(calls)
        self._finish = finish or self._finish
        arguments = "".join(str(call.function.arguments or "") for call in calls if call.function) if calls else None
        self.length += len(content) + len(arguments or "")
        return Piece(content, reasoning, arguments)

    def check_whole(self) -> None:
        """Raise EndpointError if nothing was answered, StreamCutError if the end is missing."""
        if not self._choices_seen:
            raise EndpointError("the model's server answered with an empty list of choices")
        if self._finish is None:
            raise StreamCutError("the stream ended without a finish reason")

    def usage(self, prompt: Callable[[], int]) -> Usage:
        """What it cost; `prompt` estimates the prompt's tokens, for a server that does not say."""
        unsaid = self._prompt is None or self._completion is None
        return Usage(
            prompt=prompt() if self._prompt is None else self._prompt, completion=self.tokens, estimated=unsaid
        )

    def reply(self, model: str, usage: Usage, *, stop: Stop | None = None, thinking: bool = True) -> Reply:
        """The answer; `stop` says why it was not read further."""
        finish = self._finish or "stop"
        if stop is not None:
            finish = "stop" if stop == "settled" else "length"
        return Reply(
            text=sound("".join(self._text)),
            reasoning=sound("".join(self._reasoning)),
            tool_calls=self._calls.whole(),
            finish_reason=finish,
            usage=usage,
            model=self._model or model,
            first_token_ms=self._first_ms,
            total_ms=(time.perf_counter() - self._begun) * 1000,
            thinking=thinking,
            stops=() if stop is None else (stop,),
        )


def _estimate(letters: int) -> int:
    """The tokens of one event: most engines send them one by one, some gather a few first."""
    return 1 if letters <= _LONGEST_TOKEN else letters // _LETTERS_PER_TOKEN
