"""Keys: what adb itself signs is accepted in test_adb.py; here is what must not be."""

from __future__ import annotations

import base64
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envs.demo.phone.auth import PublicKey, read_public_key

# a key small enough to sign with by hand: 512 bits, both primes of 256
P = 2**256 - 189
Q = 2**256 - 357
MODULUS, EXPONENT = P * Q, 65537
PRIVATE = pow(EXPONENT, -1, (P - 1) * (Q - 1))
KEY = PublicKey(MODULUS, EXPONENT, 64)


def sign(token: bytes) -> bytes:
    tail = b"\0" + bytes.fromhex("3021300906052b0e03021a05000414") + token
    padded = b"\0\1" + b"\xff" * (64 - 2 - len(tail)) + tail
    return pow(int.from_bytes(padded, "big"), PRIVATE, MODULUS).to_bytes(64, "big")


def written(key: PublicKey) -> str:
    size = key.size
    raw = struct.pack("<II", size // 4, 0) + key.modulus.to_bytes(size, "little") + bytes(size)
    return base64.b64encode(raw + struct.pack("<I", key.exponent)).decode() + " ana@laptop\n"


def test_a_key_is_read_as_it_was_written() -> None:
    assert read_public_key(written(KEY)) == KEY


@given(st.binary(min_size=20, max_size=20), st.integers(0, 511))
def test_only_the_very_signature_is_accepted(token: bytes, bit: int) -> None:
    signature = sign(token)
    assert KEY.signed(token, signature)
    changed = bytearray(signature)
    changed[bit // 8] ^= 1 << bit % 8
    assert not KEY.signed(token, bytes(changed))
    assert not KEY.signed(token[::-1] + b"x", signature)
    assert not KEY.signed(token, signature + b"\0")


@pytest.mark.parametrize("text", ["", "not base64 at all", "QUJD", written(KEY)[:-40], "Ж"])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no public key"):
        read_public_key(text)
