"""Every recorded answer is read as the table says: the action, the memory and each repair, or the kind of error."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from actions import ParseError
from prompts.base import Dialect
from prompts.glm41v.pc import Glm41vPc
from prompts.glm41v.web import Glm41vWeb
from tests.prompts.replies import FOLDER, action_of, cases, look, reply_of

MADE: dict[str, type[Glm41vPc] | type[Glm41vWeb]] = {"glm41v-pc": Glm41vPc, "glm41v-web": Glm41vWeb}
ALL = [pytest.param(name, case, id=f"{name}-{case['id']}") for name in MADE for case in cases(name)]


@pytest.mark.parametrize(("name", "case"), ALL)
def test_reply(name: str, case: dict[str, Any]) -> None:
    dialect: Dialect = MADE[name](thinking=case.get("thinking", True))
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
    assert {path.name for path in Path(FOLDER).iterdir() if path.is_dir()} == set(MADE)
