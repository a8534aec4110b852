"""The `agent` command itself; each group of commands has a file beside this one."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(
    name="agent",
    help="Drive a browser with a vision-language model, and keep a trace that replays without it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and end.")] = False,
) -> None:
    if version:
        from agent import __version__

        typer.echo(f"handeye {__version__}")
        raise typer.Exit
