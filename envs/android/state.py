"""What `dumpsys` says of the screen: what is in front, whether it is on, locked or protected from screenshots."""

from __future__ import annotations

import re
from dataclasses import dataclass

_FOCUS = re.compile(r"mCurrentFocus=Window\{\S+ \S+ ([^\s}]+)")
_APP = re.compile(r"mFocusedApp=.*? ([\w.]+/[\w.$]+)")
_COMPONENT = re.compile(r"([\w.]+)/([\w.$]+)")
_LOCKED = re.compile(
    r"\b(?:mDreamingLockscreen|mShowingLockscreen|isStatusBarKeyguard|mKeyguardShowing|isKeyguardShowing"
    r"|keyguardShowing)=true\b"
)
_GUARD = re.compile(r"KeyguardServiceDelegate\s+showing=(true|false)(?:\s+\w+=\w+)*?\s+occluded=(true|false)")
_ASLEEP = re.compile(
    r"\b(?:mAwake=false|mScreenOn=false|interactiveState=INTERACTIVE_STATE_SLEEP|screenState=(?:SCREEN_STATE_)?OFF)\b"
)
_STATUS_BAR = re.compile(r"(?:type=statusBars|ITYPE_STATUS_BAR)\b.*?\bm?[fF]rame=\[0,0\]\[\d+,(\d+)\]")
_WINDOW = re.compile(r"^\s*Window #\d+ Window\{(.*)$")
_FLAGS = re.compile(r"\bfl=(.*)$")
_SECURE_BIT = 0x2000


@dataclass(frozen=True, slots=True)
class State:
    """The state of the phone's windows. `package` and `activity` are what is in front, "" if nothing says so."""

    package: str = ""
    activity: str = ""
    is_awake: bool = True
    is_locked: bool = False
    is_secure: bool = False
    """Does the window in front forbid screenshots?"""
    status_bar: int | None = None
    """Its height in pixels of input, None if nothing says so."""


def read_windows(dump: str) -> State:
    """Read `dumpsys window`, of Android 7 and later."""
    focus = _last(_FOCUS, dump)
    app = _last(_APP, dump)
    component = _COMPONENT.fullmatch(focus) or _COMPONENT.fullmatch(app)
    guard = _GUARD.search(dump)
    bar = _STATUS_BAR.search(dump)
    return State(
        package=component[1] if component else "",
        activity=component[2].rpartition(".")[2] if component else "",
        is_awake=_ASLEEP.search(dump) is None,
        is_locked=_LOCKED.search(dump) is not None or (guard is not None and guard.groups() == ("true", "false")),
        is_secure=bool(focus) and _forbids(dump, focus),
        status_bar=int(bar[1]) if bar else None,
    )


def _last(pattern: re.Pattern[str], dump: str) -> str:
    """What stands in the last line that names something: displays that show nothing come first or say null."""
    found = [words for words in pattern.findall(dump) if words != "null"]
    return str(found[-1]) if found else ""


def _forbids(dump: str, focus: str) -> bool:
    inside = False
    for line in dump.splitlines():
        window = _WINDOW.match(line)
        if window:
            inside = f" {focus}}}" in window[1]
        elif inside and (flags := _FLAGS.search(line)):
            # as words since Android 9, as a number before
            number = re.match(r"#([0-9a-fA-F]+)", flags[1])
            return bool(int(number[1], 16) & _SECURE_BIT) if number else "SECURE" in flags[1].split()
    return False
