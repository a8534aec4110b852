"""What the pages explain of an instruction, and whose a value is; what is neither holds back the last press."""

from __future__ import annotations

import pytest

from actions import Click, Finish, Select, Task, Type
from agent.reader import values
from agent.reader.moves import Move
from agent.reader.wishes import read_wishes
from tests.agent.reader.screens import Run, box, button, field, radio, select

SEND = button("Place order")
FILLED = [field("Name", "Kim Berg"), field("Email", "kim@example.com")]
WHO = "Name Kim Berg, email kim@example.com"


def stopped(move: Move) -> str:
    assert isinstance(move.action, Finish), move.thought
    assert move.action.status == "infeasible", move.thought
    return move.action.answer


@pytest.mark.parametrize(
    "wish", ["delivery by post", "with moving blankets", "front row seats", "we would like a packed lunch"]
)
def test_a_wish_that_no_word_of_the_page_resembles_is_named_before_the_last_press(wish: str) -> None:
    assert wish.removeprefix("with ") in stopped(Run(f"Order the box, {wish}. {WHO}.").look([*FILLED, SEND]))


def test_a_size_that_was_lost_is_named() -> None:
    sizes = select("Fit", "S", "XL", value="S")
    assert "M" in stopped(Run(f"Order the shirt, jacket M. {WHO}.").look([*FILLED, sizes, SEND]))


@pytest.mark.parametrize("said", ["Please send it", "leave the rest as it is", "Refuse cookies", "use these details"])
def test_words_about_the_task_itself_need_no_place(said: str) -> None:
    assert isinstance(Run(f"Order the box. {WHO}. {said}.").look([*FILLED, SEND]).action, Click)


def test_what_is_chosen_explains_a_wish_and_what_is_only_offered_does_not() -> None:
    run = Run(f"Order the box, delivery by post. {WHO}.")
    offered = [radio("Collect", "Delivery", checked=True), radio("By post", "Delivery")]
    assert run.look([*FILLED, *offered, SEND]).mark == 3
    chosen = [radio("Collect", "Delivery"), radio("By post", "Delivery", checked=True)]
    assert run.look([*FILLED, *chosen, SEND]).mark == 4


def test_a_title_in_the_heading_needs_no_field_even_over_two_lines() -> None:
    run = Run(f'Register for the webinar "Tracing in practice". {WHO}.')
    assert isinstance(run.look([*FILLED, button("Register")], ["Tracing in", "Email", "practice"]).action, Click)


def test_a_title_that_no_page_says_stops_the_press() -> None:
    run = Run(f'Register for the webinar "Tracing in practice". {WHO}.')
    assert "Tracing" in stopped(run.look([*FILLED, button("Register")], ["Webinars"]))


def test_a_day_that_the_page_is_about_needs_no_field() -> None:
    run = Run(f"Sign up for the clean-up on 20 March 2027. {WHO}.")
    assert isinstance(run.look([*FILLED, button("Sign up")], ["Clean-up on 20 March 2027"]).action, Click)


def test_an_agreement_is_known_by_a_compound() -> None:
    rows = [*FILLED, box("Ich stimme der Datenschutzerklärung zu."), button("Verbindlich buchen")]
    assert Run(f"Book it. {WHO}. Agree to the Datenschutzerklärung.").look(rows).mark == 2


def test_sender_and_recipient_are_told_apart_by_the_heading() -> None:
    run = Run("Send it", sender_street="Storgatan 5", recipient_street="Havnegade 12")
    move = run.look([field("Street"), button("Next")], ["Recipient"])
    assert isinstance(move.action, Type)
    assert move.action.text == "Havnegade 12"


def test_who_gets_it_and_who_sends_it_are_told_by_for_and_from() -> None:
    run = Run("Order a voucher for Elena Rossi, from Marco Bianchi.")
    move = run.look([field("Recipient's name"), field("Your name"), button("Buy")])
    assert isinstance(move.action, Type)
    assert (move.action.text, move.mark) == ("Elena Rossi", 0)


def test_from_one_place_to_another_goes_to_pick_up_and_drop_off() -> None:
    move = Run("Rent a car from Bergen to Trondheim").look(
        [field("Pick-up location"), field("Drop-off location"), button("Continue")]
    )
    assert isinstance(move.action, Type)
    assert (move.action.text, move.mark) == ("Bergen", 0)


def test_mr_is_not_mrs() -> None:
    titles = select("Title", "Please select", "Mrs", "Mr", "Ms")
    move = Run(f"Order the box for Mr Alan Whitby. {WHO}").look([titles, *FILLED, SEND])
    assert isinstance(move.action, Select)
    assert move.action.option == "Mr"


def test_changing_a_value_on_a_form_is_saved_as_well() -> None:
    run = Run("Change the email to ada@example.com")
    assert isinstance(run.look([field("Email", "old@example.com"), button("Save")]).action, Type)
    assert run.look([field("Email", "ada@example.com"), button("Save")]).mark == 1


@pytest.mark.parametrize(
    ("address", "street", "city"),
    [
        ("Flat 12, 40 Quay Street, Bristol BS1 4QA", "Flat 12, 40 Quay Street", "Bristol"),
        ("17 Sexton Row, Thornby", "17 Sexton Row", "Thornby"),
    ],
)
def test_a_flat_belongs_to_its_street(address: str, street: str, city: str) -> None:
    found = values.split_address(address)
    assert (found["street"], found["city"]) == (street, city)


def test_a_flat_and_a_street_alone_have_no_town() -> None:
    assert values.split_address("Flat 12, 40 Quay Street") == {}


def test_a_serial_number_keeps_its_letters() -> None:
    wishes = read_wishes(Task(instruction="Product X, serial number SN-88420-K, it is broken"), {}, ["Serial number"])
    assert "SN-88420-K" in {wish.text for wish in wishes.values}


def test_a_name_that_only_an_address_resembles_is_not_said() -> None:
    rows = [field("Email", "ken.obi@example.com"), field("Hours", "30"), button("Send application")]
    run = Run("Apply for the job: Ken Obi, ken.obi@example.com. Hours 30.")
    assert "Ken Obi" in stopped(run.look(rows, ["The job", "ken.obi@example.com"]))
