"""GLM-4.1V on a page whose elements carry numbers."""

from __future__ import annotations

from prompts.glm.web import WebDialect


class Glm41vWeb(WebDialect):
    """GLM-4.1V with a set of marks."""

    name = "glm41v-web"
    package = __package__
