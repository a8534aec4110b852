"""What happens to a site between the recording and the replay, and whether a replay can be expected to go on.

A mutation is healable if a person who knows only the recording would go on without a doubt and without making up
anything: no values that the recording does not have, no consent, no choice among equals. Otherwise stopping is right.
All of this is declared here, before anything is measured.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from agent.bench.drift.markup import Node, parse
from agent.bench.drift.site import ADDED, Handles, Site, alert, page

VIEW = (1280, 800)
"""CSS pixels of the view that is recorded with."""
Names = dict[str, str]
"""Names of a changed page's fields, with the names that the site knows them by."""
Change = Callable[[Node, Handles], "Names | None"]
"""Changes a page in place; the names say which fields are posted under others."""


@dataclass(frozen=True)
class Mutation:
    """One way in which a site changes.

    `change` is done to every page that it applies to; `needs` names the handle without which a site is left out.
    `style` is added to every page. `seconds` delays every page, between the two. `instead` gives another page at an
    address, `once` the first time only, with `status`. `drops` leaves out the handle's field of what is posted there.
    `pressing` are the truths that may be pressed besides those of the recording.
    """

    name: str
    healable: bool
    change: Change | None = None
    needs: str = ""
    style: str = ""
    view: tuple[int, int] = VIEW
    seconds: tuple[float, float] = (0.0, 0.0)
    instead: tuple[str, str, int] | None = None
    """(the handle that holds the address, the page, its status); shown at the first visit."""
    again: bool = False
    """Is `instead` shown at every visit?"""
    drops: bool = False
    around: bool = False
    """Does the change happen around what is on the page, so that the pages in its frames do not have it too?"""
    pressing: frozenset[str] = frozenset()

    def applies(self, site: Site) -> bool:
        """Can this happen to that site?"""
        return not self.needs or bool(getattr(site.handles, self.needs))


# --- layout ---


def _side_column(root: Node, _: Handles) -> None:
    links = "".join(f'<p><a href="#{word}">{word}</a></p>' for word in ("Overview", "Reports", "Partners", "Jobs"))
    if (main := root.first(tag="main")) is not None:
        main.before(*parse(f'<aside class="drift-side"><h2>More</h2>{links}</aside>').children)


def _buttons_first(root: Node, _: Handles) -> None:
    for form in root.all(tag="form"):
        buttons = [node for node in form.walk() if "data-pair" in node.attrs]
        fields = [node for node in form.walk() if "data-part" in node.attrs]
        if buttons and fields and len(buttons) == 1:
            buttons[0].remove()
            form.add(buttons[0], 0)


def _reversed(parents: Iterable[Node], movable: Callable[[Node], bool]) -> None:
    for parent in parents:
        places = [n for n, child in enumerate(parent.children) if isinstance(child, Node) and movable(child)]
        moved = [parent.children[n] for n in places]
        for n, child in zip(places, reversed(moved), strict=True):
            parent.children[n] = child


def _fields_reversed(root: Node, _: Handles) -> None:
    _reversed(root.walk(), lambda child: "data-part" in child.attrs)


def _rows_reversed(root: Node, _: Handles) -> None:
    _reversed(root.with_attribute("data-rows"), lambda child: True)


def _rows_added(root: Node, _: Handles) -> None:
    """Three further rows above, copies of the last under other names."""
    for rows in root.with_attribute("data-rows"):
        last = [child for child in rows.children if isinstance(child, Node)][-1]
        for n in range(3):
            copy = parse(str(last)).children[0]
            assert isinstance(copy, Node)
            _made_another(copy, f"new{n}")
            copy.replace_text(lambda text, n=n: _renumbered(text, n))  # type: ignore[misc]
            rows.add(copy, 0)


def _renumbered(text: str, n: int) -> str:
    first = ("Vera", "Milo", "Nils")[n]
    return re.sub(r"\b[A-ZÀ-Ý][\w-]+", first, text, count=1) if text.strip() not in _BUTTON_WORDS else text


_BUTTON_WORDS = {"Edit", "Suspend", "Add to basket", "Book", "Sold out"}


def _made_another(row: Node, word: str) -> None:
    """The row is another thing's: what is pressed in it is not what was recorded."""
    for node in row.walk():
        for name in ("data-truth", "data-row"):
            if name in node.attrs:
                node.attrs[name] = f"{word}:{node.attrs[name]}"
        for name in ("id", "for", "aria-labelledby"):
            if name in node.attrs:
                node.attrs[name] = f"{word}-{node.attrs[name]}"


def _pairs_swapped(root: Node, _: Handles) -> None:
    _reversed(root.with_attribute("data-pair"), lambda child: True)


def _banner(root: Node, _: Handles) -> None:
    if (body := root.first(tag="body")) is not None:
        body.add(
            parse(
                '<div class="drift-banner"><b>Summer break</b><p>We are away from 2 to 9 August. '
                '<a href="#away">What that means</a></p></div>'
            ).children[0],
            0,
        )


# --- names and words ---


def _other_word(word: str) -> str:
    digits = hashlib.blake2b(word.encode(), digest_size=4).hexdigest()
    return "q" + digits.translate(str.maketrans("0123456789", "ghijklmnop"))


def _renamed(root: Node, _: Handles) -> Names:
    """Every id, class and name is another word; the styles follow."""
    names: Names = {}
    classes = {word for node in root.walk() for word in (node.attrs.get("class") or "").split()}
    for node in root.walk():
        for attr in ("id", "for", "aria-labelledby", "aria-describedby", "class"):
            if value := node.attrs.get(attr):
                node.attrs[attr] = " ".join(_other_word(word) for word in value.split())
        if (name := node.attrs.get("name")) and node.tag in ("input", "select", "textarea"):
            node.attrs["name"] = _other_word(name)
            names[_other_word(name)] = name
        if node.tag == "style":
            node.children = [
                renamed_style(child, classes) if isinstance(child, str) else child for child in node.children
            ]
    return names


def renamed_style(css: str, classes: Iterable[str] | None = None) -> str:
    """A style sheet for a page whose classes (all of them if None) have other names."""
    known = set(classes) if classes is not None else None

    def other(match: re.Match[str]) -> str:
        return f".{_other_word(match[1])}" if known is None or match[1] in known else match[0]

    return re.sub(r"\.([a-zA-Z][\w-]*)(?=[^{};]*\{)", other, css)


def _swapped_ids(root: Node, handles: Handles) -> Names | None:
    """Two fields exchange their ids and names, and keep their labels and places."""
    assert handles.swapped is not None
    one, other = handles.swapped
    names = {one: other, other: one}
    fields = [node for node in root.walk() if node.attrs.get("name") in names and node.tag != "meta"]
    if len({node.attrs["name"] for node in fields}) < 2:
        return None
    for node in root.walk():
        for attr in ("id", "for", "name"):
            if (value := node.attrs.get(attr)) in names and value is not None:
                node.attrs[attr] = names[value]
    return names


def _reworded(handle: str) -> Change:
    def change(root: Node, handles: Handles) -> None:
        old, new = getattr(handles, handle)
        tags = {"label": ("label",), "button": ("button",), "heading": ("h1",)}[handle]
        for node in root.walk():
            if node.attrs.get("aria-label") == old and "label" in handle:
                node.attrs["aria-label"] = new
            if node.tag in tags and node.text.strip() == old:
                node.replace_text(lambda text: text.replace(old, new))

    return change


def _field_replaced(root: Node, handles: Handles) -> None:
    """In the place of a field stands one for something else, under another id and name."""
    for label in root.all(tag="label"):
        part = label.parent
        if part is None or label.text.strip() != handles.label[0]:
            continue
        label.replace_text(lambda text: text.replace(handles.label[0], handles.other_label))
        for node in part.walk():
            for name in ("id", "for", "name", "data-truth"):
                if name in node.attrs:
                    node.attrs[name] = f"other-{node.attrs[name]}"


def _button_replaced(root: Node, handles: Handles) -> None:
    """In the place of the last button stands one that does something else."""
    for button in root.all(tag="button"):
        if button.text.strip() == handles.button[0]:
            button.replace_text(lambda text: text.replace(handles.button[0], handles.other_button))
            button.attrs["data-truth"] = "other"


def _prices(root: Node, _: Handles) -> None:
    root.replace_text(lambda text: re.sub(r"€(\d+)", lambda price: f"€{int(price[1]) + 3}", text))


# --- more and less ---


def _cookies(place: str) -> Change:
    def change(root: Node, _: Handles) -> None:
        if (body := root.first(tag="body")) is not None:
            body.add(parse(_COOKIES.format(place=place)).children[0])

    return change


_COOKIES = """<div class="drift-{place}"><div role="dialog" aria-label="Cookies"><h2>We value your privacy</h2>
<p>We and our partners use cookies to measure how this site is used.</p>
<button type="button" data-truth="cookies:all" class="drift-close">Accept all</button>
<button type="button" data-truth="cookies:none" class="drift-close">Only necessary</button></div><script>
{{ const cover = document.currentScript.parentElement; cover.hidden = document.cookie.includes("asked=yes");
for (const button of cover.querySelectorAll("button")) button.addEventListener("click", () => {{
  document.cookie = "asked=yes;path=/"; cover.hidden = true; }}); }}</script></div>"""


def _popup(root: Node, _: Handles) -> None:
    if (body := root.first(tag="body")) is None:
        return
    cover = parse(_COOKIES.format(place="cover").replace("asked=yes", "offered=yes")).children[0]
    assert isinstance(cover, Node)
    words = {
        "We value your privacy": "Ten per cent for you", "Accept all": "Yes, please", "Only necessary": "Not today",
        "We and our partners use cookies to measure how this site is used.": "Read our letter and save with it.",
    }  # fmt: skip
    for old, new in words.items():
        cover.replace_text(lambda text, old=old, new=new: text.replace(old, new))  # type: ignore[misc]
    for dialog in cover.all(role="dialog"):
        dialog.attrs["aria-label"] = "Offer"
    for button in cover.all(tag="button"):
        button.attrs["data-truth"] = "offer:no" if button.text == "Not today" else "offer:yes"
    body.add(cover)


def _twin(root: Node, handles: Handles) -> None:
    truth, markup = handles.twin
    for node in root.walk():
        if node.attrs.get("data-truth") == truth and "data-part" in (node.parent.attrs if node.parent else {}):
            at = node
            while at.parent is not None and at.tag != "form":
                at = at.parent
            if at.parent is not None:
                at.before(*parse(markup).children)
            return


def _field_removed(root: Node, handles: Handles) -> None:
    for node in root.all(data_part=handles.field):
        node.remove()


_MORE_FIELD = (
    f'<div class="field" data-part="{ADDED}"><label for="{ADDED}">{{label}}</label>'
    f'<input id="{ADDED}" name="{ADDED}"{{more}}></div>'
)


def _field_added(label: str, more: str = "") -> Change:
    def change(root: Node, handles: Handles) -> None:
        for node in root.all(data_part=handles.twin[0]):
            form = node
            while form.parent is not None and form.tag != "form":
                form = form.parent
            form.attrs.pop("novalidate", None)
            node.before(*parse(_MORE_FIELD.format(label=label, more=more)).children)

    return change


def _row_removed(root: Node, handles: Handles) -> None:
    for node in root.all(data_row=handles.row):
        link = node.first(tag="a")
        if link is None:
            node.remove()
            continue
        link.before(*parse("<button disabled>Sold out</button>").children)  # a room that nobody can book any more
        link.remove()


def _row_replaced(root: Node, handles: Handles) -> None:
    for node in root.all(data_row=handles.row):
        for old, new in handles.namesake:
            node.replace_text(lambda text, old=old, new=new: text.replace(old, new))  # type: ignore[misc]
        _made_another(node, "other")


def _ready(root: Node, handles: Handles) -> None:
    for node in root.all(data_truth=handles.ready):
        if node.attrs.get("type") == "checkbox":
            node.attrs["checked"] = None
        if node.attrs.get("role") == "switch":
            node.attrs["aria-checked"] = "true"
            for held in root.all(tag="input", name=handles.ready):
                held.attrs["value"] = "on"


def _late(root: Node, _: Handles) -> None:
    """The page is there at once, and what is on it comes when a request of its script is answered."""
    main = root.first(tag="main")
    if main is not None:
        main.attrs["hidden"] = None
        main.before(*parse('<p class="drift-late">One moment …</p>').children)
        script = parse(
            "<script>fetch('/-/late').then(() => { document.querySelector('.drift-late').remove(); "
            "document.querySelector('main').hidden = false; });</script>"
        )
        assert main.parent is not None
        main.parent.add(script.children[0])


_DARK = (
    "*:not(img):not(svg *){background-color:#14171b!important;color:#e4e6e9!important;border-color:#4b525b!important}"
    "button,.button{background-color:#2b4a6b!important}html{color-scheme:dark}"
)
_OTHER_PAGE = page(
    "What is new",
    "Welcome",
    '<h1>Everything is new here</h1><p class="card">We have moved house. Choose where to go on.</p>'
    '<form class="card"><label>Your code <input></label> <button>Continue</button> <button>Skip</button></form>',
)
_BETWEEN = page(
    "One question",
    "Before you go on",
    '<h1>How did you hear of us?</h1><form class="card"><label>From <input></label> <button>Continue</button></form>',
)
_SIGN_IN = page(
    "Sign in",
    "Session over",
    '<h1>Please sign in again</h1><form class="card"><label>User name <input></label> '
    '<label>Password <input type="password"></label> <button>Sign in</button></form>',
)
_BROKEN = page("Error", "Error", f"<h1>Something went wrong</h1>{alert('The server has a problem. Try again later.')}")

STYLE = (
    ".drift-side{position:absolute;left:0;top:6rem;width:14rem;padding:1rem;background:#fff}"
    ".drift-banner{background:#ffe9a8;color:#222;padding:1rem 2rem}"
    ".drift-cover{position:fixed;inset:0;background:rgb(0 0 0/.6);display:flex;align-items:center;"
    "justify-content:center;z-index:1000}.drift-cover[hidden],.drift-bar[hidden]{display:none}.drift-cover>div,.drift-bar>div{background:#fff;"
    "color:#222;padding:1.5rem;max-width:30rem}.drift-bar{position:fixed;left:0;right:0;bottom:0;background:#fff;"
    "border-top:2px solid #222;z-index:1000;padding:0 2rem}"
)
"""What the additions of the mutations look like."""

MUTATIONS: tuple[Mutation, ...] = (
    Mutation("nothing", True),
    Mutation(
        "moved: a side column",
        True,
        _side_column,
        around=True,
        style="main{padding-left:16rem!important;padding-top:4rem!important}",
    ),
    Mutation("moved: buttons above the fields", True, _buttons_first),
    Mutation("fields in reverse order", True, _fields_reversed),
    Mutation("rows in reverse order", True, _rows_reversed, needs="row"),
    Mutation("three more rows above", True, _rows_added, needs="row"),
    Mutation("paired buttons change places", True, _pairs_swapped),
    Mutation("other ids, classes and names", True, _renamed),
    Mutation("ids of two fields swapped", True, _swapped_ids, needs="swapped"),
    Mutation("dark theme", True, style=_DARK),
    Mutation("text a quarter larger", True, style="html{font-size:125%!important}"),
    Mutation("wider window", True, view=(1680, 950)),
    Mutation("narrower window", True, view=(900, 700)),
    Mutation("a label reworded", True, _reworded("label")),
    Mutation("a button reworded", True, _reworded("button")),
    Mutation("a heading reworded", True, _reworded("heading")),
    Mutation("other prices", True, _prices, needs="has_prices"),
    Mutation("an extra banner", True, _banner, around=True),
    Mutation("cookie dialog over the page", True, _cookies("cover"), around=True, pressing=frozenset({"cookies:none"})),
    Mutation("cookie bar over the foot", True, _cookies("bar"), around=True, pressing=frozenset({"cookies:none"})),
    Mutation("slow server, 300 to 1500 ms", True, seconds=(0.3, 1.5)),
    Mutation("content that comes late", True, _late, around=True),
    Mutation("a twin of the last button", True, _twin),
    Mutation("an optional field more", True, _field_added("Reference of yours")),
    Mutation("switched on already", True, _ready, needs="ready"),
    Mutation("a required field more", False, _field_added("Tax number", " required")),
    Mutation("a field gone", False, _field_removed, needs="field"),
    Mutation("the row gone, or sold out", False, _row_removed, needs="row"),
    Mutation("a namesake in the row's place", False, _row_replaced, needs="row"),
    Mutation("another field in a field's place", False, _field_replaced),
    Mutation("another button in the last one's place", False, _button_replaced),
    Mutation("an offer over the page", False, _popup, around=True, pressing=frozenset({"offer:no"})),
    Mutation("a step more in between", False, instead=("page", _BETWEEN, 200)),
    Mutation("another page at the address", False, instead=("page", _OTHER_PAGE, 200), again=True),
    Mutation("the session over", False, instead=("page", _SIGN_IN, 200), again=True),
    Mutation("server error at the end", False, instead=("sends", _BROKEN, 500), again=True),
    Mutation("refused at the end", False, drops=True),
)
