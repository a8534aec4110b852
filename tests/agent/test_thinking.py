"""Circles in a text, and where thinking begins and ends in a stream of pieces."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.stream import Piece
from agent.thinking import Circles, Phase

ROWS = "\n".join(
    f"| {n} | Double room, breakfast included, free cancellation | {100 + n * 7 % 40} EUR |" for n in range(99)
)
EQUAL_ROWS = "| Double room, breakfast included, free cancellation | 100 EUR |\n" * 7
TABLE = "".join(
    f'{{"name": "Room", "price": {price}, "free": true}},\n' for price in itertools.chain(range(9), range(40))
)
RULER = "-" * 120 + "\n" + "=" * 300 + "\n" + " " * 300
REASONING = "".join(
    f"Row {n}: the guest is Ana, the hotel is Central, the status is open. I check row {n + 1} next. "
    for n in range(60)
)
VERSE = "\n".join(
    f"{n} green bottles hanging on the wall, {n} green bottles hanging on the wall." for n in range(40, 0, -1)
)


def in_circles(text: str, size: int = 4) -> int | None:
    """After how many characters a text that comes in pieces is caught, None if it is not."""
    circles = Circles()
    for end in range(size, len(text) + size, size):
        if circles.repeats(text[end - size : end]):
            return min(end, len(text))
    return None


@pytest.mark.parametrize(
    "text", [ROWS, EQUAL_ROWS, TABLE, RULER, REASONING, VERSE], ids=["rows", "equal", "json", "ruler", "steps", "verse"]
)
@pytest.mark.parametrize("size", [1, 4, 1000])
def test_repetition_that_says_something_is_no_circle(text: str, size: int) -> None:
    assert in_circles(text, size) is None


@given(
    st.text(min_size=1, max_size=500),
    st.text(max_size=300),
    st.integers(min_value=1, max_value=64),
)
def test_a_block_over_and_over_is_caught(block: str, before: str, size: int) -> None:
    enough = max(Circles._LEAST, Circles._ROUNDS * len(block)) + len(block) + Circles._EVERY + size
    text = before + block * (enough // len(block) + 2)
    found = in_circles(text, size)
    assert found is not None
    assert found <= len(before) + enough + 2 * len(block)


def test_what_is_caught_tells_how_much_of_it_is_superfluous() -> None:
    circles = Circles()
    text = "First. " + "Let me look again at it. " * 60
    end = next(end for end in range(10, len(text), 10) if circles.repeats(text[end - 10 : end]))
    kept = text[: end - circles.excess]
    assert kept.startswith("First. Let me look again")
    assert len(kept) < 60


TEXT = "<think>a<b</think>\n<answer>c</answer>"


@pytest.mark.parametrize("size", range(1, len(TEXT) + 1))
def test_tags_are_met_in_whatever_pieces_they_come(size: int) -> None:
    phase = Phase()
    states = []
    for start in range(0, len(TEXT), size):
        phase.read(Piece(TEXT[start : start + size]))
        states.append(phase.thinking)
    assert phase.thought
    assert phase.ended
    assert phase.sure
    assert not phase.thinking
    assert TEXT[phase.answer_from :] == "\n<answer>c</answer>"
    if size < 8:
        assert True in states


def test_thinking_in_a_field_of_its_own_ends_with_the_first_content() -> None:
    phase = Phase()
    phase.read(Piece(reasoning="hm"))
    assert phase.thinking
    phase.read(Piece(content="\n"))
    assert phase.thinking
    phase.read(Piece(content="DONE()"))
    assert not phase.thinking
    assert phase.sure
    assert phase.answer_from == 0


def test_thinking_that_a_template_opened_ends_where_it_says() -> None:
    phase = Phase()
    phase.read(Piece(content="I could. "))
    assert (phase.thinking, phase.sure, phase.ended) == (False, False, False)
    phase.read(Piece(content="</think>Yes"))
    assert (phase.sure, phase.ended, phase.answer_from) == (True, True, len("I could. </think>"))
