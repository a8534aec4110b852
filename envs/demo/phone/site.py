"""The apps' pages, and the page that holds them all: made on the phone's own server, one address for each screen.

A form answers with a redirect. What a page may load is what this server has; nothing comes from anywhere else.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates

from envs.demo.phone import catalogue
from envs.demo.phone.catalogue import App
from envs.demo.phone.store import Line, Product, Store

_HERE = Path(__file__).parent
_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self';"
    " form-action 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors 'self'",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
}
_PAYMENTS = ("Pay on delivery", "Card ending in 4242", "Gift card")
_CONTACT_FIELDS = ("name", "phone", "email", "company")


class Site:
    """All pages of one phone. `changed` is called after a setting was changed on a page."""

    def __init__(self, store: Store, changed: Callable[[], None]) -> None:
        self._store = store
        self._changed = changed
        environment = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters["money"] = _money
        environment.filters["when"] = self._when
        environment.filters["initial"] = lambda name: name[:1].upper()
        environment.filters["hue"] = lambda name: f"hue{sum(map(ord, name)) % 6}"
        self._templates = Jinja2Templates(env=environment)

    def app(self) -> Starlette:
        """The ASGI application."""

        @asynccontextmanager
        async def lifespan(_: Starlette) -> AsyncIterator[None]:
            yield

        def both(path: str, endpoint: Callable[[Request], Any]) -> Route:
            return Route(path, endpoint, methods=["GET", "POST"])

        return Starlette(
            routes=[
                Route("/", self.system),
                Route("/launcher", self.launcher),
                Route("/contacts", self.contacts),
                both("/contacts/new", self.edit_contact),
                Route("/contacts/{id:int}", self.contact),
                both("/contacts/{id:int}/edit", self.edit_contact),
                Route("/contacts/{id:int}/delete", self.delete_contact, methods=["POST"]),
                Route("/messages", self.conversations),
                both("/messages/new", self.new_message),
                both("/messages/with/{number:path}", self.conversation),
                Route("/settings", self.settings),
                both("/settings/network", self.network),
                both("/settings/display", self.display),
                both("/settings/language", self.language),
                Route("/settings/about", self.about),
                Route("/notes", self.notes),
                both("/notes/new", self.note),
                both("/notes/{id:int}", self.note),
                Route("/notes/{id:int}/delete", self.delete_note, methods=["POST"]),
                Route("/shop", self.shop),
                both("/shop/products/{product}", self.product),
                both("/shop/cart", self.cart),
                both("/shop/checkout", self.checkout),
                Route("/shop/orders", self.orders),
                Route("/shop/orders/{reference}", self.order),
                Mount("/static", StaticFiles(directory=_HERE / "static")),
            ],
            exception_handlers={HTTPException: self.missing},
            lifespan=lifespan,
        )

    def _page(
        self, request: Request, app: App | None, template: str, activity: str = "", status: int = 200, **more: Any
    ) -> Response:
        settings = self._store.settings
        context = {
            "app": app,
            "activity": activity or (app.activity if app else ""),
            "dark": settings.dark,
            "language": settings.language,
            "store": self._store,
            **more,
        }
        return self._templates.TemplateResponse(request, template, context, status, _HEADERS)

    async def system(self, request: Request) -> Response:
        return self._page(request, None, "system.html", launcher=catalogue.LAUNCHER)

    async def missing(self, request: Request, error: Exception) -> Response:
        """What stands where a screen was asked for that is not there, or no longer."""
        section = request.url.path.split("/")[1]
        app = next((app for app in catalogue.ON_SCREEN if app.path == f"/{section}"), catalogue.LAUNCHER)
        return self._page(request, app, "missing.html", status=404)

    async def launcher(self, request: Request) -> Response:
        return self._page(request, catalogue.LAUNCHER, "launcher.html", apps=catalogue.ON_SCREEN)

    # Contacts

    async def contacts(self, request: Request) -> Response:
        query = request.query_params.get("q", "")
        return self._page(
            request, catalogue.CONTACTS, "contacts.html", contacts=self._store.contacts(query), query=query
        )

    async def contact(self, request: Request) -> Response:
        contact = self._store.contact(request.path_params["id"]) or _missing()
        return self._page(
            request, catalogue.CONTACTS, "contact.html", ".activities.ContactDetailActivity", contact=contact
        )

    async def edit_contact(self, request: Request) -> Response:
        number = request.path_params.get("id")
        contact = None if number is None else self._store.contact(number) or _missing()
        fields = {name: getattr(contact, name, "") for name in _CONTACT_FIELDS}
        problem = ""
        if request.method == "POST":
            form = await _form(request)
            fields = {name: form.get(name, "").strip() for name in _CONTACT_FIELDS}
            if fields["name"] or fields["phone"]:
                fields["name"] = fields["name"] or fields["phone"]
                saved = self._store.save_contact(number, **fields)
                return _go(f"/contacts/{saved.id}")
            problem = "Add a name or a phone number"
        return self._page(
            request,
            catalogue.CONTACTS,
            "contact_edit.html",
            ".activities.ContactEditorActivity",
            fields=fields,
            contact=contact,
            problem=problem,
        )

    async def delete_contact(self, request: Request) -> Response:
        self._store.delete_contact(request.path_params["id"])
        return _go("/contacts")

    # Messages

    async def conversations(self, request: Request) -> Response:
        return self._page(request, catalogue.MESSAGES, "conversations.html", conversations=self._store.conversations())

    async def new_message(self, request: Request) -> Response:
        to = (await _form(request)).get("to", "") if request.method == "POST" else request.query_params.get("to", "")
        to = to.strip()
        problem = ""
        if request.method == "POST":
            if number := self._number(to):
                return _go(f"/messages/with/{quote(number, safe='')}")
            problem = f"No contact or number is “{to}”" if to else "Whom is it for?"
        return self._page(
            request,
            catalogue.MESSAGES,
            "message_new.html",
            ".ui.conversation.ConversationActivity",
            to=to,
            contacts=[contact for contact in self._store.contacts(to) if contact.phone],
            problem=problem,
        )

    def _number(self, text: str) -> str:
        """The number that a person means: one that was written, or that of the only contact who fits."""
        if sum(character.isdigit() for character in text) >= 3 and not any(map(str.isalpha, text)):
            return text
        found = [contact for contact in self._store.contacts(text) if contact.phone] if text else []
        exact = [contact for contact in found if contact.name.casefold() == text.casefold()]
        fitting = exact or found
        return fitting[0].phone if len(fitting) == 1 else ""

    async def conversation(self, request: Request) -> Response:
        number = request.path_params["number"]
        if request.method == "POST":
            if text := (await _form(request)).get("text", "").strip():
                self._store.send(number, text)
            return _go(f"/messages/with/{quote(number, safe='')}")
        return self._page(
            request,
            catalogue.MESSAGES,
            "conversation.html",
            ".ui.conversation.ConversationActivity",
            number=number,
            contact=self._store.who(number),
            messages=self._store.messages(number),
        )

    # Settings

    async def settings(self, request: Request) -> Response:
        return self._page(request, catalogue.SETTINGS, "settings.html", settings=self._store.settings)

    async def network(self, request: Request) -> Response:
        if request.method == "POST":
            self._store.settings.wifi = "wifi" in await _form(request)
            self._changed()
            return _go("/settings/network")
        return self._page(
            request,
            catalogue.SETTINGS,
            "settings_network.html",
            ".Settings$WifiSettingsActivity",
            settings=self._store.settings,
        )

    async def display(self, request: Request) -> Response:
        if request.method == "POST":
            form = await _form(request)
            self._store.settings.dark = "dark" in form
            if form.get("brightness", "").isdigit():
                self._store.settings.brightness = round(int(form["brightness"]) * 255 / 100)
            self._changed()
            return _go("/settings/display")
        return self._page(
            request,
            catalogue.SETTINGS,
            "settings_display.html",
            ".Settings$DisplaySettingsActivity",
            settings=self._store.settings,
        )

    async def language(self, request: Request) -> Response:
        if request.method == "POST":
            self._store.settings.language = (await _form(request)).get("language", "en")
            self._changed()
            return _go("/settings/language")
        return self._page(request, catalogue.SETTINGS, "settings_language.html", ".Settings$LanguageSettingsActivity")

    async def about(self, request: Request) -> Response:
        return self._page(request, catalogue.SETTINGS, "settings_about.html", ".Settings$MyDeviceInfoActivity")

    # Notes

    async def notes(self, request: Request) -> Response:
        chosen = request.query_params.get("chosen", "")
        note = self._store.note(int(chosen)) if chosen.isdecimal() else None
        return self._page(request, catalogue.NOTES, "notes.html", notes=self._store.notes(), chosen=note)

    async def note(self, request: Request) -> Response:
        number = request.path_params.get("id")
        note = None if number is None else self._store.note(number) or _missing()
        if request.method == "POST":
            form = await _form(request)
            title, text = form.get("title", "").strip(), form.get("text", "").replace("\r\n", "\n").strip()
            if title or text:
                self._store.save_note(number, title, text)
            return _go("/notes")
        return self._page(request, catalogue.NOTES, "note.html", ".NoteActivity", note=note)

    async def delete_note(self, request: Request) -> Response:
        self._store.delete_note(request.path_params["id"])
        return _go("/notes")

    # Shop

    async def shop(self, request: Request) -> Response:
        query, category = request.query_params.get("q", ""), request.query_params.get("category", "")
        return self._page(
            request,
            catalogue.SHOP,
            "shop.html",
            products=self._store.search_products(query, category),
            categories=sorted({product.category for product in self._store.products.values()}),
            query=query,
            category=category,
        )

    async def product(self, request: Request) -> Response:
        product: Product = self._store.products.get(request.path_params["product"]) or _missing()
        if request.method == "POST":
            form = await _form(request)
            option = form.get("option", "")
            quantity = int(form["quantity"]) if form.get("quantity", "").isdigit() else 1
            if option in (product.options or ("",)) and quantity:
                self._store.put_in_cart(product, option, quantity)
                return _go("/shop/cart")
        return self._page(request, catalogue.SHOP, "product.html", ".ProductActivity", product=product)

    async def cart(self, request: Request) -> Response:
        if request.method == "POST":
            form = await _form(request)
            place, quantity = form.get("place", ""), form.get("quantity", "")
            if place.isdigit() and quantity.isdigit():
                self._store.set_quantity(int(place), int(quantity))
            return _go("/shop/cart")
        lines = self._store.cart()
        return self._page(request, catalogue.SHOP, "cart.html", ".CartActivity", lines=lines, total=_total(lines))

    async def checkout(self, request: Request) -> Response:
        lines = self._store.cart()
        if not lines:
            return _go("/shop/cart")
        fields = {"name": "", "address": "", "payment": _PAYMENTS[0]}
        problems: dict[str, str] = {}
        if request.method == "POST":
            form = await _form(request)
            fields = {name: form.get(name, "").strip() for name in fields}
            problems = {
                **({} if fields["name"] else {"name": "Who takes the parcel?"}),
                **({} if fields["address"] else {"address": "Where does it go?"}),
                **({} if fields["payment"] in _PAYMENTS else {"payment": "Choose how to pay"}),
            }
            if not problems:
                return _go(f"/shop/orders/{self._store.order(**fields).reference}")
        return self._page(
            request,
            catalogue.SHOP,
            "checkout.html",
            ".CheckoutActivity",
            total=_total(lines),
            count=sum(line.quantity for line in lines),
            fields=fields,
            problems=problems,
            payments=_PAYMENTS,
        )

    async def orders(self, request: Request) -> Response:
        return self._page(request, catalogue.SHOP, "orders.html", ".OrdersActivity", orders=self._store.orders()[::-1])

    async def order(self, request: Request) -> Response:
        wanted = request.path_params["reference"]
        order = next((order for order in self._store.orders() if order.reference == wanted), None) or _missing()
        return self._page(
            request, catalogue.SHOP, "order.html", ".OrderActivity", order=asdict(order), paid=order.total
        )

    def _when(self, moment: datetime) -> str:
        if moment.date() == self._store.now.date():
            return f"{moment:%H:%M}"
        return f"{moment.day} {moment:%b}"


async def _form(request: Request) -> dict[str, str]:
    return {name: value for name, value in (await request.form()).items() if isinstance(value, str)}


def _go(path: str) -> RedirectResponse:
    return RedirectResponse(path, status_code=303)


def _missing() -> Any:
    raise HTTPException(404, "This is no longer there")


def _money(cents: int) -> str:
    return f"€{cents / 100:.2f}"


def _total(lines: list[Line]) -> int:
    return sum(line.quantity * line.price for line in lines)
