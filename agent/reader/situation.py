"""One look at the screen with all that is known about the task: what the planner's rules judge by."""

from __future__ import annotations

import re

from actions import Click, Finish, Scroll, Task
from agent.reader import choices, errands, explained, fields, rivals, values, words
from agent.reader.errands import Errand
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
_CARET = re.compile(r"^(.+?) ?[lI|1丨]$")
_SCREENFUL = 6.0
_DAYS = {"date", "date_from", "date_to", "time", "time_to"}
_COMPOUND = 6  # letters of a word that a longer one may begin with


class Situation:
    """What is seen, what is wanted and what is remembered; rules read it and write its memory.

    `wanted` are the wishes in the parts that this screen's fields ask for; `pairs` say which belongs where. `errand` is
    what the task wants of a phone, None on other screens and where it is none that is known.
    """

    def __init__(self, briefing: Briefing, view: View) -> None:
        self.briefing = briefing
        self.view = view
        self.memory = Memory.read(briefing.memory)
        self.view.recall(self.memory.labels)
        on_phone = view.surface == "phone"
        self.errand: Errand | None = errands.read(briefing.task.instruction) if on_phone else None
        self._take_answer()
        self._learn_options()
        self.wishes: Wishes = self._read()
        self.wanted: list[Wish] = fitted(self.wishes.values, view.targets, self.memory)
        self._tell_apart()
        self._guess_name()
        self._inherit()
        self._recognise()
        self.pairs: list[Pair] = self._pair_up()
        self._note_what_holds()
        self._note_loose(explained.labels(view))

    def _read(self) -> Wishes:
        """The wishes, read with the names that this page gives its fields and those that helped on earlier ones."""
        here = [target.name for target in self.view.targets if target.kind != "tick" and not target.part]
        labels = list(filter(None, dict.fromkeys([*self.memory.names, *here])))
        wishes = read_wishes(self._task(), self.memory.answers, labels)
        read = {wish.label for wish in wishes.values}
        self.memory.names = [label for label in labels if label in read]
        return wishes

    def _task(self) -> Task:
        """The task with the values of an errand taken out of its words, as if they were data."""
        task = self.briefing.task
        if self.errand is None:
            return task
        given = {**dict(self.errand.values), **task.data}
        return task.model_copy(update={"instruction": self.errand.rest or self.errand.kind, "data": given})

    def _pair_up(self) -> list[Pair]:
        apart = rivals.barred(self.wanted, self.view, self.memory)
        return fields.pair_up(self.wanted, self.view.targets, self.memory, apart)

    def _take_answer(self) -> None:
        if self.memory.did != "ask":
            return
        for text in (*self.briefing.notes, *self.briefing.past[-1:]):
            if match := _ANSWERED.search(text):
                self.memory.answers[self.memory.about] = match[1].strip()

    def _tell_apart(self) -> None:
        """Where a form asks for who gets it and for who sends it: 'for Ana' is the one, 'from Bo' the other."""
        asking = [t for t in self.view.targets if t.kind == "text" and words.says("speech", "recipients", t.label)]
        others = [t for t in self.view.targets if t not in asking and fields.asks_for_person(t)]
        if len(asking) != 1 or len(others) != 1:
            return
        for target, role in ((asking[0], "for_whom"), (others[0], "by_whom")):
            person = r"((?-i:[^\W\d_a-z][\w'’-]+(?: [^\W\d_a-z][\w'’-]+){1,2}))(?=[,.;]|$| and | on )"
            said = re.search(
                rf"{words.alternatives(words.phrases('speech', role))} {person}", self.wishes.instruction, re.IGNORECASE
            )
            if said is None or any(words.plain(wish.label) == words.plain(target.label) for wish in self.wanted):
                continue
            known = [wish for wish in self.wanted if wish.text == said[1] and not wish.said]
            whose = known[0] if known else Wish(key=f"name {said[1]}", text=said[1])
            self.wanted = [wish for wish in self.wanted if wish not in known[:1]]
            self.wanted.append(whose.model_copy(update={"slot": "", "label": target.label}))

    def _guess_name(self) -> None:
        """A form asks for a name, and the instruction has capitalised words that nothing explains: that is the name.

        Beside other names it is one only if one name is left and one field asks for a person.
        """
        slots = {"full_name", "first_name", "last_name"}
        whose = slots & fields.asked(self.view.targets)
        taken = {pair.target.at for pair in self._pair_up()}
        free = [t for t in self.view.targets if fields.asks_for_person(t) and t.at not in taken]
        known = {words.plain(wish.text) for wish in self.wanted}
        left = [name for name in self.wishes.capitalised() if words.plain(name) not in known] if whose or free else []
        offered = [option for target in self.view.targets for option in target.options]
        left = [name for name in left if not any(choices.said_by(name, option) for option in offered)]
        names = [name for name in left if not self.view.shows(Wish(key=name, text=name))]
        whose = {s for t in self.view.targets if t.at not in taken for s in slots & words.slots_of(t.label).keys()}
        if names and whose and not any(wish.slot in slots for wish in self.wanted):
            guess = Wish(key="full_name", slot="full_name", text=names[0])
        elif len(names) == len(free) == 1:
            guess = Wish(key=f"name {names[0]}", text=names[0], label=free[0].label)
        else:
            return
        self.wanted = fitted([*self.wanted, guess], self.view.targets, self.memory)

    def _inherit(self) -> None:
        """A name that was placed in parts on an earlier page is placed as a whole, and the other way round."""
        placed = self.memory.placed
        for wish in self.wanted:
            parts = [key for key in placed if key.startswith(f"{wish.key}/")]
            if len(parts) > 1 and wish.key not in placed:
                placed[wish.key] = placed[parts[0]]
            joined = next((key for key in placed if wish.key in key.split("+") and not key.endswith("+")), "")
            if joined and wish.key not in placed:
                placed[wish.key] = placed[joined]
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
        if last is not None and self.memory.did in ("fill", "choose", "mend") and last.key in self.memory.filled:
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
            elif pair.wish.key in self.memory.placed and self.memory.did not in ("fill", "choose", "mend"):
                del self.memory.placed[pair.wish.key]
            if self.holds(pair):
                self.memory.tries.pop(pair.target.name, None)

    def holds(self, pair: Pair) -> bool:
        if fields.holds(pair, self.memory, by_eye=not self.view.listed):
            return True
        # the caret behind what was typed last looks like a letter
        caret = _CARET.search(pair.target.shown) if self.view.surface != "page" and not self.view.listed else None
        if caret is None or pair.target.kind != "text" or pair.wish.key != self.memory.about:
            return False
        widget = pair.target.widget.model_copy(update={"value": caret[1]})
        return fields.holds(pair._replace(target=pair.target._replace(widgets=(widget,))), self.memory, by_eye=True)

    def unplaced(self) -> list[Wish]:
        """The wanted values that no field was seen to hold, nor a page to say where that is enough."""
        missing = []
        for wish in self.wanted:
            if wish.key in self.memory.placed or self._settled(wish):
                continue
            missing.append(wish)
        return missing

    def _chosen(self) -> list[str]:
        """What the ticked boxes and the chosen options of this screen say."""
        ticked = [target.label for target in self.view.targets if target.kind == "tick" and target.widget.checked]
        chosen = [target for target in self.view.targets if target.kind in ("radio", "select") and target.shown]
        answers = [f"{target.label} " if words.yes_or_no(target.shown) else "" for target in chosen]
        return ticked + [answer + target.shown for answer, target in zip(answers, chosen, strict=True)]

    def _meant(self) -> list[str]:
        """What is chosen here and was meant: a figure that a list happens to show says nothing about another one."""
        figure = re.compile(r"\D{0,3}\d{1,3}(?: \D+)?")
        return [said for said in self._chosen() if not figure.fullmatch(said) or choices.mentions(self.wishes, said)]

    def _settled(self, wish: Wish) -> bool:
        """A wish that needs no field: nothing is to be ticked, or it came from free wording and the page says it."""
        if words.yes_or_no(wish.text) is False and (wish.kind == "flag" or not wish.said):
            return not any(pair.wish.key == wish.key for pair in self.pairs)
        if words.slot(wish.slot).idle and not wish.said:
            return not any(pair.wish.key == wish.key for pair in self.pairs)
        figured = wish.kind in ("time", "date", "count", "amount") or wish.text.isdecimal()
        told = len(wish.text) > 4 and any(words.plain(wish.text) in words.plain(said) for said in self._chosen())
        within = figured and any(values.within(wish.kind, wish.text, said) for said in self._meant())
        within = within or (wish.slot == "time_to" and any(values.ends(wish.text, said) for said in self._chosen()))
        if not wish.said and (told or within):
            self.memory.placed[wish.key] = "(a choice)"
            return True
        if wish.firm and not words.slot(wish.slot).soft:
            return False
        if any(pair.wish.key == wish.key for pair in self.pairs):
            return False
        if wish.slot == "newsletter" or (wish.text == "1" and not wish.firm):
            return not any(words.says("labels", "newsletter", target.label) for target in self.view.targets)
        if wish.firm:
            return False
        if (self.view.shows(wish) or self._titled(wish)) and not self._missed(wish.text):
            self.memory.placed[wish.key] = "(the page)"
            return True
        return False

    def unexplained(self) -> list[str]:
        """Names that became no value and no page said, and wishes put in prose: each was meant to go somewhere."""
        self.note_names()
        known = words.plain(" ".join((*(w.text for w in self.wanted if w.kind != "email"), *self.memory.told)))
        given = words.plain(" | ".join(w.text for w in self.wanted if w.kind != "email"))
        names = [n for n in self.wishes.names() if words.plain(n) not in given and n not in self.memory.told]
        names += [piece for piece in self.wishes.pieces() if not self._akin(piece)]
        names += [code for code in explained.codes(self.wishes) if code not in self.memory.told]
        names += [figure for figure in self.wishes.figures() if figure not in known]
        asked = [f"'{text}'" for text in words.phrases("speech", "in_prose") if text in self.wishes.rest]
        if explained.same_tongue(self.view, self.wishes.instruction):
            unsaid = explained.unsaid(self.wishes, set(self.memory.told))
            asked += [f"'{clause}'" for clause in unsaid if not self._orders_a_press(clause)]
        return names + asked

    def _orders_a_press(self, clause: str) -> bool:
        """'press OK': does a clause only name the button that is about to be pressed?"""
        order = re.match(rf"{words.alternatives(words.phrases('speech', 'press_words'))}(?: on)?(?: the)? (.+)", clause)
        return order is not None and any(
            words.core(button.label) == words.core(order[1]) for button in self.view.buttons
        )

    def _akin(self, piece: str) -> bool:
        """Does a page so far say a word of a short piece of a Chinese instruction?"""
        said = set(words.tokens(piece))
        boxes = [target for target in self.view.targets if target.kind == "tick" and not target.widget.checked]
        if any(said & set(words.tokens(target.label)) for target in boxes):
            return False  # a box that was not ticked may be what it asks for
        return bool(said & set(self.memory.told))

    def note_names(self) -> None:
        """Remember which of the names in the instruction this page says: they name the place, and are no values."""
        for name in self.wishes.names():
            if name not in self.memory.told and self._says(name):
                self.memory.told.append(name)
        said = {word for piece in self.wishes.pieces() for word in words.tokens(piece)} - set(self.memory.told)
        said |= set(self.wishes.figures()) - set(self.memory.told)
        page = words.plain(" ".join(self._texts())) if said else ""
        self.memory.told += sorted(word for word in said if word in page)
        self._note_loose(explained.texts(self.view))

    def _note_loose(self, said: list[str]) -> None:
        """Remember which loose words of the instruction these texts say; what is scrolled away is not seen again."""
        codes = [code for code in explained.codes(self.wishes) if code not in self.memory.told]
        self.memory.told += [code for code in codes if explained.says_code(said, code)]
        loose = {stem for _, stems in explained.loose_words(self.wishes) for stem in stems} - set(self.memory.told)
        self.memory.told += sorted(explained.said_by(said, loose)) if loose else []

    def _days(self) -> list[Wish]:
        """Days and times that the instruction gives under no name: a page may be about them and ask for none."""
        return [wish for wish in self.wanted if wish.kind in ("date", "time") and not wish.said and not wish.label]

    def _titled(self, wish: Wish) -> bool:
        """Does the page say all words of a title, which a narrow column breaks into several lines?"""
        stems = {words.stem(word) for word in words.tokens(wish.text)}
        return wish.kind == "text" and len(stems) > 1 and explained.said_by(explained.texts(self.view), stems) == stems

    def note_days(self) -> None:
        """Remember which of those days this page says."""
        days = [day for day in self._days() if day.text not in self.memory.told]
        self.memory.told += [day.text for day in days if self.view.shows(day)]

    def at_last(self, missing: list[Wish]) -> list[Wish]:
        """Those that hold back a last press: not the days that the page is about and has no field for."""
        return [wish for wish in missing if not self._is_about(wish)]

    def _is_about(self, wish: Wish) -> bool:
        """Does the page, or one before it, say a day that no field here can take?"""
        taking = any(
            target.kind == "date" or _DAYS & words.slots_of(target.label).keys() for target in self.view.targets
        )
        return not taking and wish in self._days() and (wish.text in self.memory.told or self.view.shows(wish))

    def _says(self, name: str) -> bool:
        """Does the page say a name, or offer something that has all of its words ('Dr Okoro' by 'Dr Chidi Okoro')?"""
        if self._missed(name):
            return False
        said = {words.stem(word) for word in _words(name)}
        offered = ({words.stem(word) for word in _words(text)} for text in self._offered())
        if any(said <= stems for stems in offered) or self.view.shows(Wish(key=name, text=name)):
            return True
        # 'Datenschutz' is said by "Datenschutzerklärung"
        compound = len(name) > _COMPOUND and " " not in name
        return compound and any(word.startswith(words.plain(name)) for text in self._texts() for word in _words(text))

    def _missed(self, name: str) -> bool:
        """Does just one option of a question say a name, and is another one chosen?"""
        for target in self.view.targets:
            saying = [option for option in target.options if choices.said_by(name, option)]
            if len(saying) == 1 and words.plain(saying[0]) != words.plain(target.shown):
                return True
        return False

    def _texts(self) -> list[str]:
        """All that the page says: its texts, and what the list says of its widgets."""
        return [*(line.text for line in self.view.texts), *self._offered()]

    def _offered(self) -> list[str]:
        return [text for widget in self.view.widgets for text in (widget.label, *widget.options)]

    def refusal(self, missing: list[Wish]) -> str:
        """What a list that asks for one of these offers instead; "" if no list does."""
        for wish in missing:
            if target := fields.refusing(wish, self.view.targets):
                offer = [option for option in target.options if not values.is_placeholder(option)]
                return f"'{target.name}' offers no {wish.told()}; it offers {', '.join(offer)[:300]}"
        return ""

    def may_read(self) -> bool:
        """Reading the page's texts takes time; while a listed form is being filled nothing in them matters."""
        return not self.view.listed or self.memory.did not in ("fill", "choose", "tick", "mend")

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


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", words.plain(text))
