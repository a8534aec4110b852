"""The arguments of one call, read by name and kind; every deviation is recorded or refused."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from actions import Observation, ParseError, ParseErrorKind, Place
from prompts.coordinates import Style, read_place
from prompts.glm.keys import split_keys
from prompts.grammar import Call, Repairs, Value
from prompts.tokens import plain

_NUMBER = re.compile(r"-?\d{1,9}(?:\.\d{1,17})?(?:[eE]-?\d{1,2})?")
_FLAGS = {"true": True, "false": False, "1": True, "0": False}


@dataclass(frozen=True)
class Writing:
    """How a dialect writes values: the form of its places, whether they stand in quotes, and JSON or Python's way."""

    place: Style = "point"
    quoted_places: bool = True
    json: bool = False


IN_QUOTES = Writing()


class Arguments:
    """What a call was given. Each reader raises ParseError: missing_argument, bad_argument or bad_coordinates."""

    def __init__(
        self,
        name: str,
        call: Call,
        known: Collection[str],
        aliases: Mapping[str, str],
        repairs: Repairs,
        seen: Observation,
        raw: str,
        *,
        pixels: bool,
        writing: Writing = IN_QUOTES,
    ) -> None:
        self._name = name
        self._repairs = repairs
        self._seen = seen
        self._raw = raw
        self._pixels = pixels
        self._writing = writing
        self._unquoted = "value_coerced" if writing.json else "quotes_normalised"
        self._start = call.start
        self._values: dict[str, Value] = {}
        for written, value in call.args.items():
            key = written.lower()
            if key not in known and key in aliases:
                repairs.add(f"alias:{written}→{aliases[key]}")
                key = aliases[key]
            elif key in known and key != written:
                repairs.add("case_folded")
            if key not in known:
                repairs.add(f"unknown_arg_dropped:{written}")
            elif key in self._values:
                raise self._error("bad_argument", f"{key} is given twice")
            else:
                self._values[key] = value

    def has(self, key: str) -> bool:
        return key in self._values

    def place(self, key: str, own: Style | None = None) -> Place:
        value = self._value(key)
        if self._writing.quoted_places and value.kind != "string":
            self._repairs.add("place_unquoted")
        elif not self._writing.quoted_places and value.kind == "string":
            self._repairs.add("coord_string")
        return read_place(
            value.text,
            name=f"{self._name}.{key}",
            width=self._seen.width,
            height=self._seen.height,
            repairs=self._repairs,
            own=own or self._writing.place,
            pixels=self._pixels,
            raw=self._raw,
            at=value.at,
        )

    def optional_place(self, key: str) -> Place | None:
        """The place if one is given; an empty one is none."""
        if key not in self._values:
            return None
        if self._values[key].text.strip("[]() \n") in ("", "null", "None"):
            self._repairs.add("empty_box_dropped")
            return None
        return self.place(key)

    def text(self, key: str, *, empty: bool = False) -> str:
        value = self._value(key)
        if self._writing.json and (value.kind in ("list", "object") or value.text in ("null", "None")):
            raise self._error("bad_argument", f"{key} {value.text[:40]!r} is no text", at=value.at)
        if value.kind != "string":
            self._repairs.add(self._unquoted)
        if not value.text and not empty:
            raise self._error("bad_argument", f"{key} is empty", at=value.at)
        return plain(value.text)

    def keys(self, key: str) -> tuple[str, ...]:
        value = self._value(key)
        written = value.text
        if value.kind == "list":
            self._repairs.add("value_coerced")
            written = "+".join(re.findall(r"[^\s,\[\]()'\"]+", written))
        elif value.kind == "word":
            self._repairs.add(self._unquoted)
        keys = split_keys(written)
        if not keys:
            raise self._error(
                "bad_argument", f"{key} {written!r} names no keys", "one key or a chord: 'ctrl+c'", value.at
            )
        return keys

    def choice(self, key: str, choices: Sequence[str], aliases: Mapping[str, str] | None = None) -> str:
        value = self._value(key)
        if value.kind != "string":
            self._repairs.add(self._unquoted)
        word = value.text.strip()
        if aliases and word.lower() in aliases:
            self._repairs.add(f"alias:{word}→{aliases[word.lower()]}")
            word = aliases[word.lower()]
        if word not in choices and word.lower() in choices:
            self._repairs.add("case_folded")
            word = word.lower()
        if word not in choices:
            raise self._error("bad_argument", f"{key} {word[:40]!r}", f"one of {', '.join(choices)}", value.at)
        return word

    def number(self, key: str, *, default: float, silent: bool = False) -> float:
        if key not in self._values:
            if not silent:
                self._repairs.add(f"default:{key}")
            return default
        value = self._values[key]
        if value.kind == "string":
            self._repairs.add("value_coerced")
        if not _NUMBER.fullmatch(value.text.strip()):
            raise self._error("bad_argument", f"{key} {value.text[:40]!r} is no number", at=value.at)
        return float(value.text)

    def flag(self, key: str, *, default: bool, silent: bool = True) -> bool:
        if key not in self._values:
            if not silent:
                self._repairs.add(f"default:{key}")
            return default
        value = self._values[key]
        word = value.text.strip().lower()
        if value.kind == "string" or word in ("0", "1"):
            self._repairs.add("value_coerced")
        if word not in _FLAGS:
            raise self._error("bad_argument", f"{key} {value.text[:40]!r}", "True or False", value.at)
        return _FLAGS[word]

    def _value(self, key: str) -> Value:
        if key not in self._values:
            raise self._error("missing_argument", key, f"{self._name}({key}=…)")
        return self._values[key]

    def _error(self, kind: ParseErrorKind, detail: str, expected: str = "", at: int | None = None) -> ParseError:
        return ParseError(
            kind, f"{self._name}.{detail}", expected=expected, raw=self._raw, at=self._start if at is None else at
        )
