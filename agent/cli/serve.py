"""`agent serve`: the reader for other programs."""

from __future__ import annotations

from typing import Annotated

import typer

from agent.cli.app import app


@app.command()
def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port on 127.0.0.1; 0 takes a free one.")] = 8400,
) -> None:
    """Serve the embedded reader as an OpenAI-compatible API on this machine only."""
    from agent.command import guarded
    from agent.console import Console
    from agent.reader.serve import serve_forever

    console = Console()
    raise typer.Exit(guarded(lambda: serve_forever(port, console.say), console))
