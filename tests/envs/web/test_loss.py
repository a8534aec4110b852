"""A browser that dies, a page that hangs: an error by name within the deadline, never a wait for ever."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext

from actions import Click, DeviceError, DeviceLost, Open, Point, Wait
from envs.web import WebEnv
from tests.envs.site import Site


def processes_of(env: WebEnv, kind: str) -> list[int]:
    """The process ids of this environment's browser: `kind` is 'browser' or 'renderer'."""
    browser = env._open_session._browser
    assert isinstance(browser, Browser)
    mine = _descendants(os.getpid())
    found = []
    for pid in mine:
        try:
            line = Path(f"/proc/{pid}/cmdline").read_text(errors="replace")
        except FileNotFoundError:  # it has ended, such as the `ps` that was just asked
            continue
        if "chrom" in line and (f"--type={kind}" in line if kind != "browser" else "--type=" not in line):
            found.append(pid)
    return found


def _descendants(pid: int) -> list[int]:
    out = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False).stdout
    children = [int(line) for line in out.split()]
    return [*children, *(grandchild for child in children for grandchild in _descendants(child))]


async def use(env: WebEnv) -> None:
    """A few turns: the end of a process is not told at once."""
    for _ in range(3):
        await env.perform(Click(at=Point(x=0.9, y=0.9)))
        await env.observe()


@pytest.fixture
async def fresh(site: Site):
    before = set(_descendants(os.getpid()))
    env = WebEnv(
        site.url + site.page("<button onclick='for(;;);'>Hang</button><p>words</p>"), timeout=3, settle_ceiling=2
    )
    async with env:
        await env.observe()
        env.before = before
        yield env


async def test_a_killed_browser_is_lost(fresh: WebEnv) -> None:
    for pid in set(processes_of(fresh, "browser")) - fresh.before:
        os.kill(pid, signal.SIGKILL)
    with pytest.raises(DeviceLost, match="went away"):
        await use(fresh)
    with pytest.raises(DeviceLost):
        await fresh.observe()


async def test_a_browser_killed_meanwhile_is_lost(fresh: WebEnv) -> None:
    waiting = asyncio.ensure_future(fresh.perform(Wait(seconds=60)))
    await asyncio.wait({waiting}, timeout=0.3)
    for pid in set(processes_of(fresh, "browser")) - fresh.before:
        os.kill(pid, signal.SIGKILL)
    with pytest.raises(DeviceLost):
        await asyncio.wait_for(waiting, 10)


async def test_a_page_whose_process_dies_is_lost(fresh: WebEnv) -> None:
    for pid in set(processes_of(fresh, "renderer")) - fresh.before:
        os.kill(pid, signal.SIGKILL)
    with pytest.raises(DeviceLost, match="crashed"):
        await use(fresh)


async def test_a_page_that_loops_for_ever_ends_by_name(fresh: WebEnv) -> None:
    place = (await fresh.observe()).elements[0].box
    with pytest.raises(DeviceError, match="did not answer within 3 s"):
        await fresh.perform(Click(at=place))


async def test_an_address_that_accepts_and_never_answers(fresh: WebEnv, site: Site) -> None:
    result = await fresh.perform(Open(target=site.url + "/hang"))
    assert "no answer came in time" in result.notes[0]
    assert (await fresh.observe()).elements  # the page before is still there


async def test_a_link_that_leads_to_no_answer(fresh: WebEnv, site: Site) -> None:
    await fresh.perform(Open(target=site.url + site.page("<a href=/hang/link>Hang</a>")))
    place = (await fresh.observe()).elements[0].box
    result = await fresh.perform(Click(at=place))
    assert result.ceiling
    seen = await fresh.observe()
    assert [e.name for e in seen.elements] == ["Hang"]
    assert "no answer came in time" in seen.notes[0]


async def ended(pids: set[int]) -> set[int]:
    """Those of the processes that are still there after a while: an end takes its time."""
    for _ in range(100):
        pids = {pid for pid in pids if _is_alive(pid)}
        if not pids:
            break
        await asyncio.sleep(0.05)
    return pids


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.parametrize("after", [0.0, 0.02, 0.1, 0.3, 0.6, 1.0])
async def test_a_start_that_is_cancelled_leaves_no_process(after: float) -> None:
    before = set(_descendants(os.getpid()))
    starting = asyncio.ensure_future(WebEnv(timeout=20).__aenter__())
    await asyncio.wait({starting}, timeout=after)
    starting.cancel()
    done = asyncio.ensure_future(asyncio.wait({starting}))
    meanwhile: set[int] = set()
    while not done.done():
        meanwhile |= set(_descendants(os.getpid())) - before
        await asyncio.sleep(0.02)
    if not starting.cancelled():  # it was there already
        await starting.result().__aexit__(None, None, None)
    assert await ended(meanwhile | set(_descendants(os.getpid())) - before) == set()


@pytest.mark.parametrize("after", [0.0, 0.01, 0.05])
async def test_a_close_that_is_cancelled_leaves_no_process(after: float) -> None:
    before = set(_descendants(os.getpid()))
    env = await WebEnv(timeout=20).__aenter__()
    started = set(_descendants(os.getpid())) - before
    assert started
    closing = asyncio.ensure_future(env.__aexit__(None, None, None))
    await asyncio.wait({closing}, timeout=after)
    closing.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await closing
    assert await ended(started) == set()


@pytest.mark.parametrize("moment", ["new_context", "add_init_script", "new_page"])
async def test_a_browser_that_dies_while_it_starts_is_named(monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    owner = Browser if moment == "new_context" else BrowserContext
    really = getattr(owner, moment)
    before = set(_descendants(os.getpid()))

    async def killed_first(self: object, *given: object, **named: object) -> object:
        for pid in set(_descendants(os.getpid())) - before:
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                if "chrom" in Path(f"/proc/{pid}/cmdline").read_text(errors="replace").split("\0")[0]:
                    os.kill(pid, signal.SIGKILL)
        return await really(self, *given, **named)

    monkeypatch.setattr(owner, moment, killed_first)
    with pytest.raises(DeviceError, match="start again"):
        async with WebEnv(timeout=20):
            pass


async def test_outside_of_its_block_it_is_not_open(site: Site) -> None:
    env = WebEnv(site.url)
    with pytest.raises(DeviceError, match="async with"):
        await env.observe()
    async with env:
        await env.observe()
    with pytest.raises(DeviceError, match="async with"):
        await env.perform(Wait(seconds=0))
    async with env:
        assert (await env.observe()).url == site.url + "/"


STORM = (
    """<h1>Here</h1><script>
  const n = +(location.hash.slice(1) || 0);
  document.title = 'page ' + n;
  if (n < 25) setTimeout(() => { location.hash = n + 1; location.reload() }, 100 + Math.random() * 250);
</script>"""
    + "<p style='background: linear-gradient(90deg, red, blue); height: 40px'>" * 18
)


async def test_a_page_that_is_replaced_while_it_is_photographed(site: Site) -> None:
    """The browser never answers some captures that a navigation overtakes."""
    async with WebEnv(site.url + site.page(STORM), timeout=20, settle_ceiling=0.3) as env:
        async with asyncio.timeout(90):
            while (await env.observe()).title != "page 25":
                pass
