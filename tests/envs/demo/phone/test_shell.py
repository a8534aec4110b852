"""The phone's shell against a real one, and what it refuses."""

from __future__ import annotations

import asyncio
import shlex
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envs.demo.phone.files import Files
from envs.demo.phone.interpreter import Call, Finished, Interpreter
from envs.demo.phone.shell import ShellSyntaxError, Simple, Text, parse


class Shell:
    """A shell with four programs, and a list of all that was run."""

    def __init__(self) -> None:
        self.ran: list[tuple[str, ...]] = []
        self.files = Files(now=0)
        programs = {"echo": self._echo, "args": self._args, "false": self._false, "cat": self._cat}
        self.interpreter = Interpreter(programs, self.files, self.ran.append)

    async def __call__(self, line: str) -> Finished:
        return await self.interpreter.run(line)

    @staticmethod
    async def _echo(call: Call) -> int:
        call.say(" ".join(call.arguments))
        return 0

    @staticmethod
    async def _args(call: Call) -> int:
        for word in call.arguments:
            call.say(f"<{word}>")
        return 0

    @staticmethod
    async def _false(call: Call) -> int:
        call.complain("no")
        return 1

    @staticmethod
    async def _cat(call: Call) -> int:
        call.stdout += await call.stdin()
        return 0


@pytest.fixture
def shell() -> Shell:
    return Shell()


LINES = [
    "args a  b\tc",
    "args 'a b' \"c d\" e\\ f",
    "args '' \"\" a''b",
    "args 'it'\\''s'",
    'args "a\\"b" "a\\\\b" "a\\nb" "\\$HOME"',
    "args a\\\nb",
    "args a#b #c d",
    "args one; args two",
    "args one && args two || args three",
    "false 2>/dev/null || args other",
    "false 2>/dev/null; args $?",
    "args $(args x y)",
    'args "$(args x; args y)"',
    "args `args x`",
    "X=5; args $X \"$X\" '$X' ${X}y",
    "X='a  b'; args $X \"$X\"",
    'args $nothing a "$nothing"',
    "args x | cat",
    "args x | cat | cat; args y",
    "! false 2>/dev/null; args $?",
    "args '*' \"?\" \\*",
    'args $ a$ "$"',
    'args "a\nb"',
    "args a &&\nargs b\nargs c",
    "args 2 >/dev/null; args 3",
    "args a 2>&1",
    "false 2>&1 | cat",
    "args ;",
    "args $(false 2>/dev/null; args z)",
    "args 'a'\"b\"c$(args d)e",
    "args 100%sure",
    "args =a b=c",
]


@pytest.mark.parametrize("line", LINES)
async def test_a_line_does_what_it_does_in_a_real_shell(shell: Shell, line: str) -> None:
    real = "args() { for word do printf '<%s>\\n' \"$word\"; done; }; false() { echo no >&2; return 1; }\n" + line
    expected = await asyncio.to_thread(subprocess.run, ["sh", "-c", real], capture_output=True, check=False)
    finished = await shell(line)
    assert finished.stdout == expected.stdout
    assert finished.stderr == expected.stderr


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20), max_size=5))
def test_quoted_words_arrive_as_they_were(words: list[str]) -> None:
    script = parse(shlex.join(["input", *words]))
    [(_, pipeline)] = script.parts
    [command] = pipeline.commands
    got = ["".join(piece.text for piece in word if isinstance(piece, Text)) for word in command.words]
    assert got == ["input", *words]


@given(st.text(max_size=60))
def test_no_line_does_more_than_raise_a_syntax_error(line: str) -> None:
    try:
        script = parse(line)
    except ShellSyntaxError:
        return
    assert all(isinstance(command, Simple) for _, pipeline in script.parts for command in pipeline.commands)


@pytest.mark.parametrize("text", ["; reboot #", "$(reboot)", "`reboot`", "a && reboot", "x | reboot", "\nreboot\n"])
async def test_what_is_not_quoted_runs(shell: Shell, text: str) -> None:
    await shell(f"args {text}")
    assert ("reboot",) in shell.ran
    shell.ran.clear()
    await shell(f"args {shlex.quote(text)}")
    assert shell.ran == [("args", text)]


@pytest.mark.parametrize(
    "line",
    [
        "args 'a", 'args "a', "args (a)", "args a)", "(args a)", "if true; then args; fi", "args a; }",
        "for x in a; do args; done", "args <<END", "args $((1+1))", "args ${x:-y}", "args $1", "args a ;; args b",
        "args &&", "| args", "args a >", "args $(args",
    ],
)  # fmt: skip
async def test_what_it_does_not_know_is_a_syntax_error(shell: Shell, line: str) -> None:
    finished = await shell(line)
    assert finished.code == 1
    assert finished.stderr.startswith(b"/system/bin/sh: ")
    assert shell.ran == []


async def test_a_command_that_is_not_there(shell: Shell) -> None:
    finished = await shell("args a; nosuch x; args $?")
    assert finished.stderr == b"/system/bin/sh: nosuch: inaccessible or not found\n"
    assert finished.stdout == b"<a>\n<127>\n"
    assert finished.code == 0
    assert (await shell("nosuch")).code == 127


async def test_exit_ends_the_line_with_its_code(shell: Shell) -> None:
    finished = await shell("args a; exit 7; args b")
    assert (finished.code, finished.stdout) == (7, b"<a>\n")
    assert (await shell("args $(exit 3); args b")).stdout == b"<b>\n"


async def test_streams_go_to_files_and_come_from_them(shell: Shell) -> None:
    await shell("args one > /sdcard/a; args two >> /sdcard/a; false 2> /sdcard/b")
    assert shell.files.read("/sdcard/a") == b"<one>\n<two>\n"
    assert shell.files.read("/sdcard/b") == b"no\n"
    assert (await shell("cat < /sdcard/a")).stdout == b"<one>\n<two>\n"
    await shell("false > /sdcard/c 2>&1")
    assert shell.files.read("/sdcard/c") == b"no\n"
    refused = await shell("args x > /system/x")
    assert refused.code == 1
    assert b"Read-only file system" in refused.stderr
    assert (await shell("cat < /sdcard/none")).code == 1


async def test_patterns_match_files(shell: Shell) -> None:
    await shell("args > /sdcard/one.png; args > /sdcard/two.png; args > /sdcard/three.txt")
    assert (await shell("args /sdcard/*.png")).stdout == b"</sdcard/one.png>\n</sdcard/two.png>\n"
    assert (await shell("args '/sdcard/*.png' /sdcard/*.gif")).stdout == b"</sdcard/*.png>\n</sdcard/*.gif>\n"
