"""Every environment passes one suite, and the suite finds what is wrong with a bad one."""

from __future__ import annotations

import io
import shutil

import pytest
from PIL import Image

from actions import Box, Element, Observation, Result
from envs.android import AndroidEnv
from envs.conformance import ConformanceError, check
from envs.demo.phone import phone
from envs.desktop import DesktopEnv
from envs.scripted import ScriptedEnv
from envs.web import WebEnv
from tests.envs.site import served


def screen(size: tuple[int, int] = (64, 48), **facts: object) -> Observation:
    buffer = io.BytesIO()
    Image.new("RGB", size).save(buffer, "PNG")
    given = {"screenshot": buffer.getvalue(), "width": 64, "height": 48, "platform": "web"}
    return Observation(**given | facts)


async def test_web() -> None:
    async with served() as site:
        path = site.page("<h1>Shelf</h1><label>Name <input></label><button>Go</button><p style='height:3000px'>")
        await check(lambda: WebEnv(site.url + path, timeout=10, settle_ceiling=4))


async def test_android() -> None:
    async with phone() as device:
        await check(lambda: AndroidEnv(device.serial, adb_port=device.adb_port, settle_ceiling=4))


@pytest.mark.skipif(shutil.which("Xvfb") is None or shutil.which("openbox") is None, reason="needs Xvfb and openbox")
async def test_desktop() -> None:
    await check(lambda: DesktopEnv("virtual", settle_ceiling=4))


async def test_scripted() -> None:
    element = Element(mark=0, role="button", name="Go", box=Box(left=0.1, top=0.1, right=0.2, bottom=0.2))
    await check(lambda: ScriptedEnv({"only": screen(elements=(element,))}))


async def test_the_suite_names_every_fault_of_a_bad_environment() -> None:
    class Bad(ScriptedEnv):
        async def __aexit__(self, *_: object) -> bool:
            return True

        async def perform(self, action: object) -> Result:
            if action.kind == "hover":
                raise KeyError("hover")
            return Result(act_ms=-1)

    empty = Element(mark=4, role="", name="Go", box=Box(left=0.1, top=0.1, right=0.1, bottom=0.2))
    with pytest.raises(ConformanceError) as caught:
        await check(lambda: Bad({"only": screen((32, 48), elements=(empty,))}))
    found = "\n".join(caught.value.problems)
    for fault in (
        "32 x 48 pixels but width and height say 64 x 48", "their marks are [4]", "empty box", "no role",
        "KeyError('hover')", "negative milliseconds", "perform(ask) should raise UnsupportedAction",
        "perform(press) should raise ActionError", "perform() before it was entered should raise DeviceError",
        "was swallowed",
    ):  # fmt: skip
        assert fault in found


async def test_what_lacks_the_protocol_is_told_so() -> None:
    with pytest.raises(ConformanceError, match="lacks a part of the protocol"):
        await check(lambda: object())
