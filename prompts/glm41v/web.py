"""GLM-4.1V on a page whose elements carry numbers."""

from __future__ import annotations

from prompts.glm.web import WebDialect
from prompts.tokens import ANSWER, THINK_END


class Glm41vWeb(WebDialect):
    """GLM-4.1V with a set of marks."""

    name = "glm41v-web"
    package = __package__
    opening = THINK_END + ANSWER
