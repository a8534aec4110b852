"""Tool calls as servers send them: whole, or in pieces of a stream."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from agent.text import sound
from prompts.base import ToolCall


def as_the_api_has_them(data: Any) -> Any:
    """A completion's JSON with the arguments of its tool calls as text and their type named, as some servers fail to.

    What is of another shape stays as it is: judging it is left to who reads it.
    """
    if not isinstance(data, dict):
        return data
    choices = data.get("choices")
    for choice in choices if isinstance(choices, list) else ():
        message = choice.get("message") if isinstance(choice, dict) else None
        calls = message.get("tool_calls") if isinstance(message, dict) else None
        for call in calls if isinstance(calls, list) else ():
            function = call.get("function") if isinstance(call, dict) else None
            if isinstance(function, dict):
                call.setdefault("type", "function")
                call["id"] = call.get("id") or ""
                if isinstance(function.get("arguments"), dict):
                    function["arguments"] = json.dumps(function["arguments"], ensure_ascii=False)
                elif function.get("arguments") is None:
                    function["arguments"] = "{}"
    return data


@dataclass
class _Piece:
    id: str = ""
    name: str = ""
    arguments: list[str] = field(default_factory=list)


class GatheredCalls:
    """The calls of one answer, put together by their index: name and id come first, then the arguments in fragments.

    Servers differ: some send no index, some the name again with each fragment, some the arguments as an object.
    """

    def __init__(self) -> None:
        self._pieces: dict[int, _Piece] = {}

    def take(self, calls: Any) -> None:
        """Add the `tool_calls` of a message or of a delta (None: none); raises TypeError for one of another shape."""
        if not isinstance(calls, list | None):
            raise TypeError(f"tool_calls is {type(calls).__name__}, not a list")
        for call in calls or ():
            function = call.function
            if function is None:
                continue
            piece = self._piece(getattr(call, "index", None), call.id or "")
            piece.name = function.name or piece.name
            arguments = function.arguments
            if isinstance(arguments, Mapping):
                piece.arguments = [json.dumps(arguments, ensure_ascii=False)]
            elif isinstance(arguments, str):
                piece.arguments.append(arguments)
            elif arguments is not None:
                raise TypeError(f"the arguments of a tool call are {type(arguments).__name__}, neither text nor object")

    def whole(self) -> tuple[ToolCall, ...]:
        """The calls in order, as far as they came."""
        return tuple(
            ToolCall(name=sound(piece.name), arguments=sound("".join(piece.arguments)), id=piece.id)
            for _, piece in sorted(self._pieces.items())
        )

    def _piece(self, index: int | None, identity: str) -> _Piece:
        if index is None:
            newest = max(self._pieces, default=-1)
            continued = newest >= 0 and identity in ("", self._pieces[newest].id)
            index = newest if continued else newest + 1
        piece = self._pieces.setdefault(index, _Piece())
        piece.id = identity or piece.id
        return piece
