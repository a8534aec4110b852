"""The drift suite: its sites can be changed, its judge can tell, and a few of its replays go as they should."""

from __future__ import annotations

import json
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest

from actions import Click, UsageError
from agent.bench.drift.markup import parse
from agent.bench.drift.mutations import MUTATIONS, Mutation
from agent.bench.drift.report import Cell, Report, Step
from agent.bench.drift.site import Site
from agent.bench.drift.sites import SITES
from agent.bench.drift.stand import Press, Stand
from agent.bench.drift.suite import Recorded, chosen, judge, recording, replayed
from agent.trace import FILE, Header, Trace
from envs.demo.serve import serve
from envs.web import WebEnv

BY_NAME = {site.name: site for site in SITES}
MUTATION = {mutation.name: mutation for mutation in MUTATIONS}
NOTHING = MUTATION["nothing"]


# --- pages ---


@pytest.mark.parametrize(
    "source",
    [
        "<!doctype html><p>a &amp; b<br>c</p>",
        '<input disabled value="&quot;x&quot;"><script>if (a < b) "</p>";</script>',
        '<x-a><template shadowrootmode="open"><slot></slot></template>é</x-a>',
    ],
)
def test_pages_come_out_as_they_went_in(source: str) -> None:
    assert str(parse(source)) == source


@pytest.mark.parametrize("source", ["<p>", "<p></div>", "<b><i></b></i>"])
def test_pages_that_do_not_close_what_they_open_are_refused(source: str) -> None:
    with pytest.raises(ValueError, match="page"):
        parse(source)


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.name)
async def test_sites_send_what_things_are_in_truth_and_nothing_else_of_the_suite(site: Site, tmp_path: Path) -> None:
    async with serve(Stand(site, NOTHING, tmp_path)) as url, httpx2.AsyncClient() as client:
        page = (await client.get(url)).text
    assert "data-truth" in page
    assert not any(name in page for name in ("data-part", "data-row", "data-rows", "data-pair"))


async def test_styles_follow_other_names(tmp_path: Path) -> None:
    for name, kept in (("nothing", True), ("other ids, classes and names", False)):
        async with serve(Stand(BY_NAME["hotel"], MUTATION[name], tmp_path)) as url, httpx2.AsyncClient() as client:
            style = (await client.get(f"{url}static/site.css")).text
            page = (await client.get(url)).text
        assert (".brand {" in style, 'class="brand"' in page) == (kept, kept)
        assert "border-radius" in style


async def test_other_names_are_posted_back_as_the_site_knows_them(tmp_path: Path) -> None:
    stand = Stand(BY_NAME["quote"], MUTATION["other ids, classes and names"], tmp_path)
    async with serve(stand) as url, httpx2.AsyncClient() as client:
        radio = parse((await client.get(url)).text).first(tag="input", value="bicycle")
        assert radio is not None
        assert radio.attrs["name"] != "kind"
        answer = await client.post(url, data={radio.attrs["name"]: "bicycle"})
    assert "About you" in answer.text


@pytest.mark.parametrize("mutation", [one for one in MUTATIONS if one.change], ids=lambda mutation: mutation.name)
async def test_every_change_changes_some_first_page_or_form(mutation: Mutation, tmp_path: Path) -> None:
    pages = [("members", "/"), ("members", "/members/12/edit"), ("members", "/members/15/suspend"), ("shop", "/"),
             ("settings", "/settings"), ("conference", "/register")]  # fmt: skip
    for name, path in pages:
        stand = Stand(BY_NAME[name], mutation, tmp_path)
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(stand), base_url="http://site") as client:
            await client.get(path)
        if stand.touched:
            return
    pytest.fail("no page was changed")


# --- judging ---


def recorded(site: Site, *pressed: str) -> Recorded:
    header = Header.model_validate(
        {"handeye": "0", "started": "2027-01-01T00:00:00Z", "task": {"instruction": "x"}, "platform": "web",
         "dialect": "", "model": "", "endpoint": "", "limits": {}}
    )  # fmt: skip
    return Recorded(site, Trace(folder=Path("x"), header=header), pressed, (("sent", {"a": "1"}),))


@pytest.mark.parametrize(
    ("pressed", "done", "claims", "verdict"),
    [
        (["a", "b", "b", "c"], True, True, "healed"),
        (["a", "c"], True, True, "healed"),  # b was so already
        (["a"], False, False, "missed"),
        (["a", "x"], False, False, "wrong"),
        (["b", "a"], False, False, "wrong"),
        (["a", "b", "c"], False, True, "wrong"),  # claims what is not
        (["cookies:none", "a", "b", "c"], True, True, "wrong"),
    ],
)
def test_verdicts(pressed: list[str], done: bool, claims: bool, verdict: str, tmp_path: Path) -> None:
    stand = Stand(BY_NAME["quote"], NOTHING, tmp_path)
    stand.presses = [Press("pointerdown", truth) for truth in pressed]
    stand.ledger.entries = [("sent", {"a": "1"})] if done else []
    assert judge(recorded(BY_NAME["quote"], "a", "b", "c"), NOTHING, stand, claims=claims)[0] == verdict


def test_what_was_done_otherwise_or_twice_is_wrong(tmp_path: Path) -> None:
    stand = Stand(BY_NAME["quote"], NOTHING, tmp_path)
    for entries in ([("sent", {"a": "2"})], [("sent", {"a": "1"})] * 2):
        stand.ledger.entries = list(entries)
        assert judge(recorded(BY_NAME["quote"]), NOTHING, stand, claims=True)[0] == "wrong"


def test_stopping_is_right_where_nothing_can_be_done_and_a_mutation_may_allow_more(tmp_path: Path) -> None:
    stand = Stand(BY_NAME["quote"], NOTHING, tmp_path)
    whole = recorded(BY_NAME["quote"], "a")
    assert judge(whole, MUTATION["refused at the end"], stand, claims=False)[0] == "stopped"
    stand.presses = [Press("pointerdown", "cookies:none")]
    assert judge(whole, MUTATION["cookie dialog over the page"], stand, claims=False)[0] == "missed"


def test_the_report_counts_and_says_what_went_wrong() -> None:
    report = Report(
        [
            Cell("quote", "nothing", True, "healed", steps=(Step("hit", 10), Step("hit", 30), Step("", 5))),
            Cell("quote", "refused at the end", False, "stopped", "said no"),
            Cell("mail", "nothing", True, "wrong", "lost", ("pressed forgot",)),
        ]
    )
    assert (report.wrong, report.share, report.good) == (1, 0.5, False)
    assert report.rungs() == {"hit": (2, 20.0, 30.0)}
    assert json.loads(json.dumps(report.as_dict()))["healed_share"] == 0.5
    table = report.table()
    assert "WRONG: mail, nothing: lost [pressed forgot]" in table
    assert "healed 50.0% of 2 healable" in table


def test_names_choose_sites_and_mutations() -> None:
    sites, mutations = chosen(["mail", "dark"])
    assert [site.name for site in sites] == ["mail"]
    assert [mutation.name for mutation in mutations] == ["dark theme"]
    assert len(chosen([])[0]) == len(SITES)
    with pytest.raises(UsageError, match="no site or mutation 'sunny'"):
        chosen(["sunny"])


# --- replays ---


async def test_the_stand_sees_a_press_that_replay_should_not_make(tmp_path: Path) -> None:
    stand = Stand(BY_NAME["quote"], MUTATION["a twin of the last button"], tmp_path)
    async with serve(stand) as url, WebEnv(url) as env:
        for role, name in (("radio", "Bicycle"), ("button", "Next"), ("button", "Next")):
            seen = await env.observe()
            await env.perform(Click(at=next(e.box for e in seen.elements if (e.role, e.name) == (role, name))))
    assert [press.truth for press in stand.presses][-2:] == ["Next", "<button> Next"]  # the twin comes first


@asynccontextmanager
async def flow(name: str) -> AsyncIterator[tuple[Recorded, Path]]:
    with tempfile.TemporaryDirectory() as folder:
        yield await recording(BY_NAME[name], Path(folder) / "recorded"), Path(folder)


@pytest.mark.parametrize(
    ("name", "mutations"),
    [
        ("quote", ["fields in reverse order", "other ids, classes and names", "refused at the end"]),
        ("members", ["paired buttons change places", "a namesake in the row's place"]),
        ("mail", ["ids of two fields swapped"]),
        ("settings", ["dark theme"]),
    ],
)
async def test_some_replays(name: str, mutations: list[str]) -> None:
    async with flow(name) as (whole, folder):
        assert "data-truth" not in (folder / "recorded" / FILE).read_text(encoding="utf-8")
        for n, mutation in enumerate(mutations):
            cell = await replayed(whole, MUTATION[mutation], folder / str(n))
            assert cell is not None
            assert (mutation, cell.verdict) == (mutation, "healed" if cell.healable else "stopped"), cell
