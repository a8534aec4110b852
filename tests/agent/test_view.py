"""The viewer's page, looked at in a real browser: everything there, nothing that could act, nothing from outside."""

from __future__ import annotations

import io
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Browser, Page, async_playwright

from actions import Click, Observation, Point, Press, Task, TraceError
from agent.limits import Limits
from agent.outcome import Outcome
from agent.trace import Found, TraceWriter, Turn, header, read_trace
from agent.view import render, write_page
from envs.web.browser import launch
from prompts.base import Decision
from tests.agent.conftest import picture

HOSTILE = "<script>document.title='taken'</script>\"'><img src=x onerror=\"document.title='taken'\">{{ 7*7 }}"


def record(
    folder: Path, *turns: Turn, outcome: Outcome | None = None, instruction: str = "book a room", replays: str = ""
) -> Path:
    task = Task(instruction=instruction, data={"k": "v"})
    writer = TraceWriter(folder)
    writer.begin(header(task, "web", "d", "m", "http://x/v1", Limits(), replays))
    for turn in turns:
        writer.add(turn)
    writer.end(outcome or Outcome(status="stopped"))
    return folder


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        found = await launch(playwright, path=None, headless=True, patience=60)
        yield found
        await found.close()


@pytest.fixture
async def opened(browser: Browser) -> AsyncIterator[Callable[..., object]]:
    """Opens a page; whatever it logs, throws or fetches makes the test fail."""
    context = await browser.new_context(viewport={"width": 1280, "height": 800})
    page = await context.new_page()
    trouble: list[str] = []
    page.on("console", lambda message: trouble.append(message.text))
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("request", lambda request: trouble.append(request.url) if request.url.startswith("http") else None)

    async def open_page(path: Path, fragment: str = "") -> Page:
        await page.goto(path.as_uri() + fragment)
        return page

    yield open_page
    await context.close()
    assert trouble == []


Opened = Callable[..., object]


async def title(page: Page) -> str:
    return await page.locator("article:not([hidden]) h2").first.inner_text()


async def shown(page: Page, kind: str = "img.now") -> tuple[int, int]:
    """The size in pixels of the picture that is decoded and seen."""
    image = page.locator(f"article:not([hidden]) {kind}").first
    await image.evaluate("image => image.decode()")
    width, height = await image.evaluate("image => [image.naturalWidth, image.naturalHeight]")
    return width, height


async def test_steps_are_gone_through_by_keys(tmp_path: Path, turn: Callable[..., Turn], opened: Opened) -> None:
    turns = [turn(n, messages=[]) for n in range(1, 31)]
    turns[1] = turn(2, decision=None, result=None, problem="no action: prose")
    page = await opened(write_page(record(tmp_path / "t", *turns)))  # type: ignore[misc]
    assert await title(page) == "1 click button “Search”"
    assert await shown(page) == (320, 200)
    await page.keyboard.press("ArrowRight")
    assert await title(page) == "2 no action: prose"
    assert await page.locator("#where").inner_text() == "2 of 30"
    await page.keyboard.press("End")
    assert await title(page) == "30 click button “Search”"
    assert await page.locator("[aria-current=step]").inner_text() == "30"
    await page.keyboard.press("ArrowRight")
    assert await title(page) == "30 click button “Search”"
    # what is far from the step that is looked at holds no picture in memory
    assert await page.locator("article").nth(2).locator("img[src]").count() == 0
    await page.keyboard.press("Home")
    assert await title(page) == "1 click button “Search”"
    assert await shown(page) == (320, 200)
    await page.get_by_role("button", name="Step 7: ").click()
    assert await title(page) == "7 click button “Search”"
    assert page.url.endswith("#step-7")


async def test_a_step_can_be_linked_to(tmp_path: Path, turn: Callable[..., Turn], opened: Opened) -> None:
    path = write_page(record(tmp_path / "t", *(turn(n) for n in range(1, 5))))
    page = await opened(path, "#step-3")  # type: ignore[misc]
    assert (await title(page)).startswith("3 ")


async def test_what_is_known_of_a_step_is_there(tmp_path: Path, turn: Callable[..., Turn], opened: Opened) -> None:
    path = write_page(record(tmp_path / "t", turn(1, problem="refused: it is grey"), outcome=None))
    page = await opened(path)  # type: ignore[misc]
    said = await page.locator("article").inner_text()
    for words in (
        "The button <b>Search</b> goes on.",
        "refused: it is grey",
        "action_unboxed",
        "think 200 ms",
        "110 tokens (100 in, 10 out)",
        "http://hotel.test/",
        "role\tbutton",
    ):
        assert words in said
    screen = await page.locator(".screen").bounding_box()
    aim = await page.locator(".aim").bounding_box()
    assert screen
    assert aim
    assert (aim["x"] - screen["x"]) / screen["width"] == pytest.approx(0.4, abs=0.005)
    assert (aim["y"] - screen["y"]) / screen["height"] == pytest.approx(0.4, abs=0.005)
    assert aim["width"] / screen["width"] == pytest.approx(0.2, abs=0.005)
    assert await shown(page, ".crop") == (81, 69)
    await page.keyboard.press("b")
    assert not await page.locator(".aim").is_visible()


async def test_a_point_is_where_it_was_aimed_at(tmp_path: Path, turn: Callable[..., Turn], opened: Opened) -> None:
    one = turn(1, decision=Decision(action=Click(at=Point(x=0.25, y=0.75))), result=None)
    page = await opened(write_page(record(tmp_path / "t", one)))  # type: ignore[misc]
    screen, aim = await page.locator(".screen").bounding_box(), await page.locator(".aim").bounding_box()
    assert screen
    assert aim
    assert aim["x"] + aim["width"] / 2 - screen["x"] == pytest.approx(screen["width"] / 4, abs=2)
    assert aim["y"] + aim["height"] / 2 - screen["y"] == pytest.approx(screen["height"] * 0.75, abs=2)


async def test_text_of_pages_and_models_is_only_text(
    tmp_path: Path, turn: Callable[..., Turn], opened: Opened, screen: Callable[..., Observation]
) -> None:
    decision = Decision(action=Press(keys=("enter",)), thought=HOSTILE, raw=HOSTILE, repairs=(HOSTILE,))
    seen = screen(title=HOSTILE, url=HOSTILE, notes=(HOSTILE,))
    one = turn(1, seen=seen, decision=decision, problem=HOSTILE, ms={HOSTILE: 1.0})
    done = Outcome(status="complete", answer=HOSTILE)
    page = await opened(write_page(record(tmp_path / "t", one, outcome=done, instruction=HOSTILE)))  # type: ignore[misc]
    assert await page.title() == f"{HOSTILE} – trace"
    said = await page.locator("body").inner_text()
    assert said.count(HOSTILE) >= 6
    assert await page.locator("img[onerror]").count() == 0


async def test_a_script_that_found_its_way_in_would_not_be_run(
    tmp_path: Path, turn: Callable[..., Turn], browser: Browser
) -> None:
    page = await browser.new_page()
    await page.goto(write_page(record(tmp_path / "t", turn(1))).as_uri())
    await page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: 'ran = 1'}))")
    assert await page.evaluate("typeof ran") == "undefined"
    await page.close()


async def test_the_file_stands_alone(tmp_path: Path, turn: Callable[..., Turn], opened: Opened) -> None:
    page = write_page(record(tmp_path / "t", turn(1)), out=tmp_path / "elsewhere" / "page.html")
    shutil.rmtree(tmp_path / "t")
    assert await shown(await opened(page)) == (320, 200)  # type: ignore[misc]


async def test_the_model_s_own_picture_is_one_key_away(
    tmp_path: Path, turn: Callable[..., Turn], opened: Opened
) -> None:
    from prompts.images import image_part

    marked = image_part(picture("red", (160, 100)))
    one = turn(1, messages=[{"role": "user", "content": [marked, {"type": "text", "text": "look"}]}])
    page = await opened(write_page(record(tmp_path / "t", one)))  # type: ignore[misc]
    assert not await page.locator(".sent").is_visible()
    await page.keyboard.press("m")
    assert await page.locator(".sent").is_visible()
    assert await shown(page, ".sent img") == (160, 100)


@pytest.fixture
def replayed(tmp_path: Path, turn: Callable[..., Turn]) -> tuple[Path, Path]:
    """A recorded run, and a replay of it that found one target by its picture and then stopped."""
    recorded = record(tmp_path / "recorded", turn(1), turn(2, "blue"), turn(3, "green"))
    mended = Found(step=1, rung="picture", sure=0.93, why="the crop matches", checks={"url": "", "changed": ""})
    other = turn(1, "white", found=mended, reply=None)
    hit = Found(step=2, rung="hit", sure=1.0, checks={"url": "it went to /elsewhere", "changed": ""})
    stopped = turn(2, "black", found=hit, reply=None, problem="step 2: url: it went to /elsewhere")
    led_to = Turn(n=3, seen=turn(3, "yellow").seen, problem=stopped.problem, found=hit)
    outcome = Outcome(status="stopped", reason=stopped.problem)
    return recorded, record(
        tmp_path / "replay", other, stopped, led_to, outcome=outcome, replays="somewhere/else/recorded"
    )


async def colour(page: Page, kind: str) -> tuple[int, ...]:
    data = await page.locator(f"article:not([hidden]) {kind}").first.get_attribute("src")
    assert data is not None
    import base64

    with Image.open(io.BytesIO(base64.b64decode(data.partition(",")[2]))) as image:
        found = image.convert("RGB").getpixel((5, 5))
    assert isinstance(found, tuple)
    return tuple(int(value) for value in found)


async def test_a_replay_shows_how_it_found_and_where_it_stopped(replayed: tuple[Path, Path], opened: Opened) -> None:
    page = await opened(write_page(replayed[1]))  # type: ignore[misc]
    said = await page.locator("article:not([hidden])").inner_text()
    assert "its target was found by its picture, 93% sure: the crop matches" in said
    assert await page.locator("article:not([hidden]) .recorded").is_visible()
    await page.keyboard.press("ArrowRight")
    said = await page.locator("article:not([hidden])").inner_text()
    assert "url: it went to /elsewhere" in said
    assert (await colour(page, "img.now"), await colour(page, ".recorded img")) == ((0, 0, 0), (0, 0, 255))
    await page.keyboard.press("ArrowRight")
    # where it led to stands beside where the recorded step led to
    assert (await colour(page, "img.now"), await colour(page, ".recorded img")) == ((255, 255, 0), (0, 128, 0))
    await page.keyboard.press("r")
    assert not await page.locator("article:not([hidden]) .recorded").is_visible()


def test_a_replay_of_a_trace_that_is_gone_is_shown_too(replayed: tuple[Path, Path]) -> None:
    shutil.rmtree(replayed[0])
    assert 'class="recorded"' not in render(read_trace(replayed[1]))


async def test_two_runs_stand_side_by_side(
    tmp_path: Path, turn: Callable[..., Turn], replayed: tuple[Path, Path], opened: Opened
) -> None:
    page = await opened(write_page(*replayed))  # type: ignore[misc]
    assert await page.locator("article").count() == 4
    left, right = page.locator("article:not([hidden]) .cell").first, page.locator("article:not([hidden]) .cell").last
    a, b = await left.bounding_box(), await right.bounding_box()
    assert a
    assert b
    assert a["x"] + a["width"] <= b["x"]
    await page.keyboard.press("End")
    assert "A has no such step" in await page.locator("article:not([hidden])").inner_text()


def test_runs_are_aligned_by_what_was_done(tmp_path: Path, turn: Callable[..., Turn]) -> None:
    from agent.view.align import aligned

    def press(n: int, key: str) -> Turn:
        return turn(n, decision=Decision(action=Press(keys=(key,))), result=None)

    astray = turn(2, decision=Decision(action=Click(at=Point(x=0.1, y=0.1))), result=None)
    one = read_trace(record(tmp_path / "a", turn(1), press(2, "enter"), press(3, "esc")))
    two = read_trace(record(tmp_path / "b", turn(1), astray, press(3, "enter"), press(4, "esc")))
    rows = [(a.n if a else None, b.n if b else None) for a, b in aligned(one, two)]
    assert rows == [(1, 1), (None, 2), (2, 3), (3, 4)]


@pytest.mark.parametrize("width", [390, 1280])
async def test_it_fits_its_window(tmp_path: Path, turn: Callable[..., Turn], opened: Opened, width: int) -> None:
    long = turn(1, problem="x" * 400, seen=turn(1).seen.model_copy(update={"url": "http://a/" + "y" * 500}))
    page = await opened(write_page(record(tmp_path / "t", *(long for _ in range(40)))))  # type: ignore[misc]
    await page.set_viewport_size({"width": width, "height": 800})
    assert await page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_killed_run_has_a_page_too(tmp_path: Path, turn: Callable[..., Turn]) -> None:
    record(tmp_path, turn(1), outcome=None)
    lines = (tmp_path / "trace.jsonl").read_text().splitlines(keepends=True)
    (tmp_path / "trace.jsonl").write_text("".join(lines[:-1]))
    assert "no outcome" in write_page(tmp_path).read_text(encoding="utf-8")


def test_a_lost_picture_is_named_and_the_rest_is_shown(tmp_path: Path, turn: Callable[..., Turn]) -> None:
    record(tmp_path, turn(1), turn(2, "black"))
    (tmp_path / read_trace(tmp_path).steps[0].seen.image).unlink()
    page = write_page(tmp_path).read_text(encoding="utf-8")
    assert "lacks its picture" in page
    assert page.count("<article") == 2


def test_a_large_picture_is_shown_smaller_and_kept_whole(tmp_path: Path, turn: Callable[..., Turn]) -> None:
    out = io.BytesIO()
    Image.effect_noise((900, 900), 80).save(out, "PNG")
    seen = Observation(screenshot=out.getvalue(), width=900, height=900, platform="web")
    record(tmp_path, turn(1, seen=seen, messages=[], result=None, decision=None))
    assert len(write_page(tmp_path).read_bytes()) < len(out.getvalue())
    trace = read_trace(tmp_path)
    assert trace.image(trace.steps[0].seen.image) == out.getvalue()


def test_no_trace_is_named(tmp_path: Path) -> None:
    with pytest.raises(TraceError, match="no trace in"):
        write_page(tmp_path)


async def test_a_run_that_took_no_step_has_a_page(tmp_path: Path, opened: Opened) -> None:
    page = await opened(write_page(record(tmp_path / "t", outcome=Outcome(status="device_error", reason="no browser"))))  # type: ignore[misc]
    await page.keyboard.press("ArrowRight")
    said = await page.locator("body").inner_text()
    assert "No step was taken." in said
    assert "no browser" in said
