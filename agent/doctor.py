"""What this machine can do: every platform is tried as a run would, and what fails says what mends it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple, get_args

from actions import DeviceError, GuiAgentError, Platform
from agent.command import guarded, open_endpoint
from agent.console import Console
from agent.outcome import EXIT_CODES
from agent.screens import VIRTUAL
from agent.settings import Settings, load

PLATFORMS: tuple[Platform, ...] = get_args(Platform)


@dataclass(frozen=True)
class Finding:
    """One thing that was tried: of which platform ("model" for the endpoint), whether it works, and what was said.

    `needed` tells those that a run cannot do without from one of several ways.
    """

    platform: str
    about: str
    good: bool
    said: str
    needed: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Plain data, for JSON."""
        return asdict(self)


class DoctorRequest(NamedTuple):
    """One `agent doctor` as it was typed; `flags` are settings, None where a flag was not given."""

    flags: dict[str, Any]
    json_wanted: bool


def execute(request: DoctorRequest) -> int:
    """Try everything, say what came of it as it comes, and give back the exit code."""
    console = Console(json_wanted=request.json_wanted)
    return guarded(lambda: asyncio.run(_doctor(request, console)), console)


async def _doctor(request: DoctorRequest, console: Console) -> int:
    settings = load(**request.flags)
    named = request.flags.get("env")
    findings = []
    async for finding in examine((settings.env,) if named else PLATFORMS, settings):
        findings.append(finding)
        mark, style = ("works", "green") if finding.good else ("fails", "bold red" if finding.needed else "yellow")
        console.say(f"{finding.platform:<8} {finding.about:<16} {mark}  {finding.said}", style)
    good = usable([one for one in findings if named or one.platform in ("web", "model")])
    if request.json_wanted:
        console.json({"usable": good, "findings": [finding.as_dict() for finding in findings]})
    return 0 if good else EXIT_CODES["device_error"]


async def examine(platforms: Sequence[Platform], settings: Settings) -> AsyncIterator[Finding]:
    """Try everything that the platforms and the model need, one after the other."""
    tries: dict[str, list[tuple[str, Callable[[Settings], Awaitable[str]], bool]]] = {
        "web": [("browser", _browser, True)],
        "desktop": [
            ("this display", _display, settings.display not in (None, VIRTUAL)),
            ("virtual desktop", _virtual_desktop, settings.display == VIRTUAL),
        ],
        "android": [
            ("adb", _adb, True),
            ("phones", _phones, settings.serial not in (None, VIRTUAL)),
            ("virtual phone", _virtual_phone, settings.serial == VIRTUAL),
        ],
        "model": [("endpoint", _model, True)],
    }
    for platform in (*platforms, "model"):
        for about, attempt, needed in tries[platform]:
            try:
                yield Finding(platform, about, True, await attempt(settings), needed)
            except GuiAgentError as error:
                yield Finding(platform, about, False, str(error), needed)


def usable(findings: Sequence[Finding]) -> bool:
    """Has every platform that was tried all that it needs, and one of the ways that it may go?"""
    for platform in {finding.platform for finding in findings}:
        mine = [finding for finding in findings if finding.platform == platform]
        ways = [finding.good for finding in mine if not finding.needed]
        if not all(finding.good for finding in mine if finding.needed) or (ways and not any(ways)):
            return False
    return True


async def _browser(settings: Settings) -> str:
    from envs.web import WebEnv
    from envs.web.keeper import SharedBrowser

    async with SharedBrowser(headless=not settings.headed, browser=settings.browser) as shared:
        async with WebEnv(cdp=settings.cdp, within=shared, viewport=settings.viewport_size) as env:
            await env.observe()
        if settings.cdp is not None:
            return f"the browser at {settings.cdp} answers"
        started = await shared.started()
        whose = "Playwright's own" if started.own else "the system's"
        box = "" if started.sandboxed else ", without its sandbox" + (" (as root)" if started.as_root else "")
        return f"Chromium {started.browser.version}, {whose}, {started.path}{box}"


async def _display(settings: Settings) -> str:
    from envs.desktop import DesktopEnv

    named = None if settings.display == VIRTUAL else settings.display
    async with DesktopEnv(named) as env:
        seen = await env.observe(elements=False)
        return f"{env.display}, {seen.width} x {seen.height}"


async def _virtual_desktop(settings: Settings) -> str:
    from envs.desktop import DesktopEnv

    async with DesktopEnv(VIRTUAL, size=settings.viewport_size) as env:
        seen = await env.observe(elements=False)
        return f"starts, {seen.width} x {seen.height}"


async def _adb(settings: Settings) -> str:
    from envs.android import devices

    return f"answers, and knows {len(await devices())} phones"


async def _phones(settings: Settings) -> str:
    from envs.android import AndroidEnv, devices

    known = await devices()
    if not known and settings.serial in (None, VIRTUAL):
        raise DeviceError("no phone is connected; connect one with USB debugging on, or use --serial virtual")
    if settings.serial not in (None, VIRTUAL) or len(known) == 1:
        async with AndroidEnv(None if settings.serial == VIRTUAL else settings.serial) as env:
            seen = await env.observe()
            return f"{settings.serial or known[0]}, {seen.width} x {seen.height}" + "".join(
                f"; {note}" for note in seen.notes
            )
    ready = [str(one) for one in known if one.is_ready]
    if not ready:
        raise DeviceError("; ".join(f"{one}: {one.remedy}" for one in known))
    return ", ".join(ready)


async def _virtual_phone(settings: Settings) -> str:
    from envs.android import AndroidEnv
    from envs.demo.phone import phone

    async with AsyncExitStack() as stack:
        device = await stack.enter_async_context(phone())
        env = await stack.enter_async_context(AndroidEnv(device.serial, adb_port=device.adb_port))
        seen = await env.observe()
        return f"starts, {seen.width} x {seen.height}"


async def _model(settings: Settings) -> str:
    begun = time.perf_counter()
    async with open_endpoint(settings, Console(quiet=True)) as endpoint:
        await endpoint.warm()
        if settings.base_url is None:
            return f"the embedded reader, ready after {time.perf_counter() - begun:.1f} s (no --base-url is given)"
        await endpoint.complete([{"role": "user", "content": "Say yes."}], {"max_tokens": 16})
        return f"{endpoint.model} at {endpoint.address} answered after {time.perf_counter() - begun:.1f} s"
