"""The parameters of a trace as a person and as a program reads them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from agent.params.model import Params
from agent.params.renewal import said

_HEAD = ("NAME", "RECORDED", "STEP", "WHAT", "AS")
_WORDS = {
    "text": "typed",
    "option": "chosen",
    "target": "opened",
    "name": "clicked",
    "when": "ticked if so",
    "kept": "was there already",
}


def listing(params: Params) -> Iterator[str]:
    """Lines of a table: each parameter with its uses, then what is unclear, and what is ignored."""
    if not params.params:
        yield "no parameters: the trace was recorded without --data; --set NAME=STEP makes one of what a step typed"
        return
    rows = [_HEAD, *_rows(params)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(_HEAD))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    for one in params.unclear:
        yield f"unclear: {said(one.text, one.n, one.names)}"
    if params.ignored:
        yield f"ignored: {', '.join(params.ignored)}"


def as_object(params: Params) -> dict[str, Any]:
    """What --json prints."""
    return {
        "params": [
            {
                "name": param.name,
                "value": param.value,
                "uses": [{"step": use.n, "field": use.field, "template": use.template} for use in param.uses],
            }
            for param in params.params
        ],
        "unclear": [
            {"step": one.n, "field": one.field, "text": one.text, "names": list(one.names)} for one in params.unclear
        ],
        "ignored": list(params.ignored),
    }


def _rows(params: Params) -> Iterator[tuple[str, ...]]:
    for param in params.params:
        value = param.value if len(param.value) <= 40 else param.value[:39] + "…"
        if not param.uses:
            yield param.name, value, "", "not used", ""
        for at, use in enumerate(param.uses):
            label = (param.name, value) if at == 0 else ("", "")
            yield *label, str(use.n), _WORDS[use.field], use.template
