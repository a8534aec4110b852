"""Browsers that keep a secret, and how a picture is asked whether it shows something."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator

import pytest
from PIL import Image
from pydantic import SecretStr

from actions import Box, Observation
from envs.web import WebEnv
from envs.web.secrets import Secret
from tests.envs.conftest import Visitor
from tests.envs.site import Site

VALUE = "Tr0ub4dor&3 Zebra"
GREY = (128, 128, 128)


@pytest.fixture(scope="session")
async def _keeping(site: Site) -> AsyncIterator[WebEnv]:
    secrets = [
        Secret("pw", SecretStr(VALUE), frozenset({site.url})),
        Secret("pin", SecretStr("93715"), frozenset({site.url, site.other}), in_clear=True),
    ]
    async with WebEnv(timeout=10, settle_ceiling=2, secrets=secrets) as env:
        yield env


@pytest.fixture
async def keeping(_keeping: WebEnv, site: Site) -> Visitor:
    visitor = Visitor(_keeping, site, await _keeping.observe())
    await visitor.go(site.page("empty"))
    return visitor


def greyness(seen: Observation, box: Box) -> float:
    """The share of a box that is painted over."""
    with Image.open(io.BytesIO(seen.screenshot)) as image:
        part = image.convert("RGB").crop(tuple(map(round, box.pixels(seen.width, seen.height))))
    grey = next((count for count, colour in part.getcolors(part.width * part.height) if colour == GREY), 0)
    return grey / (part.width * part.height)


def words(seen: Observation) -> str:
    """Everything that an observation says."""
    return seen.model_dump_json(exclude={"screenshot"})
