"""What goes out: pictures in the family's order, the newest history that fits, lists that say what they leave out."""

from __future__ import annotations

from typing import Any

import pytest

from actions import Click, Element, Hit, ListedElement, Observation, Point, Result, Task
from prompts.base import Decision, Dialect, Message, Reply, Step
from prompts.elements import MOST, read_elements, write_elements
from prompts.glm41v.pc import Glm41vPc
from prompts.glm41v.web import Glm41vWeb
from prompts.history import outcome
from prompts.images import image_of, image_tokens, text_tokens
from tests.prompts.replies import blank, look

TASK = Task(instruction="book a room", data={"name": "Ana"})


def step(n: int, *, read: bool = True, problem: str = "", width: int = 0) -> Step:
    seen = Observation(screenshot=blank(width or 100 + 2 * n, 60), width=1280, height=800, platform="web")
    decision = Decision(action=Click(at=Point(x=n / 100, y=0)), thought=f"thought {n}") if read else None
    result = Result(changed=True) if read and not problem else None
    return Step(seen=seen, reply=Reply(text="what is this"), decision=decision, result=result, problem=problem)


def text_of(messages: list[Message]) -> str:
    content: list[dict[str, Any]] = messages[0]["content"]
    assert [part["type"] for part in content].count("text") == 1
    return str(content[-1]["text"])


def widths(messages: list[Message]) -> list[int]:
    from io import BytesIO

    from PIL import Image

    found = [image_of(part) for part in messages[0]["content"]]
    return [Image.open(BytesIO(image)).width for image in found if image is not None]


@pytest.mark.parametrize(("steps", "older"), [(0, []), (1, [50]), (3, [50, 51, 52]), (6, [52, 53, 54, 55])])
def test_pc_shows_the_screen_then_the_last_four_at_half_size(steps: int, older: list[int]) -> None:
    seen = Observation(screenshot=blank(300, 200), width=300, height=200, platform="desktop")
    messages = Glm41vPc().messages(TASK, [step(n) for n in range(steps)], seen)
    assert widths(messages) == [300, *older]
    assert image_of(messages[0]["content"][0]) == seen.screenshot
    assert f"pictures: {1 + len(older)}" in text_of(messages)


def test_an_answer_that_could_not_be_read_is_told_once() -> None:
    for dialect in (Glm41vPc(), Glm41vWeb()):
        failed = step(1, read=False, problem="no_action: the answer holds no action")
        said = dialect.read(dialect.messages(TASK, [step(0), failed], look()))
        assert said is not None
        assert len(said.past) == 1
        assert said.notes == ("no_action: the answer holds no action\nThe answer was: what is this",)
        later = dialect.read(dialect.messages(TASK, [step(0), failed, step(2)], look()))
        assert later is not None
        assert later.notes == ()


def test_the_oldest_history_goes_first_and_the_instruction_never() -> None:
    history = [step(n, width=100) for n in range(60)]
    task = Task(instruction="book a room " * 400)
    whole = len(Glm41vPc().read(Glm41vPc().messages(task, history, look())).past)  # type: ignore[union-attr]
    assert whole == 60
    for context in (12_000, 14_000, 8_192):
        dialect = Glm41vPc(context=context)
        messages = dialect.messages(task, history, look())
        said = dialect.read(messages)
        assert said is not None
        assert said.task.instruction == task.instruction
        assert len(said.past) < 60
        text = text_of(messages)
        assert f"({60 - len(said.past)} earlier steps are left out)" in text
        if said.past:
            assert said.past[-1].startswith("thought 59 ")
            assert f"step {61 - len(said.past)}: thought" in text
            assert image_tokens(1280, 800) + text_tokens(text) <= context


def test_web_shows_the_last_fifteen_steps_from_zero() -> None:
    dialect = Glm41vWeb()
    seen = look(marks=3)
    acted = Decision(action=Click(at=seen.elements[2].box), thought="t")
    history = [
        Step(seen=seen, reply=Reply(text=""), decision=acted, result=Result(changed=False), problem="")
        for _ in range(20)
    ]
    messages = dialect.messages(TASK, history, seen)
    said = dialect.read(messages)
    assert said is not None
    line = 'Thought: t Action: Click [2] Observation: met button "element 2"; the screen did not change'
    assert said.past == (line,) * 15
    assert f"0.{line}\n" in text_of(messages)
    assert f"14.{line}\n" in text_of(messages)


def test_a_screen_without_elements_is_sent_as_it_is() -> None:
    messages = Glm41vWeb().messages(TASK, [], look(marks=0))
    assert image_of(messages[0]["content"][0]) == look().screenshot


def test_what_came_of_a_step() -> None:
    hit = Hit(role="button", name="Book now")
    result = Result(changed=True, hit=hit, read_back="Ana", notes=("a new tab opened",))
    base = step(0)
    assert outcome(base.model_copy(update={"result": result})) == (
        'met button "Book now"; the screen changed; the field holds "Ana"; a new tab opened'
    )
    assert outcome(base.model_copy(update={"result": Result(changed=False)})) == "the screen did not change"
    assert outcome(step(0, problem="no such option")) == "refused: no such option"
    assert outcome(base.model_copy(update={"result": None})) == ""


def test_long_lists_say_what_they_leave_out() -> None:
    listed = [ListedElement(mark=n, role="link", name="x" * 500) for n in range(MOST + 7)]
    written = write_elements(listed)
    assert written.endswith("(7 more elements are not listed)")
    read = read_elements(written)
    assert len(read) == MOST
    assert read[0].name.endswith("x…")
    countries = tuple(f"Country {n:03}" for n in range(200))
    line = write_elements(
        [ListedElement(mark=0, role="combobox", name="", options=countries)], "to country 150, please"
    )
    assert "more_options=170;" in line
    options = read_elements(line)[0].options
    assert len(options) == 30
    assert "Country 150" in options
    assert list(options) == sorted(options)


def test_a_listed_element_reads_like_this() -> None:
    element = Element(
        mark=3, role="combobox", name='Say "hi"', group="Guest", value="2", states=("required", "focused"),
        options=("1", "2"), placeholder="no", input_type="", box=look().elements[0].box,
    )  # fmt: skip
    assert write_elements([element]) == (
        '[3]: <combobox> "Say \\"hi\\"" value="2" placeholder="no" group="Guest" options=["1","2"] required focused;'
    )
    assert write_elements([ListedElement(mark=0, role="link", name="")]) == '[0]: "";'


@pytest.mark.parametrize(
    "line", ["", "x", "[1]", '[x]: "a";', '[1]: "a"', '[1]: "a" b=;', '[1]: "a" b="c";', "[1]: 5;"]
)
def test_what_is_no_element_is_refused(line: str) -> None:
    if not line:
        assert read_elements(line) == ()
        return
    with pytest.raises(ValueError, match=r".+"):
        read_elements(line)


@pytest.mark.parametrize("dialect", [Glm41vPc(), Glm41vWeb()], ids=lambda dialect: dialect.name)
def test_other_messages_are_nobodys_prompt(dialect: Dialect) -> None:
    own = dialect.messages(TASK, [], look())
    text = text_of(own)
    for messages in (
        [],
        [{"role": "system", "content": "x"}, *own],
        [{"role": "user", "content": text}],
        [{"role": "user", "content": [{"type": "text", "text": text + "more\n\nand more"}]}],
        [
            {
                "role": "user",
                "content": [{"type": "text", "text": text.replace("2026", "year", 1).replace("Today: 2", "Today: ")}],
            }
        ],
        [{"role": "user", "content": ["x"]}],
    ):
        assert dialect.read(messages) is None
