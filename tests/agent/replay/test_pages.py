"""When a screen is the recorded one."""

from __future__ import annotations

import pytest

from actions import Box, Element
from agent.replay import pages
from agent.trace import Screen

BOX = Box(left=0, top=0, right=0.1, bottom=0.1)


def screen(**facts: object) -> Screen:
    whole = {
        "image": "screens/0.png", "width": 100, "height": 80, "platform": "web", "url": "http://hotel.test/book/7?city=Lisbon",
        "title": "Your booking", "landmarks": ("Your booking", "Room 12, 3 nights"), **facts,
    }  # fmt: skip
    return Screen(**whole)  # type: ignore[arg-type]


def elements(*names: str) -> tuple[Element, ...]:
    return tuple(Element(mark=n, role="button", name=name, box=BOX) for n, name in enumerate(names))


@pytest.mark.parametrize(
    "now",
    [
        screen(),
        screen(url="http://127.0.0.1:8001/book/12?city=Paris&x=1"),
        screen(landmarks=("Your booking", "Room 9, 1 nights")),
        screen(landmarks=("Summer sale", "Your booking", "Room 12, 3 nights")),
        screen(title="Your booking | Hotel", landmarks=("Your booking", "Room 12, 3 nights")),
    ],
)
def test_the_same_with_other_numbers_and_more_on_it(now: Screen) -> None:
    assert pages.difference(screen(), now) == ""


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (screen(url="http://hotel.test/search"), "the address is http://hotel.test/search"),
        (screen(title="Sorry", landmarks=("Sorry, sold out",)), "Sorry, sold out"),
        (screen(title="x", landmarks=()), "'x', not 'Your booking; Room 12, 3 nights'"),
    ],
)
def test_another_screen(now: Screen, said: str) -> None:
    assert said in pages.difference(screen(), now)


def test_elements_have_a_vote() -> None:
    then = screen(title="", landmarks=(), elements=elements("Save", "Close", "Help"))
    assert pages.difference(then, screen(title="", landmarks=(), elements=elements("Help", "Save", "Print"))) == ""
    assert pages.difference(then, screen(title="", landmarks=(), elements=elements("Back", "Print", "Help")))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://a.test/orders/17/edit", "https://b.test/orders/9/edit?x=1", True),
        ("http://a.test/o/3f2a-77", "http://a.test/o/HH-QT81#top", True),
        ("http://a.test/", "http://a.test", True),
        ("http://a.test/orders", "http://a.test/orders/9", False),
        ("http://a.test/edit", "http://a.test/delete", False),
        ("http://a.test/step-1", "http://a.test/step-2", False),
    ],
)
def test_routes(one: str, other: str, same: bool) -> None:
    assert (pages.route(one) == pages.route(other)) is same


def test_news_are_what_was_not_said_before() -> None:
    before = screen(landmarks=("Book", "Step 1 of 3"))
    after = screen(landmarks=("Book", "Step 2 of 3", "Booking confirmed"))
    assert pages.news(before, after) == ["Booking confirmed"]
    assert pages.missing(["Booking confirmed"], ["Booking confirmed!"]) == []
    assert pages.missing(["Booking confirmed"], ["Booking failed"]) == ["Booking confirmed"]
