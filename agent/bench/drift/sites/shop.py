"""A shop: a filter, cards that all have the same button, a basket and an address."""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from agent.bench.drift.site import Do, Handles, Ledger, Site, alert, choice, entry, page, tick

_BRAND = "Enamel & Oak"
_GROUPS = {"kitchen": "Kitchen", "garden": "Garden", "desk": "Desk"}
_WARES = {
    "oak-board": ("Oak board", "For bread and cheese", "kitchen", 29),
    "salt-jar": ("Salt jar", "With a lid of cork", "kitchen", 14),
    "mug-green": ("Green enamel mug", "Holds 0.3 litres", "kitchen", 9),
    "watering-can": ("Watering can", "Zinc, 6 litres", "garden", 38),
    "mug-white": ("White enamel mug", "Holds 0.3 litres", "kitchen", 9),
    "colander": ("Colander", "Fine holes, two handles", "kitchen", 24),
    "pen-tray": ("Pen tray", "Walnut, three grooves", "desk", 19),
    "milk-pan": ("Milk pan", "With a spout on both sides", "kitchen", 27),
    "mug-blue": ("Blue enamel mug", "Holds 0.3 litres", "kitchen", 9),
    "trowel": ("Hand trowel", "Forged, ash handle", "garden", 17),
    "pie-dish": ("Pie dish", "Oval, 26 cm", "kitchen", 18),
    "lamp": ("Reading lamp", "Brass, turns both ways", "desk", 64),
}
_STYLE = """
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(17rem,1fr));gap:1rem}
.cards .card{min-height:13rem;display:flex;flex-direction:column} .cards p{flex:1} .filter{display:flex;gap:1.5rem}
"""


def _make(ledger: Ledger, _: Path) -> Starlette:
    async def wares(request: Request) -> HTMLResponse:
        chosen = [key for key in _GROUPS if request.query_params.get(key)]
        ticks = "".join(tick(key, name, checked=key in chosen) for key, name in _GROUPS.items())
        cards = "".join(
            f'<form class="card" method="post" action="/basket" data-row="{key}" data-truth="row:{key}"><h3>{name}</h3>'
            f"<p>{about}</p><p><b>€{price}</b></p><input type='hidden' name='ware' value='{key}'>"
            f'<div><button data-truth="add:{key}">Add to basket</button></div></form>'
            for key, (name, about, group, price) in _WARES.items()
            if not chosen or group in chosen
        )
        body = (
            f'<h1>Everything for the house</h1><form class="card filter" action="/">{ticks}'
            f'<button data-truth="apply">Show</button></form><div class="cards" data-rows="">{cards}</div>'
        )
        return HTMLResponse(page("Shop", _BRAND, body, style=_STYLE))

    async def basket(request: Request) -> HTMLResponse:
        key = str((await request.form()).get("ware", ""))
        name, _, _, price = _WARES[key]
        counts = {str(n): str(n) for n in range(1, 7)}
        body = (
            f'<h1>Your basket</h1><form class="card" method="post" action="/address">'
            f"<p><b>{name}</b>, €{price} each</p>"
            f'<input type="hidden" name="ware" value="{key}">{choice("count", "How many", counts)}<p data-pair="">'
            '<button class="main" data-truth="checkout">To checkout</button> '
            '<a class="button" href="/" data-truth="shop">Back to the shop</a></p></form>'
        )
        return HTMLResponse(page("Basket", _BRAND, body))

    def address(ware: str, count: str, problem: str = "") -> HTMLResponse:
        fields = entry("name", "Name") + entry("street", "Street and number") + entry("town", "Town")
        body = (
            f'<h1>Where shall it go?</h1>{problem}<form class="card" method="post" action="/order">'
            f'<input type="hidden" name="ware" value="{ware}"><input type="hidden" name="count" value="{count}">'
            f"{fields}"
            '<p data-pair=""><button class="main" data-truth="order">Place order</button> '
            '<a class="button" href="/" data-truth="shop">Keep shopping</a></p></form>'
        )
        return HTMLResponse(page("Address", _BRAND, body), 422 if problem else 200)

    async def to_address(request: Request) -> HTMLResponse:
        form = await request.form()
        return address(str(form.get("ware", "")), str(form.get("count", "1")))

    async def order(request: Request) -> HTMLResponse:
        form = {name: str(value) for name, value in (await request.form()).items()}
        if not all(form.get(name) for name in ("name", "street", "town")):
            return address(form.get("ware", ""), form.get("count", "1"), alert("Enter the whole address."))
        ledger.enter("order", {name: form.get(name, "") for name in ("ware", "count", "name", "street", "town")})
        body = '<h1>Thank you for your order</h1><p role="status">It leaves our house tomorrow.</p>'
        return HTMLResponse(page("Ordered", _BRAND, body))

    return Starlette(
        routes=[
            Route("/", wares),
            Route("/basket", basket, methods=["POST"]),
            Route("/address", to_address, methods=["POST"]),
            Route("/order", order, methods=["POST"]),
        ]
    )


SITE = Site(
    name="shop",
    task="Among the kitchen things, order two blue enamel mugs for Ana Silva, Rua das Flores 12, Porto.",
    make=_make,
    flow=(
        Do("click", "checkbox", "Kitchen"),
        Do("click", "button", "Show"),
        Do("click", "button", "Add to basket", nth=6),
        Do("select", "combobox", "How many", "2"),
        Do("click", "button", "To checkout"),
        Do("type", "textbox", "Name", "Ana Silva"),
        Do("type", "textbox", "Street and number", "Rua das Flores 12"),
        Do("type", "textbox", "Town", "Porto"),
        Do("click", "button", "Place order"),
    ),
    data={"name": "Ana Silva", "street": "Rua das Flores 12", "town": "Porto"},
    handles=Handles(
        page="/basket",
        sends="/order",
        label=("Town", "Town or city"),
        button=("Place order", "Order now"),
        heading=("Where shall it go?", "Delivery"),
        other_label="Voucher",
        other_button="Empty basket",
        field="town",
        required="street",
        swapped=("name", "town"),
        twin=(
            "name",
            '<form class="card"><h2>Gift card</h2><label>Amount <input></label> '
            '<button type="button">Place order</button></form>',
        ),
        row="mug-blue",
        namesake=(("Blue enamel mug", "Blue enamel jug"), ("Holds 0.3 litres", "Holds 1.3 litres")),
        ready="kitchen",
        has_prices=True,
    ),
)
