"""The phone's end of the ADB connection: it greets, checks keys, and carries streams for the services behind it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Awaitable, Callable
from enum import Enum

from actions import DeviceError, DeviceLost
from envs.demo.phone import wire
from envs.demo.phone.auth import TOKEN_SIZE, PublicKey, read_public_key
from envs.demo.phone.wire import Command, Packet, WireError

_log = logging.getLogger(__name__)
_TOKEN, _SIGNATURE, _PUBLIC_KEY = 1, 2, 3
_CHUNK = 256 * 1024


class Mood(Enum):
    """How the phone meets a computer that connects."""

    READY = "ready"
    SILENT = "silent"
    """It says nothing, which adb calls "offline"."""
    STRANGER = "stranger"
    """It knows no computer's key, and its owner has not answered yet: "unauthorized"."""


class Refused(Exception):  # an answer to the other side, not an error of this program
    """There is no such service."""


class Stream:
    """One stream of a connection: reading waits for data, writing waits until the other side has taken it."""

    def __init__(self, connection: _Connection, number: int, peer: int) -> None:
        self._connection = connection
        self.number = number
        self.peer = peer
        self._inbox: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._taken = asyncio.Event()
        self._closed = False

    async def read(self) -> bytes:
        """The next piece that came; empty at the stream's end."""
        data = None if self._closed and self._inbox.empty() else await self._inbox.get()
        if data is None:
            self._closed = True
            return b""
        await self._connection.send(Packet(Command.OKAY, self.number, self.peer))
        return data

    async def write(self, data: bytes) -> None:
        """Send all of `data`, piece by piece, each after the one before was acknowledged.

        Raises ConnectionResetError when the other side has closed the stream.
        """
        for start in range(0, len(data), _CHUNK):
            if self._closed:
                raise ConnectionResetError("the computer closed the stream")
            self._taken.clear()
            await self._connection.send(Packet(Command.WRTE, self.number, self.peer, data[start : start + _CHUNK]))
            await self._taken.wait()
        if self._closed:
            raise ConnectionResetError("the computer closed the stream")

    def arrived(self, data: bytes) -> None:
        self._inbox.put_nowait(data)

    def acknowledged(self) -> None:
        self._taken.set()

    def ended(self) -> None:
        """The other side closed the stream, or the connection is gone."""
        self._closed = True
        self._taken.set()
        self._inbox.put_nowait(None)

    @property
    def closed(self) -> bool:
        return self._closed


Service = Callable[[Stream], Awaitable[None]]


class Daemon:
    """Listens on a port of the loopback interface and serves every adb server that connects.

    `find` answers the service for a name such as "shell:ls", or raises Refused. The port stays the same through
    `hang_up` and `listen`, as a phone's address does.
    """

    def __init__(self, banner: str, find: Callable[[str], Service]) -> None:
        self._banner = banner.encode()
        self._find = find
        self._server: asyncio.Server | None = None
        self._connections: set[_Connection] = set()
        self.port = 0
        self.mood = Mood.READY
        self.keys: set[PublicKey] = set()

    async def listen(self) -> None:
        """Take connections; chooses a free port the first time. Nothing happens if it listens already."""
        if self._server is None:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, limit=2 * wire.MAX_PAYLOAD)
            self.port = self._server.sockets[0].getsockname()[1]

    async def hang_up(self, *, listen: bool = False) -> None:
        """Cut every connection, at once and without a word. Unless `listen`, no new one is taken either."""
        connections = list(self._connections)
        if listen:
            for connection in connections:
                connection.cut()
        else:
            self.die()
        for connection in connections:
            await connection.finished.wait()

    def die(self) -> None:
        """Cut every connection and take no more, without waiting until they have ended."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for connection in list(self._connections):
            connection.cut()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = _Connection(self, reader, writer)
        self._connections.add(connection)
        try:
            await connection.serve()
        except WireError as error:
            _log.warning("the virtual phone hung up: %s", error)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the computer went away
        finally:
            connection.cut()
            await connection.close_streams()
            self._connections.discard(connection)
            connection.finished.set()

    def service(self, name: str) -> Service:
        return self._find(name)

    @property
    def banner(self) -> bytes:
        return self._banner


class _Connection:
    """One adb server's connection, from its greeting to its end."""

    def __init__(self, daemon: Daemon, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._daemon = daemon
        self._reader = reader
        self._writer = writer
        self._streams: dict[int, Stream] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._last = 0
        self._token = b""
        self._greeted = False
        self.finished = asyncio.Event()

    async def serve(self) -> None:
        while True:
            header = wire.read_header(await self._reader.readexactly(wire.HEADER_SIZE))
            packet = header.with_payload(await self._reader.readexactly(header.length))
            if self._daemon.mood is Mood.SILENT:
                continue
            await self._take(packet)

    async def _take(self, packet: Packet) -> None:
        match packet.command:
            case Command.CNXN:
                await self._challenge()
            case Command.AUTH:
                await self._check(packet)
            case Command.OPEN if self._greeted:
                await self._open(packet)
            case Command.WRTE | Command.OKAY | Command.CLSE if self._greeted:
                self._pass_on(packet)
            case _:
                _log.debug("ignored a %s before the greeting", packet.command.name)

    async def _challenge(self) -> None:
        self._token = secrets.token_bytes(TOKEN_SIZE)
        await self.send(Packet(Command.AUTH, _TOKEN, 0, self._token))

    async def _check(self, packet: Packet) -> None:
        daemon = self._daemon
        if packet.first == _SIGNATURE:
            known = () if daemon.mood is Mood.STRANGER else daemon.keys
            if any(key.signed(self._token, packet.payload) for key in known):
                await self._greet()
            else:
                await self._challenge()
        elif packet.first == _PUBLIC_KEY:
            # here a phone asks its owner, and stays silent until there is an answer
            with contextlib.suppress(ValueError):
                key = read_public_key(packet.payload.decode("ascii", "replace").rstrip("\0"))
                if key in daemon.keys and daemon.mood is not Mood.STRANGER:
                    await self._greet()

    async def _greet(self) -> None:
        self._greeted = True
        await self.send(Packet(Command.CNXN, wire.VERSION, wire.MAX_PAYLOAD, self._daemon.banner))

    async def _open(self, packet: Packet) -> None:
        name = packet.payload.rstrip(b"\0").decode("utf-8", "replace")
        try:
            service = self._daemon.service(name)
        except Refused as refusal:
            _log.debug("refused the service %r: %s", name, refusal)
            await self.send(Packet(Command.CLSE, 0, packet.first))
            return
        self._last += 1
        stream = Stream(self, self._last, packet.first)
        self._streams[stream.number] = stream
        await self.send(Packet(Command.OKAY, stream.number, stream.peer))
        task = asyncio.create_task(self._run(service, stream), name=f"virtual phone: {name[:60]}")
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _run(self, service: Service, stream: Stream) -> None:
        try:
            await service(stream)
        except ConnectionError:
            pass  # the computer no longer wants the answer
        except DeviceLost as error:
            _log.warning("the virtual phone has died: %s", error)
            self._daemon.die()
        except DeviceError as error:
            _log.warning("the virtual phone could not do what it was told: %s", error)
        finally:
            self._streams.pop(stream.number, None)
            if not self._writer.is_closing():
                with contextlib.suppress(ConnectionError):
                    await self.send(Packet(Command.CLSE, stream.number, stream.peer))

    def _pass_on(self, packet: Packet) -> None:
        stream = self._streams.get(packet.second)
        if stream is None:
            return  # it was closed while this was on its way
        if packet.command is Command.WRTE:
            stream.arrived(packet.payload)
        elif packet.command is Command.OKAY:
            stream.acknowledged()
        else:
            stream.ended()

    async def send(self, packet: Packet) -> None:
        self._writer.write(packet.encode())
        await self._writer.drain()

    def cut(self) -> None:
        transport = self._writer.transport
        if not transport.is_closing():
            transport.abort()

    async def close_streams(self) -> None:
        for stream in list(self._streams.values()):
            stream.ended()
        # a service may be the very one that asked for the end, as `reboot` does
        running = [task for task in self._running if task is not asyncio.current_task()]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
