"""What a secret is: a value, where it may go, and whether a page may show it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from pydantic import SecretStr

from actions import UsageError
from envs.address import read_url
from envs.web.secrets.likeness import SHORTEST, visible

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that the model knows as `<secret:KEY>` only.

    `origins` are those whose pages it may be typed into, such as "https://example.com"; none means the origin that the
    environment starts at. `in_clear` allows fields that show what is typed. Raises UsageError for a value that could
    not be told from ordinary text, and so could not be masked.
    """

    key: str
    value: SecretStr
    origins: frozenset[str] = frozenset()
    in_clear: bool = False

    def __post_init__(self) -> None:
        if len(visible(self.value.get_secret_value())) < SHORTEST:
            raise UsageError(
                f"the secret {self.key} has fewer than {SHORTEST} characters and could not be told from other text on "
                "a page, so it would not stay secret; type it yourself"
            )


def origin_of(address: str) -> str:
    """The origin of an address as browsers write it; a host alone means https (http for localhost and IP addresses).

    Raises UsageError for what is no web address.
    """
    parts = urlsplit(read_url(address))
    host = parts.hostname or ""
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError as error:
            raise UsageError(f"{address!r} has no host name that exists") from error
    host = f"[{host}]" if ":" in host else host
    port = f":{parts.port}" if parts.port is not None and parts.port != _PORTS.get(parts.scheme) else ""
    return f"{parts.scheme}://{host}{port}"
