"""`agent run`: a task in words."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from agent.cli import flags
from agent.cli.app import app


@app.command()
def run(
    instruction: Annotated[str | None, typer.Argument(help="What is to be done, in your own words.")] = None,
    env: flags.Environment = None,
    url: flags.StartUrl = None,
    opened: flags.StartApp = None,
    display: flags.Display = None,
    serial: flags.Serial = None,
    base_url: flags.BaseUrl = None,
    model: flags.Model = None,
    dialect: flags.DialectName = None,
    data: flags.Data = None,
    pairs: flags.Pairs = None,
    max_steps: Annotated[int | None, typer.Option(help="Calls of the model before giving up (50).")] = None,
    timeout: Annotated[float | None, typer.Option(help="Seconds before giving up.")] = None,
    max_tokens: Annotated[int | None, typer.Option(help="Prompt and answer tokens before giving up.")] = None,
    thinking: flags.Thinking = None,
    early_stop: Annotated[
        bool | None,
        typer.Option("--early-stop/--no-early-stop", help="Stop reading an answer when its action is whole."),
    ] = None,
    trace_dir: flags.TraceDir = None,
    continued: Annotated[
        Path | None,
        typer.Option("--continue", metavar="TRACE", help="Go on with a run that was cut off or stopped."),
    ] = None,
    prompts: flags.Wording = None,
    language: flags.Tongue = None,
    upload: flags.Upload = None,
    secrets: flags.Secrets = None,
    secret_in_clear: flags.SecretInClear = None,
    headed: flags.Headed = None,
    browser: flags.BrowserPath = None,
    cdp: flags.Cdp = None,
    viewport: flags.Viewport = None,
    json_wanted: flags.Json = False,
) -> None:
    """Do a task on a screen: look, think, act, until it is done.

    Ends with 0 complete, 1 unexpected error, 2 usage, 3 infeasible, 4 step limit or budget, 5 unreadable answers,
    6 endpoint, 7 device, 8 blocked, 130 stopped.
    """
    from agent.running import RunRequest, execute
    from agent.secret_flags import SecretFlags

    given: dict[str, Any] = {
        "env": env, "url": url, "app": opened, "display": display, "serial": serial, "base_url": base_url,
        "model": model, "dialect": dialect, "max_steps": max_steps, "timeout": timeout, "max_tokens": max_tokens,
        "prompts": prompts, "language": language, "headed": headed, "browser": browser, "cdp": cdp,
        "viewport": viewport, "thinking": thinking, "early_stop": early_stop,
    }  # fmt: skip
    if instruction is None and continued is None:
        raise typer.BadParameter('say what is to be done, for example "book a room"', param_hint="INSTRUCTION")
    request = RunRequest(
        instruction or "",
        given,
        data,
        tuple(pairs or ()),
        trace_dir,
        json_wanted,
        continued,
        tuple(upload or ()),
        SecretFlags(tuple(secrets or ()), tuple(secret_in_clear or ())),
    )
    raise typer.Exit(execute(request))
