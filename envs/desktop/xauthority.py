"""Files of X cookies: which cookie opens a display, written so that every client library finds it."""

from __future__ import annotations

import os
import re
import socket
import struct
from collections.abc import Iterator
from pathlib import Path

_LOCAL, _WILD = 256, 65535
"""Families of addresses: a host's own socket, and any."""
_SCHEME = b"MIT-MAGIC-COOKIE-1"


def display_number(display: str) -> str:
    """The number in a display's name: "1" of ":1", ":1.0" and "host:1.0", "" if it names none."""
    found = re.search(r":(\d+)(\.\d+)?$", display)
    return found[1] if found else ""


def cookie_for(display: str, path: Path | None = None) -> bytes | None:
    """The cookie in a file (by default the user's own) for a display; None if there is none, or no file."""
    path = path or Path(os.environ.get("XAUTHORITY") or Path.home() / ".Xauthority")
    try:
        raw = path.read_bytes()
    except OSError:
        return None
    wanted, host = display_number(display).encode(), socket.gethostname().encode()
    fitting = [
        (family == _LOCAL and address == host, number == wanted, data)
        for family, address, number, scheme, data in _entries(raw)
        if scheme == _SCHEME and number in (b"", wanted) and (family != _LOCAL or address == host)
    ]
    return max(fitting)[2] if fitting else None


def write_cookie(path: Path, display: str, cookie: bytes | None) -> None:
    """Make a file that holds this one cookie, readable by its owner alone; an empty one without a cookie.

    The cookie stands twice, for this host and for any: some libraries know only the one, some only the other.
    """
    number, host = display_number(display).encode(), socket.gethostname().encode()
    entries = [(_LOCAL, host, number), (_WILD, b"", b"")] if cookie is not None else []
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "wb") as file:
        for family, *parts in entries:
            file.write(struct.pack(">H", family))
            for part in (*parts, _SCHEME, cookie or b""):
                file.write(struct.pack(">H", len(part)) + part)


def _entries(raw: bytes) -> Iterator[tuple[int, bytes, bytes, bytes, bytes]]:
    """The entries of a file: family, address, number, scheme, data; what was cut off is left out."""
    at = 0
    while at + 2 <= len(raw):
        family = int.from_bytes(raw[at : at + 2], "big")
        at += 2
        parts = []
        for _ in range(4):
            length = int.from_bytes(raw[at : at + 2], "big")
            parts.append(raw[at + 2 : at + 2 + length])
            at += 2 + length
        if at <= len(raw):
            yield family, parts[0], parts[1], parts[2], parts[3]
