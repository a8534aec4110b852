"""What the reader decides on phones and windows made by hand – above all when it must not say 'complete'."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from actions import Action, Back, Click, Finish, Open, Press, Task, Type
from agent.reader.moves import Move
from agent.reader.pages import View
from agent.reader.planner import plan
from agent.reader.scene import Rect, Scene, Surface, TextLine, Widget
from prompts.base import Briefing
from tests.agent.reader.screens import TODAY

WIDE, HIGH = 800, 1800
CLOSED = 'The window "Backups" (Zenity) is closed.'


def line(text: str, x: float, y: float) -> TextLine:
    return TextLine(text=text, box=Rect(x, y, x + 14 * len(text), y + 28))


def at(kind: str, label: str, x: float, y: float, wide: float = 100, **more: object) -> Widget:
    return Widget.model_validate(
        {"kind": kind, "label": label, "box": Rect(x, y, x + wide, y + 80), "value_sure": False, **more}
    )


Part = TextLine | Widget


class Screens:
    """One task over several screens of a phone or a desktop; the memory is carried on, as the loop does."""

    def __init__(self, instruction: str, surface: Surface) -> None:
        self.task = Task(instruction=instruction, today=TODAY)
        self.surface = surface
        self.memory = ""
        self.past: tuple[str, ...] = ()

    def look(self, *seen: Part, app: str = "", title: str = "", came: str = "", notes: Iterable[str] = ()) -> Action:
        """The action for the next screen; `came` is what the history says of the last one."""
        if self.past:
            self.past = (*self.past[:-1], self.past[-1] + came)
        briefing = Briefing(
            task=self.task, memory=self.memory, past=self.past, app=app, title=title, notes=tuple(notes)
        )  # fmt: skip
        widgets = tuple(part for part in seen if isinstance(part, Widget))
        texts = [part for part in seen if isinstance(part, TextLine)]
        texts += [TextLine(text=w.label, box=w.box) for w in widgets if w.kind == "button" and w.label and w.box]
        scene = Scene(width=WIDE, height=HIGH, texts=tuple(texts), widgets=widgets, line=28)
        instruction = self.task.instruction
        view = View(widgets, lambda: scene, listed=False, instruction=instruction, title=title, surface=self.surface)
        move: Move = plan(briefing, view)
        self.memory = move.memory
        self.past = (*self.past, f"{move.thought} Observation: ")
        return move.action


def phone(instruction: str) -> Screens:
    """One that begins in the right app."""
    return Screens(instruction, "phone")


def clicked(action: Action) -> tuple[int, int]:
    assert isinstance(action, Click), action
    return action.at.centre.pixel(WIDE, HIGH)


def ended(action: Action, status: str, said: str = "") -> None:
    assert isinstance(action, Finish), action
    assert (action.status, said in action.answer) == (status, True), action


# phones


def test_the_app_is_opened_first_and_only_once() -> None:
    run = phone("turn Wi-Fi off")
    assert run.look(line("Contacts", 60, 1300)) == Open(target="Settings")
    run.look(line("Contacts", 60, 1300), came="refused: this phone has no app 'Settings'")
    ended(phone("open the Notes app").look(line("Notes", 30, 120), app="Notes"), "complete")


def test_an_app_that_cannot_be_opened_ends_the_run() -> None:
    run = phone("turn Wi-Fi off")
    run.look(line("Contacts", 60, 1300))
    ended(
        run.look(line("Contacts", 60, 1300), came="refused: this phone has no app 'Settings'"), "infeasible", "no app"
    )


def test_a_switch_is_found_by_its_section_pressed_and_seen_to_stand_right() -> None:
    run = phone("turn Wi-Fi off")
    rows: list[Part] = [line("Settings", 30, 120), line("Display", 140, 340), line("Network & internet", 140, 460)]
    assert clicked(run.look(*rows, app="Settings")) == (266, 473)
    on = at("switch", "Wi-Fi", 680, 220, checked=True)
    assert clicked(run.look(line("Wi-Fi", 30, 240), on, app="Settings")) == (730, 260)
    ended(run.look(line("Wi-Fi", 30, 240), on.model_copy(update={"checked": False}), app="Settings"), "complete")


def test_a_switch_that_does_not_move_is_not_on() -> None:
    run = phone("turn on dark mode")
    off = at("switch", "Dark mode", 680, 220, checked=False)
    assert isinstance(run.look(off, app="Settings"), Click)
    ended(run.look(off, app="Settings"), "infeasible", "not on")


def test_a_switch_of_a_longer_name_is_another_one() -> None:
    run = phone("turn on Wi-Fi")
    action = run.look(at("switch", "Wi-Fi calling", 680, 220, checked=True), app="Settings")
    assert not isinstance(action, Finish)


def test_nothing_is_typed_into_somebody_elses_conversation() -> None:
    run = phone("send Ben Carter a message saying I will be late")
    field = at("field", "Text message", 30, 1600, 600, placeholder="Text message")
    assert run.look(line("Emma Larsen", 120, 120), field, app="Messages") == Back()


def test_two_people_of_one_name_are_not_told_apart() -> None:
    run = phone("send Ben a message saying I will be late")
    rows: list[Part] = [line("New conversation", 120, 120), line("Ben Carter", 140, 340), line("Ben Hall", 140, 460)]
    ended(run.look(*rows, app="Messages"), "infeasible", "Ben Hall")


def _typed() -> Screens:
    run = phone("send Ben Carter a message saying I will be late")
    field = at("field", "Text message", 30, 1600, 600, placeholder="Text message")
    typed = run.look(line("Ben Carter", 120, 120), field, app="Messages")
    assert isinstance(typed, Type)
    held = at("field", "", 30, 1600, 600, value="I will be late")
    icon = at("button", "", 700, 1600, 40)
    pressed = run.look(
        line("Ben Carter", 120, 120), held, icon, app="Messages", came='the field holds "I will be late"'
    )
    assert clicked(pressed) == (720, 1640)
    return run


def test_a_message_is_sent_when_the_conversation_shows_it() -> None:
    empty = at("field", "Text message", 30, 1600, 600, placeholder="Text message")
    seen: list[Part] = [line("Ben Carter", 120, 120), line("I will be late", 400, 1400), empty]
    ended(_typed().look(*seen, app="Messages"), "complete")


def test_a_message_that_is_nowhere_was_not_sent() -> None:
    empty = at("field", "Text message", 30, 1600, 600, placeholder="Text message")
    ended(_typed().look(line("Ben Carter", 120, 120), empty, app="Messages"), "infeasible", "does not show it")


def test_a_press_that_went_astray_is_made_once_more_and_no_oftener() -> None:
    run = _typed()
    held = at("field", "", 30, 1600, 600, value="I will be late")
    again: list[Part] = [line("Ben Carter", 120, 120), held, at("button", "", 700, 1600, 40)]
    assert isinstance(run.look(*again, app="Messages"), Click)
    ended(run.look(*again, app="Messages"), "infeasible")


# windows


@pytest.mark.parametrize(
    ("task", "pressed"),
    [
        ("Delete the old backups", "Yes"),
        ("Don't delete the old backups", "No"),
        ("Keep the backups", "No"),
        ("answer no", "No"),
        ("Say yes.", "Yes"),
        ("Delete the new backups", ""),
        ("Open the folder", ""),
        ("No newsletter, please", ""),
    ],
)
def test_a_question_of_yes_or_no(task: str, pressed: str) -> None:
    run = Screens(task, "window")
    buttons = {"No": at("button", "No", 100, 300), "Yes": at("button", "Yes", 300, 300)}
    action = run.look(line("Delete the old backups?", 100, 200), *buttons.values(), title="Backups")
    if not pressed:
        ended(action, "infeasible", "Delete the old backups?")
        return
    assert clicked(action) == ((150, 340) if pressed == "No" else (350, 340))
    ended(run.look(came=CLOSED), "complete")


def test_a_question_that_stays_open_is_not_answered() -> None:
    run = Screens("Delete the old backups", "window")
    seen: list[Part] = [
        line("Delete the old backups?", 100, 200),
        at("button", "No", 100, 300),
        at("button", "Yes", 300, 300),
    ]
    run.look(*seen, title="Backups")
    ended(run.look(*seen, title="Backups", came="the screen did not change"), "infeasible", "still asks")


def test_a_window_that_closes_for_another_one_is_not_the_end() -> None:
    run = Screens("Delete the old backups", "window")
    seen: list[Part] = [
        line("Delete the old backups?", 100, 200),
        at("button", "No", 100, 300),
        at("button", "Yes", 300, 300),
    ]
    run.look(*seen, title="Backups")
    came = f'{CLOSED}; A window appeared: "Error" (Zenity).'
    action = run.look(line("Something went wrong", 100, 200), at("button", "OK", 300, 300), title="Error", came=came)
    ended(action, "infeasible", "Something went wrong")


def test_a_list_without_the_wanted_row_is_closed_and_said() -> None:
    run = Screens("city Rome, and save", "window")
    form: list[Part] = [line("City:", 30, 120), at("select", "City", 200, 100, 300), at("button", "Save", 400, 300)]
    assert isinstance(run.look(*form, title="Form"), Click)
    assert run.look(*form, line("Berlin", 200, 200), line("Lisbon", 200, 240), title="Form") == Press(keys=("escape",))
    run.look(*form, title="Form")
    run.look(*form, line("Berlin", 200, 200), line("Lisbon", 200, 240), title="Form")
    ended(run.look(*form, title="Form"), "infeasible", "Rome")


def _calculator(shown: str) -> list[Part]:
    keys = [at("button", str(n), 100 * (n % 5), 500 + 100 * (n // 5), 80) for n in range(10)]
    return [line(shown, 300, 200), *keys, at("button", "AC", 500, 400)]


def test_a_display_that_holds_something_is_cleared_first() -> None:
    run = Screens("calculate 12 * 7", "window")
    assert clicked(run.look(*_calculator("5"), title="calc")) == (550, 440)
    assert run.look(*_calculator("0"), title="calc") == Type(text="12*7", submit=True)
    done = run.look(*_calculator("84"), title="calc")
    ended(done, "complete", "84")


def test_an_answer_that_cannot_be_right_is_none() -> None:
    run = Screens("calculate 12 * 7", "window")
    run.look(*_calculator("0"), title="calc")
    ended(run.look(*_calculator("81"), title="calc"), "infeasible", "81")


def test_a_calculator_is_opened_where_there_is_none() -> None:
    run = Screens("calculate 12 * 7", "window")
    assert run.look() == Open(target="calculator")
    ended(run.look(), "infeasible", "no calculator")
