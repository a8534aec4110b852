"""Finding a browser, attaching to a running one, and what a start can fail with."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from pathlib import Path

import pytest
from playwright.async_api import async_playwright

import envs.web.browser
from actions import Click, DeviceError, DriverMissing, UsageError
from envs.web import WebEnv
from tests.envs.site import Site

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "microsoft-edge"))), None
)


async def test_a_browser_that_is_not_there() -> None:
    with pytest.raises(DriverMissing, match=r"no such program.*playwright install chromium"):
        async with WebEnv(browser="/nowhere/chromium"):
            pass


async def test_a_program_that_is_no_browser() -> None:
    with pytest.raises(DriverMissing, match="does not start"):
        async with WebEnv(browser=shutil.which("false"), timeout=10):
            pass


async def test_none_at_all(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    with pytest.raises(DriverMissing, match="no browser was found.*playwright install chromium"):
        async with WebEnv():
            pass


@pytest.mark.skipif(CHROMIUM is None, reason="needs a browser of the system")
async def test_a_browser_of_the_system_by_its_name(site: Site) -> None:
    async with WebEnv(site.url + "/json", browser=Path(str(CHROMIUM)).name) as env:
        assert (await env.observe()).url == site.url + "/json"


@pytest.mark.parametrize("url", ["", "not a url", "ftp://example.com"])
def test_a_start_that_is_no_address(url: str) -> None:
    with pytest.raises(UsageError):
        WebEnv(url)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://127.0.0.1:1/", "cannot be opened"),
        ("no-such-host.invalid", "DNS"),
        ("https://127.0.0.1:{port}/", "TLS"),
    ],
)
async def test_a_start_that_cannot_be_reached(site: Site, url: str, why: str) -> None:
    url = url.format(port=site.port)
    with pytest.raises(DeviceError, match=why) as caught:
        async with WebEnv(url, timeout=10):
            pass
    assert url in str(caught.value)


async def test_a_headed_browser_without_a_display(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    with pytest.raises(DeviceError, match="needs a display"):
        async with WebEnv(headless=False, timeout=20):
            pass


async def test_two_runs_in_one_environment_are_refused() -> None:
    async with WebEnv() as env:
        with pytest.raises(UsageError, match="in use already"):
            async with env:
                pass


async def test_language_and_view(site: Site) -> None:
    page = site.page("<p id=l></p><script>l.textContent = navigator.language + innerWidth + 'x' + innerHeight</script>")
    async with WebEnv(site.url + page, locale="de-DE", viewport=(900, 500)) as env:
        seen = await env.observe()
        assert (seen.width, seen.height) == (900, 500)
        assert await env._open_session.tab.page.inner_text("#l") == "de-DE900x500"


@pytest.mark.parametrize("size", [(199, 800), (1280, 8193), (0, 0), (-1280, 800)])
def test_a_view_that_no_screen_has(size: tuple[int, int]) -> None:
    with pytest.raises(UsageError, match="200 to 8192"):
        WebEnv(viewport=size)


async def test_a_locale_that_is_none() -> None:
    with pytest.raises(UsageError, match="'xx yy!' is no locale"):
        async with WebEnv(locale="xx yy!", timeout=20):
            pass


@pytest.mark.skipif(CHROMIUM is None, reason="needs a browser of the system")
async def test_a_browser_that_is_not_let_have_its_sandbox_is_said(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picky = tmp_path / "chromium"
    picky.write_text(f"""#!/bin/sh
case "$*" in
*--no-sandbox*) exec "{CHROMIUM}" "$@" ;;
*) echo "No usable sandbox!" >&2; exit 1 ;;
esac
""")
    picky.chmod(0o755)
    monkeypatch.setattr(envs.web.browser, "_is_root", lambda: False)
    async with WebEnv(site.url + "/json", browser=str(picky), timeout=20) as env:
        assert any("without its sandbox" in note for note in (await env.observe()).notes)
        assert (await env.observe()).notes == ()


async def test_who_a_started_browser_belongs_to() -> None:
    async with async_playwright() as playwright:
        started = await envs.web.browser.start(playwright, path=None, headless=True, patience=30)
        await started.browser.close()
        assert Path(started.path).exists()
        own = Path(playwright.chromium.executable_path).parents[2]
        assert started.own == Path(started.path).is_relative_to(own)


@contextlib.asynccontextmanager
async def running_chrome(folder: Path, *arguments: str):
    """A Chrome that somebody uses, with its DevTools on a free port."""
    assert CHROMIUM is not None
    process = await asyncio.create_subprocess_exec(
        CHROMIUM, "--headless=new", "--no-sandbox", "--remote-debugging-port=0", f"--user-data-dir={folder}",
        "--no-first-run", "--disable-background-networking", "--disable-sync", *arguments, "about:blank",
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        assert process.stderr is not None
        while "DevTools listening" not in (line := (await process.stderr.readline()).decode()):
            assert line, "the browser ended"
        yield "http://" + line.split("ws://")[1].split("/")[0]
    finally:
        process.terminate()
        await process.wait()


@pytest.mark.skipif(CHROMIUM is None, reason="needs a browser of the system")
async def test_attached_to_a_running_browser_with_doubled_pixels(site: Site, tmp_path: Path) -> None:
    import io

    from PIL import Image

    there = site.page("<button>There</button>", title="There")
    page = site.page(f"""<button style="position:absolute;left:600px;top:1000px"
        onclick="window.open('{there}')">Go</button>
        <div style="position:absolute;left:640px;top:1100px;width:50px;height:50px;background:#f00"></div>
        <div style="height:3000px"></div><script>scrollTo(0, 900)</script>""")
    async with running_chrome(tmp_path, "--force-device-scale-factor=2") as address:
        async with WebEnv(site.url + page, cdp=address, timeout=10) as env:
            seen = await env.observe()
            with Image.open(io.BytesIO(seen.screenshot)) as image:
                assert image.size == (1280, 800) == (seen.width, seen.height)
                assert image.convert("RGB").getpixel((660, 220)) == (255, 0, 0)
            await env.perform(Click(at=seen.elements[0].box))
            assert (await env.observe()).title == "There"
        async with async_playwright() as playwright:
            browser = await playwright.chromium.connect_over_cdp(address)
            assert [page.url for page in browser.contexts[0].pages] == ["about:blank"]
            await browser.close()


async def test_nothing_to_attach_to() -> None:
    with pytest.raises(DeviceError, match="remote-debugging-port"):
        async with WebEnv(cdp="http://127.0.0.1:1", timeout=5):
            pass
