"""Writes the pages of docs/ that follow from the code; with --check only says whether they are current."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
import typer.main

from agent.cli import app
from agent.outcome import EXIT_CODES, USAGE_EXIT_CODE
from agent.settings import Settings
from prompts import registry

DOCS = Path(__file__).resolve().parent.parent / "docs"
NOTE = "<!-- made by `make docs` from the code; edits here are lost -->\n\n"


def commands() -> str:
    parts = [NOTE, "# Commands\n"]

    def walk(command: Any, name: str) -> None:
        context = click.Context(command, info_name=name, max_content_width=100, terminal_width=100)
        parts.append(f"\n## {name}\n\n```\n{command.get_help(context)}\n```\n")
        for child, sub in sorted(getattr(command, "commands", {}).items()):
            walk(sub, f"{name} {child}")

    walk(typer.main.get_command(app), "agent")
    parts.append("\n## Exit codes\n\n| code | outcome |\n|---|---|\n")
    rows = [(code, status) for status, code in EXIT_CODES.items()] + [(USAGE_EXIT_CODE, "usage: nothing was started")]
    parts += [f"| {code} | {status} |\n" for code, status in sorted(rows)]
    return "".join(parts)


def settings() -> str:
    parts = [NOTE, "# Settings\n\nFlags come first, then these variables, then `agent.toml` in the current folder.\n\n"]
    parts.append("| in agent.toml | variable | default | meaning |\n|---|---|---|---|\n")
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else f"`{field.default}`"
        parts.append(f"| `{name}` | `AGENT_{name.upper()}` | {default} | {field.description or ''} |\n")
    return "".join(parts)


def dialects() -> str:
    parts = [NOTE, "# Dialects\n\n| name | platforms | speaks of places as |\n|---|---|---|\n"]
    for name in registry.names():
        dialect = registry.get(name)
        places = "marks drawn on the screenshot" if dialect.wants_elements else "grounded coordinates"
        parts.append(f"| `{name}` | {', '.join(sorted(dialect.platforms))} | {places} |\n")
    return "".join(parts)


def main() -> int:
    stale = []
    for name, page in {"commands.md": commands(), "settings.md": settings(), "dialects.md": dialects()}.items():
        path = DOCS / name
        if path.exists() and path.read_text(encoding="utf-8") == page:
            continue
        stale.append(name)
        if "--check" not in sys.argv:
            path.write_text(page, encoding="utf-8")
    if stale and "--check" in sys.argv:
        sys.stderr.write(f"docs/ is not current ({', '.join(stale)}); run `make docs` and commit\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
