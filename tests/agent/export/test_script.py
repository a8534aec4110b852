"""A trace as a Playwright script: it books the same at another hotel, and nothing from a page becomes code."""

from __future__ import annotations

import ast
import asyncio
import datetime
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from actions import (
    Action,
    Box,
    Click,
    Element,
    Finish,
    Hit,
    Open,
    Press,
    Result,
    Scroll,
    Select,
    Task,
    TraceError,
    Type,
)
from agent.export import export
from agent.limits import Limits
from agent.outcome import Outcome
from agent.trace import TraceWriter, Turn, header
from envs.demo.hotel import hotel
from envs.web import WebEnv
from prompts.base import Decision
from tests.support.browser import path_of_browser

TODAY = datetime.date(2026, 11, 20)
DATA = {"guest": 'Grace O\'Hara "Amazing"', "town": "Porto", "mail": "grace@example.org"}


class Booker:
    """Acts on a page by the names of its elements and records it, as any run does."""

    def __init__(self, env: WebEnv, writer: TraceWriter) -> None:
        self._env, self._writer, self._n = env, writer, 0

    async def do(self, make: Callable[[Box], Action], name: str, role: str) -> None:
        seen = await self._env.observe()
        while not (found := [e for e in seen.elements if e.role == role and name in e.name]):
            assert seen.scroll is None or seen.scroll[1] > 0, f"there is no {role} {name!r}"
            await self._act(seen, Scroll(direction="down", steps=4))
            seen = await self._env.observe()
        await self._act(seen, make(found[0].box))

    async def _act(self, seen: object, action: Action) -> None:
        self._n += 1
        result = await self._env.perform(action)
        decision = Decision(action=action)
        self._writer.add(Turn(n=self._n, seen=seen, decision=decision, result=result))  # type: ignore[arg-type]

    async def finish(self) -> None:
        seen = await self._env.observe()
        decision = Decision(action=Finish(status="complete", answer="booked"))
        self._writer.add(Turn(n=self._n + 1, seen=seen, decision=decision))
        self._writer.end(Outcome(status="complete", answer="booked", steps=self._n + 1))


async def book(folder: Path, url: str) -> Path:
    writer = TraceWriter(folder)
    task = Task(instruction='book a room in Porto """quickly"""', data=DATA, start=url, today=TODAY)
    writer.begin(header(task, "web", "person", "person", "", Limits()))
    async with WebEnv(url) as env:
        person = Booker(env, writer)
        await person.do(lambda box: Select(at=box, option="Porto"), "City", "combobox")
        await person.do(lambda box: Type(text="12/03/2026", into=box, replace=True), "Arrival", "textbox")
        await person.do(lambda box: Type(text="2026-12-05", into=box, replace=True), "Departure", "textbox")
        await person.do(lambda box: Click(at=box), "Search", "button")
        await person.do(lambda box: Click(at=box), "Book ", "link")
        await person.do(lambda box: Type(text=DATA["guest"], into=box, replace=True), "Full name", "textbox")
        await person.do(lambda box: Type(text=DATA["mail"], into=box, replace=True), "E-mail", "textbox")
        await person.do(lambda box: Click(at=box), "I accept", "checkbox")
        await person.do(lambda box: Click(at=box), "Confirm booking", "button")
        await person.finish()
    return folder


async def test_the_script_books_the_same_at_another_hotel(tmp_path: Path) -> None:
    async with hotel(today=lambda: TODAY) as site:
        trace = await book(tmp_path / "t", site.url)
        (recorded,) = site.bookings()
    done = export([trace], "playwright", out=tmp_path / "again.py")
    assert done.notes == ()
    code = done.path.read_text(encoding="utf-8")
    assert 'page.get_by_role("combobox", name="City", exact=True).select_option(label=data["town"])' in code
    assert 'page.get_by_role("button", name="Search", exact=True).click()' in code
    assert 'page.get_by_label("Arrival", exact=True).fill("2026-12-03")' in code
    assert '.fill(data["guest"])' in code
    assert ".check()" in code
    assert 'expect(page.get_by_text("Booking confirmed", exact=True).first).to_be_visible()' in code
    async with hotel(today=lambda: TODAY) as site:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(done.path),
            site.url,
            cwd=tmp_path,
            env={**os.environ, "BROWSER": await path_of_browser(), "PYTHONPATH": ""},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await asyncio.wait_for(process.communicate(), 90)
        assert process.returncode == 0, err.decode()
        (again,) = site.bookings()
    assert again.reference in out.decode()
    facts = ("city", "hotel", "room", "arrival", "departure", "guests", "name", "email")
    assert [getattr(again, fact) for fact in facts] == [getattr(recorded, fact) for fact in facts]
    assert again.name == DATA["guest"]


def written(tmp_path: Path, *turns: Turn, platform: str = "web", instruction: str = "x") -> str:
    folder = tmp_path / "t"
    writer = TraceWriter(folder)
    task = Task(instruction=instruction, start="http://a.test/")
    writer.begin(header(task, platform, "d", "m", "", Limits()))  # type: ignore[arg-type]
    for one in turns:
        writer.add(one)
    writer.end(Outcome(status="complete"))
    return export([folder], "playwright", out=tmp_path / "s.py").path.read_text(encoding="utf-8")


def acted(turn: Callable[..., Turn], action: Action, hit: Hit | None = None, **result: object) -> Turn:
    return turn(1, decision=Decision(action=action), result=Result(hit=hit, **result))  # type: ignore[arg-type]


BOX = Box(left=0.1, top=0.1, right=0.3, bottom=0.3)
HOSTILE = '"""\n\'); import os; os.system("x") #\\\u2028\\'


@pytest.mark.parametrize(
    ("action", "hit", "said"),
    [
        (Click(at=BOX), Hit(role="link", name="Go"), 'page.get_by_role("link", name="Go", exact=True).click()'),
        (Click(at=BOX, count=2), Hit(role="button", name="Go"), ".click(click_count=2)"),
        (Click(at=BOX), Hit(role="link", name="Go", path="#go > a", alike=2), 'page.locator("#go > a").click()'),
        (
            Click(at=BOX),
            Hit(role="button", name="Pay", path="#one |> #two |> body > button"),
            'page.frame_locator("#one").frame_locator("#two").get_by_role("button", name="Pay", exact=True).click()',
        ),
        (Click(at=BOX), Hit(role="generic", path="x-card >>> #in"), 'page.locator("x-card >> #in").click()'),
        (
            Click(at=BOX),
            Hit(role="button", name="Go", test_id="go", path='[data-testid="go"]'),
            'page.get_by_test_id("go").click()',
        ),
        (
            Type(text="s", into=BOX, replace=True),
            Hit(role="textbox", name="Password", tag="input", input_type="password", path="#p"),
            'page.get_by_label("Password", exact=True).fill("s")',
        ),
        (
            Type(text="<secret:user-password>", into=BOX, replace=True),
            Hit(role="textbox", name="Password", tag="input", input_type="password", path="#p"),
            '.fill(os.environ["USER_PASSWORD"])',
        ),
        (
            Click(at=BOX),
            Hit(role="option", tag="option", name="Porto", path="#city"),
            'page.locator("#city").select_option(label="Porto")',
        ),
        (Click(at=BOX), Hit(role="combobox", tag="select", name="City", path="#city"), "# 1. click"),
        (Click(at=BOX), None, "page.mouse.click(64, 40)"),
        (Press(keys=("ctrl", "a")), None, 'page.keyboard.press("Control+a")'),
        (Scroll(direction="up", steps=2), None, "page.mouse.wheel(0, -200)"),
        (Open(target="http://b.test/"), None, 'page.goto("http://b.test/")'),
    ],
)
def test_each_action_has_its_words(
    action: Action, hit: Hit | None, said: str, tmp_path: Path, turn: Callable[..., Turn]
) -> None:
    code = written(tmp_path, acted(turn, action, hit))
    compile(code, "s.py", "exec")
    assert said in code


def test_a_dialog_is_answered_before_the_step_that_opens_it(tmp_path: Path, turn: Callable[..., Turn]) -> None:
    opens = acted(turn, Click(at=BOX), Hit(role="button", name="Delete"))
    answers = acted(turn, Click(at=BOX), Hit(role="button", name="OK", tag="dialog"))
    code = written(tmp_path, opens, answers)
    assert code.index('page.once("dialog", lambda dialog: dialog.accept())') < code.index('name="Delete"')
    assert 'name="OK"' not in code


def test_a_new_tab_is_followed(tmp_path: Path, turn: Callable[..., Turn]) -> None:
    note = 'A new tab opened and is shown now: "Terms" (http://a.test/terms).'
    code = written(tmp_path, acted(turn, Click(at=BOX), Hit(role="link", name="Terms"), notes=(note,)))
    compile(code, "s.py", "exec")
    assert "    with page.expect_popup() as popup:\n        page.get_by_role(" in code
    assert "    page = popup.value\n" in code


def test_what_pages_and_models_wrote_is_only_text(tmp_path: Path, turn: Callable[..., Turn]) -> None:
    marked = turn(1).seen.model_copy(
        update={"elements": (Element(mark=1, role="textbox", name=HOSTILE, box=BOX, value="old"),)}
    )
    hit = Hit(role="textbox", name=HOSTILE, test_id=HOSTILE, path=HOSTILE, box=BOX)
    turns = [
        turn(
            n, seen=marked, decision=Decision(action=action, thought=HOSTILE), result=Result(hit=hit, notes=(HOSTILE,))
        )
        for n, action in enumerate(
            (Type(text=HOSTILE, into=BOX), Click(at=BOX), Select(at=BOX, option=HOSTILE), Open(target=HOSTILE)), 1
        )
    ]
    tree = ast.parse(written(tmp_path, *turns, instruction=HOSTILE))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "system"]
    imported = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    assert imported == ["os", "sys"]


def test_a_phone_has_no_playwright_script(tmp_path: Path, turn: Callable[..., Turn]) -> None:
    with pytest.raises(TraceError, match="of android; a Playwright script drives pages"):
        written(tmp_path, turn(1), platform="android")
