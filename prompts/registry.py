"""Which dialects there are: the built-in ones, and those of installed packages.

A package adds one by an entry point of the group `handeye.dialects`, whose name is the dialect's and whose object is
called with the folder of a user's wordings (or None) and gives a Dialect.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from importlib.resources import files
from pathlib import Path

from actions import Platform, UsageError
from prompts.base import Dialect

GROUP = "handeye.dialects"
ANY_MODEL = "tools"
"""The dialect of models that nothing else is known of: native tool calls."""

_BUILT_IN = {
    name: EntryPoint(name, value, GROUP)
    for name, value in {
        "autoglm-phone": "prompts.autoglm.phone:AutoGlmPhone",
        "glm41v-mobile": "prompts.glm41v.mobile:Glm41vMobile",
        "glm41v-pc": "prompts.glm41v.pc:Glm41vPc",
        "glm41v-reward": "prompts.glm41v.reward:Glm41vReward",
        "glm41v-web": "prompts.glm41v.web:Glm41vWeb",
        "glm45v-mobile": "prompts.glm45v.mobile:Glm45vMobile",
        "glm45v-pc": "prompts.glm45v.pc:Glm45vPc",
        "glm45v-web": "prompts.glm45v.web:Glm45vWeb",
        "tools": "prompts.tools.dialect:Tools",
    }.items()
}
"""Each dialect's wording lies beside its module, in text files that are named as the module."""
_OTHERS = {"fill": "prompts.fill"}
"""What has a wording of its own and is no dialect."""
_GLM41V: Mapping[Platform, str] = {"web": "glm41v-web", "desktop": "glm41v-pc", "android": "glm41v-mobile"}
_GLM45V: Mapping[Platform, str] = {"web": "glm45v-web", "desktop": "glm45v-pc", "android": "glm45v-mobile"}
_FAMILIES: Mapping[str, Mapping[Platform, str]] = {
    r"glm41v": _GLM41V,
    r"handeyereader": _GLM41V,
    r"glm45v": _GLM45V,
    r"autoglm": {"android": "autoglm-phone"},
    r"glm(4[6-9]|[5-9]\d?)v": dict.fromkeys(("web", "desktop", "android"), ANY_MODEL),
}
"""The dialects of a model on each platform, by what its name matches when only letters and digits count."""

_folder: Path | None = None


def names() -> list[str]:
    """The names of all dialects, sorted."""
    return sorted({*_BUILT_IN, *_installed()})


def get(name: str, prompts: Path | None = None) -> Dialect:
    """The dialect of that name; `prompts` is a folder with a wording of its own. Raises UsageError."""
    entry = _BUILT_IN.get(name) or _installed().get(name)
    if entry is None:
        raise UsageError(f"there is no dialect {name!r}; known are: {', '.join(names())}")
    folder = prompts if prompts is not None else _folder
    made: Dialect
    if name in _BUILT_IN:
        made = entry.load()(folder)
    else:
        source = f"{entry.value} of {entry.dist.name}" if entry.dist is not None else entry.value
        try:
            made = entry.load()(folder)
        except UsageError:
            raise
        except Exception as error:
            # another package's code: whatever it raises, the user must hear whose it is
            raise UsageError(
                f"the dialect {name!r} cannot be loaded from {source} ({type(error).__name__}: {error}); "
                "reinstall or remove that package"
            ) from error
        if not isinstance(made, Dialect):
            raise UsageError(f"the dialect {name!r} from {source} gave {type(made).__name__}, which is no Dialect")
    return made


def prompts_folder() -> Path | None:
    """The folder that `use_prompts` was given last."""
    return _folder


def usable() -> list[Dialect]:
    """Every dialect that can be loaded, by name; `faults` says of the others why not."""
    broken = faults()
    return [get(name) for name in names() if name not in broken]


def faults() -> dict[str, str]:
    """The dialects of other packages that cannot be loaded, each with the reason."""
    found: dict[str, str] = {}
    for name in _installed().keys() - _BUILT_IN.keys():
        try:
            get(name)
        except UsageError as error:
            found[name] = str(error)
    return dict(sorted(found.items()))


def choose(model_name: str, platform: Platform) -> Dialect:
    """The dialect that a model speaks on a platform, by the model's name: `tools` if the name says nothing.

    Raises UsageError if the model's family is known but not made for the platform.
    """
    family = _family(model_name)
    if family is None:
        return get(ANY_MODEL)
    if platform not in family:
        made_for = ", ".join(sorted(family))
        raise UsageError(
            f"{model_name!r} is made for {made_for}, not for {platform}; --dialect NAME tries one all the same, "
            f"known are: {', '.join(names())}"
        )
    return get(family[platform])


def knows(model_name: str) -> bool:
    """Does the model's name say which family it belongs to?"""
    return _family(model_name) is not None


def use_prompts(folder: Path | None) -> None:
    """Take the wording of every dialect from this folder from now on, where it has one.

    Raises UsageError for a folder that is none, a file that nothing reads, and a faulty wording.
    """
    global _folder
    if folder is None:
        _folder = None
        return
    known = wordings()
    if not folder.is_dir():
        raise UsageError(f"--prompts {folder} is no folder; `agent prompts --export DIR` makes one to begin with")
    found = sorted(path.name for path in folder.glob("*.txt"))
    installed = tuple(_installed().keys() - _BUILT_IN.keys())
    if stray := [name for name in found if name not in known and not name.startswith(installed)]:
        raise UsageError(f"--prompts {folder} holds {', '.join(stray)}, which nothing reads; known are: {_list(known)}")
    if not found:
        raise UsageError(f"--prompts {folder} holds none of {_list(known)}")
    for name in names():
        if any(file.startswith((f"{name}.", f"{name}-")) for file in found):
            get(name, folder)
    _folder = folder


def wordings() -> dict[str, str]:
    """The built-in text of each file that a folder of `use_prompts` may hold, by the file's name."""
    found: dict[str, str] = {}
    modules = {name: entry.module for name, entry in _BUILT_IN.items()} | _OTHERS
    for name, module in modules.items():
        package, _, stem = module.rpartition(".")
        for path in files(package).iterdir():
            if path.name.endswith(".txt") and re.split(r"[.-]", path.name, maxsplit=1)[0] == stem:
                found[name + path.name.removeprefix(stem)] = path.read_text(encoding="utf-8")
    return dict(sorted(found.items()))


def _family(model_name: str) -> Mapping[Platform, str] | None:
    key = re.sub(r"[^a-z0-9]", "", model_name.lower())
    return next((family for pattern, family in _FAMILIES.items() if re.search(pattern, key)), None)


def _list(found: Mapping[str, str]) -> str:
    return ", ".join(found)


@lru_cache
def _installed() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=GROUP)}
