"""What is to be done: an instruction, the values that belong to it, and where it starts."""

from __future__ import annotations

import datetime
from typing import Literal

from pydantic import Field, field_validator

from actions.screen import Frozen

Language = Literal["en", "zh"]


class Task(Frozen):
    """One job for the agent.

    `instruction` is in the user's own words; `data` are values that it needs, by name; `start` is the URL or the
    application that the run began at; `screen` is the display or phone that it runs on, "virtual" for one made for the
    run, "" if none was named; `today` is what "tomorrow" counts from. `language` is that of the prompts; None
    lets the instruction's own language choose.
    """

    instruction: str
    data: dict[str, str] = Field(default_factory=dict)
    start: str = ""
    screen: str = ""
    today: datetime.date = Field(default_factory=datetime.date.today)
    language: Language | None = None

    @field_validator("instruction")
    @classmethod
    def _says_something(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("the instruction is empty: say what is to be done")
        return value.strip()
