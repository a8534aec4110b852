"""A browser that is in use: its start and end, its tabs, and what it does by itself."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from actions import DeviceError, DeviceLost, UsageError
from envs.settle import Stillness
from envs.web import page as scripts
from envs.web.keeper import SharedBrowser, close_each, prompt, to_the_end
from envs.web.tab import DialogOpened, DocumentGone, Interrupted, Tab, TabClosed

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Dialog, Download, Page, Playwright

T = TypeVar("T")

_BROWSER_GONE = "the browser, or its last tab, went away; start again (if it recurs, it may be short of memory)"
_UNSANDBOXED = (
    "The browser runs without its sandbox, which this system does not let it have: a malicious page could reach beyond "
    "the browser. Visit only pages that you trust, or allow unprivileged user namespaces."
)


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a browser is to be: see envs.web.WebEnv."""

    headless: bool
    browser: str | None
    cdp: str | None
    viewport: tuple[int, int]
    timeout: float
    downloads: Path | None
    locale: str | None
    within: SharedBrowser | None = None
    attended: bool = False
    """Does a person use it, who chooses files and answers dialogs in its own windows?"""


class Session:
    """One browser, or a tab of somebody's running one, with the tabs that the agent's pages opened.

    `tab` is the one that is shown. Tabs that appear are followed; one that closes gives way to the one that opened it.
    `welcome` is called with every tab that becomes one of ours.
    """

    def __init__(self, wishes: Wishes, welcome: Callable[[Tab], Awaitable[None]] | None = None) -> None:
        self._wishes = wishes
        self._welcome = welcome
        self._keeper: SharedBrowser | None = None
        self._browser: Browser | None = None
        self._context: BrowserContext | None = None
        self._current: Tab | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._unmet: dict[Page, Dialog] = {}
        self._leaving = False
        self._downloads = wishes.downloads
        self._events: list[Callable[[], str]] = []
        self._tabs: list[Tab] = []

    # --- beginning and end ---

    async def start(self) -> None:
        """Start or attach. Whatever way it ends, `close` gives back what was started.

        Raises DriverMissing without a browser, DeviceError if one does not answer, UsageError for an unknown locale.
        """
        wishes = self._wishes
        self._keeper = wishes.within or SharedBrowser(
            headless=wishes.headless, browser=wishes.browser, timeout=wishes.timeout
        )
        if wishes.cdp is None:
            started = await self._keeper.started()
            self._browser = started.browser
            if not started.sandboxed and not started.as_root:
                self._tell(_UNSANDBOXED)
            width, height = wishes.viewport
            self._context = await self._prompt(
                self._browser.new_context(
                    viewport={"width": width, "height": height}, locale=wishes.locale, accept_downloads=True
                ),
                "making a profile",
            )
            await self._prompt(self._context.add_init_script(scripts.library()), "preparing its pages")
        else:
            self._browser, self._context = await self._attach(await self._keeper.driver(), wishes.cdp)
        tab = self._current = self._tab_of(await self._prompt(self._context.new_page(), "opening a tab"))
        try:
            await self._take(tab)
        except Interrupted as error:
            raise DeviceLost(_BROWSER_GONE) from error
        self._context.on("page", lambda page: self._spawn(self._adopt(page)))
        self._context.on("dialog", self._dialog_opened)
        self._context.on("download", lambda download: self._spawn(self._keep(download)))
        self._browser.on("disconnected", self._browser_gone)

    async def _prompt(self, call: Awaitable[T], doing: str) -> T:
        try:
            return await prompt(call, doing, self._wishes.timeout)
        except DeviceError as error:
            if "Invalid locale" in str(error):
                raise UsageError(f'{self._wishes.locale!r} is no locale; give one such as "de-DE"') from error
            raise

    async def _attach(self, playwright: Playwright, address: str) -> tuple[Browser, BrowserContext]:
        from playwright.async_api import Error

        try:
            browser = await playwright.chromium.connect_over_cdp(address, timeout=self._wishes.timeout * 1000)
        except Error as error:
            raise DeviceError(
                f"no browser answers at {address}; start one with --remote-debugging-port=9222 and a --user-data-dir "
                f"of its own, and give its address ({error.message.splitlines()[0]})"
            ) from error
        self._browser = browser
        if browser.contexts:
            return browser, browser.contexts[0]
        return browser, await self._prompt(browser.new_context(), "making a profile")

    async def _take(self, tab: Tab, *, resized: bool = False) -> None:
        """Make a page one of ours."""
        attached = self._wishes.cdp is not None
        self._tabs.append(tab)
        if attached:  # never the other pages of somebody's browser
            await tab.wait_for(tab.page.add_init_script(scripts.library()), "preparing a tab")
        await tab.take_over(self._wishes.viewport if attached or resized else None)
        if self._welcome is not None:
            await self._welcome(tab)

    def _tab_of(self, page: Page, opener: Tab | None = None) -> Tab:
        return Tab(page, self._wishes.timeout, opener, attended=self._wishes.attended)

    async def close(self) -> None:
        """Give everything back; of a browser that is shared or was attached to, only what was opened here.

        Being cancelled does not leave it half done: it comes to its end, each step with a deadline, and then says so.
        """
        await to_the_end(self._give_back())

    async def _give_back(self) -> None:
        keeper, self._keeper = self._keeper, None
        if keeper is None:
            return
        for task in self._tasks:
            task.cancel()
        closing: list[Callable[[], Awaitable[Any]]]
        closing = [tab.dialog.dismiss for tab in self.tabs if tab.dialog is not None]
        if self._wishes.cdp is not None:
            closing += [tab.page.close for tab in self.tabs]
        elif self._context is not None:
            closing.append(self._context.close)
        if self._browser is not None:
            self._browser.remove_listener("disconnected", self._browser_gone)
            if self._wishes.cdp is not None:
                closing.append(self._browser.close)
        self._browser = self._context = self._current = None
        self._tabs = []
        await close_each(closing)
        if keeper is not self._wishes.within:
            await keeper.close()

    @property
    def tabs(self) -> list[Tab]:
        """The tabs that are open, oldest first."""
        return [tab for tab in self._tabs if not tab.page.is_closed()]

    @property
    def is_alive(self) -> bool:
        """Is there still a browser with a tab of ours?"""
        return self._browser is not None and self._browser.is_connected() and bool(self.tabs)

    @property
    def tab(self) -> Tab:
        """The tab that is shown; raises DeviceError before the start and after the end."""
        if self._current is None:
            raise DeviceError("the environment is not open; use it inside `async with`")
        return self._current

    def show(self, tab: Tab) -> None:
        """Another of the tabs is the one that is shown now."""
        self._current = tab

    async def still(self, ceiling: float) -> Stillness:
        """Wait until the tab that is shown is still, and the one that it may have given way to."""
        while True:
            tab = self.tab
            try:
                how = await tab.still(ceiling)
            except DialogOpened:
                how = Stillness(0.0)
            except TabClosed:
                await self._fall_back(tab)
                continue
            if tab is self._current:
                return how

    @contextmanager
    def leaving(self) -> Iterator[None]:
        """Inside, a page that would rather be kept open is left all the same."""
        self._leaving = True
        try:
            yield
        finally:
            self._leaving = False

    def news(self) -> list[str]:
        """Sentences about what happened by itself since this was last asked."""
        events, self._events = self._events, []
        return [tell() for tell in events]

    # --- what the browser does by itself ---

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _tell(self, sentence: str) -> None:
        self._events.append(lambda: sentence)

    def _browser_gone(self, _: Browser) -> None:
        for tab in self._tabs:
            tab.lose(DeviceLost(_BROWSER_GONE))

    async def _adopt(self, page: Page) -> None:
        """Follow a tab that a page of ours opened; the page that asked for it waits meanwhile."""
        asking = [tab for tab in self.tabs if tab.expects_tab]
        try:
            await self._follow(page, asking[0] if asking else None)
        finally:
            if asking:
                asking[0].tab_came()

    async def _follow(self, page: Page, asking: Tab | None) -> None:
        from playwright.async_api import Error

        try:
            async with asyncio.timeout(self._wishes.timeout):
                before = await page.opener()
        except (Error, TimeoutError):
            return  # it closed at once, as a tab does that was opened for a download
        opener = next((tab for tab in self.tabs if tab.page == before), asking)
        if opener is None and self._wishes.cdp is not None:
            return  # somebody else's
        tab = self._tab_of(page, opener or self._current)
        if dialog := self._unmet.pop(page, None):
            tab.ask_dialog(dialog)
        try:
            await self._take(tab, resized=True)
        except DialogOpened:
            pass  # it is taken over when the dialog is answered
        except (DocumentGone, TabClosed, DeviceError):
            return  # it went away again
        self._current = tab
        self._events.append(lambda: f'A new tab opened and is shown now: "{tab.title}" ({page.url}).')

    async def _fall_back(self, closed: Tab) -> None:
        """The tab that was shown went away: show the one that opened it, or the last one."""
        if not self.is_alive:
            raise DeviceLost(_BROWSER_GONE)
        if self._current is not closed:
            return
        tab = closed.opener if closed.opener in self.tabs else None
        self._current = tab = tab or self.tabs[-1]
        self._tell(f'The tab closed; "{tab.title}" is shown again.')
        with suppress(DialogOpened, TabClosed):  # what follows sees that anyway
            await tab.wait_for(tab.page.bring_to_front(), "showing a tab")

    def _dialog_opened(self, dialog: Dialog) -> None:
        tab = next((tab for tab in self.tabs if tab.page == dialog.page), None)
        if tab is None:
            if dialog.page is not None:
                self._unmet[dialog.page] = dialog
        elif dialog.type == "beforeunload" and self._leaving:
            self._spawn(self._leave(dialog))
        else:
            tab.ask_dialog(dialog)
            self._current = tab

    async def _leave(self, dialog: Dialog) -> None:
        from playwright.async_api import Error

        with suppress(Error):  # the page may be gone before the answer comes
            await dialog.accept()
        self._tell("The page asked whether to leave it, and was left: unsaved changes are lost.")

    async def _keep(self, download: Download) -> None:
        """Save a file that a page sent; the page counts as busy until it is there."""
        from playwright.async_api import Error

        waiting = [tab.traffic for tab in self._waiting_for(download.page)]
        for traffic in waiting:
            traffic.start(download)
        name = Path(scripts.well_formed(download.suggested_filename).replace("\\", "/")).name or "download"
        try:
            path = _reserved(self._download_folder() / name)
            try:
                await download.save_as(path)
                size = path.stat().st_size
            except BaseException:
                path.unlink(missing_ok=True)
                raise
        except Error as error:
            self._tell(f'The download of "{name}" failed: {error.message.splitlines()[0]}')
        except OSError as error:
            folder = self._downloads or "a temporary folder"
            self._tell(f'The download of "{name}" could not be saved in {folder}: {error.strerror or error}.')
        else:
            self._tell(f'Downloaded "{path.name}" ({size:,} bytes) into {path.parent}.')
        finally:
            for traffic in waiting:
                traffic.end(download)

    def _waiting_for(self, page: Page) -> list[Tab]:
        """The tabs that are busy while a page sends a file: its own, and those that opened it, for it may close."""
        tab = next((tab for tab in self.tabs if tab.page == page), self._current)
        found: list[Tab] = []
        while tab is not None and tab not in found:
            found.append(tab)
            tab = tab.opener
        return found

    def _download_folder(self) -> Path:
        if self._downloads is None:
            self._downloads = Path(tempfile.mkdtemp(prefix="handeye-downloads-"))
        self._downloads.mkdir(parents=True, exist_ok=True)
        return self._downloads


def _reserved(path: Path) -> Path:
    """An empty new file at the path, or at the same with a number if there is such a file; raises OSError."""
    free, n = path, 1
    while True:
        try:
            free.open("xb").close()
        except FileExistsError:
            n += 1
            free = path.with_stem(f"{path.stem}-{n}")
        else:
            return free
