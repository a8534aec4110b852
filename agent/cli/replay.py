"""`agent replay`: a trace once more, without its model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from agent.cli import flags
from agent.cli.app import app


@app.command()
def replay(
    trace: Annotated[Path, typer.Argument(help="The folder of a trace that ended complete.")],
    data: Annotated[Path | None, typer.Option(help="Other values: a flat JSON or TOML file.")] = None,
    pairs: Annotated[
        list[str] | None,
        typer.Option("-d", metavar="KEY=VALUE", help="One other value, the rest as recorded; may be repeated."),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Find targets only as they were named; heal nothing.")
    ] = False,
    heal: Annotated[
        bool, typer.Option("--heal", help="Keep what was found anew as the trace's next version, NAME-v2.")
    ] = False,
    url: flags.RecordedUrl = None,
    base_url: flags.FallbackUrl = None,
    model: flags.Model = None,
    dialect: flags.DialectName = None,
    trace_dir: flags.TraceDir = None,
    upload: flags.Upload = None,
    secrets: flags.Secrets = None,
    secret_in_clear: flags.SecretInClear = None,
    headed: flags.Headed = None,
    display: flags.Display = None,
    serial: flags.Serial = None,
    browser: flags.BrowserPath = None,
    cdp: flags.Cdp = None,
    viewport: flags.RecordedViewport = None,
    json_wanted: flags.Json = False,
) -> None:
    """Repeat a trace, with other values if they are given; every step's effect is compared with the recorded one.

    Ends as `agent run` does, and with 9 if the screen left the recorded path: nothing is clicked after that.
    """
    from agent.replay.command import ReplayRequest, execute
    from agent.secret_flags import SecretFlags

    if strict and heal:
        raise typer.BadParameter("--strict heals nothing; give one of --strict and --heal")
    given: dict[str, Any] = {
        "url": url, "base_url": base_url, "model": model, "dialect": dialect, "headed": headed, "browser": browser,
        "cdp": cdp, "viewport": viewport, "display": display, "serial": serial,
    }  # fmt: skip
    request = ReplayRequest(
        trace,
        given,
        data,
        tuple(pairs or ()),
        trace_dir,
        strict,
        heal,
        json_wanted,
        tuple(upload or ()),
        SecretFlags(tuple(secrets or ()), tuple(secret_in_clear or ())),
    )
    raise typer.Exit(execute(request))
