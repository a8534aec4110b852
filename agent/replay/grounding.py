"""Asking a model where one thing is: a single call in its own dialect."""

from __future__ import annotations

from actions import Click, Hit, Observation, ParseError, Place, Task
from agent.endpoint import Endpoint
from prompts.base import Dialect, arguments_for


class Grounding:
    """One call for each question; `tokens` adds up what the server counted."""

    def __init__(self, endpoint: Endpoint, dialect: Dialect) -> None:
        self._endpoint = endpoint
        self._dialect = dialect
        self.tokens = 0

    async def point_at(self, hit: Hit, seen: Observation) -> Place | None:
        """Where the model would click for that thing; None if it would not. Raises EndpointError."""
        what = f'the {hit.role or "thing"} "{hit.name}"' if hit.name else f"the {hit.role or hit.tag or 'thing'}"
        where = f" beside {hit.near!r}" if hit.near else ""
        task = Task(instruction=f"Click {what}{where}. If it is not on the screen, finish as infeasible.")
        arguments = arguments_for(self._dialect, task, seen)
        reply = await self._endpoint.complete(self._dialect.messages(task, (), seen), arguments)
        self.tokens += (reply.usage.prompt or 0) + (reply.usage.completion or 0)
        try:
            action = self._dialect.parse(reply, seen).action
        except ParseError:
            return None
        return action.at if isinstance(action, Click) else None
