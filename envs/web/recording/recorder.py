"""A browser that a person uses while every deed is written down as an action."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from actions import Action, Back, Box, DeviceError, Observation, Open, Press, Result, Type
from envs.settle import Stillness, hold
from envs.web.env import Snapshot, WebEnv, differ
from envs.web.recording.listener import Listener
from envs.web.recording.mask import covered, masked
from envs.web.recording.notebook import Draft, Notebook
from envs.web.recording.told import Cancelled, Deed, Held, Stir, Told, Up
from envs.web.session import Session
from envs.web.tab import Interrupted, Tab

CEILING = 3.0
"""Seconds after which a page that never rests is photographed as it is."""
IDLE = 1.0
"""Seconds without a deed after which the last one is taken as whole."""
_LAST_LOOK = 5.0
"""Seconds for the last screen, which a browser that is being closed may not show any more."""
_BUSIEST = 1.0
"""Seconds that pass at most between two pictures of a page that keeps changing."""
_TYPED = {"typed", "address_bar", "auto_bookmark", "generated", "keyword", "keyword_generated", "start_page"}
"""How the browser's history calls what a person opened without the page."""


History = tuple[int, list[dict[str, Any]]]
"""Where a tab is in its history, and the entries."""


@dataclass(frozen=True, slots=True)
class Sight:
    """A screen as it was at `at` (seconds of time.perf_counter)."""

    seen: Observation
    snapshot: Snapshot
    at: float


@dataclass(frozen=True)
class PersonStep:
    """One thing that a person did: the screen before it, the action that does it again, and what came of it.

    `ms` holds the milliseconds since the deed before (think) and those that the screen took to become still (settle).
    """

    seen: Observation
    action: Action
    result: Result
    ms: dict[str, float]


@dataclass(frozen=True, slots=True)
class _Said:
    """Something that was heard, with the screen that the person had before the eyes then."""

    tab: Tab
    what: Told | _Moved | _Answered | _Closed
    before: Sight
    at: float
    frame: str = ""
    unsettled: bool = False


@dataclass(frozen=True, slots=True)
class _Moved:
    by_page: bool
    anew: bool
    history: asyncio.Task[History | None]
    """As it was when the tab had just moved: a later one may hold the next move too."""


@dataclass(frozen=True, slots=True)
class _Answered:
    accepted: bool
    text: str
    prompt: bool


@dataclass(frozen=True, slots=True)
class _Closed:
    pass


class WebRecorder(WebEnv):
    """Pages in a browser that a person uses; see envs.web.WebEnv for the arguments.

    `steps()` gives what the person does, one PersonStep each, until `stop()` is called or the window is closed;
    `last` is then the screen at the end. Typed passwords are never read: their steps say `<secret:NAME>` instead, and
    a picture in which a page shows one is painted over.

    A screen is photographed whenever it has come to rest, never at the moment of a deed: someone who is faster than the
    page is recorded with the picture from before, and the step says so.
    """

    def __init__(
        self,
        url: str | None = None,
        *,
        headless: bool = False,
        browser: str | None = None,
        cdp: str | None = None,
        viewport: tuple[int, int] = (1280, 800),
        timeout: float = 30.0,
        downloads: Path | None = None,
        locale: str | None = None,
    ) -> None:
        super().__init__(
            url,
            headless=headless,
            browser=browser,
            cdp=cdp,
            viewport=viewport,
            timeout=timeout,
            settle_ceiling=CEILING,
            downloads=downloads,
            locale=locale,
        )
        self._wishes = replace(self._wishes, attended=True)
        self._listeners: dict[Tab, Listener] = {}
        self._numbers: dict[Tab, int] = {}
        self._sights: dict[Tab, Sight] = {}
        self._histories: dict[Tab, History] = {}
        self._heard: asyncio.Queue[_Said | None] = asyncio.Queue()
        self._stirred = asyncio.Event()
        self._looking = asyncio.Lock()
        self._hovered = False
        self._unsettled = False
        self._running = False
        self._last_deed = 0.0
        self._last: Sight | None = None
        self._failure: DeviceError | None = None
        self._watching: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        try:
            await self._look(fresh=True)
            for tab in self._open_session.tabs:
                await self._follow_history(tab)
        except BaseException:
            await self._close()
            raise
        self._running = True
        self._watching = asyncio.create_task(self._watch())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._running = False
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)
        await super().__aexit__(kind, error, trace)

    def stop(self) -> None:
        """End `steps()` once everything that was done is given out."""
        self._heard.put_nowait(None)

    @property
    def last(self) -> Observation:
        """The newest screen. Raises DeviceError before the first."""
        if self._last is None:
            raise DeviceError("nothing was seen yet; use the recorder inside `async with`")
        return self._last.seen

    async def steps(self) -> AsyncIterator[PersonStep]:
        """What the person does, each when it is certain, until the end. Raises DeviceError if the page fails."""
        assert self._last is not None
        notebook: Notebook[Sight] = Notebook(self._size)
        before = time.perf_counter()
        while True:
            try:
                async with asyncio.timeout(IDLE):
                    said = await self._heard.get()
            except TimeoutError:
                # a deed whose effect can be seen, and to which nothing more belongs
                last = notebook.open
                if last is None or notebook.is_waiting or self._last.at <= last.at:
                    continue
                certain = notebook.close(self._last)
            else:
                certain = await self._note(said, notebook)
            for draft, after in certain:
                if (step := _step(draft, after, before)) is not None:
                    yield step
                    before = draft.at
            if said is None and self._failure is not None:
                raise self._failure
            if said is None:
                return

    # --- hearing ---

    def _new_session(self) -> Session:
        return Session(self._wishes, self._welcome)

    async def _welcome(self, tab: Tab) -> None:
        listener = Listener(tab, self)
        self._listeners[tab] = listener
        self._numbers[tab] = len(self._numbers) + 1
        await listener.attach()
        if self._running:
            await self._follow_history(tab)
        self._stirred.set()

    def told(self, tab: Tab, frame: str, told: Told) -> None:
        """Something that the script in a frame tells."""
        if isinstance(told, Stir):
            self._hovered = self._hovered or told.hover
        else:
            self._say(tab, told, frame)
        self._stirred.set()

    def moved(self, tab: Tab, by_page: bool, anew: bool) -> None:
        """The tab went somewhere: because a page asked for it or not, into a new document or not."""
        if self._running:
            self._say(tab, _Moved(by_page, anew, asyncio.create_task(self._history_of(tab))))

    def answered(self, tab: Tab, accepted: bool, text: str) -> None:
        """A dialog was closed."""
        dialog = tab.dialog
        if dialog is not None:
            sight = self._sights.get(tab)
            if self._running and (sight is None or sight.snapshot.dialog is not dialog):
                # the person was faster than the picture
                snapshot = self._frozen(tab, dialog)
                self._keep(Sight(self._observed(snapshot, ()), snapshot, time.perf_counter()))
            if self._running:
                self._say(tab, _Answered(accepted, text, dialog.type == "prompt"))
            tab.dialog_answered()
        self._stirred.set()

    def closed(self, tab: Tab) -> None:
        """A tab went away."""
        self._say(tab, _Closed())
        self._stirred.set()

    def _say(self, tab: Tab, what: Told | _Moved | _Answered | _Closed, frame: str = "") -> None:
        before = self._sights.get(tab) or self._last
        if not self._running or before is None:
            return
        now = time.perf_counter()
        self._heard.put_nowait(_Said(tab, what, before, now, frame, self._unsettled))
        if not isinstance(what, _Moved | _Closed | Held):
            self._last_deed = now
            tab.begin()

    # --- noting ---

    async def _note(self, said: _Said | None, notebook: Notebook[Sight]) -> list[tuple[Draft[Sight], Sight]]:
        if said is None:
            await self._look_for_the_last_time()
            assert self._last is not None
            return notebook.close(self._last)
        match said.what:
            case _Moved():
                action = await self._went(said, said.what)
                return notebook.add(action, said.before, said.at) if action is not None else []
            case _Answered(accepted, text, prompt):
                action = Press(keys=("enter",) if accepted else ("escape",))
                if prompt and accepted:
                    action = Type(text=text, replace=True, submit=True)
                return notebook.add(action, said.before, said.at)
            case _Closed():
                return self._tab_closed(said, notebook)
            case deed:
                return await self._deed(said, deed, notebook)

    async def _deed(self, said: _Said, deed: Told, notebook: Notebook[Sight]) -> list[tuple[Draft[Sight], Sight]]:
        assert isinstance(deed, Deed)
        listener = self._listeners[said.tab]
        where = await listener.where(said.frame)
        if where is None:
            return []
        session = self._open_session
        if said.tab is not session.tab and said.tab in session.tabs and said.tab.dialog is None:
            session.show(said.tab)  # the person went back to it
        before = said.before
        stale = listener.is_main(said.frame) and before.seen.url != deed.url
        if stale and said.tab.page.url == deed.url and not isinstance(deed, Up | Held | Cancelled):
            with suppress(DeviceError, Interrupted):
                before = await self._look(fresh=True, still=False)
        certain = notebook.take(deed, self._numbers[said.tab], where, before, said.at)
        if (said.unsettled or stale) and (last := notebook.open) is not None and last.at == said.at:
            last.notes.append("The page was still changing; the picture is from before that, or from just after.")
        return certain

    async def _went(self, said: _Said, how: _Moved) -> Action | None:
        """What a person did that the tab shows another address; None if a page or a deed did it."""
        then = self._histories.get(said.tab)
        now = await how.history
        if now is None:
            return None
        at, entries = now
        self._histories[said.tab] = now
        caused = self._last_deed > said.before.at and self._last_deed <= said.at
        if then is None:
            return None
        index, known = then
        entry = entries[at]
        if all(entry["id"] != other["id"] for other in known):
            url = entry["url"]
            opened = entry["transitionType"] in _TYPED and url.startswith(("http://", "https://"))
            return Open(target=url) if opened else None
        if caused or how.by_page:
            return None
        if at < index:
            return Back()
        if at > index:
            return Press(keys=("alt", "right"))
        return Press(keys=("f5",)) if how.anew else None

    async def _history_of(self, tab: Tab) -> History | None:
        with suppress(DeviceError, Interrupted):
            return await self._listeners[tab].history()
        return None

    async def _follow_history(self, tab: Tab) -> None:
        if (history := await self._history_of(tab)) is not None:
            self._histories[tab] = history

    def _tab_closed(self, said: _Said, notebook: Notebook[Sight]) -> list[tuple[Draft[Sight], Sight]]:
        self._sights.pop(said.tab, None)
        if not self._open_session.tabs:
            self.stop()
            return []
        caused = self._last_deed > said.before.at and self._last_deed <= said.at
        if caused or said.tab.opener not in self._open_session.tabs:
            return []
        return notebook.add(Back(), said.before, said.at)

    # --- looking ---

    async def _watch(self) -> None:
        """Photograph the screen whenever it has changed and come to rest."""
        while True:
            self._stirred.clear()
            begun = time.perf_counter()
            try:
                await self._look()
            except DeviceError as error:
                if self._open_session.is_alive:
                    self._failure = error
                self.stop()  # else the window was closed, which is an end like any other
                return
            # half of the time at most goes into pictures
            await hold(min(_BUSIEST, time.perf_counter() - begun))
            await self._stirred.wait()

    async def _look(self, *, fresh: bool = False, still: bool = True) -> Sight:
        """The screen once it is still; photographed anew if it changed, or if `fresh`."""
        async with self._looking:
            session = self._open_session
            latest = self._latest
            hovered, self._hovered = self._hovered, False
            fresh = fresh or hovered or self._last is None or self._last_deed > self._last.at
            holds = latest is not None and await self._holds(latest, True)
            if holds and not fresh and self._last is not None:
                return self._last
            self._unsettled = not holds
            try:
                how = await session.still(self._ceiling) if still else Stillness(0.0)
                begun = time.perf_counter()
                snapshot = await self._snap(how)
            finally:
                self._unsettled = False
            sight = Sight(self._observed(snapshot, tuple(session.news())), snapshot, begun)
            self._keep(sight)
            return sight

    def _keep(self, sight: Sight) -> None:
        self._sights[sight.snapshot.tab] = self._last = sight

    async def _look_for_the_last_time(self) -> None:
        with suppress(DeviceError, Interrupted, TimeoutError):
            async with asyncio.timeout(_LAST_LOOK):
                await self._look()

    async def _taken(self, tab: Tab, how: Stillness) -> Snapshot:
        """A snapshot in which no page shows what was typed into a field for a secret."""
        snapshot = await super()._taken(tab, how)
        bared = await self._listeners[tab].bared() if tab in self._listeners else []
        if not bared:
            return snapshot
        boxes = [Box.of_pixels(*box, *self._size) for box in bared]
        return replace(
            snapshot,
            picture=masked(snapshot.picture, bared),
            page=masked(snapshot.page, bared),
            elements=tuple(covered(snapshot.elements, boxes)),
        )


def _step(draft: Draft[Sight], after: Sight, before: float) -> PersonStep | None:
    """The step that a draft is; None for a click on nothing that changed nothing."""
    assert draft.action is not None
    changed = differ(draft.before.snapshot, after.snapshot)
    if draft.sort == "pointer" and not changed and draft.about is not None and not draft.about.acts:
        return None
    result = Result(
        changed=changed,
        hit=draft.hit,
        read_back=draft.read_back,
        notes=(*draft.notes, *after.snapshot.look.notes),
        settle_ms=max(0.0, (after.at - draft.at) * 1000),
    )
    ms = {"think": max(0.0, (draft.at - before) * 1000), "settle": result.settle_ms}
    return PersonStep(draft.before.seen, draft.action, result, ms)
