"""`agent bench`: measurements."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Protocol

import typer

from agent.cli.app import app

if TYPE_CHECKING:
    from agent.console import Console

bench = typer.Typer(help="Measure.", no_args_is_help=True)
app.add_typer(bench, name="bench")


class _Measured(StrEnum):
    web = "web"
    desktop = "desktop"


class _Figures(Protocol):
    def as_dict(self) -> dict[str, Any]: ...

    def table(self) -> str: ...


@bench.command("overhead")
def bench_overhead(
    rounds: Annotated[int, typer.Option(min=1, help="How often each step is done.")] = 5,
    env: Annotated[_Measured, typer.Option(help="Which screen's steps.")] = _Measured.web,
    json_wanted: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of a table.")] = False,
) -> None:
    """What a step costs beside the model, against the barest loop in the same run: of Playwright, or of pyautogui."""
    from agent.bench import overhead, overhead_desktop
    from agent.command import guarded
    from agent.console import Console

    console = Console()

    def measure() -> int:
        found = overhead_desktop.report(rounds) if env is _Measured.desktop else overhead.report(rounds)
        _show(found, console, json_wanted)
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
        _show(found, console, json_wanted)
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
        _show(found, console, json_wanted)
        return 0

    raise typer.Exit(guarded(measure, console))


@bench.command("drift")
def bench_drift(
    only: Annotated[
        list[str] | None, typer.Option(help="A site, or a part of a mutation's name; may be repeated.")
    ] = None,
    keep: Annotated[Path | None, typer.Option(help="A folder to keep all traces in.")] = None,
    json_wanted: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of a table.")] = False,
) -> None:
    """Flows recorded on seven sites, and replayed after the sites have changed; the sites say what was really pressed.

    Ends with 0 if nothing wrong was pressed and nine of ten healable replays were healed, else with 1.
    """
    from agent.bench.drift.suite import report
    from agent.command import guarded
    from agent.console import Console

    console = Console()

    def measure() -> int:
        found = report(only or (), keep, lambda cell: console.say(f"{cell.verdict}: {cell.site}, {cell.mutation}"))
        _show(found, console, json_wanted)
        return 0 if found.good else 1

    raise typer.Exit(guarded(measure, console))


@bench.command("replay")
def bench_replay(
    rounds: Annotated[int, typer.Option(min=1, help="How often each does the whole booking.")] = 5,
    json_wanted: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of a table.")] = False,
) -> None:
    """A replay of the hotel booking, every step checked, against a Playwright script of the same flow in the same run.

    Ends with 0 if the replay takes at most 1.5 times as long, else with 1.
    """
    from agent.bench.replay import report
    from agent.command import guarded
    from agent.console import Console

    console = Console()

    def measure() -> int:
        found = report(rounds)
        _show(found, console, json_wanted)
        return 0 if found.good else 1

    raise typer.Exit(guarded(measure, console))


def _show(found: _Figures, console: Console, json_wanted: bool) -> None:
    """What was measured, as a table or as one JSON object."""
    if json_wanted:
        console.json(found.as_dict())
    else:
        console.out(found.table())
