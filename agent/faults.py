"""What goes wrong between here and a model's server, as errors that say what to do and show no credentials."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

from actions import EndpointError, EndpointRefused, EndpointTimeout, UsageError
from agent.stream import Gathered, StreamCutError

if TYPE_CHECKING:
    import openai

_HIDDEN = "…"
_LONGEST = 300
_MOST_MODELS = 12


class Refused(Exception):
    """The server says that the request itself is wrong; some field of it may be the reason."""

    def __init__(self, said: str) -> None:
        self.said = said
        super().__init__(said)


class NotFound(Refused):
    """The server knows no such model or no such path."""


class Faults:
    """The errors of one server. `base_url` and `api_key` are what must not be shown."""

    def __init__(self, base_url: str, api_key: str | None, timeout: float) -> None:
        self.address = without_credentials(base_url)
        self._timeout = timeout
        parts = urlsplit(base_url)
        secrets = [api_key, parts.password and unquote(parts.password), *(value for _, value in parse_qsl(parts.query))]
        shown = sorted((secret for secret in secrets if secret), key=len, reverse=True)
        self._secrets = re.compile("|".join(map(re.escape, shown)) or "(?!)")

    def clean(self, text: object) -> str:
        """The server's words on one line, not too many, without keys and passwords."""
        return self._secrets.sub(_HIDDEN, " ".join(str(text).split()))[:_LONGEST]

    @contextmanager
    def named(self, gathered: Gathered | None = None) -> Iterator[None]:
        """Turn what the HTTP client, the API's package and the reading of an answer raise into named errors.

        Raises EndpointError and its kinds; StreamCutError for a connection that broke after `gathered` began, Refused
        and NotFound for what may be put right.
        """
        import httpx2
        import openai

        try:
            yield
        except (openai.APIError, httpx2.HTTPError, ValueError, TypeError, AttributeError, RecursionError) as error:
            # a server that repeats the key in its words must not bring it into a traceback
            raise self._name(error, gathered) from (None if self._secrets.search(str(error)) else error)

    def _name(self, error: Exception, gathered: Gathered | None) -> Exception:
        import httpx2
        import openai

        at, begun = self.address, gathered is not None and gathered.opened
        match error:
            case openai.APITimeoutError() | httpx2.TimeoutException():
                return EndpointTimeout(
                    f"{at} was silent for {self._timeout:g} s{' in the middle of its answer' if begun else ''}. "
                    "Is the model still loading? AGENT_ENDPOINT_TIMEOUT gives it longer."
                )
            case openai.APIConnectionError() if begun:
                return StreamCutError(self.clean(error.__cause__ or error))
            case openai.APIConnectionError():
                return EndpointError(
                    f"cannot reach the model's server at {at} ({self.clean(error.__cause__ or error)}). "
                    "Is it running, and is --base-url right?"
                )
            case openai.BadRequestError() | openai.UnprocessableEntityError():
                return Refused(self._said(error))
            case openai.NotFoundError():
                return NotFound(self._said(error))
            case openai.AuthenticationError() | openai.PermissionDeniedError():
                return EndpointRefused(
                    f"{at} refused the key ({error.status_code}: {self._said(error)}). Set AGENT_API_KEY."
                )
            case openai.RateLimitError():
                wait = error.response.headers.get("retry-after", "")
                when = f"in {wait} s" if re.fullmatch(r"\d{1,9}(\.\d+)?", wait) else "later"
                return EndpointError(f"{at} says too many requests (429: {self._said(error)}). Try {when}.")
            case openai.APIStatusError():
                return EndpointError(f"{at} failed with HTTP {error.status_code}: {self._said(error)}")
            case openai.APIError():
                return EndpointError(f"{at} reported an error in its answer: {self._said(error)}")
            case httpx2.HTTPError():
                return StreamCutError(self.clean(error))
            case _:
                return EndpointError(
                    f"{at} sent something that is no chat completion ({self.clean(error)[:120]}). "
                    "Is --base-url an OpenAI-compatible API (it often ends in /v1)?"
                )

    def _said(self, error: openai.APIError) -> str:
        body = error.body
        if isinstance(body, dict):
            # FastAPI's servers say `detail`, a text or a list of faults
            body = body.get("message") or body.get("detail") or body
        return self.clean(body or error.message)


def unknown_model(address: str, model: str, known: list[str], said: str) -> EndpointRefused:
    """The error for a model that is not among the `known` ones of a server."""
    more = len(known) - _MOST_MODELS
    listed = ", ".join(known[:_MOST_MODELS]) + (f" and {more} more" if more > 0 else "")
    return EndpointRefused(f"{address} knows no model {model!r}; give --model one of: {listed}. (It said: {said})")


def access(base_url: str) -> dict[str, Any]:
    """The client's arguments for a URL: its query and its user stand apart, where nothing logs or joins them."""
    parts = urlsplit(base_url)
    arguments: dict[str, Any] = {
        "base_url": without_credentials(base_url),
        "default_query": dict(parse_qsl(parts.query)),
    }
    if parts.username is not None:
        user = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        arguments["default_headers"] = {"Authorization": f"Basic {b64encode(user.encode()).decode()}"}
    return arguments


def without_credentials(base_url: str) -> str:
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
