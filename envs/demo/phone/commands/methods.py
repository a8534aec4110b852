"""`ime`: the phone's input methods, and the broadcasts that ADB Keyboard listens to."""

from __future__ import annotations

import base64
import binascii

from envs.demo.phone import keys
from envs.demo.phone.interpreter import Call
from envs.demo.phone.system import ADB_KEYBOARD_ID, LATIN_ID, System


async def ime(system: System, call: Call) -> int:
    """`ime list [-a] [-s]`, `ime enable|disable|set ID`, `ime reset`."""
    secure = system.store.settings.secure
    enabled = system.enabled_methods
    match call.arguments:
        case ["list", *options]:
            for method in system.methods if "-a" in options else enabled:
                call.say(method if "-s" in options else f"{method}:\n  mId={method} mSettingsActivityName=null")
        case ["enable", method]:
            if method not in system.methods:
                call.complain(f"Unknown input method {method} cannot be enabled for user #0")
                return 255
            already = "already" if method in enabled else "now"
            secure["enabled_input_methods"] = ":".join(dict.fromkeys([*enabled, method]))
            call.say(f"Input method {method}: {already} enabled for user #0")
        case ["disable", method]:
            if method not in system.methods:
                call.complain(f"Unknown input method {method} cannot be disabled for user #0")
                return 255
            already = "now" if method in enabled else "already"
            secure["enabled_input_methods"] = ":".join(one for one in enabled if one != method)
            if system.method == method:
                secure["default_input_method"] = LATIN_ID
            call.say(f"Input method {method}: {already} disabled for user #0")
        case ["set", method]:
            if method not in enabled:
                call.complain(f"Unknown input method {method} cannot be selected for user #0")
                return 255
            secure["default_input_method"] = method
            call.say(f"Input method {method} selected for user #0")
        case ["reset"]:
            secure["enabled_input_methods"] = secure["default_input_method"] = LATIN_ID
            call.say("Reset current and enabled IMEs for user #0")
            call.say(f"Newly selected IME for user #0: {LATIN_ID}")
        case _:
            call.complain("ime <command>: list [-a] [-s] | enable ID | disable ID | set ID | reset")
            return 255
    await system.apply()
    return 0


async def hear(system: System, action: str, extras: dict[str, str]) -> None:
    """A broadcast: ADB Keyboard acts on it while it is the chosen input method; nothing else does."""
    if system.method != ADB_KEYBOARD_ID or not system.awake:
        return
    match action:
        case "ADB_INPUT_TEXT" if "msg" in extras:
            await system.screen.ui("commit", extras["msg"])
        case "ADB_INPUT_B64" if "msg" in extras:
            try:
                text = base64.b64decode(extras["msg"]).decode()
            except (binascii.Error, UnicodeDecodeError):
                return  # it logs this where nobody looks
            await system.screen.ui("commit", text)
        case "ADB_INPUT_CHARS" if "chars" in extras:
            numbers = [number for number in extras["chars"].split(",") if number.strip().isdigit()]
            await system.screen.ui("commit", "".join(chr(int(number)) for number in numbers))
        case "ADB_INPUT_CODE" if extras.get("code", "").isdigit():
            await system.key(int(extras["code"]))
        case "ADB_EDITOR_CODE" if extras.get("code", "").isdigit():
            await system.key(keys.ENTER)
        case "ADB_CLEAR_TEXT":
            await system.screen.ui("erase", True)


PROGRAMS = {"ime": ime}
