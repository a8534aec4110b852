"""Which dialects there are: the built-in ones, and those of installed packages.

A package adds one by an entry point of the group `handeye.dialects`, whose name is the dialect's and whose object is
called with `prompts` (a folder of wordings, or None) and gives a Dialect.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from actions import Platform, UsageError
from prompts.base import Dialect

GROUP = "handeye.dialects"
Factory = Callable[[Path | None], Dialect]


def _pc(folder: Path | None) -> Dialect:
    from prompts.glm41v.pc import Glm41vPc

    return Glm41vPc(folder)


def _web(folder: Path | None) -> Dialect:
    from prompts.glm41v.web import Glm41vWeb

    return Glm41vWeb(folder)


_BUILT_IN: dict[str, Factory] = {"glm41v-pc": _pc, "glm41v-web": _web}
_FITTING: dict[str, dict[Platform, str]] = {
    "glm41v": {"web": "glm41v-web", "desktop": "glm41v-pc"},
    "handeyereader": {"web": "glm41v-web", "desktop": "glm41v-pc"},
}
"""The dialect of a model on each platform, by what the model's name contains when only its letters and digits count."""

_folder: Path | None = None


def names() -> list[str]:
    """The names of all dialects, sorted."""
    return sorted({*_BUILT_IN, *_installed()})


def use_prompts(folder: Path | None) -> None:
    """Take the wording of every dialect from this folder from now on, where it has one. Raises UsageError."""
    global _folder
    if folder is not None:
        known = [f"{name}.txt" for name in names()]
        if not folder.is_dir():
            raise UsageError(f"--prompts {folder} is no folder; give one that holds {' or '.join(known)}")
        found = {path.name.split(".")[0] for path in folder.glob("*.txt")}
        if not found & set(names()):
            raise UsageError(f"--prompts {folder} holds none of {', '.join(known)}")
    _folder = folder


def get(name: str, prompts: Path | None = None) -> Dialect:
    """The dialect of that name; `prompts` is a folder with a wording of its own. Raises UsageError."""
    folder = prompts if prompts is not None else _folder
    if name in _BUILT_IN:
        return _BUILT_IN[name](folder)
    installed = _installed()
    if name not in installed:
        raise UsageError(f"there is no dialect {name!r}; known are: {', '.join(names())}")
    try:
        made: Dialect = installed[name].load()(folder)
    except ImportError as error:
        raise UsageError(
            f"the dialect {name!r} cannot be loaded ({error}); reinstall {installed[name].value}"
        ) from error
    return made


def choose(model_name: str, platform: Platform) -> Dialect:
    """The dialect that a model speaks on a platform, by the model's name. Raises UsageError."""
    key = re.sub(r"[^a-z0-9]", "", model_name.lower())
    for part, by_platform in _FITTING.items():
        if part in key:
            if platform not in by_platform:
                raise UsageError(f"no dialect of {model_name!r} for {platform} yet; known are: {', '.join(names())}")
            return get(by_platform[platform])
    raise UsageError(
        f"it is not known how the model {model_name!r} speaks; say it with --dialect, one of: {', '.join(names())}"
    )


@lru_cache
def _installed() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=GROUP)}
