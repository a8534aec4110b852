"""The loop with a scripted model on recorded screens: every way on and every way to end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from actions import Action, Box, DeviceLost, EndpointRefused, GuiAgentError, Observation, Result, Task, UsageError
from agent.api import run
from agent.endpoint import Scripted, ScriptedEndpoint
from agent.limits import Limits
from agent.outcome import Outcome
from agent.trace import Trace, Turn, prompt_text, read_trace
from envs.scripted import Move, ScriptedEnv
from prompts.base import Message, Reply, Usage

CLICK = "It goes on. <|begin_of_box|>left_click(start_box='[500,500]')<|end_of_box|>\nMemory:\n[]"
AWAY = "I try there. <|begin_of_box|>left_click(start_box='[10,10]')<|end_of_box|>\nMemory:\n[]"
DONE = "It is done. <|begin_of_box|>DONE(answer='42')<|end_of_box|>\nMemory:\n[]"
FAIL = "It is sold out. <|begin_of_box|>FAIL(reason='sold out')<|end_of_box|>\nMemory:\n[]"
ASK = "I need it. <|begin_of_box|>ask(question='Which city?')<|end_of_box|>\nMemory:\n[]"
PROSE = "I cannot see what to do."


@pytest.fixture
def env(screen: Callable[..., Observation]) -> ScriptedEnv:
    screens = {"form": screen("white", title="Form"), "done": screen("green", title="Done")}
    middle = Box(left=0.4, top=0.4, right=0.6, bottom=0.6)
    return ScriptedEnv(screens, [Move(on="form", kind="click", to="done", within=middle)])


class Played:
    def __init__(self, outcome: Outcome | None, error: BaseException | None, model: ScriptedEndpoint, trace: Trace):
        self.outcome, self.error, self.model, self.trace = outcome, error, model, trace

    def prompt(self, n: int) -> str:
        return prompt_text(self.model.requests[n - 1])


@pytest.fixture
def play(env: ScriptedEnv, tmp_path: Path) -> Callable[..., object]:
    async def play_it(*answers: Scripted, **options: object) -> Played:
        model = ScriptedEndpoint(answers)
        outcome, error = None, None
        try:
            outcome = await run(
                "press the button", env=options.pop("env", env), endpoint=model, dialect="glm41v-pc",
                trace_dir=tmp_path / "t", **options,
            )  # fmt: skip
        except (GuiAgentError, ZeroDivisionError) as raised:
            error = raised
        return Played(outcome, error, model, read_trace(tmp_path / "t"))

    return play_it


Play = Callable[..., object]


async def test_it_looks_thinks_acts_and_ends(play: Play, env: ScriptedEnv) -> None:
    turns: list[Turn] = []
    done = await play(CLICK, DONE, watch=turns.append)
    assert done.outcome == done.trace.outcome
    assert (done.outcome.status, done.outcome.answer, done.outcome.steps) == ("complete", "42", 2)
    assert [screen for screen, _ in env.performed] == ["form"]
    assert [step.seen.title for step in done.trace.steps] == ["Form", "Done"]
    assert done.trace.steps[0].result == turns[0].result
    assert done.trace.steps[0].result.changed is True
    assert "the screen changed" in done.prompt(2)
    assert {"observe", "messages", "think", "parse"} <= set(turns[0].ms)
    assert done.trace.header.task == Task(instruction="press the button", today=done.trace.header.task.today)


async def test_a_model_that_gives_up_is_infeasible_with_its_reason(play: Play) -> None:
    done = await play(FAIL)
    assert (done.outcome.status, done.outcome.reason, done.outcome.answer) == ("infeasible", "sold out", "")
    assert done.outcome.exit_code == 3


async def test_an_unreadable_answer_goes_back_to_the_model(play: Play) -> None:
    done = await play(PROSE, CLICK, DONE)
    assert done.outcome.status == "complete"
    assert "no_action" in done.prompt(2)
    assert PROSE in done.prompt(2)
    assert "no_action" not in done.prompt(3)
    assert done.trace.steps[0].reply.text == PROSE
    assert done.trace.steps[0].decision is None


async def test_three_unreadable_answers_end_the_run_and_are_kept(play: Play) -> None:
    done = await play(CLICK, PROSE, PROSE, PROSE, DONE)
    assert (done.outcome.status, done.outcome.exit_code, done.outcome.steps) == ("parse_error", 5, 4)
    assert "no_action" in done.outcome.reason
    assert [step.reply.text for step in done.trace.steps][1:] == [PROSE] * 3


async def test_a_refused_action_goes_back_to_the_model(
    play: Play, screen: Callable[..., Observation], env: ScriptedEnv
) -> None:
    screens = {"form": screen("white"), "done": screen("green")}
    picky = ScriptedEnv(screens, [Move(on="form", kind="click", to="done", problem="that button is disabled")])
    done = await play(CLICK, DONE, env=picky)
    assert done.outcome.status == "complete"
    assert "that button is disabled" in done.prompt(2)
    assert (done.trace.steps[0].problem, done.trace.steps[0].result) == ("that button is disabled", None)


async def test_the_model_is_told_that_nothing_changed(play: Play) -> None:
    done = await play(AWAY, DONE)
    assert "the screen did not change" in done.prompt(2)


async def test_the_same_in_vain_for_ever_ends_as_budget(play: Play) -> None:
    done = await play(*[AWAY] * 20, limits=Limits(repeats=4))
    assert (done.outcome.status, done.outcome.steps) == ("budget", 4)
    assert "changed nothing" in done.outcome.reason
    assert "going round in circles" not in done.prompt(2)
    assert "going round in circles: the same action was tried 2 times" in done.prompt(3)


async def test_the_step_limit_is_a_limit_and_no_failure_of_the_task(play: Play) -> None:
    done = await play(CLICK, AWAY, CLICK, AWAY, limits=Limits(steps=3))
    assert (done.outcome.status, done.outcome.exit_code) == ("step_limit", 4)


async def test_tokens_are_counted_and_bounded(play: Play) -> None:
    spent = Reply(text=CLICK, usage=Usage(prompt=900, completion=50))
    done = await play(
        spent, Reply(text=AWAY, usage=Usage(prompt=60, completion=None)), DONE, limits=Limits(tokens=1000)
    )
    assert (done.outcome.status, done.outcome.tokens) == ("budget", 1010)


class Slow(ScriptedEndpoint):
    asked = asyncio.Event()

    async def complete(self, messages: Sequence[Message], sampling: object, terms: object = None) -> Reply:
        self.asked.set()
        await asyncio.sleep(30)
        raise AssertionError("nobody waits that long")


async def test_time_is_bounded(env: ScriptedEnv, tmp_path: Path) -> None:
    outcome = await run(
        "x", env=env, endpoint=Slow([]), dialect="glm41v-pc", trace_dir=tmp_path / "t", limits=Limits(seconds=0.2)
    )
    assert outcome.status == "budget"
    assert "0.2 seconds" in outcome.reason
    trace = read_trace(tmp_path / "t")
    assert trace.outcome == outcome
    assert trace.steps[0].reply is None


class Lingering(ScriptedEnv):
    async def __aexit__(self, *error: object) -> None:
        await asyncio.sleep(0.6)


async def test_a_run_that_has_ended_cannot_run_out_of_time(play: Play, screen: Callable[..., Observation]) -> None:
    done = await play(DONE, env=Lingering.in_order([screen()]), limits=Limits(seconds=0.5))
    assert (done.outcome.status, done.outcome.answer) == ("complete", "42")


async def test_a_cancelled_run_is_stopped_and_raises_it(env: ScriptedEnv, tmp_path: Path) -> None:
    model = Slow([])
    model.asked = asyncio.Event()
    task = asyncio.create_task(run("x", env=env, endpoint=model, dialect="glm41v-pc", trace_dir=tmp_path / "t"))
    await model.asked.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert read_trace(tmp_path / "t").outcome.status == "stopped"


async def test_a_question_goes_to_the_person_and_the_answer_to_the_model(play: Play) -> None:
    asked: list[str] = []

    async def person(question: str) -> str:
        asked.append(question)
        return "Lisbon"

    done = await play(ASK, DONE, person=person)
    assert asked == ["Which city?"]
    assert "Lisbon" in done.prompt(2)
    assert done.outcome.status == "complete"


async def test_a_question_without_a_person_ends_saying_what_was_missing(play: Play) -> None:
    done = await play(ASK, DONE)
    assert done.outcome.status == "infeasible"
    assert "Which city?" in done.outcome.reason


async def test_an_endpoint_that_fails_is_recorded_and_raised(play: Play) -> None:
    done = await play(CLICK, EndpointRefused("no such model"))
    assert isinstance(done.error, EndpointRefused)
    assert (done.trace.outcome.status, done.trace.outcome.reason) == ("endpoint_error", "no such model")
    assert len(done.trace.steps) == 2


class Dying(ScriptedEnv):
    async def perform(self, action: Action) -> Result:
        raise DeviceLost("the browser went away")


async def test_a_screen_that_goes_away_is_recorded_with_the_action_that_it_died_of(
    play: Play, screen: Callable[..., Observation]
) -> None:
    done = await play(CLICK, env=Dying.in_order([screen()]))
    assert isinstance(done.error, DeviceLost)
    assert done.trace.outcome.status == "device_error"
    assert done.trace.steps[0].decision.action.kind == "click"
    assert done.trace.steps[0].problem == "the browser went away"


class Broken(ScriptedEnv):
    async def perform(self, action: Action) -> Result:
        raise ZeroDivisionError("a bug")


async def test_a_bug_is_an_error_and_not_hidden(play: Play, screen: Callable[..., Observation]) -> None:
    done = await play(CLICK, env=Broken.in_order([screen()]))
    assert isinstance(done.error, ZeroDivisionError)
    assert done.trace.outcome.status == "error"


async def test_what_cannot_be_run_makes_no_trace(env: ScriptedEnv, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="empty"):
        await run(" \n", env=env, endpoint=ScriptedEndpoint([]), dialect="glm41v-pc", trace_dir=tmp_path / "t")
    with pytest.raises(UsageError, match="klingon"):
        await run("x", env=env, endpoint=ScriptedEndpoint([]), dialect="klingon", trace_dir=tmp_path / "t")
    assert not (tmp_path / "t").exists()
