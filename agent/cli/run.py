"""`agent run`: a task in words."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from agent.cli.app import app


@app.command()
def run(
    instruction: Annotated[str | None, typer.Argument(help="What is to be done, in your own words.")] = None,
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
    continued: Annotated[
        Path | None,
        typer.Option("--continue", metavar="TRACE", help="Go on with a run that was cut off or stopped."),
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
    from agent.running import RunRequest, execute

    flags: dict[str, Any] = {
        "env": env, "url": url, "base_url": base_url, "model": model, "dialect": dialect, "max_steps": max_steps,
        "timeout": timeout, "max_tokens": max_tokens, "prompts": prompts, "language": language, "headed": headed,
        "browser": browser, "cdp": cdp, "viewport": viewport, "thinking": thinking, "early_stop": early_stop,
    }  # fmt: skip
    if instruction is None and continued is None:
        raise typer.BadParameter('say what is to be done, for example "book a room"', param_hint="INSTRUCTION")
    request = RunRequest(instruction or "", flags, data, tuple(pairs or ()), trace_dir, json_wanted, continued)
    raise typer.Exit(execute(request))
