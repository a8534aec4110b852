"""`agent view`: a trace to look at."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from agent.cli.app import app


@app.command()
def view(
    trace: Annotated[Path, typer.Argument(help="The folder of a trace.")],
    open_page: Annotated[bool, typer.Option("--open/--no-open", help="Show it in your browser.")] = False,
) -> None:
    """Make an HTML page of a trace: screens, boxes, thoughts, actions and timings."""
    from agent.command import guarded
    from agent.console import Console
    from agent.view import write_page

    console = Console()

    def make() -> int:
        page = write_page(trace)
        console.out(str(page))
        if open_page:
            typer.launch(page.resolve().as_uri())
        return 0

    raise typer.Exit(guarded(make, console))
