"""Deeds put together, and messages that are none: whatever is told, nothing breaks and no secret comes out."""

from __future__ import annotations

import string
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions import Press, Scroll, Type, parse_action
from envs.web.recording.listener import Where
from envs.web.recording.notebook import Notebook
from envs.web.recording.told import Secret, Stir, read

pixels = st.floats(-3000, 3000)
paths = st.sampled_from(["#a", "#b", "#c > button"])
abouts = st.builds(
    lambda path, kind, acts, secret, x, y, tag: {
        "role": "button" if kind == "other" else "textbox", "name": "Thing", "near": "", "alike": 0, "tag": tag,
        "test_id": "", "path": path, "input_type": "", "box": [x, y, x + 90, y + 20], "kind": kind, "acts": acts,
        "spot": [x, y, x + 90, y + 20] if acts else None, "secret": "pin" if secret else None,
    },
    paths, st.sampled_from(["select", "file", "value", "rich", "text", "other"]), st.booleans(), st.booleans(), pixels,
    pixels, st.sampled_from(["input", "select", "div", "canvas"]),
)  # fmt: skip
keys = st.sampled_from(
    ["Enter", "Tab", "Escape", "Control", "Shift", "a", "?", "F5", "ArrowDown", "AudioVolumeUp", "é"]
)


def message(kind: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"kind": st.just(kind), "url": st.just("http://x/"), **fields})


messages = st.one_of(
    message("down", about=abouts, x=pixels, y=pixels, button=st.integers(0, 4), held=st.lists(keys, max_size=2)),
    message("up", x=pixels, y=pixels, dragged=st.booleans(), selecting=st.booleans(), ms=st.floats(0, 1e6)),
    message("cancelled"),
    message("again", count=st.integers(2, 9)),
    message("wheel", across=pixels, down=pixels, x=pixels, y=pixels, main=st.booleans(), about=st.none() | abouts),
    message("held", path=paths, value=st.none() | st.text()),
    message("choice", about=abouts, options=st.lists(st.text(max_size=5), max_size=2)),
    message("files", about=abouts, names=st.lists(st.text(min_size=1, max_size=5), max_size=2)),
    message("activate", about=abouts, keys=st.lists(keys, max_size=1)),
    message("key", keys=st.lists(keys, min_size=1, max_size=3), path=st.just("") | paths),
    abouts.flatmap(
        lambda about: message(
            "input", about=st.just(about), value=st.none() if about["secret"] else st.text(),
            before=st.none(), how=st.sampled_from(["insertText", "insertLineBreak", ""]),
        )
    ),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(messages, max_size=14), st.integers(0, 3))
def test_whatever_is_told_in_whatever_order_gives_sound_actions(told: list[dict[str, Any]], inner: int) -> None:
    notebook: Notebook[int] = Notebook((1280, 800))
    done = []
    where = Where(path="iframe |> " * inner)
    for n, data in enumerate(told):
        deed = read(data)
        assert deed is not None
        assert not isinstance(deed, Stir | Secret)
        done += notebook.take(deed, 1, where, n, float(n))
    done += notebook.close(len(told))
    for draft, after in done:
        assert draft.action is not None
        assert parse_action(draft.action.model_dump()) == draft.action
        assert draft.before <= after
        if draft.sort == "typing" and draft.about is not None and draft.about.secret is not None:
            assert draft.read_back is None
            assert isinstance(draft.action, Type)
            assert draft.action.text == "<secret:pin>"
    assert [draft.at for draft, _ in done] == sorted(draft.at for draft, _ in done)


@given(
    st.recursive(
        st.none() | st.integers() | st.text() | st.floats(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    )
)
def test_what_is_no_message_is_not_believed(data: Any) -> None:
    assert read(data) is None


@pytest.mark.parametrize(
    "change",
    [{"x": float("nan")}, {"more": 1}, {"about": None}, {"url": None}, {"kind": "up"}, {"button": 1.5}],
)
def test_a_message_that_is_wrong_in_one_field_is_not_believed(change: dict[str, Any]) -> None:
    right = {"kind": "down", "url": "http://x/", "about": about(), "x": 1.0, "y": 2.0, "button": 0, "held": []}
    assert read(right) is not None
    assert read({**right, **change}) is None


def about(**changes: Any) -> dict[str, Any]:
    return {
        "role": "textbox", "name": "Name", "near": "", "alike": 0, "tag": "input", "test_id": "", "path": "#a",
        "input_type": "text", "box": [0, 0, 90, 20], "kind": "text", "acts": True, "spot": [0, 0, 90, 20],
        "secret": None,
        **changes,
    }  # fmt: skip


class Writer:
    """A notebook that is told in short; screens are the numbers of the messages."""

    def __init__(self) -> None:
        self.notebook: Notebook[int] = Notebook((1280, 800))
        self.done: list[Any] = []
        self.count = 0

    def tell(self, kind: str, **fields: Any) -> Writer:
        deed = read({"kind": kind, "url": "http://x/", **fields})
        assert deed is not None
        self.done += self.notebook.take(deed, 1, Where(), self.count, float(self.count))  # type: ignore[arg-type]
        self.count += 1
        return self

    def click(self, **changes: Any) -> Writer:
        self.tell("down", about=about(**changes), x=9.0, y=9.0, button=0, held=[])
        return self.tell("up", x=9.0, y=9.0, dragged=False, selecting=False, ms=80.0)

    def write(self, value: str, **changes: Any) -> Writer:
        return self.tell("input", about=about(**changes), value=value, before="", how="insertText")

    def actions(self) -> list[Any]:
        self.done += self.notebook.close(self.count)
        return [draft.action for draft, _ in self.done]


def test_typing_begins_with_the_click_that_led_to_it() -> None:
    writer = Writer().click().write("A").write("An").click().write("Ana")
    (action,) = writer.actions()
    assert action.text == "Ana"
    assert writer.done[0][0].before == 0


def test_what_was_typed_and_taken_back_is_no_step() -> None:
    assert Writer().write("A").write("").actions() == []


def test_a_click_into_a_field_without_typing_stays() -> None:
    actions = Writer().click().click(path="#b", kind="other", role="button").actions()
    assert [action.kind for action in actions] == ["click", "click"]


def test_tabs_stay_where_only_keys_follow() -> None:
    writer = (
        Writer().tell("key", keys=["Tab"], path="").tell("key", keys=["Tab"], path="").tell("key", keys=["x"], path="")
    )
    assert writer.actions() == [Press(keys=("tab",)), Press(keys=("tab",)), Press(keys=("x",))]


def test_turns_of_the_wheel_that_take_each_other_back_are_none() -> None:
    turn = {"across": 0.0, "x": 1.0, "y": 1.0, "main": True, "about": None}
    assert Writer().tell("wheel", down=100.0, **turn).tell("wheel", down=-100.0, **turn).actions() == []
    assert Writer().tell("wheel", down=-250.0, **turn).actions() == [Scroll(direction="up", steps=2.5)]


def test_a_press_that_the_page_did_not_survive_is_a_click() -> None:
    writer = Writer().tell("down", about=about(kind="other"), x=9.0, y=9.0, button=0, held=[])
    assert [action.kind for action in writer.actions()] == ["click"]


@pytest.mark.parametrize("name", ["user[password]", "Passwort für 王", "", "---"])
def test_the_name_of_a_secret_is_a_word(name: str) -> None:
    (action,) = Writer().tell("input", about=about(secret=name), value=None, before=None, how="").actions()
    assert action.text.startswith("<secret:")
    assert not set(action.text[8:-1]) & set(string.punctuation.replace("_", "") + " ")
    assert len(action.text) > len("<secret:>")
