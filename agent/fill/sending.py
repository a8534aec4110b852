"""What came of a press: sent, refused, another page of the form, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from actions import Finish
from agent.fill.look import Identity, Look
from agent.outcome import Ended
from agent.reader import words
from agent.reader.presses import Choice
from agent.reader.rules import mending, verdicts
from agent.reader.scene import Widget

_NOT_SENT = "The form was not sent."
_SHOWN = 60
_SHARE = 0.5


class Page(NamedTuple):
    """A page of a form, by its address and those of its fields that were in view."""

    url: str
    fields: frozenset[Identity]

    def is_still(self, other: Page) -> bool:
        """Is it the same page, perhaps scrolled? Pages that live at one address differ in most of their fields."""
        fewest = min(len(self.fields), len(other.fields))
        return (
            self.url == other.url
            and len(self.fields & other.fields) >= _SHARE * fewest
            and (bool(fewest) or self.fields == other.fields)
        )


class Pressed(NamedTuple):
    """A press: the button's wording, whether it was to send the form, whether the button is a last one, and the page
    before it."""

    label: str
    sends: bool
    final: bool
    page: Page


def goes_on(choice: Choice) -> bool:
    """Does the button lead to the form's next page, and do no more?"""
    return not choice.final and words.button_kind(choice.button.label) == "forward"


def page_of(look: Look) -> Page:
    """What tells one page of a form from the next: its address, and the fields in view."""
    return Page(look.seen.url, frozenset(look.identities.values()))


def remember(look: Look, choice: Choice, *, sends: bool) -> Pressed:
    """Note what the page says before a press, so that the same words say nothing after it.

    Reads the page's texts by eye if the press is to send the form.
    """
    memory, label = look.memory, words.trimmed(choice.button.label)
    memory.presses.append((label, look.view.fingerprint))
    if sends:
        memory.done = [_known(text) for text in look.view.all_that_say("done", unless="not_done")]
        memory.hints = [_known(text) for text in look.view.all_that_say("invalid")]
    memory.links = [words.trimmed(link.label)[:40] for link in look.view.buttons if link.kind == "link"]
    memory.final = sends
    memory.looked = ""
    memory.confirmed = []
    memory.last = f"{'final' if sends else 'press'} {label}"
    return Pressed(choice.button.label, sends, words.button_kind(label) == "final", page_of(look))


def verdict(look: Look) -> Ended | None:
    """The end that the page tells of itself, as the reader judges its own runs; None if it does not say."""
    step = verdicts.after_press(look.now)
    if step is None or not isinstance(step.action, Finish):
        return None
    return Ended(step.action.status, step.action.answer or step.thought)


def complaints(look: Look, *, by_eye: bool) -> tuple[str, ...]:
    """What the page says is wrong with the form: the browser's messages, marked fields, and what stands there."""
    said = [note.removeprefix(_NOT_SENT).strip() for note in look.seen.notes if note.startswith(_NOT_SENT)]
    if not said and by_eye:
        said = mending.complaints(look.now)
    if not said:
        said = [f"'{target.name}' is marked as wrong" for target in look.targets if _marked(target.widgets)]
    return tuple(dict.fromkeys(said))


def _marked(widgets: Sequence[Widget]) -> bool:
    return any(widget.invalid for widget in widgets)


def _known(text: str) -> str:
    return words.plain(text)[:_SHOWN]
