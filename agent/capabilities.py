"""Which fields of a request a server takes: all are tried, and what is refused is left out from then on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

GLM_EXTRA: Mapping[str, Any] = {"skip_special_tokens": False}
"""The box and thinking tokens of the GLM family are special tokens, which engines drop unless told otherwise."""

_CONTINUE = "continue_final_message"
_STEADY_USAGE = "continuous_usage_stats"
_CONTINUING: Mapping[str, Any] = {_CONTINUE: True, "add_generation_prompt": False}
_CORE = {"model", "messages", "stream", "max_tokens", "tools"}


class Capabilities:
    """What one server has refused so far, and requests without it."""

    def __init__(self, extra: Mapping[str, Any]) -> None:
        self._extra = dict(extra)
        self._refused: set[str] = set()

    def takes(self, field: str) -> bool:
        """Has it not refused this field?"""
        return field not in self._refused

    @property
    def can_continue(self) -> bool:
        """May it go on with a message that was begun for it?"""
        return self.takes(_CONTINUE)

    def cannot_continue(self) -> None:
        """It takes the field, but does not do it."""
        self._refused.update(_CONTINUING)

    @property
    def can_switch_thinking(self) -> bool:
        return self.takes("chat_template_kwargs") or self.takes("thinking")

    def request(self, sampling: Mapping[str, Any], *, thinking: bool | None, continued: bool) -> dict[str, Any]:
        """The arguments of a chat completion beside model and messages, without what was refused.

        `thinking` switches it on or off, None leaves it; `continued` asks to go on with the last message.
        """
        body = dict(self._extra)
        if thinking is not None:
            # vLLM, SGLang and transformers hand the first to the chat template, Z.ai's API takes the second
            body["chat_template_kwargs"] = {
                **self._extra.get("chat_template_kwargs", {}), "enable_thinking": thinking
            }  # fmt: skip
            body["thinking"] = {"type": "enabled" if thinking else "disabled"}
        if continued:
            body |= _CONTINUING
        options = {name: True for name in ("include_usage", _STEADY_USAGE) if self.takes(name)}
        request: dict[str, Any] = {"stream": True, **self._without_refused(sampling)}
        if options and self.takes("stream_options"):
            request["stream_options"] = options
        if body := self._without_refused(body):
            request["extra_body"] = body
        return request

    def refuse(self, said: str, request: Mapping[str, Any]) -> list[str]:
        """Leave out what an error of the server names, or the most dispensable field; the names, [] if none is left.

        `request` is what `request` gave.
        """
        body: Mapping[str, Any] = request.get("extra_body", {})
        options: Mapping[str, Any] = request.get("stream_options", {})
        fields = [name for name in (*body, *options, *request) if name not in (*_CORE, "extra_body")]
        named = [name for name in fields if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", said)]
        names = named or self._dispensable(body, options, request)[:1]
        if _CONTINUE in names or "add_generation_prompt" in names:
            names = list(dict.fromkeys([*names, *_CONTINUING]))
        self._refused.update(names)
        return names

    def remember(self) -> frozenset[str]:
        """What has been refused, to be given back with `forget` if the refusals turn out to mean something else."""
        return frozenset(self._refused)

    def forget(self, to: frozenset[str]) -> None:
        self._refused = set(to)

    def _dispensable(
        self, body: Mapping[str, Any], options: Mapping[str, Any], request: Mapping[str, Any]
    ) -> list[str]:
        # hosted APIs, which are the ones to name nothing, know the last two and none of the others
        order = [_CONTINUE, _STEADY_USAGE, *self._extra, "chat_template_kwargs", "thinking", "stream_options"]
        return [name for name in order if name in body or name in options or name in request]

    def _without_refused(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in fields.items() if self.takes(name)}
