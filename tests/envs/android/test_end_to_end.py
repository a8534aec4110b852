"""Whole runs on the virtual phone: the loop, phone dialects, a model that follows a script, traces and replay."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from actions import Action, Box, Click, DeviceLost, Finish, Hit, Open, Type
from agent import run
from agent.endpoint import NO_TERMS, ScriptedEndpoint, Terms
from agent.replay.engine import replay
from agent.trace import read_trace
from envs.android import AndroidEnv
from envs.demo.phone import Phone
from prompts import registry
from prompts.base import Dialect, Message, Reply
from tests.envs.android.conftest import Owner

Move = Callable[[AndroidEnv], Awaitable[Action]]
DIALECTS = ("glm41v-mobile", "glm45v-mobile", "autoglm-phone")


class Follower(ScriptedEndpoint):
    """A model that knows what to do and finds out where: it asks the phone, and answers as its dialect would."""

    def __init__(self, env: AndroidEnv, dialect: Dialect, moves: Sequence[Move | Action]) -> None:
        super().__init__([""] * len(moves))
        self._env = env
        self._dialect = dialect
        self._moves = moves

    async def complete(
        self, messages: Sequence[Message], sampling: Mapping[str, Any], terms: Terms = NO_TERMS
    ) -> Reply:
        move = self._moves[len(self.requests)]
        self.requests.append(list(messages))
        action = await move(self._env) if callable(move) else move
        return Reply(text=self._dialect.format(action, thought="It comes next."), model=self.model)


async def where(env: AndroidEnv, role: str, name: str) -> Box:
    found = [hit.box for hit in await env.find(Hit(role=role), wide=True) if hit.name.startswith(name)]
    assert found, f"no {role} {name!r}: {[hit.name for hit in await env.find(Hit(role=role), wide=True)]}"
    assert found[0] is not None
    return found[0]


def tap(name: str, role: str = "button") -> Move:
    async def move(env: AndroidEnv) -> Action:
        return Click(at=await where(env, role, name))

    return move


def write(text: str, into: str, *, submit: bool = False) -> Move:
    async def move(env: AndroidEnv) -> Action:
        return Type(text=text, into=await where(env, "textbox", into), replace=True, submit=submit)

    return move


ADD_CONTACT: tuple[Move | Action, ...] = (
    Open(target="Contacts"),
    tap("Create contact"),
    write("Zoë O'Neil; $(x)", "Name"),
    write("+44 7700 900111", "Phone"),
    tap("Save"),
    Finish(status="complete", answer="Zoë is in the contacts."),
)
SEND_MESSAGE: tuple[Move | Action, ...] = (
    Open(target="短信"),
    tap("Start chat"),
    tap("D David Kim"),
    write("See you at 7, 100%sure!\nAna", "Text message"),
    tap("Send message"),
    Finish(status="complete"),
)
DARK_MODE: tuple[Move | Action, ...] = (
    Open(target="Settings"),
    tap("Display"),
    tap("Dark mode", "switch"),
    Finish(status="complete"),
)


async def done(device: Phone, dialect: str, task: str, moves: Sequence[Move | Action], folder: Path) -> None:
    env = AndroidEnv(device.serial, adb_port=device.adb_port)
    spoken = registry.get(dialect)
    outcome = await run(task, env=env, endpoint=Follower(env, spoken, moves), dialect=spoken, trace_dir=folder)
    assert (outcome.status, outcome.reason) == ("complete", "")
    assert outcome.steps == len(moves)


async def test_add_a_contact(owner: Owner, tmp_path: Path) -> None:
    await done(owner.device, "glm41v-mobile", "add a contact Zoë", ADD_CONTACT, tmp_path / "t")
    (zoe,) = [one for one in owner.device.contacts() if one.name.startswith("Zoë")]
    assert (zoe.name, zoe.phone) == ("Zoë O'Neil; $(x)", "+44 7700 900111")
    trace = read_trace(tmp_path / "t")
    typed = trace.steps[2].result
    assert typed is not None
    assert typed.hit is not None
    assert (typed.read_back, typed.hit.resource_id) == ("Zoë O'Neil; $(x)", "com.android.contacts:id/name")
    assert [step.seen.app for step in trace.steps] == ["", *["Contacts"] * 5]
    assert trace.steps[2].crop is not None


async def test_send_a_message(owner: Owner, tmp_path: Path) -> None:
    await done(owner.device, "autoglm-phone", "给 David Kim 发一条消息", SEND_MESSAGE, tmp_path / "t")
    newest = owner.device.messages("+1 202 555 0148")[-1]
    assert (newest.sent, newest.text.replace("\r\n", "\n")) == (True, "See you at 7, 100%sure!\nAna")


async def test_turn_on_dark_mode_and_replay_it_without_a_model(owner: Owner, tmp_path: Path) -> None:
    device = owner.device
    await done(device, "glm45v-mobile", "turn on dark mode", DARK_MODE, tmp_path / "t")
    assert device.settings().dark
    await device.reset()
    assert not device.settings().dark
    env = AndroidEnv(device.serial, adb_port=device.adb_port)
    outcome = await replay(read_trace(tmp_path / "t"), env, trace_dir=tmp_path / "again")
    assert (outcome.status, outcome.reason, outcome.tokens) == ("complete", "", 0)
    assert device.settings().dark


async def test_a_replay_adds_the_contact_again(owner: Owner, tmp_path: Path) -> None:
    device = owner.device
    await done(device, "glm41v-mobile", "add a contact Zoë", ADD_CONTACT, tmp_path / "t")
    await device.reset()
    outcome = await replay(
        read_trace(tmp_path / "t"), AndroidEnv(device.serial, adb_port=device.adb_port), trace_dir=tmp_path / "again"
    )
    assert (outcome.status, outcome.reason) == ("complete", "")
    assert [one.phone for one in device.contacts() if one.name.startswith("Zoë")] == ["+44 7700 900111"]


async def test_a_phone_lost_in_the_middle_leaves_a_whole_trace(owner: Owner, tmp_path: Path) -> None:
    device = owner.device
    env = AndroidEnv(device.serial, adb_port=device.adb_port)
    spoken = registry.get("glm41v-mobile")

    async def lose(env: AndroidEnv) -> Action:
        place = await where(env, "button", "Display")
        await device.drop()
        return Click(at=place)

    moves: tuple[Move | Action, ...] = (Open(target="Settings"), lose)
    async with asyncio.timeout(60):
        with pytest.raises(DeviceLost):
            await run(
                "turn on dark mode",
                env=env,
                endpoint=Follower(env, spoken, moves),
                dialect=spoken,
                trace_dir=tmp_path / "t",
            )
    trace = read_trace(tmp_path / "t")
    assert trace.outcome is not None
    assert trace.outcome.status == "device_error"
    assert len(trace.steps) == 2
    assert "went away" in (trace.steps[1].problem or "")
