"""`agent trace …`: what a trace holds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from agent.cli.app import app

trace_app = typer.Typer(help="What a trace holds.", no_args_is_help=True)
app.add_typer(trace_app, name="trace")


@trace_app.command()
def params(
    trace: Annotated[Path, typer.Argument(help="The folder of a trace.")],
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=STEP", help="Make what a step typed or chose a parameter: guest=5."),
    ] = None,
    renames: Annotated[list[str] | None, typer.Option("--rename", metavar="OLD=NEW", help="Another name.")] = None,
    drops: Annotated[
        list[str] | None, typer.Option("--drop", metavar="NAME", help="Keep what was recorded, whatever is given.")
    ] = None,
    json_wanted: Annotated[
        bool, typer.Option("--json", help="Print one JSON object on the last line of stdout.")
    ] = False,
) -> None:
    """List the values that a trace can be repeated with, and where they are used; or change that.

    --set takes NAME=STEP:field where a step has several texts (text, option, target, name), and 'NAME|FORM=STEP' to
    say the form, such as 'arrival|date:%d/%m/%Y=3'. Changes are kept in params.json in the trace's folder.
    """
    from agent.command import guarded
    from agent.console import Console
    from agent.params import edited, read_params, write_params
    from agent.params.listing import as_object, listing
    from agent.trace import read_trace

    console = Console(json_wanted=json_wanted)

    def work() -> int:
        read = read_trace(trace)
        found = read_params(read)
        if settings or renames or drops:
            found = edited(found, read, settings=settings or (), renames=renames or (), drops=drops or ())
            console.say(f"written: {write_params(read, found)}", "dim")
        if json_wanted:
            console.json(as_object(found))
        else:
            for line in listing(found):
                console.out(line)
        return 0

    raise typer.Exit(guarded(work, console))
