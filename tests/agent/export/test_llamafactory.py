"""Training data: what was sent and what should have been answered, as LLaMA-Factory loads it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from actions import Box, Element, Observation, Result, UsageError
from agent.api import run
from agent.endpoint import Scripted, ScriptedEndpoint
from agent.export import export
from agent.limits import Limits
from agent.trace import FILE, Turn, read_trace
from envs.scripted import Move, ScriptedEnv
from prompts import registry
from prompts.base import CallsFunctions, Message, Reply
from prompts.images import image_of
from tests.agent.test_view import record

CLICK = '<think>Where is it?</think><answer>It goes on. left_click(start_box=[500,500])\nMemory:\n["a"]</answer>'
ASTRAY = "I try there. <|begin_of_box|>left_click(start_box='[10,10]')<|end_of_box|>\nMemory:\n[]"
PROSE = "I do not know <image> what to do."
DONE = "It is done. <|begin_of_box|>DONE(answer='42')<|end_of_box|>\nMemory:\n[]"


@pytest.fixture
def env(screen: Callable[..., Observation]) -> ScriptedEnv:
    button = Element(mark=3, role="button", name="Go", box=Box(left=0.4, top=0.4, right=0.6, bottom=0.6))
    screens = {
        "form": screen("white", title="Form <image>", elements=(button,)),
        "done": screen("green", title="Done"),
    }
    return ScriptedEnv(screens, [Move(on="form", kind="click", to="done", within=button.box)])


async def traced(
    folder: Path, env: ScriptedEnv, *answers: Scripted, dialect: str, steps: int = 9
) -> list[list[Message]]:
    model = ScriptedEndpoint(answers)
    await run(
        "press <image> it", env=env, endpoint=model, dialect=dialect, trace_dir=folder, limits=Limits(steps=steps)
    )
    return model.requests


def loaded(folder: Path) -> list[dict[str, Any]]:
    """The samples, read as LLaMA-Factory reads them: by its description, with as many pictures as it looks for."""
    (name,) = info = json.loads((folder / "dataset_info.json").read_text(encoding="utf-8"))
    described = info[name]
    samples = json.loads((folder / described["file_name"]).read_text(encoding="utf-8"))
    columns, tags = described["columns"], described["tags"]
    for sample in samples:
        assert set(sample) == set(columns.values())
        messages = sample[columns["messages"]]
        roles = [message[tags["role_tag"]] for message in messages]
        answers = (tags["assistant_tag"], tags["function_tag"])
        assert roles[0] == tags["user_tag"]
        assert roles[-1] in answers
        text = "".join(message[tags["content_tag"]] for message in messages)
        assert text.count("<image>") == len(sample[columns["images"]])
        assert "<video>" not in text
        for picture in sample[columns["images"]]:
            assert (folder / picture).read_bytes()
    return samples


async def test_a_sample_is_the_request_as_it_was_sent(tmp_path: Path, env: ScriptedEnv) -> None:
    requests = await traced(tmp_path / "t", env, CLICK, DONE, dialect="glm41v-pc")
    done = export([tmp_path / "t"], "llamafactory", out=tmp_path / "data")
    first, second = loaded(done.path)
    assert [len(first["images"]), len(second["images"])] == [1, 2]
    for sample, request in zip((first, second), requests, strict=True):
        content = request[0]["content"]
        sent = [image for part in content if (image := image_of(part)) is not None]
        assert [(done.path / name).read_bytes() for name in sample["images"]] == sent
        said = "".join(
            "<image>" if "text" not in part else part["text"].replace("<image>", "< image>") for part in content
        )
        assert sample["messages"][0] == {"role": "user", "content": said}


async def test_the_answer_is_canonical_and_thinks_as_the_family_does(tmp_path: Path, env: ScriptedEnv) -> None:
    await traced(tmp_path / "t", env, CLICK, DONE, dialect="glm41v-pc")
    first, second = loaded(export([tmp_path / "t"], "llamafactory", out=tmp_path / "data").path)
    assert first["messages"][1] == {
        "role": "assistant",
        "content": "<think>\nWhere is it?</think>\n<answer>It goes on. <|begin_of_box|>left_click(start_box="
        "'[500,500]')<|end_of_box|>\nMemory:\n[\"a\"]</answer>",
    }
    assert second["messages"][1]["content"].startswith("<answer>It is done. ")


async def test_only_what_succeeded_is_taken(tmp_path: Path, env: ScriptedEnv) -> None:
    await traced(tmp_path / "t", env, ASTRAY, PROSE, CLICK, DONE, dialect="glm41v-pc")
    good = loaded(export([tmp_path / "t"], "llamafactory", out=tmp_path / "good").path)
    assert ["[500,500]" in s["messages"][1]["content"] for s in good] == [True, False]
    every = loaded(export([tmp_path / "t"], "llamafactory", out=tmp_path / "all", everything=True).path)
    assert len(every) == 3


async def test_a_run_that_failed_teaches_nothing(tmp_path: Path, env: ScriptedEnv) -> None:
    await traced(tmp_path / "t", env, CLICK, dialect="glm41v-pc", steps=1)
    with pytest.raises(UsageError, match="nothing to learn from: .*step_limit, so none of its steps is taken"):
        export([tmp_path / "t"], "llamafactory", out=tmp_path / "none")
    assert len(loaded(export([tmp_path / "t"], "llamafactory", out=tmp_path / "all", everything=True).path)) == 1


@pytest.mark.parametrize("dialect", registry.names())
async def test_any_dialect_can_be_made_of_it(dialect: str, tmp_path: Path, env: ScriptedEnv) -> None:
    """What the sample teaches, the same dialect reads as the action that was done."""
    spoken = registry.get(dialect)
    if "web" not in spoken.platforms:
        pytest.skip("for other screens")
    if spoken.wants_elements:
        # marks can only be made of a trace that has elements
        marked = "Thought: t\nAction: {}\nMemory_Updated: {{}}"
        answers = (marked.format("Click [3]"), marked.format("ANSWER; <content>42</content>"))
        await traced(tmp_path / "t", env, *answers, dialect="glm41v-web")
    else:
        await traced(tmp_path / "t", env, CLICK, DONE, dialect="glm41v-pc")
    data = export([tmp_path / "t"], "llamafactory", out=tmp_path / "data", dialect=dialect)
    assert data.notes == ()
    trace = read_trace(tmp_path / "t")
    for sample, line in zip(loaded(data.path), trace.steps, strict=True):
        taught = sample["messages"][-1]["content"]
        if isinstance(spoken, CallsFunctions):
            # just so LLaMA-Factory takes thinking and call apart
            call = json.loads(re.sub(r"<think>\n(.*?)\n</think>\n\n", "", taught))
            offered = [function["name"] for function in json.loads(sample["tools"])]
            assert call["name"] in offered
            assert (call["name"], line.decision and line.decision.action.kind) in (
                ("click", "click"),
                ("finish", "finish"),
            )
            continue
        read = spoken.parse(Reply(text=taught), trace.observation(line))
        assert line.decision is not None
        assert (read.action.kind, read.repairs) == (line.decision.action.kind, ())


def test_what_a_person_did_becomes_training_data(tmp_path: Path, turn: Callable[..., Turn]) -> None:
    seen = turn(1).seen.model_copy(
        update={
            "elements": (Element(mark=9, role="button", name="Go", box=Box(left=0.4, top=0.4, right=0.6, bottom=0.6)),)
        }
    )
    from agent.outcome import Outcome

    turns = [turn(n, seen=seen, reply=None, messages=(), result=Result(changed=True)) for n in (1, 2)]
    folder = record(tmp_path / "t", *turns, outcome=Outcome(status="complete"))
    with pytest.raises(UsageError, match="no model was asked .* name with --dialect"):
        export([folder], "llamafactory", out=tmp_path / "none")
    data = export([folder], "llamafactory", out=tmp_path / "data", dialect="glm41v-web")
    first, second = loaded(data.path)
    assert "Click [9]" in first["messages"][1]["content"]
    assert "Click [9]" in second["messages"][0]["content"]


def test_pictures_that_were_not_kept_are_named(tmp_path: Path) -> None:
    old = Path(__file__).parents[1] / "traces" / "v1"
    with pytest.raises(UsageError, match="were not kept, as in traces of version 1"):
        export([old], "llamafactory", out=tmp_path / "data")
    data = export([old], "llamafactory", out=tmp_path / "anew", dialect="glm41v-pc")
    assert [len(sample["images"]) for sample in loaded(data.path)] == [1, 3]
    assert (old / FILE).exists()


def test_it_loads_with_datasets(tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    old = Path(__file__).parents[1] / "traces" / "v1"
    data = export([old], "llamafactory", out=tmp_path / "data", dialect="tools")
    rows = datasets.load_dataset("json", data_files=str(data.path / "data.json"), cache_dir=str(tmp_path / "cache"))[
        "train"
    ]
    assert rows.num_rows == len(loaded(data.path))
    assert set(rows.column_names) == {"messages", "images", "tools"}
