"""The ADB transport protocol as bytes: packets between an adb server and a device, and the packets inside a shell.

Nothing here reads or writes a socket. A packet is a header of six little-endian 32-bit words and its payload; since
protocol version 0x01000001 the checksum is 0 and nobody looks at it.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum

from actions import DeviceError

VERSION = 0x01000001
MAX_PAYLOAD = 1024 * 1024
HEADER_SIZE = 24
_HEADER = struct.Struct("<6I")
_SHELL = struct.Struct("<BI")
_MASK = 0xFFFFFFFF


class WireError(DeviceError):
    """Bytes that are no ADB packet; the connection they came by is of no more use."""


class Command(IntEnum):
    """What a packet is for: its four letters, read as a little-endian number."""

    SYNC = 0x434E5953
    CNXN = 0x4E584E43
    AUTH = 0x48545541
    OPEN = 0x4E45504F
    OKAY = 0x59414B4F
    WRTE = 0x45545257
    CLSE = 0x45534C43


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet; what `first` and `second` mean depends on the command (mostly: the two ends' stream numbers)."""

    command: Command
    first: int
    second: int
    payload: bytes = b""

    def encode(self) -> bytes:
        """The packet as it goes over the wire.

        Raises WireError for a payload over MAX_PAYLOAD.
        """
        if len(self.payload) > MAX_PAYLOAD:
            raise WireError(f"a payload of {len(self.payload)} bytes is over the {MAX_PAYLOAD} that a packet holds")
        header = _HEADER.pack(self.command, self.first, self.second, len(self.payload), 0, self.command ^ _MASK)
        return header + self.payload


@dataclass(frozen=True, slots=True)
class Header:
    """A packet whose payload is still to come."""

    command: Command
    first: int
    second: int
    length: int

    def with_payload(self, payload: bytes) -> Packet:
        return Packet(self.command, self.first, self.second, payload)


def read_header(raw: bytes) -> Header:
    """Read the HEADER_SIZE bytes that a packet begins with.

    Raises WireError if they are none: an unknown command, a magic word that does not match, an impossible length.
    """
    if len(raw) != HEADER_SIZE:
        raise WireError(f"a packet's header has {HEADER_SIZE} bytes, not {len(raw)}")
    word, first, second, length, _checksum, magic = _HEADER.unpack(raw)
    if magic != word ^ _MASK:
        raise WireError(f"the header {raw.hex()} does not end in its command's complement")
    if length > MAX_PAYLOAD:
        raise WireError(f"a payload of {length} bytes is announced, over the {MAX_PAYLOAD} that a packet holds")
    try:
        command = Command(word)
    except ValueError:
        raise WireError(f"there is no command {raw[:4]!r}") from None
    return Header(command, first, second, length)


class Channel(IntEnum):
    """What a packet inside a `shell,v2` stream carries."""

    STDIN = 0
    STDOUT = 1
    STDERR = 2
    EXIT = 3
    CLOSE_STDIN = 4
    WINDOW_SIZE = 5


def shell_packet(channel: Channel, data: bytes) -> bytes:
    """One packet of a `shell,v2` stream."""
    return _SHELL.pack(channel, len(data)) + data


class ShellReader:
    """Takes a `shell,v2` stream in pieces as they come, and gives back its whole packets."""

    def __init__(self) -> None:
        self._pending = bytearray()

    def feed(self, data: bytes) -> list[tuple[int, bytes]]:
        """The packets that `data` completes, each as its channel and what it carries."""
        self._pending += data
        packets = []
        while len(self._pending) >= _SHELL.size:
            channel, length = _SHELL.unpack_from(self._pending)
            end = _SHELL.size + length
            if len(self._pending) < end:
                break
            packets.append((channel, bytes(self._pending[_SHELL.size : end])))
            del self._pending[:end]
        return packets
