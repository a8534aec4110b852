"""One page of a browser: its events, and calls to it that always end."""

from __future__ import annotations

import asyncio
import base64
import struct
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from actions import DeviceError, DeviceLost
from envs.settle import EXPECTED_TAB, Stillness, Traffic, settle
from envs.web import page as scripts

if TYPE_CHECKING:
    from playwright.async_api import CDPSession, Dialog, ElementHandle, FileChooser, Frame, Page, Request

T = TypeVar("T")

_LATE = 0.5
"""Seconds for a picture of a document that has given way to another: most of them come, some never do."""
_FRAME_PATIENCE = 1.0
"""Seconds in which a frame must answer for the first time."""


class Interrupted(Exception):
    """The page cannot go on as it was; the environment decides what follows. Never leaves `envs`."""


class DialogOpened(Interrupted):
    """A JavaScript dialog opened: the page is frozen until it is answered."""


class TabClosed(Interrupted):
    """The page went away and the browser did not."""


class DocumentGone(Interrupted):
    """The document was replaced while a call to it was under way."""


class Tab:
    """A page, with a deadline of `timeout` seconds on every call. `attended` leaves the choice of files to a person.

    Every call raises DialogOpened or TabClosed when that happens meanwhile, DeviceLost when the page crashes or does
    not answer in time, and DeviceError for whatever else the browser refuses.
    """

    def __init__(self, page: Page, timeout: float, opener: Tab | None = None, *, attended: bool = False) -> None:
        self.page = page
        self.opener = opener
        self.timeout = timeout
        self.traffic = Traffic()
        self.dialog: Dialog | None = None
        self.chooser: FileChooser | None = None
        self.acting: Frame | None = None
        """The frame that the last action met, if it is not the main one."""
        self.pressed = False
        """Is the mouse button held down, by an action that could not let go of it?"""
        self.title = ""
        self.failure: tuple[str, str] | None = None
        """(URL, the browser's reason) of the last navigation, if it failed."""
        self._cdp: CDPSession | None = None
        self._frames: dict[Frame, ElementHandle] = {}
        self._stop: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._stalled: set[asyncio.Future[Any]] = set()
        self._awaited: list[object] = []
        self._navigating: str | None = None
        self._shrink = 1.0
        self._mute: set[Frame] = set()
        self._known: set[Frame] = set()
        self._replaced = asyncio.Event()
        """Set when the document that is shown now has given way to another."""
        self._listen(attended)

    async def take_over(self, size: tuple[int, int] | None) -> None:
        """Connect to the page; a view of `size` is wanted, None if it has it."""
        await self.wait_for(self._connect(size), "taking a page over")

    async def _connect(self, size: tuple[int, int] | None) -> None:
        self._cdp = await self.page.context.new_cdp_session(self.page)
        target = await self._cdp.send("Target.getTargetInfo")
        self._follow_loading(self._cdp, target["targetInfo"]["targetId"])  # a page's main frame has its target's id
        await self._cdp.send("Page.enable")
        if size is not None:
            await self.page.set_viewport_size({"width": size[0], "height": size[1]})

    # --- what happens to it ---

    def _listen(self, attended: bool) -> None:
        page = self.page
        page.on("request", self._requested)
        page.on("requestfinished", self._finished)
        page.on("requestfailed", self._failed)
        page.on("load", lambda _: self.traffic.end("load"))
        if not attended:  # listening keeps the browser from showing its own
            page.on("filechooser", self._choosing)
        page.on(
            "crash",
            lambda _: self.lose(DeviceLost("the page crashed; run again, with less on the machine if it recurs")),
        )
        page.on("close", lambda _: self.lose(TabClosed()))
        page.on("framedetached", self._detached)
        page.on("framenavigated", self._navigated)

    def _follow_loading(self, cdp: CDPSession, main: str) -> None:
        def mine(act: Callable[[], None]) -> Callable[[dict[str, Any]], None]:
            return lambda event: act() if event["frameId"] == main else None

        traffic = self.traffic
        cdp.on("Page.frameStartedLoading", mine(lambda: traffic.start("load")))
        cdp.on("Page.frameStoppedLoading", mine(lambda: traffic.end("load")))
        cdp.on("Page.windowOpen", lambda _: self._asked_for_tab())

    def _requested(self, request: Request) -> None:
        self.traffic.request(request, request.url, request.resource_type)
        if self._leads(request):
            self._navigating = request.url

    def _finished(self, request: Request) -> None:
        self.traffic.end(request)
        if self._leads(request):
            self._navigating = self.failure = None

    def _failed(self, request: Request) -> None:
        self.traffic.end(request)
        if self._leads(request):
            self._navigating = None
            reason = request.failure or ""
            if "ERR_ABORTED" not in reason:
                self.failure = (request.url, reason)

    def _leads(self, request: Request) -> bool:
        """Is it for the document of the page itself?"""
        return request.is_navigation_request() and request.frame == self.page.main_frame

    def _navigated(self, frame: Frame) -> None:
        self._mute.discard(frame)
        self._known.discard(frame)
        if frame == self.page.main_frame:
            self._navigating = None
            self.traffic.stir()
            self._replaced.set()
            self._replaced = asyncio.Event()

    def _detached(self, frame: Frame) -> None:
        self._frames.pop(frame, None)
        self._mute.discard(frame)
        self._known.discard(frame)

    def _choosing(self, chooser: FileChooser) -> None:
        self.chooser = chooser

    def ask_dialog(self, dialog: Dialog) -> None:
        """A dialog opened here: whatever waits for the page is told."""
        self.dialog = dialog
        self._end(DialogOpened())

    def lose(self, error: Exception) -> None:
        """The page is gone: whatever waits for it is told."""
        self.dialog_answered()
        self._end(error)

    def _end(self, error: Exception) -> None:
        if not self._stop.done():
            self._stop.set_exception(error)
            self._stop.exception()  # nobody may be waiting, and that is no fault

    async def answer(self, accept: bool, text: str | None = None) -> None:
        """Close the dialog, and let the calls that it held up come to their end."""
        dialog = self.dialog
        if dialog is None:
            return
        self.dialog = None
        self._stop = asyncio.get_running_loop().create_future()
        if accept:
            await self.wait_for(dialog.accept(text) if text is not None else dialog.accept(), "answering a dialog")
        else:
            await self.wait_for(dialog.dismiss(), "answering a dialog")
        if self._stalled:
            await self.wait_for(asyncio.gather(*self._stalled, return_exceptions=True), "going on after a dialog")
        await self.release()

    def dialog_answered(self) -> None:
        """Somebody else closed the dialog: calls go on."""
        self.dialog = None
        if isinstance(self._stopped(), DialogOpened):
            self._stop = asyncio.get_running_loop().create_future()

    async def release(self) -> None:
        """Let go of a mouse button that is still held down."""
        if self.pressed:
            if (stopped := self._stopped()) is not None:
                raise stopped
            self.pressed = False  # before the page hears of it: it may answer with a dialog
            await self.wait_for(self.page.mouse.up(), "releasing the button")

    @property
    def expects_tab(self) -> bool:
        """Has the page asked for a tab that is not there yet?"""
        return bool(self._awaited)

    def _asked_for_tab(self) -> None:
        token = object()
        self._awaited.append(token)
        self.traffic.start(token)
        asyncio.get_running_loop().call_later(EXPECTED_TAB, self._tab_came, token)

    def tab_came(self) -> None:
        """A tab that the page asked for is there, or will not come."""
        if self._awaited:
            self._tab_came(self._awaited[0])

    def _tab_came(self, token: object) -> None:
        if token in self._awaited:
            self._awaited.remove(token)
            self.traffic.end(token)

    def begin(self) -> None:
        """An action begins."""
        self.acting = None
        self.traffic.begin()

    # --- calls ---

    async def wait_for(self, call: Awaitable[T], doing: str) -> T:
        """The result of a driver call, or the error that says why there is none."""
        from playwright.async_api import Error

        try:
            return await self.race(call)
        except Error as error:
            raise self._named(error.message, doing) from error
        except TimeoutError as error:
            raise DeviceLost(
                f"the page did not answer within {self.timeout:g} s while {doing}: a script in it may run for ever; "
                "open another page, or allow more time"
            ) from error

    async def race(self, call: Awaitable[T]) -> T:
        """The result of a driver call with its own errors; a stop of the page or the deadline ends it.

        A call that a dialog holds up goes on in the background until the dialog is answered.
        """
        if (stopped := self._stopped()) is not None:
            if asyncio.iscoroutine(call):
                call.close()
            raise stopped
        task = asyncio.ensure_future(call)
        try:
            await asyncio.wait((task, self._stop), timeout=self.timeout, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            task.cancel()
            raise
        if task.done():
            return task.result()
        if (stopped := self._stopped()) is None:
            task.cancel()
            raise TimeoutError
        if isinstance(stopped, DialogOpened):
            self._stalled.add(task)
            task.add_done_callback(self._released)
        else:
            task.cancel()
        raise stopped

    def _stopped(self) -> BaseException | None:
        return self._stop.exception() if self._stop.done() else None

    def _released(self, task: asyncio.Future[Any]) -> None:
        self._stalled.discard(task)
        if not task.cancelled():
            task.exception()

    def _named(self, message: str, doing: str) -> Exception:
        if isinstance(stopped := self._stopped(), Exception):
            return stopped
        if self.page.is_closed():
            return TabClosed()
        if any(word in message for word in _GONE):
            return DocumentGone(message)
        if "crashed" in message:
            return DeviceLost("the page crashed; run again, with less on the machine if it recurs")
        return DeviceError(f"the browser failed while {doing}: {message.splitlines()[0]}")

    async def send(self, method: str, **given: Any) -> dict[str, Any]:
        """One command of the DevTools protocol."""
        assert self._cdp is not None
        return await self.wait_for(self._cdp.send(method, given), method)

    async def ask(self, name: str, given: dict[str, Any] | None = None, *, frame: Frame | None = None) -> Any:
        """Run a call of the page library in a frame (the main one if None); raises DocumentGone if it went away."""
        at = frame or self.page.main_frame
        doing = f"asking the page ({name})"
        if at != self.page.main_frame:
            await self._try_frame(at)
        answer = await self.wait_for(at.evaluate(scripts.call(name), given or {}), doing)
        if answer is None:
            await self.wait_for(at.evaluate(scripts.library()), doing)
            answer = await self.wait_for(at.evaluate(scripts.call(name), given or {}), doing)
        return scripts.answer(answer)

    async def _try_frame(self, frame: Frame) -> None:
        """A frame whose document has not come yet answers nothing; raises DocumentGone for it until it has."""
        if frame in self._known:
            return
        try:
            async with asyncio.timeout(_FRAME_PATIENCE):
                await self.wait_for(frame.evaluate("0"), "trying a frame")
        except TimeoutError as error:
            self._mute.add(frame)
            raise DocumentGone("the frame's document has not come yet") from error
        self._known.add(frame)

    async def children(self, frame: Frame) -> tuple[list[Frame], list[ElementHandle]]:
        """The frames inside a frame that answer and, in the same order, their elements in it."""
        frames, handles = [], []
        for child in frame.child_frames:
            if child in self._mute:
                continue
            if child not in self._frames:
                try:
                    self._frames[child] = await self.wait_for(child.frame_element(), "finding a frame")
                except (DeviceError, DocumentGone):
                    continue  # it went away, or is not attached yet; the next look sees it
            frames.append(child)
            handles.append(self._frames[child])
        return frames, handles

    async def quiet(self) -> dict[str, Any] | None:
        """For settle(): the document, and the frame that was acted on, have come to rest."""
        asked: list[Coroutine[Any, Any, Any]] = [self.ask("quiet")]
        if self.acting is not None:
            asked.append(self.ask("quiet", frame=self.acting))
        reports = await asyncio.gather(*asked, return_exceptions=True)
        for report in reports[:1] if isinstance(reports[-1], DocumentGone) else reports:
            if isinstance(report, DocumentGone):
                return None
            if isinstance(report, BaseException):
                raise report
        own: dict[str, Any] = reports[0]  # type: ignore[assignment]
        return own

    async def still(self, ceiling: float) -> Stillness:
        """Wait until the page is still (see envs.settle), and for a navigation that is under way up to the deadline."""
        how = await settle(self.traffic, self.quiet, ceiling)
        if not how.ceiling or self._navigating is None:
            return how
        if await self._arrived(self.timeout - ceiling):
            later = await settle(self.traffic, self.quiet, ceiling)
            return replace(later, ms=how.ms + later.ms)
        self.failure = (self._navigating, "Timeout")
        await self.stop()
        return replace(how, ms=self.timeout * 1000)

    async def picture(self, size: tuple[int, int]) -> bytes:
        """The view of `size` CSS pixels as a PNG of that size, whatever the device's pixels."""
        picture = await self._captured(size)
        if (actual := png_size(picture)) != size:
            self._shrink *= size[0] / actual[0]
            picture = await self._captured(size)
        return picture

    async def _captured(self, size: tuple[int, int]) -> bytes:
        given: dict[str, Any] = {"format": "png", "optimizeForSpeed": True}
        if self._shrink != 1:
            view = (await self.send("Page.getLayoutMetrics"))["cssVisualViewport"]
            given["clip"] = {
                "x": view["pageX"], "y": view["pageY"], "width": size[0], "height": size[1], "scale": self._shrink
            }  # fmt: skip
        return base64.b64decode((await self._unless_replaced(self.send("Page.captureScreenshot", **given)))["data"])

    async def _unless_replaced(self, capture: Coroutine[Any, Any, T]) -> T:
        """The picture, or DocumentGone: the browser never answers some captures that a navigation overtakes."""
        shot, gone = asyncio.ensure_future(capture), asyncio.ensure_future(self._replaced.wait())
        try:
            await asyncio.wait({shot, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not shot.done():
                await asyncio.wait({shot}, timeout=_LATE)
            if not shot.done():
                raise DocumentGone("another document came while a picture of the page was taken")
            return shot.result()
        finally:
            shot.cancel()
            gone.cancel()

    # --- navigation ---

    async def go(self, navigation: Callable[[], Awaitable[Any]]) -> str | None:
        """Start a navigation and wait until it is committed; the browser's reason if it failed."""
        from playwright.async_api import Error

        try:
            await self.race(navigation())
        except TimeoutError:
            await self.stop()
            return "Timeout"
        except Error as error:
            if "Download is starting" in error.message:
                return None
            named = self._named(error.message, "opening a page")
            if isinstance(named, DeviceLost) or not isinstance(named, DeviceError | DocumentGone):
                raise named from error
            if "Timeout" in error.message:
                await self.stop()
            return error.message if isinstance(named, DeviceError) else None
        return None

    async def stop(self) -> None:
        """Give up a navigation that does not come about: until then a browser answers no question about the page."""
        self._navigating = None
        await self.send("Page.stopLoading")

    async def _arrived(self, seconds: float) -> bool:
        """Has the navigation that is under way come about within `seconds`?"""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.race(self.traffic.until(lambda: self._navigating is None))
        return self._navigating is None


def png_size(picture: bytes) -> tuple[int, int]:
    """Width and height from the header of a PNG."""
    width, height = struct.unpack(">II", picture[16:24])
    return width, height


_GONE = (
    "Execution context was destroyed",
    "Cannot find context",
    "Frame was detached",
    "frame got detached",
    "interrupted by another navigation",
    "Unable to adopt",
    "Not attached to an active page",
    "Unable to capture screenshot",
    # the process of a frame from another site
    "has been closed",
    "Target closed",
    "Session closed",
)
