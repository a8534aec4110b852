"""Tabs, popups, downloads and going back and forth."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Error

from actions import ActionError, Back, Home, Open, UnsupportedAction
from envs.web import WebEnv
from envs.web.session import _reserved
from tests.envs.conftest import Visitor
from tests.envs.site import Site


@pytest.mark.parametrize(
    "opening",
    [
        "<a href='{to}' target=_blank>Go</a>",
        "<a href='{to}' target=_blank rel=noopener>Go</a>",
        "<button onclick=\"window.open('{to}')\">Go</button>",
        "<button onclick=\"window.open('{to}', 'x', 'width=300,height=200')\">Go</button>",
        "<form action='{to}' target=_blank><button>Go</button></form>",
    ],
)
async def test_a_new_tab_is_followed_and_back_returns(web: Visitor, site: Site, opening: str) -> None:
    there = site.page("<button>There</button>", title="The other page")
    await web.show(opening.format(to=site.url + there), title="The first page")
    result = await web.click("Go")
    assert result.changed
    assert any('A new tab opened and is shown now: "The other page"' in note for note in result.notes)
    assert web.names() == ["There"]
    assert (web.seen.width, web.seen.height) == (1280, 800)
    assert web.seen.notes == ('2 tabs are open; "The other page" is shown.',)
    result = await web.do(Back())
    assert 'The tab closed; "The first page" is shown again.' in result.notes
    assert web.seen.title == "The first page"
    assert web.seen.notes == ()


async def test_a_tab_that_closes_itself_gives_way_to_its_opener(web: Visitor, site: Site) -> None:
    there = site.page("<button onclick='window.close()'>Done</button>", title="Popup")
    await web.show(f"<button onclick=\"window.open('{there}')\">Go</button>", title="Opener")
    await web.click("Go")
    result = await web.click("Done")
    assert web.seen.title == "Opener"
    assert result.notes[-1] == 'The tab closed; "Opener" is shown again.'


async def test_a_dialog_in_a_new_tab(web: Visitor, site: Site) -> None:
    there = site.page("<script>alert('Hello from here')</script>", title="Popup")
    await web.show(f"<button onclick=\"window.open('{site.other}{there}')\">Go</button>")
    await web.click("Go")
    assert "Hello from here" in " ".join(web.seen.notes)
    await web.press("enter")
    assert web.seen.title == "Popup"


async def test_several_tabs_at_once(web: Visitor, site: Site) -> None:
    there = site.page("<p>there</p>", title="Another")
    await web.show(
        f"<button onclick=\"for (const n of [1, 2, 3]) window.open('{there}?' + n)\">Go</button>", title="First"
    )
    await web.click("Go")
    assert web.seen.notes == ('4 tabs are open; "Another" is shown.',)
    await web.do(Back())
    assert (web.seen.title, web.seen.notes) == ("First", ('3 tabs are open; "First" is shown.',))


async def test_back_forward_reload_and_home(site: Site) -> None:
    two = site.page("<h1>two</h1>", title="Two")
    one = site.page(f"<a href='{two}'>On</a>", title="One")
    async with WebEnv(site.url + one, timeout=10) as env:
        web = Visitor(env, site, await env.observe())
        with pytest.raises(ActionError, match="no page before"):
            await env.perform(Back())
        await web.click("On")
        assert web.seen.title == "Two"
        await web.do(Back())
        assert web.seen.title == "One"
        await web.press("alt", "right")
        assert web.seen.title == "Two"
        await web.press("alt", "left")
        assert web.seen.title == "One"
        asked = len(site.asked)
        await web.press("f5")
        assert site.asked[asked:] == [f"GET {one}"]
        await web.do(Open(target=site.url + two))
        await web.do(Home())
        assert web.seen.title == "One"


async def test_back_inside_one_page(web: Visitor) -> None:
    await web.show("""<button onclick="history.pushState({}, '', '#second'); out.textContent = 'second'">On</button>
        <p id=out>first</p><script>onpopstate = () => out.textContent = 'first'</script>""")
    url = web.seen.url
    await web.click("On")
    assert web.seen.url.endswith("#second")
    await web.do(Back())
    assert web.seen.url == url
    assert await web.text("#out") == "first"


async def test_without_a_start_there_is_no_home(web: Visitor) -> None:
    with pytest.raises(ActionError, match="no home"):
        await web.env.perform(Home())


async def test_what_can_be_opened(web: Visitor, site: Site) -> None:
    await web.do(Open(target=f"localhost:{site.port}/json"))
    assert web.seen.url == f"{site.other}/json"
    with pytest.raises(UnsupportedAction, match="applications"):
        await web.env.perform(Open(target="Calculator"))
    with pytest.raises(ActionError, match="only http and https"):
        await web.env.perform(Open(target="file:///etc/passwd"))
    with pytest.raises(ActionError, match="only http and https"):
        await web.env.perform(Open(target="javascript:alert(1)"))


async def test_an_address_that_cannot_be_reached_is_told(web: Visitor) -> None:
    result = await web.do(Open(target="http://127.0.0.1:1/"))
    assert result.notes[0].startswith("http://127.0.0.1:1/ cannot be opened:")
    result = await web.do(Open(target="http://no-such-host.invalid/"))
    assert "DNS" in result.notes[0]
    await web.show("<a href='http://127.0.0.1:9/'>Dead</a>")
    await web.click("Dead")
    assert any("could not be loaded: http://127.0.0.1:9/" in note for note in web.seen.notes)


@pytest.mark.parametrize(
    ("code", "phrase"), [(404, "Not Found"), (500, "Internal Server Error"), (418, "I'm a Teapot")]
)
async def test_an_error_page_is_shown_with_a_note(web: Visitor, code: int, phrase: str) -> None:
    await web.go(f"/status?code={code}")
    assert web.seen.notes == (f"The server answered {code} {phrase}".rstrip() + " for this page.",)
    assert await web.text("h1") == "Sorry"


async def test_downloads_are_saved_and_told(site: Site, tmp_path: Path) -> None:
    page = site.page("""<a href=/file>Link</a><a href=/file target=_blank>Tab</a>
        <a href=/json download="../../x.json">Named</a>
        <form action=/file method=post><button>Form</button></form>
        <button onclick="location='/file'">Script</button>""")
    async with WebEnv(site.url + page, downloads=tmp_path / "new", timeout=10) as env:
        web = Visitor(env, site, await env.observe())
        for name in ("Link", "Tab", "Form", "Script"):
            result = await web.click(name)
            assert any('Downloaded "report' in note for note in result.notes), (name, result)
            assert web.names() == ["Link", "Tab", "Named", "Form", "Script"]
        await web.click("Named")
        result = await web.do(Open(target=site.url + "/file"))
        assert 'Downloaded "report-5.txt" (7 bytes)' in result.notes[0]
        assert web.seen.url == site.url + page
    names = {path.name for path in (tmp_path / "new").iterdir()}
    assert names > {"report.txt", "report-2.txt", "report-3.txt", "report-4.txt", "report-5.txt"}
    assert len(names) == 6
    assert [path.name for path in tmp_path.iterdir()] == ["new"]  # no name leads out of the folder
    assert (tmp_path / "new" / "report.txt").read_text() == "content"


async def test_downloads_of_one_name_at_once_are_all_kept(site: Site, tmp_path: Path) -> None:
    texts = [f"text {n}" for n in range(5)]
    links = "".join(f"<a href='data:,{text}' download=same.txt></a>" for text in texts)
    page = site.page(
        f"{links}<button onclick=\"document.querySelectorAll('a').forEach((a) => a.click())\">All</button>"
    )
    async with WebEnv(site.url + page, downloads=tmp_path, timeout=10) as env:
        web = Visitor(env, site, await env.observe())
        # a browser lets a page send several files only after a click, and one at a time
        notes = [note for _ in texts for note in (await web.click("All")).notes]
        notes += web.seen.notes
    kept = [path.read_text() for path in tmp_path.iterdir()]
    assert len(kept) == len([note for note in notes if note.startswith("Downloaded")]) >= len(texts)
    assert set(kept) <= set(texts) | {text.replace(" ", "%20") for text in texts}
    assert "" not in kept


async def test_names_are_reserved_one_by_one(tmp_path: Path) -> None:
    taken = [_reserved(tmp_path / "a.txt").name for _ in range(3)]
    assert taken == ["a.txt", "a-2.txt", "a-3.txt"]
    with pytest.raises(OSError, match="too long"):
        _reserved(tmp_path / ("x" * 300))


async def test_a_download_that_cannot_be_saved_is_told(site: Site, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file and no folder")
    page = site.page("<a href=/file>Link</a>")
    async with WebEnv(site.url + page, downloads=tmp_path / "taken", timeout=10) as env:
        web = Visitor(env, site, await env.observe())
        result = await web.click("Link")
        notes = [*result.notes, *web.seen.notes]
        assert any(note.startswith('The download of "report.txt" could not be saved in') for note in notes), notes


@pytest.fixture
async def unretrieved() -> AsyncIterator[list[dict[str, object]]]:
    """What the loop was told of errors of tasks that nobody asked for."""
    loop, told = asyncio.get_running_loop(), []
    before = loop.get_exception_handler()
    loop.set_exception_handler(lambda _, context: told.append(context))
    yield told
    loop.set_exception_handler(before)


async def test_popups_that_close_at_once_leave_no_error_behind(web: Visitor, unretrieved: list[object]) -> None:
    await web.show(
        "<button onclick='open5()'>Go</button><script>function open5() { for (let n = 0; n < 5; n++) "
        "setTimeout((opened) => opened.close(), n * 15, window.open('/json')); }</script>",
        title="Opener",
    )
    for _ in range(3):
        await web.click("Go")
    gc.collect()  # an error that nobody asked for is told when its task goes
    await asyncio.sleep(0)
    assert unretrieved == []
    assert web.seen.title == "Opener"


async def test_a_popup_that_is_gone_before_its_end_is_told(
    web: Visitor, unretrieved: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def gone(*_: object) -> None:
        raise Error("BrowserContext.new_cdp_session: Target closed")

    await web.show("<button onclick=\"window.open('/json')\">Go</button>", title="Opener")
    monkeypatch.setattr(BrowserContext, "new_cdp_session", gone)
    await web.click("Go")
    gc.collect()
    await asyncio.sleep(0)
    assert unretrieved == []
    assert web.seen.title == "Opener"


async def test_a_start_that_is_a_download(site: Site, tmp_path: Path) -> None:
    async with WebEnv(site.url + "/file", downloads=tmp_path, timeout=10) as env:
        seen = await env.observe()
        assert 'Downloaded "report.txt"' in seen.notes[0]


async def test_a_server_that_sends_nothing(web: Visitor) -> None:
    await web.show("<a href=/empty>Nothing</a>", title="Stays")
    result = await web.click("Nothing")
    assert web.seen.title == "Stays"
    assert not result.ceiling
