"""Traces as one JSON document: what read_trace reads, for programs in other languages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from agent.trace import Trace


def document(traces: Sequence[Trace]) -> str:
    """`{"traces": [{"folder", "header", "steps", "resumed", "outcome"}, …]}`; pictures are paths below `folder`."""
    return json.dumps({"traces": [_trace(trace) for trace in traces]}, ensure_ascii=False, indent=1) + "\n"


def _trace(trace: Trace) -> dict[str, Any]:
    return trace.model_dump(mode="json")
