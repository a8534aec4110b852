"""The functions that a model may call: one for each action, made from the vocabulary itself.

Names, types, choices and defaults are those of the actions; only the words that describe them are a text file's, with a
line `function: text`, `function.parameter: text` or, for that parameter of every function, `*.parameter: text`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from actions import Action, Box, Frozen, Platform, Point, UsageError

Kind = Literal["place", "text", "choice", "number", "count", "flag", "keys"]
REASON, MEMORY = "reason", "memory"
"""What every function takes besides its action's own: why, and what to remember."""

_WORDS = {"at": "box_2d", "into": "box_2d", "start": "start_box", "end": "end_box", "submit": "enter"}
"""Parameters that models know by another name than the vocabulary's."""
_LACKING: Mapping[Platform, frozenset[str]] = {
    "web": frozenset(),
    "desktop": frozenset({"select", "back", "home"}),
    "android": frozenset({"hover", "select", "click.button"}),
}
_TYPES: Mapping[Kind, dict[str, Any]] = {
    "place": {"type": "array", "items": {"type": "integer"}, "minItems": 4, "maxItems": 4},
    "text": {"type": "string"},
    "choice": {"type": "string"},
    "number": {"type": "number"},
    "count": {"type": "integer"},
    "flag": {"type": "boolean"},
    "keys": {"type": "array", "items": {"type": "string"}},
}


@dataclass(frozen=True)
class Parameter:
    """One parameter: its name, the action's field behind it, and how its values are read."""

    name: str
    field: str
    kind: Kind
    required: bool
    choices: tuple[str, ...] = ()
    default: Any = None


@dataclass(frozen=True)
class Function:
    """One function and the action that calling it asks for."""

    name: str
    action: type[Frozen]
    parameters: tuple[Parameter, ...]


def _function(action: type[Frozen]) -> Function:
    parameters = []
    for field, info in action.model_fields.items():
        if field == "kind":
            continue
        kind, choices = _kind(info.annotation)
        default = None if info.is_required() else info.get_default(call_default_factory=True)
        parameters.append(Parameter(_WORDS.get(field, field), field, kind, info.is_required(), choices, default))
    return Function(str(action.model_fields["kind"].default), action, tuple(parameters))


def _kind(annotation: Any) -> tuple[Kind, tuple[str, ...]]:
    """How values of a field's type are read, and its choices."""
    if get_origin(annotation) is Literal:
        return "choice", get_args(annotation)
    if get_origin(annotation) is tuple:
        return "keys", ()
    plain = {bool: "flag", int: "count", float: "number", str: "text", Box: "place", Point: "place"}
    kinds: set[Any] = set()
    for part in get_args(annotation) or (annotation,):
        bare = (get_args(part) or (part,))[0] if get_origin(part) is not None else part
        if bare is not NoneType:
            kinds.add(plain[bare])
    (kind,) = kinds
    return kind, ()


FUNCTIONS: Mapping[str, Function] = {
    function.name: function for function in map(_function, get_args(get_args(Action)[0]))
}


class Descriptions:
    """The words for all functions, from a text file. Raises UsageError for one that lacks some or has others."""

    def __init__(self, text: str, source: str) -> None:
        self._words: dict[str, str] = {}
        for number, line in enumerate(text.splitlines(), start=1):
            if not line.strip():
                continue
            name, colon, words = line.partition(":")
            if not colon or not words.strip():
                raise UsageError(f"line {number} of {source} is not `function: words`: {line[:60]!r}")
            if name.strip() in self._words:
                raise UsageError(f"{source} describes {name.strip()} twice")
            self._words[name.strip()] = words.strip()
        known = {"*." + name for name in (REASON, MEMORY)}
        for function in FUNCTIONS.values():
            known |= {function.name}
            for parameter in function.parameters:
                known |= {f"{function.name}.{parameter.name}", f"*.{parameter.name}"}
        if stray := sorted(self._words.keys() - known):
            raise UsageError(f"{source} describes {', '.join(stray)}, which no function has")
        needed = [self.of(function.name) for function in FUNCTIONS.values()]
        needed += [self.of(function.name, p.name) for function in FUNCTIONS.values() for p in function.parameters]
        needed += [self.of("*", name) for name in (REASON, MEMORY)]
        if missing := sorted({lacking for found, lacking in needed if not found}):
            raise UsageError(f"{source} lacks a line for {', '.join(missing)}")

    def of(self, function: str, parameter: str = "") -> tuple[str, str]:
        """The words for a function or one of its parameters ("" if there are none), and the line they belong on."""
        name = f"{function}.{parameter}" if parameter else function
        return self._words.get(name) or self._words.get(f"*.{parameter}", ""), name

    def tools(self, platform: Platform) -> list[dict[str, Any]]:
        """The functions of a platform as a chat-completions request carries them."""
        lacking = _LACKING[platform]
        return [self._tool(function, lacking) for function in FUNCTIONS.values() if function.name not in lacking]

    def _tool(self, function: Function, lacking: frozenset[str]) -> dict[str, Any]:
        # the reason first: a model writes in this order, and should think before it points
        properties: dict[str, Any] = {REASON: {"type": "string", "description": self.of("*", REASON)[0]}}
        required = [REASON]
        for parameter in function.parameters:
            if f"{function.name}.{parameter.name}" in lacking:
                continue
            schema = {**_TYPES[parameter.kind], "description": self.of(function.name, parameter.name)[0]}
            if parameter.choices:
                schema["enum"] = list(parameter.choices)
            if parameter.required:
                required.append(parameter.name)
            elif parameter.default is not None:
                schema["default"] = parameter.default
            properties[parameter.name] = schema
        properties[MEMORY] = {"type": "string", "description": self.of("*", MEMORY)[0]}
        return {
            "type": "function",
            "function": {
                "name": function.name,
                "description": self.of(function.name)[0],
                "parameters": {"type": "object", "properties": properties, "required": required},
            },
        }
