"""The values that belong to a task: `--data FILE` and `-d key=value`."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from actions import UsageError

FORMS = 'a flat object of names and values, such as {"name": "Ana Silva", "guests": 2}'


def load_data(file: Path | None, pairs: Iterable[str]) -> dict[str, str]:
    """The values of a JSON or TOML file, then those of `key=value` pairs, which win. Raises UsageError."""
    values = _read_file(file) if file is not None else {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key.strip():
            raise UsageError(f"-d {pair!r} is no key=value pair")
        values[key.strip()] = value
    return values


def _read_file(file: Path) -> dict[str, str]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"--data {file} cannot be read: {error}") from error
    try:
        data = tomllib.loads(text) if file.suffix == ".toml" else json.loads(text)
    except (ValueError, RecursionError) as error:
        kind = "TOML" if file.suffix == ".toml" else "JSON"
        raise UsageError(f"--data {file} is not {kind} ({error}); it takes {FORMS}") from error
    if not isinstance(data, dict):
        raise UsageError(f"--data {file} holds {type(data).__name__}; it takes {FORMS}")
    return {str(key): _as_text(file, str(key), value) for key, value in data.items()}


def _as_text(file: Path, key: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or isinstance(value, dict | list):
        raise UsageError(f"--data {file}: the value of {key!r} must be text, a number, a date or true/false")
    return str(value)
