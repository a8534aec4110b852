"""The variables of a trace: values that it was recorded with, found again in its steps, and steps with other values."""

from agent.params.derive import derive
from agent.params.model import Param, Params, Unclear, Use
from agent.params.renewal import Extra, Renewal
from agent.params.store import carried, edited, read_params, write_params

__all__ = [
    "Extra", "Param", "Params", "Renewal", "Unclear", "Use", "carried", "derive", "edited", "read_params",
    "write_params",
]  # fmt: skip
