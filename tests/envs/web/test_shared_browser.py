"""Several environments in one browser: profiles apart, and one end for all."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from actions import DeviceError, DeviceLost
from envs.web import WebEnv
from envs.web.keeper import SharedBrowser
from tests.envs.site import Site
from tests.envs.web.test_loss import _descendants, processes_of, use

SECRETS = (
    "<p id=was></p><script>was.textContent = 'cookie:' + document.cookie + ' store:' + (localStorage.kept || '');"
    "document.cookie = 'kept=1'; localStorage.kept = '1'</script>"
)


async def words(env: WebEnv) -> str:
    return await env._open_session.tab.page.inner_text("#was")


async def test_each_has_a_profile_of_its_own(site: Site) -> None:
    url = site.url + site.page(SECRETS)
    async with SharedBrowser() as shared, WebEnv(url, within=shared) as one, WebEnv(url, within=shared) as other:
        assert set(processes_of(one, "browser")) == set(processes_of(other, "browser"))
        assert await words(one) == await words(other) == "cookie: store:"
        await one.observe()
        await other.observe()


async def test_one_leaves_and_the_others_stay(site: Site) -> None:
    url = site.url + site.page("<h1>Here</h1>")
    async with SharedBrowser() as shared:
        async with WebEnv(url, within=shared) as stays:
            async with WebEnv(url, within=shared):
                pass
            assert (await stays.observe()).landmarks == ("Here",)
        async with WebEnv(url, within=shared) as later:
            assert (await later.observe()).landmarks == ("Here",)


async def test_what_died_is_started_anew(site: Site) -> None:
    url = site.url + site.page("<h1>Here</h1>")
    before = set(_descendants(os.getpid()))
    async with SharedBrowser(timeout=10) as shared:
        async with WebEnv(url, within=shared, timeout=10) as env:
            for pid in set(processes_of(env, "browser")) - before:
                os.kill(pid, signal.SIGKILL)
            with pytest.raises(DeviceLost):
                await use(env)
        async with WebEnv(url, within=shared, timeout=10) as env:
            assert (await env.observe()).landmarks == ("Here",)


async def test_nothing_is_left_running(site: Site) -> None:
    before = set(_descendants(os.getpid()))
    async with SharedBrowser() as shared:
        await asyncio.gather(*(one_look(site, shared) for _ in range(3)))
    left = [pid for pid in set(_descendants(os.getpid())) - before if os.path.exists(f"/proc/{pid}")]
    assert not left


async def one_look(site: Site, shared: SharedBrowser) -> None:
    async with WebEnv(site.url + site.page("<h1>Here</h1>"), within=shared) as env:
        await env.observe()


async def test_after_its_end_its_environments_are_lost(site: Site) -> None:
    async with SharedBrowser() as shared:
        env = WebEnv(site.url + site.page("<h1>Here</h1>"), within=shared, timeout=5)
        await env.__aenter__()
    with pytest.raises(DeviceError):
        await use(env)
    await env.__aexit__(None, None, None)
