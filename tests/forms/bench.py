"""The agent over the forms, judged by what the servers received.

    python -m tests.forms.bench [--set dev|heldout|fresh_a|…|fresh_f|all] [--dialect NAME] [--only ID …]
                                [--jobs N] [--base-url URL --model NAME] [--json FILE] [--traces DIR]

Without --base-url it is the embedded reader. Work on the reader with dev only; the other sets are for measuring.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime
import json
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from actions import Blocked, DeviceError, EndpointError, Task
from agent import Limits, OpenAIEndpoint, ReaderEndpoint, run
from agent.endpoint import Endpoint
from agent.outcome import status_of
from envs.web import WebEnv
from tests.forms.cases import SETS, Case, load_cases
from tests.forms.judge import judge
from tests.forms.server import serve

TODAY = datetime.date(2026, 11, 20)
"""What the cases were written on: all of their dates lie after it."""
KINDS = ("solved", "stopped_right", "stopped_wrong", "wrong", "false_complete")


@dataclass(frozen=True)
class Row:
    """How one case went. `steps` are calls of the model; `seconds` include the start of the browser."""

    case: str
    set: str
    language: str
    verdict: str
    why: str
    status: str
    reason: str
    steps: int
    tokens: int
    seconds: float


async def attempt(case: Case, endpoint: Endpoint, trace: Path, *, dialect: str | None, limits: Limits) -> Row:
    """One run over one case. A failing endpoint or browser is a row too, with its status."""
    begun = time.perf_counter()
    steps = tokens = 0
    async with serve(case) as site:
        task = Task(instruction=case.instruction, data=case.data, start=site.url, today=TODAY)
        try:
            outcome = await run(
                task, env=WebEnv(site.url), endpoint=endpoint, dialect=dialect, limits=limits, trace_dir=trace
            )
        except (EndpointError, DeviceError, Blocked) as error:
            status, reason = str(status_of(error)), str(error)
        else:
            status, reason = str(outcome.status), outcome.reason or outcome.answer
            steps, tokens = outcome.steps, outcome.tokens
        verdict = judge(case, site.submissions, status, reason)
    seconds = round(time.perf_counter() - begun, 1)
    return Row(case.id, case.set, case.language, verdict.kind, verdict.why, status, reason, steps, tokens, seconds)


async def bench(
    cases: Sequence[Case], endpoint: Endpoint, traces: Path, *, dialect: str | None, limits: Limits, jobs: int = 1
) -> list[Row]:
    """Every case, `jobs` at a time, in order; each is printed as it ends and leaves its trace in traces/<id>."""
    room = asyncio.Semaphore(jobs)

    async def one(case: Case) -> Row:
        async with room:
            row = await attempt(case, endpoint, traces / case.id, dialect=dialect, limits=limits)
        print(_line(row), flush=True)
        return row

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(case)) for case in cases]
    return [task.result() for task in tasks]


def totals(rows: Sequence[Row]) -> dict[str, float]:
    """How many of each verdict, and the sums and means over all rows."""
    count = Counter(row.verdict for row in rows)
    steps, seconds = sum(row.steps for row in rows), sum(row.seconds for row in rows)
    return {
        "cases": len(rows),
        **{kind: count[kind] for kind in KINDS},
        "steps": steps,
        "seconds": round(seconds, 1),
        "seconds_a_step": round(seconds / steps, 2) if steps else 0.0,
    }


def _line(row: Row) -> str:
    return (
        f"{row.case:22} {row.language}  {row.verdict:15} {row.status:12} {row.steps:3} {row.seconds:7.1f} s  {row.why}"
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.forms.bench", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--set", choices=(*SETS, "all"), default="dev")
    parser.add_argument("--dialect", help="glm41v-pc, glm41v-web or any other; the model's own if left out")
    parser.add_argument("--only", action="append", metavar="ID", help="a case, or several by repeating it")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="cases at the same time")
    parser.add_argument("--max-steps", type=int, default=50, metavar="N")
    parser.add_argument("--base-url", help="a model's server instead of the reader")
    parser.add_argument("--model", default="", help="the model's name there")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows and totals there")
    parser.add_argument("--traces", type=Path, metavar="DIR", help="keep the traces there, one folder a case")
    return parser.parse_args()


async def _main(given: argparse.Namespace) -> None:
    every = list(load_cases(given.set))
    cases = [case for case in every if not given.only or case.id in given.only]
    if not cases:
        raise SystemExit(f"no such case in {given.set}; there are: {', '.join(case.id for case in every)}")
    if given.traces and (old := [case.id for case in cases if (given.traces / case.id).exists()]):
        raise SystemExit(f"{given.traces} already holds traces of {', '.join(old)}: give another folder to --traces")
    endpoint = OpenAIEndpoint(given.base_url, model=given.model) if given.base_url else ReaderEndpoint()
    with tempfile.TemporaryDirectory() as scratch:
        try:
            rows = await bench(
                cases,
                endpoint,
                given.traces or Path(scratch),
                dialect=given.dialect,
                limits=Limits(steps=given.max_steps),
                jobs=given.jobs,
            )
        finally:
            await endpoint.aclose()
    print("  ".join(f"{name} {number:g}" for name, number in totals(rows).items()))
    if given.json:
        report = {"dialect": given.dialect, "totals": totals(rows), "rows": [asdict(row) for row in rows]}
        given.json.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(_main(_arguments()))
