"""Makes docs/marks-150.png: a page of a hundred and fifty elements as a model of marks sees it."""

from __future__ import annotations

import asyncio
import io
import sys
from pathlib import Path

from PIL import Image
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from envs.demo.serve import serve
from envs.web import WebEnv
from prompts.marks import draw_marks

OUT = Path(__file__).resolve().parent.parent / "docs" / "marks-150.png"
CITIES = ("Lisbon", "Porto", "Faro", "Coimbra", "Braga", "Évora", "Sintra", "Lagos", "Tomar", "Viseu", "Beja", "Aveiro")
STYLE = """body{margin:0;font:13px sans-serif}nav{background:#234;padding:6px}nav a{color:#fff;margin-right:14px}
main{display:flex}aside{width:190px;padding:8px}aside label{display:block;margin:3px 0}table{border-collapse:collapse}
td{border-bottom:1px solid #ccc;padding:2px 8px}footer a{margin-right:9px}input[type=text]{width:110px}"""


def page() -> str:
    """Navigation, filters, a table with links and buttons in every row, and a footer: 150 elements in one view."""
    nav = "".join(f"<a href='#'>{word}</a>" for word in ("Home", "Hotels", "Flights", "Cars", "Offers", "Map", "Help"))
    search = "".join(f"<input type=text placeholder='{word}'> " for word in ("City", "Arrival", "Departure"))
    filters = "".join(f"<label><input type=checkbox> {word}</label>" for word in (
        "Breakfast", "Pool", "Parking", "Wi-Fi", "Sea view", "Pets", "Gym", "Spa", "Bar", "Quiet", "Lift", "Balcony",
    ))  # fmt: skip
    rows = "".join(
        f"<tr><td><a href='#'>Hotel {city} {n}</a><td><a href='#'>Map</a><td><a href='#'>{3 + n % 7} reviews</a>"
        f"<td>{60 + 7 * n} EUR<td><button>Save</button><td><button>Book</button>"
        for n, city in enumerate(CITIES * 2)
    )
    ends = ("Imprint", "Privacy", "Terms", "Contact", "Jobs", "Press", "Blog")
    footer = "".join(f"<a href='#'>{word}</a>" for word in ends)
    return (
        f"<!doctype html><title>Hotels</title><style>{STYLE}</style><nav>{nav}</nav><main><aside><p>{search}"
        f"<button>Search</button></p>{filters}</aside><table>{rows}</table></main><footer>{footer}</footer>"
    )


async def main() -> int:
    async def answer(request: Request) -> HTMLResponse:
        return HTMLResponse(page())

    async with serve(Starlette(routes=[Route("/", answer)])) as url, WebEnv(url) as env:
        seen = await env.observe(elements=True)
    marked = Image.open(io.BytesIO(draw_marks(seen.screenshot, seen.elements)))
    marked.quantize(96, dither=Image.Dither.NONE).save(OUT, optimize=True)
    print(f"{OUT}: {len(seen.elements)} elements, {OUT.stat().st_size // 1024} kB")
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
