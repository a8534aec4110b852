"""The command line. Flags and exit codes are what scripts depend on: they are extended, never renamed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

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
bench = typer.Typer(help="Measure.", no_args_is_help=True)
app.add_typer(bench, name="bench")


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and end.")] = False,
) -> None:
    if version:
        from agent import __version__

        typer.echo(f"handeye {__version__}")
        raise typer.Exit


@app.command()
def run(
    instruction: Annotated[str, typer.Argument(help="What is to be done, in your own words.")],
    env: Annotated[str | None, typer.Option(help="Which screen: web.")] = None,
    url: Annotated[str | None, typer.Option(help="Where to start; the bundled hotel if none is given.")] = None,
    base_url: Annotated[
        str | None, typer.Option(help="The model's OpenAI-compatible API, often ending in /v1.")
    ] = None,
    model: Annotated[str | None, typer.Option(help="The model's name as the server knows it.")] = None,
    dialect: Annotated[
        str | None, typer.Option(help="How the model is spoken to; else model and platform choose.")
    ] = None,
    data: Annotated[Path | None, typer.Option(help="Values for the task: a flat JSON or TOML file.")] = None,
    pairs: Annotated[
        list[str] | None, typer.Option("-d", metavar="KEY=VALUE", help="One value; may be repeated.")
    ] = None,
    max_steps: Annotated[int | None, typer.Option(help="Calls of the model before giving up (50).")] = None,
    timeout: Annotated[float | None, typer.Option(help="Seconds before giving up.")] = None,
    max_tokens: Annotated[int | None, typer.Option(help="Prompt and answer tokens before giving up.")] = None,
    thinking: Annotated[
        str | None, typer.Option(metavar="on|off|N", help="Thinking on, off, or at most N tokens in an answer.")
    ] = None,
    early_stop: Annotated[
        bool | None,
        typer.Option("--early-stop/--no-early-stop", help="Stop reading an answer when its action is whole."),
    ] = None,
    trace_dir: Annotated[
        Path | None, typer.Option(help="The folder of this one trace; else a new one in ./traces.")
    ] = None,
    prompts: Annotated[
        Path | None, typer.Option(help="A folder whose text files replace the prompts' wording.")
    ] = None,
    language: Annotated[
        str | None, typer.Option(help="The prompts' language, en or zh; else that of the instruction.")
    ] = None,
    headed: Annotated[bool | None, typer.Option("--headed/--headless", help="Show the browser's window.")] = None,
    browser: Annotated[str | None, typer.Option(help="The browser to start, as a path.")] = None,
    cdp: Annotated[str | None, typer.Option(help="Attach to a running Chrome at this DevTools address.")] = None,
    viewport: Annotated[str | None, typer.Option(help="The page's size, WIDTHxHEIGHT (1280x800).")] = None,
    json_wanted: Annotated[
        bool, typer.Option("--json", help="Print one JSON object on the last line of stdout.")
    ] = False,
) -> None:
    """Do a task on a screen: look, think, act, until it is done.

    Ends with 0 complete, 1 unexpected error, 2 usage, 3 infeasible, 4 step limit or budget, 5 unreadable answers,
    6 endpoint, 7 device, 8 blocked, 130 stopped.
    """
    from agent.command import RunRequest, execute

    flags: dict[str, Any] = {
        "env": env, "url": url, "base_url": base_url, "model": model, "dialect": dialect, "max_steps": max_steps,
        "timeout": timeout, "max_tokens": max_tokens, "prompts": prompts, "language": language, "headed": headed,
        "browser": browser, "cdp": cdp, "viewport": viewport, "thinking": thinking, "early_stop": early_stop,
    }  # fmt: skip
    request = RunRequest(instruction, flags, data, tuple(pairs or ()), trace_dir, json_wanted)
    raise typer.Exit(execute(request))


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


@app.command()
def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port on 127.0.0.1; 0 takes a free one.")] = 8400,
) -> None:
    """Serve the embedded reader as an OpenAI-compatible API on this machine only."""
    from agent.command import guarded
    from agent.console import Console
    from agent.reader.serve import serve_forever

    console = Console()
    raise typer.Exit(guarded(lambda: serve_forever(port, console.say), console))


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


def main() -> None:
    """The entry point of the `agent` command."""
    app(prog_name="agent")
