"""Traces given away: `agent export TRACE… --to llamafactory|playwright|gif|mp4|json`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from actions import TraceError, UsageError
from agent.trace import Trace, read_trace

_ENDINGS = {"llamafactory": "-llamafactory", "playwright": ".py", "gif": ".gif", "mp4": ".mp4", "json": ".json"}
KINDS = tuple(_ENDINGS)


class Exported(NamedTuple):
    """What was written, and what had to be left out and why."""

    path: Path
    notes: tuple[str, ...] = ()


def export(
    folders: Sequence[Path], kind: str, *, out: Path | None = None, everything: bool = False, dialect: str | None = None
) -> Exported:
    """Write traces in another form and give back the path of the file (llamafactory: of a folder).

    `out` None is a name beside the current folder, after the first trace. `everything` takes failed steps and runs
    into training data too; `dialect` makes their prompts anew in that dialect. Raises UsageError for a kind that there
    is none of, for several traces where one file can hold only one, and for an `out` that is there already; TraceError
    for a trace that cannot be read or a file that cannot be written.
    """
    if kind not in _ENDINGS:
        raise UsageError(f"--to {kind} is not known; it takes {', '.join(KINDS)}")
    if len(folders) != 1 and kind not in ("llamafactory", "json"):
        raise UsageError(f"--to {kind} takes one trace; export them one by one")
    traces = [read_trace(folder) for folder in folders]
    path = out if out is not None else Path(traces[0].folder.resolve().name + _ENDINGS[kind])
    if path.exists():
        raise UsageError(f"{path} is there already; name another with --out, or remove it")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return Exported(path, tuple(_write(traces, kind, path, everything, dialect)))
    except OSError as error:
        raise TraceError(f"cannot write {path}: {error.strerror or error}") from error


def _write(traces: list[Trace], kind: str, path: Path, everything: bool, dialect: str | None) -> Sequence[str]:
    match kind:
        case "llamafactory":
            from agent.export.llamafactory import write

            return write(traces, path, everything=everything, dialect=dialect)
        case "playwright":
            from agent.export.script import script

            text, notes = script(traces[0], path.name)
            path.write_text(text, encoding="utf-8")
            return notes
        case "json":
            from agent.export.plain import document

            path.write_text(document(traces), encoding="utf-8")
            return ()
        case _:
            from agent.export.film import write_gif, write_mp4

            (write_gif if kind == "gif" else write_mp4)(traces[0], path)
            return ()
