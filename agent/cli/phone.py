"""`agent phone`: the virtual phone for other programs."""

from __future__ import annotations

import typer

from agent.cli.app import app


@app.command()
def phone() -> None:
    """Start the bundled virtual Android phone and keep it until Ctrl-C; `adb` and `agent run --serial` reach it."""
    from agent.command import guarded
    from agent.console import Console
    from agent.phone import stay

    console = Console()
    raise typer.Exit(guarded(lambda: stay(console), console))
