"""Colours of a screenshot and how far apart they are."""

from __future__ import annotations

from typing import Any

Colour = tuple[float, float, float]
"""Blue, green, red, each 0..255."""

STEP = 6
"""Neighbouring pixels that differ by more than this, in any channel, are an edge."""


def distance(one: Colour, other: Colour) -> float:
    """How far two colours are apart: the largest difference of a channel, 0..255."""
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


def saturation(colour: Colour) -> float:
    """How far a colour is from grey: largest less smallest channel, 0..255."""
    return max(colour) - min(colour)


def luma(colour: Colour) -> float:
    """Brightness as the eye weighs it, 0..255."""
    return 0.114 * colour[0] + 0.587 * colour[1] + 0.299 * colour[2]


def colour_of(values: Any) -> Colour:
    """Three channel values of any number type as a colour."""
    return float(values[0]), float(values[1]), float(values[2])
