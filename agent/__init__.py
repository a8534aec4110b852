"""Handeye: drives a screen with a vision-language model, and leaves a trace.

import asyncio
from agent import run
from envs.web import WebEnv

outcome = asyncio.run(run("book a room", env=WebEnv("https://example.com")))
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from agent.api import run
    from agent.endpoint import OpenAIEndpoint, ReaderEndpoint, ScriptedEndpoint
    from agent.limits import Limits
    from agent.outcome import Outcome
    from agent.trace import Trace, read_trace

_HOMES = {
    "run": "agent.api",
    "OpenAIEndpoint": "agent.endpoint",
    "ScriptedEndpoint": "agent.endpoint",
    "ReaderEndpoint": "agent.endpoint",
    "Limits": "agent.limits",
    "Outcome": "agent.outcome",
    "Trace": "agent.trace",
    "read_trace": "agent.trace",
}

__all__ = [
    "Limits", "OpenAIEndpoint", "Outcome", "ReaderEndpoint", "ScriptedEndpoint", "Trace", "read_trace", "run",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    # loaded at first use, so that importing the package (and `agent --help`) stays light
    if name not in _HOMES:
        raise AttributeError(f"module 'agent' has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_HOMES[name]), name)
