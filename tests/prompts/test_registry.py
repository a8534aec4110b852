"""Which dialect is spoken: by name, by model and platform, and those of other packages."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from actions import Platform, UsageError
from prompts import registry
from prompts.base import Dialect


@pytest.mark.parametrize(
    ("model", "platform", "name"),
    [
        ("glm-4.1v-9b-thinking", "web", "glm41v-web"),
        ("zai-org/GLM-4.1V-9B-Thinking", "desktop", "glm41v-pc"),
        ("GLM-4.1V-Thinking-Flash", "web", "glm41v-web"),
        ("handeye-reader", "desktop", "glm41v-pc"),
        ("glm-4.6v", "web", "tools"),
        ("zai-org/GLM-4.6V-Flash", "android", "tools"),
        ("glm-5v-turbo", "desktop", "tools"),
        ("Qwen3-VL-30B", "web", "tools"),
        ("glm-4.6", "android", "tools"),
    ],
)
def test_a_model_speaks_its_familys_dialect(model: str, platform: Platform, name: str) -> None:
    dialect = registry.choose(model, platform)
    assert dialect.name == name
    assert platform in dialect.platforms


@pytest.mark.parametrize(
    ("model", "known"),
    [("glm-4.1v-9b", True), ("GLM-4.6V", True), ("glm-5.1v", True), ("glm-4.6", False), ("gpt-9", False), ("", False)],
)
def test_only_a_family_is_known(model: str, known: bool) -> None:
    assert registry.knows(model) is known


def test_unknown_names_say_what_is_known() -> None:
    with pytest.raises(UsageError, match="no dialect 'glm5'; known are: .*glm41v-pc, .*tools"):
        registry.get("glm5")


@pytest.mark.parametrize("name", registry.names())
def test_every_dialect_is_one(name: str) -> None:
    dialect = registry.get(name)
    assert isinstance(dialect, Dialect)
    assert dialect.name == name
    assert registry.faults() == {}
    assert name in [usable.name for usable in registry.usable()]


def test_other_packages_add_dialects_and_a_broken_one_stops_nobody(tmp_path: Path) -> None:
    """An installed distribution with entry points is found, by a fresh interpreter as by any."""
    (tmp_path / "martian.py").write_text(
        "from prompts.glm41v.pc import Glm41vPc\n\n\n"
        "class Martian(Glm41vPc):\n    name = 'martian'\n\n\n"
        "def make(prompts):\n    return Martian(prompts)\n\n\n"
        "def raises(prompts):\n    raise RuntimeError('no oxygen')\n\n\n"
        "def number(prompts):\n    return 5\n"
    )
    info = tmp_path / "martian-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: martian\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[handeye.dialects]\nmartian = martian:make\nnowhere = nowhere:make\nnothing = martian:nothing\n"
        "raises = martian:raises\nnumber = martian:number\ntools = nowhere:tools\n"
    )
    script = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "from actions import UsageError\nfrom prompts import registry\n"
        "print(*registry.names())\nprint(registry.get('martian').name)\n"
        "print(*(dialect.name for dialect in registry.usable()))\n"
        "for name, why in registry.faults().items():\n    print(name, '|', why)\n"
        "try:\n    registry.get('raises')\nexcept UsageError as error:\n    print('refused', error)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    names, martian, usable, *faults, refused = done.stdout.splitlines()
    assert names.split() == sorted([*registry.names(), "martian", "nowhere", "nothing", "raises", "number"])
    assert martian == "martian"
    assert usable.split() == sorted([*registry.names(), "martian"])
    assert [fault.partition(" | ")[0] for fault in faults] == ["nothing", "nowhere", "number", "raises"]
    assert all("martian" in fault or "nowhere:make" in fault for fault in faults)
    assert "'number' from martian:number of martian gave int, which is no Dialect" in faults[2]
    assert "'raises' cannot be loaded from martian:raises of martian (RuntimeError: no oxygen)" in refused
