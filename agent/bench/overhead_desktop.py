"""What a step on a desktop costs beside the model, against a bare loop of pyautogui and mss, interleaved in one run.

The floor is the least that anything can do: one click by pyautogui, one picture by a kept mss instance, as the PNG
that a message carries. It waits for nothing and so shows what was there before the click had an effect; Handeye's wait
for the screen to become still is therefore counted apart, and its pictures are looked at: a picture is stale if the
button that was clicked does not show it.
"""

from __future__ import annotations

import asyncio
import io
import json
import statistics
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from actions import Click, Observation, Point, Task
from prompts.base import Dialect, Reply, Step

if TYPE_CHECKING:
    from envs.desktop import DesktopEnv

LIMIT = 2.0
"""How many times the floor a step may cost."""
_FLOOR, _WORDS = "floor", {"floor": "a bare loop", "step": "a step", "settle": "its settling"}
_TASK = Task(instruction="Switch the lamp on.")
_APP = """
import tkinter
root = tkinter.Tk()
root.geometry("600x400+40+40")
colours = ["#00ff00", "#ff0000"]
lamp = tkinter.Button(root, background=colours[1], activebackground=colours[1], borderwidth=0, highlightthickness=0)
lamp.pack(fill="both", expand=True)
def switch():
    colours.reverse()
    lamp.configure(background=colours[1], activebackground=colours[1])
lamp.configure(command=switch)
root.mainloop()
"""
_PATIENCE = 30.0
"""Seconds in which a program of the bench must be ready, or answer."""
_LAMP = Point(x=0.2, y=0.3)
_FLOOR_LOOP = """
import base64, io, json, sys, time
import mss, pyautogui
from PIL import Image
pyautogui.PAUSE, pyautogui.FAILSAFE = 0, False
grabber = mss.MSS()
print("ready", flush=True)
for line in sys.stdin:
    x, y = json.loads(line)
    begun = time.perf_counter()
    pyautogui.click(x, y)
    shot = grabber.grab(grabber.monitors[1])
    out = io.BytesIO()
    Image.frombytes("RGB", shot.size, shot.bgra, "raw", "BGRX").save(out, "PNG", compress_level=1)
    base64.b64encode(out.getvalue())
    print(json.dumps((time.perf_counter() - begun) * 1000), flush=True)
"""


@dataclass
class Report:
    """Milliseconds of every step: the floor's, ours without the wait for stillness, and that wait."""

    rounds: int
    ms: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in _WORDS})
    stale: int = 0
    ceilings: int = 0

    def median(self, name: str) -> float:
        return statistics.median(self.ms[name])

    @property
    def ratio(self) -> float:
        """The median step, without the wait, by the median step of the floor."""
        return self.median("step") / self.median(_FLOOR)

    @property
    def good(self) -> bool:
        return self.ratio <= LIMIT and not self.stale

    def as_dict(self) -> dict[str, Any]:
        """The figures as plain data, for JSON."""
        return {
            "rounds": self.rounds,
            "median_ms": {name: round(self.median(name), 1) for name in self.ms},
            "ratio": round(self.ratio, 2),
            "ceilings": self.ceilings,
            "stale": self.stale,
        }

    def table(self) -> str:
        """The figures as lines of text."""
        lines = [f"{words:<16}{self.median(name):>8.1f} ms" for name, words in _WORDS.items()]
        lines.append(f"ratio {self.ratio:.2f} (limit {LIMIT}), the settling apart; {self.rounds} rounds")
        lines.append(f"stale pictures {self.stale}, ceiling reached {self.ceilings} times")
        return "\n".join(lines)


def report(rounds: int) -> Report:
    """Measure and wait for it; see `overhead`."""
    return asyncio.run(overhead(rounds))


async def overhead(rounds: int, *, dialect: str = "glm41v-pc") -> Report:
    """One click `rounds` times, by the floor and by Handeye in turn, on a virtual desktop of its own.

    Raises DriverMissing without what such a desktop needs. The first rounds warm everything up and are not counted.
    """
    from envs.desktop import DesktopEnv
    from prompts import registry

    found = Report(rounds)
    async with (
        DesktopEnv("virtual") as env,
        _program(env.environ, _APP),
        _program(env.environ, _FLOOR_LOOP) as floor,
    ):
        await _line(floor)
        await _lamp_shown(env)
        for n in range(-2, rounds):
            bare = await _bare(floor, await env.observe())
            step, settle, stale = await _whole(env, registry.get(dialect), found)
            if n >= 0:
                found.ms[_FLOOR].append(bare)
                found.ms["step"].append(step)
                found.ms["settle"].append(settle)
                found.stale += stale
    return found


async def _whole(env: DesktopEnv, dialect: Dialect, found: Report) -> tuple[float, float, bool]:
    """The milliseconds of one step of Handeye's, those of its wait, and whether its picture is stale."""
    seen = await env.observe(elements=dialect.wants_elements)
    before = _colour(seen)
    reply = Reply(text=dialect.format(Click(at=_LAMP), thought="This goes on.", memory="[]"))
    begun = time.perf_counter()
    decision = dialect.parse(reply, seen)
    result = await env.perform(decision.action)
    after = await env.observe(elements=dialect.wants_elements)
    dialect.messages(_TASK, [Step(seen=seen, reply=reply, decision=decision, result=result)], after)
    ms = (time.perf_counter() - begun) * 1000
    found.ceilings += result.ceiling
    return ms - result.settle_ms, result.settle_ms, _colour(after) == before


async def _bare(floor: asyncio.subprocess.Process, seen: Observation) -> float:
    x, y = _LAMP.pixel(seen.width, seen.height)
    assert floor.stdin is not None
    floor.stdin.write(f"[{x}, {y}]\n".encode())
    return float(json.loads(await _line(floor)))


async def _line(process: asyncio.subprocess.Process) -> bytes:
    assert process.stdout is not None
    async with asyncio.timeout(_PATIENCE):
        return await process.stdout.readline()


async def _lamp_shown(env: DesktopEnv) -> None:
    async with asyncio.timeout(_PATIENCE):
        while not (await env.observe()).title:
            pass


@asynccontextmanager
async def _program(environ: dict[str, str], code: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, env=environ, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def _colour(seen: Observation) -> tuple[int, ...]:
    from PIL import Image

    with Image.open(io.BytesIO(seen.screenshot)) as image:
        return tuple(image.convert("RGB").getpixel(_LAMP.pixel(*image.size)))  # type: ignore[arg-type]
