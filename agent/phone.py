"""What `agent phone` does: a virtual phone that stays until it is no longer wanted."""

from __future__ import annotations

import asyncio

from agent.command import stop_on_sigterm
from agent.console import Console


def stay(console: Console) -> int:
    """Start the phone, say how to reach it, and wait for Ctrl-C."""
    try:
        asyncio.run(_stay(console))
    except (KeyboardInterrupt, asyncio.CancelledError):
        console.say("the phone is gone, and all that was on it", "dim")
    return 0


async def _stay(console: Console) -> None:
    from envs.demo.phone import phone

    stop_on_sigterm()
    async with phone() as device:
        console.out(f"ANDROID_ADB_SERVER_PORT={device.adb_port} agent run --env android --serial {device.serial} ...")
        console.out(f"adb -P {device.adb_port} -s {device.serial} shell")
        console.say("Ctrl-C ends it", "dim")
        await asyncio.Event().wait()
