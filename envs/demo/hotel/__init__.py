"""Harbour & Hill Hotels: a small booking site of one's own, for the demo, for examples and for tests.

    async with hotel() as site:
        ...  # site.url is the address; site.bookings() what was booked

A real web application: Starlette, SQLite and templates; every page is made on the server, and nothing is loaded from
anywhere else. The account of one returning guest is signed in, so that its forms start filled in.
"""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from starlette.applications import Starlette

from envs.demo.hotel.catalogue import load
from envs.demo.hotel.site import Site
from envs.demo.hotel.store import Booking, Store
from envs.demo.serve import serve

__all__ = ["Booking", "HotelSite", "create_app", "hotel"]


@dataclass(frozen=True)
class HotelSite:
    """A running hotel site: its address, and its database."""

    url: str
    database: Path

    def bookings(self) -> list[Booking]:
        """All bookings in the database, the first made first; cancelled ones are among them."""
        return Store(self.database).bookings()


def create_app(database: Path | str, *, today: Callable[[], date] = date.today) -> Starlette:
    """The hotel site as an ASGI application that keeps its bookings in the SQLite file `database`.

    The file and its table are made when the application starts. `today` says what day it is at the hotel: stays begin
    on it or later.
    """
    return Site(Store(database), load(), today).app()


@asynccontextmanager
async def hotel(database: Path | None = None, *, today: Callable[[], date] = date.today) -> AsyncIterator[HotelSite]:
    """The hotel site, served on a free port of 127.0.0.1 while the context is open.

    Without a `database` it starts with an empty one of its own, which is removed at the end.
    """
    with tempfile.TemporaryDirectory(prefix="hotel-") if database is None else nullcontext() as folder:
        path = database or Path(str(folder)) / "hotel.sqlite3"
        async with serve(create_app(path, today=today)) as url:
            yield HotelSite(url, path)
