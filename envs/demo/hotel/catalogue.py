"""What the hotel group offers, read from seed.toml: cities, their hotels, the rooms, and the returning guest."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

MAX_GUESTS = 4


@dataclass(frozen=True)
class Room:
    """One kind of room: `price` in euros a night, `size` in square metres, `stock` how many there are."""

    id: str
    name: str
    bed: str
    size: int
    sleeps: int
    price: int
    stock: int


@dataclass(frozen=True)
class Hotel:
    """One house: `rating` is of 10; `scene` and `light` say what its picture shows (see art.py), as for a city."""

    id: str
    name: str
    district: str
    description: str
    perks: tuple[str, ...]
    rating: float
    reviews: int
    scene: str
    light: str
    rooms: tuple[Room, ...]


@dataclass(frozen=True)
class City:
    """One city, its hotels in the order in which the house recommends them."""

    id: str
    name: str
    country: str
    scene: str
    light: str
    hotels: tuple[Hotel, ...]


@dataclass(frozen=True)
class Guest:
    """The account that is signed in: what forms are prefilled with. `country` is an ISO 3166 code, `city` a City.id."""

    name: str
    email: str
    phone: str
    country: str
    city: str
    guests: int


@dataclass(frozen=True)
class Offer:
    """A room together with the house and the city that it is in."""

    city: City
    hotel: Hotel
    room: Room


@dataclass(frozen=True)
class Catalogue:
    """All of it. `countries` maps ISO 3166 codes to English names, in the order of the names."""

    cities: dict[str, City]
    offers: dict[str, Offer]
    hotels: dict[str, Hotel]
    countries: dict[str, str]
    guest: Guest


def _hotel(data: dict[str, Any]) -> Hotel:
    rooms = tuple(Room(**room) for room in data["rooms"])
    return Hotel(**{**data, "perks": tuple(data["perks"]), "rooms": rooms})


def _city(data: dict[str, Any]) -> City:
    return City(**{**data, "hotels": tuple(_hotel(hotel) for hotel in data["hotels"])})


@cache
def load() -> Catalogue:
    """The catalogue of the package's own data files."""
    here = Path(__file__).parent
    seed = tomllib.loads((here / "seed.toml").read_text("utf-8"))
    cities = [_city(data) for data in seed["cities"]]
    lines = (here / "countries.txt").read_text("utf-8").splitlines()
    return Catalogue(
        cities={city.id: city for city in cities},
        offers={room.id: Offer(city, hotel, room) for city in cities for hotel in city.hotels for room in hotel.rooms},
        hotels={hotel.id: hotel for city in cities for hotel in city.hotels},
        countries=dict(line.split(" ", 1) for line in lines),
        guest=Guest(**seed["guest"]),
    )
