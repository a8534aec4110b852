"""How a secret is written wherever its value must not stand: `<secret:NAME>`."""

from __future__ import annotations

import re

PLACEHOLDER = re.compile(r"<secret:([^<>\s]+)>")


def placeholder(key: str) -> str:
    """What stands for the secret of that name in tasks, actions and traces."""
    return f"<secret:{key}>"


def secret_of(text: str) -> str | None:
    """The name of the secret that a text stands for as a whole, None if it is something else."""
    found = PLACEHOLDER.fullmatch(text.strip())
    return found[1] if found else None
