"""The one place where a line for the phone's shell is made: every word is quoted, so that text stays text."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from actions import ActionError

LONGEST_LINE = 32_000
"""Bytes of one line: an adb server takes requests of 65,535, and quoting a quote makes five bytes of one."""
_PIECE = 200
"""Characters that one call of `input text` types: key by key, which must not take longer than a call may."""


def shell_line(words: Sequence[str]) -> str:
    """The words as one line that any POSIX shell reads back as exactly them.

    Raises ActionError for what no shell line can hold: NUL characters, half characters, far too much at once.
    """
    line = " ".join(shlex.quote(sound(word)) for word in words)
    if (size := len(line.encode())) > LONGEST_LINE:
        raise ActionError(f"{size} bytes are too much for one command; do it in smaller parts")
    return line


def sound(text: str) -> str:
    """The text, with line ends of one kind. Raises ActionError for characters that no phone takes."""
    if "\0" in text:
        raise ActionError("the text holds a NUL character, which no phone takes")
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise ActionError("the text holds half a character (a lone surrogate), which no phone takes")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def is_keyable(text: str) -> bool:
    """Can `input text`, which presses the keys of an American keyboard, write it?"""
    return all(" " <= char <= "~" or char in "\n\t" for char in text)


def typed_pieces(text: str) -> Iterator[str]:
    """Arguments for `input text` that together type `text`, a line end or a tab standing alone.

    It takes %s for a blank, so a percent sign and an s that follows it go into two pieces.
    """
    piece = ""
    for char in text:
        alone = char in "\n\t"
        if piece and (alone or len(piece) >= _PIECE or (char == "s" and piece.endswith("%"))):
            yield piece.replace(" ", "%s")
            piece = ""
        if alone:
            yield char
        else:
            piece += char
    if piece:
        yield piece.replace(" ", "%s")
