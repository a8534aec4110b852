"""Writes the pages of docs/ that follow from the code; with --check only says whether they are current."""

from __future__ import annotations

import datetime
import io
import sys
from pathlib import Path
from typing import Any

import click
import typer.main
from PIL import Image

from actions import Box, Click, Element, Finish, Observation, Platform, Result, Task, UsageError
from agent.cli import app
from agent.outcome import EXIT_CODES, USAGE_EXIT_CODE
from agent.settings import Settings
from prompts import registry
from prompts.base import CallsFunctions, Dialect, Reply, Step
from prompts.images import image_of

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


def _blank() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (1280, 800), "white").save(file, "PNG")
    return file.getvalue()


MODELS = ("GLM-4.1V-9B-Thinking", "GLM-4.5V", "AutoGLM-Phone-9B", "GLM-4.6V", "any other")
SCREEN = Observation(
    screenshot=_blank(), width=1280, height=800, platform="web", url="https://hotel.example/", title="Hotel",
    app="Hotel",
    elements=(
        Element(mark=0, role="textbox", name="City", box=Box(left=0.1, top=0.2, right=0.4, bottom=0.25)),
        Element(mark=1, role="button", name="Search", box=Box(left=0.42, top=0.2, right=0.5, bottom=0.25)),
    ),
)  # fmt: skip
TASK = Task(instruction="find a room in Lisbon", today=datetime.date(2026, 11, 20))
THOUGHT = "The city is filled in, so the search can begin."


def dialects() -> str:
    """The dialects with an example of each, and which one a model gets."""
    parts = [
        NOTE,
        "# Dialects\n\nA dialect is how one model family is asked on one platform, and how its answer becomes an "
        "action. The model's name and\nthe platform choose it, `--dialect NAME` chooses another. "
        "`agent prompts --export DIR` writes the wordings into a folder,\n`--prompts DIR` takes them from there; "
        "the instruction's language chooses English or Chinese, or `--language` does.\n\n",
        "| model | web | desktop | android |\n|---|---|---|---|\n",
    ]
    for model in MODELS:
        names = [_chosen(model, platform) for platform in ("web", "desktop", "android")]
        parts.append(f"| {model} | {' | '.join(names)} |\n")
    parts.append(
        "\nWhere a dialect speaks of marks, each element carries its number, as in [this picture](marks-150.png) of a "
        "hundred and fifty.\nAll other places are thousandths of the screenshot as it was sent.\n"
    )
    for name in registry.names():
        parts.append(_example(registry.get(name)))
    return "".join(parts)


def _chosen(model: str, platform: Platform) -> str:
    try:
        return f"`{registry.choose(model, platform).name}`"
    except UsageError:
        return "–"


def _example(dialect: Dialect) -> str:
    platforms = sorted(dialect.platforms)
    seen = SCREEN.model_copy(update={"platform": platforms[-1]})
    first = dialect.format(Click(at=SCREEN.elements[1].box), thought=THOUGHT, mark=1)
    step = Step(
        seen=seen, reply=Reply(text=first), decision=dialect.parse(Reply(text=first), seen), result=Result(changed=True)
    )
    lines = [f"{message['role']}: {_layout(message['content'])}" for message in dialect.messages(TASK, [step], seen)]
    if isinstance(dialect, CallsFunctions):
        lines.append(f"tools: {', '.join(tool['function']['name'] for tool in dialect.tools(TASK, seen))}")
    places = "marks drawn on the screenshot" if dialect.wants_elements else "grounded coordinates"
    last = dialect.format(Finish(status="complete", answer=""), thought="Rooms in Lisbon are listed.")
    return (
        f"\n## {dialect.name}\n\nFor {', '.join(platforms)}; places are {places}. The second request of a run, and "
        f"two answers:\n\n```\n{chr(10).join(lines)}\n```\n```\n{first}\n```\n```\n{last}\n```\n"
    )


def _layout(content: Any) -> str:
    """A message's parts in order: texts by their length, pictures by their size."""
    parts = [{"type": "text", "text": content}] if isinstance(content, str) else content
    shown = []
    for part in parts:
        image = image_of(part)
        if image is None:
            shown.append(f"text ({len(part['text'].splitlines())} lines)")
        else:
            shown.append("picture {}x{}".format(*Image.open(io.BytesIO(image)).size))
    return " + ".join(shown)


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
