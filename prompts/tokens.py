"""Special tokens of the GLM family, and how text that looks like one is kept from being one.

A page may contain `<|user|>` or `<answer>`; sent as it is, a server would read it as the end of a turn. One backslash
inside makes it plain text again: `<\\|user|>`. Text that already has backslashes there gets one more, so `plain` is the
exact inverse of `escape`. Prompts and answers use the same rule, so a model that copies what it reads stays readable.
"""

from __future__ import annotations

import re

BOX_BEGIN = "<|begin_of_box|>"
BOX_END = "<|end_of_box|>"
THINK = "<think>"
THINK_END = "</think>"
ANSWER = "<answer>"
ANSWER_END = "</answer>"
TURNS = ("<|user|>", "<|assistant|>", "<|observation|>", "<|system|>", "<|endoftext|>")

_NAMES = "think|answer|image|video|tool_call|tool_response|tools|arg_key|arg_value|sop|eop"
_BODY = rf"\||/?(?:{_NAMES})>|gMASK\]|sMASK\]"
_BARE = re.compile(rf"([<\[])(\\*+)(?={_BODY})")
_ESCAPED = re.compile(rf"([<\[])\\(\\*+)(?={_BODY})")


def escape(text: str) -> str:
    """`text` with every special token made harmless; lone surrogates, which no request can carry, become U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _BARE.sub(r"\1\\\2", text)


def plain(text: str) -> str:
    """The text that `escape` was given."""
    return _ESCAPED.sub(r"\1\2", text)
