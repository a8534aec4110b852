"""Flags, then variables, then agent.toml."""

from __future__ import annotations

from pathlib import Path

import pytest

from actions import UsageError
from agent.settings import load


def test_flags_beat_variables_beat_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "agent.toml").write_text('model = "file"\nmax_steps = 7\nviewport = "800x600"\n')
    monkeypatch.setenv("AGENT_MODEL", "variable")
    monkeypatch.setenv("AGENT_MAX_STEPS", "8")
    found = load(max_steps=9, model=None)
    assert (found.max_steps, found.model, found.viewport_size) == (9, "variable", (800, 600))


@pytest.mark.parametrize(
    ("text", "words"), [("max_steps = 0", "max_steps"), ("modle = 'x'", "modle"), ("max_steps =", "agent.toml")]
)
def test_a_wrong_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, words: str) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "agent.toml").write_text(text)
    with pytest.raises(UsageError, match=words):
        load()


def test_a_key_may_stand_in_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "agent.toml").write_text('api_key = "sk-in-the-file"')
    found = load()
    assert found.api_key is not None
    assert found.api_key.get_secret_value() == "sk-in-the-file"
    assert "sk-in-the-file" not in repr(found)


def test_a_key_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENT_API_KEY", "sk-very-secret")
    assert "sk-very-secret" not in repr(load())


@pytest.mark.parametrize(
    ("text", "thinking"),
    [('thinking = "off"', "off"), ("thinking = false", "off"), ("thinking = true", "on"), ("thinking = 512", 512)],
)
def test_thinking_is_a_switch_or_a_budget(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, thinking: object
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "agent.toml").write_text(text)
    assert load().thinking == thinking
    assert load(thinking="2048", early_stop=False).thinking == 2048


@pytest.mark.parametrize("thinking", ["0", "-5", "sometimes", "1.5"])
def test_thinking_of_another_kind_is_refused(thinking: str) -> None:
    with pytest.raises(UsageError, match="thinking"):
        load(thinking=thinking)
