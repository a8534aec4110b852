"""`agent record`: a person does it once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from agent.cli import flags
from agent.cli.app import app


@app.command()
def record(
    instruction: Annotated[str, typer.Argument(help="What it is that you are going to do, in your own words.")],
    env: flags.Environment = None,
    url: flags.StartUrl = None,
    data: Annotated[
        Path | None, typer.Option(help="The values that you will type, by name: a flat JSON or TOML file.")
    ] = None,
    pairs: flags.Pairs = None,
    trace_dir: flags.TraceDir = None,
    headed: Annotated[
        bool, typer.Option("--headed/--headless", help="Show the browser's window (yes, unless --cdp has one).")
    ] = True,
    browser: flags.BrowserPath = None,
    cdp: flags.Cdp = None,
    viewport: flags.Viewport = None,
    json_wanted: flags.Json = False,
) -> None:
    """Open a window, and write down what you do in it as a trace that `agent replay` repeats.

    Ctrl-C or closing the window ends it. Passwords are not read: their steps say <secret:NAME>.
    """
    from agent.record import RecordRequest, execute

    given: dict[str, Any] = {
        "env": env, "url": url, "headed": headed, "browser": browser, "cdp": cdp, "viewport": viewport,
    }  # fmt: skip
    request = RecordRequest(instruction, given, data, tuple(pairs or ()), trace_dir, json_wanted)
    raise typer.Exit(execute(request))
