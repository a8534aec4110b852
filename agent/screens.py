"""From settings to screens: which environment a command works on, and where it begins."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from actions import UsageError
from agent.console import Console

if TYPE_CHECKING:
    from agent.settings import Settings
    from agent.trace import Trace
    from envs.base import Environment
    from envs.web.secrets import Secret

VIRTUAL = "virtual"
"""The display, or the phone, that is made for the run and ends with it."""


@asynccontextmanager
async def open_screen(
    settings: Settings,
    console: Console,
    page: str = "",
    *,
    uploads: Sequence[Path] = (),
    secrets: Sequence[Secret] = (),
) -> AsyncIterator[Environment]:
    """The environment that the settings name, not yet entered; the bundled hotel is served while it is open.

    `page` is the path of the page in that hotel to begin at, `uploads` the only files that may be handed to a page, and
    `secrets` what may be typed unseen. Raises UsageError if a file is none.
    """
    async with open_screens(settings, console, page, uploads=uploads, secrets=secrets) as new_screen:
        yield new_screen()


@asynccontextmanager
async def open_screens(
    settings: Settings,
    console: Console,
    page: str = "",
    *,
    uploads: Sequence[Path] = (),
    secrets: Sequence[Secret] = (),
) -> AsyncIterator[Callable[[], Environment]]:
    """Makes environments as `open_screen` does, several of which may be in use at a time."""
    if missing := [str(path) for path in uploads if not path.is_file()]:
        raise UsageError(f"--upload {missing[0]} is no file")
    match settings.env:
        case "web":
            async with _pages(settings, console, page, uploads, secrets) as new_screen:
                yield new_screen
        case "desktop":
            from envs.desktop import DesktopEnv

            yield lambda: DesktopEnv(settings.display, size=settings.viewport_size, app=settings.app)
        case "android":
            async with _phone(settings, console) as new_screen:
                yield new_screen


@asynccontextmanager
async def _pages(
    settings: Settings, console: Console, page: str, uploads: Sequence[Path], secrets: Sequence[Secret]
) -> AsyncIterator[Callable[[], Environment]]:
    from envs.web import WebEnv
    from envs.web.keeper import SharedBrowser

    async with (
        open_start(settings.url, console, page) as url,
        SharedBrowser(headless=not settings.headed, browser=settings.browser) as shared,
    ):
        yield lambda: WebEnv(
            url, cdp=settings.cdp, within=shared, viewport=settings.viewport_size, uploads=uploads, secrets=secrets
        )


@asynccontextmanager
async def _phone(settings: Settings, console: Console) -> AsyncIterator[Callable[[], Environment]]:
    from envs.android import AndroidEnv

    if settings.serial != VIRTUAL:
        yield lambda: AndroidEnv(settings.serial, app=settings.app)
        return
    from envs.demo.phone import phone

    async with phone() as device:
        console.say(f"the bundled virtual phone, {device.serial}", "dim")
        yield lambda: AndroidEnv(device.serial, adb_port=device.adb_port, app=settings.app)


@asynccontextmanager
async def open_start(url: str | None, console: Console, page: str = "") -> AsyncIterator[str]:
    """Where to start: `url`, or else a page of the bundled hotel, which is served meanwhile."""
    if url is not None:
        yield url
        return
    from envs.demo.hotel import hotel

    async with hotel() as site:
        console.say(f"no --url given: the bundled hotel, at {site.url}", "dim")
        yield site.url + page.lstrip("/")
        for booking in site.bookings():
            console.say(
                f"in the hotel's database: {booking.reference}, {booking.name}, {booking.room} at {booking.hotel} in "
                f"{booking.city}, {booking.arrival} to {booking.departure}, guests: {booking.guests}",
                "green",
            )


def as_recorded(flags: dict[str, Any], trace: Trace) -> dict[str, Any]:
    """Flags as typed and, where nothing was, the screen that a trace was recorded on: platform, start and size."""
    given = on_its_screen(flags, trace)
    start = "url" if given["env"] == "web" else "app"
    if not given.get(start) and trace.header.task.start:
        given[start] = trace.header.task.start
    if not given.get("viewport") and trace.header.platform != "android" and trace.steps:
        given["viewport"] = f"{trace.steps[0].seen.width}x{trace.steps[0].seen.height}"
    return given


_NAMED_BY = {"desktop": "display", "android": "serial"}


def screen_of(settings: Settings) -> str:
    """The display or phone that the settings name, "" if none."""
    return {"desktop": settings.display, "android": settings.serial}.get(settings.env) or ""


def on_its_screen(flags: dict[str, Any], trace: Trace) -> dict[str, Any]:
    """Flags as typed and, where nothing was, the platform of a trace and the display or phone that it was made on.

    What was done on a screen made for it never goes on with a person's own unasked.
    """
    given = {**flags, "env": flags.get("env") or trace.header.platform}
    if (flag := _NAMED_BY.get(given["env"])) is not None and not given.get(flag):
        given[flag] = trace.header.task.screen or None
    return given
