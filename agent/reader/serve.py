"""The reader as a server of its own, for any OpenAI client on this machine."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable

from actions import UsageError
from agent.reader.app import MODEL, create_app


def serve_forever(port: int, say: Callable[[str], None]) -> int:
    """Serve on 127.0.0.1 until Ctrl-C; port 0 takes a free one. Raises UsageError if the port is taken."""
    import uvicorn

    try:
        listener = socket.create_server(("127.0.0.1", port))
    except OSError as error:
        raise UsageError(f"port {port} cannot be used ({error.strerror}); --port 0 takes a free one") from error
    with listener:
        port = listener.getsockname()[1]
        say(f"the reader answers at http://127.0.0.1:{port}/v1 as {MODEL}; Ctrl-C ends it")
        config = uvicorn.Config(create_app(), log_config=None, log_level=logging.WARNING, access_log=False, ws="none")
        uvicorn.Server(config).run(sockets=[listener])
    return 0
