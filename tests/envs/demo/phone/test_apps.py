"""The bundled apps, used by hand."""

from __future__ import annotations

from datetime import datetime

import pytest

from envs.demo.phone import Message, Phone
from tests.envs.demo.phone.conftest import Hand, until


async def test_a_contact_is_added_and_found(hand: Hand, device: Phone) -> None:
    await hand.open("Contacts")
    await hand.tap("Create contact")
    await hand.tap("name")
    await hand.write("Ana Silva")
    await hand.tap("phone")
    await hand.write("+351 910 000 111")
    await hand.tap("Save")
    await hand.in_front("ContactDetailActivity")
    [made] = [contact for contact in device.contacts() if contact.name == "Ana Silva"]
    assert made.phone == "+351 910 000 111"
    await hand.key("BACK")
    await hand.in_front("PeopleActivity")
    await hand.tap("search_view")
    await hand.write("silva")
    await hand.key("ENTER")
    await hand.gone("Ben Carter")
    await hand.tap("Ana Silva")
    await hand.find("+351 910 000 111")


async def test_a_contact_needs_a_name_or_a_number(hand: Hand, device: Phone) -> None:
    before = device.contacts()
    await hand.open("Contacts")
    await hand.tap("Create contact")
    await hand.tap("Save")
    await hand.find("Add a name or a phone number")
    assert device.contacts() == before
    await hand.key("BACK")
    await hand.in_front("PeopleActivity")


async def test_a_contact_is_changed_and_deleted(hand: Hand, device: Phone) -> None:
    await hand.open("Contacts")
    await hand.tap("Grace Hall")
    await hand.tap("Edit contact")
    await hand.tap("email")
    await hand.write("grace@example.com")
    await hand.tap("Save")
    await hand.find("grace@example.com")
    await hand.tap("Delete contact")
    await hand.in_front("PeopleActivity")
    await hand.gone("Grace Hall")
    assert not [contact for contact in device.contacts() if contact.name == "Grace Hall"]
    await hand.key("BACK")
    await hand.in_front("QuickstepLauncher")


async def test_a_message_goes_to_a_contact(hand: Hand, device: Phone) -> None:
    await hand.open("Messages")
    await hand.tap("Start chat")
    await hand.keyboard(shown=True)
    await hand.write("sofia")
    await hand.gone("Ben Carter")
    await hand.tap("Sofia Mendes")
    await hand.tap("Text message")
    await hand.write("On my way; 10 minutes")
    await hand.tap("Send message")
    [message] = await until(lambda: _conversation(device, "+351 21 555 0187"))
    assert (message.text, message.sent) == ("On my way; 10 minutes", True)
    await hand.keyboard(shown=True)
    await hand.key("BACK", "BACK")
    await hand.find("You: On my way; 10 minutes")


async def _conversation(device: Phone, number: str) -> list[Message]:
    return device.messages(number)


async def test_a_message_from_the_contacts(hand: Hand, device: Phone) -> None:
    await hand.open("Contacts")
    await hand.tap("Emma Larsen")
    await hand.tap("Text")
    await hand.find("Sounds good. Which time?")
    assert (await device.app()).startswith("com.android.messaging/")


async def test_a_recipient_who_is_nobody_is_refused(hand: Hand, device: Phone) -> None:
    await hand.open("Messages")
    await hand.tap("Start chat")
    await hand.tap("recipient")
    await hand.write("Nobody")
    await hand.key("ENTER")
    await hand.find("No contact or number is “Nobody”")
    await hand.key("MOVE_END", *["DEL"] * 6)
    await hand.write("+1 202 555 0148")
    await hand.key("ENTER")
    await hand.find("Did the parcel arrive?")


async def test_dark_mode_reaches_every_app(hand: Hand, device: Phone) -> None:
    await hand.open("Notes")
    light = (await hand.screen()).getpixel((20, 900))
    await hand.open("Settings")
    await hand.tap("Display")
    assert (await hand.find("dark"))["checked"] == "false"
    await hand.tap("dark")
    await until(lambda: hand.run("settings", "get", "secure", "ui_night_mode"), lambda said: said == "2")
    assert (await hand.find("dark"))["checked"] == "true"
    assert device.settings().dark
    await hand.open("Notes")
    dark = (await hand.screen()).getpixel((20, 900))
    assert isinstance(light, tuple)
    assert isinstance(dark, tuple)
    assert min(light) > 200
    assert max(dark) < 60
    assert "Night mode: no" in await hand.run("cmd", "uimode", "night", "no")
    assert (await hand.screen()).getpixel((20, 900)) == light


async def test_settings_of_pages_and_shell_are_the_same(hand: Hand, device: Phone) -> None:
    await hand.open("Settings")
    await hand.tap("Network & internet")
    await hand.tap("wifi")
    await hand.find("To see networks, turn Wi-Fi on")
    assert not device.settings().wifi
    assert await hand.run("settings", "get", "global", "wifi_on") == "0"
    await hand.key("BACK")
    await hand.find("Wi-Fi off")
    await hand.run("svc", "wifi", "enable")
    assert device.settings().wifi
    await hand.tap("Display")
    bar = await hand.find("brightness")
    _, top, right, bottom = bar.bounds
    await hand.run("input", "tap", str(right - 20), str((top + bottom) // 2))
    await until(lambda: hand.run("settings", "get", "system", "screen_brightness"), lambda said: int(said) > 230)
    assert device.settings().brightness > 230


async def test_the_language_names_the_apps(hand: Hand, device: Phone) -> None:
    await hand.open("Settings")
    await hand.tap("Language")
    await hand.tap("中文 (简体)")
    await until(lambda: hand.find("language_zh"), lambda view: view["checked"] == "true")
    await hand.key("HOME")
    for name in ("通讯录", "短信", "记事本", "设置", "商店"):
        await hand.find(name)
    await hand.tap("记事本")
    await hand.find("Bike lock")
    assert device.settings().language == "zh"


async def test_a_note_is_written_changed_and_deleted(hand: Hand, device: Phone) -> None:
    await hand.open("Notes")
    await hand.tap("New note")
    await hand.tap("editable_title")
    await hand.write("Paint")
    await hand.key("ENTER")
    await hand.write("Two litres of white")
    await hand.tap("save")
    await hand.in_front("NotesActivity")
    note = device.notes()[0]
    assert (note.title, note.text) == ("Paint", "Two litres of white")
    await hand.tap("Paint")
    await hand.in_front("NoteActivity")
    await hand.tap("Delete note")
    await hand.in_front("NotesActivity")
    await hand.gone("Paint")
    assert "Paint" not in [note.title for note in device.notes()]


async def test_a_note_is_held_to_delete_it(hand: Hand, device: Phone) -> None:
    await hand.open("Notes")
    x, y = (await hand.find("Bike lock")).centre
    await hand.run("input", "swipe", str(x), str(y), str(x), str(y), "700")
    await hand.find("1 selected")
    await hand.tap("Delete note")
    await hand.gone("Bike lock")
    assert [note.title for note in device.notes()] == ["Shopping list", "Book ideas"]


async def test_an_order_is_made(hand: Hand, device: Phone) -> None:
    await hand.open("Shop")
    await hand.tap("search_src_text")
    await hand.write("bottle")
    await hand.key("ENTER")
    await hand.find("1 result for “bottle”")
    await hand.tap("Trail Water Bottle 750 ml")
    await hand.tap("Green")
    await hand.tap("More")
    await hand.tap("Add to cart")
    await hand.find("€37.80")
    [line] = device.cart()
    assert (line.name, line.option, line.quantity) == ("Trail Water Bottle 750 ml", "Green", 2)
    await hand.tap("One Trail Water Bottle 750 ml less")
    await until(lambda: _quantities(device), lambda found: found == [1])
    await hand.tap("Check out")
    await hand.tap("Place order")
    await hand.find("Who takes the parcel?")
    await hand.tap("name")
    await hand.write("Ana Silva")
    await hand.key("ENTER")
    await hand.write("12 Harbour Road")
    await hand.key("ENTER")
    await hand.keyboard(shown=False)
    await hand.tap("Card ending in 4242")
    await hand.tap("Place order")
    await hand.find("Thank you, Ana Silva")
    [order] = device.orders()
    assert (order.name, order.address, order.payment, order.total) == (
        "Ana Silva",
        "12 Harbour Road",
        "Card ending in 4242",
        1890,
    )
    assert device.cart() == []
    assert "Order S-1001" in [view["text"] for view in await hand.views()]


async def _quantities(device: Phone) -> list[int]:
    return [line.quantity for line in device.cart()]


async def test_back_goes_screen_by_screen_and_then_home(hand: Hand) -> None:
    await hand.open("Settings")
    await hand.tap("Display")
    await hand.in_front("Settings$DisplaySettingsActivity")
    await hand.key("BACK")
    await hand.in_front(".Settings")
    await hand.key("BACK")
    await hand.in_front("QuickstepLauncher")
    await hand.key("BACK")
    await hand.in_front("QuickstepLauncher")


async def test_an_app_is_left_as_it_was(hand: Hand) -> None:
    await hand.open("Settings")
    await hand.tap("Display")
    await hand.in_front("Settings$DisplaySettingsActivity")
    await hand.open("Notes")
    await hand.open("Settings")
    await hand.in_front("Settings$DisplaySettingsActivity")


async def test_recent_apps_are_come_back_to_and_dismissed(hand: Hand, device: Phone) -> None:
    await hand.open("Notes")
    await hand.open("Settings")
    await hand.key("APP_SWITCH")
    await hand.find("Dismiss Settings")
    await hand.key("BACK")
    await hand.in_front(".Settings")
    await hand.key("187")
    await hand.tap("Dismiss Settings")
    await hand.gone("Dismiss Settings")
    x, y = (await hand.find("Dismiss Notes")).centre
    await hand.run("input", "tap", str(x - 200), str(y + 400))
    await hand.in_front("NotesActivity")
    await hand.key("APP_SWITCH")
    await hand.tap("Dismiss Notes")
    await hand.in_front("QuickstepLauncher")


@pytest.mark.parametrize("app", ["Contacts", "Messages", "Notes", "Settings", "Shop"])
async def test_an_unchanged_screen_is_the_same_picture(hand: Hand, app: str) -> None:
    await hand.open(app)
    await until(lambda: _twice(hand))


async def _twice(hand: Hand) -> bool:
    return (await hand.screen()).tobytes() == (await hand.screen()).tobytes()


async def test_the_clock_stands_still_until_it_is_set(hand: Hand, device: Phone) -> None:
    await hand.find("09:41")
    await device.clock(datetime(2026, 5, 12, 18, 5))
    assert await hand.run("date", "+%H:%M") == "18:05"
    await hand.open("Messages")
    await hand.tap("Emma Larsen")
    await hand.tap("Text message")
    await hand.write("Good evening")
    await hand.tap("Send message")
    await hand.find("18:05")


async def test_a_screen_that_is_no_longer_there_says_so_and_can_be_left(hand: Hand, device: Phone) -> None:
    await hand.open("Contacts")
    await device._system.screen.ui("open", "com.android.contacts", "/contacts/4711")
    await hand.find("This is no longer there")
    await hand.key("BACK")
    await hand.find("Ben Carter")


async def test_a_contact_with_an_odd_number_can_be_written_to(hand: Hand, device: Phone) -> None:
    await hand.open("Contacts")
    await hand.tap("Create contact")
    await hand.tap("phone")
    await hand.write("n/a?#%")
    await hand.tap("Save")
    await hand.tap("Text")
    await hand.tap("Text message")
    await hand.write("x")
    await hand.tap("Send message")
    await until(lambda: _conversation(device, ""), lambda messages: messages[-1].number == "n/a?#%")
