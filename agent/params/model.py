"""The variables of a trace: which values it was run with, and where they were used."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple
from urllib.parse import unquote

from actions import Frozen, Hit, UsageError
from agent.params import forms

VERSION = 1
Where = Literal["text", "option", "target", "name", "when", "kept"]
"""What of a step a value went into: typed `text`, the `option` chosen, the `target` opened, the `name` of what was
clicked, `when` for a box that is ticked only if the value says so, and `kept` for what a field held already."""

TICKED = frozenset({"checkbox", "switch", "menuitemcheckbox"})
"""The roles of what is ticked or not."""

_SLOT = re.compile(r"\{\{|\}\}|\{([^{}|]+)((?:\|[^{}|]*)*)\}")


class Use(Frozen):
    """One place in a trace that a value went into.

    `template` is that text with the value's name for the value, such as "Dear {guest}," or "{arrival|date:%m/%d/%Y}";
    what stands after the bar is a form (see agent.params.forms), and a brace of the text itself is doubled. `options`
    are the choices that were offered, where the template has words of its own around the value. `held` is the field,
    where `field` is "kept".
    """

    n: int
    field: Where
    template: str
    options: tuple[str, ...] = ()
    held: Hit | None = None

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The places of values in the template, in order."""
        return tuple(piece for piece in pieces(self.template) if isinstance(piece, Slot))

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters of the template, in order."""
        return tuple(slot.name for slot in self.slots)


class Param(Frozen):
    """One value by its name, as it was recorded; `reads` is the form of a date or time that it is written in."""

    name: str
    value: str
    reads: str = ""
    uses: tuple[Use, ...] = ()


class Unclear(Frozen):
    """A text of a step that may be a use of several parameters, or a date that can be read in two ways."""

    n: int
    field: Where
    text: str
    names: tuple[str, ...]


class Params(Frozen):
    """All parameters of a trace, in the order of its task's data."""

    version: int = VERSION
    params: tuple[Param, ...] = ()
    unclear: tuple[Unclear, ...] = ()
    ignored: tuple[str, ...] = ()
    """Names whose values are not used: the trace keeps what it was recorded with."""

    def get(self, name: str) -> Param:
        """The parameter of that name; raises UsageError, naming those that there are."""
        for param in self.params:
            if param.name == name:
                return param
        known = ", ".join(param.name for param in self.params) or "none"
        raise UsageError(f"the trace has no parameter {name!r}; it has: {known}")

    def recorded(self) -> dict[str, str]:
        """The values that the trace was recorded with."""
        return {param.name: param.value for param in self.params}

    def uses(self) -> dict[tuple[int, Where], Use]:
        """What was put into steps, each once, by step and field; a text with two parameters stands under both."""
        return {(use.n, use.field): use for param in self.params for use in param.uses if use.field != "kept"}

    def kept(self) -> tuple[Use, ...]:
        """The fields that held a value already."""
        return tuple(use for param in self.params for use in param.uses if use.field == "kept")


class Slot(NamedTuple):
    """The place of a value in a template."""

    name: str
    form: str = ""


def pieces(template: str) -> Iterator[str | Slot]:
    """A template's texts and slots, in order."""
    at = 0
    for match in _SLOT.finditer(template):
        if match.start() > at:
            yield template[at : match.start()]
        yield Slot(unquote(match[1]), match[2][1:]) if match[1] else match[0][0]
        at = match.end()
    if at < len(template):
        yield template[at:]


def template_of(parts: Iterator[str | Slot] | list[str | Slot]) -> str:
    """The template that has these texts and slots."""
    return "".join(
        re.sub(r"[{}]", r"\g<0>\g<0>", part)
        if isinstance(part, str)
        else "{" + _quoted(part.name) + (f"|{part.form}" if part.form else "") + "}"
        for part in parts
    )


def filled(template: str, values: Mapping[str, str], params: Mapping[str, Param]) -> str:
    """The template with values; raises UsageError, naming the parameter, if one does not fit."""
    return "".join(
        piece if isinstance(piece, str) else _written(piece, values[piece.name], params[piece.name])
        for piece in pieces(template)
    )


def _written(slot: Slot, value: str, param: Param) -> str:
    try:
        return forms.write(value, slot.form, param.reads)
    except forms.Unfit as problem:
        raise UsageError(f"{param.name}: {value!r} {problem}") from problem


def _quoted(name: str) -> str:
    return re.sub(r"[{}|%]", lambda match: f"%{ord(match[0]):02X}", name)
