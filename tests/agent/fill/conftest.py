"""The site of forms, and a filling of one in a browser that all tests share."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

from actions import Open
from agent.fill.engine import fill
from agent.fill.report import Filled
from envs.web import WebEnv
from tests.agent.fill.site import FormSite, served

Fill = Callable[..., Awaitable[Filled]]


class Shared(WebEnv):
    """A browser that stays open when a run has ended: entering it only goes to the run's page."""

    target = "about:blank"

    async def __aenter__(self) -> Self:
        if self._session is None:
            return await super().__aenter__()
        await self.perform(Open(target=self.target))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    async def close(self) -> None:
        await self._close()


@pytest.fixture(scope="session")
async def _forms() -> AsyncIterator[FormSite]:
    async with served() as site:
        yield site


@pytest.fixture
def forms(_forms: FormSite) -> FormSite:
    _forms.clear()
    return _forms


@pytest.fixture(scope="session")
def cv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("files") / "cv.pdf"
    path.write_bytes(b"%PDF-1.4")
    return path


@pytest.fixture(scope="session")
async def browser(cv: Path) -> AsyncIterator[Shared]:
    env = Shared(timeout=20, settle_ceiling=3, uploads=[cv])
    async with env:
        yield env
    await env.close()


@pytest.fixture
def fill_in(browser: Shared, tmp_path: Path) -> Fill:
    """Fill in the form at an address: `await fill_in(url, {…}, submit=True)`; the trace lies in tmp_path / "t"."""

    async def run(url: str, values: Mapping[str, str], **options: Any) -> Filled:
        browser.target = url
        return await fill(browser, values, url=url, **{"trace_dir": tmp_path / "t", **options})

    return run
