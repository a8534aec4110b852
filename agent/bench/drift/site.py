"""What a site of the drift suite is: pages, a flow on them, and what of it the mutations may take hold of.

The pages say in attributes what is what: `data-truth` names everything that can be pressed, `data-part` what can be put
elsewhere or left out with all that belongs to it, `data-rows` holds things of a kind and `data-row` each of them,
`data-pair` holds buttons that may change places, and `data-framed` marks a page that stands in another. Only
`data-truth` is sent to the browser, and the script that reports presses is the only one to read it.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from starlette.applications import Starlette

from agent.bench.drift.markup import Node


@dataclass(frozen=True)
class Do:
    """One act of a flow: on the `nth` of those with this role and name, counted from 0; `text` is typed or chosen."""

    verb: Literal["click", "type", "select"]
    role: str
    name: str
    text: str = ""
    nth: int = 0


Entry = tuple[str, dict[str, str]]
"""What was done for good, and the fields that it was done with."""


ADDED = "drift"
"""The name of a field that a mutation adds to a form."""


class Ledger:
    """What a site was told to do, in order: sent forms that it accepted, with their fields."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def enter(self, what: str, fields: Mapping[str, Any]) -> None:
        """Something was done for good, such as a booking made; a field that a mutation added is left out."""
        known = {name: str(value) for name, value in fields.items() if name != ADDED}
        self.entries.append((what, known))


@dataclass(frozen=True)
class Handles:
    """What of a site the mutations take hold of; what is empty does not happen to this site.

    `label`, `button` and `heading` are (text, other wording); `other_label` and `other_button` say something else
    altogether in the place of the same label and button. `field` is the part of a field that the flow fills and
    `required` the name of one that the server insists on. `swapped` are two fields. `row` is the row that the flow acts
    in, `namesake` the (text, other text) pairs that make another thing of it. `ready` is what the flow switches on.
    `twin` is (truth of what it is put before, markup): a button of the same name with another purpose. `page` is the
    address after the flow's first step or two, `sends` that of the form at its end.
    """

    page: str
    sends: str
    label: tuple[str, str]
    button: tuple[str, str]
    heading: tuple[str, str]
    other_label: str
    other_button: str
    field: str
    required: str
    swapped: tuple[str, str] | None
    twin: tuple[str, str]
    row: str = ""
    namesake: tuple[tuple[str, str], ...] = ()
    ready: str = ""
    has_prices: bool = False


@dataclass(frozen=True)
class Site:
    """A site of the suite.

    `make` gives the application, which enters what is done into a ledger and may keep files in a folder. `mark` puts
    the data attributes on pages that do not have them from their making.
    """

    name: str
    task: str
    make: Callable[[Ledger, Path], Starlette]
    flow: tuple[Do, ...]
    handles: Handles
    data: Mapping[str, str] = field(default_factory=dict)
    mark: Callable[[Node], None] | None = None


_STYLE = """
:root{--ink:#20242a;--paper:#fff;--line:#c9ced6;--main:#1f4e79}
*{box-sizing:border-box} body{margin:0;font:1rem/1.45 sans-serif;color:var(--ink);background:#f3f4f6}
.top{background:var(--main);color:#fff;padding:.7rem 1.5rem;display:flex;gap:1.5rem;align-items:center}
.top a{color:#fff} main{max-width:62rem;margin:0 auto;padding:1rem 1.5rem 3rem}
.card{background:var(--paper);border:1px solid var(--line);border-radius:.4rem;padding:1rem 1.2rem;margin:0 0 1rem}
.field{margin:.6rem 0} .field label{display:block;font-weight:600;margin-bottom:.2rem}
.check label{display:inline;font-weight:400} input,select,textarea,button{font:inherit}
.field>input:not([type=checkbox]):not([type=radio]),select,textarea{width:100%;max-width:26rem;padding:.35rem .5rem;
border:1px solid var(--line);border-radius:.25rem;background:var(--paper);color:inherit}
button,.button{padding:.4rem .9rem;border:1px solid var(--line);border-radius:.3rem;background:#e8ebef;color:#20242a;
text-decoration:none;cursor:pointer} .main{background:var(--main);color:#fff;border-color:var(--main)}
table{border-collapse:collapse;width:100%} td,th{text-align:left;padding:.35rem .6rem;
border-bottom:1px solid var(--line)}
[role=alert]{border:1px solid #a4262c;color:#a4262c;padding:.6rem 1rem;border-radius:.3rem;margin:0 0 1rem}
[role=status]{border:1px solid #1d6b4a;padding:.6rem 1rem;border-radius:.3rem}
"""


def page(title: str, brand: str, body: str, *, style: str = "", links: str = "", framed: bool = False) -> str:
    """A whole page in the look that the suite's own sites share; `body` and `links` are markup."""
    return (
        f'<!doctype html><html lang="en"{" data-framed" if framed else ""}><head>'
        f'<meta charset="utf-8"><title>{title} – {brand}</title>'
        f"<style>{_STYLE}{style}</style></head><body>"
        f'<header class="top"><b>{brand}</b>{links}</header><main id="content">{body}</main></body></html>'
    )


def entry(name: str, label: str, value: str = "", *, kind: str = "text", more: str = "") -> str:
    """A labelled input; `more` are further attributes as markup."""
    return (
        f'<div class="field" data-part="{name}"><label for="{name}" data-truth="{name}">{label}</label>'
        f'<input id="{name}" name="{name}" type="{kind}" value="{html.escape(value)}" data-truth="{name}" {more}></div>'
    )


def choice(name: str, label: str, options: Mapping[str, str], chosen: str = "") -> str:
    """A labelled native list of (value, shown)."""
    shown = "".join(
        f'<option value="{value}"{" selected" if value == chosen else ""}>{text}</option>'
        for value, text in options.items()
    )
    return (
        f'<div class="field" data-part="{name}"><label for="{name}" data-truth="{name}">{label}</label>'
        f'<select id="{name}" name="{name}" data-truth="{name}">{shown}</select></div>'
    )


def tick(name: str, label: str, *, checked: bool = False, kind: str = "checkbox", value: str = "yes") -> str:
    """A box to tick with its label behind it, or one of several radio buttons."""
    truth = name if kind == "checkbox" else f"{name}:{value}"
    ident = name if kind == "checkbox" else f"{name}-{value}"
    part = f' data-part="{name}"' if kind == "checkbox" else ""
    state = " checked" if checked else ""
    return (
        f'<div class="field check"{part}><input type="{kind}" id="{ident}" name="{name}" value="{value}" '
        f'data-truth="{truth}"{state}> <label for="{ident}" data-truth="{truth}">{label}</label></div>'
    )


def alert(*problems: str) -> str:
    """What a refused form says; "" without problems."""
    return f'<div role="alert">{" ".join(html.escape(one) for one in problems)}</div>' if problems else ""
