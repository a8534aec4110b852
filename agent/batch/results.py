"""The results of a batch as files for people and programs: results.csv and results.jsonl, made anew from the ledger."""

from __future__ import annotations

import csv
import io
import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from actions import TraceError
from agent.batch.ledger import Done

CSV, JSONL = "results.csv", "results.jsonl"
_COLUMNS = ("row", "outcome", "answer", "reason", "maybe_sent", "steps", "tokens", "seconds", "trace", "values")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_results(folder: Path, done: Mapping[int, Done]) -> None:
    """Write both files, each whole or not at all. Raises TraceError."""
    entries = [_entry(done[row]) for row in sorted(done)]
    _write(folder / JSONL, "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries), "utf-8")
    out = io.StringIO(newline="")
    table = csv.DictWriter(out, _COLUMNS)
    table.writeheader()
    table.writerows({name: _harmless(value) for name, value in entry.items()} for entry in entries)
    _write(folder / CSV, out.getvalue(), "utf-8-sig")  # with the mark that Excel knows it by


def tally(done: Iterable[Done]) -> str:
    """How many rows ended how, in words: "8 complete, 1 diverged, 1 usage"."""
    counts = Counter(one.status for one in done)
    ordered = sorted(counts.items(), key=lambda item: (item[0] != "complete", item[0]))
    return ", ".join(f"{count} {status}" for status, count in ordered)


def _entry(done: Done) -> dict[str, Any]:
    return {
        "row": done.row,
        "outcome": done.status,
        "answer": done.answer,
        "reason": done.reason,
        "maybe_sent": done.doubtful,
        "steps": done.steps,
        "tokens": done.tokens,
        "seconds": done.seconds,
        "trace": done.folder,
        "values": list(done.names),
    }


def _harmless(value: Any) -> Any:
    """A cell; words of a page must not become a formula where the table is opened."""
    if isinstance(value, list):
        value = ", ".join(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "'" + value if isinstance(value, str) and value.startswith(_FORMULA) else value


def _write(path: Path, text: str, encoding: str) -> None:
    part = path.with_suffix(path.suffix + ".part")
    try:
        part.write_text(text, encoding=encoding, newline="")
        os.replace(part, path)
    except OSError as error:
        raise TraceError(f"{path} cannot be written: {error.strerror or error}") from error
