"""Files of cookies: what is written is read again, by this project and by the X libraries."""

from __future__ import annotations

import socket
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from Xlib import xauth

from envs.desktop.xauthority import cookie_for, display_number, write_cookie


@pytest.mark.parametrize(
    ("display", "number"),
    [(":0", "0"), (":12.1", "12"), ("host:3", "3"), ("localhost:10.0", "10"), ("", ""), ("x", "")],
)
def test_the_number_of_a_display(display: str, number: str) -> None:
    assert display_number(display) == number


def test_what_is_written_is_found_by_all(tmp_path: Path) -> None:
    path = tmp_path / "cookies"
    write_cookie(path, ":7", b"0123456789abcdef")
    assert cookie_for(":7", path) == b"0123456789abcdef"
    assert path.stat().st_mode & 0o777 == 0o600
    read = xauth.Xauthority(str(path))
    assert read.get_best_auth(xauth.FamilyLocal, socket.gethostname(), 7)[1] == b"0123456789abcdef"


def test_a_host_s_own_cookie_goes_before_any(tmp_path: Path) -> None:
    def entry(family: int, *parts: bytes) -> bytes:
        return struct.pack(">H", family) + b"".join(struct.pack(">H", len(part)) + part for part in parts)

    scheme = b"MIT-MAGIC-COOKIE-1"
    own = socket.gethostname().encode()
    path = tmp_path / "cookies"
    path.write_bytes(
        entry(65535, b"", b"", scheme, b"any") + entry(256, own, b"1", scheme, b"one")
        + entry(256, b"elsewhere", b"2", scheme, b"two") + entry(256, own, b"2", b"OTHER", b"x")
    )  # fmt: skip
    assert cookie_for(":1", path) == b"one"
    assert cookie_for(":2", path) == b"any"


def test_without_a_cookie_an_empty_file_serves(tmp_path: Path) -> None:
    path = tmp_path / "cookies"
    assert cookie_for(":1", path) is None
    write_cookie(path, ":1", None)
    assert path.read_bytes() == b""
    assert cookie_for(":1", path) is None


@given(st.binary(max_size=200))
def test_a_broken_file_breaks_nothing(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    path = tmp_path_factory.mktemp("x") / "cookies"
    path.write_bytes(raw)
    cookie_for(":1", path)
