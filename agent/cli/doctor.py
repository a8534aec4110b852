"""`agent doctor`: what works here."""

from __future__ import annotations

from typing import Any

import typer

from agent.cli import flags
from agent.cli.app import app


@app.command()
def doctor(
    env: flags.Environment = None,
    display: flags.Display = None,
    serial: flags.Serial = None,
    base_url: flags.BaseUrl = None,
    model: flags.Model = None,
    headed: flags.Headed = None,
    browser: flags.BrowserPath = None,
    cdp: flags.Cdp = None,
    json_wanted: flags.Json = False,
) -> None:
    """Try every platform, or the one named by --env, and say what is found, what is missing and what mends it.

    Ends with 0 if what --env names (the web, if nothing) can be used, else with 7.
    """
    from agent.doctor import DoctorRequest, execute

    given: dict[str, Any] = {
        "env": env, "display": display, "serial": serial, "base_url": base_url, "model": model, "headed": headed,
        "browser": browser, "cdp": cdp,
    }  # fmt: skip
    raise typer.Exit(execute(DoctorRequest(given, json_wanted)))
