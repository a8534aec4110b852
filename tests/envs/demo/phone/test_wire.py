"""Packets as bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envs.demo.phone.wire import (
    HEADER_SIZE,
    MAX_PAYLOAD,
    Channel,
    Command,
    Packet,
    ShellReader,
    WireError,
    read_header,
    shell_packet,
)

words = st.integers(0, 2**32 - 1)
packets = st.builds(Packet, st.sampled_from(Command), words, words, st.binary(max_size=300))


@given(packets)
def test_what_is_encoded_is_read_again(packet: Packet) -> None:
    raw = packet.encode()
    header = read_header(raw[:HEADER_SIZE])
    assert header.length == len(raw) - HEADER_SIZE
    assert header.with_payload(raw[HEADER_SIZE:]) == packet


def test_a_packet_begins_with_its_command_in_letters() -> None:
    for command in Command:
        assert Packet(command, 1, 2).encode()[:4] == command.name.encode()


@given(st.binary(min_size=HEADER_SIZE, max_size=HEADER_SIZE))
def test_no_bytes_do_more_than_raise_a_wire_error(raw: bytes) -> None:
    try:
        header = read_header(raw)
    except WireError:
        return
    assert header.length <= MAX_PAYLOAD


@given(packets, st.integers(0, 3), st.integers(1, 255))
def test_a_changed_command_is_noticed(packet: Packet, place: int, change: int) -> None:
    raw = bytearray(packet.encode()[:HEADER_SIZE])
    raw[place] ^= change
    with pytest.raises(WireError):
        read_header(bytes(raw))


def test_too_much_is_refused_in_both_directions() -> None:
    with pytest.raises(WireError, match="over the"):
        Packet(Command.WRTE, 1, 2, bytes(MAX_PAYLOAD + 1)).encode()
    raw = bytearray(Packet(Command.WRTE, 1, 2).encode())
    raw[12:16] = (MAX_PAYLOAD + 1).to_bytes(4, "little")
    with pytest.raises(WireError, match="announced"):
        read_header(bytes(raw))
    with pytest.raises(WireError, match="24 bytes"):
        read_header(bytes(raw[:-1]))


@given(st.lists(st.tuples(st.sampled_from(Channel), st.binary(max_size=40))), st.integers(1, 50))
def test_a_shell_stream_is_read_in_any_pieces(sent: list[tuple[Channel, bytes]], size: int) -> None:
    raw = b"".join(shell_packet(channel, data) for channel, data in sent)
    reader = ShellReader()
    got = [packet for start in range(0, len(raw), size) for packet in reader.feed(raw[start : start + size])]
    assert got == sent
