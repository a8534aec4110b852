"""The site as a person meets it: in Chromium, by keyboard alone, on a phone."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Page, Request, expect

from envs.demo.hotel import HotelSite
from tests.envs.demo.conftest import STAY, TODAY


@pytest.fixture
async def page(chromium: Browser, site: HotelSite) -> AsyncIterator[Page]:
    context = await chromium.new_context(base_url=site.url, locale="en-GB", viewport={"width": 1280, "height": 800})
    context.set_default_timeout(10_000)
    yield await context.new_page()
    await context.close()


def watch(page: Page, site: HotelSite) -> list[str]:
    """Collects whatever a healthy page does not do: ask another host, fail to load, or complain in the console."""
    faults: list[str] = []

    def asked(request: Request) -> None:
        if not request.url.startswith(site.url):
            faults.append(f"asked elsewhere: {request.url}")

    def failed(request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # a picture that was still on its way when the page was left
            faults.append(f"{request.failure}: {request.url}")

    page.on("request", asked)
    page.on("requestfailed", failed)
    page.on(
        "console", lambda message: faults.append(f"console: {message.text}")
    )  # a status of 400 or more is told here
    page.on("pageerror", lambda error: faults.append(str(error)))
    return faults


async def test_booking_with_what_is_filled_in_asks_only_for_the_terms(page: Page, site: HotelSite) -> None:
    faults = watch(page, site)
    await page.goto("/")
    await page.get_by_role("button", name="Search").click()
    await page.get_by_role("link", name="Book Courtyard Double, Casa do Estuário").click()
    await page.get_by_label("I accept the booking terms").check()
    await page.get_by_role("button", name="Confirm booking").click()
    await expect(page.get_by_role("heading", name="Booking confirmed")).to_be_visible()
    [made] = site.bookings()
    await expect(page.get_by_text(made.reference)).to_be_visible()
    assert (made.arrival, made.nights) == (TODAY + timedelta(days=1), 1)
    assert (made.name, made.email, made.country, made.newsletter) == (
        "Alex Morgan",
        "alex.morgan@example.com",
        "GB",
        False,
    )
    await page.reload()
    assert len(site.bookings()) == 1
    assert faults == []


async def test_booking_for_somebody_else_by_keyboard_alone(page: Page, site: HotelSite) -> None:
    async def tab_to(selector: str) -> None:
        for _ in range(60):
            await page.keyboard.press("Tab")
            if await page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        pytest.fail(f"Tab does not come to {selector}")

    async def enter_and_load(path: str) -> None:
        await page.keyboard.press("Enter")
        await page.wait_for_url(lambda url: urlsplit(url).path.startswith(path))

    await page.goto("/")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    await page.keyboard.press("Enter")
    await tab_to("#city")
    await page.keyboard.type("Por")
    await tab_to("#arrival")
    await page.keyboard.type("12122026")  # reads the same whether the browser puts the day or the month first
    await tab_to("#departure")
    await page.keyboard.type("01012027")
    await tab_to("#guests")
    await page.keyboard.type("3")
    await tab_to(".search button")
    await enter_and_load("/search")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Rooms in Porto")
    await tab_to(".rooms a")
    await enter_and_load("/rooms/")
    await tab_to("#name")
    await page.keyboard.type("王小明")
    await tab_to("#requests")
    await page.keyboard.type("Zoë comes too")
    await tab_to("form button")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_be_focused()
    await tab_to(".notice a[href='#terms']")
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("I accept the booking terms")).to_be_focused()
    await page.keyboard.press("Space")
    await tab_to("form button")
    await enter_and_load("/bookings/")
    [made] = site.bookings()
    assert (made.city, made.room, made.guests) == ("Porto", "Loft for Four", 3)
    assert (made.arrival, made.departure) == (date(2026, 12, 12), date(2027, 1, 1))
    assert (made.name, made.requests, made.country) == ("王小明", "Zoë comes too", "GB")


async def test_every_field_and_button_has_a_name_and_an_outline_when_focused(page: Page) -> None:
    for path in ("/", f"/rooms/estuario-double/book?{'&'.join(f'{k}={v}' for k, v in STAY.items())}", "/bookings"):
        await page.goto(path)
        controls = page.locator("main :is(input:not([type=hidden]), select, textarea, button, summary)")
        assert await controls.count() >= 3
        for control in await controls.all():
            await expect(control).to_have_accessible_name(re.compile(r"\w"))
            await control.focus()
            await page.keyboard.press("Shift")  # focus by keyboard is what :focus-visible is about
            assert await control.evaluate("element => getComputedStyle(element).outlineStyle") != "none"


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
async def test_no_page_scrolls_sideways(page: Page, site: HotelSite, width: int) -> None:
    await page.set_viewport_size({"width": width, "height": 800})
    query = "&".join(f"{key}={value}" for key, value in STAY.items())
    await page.goto(f"/rooms/estuario-double/book?{query}")
    await page.get_by_label("Full name").fill("M" * 90)
    await page.get_by_label("Special requests").fill("https://example.org/" + "a" * 300)
    await page.get_by_label("I accept").check()
    await page.get_by_role("button", name="Confirm").click()
    booking = urlsplit(page.url).path
    for path in ("/", f"/search?city=lisbon&{query}", f"/rooms/estuario-double/book?{query}", "/search?city=", booking,
                 f"{booking}/cancel", "/bookings", "/help", "/nothing"):  # fmt: skip
        await page.goto(path)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


async def test_what_a_guest_wrote_never_runs(page: Page, site: HotelSite) -> None:
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    await page.goto("/rooms/estuario-double/book?" + "&".join(f"{key}={value}" for key, value in STAY.items()))
    attack = '"><img src=x onerror=alert(1)><script>alert(2)</script>'
    await page.get_by_label("Full name").fill(attack)
    await page.get_by_label("Special requests").fill(f"</textarea>{attack}")
    await page.get_by_role("button", name="Confirm").click()
    await expect(page.get_by_label("Full name")).to_have_value(attack)
    await page.get_by_label("I accept").check()
    await page.get_by_role("button", name="Confirm").click()
    await expect(page.locator("dd.asis")).to_have_text(f"</textarea>{attack}")
    assert dialogs == []
    assert site.bookings()[0].name == attack
