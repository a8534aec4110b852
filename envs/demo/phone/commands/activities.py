"""`am` and `monkey`: starting and stopping apps, and broadcasts."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from envs.demo.phone import catalogue
from envs.demo.phone.catalogue import App
from envs.demo.phone.commands import methods
from envs.demo.phone.interpreter import Call
from envs.demo.phone.system import System

_MAIN, _HOME, _VIEW = "android.intent.action.MAIN", "android.intent.category.HOME", "android.intent.action.VIEW"
_BROADCAST = "0x400000"
"""The flag that am gives every broadcast."""
_PAIRS = {"--es", "--ei", "--ez", "--el", "--ef", "--eu", "--eia", "--esa", "--ela", "-e"}
_SKIPPED = {"-f", "-t", "--user", "--display", "--windowingMode", "--activity-type", "--receiver-permission"}


class _Wrong(Exception):
    """An intent that cannot be read."""


@dataclass
class _Intent:
    action: str = ""
    data: str = ""
    category: str = ""
    component: str = ""
    package: str = ""
    extras: dict[str, str] = field(default_factory=dict)
    wait: bool = False
    stop_first: bool = False

    def described(self, flags: str = "") -> str:
        """As Android writes it."""
        parts = [
            f"act={self.action}" if self.action else "",
            f"cat=[{self.category}]" if self.category else "",
            f"dat={self.data}" if self.data else "",
            f"flg={flags}" if flags else "",
            f"pkg={self.package}" if self.package else "",
            f"cmp={self.component}" if self.component else "",
            "(has extras)" if self.extras else "",
        ]
        return "Intent { " + " ".join(filter(None, parts)) + " }"


def _read(words: list[str]) -> _Intent:
    intent, rest = _Intent(), list(words)

    def value() -> str:
        if not rest:
            raise _Wrong(f'Argument expected after "{word}"')
        return rest.pop(0)

    while rest:
        word = rest.pop(0)
        if word == "-a":
            intent.action = value()
        elif word == "-d":
            intent.data = value()
        elif word == "-c":
            intent.category = value()
        elif word == "-n":
            intent.component = _short(value())
        elif word == "-p":
            intent.package = value()
        elif word in _PAIRS:
            name = value()
            intent.extras[name] = value()
        elif word in _SKIPPED:
            value()
        elif word == "-W":
            intent.wait = True
        elif word == "-S":
            intent.stop_first = True
        elif word.startswith("-"):
            if word not in ("-D", "-N", "-R", "--track-allocation"):
                raise _Wrong(f"Unknown option: {word}")
        elif "/" in word and ":" not in word:
            intent.component = _short(word)
        elif ":" in word:
            intent.data = word
        else:
            intent.package = word
    return intent


def _short(component: str) -> str:
    package, slash, activity = component.partition("/")
    if not slash or not package or not activity:
        raise _Wrong(f"Bad component name: {component}")
    return f"{package}/{activity.removeprefix(package)}"


def _resolve(system: System, intent: _Intent) -> App | None:
    if intent.component:
        return next((app for app in system.installed if app.path and app.component == intent.component), None)
    if intent.category == _HOME:
        return catalogue.LAUNCHER
    if intent.package and intent.action in ("", _MAIN):
        return system.app(intent.package)
    return next((app for app in system.installed if intent.action in app.actions), None)


async def am(system: System, call: Call) -> int:
    """`am start|start-activity`, `am force-stop`, `am broadcast`, `am kill-all`."""
    if not call.arguments:
        call.complain("Activity manager (activity) commands: start, force-stop, broadcast, kill-all")
        return 255
    command, words = call.words[1], call.words[2:]
    try:
        if command in ("start", "start-activity"):
            return await _start(system, call, _read(words))
        if command in ("force-stop", "kill", "stop-app"):
            package = _read(words).package
            if not package:
                raise _Wrong('Argument expected after "' + command + '"')
            await system.screen.ui("stop", package)
            return 0
        if command == "broadcast":
            intent = _read(words)
            call.say(f"Broadcasting: {intent.described(_BROADCAST)}")
            await methods.hear(system, intent.action, intent.extras)
            call.say("Broadcast completed: result=0")
            return 0
    except _Wrong as wrong:
        call.complain(f"Error: {wrong}")
        return 255
    if command == "kill-all":
        return 0
    call.complain(f"Unknown command: {command}")
    return 255


async def _start(system: System, call: Call, intent: _Intent) -> int:
    app = _resolve(system, intent)
    call.say(f"Starting: {intent.described()}")
    if app is None:
        if intent.component:
            call.complain("Error type 3")
            call.complain(f"Error: Activity class {{{_long(intent.component)}}} does not exist.")
        else:
            call.complain(f"Error: Activity not started, unable to resolve {intent.described()}")
        return 1
    windows = await system.windows()
    if intent.stop_first:
        await system.screen.ui("stop", app.package)
    elif windows.front == app.package and not windows.recents:
        call.say("Warning: Activity not started, its current task has been brought to the front")
    await system.start(app)
    if intent.wait:
        for line in ("Status: ok", "LaunchState: WARM", f"Activity: {app.component}", "TotalTime: 112", "WaitTime: 118",
                     "Complete"):  # fmt: skip
            call.say(line)
    return 0


def _long(component: str) -> str:
    package, _, activity = component.partition("/")
    return f"{package}/{package}{activity}" if activity.startswith(".") else component


async def monkey(system: System, call: Call) -> int:
    """`monkey -p PACKAGE [-c CATEGORY] 1`, which starts an app; there is no other use of it here."""
    words = call.arguments
    package = next((value for option, value in pairwise(words) if option == "-p"), "")
    app = system.app(package)
    if not words or not words[-1].isdigit():
        call.complain("** Error: Count not specified")
        return 255
    for word in words:
        call.say(f"  bash arg: {word}")
    if app is None:
        call.say("** No activities found to run, monkey aborted.")
        return 252
    if words[-1] != "1":
        call.complain("** Error: the virtual phone's monkey starts an app, and knows no other trick")
        return 255
    await system.start(app)
    call.say("Events injected: 1")
    call.say("## Network stats: elapsed time=21ms (0ms mobile, 0ms wifi, 21ms not connected)")
    return 0


PROGRAMS = {"am": am, "monkey": monkey}
