"""The wordings of prompts, a user's own among them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given

from actions import Language, Task, UsageError
from prompts import registry
from prompts.base import CallsFunctions, Message
from prompts.templates import Template
from tests.prompts.replies import look
from tests.prompts.strategies import texts

NAMES = ("task", "notes")


@pytest.fixture(autouse=True)
def _built_in_wording() -> Iterator[None]:
    yield
    registry.use_prompts(None)


@given(task=texts, notes=texts)
def test_a_template_is_taken_apart_again(task: str, notes: str) -> None:
    template = Template("# {Task}\nTask: {task}\n\nNotes:\n  {notes}\n# End {}\n", names=NAMES)
    assert template.match(template.fill({"task": task, "notes": notes})) == {"task": task, "notes": notes}


def test_what_looks_like_a_placeholder_in_a_value_stays() -> None:
    template = Template("Task: {task}\nNotes: {notes}", names=NAMES)
    assert template.fill({"task": "{notes}", "notes": "{task}"}) == "Task: {notes}\nNotes: {task}"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{task}\n{notes}\n{tsak}", "tsak.*known are: notes, task"),
        ("{task}\n{task}\n{notes}", "twice"),
        ("{task} and {notes}", "end its line"),
        ("{task}\n  {notes}", "not be indented"),
        ("{task}", "lacks {notes}"),
    ],
)
def test_a_faulty_wording_is_refused_with_its_reason(text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        Template(text, names=NAMES, source="mine.txt")


def test_a_folder_replaces_the_wording(tmp_path: Path) -> None:
    (tmp_path / "glm41v-pc.txt").write_text(
        "Do this: {task}\nSo far:\n  {history}\nKnown: {memory}\n", encoding="utf-8"
    )
    task = Task(instruction="book a room")
    for dialect in (registry.get("glm41v-pc", tmp_path), _used(tmp_path)):
        messages = dialect.messages(task, [], look())
        assert messages[0]["content"][-1]["text"] == "Do this: book a room\nSo far:\n  (none)\nKnown: []"
        said = dialect.read(messages)
        assert said is not None
        assert said.task.instruction == "book a room"
    assert "element" in registry.get("glm41v-web", tmp_path).messages(task, [], look())[0]["content"][-1]["text"]


def _used(folder: Path) -> object:
    registry.use_prompts(folder)
    return registry.get("glm41v-pc")


def test_a_folder_without_any_wording_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"holds none of autoglm-phone.*tools\.txt"):
        registry.use_prompts(tmp_path)
    with pytest.raises(UsageError, match="is no folder"):
        registry.use_prompts(tmp_path / "missing")
    (tmp_path / "glm41v-web.txt").write_bytes(b"\xff\xfe{task}")
    with pytest.raises(UsageError, match="UTF-8"):
        registry.use_prompts(tmp_path)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("glm41v-pcc.txt", "Do {task}", r"holds glm41v-pcc\.txt, which nothing reads; known are: .*glm41v-pc\.txt"),
        ("glm41v-pc.txt", "Do {task}\n{memory}", r"glm41v-pc\.txt lacks {history}"),
        ("glm41v-web.zh.txt", "{task}\n{tusk}", r"glm41v-web\.zh\.txt has an unknown placeholder {tusk}; known are:"),
        ("tools.txt", "{task} now", r"tools\.txt: {task} must end its line"),
        ("tools-functions.txt", "click: Click.", r"tools-functions\.txt lacks a line for \*\.memory, "),
        ("tools-functions.txt", "clikc: Click.", r"tools-functions\.txt describes clikc, which no function has"),
        ("tools-functions.txt", "click", r"line 1 of .*tools-functions\.txt is not `function: words`: 'click'"),
        ("tools-functions.zh.txt", "click: a\nclick: b", r"tools-functions\.zh\.txt describes click twice"),
    ],
)
def test_a_faulty_file_of_a_folder_is_named_at_once(tmp_path: Path, name: str, text: str, says: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=says):
        registry.use_prompts(tmp_path)


def test_the_built_in_wordings_are_a_folder_to_begin_with(tmp_path: Path) -> None:
    """Written out as they are, they change nothing; changed, they are what is sent."""
    task = Task(instruction="book a room")
    before = {name: registry.get(name).messages(task, [], look()) for name in registry.names()}
    for file, text in registry.wordings().items():
        (tmp_path / file).write_text(text, encoding="utf-8")
    registry.use_prompts(tmp_path)
    assert {name: registry.get(name).messages(task, [], look()) for name in registry.names()} == before
    for file, text in registry.wordings().items():
        if "-functions" not in file:
            (tmp_path / file).write_text("Mine. " + text, encoding="utf-8")
    for name, messages in before.items():
        changed = str(registry.get(name).messages(task, [], look()))
        assert changed.count("Mine. ") == 1
        assert "Mine. " not in str(messages)


def test_functions_are_described_by_a_users_words(tmp_path: Path) -> None:
    text = registry.wordings()["tools-functions.txt"].replace("Click a thing on the screen.", "Press it.")
    (tmp_path / "tools-functions.txt").write_text(text, encoding="utf-8")
    dialect = registry.get("tools", tmp_path)
    assert isinstance(dialect, CallsFunctions)
    functions = [tool["function"] for tool in dialect.tools(Task(instruction="x"), look())]
    assert next(function for function in functions if function["name"] == "click")["description"] == "Press it."


@pytest.mark.parametrize(
    ("instruction", "language", "chinese"),
    [
        ("book a room", None, False),
        ("预订一个房间", None, True),
        ("部屋を予約してください", None, False),
        ("book a room", "zh", True),
        ("预订一个房间", "en", False),
    ],
)
def test_the_wording_follows_the_language_of_the_task(
    instruction: str, language: Language | None, chinese: bool
) -> None:
    task = Task(instruction=instruction, language=language)
    for name in registry.names():
        dialect = registry.get(name)
        messages = dialect.messages(task, [], look())
        assert ("任务" in text_of(messages).replace(instruction, "")) is chinese
        said = dialect.read(messages)
        assert said is not None
        assert said.task.instruction == instruction
        if isinstance(dialect, CallsFunctions):
            assert ("点击" in str(dialect.tools(task, look()))) is chinese


def text_of(messages: list[Message]) -> str:
    """All text of a request."""
    contents = [message["content"] for message in messages]
    return "\n".join(
        content if isinstance(content, str) else "\n".join(part.get("text", "") for part in content)
        for content in contents
    )


def test_importing_is_light() -> None:
    script = (
        "import sys\nfrom prompts import registry\n[registry.get(name) for name in registry.names()]\n"
        "print(sorted({'PIL', 'cv2', 'numpy', 'openai', 'playwright'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
