"""`agent fill`: a form, filled in from a row of values."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from agent.cli import flags
from agent.cli.app import app


@app.command()
def fill(
    url: flags.StartUrl = None,
    data: Annotated[
        Path | None, typer.Option(help="The values: a flat JSON or TOML file; or rows: CSV, JSON lines, .xlsx.")
    ] = None,
    pairs: flags.Pairs = None,
    submit: Annotated[
        bool, typer.Option("--submit", help="Send the form if nothing is wrong; else it is left filled in.")
    ] = False,
    upload: flags.Upload = None,
    encoding: flags.Encoding = None,
    base_url: Annotated[
        str | None, typer.Option(help="A model to ask where the values belong; else the fields' names say it.")
    ] = None,
    model: flags.Model = None,
    thinking: flags.Thinking = None,
    prompts: Annotated[Path | None, typer.Option(help="A folder whose fill.txt replaces the prompt's wording.")] = None,
    language: flags.Tongue = None,
    trace_dir: flags.TraceDir = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Of several rows: the folder of results and rows' traces; else batches/fill-ROWS."),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Of several rows: go on, in the same folder, with those not complete.")
    ] = False,
    retry_unknown: flags.RetryUnknown = False,
    headed: flags.Headed = None,
    browser: flags.BrowserPath = None,
    cdp: flags.Cdp = None,
    viewport: flags.Viewport = None,
    json_wanted: flags.Json = False,
) -> None:
    """Fill in a form from a row of values, in as few model calls as possible; of several rows all but the first replay.

    Nothing is sent without --submit, nor if a value has no field, a required field no value, or a field holds
    something else than was entered: it then ends with 3 and names them. Else it ends as `agent run` does.
    """
    from agent.fill.command import FillRequest, execute

    given: dict[str, Any] = {
        "url": url, "base_url": base_url, "model": model, "thinking": thinking, "prompts": prompts,
        "language": language, "headed": headed, "browser": browser, "cdp": cdp, "viewport": viewport,
    }  # fmt: skip
    uploads = tuple(upload or ())
    request = FillRequest(
        given, data, tuple(pairs or ()), encoding, uploads, submit, trace_dir, out, resume, retry_unknown, json_wanted
    )
    raise typer.Exit(execute(request))
