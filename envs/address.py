"""Web addresses as people write them, and why one could not be reached."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from actions import UsageError

_REASONS = (
    ("ERR_NAME_NOT_RESOLVED", "no such host name is known (DNS)", "check the spelling and the network"),
    ("ERR_CONNECTION_REFUSED", "nothing listens there (connection refused)", "check the port and start the server"),
    ("ERR_INTERNET_DISCONNECTED", "this machine is offline", "connect it"),
    ("ERR_ADDRESS_UNREACHABLE", "there is no route to that address", "check the address and the network"),
    ("ERR_CERT", "its TLS certificate is not trusted", "check the certificate, or use http:// on a test server"),
    ("ERR_SSL", "no TLS connection came about", "use http:// if the server speaks plain HTTP"),
    ("ERR_TOO_MANY_REDIRECTS", "it redirects in a circle", "open the page that it should end at"),
    ("ERR_UNSAFE_PORT", "browsers refuse that port", "serve the page on another port"),
    ("ERR_EMPTY_RESPONSE", "the server closed the connection without an answer", "look at the server's log"),
    ("ERR_CONNECTION_RESET", "the server broke the connection off", "check the scheme (http or https) and its log"),
    ("ERR_PROXY", "the proxy did not answer", "check the proxy's settings"),
    ("TIMED_OUT", "no answer came in time", "check the address, or allow more time"),
    ("Timeout", "no answer came in time", "check the address, or allow more time"),
)  # fmt: skip


def read_url(text: str) -> str:
    """The full URL that `text` means: https for a host name, http for localhost and IP addresses.

    Raises UsageError for what is no web address, and for schemes other than http and https.
    """
    given = text.strip()
    if given == "about:blank":
        return given
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", given)
    if scheme and scheme[1].lower() in ("http", "https"):
        url = given
    elif scheme and not re.match(r"[^/?#]*:\d+(?:[/?#]|$)", given):
        raise UsageError(f"{text!r} cannot be opened: only http and https addresses can")
    else:
        url = f"{'http' if _is_local(given) else 'https'}://{given}"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or not _is_host(host) or re.search(r"\s", parts.netloc):
        raise UsageError(f"{text!r} is not a web address; write one such as https://example.com/page")
    return url


def looks_like_url(text: str) -> bool:
    """Could this be meant as an address rather than as the name of an application?"""
    return (bool(re.search(r"[.:/]", text)) and not re.search(r"\s", text.strip())) or text.strip() == "localhost"


def why_unreachable(url: str, error: str) -> str:
    """One sentence about a failed navigation: which URL, why, and what to do; `error` is the browser's own text."""
    for code, reason, remedy in _REASONS:
        if code in error:
            return f"{url} cannot be opened: {reason}; {remedy}"
    code = next(iter(re.findall(r"ERR_\w+", error)), error.splitlines()[0] if error else "unknown error")
    return f"{url} cannot be opened: the browser says {code}; check the address"


def _is_local(text: str) -> bool:
    host = re.split(r"[/?#]", text, maxsplit=1)[0].rpartition("@")[2]
    name = re.sub(r":\d+$", "", host).strip("[]").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _is_host(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or bool(re.fullmatch(r"(?=.{1,253}$)[^\s/?#@:\[\]!$&'()*,;=\"<>|\\^`{}]+\.?", host))
    return True
