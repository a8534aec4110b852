"""`input`: fingers and keys."""

from __future__ import annotations

from envs.demo.phone import keys
from envs.demo.phone.interpreter import Call
from envs.demo.phone.system import System

_SOURCES = frozenset(
    "dpad keyboard mouse touchpad gamepad touchnavigation joystick touchscreen stylus trackball".split()  # noqa: SIM905
)
_LONG_PRESS = 0.5
_SWIPE_MS = 300
_USAGE = """Usage: input [<source>] [-d DISPLAY_ID] <command> [<arg>...]

The commands are:
      text <string>
      keyevent [--longpress|--doubletap] <key code number or name> ...
      tap <x> <y>
      swipe <x1> <y1> <x2> <y2> [duration(ms)]
      draganddrop <x1> <y1> <x2> <y2> [duration(ms)]
      motionevent <DOWN|UP|MOVE|CANCEL> <x> <y>
      keycombination <key code 1> <key code 2> ..."""
# What the virtual keyboard's character map has keys for: a text with anything else is not typed at all.
_TYPEABLE = frozenset(map(chr, range(32, 127))) | {"\n", "\t"}


class _Wrong(Exception):
    """Arguments that the command does not take."""


async def input_(system: System, call: Call) -> int:
    """One command to the screen, as `input` has them."""
    words = call.arguments
    if words and words[0] in _SOURCES:
        words = words[1:]
    if words[:1] == ["-d"] and len(words) > 1:
        words = words[2:]
    if not words:
        call.complain(_USAGE)
        return 255
    command, arguments = words[0], words[1:]
    try:
        return await _input(system, call, command, arguments)
    except _Wrong as wrong:
        call.complain(f"Error: {wrong}")
        call.complain(_USAGE)
        return 255


async def _input(system: System, call: Call, command: str, arguments: list[str]) -> int:
    if command == "text":
        return await _text(system, call, arguments)
    if command == "keyevent":
        codes = [keys.code_of(word) for word in arguments if not word.startswith("--")]
        if not codes:
            raise _Wrong('Argument expected after "keyevent"')
        for code in codes * (2 if "--doubletap" in arguments else 1):
            await system.key(code)
        return 0
    if command == "keycombination":
        if len(arguments) < 2:
            raise _Wrong("keycombination requires at least 2 keycodes")
        await system.keys_together([keys.code_of(word) for word in arguments if not word.startswith("-")])
        return 0
    if command == "motionevent":
        if len(arguments) != 3 or arguments[0].upper() not in ("DOWN", "MOVE", "UP", "CANCEL"):
            raise _Wrong(f"Invalid arguments for command: {command}")
        if await system.touchable():
            await system.screen.finger(arguments[0].upper(), *_numbers(arguments[1:]))
        return 0
    if command == "tap":
        if len(arguments) != 2:
            raise _Wrong(f"Invalid arguments for command: {command}")
        x, y = _numbers(arguments)
        if await system.touchable():
            await system.screen.tap(x, y)
        return 0
    if command in ("swipe", "draganddrop"):
        if len(arguments) not in (4, 5):
            raise _Wrong(f"Invalid arguments for command: {command}")
        x1, y1, x2, y2, *rest = _numbers(arguments)
        milliseconds = rest[0] if rest and rest[0] >= 0 else _SWIPE_MS
        if not await system.touchable():
            return 0
        if (x1, y1) == (x2, y2):
            await system.screen.hold(x1, y1, milliseconds / 1000)
        else:
            hold = _LONG_PRESS if command == "draganddrop" else 0
            await system.screen.drag((x1, y1), (x2, y2), milliseconds / 1000, hold)
        return 0
    raise _Wrong(f"Unknown command: {command}")


async def _text(system: System, call: Call, arguments: list[str]) -> int:
    """Only the first argument is typed; "%s" in it is a blank."""
    if not arguments:
        raise _Wrong('Argument expected after "text"')
    text = arguments[0].replace("%s", " ")
    if not set(text) <= _TYPEABLE:
        call.complain("")
        call.complain("Exception occurred while executing 'text':")
        call.complain("java.lang.NullPointerException: Attempt to get length of null array")
        call.complain("\tat com.android.server.input.InputShellCommand.sendText(InputShellCommand.java:359)")
        call.complain("\tat com.android.server.input.InputShellCommand.runText(InputShellCommand.java:321)")
        call.complain("\tat android.os.BasicShellCommandHandler.exec(BasicShellCommandHandler.java:97)")
        return 255
    await system.write(text)
    return 0


def _numbers(words: list[str]) -> list[float]:
    try:
        return [float(word) for word in words]
    except ValueError as error:
        raise _Wrong(f"java.lang.NumberFormatException: {error}") from None


PROGRAMS = {"input": input_}
