"""The one place that prints: progress to stderr, answers to stdout."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from agent.describe import describe, effect
from agent.text import plain

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console as RichConsole

    from agent.outcome import Outcome
    from agent.trace import Turn

_COLOURS = {"complete": "bold green", "infeasible": "bold yellow", "stopped": "bold yellow"}


class Console:
    """Says what happens. Text from pages and models is shown without control characters and without markup."""

    def __init__(self, *, json_wanted: bool = False, quiet: bool = False) -> None:
        self._json = json_wanted
        self._quiet = quiet
        self._stderr: RichConsole | None = None

    @property
    def _err(self) -> RichConsole:
        if self._stderr is None:
            from rich.console import Console as RichConsole

            self._stderr = RichConsole(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)
        return self._stderr

    def say(self, text: str, style: str = "") -> None:
        """A line of progress."""
        if not self._quiet:
            self._err.print(plain(text), style=style)

    def error(self, text: str, *, status: str = "error", trace: Path | None = None) -> None:
        """What ended the program before a run could say it: one message and, with --json, the object all the same."""
        self._err.print("error: " + plain(text), style="bold red")
        if self._json:
            self._object(status, text, trace=trace)

    def turn(self, turn: Turn) -> None:
        """One line for each turn, a second one for what is worth knowing about it."""
        seconds = sum(turn.ms.values()) / 1000
        if turn.decision is None:
            self.say(f"{turn.n:>3}  no action  ({seconds:.1f} s)", "yellow")
        else:
            self.say(f"{turn.n:>3}  {describe(turn.decision.action, turn.result)}  ({seconds:.1f} s)")
            if turn.decision.thought:
                self.say(f"     {_clip(turn.decision.thought)}", "dim")
        for note in turn.reply.notes if turn.reply is not None else ():
            self.say(f"     {_clip(note)}", "dim")
        if turn.problem:
            self.say(f"     {_clip(turn.problem)}", "yellow")
        elif turn.result is not None and (came := effect(turn.result)):
            self.say(f"     {_clip(came)}", "dim")

    @contextmanager
    def progress(self, total: int) -> Iterator[Callable[[], None]]:
        """A bar for `total` things, where stderr is a terminal; what it gives moves it on by one."""
        if self._quiet or not self._err.is_terminal:
            yield lambda: None
            return
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn

        with Progress(BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=self._err, transient=True) as bar:
            task = bar.add_task("", total=total)
            yield lambda: bar.advance(task)

    def outcome(self, outcome: Outcome, more: Mapping[str, Any] | None = None) -> None:
        """The end: a line to stderr, the answer (or, with --json, one object, with `more` in it) to stdout."""
        text = outcome.answer or outcome.reason
        self.say(
            f"{outcome.status}{': ' + text if text else ''}  ({outcome.steps} steps, {outcome.seconds:.1f} s)",
            _COLOURS.get(outcome.status, "bold red"),
        )
        if outcome.trace is not None:
            self.say(f"trace: {outcome.trace}  (agent view {outcome.trace})", "dim")
        if self._json:
            self._object(
                outcome.status,
                text,
                steps=outcome.steps,
                trace=outcome.trace,
                tokens=outcome.tokens,
                seconds=outcome.seconds,
                more=more,
            )
        elif outcome.answer:
            self.out(outcome.answer)

    def _object(
        self,
        status: str,
        answer: str,
        *,
        steps: int = 0,
        trace: Path | None = None,
        tokens: int = 0,
        seconds: float = 0.0,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        self.json(
            {
                "outcome": status,
                "answer": answer,
                "steps": steps,
                "trace": str(trace) if trace else None,
                "tokens": tokens,
                "seconds": seconds,
                **(more or {}),
            }
        )

    def out(self, text: str) -> None:
        """A result, to stdout."""
        self._write(plain(text))

    def json(self, data: Mapping[str, Any]) -> None:
        """One JSON object on a line of stdout."""
        self._write(json.dumps(data))

    def _write(self, line: str) -> None:
        # a pipe or an old terminal may not take every letter; that is no reason to lose the answer
        encoding = sys.stdout.encoding or "utf-8"
        sys.stdout.write(line.encode(encoding, "backslashreplace").decode(encoding) + "\n")
        sys.stdout.flush()

    async def ask(self, question: str) -> str | None:
        """Put the model's question to the person at the terminal; None if the input has ended."""
        self._err.print(plain(f"The model asks: {question}"), style="bold")
        self._err.print("> ", end="")
        if sys.platform == "win32":
            return await asyncio.to_thread(sys.stdin.readline) or None
        loop = asyncio.get_running_loop()
        line: asyncio.Future[str] = loop.create_future()
        # a thread that waits in input() could not be cancelled by Ctrl-C
        loop.add_reader(sys.stdin, _take_line, line)
        try:
            said = await line
        finally:
            loop.remove_reader(sys.stdin)
        return said.rstrip("\n") if said else None


def _take_line(line: asyncio.Future[str]) -> None:
    if line.done():
        return
    try:
        line.set_result(sys.stdin.readline())
    except (OSError, ValueError):  # a terminal that went away, or bytes that are no text
        line.set_result("")


def _clip(text: str, length: int = 300) -> str:
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"
