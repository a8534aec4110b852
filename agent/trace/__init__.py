"""The record of one run on disk: `lines` is the format, `writer` and `reader` are its two ends."""

from agent.trace.lines import (
    FILE,
    VERSION,
    Found,
    Header,
    OutcomeLine,
    PromptMessage,
    PromptPart,
    Resumed,
    Rung,
    Screen,
    StepLine,
    header,
)
from agent.trace.reader import Trace, read_trace
from agent.trace.turn import CROP_MARGIN, Turn, crop_frame
from agent.trace.writer import TraceWriter, new_folder, prompt_text

__all__ = [
    "CROP_MARGIN", "FILE", "VERSION", "Found", "Header", "OutcomeLine", "PromptMessage", "PromptPart", "Resumed",
    "Rung", "Screen", "StepLine", "Trace", "TraceWriter", "Turn", "crop_frame", "header", "new_folder", "prompt_text",
    "read_trace",
]  # fmt: skip
