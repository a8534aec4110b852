"""`settings`, `svc`, `cmd uimode`: what the owner of the phone has chosen."""

from __future__ import annotations

from envs.demo.phone.interpreter import Call
from envs.demo.phone.system import System

_NO_TABLE = "Invalid namespace"


async def settings(system: System, call: Call) -> int:
    """`settings get|put|delete|list TABLE …`; "null" is what a key that is not there has."""
    words = call.arguments
    if words[:1] == ["--user"]:
        words = words[2:]
    if len(words) < 2 or (table := system.store.settings.table(words[1])) is None:
        call.complain(f"{_NO_TABLE}: {words[1]}" if len(words) > 1 else "Usage: settings get|put|delete|list TABLE …")
        return 255
    match words[0], words[2:]:
        case "get", [key]:
            call.say(table.get(key, "null"))
        case "put", [key, value, *_]:
            table[key] = value
            await _turned(system, key, value)
            await system.apply()
        case "delete", [key]:
            call.say(f"Deleted {int(table.pop(key, None) is not None)} rows")
            await system.apply()
        case "list", []:
            for key in sorted(table):
                call.say(f"{key}={table[key]}")
        case _:
            call.complain("Bad arguments")
            return 255
    return 0


async def _turned(system: System, key: str, value: str) -> None:
    if key == "user_rotation" and value in ("0", "1", "2", "3"):
        await system.screen.rotate(int(value))


async def svc(system: System, call: Call) -> int:
    """`svc wifi enable|disable`, `svc power stayon …`."""
    match call.arguments:
        case ["wifi", ("enable" | "disable") as turn]:
            system.store.settings.wifi = turn == "enable"
            await system.apply()
        case ["power", "stayon", _]:
            pass
        case _:
            call.complain("Available commands: wifi power")
            return 1
    return 0


async def uimode(system: System, call: Call) -> int:
    """`cmd uimode night [yes|no]`."""
    match call.words:
        case [_, "night"]:
            pass
        case [_, "night", ("yes" | "no") as turn]:
            system.store.settings.dark = turn == "yes"
            await system.apply()
        case _:
            call.complain("UiModeManager service (uimode) commands: night [yes|no]")
            return 255
    call.say(f"Night mode: {'yes' if system.store.settings.dark else 'no'}")
    return 0


PROGRAMS = {"settings": settings, "svc": svc}
