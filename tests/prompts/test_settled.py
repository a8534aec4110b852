"""An answer that a dialect calls settled means the same whatever comes after; and good answers do settle."""

from __future__ import annotations

import itertools

import pytest

from actions import ParseError
from prompts import registry
from prompts.base import Decision, Dialect, Foresight, Reply
from prompts.tokens import ANSWER, ANSWER_END
from tests.prompts.replies import FOLDER, boxed, cases, look, reply_of

SEEN = look()
RECORDED = sorted(path.name for path in FOLDER.iterdir() if path.is_dir())
SUFFIXES = [
    "\n⟦left_click(start_box='[1,2]')⟧\nMemory:\n[{\"x\": 1}]",
    '\nAction: ⟦Click [9]⟧\nMemory_Updated: {"x": 1}',
    "⟦DONE()⟧",
    " and then DONE()",
    "⟧",
    "]",
    "}",
    "\nMemory: [1]\nMemory_Updated: {}",
    "\nThought: no\nAction: Fail; [x]\n",
    "</answer><think>hm</think><answer>⟦WAIT()⟧\nMemory:\n[]</answer>",
    "<|user|>",
]


def dialect_of(name: str) -> Dialect:
    return registry.get(name)


def meaning(dialect: Dialect, text: str) -> tuple[object, str | None]:
    decision: Decision = dialect.parse(Reply(text=text), SEEN)
    return decision.action, decision.memory


def settled_at(dialect: Dialect, text: str) -> int | None:
    """The length of the shortest beginning of a text that is settled."""
    assert isinstance(dialect, Foresight)
    closing = (end for end in range(1, len(text) + 1) if text[end - 1] in "]})>")
    return next((end for end in closing if dialect.settled(Reply(text=text[:end]), SEEN)), None)


@pytest.mark.parametrize("name", registry.names())
def test_every_dialect_knows_its_own_end(name: str) -> None:
    assert isinstance(dialect_of(name), Foresight)


def outcome(dialect: Dialect, text: str) -> tuple[object, str | None] | str:
    try:
        return meaning(dialect, text)
    except ParseError as error:
        return error.kind


@pytest.mark.parametrize("name", RECORDED)
def test_no_recorded_answer_is_cut_before_it_means_what_it_means(name: str) -> None:
    dialect = dialect_of(name)
    assert isinstance(dialect, Foresight)
    settling = 0
    for case in cases(name):
        answer = reply_of(case).text.rpartition("</think>")[2]
        if "<think>" in answer:
            continue
        tagged = ANSWER in dialect.opening
        text = ANSWER + answer if tagged and ANSWER not in answer else answer
        end = settled_at(dialect, text)
        if end is None:
            continue
        settling += 1
        expected = outcome(dialect, text)
        # a family without answer tags has none after its answer either
        for rest in ["", *(boxed(suffix) for suffix in SUFFIXES if tagged or ANSWER not in suffix)]:
            assert outcome(dialect, text[:end] + rest) == expected, (case["id"], rest)
    assert settling > len(cases(name)) // 8


GOOD = {
    "glm41v-pc": "I press it. ⟦left_click(start_box='[120,340]')⟧\nMemory:\n[{\"a\": [1]}]",
    "glm41v-web": 'Thought: on.\nAction: ⟦Type [2]; [a [b] c]⟧\nMemory_Updated: {"a": {"b": 1}}',
}


@pytest.mark.parametrize("name", GOOD)
def test_a_good_answer_is_settled_when_its_memory_is_whole_and_not_before(name: str) -> None:
    dialect = dialect_of(name)
    text = ANSWER + boxed(GOOD[name])
    assert settled_at(dialect, text + " and so on" * 9) == len(text)
    assert settled_at(dialect, text[:-1] + ANSWER_END) == len(text) - 1 + len(ANSWER_END)


@pytest.mark.parametrize("name", GOOD)
def test_what_may_stand_outside_the_answer_is_not_settled(name: str) -> None:
    assert settled_at(dialect_of(name), boxed(GOOD[name])) is None


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("parts", list(itertools.permutations(range(3), 2)))
def test_an_action_without_a_box_waits_for_the_closing_tag(name: str, parts: tuple[int, int]) -> None:
    dialect = dialect_of(name)
    text = ANSWER + GOOD[name].replace("⟦", "").replace("⟧", "")
    assert settled_at(dialect, text + "\n" * parts[0] + "." * parts[1]) is None
    assert settled_at(dialect, text + ANSWER_END) == len(text + ANSWER_END)
