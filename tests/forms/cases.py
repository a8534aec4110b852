"""What one case is: pages in a folder, and beside them a case.toml that says what is asked and what is right.

A folder holds `case.toml`, `index.html` and whatever other templates its flow needs (Jinja2, self-contained).
`dev/` may be looked at while working on the reader; the other sets are for measuring only.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

ROOT = Path(__file__).parent
SETS = ("dev", "heldout", "fresh_a", "fresh_b", "fresh_c", "fresh_d", "fresh_e", "fresh_f")


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Check(_Table):
    """A server-side rule: `field`, trimmed, must match all of `pattern`, else the form comes back with `message`."""

    field: str
    pattern: str
    message: str


class Post(_Table):
    """What the server does with a form sent to `path`.

    Accepted, it goes on to `then`. A broken check shows the template `back` again with its messages. `final` is the
    submission that the case is about; `decoy` is one that nobody asked for; `fails` answers 500 with `error.html`.
    """

    path: str
    then: str = ""
    back: str = "index.html"
    final: bool = False
    decoy: bool = False
    fails: bool = False
    checks: tuple[Check, ...] = ()


class AnyOf(_Table):
    """A field for which several values are right."""

    any: tuple[str, ...]


class Expected(_Table):
    """How the run must end.

    complete: one final submission that holds exactly `fields` (names as posted; an unticked box is absent).
    infeasible, ask: nothing accepted, and a reason with one phrase (case ignored) of each group in `mentions`;
    `fields` then says what may have been tried, for a case whose server fails.
    """

    ending: Literal["complete", "infeasible", "ask"]
    fields: dict[str, str | tuple[str, ...] | AnyOf] = Field(default_factory=dict)
    mentions: tuple[tuple[str, ...], ...] = ()

    @model_validator(mode="after")
    def _says_enough(self) -> Expected:
        if self.ending == "complete" and not self.fields:
            raise ValueError("a case that can be solved needs expected.fields")
        if self.ending != "complete" and not self.mentions:
            raise ValueError("a case that must be stopped needs expected.mentions")
        return self


Step = tuple[str, ...]
"""One move of a scripted visitor: (verb, Playwright selector or text, value)."""


class Mistake(_Table):
    """Another way through the pages, one that a judge must not let pass; `why` is a part of what the judge says."""

    name: str
    steps: tuple[Step, ...]
    why: str


class Case(_Table):
    """One form to fill: the task as a user gives it, the server's routes and the truth."""

    id: str
    set: str
    folder: Path
    language: Literal["en", "zh", "de"]
    instruction: str
    data: dict[str, str] = Field(default_factory=dict)
    pages: dict[str, str] = Field(default_factory=dict)
    posts: tuple[Post, ...]
    expected: Expected
    solution: tuple[Step, ...]
    mistakes: tuple[Mistake, ...] = ()

    @property
    def solvable(self) -> bool:
        return self.expected.ending == "complete"


def load_case(folder: Path) -> Case:
    """The case in `folder`; raises pydantic.ValidationError if its case.toml is not one."""
    with (folder / "case.toml").open("rb") as file:
        table = tomllib.load(file)
    return Case.model_validate({"id": folder.name, "set": folder.parent.name, "folder": folder, **table})


def load_cases(which: str = "all") -> Iterator[Case]:
    """Every case of a set (one of SETS, or `all`), by name."""
    for name in SETS if which == "all" else (which,):
        for file in sorted((ROOT / name).glob("*/case.toml")):
            yield load_case(file.parent)
