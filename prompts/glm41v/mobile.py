"""GLM-4.1V on a phone."""

from __future__ import annotations

from prompts.glm.mobile import MobileDialect
from prompts.tokens import ANSWER, THINK_END


class Glm41vMobile(MobileDialect):
    """GLM-4.1V with boxes on a phone's screen."""

    name = "glm41v-mobile"
    package = __package__
    opening = THINK_END + ANSWER
