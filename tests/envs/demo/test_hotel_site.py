from __future__ import annotations

import asyncio
import re
import sqlite3
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import httpx2
import pytest

from envs.demo.hotel import HotelSite, hotel
from envs.demo.hotel.catalogue import load
from tests.envs.demo.conftest import DETAILS, STAY, Guest, words

REFERENCE = re.compile(r"HH-[2-9A-HJKMNP-Z]{6}")


def names(page: httpx2.Response) -> list[str]:
    """The hotels of a page of results, from the top."""
    return re.findall(r'<h2 id="([^"]+)"', page.text)


# Searching


async def test_the_first_page_is_filled_in_for_the_returning_guest(guest: Guest) -> None:
    page = await guest.get("/")
    assert "Signed in as Alex Morgan" in words(page)
    assert 'value="lisbon" selected' in page.text
    assert 'value="2026-11-21"' in page.text
    assert 'value="2026-11-22"' in page.text
    assert 'value="2" selected' in page.text


async def test_the_next_search_starts_from_the_city_of_the_last(guest: Guest) -> None:
    await guest.get("/search", city="porto", **STAY)
    assert 'value="porto" selected' in (await guest.get("/")).text


async def test_every_city_has_rooms_for_each_party_and_one_that_is_sold_out(guest: Guest) -> None:
    for city in load().cities.values():
        for guests in "1234":
            page = await guest.get("/search", city=city.id, **{**STAY, "guests": guests})
            assert f"Rooms in {city.name}" in words(page)
            assert "/book?" in page.text, f"no room for {guests} in {city.name}"
        two = await guest.get("/search", city=city.id, **STAY)
        assert "<button disabled>Sold out</button>" in two.text, city.name
        assert set(names(two)) == {house.id for house in city.hotels}


async def test_results_say_nights_price_and_total(guest: Guest) -> None:
    said = words(await guest.get("/search", city="lisbon", **STAY))
    assert "Tue 1 December 2026 to Sat 5 December 2026 · 4 nights · 2 guests" in said
    assert "Courtyard Double 1 queen bed · 22 m² · sleeps 2 €118 a night €472 in total Book" in said
    assert "Compact Single" not in said


async def test_results_are_sorted_on_the_server(guest: Guest) -> None:
    async def order(sort: str) -> list[str]:
        return names(await guest.get("/search", city="lisbon", sort=sort, **STAY))

    assert await order("recommended") == ["casa-do-estuario", "miradouro-house", "azulejo-rooms"]
    assert await order("price") == ["azulejo-rooms", "casa-do-estuario", "miradouro-house"]
    assert await order("rating") == ["miradouro-house", "casa-do-estuario", "azulejo-rooms"]
    assert await order("'; DROP TABLE bookings") == await order("recommended")


async def test_a_full_house_comes_last_by_price(guest: Guest) -> None:
    page = await guest.get("/search", city="tokyo", sort="price", **STAY)
    assert names(page)[-1] == "sakuradai-inn"


async def test_a_search_that_makes_no_stay_is_answered_with_the_form_as_it_was(guest: Guest) -> None:
    page = await guest.get("/search", city="vienna", arrival="2026-12-05", departure="2026-12-01", guests="3")
    assert page.status_code == 422
    assert words(page).count("The date of departure must be after the date of arrival.") == 2  # on top and at the field
    assert re.search(r'id="departure"[^>]*aria-invalid="true"[^>]*aria-describedby="[^"]*departure-problem"', page.text)
    assert 'value="vienna" selected' in page.text
    assert 'value="3" selected' in page.text
    assert page.text.count('aria-invalid="true"') == 1


# Booking


async def test_a_booking_is_what_was_asked_for(guest: Guest, site: HotelSite) -> None:
    page = await guest.book(
        phone="+351 21 000 0000", arrival_time="19:00 to 22:00", requests="High floor,\nplease", newsletter="yes"
    )
    assert "Booking confirmed" in words(page)
    [made] = site.bookings()
    assert page.url.path == f"/bookings/{made.reference}"
    assert REFERENCE.fullmatch(made.reference)
    assert made.reference in words(page)
    assert (made.city, made.hotel, made.room) == ("Lisbon", "Casa do Estuário", "Courtyard Double")
    assert (made.arrival, made.departure, made.guests) == (date(2026, 12, 1), date(2026, 12, 5), 2)
    assert (made.price, made.total, made.nights) == (118, 472, 4)
    assert (made.name, made.email, made.country) == ("Ana Silva", "ana@example.org", "PT")
    assert (made.phone, made.arrival_time) == ("+351 21 000 0000", "19:00 to 22:00")
    assert (made.requests, made.newsletter, made.status) == ("High floor,\nplease", True, "confirmed")
    for shown in (
        "Tue 1 December 2026",
        "Sat 5 December 2026",
        "2 guests, 4 nights",
        "€472",
        "Portugal",
        "Newsletter Yes",
    ):
        assert shown in words(page)


async def test_the_details_form_is_filled_in_for_the_returning_guest(guest: Guest) -> None:
    page = await guest.get("/rooms/estuario-double/book", **STAY)
    for value in ("Alex Morgan", "alex.morgan@example.com", "+44 20 7946 0123"):
        assert f'value="{value}"' in page.text
    assert 'value="GB" selected' in page.text
    assert " checked" not in page.text


async def test_wrong_details_are_kept_and_explained_and_nothing_is_booked(guest: Guest, site: HotelSite) -> None:
    form = await guest.open_form()
    wrong = {**DETAILS, "form": form, "email": "ana at example", "phone": "12", "requests": "Late", "newsletter": "yes"}
    del wrong["terms"]
    page = await guest.post("/rooms/estuario-double/book", STAY, wrong)
    assert page.status_code == 422
    for name in ("email", "phone", "terms"):
        assert f'<a href="#{name}">' in page.text
        assert f'id="{name}-problem"' in page.text
    assert page.text.count('aria-invalid="true"') == 3
    assert 'value="ana at example"' in page.text
    assert ">Late</textarea>" in page.text
    assert re.search(r'id="newsletter"[^>]* checked', page.text)
    assert site.bookings() == []
    assert form in page.text  # so that the corrected form is the same form
    assert "Booking confirmed" in words(await guest.book(form=form))


async def test_reloading_and_sending_twice_book_once(guest: Guest, site: HotelSite) -> None:
    form = await guest.open_form()
    pages = await asyncio.gather(*(guest.book(form=form) for _ in range(4)))
    again = await guest.get(pages[0].url.path)
    assert {page.url for page in (*pages, again)} == {pages[0].url}
    assert len(site.bookings()) == 1


async def test_a_used_form_with_other_content_asks_before_it_books_again(guest: Guest, site: HotelSite) -> None:
    form = await guest.open_form()
    await guest.book(form=form)
    page = await guest.book(form=form, name="Zoë")
    assert page.status_code == 409
    assert "This form has already made a booking" in words(page)
    assert 'value="Zoë"' in page.text
    assert len(site.bookings()) == 1
    fresh = re.search(r'name="form" value="([^"]+)"', page.text)
    assert fresh
    await guest.book(form=fresh[1], name="Zoë")
    assert [booking.name for booking in site.bookings()] == ["Ana Silva", "Zoë"]


@pytest.mark.parametrize(
    "text",
    [
        "王小明",
        "Zoë",
        "Robert'); DROP TABLE bookings;--",
        '<script>alert("x")</script>',
        "{{ guest.email }} a",
        "a\\' OR 1=1",
    ],
)
async def test_a_name_is_text_and_nothing_else(guest: Guest, site: HotelSite, text: str) -> None:
    page = await guest.book(name=text, requests=f"For {text}")
    assert [booking.name for booking in site.bookings()] == [text]
    assert f"Name {text} E-mail" in " ".join(words(page).split()) or "<script" in text
    assert "<script" not in page.text
    if "<" in text:
        assert "&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt;" in page.text


async def test_a_room_that_gets_full_is_sold_out_for_these_nights_only(guest: Guest, site: HotelSite) -> None:
    late = await guest.open_form("miradouro-attic")
    for _ in range(2):
        assert "Booking confirmed" in words(await guest.book("miradouro-attic"))
    results = words(await guest.get("/search", city="lisbon", **STAY))
    assert re.search(r"Attic Double [^€]*€129 a night €516 in total Sold out", results)
    overlapping = {**STAY, "arrival": "2026-12-04", "departure": "2026-12-06"}
    assert "Sold out" in words(await guest.get("/search", city="lisbon", **overlapping)).split("Attic Double")[1][:90]
    after = {**STAY, "arrival": "2026-12-05", "departure": "2026-12-07"}
    assert "Only 2 left" in words(await guest.get("/search", city="lisbon", **after))
    beaten = await guest.book("miradouro-attic", form=late)
    assert beaten.status_code == 409
    assert "This room has just been sold" in words(beaten)
    assert len(site.bookings()) == 2


async def test_what_the_address_asks_for_is_checked_as_well(guest: Guest, site: HotelSite) -> None:
    for stay, says in (
        ({"guests": "3"}, "sleeps 2"),
        ({"arrival": "2026-11-01"}, "in the past"),
        ({"departure": "2026-11-30"}, "must be after"),
        ({"arrival": "", "departure": ""}, "Enter the date of arrival"),
    ):
        opened = await guest.get("/rooms/estuario-double/book", **{**STAY, **stay})
        posted = await guest.book(form="a-form", stay=stay)
        for page in (opened, posted):
            assert page.status_code == 422
            assert says in words(page)
    assert (await guest.get("/rooms/miradouro-terrace/book", **STAY)).status_code == 409
    assert (await guest.book("miradouro-terrace", form="a-form")).status_code == 409
    assert site.bookings() == []


# Afterwards


async def test_a_booking_is_found_by_reference_and_address(guest: Guest, site: HotelSite) -> None:
    await guest.book()
    reference = site.bookings()[0].reference
    found = await guest.post(
        "/bookings", {}, {"reference": reference.lower().replace("-", " "), "email": "ANA@example.org"}
    )
    assert found.url.path == f"/bookings/{reference}"
    for fields in (
        {"reference": reference, "email": "eve@example.org"},
        {"reference": "HH-222222", "email": "a@b.org"},
    ):
        page = await guest.post("/bookings", {}, fields)
        assert page.status_code == 422
        assert "We have no booking with this reference and e-mail address." in words(page)
        assert f'value="{fields["email"]}"' in page.text
    empty = words(await guest.post("/bookings", {}, {}))
    assert "Enter the booking reference" in empty
    assert "Enter the e-mail address" in empty


async def test_cancelling_asks_first_and_frees_the_room(guest: Guest, site: HotelSite) -> None:
    for _ in range(2):
        await guest.book("miradouro-attic")
    reference = site.bookings()[0].reference
    question = await guest.get(f"/bookings/{reference}/cancel")
    assert "Cancel this booking?" in words(question)
    assert site.bookings()[0].status == "confirmed"
    for _ in range(2):
        cancelled = await guest.post(f"/bookings/{reference}/cancel", {}, {})
        assert cancelled.url.path == f"/bookings/{reference}"
        assert "Booking cancelled" in words(cancelled)
    assert "Booking cancelled" in words(await guest.get(f"/bookings/{reference}/cancel"))
    assert [booking.status for booking in site.bookings()] == ["cancelled", "confirmed"]
    assert "Only 1 left" in words(await guest.get("/search", city="lisbon", **STAY))


async def test_from_the_day_of_arrival_a_booking_cannot_be_cancelled_here(tmp_path: Path) -> None:
    today = date(2026, 11, 20)
    async with (
        hotel(tmp_path / "hotel.sqlite3", today=lambda: today) as site,
        httpx2.AsyncClient(base_url=site.url, follow_redirects=True, trust_env=False) as client,
    ):
        await Guest(client).book()
        reference = site.bookings()[0].reference
        today = date(2026, 12, 1)
        for page in (
            await client.get(f"/bookings/{reference}/cancel"),
            await client.post(f"/bookings/{reference}/cancel"),
        ):
            assert page.status_code == 409
            assert "can no longer be cancelled" in words(page)
        assert site.bookings()[0].status == "confirmed"


# The rest


async def test_what_does_not_exist_is_said_in_style(guest: Guest) -> None:
    for path in ("/nothing", "/bookings/HH-222222", "/bookings/x/cancel", "/rooms/x/book", "/pictures/x.svg"):
        page = await guest.get(path)
        assert page.status_code == 404
        assert "We can't find this page" in words(page)
        assert "Find my booking" in words(page)


async def test_a_fault_of_the_server_is_said_in_style(guest: Guest, site: HotelSite) -> None:
    with sqlite3.connect(site.database) as connection:
        connection.execute("DROP TABLE bookings")
    connection.close()
    page = await guest.get("/search", city="lisbon", **STAY)
    assert page.status_code == 500
    assert "Something went wrong" in words(page)
    assert "sqlite" not in page.text.lower()


async def test_a_method_that_an_address_does_not_take_is_refused(guest: Guest) -> None:
    page = await guest.post("/search", STAY, {})
    assert page.status_code == 405
    assert "GET" in page.headers["allow"]


async def test_files_cannot_be_posted_into_a_form(guest: Guest, site: HotelSite) -> None:
    page = await guest.client.post("/rooms/estuario-double/book", params=STAY, files={"name": ("x.txt", b"Ana")})
    assert page.status_code == 400
    assert site.bookings() == []


async def test_help_tells_the_terms(guest: Guest) -> None:
    page = await guest.get("/help")
    assert 'id="terms"' in page.text
    assert "cancel free of charge" in words(page)


async def test_every_picture_is_an_image_that_asks_for_nothing_else(guest: Guest) -> None:
    catalogue = load()
    for name in ("welcome", *catalogue.cities, *catalogue.hotels):
        picture = await guest.get(f"/pictures/{name}.svg")
        assert picture.headers["content-type"].startswith("image/svg+xml")
        root = ElementTree.fromstring(picture.text)
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert "href" not in picture.text


async def test_a_database_of_ones_own_outlives_the_server(tmp_path: Path) -> None:
    database = tmp_path / "mine.sqlite3"
    for expected in (1, 2):
        async with (
            hotel(database, today=lambda: date(2026, 11, 20)) as site,
            httpx2.AsyncClient(base_url=site.url, follow_redirects=True, trust_env=False) as client,
        ):
            await Guest(client).book()
            assert len(site.bookings()) == expected


async def test_a_database_of_its_own_is_gone_afterwards() -> None:
    async with hotel() as site:
        assert site.database.exists()
        assert site.bookings() == []
    assert not site.database.parent.exists()
