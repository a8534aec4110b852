"""Which app of a phone a name means, in English or Chinese, and what an app is called."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import resources

from actions import TargetNotFound

_SILENT = {
    "com", "org", "net", "android", "app", "apps", "application", "mobile", "client", "google", "samsung", "sec",
    "miui", "main", "activity", "phone", "pro", "free", "lite", "cn", "de", "io", "me", "www", "ui",
}  # fmt: skip
"""Parts of a package that name no app."""
_COMPONENT = re.compile(r"^\s*([A-Za-z][\w.]*)/([\w.$]+)\s*$", re.MULTILINE)
_LABEL = re.compile(r"packageName=(\S+)\s+labelRes=\S+ nonLocalizedLabel=(?!null )(.+?) icon=")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_NEAR = 6
_LISTED = 40


@cache
def known_names() -> Mapping[str, tuple[str, ...]]:
    """The names of well-known apps by package, the usual English one first."""
    text = resources.files(__package__).joinpath("apps.toml").read_text(encoding="utf-8")
    return {package: tuple(names) for package, names in tomllib.loads(text).items()}


def read_launchable(listing: str) -> dict[str, str]:
    """The component that starts each app, by package, from `cmd package query-activities --brief`."""
    found: dict[str, str] = {}
    for package, activity in _COMPONENT.findall(listing):
        found.setdefault(package, f"{package}/{activity}")
    return found


def read_labels(listing: str) -> dict[str, str]:
    """What the phone itself calls its apps, by package, from `cmd package query-activities`: only a few say it."""
    return dict(_LABEL.findall(listing))


def display_name(package: str, *, chinese: bool = False) -> str:
    """What to call an app: its usual name, in the phone's language if that is Chinese, or what its package says."""
    if not package:
        return ""
    names = names_of(package)
    return next((name for name in names if chinese and _HAN.search(name)), names[0])


def names_of(package: str) -> tuple[str, ...]:
    """Its well-known names; for any other app the telling part of its package, and the package."""
    if known := known_names().get(package):
        return known
    telling = [part for part in package.split(".") if part.lower() not in _SILENT]
    spoken = " ".join(re.findall(r"[A-Z]{2,}(?![a-z])|[A-Z]?[a-z]+|\d+", telling[-1])) if telling else ""
    return (spoken[:1].upper() + spoken[1:], package) if spoken else (package,)


def which(wanted: str, packages: Iterable[str], labels: Mapping[str, str] | None = None) -> str:
    """The package of the app that is called `wanted`; `labels` are what the phone itself calls some of them.

    The whole name counts first, then a name that contains it. Raises TargetNotFound, naming what comes near, for an app
    that the phone does not have, or several that fit.
    """
    packages = list(packages)
    if wanted in packages:
        return wanted
    names = {package: (*filter(None, [(labels or {}).get(package)]), *names_of(package)) for package in packages}
    folded = fold(wanted)
    whole = {one: at for one in packages if (at := _place_among(names[one], folded)) is not None}
    parts = [one for one in packages if any(_contains(fold(name), folded) for name in names[one] if name != one)]
    # of apps that share a name, the one that is called so first of all: Keep is one's name and another's nickname
    for fits in ([one for one, at in whole.items() if at == min(whole.values())], parts):
        if len(fits) == 1:
            return fits[0]
        if fits:
            several = ", ".join(f"{names[one][0]} ({one})" for one in fits)
            raise TargetNotFound(f"{wanted!r} fits several apps: {several}; name one by its package")
    raise TargetNotFound(_unknown(wanted, names))


def fold(name: str) -> str:
    """A name without case, blanks and signs, and without the words that only say that it is an app."""
    plain = "".join(char for char in name.casefold() if char.isalnum() or char == "+")
    for word in ("应用程序", "应用", "app"):
        plain = plain.removesuffix(word) or plain
    return plain


def _place_among(names: Sequence[str], folded: str) -> int | None:
    return next((at for at, name in enumerate(names) if fold(name) == folded), None)


def _contains(name: str, wanted: str) -> bool:
    # a single letter, or one that is in everything, says nothing
    return len(wanted) >= (2 if not wanted.isascii() else 3) and wanted in name


def _unknown(wanted: str, names: Mapping[str, tuple[str, ...]]) -> str:
    by_name = {fold(name): own[0] for own in names.values() for name in own}
    near = difflib.get_close_matches(fold(wanted), by_name, n=_NEAR, cutoff=0.6)
    if near:
        return (
            f"this phone has no app {wanted!r}; near to that: {', '.join(dict.fromkeys(by_name[one] for one in near))}"
        )
    listed = sorted({own[0] for own in names.values()}, key=str.casefold)
    more = f" and {len(listed) - _LISTED} more" if len(listed) > _LISTED else ""
    return f"this phone has no app {wanted!r}; it has: {', '.join(listed[:_LISTED])}{more}"
