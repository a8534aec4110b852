"""What became of each value and each field, for people and programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import Field

from actions import Frozen
from agent.outcome import Outcome


class Entered(Frozen):
    """A value and the field that takes it. `holds` is what the field was seen to hold; `value` and `holds` of secrets
    are dots."""

    key: str
    field: str
    value: str
    holds: str
    right: bool


class Report(Frozen):
    """A form after it was filled in.

    `no_field` says by key of each value without a field why; `no_value` names the required fields that no value is
    for; `messages` are what the page says is wrong. `button` is what was pressed last or would be pressed next, ""
    if none was found. `sent` is "no", "yes", or "maybe" where it was pressed and the page does not say what came of it.
    """

    entered: tuple[Entered, ...] = ()
    no_field: dict[str, str] = Field(default_factory=dict)
    no_value: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()
    button: str = ""
    sent: Literal["no", "yes", "maybe"] = "no"

    @property
    def differs(self) -> tuple[Entered, ...]:
        """The fields that do not hold what was entered."""
        return tuple(one for one in self.entered if not one.right)

    def faults(self) -> str:
        """Why the form must not be sent, "" if it may be."""
        found = [f"no field for {key}" + (f" ({why})" if why else "") for key, why in self.no_field.items()]
        if self.no_value:
            found.append(
                "no value for " + ", ".join(f"'{name}'" for name in self.no_value) + ", which must be filled in"
            )
        found += [f"'{one.field}' holds '{one.holds}', not '{one.value}' ({one.key})" for one in self.differs]
        found += [f"the page says: {message}" for message in self.messages]
        return "; ".join(found)

    def lines(self) -> Iterator[str]:
        """A table for people: the field, what it holds, and the value's key."""
        rows = [
            (one.field, one.holds if one.right else f"{one.holds} (not {one.value})", one.key) for one in self.entered
        ]
        rows += [("-", "no field" + (f": {why}" if why else ""), key) for key, why in self.no_field.items()]
        rows += [(name, "no value, and must be filled in", "-") for name in self.no_value]
        if not rows:
            return
        rows.insert(0, ("FIELD", "HOLDS", "VALUE"))
        wide, high = (min(48, max(len(row[column]) for row in rows)) for column in (0, 1))
        for field, shown, key in rows:
            yield f"{_cut(field):{wide}}  {_cut(shown):{high}}  {key}".rstrip()

    def as_json(self) -> dict[str, Any]:
        """For --json, beside what every command says there."""
        return {
            "filled": [one.model_dump() for one in self.entered],
            "no_field": self.no_field,
            "no_value": list(self.no_value),
            "differs": [one.key for one in self.differs],
            "messages": list(self.messages),
            "button": self.button,
            "sent": self.sent,
        }


class Filled(Frozen):
    """How filling a form ended, and what became of each value."""

    outcome: Outcome
    report: Report


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 48 else line[:47] + "…"
