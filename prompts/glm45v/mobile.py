"""GLM-4.5V on a phone: the same answers as GLM-4.1V, asked for under headings."""

from __future__ import annotations

from prompts.glm.mobile import MobileDialect
from prompts.tokens import THINK_END


class Glm45vMobile(MobileDialect):
    """GLM-4.5V with boxes on a phone's screen."""

    name = "glm45v-mobile"
    package = __package__
    opening = THINK_END
