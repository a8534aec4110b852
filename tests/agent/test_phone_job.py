"""The embedded reader on the virtual phone: what was asked for is what the phone holds afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agent.api import run
from agent.endpoint import ReaderEndpoint
from agent.outcome import Outcome
from envs.android import AndroidEnv
from envs.demo.phone import Phone, phone


@pytest.fixture(scope="module")
async def device() -> AsyncIterator[Phone]:
    async with phone() as running:
        yield running


@pytest.fixture(scope="module")
async def reader() -> AsyncIterator[ReaderEndpoint]:
    endpoint = ReaderEndpoint()
    yield endpoint
    await endpoint.aclose()


async def do(task: str, device: Phone, reader: ReaderEndpoint, folder: Path) -> Outcome:
    await device.reset()
    env = AndroidEnv(device.serial, adb_port=device.adb_port, settle_ceiling=4)
    return await run(task, env=env, endpoint=reader, trace_dir=folder / "trace")


async def test_it_adds_a_contact(device: Phone, reader: ReaderEndpoint, tmp_path: Path) -> None:
    outcome = await do("add a contact Ana Silva, phone 0171 555 0102", device, reader, tmp_path)
    assert outcome.status == "complete", outcome.reason
    assert ("Ana Silva", "0171 555 0102") in [(who.name, who.phone) for who in device.contacts()]


async def test_it_adds_none_whose_birthday_has_no_place(device: Phone, reader: ReaderEndpoint, tmp_path: Path) -> None:
    outcome = await do("add a contact Ana Silva, birthday 3 May 1990", device, reader, tmp_path)
    assert outcome.status == "infeasible"
    assert "1990-05-03" in outcome.reason
    assert "Ana Silva" not in [who.name for who in device.contacts()]


async def test_it_sends_a_message(device: Phone, reader: ReaderEndpoint, tmp_path: Path) -> None:
    outcome = await do("send Ben Carter a message saying I will be late", device, reader, tmp_path)
    assert outcome.status == "complete", outcome.reason
    sent = [message for message in device.messages() if message.text == "I will be late"]
    assert [(message.number, message.sent) for message in sent] == [("+44 7700 900321", True)]


@pytest.mark.parametrize("task", ["turn on dark mode", "打开深色模式"])
async def test_it_turns_a_setting_on(task: str, device: Phone, reader: ReaderEndpoint, tmp_path: Path) -> None:
    outcome = await do(task, device, reader, tmp_path)
    assert outcome.status == "complete", outcome.reason
    assert (device.settings().dark, device.settings().wifi) == (True, True)


async def test_it_writes_a_note(device: Phone, reader: ReaderEndpoint, tmp_path: Path) -> None:
    outcome = await do("write a note: buy milk", device, reader, tmp_path)
    assert outcome.status == "complete", outcome.reason
    assert (device.notes()[0].title, device.notes()[0].text) == ("", "buy milk")
