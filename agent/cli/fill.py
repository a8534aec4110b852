"""`agent fill`: a form, filled in from a row of values."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from agent.cli.app import app


@app.command()
def fill(
    url: Annotated[str | None, typer.Option(help="The page with the form; the bundled hotel if none is given.")] = None,
    data: Annotated[
        Path | None, typer.Option(help="The values: a flat JSON or TOML file; or rows: CSV, JSON lines, .xlsx.")
    ] = None,
    pairs: Annotated[
        list[str] | None, typer.Option("-d", metavar="KEY=VALUE", help="One value; may be repeated.")
    ] = None,
    submit: Annotated[
        bool, typer.Option("--submit", help="Send the form if nothing is wrong; else it is left filled in.")
    ] = False,
    upload: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="A file that a value may name, by its name or path; may be repeated."),
    ] = None,
    encoding: Annotated[str | None, typer.Option(help="That of a CSV which is not UTF-8, such as cp1252.")] = None,
    base_url: Annotated[
        str | None, typer.Option(help="A model to ask where the values belong; else the fields' names say it.")
    ] = None,
    model: Annotated[str | None, typer.Option(help="That model's name as the server knows it.")] = None,
    thinking: Annotated[
        str | None, typer.Option(metavar="on|off|N", help="Thinking on, off, or at most N tokens in an answer.")
    ] = None,
    prompts: Annotated[Path | None, typer.Option(help="A folder whose fill.txt replaces the prompt's wording.")] = None,
    language: Annotated[str | None, typer.Option(help="The prompt's language, en or zh.")] = None,
    trace_dir: Annotated[
        Path | None, typer.Option(help="The folder of this one trace; else a new one in ./traces.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Of several rows: the folder of results and rows' traces; else batches/fill-ROWS."),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Of several rows: go on, in the same folder, with those not complete.")
    ] = False,
    retry_unknown: Annotated[
        bool, typer.Option("--retry-unknown", help="With --resume: also the rows that may have been sent.")
    ] = False,
    headed: Annotated[bool | None, typer.Option("--headed/--headless", help="Show the browser's window.")] = None,
    browser: Annotated[str | None, typer.Option(help="The browser to start, as a path.")] = None,
    cdp: Annotated[str | None, typer.Option(help="Attach to a running Chrome at this DevTools address.")] = None,
    viewport: Annotated[str | None, typer.Option(help="The page's size, WIDTHxHEIGHT (1280x800).")] = None,
    json_wanted: Annotated[
        bool, typer.Option("--json", help="Print one JSON object on the last line of stdout.")
    ] = False,
) -> None:
    """Fill in a form from a row of values, in as few model calls as possible; of several rows all but the first replay.

    Nothing is sent without --submit, nor if a value has no field, a required field no value, or a field holds
    something else than was entered: it then ends with 3 and names them. Else it ends as `agent run` does.
    """
    from agent.fill.command import FillRequest, execute

    flags: dict[str, Any] = {
        "url": url, "base_url": base_url, "model": model, "thinking": thinking, "prompts": prompts,
        "language": language, "headed": headed, "browser": browser, "cdp": cdp, "viewport": viewport,
    }  # fmt: skip
    uploads = tuple(upload or ())
    request = FillRequest(
        flags, data, tuple(pairs or ()), encoding, uploads, submit, trace_dir, out, resume, retry_unknown, json_wanted
    )
    raise typer.Exit(execute(request))
