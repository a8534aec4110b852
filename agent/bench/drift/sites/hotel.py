"""The bundled hotel; what is what on its pages is marked from outside."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from starlette.applications import Starlette

from agent.bench.drift.markup import Node
from agent.bench.drift.site import Do, Handles, Ledger, Site
from envs.demo.hotel.catalogue import load
from envs.demo.hotel.site import Site as Hotel
from envs.demo.hotel.store import Booking, Store

_TODAY = date(2027, 5, 4)
FILE = "hotel.sqlite3"
"""The name of the hotel's database in its folder."""


class _Noting(Store):
    def __init__(self, database: Path, ledger: Ledger) -> None:
        super().__init__(database)
        self._ledger = ledger

    def book(self, booking: Booking, *, stock: int, form: str) -> Booking:
        made = super().book(booking, stock=stock, form=form)
        names = ("room_id", "arrival", "departure", "guests", "name", "email", "arrival_time", "requests")
        self._ledger.enter("booking", {name: getattr(made, name) for name in names})
        return made


def _make(ledger: Ledger, folder: Path) -> Starlette:
    return Hotel(_Noting(folder / FILE, ledger), load(), lambda: _TODAY).app()


def _mark(root: Node) -> None:
    for node in root.walk():
        if node.has_class("field"):
            control = next((one for one in node.walk() if one.tag in ("input", "select", "textarea")), None)
            name = control.attrs.get("name") if control is not None else None
            if name:
                node.attrs["data-part"] = name
                for one in node.walk():
                    if one.tag in ("input", "select", "textarea", "label"):
                        one.attrs["data-truth"] = name
        elif node.tag == "ul" and node.has_class("listings"):
            node.attrs["data-rows"] = ""
        elif node.tag == "li" and node.parent is not None and node.parent.has_class("rooms"):
            link = node.first(tag="a")
            room = urlsplit(link.attrs["href"] or "").path.split("/")[2] if link is not None else "sold-out"
            node.attrs |= {"data-row": room, "data-truth": f"row:{room}"}
            if link is not None:
                link.attrs["data-truth"] = f"book:{room}"
        elif node.tag in ("a", "button", "summary") and "data-truth" not in node.attrs:
            node.attrs["data-truth"] = " ".join(node.text.split())


SITE = Site(
    name="hotel",
    task="Book the Attic Double at Miradouro House in Lisbon for Ana Silva, 2 guests, 1 to 4 June 2027, at noon.",
    make=_make,
    mark=_mark,
    flow=(
        Do("select", "combobox", "City", "Lisbon"),
        Do("type", "textbox", "Arrival", "2027-06-01"),
        Do("type", "textbox", "Departure", "2027-06-04"),
        Do("select", "combobox", "Guests", "2 guests"),
        Do("click", "button", "Search"),
        Do("click", "link", "Book Attic Double, Miradouro House"),
        Do("type", "textbox", "Full name", "Ana Silva"),
        Do("type", "textbox", "E-mail", "ana@silva.example"),
        Do("type", "textbox", "Special requests (optional)", "A quiet room, please"),
        Do("click", "checkbox", "I accept the booking terms"),
        Do("click", "button", "Confirm booking"),
    ),
    data={"city": "Lisbon", "arrival": "2027-06-01", "departure": "2027-06-04", "guests": "2", "guest": "Ana Silva"},
    handles=Handles(
        page="/search",
        sends="/rooms/miradouro-attic/book",
        label=("Full name", "Name of the guest"),
        button=("Confirm booking", "Book now"),
        heading=("Your details", "Who stays with us"),
        other_label="Card number",
        other_button="Cancel booking",
        field="requests",
        required="terms",
        swapped=("name", "email"),
        twin=(
            "name",
            '<div class="card"><h2>Another booking</h2><p>Made one by telephone?</p>'
            '<button type="button">Confirm booking</button></div>',
        ),
        row="miradouro-attic",
        namesake=(("Attic Double", "Cellar Double"),),
        ready="terms",
        has_prices=True,
    ),
)
