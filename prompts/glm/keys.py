"""Keys as the family writes them: names joined by +, where + itself may be one."""

from __future__ import annotations

from collections.abc import Sequence


def split_keys(written: str) -> tuple[str, ...]:
    """The keys of `ctrl+shift++`, in order; empty if the text names none."""
    keys: list[str] = []
    written = written.strip()
    at = 0
    while at < len(written):
        if written[at] == "+":
            key, end = "+", at + 1
        else:
            end = written.find("+", at)
            end = len(written) if end < 0 else end
            key = written[at:end].strip()
        if not key:
            return ()
        keys.append(key)
        while end < len(written) and written[end].isspace():
            end += 1
        if end == len(written):
            return tuple(keys)
        if written[end] != "+":
            return ()
        at = end + 1
        while at < len(written) and written[at].isspace():
            at += 1
    return ()


def join_keys(keys: Sequence[str]) -> str | None:
    """What `split_keys` reads as these keys; None if no text does."""
    written = "+".join("space" if key == " " else key for key in keys)
    return written if split_keys(written) == tuple("space" if key == " " else key for key in keys) else None
