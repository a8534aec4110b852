"""Whatever a word holds, a POSIX shell reads it back as that word, and nothing of it runs."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions import ActionError
from envs.android.quoting import LONGEST_LINE, is_keyable, shell_line, sound, typed_pieces

words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=40)
NASTY = (
    "; reboot #",
    "$(reboot)",
    "`reboot`",
    "a'b\"c",
    "100%sure",
    "a b",
    "",
    "-n",
    "*",
    "~",
    "x\ny",
    "\\n",
    "&&",
    "| sh",
)


def read_by_sh(line: str) -> list[str]:
    """The words that a real shell makes of a line, each ended by a NUL."""
    raw = subprocess.run(["sh", "-c", f"set -- {line}\nprintf '%s\\0' \"$@\""], capture_output=True, check=True).stdout
    return raw.decode().split("\0")[:-1]


@pytest.mark.parametrize("word", NASTY)
def test_a_shell_reads_each_nasty_word_as_it_is(word: str) -> None:
    assert read_by_sh(shell_line(["input", "text", word])) == ["input", "text", word]


@settings(max_examples=60, deadline=None)
@given(st.lists(words, min_size=1, max_size=4))
def test_a_shell_reads_any_words_as_they_are(given_words: list[str]) -> None:
    assert read_by_sh(shell_line(given_words)) == given_words


@pytest.mark.parametrize(
    ("word", "said"), [("a\0b", "NUL"), ("a\ud800b", "surrogate"), ("x" * (LONGEST_LINE + 1), "too much")]
)
def test_what_no_line_can_hold_is_refused_by_name(word: str, said: str) -> None:
    with pytest.raises(ActionError, match=said):
        shell_line(["input", "text", word])


def as_android_types(pieces: list[str]) -> str:
    """What `input text` makes of its arguments: %s is a blank, and a percent sign before an s is gone."""
    typed = ""
    for piece in pieces:
        at = 0
        while at < len(piece):
            if piece.startswith("%s", at):
                typed, at = typed + " ", at + 2
            else:
                typed, at = typed + piece[at], at + 1
    return typed


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126) | st.sampled_from("\n\t%s "), max_size=500))
def test_the_pieces_type_the_text(text: str) -> None:
    pieces = list(typed_pieces(text))
    assert as_android_types(pieces) == text
    assert all(piece in ("\n", "\t") or not set(piece) & {"\n", "\t", " "} for piece in pieces)
    assert all(0 < len(piece) <= 600 for piece in pieces)


def test_a_percent_sign_before_an_s_is_typed_apart() -> None:
    assert list(typed_pieces("100%sure of it")) == ["100%", "sure%sof%sit"]


@pytest.mark.parametrize(
    ("text", "can"), [("Ana, 100% ~", True), ("a\nb", True), ("é", False), ("中", False), ("\r", False)]
)
def test_which_text_keys_can_write(text: str, can: bool) -> None:
    assert is_keyable(text) is can


def test_line_ends_of_other_systems_are_line_ends() -> None:
    assert sound("a\r\nb\rc\n") == "a\nb\nc\n"
