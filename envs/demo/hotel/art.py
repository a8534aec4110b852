"""The site's pictures: landscapes drawn as SVG, layer on layer from the sky forward, the same every time.

A picture is made of what a place has (harbour, street, hills …) under one light (dawn, day, dusk, night). Where houses
and hills stand is drawn by lot from the picture's name, so that each hotel has a view of its own.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from random import Random

WIDTH, HEIGHT = 800, 500


@dataclass(frozen=True)
class Light:
    """The colours of a time of day: sky from top to horizon, sun, layers from far to near, windows, water."""

    sky: tuple[str, str, str]
    sun: str
    sun_height: float
    layers: tuple[str, str, str, str]
    window: str
    lit: float
    water: tuple[str, str]


LIGHTS = {
    "dawn": Light(
        ("#8fb3d1", "#f2cfc0", "#fbe6cf"), "#fff3dc", 0.50,
        ("#c9b7c4", "#a793a8", "#7b7390", "#4b5270"), "#ffe9b8", 0.25, ("#e9c8bd", "#7f9bb8"),
    ),
    "day": Light(
        ("#6fb1dc", "#b9dcee", "#eef6f4"), "#ffffff", 0.20,
        ("#b5cdd3", "#8fb0b0", "#5f8a86", "#36635f"), "#dbeff5", 0.10, ("#a9d3de", "#3f86a3"),
    ),
    "dusk": Light(
        ("#3c4f84", "#c9788a", "#f7b886"), "#ffe0a3", 0.56,
        ("#b0708a", "#7d5680", "#533f6b", "#332b50"), "#ffd98a", 0.50, ("#e59b86", "#41477a"),
    ),
    "night": Light(
        ("#0f1c3f", "#24386b", "#4d5f92"), "#f4f1df", 0.18,
        ("#3d4d7d", "#2e3b66", "#212b50", "#151c39"), "#ffd27a", 0.65, ("#3a4c82", "#16204a"),
    ),
}  # fmt: skip

Draw = Callable[[Random, Light], str]


@cache
def picture(name: str, scene: str, light: str) -> str:
    """An SVG document of 800 x 500 units showing `scene` (a key of SCENES) in `light` (a key of LIGHTS)."""
    lot = Random(name)  # noqa: S311 - a picture, not a secret
    colours = LIGHTS[light]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="xMidYMid slice">'
        f"{_sky(lot, colours, stars=light == 'night')}{SCENES[scene](lot, colours)}</svg>"
    )


def _sky(lot: Random, light: Light, *, stars: bool) -> str:
    top, middle, horizon = light.sky
    x, y = lot.randint(220, 620), light.sun_height * HEIGHT
    drawn = (
        '<defs><linearGradient id="sky" x1="0" y1="0" x2="0" y2="1">'
        f'<stop offset="0" stop-color="{top}"/><stop offset=".45" stop-color="{middle}"/>'
        f'<stop offset=".72" stop-color="{horizon}"/></linearGradient>'
        f'<radialGradient id="glow"><stop offset="0" stop-color="{light.sun}" stop-opacity=".75"/>'
        f'<stop offset="1" stop-color="{light.sun}" stop-opacity="0"/></radialGradient>'
        '<linearGradient id="water" x1="0" y1="0" x2="0" y2="1">'
        f'<stop offset="0" stop-color="{light.water[0]}"/><stop offset="1" stop-color="{light.water[1]}"/>'
        "</linearGradient></defs>"
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="url(#sky)"/>'
        f'<circle cx="{x}" cy="{y:.0f}" r="190" fill="url(#glow)"/>'
        f'<circle cx="{x}" cy="{y:.0f}" r="{24 if stars else 32}" fill="{light.sun}" opacity=".95"/>'
    )
    if stars:
        drawn += "".join(
            f'<circle cx="{lot.randint(0, WIDTH)}" cy="{lot.randint(0, 230)}" r="{lot.choice((0.8, 1.1, 1.6))}"'
            f' fill="#fff" opacity="{lot.uniform(0.3, 0.9):.2f}"/>'
            for _ in range(60)
        )
    else:
        drawn += "".join(_cloud(lot) for _ in range(4))
    return drawn


def _cloud(lot: Random) -> str:
    x, y, size = lot.randint(0, WIDTH), lot.randint(30, 170), lot.uniform(0.6, 1.4)
    puffs = "".join(
        f'<ellipse cx="{x + dx * size:.0f}" cy="{y + dy * size:.0f}" rx="{rx * size:.0f}" ry="{ry * size:.0f}"/>'
        for dx, dy, rx, ry in ((0, 0, 70, 10), (-24, -7, 34, 11), (22, -10, 40, 14), (58, 3, 40, 7))
    )
    return f'<g fill="#fff" opacity="{lot.uniform(0.25, 0.5):.2f}">{puffs}</g>'


def _ridge(lot: Random, colour: str, base: float, swing: float, *, rough: float = 0.0) -> str:
    """A line of hills about `base` units down, swinging up and down by `swing`; `rough` breaks it into peaks."""
    waves = [(lot.uniform(0.4, 1.2), lot.uniform(0, 6.3)), (lot.uniform(1.5, 3), lot.uniform(0, 6.3))]
    points = []
    for x in range(0, WIDTH + 1, 20):
        turn = x / WIDTH * math.tau
        y = base - swing * sum(math.sin(turn * f + phase) / (n + 1) for n, (f, phase) in enumerate(waves))
        points.append(f"{x},{y - rough * lot.random():.0f}")
    return f'<polygon points="0,{HEIGHT} {" ".join(points)} {WIDTH},{HEIGHT}" fill="{colour}"/>'


def _water(top: int, light: Light, lot: Random) -> str:
    glints = "".join(
        f'<rect x="{lot.randint(0, WIDTH)}" y="{lot.randint(top + 6, HEIGHT - 8)}" width="{lot.randint(20, 110)}"'
        f' height="2" rx="1" fill="{light.sun}" opacity="{lot.uniform(0.10, 0.42):.2f}"/>'
        for _ in range(46)
    )
    return f'<rect y="{top}" width="{WIDTH}" height="{HEIGHT - top}" fill="url(#water)"/>{glints}'


def _house(
    lot: Random, light: Light, x: float, foot: float, width: float, height: float, colour: str, roof: str
) -> str:
    top = foot - height
    drawn = f'<rect x="{x:.0f}" y="{top:.0f}" width="{width + 1:.0f}" height="{height:.0f}" fill="{colour}"/>'
    if roof == "gable":
        left, middle, right = x - 3, x + width / 2, x + width + 3
        rise = width * lot.uniform(0.28, 0.45)
        drawn += (
            f'<polygon points="{left:.0f},{top + 1:.0f} {middle:.0f},{top - rise:.0f} {right:.0f},{top + 1:.0f}"'
            f' fill="{colour}"/>'
        )
    elif roof == "mansard":
        drawn += (
            f'<polygon points="{x:.0f},{top + 1:.0f} {x + 8:.0f},{top - 26:.0f} {x + width - 8:.0f},{top - 26:.0f}'
            f' {x + width:.0f},{top + 1:.0f}" fill="{colour}"/>'
        )
    columns = max(1, int(width // 20))
    gap = width / columns
    for row in range(int((height - 14) // 26)):
        for column in range(columns):
            lit = lot.random() < light.lit
            drawn += (
                f'<rect x="{x + gap * (column + 0.5) - 4:.0f}" y="{top + 12 + row * 26:.0f}" width="8" height="13"'
                f' rx="1" fill="{light.window if lit else "#fff"}" opacity="{0.9 if lit else 0.13}"/>'
            )
    return drawn


def _row(
    lot: Random,
    light: Light,
    colour: str,
    foot: float,
    heights: tuple[int, int],
    widths: tuple[int, int],
    roofs: tuple[str, ...],
) -> str:
    """A row of houses shoulder to shoulder from edge to edge."""
    drawn, x = "", -lot.uniform(0, widths[0])
    while x < WIDTH:
        width = lot.uniform(*widths)
        drawn += _house(lot, light, x, foot, width, lot.uniform(*heights), colour, lot.choice(roofs))
        x += width
    return f"<g>{drawn}</g>"


def _tree(lot: Random, x: float, foot: float, size: float, colour: str) -> str:
    crown = "".join(
        f'<circle cx="{x + dx * size:.0f}" cy="{foot - dy * size:.0f}" r="{r * size:.0f}"/>'
        for dx, dy, r in ((0, 62, 26), (-19, 48, 21), (19, 47, 22), (-2, 40, 24))
    )
    trunk = f'<rect x="{x - 3 * size:.1f}" y="{foot - 30 * size:.0f}" width="{6 * size:.1f}" height="{30 * size:.0f}"/>'
    return f'<g fill="{colour}">{crown}{trunk}</g>'


def _boat(x: float, y: float, size: float, hull: str, sail: str) -> str:
    return (
        f'<g transform="translate({x:.0f} {y:.0f}) scale({size:.2f})">'
        f'<path d="M-30 0h60l-10 13h-40z" fill="{hull}"/><path d="M-1-62h2v62h-2z" fill="{hull}"/>'
        f'<path d="M3-60q26 30 24 54h-24z" fill="{sail}" opacity=".94"/>'
        f'<path d="M-3-50q-18 24-19 44h19z" fill="{sail}" opacity=".8"/></g>'
    )


def _harbour(lot: Random, light: Light) -> str:
    far, middle, near, front = light.layers
    boats = sorted((lot.uniform(350, 440), lot.uniform(60, 740)) for _ in range(4))
    return (
        _ridge(lot, far, 285, 34)
        + _row(lot, light, middle, 322, (26, 74), (30, 60), ("flat", "gable", "gable"))
        + _water(320, light, lot)
        + "".join(_boat(x, y, (y - 280) / 95, near, "#fffaf0") for y, x in boats)
        + f'<path d="M0 500v-44q120-10 250 4t260 22v18z" fill="{front}"/>'
    )


def _river(lot: Random, light: Light) -> str:
    far, middle, near, front = light.layers
    arches = "".join(f'<path d="M{x} 362a62 56 0 0 1 124 0z" fill="{light.water[0]}"/>' for x in range(20, 780, 156))
    return (
        _row(lot, light, far, 330, (60, 120), (40, 70), ("mansard", "flat", "gable"))
        + _row(lot, light, middle, 345, (40, 88), (40, 80), ("mansard", "gable"))
        + _water(342, light, lot)
        + f'<rect y="288" width="{WIDTH}" height="20" fill="{near}"/><rect y="304" width="{WIDTH}" height="58"'
        f' fill="{near}"/>{arches}'
        + _boat(lot.uniform(120, 640), 425, 1.0, front, "#fffaf0")
        + "".join(_tree(lot, x, 500, lot.uniform(0.9, 1.3), front) for x in (20, 92, 730, 792))
    )


def _old_town(lot: Random, light: Light) -> str:
    far, middle, near, front = light.layers
    x = lot.randint(180, 600)
    tower = (
        f'<g fill="{middle}"><rect x="{x}" y="170" width="46" height="200"/>'
        f'<polygon points="{x - 5},170 {x + 23},92 {x + 51},170"/></g>'
        f'<circle cx="{x + 23}" cy="205" r="11" fill="{light.window}" opacity=".85"/>'
    )
    return (
        _ridge(lot, far, 300, 30)
        + tower
        + _row(lot, light, middle, 400, (90, 150), (46, 80), ("gable",))
        + _row(lot, light, near, 460, (70, 130), (56, 96), ("gable", "gable", "flat"))
        + _row(lot, light, front, 520, (40, 96), (80, 130), ("gable",))
    )


def _street(lot: Random, light: Light) -> str:
    far, middle, near, front = light.layers
    return (
        _row(lot, light, far, 400, (190, 260), (60, 90), ("mansard", "flat"))
        + _row(lot, light, middle, 450, (150, 230), (90, 130), ("mansard", "flat", "mansard"))
        + f'<rect y="448" width="{WIDTH}" height="60" fill="{near}"/>'
        + "".join(_tree(lot, x + lot.uniform(-18, 18), 468, lot.uniform(1.1, 1.5), front) for x in range(40, 800, 150))
        + f'<rect y="466" width="{WIDTH}" height="40" fill="{front}"/>'
    )


def _skyline(lot: Random, light: Light) -> str:
    far, middle, near, front = light.layers
    return (
        _row(lot, light, far, 470, (160, 330), (36, 64), ("flat",))
        + _row(lot, light, middle, 480, (110, 270), (50, 84), ("flat", "flat", "mansard"))
        + _row(lot, light, near, 490, (50, 140), (70, 110), ("flat", "gable"))
        + "".join(_tree(lot, x + lot.uniform(-20, 20), 505, lot.uniform(0.8, 1.1), front) for x in range(0, 820, 62))
        + f'<rect y="484" width="{WIDTH}" height="16" fill="{front}"/>'
    )


def _hills(lot: Random, light: Light) -> str:
    far, middle, near, front = light.layers
    return (
        _ridge(lot, far, 265, 48)
        + _ridge(lot, middle, 325, 40)
        + "".join(
            _house(lot, light, x, 372 + lot.uniform(-6, 16), lot.uniform(34, 52), lot.uniform(36, 48), near, "gable")
            for x in (lot.randint(80, 240), lot.randint(330, 480), lot.randint(560, 700))
        )
        + _ridge(lot, near, 385, 26)
        + "".join(_tree(lot, lot.uniform(0, WIDTH), 470, lot.uniform(0.8, 1.5), front) for _ in range(9))
        + _ridge(lot, front, 458, 14)
    )


def _alps(lot: Random, light: Light) -> str:
    far, middle, near, front = light.layers
    peaks, x = "", -60.0
    while x < WIDTH + 60:
        half, height = lot.uniform(80, 130), lot.uniform(110, 190)
        top = 330 - height
        peaks += (
            f'<polygon points="{x - half:.0f},335 {x:.0f},{top:.0f} {x + half:.0f},335" fill="{far}"/>'
            f'<polygon points="{x - half * 0.3:.0f},{top + height * 0.3:.0f} {x:.0f},{top:.0f}'
            f" {x + half * 0.3:.0f},{top + height * 0.3:.0f} {x + half * 0.1:.0f},{top + height * 0.22:.0f}"
            f' {x - half * 0.06:.0f},{top + height * 0.36:.0f}" fill="#fff" opacity=".88"/>'
        )
        x += half * lot.uniform(0.8, 1.2)
    return (
        peaks
        + _ridge(lot, middle, 318, 18)
        + _row(lot, light, near, 352, (14, 34), (22, 46), ("gable",))
        + _water(350, light, lot)
        + _boat(lot.uniform(140, 660), 415, 1.0, front, "#fffaf0")
        + "".join(_tree(lot, x, 505, lot.uniform(1.0, 1.4), front) for x in (14, 84, 720, 786))
    )


def _garden(lot: Random, light: Light) -> str:
    far, middle, near, front = light.layers
    x, width = lot.randint(210, 330), 300
    house = _house(lot, light, x, 410, width, 130, "#f6efe2" if light.lit < 0.4 else middle, "flat") + (
        f'<polygon points="{x - 16},280 {x + 60},216 {x + width - 60},216 {x + width + 16},280" fill="{near}"/>'
        f'<rect x="{x + width / 2 - 15:.0f}" y="362" width="30" height="48" rx="2" fill="{front}"/>'
    )
    windows = "".join(
        f'<rect x="{x + dx}" y="{y}" width="22" height="34" rx="2" fill="{near}" opacity=".75"/>'
        for y in (298, 356)
        for dx in (22, 72, 206, 256)
    )
    blossoms = "".join(
        f'<circle cx="{lot.randint(0, WIDTH)}" cy="{lot.randint(440, 496)}" r="{lot.choice((2, 3, 4))}"'
        f' fill="{lot.choice(("#fff", light.window, "#f3b6b0"))}" opacity=".8"/>'
        for _ in range(70)
    )
    return (
        _ridge(lot, far, 300, 36)
        + "".join(_tree(lot, lot.uniform(0, WIDTH), 410, lot.uniform(1.4, 2.2), middle) for _ in range(12))
        + house
        + windows
        + f'<path d="M0 500v-88q200-14 400-6t400-2v96z" fill="{near}"/>'
        + f'<path d="M{x + 132} 410h36l70 90h-190z" fill="#f6efe2" opacity=".55"/>'
        + blossoms
        + "".join(_tree(lot, x, 490, lot.uniform(1.3, 1.8), front) for x in (30, 120, 700, 780))
    )


SCENES: dict[str, Draw] = {
    "alps": _alps,
    "garden": _garden,
    "harbour": _harbour,
    "hills": _hills,
    "old-town": _old_town,
    "river": _river,
    "skyline": _skyline,
    "street": _street,
}
