"""The frames of a tab as the browser's protocol knows them, and worlds in them that no page can reach."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from actions import DeviceError
from envs.web.tab import DocumentGone, Tab

if TYPE_CHECKING:
    from playwright.async_api import CDPSession, Frame

_WORLD = "handeyeSecrets"
_PATIENCE = 2.0
"""Seconds in which a frame must answer."""
_TOGETHER = "not have a separate CDP session"
"""What the driver says of a frame in its parent's process."""
_FOCUSED = """function () {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at;
}"""


class Worlds:
    """The protocol's sessions for one tab: its own, and one for each frame in a process of its own."""

    def __init__(self, tab: Tab) -> None:
        self._tab = tab
        self._apart: dict[Frame, CDPSession | None] = {}
        tab.page.on("framenavigated", self._forget)
        tab.page.on("framedetached", self._forget)

    def _forget(self, frame: Frame) -> None:
        self._apart.pop(frame, None)

    async def apart(self) -> dict[Frame, CDPSession | None]:
        """The frames that live in a process of their own; None for one that does not answer."""
        found: dict[Frame, CDPSession | None] = {}
        for frame in self._tab.page.frames[1:]:
            try:
                if (wire := await self._session(frame)) is not None:
                    found[frame] = wire
            except (DeviceError, DocumentGone, TimeoutError):
                found[frame] = None
        return found

    async def _session(self, frame: Frame) -> CDPSession | None:
        """The session of a frame, None if it is in its parent's process."""
        if frame not in self._apart:
            connecting = self._tab.page.context.new_cdp_session(frame)
            try:
                async with asyncio.timeout(_PATIENCE):
                    self._apart[frame] = await self._tab.wait_for(connecting, "connecting to a frame")
            except DeviceError as error:
                if _TOGETHER not in str(error):
                    raise
                self._apart[frame] = None
        return self._apart[frame]

    async def snapshot(self, wire: CDPSession | None = None) -> dict[str, Any]:
        """What a process has laid out of the page: the main frame's, or that of `wire`."""
        given: dict[str, Any] = {"computedStyles": []}
        if wire is None:
            return await self._tab.send("DOMSnapshot.captureSnapshot", **given)
        async with asyncio.timeout(_PATIENCE):
            return await self._send(wire, "DOMSnapshot.captureSnapshot", given)

    async def scale(self) -> float:
        """The snapshots' pixels for one CSS pixel."""
        said = await self._tab.send("Page.getLayoutMetrics")
        return float(said["layoutViewport"]["clientWidth"] / (said["cssLayoutViewport"]["clientWidth"] or 1) or 1.0)

    async def focused(self) -> tuple[CDPSession | None, str]:
        """The element that has the focus, through frames, in an isolated world: its session (None: the tab's), id."""
        wire: CDPSession | None = None
        tree = await self._send(wire, "Page.getFrameTree", {})
        frame = tree["frameTree"]["frame"]["id"]
        while True:
            world = await self._send(wire, "Page.createIsolatedWorld", {"frameId": frame, "worldName": _WORLD})
            context = world["executionContextId"]
            said = await self._send(
                wire, "Runtime.callFunctionOn", {"functionDeclaration": _FOCUSED, "executionContextId": context}
            )
            element = said["result"].get("objectId", "")
            if not element:
                return wire, ""
            node = (await self._send(wire, "DOM.describeNode", {"objectId": element}))["node"]
            if "frameId" not in node or node["nodeName"] not in ("IFRAME", "FRAME"):
                return wire, element
            frame = node["frameId"]
            wire = await self._session_of(frame, wire)

    async def call(self, wire: CDPSession | None, element: str, function: str, *given: Any) -> Any:
        """Run a function on an element that `focused` gave; plain data goes in and comes out."""
        arguments = [{"value": one} for one in given]
        said = await self._send(
            wire,
            "Runtime.callFunctionOn",
            {"functionDeclaration": function, "objectId": element, "arguments": arguments, "returnByValue": True},
        )
        return said["result"].get("value")

    async def _session_of(self, frame: str, around: CDPSession | None) -> CDPSession | None:
        """The session of a frame by the protocol's name for it: one of its own, else that of the frame around it."""
        wires = [wire for wire in (await self.apart()).values() if wire is not None]
        for wire in wires:
            if (await self._send(wire, "Target.getTargetInfo", {}))["targetInfo"]["targetId"] == frame:
                return wire
        return around

    async def _send(self, wire: CDPSession | None, method: str, given: dict[str, Any]) -> dict[str, Any]:
        if wire is None:
            return await self._tab.send(method, **given)
        return await self._tab.wait_for(wire.send(method, given), method)
