"""What the reader understands of instructions and data: tables, most of them sentences that people really type."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions import Task
from agent.reader.choices import mentions
from agent.reader.wishes import read_wishes
from tests.agent.reader.screens import TODAY

SAID = [
    ("book a room", {}),
    (
        "book a room in Lisbon for Ana Silva, 2 guests, 1 to 5 December 2026",
        {
            "destination": "Lisbon", "full_name": "Ana Silva", "guests": "2",
            "date_from": "2026-12-01", "date_to": "2026-12-05",
        },
    ),
    (
        "book a room in lisbon for ana silva, two guests, from 3 march until 7 march",
        {
            "destination": "lisbon", "full_name": "ana silva", "guests": "2",
            "date_from": "2027-03-03", "date_to": "2027-03-07",
        },
    ),
    (
        "Book a table for two tomorrow at 7 pm for Tom Baker, phone +44 20 7946 0958",
        {"guests": "2", "date": "2026-11-22", "time": "19:00", "full_name": "Tom Baker", "phone": "+44 20 7946 0958"},
    ),
    (
        "Fly from Berlin to New York on 3 March 2027, return 10 March 2027, 2 adults and 1 child",
        {
            "origin": "Berlin", "destination": "New York", "date_from": "2027-03-03", "date_to": "2027-03-10",
            "adults": "2", "children": "1",
        },
    ),
    (
        "the cheapest room in Porto for 3 nights from 5 May 2027 for Mr João de Souza",
        {"destination": "Porto", "date_from": "2027-05-05", "date_to": "2027-05-08", "full_name": "João de Souza"},
    ),
    (
        "Sign up with email ana@x.org and password S3cret!, no newsletter",
        {"email": "ana@x.org", "password": "S3cret!", "newsletter": "no"},
    ),
    ("subscribe to the newsletter with bob@example.org", {"email": "bob@example.org", "newsletter": "yes"}),
    (
        "Contact form: name Ana Silva, email ana@example.com, subject Lost bag, message I left it on the train.",
        {
            "full_name": "Ana Silva", "email": "ana@example.com", "subject": "Lost bag",
            "message": "I left it on the train",
        },
    ),
    ('Send a message saying "Hello there, you!"', {"message": "Hello there, you!"}),
    ("Donate 50 euros in the name of Maria Garcia", {"amount": "50", "full_name": "Maria Garcia"}),
    ("Apply as Jane Doe, born 3 March 1990", {"full_name": "Jane Doe", "birth_date": "1990-03-03"}),
    ("Change my address to 5 Oak Street, postcode SW1A 1AA", {"address": "5 Oak Street", "zip": "SW1A 1AA"}),
    (
        "Register Hans Müller, Seestrasse 5, 8002 Zürich",
        {"full_name": "Hans Müller", "street": "Seestrasse 5", "zip": "8002", "city": "Zürich"},
    ),
    (
        "Reserve a table on Saturday 12 December 2026 at 19:30 under the name Rossi",
        {"date": "2026-12-12", "time": "19:30", "full_name": "Rossi"},
    ),
    (
        "Apply for a permit: licence plate ZH 123456, from 1 January 2027 to 31 December 2027",
        {"plate": "ZH 123456", "date_from": "2027-01-01", "date_to": "2027-12-31"},
    ),
    ("Cancel my booking HH-7K3M2Q", {"reference": "HH-7K3M2Q"}),
    ("search for running shoes", {"search": "running shoes"}),
    ("Register Peter O'Neil for the workshop", {"full_name": "Peter O'Neil"}),
    ("Buy 3 tickets for Hamlet for Eva Stone", {"quantity": "3", "full_name": "Eva Stone"}),
    ("name: Ana Silva\nzip=12345\npolicy number: AB-123", {
        "full_name": "Ana Silva", "zip": "12345", "reference": "AB-123",
    }),
    ("Fill it in for 王小明", {"full_name": "王小明"}),
    (
        "为张伟预订上海的酒店，12月1日至5日，2位客人",
        {
            "full_name": "张伟", "destination": "上海", "guests": "2",
            "date_from": "2026-12-01", "date_to": "2026-12-05",
        },
    ),
    (
        "帮李娜预约，电话13800138000，明天下午3点，备注：靠窗",
        {"full_name": "李娜", "phone": "13800138000", "date": "2026-11-22", "time": "15:00", "message": "靠窗"},
    ),
    (
        "从北京到上海的机票，12月3日出发，1位成人，姓名王芳",
        {"origin": "北京", "destination": "上海", "date_from": "2026-12-03", "adults": "1", "full_name": "王芳"},
    ),
    (
        "请填写联系表单：姓名李雷，邮箱lilei@example.com，留言内容为“请尽快回复”",
        {"full_name": "李雷", "email": "lilei@example.com", "message": "请尽快回复"},
    ),
    (
        "Adresse ändern: Nachname Muster, Straße Lindenweg 12, PLZ 10115, Ort Berlin",
        {"last_name": "Muster", "street": "Lindenweg 12", "zip": "10115", "city": "Berlin"},
    ),
    (
        "Bitte einen Tisch für 2 Personen am 24.12.2026 um 18:30 Uhr auf den Namen Schmidt",
        {"guests": "2", "date": "2026-12-24", "time": "18:30", "full_name": "Schmidt"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("instruction", "expected"), SAID, ids=[said[:40] for said, _ in SAID])
def test_values_are_read_from_a_sentence(instruction: str, expected: dict[str, str]) -> None:
    wishes = read_wishes(Task(instruction=instruction, today=TODAY))
    assert {wish.slot or wish.label: wish.text for wish in wishes.values} == expected


GIVEN = [
    ("firstName", "Ana", "first_name", "Ana"),
    ("last-name", "Silva", "last_name", "Silva"),
    ("checkin", "1 December 2026", "date_from", "2026-12-01"),
    ("from", "2026-12-01", "date_from", "2026-12-01"),
    ("from", "Berlin", "origin", "Berlin"),
    ("guests", "two", "guests", "2"),
    ("newsletter", "yes", "newsletter", "yes"),
    ("time", "7:30 pm", "time", "19:30"),
    ("邮箱", "a@b.cn", "email", "a@b.cn"),
    ("Straße", "Lindenweg 12", "street", "Lindenweg 12"),
    ("asset_tag", "LT-20931", "", "LT-20931"),
    ("earliest_start", "2027-03-01", "", "2027-03-01"),
]


@pytest.mark.parametrize(("key", "value", "slot", "text"), GIVEN)
def test_data_find_their_slot(key: str, value: str, slot: str, text: str) -> None:
    (wish,) = read_wishes(Task(instruction="Fill in the form", data={key: value}, today=TODAY)).values
    assert (wish.slot, wish.text) == (slot, text)


def test_data_win_over_the_sentence() -> None:
    wishes = read_wishes(Task(instruction="book for Ana Silva", data={"full_name": "Eva Stone"}, today=TODAY))
    assert [wish.text for wish in wishes.values] == ["Eva Stone"]


def test_an_answer_of_the_person_is_a_value() -> None:
    wishes = read_wishes(Task(instruction="sign up", today=TODAY), {"Emergency contact": "Eva, 555 1234"})
    assert [(wish.label, wish.text) for wish in wishes.values] == [("Emergency contact", "Eva, 555 1234")]


@pytest.mark.parametrize(
    ("instruction", "option", "mentioned"),
    [
        ("a double room with breakfast", "Double room", True),
        ("a double room with breakfast", "Single room", False),
        ("Pay by bank transfer", "Bank transfer", True),
        ("No receipt by post", "Receipt by post", False),
        ("I don't want the insurance", "Travel insurance", False),
        ("book a room", "Room with a view", False),
        ("挂号，女，皮肤科，下午", "皮肤科", True),
        ("挂号，女，皮肤科，下午", "女", True),
        ("挂号，女，皮肤科，下午", "男", False),
        ("挂号，女，皮肤科，下午", "下午（14:00-17:00）", True),
    ],
)
def test_an_option_that_is_mentioned_in_passing(instruction: str, option: str, mentioned: bool) -> None:
    assert bool(mentions(read_wishes(Task(instruction=instruction, today=TODAY)), option)) is mentioned


def test_what_results_are_to_be_chosen_by() -> None:
    said = {"the cheapest flight": "cheapest", "a best rated hotel": "best", "最便宜的酒店": "cheapest", "a room": ""}
    assert {text: read_wishes(Task(instruction=text, today=TODAY)).criterion for text in said} == said


def test_a_secret_is_not_told() -> None:
    (wish,) = read_wishes(Task(instruction="log in", data={"password": "hunter2!"}, today=TODAY)).values
    assert "hunter2" not in wish.told()


@settings(deadline=None)
@given(st.text(min_size=1, max_size=300).filter(str.strip), st.dictionaries(st.text(max_size=20), st.text(max_size=40)))
def test_any_text_can_be_read(instruction: str, data: dict[str, str]) -> None:
    wishes = read_wishes(Task(instruction=instruction, data=data, today=TODAY))
    assert len({wish.key for wish in wishes.values}) == len(wishes.values)
    assert all(wish.text for wish in wishes.values)
