"""The command line. Flags and exit codes are what scripts depend on: they are extended, never renamed.

One file for each group of commands; the order of the imports is that of `agent --help`.
"""

from __future__ import annotations

from agent.cli.app import app

# isort: off
from agent.cli import run, fill, record, replay, batch, trace, view, export, prompts, doctor, phone, serve, bench  # noqa: F401 - each adds its own

# isort: on

__all__ = ["app", "main"]


def main() -> None:
    """The entry point of the `agent` command."""
    app(prog_name="agent")
