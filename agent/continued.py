"""`agent run --continue`: the settings of a run that is gone on with."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from actions import UsageError
from agent.settings import Settings, load

if TYPE_CHECKING:
    from agent.command import RunRequest
    from agent.trace import Trace


def as_before(earlier: Trace, request: RunRequest) -> tuple[Settings, str]:
    """The settings that a run goes on with, and, in the bundled hotel, the path of the page that it was left at.

    Flags win; what they do not say is as it was, but for the endpoint: a trace may come from somebody else, so the
    address in it is not sent anything unasked. Raises UsageError for what cannot be said anew, or must be.
    """
    head = earlier.header
    if request.instruction.strip() or request.data is not None or request.pairs or request.trace_dir is not None:
        raise UsageError(
            "--continue takes the instruction, the values and the folder from the trace; give it the trace alone, "
            "with --base-url and --model if a model goes on"
        )
    was = earlier.resumed[-1] if earlier.resumed else head
    given = dict(request.flags)
    given["env"] = given["env"] or head.platform
    if given["viewport"] is None and head.platform == "web" and earlier.steps:
        seen = earlier.steps[-1].seen
        given["viewport"] = f"{seen.width}x{seen.height}"
    page = ""
    if given["url"] is None and (left := earlier.left_at):
        if head.task.start:
            given["url"] = left
        else:
            address = urlsplit(left)
            page = address.path + (f"?{address.query}" if address.query else "")
    settings = load(**given)
    if settings.dialect is None and settings.model in (None, was.model):
        settings = settings.model_copy(update={"dialect": was.dialect})
    if settings.base_url is None and was.endpoint and not _is_reader(was.model):
        raise UsageError(
            f"{was.model} at {was.endpoint} made this trace; say with --base-url and --model who goes on with it"
        )
    return settings, page


def _is_reader(model: str) -> bool:
    from agent.reader.app import MODEL

    return model == MODEL
