"""One tolerant scanner for models' answers. It reads shapes, reports what it put right, and evaluates nothing."""

from prompts.grammar.calls import Call, Value
from prompts.grammar.envelope import Answer, open_envelope
from prompts.grammar.repairs import Repairs
from prompts.grammar.search import Found, Memory, find_calls
from prompts.grammar.values import UnreadableValue, read_value

__all__ = [
    "Answer", "Call", "Found", "Memory", "Repairs", "UnreadableValue", "Value", "find_calls", "open_envelope",
    "read_value",
]  # fmt: skip
