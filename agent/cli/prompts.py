"""`agent prompts`: the texts that models are given."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from agent.cli.app import app


@app.command()
def prompts(
    export: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write the built-in texts there, to be changed.")
    ] = None,
) -> None:
    """List the texts that prompts are made of, or write them into a folder for --prompts to begin with."""
    from agent.command import guarded
    from agent.console import Console
    from agent.wordings import export_wordings
    from prompts.registry import wordings

    console = Console()

    def show() -> int:
        for line in export_wordings(export) if export is not None else wordings():
            console.out(line)
        return 0

    raise typer.Exit(guarded(show, console))
