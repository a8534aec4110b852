"""Before the last press: what was asked for and not understood must not be lost."""

from __future__ import annotations

import pytest

from actions import Click, Finish, Task
from agent.reader.wishes import read_wishes
from tests.agent.reader.screens import Run, box, button, field, radio

SAVE = button("Save changes")


@pytest.mark.parametrize(
    ("instruction", "named"),
    [
        ("Update the profile: town Whitby, with love from Green Lantern", "Green Lantern"),
        ("Update the profile: town Whitby, and let them know", "let them know"),
    ],
)
def test_what_was_not_understood_stops_the_last_press(instruction: str, named: str) -> None:
    move = Run(instruction).look([field("Town", "Whitby"), field("Anything else"), SAVE])
    assert isinstance(move.action, Finish)
    assert move.action.status == "infeasible"
    assert named in move.action.answer


def test_a_sentence_that_is_to_be_noted_goes_where_notes_are_taken() -> None:
    run = Run("Update the profile: town Whitby. We need it early, please put that in the notes")
    assert "We need it early" in getattr(run.look([field("Town", "Whitby"), SAVE]).action, "answer", "")
    move = run.look([field("Town", "Whitby"), field("Anything else"), SAVE])
    assert getattr(move.action, "text", "") == "We need it early"


def test_a_name_that_the_page_shows_is_only_where_it_is_done() -> None:
    move = Run("Update the profile of Green Lantern: town Whitby").look(
        [field("Town", "Whitby"), SAVE], ["Green Lantern", "Your profile"]
    )
    assert isinstance(move.action, Click)


def test_a_name_with_an_ampersand_is_one_value() -> None:
    instruction = "Update the shop profile: display name Tern & Tide Ceramics, contact email hello@tern.example"
    assert "Tern & Tide Ceramics" in {wish.text for wish in read_wishes(Task(instruction=instruction)).values}


@pytest.mark.parametrize(
    ("said", "mark"),
    [("She has been neutered.", 1), ("She is not neutered.", 2)],
)
def test_a_question_is_answered_by_its_own_words(said: str, mark: int) -> None:
    move = Run(f"Register the dog, name of the dog Maple. {said}").look(
        [field("Name of the dog", "Maple"), radio("Yes", "Neutered"), radio("No", "Neutered"), button("Register")]
    )
    assert (type(move.action), move.mark) == (Click, mark)


@pytest.mark.parametrize(
    "said",
    ["newsletter no", "newsletter: no", "Newsletter? No.", "newsletter - no", "no newsletter", "Newsletter nein"],
)
@pytest.mark.parametrize("ticked", [False, True])
def test_a_newsletter_that_is_refused_is_never_ticked(said: str, ticked: bool) -> None:
    run = Run(f"Accept the conditions, {said}")
    rows = [box("I accept the conditions", checked=True), box("Send me the newsletter", checked=ticked)]
    assert run.look([*rows, button("Book now")]).mark == (1 if ticked else 2)


@pytest.mark.parametrize("said", ["breakfast no", "Breakfast: no", "no breakfast", "without breakfast"])
def test_a_question_of_yes_or_no_hears_the_no_behind_its_name(said: str) -> None:
    rows = [radio("Yes", "Breakfast"), radio("No", "Breakfast"), button("Book now")]
    assert Run(f"Book it, parking yes, {said}.").look(rows).mark == 1


def test_a_yes_behind_a_name_stands_beside_a_no() -> None:
    rows = [box("Printed catalogue"), box("Reminders by text"), button("Book now")]
    assert Run("printed catalogue no and text reminders yes").look(rows).mark == 1


def test_a_box_is_known_in_another_language() -> None:
    rows = [box("Parkplatz"), box("Bettwäsche und Handtücher"), button("Anfrage senden")]
    run = Run("Bed linen and towels yes, parking no")
    assert run.look(rows).mark == 1
    assert run.look([rows[0], box("Bettwäsche und Handtücher", checked=True), rows[2]]).mark == 2


def test_a_quoted_sentence_stays_as_it_is() -> None:
    said = 'subject "Lost bag," message "The bag is black." Terms: yes.'
    found = {wish.label: wish.text for wish in read_wishes(Task(instruction=said)).values}
    assert found == {"subject": "Lost bag", "message": "The bag is black.", "Terms": "yes"}
