"""The file service `sync:`: STAT, LIST, RECV and SEND, as `adb push` and `adb pull` speak it."""

from __future__ import annotations

import posixpath
import struct

from envs.demo.phone.daemon import Stream
from envs.demo.phone.files import Files

_DATA_SIZE = 64 * 1024


async def serve_sync(files: Files, stream: Stream) -> None:
    """Answer requests until the other side quits."""
    reader = _Reader(stream)
    while (request := await reader.take(8)) is not None:
        word, length = request[:4], struct.unpack("<I", request[4:])[0]
        if word == b"QUIT":
            return
        path = (await reader.take(length) or b"").decode("utf-8", "replace")
        if word == b"STAT":
            status = files.status(path)
            fields = (status.mode, status.size, status.modified) if status else (0, 0, 0)
            await stream.write(b"STAT" + struct.pack("<3I", *fields))
        elif word == b"LIST":
            await stream.write(_listing(files, path))
        elif word == b"RECV":
            await stream.write(_content(files, path))
        elif word == b"SEND":
            await stream.write(await _receive(files, path, reader))
        else:
            await stream.write(_failure(f"unknown request {word!r}"))
            return


def _listing(files: Files, path: str) -> bytes:
    answer = b""
    try:
        names = files.names(path)
    except OSError:
        names = []
    for name in names:
        if status := files.status(posixpath.join(path, name)):
            raw = name.encode()
            answer += b"DENT" + struct.pack("<4I", status.mode, status.size, status.modified, len(raw)) + raw
    return answer + b"DONE" + bytes(16)


def _content(files: Files, path: str) -> bytes:
    try:
        data = files.read(path)
    except OSError as error:
        return _failure(str(error))
    pieces = [data[start : start + _DATA_SIZE] for start in range(0, len(data), _DATA_SIZE)]
    return b"".join(b"DATA" + struct.pack("<I", len(piece)) + piece for piece in pieces) + b"DONE" + bytes(4)


async def _receive(files: Files, path: str, reader: _Reader) -> bytes:
    """Take a file; `path` ends in a comma and its mode."""
    data = bytearray()
    while header := await reader.take(8):
        word, number = header[:4], struct.unpack("<I", header[4:])[0]
        if word == b"DONE":  # the number is the time of its last change
            break
        if word != b"DATA":
            return _failure(f"unexpected {word!r} in a file")
        data += await reader.take(number) or b""
    try:
        files.write(path.rpartition(",")[0] or path, bytes(data))
    except OSError as error:
        return _failure(f"couldn't create file: {error}")
    return b"OKAY" + bytes(4)


def _failure(text: str) -> bytes:
    raw = text.encode()
    return b"FAIL" + struct.pack("<I", len(raw)) + raw


class _Reader:
    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._pending = bytearray()

    async def take(self, count: int) -> bytes | None:
        """Exactly `count` bytes; None if the stream ends before."""
        while len(self._pending) < count:
            data = await self._stream.read()
            if not data:
                return None
            self._pending += data
        taken = bytes(self._pending[:count])
        del self._pending[:count]
        return taken
