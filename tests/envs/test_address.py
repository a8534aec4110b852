"""Addresses as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions import UsageError
from envs.address import looks_like_url, read_url, why_unreachable


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("example.com", "https://example.com"),
        (" example.com/a?b=c#d ", "https://example.com/a?b=c#d"),
        ("localhost:8000", "http://localhost:8000"),
        ("localhost", "http://localhost"),
        ("app.localhost:3000/x", "http://app.localhost:3000/x"),
        ("127.0.0.1", "http://127.0.0.1"),
        ("10.0.0.7:8080/login", "http://10.0.0.7:8080/login"),
        ("[::1]:8000/", "http://[::1]:8000/"),
        ("example.com:8443", "https://example.com:8443"),
        ("HTTP://Example.com", "HTTP://Example.com"),
        ("http://example.com", "http://example.com"),
        ("bücher.example", "https://bücher.example"),
        ("intranet/page", "https://intranet/page"),
        ("about:blank", "about:blank"),
    ],
)
def test_reads(written: str, url: str) -> None:
    assert read_url(written) == url


@pytest.mark.parametrize(
    "written",
    [
        "", "   ", "not a url", "http://", "https:///path", "ftp://example.com", "file:///etc/passwd",
        "javascript:alert(1)", "data:text/html,x", "chrome://settings", "http://exa mple.com", "http://host:99999",
        "http://host:port", "mailto:someone@example.com", "?", "http://[::1", "view-source:http://example.com",
    ],
)  # fmt: skip
def test_refuses(written: str) -> None:
    with pytest.raises(UsageError):
        read_url(written)


@given(st.text())
def test_any_text_is_a_web_address_or_refused(text: str) -> None:
    try:
        url = read_url(text)
    except UsageError:
        return
    assert url == "about:blank" or url.lower().startswith(("http://", "https://"))


@pytest.mark.parametrize("text", ["example.com", "localhost", "localhost:80", "http://x", "10.0.0.1/a"])
def test_meant_as_an_address(text: str) -> None:
    assert looks_like_url(text)


@pytest.mark.parametrize("text", ["Calculator", "Google Maps", "settings", "Word 2.0 for me"])
def test_meant_as_an_application(text: str) -> None:
    assert not looks_like_url(text)


def test_says_which_url_why_and_what_to_do() -> None:
    said = why_unreachable("http://nowhere.test/", "Page.goto: net::ERR_NAME_NOT_RESOLVED at http://nowhere.test/")
    assert said.startswith("http://nowhere.test/ cannot be opened:")
    assert "DNS" in said
    assert "spelling" in said
    assert "ERR_SOMETHING_NEW" in why_unreachable("http://x/", "net::ERR_SOMETHING_NEW")
    assert "unknown error" in why_unreachable("http://x/", "")
