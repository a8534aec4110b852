from __future__ import annotations

import asyncio
import logging
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from actions import DeviceError
from envs.demo.serve import serve


def app(events: list[str], name: str = "hello") -> Starlette:
    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        events.append("started")
        yield
        events.append("stopped")

    async def say(_: Request) -> PlainTextResponse:
        return PlainTextResponse(name)

    return Starlette(routes=[Route("/", say)], lifespan=lifespan)


def taken(url: str) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", urlsplit(url).port)) == 0


async def test_two_applications_side_by_side_each_on_its_own_port() -> None:
    async with (
        serve(app([], "one")) as one,
        serve(app([], "two")) as two,
        httpx2.AsyncClient(trust_env=False) as client,
    ):
        assert one != two
        assert [(await client.get(url)).text for url in (one, two)] == ["one", "two"]


async def test_leaving_runs_the_lifespan_to_its_end_and_frees_the_port_though_a_client_still_holds_a_connection() -> (
    None
):
    events: list[str] = []
    async with httpx2.AsyncClient(trust_env=False) as client:
        async with serve(app(events)) as url:
            assert (await client.get(url)).text == "hello"
            assert events == ["started"]
        assert events == ["started", "stopped"]
        assert not taken(url)


async def test_a_cancelled_run_still_stops_the_server() -> None:
    events: list[str] = []
    up: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def run() -> None:
        async with serve(app(events)) as url:
            up.set_result(url)
            await asyncio.Event().wait()

    task = asyncio.create_task(run())
    url = await up
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert events == ["started", "stopped"]
    assert not taken(url)


async def test_an_application_that_cannot_start_is_an_error_with_a_name(caplog: pytest.LogCaptureFixture) -> None:
    @asynccontextmanager
    async def broken(_: Starlette) -> AsyncIterator[None]:
        raise OSError("disk full")
        yield

    with pytest.raises(DeviceError, match="could not start"):
        async with serve(Starlette(lifespan=broken)):
            pytest.fail("it started")
    assert "disk full" in caplog.text


async def test_it_takes_no_signal_handlers_and_says_nothing(caplog: pytest.LogCaptureFixture) -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    with caplog.at_level(logging.INFO, logger="uvicorn"):
        async with serve(app([])) as url, httpx2.AsyncClient(trust_env=False) as client:
            assert (await client.get(url)).status_code == 200
            assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before
    assert [record for record in caplog.records if record.name.startswith("uvicorn")] == []
