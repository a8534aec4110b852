"""An adb server that does not run yet, and a machine or a phone that cannot do it."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import adbutils
import pytest

from actions import DeviceError, DriverMissing, UsageError
from envs.android import AndroidEnv, devices
from envs.android.server import server_port
from envs.android.wire import Wire
from tests.envs.android.conftest import Owner


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


async def test_a_server_is_started_where_none_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"HOME": str(tmp_path), "ADB_USB": "0", "ADB_MDNS": "0"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("ADB_LOCAL_TRANSPORT_MAX_PORT", "5553")
    port = free_port()
    try:
        assert await devices(adb_port=port) == ()
        with pytest.raises(DeviceError, match="USB debugging"):
            await AndroidEnv(adb_port=port).__aenter__()
        with pytest.raises(DeviceError, match=r"127\.0\.0\.1:1 cannot be used: failed to connect.*wireless debugging"):
            await AndroidEnv("127.0.0.1:1", adb_port=port).__aenter__()
    finally:
        ending = await asyncio.create_subprocess_exec("adb", "-P", str(port), "kill-server")
        await ending.wait()


async def test_without_adb_the_command_that_installs_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> str:
        raise adbutils.AdbError("No adb exe could be found")

    monkeypatch.setattr(adbutils, "adb_path", none)
    with pytest.raises(DriverMissing, match="apt install adb"):
        await devices(adb_port=free_port())


async def test_what_answers_at_the_port_may_be_no_adb_server(monkeypatch: pytest.MonkeyPatch) -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail ready\r\n")
        await writer.drain()
        writer.close()

    monkeypatch.setattr("envs.android.server._adb_program", lambda: "true")
    async with await asyncio.start_server(greet, "127.0.0.1", 0) as other:
        with pytest.raises(DeviceError, match="did not start its server"):
            await devices(adb_port=other.sockets[0].getsockname()[1])


@pytest.mark.parametrize("given", ["no", "0", "70000", "-1"])
def test_a_port_in_the_environment_that_is_none(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", given)
    with pytest.raises(UsageError, match="ANDROID_ADB_SERVER_PORT"):
        server_port()


async def test_an_android_that_is_too_old(owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    async def few(self: Wire) -> set[str]:
        return {"cmd"}

    monkeypatch.setattr(Wire, "features", few)
    with pytest.raises(DeviceError, match="7 or newer is needed"):
        await AndroidEnv(owner.device.serial, adb_port=owner.device.adb_port).__aenter__()
