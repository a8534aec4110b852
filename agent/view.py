"""A trace as one HTML page: screens with boxes, thoughts, actions, timings. No scripts, nothing from outside."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

from actions import Box, Point, TraceError, place_of
from agent.describe import describe, effect
from agent.trace import StepLine, Trace, read_trace

PAGE = "index.html"


def write_page(folder: Path) -> Path:
    """Write index.html beside the trace's pictures and give back its path. Raises TraceError."""
    trace = read_trace(folder)
    page = trace.folder / PAGE
    try:
        page.write_text(render(trace), encoding="utf-8")
    except OSError as error:
        raise TraceError(f"cannot write {page}: {error.strerror}") from error
    return page


def render(trace: Trace) -> str:
    """The page's HTML. Everything that a model or a page wrote is escaped."""
    import jinja2

    template = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined).from_string(
        files("agent").joinpath("view.html").read_text(encoding="utf-8")
    )
    totals: dict[str, float] = {}
    for line in trace.steps:
        for phase, ms in line.ms.items():
            totals[phase] = totals.get(phase, 0.0) + ms
    return template.render(
        trace=trace,
        header=trace.header,
        steps=[_step(line) for line in trace.steps],
        outcome=trace.outcome,
        totals=totals,
    )


def _step(line: StepLine) -> dict[str, Any]:
    decision, result = line.decision, line.result
    place = place_of(decision.action) if decision else None
    hit = result.hit if result else None
    facts = hit.model_dump(exclude={"box"}) if hit else {}
    total = sum(line.ms.values())
    return {
        "line": line,
        "title": describe(decision.action, result) if decision else "no readable action",
        "effect": effect(result) if result else "",
        "aim": _frame(place),
        "hit": _frame(hit.box if hit else None),
        "facts": [(name, value) for name, value in facts.items() if value],
        "raw": line.reply.text if line.reply else "",
        "reasoning": line.reply.reasoning if line.reply else "",
        "total": total,
        "phases": [(phase, ms, 100 * ms / total if total else 0) for phase, ms in line.ms.items()],
    }


def _frame(place: Box | Point | None) -> str:
    """The CSS rectangle of a place on its screenshot, in per cent; empty if there is none."""
    if place is None:
        return ""
    if isinstance(place, Point):
        return f"left:{place.x:.4%};top:{place.y:.4%}"
    return (
        f"left:{place.left:.4%};top:{place.top:.4%};"
        f"width:{place.right - place.left:.4%};height:{place.bottom - place.top:.4%}"
    )
