"""From traces to the page's HTML."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from actions import Box, Point, TraceError, place_of
from agent.describe import describe, effect
from agent.tokens import total
from agent.trace import Found, StepLine, Trace, read_trace
from agent.view.align import aligned
from agent.view.pictures import Pictures

_RUNGS = {
    "hit": "by what it is",
    "picture": "by its picture",
    "anchors": "by the texts around it",
    "model": "by the model",
    "person": "by the person",
}


def render(traces: Sequence[Trace]) -> str:
    """The HTML of one trace, or of two side by side. Everything that a model or a page wrote is escaped."""
    import jinja2
    from markupsafe import Markup

    pictures = Pictures()
    cells = [_Cells(trace, pictures) for trace in traces]
    rows: list[tuple[StepLine | None, ...]] = (
        [(line,) for line in traces[0].steps] if len(traces) == 1 else [*aligned(traces[0], traces[1])]
    )
    script = _text("page.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    template = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    ).from_string(_text("page.html"))
    return template.render(
        runs=[_run(trace) for trace in traces],
        rows=[
            [cell.of(line) if line is not None else None for cell, line in zip(cells, row, strict=True)] for row in rows
        ],
        pictures=pictures.all(),
        missing=pictures.missing,
        style=Markup(_text("page.css")),  # noqa: S704 - the package's own file
        script=Markup(script),  # noqa: S704 - the package's own file
        digest=digest,
        safe=Markup,
    )


@lru_cache
def _text(name: str) -> str:
    return files("agent.view").joinpath(name).read_text(encoding="utf-8")


def _run(trace: Trace) -> dict[str, Any]:
    head, outcome = trace.header, trace.outcome
    totals: dict[str, float] = {}
    for line in trace.steps:
        for phase, ms in line.ms.items():
            totals[phase] = totals.get(phase, 0.0) + ms
    return {
        "task": head.task,
        "name": trace.folder.resolve().name,
        "status": outcome.status if outcome is not None else "",
        "said": (outcome.answer or outcome.reason) if outcome is not None else "",
        "facts": [
            (name, value)
            for name, value in (
                ("began", head.started.strftime("%Y-%m-%d %H:%M:%S %Z")),
                ("platform", head.platform),
                ("model", head.model),
                ("dialect", head.dialect),
                ("endpoint", head.endpoint),
                ("repeats", head.replays),
                ("steps", str(len(trace.steps))),
                ("tokens", str(outcome.tokens) if outcome is not None and outcome.tokens else ""),
                ("seconds", f"{outcome.seconds:.1f}" if outcome is not None else ""),
                ("Handeye", head.handeye),
            )
            if value
        ],
        "totals": totals,
        "all_ms": sum(totals.values()),
    }


class _Cells:
    """The steps of one trace as the template shows them."""

    def __init__(self, trace: Trace, pictures: Pictures) -> None:
        self._trace = trace
        self._pictures = pictures
        self._seams = {line.after: line for line in trace.resumed}
        self._places = {id(line): at for at, line in enumerate(trace.steps)}
        self._recorded = _recorded(trace)

    def of(self, line: StepLine) -> dict[str, Any]:
        decision, result, reply = line.decision, line.result, line.reply
        action = decision.action if decision is not None else None
        hit = result.hit if result is not None else None
        whole = sum(line.ms.values())
        recorded = self._recorded_picture(line)
        return {
            "line": line,
            "title": describe(action, result) if action is not None else self._without_action(line),
            "state": _state(line),
            "thumb": self._pictures.thumb(self._trace, line.seen.image),
            "screen": self._pictures.add(self._trace, line.seen.image),
            "sent": [key for key in map(self._sent, _images(line)) if key],
            "recorded": recorded,
            "led_to": self._led_to(line),
            "aim": _frame(place_of(action) if action is not None else None),
            "hit": _frame(hit.box if hit is not None else None),
            "effect": effect(result) if result is not None else "",
            "facts": [(k, v) for k, v in hit.model_dump(exclude={"box"}).items() if v] if hit is not None else [],
            "crop": self._pictures.add(self._trace, line.crop),
            "raw": reply.text if reply is not None else "",
            "calls": [f"{call.name}({call.arguments})" for call in reply.tool_calls] if reply is not None else [],
            "reasoning": reply.reasoning if reply is not None else "",
            "usage": _usage(line),
            "total": whole,
            "phases": [(phase, ms, 100 * ms / whole if whole else 0) for phase, ms in line.ms.items()],
            "found": _found(line.found),
            "seam": self._seams.get(self._places[id(line)]),
        }

    def _sent(self, name: str) -> str:
        return self._pictures.add(self._trace, name)

    def _recorded_picture(self, line: StepLine) -> str:
        """The recorded screen beside which a replay's step is looked at: where it stopped or had to search."""
        if self._recorded is None or line.found is None:
            return ""
        mended = line.found.rung not in (None, "hit")
        if not line.problem and not mended:
            return ""
        at = next((n for n, step in enumerate(self._recorded.steps) if step.n == line.found.step), None)
        if at is None:
            return ""
        shown = self._recorded.steps[min(at + self._led_to(line), len(self._recorded.steps) - 1)]
        return self._pictures.add(self._recorded, shown.seen.image)

    def _led_to(self, line: StepLine) -> bool:
        """Does the line only show the screen that the step before it led to?"""
        place = self._places[id(line)]
        before = self._trace.steps[place - 1] if place else None
        return before is not None and before.found == line.found is not None and line.decision is None

    def _without_action(self, line: StepLine) -> str:
        return "the screen that it led to" if self._led_to(line) else line.problem or "no readable action"


def _recorded(trace: Trace) -> Trace | None:
    """The trace that this one repeats, None if it repeats none or that is gone."""
    if not trace.header.replays:
        return None
    told = Path(trace.header.replays)
    for folder in (told, trace.folder.parent / told.name):
        try:
            return read_trace(folder)
        except TraceError:
            continue
    return None


def _state(line: StepLine) -> str:
    if line.problem or line.decision is None:
        return "bad"
    if line.result is not None and line.result.changed is False:
        return "idle"
    return "good"


def _images(line: StepLine) -> list[str]:
    """The pictures that the model was sent, but for the screen itself."""
    names = [part.image for message in line.prompt for part in message.content if part.image]
    return [name for name in names if name != line.seen.image]


def _usage(line: StepLine) -> list[str]:
    if line.reply is None:
        return []
    usage, said = line.reply.usage, []
    if usage.prompt is not None or usage.completion is not None:
        about = "about " if usage.estimated else ""
        said.append(f"{about}{total(usage)} tokens ({usage.prompt or 0} in, {usage.completion or 0} out)")
    if line.reply.first_token_ms is not None:
        said.append(f"first token after {line.reply.first_token_ms:.0f} ms")
    if line.reply.stops:
        said.append(f"closed early: {', '.join(line.reply.stops)}")
    return [*said, *line.reply.notes]


def _found(found: Found | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "step": found.step,
        "how": _RUNGS[found.rung] if found.rung is not None else "",
        "searched": found.rung not in (None, "hit"),
        "failed": any(found.checks.values()),
        "sure": f"{found.sure:.0%}",
        "why": found.why,
        "checks": list(found.checks.items()),
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
