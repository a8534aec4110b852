"""`agent record` as a person at a terminal uses it: a window, a booking, Ctrl-C; and the trace repeats."""

from __future__ import annotations

import asyncio
import datetime
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from itertools import groupby
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright

from actions import Click, Finish, Select, Type
from agent.trace import read_trace
from envs.demo.hotel import hotel
from tests.agent.test_cli import agent, assert_clear, start
from tests.envs.web.recording.conftest import chromium

TODAY = datetime.date(2026, 11, 20)


@pytest.fixture(scope="module")
async def devtools(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    async with chromium(tmp_path_factory.mktemp("profile")) as address:
        yield address


async def said(process: asyncio.subprocess.Process, words: str, *, seconds: float = 60) -> str:
    """What the command says until it says these words."""
    heard = b""
    assert process.stderr is not None
    async with asyncio.timeout(seconds):
        while words.encode() not in heard:
            line = await process.stderr.readline()
            assert line, heard.decode()
            heard += line
    return heard.decode()


async def page_at(pages: list[Page], url: str) -> Page:
    async with asyncio.timeout(30):
        while True:
            for page in pages:
                if page.url == url:
                    return page
            await asyncio.sleep(0.05)


async def test_a_booking_is_recorded_and_repeated_for_somebody_else(tmp_path: Path, devtools: str) -> None:
    async with hotel(today=lambda: TODAY) as site, async_playwright() as playwright:
        process = await start(
            tmp_path, "record", "--cdp", devtools, "--url", site.url, "--trace-dir", "t", "-d", "name=Wang Xiaoming",
            "book a room",
        )  # fmt: skip
        await said(process, "recording")
        person = await playwright.chromium.connect_over_cdp(devtools)
        page = await page_at(person.contexts[0].pages, site.url)
        await page.wait_for_load_state("networkidle")
        await page.get_by_label("City").focus()
        await page.keyboard.type("Porto")
        await page.get_by_label("Arrival").click(position={"x": 20, "y": 15})
        await page.keyboard.type("12012026")
        await page.get_by_label("Departure").click(position={"x": 20, "y": 15})
        await page.keyboard.type("12052026")
        await page.get_by_role("button", name="Search").click()
        await said(process, "Search")
        await page.get_by_role("link", name="Book Garden Double").click()
        await said(process, "Book Garden Double")
        await page.get_by_label("Full name").click(click_count=3)
        await page.keyboard.type("Wang Xiaoming")
        await page.get_by_label("I accept the booking terms").click()
        await said(process, "I accept")
        await page.get_by_role("button", name="Confirm booking").click()
        await page.get_by_role("heading", name="Booking confirmed").wait_for()
        process.send_signal(signal.SIGINT)
        _, err = await asyncio.wait_for(process.communicate(), 30)
        assert process.returncode == 0, err.decode()
        assert b"complete" in err
        assert [(b.name, b.city) for b in site.bookings()] == [("Wang Xiaoming", "Porto")]

        trace = read_trace(tmp_path / "t")
        assert trace.outcome is not None
        assert trace.outcome.status == "complete"
        actions = [step.decision.action for step in trace.steps if step.decision]
        kinds = [action.kind for action in actions if action.kind != "scroll"]
        assert kinds == ["select", "type", "type", "click", "click", "type", "click", "click", "finish"]
        assert trace.steps[-1].seen.landmarks[0] == "Booking confirmed"
        assert all(step.crop for step in trace.steps if isinstance(step.decision.action, Click | Type | Select))

        ran = await agent(tmp_path, "replay", "t", "-d", "name=Ana Silva", "--json", "--trace-dir", "again")
        assert_clear(ran, 0)
        assert ran.last_object()["outcome"] == "complete"
        assert [(b.name, b.city) for b in site.bookings()] == [("Wang Xiaoming", "Porto"), ("Ana Silva", "Porto")]


async def test_closing_the_window_ends_it(tmp_path: Path, devtools: str) -> None:
    async with hotel(today=lambda: TODAY) as site, async_playwright() as playwright:
        process = await start(tmp_path, "record", "--cdp", devtools, "--url", site.url, "--trace-dir", "t", "look")
        await said(process, "recording")
        person = await playwright.chromium.connect_over_cdp(devtools)
        page = await page_at(person.contexts[0].pages, site.url)
        await page.wait_for_load_state("networkidle")
        await page.get_by_role("link", name="Help").first.click()
        await said(process, "Help")
        await page.close()
        await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 0
    trace = read_trace(tmp_path / "t")
    assert [step.decision.action.kind for step in trace.steps] == ["click", "finish"]
    assert trace.steps[1].decision.action == Finish(status="complete")
    assert trace.steps[1].seen.url == site.url + "help"


async def test_what_cannot_be_recorded_is_said(tmp_path: Path) -> None:
    assert_clear(await agent(tmp_path, "record", "--env", "desktop", "x"), 2, "desktop")
    assert_clear(await agent(tmp_path, "record", "--url", "ftp://x/", "x"), 2, "ftp")
    ran = await agent(tmp_path, "record", "--headless", "--url", "http://127.0.0.1:9/", "--trace-dir", "t", "x")
    assert_clear(ran, 7, "http://127.0.0.1:9/")
    outcome = read_trace(tmp_path / "t").outcome
    assert outcome is not None
    assert outcome.status == "device_error"


@pytest.fixture
async def display() -> AsyncIterator[str]:
    """An X server without a screen, with a window manager that gives new windows the keyboard."""
    if sys.platform != "linux" or not all(map(shutil.which, ("Xvfb", "xdotool", "openbox"))):
        pytest.skip("Xvfb, xdotool and openbox are not here")
    reading, writing = os.pipe()
    process = await asyncio.create_subprocess_exec(
        "Xvfb", "-displayfd", str(writing), "-screen", "0", "1400x1000x24", "-nolisten", "tcp", pass_fds=(writing,),
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    os.close(writing)
    number = await asyncio.wait_for(asyncio.to_thread(os.read, reading, 16), 30)
    name = f":{number.decode().strip()}"
    manager = await asyncio.create_subprocess_exec(
        "openbox", "--sm-disable", env={**os.environ, "DISPLAY": name}, stderr=asyncio.subprocess.DEVNULL
    )
    yield name
    os.close(reading)
    for one in (manager, process):
        one.terminate()
        await one.wait()


async def test_a_person_at_a_real_window(tmp_path: Path, display: str) -> None:
    async with hotel(today=lambda: TODAY) as site:
        process = await start(tmp_path, "record", "--url", site.url, "--trace-dir", "t", "find help", DISPLAY=display)

        async def xdotool(*words: str) -> str:
            tool = await asyncio.create_subprocess_exec(
                "xdotool", *words, env={**os.environ, "DISPLAY": display}, stdout=asyncio.subprocess.PIPE
            )
            out, _ = await asyncio.wait_for(tool.communicate(), 60)
            return out.decode()

        async def until(word: str, *presses: tuple[str, ...]) -> None:
            """Press until it is heard, as one does: without a window manager a new window may not have the keyboard."""
            for _ in range(8):
                for press in presses:
                    await xdotool(*press)
                with suppress(TimeoutError):
                    await said(process, word, seconds=6)
                    return
            raise AssertionError(f"{word!r} was never recorded")

        await said(process, "recording")
        await until("open", ("key", "ctrl+l"), ("type", f"{site.url}help"), ("key", "Return"))
        await until("back", ("key", "alt+Left"))
        await xdotool("key", "ctrl+w")
        await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 0
    trace = read_trace(tmp_path / "t")
    kinds = [step.decision.action.kind for step in trace.steps if step.decision is not None]
    assert [kind for kind, _ in groupby(kinds)] == ["open", "back", "finish"]
