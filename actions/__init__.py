"""The vocabulary of Handeye: what a screen looks like, what can be done to it, and what can go wrong.

Plain, frozen data with no behaviour beyond geometry; imports pydantic and the standard library only.
"""

from actions.errors import (
    ActionError,
    Blocked,
    DeviceError,
    DeviceLost,
    DriverMissing,
    EndpointError,
    EndpointRefused,
    EndpointTimeout,
    GuiAgentError,
    ParseError,
    ParseErrorKind,
    Stopped,
    TargetNotFound,
    TraceError,
    UnsupportedAction,
    UsageError,
)
from actions.screen import Box, Element, Frozen, Hit, ListedElement, Observation, Place, Platform, Point, Result
from actions.task import Language, Task
from actions.vocabulary import (
    Action,
    Answer,
    Ask,
    Back,
    Click,
    Drag,
    Finish,
    Home,
    Hover,
    LongPress,
    Open,
    Press,
    Scroll,
    Select,
    Type,
    Wait,
    parse_action,
    place_of,
)

__all__ = [
    "Action", "ActionError", "Answer", "Ask", "Back", "Blocked", "Box", "Click", "DeviceError", "DeviceLost", "Drag",
    "DriverMissing", "Element", "EndpointError", "EndpointRefused", "EndpointTimeout", "Finish", "Frozen",
    "GuiAgentError", "Hit", "Home", "Hover", "Language", "ListedElement", "LongPress", "Observation", "Open",
    "ParseError", "ParseErrorKind", "Place", "Platform", "Point", "Press", "Result", "Scroll", "Select",
    "Stopped", "TargetNotFound", "Task", "TraceError",
    "Type", "UnsupportedAction", "UsageError", "Wait", "parse_action", "place_of",
]  # fmt: skip
