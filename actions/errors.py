"""Everything that can go wrong, as one tree.

GuiAgentError
├── UsageError            what the caller asked for makes no sense (empty instruction, URL that cannot be read …)
├── ParseError            an answer that cannot be read as one action; goes back to the model
├── ActionError           an action that the screen refuses; goes back to the model
│   ├── UnsupportedAction     this platform has no such action
│   └── TargetNotFound        nothing there to act on
├── DeviceError           the screen itself failed
│   ├── DriverMissing         something must be installed; the message says the command
│   └── DeviceLost            the browser, display or phone went away
├── EndpointError         the model's server failed
│   ├── EndpointTimeout       no answer in time
│   └── EndpointRefused       it answered that it will not (key, model name, bad request)
├── TraceError            a trace that cannot be read or written
├── Blocked               a rule of safety said no
└── Stopped               the person at the screen wants the run to end

Every message is one that a user can act on: what happened, then what to do.
"""

from __future__ import annotations

from typing import Literal

ParseErrorKind = Literal[
    "empty",
    "reasoning_only",
    "truncated",
    "no_action",
    "unknown_action",
    "missing_argument",
    "bad_argument",
    "bad_coordinates",
]


class GuiAgentError(Exception):
    """The root; catch it to catch everything that Handeye raises on purpose."""


class UsageError(GuiAgentError):
    """What the caller asked for cannot be done as asked; nothing was started."""


class ParseError(GuiAgentError):
    """A model's answer that holds no single readable action.

    `kind` names the class of fault, `detail` says what was wrong, `expected` what would have been right,
    `raw` is the whole answer, and `at` the offset in it where reading stopped (None if nowhere in particular).
    """

    def __init__(
        self, kind: ParseErrorKind, detail: str, *, expected: str = "", raw: str = "", at: int | None = None
    ) -> None:
        self.kind = kind
        self.detail = detail
        self.expected = expected
        self.raw = raw
        self.at = at
        super().__init__(f"{kind}: {detail}" + (f" (expected {expected})" if expected else ""))


class ActionError(GuiAgentError):
    """The screen could not do the action; the text is written for the model to read."""


class UnsupportedAction(ActionError):
    """This platform has no such action."""


class TargetNotFound(ActionError):
    """There is nothing at the place, or no such option, to act on."""


class DeviceError(GuiAgentError):
    """The screen itself failed: it could not be started, observed or reached."""


class DriverMissing(DeviceError):
    """A program or package is missing; the message holds the command that installs it."""


class DeviceLost(DeviceError):
    """The browser, display or phone went away during the run."""


class EndpointError(GuiAgentError):
    """The model's server failed or answered something that is no chat completion."""


class EndpointTimeout(EndpointError):
    """The model's server did not answer in time."""


class EndpointRefused(EndpointError):
    """The model's server refused: key, model name or request."""


class TraceError(GuiAgentError):
    """A trace that cannot be read or written."""


class Blocked(GuiAgentError):
    """A rule of safety said no."""


class Stopped(GuiAgentError):
    """The person at the screen made the run end."""
