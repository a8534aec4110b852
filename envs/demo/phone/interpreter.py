"""Running what the shell has read: commands get words, standard input, and two streams to write to."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from envs.demo.phone.files import Files
from envs.demo.phone.shell import Script, ShellSyntaxError, Simple, Substitution, Text, Variable, Word, parse

_SHELL = "/system/bin/sh"
_GLOB = re.compile(r"[*?]|\[.+\]")
_VARIABLES = {
    "HOME": "/",
    "SHELL": "/bin/sh",
    "USER": "shell",
    "HOSTNAME": "handeye",
    "PATH": "/product/bin:/apex/com.android.runtime/bin:/system/bin:/vendor/bin",
    "EXTERNAL_STORAGE": "/sdcard",
    "TMPDIR": "/data/local/tmp",
    "PWD": "/",
}


Source = Callable[[], Awaitable[bytes]]
"""Standard input: all of it, read when a program wants it and not before, for its end may never come."""


async def nothing() -> bytes:
    """A standard input that is empty."""
    return b""


@dataclass(slots=True)
class Call:
    """One command that runs: its words (the first is its name), and its streams."""

    words: list[str]
    stdin: Source = nothing
    stdout: bytearray = field(default_factory=bytearray)
    stderr: bytearray = field(default_factory=bytearray)

    @property
    def arguments(self) -> list[str]:
        return self.words[1:]

    def say(self, text: str = "") -> None:
        """A line on standard output."""
        self.stdout += text.encode() + b"\n"

    def complain(self, text: str) -> None:
        """A line on standard error."""
        self.stderr += text.encode() + b"\n"


Run = Callable[[Call], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Finished:
    """A line that was run: what it wrote, and its exit code."""

    stdout: bytes
    stderr: bytes
    code: int
    both: bytes
    """The two streams as one, in the order of the commands."""


class Interpreter:
    """One shell: its variables, the code that `$?` holds, and the commands it finds.

    `ran` is called with the words of each command before it runs, also for one that does not exist.
    """

    def __init__(self, commands: Mapping[str, Run], files: Files, ran: Callable[[tuple[str, ...]], None]) -> None:
        self._commands = commands
        self._files = files
        self._ran = ran
        self._variables = dict(_VARIABLES)
        self._code = 0

    async def run(self, line: str, stdin: Source = nothing) -> Finished:
        """Run a line; what goes wrong is told on its standard error and by its code, as a shell tells it."""
        whole = _Output()
        try:
            script = parse(line)
        except ShellSyntaxError as error:
            whole.add(b"", f"{_SHELL}: {error}\n".encode())
            return whole.finished(1)
        try:
            await self._script(script, stdin, whole)
        except _Exit as left:
            self._code = left.code
        return whole.finished(self._code)

    async def _script(self, script: Script, stdin: Source, output: _Output) -> None:
        for joint, pipeline in script.parts:
            if (joint == "&&" and self._code) or (joint == "||" and not self._code):
                continue
            flowing = stdin
            for number, command in enumerate(pipeline.commands, 1):
                stdout, stderr = await self._simple(command, flowing, output)
                last = number == len(pipeline.commands)
                output.add(stdout if last else b"", stderr)
                flowing = _holding(stdout)
            if pipeline.negated:
                self._code = int(not self._code)

    async def _simple(self, command: Simple, stdin: Source, output: _Output) -> tuple[bytes, bytes]:
        words = [text for word in command.words for text in await self._expand(word, output)]
        for name, value in command.assignments:
            self._variables[name] = await self._joined(value, output)
        call = Call(words, stdin)
        targets: dict[int, tuple[str, bool] | int] = {}
        for redirection in command.redirections:
            target = await self._joined(redirection.target, output)
            if redirection.mode == "<":
                try:
                    call.stdin = _holding(self._files.read(target))
                except OSError as error:
                    self._code = 1
                    return b"", f"{_SHELL}: can't open {target}: {error}\n".encode()
            elif redirection.mode == ">&":
                if target not in ("1", "2"):
                    self._code = 1
                    return b"", f"{_SHELL}: illegal file descriptor name: {target}\n".encode()
                # what the named stream leads to now, whatever becomes of it later
                targets[redirection.stream] = targets.get(int(target), int(target))
            else:
                targets[redirection.stream] = (target, redirection.mode == ">>")
        if not words:
            if not any(isinstance(piece, Substitution) for _, value in command.assignments for piece in value):
                self._code = 0
        else:
            await self._call(call)
        return self._streams(call, targets)

    async def _call(self, call: Call) -> None:
        name = call.words[0]
        self._ran(tuple(call.words))
        if name == "exit":
            raise _Exit(int(call.words[1]) & 0xFF if len(call.words) > 1 and call.words[1].isdigit() else self._code)
        run = self._commands.get(name.removeprefix("/system/bin/"))
        if run is None:
            call.complain(f"{_SHELL}: {name}: inaccessible or not found")
            self._code = 127
        else:
            self._code = await run(call) & 0xFF

    def _streams(self, call: Call, targets: dict[int, tuple[str, bool] | int]) -> tuple[bytes, bytes]:
        """Send each stream where it leads; what is left of both is answered."""
        left = {1: bytearray(), 2: bytearray()}
        for stream, data in ((1, call.stdout), (2, call.stderr)):
            target = targets.get(stream, stream)
            if isinstance(target, int):
                left[target] += data
                continue
            path, append = target
            try:
                # a second stream into the same file goes after the first
                again = stream == 2 and targets.get(1) == target
                self._files.write(path, bytes(data), append=append or again)
            except OSError as error:
                left[2] += f"{_SHELL}: can't create {path}: {error}\n".encode()
                self._code = 1
        return bytes(left[1]), bytes(left[2])

    async def _joined(self, word: Word, output: _Output) -> str:
        """A word's value where a shell neither splits nor matches files."""
        return "".join([await self._value(piece, output) for piece in word])

    async def _expand(self, word: Word, output: _Output) -> list[str]:
        """The words that one word becomes: unquoted expansions are split at blanks, and patterns match files."""
        fields: list[list[tuple[str, bool]]] = [[]]
        for piece in word:
            value = await self._value(piece, output)
            if isinstance(piece, Text) or piece.quoted:
                fields[-1].append((value, piece.quoted))
                continue
            parts = re.split(r"[ \t\n]+", value)
            for number, part in enumerate(parts):
                if number:
                    fields.append([])
                if part:
                    fields[-1].append((part, False))
        return [text for pieces in fields if pieces for text in self._match(pieces)]

    def _match(self, pieces: list[tuple[str, bool]]) -> list[str]:
        text = "".join(part for part, _ in pieces)
        if any(not quoted and _GLOB.search(part) for part, quoted in pieces):
            pattern = "".join(_literal(part) if quoted else part for part, quoted in pieces)
            return self._files.matching(pattern) or [text]
        return [text]

    async def _value(self, piece: Text | Variable | Substitution, output: _Output) -> str:
        if isinstance(piece, Text):
            return piece.text
        if isinstance(piece, Variable):
            special = {"?": str(self._code), "$": "4321", "#": "0"}
            return special.get(piece.name) or self._variables.get(piece.name, "")
        inner = _Output()
        try:
            await self._script(piece.script, nothing, inner)
        except _Exit as left:  # it leaves the substitution, not the shell around it
            self._code = left.code
        output.add(b"", bytes(inner.stderr))
        return inner.stdout.decode("utf-8", "replace").rstrip("\n")


class _Exit(Exception):
    def __init__(self, code: int) -> None:
        self.code = code


class _Output:
    def __init__(self) -> None:
        self.stdout = bytearray()
        self.stderr = bytearray()
        self.both = bytearray()

    def add(self, stdout: bytes, stderr: bytes) -> None:
        self.stdout += stdout
        self.stderr += stderr
        self.both += stdout + stderr

    def finished(self, code: int) -> Finished:
        return Finished(bytes(self.stdout), bytes(self.stderr), code, bytes(self.both))


def _holding(data: bytes) -> Source:
    async def read() -> bytes:
        return data

    return read


def _literal(text: str) -> str:
    return re.sub(r"[*?\[]", lambda match: f"[{match[0]}]", text)
