"""`agent batch`: a trace once for each row of a table."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from agent.cli import flags
from agent.cli.app import app


@app.command()
def batch(
    trace: Annotated[Path, typer.Argument(help="The folder of a trace that ended complete.")],
    data: Annotated[Path, typer.Option(help="The rows: CSV, JSON lines, a JSON array, or .xlsx.")],
    encoding: flags.Encoding = None,
    out: Annotated[
        Path | None, typer.Option(help="The folder of results and rows' traces; else batches/TRACE-ROWS.")
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, max=64, help="How many rows are done at a time.")] = 1,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a batch: do the rows that are not complete.")
    ] = False,
    retry_unknown: flags.RetryUnknown = False,
    strict: Annotated[bool, typer.Option("--strict", help="Find targets only as they were named.")] = False,
    url: flags.RecordedUrl = None,
    base_url: flags.FallbackUrl = None,
    model: flags.Model = None,
    dialect: flags.DialectName = None,
    upload: flags.Upload = None,
    secrets: flags.Secrets = None,
    secret_in_clear: flags.SecretInClear = None,
    headed: flags.Headed = None,
    browser: flags.BrowserPath = None,
    cdp: flags.Cdp = None,
    viewport: flags.RecordedViewport = None,
    display: flags.Display = None,
    serial: flags.Serial = None,
    json_wanted: flags.Json = False,
) -> None:
    """Repeat a trace for every row of a table; a row that fails does so alone, and results.csv says how each ended.

    Ends with 0 only if every row is complete; else with the code of `agent run` for what all failed rows have in
    common, or 1.
    """
    from agent.batch.command import BatchRequest, execute
    from agent.secret_flags import SecretFlags

    if retry_unknown and not resume:
        raise typer.BadParameter("--retry-unknown goes with --resume")
    given: dict[str, Any] = {
        "url": url, "base_url": base_url, "model": model, "dialect": dialect, "headed": headed, "browser": browser,
        "cdp": cdp, "viewport": viewport, "display": display, "serial": serial,
    }  # fmt: skip
    request = BatchRequest(
        trace,
        given,
        data,
        encoding,
        out,
        jobs,
        resume,
        retry_unknown,
        strict,
        json_wanted,
        tuple(upload or ()),
        SecretFlags(tuple(secrets or ()), tuple(secret_in_clear or ())),
    )
    raise typer.Exit(execute(request))
