"""Whole sessions with a secret: it reaches the page that it is for, and nothing else that is written, said or sent."""

from __future__ import annotations

import base64
import re
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from starlette.responses import Response

from actions import Click, Finish, Point, Press, Type
from agent.reader.sight import Sight
from agent.trace import read_trace
from prompts import registry
from tests.agent.test_cli import Ran, agent, assert_clear
from tests.envs.site import Site, served
from tests.support.model_server import ModelServer, model_server, text

VALUE = "Tr0ub4dor&3 Zebra"
FIELD, SHOW, CODE = Point(x=0.2, y=0.15), Point(x=0.2, y=0.25), Point(x=0.6, y=0.15)
PAGE = """
<style>body { font: 20px sans-serif } #f, #show, #code { position: absolute; left: 156px; width: 200px; height: 40px }
#f { top: 100px } #show { top: 180px } #code { top: 100px; left: 668px } #out { margin-top: 300px }</style>
<input id=f type=password aria-label=Password><button id=show>Show</button><input id=code aria-label=Code>
<div id=out></div>
<script>
show.onclick = () => {
  const value = f.value;
  const escaped = value.replace("&", "&amp;");
  document.title = value;
  history.replaceState(null, "", "?password=" + encodeURIComponent(value) + "#" + btoa(value));
  out.innerHTML = `<p>${escaped}</p><p>${escaped.toUpperCase().replace("&AMP;", "&amp;")}</p>
    <p>${[...value].map((one) => `<span>${one.replace("&", "&amp;")}</span>`).join(" ")}</p>
    <p><b>Tr0ub</b><i>4dor</i></p><input value="${escaped}"><select><option>${escaped}</select>
    <p role=alert data-x="${escaped}">${escaped}</p><iframe srcdoc="${escaped}"></iframe><textarea>${escaped}</textarea>
    <img alt="${escaped}" width=300 height=30><h2>${escaped}</h2>`;
  console.log(value);
  alert("Your password is " + value);
};
</script>"""
FORMS = {
    VALUE, VALUE.upper(), VALUE.lower(), quote(VALUE), quote_plus(VALUE), VALUE.replace("&", "&amp;"), VALUE[:9],
    VALUE[9:], VALUE.encode().hex(), *(base64.b64encode(b"xxx"[:n] + VALUE.encode()).decode()[4:20] for n in range(3)),
    base64.b64encode(VALUE.encode()).decode().rstrip("="), VALUE[:9].upper(), VALUE[:9].lower(),
}  # fmt: skip


def assert_silent(said: Iterable[bytes]) -> None:
    for one in said:
        assert not [form for form in FORMS if form.encode() in one]


def files_of(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()]


def pictures_in(server: ModelServer) -> list[bytes]:
    urls = re.findall(r"data:image/\w+;base64,([A-Za-z0-9+/=]+)", "".join(map(str, server.requests)))
    return [base64.b64decode(one) for one in dict.fromkeys(urls)]


def read(picture: bytes) -> str:
    """Every letter and digit that can be read in a picture."""
    return re.sub(r"\W", "", " ".join(line.text for line in Sight().read(picture, full=True).texts)).lower()


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with served() as one:
        yield one


class Script:
    """A model that does these actions in order."""

    def __init__(self, *actions: Any) -> None:
        self._answers = [registry.get("glm41v-pc").format(action) for action in actions]

    def __call__(self, n: int, body: dict[str, Any]) -> Response:
        return text(self._answers[n - 1])


async def ran(folder: Path, url: str, script: Script, *flags: str, value: str = VALUE) -> tuple[Ran, ModelServer]:
    async with model_server(script, models=["glm-4.1v"]) as server:
        found = await agent(
            folder, "run", "--url", url, "--base-url", server.url, "--model", "glm-4.1v", "--dialect", "glm41v-pc",
            "--json", "--trace-dir", "t", *flags, "log in", SHOP_PASSWORD=value,
        )  # fmt: skip
    return found, server


TYPED = Type(text="<secret:password>", into=FIELD, replace=True)
ENDS = Finish(status="complete", answer="done")


async def test_a_page_that_shows_it_in_ten_ways_does_not_give_it_away(tmp_path: Path, site: Site) -> None:
    script = Script(TYPED, Click(at=SHOW), Press(keys=("enter",)), Type(text="<secret:password>", into=CODE), ENDS)
    path = site.page(PAGE)
    found, server = await ran(tmp_path, site.url + path, script, "--secret", "password=SHOP_PASSWORD")
    assert_clear(found, 0)
    trace = read_trace(tmp_path / "t")
    assert "Your password is <secret:password>" in " ".join(trace.steps[2].seen.notes)
    assert trace.steps[3].seen.title == "<secret:password>"
    assert "shows what is typed" in (trace.steps[3].problem or "")
    assert trace.header.task.data == {"password": "<secret:password>"}
    assert "password: <secret:password>" in str(server.requests[0])
    for to, name in (("json", "x.json"), ("playwright", "x.py"), ("llamafactory", "lf")):
        exported = await agent(tmp_path, "export", "t", "--to", to, "--out", name)
        assert exported.code == 0, exported.err
    assert_clear(await agent(tmp_path, "view", "t"), 0)
    assert_silent(files_of(tmp_path))
    assert_silent([found.out.encode(), found.err.encode(), str(server.requests).encode()])
    pictures = [read(picture) for picture in pictures_in(server)]
    assert len(pictures) >= 4
    assert any("yourpasswordis" in said for said in pictures)
    for said in pictures:
        assert not re.search("tr[0o]u|4dor|zebr", said)


async def test_another_origin_ends_the_run_as_blocked(tmp_path: Path, site: Site) -> None:
    url = site.other + site.page(PAGE)
    found, _ = await ran(tmp_path, url, Script(TYPED), "--secret", f"password=SHOP_PASSWORD@{site.url}")
    assert_clear(found, 8, "was to be typed at", f"it is for {site.url}")
    assert_silent([*files_of(tmp_path), found.out.encode(), found.err.encode()])


async def test_a_replay_types_it_again_and_says_first_that_it_needs_it(tmp_path: Path, site: Site) -> None:
    path = site.page(
        "<style>#f { position: absolute; left: 156px; top: 100px; width: 200px; height: 40px }</style>"
        "<input id=f type=password aria-label=Password oninput='fetch(`/heard?${this.value.length}`)'>"
    )
    found, _ = await ran(tmp_path, site.url + path, Script(TYPED, ENDS), "--secret", "password=SHOP_PASSWORD")
    assert_clear(found, 0)
    site.asked.clear()
    without = await agent(tmp_path, "replay", "t")
    assert_clear(without, 2, "<secret:password>", "--secret password=VARIABLE")
    assert site.asked == []
    again = await agent(
        tmp_path, "replay", "t", "--secret", "password=SHOP_PASSWORD", "--trace-dir", "r", SHOP_PASSWORD=VALUE
    )
    assert_clear(again, 0)
    assert f"GET /heard?{len(VALUE)}" in site.asked
    assert_silent([*files_of(tmp_path), again.err.encode()])


BAD_USE = [
    (["--secret", "password=NOT_SET_HERE"], "takes the variable NOT_SET_HERE, which is not set"),
    (["--secret", "password=EMPTY"], "takes the variable EMPTY, which is empty"),
    (["--secret", "password=SHORT"], "fewer than 4 characters"),
    (["--secret", "hunter2"], "no KEY=VARIABLE"),
    (["--secret", "a=GOOD@http://"], "is not a web address"),
    (["--secret", "a=GOOD", "--secret", "a=SHORT"], "names two variables"),
    (["--secret", "a=GOOD", "-d", "a=x"], "both a value and a secret"),
    (["--secret-in-clear", "a"], "names no --secret"),
    (["--env", "desktop", "--secret", "a=GOOD"], "for the web only so far"),
    (["--env", "android", "--secret", "a=GOOD"], "for the web only so far"),
]


@pytest.mark.parametrize(("flags", "words"), BAD_USE, ids=[words for _, words in BAD_USE])
async def test_bad_use_is_named_before_anything_starts(tmp_path: Path, flags: list[str], words: str) -> None:
    found = await agent(tmp_path, "run", *flags, "x", EMPTY="", SHORT="abc", GOOD="correct horse")
    assert_clear(found, 2, words)
    assert "correct horse" not in found.err
    assert not list(tmp_path.iterdir())
