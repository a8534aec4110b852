"""Every recorded answer is read as the table says: the action, the memory and each repair, or the kind of error."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from actions import ParseError
from prompts import registry
from prompts.base import Dialect
from tests.prompts.replies import FOLDER, SISTERS, action_of, cases, look, reply_of

RECORDED = sorted(path.name for path in Path(FOLDER).iterdir() if path.is_dir())
ALL = [
    pytest.param(name, case, id=f"{name}-{case['id']}")
    for name in RECORDED
    for case in cases(name) + (cases(SISTERS[name]) if name in SISTERS else [])
]


def made(name: str, **options: Any) -> Dialect:
    dialect: Dialect = type(registry.get(name))(**options)
    return dialect


@pytest.mark.parametrize(("name", "case"), ALL)
def test_reply(name: str, case: dict[str, Any]) -> None:
    dialect = made(name, thinking=case.get("thinking", True))
    seen = look(tuple(case.get("size", (1280, 800))))
    if "error" in case:
        with pytest.raises(ParseError) as caught:
            dialect.parse(reply_of(case), seen)
        assert caught.value.kind == case["error"], caught.value
        assert case.get("says", "") in str(caught.value)
        return
    decision = dialect.parse(reply_of(case), seen)
    assert decision.action == action_of(case, seen)
    assert decision.repairs == tuple(case.get("repairs", ()))
    assert decision.memory == case.get("memory")
    if "thought" in case:
        assert decision.thought == case["thought"]


def test_every_dialect_has_recorded_replies() -> None:
    assert set(RECORDED) == set(registry.names())
