"""Text from outside, made fit for files, terminals and JSON."""

from __future__ import annotations

import re

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def sound(text: str) -> str:
    """Text in which half a character (a lone surrogate, which no encoding takes) is replaced by U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def plain(text: str) -> str:
    """Sound text without the control characters that could drive a terminal or turn its lines round."""
    return _CONTROL.sub("�", sound(text))
