"""The wordings of prompts, a user's own among them, and the registry that hands dialects out."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given

from actions import Platform, Task, UsageError
from prompts import registry
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
    with pytest.raises(UsageError, match=r"holds none of glm41v-pc\.txt"):
        registry.use_prompts(tmp_path)
    with pytest.raises(UsageError, match="is no folder"):
        registry.use_prompts(tmp_path / "missing")
    (tmp_path / "glm41v-web.txt").write_bytes(b"\xff\xfe{task}")
    with pytest.raises(UsageError, match="UTF-8"):
        registry.get("glm41v-web", tmp_path)


@pytest.mark.parametrize(
    ("instruction", "chinese"), [("book a room", False), ("预订一个房间", True), ("部屋を予約してください", False)]
)
def test_the_wording_follows_the_language_of_the_task(instruction: str, chinese: bool) -> None:
    for name in registry.names():
        dialect = registry.get(name)
        messages = dialect.messages(Task(instruction=instruction), [], look())
        assert ("任务" in messages[0]["content"][-1]["text"]) is chinese
        said = dialect.read(messages)
        assert said is not None
        assert said.task.instruction == instruction


@pytest.mark.parametrize(
    ("model", "platform", "name"),
    [
        ("glm-4.1v-9b-thinking", "web", "glm41v-web"),
        ("zai-org/GLM-4.1V-9B-Thinking", "desktop", "glm41v-pc"),
        ("GLM-4.1V-Thinking-Flash", "web", "glm41v-web"),
        ("handeye-reader", "desktop", "glm41v-pc"),
    ],
)
def test_a_model_speaks_its_familys_dialect(model: str, platform: Platform, name: str) -> None:
    dialect = registry.choose(model, platform)
    assert dialect.name == name
    assert platform in dialect.platforms


def test_unknown_names_say_what_is_known() -> None:
    with pytest.raises(UsageError, match="no dialect 'glm5'; known are: .*glm41v-pc, glm41v-web"):
        registry.get("glm5")
    with pytest.raises(UsageError, match="--dialect"):
        registry.choose("gpt-2", "web")
    with pytest.raises(UsageError, match="android"):
        registry.choose("glm-4.1v", "android")


def test_another_package_adds_a_dialect(tmp_path: Path) -> None:
    """An installed distribution with an entry point is found, by a fresh interpreter as by any."""
    (tmp_path / "martian.py").write_text(
        "from prompts.glm41v.pc import Glm41vPc\n\n\n"
        "class Martian(Glm41vPc):\n    name = 'martian'\n\n\n"
        "def make(prompts):\n    return Martian(prompts)\n"
    )
    info = tmp_path / "martian-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: martian\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[handeye.dialects]\nmartian = martian:make\nbroken = nowhere:make\n")
    script = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "from actions import UsageError\nfrom prompts import registry\n"
        "print(registry.names(), registry.get('martian').name)\n"
        "try:\n    registry.get('broken')\n"
        "except UsageError as error:\n    print('refused', 'nowhere:make' in str(error))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[0] == "['broken', 'glm41v-pc', 'glm41v-web', 'martian'] martian"
    assert "refused True" in done.stdout


def test_importing_is_light() -> None:
    script = (
        "import sys\nfrom prompts import registry\n[registry.get(name) for name in registry.names()]\n"
        "print(sorted({'PIL', 'cv2', 'numpy', 'openai', 'playwright'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
