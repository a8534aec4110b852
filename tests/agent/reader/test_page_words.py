"""What only the page's own words make clear: names of fields, choices told in passing, what is left over."""

from __future__ import annotations

import pytest

from actions import Click, Finish, Select, Task, Type
from agent.reader.choices import affirmed
from agent.reader.moves import Move
from agent.reader.wishes import read_wishes
from tests.agent.reader.screens import TODAY, Run, box, button, date, field, radio, select, view

SEND = button("Send request")


def typed(move: Move) -> tuple[str, int | None]:
    assert isinstance(move.action, Type), move.thought
    return move.action.text, move.mark


def infeasible(move: Move) -> str:
    assert isinstance(move.action, Finish), move.thought
    assert move.action.status == "infeasible", move.thought
    return move.action.answer


def clicked(move: Move) -> int | None:
    assert isinstance(move.action, Click), move.thought
    return move.mark


NAMED = [
    ("tutor Pat Doyle", "Tutor's name", "Pat Doyle"),
    ("The visitor is Tom Becker", "Visitor's name", "Tom Becker"),
    ("for class 4B please", "Class", "4B"),
    ("T-shirt size M", "T-shirt size", "M"),
    ("purpose: book club", "Purpose", "book club"),
    ("with 6 years of experience", "Years of experience", "6"),
    ("the rider is 182 cm tall", "Rider height (cm)", "182"),
    ("预订人林晓东，市场部", "预订人姓名", "林晓东"),
    ("要2片场地", "场地数量", "2"),
    ("Ahornallee 27, 04177 Leipzig, Kennzeichen KA-MT 482", "Kennzeichen*", "KA-MT 482"),
]


@pytest.mark.parametrize(("instruction", "label", "value"), NAMED, ids=[row[1] for row in NAMED])
def test_a_value_is_told_by_the_name_that_the_page_gives_its_field(instruction: str, label: str, value: str) -> None:
    wishes = read_wishes(Task(instruction=instruction, today=TODAY), {}, [label])
    assert value in {wish.text for wish in wishes.values}


@pytest.mark.parametrize(
    ("instruction", "label"),
    [
        ("no company", "Company"),
        ("代取人不填", "代取人"),
        ("the visitor likes tea", "Visitor"),
        ("stay until Monday", "Until"),
    ],
)
def test_a_name_of_a_field_without_a_value_is_no_wish(instruction: str, label: str) -> None:
    wishes = read_wishes(Task(instruction=instruction, today=TODAY), {}, [label])
    assert label not in {wish.label for wish in wishes.values}


@pytest.mark.parametrize(
    ("instruction", "question", "answer"),
    [
        ("She reads music and is an alto.", "Can you read music?", True),
        ("He does not want to stay anonymous and may be contacted.", "Do you want to stay anonymous?", False),
        ("He does not want to stay anonymous and may be contacted.", "May we contact you?", True),
        ("she can swim 50 metres", "Can you swim 50 metres in light clothing?", True),
        ("Es kann noch nicht schwimmen.", "Kann das Kind schwimmen?", False),
        ("Sign her up", "Can you read music?", None),
    ],
)
def test_a_question_of_yes_or_no_is_answered_by_a_clause(instruction: str, question: str, answer: bool | None) -> None:
    assert affirmed(read_wishes(Task(instruction=instruction, today=TODAY)), question) is answer


@pytest.mark.parametrize(
    ("instruction", "options", "at"),
    [
        ("I'd like it repaired", ("a repair", "a replacement", "a refund"), 0),
        ("a claim for my cordless drill", ("Saws", "Drills and drivers", "Garden tools"), 1),
        ("I lost a black rucksack", ("Keys", "Bag or rucksack"), 1),
        ("T-shirt please", ("No T-shirt", "XS", "S"), None),
        ("she is ill", ("Illness", "Medical appointment"), 0),
    ],
)
def test_an_option_is_told_by_other_forms_of_its_words(
    instruction: str, options: tuple[str, ...], at: int | None
) -> None:
    move = Run(instruction).look([select("Kind", "Please select", *options), button("Next")])
    chosen = move.action.option if isinstance(move.action, Select) else None
    assert chosen == (None if at is None else options[at])


def test_a_list_that_does_not_offer_a_value_holds_back_the_last_press_only() -> None:
    run = Run("Apply", course="Bookkeeping", name="Ana Silva")
    course = select("Course", "Please select", "Welding", "Knitting")
    assert typed(run.look([course, field("Name"), SEND])) == ("Ana Silva", 1)
    reason = infeasible(run.look([course, field("Name", "Ana Silva"), SEND]))
    assert "Bookkeeping" in reason
    assert "Welding" in reason


def test_a_day_without_a_year_is_the_coming_one() -> None:
    days = select("Collection day", "Select", "Monday 7 December", "Wednesday 9 December")
    move = Run("Collect it on Wednesday 9 December").look([days, SEND])
    assert isinstance(move.action, Select)
    assert move.action.option == "Wednesday 9 December"


def test_two_times_go_into_the_two_time_fields() -> None:
    fields = [field("From", input_type="time"), field("Until", input_type="time"), SEND]
    run = Run("A pass from 10:00 until 16:30")
    assert typed(run.look(fields)) == ("10:00", 0)


def test_a_figure_that_a_ticked_box_says_is_placed() -> None:
    run = Run("I weigh over 50 kg")
    ticked = run.look([field("Name", "Ana"), box("I weigh more than 50 kg"), SEND])
    assert clicked(ticked) == 1
    pressed = run.look([field("Name", "Ana"), box("I weigh more than 50 kg", checked=True), SEND])
    assert clicked(pressed) == 2


def test_the_name_of_a_pet_is_no_field_for_a_person() -> None:
    run = Run("Owner: Hannah Whitlock")
    assert "Hannah Whitlock" in infeasible(run.look([field("Pet's name"), SEND]))


def test_a_name_that_is_left_goes_where_one_more_person_is_asked_for() -> None:
    run = Run("Report that Lily Novak is ill. I'm Jana Novak.")
    fields = [field("Name of pupil"), field("Your name", "Jana Novak"), SEND]
    assert typed(run.look(fields)) == ("Lily Novak", 0)


def test_a_second_date_is_not_lost() -> None:
    run = Run("First day 7 December 2026, back on 10 December 2026")
    first = run.look([date("First day of absence"), date("Expected back on"), SEND])
    assert typed(first) == ("2026-12-07", 0)
    assert typed(run.look([date("First day of absence", "2026-12-07"), date("Expected back on"), SEND])) == (
        "2026-12-10",
        1,
    )


@pytest.mark.parametrize(
    ("instruction", "left"),
    [("She comes with Rover there", "Rover"), ("Send it, 市场部，", "市场部"), ("Send it with 17 more", "17")],
)
def test_what_nothing_explains_stops_the_last_press(instruction: str, left: str) -> None:
    assert left in infeasible(Run(instruction).look([field("Colour"), button("Submit")], ["A form"]))


def test_what_an_earlier_page_said_is_explained() -> None:
    run = Run("Join the Greenfield club")
    run.look([button("Next")], ["Greenfield"])
    assert isinstance(run.look([field("Comments"), button("Submit")], ["Details"]).action, Click)


def test_a_field_is_not_written_over_by_another_value() -> None:
    run = Run("name Ana Silva, city Lisbon")
    run.look([field("Name"), field("City"), SEND])
    run.look([field("Name", "Ana Silva"), field("City"), SEND])
    move = run.look([field("City", "Ana Silva"), field("Town", "Lisbon"), SEND])
    assert getattr(move.action, "text", "") != "Lisbon"


def test_closed_is_said_where_no_field_takes_what_was_asked_for() -> None:
    run = Run("Register Milo Grant for the club, phone 0141 496 0777")
    assert "closed" in infeasible(run.look([field("Find a club"), button("Search")], ["Registration is closed."]))


def test_a_question_has_one_answer_however_it_is_laid_out() -> None:
    run = Run("She reads music")
    question = "Can you read music?"
    move = run.look([radio("Yes", question), radio("No", question), SEND])
    assert clicked(move) == 0


def test_listed_fields_without_a_name_keep_their_first_one() -> None:
    labels = {"unrelated": "x"}
    look = view([field(""), field("Name")])
    look.recall(labels)
    key = f"{look.form} 0"
    again = view([field("", "typed"), field("Name")])
    again.recall({key: "Town"})
    assert again.widgets[0].label == "Town"


def test_radio_buttons_without_a_question_may_answer_several() -> None:
    run = Run("activity climbing, vegetarian lunch")
    rows = [radio("Canoeing"), radio("Climbing"), radio("Standard"), radio("Vegetarian"), SEND]
    assert clicked(run.look(rows)) == 1
    rows[1] = radio("Climbing", checked=True)
    assert clicked(run.look(rows)) == 3
    rows[3] = radio("Vegetarian", checked=True)
    assert clicked(run.look(rows)) == 4


def test_a_week_is_chosen_by_its_days() -> None:
    weeks = select("Week", "Please select", "5 to 9 July 2027", "12 to 16 July 2027")
    move = Run("camp in the week of 12 to 16 July 2027").look([weeks, SEND])
    assert isinstance(move.action, Select)
    assert move.action.option == "12 to 16 July 2027"


def test_what_is_told_by_yes_needs_a_place() -> None:
    assert "Bed linen" in infeasible(Run("Bed linen and towels yes.").look([field("Message"), SEND]))


def test_a_share_of_a_count_has_its_own_field() -> None:
    run = Run("lunch for 24 guests, 5 of them vegan")
    assert typed(run.look([field("Of these, vegan", input_type="number"), SEND])) == ("5", 0)


def test_a_row_of_times_takes_the_time_whatever_it_holds_and_is_called() -> None:
    times = select("Departure", "07:15", "09:40", "12:05")
    move = Run("Reserve seats on 17 April 2027, departure time 09:40").look([date("Date", "2027-04-17"), times, SEND])
    assert isinstance(move.action, Select)
    assert move.action.option == "09:40"


def test_a_word_that_a_longer_one_begins_with_is_explained() -> None:
    run = Run("Agree to the privacy notice (Datenschutz), subject Katalog")
    rows = [field("Betreff", "Katalog"), box("Ich habe die Datenschutzerklärung gelesen", checked=True)]
    assert clicked(run.look([*rows, button("Bestellen")])) == 2


def test_a_value_under_a_name_of_the_page_ends_where_the_next_begins() -> None:
    said = "Bitte melde mich für den Kurs Rückenfit an: Name Jana Krüger, Straße Lindenweg 3"
    wishes = read_wishes(Task(instruction=said, today=TODAY), {}, ["Kurs", "Vorname"])
    assert {"Rückenfit", "Jana Krüger", "Lindenweg 3"} == {wish.text for wish in wishes.values}


def test_to_stands_before_a_value_only_where_something_is_set() -> None:
    labels = ["Basket", "Finish", "Address"]
    said = "Send a gift basket to Ada Moreau, set the finish to Matt, address 12 Bell Street"
    wishes = read_wishes(Task(instruction=said, today=TODAY), {}, labels)
    assert {("Finish", "Matt"), ("Address", "12 Bell Street")} <= {(wish.label, wish.text) for wish in wishes.values}
    assert "Basket" not in {wish.label for wish in wishes.values}


@pytest.mark.parametrize("said", ["delivery slot 10:00 - 12:00", "delivery at 10:00"])
def test_a_span_of_time_is_chosen_by_its_beginning(said: str) -> None:
    slots = select("Delivery slot", "8:00 - 10:00", "10:00 - 12:00", "14:00 - 16:00")
    move = Run(f"Order the basket, {said}").look([slots, SEND])
    assert isinstance(move.action, Select)
    assert move.action.option == "10:00 - 12:00"


def test_a_time_of_something_belongs_to_the_time_field() -> None:
    kinds = select("Type of damage", "Fire", "Water")
    run = Run("Report it", time_of_damage="07:45", kind_of_damage="Water")
    rows = [kinds, field("Time", input_type="time"), SEND]
    assert isinstance(run.look(rows).action, Select)
    rows[0] = select("Type of damage", "Fire", "Water", value="Water")
    assert typed(run.look(rows)) == ("07:45", 1)


def test_a_quoted_text_belongs_to_what_stands_before_it() -> None:
    run = Run('Order it, card text "Happy birthday, Ada!" Thank you')
    assert typed(run.look([field("Text for the card", kind="textarea"), SEND])) == ("Happy birthday, Ada!", 0)


def test_a_figure_that_a_list_happens_to_show_places_nothing() -> None:
    run = Run("Book it for 2 adults")
    rows = [select("Rooms", "2 rooms", "3 rooms"), SEND]
    assert "2" in infeasible(run.look(rows))


@pytest.mark.parametrize("owner", ["", " Owner: Hannah Whitlock."])
def test_a_person_among_the_options_is_chosen_and_never_passed_over(owner: str) -> None:
    run = Run(f"A vaccination with Dr Okoro please.{owner}")
    run.memory = '{"placed":{"Owner":"Name"}}' if owner else ""
    vets = ("No preference", "Dr Miriam Hale", "Dr Chidi Okoro")
    rows = [select("Vet", *vets), SEND]
    assert getattr(run.look(rows).action, "option", "") == "Dr Chidi Okoro"
    run.look(rows)
    assert "Okoro" in infeasible(run.look(rows, ["We have two vets: Dr Hale and Dr Okoro"]))


def test_things_are_counted_under_their_name_in_another_language() -> None:
    run = Run("Collect 1 sofa and 2 mattresses, place: the courtyard")
    place = select("Abstellort", "Bitte wählen", "Gehweg", "Hof")
    rows = [place, field("Sofas", "0", input_type="number"), field("Matratzen", "0", input_type="number"), SEND]
    assert getattr(run.look(rows).action, "option", "") == "Hof"
    rows[0] = select("Abstellort", "Bitte wählen", "Gehweg", "Hof", value="Hof")
    assert typed(run.look(rows)) == ("1", 1)
    rows[1] = field("Sofas", "1", input_type="number")
    assert typed(run.look(rows)) == ("2", 2)


def test_what_an_open_box_may_mean_is_not_explained_by_it() -> None:
    rows = [field("姓名", "李小雨"), box("需要接送服务"), button("提交报名")]
    assert "接送" in infeasible(Run("报名夏令营，姓名李小雨，自愿参加接送。").look(rows))


def test_a_name_that_a_list_offers_is_nobody_s() -> None:
    run = Run("Order tickets: play The Cherry Orchard. Buyer Rosa Lindgren.")
    plays = ("Hamlet", "The Cherry Orchard")
    rows = [select("Play", *plays, value=plays[1]), field("Your name"), SEND]
    assert typed(run.look(rows)) == ("Rosa Lindgren", 1)


def test_a_weekday_is_chosen_from_a_list_of_them() -> None:
    move = Run("Preferred day Tuesday").look([select("Preferred day", "Any day", "Monday", "Tuesday"), SEND])
    assert getattr(move.action, "option", "") == "Tuesday"


def test_an_exact_option_wins_over_a_name_that_only_has_the_word() -> None:
    run = Run("Repair it", fault="Screen", fault_description="It flickers after a fall.")
    what = "What is broken?"
    rows = [radio("Screen", what), radio("Battery", what), field("Describe the fault", kind="textarea"), SEND]
    assert clicked(run.look(rows)) == 0
    rows[0] = radio("Screen", what, checked=True)
    assert typed(run.look(rows)) == ("It flickers after a fall.", 2)
