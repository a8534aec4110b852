"""The embedded reader on a virtual desktop: what was asked for is what the programs got."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from agent.api import run
from agent.endpoint import ReaderEndpoint
from envs.desktop import DesktopEnv
from tests.envs.desktop.conftest import needs_desktop

pytestmark = needs_desktop

FORM = Path(__file__).parent / "form_window.py"
CONTACT = (
    *("zenity", "--forms", "--title", "New contact", "--text", "Enter the details"),
    *("--add-entry=Name", "--add-entry=Email", "--add-entry=Phone"),
)
BACKUPS = ("zenity", "--question", "--title", "Backups", "--text", "Delete the old backups?")


class Desktop(DesktopEnv):
    """A virtual desktop that shows a program's window; `said` and `code` are what it printed and ended with."""

    said, code = "", -1

    def __init__(self, *command: str) -> None:
        super().__init__("virtual", settle_ceiling=4)
        self._command = command

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        self._program = await asyncio.create_subprocess_exec(
            *self._command, env=self.environ, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
        )
        while not (await self.observe()).title:
            assert self._program.returncode is None, f"{self._command[0]} showed no window"
            await asyncio.sleep(0.05)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            async with asyncio.timeout(2):
                self.said = (await self._program.communicate())[0].decode()
        except TimeoutError:
            self._program.kill()
        self.code = await self._program.wait()
        await super().__aexit__(kind, error, trace)


@pytest.fixture(scope="module")
async def reader() -> AsyncIterator[ReaderEndpoint]:
    endpoint = ReaderEndpoint()
    yield endpoint
    await endpoint.aclose()


async def test_it_fills_in_a_dialog(reader: ReaderEndpoint, tmp_path: Path) -> None:
    desktop = Desktop(*CONTACT)
    task = "Fill in the dialog: name Ana Silva, email ana@example.com, phone 0171 555 0102, and press OK"
    outcome = await run(task, env=desktop, endpoint=reader, trace_dir=tmp_path / "t")
    assert outcome.status == "complete", outcome.reason
    assert (desktop.said, desktop.code) == ("Ana Silva|ana@example.com|0171 555 0102\n", 0)


async def test_it_does_not_close_a_dialog_that_has_no_place_for_a_value(reader: ReaderEndpoint, tmp_path: Path) -> None:
    desktop = Desktop(*CONTACT)
    task = "Fill in the dialog: name Ana Silva, policy number 4711"
    outcome = await run(task, env=desktop, endpoint=reader, trace_dir=tmp_path / "t")
    assert outcome.status == "infeasible"
    assert "4711" in outcome.reason
    assert desktop.said == ""


@pytest.mark.parametrize(("task", "code"), [("Delete the old backups", 0), ("Do not delete the old backups", 1)])
async def test_it_answers_a_question(task: str, code: int, reader: ReaderEndpoint, tmp_path: Path) -> None:
    desktop = Desktop(*BACKUPS)
    outcome = await run(task, env=desktop, endpoint=reader, trace_dir=tmp_path / "t")
    assert (outcome.status, desktop.code) == ("complete", code), outcome.reason


async def test_it_fills_in_a_form_with_lists_and_choices(reader: ReaderEndpoint, tmp_path: Path) -> None:
    desktop = Desktop(sys.executable, str(FORM))
    task = "Fill in: name Ana Silva, email ana@example.com, city Lisbon, payment yearly, newsletter yes, and save"
    outcome = await run(task, env=desktop, endpoint=reader, trace_dir=tmp_path / "t")
    assert outcome.status == "complete", outcome.reason
    assert json.loads(desktop.said) == ["Ana Silva", "ana@example.com", "Lisbon", "Yearly", True]


async def test_it_works_out_a_sum(reader: ReaderEndpoint, tmp_path: Path) -> None:
    env = DesktopEnv("virtual", settle_ceiling=4, app="galculator")
    outcome = await run("calculate 12 * 7", env=env, endpoint=reader, trace_dir=tmp_path / "t")
    assert (outcome.status, outcome.answer) == ("complete", "84"), outcome.reason
