"""Applications by their names: what the menus of a desktop list, and else a program in PATH."""

from __future__ import annotations

import configparser
import difflib
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from actions import TargetNotFound

_NEAR = 5
"""Names that a refusal offers."""
_ESCAPES = {"s": " ", "n": "\n", "t": "\t", "r": "\r", "\\": "\\"}
_FIELD = re.compile(r"%(.)")


@dataclass(frozen=True)
class Application:
    """One entry of the menus: its names, its command without file arguments, and the folder that it starts in."""

    id: str
    names: tuple[str, ...]
    command: tuple[str, ...]
    folder: str = ""


def find(name: str, environ: Mapping[str, str] = os.environ) -> Application:
    """The application that a name means; raises TargetNotFound with what comes near."""
    wanted = _plain(name)
    known = list(listed(environ))
    if fitting := [(rank, app) for app in known if (rank := _rank(wanted, app)) is not None]:
        return min(fitting, key=lambda fit: (fit[0], len(fit[1].names[0])))[1]
    if (program := _program(name, environ)) is not None:
        return Application(id=name, names=(name,), command=(program,))
    shown = {_plain(alias): app.names[0] for app in known for alias in (*app.names, app.id)}
    near = dict.fromkeys(shown[key] for key in difflib.get_close_matches(wanted, shown, n=2 * _NEAR, cutoff=0.5))
    offered = list(near)[:_NEAR] or sorted({app.names[0] for app in known})[:_NEAR]
    raise TargetNotFound(
        f"there is no application named {name!r}" + (f"; there are: {', '.join(offered)}" if offered else "")
    )


def listed(environ: Mapping[str, str] = os.environ) -> Iterator[Application]:
    """Every application of the menus; an entry in an earlier folder hides those of its id in later ones."""
    home = Path(environ.get("HOME") or Path.home())
    folders = [environ.get("XDG_DATA_HOME") or str(home / ".local/share")]
    folders += (environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share").split(":")
    met: set[str] = set()
    for folder in folders:
        base = Path(folder) / "applications"
        for path in sorted(base.glob("**/*.desktop")) if folder else ():
            number = str(path.relative_to(base)).replace("/", "-").removesuffix(".desktop")
            if number in met:
                continue
            met.add(number)
            if (app := _read(path, number, environ)) is not None:
                yield app


def command_of(line: str, name: str = "", icon: str = "", path: str = "") -> tuple[str, ...]:
    """The arguments that an Exec line means, without files to open; () if it cannot be read.

    Follows the Desktop Entry Specification: double quotes, backslashes in them, and field codes; no shell.
    """
    words: list[str] = []
    for match in re.finditer(r'"((?:[^"\\]|\\.)*)"|([^\s"]+)|(")', line):
        quoted, bare, broken = match.groups()
        if broken:
            return ()
        if quoted is not None:
            words.append(re.sub(r"\\(.)", r"\1", quoted).replace("%%", "%"))
        elif bare == "%i":
            words += ["--icon", icon] if icon else []
        elif bare == "%c":
            words.append(name)
        elif bare == "%k":
            words.append(path)
        elif not re.fullmatch(r"%[fFuUdDnNvm]", bare):
            words.append(_FIELD.sub(lambda code: "%" if code[1] == "%" else "", bare))
    return tuple(words)


def _rank(wanted: str, app: Application) -> int | None:
    """How surely a name means an application, 0 the most; None if it does not."""
    shown = [_plain(name) for name in app.names]
    technical = {_plain(app.id), _plain(app.id.rpartition(".")[2]), _plain(Path(app.command[0]).name)}
    if wanted in shown:
        return 0
    if wanted in technical:
        return 1
    return 2 if any(wanted in name.split() for name in shown) else None


def _read(path: Path, number: str, environ: Mapping[str, str]) -> Application | None:
    """The application that a file describes; None if it is hidden, broken, or not installed."""
    parser = configparser.RawConfigParser(delimiters=("=",), comment_prefixes=("#",), strict=False)
    parser.optionxform = str  # type: ignore[assignment, method-assign]  # the keys' case and language count
    try:
        parser.read_string(path.read_text("utf-8", "replace"))
        entry = {key: _unescaped(value) for key, value in parser["Desktop Entry"].items()}
    except (OSError, configparser.Error, KeyError):
        return None
    flags = (entry.get("Hidden"), entry.get("NoDisplay"))
    if entry.get("Type") != "Application" or "true" in flags or not entry.get("Name"):
        return None
    if (needed := entry.get("TryExec")) and _program(needed, environ) is None and not Path(needed).is_absolute():
        return None
    shown = _localised(entry, "Name", environ)
    command = command_of(entry.get("Exec", ""), shown[0], entry.get("Icon", ""), str(path))
    if not command or shutil.which(command[0], path=environ.get("PATH")) is None:
        return None
    if entry.get("Terminal") == "true":
        command = ("x-terminal-emulator", "-e", *command)
        if shutil.which(command[0], path=environ.get("PATH")) is None:
            return None
    names = dict.fromkeys(shown + _localised(entry, "GenericName", environ))
    folder = entry.get("Path", "")
    return Application(number, tuple(names), command, folder if folder and Path(folder).is_dir() else "")


def _localised(entry: Mapping[str, str], key: str, environ: Mapping[str, str]) -> list[str]:
    """A key in every language that the file has, the person's own first and the plain one next."""
    language = environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or ""
    language = re.split(r"[.@]", language)[0]
    own = [f"{key}[{language}]", f"{key}[{language.split('_')[0]}]", key]
    others = [name for name in entry if name.startswith(f"{key}[")]
    return list(dict.fromkeys(entry[name] for name in (*own, *others) if entry.get(name)))


def _unescaped(value: str) -> str:
    return re.sub(r"\\(.)", lambda code: _ESCAPES.get(code[1], code[0]), value)


def _program(name: str, environ: Mapping[str, str]) -> str | None:
    """A program that a person may start: not those of the administrator, which act as soon as they are started."""
    if "/" in name or not name.strip():
        return None
    folders = [part for part in environ.get("PATH", os.defpath).split(":") if part and not part.endswith("sbin")]
    for candidate in dict.fromkeys((name, name.lower(), name.lower().replace(" ", "-"))):
        if (found := shutil.which(candidate, path=":".join(folders))) is not None:
            return found
    return None


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace("-", " ").replace("_", " ").split())
