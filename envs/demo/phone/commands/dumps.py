"""`dumpsys`: those lines of each service's long account that clients read, in the form that they have on a phone."""

from __future__ import annotations

import zlib
from collections.abc import Awaitable, Callable

from envs.demo.phone.catalogue import LAUNCHER, app_of
from envs.demo.phone.interpreter import Call
from envs.demo.phone.screen import Windows
from envs.demo.phone.system import System

_Lines = list[str]


async def _window(system: System, words: list[str]) -> _Lines:
    windows = await system.windows()
    return [
        "WINDOW MANAGER POLICY STATE (dumpsys window policy)",
        f"    mAwake={_flag(system.awake)}",
        f"    screenState={'SCREEN_STATE_ON' if system.awake else 'SCREEN_STATE_OFF'}",
        f"    mShowingLockscreen={_flag(windows.locked)} mShowingDream=false"
        f" mDreamingLockscreen={_flag(windows.locked or not system.awake)} mDreamingSleepToken=null",
        f"    mDismissKeyguard=DISMISS_KEYGUARD_NONE isStatusBarKeyguard={_flag(windows.locked)}",
        "    KeyguardServiceDelegate",
        f"      showing={_flag(windows.locked)}",
        f"      inputRestricted={_flag(windows.locked)}",
        f"      secure={_flag(bool(system.pin))}",
        f"      screenState={2 if system.awake else 0}",
        "WINDOW MANAGER WINDOWS (dumpsys window windows)",
        *_window_list(system, windows),
        f"  mCurrentFocus={_focus(system, windows)}",
        f"  mFocusedApp=ActivityRecord{{{_hash(windows.front)} u0 {_record(windows)} t{_task_number(windows.front)}}}",
        f"  mInputMethodTarget={_focus(system, windows) if windows.keyboard else 'null'}",
        "WINDOW MANAGER DISPLAY CONTENTS (dumpsys window displays)",
        f"  Display: mDisplayId=0 init={_by(system.screen.size.pixels)} {system.screen.size.density}dpi"
        f" cur={_by(system.screen.pixels)} app={_by(system.screen.pixels)}",
        f"  mCurrentRotation=ROTATION_{system.screen.rotation * 90}",
    ]


def _window_list(system: System, windows: Windows) -> _Lines:
    lines = []
    if windows.keyboard:
        lines += [
            f"  Window #1 Window{{{_hash('InputMethod')} u0 InputMethod}}:",
            "    mHasSurface=true isVisible=true",
        ]
    flags = "fl=LAYOUT_IN_SCREEN SECURE HARDWARE_ACCELERATED" if system.secure else "fl=LAYOUT_IN_SCREEN"
    lines += [f"  Window #0 {_focus(system, windows)}:", f"    {flags}", "    mHasSurface=true isVisible=true"]
    return lines


def _focus(system: System, windows: Windows) -> str:
    if not system.awake or windows.locked:
        return f"Window{{{_hash('shade')} u0 NotificationShade}}"
    component = f"{windows.front}/{windows.front}{windows.activity}"
    if windows.recents:
        component = LAUNCHER.full_component
    return f"Window{{{_hash(component)} u0 {component}}}"


def _record(windows: Windows) -> str:
    return LAUNCHER.component if windows.recents else f"{windows.front}/{windows.activity}"


async def _power(system: System, words: list[str]) -> _Lines:
    on = system.awake
    return [
        "POWER MANAGER (dumpsys power)",
        "",
        "Power Manager State:",
        "  mDirty=0x0",
        f"  mWakefulness={'Awake' if on else 'Asleep'}",
        "  mWakefulnessChanging=false",
        "  mIsPowered=true",
        "  mPlugType=2",
        "  mBatteryLevel=87",
        "  mBootCompleted=true",
        "  mSystemReady=true",
        f"  mHalInteractiveModeEnabled={_flag(on)}",
        f"  mHoldingWakeLockSuspendBlocker={_flag(on)}",
        f"  mHoldingDisplaySuspendBlocker={_flag(on)}",
        f"Display Power: state={'ON' if on else 'OFF'}",
    ]


async def _input_method(system: System, words: list[str]) -> _Lines:
    windows = await system.windows()
    return [
        "Current Input Method Manager state:",
        "  Input Methods:",
        *(f"  InputMethod #{number}:\n      mId={method}" for number, method in enumerate(system.enabled_methods)),
        "  Clients:",
        f"  mCurMethodId={system.method}",
        f"  mCurId={system.method} mHaveConnection=true mBoundToMethod=true",
        f"  mShowRequested={_flag(windows.keyboard)} mShowExplicitlyRequested=false mShowForced=false"
        f" mInputShown={_flag(windows.keyboard)}",
        f"  mCurFocusedWindow={_focus(system, windows)}",
        f"  mServedInputConnection={'android.view.inputmethod.RemoteInputConnection' if windows.field else 'null'}",
        f"  mInteractive={_flag(system.awake)}",
        f"  screenOn={_flag(system.awake)} mScreenOn={_flag(system.awake)}",
    ]


async def _activity(system: System, words: list[str]) -> _Lines:
    windows = await system.windows()
    if words[:1] == ["top"]:
        lines = []
        for task in reversed(windows.tasks):
            component = f"{task['package']}/{(task['screens'] or [''])[-1]}"
            lines += [
                f"TASK {task['package']} id={_task_number(task['package'])} userId=0",
                f"  ACTIVITY {component} {_hash(component)} pid={_task_number(task['package']) + 2000}",
            ]
        return lines
    lines = ["ACTIVITY MANAGER ACTIVITIES (dumpsys activity activities)", "Display #0 (activities from top to bottom):"]
    for task in windows.tasks:
        number = _task_number(task["package"])
        app = app_of(task["package"])
        kind = "home" if app is LAUNCHER else "standard"
        lines.append(f"  * Task{{{_hash(task['package'])} #{number} type={kind} A=10100:{task['package']} U=0}}")
        for place, screen in reversed(list(enumerate(task["screens"]))):
            component = f"{task['package']}/{screen}"
            lines.append(f"    * Hist  #{place}: ActivityRecord{{{_hash(component)} u0 {component} t{number}}}")
    record = f"ActivityRecord{{{_hash(windows.front)} u0 {_record(windows)} t{_task_number(windows.front)}}}"
    state = "topResumedActivity" if system.awake and not windows.locked else "mLastPausedActivity"
    return [
        *lines,
        f"  {state}={record}",
        f"  ResumedActivity: {record}" if system.awake and not windows.locked else "  ResumedActivity: null",
        f"  KeyguardController:\n    mKeyguardShowing={_flag(windows.locked)}",
    ]


async def _display(system: System, words: list[str]) -> _Lines:
    width, height = system.screen.pixels
    upright = system.screen.size.pixels
    return [
        "DISPLAY MANAGER (dumpsys display)",
        f"  mScreenState={'ON' if system.awake else 'OFF'}",
        "  mViewports=[DisplayViewport{type=INTERNAL, valid=true, isActive=true, displayId=0, uniqueId='local:0',"
        f" physicalPort=0, orientation={system.screen.rotation}, logicalFrame=Rect(0, 0 - {width}, {height}),"
        f" physicalFrame=Rect(0, 0 - {upright[0]}, {upright[1]}), deviceWidth={upright[0]},"
        f" deviceHeight={upright[1]}}}]",
    ]


async def _input(system: System, words: list[str]) -> _Lines:
    return ["INPUT MANAGER (dumpsys input)", f"    SurfaceOrientation: {system.screen.rotation}"]


async def _package(system: System, words: list[str]) -> _Lines:
    found = [app for app in system.installed if not words or app.package == words[0]]
    if not found:
        return [f"Unable to find package: {words[0]}"]
    lines = ["Packages:"]
    for app in found:
        lines += [
            f"  Package [{app.package}] ({_hash(app.package)}):",
            "    userId=10100",
            "    versionCode=1 minSdk=24 targetSdk=34",
            "    versionName=1.0",
            "    signatures=PackageSignatures{" + _hash(app.package) + " version:2, signatures:[" + _hash("key") + "]}",
            f"    pkgFlags=[ {'SYSTEM ' if app.system else ''}HAS_CODE ]",
            "    firstInstallTime=2026-01-01 00:00:00",
            "    lastUpdateTime=2026-01-01 00:00:00",
        ]
    return lines


async def _battery(system: System, words: list[str]) -> _Lines:
    return [
        "Current Battery Service state:",
        "  AC powered: false", "  USB powered: true", "  Wireless powered: false", "  Max charging current: 500000",
        "  Max charging voltage: 5000000", "  Charge counter: 3200000", "  status: 2", "  health: 2", "  present: true",
        "  level: 87", "  scale: 100", "  voltage: 4210", "  temperature: 270", "  technology: Li-ion",
    ]  # fmt: skip


async def _surface_flinger(system: System, words: list[str]) -> _Lines:
    return ['Display 4619827259835644672 (HWC display 0): port=0 pnpId=HND displayName="virtual"']


_SERVICES: dict[str, Callable[[System, _Lines], Awaitable[_Lines]]] = {
    "SurfaceFlinger": _surface_flinger,
    "activity": _activity,
    "battery": _battery,
    "display": _display,
    "input": _input,
    "input_method": _input_method,
    "package": _package,
    "power": _power,
    "window": _window,
}


async def dumpsys(system: System, call: Call) -> int:
    """`dumpsys SERVICE …`, or `dumpsys -l` for those that there are."""
    words = call.arguments
    if words[:1] == ["-l"]:
        call.say("Currently running services:")
        for name in _SERVICES:
            call.say(f"  {name}")
        return 0
    if not words:
        call.complain("dumpsys: name a service; -l lists those of the virtual phone")
        return 1
    if words[0] not in _SERVICES:
        call.complain(f"Can't find service: {words[0]}")
        return 0
    for line in await _SERVICES[words[0]](system, words[1:]):
        call.say(line)
    return 0


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _by(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


def _hash(name: str) -> str:
    """Seven hexadecimal digits that stay the same for a name, as an object's do while it lives."""
    return f"{zlib.crc32(name.encode()) & 0xFFFFFFF:07x}"


def _task_number(package: str) -> int:
    return zlib.crc32(package.encode()) % 900 + 10


PROGRAMS = {"dumpsys": dumpsys}
