"""What the reader sees on pages of many styles, against what their DOM says stands there."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, async_playwright

from actions import UsageError
from agent.reader.scene import Scene, Widget
from agent.reader.sight import Sight
from envs.web.browser import launch
from tests.agent.reader.score_sight import Pair, look, match, pages, same_label

LAPTOP, SHARP, PHONE = (1280, 800, 1.0), (1280, 800, 2.0), (390, 844, 3.0)
PAGES = pages()


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        started = await launch(playwright, path=None, headless=True, patience=30)
        yield started
        await started.close()


@pytest.fixture(scope="module")
def sight() -> Sight:
    return Sight()


def widget(scene: Scene, label: str) -> Widget:
    found = [w for w in scene.widgets if w.label == label]
    assert len(found) == 1, [(w.kind, w.label) for w in scene.widgets]
    return found[0]


async def seen(browser: Browser, sight: Sight, name: str, screen: tuple[int, int, float]) -> tuple[list[Pair], Scene]:
    screenshot, truths = await look(browser, PAGES[name], *screen)
    scene = sight.read(screenshot)
    return [pair for pair in match(truths, scene)[0] if pair.truth.kind != "link"], scene


@pytest.mark.parametrize(
    ("name", "screen"),
    [
        ("plain", LAPTOP),
        ("plain", SHARP),
        ("plain", PHONE),
        ("left", LAPTOP),
        ("left", SHARP),
        ("dark", LAPTOP),
        ("dark", SHARP),
        ("chinese", LAPTOP),
        ("lines", LAPTOP),
        ("float", LAPTOP),
        ("settings", LAPTOP),
        ("search", LAPTOP),
        ("invalid", LAPTOP),
        ("custom", LAPTOP),
        ("bare", LAPTOP),
        ("bare", SHARP),
    ],
)
async def test_every_control_is_seen_for_what_it_is(
    browser: Browser, sight: Sight, name: str, screen: tuple[int, int, float]
) -> None:
    pairs, _ = await seen(browser, sight, name, screen)
    assert pairs
    assert [p.truth.name for p in pairs if p.widget is None] == []
    for truth, found in ((p.truth, p.widget) for p in pairs):
        assert found is not None
        assert (truth.name, found.kind) == (truth.name, truth.kind)
        assert same_label(truth.name, found.label), (truth.name, found.label)
        assert (truth.name, found.checked) == (truth.name, truth.checked)
        if truth.checked is not None and truth.group:
            assert same_label(truth.group, found.group), (truth.name, found.group)


async def test_what_fields_show(browser: Browser, sight: Sight) -> None:
    _, scene = await seen(browser, sight, "plain", LAPTOP)
    name, mail = widget(scene, "Full name"), widget(scene, "E-mail address")
    assert (name.value, name.required) == ("Marta Kowalska", True)
    assert (mail.value, mail.placeholder) == ("", "name@example.org")
    assert widget(scene, "Department").value == "Sales"
    assert not widget(scene, "Phone (optional)").required


async def test_a_red_border_is_an_error_and_a_table_is_no_field(browser: Browser, sight: Sight) -> None:
    _, scene = await seen(browser, sight, "invalid", LAPTOP)
    assert [w.label for w in scene.widgets if w.invalid] == ["Card number", "Security code"]
    assert {w.label for w in scene.widgets if w.kind == "field"} == {
        "Card holder", "Card number", "Expiry date", "Security code", "Voucher",
    }  # fmt: skip


async def test_a_date_field_shows_its_mask(browser: Browser, sight: Sight) -> None:
    _, scene = await seen(browser, sight, "left", LAPTOP)
    born = widget(scene, "Date of birth")
    assert (born.kind, born.value, born.placeholder) == ("date", "", "mm/dd/yyyy")


async def test_texts_come_in_reading_order_and_size(browser: Browser, sight: Sight) -> None:
    _, scene = await seen(browser, sight, "plain", LAPTOP)
    texts = [line.text for line in scene.texts]
    assert texts[0] == "Get in touch"
    assert (
        texts.index("Full name *")
        < texts.index("Marta Kowalska")
        < texts.index("Message")
        < texts.index("Send message")
    )
    assert 13 < scene.line < 19
    _, sharp = await seen(browser, sight, "plain", SHARP)
    assert sharp.line == pytest.approx(2 * scene.line, rel=0.15)


async def test_a_small_change_is_read_like_the_whole(browser: Browser, sight: Sight) -> None:
    before, _ = await look(browser, PAGES["plain"], *LAPTOP)
    after, _ = await look(browser, PAGES["plain"].replace("id=p type=tel", "id=p type=tel value='0171 555'"), *LAPTOP)
    sight.read(before, full=True)
    part = sight.read(after)
    assert widget(part, "Phone (optional)").value == "0171 555"
    whole = Sight().read(after)
    assert [(w.kind, w.label, w.value) for w in part.widgets] == [(w.kind, w.label, w.value) for w in whole.widgets]
    assert [line.text for line in part.texts] == [line.text for line in whole.texts]


async def test_a_picture_seen_before_is_not_read_again(browser: Browser, sight: Sight) -> None:
    screenshot, _ = await look(browser, PAGES["dark"], *LAPTOP)
    first = sight.read(screenshot)
    assert sight.read(screenshot) is first
    again = sight.read(screenshot, full=True)
    assert again is not first
    assert again == first


async def test_an_empty_screen_is_an_empty_scene(browser: Browser, sight: Sight) -> None:
    screenshot, _ = await look(browser, "<body style='background:#123'></body>", 640, 400, 1.0)
    scene = sight.read(screenshot)
    assert (scene.width, scene.height, scene.texts, scene.widgets) == (640, 400, (), ())


@pytest.mark.parametrize("rubbish", [b"", b"<html>", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_picture_is_said(sight: Sight, rubbish: bytes) -> None:
    with pytest.raises(UsageError, match="PNG or a JPEG"):
        sight.read(rubbish)
