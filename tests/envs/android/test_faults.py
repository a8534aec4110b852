"""A phone that sleeps, is locked, hides its screen, keeps silent or goes away: each is said by name, and in time."""

from __future__ import annotations

import asyncio

import pytest

from actions import (
    ActionError,
    Click,
    DeviceError,
    DeviceLost,
    Home,
    LongPress,
    Observation,
    Point,
    Press,
    UsageError,
    Wait,
)
from envs.android import AndroidEnv, Device, devices, server
from envs.android.server import _only
from envs.android.wire import Output, Wire
from envs.demo.phone import Phone
from tests.envs.android.conftest import Owner

MIDDLE = Point(x=0.5, y=0.5)
SOON = 20.0
"""Seconds after which a test gives up on an error that should come within five: the machine may be busy."""


def env_of(device: Phone, **how: object) -> AndroidEnv:
    return AndroidEnv(device.serial, adb_port=device.adb_port, **how)


async def until_it_ran(owner: Owner, word: str) -> None:
    """Returns when the phone has begun a command with that word."""
    while not any(word in words for words in owner.device.commands()):
        await owner.device.app()  # each question lets the phone go on


# --- going away ---


async def test_a_dropped_phone_is_lost_at_the_next_call_and_comes_back_in_a_new_run(owner: Owner) -> None:
    async with env_of(owner.device) as env:
        await env.observe()
        await owner.device.drop()
        for call in (env.observe(), env.perform(Home())):
            with pytest.raises(DeviceLost, match=owner.device.serial):
                await call
    with pytest.raises(DeviceError, match="cannot be used"):
        await env_of(owner.device).__aenter__()
    await owner.device.restart()
    async with env_of(owner.device) as env:
        assert (await env.observe()).platform == "android"


@pytest.mark.parametrize("fault", ["drop", "offline"])
async def test_a_phone_that_goes_away_in_the_middle_of_a_call(owner: Owner, fault: str) -> None:
    async with env_of(owner.device) as env:
        await env.observe()
        holding = asyncio.create_task(env.perform(LongPress(at=MIDDLE, seconds=30)))
        await until_it_ran(owner, "30000")
        await getattr(owner.device, fault)()
        async with asyncio.timeout(SOON):
            with pytest.raises(DeviceLost):
                await holding


async def test_a_phone_that_answers_nothing_any_more_is_lost(owner: Owner) -> None:
    async with env_of(owner.device) as env:
        await env.observe()
        await owner.device.slow(float("inf"))
        async with asyncio.timeout(SOON):
            with pytest.raises(DeviceLost, match="answers nothing"):
                await env.perform(Home())


async def test_a_phone_that_only_seems_to_be_there_is_connected_anew(
    owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell, silent = Wire._shell, [True]

    async def dead_connection(self: Wire, line: str) -> Output:
        if silent:
            raise DeviceLost("nothing came back")
        return await shell(self, line)

    connect = server._connect

    async def reconnect(serial: str, host: str, port: int, *, anew: bool) -> str:
        assert anew
        silent.clear()
        return await connect(serial, host, port, anew=anew)

    monkeypatch.setattr(Wire, "_shell", dead_connection)
    monkeypatch.setattr(server, "_connect", reconnect)
    async with env_of(owner.device) as env:
        assert (await env.observe()).platform == "android"


async def test_a_slow_phone_is_waited_for(owner: Owner) -> None:
    await owner.device.slow(0.3)
    async with env_of(owner.device, elements=False) as env:
        assert await env.observe()


async def test_a_command_that_never_ends_on_a_phone_that_is_well(owner: Owner) -> None:
    wire = Wire(owner.device.serial, "127.0.0.1", owner.device.adb_port)
    with pytest.raises(DeviceError, match="did not finish 'input' within 1 s") as caught:
        await wire.run("input", "swipe", "9", "9", "9", "9", "20000", limit=1)
    assert not isinstance(caught.value, DeviceLost)


async def test_a_server_that_is_gone(owner: Owner) -> None:
    with pytest.raises(DeviceLost, match="no adb server answers"):
        await Wire(owner.device.serial, "127.0.0.1", 1).run("true")
    with pytest.raises(DeviceError, match="adb -a nodaemon server"):
        await devices(adb_host="127.0.0.2", adb_port=1)


# --- not usable from the start ---


async def test_a_phone_that_has_not_allowed_this_computer(owner: Owner) -> None:
    await owner.device.unauthorised()
    with pytest.raises(DeviceError, match=r"unauthorized.*tap Allow"):
        await env_of(owner.device).__aenter__()
    (listed,) = [one for one in await devices(adb_port=owner.device.adb_port) if one.serial == owner.device.serial]
    assert not listed.is_ready
    assert "tap Allow" in listed.remedy


async def test_the_only_phone_needs_no_name(owner: Owner) -> None:
    (listed,) = await devices(adb_port=owner.device.adb_port)
    assert (listed.serial, listed.state, listed.is_ready) == (owner.device.serial, "device", True)
    async with AndroidEnv(adb_port=owner.device.adb_port) as env:
        assert (await env.observe()).app == ""
    with pytest.raises(DeviceError, match=rf"no phone 'R58' is connected.*{owner.device.serial}"):
        await AndroidEnv("R58", adb_port=owner.device.adb_port).__aenter__()


def test_several_phones_must_be_told_apart_and_none_ready_is_explained() -> None:
    one, two = Device("A1", "device", "Pixel 8"), Device("B2", "device")
    unknown = Device("C3", "unauthorized")
    assert _only((one, unknown)) == "A1"
    with pytest.raises(UsageError, match=r"A1 \(Pixel 8\), B2.*--serial"):
        _only((one, two))
    with pytest.raises(DeviceError, match=r"C3 \(unauthorized\).*tap Allow"):
        _only((unknown,))
    with pytest.raises(DeviceError, match="USB debugging"):
        _only(())


async def test_an_app_to_begin_in(owner: Owner) -> None:
    async with env_of(owner.device, app="短信") as env:
        assert (await env.observe()).app == "Messages"
    with pytest.raises(UsageError, match="cannot begin in 'Nosuch'.*has no app"):
        await env_of(owner.device, app="Nosuch").__aenter__()


async def test_a_phone_in_chinese_has_its_apps_named_so(owner: Owner) -> None:
    owner.device.settings().system["system_locales"] = "zh-Hans-CN"
    async with env_of(owner.device, app="Settings") as env:
        assert (await env.observe()).app == "设置"


async def test_one_environment_serves_one_run_at_a_time(owner: Owner) -> None:
    with pytest.raises(UsageError, match="in use already"):
        await owner.env.__aenter__()
    with pytest.raises(DeviceError, match="async with"):
        await env_of(owner.device).observe()


# --- dark, locked, protected ---


async def test_a_dark_screen_is_switched_on_and_said(owner: Owner) -> None:
    await owner.device.screen_off()
    seen = await owner.look()
    assert "switched on" in seen.notes[0]
    assert "Contacts" in owner.names()
    assert (await owner.look()).notes == ()


async def test_a_lock_without_a_secret_is_opened(owner: Owner) -> None:
    await owner.device.lock()
    await owner.look()
    assert "Contacts" in owner.names()


async def test_a_lock_with_a_pin_is_left_to_the_person(owner: Owner) -> None:
    await owner.device.lock(pin="4711")
    seen = await owner.look()
    assert "ask the person to unlock" in seen.notes[0]
    with pytest.raises(ActionError, match="is locked"):
        await owner.env.perform(Click(at=MIDDLE))
    await owner.env.perform(Wait(seconds=0))
    await owner.device.unlock()
    assert (await owner.look()).notes == ()
    assert (await owner.do(Home())) is not None


async def test_a_screen_that_went_off_while_the_model_thought(owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("envs.android.env._STALE", 0.0)
    await owner.device.screen_off()
    with pytest.raises(ActionError, match="went off meanwhile and nothing was done"):
        await owner.env.perform(Press(keys=("volume_up",)))
    assert "switched on" in (await owner.look()).notes[0]


async def test_a_protected_window_is_said_to_be_one(owner: Owner) -> None:
    await owner.open("Contacts")
    await owner.device.secure()
    seen = await owner.look()
    assert "forbids screenshots" in seen.notes[0]


async def test_a_phone_that_gives_no_picture_is_never_shown_silently_black(
    owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Wire.run

    async def refuse(self: Wire, *words: str, **how: float) -> Output:
        failed = Output(b"", b"Capturing failed.\n", 1)
        return failed if words[0] == "screencap" else await run(self, *words, **how)

    monkeypatch.setattr(Wire, "run", refuse)
    seen = await owner.look()
    assert isinstance(seen, Observation)
    assert "Capturing failed" in seen.notes[0]
    result = await owner.env.perform(Home())
    assert result.changed is None


# --- a UI hierarchy that cannot be had ---


async def test_a_slow_hierarchy_is_left_out_for_the_rest_of_the_run(
    owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("envs.android.phone.SLOW", 0.0)
    async with env_of(owner.device) as env:
        assert "left out from now on: it takes" in (await env.observe()).notes[0]
        assert (await env.observe()).elements == ()
        dumps = len(owner.ran("uiautomator"))
        await env.perform(Click(at=MIDDLE))
        assert len(owner.ran("uiautomator")) == dumps


async def test_a_hierarchy_comes_by_a_file_where_there_is_no_terminal(
    owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Wire.run

    async def without_terminal(self: Wire, *words: str, **how: float) -> object:
        if "/dev/tty" in words:
            return await run(self, "echo", "java.io.FileNotFoundException: /dev/tty: open failed: ENXIO")
        return await run(self, *words, **how)

    monkeypatch.setattr(Wire, "run", without_terminal)
    async with env_of(owner.device) as env:
        assert [e.name for e in (await env.observe()).elements][:2] == ["Contacts", "Messages"]
        assert [e.name for e in (await env.observe()).elements][:2] == ["Contacts", "Messages"]
