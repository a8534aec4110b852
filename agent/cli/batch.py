"""`agent batch`: a trace once for each row of a table."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from agent.cli.app import app


@app.command()
def batch(
    trace: Annotated[Path, typer.Argument(help="The folder of a trace that ended complete.")],
    data: Annotated[Path, typer.Option(help="The rows: CSV, JSON lines, a JSON array, or .xlsx.")],
    encoding: Annotated[str | None, typer.Option(help="That of a CSV which is not UTF-8, such as cp1252.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="The folder of results and rows' traces; else batches/TRACE-ROWS.")
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, max=64, help="How many rows are done at a time.")] = 1,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a batch: do the rows that are not complete.")
    ] = False,
    retry_unknown: Annotated[
        bool, typer.Option("--retry-unknown", help="With --resume: also the rows that may have been sent.")
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Find targets only as they were named.")] = False,
    url: Annotated[str | None, typer.Option(help="Where to start; else where the trace did.")] = None,
    base_url: Annotated[
        str | None, typer.Option(help="A model to ask where something is, if nothing else finds it.")
    ] = None,
    model: Annotated[str | None, typer.Option(help="That model's name as the server knows it.")] = None,
    dialect: Annotated[str | None, typer.Option(help="How that model is spoken to.")] = None,
    headed: Annotated[bool | None, typer.Option("--headed/--headless", help="Show the browsers' windows.")] = None,
    browser: Annotated[str | None, typer.Option(help="The browser to start, as a path.")] = None,
    cdp: Annotated[str | None, typer.Option(help="Attach to a running Chrome at this DevTools address.")] = None,
    viewport: Annotated[str | None, typer.Option(help="The page's size, WIDTHxHEIGHT; else that of the trace.")] = None,
    json_wanted: Annotated[
        bool, typer.Option("--json", help="Print one JSON object on the last line of stdout.")
    ] = False,
) -> None:
    """Repeat a trace for every row of a table; a row that fails does so alone, and results.csv says how each ended.

    Ends with 0 only if every row is complete; else with the code of `agent run` for what all failed rows have in
    common, or 1.
    """
    from agent.batch.command import BatchRequest, execute

    if retry_unknown and not resume:
        raise typer.BadParameter("--retry-unknown goes with --resume")
    flags: dict[str, Any] = {
        "url": url, "base_url": base_url, "model": model, "dialect": dialect, "headed": headed, "browser": browser,
        "cdp": cdp, "viewport": viewport,
    }  # fmt: skip
    request = BatchRequest(trace, flags, data, encoding, out, jobs, resume, retry_unknown, strict, json_wanted)
    raise typer.Exit(execute(request))
