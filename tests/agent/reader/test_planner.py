"""The planner's decisions on screens made by hand – above all when it must not press and must not say 'complete'."""

from __future__ import annotations

import pytest

from actions import Ask, Click, Finish, Press, Scroll, Select, Type
from agent.reader.moves import Move
from agent.reader.pages import View
from agent.reader.planner import plan
from agent.reader.scene import Rect, Scene, TextLine, Widget
from prompts.base import Briefing
from tests.agent.reader.screens import Run, box, button, date, field, link, radio, select

SEND = button("Send message")
CONTACT = [field("Name"), field("Email", input_type="email"), SEND]


def typed(move: Move) -> tuple[str, int | None]:
    assert isinstance(move.action, Type), move
    return move.action.text, move.mark


def infeasible(move: Move) -> str:
    assert isinstance(move.action, Finish), move
    assert move.action.status == "infeasible", move
    return move.action.answer


def complete(move: Move) -> None:
    assert isinstance(move.action, Finish), move
    assert move.action.status == "complete", move


# filling


def test_fields_are_filled_in_reading_order_then_the_button_is_pressed() -> None:
    run = Run("Contact them as Ana Silva, ana@example.com")
    assert typed(run.look(CONTACT)) == ("Ana Silva", 0)
    assert typed(run.look([field("Name", "Ana Silva"), *CONTACT[1:]])) == ("ana@example.com", 1)
    filled = [field("Name", "Ana Silva"), field("Email", "ana@example.com"), SEND]
    pressed = run.look(filled)
    assert isinstance(pressed.action, Click)
    assert pressed.mark == 2
    complete(run.look([], ["Message sent", "We will get back to you."]))


def test_what_already_holds_the_value_is_left_alone() -> None:
    run = Run("book for 2 guests on 1 December 2026")
    move = run.look(
        [date("Date", "2026-12-01"), select("Guests", "1 guest", "2 guests", value="2 guests"), button("Search")]
    )
    assert (type(move.action), move.mark) == (Click, 2)


def test_what_holds_another_value_is_replaced() -> None:
    move = Run("Contact them as Ana Silva").look([field("Full name", "Alex Morgan"), SEND])
    assert typed(move) == ("Ana Silva", 0)
    assert isinstance(move.action, Type)
    assert move.action.replace
    assert not move.action.submit


def test_what_nobody_asked_for_is_left_alone() -> None:
    run = Run("Contact them as Ana Silva")
    widgets = [field("Name", "Ana Silva"), field("Company"), box("Subscribe to our newsletter"), SEND]
    assert run.look(widgets).mark == 3


def test_a_full_name_is_parted_and_parts_are_joined() -> None:
    parted = Run("Register Ana Maria Silva for the course")
    assert typed(parted.look([field("Last name"), field("First name"), button("Register")])) == ("Silva", 0)
    joined = Run("Fill in the form", first_name="Ana", last_name="Silva")
    assert typed(joined.look([field("Full name"), SEND])) == ("Ana Silva", 0)


def test_an_address_is_parted_into_its_fields() -> None:
    run = Run("Update the address", address="Seestrasse 5, 8002 Zürich")
    empty = [field("Straße"), field("Hausnummer"), field("PLZ"), field("Ort"), button("Speichern")]
    assert typed(run.look(empty)) == ("Seestrasse", 0)
    assert typed(run.look([field("Straße", "Seestrasse"), *empty[1:]])) == ("5", 1)


@pytest.mark.parametrize(
    ("hint", "text"),
    [("DD/MM/YYYY", "07/03/2027"), ("MM/DD/YYYY", "03/07/2027"), ("TT.MM.JJJJ", "07.03.2027"), ("", "2027-03-07")],
)
def test_a_date_is_written_as_its_field_shows(hint: str, text: str) -> None:
    move = Run("book a table on 7 March 2027").look([field("Date", placeholder=hint), button("Search")])
    assert typed(move) == (text, 0)


def test_a_native_date_takes_iso() -> None:
    assert typed(Run("a table on 7 March 2027").look([date("Date"), button("Search")])) == ("2027-03-07", 0)


def test_a_date_in_three_fields() -> None:
    run = Run("Apply as Ana Silva, born 7 March 1990")
    name = field("Name", "Ana Silva")
    empty = [
        name,
        field("Day", group="Date of birth"),
        field("Month", group="Date of birth"),
        field("Year", group="Date of birth"),
    ]
    assert typed(run.look([*empty, button("Apply")])) == ("7", 1)
    assert typed(run.look([name, field("Day", "7", group="Date of birth"), *empty[2:], button("Apply")])) == ("3", 2)
    two = [name, field("Day", "7", group="Date of birth"), field("Month", "3", group="Date of birth"), empty[3]]
    assert typed(run.look([*two, button("Apply")])) == ("1990", 3)
    done = [*two[:3], field("Year", "1990", group="Date of birth")]
    assert run.look([*done, button("Apply")]).mark == 4


def test_flights_and_hotels_read_departure_differently() -> None:
    said = "from 3 March 2027 until 7 March 2027"
    assert typed(Run(said).look([date("Departure"), date("Return"), button("Search")])) == ("2027-03-03", 0)
    assert typed(Run(said).look([date("Arrival", "2027-03-03"), date("Departure"), button("Search")])) == (
        "2027-03-07",
        1,
    )


def test_options_are_chosen_by_text_number_and_mention() -> None:
    move = Run("a table for 4 people").look([select("Party size", "2 people", "4 people"), button("Search")])
    assert move.action == Select(at=move.action.at, option="4 people")  # type: ignore[union-attr]
    mentioned = Run("pay by bank transfer").look(
        [radio("Card", "Payment", True), radio("Bank transfer", "Payment"), SEND]
    )
    assert (type(mentioned.action), mentioned.mark) == (Click, 1)


def test_an_option_that_is_not_offered_ends_naming_both() -> None:
    reason = infeasible(
        Run("a table for 9 people").look([select("Party size", "2 people", "4 people"), button("Book")])
    )
    assert "9" in reason
    assert "4 people" in reason


def test_a_repeated_password_is_typed_twice() -> None:
    run = Run("Sign up", username="ana", password="S3cret-word")
    name = field("Username", "ana")
    hidden = [field("Password", input_type="password"), field("Repeat password", input_type="password")]
    first = run.look([name, *hidden, button("Create account")])
    assert typed(first) == ("S3cret-word", 1)
    assert "S3cret-word" not in first.thought
    assert typed(run.look([name, *hidden, button("Create account")])) == ("S3cret-word", 2)
    assert run.look([name, *hidden, button("Create account")]).mark == 3


def test_a_field_that_does_not_take_a_value_is_given_up() -> None:
    run = Run("Contact them as Ana Silva")
    for _ in range(2):
        assert typed(run.look([field("Name", "A"), SEND])) == ("Ana Silva", 0)
    assert "Ana Silva" in infeasible(run.look([field("Name", "A"), SEND]))


def test_a_city_of_travel_is_not_written_into_a_postal_address() -> None:
    run = Run("book a room in Lisbon for Ana Silva")
    run.look([select("City", "Porto", "Lisbon", value="Lisbon"), button("Search")])
    assert run.look([field("Name", "Ana Silva"), field("Street"), field("City"), button("Continue")]).mark == 3


# boxes


def test_terms_are_accepted_and_advertising_is_not() -> None:
    run = Run("Contact them as Ana Silva")
    boxes = [
        field("Name", "Ana Silva"),
        box("I agree to receive offers from partners"),
        box("I accept the terms"),
        SEND,
    ]
    assert run.look(boxes).mark == 2
    assert run.look([*boxes[:2], box("I accept the terms", True), SEND]).mark == 3


def test_a_newsletter_is_ticked_only_when_asked_for_and_unticked_when_refused() -> None:
    news = box("Subscribe to the newsletter")
    assert Run("Contact them, and subscribe to the newsletter").look([news, SEND]).mark == 0
    assert Run("Contact them, no newsletter").look([news, SEND]).mark == 1
    ticked = box("Subscribe to the newsletter", True)
    assert Run("Contact them, no newsletter").look([ticked, SEND]).mark == 0
    assert Run("Contact them").look([ticked, SEND]).mark == 1


# never a false 'complete'


def test_no_final_press_while_a_value_is_unplaced() -> None:
    run = Run("Contact them as Ana Silva, licence plate FG 482 KL")
    reason = infeasible(run.look([field("Name", "Ana Silva"), SEND]))
    assert "FG 482 KL" in reason


def test_no_final_press_on_a_review_page_with_a_value_unplaced() -> None:
    run = Run("book for Ana Silva, licence plate FG 482 KL")
    run.look([field("Name", "Ana Silva"), button("Continue")])
    for wording in ("Confirm booking", "Pay now", "Submit", "提交", "Absenden", "Book now"):
        again = Run("book for Ana Silva, licence plate FG 482 KL")
        again.memory = run.memory
        assert "FG 482 KL" in infeasible(
            again.look([button(wording)], ["Please check your booking", "Name: Ana Silva"])
        )


def test_a_form_is_searched_below_before_giving_up() -> None:
    run = Run("Contact them as Ana Silva, ana@example.com", scroll=(0.0, 0.5))
    move = run.look([field("Name", "Ana Silva"), SEND])
    assert move.action == Scroll(direction="down", steps=6)
    run.scroll = (0.5, 0.0)
    assert typed(run.look([field("Email"), SEND])) == ("ana@example.com", 0)


def test_values_may_belong_to_a_later_page() -> None:
    run = Run("book a room for Ana Silva, ana@example.com, 2 guests")
    guests = select("Guests", "1 guest", "2 guests", value="2 guests")
    assert run.look([guests, button("Search")]).mark == 1
    assert run.look([link("Sea View"), button("Book")], ["Sea View €120"]).mark == 1
    assert typed(run.look([field("Name"), field("Email"), button("Confirm booking")])) == ("Ana Silva", 0)


def test_a_confirmation_does_not_hide_an_unplaced_value() -> None:
    run = Run("book a room for Ana Silva, 2 guests")
    run.look([select("Guests", "2 guests"), button("Search")])
    reason = infeasible(run.look([], ["Booking confirmed", "Reference AB-1"]))
    assert "Ana Silva" in reason


def test_a_confirmation_that_contradicts_is_no_success() -> None:
    run = Run("book a table for 4 people")
    run.look([select("Guests", "4 people"), button("Book a table")])
    assert "Guests: 2" in infeasible(run.look([], ["Booking confirmed", "Guests: 2"]))


def test_a_page_without_a_form_is_no_confirmation() -> None:
    run = Run("Contact them as Ana Silva, ana@example.com")
    run.look([field("Name", "Ana Silva"), field("Email", "ana@example.com"), SEND])
    assert not isinstance(run.look([link("Home")], ["Welcome to our site"]).action, Finish)
    infeasible(run.look([link("Home")], ["Welcome to our site"]))


def test_confirmation_words_count_only_after_a_press() -> None:
    move = Run("Contact them as Ana Silva").look([field("Name"), SEND], ["Thank you for your message"])
    assert typed(move) == ("Ana Silva", 0)


@pytest.mark.parametrize(
    "text",
    [
        "Your booking is not yet confirmed",
        "Please confirm your booking",
        "You will receive a confirmation once it is sent",
        "Thank you for choosing us",
        "您的预订尚未成功",
        "Die Buchung ist noch nicht bestätigt",
    ],
)
def test_words_that_only_sound_like_a_confirmation(text: str) -> None:
    run = Run("Contact them as Ana Silva")
    filled = [field("Name", "Ana Silva"), SEND]
    run.look(filled)
    move = run.look([button("Confirm"), link("Home")], [text])
    assert not (isinstance(move.action, Finish) and move.action.status == "complete")


@pytest.mark.parametrize(
    "text",
    ["Page not found", "Internal Server Error", "Something went wrong, try again later", "提交失败", "服务器错误"],
)
def test_an_error_page_is_never_a_success(text: str) -> None:
    run = Run("Contact them as Ana Silva")
    run.look([field("Name", "Ana Silva"), SEND])
    assert text in infeasible(run.look([], [text]))


def test_a_server_error_that_the_screen_notes_is_no_success() -> None:
    run = Run("Contact them as Ana Silva")
    run.look([field("Name", "Ana Silva"), SEND])
    notes = ("The server answered 500 Internal Server Error for this page.",)
    infeasible(run.look([], ["Thank you"], notes=notes))


def test_a_page_that_repeats_what_was_sent_says_that_it_is_done() -> None:
    run = Run("Register Ana Silva, ana@example.com, for the walk")
    run.look([field("Name", "Ana Silva"), field("Email", "ana@example.com"), button("Register")])
    complete(run.look([link("Home")], ["A place is kept.", "Ana Silva", "ana@example.com"]))


def test_a_chinese_booking_is_complete() -> None:
    run = Run("帮李娜预约，电话13800138000")
    filled = [field("姓名", "李娜"), field("联系电话", "13800138000"), button("重置"), button("提交")]
    assert run.look(filled).mark == 3
    complete(run.look([], ["预约成功"]))


# buttons and results


def test_buttons_that_lead_away_are_never_pressed() -> None:
    run = Run("Contact them as Ana Silva")
    decoys = [button(text) for text in ("Cancel", "Reset", "Delete draft", "Save as draft", "Back", "Sign out")]
    move = run.look([field("Name", "Ana Silva"), *decoys, SEND])
    assert move.mark == 7
    infeasible(Run("Contact them").look(decoys))


def test_a_press_without_effect_is_not_repeated_for_ever() -> None:
    run = Run("Contact them as Ana Silva")
    filled = [field("Name", "Ana Silva"), SEND]
    moves = [run.look(filled) for _ in range(4)]
    assert [type(move.action).__name__ for move in moves] == ["Click", "Click", "Wait", "Finish"]


CARDS = ["Garden Room", "€140", "Book", "Attic Room", "€90", "Book", "Sea Room", "€210", "Book"]
ROOMS = [link("Garden Room"), button("Book"), link("Attic Room"), button("Book"), link("Sea Room"), button("Book")]


@pytest.mark.parametrize(
    ("instruction", "mark"),
    [("book a room", 1), ("book the cheapest room", 3), ("book the Sea Room", 5), ("book the most expensive room", 5)],
)
def test_one_of_several_results_is_chosen(instruction: str, mark: int) -> None:
    assert Run(instruction).look(ROOMS, CARDS).mark == mark


def test_results_are_sorted_by_what_was_asked_for() -> None:
    sort = select("Sort by", "Recommended", "Price: low to high", "Guest rating")
    move = Run("book the cheapest room").look([sort, *ROOMS], CARDS)
    assert isinstance(move.action, Select)
    assert move.action.option == "Price: low to high"


def test_what_is_sold_out_is_passed_over_or_ends_the_task() -> None:
    gone = [button("Sold out", disabled=True), button("Book"), button("Book")]
    assert Run("book a room").look(gone, ["Sold out"]).mark == 1
    assert "sold out" in infeasible(Run("book a room").look([link("Home")], ["All rooms are sold out"])).casefold()


# banners and dialogs


def test_a_cookie_banner_is_answered_with_least_consent() -> None:
    banner = [button("Accept all"), button("Reject all"), *CONTACT]
    assert Run("Contact them as Ana Silva").look(banner, ["We use cookies"]).mark == 1


def test_a_dialog_is_answered() -> None:
    ok, cancel = button("OK"), button("Cancel")
    leave = ('A dialog is open and the page waits for its answer (OK, Cancel): "Discard your changes?"',)
    assert Run("Contact them").look([ok, cancel], notes=leave).mark == 1
    note = ('A dialog is open and the page waits for its answer (OK): "Prices have changed"',)
    assert Run("Contact them").look([ok], notes=note).mark == 0


# what is missing, and what is refused


def test_what_the_form_needs_and_nobody_gave_is_asked_for() -> None:
    run = Run("Contact them as Ana Silva")
    filled = [field("Name", "Ana Silva"), field("Emergency contact", required=True), SEND]
    move = run.look(filled)
    assert isinstance(move.action, Ask)
    assert "Emergency contact" in move.action.question
    run.past = (*run.past, "The person answered: Eva, 555 1234")
    assert typed(run.look(filled)) == ("Eva, 555 1234", 1)


def test_an_unanswered_question_is_not_asked_again() -> None:
    run = Run("Contact them")
    filled = [field("Emergency contact", required=True), SEND]
    run.look(filled)
    assert "Emergency contact" in infeasible(run.look(filled))


def test_a_refused_value_is_mended_once() -> None:
    run = Run("Contact them as Ana Silva, phone +41 79 555 01 22")
    filled = [field("Name", "Ana Silva"), field("Phone", "+41 79 555 01 22"), SEND]
    run.look(filled)
    wrong = [filled[0], field("Phone", "+41 79 555 01 22", invalid=True), SEND]
    assert typed(run.look(wrong, ["Phone: digits only, please. It must not contain spaces."])) == ("41795550122", 1)
    mended = [filled[0], field("Phone", "41795550122"), SEND]
    assert run.look(mended).mark == 2
    refused = [filled[0], field("Phone", "41795550122", invalid=True), SEND]
    assert "+41 79 555 01 22" in infeasible(run.look(refused, ["Phone is not valid"]))


# lists that have to be opened, and questions of memory


def test_the_memory_is_small_and_foreign_memory_is_ignored() -> None:
    run = Run("Contact them as Ana Silva")
    run.memory = '[{"placed": 7}, "a note of another model"]'
    assert typed(run.look(CONTACT)) == ("Ana Silva", 0)
    assert len(run.memory) < 200


def test_an_opened_list_is_chosen_from() -> None:
    run = Run("a room", city="Lisbon")
    options = [Widget(kind="option", label=text) for text in ("Porto", "Lisbon")]
    combo = Widget(kind="select", label="City")
    assert isinstance(run.look([combo, button("Search")]).action, Select)
    assert run.look([combo, *options, button("Search")]).mark == 2


# direct orders


def test_orders_are_done_one_after_the_other() -> None:
    run = Run('Enter "Bob" into the name field and press Submit')
    assert typed(run.look([field("Name"), button("Submit")])) == ("Bob", 0)
    assert run.look([field("Name", "Bob"), button("Submit")]).mark == 1
    complete(run.look([field("Name", "Bob"), button("Submit")]))


@pytest.mark.parametrize(
    ("order", "mark"),
    [
        ("click the Search button", 1),
        ("press Next", 2),
        ("tick the box I agree", 3),
        ("choose the second option", 5),
        ("点击Search按钮", 1),
        ("click Privacy", 6),
    ],
)
def test_an_order_finds_its_target(order: str, mark: int) -> None:
    widgets = [
        field("Name"),
        button("Search"),
        button("Next"),
        box("I agree"),
        radio("Red"),
        radio("Blue"),
        link("Privacy"),
    ]
    assert Run(order).look(widgets).mark == mark


def test_a_key_is_pressed() -> None:
    assert Run("press enter").look([button("Go")]).action == Press(keys=("enter",))


def test_an_order_for_what_is_not_there_ends_naming_it() -> None:
    assert "Fly" in infeasible(Run("click the Fly button").look([button("Search")]))


def test_a_refused_order_is_not_done() -> None:
    run = Run("click the Search button")
    run.look([button("Search")])
    run.past = (*run.past, "Observation: refused: nothing there to click")
    assert run.look([button("Search")]).mark == 0
    run.past = (*run.past, "Observation: refused: nothing there to click")
    infeasible(run.look([button("Search")]))


def test_a_name_beside_a_first_name_is_the_last_name() -> None:
    run = Run("Melde Frau Petra Vogel zum Kurs an")
    assert typed(run.look([field("Vorname", "Petra"), field("Name"), button("Anmelden")])) == ("Vogel", 1)


def test_a_count_that_no_table_knows_is_wanted_too() -> None:
    assert "3" in infeasible(
        Run("Rent 3 bikes for Ana Silva").look([field("Name", "Ana Silva"), button("Request booking")])
    )
    assert typed(Run("Rent 3 bikes").look([field("Number of bikes", "1"), button("Request")])) == ("3", 0)


def test_a_stepper_is_pressed_until_it_shows_the_count() -> None:
    run = Run("2 adults")
    less, more = Rect(200, 40, 230, 70), Rect(300, 40, 330, 70)
    stepper = [button("Fewer adults", box=less), button("More adults", box=more), button("Search")]

    def seen(count: str) -> Move:
        line = TextLine(text=count, box=Rect(260, 46, 270, 64))
        scene = Scene(width=1280, height=800, texts=(line,), widgets=())
        look = View([w.model_copy(update={"mark": at}) for at, w in enumerate(stepper)], lambda: scene, listed=False)
        move = plan(Briefing(task=run.task, memory=run.memory, scroll=(0, 0)), look)
        run.memory = move.memory
        return move

    assert seen("1").mark == 1
    assert seen("2").mark == 2


def test_a_name_that_nothing_explains_goes_where_a_name_is_asked_for() -> None:
    run = Run("Put Petra Vogel down for the walk")
    assert typed(run.look([field("Full name"), button("Send")], ["Sunday walk"])) == ("Petra Vogel", 0)
