"""`agent replay`: a trace once more, without its model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

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
    url: Annotated[str | None, typer.Option(help="Where to start; else where the trace did.")] = None,
    base_url: Annotated[
        str | None, typer.Option(help="A model to ask where something is, if nothing else finds it.")
    ] = None,
    model: Annotated[str | None, typer.Option(help="That model's name as the server knows it.")] = None,
    dialect: Annotated[str | None, typer.Option(help="How that model is spoken to.")] = None,
    trace_dir: Annotated[
        Path | None, typer.Option(help="The folder of the replay's own trace; else a new one in ./traces.")
    ] = None,
    headed: Annotated[bool | None, typer.Option("--headed/--headless", help="Show the browser's window.")] = None,
    browser: Annotated[str | None, typer.Option(help="The browser to start, as a path.")] = None,
    cdp: Annotated[str | None, typer.Option(help="Attach to a running Chrome at this DevTools address.")] = None,
    viewport: Annotated[str | None, typer.Option(help="The page's size, WIDTHxHEIGHT; else that of the trace.")] = None,
    json_wanted: Annotated[
        bool, typer.Option("--json", help="Print one JSON object on the last line of stdout.")
    ] = False,
) -> None:
    """Repeat a trace, with other values if they are given; every step's effect is compared with the recorded one.

    Ends as `agent run` does, and with 9 if the screen left the recorded path: nothing is clicked after that.
    """
    from agent.replay.command import ReplayRequest, execute

    if strict and heal:
        raise typer.BadParameter("--strict heals nothing; give one of --strict and --heal")
    flags: dict[str, Any] = {
        "url": url, "base_url": base_url, "model": model, "dialect": dialect, "headed": headed, "browser": browser,
        "cdp": cdp, "viewport": viewport,
    }  # fmt: skip
    request = ReplayRequest(trace, flags, data, tuple(pairs or ()), trace_dir, strict, heal, json_wanted)
    raise typer.Exit(execute(request))
