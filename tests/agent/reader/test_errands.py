"""What a task wants of a phone, in three languages; and the sums that it asks for."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.reader import errands, sums
from agent.reader.errands import Errand

SILVA = (("name", "Ana Silva"),)
LATE, MILK = (("message", "I will be late"),), (("note", "buy milk"),)


@pytest.mark.parametrize(
    ("said", "errand"),
    [
        ("turn on dark mode", Errand("on", "Settings", "dark mode")),
        ("Please turn Wi-Fi off.", Errand("off", "Settings", "Wi-Fi")),
        ("打开深色模式", Errand("on", "Settings", "深色模式")),
        ("Schalte den Dunkelmodus ein", Errand("on", "Settings", "Dunkelmodus")),
        ("open Settings and turn on dark mode", Errand("on", "Settings", "dark mode")),
        ("打开设置", Errand("open", "Settings", "设置")),
        ("open the Notes app", Errand("open", "Notes", "Notes")),
        ("add a contact Ana Silva, phone 0171", Errand("make", "Contacts", values=SILVA, rest="phone 0171")),
        ("Add Ana Silva to my contacts, tel. 0171", Errand("make", "Contacts", values=SILVA, rest="tel. 0171")),
        ("添加联系人 张伟，电话 0171", Errand("make", "Contacts", values=(("name", "张伟"),), rest="电话 0171")),
        ("send Ben Carter a message saying I will be late", Errand("send", "Messages", to="Ben Carter", values=LATE)),
        ('send a message to Ben: "Late."', Errand("send", "Messages", to="Ben", values=(("message", "Late."),))),
        ("给李明发短信说我会晚到", Errand("send", "Messages", to="李明", values=(("message", "我会晚到"),))),
        ("write a note: buy milk", Errand("write", "Notes", values=MILK)),
        ("write a note titled Shops saying buy milk", Errand("write", "Notes", values=(*MILK, ("title", "Shops")))),
    ],
)  # fmt: skip
def test_errands(said: str, errand: Errand) -> None:
    assert errands.read(said) == errand


@pytest.mark.parametrize(
    "said",
    [
        "send Ben a message saying hi and then turn on dark mode",
        "book a room in Lisbon for Ana Silva",
        "open the door",
        "turn",
    ],
)
def test_what_is_no_errand_or_more_than_one(said: str) -> None:
    assert errands.read(said) is None


def test_a_switch_is_called_by_its_whole_name() -> None:
    wifi = errands.topic("Wi-Fi")
    assert all(errands.is_called(wifi, label) for label in ("Wi-Fi", "WLAN", "Use Wi-Fi"))
    assert not any(errands.is_called(wifi, label) for label in ("Wi-Fi calling", "Dark mode"))
    unknown = errands.topic("flashlight")
    assert errands.is_called(unknown, "Flashlight")


@pytest.mark.parametrize(
    ("said", "text", "value"),
    [
        ("calculate 12 * 7", "12*7", Fraction(84)),
        ("what is 12 times 7?", "12*7", Fraction(84)),
        ("work out (3 + 4) * 2 - 1", "(3+4)*2-1", Fraction(13)),
        ("计算 12 乘以 7", "12*7", Fraction(84)),
        ("berechne 1,200 geteilt durch 7", "1200/7", Fraction(1200, 7)),
    ],
)
def test_sums(said: str, text: str, value: Fraction) -> None:
    assert sums.find(said) == (text, value)


@pytest.mark.parametrize("said", ["what is the weather on 3 May", "calculate 5 / 0", "calculate (2 + 3", "12 * 7"])
def test_what_is_no_sum(said: str) -> None:
    assert sums.find(said) is None


@given(st.lists(st.tuples(st.sampled_from("+-*"), st.integers(0, 999)), min_size=1, max_size=6), st.integers(0, 999))
def test_a_sum_has_the_value_that_python_gives_it(rest: list[tuple[str, int]], first: int) -> None:
    terms, product, sign = 0, first, 1
    for operator, number in rest:
        if operator == "*":
            product *= number
        else:
            terms, product, sign = terms + sign * product, number, 1 if operator == "+" else -1
    found = sums.find("calculate " + str(first) + "".join(f" {sign} {number}" for sign, number in rest))
    assert found is not None
    assert found.value == terms + sign * product


@pytest.mark.parametrize(
    ("display", "value", "same"),
    [
        ("84", Fraction(84), True), ("84.", Fraction(84), True), ("8 4", Fraction(84), True),
        ("-3", Fraction(-3), True), ("1,200", Fraction(1200), True), ("0.3333333", Fraction(1, 3), True),
        ("4", Fraction(84), False), ("0.3", Fraction(1, 3), False), ("Error", Fraction(84), False),
        ("", Fraction(0), False),
    ],
)  # fmt: skip
def test_a_display_shows_a_value_or_not(display: str, value: Fraction, same: bool) -> None:
    assert sums.shows(display, value) is same
