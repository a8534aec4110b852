"""Find a browser that starts."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from actions import DeviceError, DriverMissing

if TYPE_CHECKING:
    from playwright.async_api import Browser, Playwright

_SYSTEM = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)  # fmt: skip
_ARGUMENTS = (
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # a wheel click then moves the page at once, as the settle expects
    "--disable-smooth-scrolling",
)
_INSTALL = (
    "install one with `playwright install chromium`, or with your system's package "
    "(Debian: `apt install chromium`), or name one with --browser or AGENT_BROWSER"
)


@dataclass(frozen=True, slots=True)
class Started:
    """A browser that runs, and how it was started."""

    browser: Browser
    path: str
    """The executable."""
    own: bool
    """Is it one that Playwright installed?"""
    sandboxed: bool
    as_root: bool


async def launch(playwright: Playwright, *, path: str | None, headless: bool, patience: float) -> Browser:
    """The browser that `start` starts."""
    return (await start(playwright, path=path, headless=headless, patience=patience)).browser


async def start(playwright: Playwright, *, path: str | None, headless: bool, patience: float) -> Started:
    """Start the first browser that will: `path`, Playwright's own, then what the system has.

    A `path` that was given is the only candidate. Raises DriverMissing with the command that installs one, and
    DeviceError for a headed browser without a display; `patience` is in seconds, for each candidate.
    """
    failures = []
    as_root = _is_root()  # for whom Chromium has no sandbox
    own = set(_bundled(playwright))
    for candidate in candidates(playwright, path):
        for sandbox in (False,) if as_root else (True, False):
            problem = await _try(playwright, candidate, headless, sandbox, patience)
            if not isinstance(problem, str):
                return Started(problem, candidate, candidate in own, sandbox, as_root)
            if "missing X server" in problem or "DISPLAY" in problem:
                raise DeviceError("a browser window needs a display; go without (--headless), or run under xvfb-run")
            failures.append(f"{candidate}: {_gist(problem)}")
            if "sandbox" not in problem.lower():
                break  # only a system that forbids the sandbox is worth a try without it
    if path:
        raise DriverMissing(f"the browser that was asked for does not start ({'; '.join(failures)}); {_INSTALL}")
    tried = f" (tried {'; '.join(failures)})" if failures else ""
    raise DriverMissing(f"no browser was found that starts{tried}; {_INSTALL}")


async def _try(playwright: Playwright, path: str, headless: bool, sandbox: bool, patience: float) -> Browser | str:
    from playwright.async_api import Error

    if not os.access(path, os.X_OK):
        return "there is no such program"
    try:
        return await playwright.chromium.launch(
            executable_path=path,
            headless=headless,
            chromium_sandbox=sandbox,
            args=list(_ARGUMENTS),
            timeout=patience * 1000,
        )
    except Error as error:
        return error.message


def candidates(playwright: Playwright, path: str | None) -> Iterator[str]:
    """The browsers to try, in order: the one at `path`, or else Playwright's own and the system's that there are."""
    if path:
        yield shutil.which(path) or path
        return
    for candidate in (*_bundled(playwright), *filter(None, map(shutil.which, _SYSTEM))):
        if Path(candidate).exists():
            yield candidate


def _bundled(playwright: Playwright) -> Iterator[str]:
    own = Path(playwright.chromium.executable_path)
    yield str(own)
    # `playwright install --only-shell` leaves just the headless shell, in a folder beside the full browser's
    root, build = own.parents[1].parent, own.parents[1].name.rpartition("-")[2]
    yield from map(str, sorted(root.glob(f"chromium_headless_shell-{build}/*/*headless[-_]shell*")))


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _gist(problem: str) -> str:
    lines = [line.strip() for line in problem.splitlines() if line.strip()]
    telling = [line for line in lines if "error while loading" in line or "sandbox" in line.lower()]
    return (telling or lines or ["no reason given"])[0][:200]
