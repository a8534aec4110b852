"""GLM-4.5V on a page whose elements carry numbers: the same answers as GLM-4.1V, asked for under headings."""

from __future__ import annotations

from prompts.glm.web import WebDialect
from prompts.tokens import THINK_END


class Glm45vWeb(WebDialect):
    """GLM-4.5V with a set of marks."""

    name = "glm45v-web"
    package = __package__
    opening = THINK_END
