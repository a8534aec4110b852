"""The sites of the drift suite."""

from __future__ import annotations

from agent.bench.drift.site import Site
from agent.bench.drift.sites import conference, hotel, mail, members, quote, settings, shop

SITES: tuple[Site, ...] = (
    hotel.SITE,
    members.SITE,
    settings.SITE,
    quote.SITE,
    mail.SITE,
    shop.SITE,
    conference.SITE,
)
