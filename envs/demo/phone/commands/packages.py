"""`pm` and `cmd package`: what is installed; `cmd` itself, which is how services are asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from envs.demo.phone import catalogue
from envs.demo.phone.catalogue import App
from envs.demo.phone.commands import activities, methods, preferences
from envs.demo.phone.interpreter import Call
from envs.demo.phone.system import System


async def pm(system: System, call: Call) -> int:
    """`pm list packages`, `pm path`, `pm clear`, and what `cmd package` answers."""
    words = call.arguments
    match words:
        case ["list", "packages", *options]:
            _list(system, call, options)
        case ["path", package]:
            if not any(app.package == package for app in system.installed):
                return 1
            call.say(f"package:{_apk(package)}")
        case ["clear", package]:
            if system.app(package) is None:
                call.say("Failed")
                return 1
            await system.screen.ui("stop", package)
            call.say("Success")
        case ["resolve-activity", *options]:
            return _resolve(system, call, options)
        case ["query-activities", *options]:
            return _query(system, call, options)
        case ["install", *_] | ["uninstall", *_]:
            call.complain("Error: the virtual phone has the apps that it came with, and takes no others")
            return 1
        case _:
            call.complain(f"Unknown command: {' '.join(words[:1])}")
            return 255
    return 0


def _list(system: System, call: Call, options: list[str]) -> None:
    wanted = next((option for option in options if not option.startswith("-")), "")
    for app in system.installed:
        if ("-3" in options and app.system) or ("-s" in options and not app.system) or "-d" in options:
            continue
        if wanted in app.package:
            call.say(f"package:{_apk(app.package)}={app.package}" if "-f" in options else f"package:{app.package}")


def _apk(package: str) -> str:
    return f"/data/app/{package}-1/base.apk"


def _fitting(system: System, options: list[str]) -> list[App]:
    """The apps that an intent such as `-a ACTION -c CATEGORY [PACKAGE]` finds."""
    package, category, action, rest = "", "", "", list(options)
    while rest:
        option = rest.pop(0)
        if option in ("-a", "-c", "-p", "--user") and rest:
            value = rest.pop(0)
            category = value if option == "-c" else category
            action = value if option == "-a" else action
            package = value if option == "-p" else package
        elif not option.startswith("-"):
            package = option.partition("/")[0]
    if category.endswith(".HOME"):
        return [catalogue.LAUNCHER]
    found = [app for app in system.installed if app.path and (not package or app.package == package)]
    if action and action != "android.intent.action.MAIN":
        found = [app for app in found if action in app.actions]
    if category.endswith(".LAUNCHER"):
        found = [app for app in found if app is not catalogue.LAUNCHER]
    return found


def _resolve(system: System, call: Call, options: list[str]) -> int:
    found = _fitting(system, options)
    if not found:
        call.say("No activity found")
    elif "--brief" in options:
        call.say("priority=0 preferredOrder=0 match=0x108000 specificIndex=-1 isDefault=true")
        call.say(found[0].component)
    else:
        _describe(system, call, found[0])
    return 0


def _query(system: System, call: Call, options: list[str]) -> int:
    found = _fitting(system, options)
    if not found:
        call.say("No activities found")
        return 0
    brief = "--brief" in options
    if "--components" in options:
        for app in found:
            call.say(app.component)
        return 0
    call.say(f"{len(found)} activities found:")
    for number, app in enumerate(found):
        call.say(f"  Activity #{number}:")
        if brief:
            call.say("    priority=0 preferredOrder=0 match=0x108000 specificIndex=-1 isDefault=true")
            call.say(f"    {app.component}")
        else:
            _describe(system, call, app, "    ")
    return 0


def _describe(system: System, call: Call, app: App, indent: str = "") -> None:
    label = app.label(system.store.settings.language)
    for line in (
        "priority=0 preferredOrder=0 match=0x108000 specificIndex=-1 isDefault=true",
        "ActivityInfo:",
        f"  name={app.package}{app.activity}",
        f"  packageName={app.package}",
        f"  labelRes=0x0 nonLocalizedLabel={label} icon=0x7f080001 banner=0x0",
        "  enabled=true exported=true directBootAware=false",
        f"  taskAffinity={app.package} targetActivity=null",
        "  ApplicationInfo:",
        f"    packageName={app.package}",
        f"    labelRes=0x0 nonLocalizedLabel={label} icon=0x7f080001 banner=0x0",
        f"    sourceDir={_apk(app.package)}",
    ):
        call.say(indent + line)


async def cmd(system: System, call: Call) -> int:
    """`cmd SERVICE …`: the same as the program that asks that service."""
    services: dict[str, Callable[[System, Call], Awaitable[int]]] = {
        "package": pm,
        "activity": activities.am,
        "uimode": preferences.uimode,
        "input_method": methods.ime,
        "settings": preferences.settings,
    }
    if not call.arguments:
        call.complain("cmd: No service specified; use -l to list all services")
        return 20
    name = call.arguments[0]
    if name == "-l":
        call.say("Currently running services:")
        for service in sorted(services):
            call.say(f"  {service}")
        return 0
    if name not in services:
        call.complain(f"cmd: Can't find service: {name}")
        return 20
    inner = Call([name, *call.arguments[1:]], call.stdin, call.stdout, call.stderr)
    return await services[name](system, inner)


PROGRAMS = {"pm": pm, "cmd": cmd}
