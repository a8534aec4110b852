"""The flags that commands share, each with its help said once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Environment = Annotated[str | None, typer.Option("--env", help="Which screen: web, desktop or android.")]
StartUrl = Annotated[str | None, typer.Option(help="The page to start at; the bundled hotel if none is given.")]
RecordedUrl = Annotated[str | None, typer.Option(help="The page to start at; else where the trace did.")]
StartApp = Annotated[str | None, typer.Option("--app", help="The application to open first, on a desktop or a phone.")]

BaseUrl = Annotated[str | None, typer.Option(help="The model's OpenAI-compatible API, often ending in /v1.")]
FallbackUrl = Annotated[
    str | None, typer.Option("--base-url", help="A model to ask where something is, if nothing else finds it.")
]
Model = Annotated[str | None, typer.Option(help="The model's name as the server knows it.")]
DialectName = Annotated[str | None, typer.Option(help="How the model is spoken to; else model and platform choose.")]
Thinking = Annotated[
    str | None, typer.Option(metavar="on|off|N", help="Thinking on, off, or at most N tokens in an answer.")
]
Wording = Annotated[Path | None, typer.Option(help="A folder whose text files replace the prompts' wording.")]
Tongue = Annotated[str | None, typer.Option(help="The prompts' language, en or zh; else that of the instruction.")]

Data = Annotated[Path | None, typer.Option(help="Values by name: a flat JSON or TOML file.")]
Pairs = Annotated[list[str] | None, typer.Option("-d", metavar="KEY=VALUE", help="One value; may be repeated.")]
Encoding = Annotated[str | None, typer.Option(help="That of a CSV which is not UTF-8, such as cp1252.")]
RetryUnknown = Annotated[
    bool, typer.Option("--retry-unknown", help="With --resume: also the rows that may have been sent.")
]
TraceDir = Annotated[Path | None, typer.Option(help="The folder of this one trace; else a new one in ./traces.")]

Upload = Annotated[
    list[Path] | None,
    typer.Option(metavar="FILE", help="A file that may be handed to a page, by its name or path; may be repeated."),
]

Secrets = Annotated[
    list[str] | None,
    typer.Option(
        "--secret",
        metavar="KEY=VARIABLE[@ORIGIN]",
        help="A value that is typed from an environment variable and never shown, only at that origin (else at the "
        "start's); may be repeated.",
    ),
]
SecretInClear = Annotated[
    list[str] | None,
    typer.Option("--secret-in-clear", metavar="KEY", help="A secret that may be typed where the page shows it."),
]

Headed = Annotated[bool | None, typer.Option("--headed/--headless", help="Show the browser's window.")]
BrowserPath = Annotated[str | None, typer.Option(help="The browser to start, as a path.")]
Cdp = Annotated[str | None, typer.Option(help="Attach to a running Chrome at this DevTools address.")]
Viewport = Annotated[
    str | None, typer.Option(help="The size of the page or the virtual desktop, WIDTHxHEIGHT (1280x800).")
]
RecordedViewport = Annotated[
    str | None, typer.Option(help="The size of the page, WIDTHxHEIGHT; else that of the trace.")
]
Display = Annotated[
    str | None, typer.Option(help="The X display to drive, such as :0, or `virtual` for one made for the run.")
]
Serial = Annotated[
    str | None,
    typer.Option(help="The phone as `adb devices` names it, HOST:PORT, or `virtual` for the bundled one."),
]

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on the last line of stdout.")]
