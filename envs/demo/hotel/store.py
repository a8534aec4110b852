"""The bookings, in SQLite: rooms are counted for every night, and no form is booked twice."""

from __future__ import annotations

import secrets
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Literal

_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that a tired guest mistakes for another on the telephone

_SCHEMA = """
CREATE TABLE IF NOT EXISTS bookings (
    reference TEXT PRIMARY KEY,
    form TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL CHECK (status IN ('confirmed', 'cancelled')),
    booked_at TEXT NOT NULL,
    city TEXT NOT NULL,
    hotel TEXT NOT NULL,
    room TEXT NOT NULL,
    room_id TEXT NOT NULL,
    arrival TEXT NOT NULL,
    departure TEXT NOT NULL CHECK (departure > arrival),
    guests INTEGER NOT NULL CHECK (guests > 0),
    price INTEGER NOT NULL,
    total INTEGER NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    phone TEXT NOT NULL,
    country TEXT NOT NULL,
    arrival_time TEXT NOT NULL,
    requests TEXT NOT NULL,
    newsletter INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS nights ON bookings (status, arrival, departure);
"""


class SoldOut(Exception):
    """No room of this kind is left for every night of the stay."""


class FormUsed(Exception):
    """The form's token belongs to a booking with other content; `booking` is that booking."""

    def __init__(self, booking: Booking) -> None:
        super().__init__(f"this form was already used for booking {booking.reference}")
        self.booking = booking


@dataclass(frozen=True)
class Booking:
    """One row: what was booked, by whom, at which price.

    Names of city, hotel and room are as they were sold. `price` is euros a night, `total` euros for the stay; `country`
    is an ISO 3166 code; `phone`, `arrival_time` and `requests` are "" where nothing was said; `booked_at` is UTC.
    """

    reference: str
    status: Literal["confirmed", "cancelled"]
    booked_at: datetime
    city: str
    hotel: str
    room: str
    room_id: str
    arrival: date
    departure: date
    guests: int
    price: int
    total: int
    name: str
    email: str
    phone: str
    country: str
    arrival_time: str
    requests: str
    newsletter: bool

    @property
    def nights(self) -> int:
        return (self.departure - self.arrival).days


_COLUMNS = ", ".join(field.name for field in fields(Booking))


def _booking(row: sqlite3.Row) -> Booking:
    values = {name: row[name] for name in row.keys()}  # noqa: SIM118 - a Row iterates over its values
    return Booking(
        **{
            **values,
            "booked_at": datetime.fromisoformat(values["booked_at"]),
            "arrival": date.fromisoformat(values["arrival"]),
            "departure": date.fromisoformat(values["departure"]),
            "newsletter": bool(values["newsletter"]),
        }
    )


def _column(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


class Store:
    """The bookings of one SQLite file. Every call opens its own connection, so any thread may call."""

    def __init__(self, database: Path | str) -> None:
        self.database = Path(database)

    def prepare(self) -> None:
        """Make the table if it is not there yet."""
        with self._connection() as connection:
            connection.executescript(_SCHEMA)

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self.database, isolation_level=None)
        connection.row_factory = sqlite3.Row
        try:
            yield connection
        finally:
            connection.close()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that keeps other writers out from its start: what it reads stays true until it has written."""
        with self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def taken(self, arrival: date, departure: date) -> Counter[str]:
        """For each room id, how many are taken on the fullest night of the stay."""
        with self._connection() as connection:
            return _taken(connection, arrival, departure)

    def book(self, booking: Booking, *, stock: int, form: str) -> Booking:
        """Write `booking` under a new reference and return it as written.

        `stock` is how many rooms of the kind there are; `form` is the token of the form that was sent. The same form
        sent again returns the booking that it already made, and raises FormUsed if it now says something else or that
        booking was cancelled. Raises SoldOut.
        """
        with self._writing() as connection:
            row = connection.execute(f"SELECT {_COLUMNS} FROM bookings WHERE form = ?", (form,)).fetchone()  # noqa: S608
            if row:
                made = _booking(row)
                if replace(booking, reference=made.reference, booked_at=made.booked_at) != made:
                    raise FormUsed(made)
                return made
            if _taken(connection, booking.arrival, booking.departure)[booking.room_id] >= stock:
                raise SoldOut(booking.room_id)
            made = replace(
                booking,
                reference=_new_reference(connection),
                status="confirmed",
                booked_at=datetime.now(UTC).replace(microsecond=0),
            )
            marks = ", ".join("?" * (1 + len(fields(Booking))))
            connection.execute(
                f"INSERT INTO bookings (form, {_COLUMNS}) VALUES ({marks})",  # noqa: S608 - our own column names
                (form, *map(_column, astuple(made))),
            )
            return made

    def find(self, reference: str) -> Booking | None:
        """The booking of this reference, if there is one."""
        with self._connection() as connection:
            sql = f"SELECT {_COLUMNS} FROM bookings WHERE reference = ?"  # noqa: S608
            row = connection.execute(sql, (reference,)).fetchone()
        return _booking(row) if row else None

    def bookings(self) -> list[Booking]:
        """All bookings, the first made first."""
        with self._connection() as connection:
            return [_booking(row) for row in connection.execute(f"SELECT {_COLUMNS} FROM bookings ORDER BY rowid")]  # noqa: S608

    def cancel(self, reference: str) -> None:
        """Mark a booking as cancelled; its room is free again. Nothing happens if it already is."""
        with self._writing() as connection:
            connection.execute("UPDATE bookings SET status = 'cancelled' WHERE reference = ?", (reference,))


def _taken(connection: sqlite3.Connection, arrival: date, departure: date) -> Counter[str]:
    sql = """SELECT room_id, arrival, departure FROM bookings
             WHERE status = 'confirmed' AND arrival < ? AND departure > ?"""
    nights: Counter[tuple[str, date]] = Counter()
    for room_id, first, last in connection.execute(sql, (departure.isoformat(), arrival.isoformat())):
        night = max(arrival, date.fromisoformat(first))
        while night < min(departure, date.fromisoformat(last)):
            nights[room_id, night] += 1
            night += timedelta(days=1)
    fullest: Counter[str] = Counter()
    for (room_id, _), count in nights.items():
        fullest[room_id] = max(fullest[room_id], count)
    return fullest


def _new_reference(connection: sqlite3.Connection) -> str:
    while True:
        reference = "HH-" + "".join(secrets.choice(_LETTERS) for _ in range(6))
        if not connection.execute("SELECT 1 FROM bookings WHERE reference = ?", (reference,)).fetchone():
            return reference
