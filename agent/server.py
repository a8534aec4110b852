"""One request to an OpenAI-compatible server, and all that may happen to it."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from actions import EndpointError, EndpointRefused, UsageError
from agent.capabilities import Capabilities
from agent.faults import Faults, NotFound, Refused, access, unknown_model
from agent.stream import Gathered, Piece, StreamCutError
from agent.thinking import Terms, Watch
from agent.tokens import added, prompt_tokens
from agent.toolcalls import as_the_api_has_them
from prompts.base import Message, Reply, Stop, Usage
from prompts.tokens import THINK_END

if TYPE_CHECKING:
    import httpx2
    import openai

_Count = Callable[[], int]
_LISTING = 10.0
"""Seconds to wait for a list of models, which only makes an error's text better."""


class Ask(NamedTuple):
    """One request. `thinking` switches it on or off (None: as the server likes), `budget` are its tokens.

    `prefix` is the beginning of the answer, if the server is to go on from it.
    """

    messages: Sequence[Message]
    sampling: Mapping[str, Any]
    terms: Terms
    thinking: bool | None = None
    budget: int | None = None
    prefix: str = ""
    plain: bool = False


class Took(NamedTuple):
    """One answer. `thought` says whether it thought; `unanswered` is its thinking if nothing else came, else None.

    `continued` False says that the server did not go on from the prefix.
    """

    reply: Reply
    thought: bool
    unanswered: str | None
    continued: bool


class Server:
    """A chat-completions server. Keeps what it refused; `notes` say so once, for whoever empties them."""

    def __init__(
        self,
        base_url: str,
        model: str,
        *,
        api_key: str | None,
        timeout: float,
        retries: int,
        extra: Mapping[str, Any],
        early_stop: bool,
        http_client: httpx2.AsyncClient | None,
    ) -> None:
        self._faults = Faults(base_url, api_key, timeout)
        self.address = self._faults.address
        if not model:
            raise UsageError(f"which model of {self.address}? Give --model NAME (GET {self.address}/models lists them)")
        if api_key is not None and not (api_key.isascii() and api_key.isprintable()):
            raise UsageError("the API key holds a line break or a letter that no key has; set AGENT_API_KEY anew")
        self.able = Capabilities(extra)
        self.notes: list[str] = []
        self._model = model
        self._base_url = base_url
        self._api_key = api_key
        self._timeout = timeout
        self._retries = retries
        self._early_stop = early_stop
        self._http_client = http_client
        self._client: openai.AsyncOpenAI | None = None
        self._connecting = threading.Lock()

    def connect(self) -> openai.AsyncOpenAI:
        """The client, made at first need: importing its package takes a while."""
        with self._connecting:
            if self._client is None:
                import openai

                self._client = openai.AsyncOpenAI(
                    **access(self._base_url),
                    api_key=self._api_key or "none",
                    timeout=self._timeout,
                    max_retries=self._retries,
                    http_client=self._http_client,
                )
            return self._client

    async def aclose(self) -> None:
        if self._client is not None:
            await self._client.close()
        elif self._http_client is not None:
            await self._http_client.aclose()

    async def ask(self, ask: Ask) -> Took:
        """Ask, again if the connection breaks, and without the fields that are refused. Raises EndpointError.

        Raises Refused if the server will not go on from a prefix.
        """
        wasted: list[Usage] = []
        for attempt in range(self._retries + 1):
            gathered = Gathered(time.perf_counter())
            prompt = cache(lambda: prompt_tokens(ask.messages, ask.sampling))
            try:
                took = await self._ask_without_refused(ask, gathered, prompt)
            except StreamCutError as cut:
                if attempt == self._retries:
                    raise EndpointError(
                        f"{self.address} broke off its answer {attempt + 1} times ({cut}). Look at the server's log."
                    ) from cut
                if gathered.tokens:
                    wasted.append(gathered.usage(prompt))
                await asyncio.sleep(0.5 * 2**attempt)
            else:
                usage = added([*wasted, took.reply.usage])
                return took._replace(reply=took.reply.model_copy(update={"usage": usage}))
        raise AssertionError("unreachable: the last attempt returns or raises")

    async def _ask_without_refused(self, ask: Ask, gathered: Gathered, prompt: _Count) -> Took:
        known = self.able.remember()
        dropped: list[str] = []
        while True:
            request = self.able.request(_bounded(ask), thinking=ask.thinking, continued=bool(ask.prefix))
            try:
                took = await self._stream(ask, request, gathered, prompt)
            except Refused as refusal:
                names = [] if isinstance(refusal, NotFound) else self.able.refuse(refusal.said, request)
                if names and not (ask.prefix and not self.able.can_continue):
                    dropped += names
                    continue
                if names:
                    raise
                # nothing that was left out made a difference: it was not the fields
                self.able.forget(known)
                raise await self._refused(refusal) from refusal
            if dropped:
                fields = ", ".join(dict.fromkeys(dropped))
                self.notes.append(f"{self.address} refuses {fields}: left out from now on")
            return took

    async def _stream(self, ask: Ask, request: dict[str, Any], gathered: Gathered, prompt: _Count) -> Took:
        client = self.connect()
        messages = list(ask.messages)
        if ask.prefix:
            messages.append({"role": "assistant", "content": ask.prefix})
        watch = Watch(
            gathered,
            ask.terms,
            budget=ask.budget,
            off=ask.thinking is False,
            early_stop=self._early_stop,
            plain=ask.plain or bool(ask.prefix),
            begun=ask.prefix.rpartition(THINK_END)[2],
            prompt=prompt,
        )
        stop: Stop | None = None
        continued = True
        with self._faults.named(gathered):
            stream = await client.chat.completions.create(**{**request, "model": self._model, "messages": messages})
            gathered.opened = True
            kind = stream.response.headers.get("content-type", "")
            if "event-stream" not in kind:
                watch.look(self._take_whole(await _body(stream.response), kind, gathered))
            else:
                async with stream:
                    async for chunk in stream:
                        stop = watch.look(gathered.take(chunk))
                        continued = not (ask.prefix and watch.phase.thought)
                        if stop is not None or not continued:
                            break
        if stop is None and continued:
            gathered.check_whole()
        usage = gathered.usage(prompt)
        if stop == "settled" and (limit := request.get("max_tokens")) is not None:
            usage = usage.model_copy(update={"spared": max(0, limit - gathered.tokens)})
        reply = gathered.reply(self._model, usage, stop=stop, thinking=ask.thinking is not False)
        return Took(reply, watch.phase.thought or watch.phase.ended, watch.unanswered(stop), continued)

    def _take_whole(self, body: bytes, kind: str, gathered: Gathered) -> Piece:
        """Read an answer that was not streamed although it was asked to be."""
        from openai.types.chat import ChatCompletion

        excerpt = self._faults.clean(body[:120].decode("utf-8", "replace"))
        if "json" not in kind:
            raise EndpointError(
                f"{self.address} answered with {kind or 'no content type'} instead of a chat completion: {excerpt!r}. "
                "Is --base-url an OpenAI-compatible API (it often ends in /v1)?"
            )
        data = json.loads(body)
        if isinstance(data, dict) and data.get("error"):
            raise EndpointError(f"{self.address} reported an error with HTTP 200: {self._faults.clean(data['error'])}")
        return gathered.take_completion(ChatCompletion.model_validate(as_the_api_has_them(data)))

    async def _refused(self, refusal: Refused) -> EndpointRefused:
        """The error for a request that the server will not have; a wrong model's name is told from other reasons."""
        known = await self._models()
        if known and self._model not in known:
            return unknown_model(self.address, self._model, known, refusal.said)
        if isinstance(refusal, NotFound):
            return EndpointRefused(
                f"{self.address} knows no model {self._model!r} or no /chat/completions there (404: {refusal.said}). "
                "Check --model and --base-url (it often ends in /v1)."
            )
        return EndpointRefused(f"{self.address} refused the request: {refusal.said}")

    async def _models(self) -> list[str]:
        """The names of the server's models, [] if it does not tell."""
        client = self.connect().with_options(max_retries=0, timeout=_LISTING)
        try:
            with self._faults.named():
                return [str(model.id) for model in (await client.models.list()).data or ()]
        except (EndpointError, Refused, StreamCutError):
            return []


def _bounded(ask: Ask) -> Mapping[str, Any]:
    """The sampling, with no more tokens to generate than the run has left."""
    left, limit = ask.terms.tokens, ask.sampling.get("max_tokens")
    if left is None:
        return ask.sampling
    return {**ask.sampling, "max_tokens": max(1, left if limit is None else min(left, limit))}


async def _body(response: httpx2.Response) -> bytes:
    try:
        return await response.aread()
    finally:
        await response.aclose()
