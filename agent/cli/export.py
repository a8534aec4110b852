"""`agent export`: traces in forms for others."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from agent.cli.app import app


@app.command()
def export(
    traces: Annotated[list[Path], typer.Argument(metavar="TRACE...", help="The folders of traces.")],
    to: Annotated[
        str,
        typer.Option(
            metavar="llamafactory|playwright|gif|mp4|json",
            help="Training data, a script, a film, or one document. Training data and JSON take several traces.",
        ),
    ],
    out: Annotated[
        Path | None, typer.Option(help="The file to write (llamafactory: a folder); else it is named after the trace.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Training data of failed steps and runs too, not only of successful ones.")
    ] = False,
    dialect: Annotated[
        str | None, typer.Option(help="Training data: make the prompts anew as this dialect asks.")
    ] = None,
) -> None:
    """Write traces as training data, as a Playwright script, as a film, or as JSON."""
    from agent.command import guarded
    from agent.console import Console
    from agent.export import export as write

    console = Console()

    def make() -> int:
        done = write(traces, to, out=out, everything=everything, dialect=dialect)
        for note in done.notes:
            console.say(note, "yellow")
        console.out(str(done.path))
        return 0

    raise typer.Exit(guarded(make, console))
