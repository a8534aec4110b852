"""`agent view`: a trace to look at."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from agent.cli.app import app


@app.command()
def view(
    trace: Annotated[Path, typer.Argument(help="The folder of a trace.")],
    other: Annotated[
        Path | None, typer.Argument(help="Another run of the same task, to be shown beside it, step by step.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="The file to write; else index.html in the trace's folder.")] = None,
    open_page: Annotated[bool, typer.Option("--open/--no-open", help="Show it in your browser.")] = False,
) -> None:
    """Make one HTML file of a trace: screens, boxes, thoughts, actions, timings. It needs nothing beside it."""
    from agent.command import guarded
    from agent.console import Console
    from agent.view import write_page

    console = Console()

    def make() -> int:
        page = write_page(*(folder for folder in (trace, other) if folder is not None), out=out)
        console.out(str(page))
        if open_page:
            typer.launch(page.resolve().as_uri())
        return 0

    raise typer.Exit(guarded(make, console))
