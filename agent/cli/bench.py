"""`agent bench`: measurements."""

from __future__ import annotations

from typing import Annotated

import typer

from agent.cli.app import app

bench = typer.Typer(help="Measure.", no_args_is_help=True)
app.add_typer(bench, name="bench")


@bench.command("overhead")
def bench_overhead(
    rounds: Annotated[int, typer.Option(min=1, help="How often each step is done.")] = 5,
    json_wanted: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of a table.")] = False,
) -> None:
    """What a step costs beside the model, against a bare Playwright loop in the same run."""
    from agent.bench.overhead import report
    from agent.command import guarded
    from agent.console import Console

    console = Console()

    def measure() -> int:
        found = report(rounds)
        if json_wanted:
            console.json(found.as_dict())
        else:
            console.out(found.table())
        return 0

    raise typer.Exit(guarded(measure, console))


@bench.command("parser")
def bench_parser(
    cases: Annotated[int, typer.Option(min=0, help="Random answers for each dialect.")] = 100_000,
    dialect: Annotated[list[str] | None, typer.Option(help="Only this one; may be repeated.")] = None,
    seed: Annotated[int, typer.Option(help="Where chance begins.")] = 1,
    json_wanted: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of a table.")] = False,
) -> None:
    """How fast answers are read, how long a hostile megabyte takes, and whether random answers break a parser.

    Ends with 0 if all limits are kept, else with 1.
    """
    from agent.bench.parser import report
    from agent.command import guarded
    from agent.console import Console

    console = Console()

    def measure() -> int:
        found = report(cases, dialects=dialect or None, seed=seed)
        if json_wanted:
            console.json(found.as_dict())
        else:
            console.out(found.table())
        return 0 if found.good else 1

    raise typer.Exit(guarded(measure, console))
