"""The site itself: which address shows what. Every page is made on the server; forms answer with a redirect."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates

from envs.demo.hotel import art
from envs.demo.hotel.catalogue import MAX_GUESTS, Catalogue, Hotel, Offer
from envs.demo.hotel.forms import (
    ARRIVAL_TIMES,
    HORIZON,
    Details,
    Invalid,
    Search,
    default_details,
    default_search,
    read_date,
    read_details,
    read_reference,
    read_search,
)
from envs.demo.hotel.store import Booking, FormUsed, SoldOut, Store

_HERE = Path(__file__).parent
_LAST_CITY = "last_city"
_HEADERS = {
    "cache-control": "private, no-cache",
    "content-security-policy": "default-src 'none'; img-src 'self'; style-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'self'",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
}
SORTS = {"recommended": "Recommended", "price": "Lowest price", "rating": "Guest rating"}


class Listing:
    """One hotel among the results: its rooms that hold the party, each with how many are left for the stay."""

    def __init__(self, hotel: Hotel, guests: int, taken: Counter[str]) -> None:
        self.hotel = hotel
        self.rooms = [(room, max(0, room.stock - taken[room.id])) for room in hotel.rooms if room.sleeps >= guests]

    @property
    def cheapest(self) -> float:
        """The lowest price of a room that is left; a full house comes after all others."""
        return min((room.price for room, left in self.rooms if left), default=float("inf"))


class Site:
    """The pages, over one store of bookings. `today` is asked at every request."""

    def __init__(self, store: Store, catalogue: Catalogue, today: Callable[[], date]) -> None:
        self.store = store
        self.catalogue = catalogue
        self.today = today
        self.pages = Jinja2Templates(env=_environment(catalogue))
        self.views = {hotel.id: (hotel.scene, hotel.light) for hotel in catalogue.hotels.values()}
        self.views |= {city.id: (city.scene, city.light) for city in catalogue.cities.values()}
        self.views["welcome"] = ("harbour", "dusk")

    def app(self) -> Starlette:
        @asynccontextmanager
        async def lifespan(_: Starlette) -> AsyncIterator[None]:
            await run_in_threadpool(self.store.prepare)
            yield

        return Starlette(
            routes=[
                Route("/", self.home),
                Route("/search", self.results),
                Route("/rooms/{room}/book", self.details),
                Route("/rooms/{room}/book", self.book, methods=["POST"]),
                Route("/bookings", self.find_form),
                Route("/bookings", self.find, methods=["POST"]),
                Route("/bookings/{reference}", self.booking),
                Route("/bookings/{reference}/cancel", self.cancel_form),
                Route("/bookings/{reference}/cancel", self.cancel, methods=["POST"]),
                Route("/help", self.help),
                Route("/pictures/{name}.svg", self.picture),
                Mount("/static", StaticFiles(directory=_HERE / "static")),
            ],
            exception_handlers={HTTPException: self.http_error, 500: self.server_error},
            lifespan=lifespan,
        )

    def page(self, request: Request, name: str, status: int = 200, **context: Any) -> Response:
        response = self.pages.TemplateResponse(request, name, context, status_code=status)
        response.headers.update(_HEADERS)
        return response

    # Searching

    async def home(self, request: Request) -> Response:
        fields = default_search(self.catalogue, self.today(), request.cookies.get(_LAST_CITY, ""))
        return self.search_page(request, {**fields, **request.query_params}, {})

    def search_page(self, request: Request, fields: Mapping[str, str], problems: dict[str, str]) -> Response:
        days = {name: fields.get(name, "") for name in ("arrival", "departure")}
        return self.page(
            request,
            "home.html",
            422 if problems else 200,
            fields={**fields, **{name: text if read_date(text) else "" for name, text in days.items()}},
            problems=problems,
            first_day=self.today(),
            last_day=self.today() + HORIZON,
        )

    async def results(self, request: Request) -> Response:
        try:
            search = read_search(request.query_params, self.catalogue, self.today())
        except Invalid as invalid:
            return self.search_page(request, request.query_params, invalid.problems)
        taken = await run_in_threadpool(self.store.taken, search.arrival, search.departure)
        listings = [Listing(hotel, search.guests, taken) for hotel in search.city.hotels]
        listings = [listing for listing in listings if listing.rooms]
        sort = request.query_params.get("sort", "recommended")
        if sort == "price":
            listings.sort(key=lambda listing: listing.cheapest)
        elif sort == "rating":
            listings.sort(key=lambda listing: -listing.hotel.rating)
        else:
            sort = "recommended"
        response = self.page(request, "results.html", search=search, listings=listings, sort=sort)
        response.set_cookie(_LAST_CITY, search.city.id, max_age=365 * 24 * 3600, httponly=True, samesite="lax")
        return response

    # Booking

    async def details(self, request: Request) -> Response:
        offer = self.offer(request)
        try:
            search = self.stay(request, offer)
        except Invalid as invalid:
            return self.search_page(request, {**request.query_params, "city": offer.city.id}, invalid.problems)
        taken = await run_in_threadpool(self.store.taken, search.arrival, search.departure)
        if taken[offer.room.id] >= offer.room.stock:
            return self.sold_out(request, offer, search)
        return self.details_page(request, offer, search, default_details(self.catalogue))

    def details_page(
        self,
        request: Request,
        offer: Offer,
        search: Search,
        fields: Mapping[str, str],
        *,
        problems: dict[str, str] | None = None,
        form: str = "",
        status: int = 200,
        used: Booking | None = None,
    ) -> Response:
        return self.page(
            request,
            "details.html",
            status,
            offer=offer,
            search=search,
            fields=fields,
            problems=problems or {},
            form=form or secrets.token_urlsafe(16),
            used=used,
        )

    async def book(self, request: Request) -> Response:
        offer = self.offer(request)
        fields = await _fields(request)
        try:
            search = self.stay(request, offer)
        except Invalid as invalid:
            return self.search_page(request, {**request.query_params, "city": offer.city.id}, invalid.problems)
        form = fields.get("form", "")
        try:
            details = read_details(fields, self.catalogue)
        except Invalid as invalid:
            return self.details_page(request, offer, search, fields, problems=invalid.problems, form=form, status=422)
        wanted = _booking(offer, search, details)
        try:
            made = await run_in_threadpool(
                self.store.book, wanted, stock=offer.room.stock, form=form or secrets.token_urlsafe(16)
            )
        except SoldOut:
            return self.sold_out(request, offer, search)
        except FormUsed as used:
            return self.details_page(request, offer, search, fields, status=409, used=used.booking)
        return RedirectResponse(f"/bookings/{made.reference}", status_code=303)

    def offer(self, request: Request) -> Offer:
        offer = self.catalogue.offers.get(request.path_params["room"])
        if offer is None:
            raise HTTPException(404)
        return offer

    def stay(self, request: Request, offer: Offer) -> Search:
        """The stay that a room's address asks for; raises Invalid if it makes none, or the room is too small for it."""
        search = read_search({**request.query_params, "city": offer.city.id}, self.catalogue, self.today())
        if search.guests > offer.room.sleeps:
            raise Invalid({"guests": f"{offer.room.name} sleeps {offer.room.sleeps}. Choose fewer guests."})
        return search

    def sold_out(self, request: Request, offer: Offer, search: Search) -> Response:
        return self.page(request, "sold_out.html", 409, offer=offer, search=search)

    # Bookings made

    async def booking(self, request: Request) -> Response:
        return self.page(request, "booking.html", booking=await self.known(request))

    async def known(self, request: Request) -> Booking:
        booking = await run_in_threadpool(self.store.find, request.path_params["reference"])
        if booking is None:
            raise HTTPException(404)
        return booking

    async def find_form(self, request: Request) -> Response:
        return self.page(
            request, "find.html", fields={"reference": "", "email": self.catalogue.guest.email}, problems={}
        )

    async def find(self, request: Request) -> Response:
        fields = await _fields(request)
        reference, email = fields.get("reference", "").strip(), fields.get("email", "").strip()
        problems = {}
        if not reference:
            problems["reference"] = "Enter the booking reference, such as HH-7K3M2Q."
        if not email:
            problems["email"] = "Enter the e-mail address that the booking was made with."
        if not problems:
            booking = await run_in_threadpool(self.store.find, read_reference(reference))
            if booking and booking.email.casefold() == email.casefold():
                return RedirectResponse(f"/bookings/{booking.reference}", status_code=303)
            problems["reference"] = (
                "We have no booking with this reference and e-mail address. Check both and try again."
            )
        return self.page(request, "find.html", 422, fields=fields, problems=problems)

    async def cancel_form(self, request: Request) -> Response:
        return await self.cancel_page(request, await self.known(request))

    async def cancel_page(self, request: Request, booking: Booking) -> Response:
        if booking.status == "cancelled":
            return RedirectResponse(f"/bookings/{booking.reference}", status_code=303)
        free = self.today() < booking.arrival
        return self.page(request, "cancel.html", 200 if free else 409, booking=booking, free=free)

    async def cancel(self, request: Request) -> Response:
        booking = await self.known(request)
        if booking.status == "confirmed" and self.today() >= booking.arrival:
            return await self.cancel_page(request, booking)
        await run_in_threadpool(self.store.cancel, booking.reference)
        return RedirectResponse(f"/bookings/{booking.reference}", status_code=303)

    # The rest

    async def help(self, request: Request) -> Response:
        return self.page(request, "help.html")

    async def picture(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in self.views:
            raise HTTPException(404)
        return Response(
            art.picture(name, *self.views[name]), media_type="image/svg+xml", headers={"cache-control": "max-age=3600"}
        )

    async def http_error(self, request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        response = self.page(request, "not_found.html" if status == 404 else "error.html", status)
        if isinstance(error, HTTPException) and error.headers:
            response.headers.update(error.headers)
        return response

    async def server_error(self, request: Request, _: Exception) -> Response:
        return self.page(request, "error.html", 500)


async def _fields(request: Request) -> dict[str, str]:
    """The text fields of a posted form; the last one counts where a name comes twice."""
    form = await request.form(max_files=0, max_fields=50)
    return {name: value for name, value in form.items() if isinstance(value, str)}


def _booking(offer: Offer, search: Search, details: Details) -> Booking:
    room = offer.room
    return Booking(
        reference="",
        status="confirmed",
        booked_at=datetime.now(UTC),
        city=offer.city.name,
        hotel=offer.hotel.name,
        room=room.name,
        room_id=room.id,
        arrival=search.arrival,
        departure=search.departure,
        guests=search.guests,
        price=room.price,
        total=room.price * search.nights,
        **asdict(details),
    )


def _environment(catalogue: Catalogue) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "day": lambda day: f"{day:%a} {day.day} {day:%B %Y}",
        "euros": lambda amount: f"€{amount:,}",
        "count": lambda number, noun: f"{number:,} {noun}" + ("" if number == 1 else "s"),
    }
    environment.globals |= {
        "arrival_times": ARRIVAL_TIMES,
        "cities": catalogue.cities,
        "countries": catalogue.countries,
        "guest": catalogue.guest,
        "max_guests": MAX_GUESTS,
        "sorts": SORTS,
    }
    return environment
