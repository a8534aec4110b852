"""Ears on one tab: a script in every frame tells what a person does there, and the browser what became of the tab."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from actions import DeviceError
from envs.web import page as scripts
from envs.web.finder import INTO
from envs.web.recording.told import Secret, Told, read
from envs.web.sight import View
from envs.web.tab import Interrupted, Tab

if TYPE_CHECKING:
    from playwright.async_api import CDPSession, Frame, Page

WORLD = "handeyeRecorder"
_TELL = "handeyeTell"


@dataclass(frozen=True, slots=True)
class Where:
    """A frame in its page: the beginning of the paths in it, its address ("" for the main one), and its view."""

    path: str = ""
    address: str = ""
    view: View = field(default_factory=View)


class Hearer(Protocol):
    """Who is told; called at once, in the order of the events."""

    def told(self, tab: Tab, frame: str, told: Told) -> None: ...

    def moved(self, tab: Tab, by_page: bool, anew: bool) -> None: ...

    def answered(self, tab: Tab, accepted: bool, text: str) -> None: ...

    def closed(self, tab: Tab) -> None: ...


class Listener:
    """Listens to one tab.

    The script lives in an isolated world, so that a page can neither call the binding nor change what the script sees.
    A message is on its way before the page's own listeners run: a navigation that they begin cannot lose it.
    """

    def __init__(self, tab: Tab, hearer: Hearer) -> None:
        self._tab = tab
        self._hearer = hearer
        self._contexts: dict[str, tuple[CDPSession, int]] = {}
        self._apart: set[Frame] = set()
        self._where: dict[str, Where] = {}
        self._secret: set[str] = set()
        self._main = ""
        self._by_page = False
        self._wire: CDPSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def attach(self) -> None:
        """Begin to listen, to frames in processes of their own as well."""
        page = self._tab.page
        page.on("framenavigated", self._came)
        page.on("framedetached", lambda frame: self._apart.discard(frame))
        page.on("close", lambda _: self._hearer.closed(self._tab))
        self._wire = wire = await self._connect(page)
        self._main = (await self._send(wire, "Page.getFrameTree"))["frameTree"]["frame"]["id"]
        self._where[self._main] = Where()
        for frame in page.frames:
            self._came(frame)

    async def history(self) -> tuple[int, list[dict[str, Any]]]:
        """Where the tab is in its history, and the entries."""
        assert self._wire is not None
        known = await self._send(self._wire, "Page.getNavigationHistory")
        return known["currentIndex"], known["entries"]

    async def where(self, frame: str) -> Where | None:
        """Where a frame is, or was when that was last known; None if it never was."""
        if frame == self._main:
            return Where()
        with suppress(DeviceError, Interrupted, KeyError):
            self._where[frame] = await self._locate(frame)
        return self._where.get(frame)

    async def bared(self) -> list[tuple[float, float, float, float]]:
        """Where the page shows what was typed into a field for a secret, in CSS pixels of the view."""
        boxes = []
        for frame in [frame for frame in self._secret if frame in self._contexts]:
            wire, context = self._contexts[frame]
            at = await self.where(frame)
            if at is None:
                continue
            with suppress(DeviceError, Interrupted):
                said = await self._send(
                    wire,
                    "Runtime.evaluate",
                    contextId=context,
                    expression=f"globalThis.{WORLD}.bared()",
                    returnByValue=True,
                )
                boxes += [at.view.placed(tuple(box)) for box in said["result"].get("value", [])]
        return boxes

    def is_main(self, frame: str) -> bool:
        return frame == self._main

    # --- connecting ---

    async def _connect(self, target: Page | Frame) -> CDPSession:
        wire = await self._tab.wait_for(self._tab.page.context.new_cdp_session(target), "listening to a tab")
        wire.on("Runtime.executionContextCreated", partial(self._context_came, wire))
        wire.on("Runtime.executionContextDestroyed", partial(self._context_went, wire))
        wire.on("Runtime.bindingCalled", partial(self._called, wire))
        if target is self._tab.page:
            wire.on("Page.frameRequestedNavigation", self._requested)
            wire.on("Page.frameNavigated", lambda event: self._navigated(event["frame"]["id"], anew=True))
            wire.on("Page.navigatedWithinDocument", lambda event: self._navigated(event["frameId"], anew=False))
            wire.on("Page.javascriptDialogClosed", self._answered)
        await self._send(wire, "Page.enable")
        await self._send(wire, "DOM.enable")
        await self._send(wire, "Runtime.enable")
        await self._send(wire, "Runtime.addBinding", name=_TELL, executionContextName=WORLD)
        await self._send(
            wire,
            "Page.addScriptToEvaluateOnNewDocument",
            source=scripts.recorder(WORLD, _TELL),
            worldName=WORLD,
            runImmediately=True,
        )
        return wire

    def _came(self, frame: Frame) -> None:
        if frame == self._tab.page.main_frame or frame in self._apart:
            return
        task = asyncio.ensure_future(self._try_apart(frame))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _try_apart(self, frame: Frame) -> None:
        """Listen to a frame that lives in a process of its own; the others are heard through their parent's."""
        self._apart.add(frame)
        try:
            await self._connect(frame)
        except (DeviceError, Interrupted):
            self._apart.discard(frame)

    async def _send(self, wire: CDPSession, method: str, **given: Any) -> dict[str, Any]:
        return await self._tab.wait_for(wire.send(method, given), method)

    # --- hearing ---

    def _context_came(self, wire: CDPSession, event: dict[str, Any]) -> None:
        context = event["context"]
        if context["name"] == WORLD:
            self._contexts[context["auxData"]["frameId"]] = (wire, context["id"])

    def _context_went(self, wire: CDPSession, event: dict[str, Any]) -> None:
        gone = (wire, event["executionContextId"])
        for frame in [frame for frame, context in self._contexts.items() if context == gone]:
            del self._contexts[frame]

    def _called(self, wire: CDPSession, event: dict[str, Any]) -> None:
        if event["name"] != _TELL:
            return
        here = (wire, event["executionContextId"])
        frame = next((frame for frame, context in self._contexts.items() if context == here), None)
        try:
            told = read(scripts.answer(event["payload"]))
        except (json.JSONDecodeError, RecursionError):
            return
        if frame is None or told is None:
            return
        if isinstance(told, Secret):
            self._secret.add(frame)
        else:
            self._hearer.told(self._tab, frame, told)

    def _requested(self, event: dict[str, Any]) -> None:
        if event["frameId"] == self._main:
            self._by_page = True

    def _navigated(self, frame: str, *, anew: bool) -> None:
        if frame == self._main:
            by_page, self._by_page = self._by_page, False
            self._hearer.moved(self._tab, by_page, anew)

    def _answered(self, event: dict[str, Any]) -> None:
        self._hearer.answered(self._tab, event["result"], scripts.well_formed(event["userInput"]))

    # --- frames ---

    async def _locate(self, frame: str) -> Where:
        """Ask the document around a frame where it is; raises KeyError for a frame that is not known."""
        wire, _ = self._contexts[frame]
        tree = (await self._send(wire, "Page.getFrameTree"))["frameTree"]
        about = next(node for node in _nodes(tree) if node["id"] == frame)
        parent = about["parentId"]
        around = await self.where(parent)
        if around is None:
            raise KeyError(parent)
        outer, context = self._contexts[parent]
        owner = await self._send(outer, "DOM.getFrameOwner", frameId=frame)
        node = await self._send(
            outer, "DOM.resolveNode", backendNodeId=owner["backendNodeId"], executionContextId=context
        )
        said = await self._send(
            outer,
            "Runtime.callFunctionOn",
            objectId=node["object"]["objectId"],
            functionDeclaration=f"function () {{ return globalThis.{WORLD}.frameAt(this); }}",
            returnByValue=True,
        )
        at = said["result"]["value"]
        x, y, *_ = around.view.placed((at["x"], at["y"], 0, 0))
        return Where(
            path=around.path + scripts.well_formed(at["path"]) + INTO,
            address=about["url"] + about.get("urlFragment", ""),
            view=View(x, y, around.view.scale * at["scale"]),
        )


def _nodes(tree: dict[str, Any]) -> list[dict[str, Any]]:
    return [tree["frame"], *(node for child in tree.get("childFrames", ()) for node in _nodes(child))]
