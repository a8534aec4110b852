"""What is installed on the phone: packages, their names in two languages, and where their pages begin."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class App:
    """An installed package; `path` is where its pages begin, empty for one without pages."""

    package: str
    activity: str
    """The main activity, in the short form that begins with a dot."""
    english: str
    chinese: str
    path: str = ""
    system: bool = True
    actions: tuple[str, ...] = field(default=())
    """Intent actions that its main activity answers, besides MAIN."""

    @property
    def component(self) -> str:
        return f"{self.package}/{self.activity}"

    @property
    def full_component(self) -> str:
        return f"{self.package}/{self.package}{self.activity}"

    def label(self, language: str) -> str:
        """Its name in "en" or "zh"."""
        return self.chinese if language == "zh" else self.english


LAUNCHER = App("com.android.launcher3", ".uioverrides.QuickstepLauncher", "Launcher", "桌面", "/launcher")
CONTACTS = App("com.android.contacts", ".activities.PeopleActivity", "Contacts", "通讯录", "/contacts")
MESSAGES = App(
    "com.android.messaging", ".ui.conversationlist.ConversationListActivity", "Messages", "短信", "/messages"
)
SETTINGS = App(
    "com.android.settings",
    ".Settings",
    "Settings",
    "设置",
    "/settings",
    actions=("android.settings.SETTINGS", "android.settings.DISPLAY_SETTINGS", "android.settings.WIFI_SETTINGS"),
)
NOTES = App("org.handeye.notes", ".NotesActivity", "Notes", "记事本", "/notes", system=False)
SHOP = App("org.handeye.shop", ".ShopActivity", "Shop", "商店", "/shop", system=False)
SYSTEM_UI = App("com.android.systemui", ".SystemUI", "System UI", "系统界面")
LATIN = App("com.android.inputmethod.latin", ".LatinIME", "Android Keyboard (AOSP)", "Android 键盘 (AOSP)")
ADB_KEYBOARD = App("com.android.adbkeyboard", ".AdbIME", "ADB Keyboard", "ADB 键盘", system=False)

ON_SCREEN = (CONTACTS, MESSAGES, NOTES, SETTINGS, SHOP)
"""The apps with an icon in the launcher."""
INSTALLED = (LAUNCHER, *ON_SCREEN, SYSTEM_UI, LATIN)


def app_of(package: str) -> App | None:
    """The app with pages that is called `package`."""
    return next((app for app in (LAUNCHER, *ON_SCREEN) if app.package == package), None)
