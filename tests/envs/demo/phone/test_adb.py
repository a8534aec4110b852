"""The phone as the real adb meets it: the connection, the shell's forms, files, and its life."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from actions import DriverMissing
from envs.demo.phone import Phone, phone
from tests.envs.demo.phone.conftest import Hand, adb, until


async def test_adb_lists_it_as_a_device(device: Phone) -> None:
    listed = (await adb(device, "devices", "-l")).text
    assert f"{device.serial}" in listed
    assert "product:handeye_virtual model:Virtual_Phone device:handeye" in listed
    assert listed.count("\n") == 1, "nothing else is connected to the phone's own server"


async def test_exit_codes_and_streams_arrive_apart(hand: Hand) -> None:
    ran = await hand.line("echo out; nosuch; exit 7")
    assert (ran.code, ran.out) == (7, b"out\n")
    assert ran.err == "/system/bin/sh: nosuch: inaccessible or not found\n"
    assert (await hand.line("false")).code == 1
    assert (await hand.line("echo 'a")).err == "/system/bin/sh: no closing quote\n"


async def test_an_old_shell_has_one_stream(hand: Hand) -> None:
    ran = await hand.adb("shell", "-x", "echo out; nosuch")
    assert ran.out == b"out\n/system/bin/sh: nosuch: inaccessible or not found\n"


async def test_standard_input_reaches_a_program(hand: Hand) -> None:
    data = os.urandom(200_000)
    ran = await hand.line("cat > /sdcard/typed", stdin=data)
    assert ran.code == 0
    assert (await hand.adb("exec-out", "cat /sdcard/typed")).out == data


async def test_raw_input_reaches_a_program(hand: Hand) -> None:
    assert (await hand.adb("exec-in", "cat > /sdcard/raw", stdin=b"a\r\nb")).code == 0
    await until(lambda: hand.line("cat /sdcard/raw"), lambda ran: ran.out == b"a\r\nb")


async def test_files_of_megabytes_go_there_and_back(hand: Hand, tmp_path: Path) -> None:
    data = os.urandom(3_000_000) + b"end"
    there, back = tmp_path / "there.bin", tmp_path / "back.bin"
    there.write_bytes(data)
    pushed = await hand.adb("push", str(there), "/sdcard/Download/")
    assert pushed.code == 0, pushed
    assert (await hand.line("wc -c < /sdcard/Download/there.bin")).text == str(len(data))
    assert (await hand.adb("pull", "/sdcard/Download/there.bin", str(back))).code == 0
    assert hashlib.sha256(back.read_bytes()).digest() == hashlib.sha256(data).digest()
    assert (await hand.adb("exec-out", "cat /sdcard/Download/there.bin")).out == data


async def test_what_cannot_be_read_or_written_is_said(hand: Hand, tmp_path: Path) -> None:
    missing = await hand.adb("pull", "/sdcard/none.txt", str(tmp_path / "none.txt"))
    assert missing.code != 0
    file = tmp_path / "file.txt"
    file.write_text("x")
    refused = await hand.adb("push", str(file), "/system/file.txt")
    assert refused.code != 0
    assert "Read-only file system" in refused.text + refused.err


async def test_many_commands_at_once_are_kept_apart(hand: Hand) -> None:
    answers = await asyncio.gather(*(hand.line(f"echo {number}; cat /sdcard/none") for number in range(12)))
    assert [answer.text for answer in answers] == [str(number) for number in range(12)]


async def test_what_it_has_not_is_refused(hand: Hand) -> None:
    assert "production build" in (await hand.adb("root")).text
    terminal = await hand.adb("shell", stdin=b"")
    assert terminal.code == 1
    assert "no terminal" in terminal.err


async def test_every_command_is_remembered(hand: Hand, device: Phone) -> None:
    await hand.line("echo 'a;b' | cat; nosuch $(echo x)")
    assert device.commands() == [("echo", "a;b"), ("cat",), ("echo", "x"), ("nosuch", "x")]


async def test_two_phones_do_not_know_each_other(device: Phone) -> None:
    async with phone() as second:
        assert second.serial not in (await adb(device, "devices")).text
        assert device.serial not in (await adb(second, "devices")).text
        assert second.adb_port != device.adb_port


async def test_nothing_of_it_is_left_after_an_error() -> None:
    met: list[Phone] = []

    async def fail() -> None:
        async with phone() as device:
            met.append(device)
            assert Path(device.adb_environment["HOME"]).exists()
            raise RuntimeError("the test's own")

    with pytest.raises(RuntimeError, match="the test's own"):
        await fail()
    [device] = met
    for port in (device.adb_port, int(device.serial.rpartition(":")[2])):
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", port)
    assert not Path(device.adb_environment["HOME"]).exists()


async def test_the_users_own_adb_is_left_alone(device: Phone) -> None:
    environment = device.adb_environment
    assert environment["HOME"] != os.environ.get("HOME")
    assert environment["ANDROID_ADB_SERVER_PORT"] != "5037"
    assert not any(name in environment for name in ("ADB_VENDOR_KEYS", "ANDROID_SERIAL"))


async def test_without_adb_it_says_how_to_install_it() -> None:
    with pytest.raises(DriverMissing, match="apt install adb"):
        async with phone(adb="/nowhere/adb"):
            pass


async def test_a_connection_that_talks_nonsense_is_cut_and_harms_nobody(device: Phone, hand: Hand) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(device.serial.rpartition(":")[2]))
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    await writer.drain()
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await reader.readexactly(1)
    writer.close()
    assert (await hand.line("echo fine")).text == "fine"


async def test_a_computer_with_another_key_is_not_let_in(device: Phone) -> None:
    async with phone() as other:
        said = (await adb(other, "connect", device.serial)).text
        assert "failed to authenticate" in said
        listed = await until(lambda: adb(other, "devices"), lambda ran: "unauthorized" in ran.text)
        assert f"{device.serial}\tunauthorized" in listed.text
        await adb(other, "disconnect", device.serial)


_STAY = """
import asyncio
from envs.demo.phone import phone

async def main():
    async with phone() as device:
        print(device.adb_port, flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder whose path is short enough for the browser's socket in it, which pytest's own are not always."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.mark.skipif(shutil.which("setpriv") is None, reason="only Linux ends a child with its parent")
async def test_a_killed_program_leaves_no_adb_server(short_folder: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(short_folder)}  # for what it cannot clear away
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _STAY, stdout=asyncio.subprocess.PIPE, env=environment
    )
    assert program.stdout
    port = int(await program.stdout.readline())
    program.kill()
    await program.wait()

    async def refused() -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except ConnectionRefusedError:
            return True
        writer.close()
        return False

    await until(refused)
