"""One look at the screen with all that is known about the task: what the planner's rules judge by."""

from __future__ import annotations

import re

from actions import Click, Finish, Scroll
from agent.reader import fields, values, words
from agent.reader.fields import Pair
from agent.reader.memory import Memory
from agent.reader.moves import Step
from agent.reader.pages import View
from agent.reader.parts import fitted
from agent.reader.scene import Widget
from agent.reader.wishes import Wish, Wishes, read_wishes
from prompts.base import Briefing

OPEN_LIST = re.compile(r'^The list ".*?" is open: (.*?)(?: and \d+ more)?\.$')
_OPTIONS = re.compile(r"the options are: ([^\n]*?)(?: and \d+ more)?(?:$|\n)")
_READ_BACK = re.compile(r'the field holds "(.*?)"(?:; |$)', re.DOTALL)
_ANSWERED = re.compile(r"The person answered: ([^\n]*)")
_SCREENFUL = 6.0


class Situation:
    """What is seen, what is wanted and what is remembered; rules read it and write its memory.

    `wanted` are the wishes in the parts that this screen's fields ask for; `pairs` say which belongs where.
    """

    def __init__(self, briefing: Briefing, view: View) -> None:
        self.briefing = briefing
        self.view = view
        self.memory = Memory.read(briefing.memory)
        self._take_answer()
        self._learn_options()
        self.wishes: Wishes = read_wishes(briefing.task, self.memory.answers)
        self.wanted: list[Wish] = fitted(self.wishes.values, view.targets, self.memory)
        self._guess_name()
        self._inherit()
        self._recognise()
        self.pairs: list[Pair] = fields.pair_up(self.wanted, view.targets, self.memory)
        self._note_what_holds()

    def _take_answer(self) -> None:
        if self.memory.did != "ask":
            return
        for text in (*self.briefing.notes, *self.briefing.past[-1:]):
            if match := _ANSWERED.search(text):
                self.memory.answers[self.memory.about] = match[1].strip()

    def _guess_name(self) -> None:
        """A form asks for a name, and the instruction has capitalised words that nothing explains: that is the name."""
        slots = {"full_name", "first_name", "last_name"}
        if any(wish.slot in slots for wish in self.wanted) or not slots & fields.asked(self.view.targets):
            return
        for name in self.wishes.capitalised():
            guess = Wish(key="full_name", slot="full_name", text=name)
            if not self.view.shows(guess):
                self.wanted = fitted([*self.wanted, guess], self.view.targets, self.memory)
                return

    def _inherit(self) -> None:
        """A name that was placed in parts on an earlier page is placed as a whole, and the other way round."""
        placed = self.memory.placed
        for wish in self.wanted:
            parts = [key for key in placed if key.startswith(f"{wish.key}/")]
            if len(parts) > 1 and wish.key not in placed:
                placed[wish.key] = placed[parts[0]]
            whole = wish.key.split("/")[0]
            if whole != wish.key and whole in placed:
                placed.setdefault(wish.key, placed[whole])

    def _learn_options(self) -> None:
        """What a list offers is said when it is open, or when it refused an option: eyes alone cannot know it."""
        said = list(self.briefing.notes)
        if self.memory.did in ("choose", "open"):
            said += self.briefing.past[-1:]
        for text in said:
            if match := OPEN_LIST.search(text) or _OPTIONS.search(text):
                label = (
                    self.memory.about if self.memory.did == "open" else self.memory.filled.get(self.memory.about, "")
                )
                if label:
                    self.memory.options[label] = [option.strip() for option in match[1].split("; ")][:60]
        if not self.view.listed and self.memory.options:
            self.view.widgets = tuple(
                w.model_copy(update={"options": tuple(self.memory.options.get(w.label, ()))})
                if w.kind == "select" and not w.options else w
                for w in self.view.widgets
            )  # fmt: skip

    def _recognise(self) -> None:
        """What was entered last is placed if the screen was said to hold it, or if just one field shows it.

        So it is whether that field has a name now or not: a placeholder that named it is gone with the first letter.
        """
        last = next((wish for wish in self.wanted if wish.key == self.memory.about), None)
        if last is not None and self.memory.did in ("fill", "choose") and last.key in self.memory.filled:
            match = _READ_BACK.search(self.briefing.past[-1]) if self.briefing.past else None
            shown = match[1] if match else ""
            choosing = self.memory.did == "choose"
            if (
                values.same(last.kind, last.text, shown)
                if not choosing
                else values.choose(last.kind, last.text, (shown,)) == 0
            ):
                self._confirm(last)
            if last.kind == "secret" and self.briefing.past and "refused: " not in self.briefing.past[-1]:
                self._confirm(last)
        for wish in self.wanted:
            label = self.memory.filled.get(wish.key)
            if label is None or wish.key in self.memory.placed:
                continue
            entered = [w for w in self.view.widgets if w.kind in ("field", "textarea") and len(w.value) > 2]
            by_eye = not self.view.listed
            holding = [w for w in entered if values.same(wish.kind, wish.text, w.value, read_by_eye=by_eye)]
            if len(holding) == 1:
                self.memory.placed[wish.key] = label

    def _confirm(self, wish: Wish) -> None:
        label = self.memory.filled[wish.key]
        self.memory.placed[wish.key] = label
        self.memory.confirmed.append(f"{wish.key} {label}")

    def _note_what_holds(self) -> None:
        # a date in three fields is placed when all three hold their part
        halves = {pair.wish.key for pair in self.pairs if not self.holds(pair)}
        for pair in self.pairs:
            if pair.wish.key not in halves:
                self.memory.placed[pair.wish.key] = pair.target.name
            elif pair.wish.key in self.memory.placed and self.memory.did not in ("fill", "choose"):
                del self.memory.placed[pair.wish.key]
            if self.holds(pair):
                self.memory.tries.pop(pair.target.name, None)

    def holds(self, pair: Pair) -> bool:
        return fields.holds(pair, self.memory, by_eye=not self.view.listed)

    def unplaced(self) -> list[Wish]:
        """The wanted values that no field was seen to hold, nor a page to say where that is enough."""
        missing = []
        for wish in self.wanted:
            if wish.key in self.memory.placed or self._settled(wish):
                continue
            missing.append(wish)
        return missing

    def _settled(self, wish: Wish) -> bool:
        """A wish that needs no field: nothing is to be ticked, or it came from free wording and the page says it."""
        if wish.kind == "flag" and words.yes_or_no(wish.text) is False:
            return True
        if wish.firm and not words.slot(wish.slot).soft:
            return False
        if any(pair.wish.key == wish.key for pair in self.pairs):
            return False
        if wish.slot == "newsletter" or (wish.text == "1" and not wish.firm):
            return not any(words.says("labels", "newsletter", target.label) for target in self.view.targets)
        if wish.firm:
            return False
        if self.view.shows(wish):
            self.memory.placed[wish.key] = "(the page)"
            return True
        return False

    def unexplained(self) -> list[str]:
        """Names that became no value and no page shows, and wishes put in prose: each was meant to go somewhere."""
        explained = words.plain(" ".join(wish.text for wish in self.wanted))
        names = [name for name in self.wishes.capitalised() if words.plain(name) not in explained]
        asked = [f"'{text}'" for text in words.phrases("speech", "in_prose") if text in self.wishes.rest]
        return [name for name in names if not self.view.shows(Wish(key=name, slot="", text=name))] + asked

    def may_read(self) -> bool:
        """Reading the page's texts takes time; while a listed form is being filled nothing in them matters."""
        return not self.view.listed or self.memory.did not in ("fill", "choose", "tick")

    def scroll(self, direction: str, thought: str) -> Step:
        self.memory.looked = direction
        self.memory.last = f"scroll {self.view.fingerprint}"
        return Step(Scroll.model_validate({"direction": direction, "steps": _SCREENFUL}), thought)

    def end(self, reason: str) -> Step:
        return Step(Finish(status="infeasible", answer=reason), f"This cannot be done: {reason}.")

    def names(self, wishes: list[Wish]) -> str:
        return " and ".join(wish.told() for wish in wishes)

    def last_press(self) -> str:
        return self.memory.presses[-1][0] if self.memory.presses else ""

    def click(self, widget: Widget, last: str, thought: str) -> Step:
        self.memory.last = last
        return Step(Click(at=self.view.place(widget)), thought, widget)

    def tried(self, name: str) -> int:
        self.memory.tries[name] = self.memory.tries.get(name, 0) + 1
        return self.memory.tries[name]
