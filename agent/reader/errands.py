"""Errands: what a task wants of a phone, in which app, and with which values; the tables are languages/errands.toml."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Literal, NamedTuple

from agent.reader import words

Kind = Literal["make", "send", "write", "on", "off", "open"]

_NAME, _TO, _TEXT, _WHAT = (
    r"(?P<name>\"[^\"]+\"|[^,;:\"]+?)",
    r"(?P<to>\"[^\"]+\"|[^,;:\"]+?)",
    r"(?P<text>.+)",
    r"(?P<what>[^,;:，；]+?)",
)
_QUOTES = "\"“”'‘’「」『』«»„ "
_LABELS = {"make": "name", "send": "message", "write": "note"}
"""What the values of an errand are called, as data of a task would."""


class App(NamedTuple):
    """An app: the name to open it by, what it is called in any language, what a task says that is done in it."""

    open: str
    names: tuple[str, ...]
    words: tuple[str, ...]


class Topic(NamedTuple):
    """What a phone's settings switch: its names in any language, and the sections that it may stand in."""

    names: tuple[str, ...]
    sections: tuple[str, ...]


class Errand(NamedTuple):
    """What is to be done in which app ("" for any); `what` is switched or opened, `to` is who gets a message.

    `values` are what fields must hold, under the names that data would have; `rest` is what the instruction goes on to
    say, which may hold more of them.
    """

    kind: Kind
    app: str
    what: str = ""
    to: str = ""
    values: tuple[tuple[str, str], ...] = ()
    rest: str = ""


@lru_cache(maxsize=64)
def read(instruction: str) -> Errand | None:
    """The errand that an instruction is; None if it is none, or more than one."""
    text = re.sub(r"\s+", " ", instruction.strip()).rstrip("!！。")
    within = ""
    if before := _before(text):
        within, text = before
    for kind, app, pattern in _patterns():
        match = pattern.match(text)
        if match is None or (match.end() < len(text.rstrip(". ")) and kind != "make"):
            continue
        errand = _errand(kind, within or app, match, text)
        if errand is not None:
            return errand
    return None


def _before(text: str) -> tuple[str, str] | None:
    for pattern in _beginnings():
        match = pattern.fullmatch(text)
        app = app_called(match["app"]) if match else None
        if match and app is not None:
            return app.open, match["rest"]
    return None


def _errand(kind: Kind, app: str, match: re.Match[str], text: str) -> Errand | None:
    part = {key: _bare(value) for key, value in match.groupdict().items() if value}
    if any(words.plain(join) in words.plain(value) for value in match.groupdict().values() if value
           for join in listed("sequence") if value[:1] not in _QUOTES):  # fmt: skip
        return None
    what = part.get("what", "")
    if kind == "open":
        opened = app_called(what)
        return Errand("open", opened.open, what) if opened is not None else None
    if kind in ("on", "off"):
        # "打开设置" opens an app and switches nothing
        return None if app_called(what) is not None else Errand(kind, app, what)
    label = _LABELS[kind]
    given = {label: part.get("text", "") or part.get("name", ""), "title": part.get("title", "")}
    rest = text[match.end() :].strip(" ,，;；.。") if kind == "make" else ""
    values = tuple((name, value) for name, value in given.items() if value)
    return Errand(kind, app, to=part.get("to", ""), values=values, rest=rest)


def _bare(value: str) -> str:
    """A value without its quotes; the full stop of the task's sentence is not part of it."""
    value = value.strip()
    return value.strip(_QUOTES) if value[:1] in _QUOTES else value.removesuffix(".").strip()


def app_called(name: str) -> App | None:
    """The app of that name, in any language; None for one that no table knows."""
    said = words.trimmed(name)
    for ending in (" app", "应用"):
        said = said.removesuffix(ending)
    return next((app for app in apps() if said in app.names or said == words.plain(app.open)), None)


def app_for(instruction: str) -> App | None:
    """The one app that the words of a task imply; None if none or several do."""
    said = words.plain(instruction)
    meant = [app for app in apps() if re.search(words.alternatives((*app.names, *app.words)), said)]
    return meant[0] if len(meant) == 1 else None


def topic(what: str) -> Topic:
    """What is to be switched; a thing that no table knows goes by its own name and is in no known section."""
    said = words.core(what)
    return next((topic for topic in topics() if said in topic.names), Topic((said,), ()))


def is_called(what: Topic, text: str) -> bool:
    """Does a switch's name say just this thing? 'Use Wi-Fi' does, 'Wi-Fi calling' is another one."""
    said = re.sub(rf"^{words.alternatives(listed('using'))} ?", "", words.core(text))
    return said in what.names


def names(what: Topic, text: str) -> float:
    """How surely a text is about the thing, 0..100: all of it, or one of its words."""
    said = words.core(text)
    if said in what.names:
        return 100.0
    return 80.0 if any(re.search(words.alternatives((name,)), said) for name in what.names if len(name) > 3) else 0.0


def says(table: str, text: str) -> str:
    """The first word of a table that stands in a text, "" if none does."""
    match = re.search(words.alternatives(listed(table)), words.plain(text))
    return match[0] if match else ""


def is_one_of(table: str, text: str) -> bool:
    return words.trimmed(text) in listed(table) or words.plain(text) in listed(table)


def asks(text: str) -> bool:
    """Does a text begin as one that asks for something to be typed?"""
    return re.match(words.alternatives(listed("asking")), words.plain(text)) is not None


@cache
def listed(table: str) -> tuple[str, ...]:
    return tuple(_tables()[table]["words"])


@cache
def apps() -> tuple[App, ...]:
    return tuple(App(row["open"], tuple(row["names"]), tuple(row["words"])) for row in _tables()["apps"])


@cache
def topics() -> tuple[Topic, ...]:
    return tuple(
        Topic(tuple(words.core(name) for name in row["names"]), tuple(map(words.plain, row["sections"])))
        for row in _tables()["topics"]
    )


@cache
def sum_words() -> dict[str, str]:
    """The sign of a sum by each of its words."""
    return {words.plain(word): sign for sign, said in _tables()["sums"].items() for word in said}


@cache
def _patterns() -> tuple[tuple[Kind, str, re.Pattern[str]], ...]:
    pieces = {"{name}": _NAME, "{to}": _TO, "{text}": _TEXT, "{what}": _WHAT}
    found = []
    for row in _tables()["errands"]:
        for pattern in row["patterns"]:
            for piece, expression in pieces.items():
                pattern = pattern.replace(piece, expression)
            # all but the first kind say all there is to say
            ending = "" if row["kind"] == "make" else r"[.!。！]?$"
            found.append((row["kind"], row["app"], re.compile(_polite() + pattern + ending, re.IGNORECASE)))
    return tuple(found)


@cache
def _beginnings() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(_polite() + row["pattern"], re.IGNORECASE) for row in _tables()["before"])


def _polite() -> str:
    return r"(?:please |can you |could you |bitte |请|帮我|请帮我)?"


@cache
def _tables() -> dict[str, Any]:
    text = resources.files("agent.reader").joinpath("languages", "errands.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
