"""From `--secret key=ENV_VAR@ORIGIN` to secrets, and to what the model knows of them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from pydantic import SecretStr

from actions import Type, UsageError
from actions.secret import placeholder, secret_of

if TYPE_CHECKING:
    from agent.replay.plan import Plan
    from agent.settings import Settings
    from envs.web.secrets import Secret

_FLAG = re.compile(r"(?P<key>[^\s=<>@]+)=(?P<variable>[^\s=@]+)(?:@(?P<origin>\S+))?")


class SecretFlags(NamedTuple):
    """`--secret` and `--secret-in-clear` as they were typed."""

    secrets: tuple[str, ...] = ()
    in_clear: tuple[str, ...] = ()

    def read(self, settings: Settings, start: str = "") -> tuple[Secret, ...]:
        """The secrets, their values from the environment's variables. Raises UsageError naming what is wrong.

        Those without an origin are for that of `start`; if that is empty, for the one that the screen begins at.
        """
        if not self.secrets and not self.in_clear:
            return ()
        if settings.env != "web":
            raise UsageError(f"--secret is for the web only so far; this is --env {settings.env}")
        from envs.web.secrets import Secret, origin_of

        variables: dict[str, str] = {}
        origins: dict[str, set[str]] = {}
        for flag in self.secrets:
            match = _FLAG.fullmatch(flag)
            if match is None:
                raise UsageError(
                    "a --secret is no KEY=VARIABLE or KEY=VARIABLE@ORIGIN; it takes the name of an environment "
                    "variable that holds the value, such as password=SHOP_PASSWORD@shop.example"
                )
            key, variable = match["key"], match["variable"]
            if variables.setdefault(key, variable) != variable:
                raise UsageError(f"--secret {key} names two variables, {variables[key]} and {variable}; give it one")
            origins.setdefault(key, set()).update([origin_of(match["origin"])] if match["origin"] else [])
        if unknown := [key for key in self.in_clear if key not in variables]:
            raise UsageError(f"--secret-in-clear {unknown[0]} names no --secret")
        home = {origin_of(start)} if start else set()
        return tuple(
            Secret(key, _value(key, variable), frozenset(origins[key] or home), key in self.in_clear)
            for key, variable in variables.items()
        )


def _value(key: str, variable: str) -> SecretStr:
    value = os.environ.get(variable, "")
    if not value:
        raise UsageError(
            f"--secret {key} takes the variable {variable}, which is {'empty' if variable in os.environ else 'not set'}"
        )
    return SecretStr(value)


def with_secrets(data: Mapping[str, str], secrets: Iterable[Secret]) -> dict[str, str]:
    """The values of a task with what stands for each secret. Raises UsageError if a name is taken."""
    named = {secret.key: placeholder(secret.key) for secret in secrets}
    if both := [key for key in named if data.get(key, named[key]) != named[key]]:
        raise UsageError(f"{both[0]} is both a value and a secret; give it one name of its own")
    return {**data, **named}


def require(texts: Iterable[str], secrets: Iterable[Secret]) -> None:
    """Raises UsageError if one of the texts stands for a secret that was not given."""
    given = {secret.key for secret in secrets}
    missing = sorted({key for text in texts if (key := secret_of(text)) is not None} - given)
    if missing:
        names = ", ".join(map(placeholder, missing))
        flags = " ".join(f"--secret {key}=VARIABLE" for key in missing)
        raise UsageError(f"the trace types {names} and does not hold what that stands for; give {flags}")


def typed_in(steps: Plan) -> list[str]:
    """Every text that the moves of a trace type."""
    return [move.action.text for move in steps.moves if isinstance(move.action, Type)]
