"""When a desktop is still: late reactions are waited for, what always moves is not."""

from __future__ import annotations

import asyncio
import io
import itertools
import os
import shutil
import signal
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from actions import Box, Click, Observation, Press, Type, Wait
from envs.desktop import DesktopEnv
from envs.desktop.worker.motion import TILE, Motion, tiles
from tests.envs.desktop.conftest import Window, opened, start, stop

GREEN = (0, 255, 0)


def colours(seen: Observation, box: Box) -> set[tuple[int, ...]]:
    with Image.open(io.BytesIO(seen.screenshot)) as image:
        part = image.convert("RGB").crop(tuple(int(n) for n in box.pixels(*image.size)))
        return {colour for _, colour in part.getcolors(1 << 20)}


@pytest.mark.skipif(shutil.which("mousepad") is None, reason="needs mousepad")
async def test_a_program_that_hangs_is_waited_for(desktop: DesktopEnv) -> None:
    editor = await start(desktop, "mousepad")
    try:
        before = await desktop.observe()
        editor.send_signal(signal.SIGSTOP)
        asyncio.get_running_loop().call_later(0.8, editor.send_signal, signal.SIGCONT)
        result = await desktop.perform(Type(text="typed while it hung"))
        assert (await desktop.observe()).title != before.title
        assert result.changed
        assert not result.ceiling
    finally:
        await stop(editor)


async def test_a_reaction_that_shows_at_once_is_seen(window: Window) -> None:
    assert GREEN not in colours(await window.env.observe(), window.places["late"])
    result = await window.env.perform(Click(at=window.places["late"]))
    assert GREEN in colours(await window.env.observe(), window.places["late"])
    assert result.changed


async def test_an_observation_shows_what_the_last_action_did(window: Window) -> None:
    for text in ("one", "two", "三"):
        before = await window.env.observe()
        result = await window.write("line", text)
        after = await window.env.observe()
        assert result.changed
        assert before.screenshot != after.screenshot


async def test_what_does_nothing_is_said_to_change_nothing(window: Window) -> None:
    await window.env.observe()
    await window.env.perform(Press(keys=("shift",)))
    await window.env.observe()
    assert (await window.env.perform(Press(keys=("shift",)))).changed is False


async def test_a_clock_is_learned_and_not_waited_for(desktop: DesktopEnv, tmp_path: Path) -> None:
    async with opened(desktop, tmp_path, "--clock") as window:
        await asyncio.sleep(1.5)  # as long as a model thinks
        await window.env.observe()
        results = [await window.env.perform(Press(keys=("shift",))) for _ in range(4)]
        assert not any(result.ceiling for result in results)
        assert max(result.settle_ms for result in results) < 2000
        await window.env.observe()
        typed = await window.write("line", "x")
        assert typed.changed


async def test_a_blinking_caret_changes_nothing(window: Window) -> None:
    await window.write("line", "text")
    await window.env.observe()
    for _ in range(4):
        result = await window.env.perform(Wait(seconds=0.35))
        assert result.changed is False
        await window.env.observe()


async def test_waiting_ends_when_something_happens(window: Window) -> None:
    begun = time.monotonic()
    await window.env.perform(Wait(seconds=0.3))
    assert time.monotonic() - begun >= 0.3
    await window.env.perform(Click(at=window.places["line"]))
    await window.env.observe()
    waiting = asyncio.ensure_future(window.env.perform(Wait(seconds=30)))
    await asyncio.sleep(0.3)
    os.kill(window.process, signal.SIGUSR1)
    seat = window.env._open_seat
    await seat.ask("chord", keys=["h"])
    result = await asyncio.wait_for(waiting, 15)
    assert result.act_ms < 15_000


# --- what counts as movement ---

SIZE = (TILE * 20, TILE * 25)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def frame(*boxes: tuple[int, int, int, int, int]) -> np.ndarray:
    """A picture of zeros with rectangles: top, left, height, width, colour."""
    made = np.zeros(SIZE, dtype=np.uint32)
    for top, left, height, width, colour in boxes:
        made[top : top + height, left : left + width] = colour
    return made


@given(st.integers(0, SIZE[0] - 1), st.integers(0, SIZE[1] - 1))
def test_a_difference_lies_in_its_square(row: int, column: int) -> None:
    grid = tiles(frame(), frame((row, column, 1, 1, 7)))
    assert grid is not None
    assert np.argwhere(grid).tolist() == [[row // TILE, column // TILE]]


def test_pictures_of_odd_sizes_are_compared() -> None:
    one, other = np.zeros((37, 53), np.uint32), np.zeros((37, 53), np.uint32)
    other[36, 52] = 1
    grid = tiles(one, other)
    assert grid is not None
    assert np.argwhere(grid).tolist() == [[2, 3]]
    assert tiles(one, np.zeros((37, 54), np.uint32)).all()
    assert tiles(one, one.copy()) is None


@given(st.integers(0, 200), st.integers(0, 300), st.integers(1, 3), st.integers(1, 48))
def test_a_caret_is_no_movement(top: int, left: int, width: int, height: int) -> None:
    assert not Motion().differ(frame(), frame((top, left, height, width, 9)))


@pytest.mark.parametrize(("height", "width"), [(5, 5), (49, 2), (1, 4), (20, 30)])
def test_what_is_larger_than_a_caret_moves(height: int, width: int) -> None:
    assert Motion().differ(frame(), frame((20, 20, height, width, 9)))


def test_what_blinks_is_known_until_it_shows_something_new() -> None:
    motion = Motion()
    off, on, typed = frame(), frame((20, 20, 10, 10, 9)), frame((20, 20, 10, 10, 5))
    motion.idle(off, on)
    motion.act()
    assert not motion.differ(on, off)
    assert not motion.differ(off, on)
    assert motion.differ(on, typed)


def test_what_runs_is_known_until_it_has_rested() -> None:
    clock = Clock()
    motion = Motion(clock)
    ticks = [frame((20, 20, 10, 10, n)) for n in range(1, 8)]
    for before, now in itertools.pairwise(ticks[:4]):
        clock.now += 1
        motion.idle(before, now)
    motion.act()
    assert not motion.follow(ticks[3], ticks[4])
    assert motion.follow(ticks[4], frame((20, 20, 10, 10, 5), (100, 100, 20, 20, 1)))
    clock.now += 10
    motion.act()
    assert motion.follow(ticks[4], ticks[5])


def test_a_screen_that_was_given_up_is_not_waited_for_again() -> None:
    motion = Motion()
    motion.act()
    spins = [frame((20, 20, 60, 60, n)) for n in range(1, 8)]
    assert all(motion.follow(a, b) for a, b in itertools.pairwise(spins[:5]))
    motion.give_up()
    motion.act()
    assert not motion.follow(spins[5], spins[6])


def test_a_window_that_appears_by_itself_is_no_clock() -> None:
    motion = Motion()
    motion.idle(frame(), frame((0, 0, 200, 300, 3)))
    motion.act()
    assert motion.differ(frame((0, 0, 200, 300, 3)), frame())
