"""What `dumpsys` says, of several Androids, as one state."""

from __future__ import annotations

import pytest

from envs.android.state import State, read_windows

ANDROID_13 = """WINDOW MANAGER POLICY STATE (dumpsys window policy)
    mSafeMode=false mSystemReady=true mSystemBooted=true
    screenState=SCREEN_STATE_ON
    KeyguardServiceDelegate
      showing=false
      inputRestricted=false
      occluded=false
      secure=true
      interactiveState=INTERACTIVE_STATE_AWAKE
WINDOW MANAGER DISPLAY CONTENTS (dumpsys window displays)
  mCurrentFocus=null
  mFocusedApp=null
  mCurrentFocus=Window{6c1e25b u0 com.android.settings/com.android.settings.Settings}
  mFocusedApp=ActivityRecord{1f0f5b2 u0 com.android.settings/.Settings t42}
  InsetsSource id=0 type=statusBars frame=[0,0][1080,74] visible=true
WINDOW MANAGER WINDOWS (dumpsys window windows)
  Window #4 Window{aaaaaaa u0 NotificationShade}:
    mAttrs={(0,0)(fillxfill) sim={adjust=resize} ty=NOTIFICATION_SHADE
      fl=NOT_FOCUSABLE TOUCHABLE_WHEN_WAKING SECURE}
  Window #3 Window{6c1e25b u0 com.android.settings/com.android.settings.Settings}:
    mAttrs={(0,0)(fillxfill) sim={adjust=resize forwardNavigation} ty=BASE_APPLICATION
      fl=LAYOUT_IN_SCREEN LAYOUT_INSET_DECOR SPLIT_TOUCH HARDWARE_ACCELERATED
      pfl=NO_MOVE_ANIMATION}
"""
ANDROID_8 = """
  mCurrentFocus=Window{d1c4f1e u0 com.bank.app/com.bank.app.PinActivity}
  mFocusedApp=AppWindowToken{c9 token=Token{52 ActivityRecord{1 u0 com.bank.app/.PinActivity t9}}}
  Window #2 Window{d1c4f1e u0 com.bank.app/com.bank.app.PinActivity}:
    mAttrs=WM.LayoutParams{(0,0)(fillxfill) sim=#120 ty=1 fl=#81812100 pfl=0x20000}
  mAwake=true mShowingLockscreen=false mDreamingLockscreen=false
"""


def test_a_recent_android() -> None:
    assert read_windows(ANDROID_13) == State("com.android.settings", "Settings", status_bar=74)


def test_an_older_android_writes_flags_as_a_number() -> None:
    assert read_windows(ANDROID_8) == State("com.bank.app", "PinActivity", is_secure=True)
    assert not read_windows(ANDROID_8.replace("81812100", "81810100")).is_secure


def test_only_the_window_in_front_counts_as_secure() -> None:
    assert not read_windows(ANDROID_13).is_secure
    assert read_windows(ANDROID_13.replace("SPLIT_TOUCH", "SECURE SPLIT_TOUCH")).is_secure


@pytest.mark.parametrize(
    "line",
    ["mDreamingLockscreen=true", "isStatusBarKeyguard=true", "mShowingLockscreen=true", "mKeyguardShowing=true"],
)
def test_a_lock_screen_in_the_words_of_several_androids(line: str) -> None:
    assert read_windows(f"  a=b {line} c=d\n").is_locked
    assert not read_windows(f"  a=b {line.replace('true', 'false')} c=d\n").is_locked


def test_a_keyguard_that_an_app_covers_is_no_lock() -> None:
    locked = ANDROID_13.replace("showing=false", "showing=true")
    assert read_windows(locked).is_locked
    assert not read_windows(locked.replace("occluded=false", "occluded=true")).is_locked


def test_a_screen_that_is_off() -> None:
    assert not read_windows(ANDROID_13.replace("SCREEN_STATE_ON", "SCREEN_STATE_OFF")).is_awake
    assert not read_windows("mAwake=false").is_awake


def test_nothing_said_is_a_phone_that_is_awake() -> None:
    assert read_windows("") == State()
