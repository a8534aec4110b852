"""Where messages go and text comes back: any OpenAI-compatible server, the embedded reader, or a script.

An endpoint has one verb, `complete`. It raises EndpointTimeout, EndpointRefused or EndpointError, each with a message
that says what to do, and never answers with something that the server did not say.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from actions import EndpointError, Observation
from agent.capabilities import GLM_EXTRA
from agent.faults import Refused
from agent.server import Ask, Server, Took
from agent.thinking import Terms, Thinking
from agent.tokens import added, total
from prompts.base import Dialect, Foresight, Message, Reply
from prompts.tokens import THINK, THINK_END

if TYPE_CHECKING:
    import httpx2

_EMPTY_THINKING = 16
"""Tokens that no thinking may have: models that do not think write an empty one all the same."""
_FRESH = 0.8
"""The temperature for asking again after going round in circles: what is nearly greedy would go round again."""
NO_TERMS = Terms()


@runtime_checkable
class Endpoint(Protocol):
    """A chat-completions model."""

    model: str
    """The model's name as the server knows it."""
    address: str
    """Where it is, for people and traces; holds no credentials."""

    async def warm(self) -> None:
        """Get ready while the screen starts (load libraries and models); what fails here fails again in `complete`."""
        ...

    async def complete(
        self, messages: Sequence[Message], sampling: Mapping[str, Any], terms: Terms = NO_TERMS
    ) -> Reply:
        """One answer to these messages. `sampling` are chat-completions arguments (temperature, max_tokens, tools …).

        `terms` say when the answer is enough and what it may cost; an endpoint may leave them aside.
        """
        ...

    async def aclose(self) -> None:
        """Give connections back; the endpoint is not used afterwards."""
        ...


Scripted = str | Reply | EndpointError | Callable[[Sequence[Message]], str]


class ScriptedEndpoint:
    """An endpoint that answers from a list: the deterministic model for tests.

    Each item is the text of an answer, a whole Reply, an EndpointError to raise, or a function from the messages to the
    text. `requests` holds the messages of every call. Asked more often than it has items, it raises EndpointError.
    """

    model = "scripted"
    address = "script"

    def __init__(self, replies: Iterable[Scripted]) -> None:
        self._replies = list(replies)
        self.requests: list[list[Message]] = []

    async def warm(self) -> None:
        return None

    async def complete(
        self, messages: Sequence[Message], sampling: Mapping[str, Any], terms: Terms = NO_TERMS
    ) -> Reply:
        self.requests.append(list(messages))
        if len(self.requests) > len(self._replies):
            raise EndpointError(f"the script has {len(self._replies)} answers and was asked for one more")
        item = self._replies[len(self.requests) - 1]
        if isinstance(item, EndpointError):
            raise item
        if isinstance(item, Reply):
            return item
        return Reply(text=item if isinstance(item, str) else item(messages), model=self.model)

    async def aclose(self) -> None:
        return None


class OpenAIEndpoint:
    """An OpenAI-compatible server (vLLM, SGLang, transformers serve, Z.ai, the reader), asked by streaming.

    `timeout` is the longest silence in seconds (also before the first token), `retries` how often a passing fault
    (connection lost, 408, 409, 429, 5xx, a stream cut half-way) is tried again with back-off. `extra` are fields for
    the request's body that only some engines take; what a server refuses is left out from then on, and the reply says
    so. `thinking` is on, off, or at most so many tokens: thinking beyond them, or one that goes round in circles, is
    closed and the model made to answer. `early_stop` closes the connection as soon as the action is whole.
    """

    def __init__(
        self,
        base_url: str,
        model: str,
        *,
        api_key: str | None = None,
        timeout: float = 120.0,
        retries: int = 2,
        extra: Mapping[str, Any] = GLM_EXTRA,
        thinking: Thinking = None,
        early_stop: bool = True,
        http_client: httpx2.AsyncClient | None = None,
    ) -> None:
        self._server = Server(
            base_url,
            model,
            api_key=api_key,
            timeout=timeout,
            retries=retries,
            extra=extra,
            early_stop=early_stop,
            http_client=http_client,
        )
        self.model = model
        self.address = self._server.address
        self._thinking = thinking
        self._thinks_anyway = False
        self._cannot_close = False
        self._plain = thinking == "off"

    async def warm(self) -> None:
        await asyncio.to_thread(self._server.connect)

    async def complete(
        self, messages: Sequence[Message], sampling: Mapping[str, Any], terms: Terms = NO_TERMS
    ) -> Reply:
        begun = time.perf_counter()
        ask = Ask(messages, sampling, terms, thinking=self._switch(), budget=self._budget(), plain=self._plain)
        done: list[Took] = []
        if not (self._thinks_anyway and await self._go_on(ask, "", done)):
            done.append(await self._server.ask(ask))
            self._learn(done[-1])
            thought = done[-1].unanswered
            if thought is not None and not await self._go_on(ask, thought, done):
                await self._start_afresh(ask, thought, done)
        replies = [took.reply for took in done]
        notes, self._server.notes = tuple(self._server.notes), []
        return replies[-1].model_copy(
            update={
                "usage": added([reply.usage for reply in replies]),
                "stops": tuple(stop for reply in replies for stop in reply.stops),
                "notes": notes,
                "thinking": ask.thinking is not False,
                "first_token_ms": replies[0].first_token_ms,
                "total_ms": (time.perf_counter() - begun) * 1000,
            }
        )

    def _switch(self) -> bool | None:
        return {"on": True, "off": False}.get(str(self._thinking))

    def _budget(self) -> int | None:
        if self._cannot_close or self._thinking == "on":
            return None
        return _EMPTY_THINKING if self._thinking == "off" else self._thinking

    def _learn(self, took: Took) -> None:
        """Note how this model behaves: what it did once it will do again."""
        if self._thinking is None:
            self._plain = not took.thought
        if self._thinking == "off" and took.unanswered is not None and not self._thinks_anyway:
            self._thinks_anyway = True
            self._server.notes.append(f"{self.address} does not switch thinking off: it is closed in every answer")

    async def _go_on(self, ask: Ask, thought: str, done: list[Took]) -> bool:
        """Close the thinking where it stands and let the answer follow; False if the server cannot do that."""
        if not self._server.able.can_continue or (left := _left(ask.terms, done)) is None:
            return False
        prefix = f"{THINK}{thought}{ask.terms.opening}"
        try:
            took = await self._server.ask(ask._replace(terms=left, thinking=None, budget=None, prefix=prefix))
        except Refused:
            self._server.notes.append(f"{self.address} refuses to go on from an answer that was begun for it")
            return False
        done.append(took if not took.continued else _behind(took, prefix))
        if not took.continued:
            self._server.able.cannot_continue()
            self._server.notes.append(f"{self.address} does not go on from an answer that was begun for it")
        return took.continued

    async def _start_afresh(self, ask: Ask, thought: str, done: list[Took]) -> None:
        """Ask once more, with thinking switched off where that is possible, and let the answer take its time."""
        if (left := _left(ask.terms, done)) is None:
            return
        off = False if self._server.able.can_switch_thinking else None
        sampling = ask.sampling
        if "repetition" in done[0].reply.stops:
            sampling = {**sampling, "temperature": max(_FRESH, sampling.get("temperature", 0.0))}
        took = await self._server.ask(ask._replace(sampling=sampling, terms=left, thinking=off, budget=None))
        if took.thought and not self._cannot_close:
            self._cannot_close = True
            self._server.notes.append(f"{self.address} can neither switch thinking off nor go on after it: no budget")
        if took.reply.text.strip():
            took = _behind(took, f"{THINK}{thought}{THINK_END}")
        done.append(took)

    async def aclose(self) -> None:
        await self._server.aclose()


class ReaderEndpoint(OpenAIEndpoint):
    """The embedded reader, asked in this process through the same chat-completions interface as any server."""

    def __init__(self) -> None:
        import httpx2

        from agent.reader.app import MODEL, create_app

        self._app = create_app()
        transport = httpx2.ASGITransport(app=self._app, raise_app_exceptions=False)
        client = httpx2.AsyncClient(transport=transport, timeout=None)
        # it says all at once: there is nothing to stop
        super().__init__("http://reader.invalid/v1", MODEL, retries=0, early_stop=False, http_client=client)

    async def warm(self) -> None:
        await super().warm()
        await self._app.state.load()


def terms_for(dialect: Dialect, seen: Observation, tokens: int | None) -> Terms:
    """The terms of a call: what the dialect knows of its answers to this screen, and what is left to spend."""
    if not isinstance(dialect, Foresight):
        return Terms(tokens=tokens)
    return Terms(lambda reply: dialect.settled(reply, seen), dialect.opening, tokens)


def _left(terms: Terms, done: Sequence[Took]) -> Terms | None:
    """The terms after what was done, None if nothing is left to spend."""
    if terms.tokens is None:
        return terms
    left = terms.tokens - total(added([took.reply.usage for took in done]))
    return replace(terms, tokens=left) if left > 0 else None


def _behind(took: Took, thinking: str) -> Took:
    """An answer behind the thinking that led to it, as one text."""
    return took._replace(reply=took.reply.model_copy(update={"text": thinking + took.reply.text, "reasoning": ""}))
