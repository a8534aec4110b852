"""What the phone's apps remember, while it runs."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

_SEED = Path(__file__).with_name("seed.toml")


@dataclass(frozen=True, slots=True)
class Contact:
    """A person in the address book."""

    id: int
    name: str
    phone: str = ""
    email: str = ""
    company: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One text message, to or from `number`."""

    number: str
    text: str
    sent: bool
    """By the phone's owner; False for one that came in."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Note:
    """A note; `changed` is when it was last written."""

    id: int
    title: str
    text: str
    changed: datetime


@dataclass(frozen=True, slots=True)
class Product:
    """Something the shop sells; the price is in cents."""

    id: str
    name: str
    category: str
    price: int
    about: str
    rating: str
    colour: str
    shape: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """Some of one product in one of its options, in the cart or in an order; `price` is of one, in cents."""

    product: str
    name: str
    option: str
    quantity: int
    price: int


@dataclass(frozen=True, slots=True)
class Order:
    """What was ordered, and where it goes."""

    reference: str
    lines: tuple[Line, ...]
    name: str
    address: str
    payment: str

    @property
    def total(self) -> int:
        """In cents."""
        return sum(line.quantity * line.price for line in self.lines)


@dataclass
class Settings:
    """The settings provider's three tables, as `settings get` reads them; every value is text."""

    system: dict[str, str] = field(default_factory=dict)
    secure: dict[str, str] = field(default_factory=dict)
    globals: dict[str, str] = field(default_factory=dict)

    def table(self, name: str) -> dict[str, str] | None:
        return {"system": self.system, "secure": self.secure, "global": self.globals}.get(name)

    @property
    def dark(self) -> bool:
        return self.secure.get("ui_night_mode") == "2"

    @dark.setter
    def dark(self, on: bool) -> None:
        self.secure["ui_night_mode"] = "2" if on else "1"

    @property
    def wifi(self) -> bool:
        return self.globals.get("wifi_on") == "1"

    @wifi.setter
    def wifi(self, on: bool) -> None:
        self.globals["wifi_on"] = "1" if on else "0"

    @property
    def brightness(self) -> int:
        """0 to 255."""
        text = self.system.get("screen_brightness", "")
        return min(int(text), 255) if text.isdigit() else 128

    @brightness.setter
    def brightness(self, value: int) -> None:
        self.system["screen_brightness"] = str(max(0, min(value, 255)))

    @property
    def language(self) -> str:
        """ "en" or "zh"."""
        return "zh" if self.system.get("system_locales", "").startswith("zh") else "en"

    @language.setter
    def language(self, language: str) -> None:
        self.system["system_locales"] = "zh-Hans-CN" if language == "zh" else "en-US"


class Store:
    """Everything that the apps know. Lists are answered as copies; what they hold cannot be changed."""

    def __init__(self, now: datetime) -> None:
        self._born = now
        self.reset()

    def reset(self) -> None:
        """Forget everything that was done; the phone is as new."""
        self.now = self._born
        """What the clock shows; it stands still until somebody sets it."""
        self.settings = _first_settings()
        seed: dict[str, Any] = tomllib.loads(_SEED.read_text(encoding="utf-8"))
        self._contacts = {number: Contact(number, **fields) for number, fields in enumerate(seed["contacts"], 1)}
        self._messages = [Message(**fields) for fields in seed["messages"]]
        self._notes = {number: Note(number, **fields) for number, fields in enumerate(seed["notes"], 1)}
        self.products = {
            fields["id"]: Product(**{**fields, "options": tuple(fields.get("options", ()))})
            for fields in seed["products"]
        }
        self._cart: list[Line] = []
        self._orders: list[Order] = []
        self._last_id = 100

    def contacts(self, query: str = "") -> list[Contact]:
        """By name; with a `query`, those whose name, number, mail or company holds it."""
        wanted = query.casefold().strip()
        found = [
            contact
            for contact in self._contacts.values()
            if wanted in f"{contact.name}\n{contact.phone}\n{contact.email}\n{contact.company}".casefold()
        ]
        return sorted(found, key=lambda contact: contact.name.casefold())

    def contact(self, number: int) -> Contact | None:
        return self._contacts.get(number)

    def save_contact(self, number: int | None, **fields: str) -> Contact:
        """Write a contact; a new one if `number` is None."""
        contact = Contact(number or self._new_id(), **fields)
        self._contacts[contact.id] = contact
        return contact

    def delete_contact(self, number: int) -> None:
        self._contacts.pop(number, None)

    def messages(self, number: str = "") -> list[Message]:
        """The oldest first; with a `number`, the conversation with it."""
        wanted = digits(number)
        return [message for message in self._messages if not wanted or digits(message.number) == wanted]

    def conversations(self) -> list[Message]:
        """The last message with each number, the newest first."""
        last = {digits(message.number): message for message in self._messages}
        return sorted(last.values(), key=lambda message: message.at, reverse=True)

    def send(self, number: str, text: str) -> Message:
        message = Message(number, text, sent=True, at=self.now)
        self._messages.append(message)
        return message

    def who(self, number: str) -> Contact | None:
        """The contact with this number, however it is written."""
        wanted = digits(number)
        return next((one for one in self._contacts.values() if wanted and digits(one.phone) == wanted), None)

    def notes(self) -> list[Note]:
        """The last written first."""
        return sorted(self._notes.values(), key=lambda note: (note.changed, note.id), reverse=True)

    def note(self, number: int) -> Note | None:
        return self._notes.get(number)

    def save_note(self, number: int | None, title: str, text: str) -> Note:
        """Write a note; a new one if `number` is None."""
        note = Note(number or self._new_id(), title, text, self.now)
        self._notes[note.id] = note
        return note

    def delete_note(self, number: int) -> None:
        self._notes.pop(number, None)

    def search_products(self, query: str = "", category: str = "") -> list[Product]:
        """Those whose words hold all words of the query."""
        words = query.casefold().split()
        return [
            product
            for product in self.products.values()
            if (not category or product.category == category)
            and all(word in f"{product.name} {product.category} {product.about}".casefold() for word in words)
        ]

    def cart(self) -> list[Line]:
        return list(self._cart)

    def put_in_cart(self, product: Product, option: str, quantity: int) -> None:
        """Add to the cart, to a line of the same product and option if there is one."""
        for place, line in enumerate(self._cart):
            if (line.product, line.option) == (product.id, option):
                self._cart[place] = replace(line, quantity=min(line.quantity + quantity, 99))
                return
        self._cart.append(Line(product.id, product.name, option, quantity, product.price))

    def set_quantity(self, place: int, quantity: int) -> None:
        """Change a line of the cart; nothing is left of it at 0. A place that is none is left alone."""
        if not 0 <= place < len(self._cart):
            return
        if quantity <= 0:
            del self._cart[place]
        else:
            self._cart[place] = replace(self._cart[place], quantity=min(quantity, 99))

    def order(self, name: str, address: str, payment: str) -> Order:
        """Order what is in the cart, and empty it."""
        order = Order(f"S-{1001 + len(self._orders)}", tuple(self._cart), name, address, payment)
        self._orders.append(order)
        self._cart = []
        return order

    def orders(self) -> list[Order]:
        """The first made first."""
        return list(self._orders)

    def _new_id(self) -> int:
        self._last_id += 1
        return self._last_id


def digits(number: str) -> str:
    """A telephone number without blanks, dashes and brackets."""
    return "".join(character for character in number if character.isdigit() or character == "+")


def _first_settings() -> Settings:
    return Settings(
        system={
            "screen_brightness": "128",
            "screen_brightness_mode": "0",
            "screen_off_timeout": "1800000",
            "system_locales": "en-US",
            "accelerometer_rotation": "0",
            "user_rotation": "0",
            "font_scale": "1.0",
        },
        secure={
            "ui_night_mode": "1",
            "enabled_input_methods": "com.android.inputmethod.latin/.LatinIME",
            "default_input_method": "com.android.inputmethod.latin/.LatinIME",
            "android_id": "a1b2c3d4e5f60718",
            "show_ime_with_hard_keyboard": "1",
        },
        globals={
            "wifi_on": "1",
            "airplane_mode_on": "0",
            "adb_enabled": "1",
            "device_name": "Handeye Virtual Phone",
            "stay_on_while_plugged_in": "0",
            "window_animation_scale": "0.0",
            "transition_animation_scale": "0.0",
            "animator_duration_scale": "0.0",
        },
    )
