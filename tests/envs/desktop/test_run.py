"""A whole run on a virtual desktop by the command line, with the embedded reader."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
from pathlib import Path

import pytest

import envs

ROOT = Path(next(iter(envs.__path__))).parent
_PATIENCE = 120.0


@pytest.mark.skipif(
    any(shutil.which(program) is None for program in ("Xvfb", "openbox", "zenity")),
    reason="needs Xvfb, openbox, zenity",
)
async def test_the_reader_answers_a_dialog(tmp_path: Path) -> None:
    ask = tmp_path / "updater"
    ask.write_text(
        "#!/bin/sh\n"
        "zenity --question --title=Update --text='Install the update now?' --ok-label=Install --cancel-label=Later\n"
        f"echo $? > '{tmp_path}/answer'\n"
    )
    ask.chmod(0o755)
    run = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "agent", "run", "--env", "desktop", "--display", "virtual", "--app", "updater",
        "--trace-dir", str(tmp_path / "trace"), "--json", 'click "Later"',
        cwd=ROOT, env=os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, said = await asyncio.wait_for(run.communicate(), _PATIENCE)
    assert run.returncode == 0, said.decode()
    assert json.loads(out.decode().splitlines()[-1])["outcome"] == "complete"
    assert (tmp_path / "answer").read_text() == "1\n"
