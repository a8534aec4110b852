"""Who may connect: a computer proves that it holds the private half of an RSA key that the phone knows.

The phone sends a random token, the computer signs it as if it were a SHA-1 digest (PKCS #1 v1.5), and the phone checks
that signature against each key that its owner has allowed.
"""

from __future__ import annotations

import base64
import hmac
import struct
from dataclasses import dataclass

TOKEN_SIZE = 20
# the ASN.1 that PKCS #1 puts before a SHA-1 digest
_SHA1_PREFIX = bytes.fromhex("3021300906052b0e03021a05000414")


@dataclass(frozen=True, slots=True)
class PublicKey:
    """An RSA key as Android writes it."""

    modulus: int
    exponent: int
    size: int
    """Of the modulus, in bytes."""

    def signed(self, token: bytes, signature: bytes) -> bool:
        """Does `signature` come from this key's other half, for this token?"""
        if len(signature) != self.size:
            return False
        opened = pow(int.from_bytes(signature, "big"), self.exponent, self.modulus).to_bytes(self.size, "big")
        tail = b"\x00" + _SHA1_PREFIX + token
        wanted = b"\x00\x01" + b"\xff" * (self.size - 2 - len(tail)) + tail
        return hmac.compare_digest(opened, wanted)


def read_public_key(text: str) -> PublicKey:
    """Read the line of an `adbkey.pub`: base64, then a blank and the owner's name.

    The bytes are the modulus' length in 32-bit words, a constant of Montgomery arithmetic, the modulus (little-endian),
    another such constant of the same length, and the exponent.

    Raises ValueError if it is no such line.
    """
    try:
        raw = base64.b64decode(text.split()[0], validate=True)
        (words,) = struct.unpack_from("<I", raw)
        size = words * 4
        if len(raw) != 12 + 2 * size:
            raise ValueError(f"{len(raw)} bytes do not hold a key of {words} words")
        (exponent,) = struct.unpack_from("<I", raw, 8 + 2 * size)
    except (IndexError, ValueError, struct.error) as error:
        raise ValueError(f"this is no public key of adb: {error}") from error
    return PublicKey(int.from_bytes(raw[8 : 8 + size], "little"), exponent, size)
