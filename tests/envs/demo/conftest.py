from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from datetime import date
from html import unescape

import httpx2
import pytest
from playwright.async_api import Browser, async_playwright

from envs.demo.hotel import HotelSite, hotel

TODAY = date(2026, 11, 20)
STAY = {"arrival": "2026-12-01", "departure": "2026-12-05", "guests": "2"}
DETAILS = {"name": "Ana Silva", "email": "ana@example.org", "phone": "", "country": "PT", "terms": "yes"}


class Guest:
    """A guest with a bare HTTP client: follows redirects, keeps cookies, and fills a form in as a browser would."""

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self.client = client

    async def get(self, path: str, **query: str) -> httpx2.Response:
        return await self.client.get(path, params=query or None)

    async def post(self, path: str, query: dict[str, str], fields: dict[str, str]) -> httpx2.Response:
        return await self.client.post(path, params=query, data=fields)

    async def open_form(self, room: str = "estuario-double", **stay: str) -> str:
        """The token of a fresh details form."""
        page = await self.get(f"/rooms/{room}/book", **{**STAY, **stay})
        assert page.status_code == 200, page.text
        found = re.search(r'name="form" value="([^"]+)"', page.text)
        assert found
        return found[1]

    async def book(
        self, room: str = "estuario-double", *, form: str = "", stay: dict[str, str] | None = None, **details: str
    ) -> httpx2.Response:
        query = {**STAY, **(stay or {})}
        form = form or await self.open_form(room, **query)
        return await self.post(f"/rooms/{room}/book", query, {**DETAILS, "form": form, **details})


def words(page: httpx2.Response) -> str:
    """What a page says, without its markup."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page.text)).split())


@pytest.fixture
async def site() -> AsyncIterator[HotelSite]:
    async with hotel(today=lambda: TODAY) as running:
        yield running


@pytest.fixture
async def guest(site: HotelSite) -> AsyncIterator[Guest]:
    async with httpx2.AsyncClient(base_url=site.url, follow_redirects=True, trust_env=False) as client:
        yield Guest(client)


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    arguments = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
        yield browser
        await browser.close()
