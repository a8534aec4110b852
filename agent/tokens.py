"""How many tokens a request has, for servers that do not say."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from prompts.base import Message, Usage
from prompts.images import image_of, image_tokens, text_tokens


def prompt_tokens(messages: Sequence[Message], sampling: Mapping[str, Any]) -> int:
    """About how many prompt tokens a request has, its pictures and functions included; rather too many."""
    total = text_tokens(json.dumps(sampling["tools"])) if "tools" in sampling else 0
    for message in messages:
        content = message.get("content") or ""
        for part in [{"type": "text", "text": content}] if isinstance(content, str) else content:
            image = image_of(part)
            total += text_tokens(str(part.get("text", ""))) if image is None else _picture_tokens(image)
    return total


def _picture_tokens(image: bytes) -> int:
    from PIL import Image

    with Image.open(io.BytesIO(image)) as picture:
        return image_tokens(*picture.size)


def total(usage: Usage) -> int:
    """Prompt and completion tokens together, as far as they are known."""
    return (usage.prompt or 0) + (usage.completion or 0)


def added(usages: Sequence[Usage]) -> Usage:
    """The sum of what several requests cost; what nobody counted stays None."""
    return Usage(
        prompt=_sum([usage.prompt for usage in usages]),
        completion=_sum([usage.completion for usage in usages]),
        estimated=any(usage.estimated for usage in usages),
        spared=_sum([usage.spared for usage in usages]),
    )


def _sum(counts: Sequence[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None
