"""Reading what a guest typed: each form becomes a value, or a message beside every field that is wrong."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from envs.demo.hotel.catalogue import MAX_GUESTS, Catalogue, City

MAX_NIGHTS = 30
HORIZON = timedelta(days=730)
"""How far ahead the house takes bookings."""

ARRIVAL_TIMES = (
    "Before 15:00 (luggage drop)",
    "15:00 to 17:00",
    "17:00 to 19:00",
    "19:00 to 22:00",
    "After 22:00",
)

_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>.]+(\.[^@\s,;<>.]+)+")
_PHONE = re.compile(r"\+?[0-9 ()./-]+")


class Invalid(Exception):
    """A form that cannot be taken as it is; `problems` says why, by the name of the field, in the form's order."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__("; ".join(problems.values()))
        self.problems = problems


@dataclass(frozen=True)
class Search:
    """Where, when and for how many; departure is the morning after the last night."""

    city: City
    arrival: date
    departure: date
    guests: int

    @property
    def nights(self) -> int:
        return (self.departure - self.arrival).days

    def query(self, **more: str) -> str:
        """The search as the query of an address."""
        return urlencode({**search_fields(self), **more})


@dataclass(frozen=True)
class Details:
    """Who is coming: the fields of the details form, cleaned."""

    name: str
    email: str
    phone: str
    country: str
    arrival_time: str
    requests: str
    newsletter: bool


def search_fields(search: Search) -> dict[str, str]:
    """The search as the values of its form's fields."""
    return {
        "city": search.city.id,
        "arrival": search.arrival.isoformat(),
        "departure": search.departure.isoformat(),
        "guests": str(search.guests),
    }


def default_search(catalogue: Catalogue, today: date, city: str) -> dict[str, str]:
    """What the search form of the returning guest starts with: one night from tomorrow in the city searched last."""
    guest = catalogue.guest
    chosen = catalogue.cities.get(city) or catalogue.cities[guest.city]
    return search_fields(Search(chosen, today + timedelta(days=1), today + timedelta(days=2), guest.guests))


def read_search(form: Mapping[str, str], catalogue: Catalogue, today: date) -> Search:
    """The search that a form asks for; raises Invalid."""
    problems: dict[str, str] = {}
    city = catalogue.cities.get(form.get("city", ""))
    if city is None:
        problems["city"] = "Choose a city."
    arrival = read_date(form.get("arrival", ""))
    departure = read_date(form.get("departure", ""))
    if arrival is None:
        problems["arrival"] = "Enter the date of arrival."
    elif arrival < today:
        problems["arrival"] = "The date of arrival is in the past. Choose today or a later day."
    elif arrival > today + HORIZON:
        problems["arrival"] = "We take bookings up to two years ahead. Choose an earlier date of arrival."
    if departure is None:
        problems["departure"] = "Enter the date of departure."
    elif arrival and departure <= arrival:
        problems["departure"] = "The date of departure must be after the date of arrival."
    elif arrival and (departure - arrival).days > MAX_NIGHTS:
        problems["departure"] = f"A stay can be up to {MAX_NIGHTS} nights. Choose an earlier date of departure."
    guests = form.get("guests", "")
    if guests not in map(str, range(1, MAX_GUESTS + 1)):
        problems["guests"] = f"Choose the number of guests, from 1 to {MAX_GUESTS}."
    if problems or not (city and arrival and departure):
        raise Invalid(problems)
    return Search(city, arrival, departure, int(guests))


def read_date(text: str) -> date | None:
    """The day that a date field holds; None if it holds none."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def default_details(catalogue: Catalogue) -> dict[str, str]:
    """What the details form of the returning guest starts with."""
    guest = catalogue.guest
    return {"name": guest.name, "email": guest.email, "phone": guest.phone, "country": guest.country}


def read_details(form: Mapping[str, str], catalogue: Catalogue) -> Details:
    """The details that a form gives; raises Invalid."""
    problems: dict[str, str] = {}
    details = Details(
        name=_one_line(form.get("name", "")),
        email=_one_line(form.get("email", "")),
        phone=_one_line(form.get("phone", "")),
        country=form.get("country", ""),
        arrival_time=form.get("arrival_time", ""),
        requests=_clean(form.get("requests", "")),
        newsletter="newsletter" in form,
    )
    if not details.name:
        problems["name"] = "Enter the name of the guest."
    elif not any(letter.isalpha() for letter in details.name):
        problems["name"] = "Enter a name that has letters in it."
    elif len(details.name) > 100:
        problems["name"] = "The name is longer than 100 characters. Shorten it."
    if not details.email:
        problems["email"] = "Enter an e-mail address."
    elif len(details.email) > 254 or not _EMAIL.fullmatch(details.email):
        problems["email"] = "Enter an e-mail address in the form name@example.com."
    digits = sum(character.isdigit() for character in details.phone)
    if details.phone and not (_PHONE.fullmatch(details.phone) and 6 <= digits <= 15):
        problems["phone"] = "Enter a telephone number such as +44 20 7946 0123, or leave the field empty."
    if details.country not in catalogue.countries:
        problems["country"] = "Choose a country."
    if details.arrival_time not in ("", *ARRIVAL_TIMES):
        problems["arrival_time"] = "Choose a time from the list, or leave it open."
    if len(details.requests) > 1000:
        problems["requests"] = "The special requests are longer than 1000 characters. Shorten them."
    if "terms" not in form:
        problems["terms"] = "Accept the booking terms to go on."
    if problems:
        raise Invalid(problems)
    return details


def read_reference(text: str) -> str:
    """A booking reference as a guest may type it (lower case, spaces, without HH-) in the form that is stored."""
    letters = re.sub(r"[\s\u2010-\u2015-]", "", text).upper()
    return "HH-" + (letters.removeprefix("HH") if len(letters) > 6 else letters)


def _clean(text: str) -> str:
    """Composed characters, plain line ends, no control characters, no space around."""
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n")
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs")).strip()


def _one_line(text: str) -> str:
    return _clean(" ".join(text.split()))
