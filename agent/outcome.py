"""How a run ended. The kinds are never merged, and a failure is never a success."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from actions import Blocked, DeviceError, EndpointError, Frozen, GuiAgentError, ParseError, Stopped, UsageError

Status = Literal[
    "complete",
    "infeasible",
    "diverged",
    "parse_error",
    "step_limit",
    "budget",
    "stopped",
    "endpoint_error",
    "device_error",
    "blocked",
    "error",
]

EXIT_CODES: dict[Status, int] = {
    "complete": 0,
    "error": 1,
    "infeasible": 3,
    "diverged": 9,
    "step_limit": 4,
    "budget": 4,
    "parse_error": 5,
    "endpoint_error": 6,
    "device_error": 7,
    "blocked": 8,
    "stopped": 130,
}
USAGE_EXIT_CODE = 2


class Outcome(Frozen):
    """The end of one run.

    `answer` is what the model answered (complete only); `reason` says why the run ended in any other way. `steps`
    counts calls of the model (of a replay, which may have `diverged` from what was recorded, its steps), `tokens` what
    the server counted, and `trace` is the folder of the record.
    """

    status: Status
    answer: str = ""
    reason: str = ""
    steps: int = 0
    tokens: int = 0
    seconds: float = 0.0
    trace: Path | None = None

    @property
    def exit_code(self) -> int:
        """The process exit code that stands for this outcome."""
        return EXIT_CODES[self.status]


class Ended(Exception):
    """Raised where a run's end is decided; carries the outcome's status and its words."""

    def __init__(self, status: Status, text: str) -> None:
        self.status = status
        self.text = text
        super().__init__(f"{status}: {text}")


def status_of(error: BaseException) -> Status:
    """The outcome that an exception stands for."""
    match error:
        case EndpointError():
            return "endpoint_error"
        case DeviceError():
            return "device_error"
        case ParseError():
            return "parse_error"
        case Blocked():
            return "blocked"
        case Stopped():
            return "stopped"
        case _:
            return "error"


def exit_code_of(error: GuiAgentError) -> int:
    """The process exit code for an error that ended the program before or during a run."""
    return USAGE_EXIT_CODE if isinstance(error, UsageError) else EXIT_CODES[status_of(error)]
