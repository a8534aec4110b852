"""What the arguments of a call mean: an action of the vocabulary, by its own fields and types."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from actions import Action, Observation, ParseError, ParseErrorKind, Place, parse_action
from prompts.coordinates import read_place, write_place
from prompts.glm.keys import split_keys
from prompts.glm.shared import refused
from prompts.grammar import Repairs
from prompts.tokens import plain
from prompts.tools.calls import Called, Number
from prompts.tools.functions import FUNCTIONS, MEMORY, REASON, Function, Parameter

_ALIASES = {
    "type_text": "type", "input_text": "type", "tap": "click", "left_click": "click", "key": "press",
    "press_key": "press", "hotkey": "press", "goto": "open", "navigate": "open", "open_url": "open", "open_app": "open",
    "go_back": "back", "navigate_back": "back", "navigate_home": "home", "select_option": "select",
}  # fmt: skip
_ANYWHERE = {"bbox_2d": "box_2d", "box": "box_2d", "submit": "enter", "press_enter": "enter", "thought": REASON}
_ARGUMENT_ALIASES: Mapping[str, Mapping[str, str]] = {
    "type": {"content": "text"},
    "press": {"key": "keys"},
    "scroll": {"amount": "steps", "step": "steps"},
    "drag": {"from_box": "start_box", "to_box": "end_box"},
    "select": {"text": "option", "value": "option"},
    "open": {"url": "target", "app_name": "target", "app": "target"},
    "ask": {"text": "question"},
    "finish": {"text": "answer", "goal_status": "status"},
}
_CHOICE_ALIASES = {"completed": "complete", "success": "complete", "impossible": "infeasible"}
_FLAGS = {"true": True, "false": False, "1": True, "0": False}
_NUMBER = re.compile(r"-?\d{1,9}(?:\.\d{1,20})?(?:[eE][+-]?\d{1,2})?")


class Meaning:
    """One call, understood. Raises ParseError, also for a function that there is none of.

    `action` is what it asks for, `reason` why, `memory` what to remember (None: nothing was said).
    """

    def __init__(self, call: Called, seen: Observation, raw: str, *, pixels: bool = False) -> None:
        self.repairs = Repairs()
        self._seen, self._raw, self._at, self._pixels = seen, raw, call.at, pixels
        function = self._function(call.name)
        self._name = function.name
        values = self._named(call.values, function)
        self.reason = self._text(REASON, values.pop(REASON, None)) or ""
        self.memory = self._text(MEMORY, values.pop(MEMORY, None))
        fields: dict[str, Any] = {"kind": function.name}
        for parameter in function.parameters:
            value = self._value(parameter, values.get(parameter.name))
            if value is not None:
                fields[parameter.field] = value
            elif parameter.required:
                raise self._error("missing_argument", parameter.name, f"{self._name} with {parameter.name}")
        if function.name == "type" and not fields["text"] and not fields.get("replace"):
            raise self._error("bad_argument", "text is empty", "a text, or replace to clear the field")
        try:
            self.action: Action = parse_action(fields)
        except ValidationError as error:
            raise refused(error, self._name, raw) from error

    def _function(self, written: str) -> Function:
        name = re.split(r"[.:/]", written.strip())[-1]
        found = name if name in FUNCTIONS else name.lower()
        found = _ALIASES.get(found, found)
        if found not in FUNCTIONS:
            known = ", ".join(FUNCTIONS)
            raise ParseError(
                "unknown_action", f"there is no function {written[:60]!r}", expected=f"one of {known}", raw=self._raw,
                at=self._at,
            )  # fmt: skip
        if found != written:
            self.repairs.add("case_folded" if found == written.lower() else f"alias:{written[:60]}→{found}")
        return FUNCTIONS[found]

    def _named(self, written: Mapping[str, Any], function: Function) -> dict[str, Any]:
        """The arguments by their right names, without those that the function does not have."""
        known = {REASON, MEMORY, *(parameter.name for parameter in function.parameters)}
        aliases = {**_ANYWHERE, **_ARGUMENT_ALIASES.get(function.name, {})}
        values: dict[str, Any] = {}
        for key, value in written.items():
            name = key if key in known else key.lower().strip()
            if name not in known and aliases.get(name) in known:
                self.repairs.add(f"alias:{key[:60]}→{aliases[name]}")
                name = aliases[name]
            elif name in known and name != key:
                self.repairs.add("case_folded")
            if name not in known:
                self.repairs.add(f"unknown_arg_dropped:{key[:60]}")
            elif name in values:
                raise self._error("bad_argument", f"{name} is given twice")
            else:
                values[name] = value
        return values

    def _value(self, parameter: Parameter, value: Any) -> Any:
        if value is None:
            return None
        match parameter.kind:
            case "place":
                return self._place(parameter, value)
            case "text":
                return self._text(parameter.name, value)
            case "choice":
                return self._choice(parameter, value)
            case "keys":
                return self._keys(parameter, value)
            case "flag":
                return self._flag(parameter, value)
            case _:
                return self._number(parameter, value)

    def _place(self, parameter: Parameter, value: Any) -> Place | None:
        if not parameter.required and value in ([], "", [[]], {}):
            self.repairs.add("empty_box_dropped")
            return None
        if isinstance(value, str):
            self.repairs.add("coord_string")
        return read_place(
            value if isinstance(value, str) else _written(value),
            name=f"{self._name}.{parameter.name}",
            width=self._seen.width,
            height=self._seen.height,
            repairs=self.repairs,
            own="flat box",
            pixels=self._pixels,
            raw=self._raw,
            at=self._at,
        )

    def _text(self, name: str, value: Any) -> str | None:
        if value is None:
            return None
        if isinstance(value, Number):
            self.repairs.add("value_coerced")
            return str(value)
        if not isinstance(value, str):
            if name not in (REASON, MEMORY):
                raise self._error("bad_argument", f"{name} is {_kind(value)}, not a text")
            # a memory may well be a list of facts; it is only ever shown again
            self.repairs.add("value_coerced")
            return plain(json.dumps(value, ensure_ascii=False))
        return plain(value)

    def _choice(self, parameter: Parameter, value: Any) -> str:
        word = value.strip() if isinstance(value, str) else ""
        if word not in parameter.choices:
            folded = word.lower()
            alias = _CHOICE_ALIASES.get(folded, folded)
            if alias not in parameter.choices:
                shown = value[:40] if isinstance(value, str) else _kind(value)
                raise self._error(
                    "bad_argument", f"{parameter.name} {shown!r}", f"one of {', '.join(parameter.choices)}"
                )
            self.repairs.add("case_folded" if alias == folded else f"alias:{word[:40]}→{alias}")
            word = alias
        return word

    def _keys(self, parameter: Parameter, value: Any) -> tuple[str, ...]:
        items = value if isinstance(value, list) else [value]
        keys: list[str] = []
        for item in items:
            if not isinstance(item, str):
                raise self._error("bad_argument", f"{parameter.name} holds {_kind(item)}, not a key", '["ctrl", "c"]')
            key = plain(item)
            split = (key,) if len(key) == 1 else split_keys(key)
            keys += split
            if not isinstance(value, list) or split != (key,):
                self.repairs.add("value_coerced")
            if not split:
                raise self._error("bad_argument", f"{parameter.name} {item[:40]!r} names no key", '["ctrl", "c"]')
        return tuple(keys)

    def _flag(self, parameter: Parameter, value: Any) -> bool:
        if isinstance(value, bool):
            return value
        word = value.strip().lower() if isinstance(value, str) else ""
        if word not in _FLAGS:
            raise self._error("bad_argument", f"{parameter.name} is {_kind(value)}", "true or false")
        self.repairs.add("value_coerced")
        return _FLAGS[word]

    def _number(self, parameter: Parameter, value: Any) -> float | int:
        written = value.strip() if isinstance(value, str) else ""
        if not _NUMBER.fullmatch(written):
            shown = value[:40] if isinstance(value, str) else _kind(value)
            raise self._error("bad_argument", f"{parameter.name} {shown!r} is no number")
        if not isinstance(value, Number):
            self.repairs.add("value_coerced")
        number = float(written)
        return int(number) if parameter.kind == "count" and number.is_integer() else number

    def _error(self, kind: ParseErrorKind, detail: str, expected: str = "") -> ParseError:
        return ParseError(kind, f"{self._name}.{detail}", expected=expected, raw=self._raw, at=self._at)


def arguments_of(action: Action) -> dict[str, Any]:
    """The arguments that ask for an action, those left out that have their defaults."""
    found: dict[str, Any] = {}
    for parameter in FUNCTIONS[action.kind].parameters:
        value = getattr(action, parameter.field)
        if not parameter.required and value == parameter.default:
            continue
        match parameter.kind:
            case "place":
                found[parameter.name] = json.loads(write_place(value))
            case "keys":
                found[parameter.name] = list(value)
            case "number":
                found[parameter.name] = int(value) if float(value).is_integer() else value
            case _:
                found[parameter.name] = value
    return found


def _written(value: Any) -> str:
    """A JSON value as text, its numbers as they were written."""
    if isinstance(value, list):
        return "[" + ",".join(map(_written, value)) + "]"
    return str(value) if isinstance(value, Number) else json.dumps(value)


def _kind(value: Any) -> str:
    """What a value is, in words for the model."""
    if isinstance(value, Number):
        return f"the number {value[:20]}"
    names = {bool: "true or false", str: "a text", list: "a list", dict: "an object"}
    return names.get(type(value), "null")
