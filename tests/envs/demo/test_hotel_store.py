from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envs.demo.hotel.store import Booking, FormUsed, SoldOut, Store

DRAFT = Booking(
    reference="", status="confirmed", booked_at=datetime(2026, 1, 1, tzinfo=UTC), city="Lisbon", hotel="A", room="B",
    room_id="b", arrival=date(2026, 12, 1), departure=date(2026, 12, 5), guests=2, price=100, total=400,
    name="Ana Silva", email="ana@example.org", phone="", country="PT", arrival_time="", requests="", newsletter=False,
)  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(tmp_path / "hotel.sqlite3")
    made.prepare()
    return made


def test_what_is_booked_can_be_read_back_whole(store: Store) -> None:
    made = store.book(replace(DRAFT, newsletter=True, requests="two\nlines"), stock=1, form="1")
    assert store.find(made.reference) == made
    assert store.bookings() == [made]
    assert replace(made, reference="", booked_at=DRAFT.booked_at) == replace(
        DRAFT, newsletter=True, requests="two\nlines"
    )
    assert made.nights == 4


def test_a_database_opened_again_still_holds_its_bookings(store: Store) -> None:
    made = store.book(DRAFT, stock=1, form="1")
    again = Store(store.database)
    again.prepare()
    assert again.bookings() == [made]


def test_one_form_books_once_and_a_changed_one_is_refused(store: Store) -> None:
    made = store.book(DRAFT, stock=5, form="same")
    assert store.book(DRAFT, stock=5, form="same") == made
    with pytest.raises(FormUsed) as caught:
        store.book(replace(DRAFT, name="Zoë"), stock=5, form="same")
    assert caught.value.booking == made
    assert len(store.bookings()) == 1


def test_the_form_of_a_cancelled_booking_does_not_bring_it_back(store: Store) -> None:
    made = store.book(DRAFT, stock=5, form="same")
    store.cancel(made.reference)
    with pytest.raises(FormUsed):
        store.book(DRAFT, stock=5, form="same")


def test_guests_change_over_on_the_same_day(store: Store) -> None:
    store.book(DRAFT, stock=1, form="1")
    store.book(replace(DRAFT, arrival=date(2026, 12, 5), departure=date(2026, 12, 6)), stock=1, form="2")
    store.book(replace(DRAFT, arrival=date(2026, 11, 30), departure=date(2026, 12, 1)), stock=1, form="3")
    with pytest.raises(SoldOut):
        store.book(replace(DRAFT, arrival=date(2026, 12, 4), departure=date(2026, 12, 8)), stock=1, form="4")


def test_of_many_who_want_the_last_room_at_once_one_gets_it(store: Store) -> None:
    def attempt(form: int) -> bool:
        try:
            store.book(DRAFT, stock=1, form=str(form))
        except SoldOut:
            return False
        return True

    with ThreadPoolExecutor(8) as guests:
        assert sorted(guests.map(attempt, range(8))) == [False] * 7 + [True]
    assert len(store.bookings()) == 1


def test_nothing_is_kept_of_a_booking_that_cannot_be_written(store: Store) -> None:
    with pytest.raises(Exception, match="CHECK constraint"):
        store.book(replace(DRAFT, departure=DRAFT.arrival), stock=1, form="1")
    assert store.bookings() == []
    store.book(DRAFT, stock=1, form="1")


stays = st.tuples(st.integers(0, 20), st.integers(1, 8)).map(
    lambda pair: (date(2026, 12, 1) + timedelta(pair[0]), date(2026, 12, 1) + timedelta(pair[0] + pair[1]))
)


@settings(max_examples=25, deadline=None)
@given(st.lists(stays, max_size=12), st.integers(1, 3))
def test_no_night_is_ever_sold_more_often_than_there_are_rooms(wanted: list[tuple[date, date]], stock: int) -> None:
    nights: dict[date, int] = {}
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "hotel.sqlite3")
        store.prepare()
        for number, (arrival, departure) in enumerate(wanted):
            stay = [arrival + timedelta(n) for n in range((departure - arrival).days)]
            full = any(nights.get(night, 0) >= stock for night in stay)
            fullest = max(nights.get(night, 0) for night in stay)
            assert store.taken(arrival, departure)["b"] == fullest
            draft = replace(DRAFT, arrival=arrival, departure=departure)
            if full:
                with pytest.raises(SoldOut):
                    store.book(draft, stock=stock, form=str(number))
            else:
                store.book(draft, stock=stock, form=str(number))
                for night in stay:
                    nights[night] = nights.get(night, 0) + 1
