"""`agent bench`: measurements."""

from __future__ import annotations

from pathlib import Path
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


@bench.command("engine")
def bench_engine(
    base_url: Annotated[str | None, typer.Option(help="The model's OpenAI-compatible API.")] = None,
    model: Annotated[str | None, typer.Option(help="The model's name as the server knows it.")] = None,
    env: Annotated[
        str | None, typer.Option(help="The platform whose dialect is spoken: web, desktop, android.")
    ] = None,
    dialect: Annotated[str | None, typer.Option(help="How the model is spoken to.")] = None,
    steps: Annotated[int, typer.Option(min=1, help="Requests in each way of asking.")] = 5,
    budget: Annotated[int, typer.Option(min=1, help="Tokens of thinking in the way with a budget.")] = 256,
    size: Annotated[str | None, typer.Option(metavar="WxH", help="The picture's size (1280x800).")] = None,
    image: Annotated[Path | None, typer.Option(help="A screenshot to ask about; else a form is drawn.")] = None,
    json_wanted: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of a table.")] = False,
) -> None:
    """Tokens and seconds a step at a model's server, with and without early stop and a thinking budget."""
    from actions import UsageError
    from agent.bench.engine import report
    from agent.command import guarded
    from agent.console import Console
    from agent.settings import load

    console = Console()

    def measure() -> int:
        settings = load(base_url=base_url, model=model, env=env, dialect=dialect, viewport=size)
        if settings.base_url is None:
            raise UsageError("which server? Give --base-url URL")
        found = report(
            settings.base_url,
            settings.model or "",
            api_key=settings.api_key.get_secret_value() if settings.api_key else None,
            timeout=settings.endpoint_timeout,
            dialect=settings.dialect,
            steps=steps,
            budget=budget,
            platform=settings.env,
            image=image,
            size=settings.viewport_size,
        )
        if json_wanted:
            console.json(found.as_dict())
        else:
            console.out(found.table())
        return 0

    raise typer.Exit(guarded(measure, console))
