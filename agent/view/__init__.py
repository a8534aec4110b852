"""A trace as one HTML page that needs nothing beside it: `agent view`."""

from __future__ import annotations

from pathlib import Path

from actions import TraceError
from agent.trace import Trace, read_trace

PAGE = "index.html"


def write_page(*folders: Path, out: Path | None = None) -> Path:
    """Write the page of one trace, or of two runs of one task side by side, and give back its path.

    `out` None is index.html in the (first) trace's folder. Raises TraceError.
    """
    traces = [read_trace(folder) for folder in folders]
    page = out if out is not None else traces[0].folder / PAGE
    try:
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(render(*traces), encoding="utf-8")
    except OSError as error:
        raise TraceError(f"cannot write {page}: {error.strerror}") from error
    return page


def render(*traces: Trace) -> str:
    """The page's HTML. Everything that a model or a page wrote is escaped."""
    from agent.view.page import render as rendered

    return rendered(traces)
