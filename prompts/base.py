"""What a dialect is, and the data that passes between the loop, a dialect and an endpoint."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal, Protocol, runtime_checkable

from pydantic import field_validator

from actions import Action, Frozen, ListedElement, Observation, Platform, Result, Task

Message = dict[str, Any]
"""One chat message as the OpenAI API takes it: role, and content as text or a list of text and image_url parts."""


Stop = Literal["settled", "thinking", "repetition", "tokens"]
"""Why the client closed a stream: the action was whole, the thinking was over its budget or went round in circles, the
answer went round in circles, the run's tokens were spent."""


class Usage(Frozen):
    """Tokens as the server counted them; None where it did not say.

    `estimated` says that a stream was closed before the server told, and the client counted. `spared` are the tokens
    of its limit that such an answer left unused: the most that closing it can have saved.
    """

    prompt: int | None = None
    completion: int | None = None
    estimated: bool = False
    spared: int | None = None


class ToolCall(Frozen):
    """One function that a model called: its name, and its arguments as the JSON text that was sent.

    Some servers send the arguments as an object; it is kept as text all the same.
    """

    name: str
    arguments: str = "{}"
    id: str = ""

    @field_validator("arguments", mode="before")
    @classmethod
    def _as_text(cls, value: Any) -> Any:
        return json.dumps(value, ensure_ascii=False) if isinstance(value, Mapping) else value


class Reply(Frozen):
    """What an endpoint gave back for one call, before any dialect looked at it.

    `text` is the content ("" if none), `reasoning` what came in its own field, `tool_calls` the functions that were
    called, in order, `finish_reason` the server's word. `thinking` False says that the request switched thinking off.
    `stops` are the times that the client closed the stream itself, and why (its finish reason is then "stop" for an
    answer that was whole, else "length"); `notes` what the endpoint had to do differently from now on.
    """

    text: str
    reasoning: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    finish_reason: str = "stop"
    usage: Usage = Usage()
    model: str = ""
    first_token_ms: float | None = None
    total_ms: float = 0.0
    thinking: bool = True
    stops: tuple[Stop, ...] = ()
    notes: tuple[str, ...] = ()


class Decision(Frozen):
    """A parsed answer: one action, why, what to remember (None: keep the last), and the repairs made."""

    action: Action
    thought: str = ""
    memory: str | None = None
    raw: str = ""
    repairs: tuple[str, ...] = ()


class Step(Frozen):
    """One turn of the loop: what was seen, what was answered, what came of it.

    `decision` is None for an answer that could not be read; `problem` then says why, in words for the model. With a
    decision, `problem` is the screen's refusal, and `result` is None.
    """

    seen: Observation
    reply: Reply
    decision: Decision | None = None
    result: Result | None = None
    problem: str = ""


class Briefing(Frozen):
    """What one of a dialect's own prompts says, read back from its messages: all that a model can know.

    `past` are the earlier answers as the history shows them, oldest first, each with what came of it; `memory` is the
    memory slot's text; `elements` the element list (empty for dialects without marks); `notes` what was said about the
    screen and about the last answer; `screenshot` the encoded current picture. `url`, `title`, `app` and `scroll` are
    those of the Observation, the last in whole hundredths.
    """

    task: Task
    past: tuple[str, ...] = ()
    memory: str = ""
    elements: tuple[ListedElement, ...] = ()
    notes: tuple[str, ...] = ()
    url: str = ""
    title: str = ""
    app: str = ""
    scroll: tuple[float, float] | None = None
    screenshot: bytes = b""


@runtime_checkable
class Dialect(Protocol):
    """How one model family speaks on one platform. Stateless: the same arguments give the same messages."""

    name: str
    platforms: frozenset[Platform]
    wants_elements: bool
    """Does it need Observation.elements (set of marks)?"""
    sampling: dict[str, Any]
    """Arguments for the chat-completions call that the family's own scripts use (temperature, max_tokens …)."""

    def messages(self, task: Task, history: Sequence[Step], seen: Observation) -> list[Message]:
        """The request for the next action. History may be shortened, the instruction never."""
        ...

    def parse(self, reply: Reply, seen: Observation) -> Decision:
        """The one action of an answer; raises ParseError. Never evaluates anything and never guesses a place."""
        ...

    def format(self, action: Action, *, thought: str = "", memory: str = "", mark: int | None = None) -> str:
        """The canonical answer for an action: parse(format(action)) is that action within the scale's rounding.

        `mark` is the number of the element acted on, for dialects that speak in marks. Raises UnsupportedAction for an
        action that the dialect has no word for.
        """
        ...

    def read(self, messages: Sequence[Message]) -> Briefing | None:
        """The inverse of `messages`; None if they are not this dialect's own prompt."""
        ...


@runtime_checkable
class Foresight(Protocol):
    """What a dialect may know of answers that are still being written; all built-in ones do."""

    opening: str
    """What ends the family's thinking and begins its answer, such as `</think><answer>`."""

    def settled(self, reply: Reply, seen: Observation) -> bool:
        """Could nothing that still came change what `parse` makes of this unfinished answer, its memory included?

        `reply` holds no thinking. Never raises, and takes time in proportion to the text.
        """
        ...


@runtime_checkable
class CallsFunctions(Protocol):
    """What a dialect has that answers by native tool calls."""

    def tools(self, task: Task, seen: Observation) -> list[dict[str, Any]]:
        """The functions that the model may call on this screen, as the `tools` of a chat-completions request."""
        ...


def arguments_for(dialect: Dialect, task: Task, seen: Observation) -> dict[str, Any]:
    """The arguments of a dialect's request besides its messages."""
    if isinstance(dialect, CallsFunctions):
        return {**dialect.sampling, "tools": dialect.tools(task, seen), "tool_choice": "auto"}
    return dict(dialect.sampling)
