"""The wording of prompts: text files with `{placeholders}`, filled by position in one pass and read back by it.

A placeholder ends its line; the line after it must not be indented. So the end of every field can be seen whatever
the field holds, and a filled prompt can be taken apart again. Braces around anything but a known name are plain text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import get_args

from actions import Language, Task, UsageError
from prompts import fields

LANGUAGES: tuple[Language, ...] = get_args(Language)
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_HAN = re.compile("[\u4e00-\u9fff]")
_WORDS = re.compile(r"(?<![\w@./:-])[a-z]{2,}(?![\w@/:-]|\.\w)")
"""Words of an instruction, as against names, addresses and what is part of them."""
_KANA = re.compile("[\u3040-\u30ff]")


class Template:
    """One wording. `names` are the placeholders that it must have, `optional` those that it may have.

    Raises UsageError if it has others, one twice, or one in a place where it could not be read back.
    """

    def __init__(self, text: str, *, names: Collection[str], optional: Collection[str] = (), source: str = "") -> None:
        self.literals: list[str] = []
        self.names: list[str] = []
        text = text.rstrip("\n")
        at = 0
        for found in _PLACEHOLDER.finditer(text):
            if found[1] not in names and found[1] not in optional:
                known = ", ".join(sorted({*names, *optional}))
                raise UsageError(f"the prompt {source} has an unknown placeholder {{{found[1]}}}; known are: {known}")
            if found[1] in self.names:
                raise UsageError(f"the prompt {source} has {{{found[1]}}} twice; say it once")
            rest = text[found.end() : found.end() + 3]
            if rest and (not rest.startswith("\n") or rest == "\n  "):
                raise UsageError(
                    f"the prompt {source}: {{{found[1]}}} must end its line, and the line after it must not be indented"
                )
            self.literals.append(text[at : found.start()])
            self.names.append(found[1])
            at = found.end()
        self.literals.append(text[at:])
        if missing := sorted(set(names) - set(self.names)):
            raise UsageError(f"the prompt {source} lacks {', '.join(f'{{{name}}}' for name in missing)}")

    def fill(self, values: Mapping[str, str]) -> str:
        """The prompt with these values in it; what looks like a placeholder in a value stays as it is."""
        parts = [self.literals[0]]
        for name, literal in zip(self.names, self.literals[1:], strict=True):
            parts += [fields.write(values[name]), literal]
        return "".join(parts)

    def head(self, name: str, values: Mapping[str, str]) -> str:
        """What `fill` writes before the value of that name."""
        at = self.names.index(name)
        parts = [self.literals[0]]
        for earlier, literal in zip(self.names[:at], self.literals[1:], strict=False):
            parts += [fields.write(values[earlier]), literal]
        return "".join(parts)

    def match(self, text: str) -> dict[str, str] | None:
        """The values that `fill` was given, None if the text is no filling of this template."""
        if not text.startswith(self.literals[0]):
            return None
        at = len(self.literals[0])
        values: dict[str, str] = {}
        for name, literal in zip(self.names, self.literals[1:], strict=True):
            end = fields.end_of(text, at)
            if not text.startswith(literal, end):
                return None
            values[name] = fields.read(text[at:end])
            at = end + len(literal)
        return values if at == len(text) else None


class Wording:
    """All wordings of one dialect: the built-in ones by language, and a user's own before them.

    `dialect` names the files of a user's folder (`glm41v-pc.txt`, `glm41v-pc.zh.txt`), `package` and `stem` the
    built-in ones. Raises UsageError for a folder that is none and for a faulty text.
    """

    def __init__(
        self,
        dialect: str,
        package: str,
        stem: str,
        *,
        names: Collection[str],
        optional: Collection[str],
        folder: Path | None = None,
    ) -> None:
        self._by_language: dict[str, Template] = {}
        self._all: list[Template] = []
        for language, found in texts(dialect, package, stem, folder).items():
            templates = [Template(text, names=names, optional=optional, source=source) for source, text in found]
            self._by_language[language] = templates[0]
            self._all += templates

    def for_task(self, task: Task) -> Template:
        """The wording in a task's language, English if there is none."""
        return self._by_language.get(language_of(task), self._by_language["en"])

    def match(self, text: str) -> dict[str, str] | None:
        for template in self._all:
            if (values := template.match(text)) is not None:
                return values
        return None


def language_of(task: Task) -> Language:
    """The language of a task's prompts: the one it names, else that of its instruction."""
    if task.language is not None:
        return task.language
    signs = len(_HAN.findall(task.instruction))
    # a name or a quoted text in Chinese does not make an English instruction Chinese, nor an English one the other way
    chinese = signs > 0 and not _KANA.search(task.instruction) and signs >= len(_WORDS.findall(task.instruction))
    return "zh" if chinese else "en"


def texts(dialect: str, package: str, stem: str, folder: Path | None) -> dict[Language, list[tuple[str, str]]]:
    """The texts of a dialect by language, each with the name that errors call it by: a user's own before the built-in.

    A user's folder holds them under the dialect's name (`glm41v-pc.txt`, `glm41v-pc.zh.txt`), `package` under `stem`.
    Raises UsageError for a folder that is none and for what is no text.
    """
    if folder is not None and not folder.is_dir():
        raise UsageError(f"--prompts {folder} is no folder; give one that holds {dialect}.txt")
    found: dict[Language, list[tuple[str, str]]] = {}
    for language in LANGUAGES:
        suffix = ".txt" if language == "en" else f".{language}.txt"
        own = folder / f"{dialect}{suffix}" if folder is not None else None
        both = ((str(own), _text_of(own)), (f"{stem}{suffix}", _built_in(package, f"{stem}{suffix}")))
        if here := [(source, text) for source, text in both if text is not None]:
            found[language] = here
    return found


@lru_cache
def _built_in(package: str, name: str) -> str | None:
    path = files(package) / name
    return path.read_text(encoding="utf-8") if path.is_file() else None


def _text_of(path: Path | None) -> str | None:
    if path is None or not path.is_file():
        return None
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the prompt {path} cannot be read ({error}); it must be UTF-8 text") from error
