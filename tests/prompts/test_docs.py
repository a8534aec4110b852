"""The page about dialects says what the registry holds."""

from __future__ import annotations

from prompts import registry
from scripts.docs import DOCS, dialects


def test_the_page_is_what_the_registry_makes_of_it() -> None:
    page = dialects()
    assert (DOCS / "dialects.md").read_text(encoding="utf-8") == page, "run `make docs` and commit"
    assert all(f"\n## {name}\n" in page for name in registry.names())
    assert (DOCS / "marks-150.png").stat().st_size < 300_000
