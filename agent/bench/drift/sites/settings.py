"""A long page of settings: switches in shadow roots, a list that the page draws, and buttons at the very end."""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from agent.bench.drift.site import Do, Handles, Ledger, Site, alert, entry, page

_BRAND = "Paperboat"
_SWITCHES = {
    "Notifications": {
        "mentions": "Mentions",
        "replies": "Replies",
        "digest": "Weekly digest",
        "product": "Product news",
        "sounds": "Sounds",
    },
    "Privacy": {"search": "Show me in search", "activity": "Show when I am active", "receipts": "Read receipts"},
    "Security": {"second": "Two-step sign-in", "alerts": "Sign-in alerts", "sessions": "Ask again every week"},
}
_ZONES = ("London", "Lisbon", "Berlin", "Helsinki", "Athens", "Istanbul")
_STYLE = """
.line{display:flex;justify-content:space-between;align-items:center;padding:.9rem 0;border-bottom:1px solid var(--line)}
.drop{position:relative;max-width:20rem} .drop ul{position:absolute;z-index:5;left:0;right:0;margin:0;padding:0;
list-style:none;background:var(--paper);border:1px solid var(--line)} .drop li{padding:.4rem .7rem;cursor:pointer}
"""
_SHADOW = """<style>button{width:3rem;height:1.6rem;border-radius:1rem;border:1px solid #8a93a0;background:#d5dae1;
padding:0 .2rem;text-align:left}button::before{content:"";display:inline-block;width:1.2rem;height:1.2rem;
border-radius:50%;background:#fff;border:1px solid #8a93a0;vertical-align:middle}
button[aria-checked=true]{background:#1f4e79;text-align:right}</style>"""
_SCRIPT = """<script>
document.addEventListener("click", (event) => {
  const hit = event.composedPath()[0];
  const toggle = hit.closest("[role=switch]");
  if (toggle) {
    const on = toggle.getAttribute("aria-checked") !== "true";
    toggle.setAttribute("aria-checked", on);
    toggle.getRootNode().host.querySelector("input").value = on ? "on" : "";
  }
  const opener = hit.closest("[aria-haspopup]");
  const list = document.querySelector("[role=listbox]");
  const option = hit.closest("[role=option]");
  if (option) {
    list.parentNode.querySelector("input").value = option.textContent;
    list.parentNode.querySelector("button span").textContent = option.textContent;
  }
  list.hidden = !opener || !list.hidden;
  list.parentNode.querySelector("button").setAttribute("aria-expanded", !list.hidden);
});
</script>"""


def _switch(name: str, label: str) -> str:
    return (
        f'<div class="line" data-part="{name}"><span>{label}</span><x-switch><template shadowrootmode="open">{_SHADOW}'
        f'<button type="button" role="switch" aria-checked="false" aria-label="{label}" data-truth="{name}"></button>'
        f'<slot></slot></template><input type="hidden" name="{name}" value=""></x-switch></div>'
    )


def _form() -> str:
    options = "".join(f'<li role="option" data-truth="zone:{zone}">{zone}</li>' for zone in _ZONES)
    zone = (
        '<div class="field drop" data-part="zone"><span id="zone-label">Time zone</span><br><button type="button" '
        'aria-haspopup="listbox" aria-expanded="false" aria-labelledby="zone-label zone-shown" data-truth="zone">'
        f'<span id="zone-shown">London</span></button><ul role="listbox" hidden>{options}</ul>'
        '<input type="hidden" name="zone" value="London"></div>'
    )
    groups = "".join(
        f'<section class="card"><h2>{title}</h2>{"".join(_switch(*one) for one in switches.items())}</section>'
        for title, switches in _SWITCHES.items()
    )
    return (
        '<form method="post" action="/settings"><section class="card"><h2>Profile</h2>'
        f"{entry('shown', 'Display name', 'alex')}{entry('about', 'About you')}{zone}</section>{groups}"
        '<p data-pair=""><button class="main" data-truth="save">Save settings</button> '
        '<a class="button" href="/" data-truth="reset">Reset to defaults</a></p></form>'
    )


def _make(ledger: Ledger, _: Path) -> Starlette:
    async def home(_: Request) -> HTMLResponse:
        links = '<a href="/" data-truth="home">Boards</a><a href="/settings" data-truth="settings">Settings</a>'
        return HTMLResponse(page("Boards", _BRAND, '<h1>Boards</h1><p class="card">Nothing new.</p>', links=links))

    async def settings(request: Request) -> HTMLResponse:
        said = ""
        if request.method == "POST":
            form = await request.form()
            if form.get("shown"):
                ledger.enter("settings", dict(form))
                said = '<p role="status">Your settings are saved.</p>'
            else:
                said = alert("Enter a display name.")
        return HTMLResponse(page("Settings", _BRAND, f"<h1>Settings</h1>{said}{_form()}{_SCRIPT}", style=_STYLE))

    return Starlette(routes=[Route("/", home), Route("/settings", settings, methods=["GET", "POST"])])


SITE = Site(
    name="settings",
    task="In the settings, call me Ana S., set the time zone to Lisbon, and switch on the weekly digest and two-step "
    "sign-in.",
    make=_make,
    flow=(
        Do("click", "link", "Settings"),
        Do("type", "textbox", "Display name", "Ana S."),
        Do("click", "button", "Time zone London"),
        Do("click", "option", "Lisbon"),
        Do("click", "switch", "Weekly digest"),
        Do("click", "switch", "Two-step sign-in"),
        Do("click", "button", "Save settings"),
    ),
    data={"name": "Ana S.", "zone": "Lisbon"},
    handles=Handles(
        page="/settings",
        sends="/settings",
        label=("Display name", "Shown name"),
        button=("Save settings", "Apply settings"),
        heading=("Settings", "Preferences"),
        other_label="Recovery phrase",
        other_button="Delete account",
        field="digest",
        required="shown",
        swapped=("shown", "about"),
        twin=("shown", '<div class="card"><h2>Theme</h2><button type="button">Save settings</button></div>'),
        ready="digest",
    ),
)
