"""What the phone's programs answer, read as clients read it."""

from __future__ import annotations

import asyncio
import re
import struct
from collections.abc import Awaitable, Callable
from typing import TypeVar

import adbutils
import pytest
from PIL import Image

from envs.demo.phone import Phone
from tests.envs.demo.phone.conftest import Hand, until

T = TypeVar("T")
Ask = Callable[[Callable[[adbutils.AdbDevice], T]], Awaitable[T]]


@pytest.fixture
async def ask(device: Phone) -> Ask[object]:
    """Calls a function with the phone as adbutils knows it, in a thread: the phone lives in this one."""
    client = adbutils.AdbClient(host="127.0.0.1", port=device.adb_port)
    return lambda call: asyncio.to_thread(lambda: call(client.device(device.serial)))


async def test_adbutils_knows_the_phone(ask: Ask[object], device: Phone) -> None:
    assert await ask(lambda phone: phone.get_state()) == "device"
    assert await ask(lambda phone: phone.prop.model) == "Virtual Phone"
    assert await ask(lambda phone: tuple(phone.window_size())) == (824, 1830)
    assert await ask(lambda phone: phone.rotation()) == 0
    assert await ask(lambda phone: phone.is_screen_on()) is True
    assert await ask(lambda phone: phone.brightness_value) == 128
    features = str(await ask(lambda phone: phone.get_features())).split(",")
    assert {"shell_v2", "cmd"} <= set(features)


async def test_adbutils_takes_a_screenshot(ask: Ask[Image.Image], device: Phone) -> None:
    picture = await ask(lambda phone: phone.screenshot(error_ok=False))
    assert picture.size == (824, 1830)
    assert max(high for _, high in picture.getextrema()) > 100
    first = await ask(lambda phone: phone.screenshot(display_id=0, error_ok=False))
    assert first.size == picture.size


async def test_adbutils_starts_and_stops_apps(ask: Ask[object], device: Phone) -> None:
    current = await ask(lambda phone: phone.app_current())
    assert current.package == "com.android.launcher3"
    await ask(lambda phone: phone.app_start("org.handeye.notes"))
    await until(device.app, lambda app: app == "org.handeye.notes/.NotesActivity")
    current = await ask(lambda phone: phone.app_current())
    assert (current.package, current.activity) == ("org.handeye.notes", "org.handeye.notes.NotesActivity")
    await ask(lambda phone: phone.app_stop("org.handeye.notes"))
    await until(device.app, lambda app: app.startswith("com.android.launcher3/"))
    assert "org.handeye.shop" in await ask(lambda phone: phone.list_packages(["-3"]))
    info = await ask(lambda phone: phone.app_info("com.android.settings"))
    assert (info.package_name, info.version_name, info.version_code) == ("com.android.settings", "1.0", 1)


async def test_adbutils_reads_the_hierarchy(ask: Ask[str], hand: Hand) -> None:
    await hand.open("Notes")
    xml = await ask(lambda phone: phone.dump_hierarchy())
    assert xml.startswith("<?xml version='1.0' encoding='UTF-8' standalone='yes' ?><hierarchy rotation=\"0\"><node ")
    assert 'text="Bike lock"' in xml


async def test_adbutils_has_both_shells(ask: Ask[object]) -> None:
    old = await ask(lambda phone: phone.shell2("echo out; nosuch"))
    assert (old.returncode, old.output) == (127, "out\n/system/bin/sh: nosuch: inaccessible or not found\n")
    new = await ask(lambda phone: phone.shell2("echo out; nosuch", v2=True))
    assert (new.returncode, new.stdout) == (127, "out\n")
    # a client that never ends its standard input, as this one, is not waited for where no program reads it
    await ask(lambda phone: phone.shell2("echo x > /sdcard/a", v2=True))
    assert (await ask(lambda phone: phone.shell2("cat /sdcard/a | wc -c", v2=True))).stdout == "2\n"
    assert await ask(lambda phone: phone.shell(["echo", "a  'b' $(c)"])) == "a  'b' $(c)"


async def test_adbutils_moves_files(ask: Ask[object]) -> None:
    assert await ask(lambda phone: phone.sync.push(b"x" * 100_000, "/sdcard/x.bin")) == 100_000
    assert await ask(lambda phone: phone.sync.stat("/sdcard/x.bin").size) == 100_000
    assert await ask(lambda phone: phone.sync.read_bytes("/sdcard/x.bin")) == b"x" * 100_000
    assert "x.bin" in [entry.path for entry in await ask(lambda phone: phone.sync.list("/sdcard"))]


async def test_a_raw_screenshot_has_a_header_and_its_pixels(hand: Hand) -> None:
    raw = (await hand.adb("exec-out", "screencap")).out
    width, height, kind, _ = struct.unpack_from("<4I", raw)
    assert (width, height, kind) == (824, 1830, 1)
    assert len(raw) == 16 + 824 * 1830 * 4
    picture = Image.frombytes("RGBA", (width, height), raw[16:]).convert("RGB")
    assert picture.tobytes() == (await hand.screen()).tobytes()


async def test_a_screenshot_goes_into_a_file(hand: Hand) -> None:
    await hand.run("screencap", "/sdcard/a.png")
    assert (await hand.adb("exec-out", "cat /sdcard/a.png")).out.startswith(b"\x89PNG\r\n")
    assert (await hand.line("screencap -p /system/a.png")).code == 1
    assert (await hand.line("screencap --no")).code == 1


async def test_apps_are_resolved_and_started(hand: Hand, device: Phone) -> None:
    found = await hand.run("cmd", "package", "resolve-activity", "--brief", "-c", "android.intent.category.LAUNCHER",
                           "com.android.settings")  # fmt: skip
    assert found.splitlines()[-1] == "com.android.settings/.Settings"
    assert await hand.run("cmd", "package", "resolve-activity", "--brief", "no.such.app") == "No activity found"
    said = await hand.run("am", "start", "-n", "com.android.settings/.Settings")
    assert said == "Starting: Intent { cmp=com.android.settings/.Settings }"
    await until(device.app, lambda app: app == "com.android.settings/.Settings")
    assert "current task has been brought to the front" in await hand.run(
        "am", "start", "-n", "com.android.settings/com.android.settings.Settings"
    )
    assert "Status: ok" in await hand.run("am", "start", "-W", "-n", "org.handeye.shop/.ShopActivity")
    await hand.run("am", "start", "-a", "android.intent.action.MAIN", "-c", "android.intent.category.HOME")
    await hand.in_front("QuickstepLauncher")
    await hand.run("am", "start", "-a", "android.settings.SETTINGS")
    await until(device.app, lambda app: app == "com.android.settings/.Settings")


async def test_what_cannot_be_started_is_told(hand: Hand) -> None:
    missing = await hand.line("am start -n no.such/.App")
    assert missing.code == 1
    assert "Error type 3\nError: Activity class {no.such/no.such.App} does not exist." in missing.err
    web = await hand.line("am start -a android.intent.action.VIEW -d https://example.com/")
    assert "unable to resolve Intent { act=android.intent.action.VIEW dat=https://example.com/ }" in web.err
    assert (await hand.line("am start --nonsense")).code == 255
    assert (await hand.line("am dance")).code == 255
    assert "monkey aborted" in (await hand.line("monkey -p no.such 1")).text


async def test_a_launcher_query_names_every_app_with_its_label(hand: Hand) -> None:
    said = await hand.run("cmd", "package", "query-activities", "-a", "android.intent.action.MAIN",
                          "-c", "android.intent.category.LAUNCHER")  # fmt: skip
    names = re.findall(
        r"ActivityInfo:\n\s+name=\S+\n\s+packageName=(\S+)\n\s+labelRes=0x0 nonLocalizedLabel=(\S+)", said
    )
    assert dict(names) == {
        "com.android.contacts": "Contacts",
        "com.android.messaging": "Messages",
        "com.android.settings": "Settings",
        "org.handeye.notes": "Notes",
        "org.handeye.shop": "Shop",
    }
    brief = await hand.run("cmd", "package", "query-activities", "--brief", "-c", "android.intent.category.LAUNCHER")
    assert "com.android.messaging/.ui.conversationlist.ConversationListActivity" in brief


async def test_dumps_say_what_is_in_front(hand: Hand) -> None:
    await hand.open("Settings")
    await hand.tap("Display")
    await hand.in_front("DisplaySettingsActivity")
    window = await hand.run("dumpsys", "window")
    name = "com.android.settings/com.android.settings.Settings$DisplaySettingsActivity"
    assert re.search(rf"mCurrentFocus=Window\{{[0-9a-f]{{7}} u0 {re.escape(name)}\}}", window)
    assert "isStatusBarKeyguard=false" in window
    assert "init=824x1830 320dpi cur=824x1830" in window
    activities = await hand.run("dumpsys", "activity", "activities")
    short = re.escape("com.android.settings/.Settings$DisplaySettingsActivity")
    assert re.search(rf"topResumedActivity=ActivityRecord\{{[0-9a-f]{{7}} u0 {short} t\d+\}}", activities)
    assert activities.index("DisplaySettings") < activities.index("launcher3")
    top = await hand.run("dumpsys", "activity", "top")
    assert re.findall(r"ACTIVITY (\S+) \w+ pid=\d+", top)[-1].endswith("DisplaySettingsActivity")


async def test_dumps_that_are_not_there_are_told(hand: Hand) -> None:
    assert "Can't find service: nonsense" in (await hand.line("dumpsys nonsense")).err
    assert "window" in await hand.run("dumpsys", "-l")
    assert "Can't find service" in (await hand.line("cmd nonsense")).err


async def test_settings_are_read_written_and_deleted(hand: Hand) -> None:
    assert await hand.run("settings", "get", "secure", "no_such_key") == "null"
    await hand.run("settings", "put", "secure", "mine", "a b")
    assert await hand.run("settings", "get", "secure", "mine") == "a b"
    assert "mine=a b" in await hand.run("settings", "list", "secure")
    assert await hand.run("settings", "delete", "secure", "mine") == "Deleted 1 rows"
    assert (await hand.line("settings get nowhere x")).code == 255


async def test_a_hierarchy_is_what_the_screen_shows(hand: Hand) -> None:
    await hand.open("Settings")
    await hand.tap("Display")
    await hand.find("dark")
    views = {view.id: view for view in await hand.views() if view.id}
    dark = views["dark"]
    assert dark["resource-id"] == "com.android.settings:id/dark"
    assert dark["class"] == "android.widget.Switch"
    assert (dark["checkable"], dark["checked"], dark["clickable"]) == ("true", "false", "true")
    left, top, right, bottom = dark.bounds
    assert 600 < left < right <= 824
    screen = await hand.screen()
    colours = screen.crop((left, top, right, bottom)).getcolors(10_000)
    assert colours is not None
    assert len(colours) > 3, "the switch is drawn where the hierarchy says"
    assert views["up"]["content-desc"] == "Navigate up"
    assert views["brightness"]["class"] == "android.widget.SeekBar"


async def test_a_hierarchy_leaves_out_what_is_not_seen(hand: Hand) -> None:
    await hand.open("Shop")
    await hand.find("Harbour Mug")
    texts = [view["text"] for view in await hand.views()]
    assert "Chef's Knife 20 cm" not in texts, "it is under the screen's lower edge"
    for view in await hand.views():
        left, top, right, bottom = view.bounds
        assert 0 <= left < right <= 824
        assert 64 <= top < bottom <= 1830
    [list_] = [view for view in await hand.views() if view["scrollable"] == "true" and "ScrollView" in view["class"]]
    assert list_.id == "content"


async def test_fields_say_their_text_and_focus(hand: Hand) -> None:
    await hand.open("Contacts")
    await hand.tap("search_view")
    await hand.write("a<b>&\"c'")
    field = await hand.find("search_view")
    assert field["text"] == "a<b>&\"c'"
    assert field["class"] == "android.widget.EditText"
    assert field["focused"] == "true"
    assert field["password"] == "false"


@pytest.mark.parametrize(
    ("line", "out"),
    [
        ("getprop ro.build.version.release", "14"),
        ("getprop no.such.property", ""),
        ("echo a b | wc -w", "2"),
        ("echo 'one\ntwo\nthree' | grep -n tw", "two"),
        ("echo 'one\ntwo' | grep -v one", "two"),
        ("echo 'one\ntwo\nthree' | head -n 1", "one"),
        ("echo 'one\ntwo\nthree' | tail -n 1", "three"),
        ("echo aGk= | base64 -d", "hi"),
        ("mkdir -p /sdcard/a/b && echo x > /sdcard/a/b/c && ls /sdcard/a/b", "c"),
        ("date +%H:%M", "09:41"),
        ("id -u | wc -l", "1"),
        ("rm -f /sdcard/none && echo gone", "gone"),
    ],
)
async def test_small_programs(hand: Hand, line: str, out: str) -> None:
    ran = await hand.line(line)
    assert (ran.code, ran.text, ran.err) == (0, out, "")
