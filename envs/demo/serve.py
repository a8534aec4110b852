"""Serving an ASGI application inside this process, on a free port of the loopback interface."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn

from actions import DeviceError


class _Server(uvicorn.Server):
    """A uvicorn server that is a guest in somebody else's event loop: it says when it is ready and takes no signals."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets=sockets)
        except SystemExit:  # how uvicorn reports a failed lifespan; in a task it would end the host's loop
            self.should_exit = True
        finally:
            self.ready.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield  # Ctrl-C belongs to the program, not to a server inside it


@asynccontextmanager
async def serve(app: Any) -> AsyncIterator[str]:
    """Serve the ASGI application `app` while the context is open; yields its address, "http://127.0.0.1:PORT/".

    The port is chosen by the system and bound before the address is known, so two servers never race for one. The
    application's lifespan is run. On leaving, by cancellation too, open connections are closed and the port is free.

    Raises DeviceError if the application refuses to start.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        server = _Server(
            uvicorn.Config(
                app,
                lifespan="on",
                log_config=None,
                log_level=logging.WARNING,
                access_log=False,
                ws="none",
                timeout_graceful_shutdown=2,
            )
        )
        running = asyncio.create_task(server.serve(sockets=[listener]), name=f"serve on port {port}")
        try:
            await server.ready.wait()
            if not server.started:
                raise DeviceError("the local web server could not start its application; the log says why")
            yield f"http://127.0.0.1:{port}/"
        finally:
            server.should_exit = True
            await asyncio.shield(running)  # a second cancellation must not keep the server from closing
