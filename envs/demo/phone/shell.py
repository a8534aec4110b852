"""The phone's shell language: a line is read into commands as a POSIX shell reads it.

Known are quoting (single, double, backslash), `;`, `&`, `&&`, `||`, `!`, pipes, `$NAME`, `$(…)` and backquotes,
assignments and redirections. Anything else that a shell would give a meaning is refused as a syntax error, and never
taken as plain text: a client that forgets to quote must see here what it would see on a phone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from actions import DeviceError

_BLANK = " \t"
_ENDS_WORD = " \t\n;&|<>()"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")
_RESERVED = frozenset(
    "if then else elif fi case esac for select while until do done in { } [[ function time".split()  # noqa: SIM905
)
_ESCAPABLE = '$`"\\\n'
"""What a backslash takes its meaning from, inside double quotes."""


class ShellSyntaxError(DeviceError):
    """A line that the phone's shell does not read."""


@dataclass(frozen=True, slots=True)
class Text:
    """Characters as they stand. Those that were quoted match no file names."""

    text: str
    quoted: bool


@dataclass(frozen=True, slots=True)
class Variable:
    """`$NAME`, or one of `$?`, `$$`, `$#`."""

    name: str
    quoted: bool


@dataclass(frozen=True, slots=True)
class Substitution:
    """`$(script)`: what the script writes takes its place."""

    script: Script
    quoted: bool


Piece = Text | Variable | Substitution
Word = tuple[Piece, ...]
Joint = Literal[";", "&&", "||"]


@dataclass(frozen=True, slots=True)
class Redirection:
    """A stream (0, 1 or 2) that is not the command's own: a file, or another stream."""

    stream: int
    mode: Literal["<", ">", ">>", ">&"]
    target: Word


@dataclass(frozen=True, slots=True)
class Simple:
    """One command: its words, what is assigned before them, and where its streams lead."""

    words: tuple[Word, ...]
    assignments: tuple[tuple[str, Word], ...] = ()
    redirections: tuple[Redirection, ...] = ()


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Commands, each reading what the one before wrote."""

    commands: tuple[Simple, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Script:
    """Pipelines in order; each joint says when its pipeline runs, the first one's being ";"."""

    parts: tuple[tuple[Joint, Pipeline], ...]


def parse(line: str) -> Script:
    """Read a whole command line.

    Raises ShellSyntaxError with the words that the phone's shell has for it.
    """
    reader = _Reader(line)
    script = reader.script(end="")
    if not reader.done:
        raise ShellSyntaxError(f"syntax error: unexpected '{reader.here}'")
    return script


class _Reader:
    def __init__(self, line: str, at: int = 0) -> None:
        self._line = line
        self._at = at

    @property
    def done(self) -> bool:
        return self._at >= len(self._line)

    @property
    def here(self) -> str:
        return self._line[self._at : self._at + 1]

    def _take(self, *tokens: str) -> str:
        """Step over the first of the tokens that stands here, and say which it was."""
        for token in tokens:
            if self._line.startswith(token, self._at):
                self._at += len(token)
                return token
        return ""

    def _skip(self, characters: str) -> None:
        while not self.done and self.here in characters:
            self._at += 1
        if self.here == "#":  # a comment, since what precedes it is a blank or the beginning
            stop = self._line.find("\n", self._at)
            self._at = len(self._line) if stop < 0 else stop
            if not self.done and "\n" in characters:
                self._skip(characters)

    def script(self, end: str) -> Script:
        parts: list[tuple[Joint, Pipeline]] = []
        joint: Joint = ";"
        self._skip(_BLANK + "\n")
        while not self.done and self.here != end:
            parts.append((joint, self._pipeline()))
            self._skip(_BLANK)
            taken = self._take("&&", "||", ";", "&", "\n")
            if taken in ("&&", "||"):
                joint = "&&" if taken == "&&" else "||"
                self._skip(_BLANK + "\n")
                if self.done or self.here == end:
                    raise ShellSyntaxError("syntax error: unexpected end of file")
                continue
            joint = ";"
            self._skip(_BLANK + "\n")
            if not taken:
                break
        return Script(tuple(parts))

    def _pipeline(self) -> Pipeline:
        negated = False
        while self._line.startswith(("! ", "!\t"), self._at):
            negated = not negated
            self._at += 2
            self._skip(_BLANK)
        commands = [self._simple()]
        while not self._line.startswith("||", self._at) and self._take("|"):
            self._skip(_BLANK + "\n")
            commands.append(self._simple())
        return Pipeline(tuple(commands), negated)

    def _simple(self) -> Simple:
        words: list[Word] = []
        assignments: list[tuple[str, Word]] = []
        redirections: list[Redirection] = []
        while True:
            self._skip(_BLANK)
            if redirection := self._redirection():
                redirections.append(redirection)
            elif self.done or self.here in _ENDS_WORD:
                break
            elif not words and (name := _ASSIGNMENT.match(self._line, self._at)):
                self._at = name.end()
                value = () if self.done or self.here in _ENDS_WORD else self._word()
                assignments.append((name[0][:-1], value))
            else:
                words.append(self._word())
                if len(words) == 1:
                    _refuse_reserved(words[0])
        if not (words or assignments or redirections):
            raise ShellSyntaxError(f"syntax error: unexpected {_named(self.here)}")
        if self.here in ("(", "<"):
            raise ShellSyntaxError(f"syntax error: unexpected '{self.here}'")
        return Simple(tuple(words), tuple(assignments), tuple(redirections))

    def _redirection(self) -> Redirection | None:
        start = self._at
        stream = None
        if self.here in ("0", "1", "2") and self._line[self._at + 1 : self._at + 2] in ("<", ">"):
            stream = int(self.here)
            self._at += 1
        mode = self._take("<<", "<&", "<>", "<", ">>", ">&", ">|", ">")
        if not mode:
            self._at = start
            return None
        if mode in ("<<", "<&", "<>"):
            raise ShellSyntaxError(f"syntax error: unexpected '{mode}'")
        self._skip(_BLANK)
        if self.done or self.here in _ENDS_WORD:
            raise ShellSyntaxError(f"syntax error: unexpected {_named(self.here)}")
        kind: Literal["<", ">", ">>", ">&"] = "<" if mode == "<" else ">>" if mode == ">>" else ">"
        if mode == ">&":
            kind = ">&"
        return Redirection(stream if stream is not None else 0 if mode == "<" else 1, kind, self._word())

    def _word(self) -> Word:
        pieces: list[Piece] = []
        while not self.done and self.here not in _ENDS_WORD:
            if self._take("'"):
                pieces.append(Text(self._until("'"), quoted=True))
            elif self._take('"'):
                pieces += self._double_quoted()
            elif self._take("\\"):
                if self._take("\n"):
                    continue
                pieces.append(Text(self.here or "\\", quoted=True))
                self._at += 1
            elif self.here in ("$", "`"):
                pieces.append(self._expansion(quoted=False))
            else:
                pieces.append(Text(self.here, quoted=False))
                self._at += 1
        return _merged(pieces)

    def _until(self, mark: str) -> str:
        stop = self._line.find(mark, self._at)
        if stop < 0:
            raise ShellSyntaxError("no closing quote")
        text = self._line[self._at : stop]
        self._at = stop + 1
        return text

    def _double_quoted(self) -> list[Piece]:
        pieces: list[Piece] = [Text("", quoted=True)]  # so that "" is a word too
        while not self._take('"'):
            if self.done:
                raise ShellSyntaxError("no closing quote")
            if self._take("\\"):
                if self._take("\n"):
                    continue
                if self.here and self.here in _ESCAPABLE:
                    pieces.append(Text(self.here, quoted=True))
                    self._at += 1
                else:
                    pieces.append(Text("\\", quoted=True))
            elif self.here in ("$", "`"):
                pieces.append(self._expansion(quoted=True))
            else:
                pieces.append(Text(self.here, quoted=True))
                self._at += 1
        return pieces

    def _expansion(self, quoted: bool) -> Piece:
        if self._take("`"):
            inner = re.sub(r"\\([$`\\])", r"\1", self._until("`"))
            return Substitution(parse(inner), quoted)
        self._at += 1  # the dollar
        if self._take("(("):
            raise ShellSyntaxError("syntax error: unexpected '(('")
        if self._take("("):
            script = self.script(end=")")
            if not self._take(")"):
                raise ShellSyntaxError("syntax error: unexpected end of file")
            return Substitution(script, quoted)
        if self._take("{"):
            name = self._until("}")
            if not _NAME.fullmatch(name):
                raise ShellSyntaxError(f"${{{name}}}: bad substitution")
            return Variable(name, quoted)
        if special := self._take("?", "$", "#"):
            return Variable(special, quoted)
        if name_here := _NAME.match(self._line, self._at):
            self._at = name_here.end()
            return Variable(name_here[0], quoted)
        if self.here and self.here in "@*!-'\"0123456789" and not (quoted and self.here in "'\""):
            raise ShellSyntaxError(f"syntax error: unexpected '${self.here}'")
        return Text("$", quoted)


def _merged(pieces: list[Piece]) -> Word:
    merged: list[Piece] = []
    for piece in pieces:
        last = merged[-1] if merged else None
        if isinstance(piece, Text) and isinstance(last, Text) and piece.quoted is last.quoted:
            merged[-1] = Text(last.text + piece.text, piece.quoted)
        else:
            merged.append(piece)
    return tuple(merged)


def _refuse_reserved(word: Word) -> None:
    match word:
        case (Text(text, quoted=False),) if text in _RESERVED:
            raise ShellSyntaxError(f"syntax error: unexpected '{text}'")


def _named(here: str) -> str:
    return {"": "end of file", "\n": "newline"}.get(here, f"'{here}'")
