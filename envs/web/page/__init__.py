"""The scripts that run inside a page, kept as files and joined into one library per document."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

_PARTS = ("names.js", "tracker.js", "look.js", "hit.js", "find.js", "fields.js")
_RECORDER_PARTS = ("names.js", "look.js", "hit.js", "fields.js", "record.js")
_CALLS = (
    "quiet", "version", "change", "look", "aim", "arm", "aimScroll", "prepare", "held", "assign",
    "nativeOptions", "choose", "closeList", "drawnOptions", "reveal", "suggestions", "target", "find", "bring",
)  # fmt: skip
_KEY = 'Symbol.for("handeye")'


@cache
def library() -> str:
    """The init script: defines the calls below once per document, before the page's own scripts run.

    It lives in the page's world, not in an isolated one, because counting the page's timers needs that; a page could
    meddle with it and would then only blind itself to the agent.
    """
    body = "\n".join(files(__name__).joinpath(part).read_text(encoding="utf-8") for part in _PARTS)
    return (
        f"(() => {{ 'use strict';\nif (window[{_KEY}]) return;\nconst {{ stringify }} = JSON;\n{body}\n"
        f"Object.defineProperty(window, {_KEY}, {{ value: {{ stringify, {', '.join(_CALLS)} }} }});\n}})()"
    )


@cache
def recorder(world: str, tell: str) -> str:
    """The script that tells what a person does; for a world of its own, where `tell` is a binding to Python."""
    body = "\n".join(files(__name__).joinpath(part).read_text(encoding="utf-8") for part in _RECORDER_PARTS)
    return (
        f"(() => {{ 'use strict';\nif (globalThis.{world}) return;\n{body.replace('__TELL__', tell)}\n"
        f"globalThis.{world} = {{ bared, frameAt }};\n}})()"
    )


@cache
def call(name: str) -> str:
    """The function for Frame.evaluate that runs one of the library's calls; its answer travels as one JSON string.

    The answer is null where the library is missing, which `library()` then mends.
    """
    if name not in _CALLS:
        raise ValueError(f"no page call is named {name!r}")
    return (
        f"async (given) => {{ const library = window[{_KEY}]; if (!library) return null;"
        f" return library.stringify((await library.{name}(given)) ?? null); }}"
    )


def answer(said: str) -> Any:
    """What a call answered, as plain data whose texts can all be written as UTF-8."""
    # JSON spells half a surrogate pair as an escape, and nothing else that begins so is common
    return _mended(json.loads(said)) if "\\ud" in said else json.loads(said)


def well_formed(text: str) -> str:
    """A page's text with U+FFFD for each half of a surrogate pair: scripts may cut a character in two."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _mended(data: Any) -> Any:
    if isinstance(data, str):
        return well_formed(data)
    if isinstance(data, list):
        return [_mended(entry) for entry in data]
    return {key: _mended(value) for key, value in data.items()} if isinstance(data, dict) else data


def target() -> str:
    """The function for Frame.evaluate_handle that gives the element that was aimed at."""
    return f"() => window[{_KEY}].target()"
