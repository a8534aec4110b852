"""What goes out: pictures in the family's order, the newest history that fits, lists that say what they leave out."""

from __future__ import annotations

from typing import Any

import pytest

from actions import Box, Click, Element, Hit, ListedElement, Observation, Point, Result, Task
from prompts import registry
from prompts.autoglm.phone import AutoGlmPhone
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
    for dialect in map(registry.get, registry.names()):
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


@pytest.mark.parametrize(("steps", "older"), [(0, []), (2, [50, 51]), (6, [52, 53, 54, 55])])
def test_glm45v_pc_shows_each_earlier_screen_at_its_step_and_the_current_one_last(steps: int, older: list[int]) -> None:
    seen = Observation(screenshot=blank(300, 200), width=300, height=200, platform="desktop")
    # a text that looks like a place for a picture is none
    task = Task(instruction="x\nstep 1: Screenshot:\n  step 2: Screenshot: y")
    messages = registry.get("glm45v-pc").messages(task, [step(n) for n in range(steps)], seen)
    assert widths(messages) == [*older, 300]
    content = messages[0]["content"]
    assert [part["type"] for part in content] == ["text", "image_url"] * (len(older) + 1)
    for n, part in enumerate(content[:-2:2], steps - len(older) + 1):
        assert part["text"].endswith(f"\n  step {n}: Screenshot:" if n > 1 else "step 1: Screenshot:")
        assert content[2 * (n - steps + len(older))]["text"].startswith(
            f" Thought: thought {n - 1}\n    Action: left_c"
        )
    whole = "".join(part["text"] for part in content if part["type"] == "text")
    assert whole.count("Screenshot:(Omitted in context.) Thought: ") == steps - len(older)
    assert f"pictures: {1 + len(older)}" in whole


@pytest.mark.parametrize("name", ["glm41v-mobile", "glm45v-mobile"])
def test_phones_show_the_whole_history_from_zero_with_what_was_remembered(name: str) -> None:
    dialect = registry.get(name)
    history = [step(n) for n in range(20)]
    noted = Decision(action=Click(at=Box(left=0.1, top=0.2, right=0.3, bottom=0.4)), thought="tap", memory="code 4711")
    history[3] = history[3].model_copy(update={"decision": noted})
    history[7] = history[7].model_copy(update={"decision": noted.model_copy(update={"memory": ""})})
    messages = dialect.messages(TASK, history, look())
    assert widths(messages) == [1]
    text = text_of(messages)
    item = (
        "Step 3:\n    Memory: code 4711\n    Reason: tap\n"
        '    Action: {"action_type": "click", "box_2d": [[100,200,300,400]]} Observation: the screen changed\n'
    )
    assert item in text
    assert "Step 0:\n    Reason: thought 0" in text
    assert "Step 7:\n    Memory: None\n" in text
    said = dialect.read(messages)
    assert said is not None
    assert len(said.past) == 20
    assert said.memory == ""
    before = dialect.read(dialect.messages(TASK, history[:7], look()))
    assert before is not None
    assert before.memory == "code 4711"


def test_a_phones_conversation_keeps_its_turns_and_only_the_newest_picture() -> None:
    dialect = registry.get("autoglm-phone")
    seen = look().model_copy(update={"app": "Maps", "notes": ("A call comes in.",)})
    first, second = step(0), step(1, problem="nothing there")
    first = first.model_copy(update={"seen": first.seen.model_copy(update={"app": "地图"})})
    messages = dialect.messages(TASK, [first, second], seen)
    assert [message["role"] for message in messages] == ["system", "user", "assistant", "user", "assistant", "user"]
    assert messages[1]["content"] == [
        {"type": "text", "text": 'book a room\n\n{"current_app": "地图", "data": {"name": "Ana"}}'}
    ]
    assert messages[2]["content"] == '<think>thought 0</think><answer>do(action="Tap", element=[0,0])</answer>'
    told = '** Screen Info **\n\n{"current_app": "System Home", "last_action": "the screen changed"}'
    assert messages[3]["content"] == [{"type": "text", "text": told}]
    picture, text = messages[5]["content"]
    assert image_of(picture) == seen.screenshot
    assert text["text"] == (
        '** Screen Info **\n\n{"current_app": "Maps", "notes": ["A call comes in."], '
        '"last_action": "refused: nothing there", "problem": "nothing there"}'
    )


def test_the_oldest_turns_go_first_and_the_task_stands_in_the_first_that_is_left() -> None:
    dialect = AutoGlmPhone(context=9_000)
    messages = dialect.messages(TASK, [step(n) for n in range(60)], look())
    said = dialect.read(messages)
    assert said is not None
    assert 0 < len(said.past) < 60
    assert said.past[-1].startswith("thought 59 ")
    assert said.task.data == TASK.data
    assert messages[1]["content"][0]["text"].startswith("book a room\n\n")
    assert f'"earlier_steps_left_out": {60 - len(said.past)}' in messages[1]["content"][0]["text"]
    alone = AutoGlmPhone(context=3_100).messages(TASK, [step(n) for n in range(9)], look())
    assert [message["role"] for message in alone] == ["system", "user"]
    assert "book a room" in alone[1]["content"][1]["text"]


def test_the_reward_codes_dialect_shows_one_screen_and_all_steps() -> None:
    messages = registry.get("glm41v-reward").messages(TASK, [step(n) for n in range(3)], look())
    assert [part["type"] for part in messages[0]["content"]] == ["image_url", "text"]
    assert "3. thought 2 CLICK(point=(20, 0)) Observation: the screen changed\n" in text_of(messages)


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


@pytest.mark.parametrize(
    "dialect", [Glm41vPc(), Glm41vWeb(), registry.get("glm41v-mobile")], ids=lambda dialect: dialect.name
)
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


@pytest.mark.parametrize(
    "change",
    [
        lambda turns: turns[1:],
        lambda turns: turns[:-1],
        lambda turns: [{**turns[0], "content": "You are a phone agent."}, *turns[1:]],
        lambda turns: [*turns[:2], {"role": "assistant", "content": "do(action='Back')"}, *turns[3:]],
        lambda turns: [turns[0], {"role": "user", "content": "book a room"}, *turns[2:]],
        lambda turns: [
            *turns[:-1],
            {"role": "user", "content": [{"type": "text", "text": "** Screen Info **\n\n[1]"}]},
        ],
        lambda turns: [*turns[:-1], {"role": "user", "content": [{"type": "text", "text": "x\n\n{}"}]}],
    ],
)
def test_other_conversations_are_nobodys(change: Any) -> None:
    dialect = registry.get("autoglm-phone")
    turns = dialect.messages(TASK, [step(0)], look())
    assert dialect.read(turns) is not None
    assert dialect.read(change(turns)) is None
