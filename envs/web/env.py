"""The web: pages in a Chromium browser, driven through Playwright."""

from __future__ import annotations

import asyncio
import http
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from actions import (
    Action,
    ActionError,
    Answer,
    Ask,
    Back,
    Click,
    DeviceError,
    DeviceLost,
    Drag,
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
    Type,
    UnsupportedAction,
    UsageError,
    Wait,
)
from envs.address import looks_like_url, read_url, why_unreachable
from envs.keyboard import chord
from envs.settle import CEILING, Stillness, same_picture, steady
from envs.web import finder
from envs.web.choices import says
from envs.web.drawn import Drawn
from envs.web.hands import Effect, Hands
from envs.web.keeper import SharedBrowser
from envs.web.overlay import blank, drawn_over
from envs.web.secrets import Secret
from envs.web.secrets.cover import covered
from envs.web.secrets.guard import Guard
from envs.web.secrets.shown import Cover
from envs.web.session import Session, Wishes
from envs.web.sight import Look, look, unchanged
from envs.web.tab import DialogOpened, DocumentGone, Tab, TabClosed

if TYPE_CHECKING:
    from playwright.async_api import Dialog

_WAIT = 5.0
"""Seconds that a Wait without a time waits for a change."""
_LOOK_AGAIN = 0.5
"""Seconds between the pictures of a Wait, for pages that change without an event."""
_SMALLEST, _LARGEST = 200, 8192
"""CSS pixels of a view's sides."""
_NAMED_OPTIONS = 30
"""Options of an open list that a note names."""


@dataclass(frozen=True)
class Snapshot:
    """A settled screen: what an observation is made of, and what tells whether it still holds."""

    tab: Tab
    picture: bytes
    page: bytes
    """The picture without what is drawn over the page, and with the secrets in it."""
    look: Look
    elements: tuple[Element, ...]
    has_elements: bool
    notes: tuple[str, ...]
    traffic: int
    dialog: Dialog | None = None
    covers: Sequence[Cover] = ()
    """Where `page` shows secrets."""


class WebEnv:
    """Pages in a browser of its own, or in a tab of a running one.

    `url` is where it starts, and where Home goes (without a scheme: https, or http for localhost and IP addresses).
    `browser` is the path of an executable; None takes Playwright's own, else the system's Chromium, Chrome or Edge.
    `cdp` is the address of a running Chrome's DevTools, such as http://127.0.0.1:9222; only a tab of its own is used
    there, and closed at the end. `viewport` is the size of the view, and so of every screenshot, in CSS pixels.
    `timeout` is the deadline in seconds of every single browser call, and `settle_ceiling` of the wait after an action
    for the page to become still. `downloads` is a folder for files that pages send (a temporary one if None), `uploads`
    the only files that may be handed to a page. `locale` is the language pages are asked for, such as "de-DE".
    `within` is a running browser to use instead of one of its own, with a profile of its own in it. `secrets` are typed
    by the texts `<secret:KEY>` and are masked in all that leaves; docs/secrets.md says what that keeps and what not.
    Typing one at an origin that it is not for raises Blocked.

    A `url` that is none and a view whose sides are not within 200..8192 raise UsageError, and so does entering with a
    locale that the browser does not know. Entering raises DriverMissing without a browser, and DeviceError if `url`
    cannot be reached. A dialog's question is never answered unasked, except that Open, Back and Home leave a page that
    asks to stay: leaving was what was asked for. A click that would leave such a page shows its question.
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
        within: SharedBrowser | None = None,
        secrets: Sequence[Secret] = (),
    ) -> None:
        if not all(_SMALLEST <= side <= _LARGEST for side in viewport):
            raise UsageError(
                f"a view of {viewport[0]}x{viewport[1]} cannot be used; "
                f"give a width and a height from {_SMALLEST} to {_LARGEST} pixels"
            )
        self._start = read_url(url) if url is not None else None
        self._wishes = Wishes(headless, browser, cdp, viewport, timeout, downloads, locale, within)
        self._size = viewport
        self._ceiling = settle_ceiling
        self._uploads = tuple(uploads)
        self._wants_elements = True
        self._session: Session | None = None
        self._guard = Guard(secrets, self._start)
        self._drawn = Drawn(viewport, self._guard.redacted)
        self._latest: Snapshot | None = None
        self._seen: Snapshot | None = None

    async def __aenter__(self) -> Self:
        if self._session is not None:
            raise UsageError("this environment is in use already; make another one for a second run")
        self._session = self._new_session()
        try:
            await self._session.start()
            if self._start is not None:
                await self._open_start(self._session.tab, self._start)
        except BaseException:
            await self._close()
            raise
        return self

    def _new_session(self) -> Session:
        return Session(self._wishes)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._close()

    async def _close(self) -> None:
        session, self._session = self._session, None
        self._latest = self._seen = None
        self._drawn = Drawn(self._size, self._guard.redacted)
        if session is not None:
            await session.close()

    async def _open_start(self, tab: Tab, url: str) -> None:
        try:
            reason = await tab.go(lambda: tab.page.goto(url, wait_until="commit", timeout=self._limit))
        except (DialogOpened, TabClosed):
            return  # the first look shows it
        if reason and not _aborted(reason):
            raise DeviceError(why_unreachable(url, reason))

    @property
    def _open_session(self) -> Session:
        if self._session is None:
            raise DeviceError("the environment is not open; use it inside `async with`")
        return self._session

    @property
    def _limit(self) -> float:
        """The deadline of a navigation, in the driver's milliseconds."""
        return self._wishes.timeout * 1000

    # --- looking ---

    async def observe(self, *, elements: bool = True) -> Observation:
        """The page once it is still; `elements` are those in the view that a click can reach."""
        session = self._open_session
        self._wants_elements = elements
        with self._guard.keeping_errors_clean():
            snapshot = self._latest
            if snapshot is None or not await self._holds(snapshot, elements):
                snapshot = await self._snap(await session.still(self._ceiling))
            self._seen = snapshot
            return self._observed(snapshot, session.news(), elements=elements)

    def _observed(self, snapshot: Snapshot, news: Sequence[str], *, elements: bool = True) -> Observation:
        width, height = self._size
        seen = Observation(
            screenshot=snapshot.picture,
            width=width,
            height=height,
            platform=self.platform,
            url=snapshot.look.url,
            title=snapshot.look.title,
            elements=snapshot.elements if elements else (),
            notes=(*news, *snapshot.notes),
            scroll=snapshot.look.scroll,
            landmarks=tuple(snapshot.look.landmarks),
        )
        seen = self._guard.cleaned(seen)
        return seen.model_copy(update={"notes": (self._guard.hint, *seen.notes)}) if self._guard else seen

    async def find(self, hit: Hit, *, wide: bool = False) -> tuple[Hit, ...]:
        """What `hit` may mean on the page now, through every frame; see envs.base.Finder."""
        tab = self._open_session.tab
        if tab.dialog is not None or self._drawn.list is not None:
            return ()
        try:
            with self._guard.keeping_errors_clean():
                return tuple(map(self._guard.cleaned, await finder.find(tab, self._size, hit, wide=wide)))
        except (DialogOpened, DocumentGone, TabClosed):
            return ()

    async def bring(self, hit: Hit) -> Hit | None:
        """Scroll to one that was found; None if it is gone or covered; see envs.base.Finder."""
        self._latest = None  # the page hears of its scrolling a frame later; what was seen before does not hold
        try:
            with self._guard.keeping_errors_clean():
                brought = await finder.bring(self._open_session.tab, self._size, hit)
            return self._guard.cleaned(brought) if brought is not None else None
        except (DialogOpened, DocumentGone, TabClosed):
            return None

    async def _holds(self, snapshot: Snapshot, elements: bool) -> bool:
        """Has nothing happened since this snapshot was taken?"""
        tab = self._open_session.tab
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

    async def _snap(self, how: Stillness) -> Snapshot:
        """Take the screen as it is now, a dialog or a newer tab included."""
        end = time.perf_counter() + self._wishes.timeout
        why = ""
        while time.perf_counter() < end:
            tab = self._open_session.tab
            try:
                self._latest = self._frozen(tab, tab.dialog) if tab.dialog else await self._taken(tab, how)
            except (DialogOpened, DocumentGone, TabClosed) as error:
                why = str(error).partition("\n")[0]
                how = await self._open_session.still(self._ceiling)
                continue
            return self._latest
        told = f" ({why})" if why else ""
        raise DeviceLost(f"the page went on being replaced for {self._wishes.timeout:g} s{told}; open another page")

    async def _taken(self, tab: Tab, how: Stillness) -> Snapshot:
        count = tab.traffic.count
        covers = await self._guard.covers(tab)
        looked, picture = await asyncio.gather(
            look(tab, elements=self._wants_elements), tab.picture(self._size), return_exceptions=True
        )
        if isinstance(looked, BaseException):
            raise looked
        if isinstance(picture, BaseException):
            raise picture
        tab.title = looked.title
        if how.painted:
            picture = await steady(lambda: tab.picture(self._size), picture)
        covers += await self._guard.covers(tab)  # the picture was taken somewhen between the two
        self._drawn.follow(looked.open_list)
        shown, elements = covered(picture, covers), looked.listed(*self._size)
        if self._drawn.list is not None:
            shown, elements = drawn_over(shown, self._drawn.list), self._drawn.over(elements, self._drawn.list)
        return Snapshot(
            tab=tab,
            picture=shown,
            page=picture,
            look=looked,
            elements=elements if self._wants_elements else (),
            has_elements=self._wants_elements,
            notes=tuple(self._state_of(tab, looked)),
            traffic=count,
            covers=covers,
        )

    def _frozen(self, tab: Tab, dialog: Dialog) -> Snapshot:
        """The last picture with the open dialog over it: the page itself cannot be asked until it is answered."""
        box = self._drawn.dialog(dialog)
        last = self._latest if self._latest is not None and self._latest.tab is tab else None
        same = last is not None and last.look.url == tab.page.url
        looked = replace(last.look, notes=[], held={}) if last is not None and same else Look(url=tab.page.url)
        picture = last.page if last is not None else blank(*self._size)
        covers = last.covers if last is not None else ()
        words = ", ".join(name for name, _ in box.buttons)
        return Snapshot(
            tab=tab,
            picture=drawn_over(covered(picture, covers), box),
            page=picture,
            look=looked,
            elements=self._drawn.over((), box),
            has_elements=True,
            notes=(f'A dialog is open and the page waits for its answer ({words}): "{box.message}"',),
            traffic=tab.traffic.count,
            dialog=dialog,
            covers=covers,
        )

    def _state_of(self, tab: Tab, looked: Look) -> list[str]:
        """Sentences about what the picture does not show of the state that the page is in."""
        notes = []
        if looked.url.startswith("chrome-error:") and tab.failure is not None:
            notes.append(f"The page could not be loaded: {why_unreachable(*tab.failure)}.")
        elif tab.failure is not None:
            notes.append(f"{why_unreachable(*tab.failure)}; the page before is still shown.")
        elif looked.status >= 400:
            phrase = http.HTTPStatus(looked.status).phrase if looked.status in _STATUSES else ""
            notes.append(f"The server answered {looked.status} {phrase}".rstrip() + " for this page.")
        tabs = len(self._open_session.tabs)
        if tabs > 1:
            notes.append(f'{tabs} tabs are open; "{looked.title}" is shown.')
        if tab.chooser is not None:
            files = ", ".join(path.name for path in self._uploads)
            notes.append(f"The page asks for a file; type one of: {files}." if files else _NO_UPLOADS)
        if (shown := self._drawn.list) is not None:
            labels = [option.label for option in shown.options if not option.hidden]
            more = f" and {len(labels) - _NAMED_OPTIONS} more" if len(labels) > _NAMED_OPTIONS else ""
            notes.append(f'The list "{shown.name}" is open: {"; ".join(labels[:_NAMED_OPTIONS])}{more}.')
        return notes

    # --- acting ---

    async def perform(self, action: Action) -> Result:
        """Do one action on the page and wait until it is still; see envs.base.Environment."""
        if isinstance(action, Answer | Ask | Finish):
            raise UnsupportedAction(f"{action.kind} is not for the screen")
        with self._guard.keeping_errors_clean():
            return self._guard.cleaned(await self._perform(action))

    async def _perform(self, action: Action) -> Result:
        session, before = self._open_session, self._seen
        begun = time.perf_counter()
        effect = Effect()
        session.tab.begin()
        try:
            await self._act(session.tab, action, effect)
        except (DialogOpened, TabClosed):
            pass  # the settled screen shows it
        except DocumentGone:
            effect.notes.append("The page was replaced by another meanwhile; look whether the action had its effect.")
        acted = time.perf_counter()
        how = await session.still(self._ceiling)
        settled = time.perf_counter()
        snapshot = await self._snap(how)
        _read_back(effect, snapshot.look)
        if how.ceiling:
            effect.notes.append(f"The page was still busy after {self._ceiling:g} s; it is shown as it was then.")
        return Result(
            changed=None if before is None else effect.changed or differ(before, snapshot),
            hit=effect.hit,
            read_back=effect.read_back,
            notes=(*effect.notes, *snapshot.look.notes, *session.news()),
            act_ms=(acted - begun) * 1000,
            settle_ms=(settled - acted) * 1000,
            ceiling=how.ceiling,
        )

    async def _act(self, tab: Tab, action: Action, effect: Effect) -> None:
        self._guard.check(action, dialog=tab.dialog is not None)
        if tab.dialog is not None:
            await self._drawn.act_on_dialog(tab, tab.dialog, action, effect)
            return
        await tab.release()
        if not isinstance(action, Type | Wait):
            tab.chooser = None  # whoever does something else has cancelled it
        hands = Hands(tab, self._size, self._uploads, self._ceiling, self._guard)
        if await self._drawn.act_on_list(tab, hands, action, effect):
            return
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
            case Select():
                await hands.select(action, effect)
            case Press():
                await self._press(tab, hands, action, effect)
            case Open():
                await self._open(tab, action.target, effect)
            case Back():
                await self._back(tab, effect)
            case Home():
                if self._start is None:
                    raise ActionError("this run began at no page, so there is no home to go to; open an address")
                await self._open(tab, self._start, effect)
            case Wait():
                await self._wait(tab, _WAIT if action.seconds is None else action.seconds)
            case _:
                raise UnsupportedAction(f"a browser has no action {action.kind!r}")

    async def _press(self, tab: Tab, hands: Hands, action: Press, effect: Effect) -> None:
        """Keys for the page, but for the few that a browser keeps to itself."""
        page = tab.page
        match chord(action.keys):
            case "F5" | "Control+r" | "Meta+r" | "Control+F5":
                await self._go(tab, page.url, lambda: page.reload(wait_until="commit", timeout=self._limit), effect)
            case "Alt+ArrowLeft":
                await self._back(tab, effect)
            case "Alt+ArrowRight":
                await self._go(tab, page.url, lambda: page.go_forward(wait_until="commit", timeout=self._limit), effect)
            case _:
                await hands.press(action)

    async def _open(self, tab: Tab, target: str, effect: Effect) -> None:
        if not looks_like_url(target):
            raise UnsupportedAction(
                f"a browser opens web addresses, and {target!r} is none; applications are out of reach"
            )
        try:
            url = read_url(target)
        except UsageError as error:
            raise ActionError(str(error)) from error
        await self._go(tab, url, lambda: tab.page.goto(url, wait_until="commit", timeout=self._limit), effect)

    async def _back(self, tab: Tab, effect: Effect) -> None:
        history = await tab.send("Page.getNavigationHistory")
        at = history["currentIndex"]
        url = history["entries"][at - 1]["url"] if at > 0 else ""
        if url and url != "about:blank":
            await self._go(tab, url, lambda: tab.page.go_back(wait_until="commit", timeout=self._limit), effect)
        elif tab.opener in self._open_session.tabs:
            await tab.wait_for(tab.page.close(), "closing a tab")
        else:
            raise ActionError("there is no page before this one")

    async def _go(self, tab: Tab, url: str, navigation: Callable[[], Awaitable[Any]], effect: Effect) -> None:
        with self._open_session.leaving():
            reason = await tab.go(navigation)
        if reason and not _aborted(reason):
            effect.notes.append(f"{why_unreachable(url, reason)}.")

    async def _wait(self, tab: Tab, seconds: float) -> None:
        """Until something happens or the picture differs, at most `seconds`."""
        end = time.perf_counter() + seconds
        last = self._latest if self._latest is not None and self._latest.tab is tab else None
        count = tab.traffic.count
        since = await tab.ask("version")
        while (left := end - time.perf_counter()) > 0 and tab.traffic.count == count:
            if await tab.ask("change", {"since": since, "ms": min(left, _LOOK_AGAIN) * 1000}):
                return
            if last is not None and not same_picture(last.page, await tab.picture(self._size)):
                return


_NO_UPLOADS = "The page asks for a file, and no files were given for uploading; go on without one, or stop."
_STATUSES = {int(status) for status in http.HTTPStatus}


def _aborted(reason: str) -> bool:
    """Did a navigation end because it became a download, or because the server had nothing to show?"""
    return "ERR_ABORTED" in reason


def _read_back(effect: Effect, looked: Look) -> None:
    """What the field holds once the page is still, and a note if that is not what was typed or chosen."""
    if effect.chosen is not None:
        effect.read_back = looked.held.get(effect.frame) or None if effect.frame is not None else None
        if effect.read_back is None:
            effect.notes.append(f'"{effect.chosen}" was clicked; whether it was chosen cannot be read, so look.')
        elif not says(effect.read_back, effect.chosen):
            effect.notes.append(f"The list shows {effect.read_back!r} now, not {effect.chosen!r}.")
        return
    if effect.read_back is not None and effect.frame in looked.held:
        effect.read_back = looked.held[effect.frame]
    if effect.wanted is not None and effect.read_back is not None and effect.read_back != effect.wanted:
        effect.notes.append(f"The field holds {effect.read_back!r} now, not {effect.wanted!r}.")


def differ(before: Snapshot, now: Snapshot) -> bool:
    """Does one screen show something else than another: address, dialog, elements or picture?"""
    if before.look.url != now.look.url or before.dialog is not now.dialog:
        return True
    if before.has_elements and now.has_elements and before.elements != now.elements:
        return True
    if before.picture == now.picture or not (before.look.caret or now.look.caret):
        return before.picture != now.picture
    return not same_picture(before.picture, now.picture)
