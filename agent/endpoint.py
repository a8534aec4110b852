"""Where messages go and text comes back: any OpenAI-compatible server, the embedded reader, or a script.

An endpoint has one verb, `complete`. It raises EndpointTimeout, EndpointRefused or EndpointError, each with a message
that says what to do, and never answers with something that the server did not say.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable
from urllib.parse import urlsplit, urlunsplit

from actions import EndpointError, EndpointRefused, EndpointTimeout, UsageError
from agent.text import sound
from agent.toolcalls import GatheredCalls, as_the_api_has_them
from prompts.base import Message, Reply, Usage

if TYPE_CHECKING:
    import httpx2
    import openai
    from openai.types.chat import ChatCompletion, ChatCompletionChunk

GLM_EXTRA: Mapping[str, Any] = {"skip_special_tokens": False}
"""The box and thinking tokens of the GLM family are special tokens, which engines drop unless told otherwise."""


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

    async def complete(self, messages: Sequence[Message], sampling: Mapping[str, Any]) -> Reply:
        """One answer to these messages. `sampling` are chat-completions arguments (temperature, max_tokens …)."""
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

    async def complete(self, messages: Sequence[Message], sampling: Mapping[str, Any]) -> Reply:
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
    the request's body that only some engines take; the first request that is refused because of them is sent
    again without.
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
        http_client: httpx2.AsyncClient | None = None,
    ) -> None:
        self.address = _without_credentials(base_url)
        if not model:
            raise UsageError(f"which model of {self.address}? Give --model NAME (GET {self.address}/models lists them)")
        if api_key is not None and not (api_key.isascii() and api_key.isprintable()):
            raise UsageError("the API key holds a line break or a letter that no key has; set AGENT_API_KEY anew")
        self.model = model
        self._base_url = base_url
        self._timeout = timeout
        self._retries = retries
        self._extra = dict(extra)
        self._usage_wanted = True
        self._api_key = api_key
        self._http_client = http_client
        self._client: openai.AsyncOpenAI | None = None
        self._connecting = threading.Lock()

    def _connect(self) -> openai.AsyncOpenAI:
        with self._connecting:
            if self._client is None:
                import openai

                self._client = openai.AsyncOpenAI(
                    base_url=self._base_url,
                    api_key=self._api_key or "none",
                    timeout=self._timeout,
                    max_retries=self._retries,
                    http_client=self._http_client,
                )
            return self._client

    async def warm(self) -> None:
        await asyncio.to_thread(self._connect)

    async def complete(self, messages: Sequence[Message], sampling: Mapping[str, Any]) -> Reply:
        for attempt in range(self._retries + 1):
            try:
                return await self._ask(messages, sampling)
            except _StreamCutError as cut:
                if attempt == self._retries:
                    raise EndpointError(
                        f"{self.address} broke off its answer {attempt + 1} times ({cut}). Look at the server's log."
                    ) from cut
                await asyncio.sleep(0.5 * 2**attempt)
        raise AssertionError("unreachable: the last attempt returns or raises")

    async def _ask(self, messages: Sequence[Message], sampling: Mapping[str, Any]) -> Reply:
        client = self._connect()
        import httpx2
        import openai

        begun = time.perf_counter()
        request: dict[str, Any] = {"model": self.model, "messages": list(messages), "stream": True, **sampling}
        if self._usage_wanted:
            request["stream_options"] = {"include_usage": True}
        if self._extra:
            request["extra_body"] = self._extra
        gathered = _Gathered(begun)
        try:
            stream = await client.chat.completions.create(**request)
            kind = stream.response.headers.get("content-type", "")
            if "event-stream" not in kind:
                self._take_whole(await _body(stream.response), kind, gathered)
            else:
                async for chunk in stream:
                    gathered.take(chunk)
        except openai.APITimeoutError as error:
            raise EndpointTimeout(
                f"{self.address} was silent for {self._timeout:g} s. Is the model still loading? "
                "AGENT_ENDPOINT_TIMEOUT gives it longer."
            ) from error
        except openai.APIConnectionError as error:
            if gathered.begun_to_answer:
                raise _StreamCutError(str(error.__cause__ or error)) from error
            raise EndpointError(
                f"cannot reach the model's server at {self.address} ({error.__cause__ or error}). "
                "Is it running, and is --base-url right?"
            ) from error
        except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
            if self._extra or self._usage_wanted:
                # hosted servers answer 400 to fields that they do not know: once without them tells
                self._extra, self._usage_wanted = {}, False
                return await self._ask(messages, sampling)
            raise EndpointRefused(f"{self.address} refused the request: {_said(error)}") from error
        except (openai.AuthenticationError, openai.PermissionDeniedError) as error:
            raise EndpointRefused(
                f"{self.address} refused the key ({error.status_code}: {_said(error)}). Set AGENT_API_KEY."
            ) from error
        except openai.NotFoundError as error:
            raise EndpointRefused(
                f"{self.address} knows no model {self.model!r} or no /chat/completions there (404: {_said(error)}). "
                "Check --model and --base-url (it often ends in /v1)."
            ) from error
        except openai.RateLimitError as error:
            raise EndpointError(f"{self.address} says too many requests (429: {_said(error)}). Try later.") from error
        except openai.APIStatusError as error:
            raise EndpointError(f"{self.address} failed with HTTP {error.status_code}: {_said(error)}") from error
        except openai.APIError as error:
            raise EndpointError(f"{self.address} reported an error in its answer: {_said(error)}") from error
        except httpx2.TimeoutException as error:
            raise EndpointTimeout(f"{self.address} stopped in the middle of its answer") from error
        except httpx2.HTTPError as error:
            raise _StreamCutError(str(error)) from error
        except (ValueError, TypeError, AttributeError, RecursionError) as error:
            raise EndpointError(
                f"{self.address} sent something that is no chat completion ({str(error)[:120]}). "
                "Is --base-url an OpenAI-compatible API (it often ends in /v1)?"
            ) from error
        return gathered.reply(self.model)

    def _take_whole(self, body: bytes, kind: str, gathered: _Gathered) -> None:
        """Read an answer that was not streamed although it was asked to be."""
        from openai.types.chat import ChatCompletion

        excerpt = body[:120].decode("utf-8", "replace")
        if "json" not in kind:
            raise EndpointError(
                f"{self.address} answered with {kind or 'no content type'} instead of a chat completion: {excerpt!r}. "
                "Is --base-url an OpenAI-compatible API (it often ends in /v1)?"
            )
        data = json.loads(body)
        if isinstance(data, dict) and data.get("error"):
            raise EndpointError(f"{self.address} reported an error with HTTP 200: {str(data['error'])[:300]}")
        gathered.take_completion(ChatCompletion.model_validate(as_the_api_has_them(data)))

    async def aclose(self) -> None:
        if self._client is not None:
            await self._client.close()
        elif self._http_client is not None:
            await self._http_client.aclose()


class ReaderEndpoint(OpenAIEndpoint):
    """The embedded reader, asked in this process through the same chat-completions interface as any server."""

    def __init__(self) -> None:
        import httpx2

        from agent.reader.app import MODEL, create_app

        self._app = create_app()
        transport = httpx2.ASGITransport(app=self._app, raise_app_exceptions=False)
        client = httpx2.AsyncClient(transport=transport, timeout=None)
        super().__init__("http://reader.invalid/v1", MODEL, retries=0, http_client=client)

    async def warm(self) -> None:
        await super().warm()
        await self._app.state.load()


def _without_credentials(base_url: str) -> str:
    """The URL as people and traces may see it. Raises UsageError for one that cannot be asked."""
    try:
        parts = urlsplit(base_url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise UsageError(f"the endpoint's URL {base_url!r} cannot be read: {error}") from error
    if parts.scheme not in ("http", "https") or not host:
        raise UsageError(f"the endpoint's URL {base_url!r} needs http:// or https:// and a host")
    shown = f"[{host}]" if ":" in host else host
    return urlunsplit((parts.scheme, shown if port is None else f"{shown}:{port}", parts.path, "", ""))


class _StreamCutError(Exception):
    """The connection ended before the answer did."""


class _Gathered:
    """What a stream has said so far."""

    def __init__(self, begun: float) -> None:
        self._begun = begun
        self._text: list[str] = []
        self._reasoning: list[str] = []
        self._calls = GatheredCalls()
        self._finish: str | None = None
        self._usage = Usage()
        self._model = ""
        self._choices_seen = False
        self._first_ms: float | None = None

    @property
    def begun_to_answer(self) -> bool:
        return self._choices_seen

    def take(self, chunk: ChatCompletionChunk) -> None:
        """Add one event; raises TypeError, ValueError or AttributeError for one of another shape."""
        self._model = chunk.model or self._model
        if chunk.usage:
            self._usage = Usage(prompt=chunk.usage.prompt_tokens, completion=chunk.usage.completion_tokens)
        for choice in chunk.choices or ():
            self._choices_seen = True
            if choice.delta is not None or choice.finish_reason is None:
                self._take_message(choice.delta, choice.finish_reason)
            else:
                self._finish = choice.finish_reason

    def take_completion(self, completion: ChatCompletion) -> None:
        self._model = completion.model or self._model
        if completion.usage:
            self._usage = Usage(prompt=completion.usage.prompt_tokens, completion=completion.usage.completion_tokens)
        for choice in completion.choices[:1]:
            self._choices_seen = True
            self._take_message(choice.message, choice.finish_reason or "stop")

    def _take_message(self, message: Any, finish: str | None) -> None:
        content = message.content or ""
        if not isinstance(content, str):
            raise TypeError(f"content is {type(content).__name__}, not text")
        # engines put thinking into either field, neither of which the API's own types know
        fields: dict[str, Any] = message.model_extra or {}
        reasoning = fields.get("reasoning_content") or fields.get("reasoning") or ""
        calls = message.tool_calls
        if (content or reasoning or calls) and self._first_ms is None:
            self._first_ms = (time.perf_counter() - self._begun) * 1000
        self._text.append(content)
        if isinstance(reasoning, str):
            self._reasoning.append(reasoning)
        self._calls.take(calls)
        self._finish = finish or self._finish

    def reply(self, model: str) -> Reply:
        if not self._choices_seen:
            raise EndpointError("the model's server answered with an empty list of choices")
        if self._finish is None:
            raise _StreamCutError("the stream ended without a finish reason")
        return Reply(
            text=sound("".join(self._text)),
            reasoning=sound("".join(self._reasoning)),
            tool_calls=self._calls.whole(),
            finish_reason=self._finish,
            usage=self._usage,
            model=self._model or model,
            first_token_ms=self._first_ms,
            total_ms=(time.perf_counter() - self._begun) * 1000,
        )


async def _body(response: httpx2.Response) -> bytes:
    try:
        return await response.aread()
    finally:
        await response.aclose()


def _said(error: openai.APIError) -> str:
    """The server's own words, short enough for one line."""
    body = error.body
    message = body.get("message") if isinstance(body, dict) else None
    return " ".join(str(message or error.message).split())[:300]
