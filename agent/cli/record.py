"""`agent record`: a person does it once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from agent.cli.app import app


@app.command()
def record(
    instruction: Annotated[str, typer.Argument(help="What it is that you are going to do, in your own words.")],
    env: Annotated[str | None, typer.Option(help="Which screen: web.")] = None,
    url: Annotated[str | None, typer.Option(help="Where to start; the bundled hotel if none is given.")] = None,
    data: Annotated[
        Path | None, typer.Option(help="The values that you will type, by name: a flat JSON or TOML file.")
    ] = None,
    pairs: Annotated[
        list[str] | None, typer.Option("-d", metavar="KEY=VALUE", help="One value; may be repeated.")
    ] = None,
    trace_dir: Annotated[
        Path | None, typer.Option(help="The folder of this one trace; else a new one in ./traces.")
    ] = None,
    headed: Annotated[
        bool, typer.Option("--headed/--headless", help="Show the browser's window (yes, unless --cdp has one).")
    ] = True,
    browser: Annotated[str | None, typer.Option(help="The browser to start, as a path.")] = None,
    cdp: Annotated[str | None, typer.Option(help="Attach to a running Chrome at this DevTools address.")] = None,
    viewport: Annotated[str | None, typer.Option(help="The page's size, WIDTHxHEIGHT (1280x800).")] = None,
    json_wanted: Annotated[
        bool, typer.Option("--json", help="Print one JSON object on the last line of stdout.")
    ] = False,
) -> None:
    """Open a window, and write down what you do in it as a trace that `agent replay` repeats.

    Ctrl-C or closing the window ends it. Passwords are not read: their steps say <secret:NAME>.
    """
    from agent.record import RecordRequest, execute

    flags: dict[str, Any] = {
        "env": env, "url": url, "headed": headed, "browser": browser, "cdp": cdp, "viewport": viewport,
    }  # fmt: skip
    request = RecordRequest(instruction, flags, data, tuple(pairs or ()), trace_dir, json_wanted)
    raise typer.Exit(execute(request))
