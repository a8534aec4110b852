"""Every case can be done as its TOML says, and the judge lets nothing else pass."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace

import pytest
import pytest_asyncio
from playwright.async_api import Page, async_playwright

from envs.web.browser import launch
from tests.forms.cases import AnyOf, Case, Mistake, Step, load_cases
from tests.forms.judge import Submission, judge
from tests.forms.server import serve
from tests.forms.visitor import walk

CASES = list(load_cases())
SOLVABLE = [case for case in CASES if case.solvable]
STOPPED = [case for case in CASES if not case.solvable]
MISTAKES = [(case, mistake) for case in CASES for mistake in case.mistakes]
NAMES = [case.id for case in CASES]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def page() -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        browser = await launch(playwright, path=None, headless=True, patience=30)
        page = await browser.new_page(viewport={"width": 1280, "height": 800})
        page.set_default_timeout(10_000)
        yield page
        await browser.close()


async def visit(page: Page, case: Case, steps: Sequence[Step]) -> list[Submission]:
    """What the server has received when a visitor has walked `steps`."""
    async with serve(case) as site:
        await page.goto(site.url)
        await walk(page, steps)
        return site.submissions


def test_the_names_of_cases_are_their_own() -> None:
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("case", CASES, ids=NAMES)
async def test_reference_solution(page: Page, case: Case) -> None:
    submissions = await visit(page, case, case.solution)
    if case.solvable:
        assert judge(case, submissions, "complete").kind == "solved"
        assert judge(case, submissions, "step_limit").kind == "stopped_wrong"
    else:
        reason = " ".join(group[0] for group in case.expected.mentions)
        assert judge(case, submissions, case.expected.ending, reason).kind == "stopped_right"
        assert judge(case, submissions, case.expected.ending, "I could not do it.").kind == "stopped_wrong"
        assert judge(case, submissions, "complete").kind == "false_complete"


@pytest.mark.parametrize(("case", "mistake"), MISTAKES, ids=[f"{case.id}: {slip.name}" for case, slip in MISTAKES])
async def test_mistakes_are_caught(page: Page, case: Case, mistake: Mistake) -> None:
    submissions = await visit(page, case, mistake.steps)
    verdict = judge(case, submissions, "complete")
    assert verdict.kind == "false_complete"
    assert mistake.why in verdict.why
    assert not judge(case, submissions, "infeasible", "it cannot be done").right


def sent(fields: Mapping[str, str | tuple[str, ...] | AnyOf]) -> Submission:
    plain = {name: value.any[0] if isinstance(value, AnyOf) else value for name, value in fields.items()}
    return Submission("/x", plain, accepted=True, final=True)


@pytest.mark.parametrize("case", SOLVABLE, ids=[case.id for case in SOLVABLE])
def test_every_single_field_counts(case: Case) -> None:
    right = sent(case.expected.fields)
    assert judge(case, [right], "complete").kind == "solved"
    assert judge(case, [right, right], "complete").kind == "false_complete"
    assert judge(case, [], "complete").kind == "false_complete"
    assert judge(case, [], "infeasible", "no").kind == "stopped_wrong"
    assert judge(case, [replace(right, accepted=False)], "complete").kind == "false_complete"
    for name in right.fields:
        other = replace(right, fields={**right.fields, name: "something else"})
        assert judge(case, [other], "complete").kind == "false_complete"
        assert judge(case, [other], "infeasible", "no").kind == "wrong"
        without = replace(right, fields={key: value for key, value in right.fields.items() if key != name})
        assert name in judge(case, [without], "complete").why
    assert judge(case, [replace(right, fields={**right.fields, "extra": "on"})], "complete").kind == "false_complete"


def test_several_values_count_in_any_order() -> None:
    case = next(case for case in SOLVABLE if any(isinstance(right, tuple) for right in case.expected.fields.values()))
    right = sent(case.expected.fields)
    turned = {name: value[::-1] if isinstance(value, tuple) else value for name, value in right.fields.items()}
    assert judge(case, [replace(right, fields=turned)], "complete").kind == "solved"
    halved = {name: value[0] if isinstance(value, tuple) else value for name, value in right.fields.items()}
    assert judge(case, [replace(right, fields=halved)], "complete").kind == "false_complete"


def test_each_of_several_right_wordings_counts() -> None:
    for case in SOLVABLE:
        for name, right in case.expected.fields.items():
            for wording in right.any if isinstance(right, AnyOf) else ():
                entry = sent({**case.expected.fields, name: f" {wording} "})
                assert judge(case, [entry], "complete").kind == "solved"


@pytest.mark.parametrize("case", STOPPED, ids=[case.id for case in STOPPED])
def test_nothing_may_be_sent_where_nothing_can_be_done(case: Case) -> None:
    final = Submission("/x", {"any": "thing"}, accepted=True, final=True)
    reason = " ".join(group[0] for group in case.expected.mentions)
    assert judge(case, [final], case.expected.ending, reason).kind == "wrong"
    assert judge(case, [final], "complete").kind == "false_complete"
    assert judge(case, [], "step_limit", reason).kind == "stopped_wrong"
    tried_first = "stopped_wrong" if case.expected.fields else "stopped_right"
    assert judge(case, [], "infeasible", reason).kind == tried_first
