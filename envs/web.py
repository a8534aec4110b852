"""The web: pages in a Chromium browser, driven through Playwright."""

from __future__ import annotations

import asyncio
import http
import tempfile
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from actions import (
    Action,
    ActionError,
    Ask,
    Back,
    Click,
    DeviceError,
    DeviceLost,
    Drag,
    DriverMissing,
    Element,
    Finish,
    Hit,
    Home,
    Hover,
    LongPress,
    Observation,
    Open,
    Platform,
    Press,
    Result,
    Scroll,
    Select,
    TargetNotFound,
    Type,
    UnsupportedAction,
    UsageError,
    Wait,
)
from envs import page as scripts
from envs.address import looks_like_url, read_url, why_unreachable
from envs.browser import launch
from envs.hands import Effect, Hands
from envs.keyboard import chord, key_name
from envs.overlay import DialogBox, OptionList, Overlay, Part, blank, covers, drawn_over, part_at
from envs.settle import CEILING, PICTURES, Stillness, same_picture, steady
from envs.sight import Look, look, unchanged
from envs.tab import DialogOpened, DocumentGone, Tab, TabClosed

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Dialog, Download, Frame, Page, Playwright

_WAIT = 5.0
"""Seconds that a Wait without a time waits for a change."""
_LOOK_AGAIN = 0.5
"""Seconds between the pictures of a Wait, for pages that change without an event."""
_CLOSING = 5.0
"""Seconds that each step of closing may take."""
_NAMED_OPTIONS = 30
_OPTION_STATES = ("selected", "disabled")


@dataclass(frozen=True)
class Snapshot:
    """A settled screen: what an observation is made of, and what tells whether it still holds."""

    tab: Tab
    picture: bytes
    look: Look
    elements: tuple[Element, ...]
    has_elements: bool
    notes: tuple[str, ...]
    traffic: int
    dialog: Dialog | None


class WebEnv:
    """Pages in a browser of its own, or in a tab of a running one.

    `url` is where it starts, and where Home goes (without a scheme: https, or http for localhost and IP addresses).
    `browser` is the path of an executable; None takes Playwright's own, else the system's Chromium, Chrome or Edge.
    `cdp` is the address of a running Chrome's DevTools, such as http://127.0.0.1:9222; only a tab of its own is used
    there, and closed at the end. `viewport` is the size of the view, and so of every screenshot, in CSS pixels.
    `timeout` is the deadline in seconds of every single browser call, and `settle_ceiling` of the wait after an action
    for the page to become still. `downloads` is a folder for files that pages send (a temporary one if None), `uploads`
    the only files that may be handed to a page. `locale` is the language pages are asked for, such as "de-DE".

    Entering raises DriverMissing without a browser, and DeviceError if `url` cannot be reached. A dialog's question is
    never answered unasked, except that Open, Back and Home leave a page that would rather be kept open: leaving was
    what was asked for. A page that a click would leave asks as in any browser.
    """

    platform: Platform = "web"

    def __init__(
        self,
        url: str | None = None,
        *,
        headless: bool = True,
        browser: str | None = None,
        cdp: str | None = None,
        viewport: tuple[int, int] = (1280, 800),
        timeout: float = 30.0,
        settle_ceiling: float = CEILING,
        downloads: Path | None = None,
        uploads: Sequence[Path] = (),
        locale: str | None = None,
    ) -> None:
        self._start = read_url(url) if url is not None else None
        self._headless = headless
        self._executable = browser
        self._cdp = cdp
        self._size = viewport
        self._timeout = timeout
        self._ceiling = settle_ceiling
        self._downloads = downloads
        self._uploads = tuple(uploads)
        self._locale = locale
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._context: BrowserContext | None = None
        self._tabs: list[Tab] = []
        self._current: Tab | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._unmet: dict[Page, Dialog] = {}
        self._leaving = False
        self._list: OptionList | None = None
        self._list_frame: Frame | None = None
        self._box: tuple[Dialog, DialogBox] | None = None
        self._events: list[Callable[[], str]] = []
        self._wants_elements = True
        self._latest: Snapshot | None = None
        self._seen: Snapshot | None = None

    # --- beginning and end ---

    async def __aenter__(self) -> Self:
        if self._playwright is not None:
            raise UsageError("this environment is in use already; make another one for a second run")
        try:
            await self._begin()
        except BaseException:
            await self._end()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._end()

    async def _begin(self) -> None:
        try:
            from playwright.async_api import async_playwright
        except ImportError as error:
            raise DriverMissing("the browser driver is missing; install it with `pip install playwright`") from error

        self._playwright = await async_playwright().start()
        if self._cdp is None:
            self._browser = await launch(
                self._playwright, path=self._executable, headless=self._headless, patience=self._timeout
            )
            width, height = self._size
            self._context = await self._browser.new_context(
                viewport={"width": width, "height": height}, locale=self._locale, accept_downloads=True
            )
            await self._context.add_init_script(scripts.library())
        else:
            self._browser, self._context = await self._attach(self._playwright, self._cdp)
        tab = await self._tab_of(await self._context.new_page())
        self._show(tab)
        self._context.on("page", lambda page: self._spawn(self._adopt(page)))
        self._context.on("dialog", self._dialog_opened)
        self._context.on("download", lambda download: self._spawn(self._keep(download)))
        self._browser.on("disconnected", lambda _: self._browser_gone())
        if self._start is not None:
            await self._open_start(tab, self._start)

    async def _attach(self, playwright: Playwright, address: str) -> tuple[Browser, BrowserContext]:
        from playwright.async_api import Error

        try:
            browser = await playwright.chromium.connect_over_cdp(address, timeout=self._timeout * 1000)
        except Error as error:
            raise DeviceError(
                f"no browser answers at {address}; start one with --remote-debugging-port=9222 and a --user-data-dir "
                f"of its own, and give its address ({error.message.splitlines()[0]})"
            ) from error
        return browser, browser.contexts[0] if browser.contexts else await browser.new_context()

    async def _open_start(self, tab: Tab, url: str) -> None:
        try:
            reason = await tab.go(lambda: tab.page.goto(url, wait_until="commit", timeout=self._timeout * 1000))
        except (DialogOpened, TabClosed):
            return  # the first look shows it
        if reason and "ERR_ABORTED" not in reason:
            raise DeviceError(why_unreachable(url, reason))

    async def _tab_of(self, page: Page, opener: Tab | None = None) -> Tab:
        if self._cdp is not None:  # never the other pages of somebody's browser
            await page.add_init_script(scripts.library())
        if self._cdp is not None or opener is not None:
            await page.set_viewport_size({"width": self._size[0], "height": self._size[1]})
        tab = await Tab.of(page, self._timeout, opener)
        self._tabs.append(tab)
        return tab

    async def _end(self) -> None:
        from playwright.async_api import Error

        tabs, context, browser, playwright = self._tabs, self._context, self._browser, self._playwright
        self._tabs, self._current, self._context, self._browser, self._playwright = [], None, None, None, None
        self._latest = self._seen = self._list = self._box = None
        for task in self._tasks:
            task.cancel()
        closing: list[Callable[[], Awaitable[Any]]] = [tab.dialog.dismiss for tab in tabs if tab.dialog is not None]
        if self._cdp is not None:
            closing += [tab.page.close for tab in tabs]
        elif context is not None:
            closing.append(context.close)
        if browser is not None:
            closing.append(browser.close)
        if playwright is not None:
            closing.append(playwright.stop)
        for close in closing:
            with suppress(Error, TimeoutError):  # what is gone already needs no closing
                async with asyncio.timeout(_CLOSING):
                    await close()

    # --- what the browser does by itself ---

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _browser_gone(self) -> None:
        for tab in self._tabs:
            tab.lose(DeviceLost(_BROWSER_GONE))

    async def _adopt(self, page: Page) -> None:
        """Follow a tab that a page of ours opened."""
        from playwright.async_api import Error

        asking = [tab for tab in self._tabs if tab.expects_tab]
        try:
            before = await page.opener()
            opener = next((tab for tab in self._tabs if tab.page == before), asking[0] if asking else None)
            if opener is None and self._cdp is not None:
                return  # somebody else's
            tab = await self._tab_of(page, opener or self._current)
        except (Error, TimeoutError):
            return  # it closed at once, as a tab does that was opened for a download
        finally:
            for tab in asking:
                tab.traffic.end("tab")
        if dialog := self._unmet.pop(page, None):
            tab.ask_dialog(dialog)
        self._show(tab)
        self._events.append(lambda: f'A new tab opened and is shown now: "{self._title_of(tab)}" ({tab.page.url}).')

    def _show(self, tab: Tab) -> None:
        self._current = tab
        self._list = None

    def _title_of(self, tab: Tab) -> str:
        return self._latest.look.title if self._latest is not None and self._latest.tab is tab else ""

    def _dialog_opened(self, dialog: Dialog) -> None:
        tab = next((tab for tab in self._tabs if tab.page == dialog.page), None)
        if tab is None:
            if dialog.page is not None:
                self._unmet[dialog.page] = dialog
        elif dialog.type == "beforeunload" and self._leaving:
            self._spawn(self._leave(dialog))
        else:
            tab.ask_dialog(dialog)
            self._show(tab)

    async def _leave(self, dialog: Dialog) -> None:
        from playwright.async_api import Error

        with suppress(Error):  # the page may be gone before the answer comes
            await dialog.accept()
        self._events.append(lambda: "The page asked whether to leave it, and was left: unsaved changes are lost.")

    async def _keep(self, download: Download) -> None:
        """Save a file that a page sent."""
        from playwright.async_api import Error

        tab = self._current
        if tab is not None:
            tab.traffic.start(download)
        name = Path(download.suggested_filename.replace("\\", "/")).name or "download"
        try:
            path = _free_name(self._download_folder() / name)
            await download.save_as(path)
        except Error as error:
            reason = error.message.splitlines()[0]
            self._events.append(lambda: f'The download of "{name}" failed: {reason}')
        else:
            self._events.append(lambda: f'Downloaded "{path.name}" ({path.stat().st_size:,} bytes) into {path.parent}.')
        finally:
            if tab is not None:
                tab.traffic.end(download)

    def _download_folder(self) -> Path:
        if self._downloads is None:
            self._downloads = Path(tempfile.mkdtemp(prefix="handeye-downloads-"))
        self._downloads.mkdir(parents=True, exist_ok=True)
        return self._downloads

    # --- looking ---

    async def observe(self, *, elements: bool = True) -> Observation:
        """The page once it is still; `elements` are those in the view that can be reached by a click."""
        self._tab()
        self._wants_elements = elements
        snapshot = self._latest
        if snapshot is None or not await self._holds(snapshot, elements):
            snapshot = await self._snap(await self._settle())
        self._seen = snapshot
        width, height = self._size
        return Observation(
            screenshot=snapshot.picture,
            width=width,
            height=height,
            platform=self.platform,
            url=snapshot.look.url,
            title=snapshot.look.title,
            elements=snapshot.elements if elements else (),
            notes=(*self._news(), *snapshot.notes),
            scroll=snapshot.look.scroll,
        )

    def _tab(self) -> Tab:
        if self._current is None:
            raise DeviceError("the environment is not open; use it inside `async with`")
        return self._current

    async def _holds(self, snapshot: Snapshot, elements: bool) -> bool:
        """Has nothing happened since this snapshot was taken?"""
        tab = self._tab()
        if snapshot.tab is not tab or snapshot.dialog is not tab.dialog or (elements and not snapshot.has_elements):
            return False
        if tab.dialog is not None:
            return True
        if snapshot.traffic != tab.traffic.count or not tab.traffic.is_idle:
            return False
        try:
            return await unchanged(tab, snapshot.look.versions)
        except (DialogOpened, TabClosed):
            return False

    async def _settle(self) -> Stillness:
        """Wait until the tab that is shown is still, and the one that it may have given way to."""
        while True:
            tab = self._tab()
            try:
                how = await tab.still(self._ceiling)
            except DialogOpened:
                how = Stillness(0.0)
            except TabClosed:
                await self._fall_back(tab)
                continue
            if tab is self._current:
                return how

    async def _fall_back(self, closed: Tab) -> None:
        """The tab that was shown went away: show the one that opened it, or the last one."""
        if closed in self._tabs:
            self._tabs.remove(closed)
        if self._browser is None or not self._browser.is_connected():
            raise DeviceLost(_BROWSER_GONE)
        if not self._tabs:
            raise DeviceLost("the last tab was closed; start again")
        if self._current is not closed:
            return
        tab = closed.opener if closed.opener in self._tabs else self._tabs[-1]
        assert tab is not None
        self._show(tab)
        self._events.append(lambda: f'The tab closed; "{self._title_of(tab)}" is shown again.')
        with suppress(DialogOpened, TabClosed):
            await tab.wait_for(tab.page.bring_to_front(), "showing a tab")

    async def _snap(self, how: Stillness) -> Snapshot:
        """Take the screen as it is now."""
        while True:
            tab = self._tab()
            try:
                snapshot = self._frozen(tab) if tab.dialog is not None else await self._taken(tab, how)
            except (DialogOpened, DocumentGone, TabClosed):
                how = await self._settle()
                continue
            self._latest = snapshot
            return snapshot

    async def _taken(self, tab: Tab, how: Stillness) -> Snapshot:
        count = tab.traffic.count
        ratio, origin = (
            (self._latest.look.ratio, self._latest.look.origin) if self._latest is not None else (1.0, (0.0, 0.0))
        )
        looked, pictured = await asyncio.gather(
            look(tab, elements=self._wants_elements), tab.picture(ratio, origin, self._size), return_exceptions=True
        )
        if isinstance(looked, BaseException):
            raise looked
        if isinstance(pictured, BaseException):
            raise pictured

        async def again() -> bytes:
            return await tab.picture(looked.ratio, looked.origin, self._size)

        if looked.ratio != ratio or (ratio != 1 and looked.origin != origin):
            pictured = await again()
        if how.painted:
            pictured = await steady(again, pictured, PICTURES)
        self._base = pictured
        self._follow_list(looked)
        width, height = self._size
        elements = looked.listed(width, height)
        if self._list is not None:
            pictured = drawn_over(pictured, self._list)
            elements = self._with_parts(elements, self._list)
        return Snapshot(
            tab=tab,
            picture=pictured,
            look=looked,
            elements=elements if self._wants_elements else (),
            has_elements=self._wants_elements,
            notes=tuple(self._state_of(tab, looked)),
            traffic=count,
            dialog=None,
        )

    _base: bytes = b""
    """The last picture of the page itself, without anything drawn over it."""

    def _follow_list(self, looked: Look) -> None:
        """Keep the drawn list as the page has it now."""
        now = looked.open_list
        if now is None:
            self._list = self._list_frame = None
            return
        if self._list is not None and self._list.path == now.path:
            self._list = self._list.refreshed(now.box, now.options)
        else:
            self._list = OptionList(now.name, now.path, now.box, now.options, self._size)
        self._list_frame = now.frame

    def _with_parts(self, elements: tuple[Element, ...], overlay: Overlay) -> tuple[Element, ...]:
        """The elements that an overlay leaves free, and its own parts after them."""
        width, height = self._size
        free: list[Element] = []
        for element in elements:
            x, y = element.box.centre.x * width, element.box.centre.y * height
            if not covers(overlay, x, y):
                free.append(element.model_copy(update={"mark": len(free)}))
        return (*free, *(part.element(len(free) + n, width, height) for n, part in enumerate(overlay.parts())))

    def _frozen(self, tab: Tab) -> Snapshot:
        """The last picture with the open dialog over it: the page itself cannot be asked until it is answered."""
        assert tab.dialog is not None
        width, height = self._size
        box = self._dialog_box(tab.dialog)
        last = self._latest
        before = last.look if last is not None and last.look.url == tab.page.url else Look(url=tab.page.url)
        picture = self._base if self._base and last is not None and last.tab is tab else blank(width, height)
        words = ", ".join(name for name, _ in box.buttons)
        note = f'A dialog is open and the page waits for its answer ({words}): "{box.message}"'
        return Snapshot(
            tab=tab,
            picture=drawn_over(picture, box),
            look=replace(before, elements=[], versions={}, notes=[], held=None),
            elements=tuple(part.element(n, width, height) for n, part in enumerate(box.parts())),
            has_elements=True,
            notes=(note,),
            traffic=tab.traffic.count,
            dialog=tab.dialog,
        )

    def _dialog_box(self, dialog: Dialog) -> DialogBox:
        if self._box is None or self._box[0] is not dialog:
            message = dialog.message
            if dialog.type == "beforeunload":
                message = message or "Leave this page? Changes that you made may not be saved."
            self._box = dialog, DialogBox(dialog.type, message, self._size, text=dialog.default_value)
        return self._box[1]

    def _state_of(self, tab: Tab, looked: Look) -> list[str]:
        """Sentences about what the picture does not show of the state that the page is in."""
        notes = []
        if looked.url.startswith("chrome-error:") and tab.failure is not None:
            notes.append(f"The page could not be loaded: {why_unreachable(*tab.failure)}.")
        elif looked.status >= 400:
            phrase = http.HTTPStatus(looked.status).phrase if looked.status in _STATUSES else ""
            notes.append(f"The server answered {looked.status} {phrase}".rstrip() + " for this page.")
        if len(self._tabs) > 1:
            notes.append(f"{len(self._tabs)} tabs are open; the newest is shown, and Back returns from a fresh one.")
        if tab.chooser is not None:
            files = ", ".join(path.name for path in self._uploads)
            notes.append(f"The page asks for a file; type one of: {files}." if files else _NO_UPLOADS)
        if self._list is not None:
            labels = [option.label for option in self._list.options if not option.hidden]
            more = f" and {len(labels) - _NAMED_OPTIONS} more" if len(labels) > _NAMED_OPTIONS else ""
            shown = "; ".join(labels[:_NAMED_OPTIONS])
            notes.append(f'The list "{self._list.name}" is open: {shown}{more}.')
        return notes

    def _news(self) -> list[str]:
        """What happened by itself since it was last told."""
        events, self._events = self._events, []
        return [tell() for tell in events]

    # --- acting ---

    async def perform(self, action: Action) -> Result:
        """Do one action on the page and wait until it is still; see envs.base.Environment."""
        if isinstance(action, Ask | Finish):
            raise UnsupportedAction(f"{action.kind} is not for the screen")
        before = self._seen
        begun = time.perf_counter()
        effect = Effect()
        self._tab().traffic.begin()
        try:
            await self._act(action, effect)
        except (DialogOpened, TabClosed):
            pass  # the settled screen shows it
        except DocumentGone:
            effect.notes.append(
                "The page was replaced by another one meanwhile; look whether the action had its effect."
            )
        acted = time.perf_counter()
        how = await self._settle()
        settled = time.perf_counter()
        snapshot = await self._snap(how)
        self._read_back(effect, snapshot)
        if how.ceiling:
            effect.notes.append(f"The page was still busy after {self._ceiling:g} s; it is shown as it was then.")
        return Result(
            changed=None if before is None else _differ(before, snapshot),
            hit=effect.hit,
            read_back=effect.read_back,
            notes=(*effect.notes, *snapshot.look.notes, *self._news()),
            act_ms=(acted - begun) * 1000,
            settle_ms=(settled - acted) * 1000,
            ceiling=how.ceiling,
        )

    def _read_back(self, effect: Effect, snapshot: Snapshot) -> None:
        """What the field holds once the page is still, and a note if that is not what was typed."""
        if effect.read_back is not None and snapshot.look.held is not None:
            effect.read_back = snapshot.look.held
        if effect.wanted is not None and effect.read_back is not None and effect.read_back != effect.wanted:
            effect.notes.append(f"The field holds {effect.read_back!r} now, not {effect.wanted!r}.")

    async def _act(self, action: Action, effect: Effect) -> None:
        tab = self._tab()
        if tab.dialog is not None:
            await self._act_on_dialog(tab, tab.dialog, action, effect)
            return
        hands = Hands(tab, self._size, self._uploads, self._ceiling)
        if self._list is not None and not isinstance(action, Wait):
            if await self._act_on_list(tab, hands, self._list, action, effect):
                return
            await self._close_list(tab)
        match action:
            case Click():
                await hands.click(action, effect)
            case Hover():
                await hands.hover(action, effect)
            case LongPress():
                await hands.long_press(action, effect)
            case Drag():
                await hands.drag(action, effect)
            case Scroll():
                await hands.scroll(action, effect)
            case Type():
                await hands.type(action, effect)
            case Press():
                await self._press(tab, hands, action, effect)
            case Select():
                await hands.select(action, effect)
            case Open():
                await self._open(tab, action.target, effect)
            case Back():
                await self._back(tab, effect)
            case Home():
                if self._start is None:
                    raise ActionError("this run did not start at a page, so there is no home to go to; open an address")
                await self._open(tab, self._start, effect)
            case Wait():
                await self._wait(tab, _WAIT if action.seconds is None else action.seconds)
            case _:
                raise UnsupportedAction(f"a browser has no action {action.kind!r}")

    # --- navigation ---

    async def _open(self, tab: Tab, target: str, effect: Effect) -> None:
        if not looks_like_url(target):
            raise UnsupportedAction(
                f"a browser opens web addresses, and {target!r} is none; applications are not within reach"
            )
        try:
            url = read_url(target)
        except UsageError as error:
            raise ActionError(str(error)) from error
        await self._go(tab, url, lambda: tab.page.goto(url, wait_until="commit", timeout=self._timeout * 1000), effect)

    async def _back(self, tab: Tab, effect: Effect) -> None:
        history = await tab.send("Page.getNavigationHistory")
        at = history["currentIndex"]
        url = history["entries"][at - 1]["url"] if at > 0 else ""
        if url and url != "about:blank":
            await self._go(
                tab, url, lambda: tab.page.go_back(wait_until="commit", timeout=self._timeout * 1000), effect
            )
        elif tab.opener in self._tabs:
            await tab.wait_for(tab.page.close(), "closing a tab")
        else:
            raise ActionError("there is no page before this one")

    async def _go(self, tab: Tab, url: str, navigation: Callable[[], Awaitable[Any]], effect: Effect) -> None:
        self._leaving = True
        try:
            reason = await tab.go(navigation)
        finally:
            self._leaving = False
        if reason and "ERR_ABORTED" not in reason:  # aborted: it became a download, or the server sent nothing
            effect.notes.append(f"{why_unreachable(url, reason)}.")

    async def _press(self, tab: Tab, hands: Hands, action: Press, effect: Effect) -> None:
        """Keys for the page, but for the few that a browser keeps to itself."""
        limit = self._timeout * 1000
        match chord(action.keys):
            case "F5" | "Control+r" | "Meta+r" | "Control+F5":
                await self._go(tab, tab.page.url, lambda: tab.page.reload(wait_until="commit", timeout=limit), effect)
            case "Alt+ArrowLeft":
                await self._back(tab, effect)
            case "Alt+ArrowRight":
                await self._go(
                    tab, tab.page.url, lambda: tab.page.go_forward(wait_until="commit", timeout=limit), effect
                )
            case _:
                await hands.press(action)

    async def _wait(self, tab: Tab, seconds: float) -> None:
        """Until something happens or the picture differs, at most `seconds`."""
        end = time.perf_counter() + seconds
        last = self._latest
        count = tab.traffic.count
        since = await tab.ask("version")
        while (left := end - time.perf_counter()) > 0 and tab is self._current and tab.traffic.count == count:
            if await tab.ask("change", {"since": since, "ms": min(left, _LOOK_AGAIN) * 1000}):
                return
            if last is None or last.tab is not tab:
                continue
            now = await tab.picture(last.look.ratio, last.look.origin, self._size)
            if not same_picture(self._base, now):
                return

    # --- what is drawn over the page ---

    async def _act_on_dialog(self, tab: Tab, dialog: Dialog, action: Action, effect: Effect) -> None:
        box = self._dialog_box(dialog)
        words = " or ".join(name for name, _ in box.buttons)
        refusal = ActionError(f'a dialog is open: "{box.message}"; answer it first with {words}')
        accept: bool | None = None
        match action:
            case Click():
                part = part_at(box, *self._pixel(action.at))
                if part is None:
                    raise refusal
                effect.hit = self._hit(part, "dialog")
                accept = part.key if isinstance(part.key, bool) else None
            case Press(keys=(key,)) if key_name(key) in ("Enter", "Escape"):
                accept = key_name(key) == "Enter" or box.kind == "alert"
            case Type() if box.kind == "prompt":
                if action.into is not None and not covers(box, *self._pixel(action.into)):
                    raise refusal
                untouched = box.text == dialog.default_value
                box.text = action.text if action.replace or untouched else box.text + action.text
                effect.read_back = box.text
                accept = True if action.submit else None
            case Wait():
                pass
            case _:
                raise refusal
        if accept is not None:
            await tab.answer(accept, box.text if box.kind == "prompt" else None)

    async def _act_on_list(self, tab: Tab, hands: Hands, shown: OptionList, action: Action, effect: Effect) -> bool:
        """Let the open list take an action; False if it is not for the list."""
        match action:
            case Click():
                x, y = self._pixel(action.at)
                part = part_at(shown, x, y)
                if part is not None:
                    effect.hit = self._hit(part, "option", shown.path)
                    await self._choose(tab, hands, shown, part.key, effect)
                elif not covers(shown, x, y):
                    await self._close_list(tab)
                    effect.notes.append("The open list was closed; the click did nothing else.")
            case Hover() if (part := part_at(shown, *self._pixel(action.at))) is not None:
                shown.active = part.key
            case Scroll() if action.at is None or covers(shown, *self._pixel(action.at)):
                if action.direction in ("up", "down"):
                    # a wheel step is three or four rows of a list
                    shown.scroll(action.steps * 3 * (1 if action.direction == "down" else -1))
            case Select() if self._is_list(shown, action.at):
                await self._choose_text(tab, hands, shown, action.option, effect)
            case Type() if action.into is None or self._is_list(shown, action.into):
                if not shown.type_ahead(action.text):
                    raise TargetNotFound(f"no option of the open list begins with {action.text!r}")
                if action.submit:
                    await self._choose(tab, hands, shown, shown.active, effect)
            case Press(keys=(key,)):
                return await self._press_on_list(tab, hands, shown, key, effect)
            case _:
                return False
        return True

    async def _press_on_list(self, tab: Tab, hands: Hands, shown: OptionList, key: str, effect: Effect) -> bool:
        name = key_name(key)
        if name == "Escape":
            await self._close_list(tab)
        elif name in ("Enter", "Tab", "Space"):
            await self._choose(tab, hands, shown, shown.active, effect)
        elif not shown.move(name):
            return len(name) == 1 and shown.type_ahead(name)
        return True

    def _is_list(self, shown: OptionList, place: Any) -> bool:
        x, y = self._pixel(place)
        left, top, right, bottom = shown.anchor
        return covers(shown, x, y) or (left <= x < right and top <= y < bottom)

    async def _choose(self, tab: Tab, hands: Hands, shown: OptionList, number: int, effect: Effect) -> None:
        if number < len(shown.options) and shown.options[number].disabled:
            effect.notes.append(f'The option "{shown.options[number].label}" is disabled.')
            return
        frame = self._list_frame or tab.page.main_frame
        self._list = None
        await hands.choose_number(frame, number, effect)

    async def _choose_text(self, tab: Tab, hands: Hands, shown: OptionList, text: str, effect: Effect) -> None:
        frame = self._list_frame or tab.page.main_frame
        options = [{"label": o.label, "hidden": o.hidden, "disabled": o.disabled} for o in shown.options]
        await hands.choose(frame, options, text, effect)
        self._list = None

    async def _close_list(self, tab: Tab) -> None:
        frame, self._list, self._list_frame = self._list_frame, None, None
        with suppress(DocumentGone):
            await tab.ask("closeList", frame=frame)

    def _hit(self, part: Part, tag: str, path: str = "") -> Hit:
        element = part.element(0, *self._size)
        return Hit(role=part.role, name=part.name, tag=tag, path=path, box=element.box)

    def _pixel(self, place: Any) -> tuple[float, float]:
        centre = place.centre
        return centre.x * self._size[0], centre.y * self._size[1]


_BROWSER_GONE = "the browser went away; start again (if it recurs, it may be short of memory)"
_NO_UPLOADS = "The page asks for a file, and no files were given for uploading; go on without one, or stop."
_STATUSES = {int(status) for status in http.HTTPStatus}


def _differ(before: Snapshot, now: Snapshot) -> bool:
    if before.look.url != now.look.url or before.dialog is not now.dialog:
        return True
    if before.has_elements and now.has_elements and before.elements != now.elements:
        return True
    return not same_picture(before.picture, now.picture)


def _free_name(path: Path) -> Path:
    """The path, or the same with a number if there is such a file."""
    free, n = path, 1
    while free.exists():
        n += 1
        free = path.with_stem(f"{path.stem}-{n}")
    return free
