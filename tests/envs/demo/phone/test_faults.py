"""What goes wrong with phones, as adb shows it."""

from __future__ import annotations

import asyncio
import math

import pytest
from PIL import Image

from actions import DeviceError, DeviceLost
from envs.demo.phone import Phone, phone
from tests.envs.demo.phone.conftest import Hand, adb, until


async def state(device: Phone) -> str:
    """What adb says of the phone: "device", "offline", … or nothing."""
    for line in (await adb(device, "devices")).text.splitlines():
        serial, _, said = line.partition("\t")
        if serial == device.serial:
            return said
    return ""


async def test_a_dropped_phone_is_gone_until_it_is_restored(device: Phone, hand: Hand) -> None:
    await device.drop()
    await until(lambda: state(device), lambda said: said != "device")
    ran = await hand.line("echo x")
    assert ran.code != 0
    assert ran.out == b""
    await device.restore()
    assert (await hand.line("echo x")).text == "x"


async def test_a_command_under_way_ends_when_the_phone_drops(device: Phone, hand: Hand) -> None:
    await device.slow(math.inf)
    waiting = asyncio.create_task(hand.line("echo x"))
    await until(lambda: asyncio.sleep(0, device.serial))
    await asyncio.wait([waiting], timeout=0.2)
    assert not waiting.done()
    await device.drop()
    assert (await asyncio.wait_for(waiting, 5)).out == b""


async def test_a_phone_whose_browser_dies_is_lost() -> None:
    async with phone() as device:
        hand = Hand(device)
        browser = device._system.screen._page.context.browser
        assert browser
        await browser.close()
        assert (await hand.line("input tap 5 5; echo x")).out == b""
        await until(lambda: state(device), lambda said: said != "device")
        with pytest.raises(DeviceLost):
            await device.screenshot()


async def test_an_offline_phone_does_not_answer(device: Phone, hand: Hand) -> None:
    await device.offline()
    await until(lambda: state(device), lambda said: said in ("offline", ""))
    assert (await hand.line("echo x")).code != 0
    await device.restore()
    assert await state(device) == "device"


async def test_an_unauthorised_phone_waits_for_its_owner(device: Phone, hand: Hand) -> None:
    await device.unauthorised()
    await adb(device, "disconnect", device.serial)
    await adb(device, "connect", device.serial)
    await until(lambda: state(device), lambda said: said == "unauthorized")
    assert "unauthorized" in (await hand.line("echo x")).err
    await device.restore()
    assert (await hand.line("echo x")).text == "x"


async def test_a_slow_phone_answers_late(device: Phone, hand: Hand) -> None:
    await device.slow(0.3)
    loop = asyncio.get_running_loop()
    began = loop.time()
    assert (await hand.line("echo x")).text == "x"
    assert loop.time() - began >= 0.3
    with pytest.raises(DeviceError, match="0 or more"):
        await device.slow(-1)


@pytest.mark.parametrize("how", ["shell", "service", "fault"])
async def test_a_restart_closes_apps_and_keeps_what_they_saved(device: Phone, hand: Hand, how: str) -> None:
    await hand.open("Settings")
    await hand.tap("Display")
    await hand.tap("dark")
    await until(lambda: asyncio.sleep(0, device.settings().dark))
    if how == "shell":
        await hand.line("reboot")
    elif how == "service":
        await hand.adb("reboot")
    else:
        await device.restart()
    await adb(device, "disconnect", device.serial)

    async def connected() -> bool:
        return "connected to" in (await adb(device, "connect", device.serial)).text

    await until(connected)
    await hand.adb("wait-for-device")
    assert device.settings().dark
    await hand.in_front("QuickstepLauncher")
    await hand.key("APP_SWITCH")
    await hand.find("No recent items")


async def test_a_locked_phone_opens_by_a_swipe(device: Phone, hand: Hand) -> None:
    await hand.open("Notes")
    await device.lock()
    said = await hand.run("dumpsys", "window")
    assert "mDreamingLockscreen=true" in said
    assert "isStatusBarKeyguard=true" in said
    assert "NotificationShade" in said
    assert "secure=false" in said
    await hand.key("HOME")
    await hand.find("Swipe up to open")
    await hand.run("input", "swipe", "400", "1500", "400", "700", "100")
    await hand.find("Bike lock")
    assert "isStatusBarKeyguard=false" in await hand.run("dumpsys", "window")


async def test_a_pin_is_asked_for(device: Phone, hand: Hand) -> None:
    await device.lock("4071")
    assert "secure=true" in await hand.run("dumpsys", "window")
    await hand.run("wm", "dismiss-keyguard")
    await hand.run("input", "swipe", "400", "1500", "400", "700", "100")
    for key in "4072↵":
        await hand.tap(key)
    await hand.find("Wrong PIN")
    for key in "4071↵":
        await hand.tap(key)
    await hand.find("Contacts")
    with pytest.raises(DeviceError, match="digits"):
        await device.lock("secret")


async def test_a_dark_screen_is_black_and_deaf_until_it_is_woken(device: Phone, hand: Hand) -> None:
    x, y = (await hand.find("Notes")).centre
    await device.screen_off()
    said = await hand.run("dumpsys", "power")
    assert "mWakefulness=Asleep" in said
    assert "mHoldingDisplaySuspendBlocker=false" in said
    assert (await hand.screen()).getextrema() == ((0, 0), (0, 0), (0, 0))
    await hand.run("input", "tap", str(x), str(y))
    await hand.key("WAKEUP")
    assert "mWakefulness=Awake" in await hand.run("dumpsys", "power")
    await hand.in_front("QuickstepLauncher")
    await hand.key("POWER")
    assert "mWakefulness=Asleep" in await hand.run("dumpsys", "power")


async def test_a_locked_phone_that_slept_wakes_locked(device: Phone, hand: Hand) -> None:
    await device.lock()
    await device.unlock()
    await device.screen_off()
    await hand.key("WAKEUP")
    assert "isStatusBarKeyguard=false" in await hand.run("dumpsys", "window"), "the owner had opened it for good"
    await device.lock()
    await device.screen_off()
    await hand.key("WAKEUP")
    assert "isStatusBarKeyguard=true" in await hand.run("dumpsys", "window")


async def test_a_secure_window_is_black_under_the_status_bar(device: Phone, hand: Hand) -> None:
    await hand.open("Notes")
    await device.secure()
    screen: Image.Image = await hand.screen()
    assert screen.crop((0, 64, *screen.size)).getextrema() == ((0, 0), (0, 0), (0, 0))
    assert "SECURE" in await hand.run("dumpsys", "window", "windows")
    await device.secure(False)
    assert (await hand.screen()).crop((0, 64, *screen.size)).getextrema() != ((0, 0), (0, 0), (0, 0))


async def test_a_turned_phone_has_a_turned_screen_and_its_old_size(device: Phone, hand: Hand) -> None:
    upright = (await hand.screen()).size
    await device.rotate()
    assert (await hand.screen()).size == upright[::-1]
    assert f"{upright[0]}x{upright[1]}" in await hand.run("wm", "size")
    assert "orientation=1" in await hand.run("dumpsys", "display")
    await hand.tap("Notes")
    await hand.find("Bike lock")
    await hand.run("settings", "put", "system", "user_rotation", "0")
    assert (await hand.screen()).size == upright
