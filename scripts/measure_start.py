"""From the command's start to its first request at the model's server, and `agent --help`: medians of some runs.

Usage: python scripts/measure_start.py [RUNS]
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

from envs.demo.hotel import hotel
from tests.support.model_server import model_server, text

ROOT = Path(__file__).resolve().parent.parent
DONE = "Done. <|begin_of_box|>DONE()<|end_of_box|>\nMemory:\n[]"


async def command(*arguments: str) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "agent", *arguments, cwd=ROOT, stdout=-3, stderr=-3, stdin=-3
    )  # fmt: skip
    await process.wait()


async def first_request(site: str, folder: str, n: int) -> float:
    at: list[float] = []
    async with model_server(lambda call, body: (at.append(time.perf_counter()), text(DONE))[1]) as server:
        begun = time.perf_counter()
        await command(
            "run", "--url", site, "--base-url", server.url, "--model", "glm-4.1v", "--dialect", "glm41v-pc",
            "--trace-dir", f"{folder}/{n}", "x",
        )  # fmt: skip
    return at[0] - begun


async def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    helps = []
    for _ in range(runs):
        begun = time.perf_counter()
        await command("--help")
        helps.append(time.perf_counter() - begun)
    with tempfile.TemporaryDirectory() as folder:
        async with hotel() as site:
            starts = [await first_request(site.url, folder, n) for n in range(runs)]
    print(f"agent --help: {statistics.median(helps):.2f} s; start to first request: {statistics.median(starts):.2f} s")


if __name__ == "__main__":
    asyncio.run(main())
