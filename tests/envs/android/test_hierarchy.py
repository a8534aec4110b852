"""Dumps of uiautomator become elements, what was hit, and ways to find it again; hostile ones are refused."""

from __future__ import annotations

import contextlib
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions import Hit, Point
from envs.android.hierarchy import HierarchyError, parse

SIZE = (1080, 2400)
A = "com.example.app:id/"
HEAD = "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>"


def node(tag: str, bounds: str, *inner: str, text: str = "", desc: str = "", rid: str = "", **flags: str) -> str:
    given = {
        "text": text, "resource-id": rid, "class": tag if "." in tag else f"android.widget.{tag}",
        "package": "com.example.app", "content-desc": desc, "checkable": "false", "checked": "false",
        "clickable": "false", "enabled": "true", "focusable": "false", "focused": "false", "scrollable": "false",
        "long-clickable": "false", "password": "false", "selected": "false", "bounds": bounds,
    }  # fmt: skip
    given |= {name.replace("_", "-"): value for name, value in flags.items()}
    words = " ".join(f"{name}={quoteattr(value)}" for name, value in given.items())
    return f"<node {words}>{''.join(inner)}</node>"


def dump(*nodes: str, tail: str = "UI hierchary dumped to: /dev/tty\n") -> bytes:
    return f'{HEAD}<hierarchy rotation="0">{"".join(nodes)}</hierarchy>{tail}'.encode()


CONTACTS = dump(
    node(
        "FrameLayout", "[0,0][1080,2400]",
        node("TextView", "[40,100][600,200]", text="Contacts"),
        node("EditText", "[40,220][1040,320]", text="Ana", rid=A + "search_field",
             hint="Search contacts",
             clickable="true", focused="true"),
        node(
            "androidx.recyclerview.widget.RecyclerView", "[0,340][1080,2000]",
            node("android.view.ViewGroup", "[0,340][1080,500]",
                 node("TextView", "[40,350][600,420]", text="Ana Silva", rid=A + "name"),
                 node("TextView", "[40,420][600,490]", text="+351 900", rid=A + "number"),
                 node("ImageButton", "[900,350][1060,490]", desc="Call", rid=A + "call", clickable="true"),
                 clickable="true", long_clickable="true"),
            node("android.view.ViewGroup", "[0,500][1080,660]",
                 node("TextView", "[40,510][600,580]", text="Bo Lind", rid=A + "name"),
                 node("ImageButton", "[900,510][1060,650]", desc="Call", rid=A + "call", clickable="true"),
                 clickable="true"),
            scrollable="true", rid=A + "list",
        ),
        node("LinearLayout", "[0,2000][1080,2160]",
             node("TextView", "[40,2010][600,2150]", text="Show numbers"),
             node("Switch", "[900,2010][1060,2150]", checkable="true", checked="true"),
             clickable="true"),
        node("EditText", "[40,2180][1040,2280]", text="••••", password="true", clickable="true"),
        node("Button", "[40,2300][500,2390]", text="Save", enabled="false", clickable="true"),
        node("Button", "[600,2300][600,2390]", text="Unseen", clickable="true"),
    )
)  # fmt: skip


def test_elements_are_what_can_be_acted_on_in_order() -> None:
    elements = parse(CONTACTS, SIZE).elements()
    assert [(e.mark, e.role, e.name) for e in elements] == [
        (0, "textbox", "Search contacts"),
        (1, "button", "Ana Silva +351 900"),
        (2, "button", "Call"),
        (3, "button", "Bo Lind"),
        (4, "button", "Call"),
        (5, "switch", "Show numbers"),
        (6, "textbox", ""),
        (7, "button", "Save"),
    ]
    search, switch, secret, save = elements[0], elements[5], elements[6], elements[7]
    assert (search.value, search.placeholder, search.states) == ("Ana", "Search contacts", ("focused",))
    assert switch.states == ("checked",)
    assert (secret.value, secret.input_type) == ("", "password")
    assert save.states == ("disabled",)
    assert search.box.pixels(*SIZE) == pytest.approx((40, 220, 1040, 320))


def test_what_the_screen_says_beside_its_elements() -> None:
    assert parse(CONTACTS, SIZE).said() == ("Contacts",)


def test_a_tap_hits_the_innermost_thing_that_takes_it() -> None:
    screen = parse(CONTACTS, SIZE)
    row, call = screen.at(Point(x=0.2, y=380 / 2400)), screen.at(Point(x=0.9, y=380 / 2400))
    assert row is not None
    assert call is not None
    hit = screen.hit(row)
    assert (hit.role, hit.name, hit.tag) == ("button", "Ana Silva +351 900", "android.view.ViewGroup")
    assert hit.path == "#com.example.app:id/list > ViewGroup:1"
    hit = screen.hit(call)
    assert (hit.role, hit.name, hit.resource_id) == ("button", "Call", A + "call")
    assert hit.near == "Ana Silva +351 900"
    assert hit.alike == 1
    label = screen.at(Point(x=0.2, y=150 / 2400))
    assert label is not None
    assert screen.hit(label).role == "text"
    assert screen.at(Point(x=0.99, y=0.99)).number == 0
    assert parse(dump(), SIZE).at(Point(x=0.5, y=0.5)) is None


def test_what_was_hit_is_found_again_after_the_list_has_moved() -> None:
    hit = parse(CONTACTS, SIZE).hit(parse(CONTACTS, SIZE).at(Point(x=0.9, y=550 / 2400)))
    assert hit.near == "Bo Lind"
    moved = parse(CONTACTS.replace(b",340]", b",400]").replace(b",510]", b",540]"), SIZE)
    found = moved.find(hit, wide=False)
    assert [one.near for one in found] == ["Ana Silva +351 900", "Bo Lind"]
    assert len(moved.find(hit, wide=True)) == 5
    assert moved.find(Hit(role="link", name="Call"), wide=False) == ()


def test_a_text_that_was_tapped_is_found_though_it_is_no_element() -> None:
    screen = parse(CONTACTS, SIZE)
    hit = screen.hit(screen.at(Point(x=0.2, y=150 / 2400)))
    assert [one.name for one in screen.find(hit, wide=False)] == ["Contacts"]


def test_the_field_with_the_focus_and_what_it_holds() -> None:
    field = parse(CONTACTS, SIZE).focused()
    assert field is not None
    assert field.held == "Ana"
    empty = parse(CONTACTS.replace(b'text="Ana"', b'text="Search contacts"'), SIZE).focused()
    assert empty is not None
    assert empty.held == ""


def test_the_text_of_a_field_is_read_to_the_letter() -> None:
    held = parse(dump(node("EditText", "[0,0][9,9]", text="a  b ", focused="true")), SIZE).focused()
    assert held is not None
    assert held.held == "a  b "
    raw = dump(node("EditText", "[0,0][9,9]", focused="true")).replace(b'text=""', b'text="a&#10;b"')
    assert parse(raw, SIZE).focused().held == "a\nb"


def test_names_come_from_the_label_before_a_field_or_its_id() -> None:
    screen = parse(
        dump(
            node("TextView", "[0,0][100,50]", text="First name"),
            node("EditText", "[0,50][100,99]"),
            node("EditText", "[0,100][100,199]", rid="com.a:id/phoneNumber_input"),
            node("ImageButton", "[0,200][100,299]", rid="com.a:id/btn_send", clickable="true"),
        ),
        SIZE,
    )
    assert [e.name for e in screen.elements()] == ["First name", "phone number input", "btn send"]


def test_what_has_no_words_of_its_own_is_called_as_its_row_is() -> None:
    row = ("TextView", "[0,0][600,50]"), ("TextView", "[0,50][600,99]")
    screen = parse(
        dump(
            node("LinearLayout", "[0,0][1000,100]",
                 node(*row[0], text="Dark mode"), node(*row[1], text="Off"),
                 node("Switch", "[900,0][1000,100]", rid=A + "toggle", checkable="true", clickable="true")),
            node("LinearLayout", "[0,100][1000,200]",
                 node("TextView", "[0,100][600,150]", text="Brightness"),
                 node("SeekBar", "[0,150][1000,200]", rid=A + "bar", clickable="true")),
            node("ViewGroup", "[0,200][1000,300]",
                 node("ImageView", "[0,200][100,300]", desc="Mug"), node("TextView", "[100,200][900,300]", text="Mug"),
                 clickable="true"),
        ),
        SIZE,
    )  # fmt: skip
    assert [(e.role, e.name) for e in screen.elements()] == [
        ("switch", "Dark mode"), ("slider", "Brightness"), ("button", "Mug")
    ]  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [
        b"", b"ERROR: could not get idle state.", b"null root node returned by UiTestAutomationBridge.",
        dump(tail="")[:-20], b"<hierarchy><node></hierarchy>", b"<hierarchy>&lol;</hierarchy>",
        b'<hierarchy><!DOCTYPE a [<!ENTITY b "c">]></hierarchy>',
        b"<hierarchy>" + b"<node>" * 300 + b"</node>" * 300 + b"</hierarchy>",
        b"<hierarchy>" + b"<node/>" * 20_001 + b"</hierarchy>",
    ],
)  # fmt: skip
def test_what_is_no_hierarchy_is_refused(data: bytes) -> None:
    with pytest.raises(HierarchyError):
        parse(data, SIZE)


def test_a_document_type_defines_nothing() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "boom">]>' + dump(node("Button", "[0,0][9,9]"))[len(HEAD) :]
    with pytest.raises(HierarchyError):
        parse(bomb.replace(b'text=""', b'text="&b;"'), SIZE)


@given(st.binary(max_size=300))
def test_no_bytes_are_more_than_refused(data: bytes) -> None:
    with contextlib.suppress(HierarchyError):
        parse(b"<hierarchy>" + data + b"</hierarchy>", SIZE).elements()


rectangles = st.tuples(*[st.integers(-50, 2500)] * 4).map(lambda b: f"[{b[0]},{b[1]}][{b[2]},{b[3]}]")


@given(
    st.lists(
        st.tuples(st.sampled_from(["Button", "EditText", "View", "Switch"]), rectangles, st.text(max_size=8)),
        max_size=8,
    )
)
def test_every_element_is_in_view_and_is_found_by_what_it_is(rows: list[tuple[str, str, str]]) -> None:
    printable = [(tag, bounds, "".join(c for c in text if c.isprintable())) for tag, bounds, text in rows]
    screen = parse(dump(*(node(tag, b, text=t, clickable="true") for tag, b, t in printable)), SIZE)
    for number, element in enumerate(screen.elements()):
        assert element.mark == number
        assert element.box.right > element.box.left
        assert element.box.bottom > element.box.top
        hit = screen.hit(screen.acting[number])
        assert hit in screen.find(hit, wide=False)
