"""The planner: one screen and one briefing in, one action out.

It keeps nothing between calls; what it must remember stands in the memory slot. The order of its rules is the order
of `_RULES`. The rule above all: it never makes a final press and never says 'complete' while a value that was asked
for is unplaced; it looks for a place by scrolling and on the pages that follow, and then ends naming the value.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from actions import Action, Ask, Box, Click, Finish, Press, Scroll, Select, Type, Wait
from agent.reader import fields, orders, presses, values, words
from agent.reader.fields import Pair, Target
from agent.reader.memory import Memory
from agent.reader.pages import View
from agent.reader.presses import Choice, NoChoice
from agent.reader.scene import Widget
from agent.reader.wishes import Wish, Wishes, read_wishes
from prompts.base import Briefing

_ANSWERED = re.compile(r"The person answered: ([^\n]*)")
_OPEN_LIST = re.compile(r'^The list ".*?" is open: (.*?)(?: and \d+ more)?\.$')
_OPTIONS = re.compile(r"the options are: ([^\n]*?)(?: and \d+ more)?(?:$|\n)")
_SERVER_ERROR = re.compile(r"The server answered [45]\d\d|The page could not be loaded")
_READ_BACK = re.compile(r'the field holds "(.*?)"(?:; |$)', re.DOTALL)
_SCREENFUL = 6.0
_MOST_TICKS = 2


class Move(NamedTuple):
    """What the reader answers: the action, why in a sentence, what to remember, and the mark of what is acted on."""

    action: Action
    thought: str
    memory: str
    mark: int | None = None


class _Done(NamedTuple):
    action: Action
    thought: str
    widget: Widget | None = None


def plan(briefing: Briefing, view: View) -> Move:
    """The next action for what the briefing asks on the screen that the view shows."""
    return _Planner(briefing, view).move()


class _Planner:
    def __init__(self, briefing: Briefing, view: View) -> None:
        self.briefing = briefing
        self.view = view
        self.memory = Memory.read(briefing.memory)
        self._take_answer()
        self._learn_options()
        self.wishes: Wishes = read_wishes(briefing.task, self.memory.answers)
        self.wanted: list[Wish] = fields.fitted(self.wishes.values, view.targets, self.memory)
        self._inherit()
        self._recognise()
        self.pairs: list[Pair] = fields.pair_up(self.wanted, view.targets, self.memory)
        self._note_what_holds()

    def move(self) -> Move:
        found = next((done for rule in _RULES if (done := rule(self)) is not None), None)
        if found is None:
            found = self._end("there is nothing on this screen that I know how to go on with")
        mark = found.widget.mark if found.widget is not None else None
        return Move(found.action, found.thought, self.memory.write(), mark)

    # what is known

    def _take_answer(self) -> None:
        if self.memory.did != "ask":
            return
        for text in (*self.briefing.notes, *self.briefing.past[-1:]):
            if match := _ANSWERED.search(text):
                self.memory.answers[self.memory.about] = match[1].strip()

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
            if match := _OPEN_LIST.search(text) or _OPTIONS.search(text):
                label = self.memory.about if self.memory.did == "open" else self.memory.filled.get(self.memory.about, "")
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
            if values.same(last.kind, last.text, shown) if not choosing else values.choose(last.kind, last.text, (shown,)) == 0:
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
        halves = {pair.wish.key for pair in self.pairs if not self._holds(pair)}
        for pair in self.pairs:
            if pair.wish.key not in halves:
                self.memory.placed[pair.wish.key] = pair.target.name
            elif pair.wish.key in self.memory.placed and self.memory.did not in ("fill", "choose"):
                del self.memory.placed[pair.wish.key]
            if self._holds(pair):
                self.memory.tries.pop(pair.target.name, None)

    def _holds(self, pair: Pair) -> bool:
        return fields.holds(pair, self.memory, by_eye=not self.view.listed)

    def _unplaced(self) -> list[Wish]:
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

    # rules, in order

    def _direct_order(self) -> _Done | None:
        steps = orders.read_orders(self.wishes.instruction) if not self.briefing.task.data else ()
        if not steps:
            return None
        found = orders.next_move(steps, self.view, self.memory, self.briefing)
        return _Done(found.action, found.thought, found.widget)

    def _dialog(self) -> _Done | None:
        note = next((note for note in self.briefing.notes if "dialog" in note.casefold() and "open" in note.casefold()), "")
        if not note:
            return None
        leaving = words.says("signs", "leave", note) and not words.says("signs", "leave", self.wishes.instruction)
        allowed = not leaving and not (self.memory.did == "final" and self._unplaced())
        for key in ("dialog_ok", "dialog_no") if allowed else ("dialog_no", "dialog_ok"):
            for button in self._dialog_buttons():
                if words.is_one_of("buttons", key, button.label):
                    return self._click(button, f"dialog {button.label}", f"A dialog asks; '{button.label}' is the right answer.")
        return None

    def _dialog_buttons(self) -> list[Widget]:
        if self.view.listed:
            return list(self.view.buttons)
        known = list(self.view.buttons)
        spoken = {words.trimmed(button.label) for button in known}
        return known + [
            Widget(kind="button", label=line.text, box=line.box) for line in self.view.texts if words.trimmed(line.text) not in spoken
        ]

    def _cookies(self) -> _Done | None:
        if self.memory.last.startswith("cookies") and self.memory.tries.get("cookies", 0) >= _MOST_TICKS:
            return None
        for button in self._cookie_buttons():
            self.memory.tries["cookies"] = self.memory.tries.get("cookies", 0) + 1
            return self._click(button, "cookies", f"A cookie banner is in the way; '{button.label}' gives away least.")
        return None

    def _cookie_buttons(self) -> list[Widget]:
        buttons = [button for button in self.view.buttons if button.kind == "button"]
        sure = [
            button for button in buttons
            if words.says("signs", "cookie", button.label) or (
                words.is_one_of("buttons", "least_consent", button.label) and not words.says("buttons", "away", button.label)
            ) or words.trimmed(button.label) in ("accept all", "alle akzeptieren", "reject all")
        ]  # fmt: skip
        if not sure and not (self._may_read() and self.view.says("cookie")):
            return []
        if not sure and not any(self._consents(button) for button in buttons):
            return []
        ranked = [button for key in ("least_consent", "some_consent", "full_consent") for button in buttons if words.is_one_of("buttons", key, button.label)]
        ranked += [button for button in buttons if words.says("signs", "cookie", button.label) and button not in ranked and words.says("buttons", "full_consent", button.label)]
        return [button for button in ranked if button in sure or self.view.says("cookie")][:1]

    def _consents(self, button: Widget) -> bool:
        return any(words.is_one_of("buttons", key, button.label) for key in ("least_consent", "some_consent", "full_consent"))

    def _may_read(self) -> bool:
        """Reading the page's texts takes time; while a listed form is being filled nothing in them matters."""
        return not self.view.listed or self.memory.did not in ("fill", "choose", "tick")

    def _after_press(self) -> _Done | None:
        """What came of the last press: an error, a confirmation, or nothing yet."""
        if not self.memory.presses or self.memory.did not in ("press", "final", "wait", "dialog", "cookies", "scroll"):
            return None
        if text := self._failure():
            return self._end(f"after '{self._last_press()}' the page says: {text}")
        return self._confirmed()

    def _failure(self) -> str:
        """A page that is an error; a form that is still there and complains is for `_mend`."""
        entering = [target for target in self.view.targets if target.kind in ("text", "date")]
        said = next((note for note in self.briefing.notes if _SERVER_ERROR.search(note)), "")
        if said and not (entering and "The server answered 4" in said):
            return said
        text = self.view.says("failed")
        if not text or (entering and words.says("signs", "invalid", text)):
            return ""
        return text if not entering or words.says("signs", "failed", text) else ""

    def _confirmed(self) -> _Done | None:
        signs = [text for text in self.view.all_that_say("done", unless="not_done") if words.plain(text)[:60] not in self.memory.done]
        strong = [text for text in signs if words.says("signs", "strong_done", text)]
        entering = [pair for pair in self.pairs if not self._holds(pair)]
        asking = [target for target in self.view.targets if target.kind in ("text", "date", "select")]
        said = strong[0] if strong else signs[0] if signs and not asking else ""
        if not said and self.memory.final and not asking and self._echoed():
            said = "it repeats what was sent"
        if not said or (entering and not strong):
            return None
        if self._goes_on_here() and not strong:
            return None
        missing = self._unplaced()
        if missing:
            return self._end(f"the page says '{said}', but {self._names(missing)} found no place")
        if text := self._contradiction():
            return self._end(f"the page says '{said}', but also '{text}', which is not what was asked for")
        return _Done(Finish(status="complete", answer=said if said in self.view.sentences() else ""), f"The page says that it is done: {said}.")

    def _goes_on_here(self) -> bool:
        """Is there still a button for the last step?"""
        return any(words.button_kind(button.label) == "final" and button.kind == "button" for button in self.view.buttons)

    def _echoed(self) -> bool:
        """Does a page without a form repeat what was sent, and ask for nothing more?"""
        if self._goes_on_here() or self._complaints() or self.view.says("failed"):
            return False
        shown = [wish for wish in self.wanted if wish.kind not in ("count", "flag", "secret") and self.view.shows(wish)]
        return len(shown) >= min(2, len(self.wanted)) and bool(shown)

    def _contradiction(self) -> str:
        """A line of the confirmation that gives another value than was wanted under a label that is sure."""
        for line in self.view.texts:
            label, colon, value = line.text.replace("：", ":").partition(":")
            if not colon or not value.strip() or len(label) > 30:
                continue
            for wish in self.wanted:
                if wish.kind not in ("count", "date") or wish.slot not in words.slots_of(label):
                    continue
                if wish.kind == "date" and len(words.slots_of(label)) > 1:
                    continue
                comparable = re.search(r"\d", value) if wish.kind == "count" else fields.dates.read(value)
                if comparable and not values.same(wish.kind, wish.text, value):
                    return line.text
        return ""

    def _option_list(self) -> _Done | None:
        """A list that the last answer opened: choose in it."""
        if self.memory.did not in ("choose", "fill"):
            return None
        options = [widget for widget in self.view.widgets if widget.kind == "option" and not widget.disabled]
        wish = next((wish for wish in self.wanted if wish.key == self.memory.about), None)
        if not options or wish is None:
            return None
        at = values.choose(wish.kind, wish.text, [option.label for option in options])
        if at is None and self.memory.did == "fill":
            starts = [i for i, option in enumerate(options) if words.plain(option.label).startswith(words.plain(wish.text))]
            at = starts[0] if starts else None
        if at is None or self._tried(f"option {wish.key}") > _MOST_TICKS:
            return None
        self.memory.last = f"choose {wish.key}"
        return self._click(options[at], self.memory.last, f"The list offers '{options[at].label}', which is {wish.told()}.")

    def _fill(self) -> _Done | None:
        """The next field, in reading order, that does not hold what it should."""
        for pair in self.pairs:
            if self._holds(pair):
                continue
            if fields.given_up(pair, self.memory):
                shown = pair.target.shown
                holds = f"it holds '{shown}'" if shown else "it stays empty"
                offer = f"; it offers {', '.join(pair.target.options[:8])}" if pair.target.options else ""
                return self._end(f"'{pair.target.name}' does not take {pair.wish.told()}: {holds}{offer}")
            return self._enter(pair)
        return self._mentioned()

    def _enter(self, pair: Pair) -> _Done:
        wish, target = pair.wish, pair.target
        tried = self.memory.tries.get(target.name, 0)
        self.memory.tries[target.name] = tried + 1
        self.memory.filled[wish.key] = target.name
        self.memory.last = f"fill {wish.key}"
        place = self.view.place(target.widget)
        if target.kind == "tick":
            verb = "Tick" if words.yes_or_no(wish.text) else "Untick"
            return self._click(target.widget, f"tick {target.name}", f"{verb} '{target.name}', as asked.")
        if target.options:
            at = values.choose(wish.kind, fields.part(pair), target.options)
            if at is None:
                self.memory.placed.pop(wish.key, None)
                offer = ", ".join(option for option in target.options if not values.is_placeholder(option))
                return self._end(f"'{target.name}' offers no {wish.told()}; it offers {offer[:300]}")
            return self._pick(target, at, wish.key, f"{wish.told()} belongs into '{target.name}'")
        if target.kind == "select":
            self.memory.last = f"choose {wish.key}"
            if tried:
                return self._open(target)
            thought = f"Choose {wish.told()} in '{target.name}'."
            return _Done(Select(at=place, option=fields.part(pair)), thought, target.widget)
        hint = "\n".join(self.view.beside(target.widget)[:4]) if wish.kind == "date" and target.kind == "text" else ""
        text = fields.written(pair, tried, hint)
        shown = "•••" if wish.kind == "secret" else text
        why = f"'{target.name}' takes {wish.told()}: enter '{shown}'" if shown != wish.text else f"'{target.name}' takes {wish.told()}"
        return _Done(Type(text=text, into=place, replace=True), f"{why}.", target.widget)

    def _pick(self, target: Target, at: int, key: str, why: str) -> _Done:
        option = target.options[at]
        self.memory.last = f"fill {key}"
        if target.kind == "radio":
            return self._click(target.widgets[at], self.memory.last, f"{why}: choose '{option}'.")
        return _Done(Select(at=self.view.place(target.widget), option=option), f"{why}: choose '{option}'.", target.widget)

    def _mentioned(self) -> _Done | None:
        """Choices and boxes that the instruction names in passing: 'a double room, with breakfast'."""
        paired = {pair.target.at for pair in self.pairs}
        for target in self.view.targets:
            if target.at in paired or self.memory.tries.get(target.name, 0) >= _TRIES_OF_HINTS:
                continue
            if target.kind == "select" and not target.options and self._worth_opening(target):
                return self._open(target)
            if target.kind in ("radio", "select") and target.options:
                at = fields.hinted(self.wishes, target)
                if at is not None and words.plain(target.options[at]) != words.plain(target.shown):
                    self._tried(target.name)
                    return self._pick(target, at, f"hint {target.name}", "The task mentions it")
            elif target.kind == "tick":
                wanted = self._box_wanted(target)
                if wanted is not None and wanted != bool(target.widget.checked):
                    self._tried(target.name)
                    self.memory.ticked.append(target.name[:60])
                    verb, why = ("Tick", "the task or the form asks for it") if wanted else ("Untick", "it was refused")
                    return self._click(target.widget, f"tick {target.name}", f"{verb} '{target.name[:120]}': {why}.")
        return None

    def _worth_opening(self, target: Target) -> bool:
        """A closed list may offer what the instruction mentions in passing; eyes see that only when it is open."""
        if self.view.listed or self.memory.tries.get(f"open {target.name}") or words.says("signs", "sort", target.name):
            return False
        said = [word for word in self.wishes.hints if not words.button_kind(word)]
        return bool(said) or (target.widget.required and not target.shown)

    def _open(self, target: Target) -> _Done:
        self._tried(f"open {target.name}")
        place = self.view.place(target.widget)
        if isinstance(place, Box):
            self.memory.opened = (place.left, place.top, place.right, place.bottom)
        return self._click(target.widget, f"open {target.name}", f"Open '{target.name}' to see what it offers.")

    def _opened(self) -> _Done | None:
        """A list that was opened to be read: choose what is wanted of it, else close it."""
        label, place = self.memory.about, self.memory.opened
        if self.memory.did != "open" or place is None or not any(_OPEN_LIST.search(note) for note in self.briefing.notes):
            return None
        options = tuple(self.memory.options.get(label, ()))
        target = Target("select", label, (Widget(kind="select", label=label, options=options),), 0)
        at, key, why = fields.hinted(self.wishes, target), f"hint {label}", "The task mentions it"
        for pair in fields.pair_up([wish for wish in self.wanted if wish.key not in self.memory.placed], [target], self.memory):
            at = values.choose(pair.wish.kind, fields.part(pair), options)
            key, why = pair.wish.key, f"{pair.wish.told()} belongs into '{label}'"
            self.memory.filled[key] = label
        if at is None:
            self.memory.last = "close"
            return _Done(Press(keys=("escape",)), f"Nothing in '{label}' is asked for; close it.")
        self.memory.last = f"choose {key}"
        left, top, right, bottom = place
        box = Box(left=left, top=top, right=right, bottom=bottom)
        return _Done(Select(at=box, option=options[at]), f"{why}: choose '{options[at]}'.")

    def _box_wanted(self, target: Target) -> bool | None:
        """Should a box be ticked? Terms are, advertising is not, and what the task says comes first."""
        label = f"{target.label} {target.widget.group}"
        tokens = set(words.tokens(target.label))
        refused = tokens & self.wishes.refused
        if words.says("signs", "marketing", label):
            newsletter = next((wish for wish in self.wanted if wish.slot == "newsletter"), None)
            if newsletter is not None and newsletter.text == "no":
                return False
            return False if refused and target.widget.checked else None
        if refused and len(refused) >= max(1, len(tokens) // 3):
            return False
        if words.says("signs", "consent", label) and not words.says("signs", "optional", label):
            return True
        return True if self.wishes.mentions(target.label) and len(tokens) < 12 else None

    def _mend(self) -> _Done | None:
        """A form that complains: mend what can be mended, ask for what nobody gave, else end with what it says."""
        if self.memory.did not in ("press", "final"):
            return None
        invalid = [target for target in self.view.targets if target.widget.invalid]
        complaint = next(iter(self._complaints()), "")
        if not invalid and not complaint:
            return None
        target = next(iter(invalid), None) or self._blamed(complaint)
        if target is None:
            return None
        pair = next((pair for pair in self.pairs if pair.target.at == target.at), None)
        what = complaint or f"'{target.name}' is marked as wrong"
        if pair is None:
            return None if target.shown and target.kind != "tick" else self._ask(target, what)
        tried = self.memory.tries.get(f"mend {target.name}", 0)
        if tried:
            return self._end(f"the form does not accept {pair.wish.told()} in '{target.name}': {what}")
        mended = self._mended(pair, complaint)
        if mended == target.shown:
            return self._end(f"the form does not accept {pair.wish.told()} in '{target.name}': {what}")
        self.memory.tries[f"mend {target.name}"] = 1
        self.memory.last = f"fill {pair.wish.key}"
        return _Done(
            Type(text=mended, into=self.view.place(target.widget), replace=True),
            f"The form says '{what}', so write {pair.wish.told()} as '{mended}'.", target.widget,
        )  # fmt: skip

    def _mended(self, pair: Pair, complaint: str) -> str:
        day = values.as_date(pair.wish.text)
        if pair.wish.kind == "date" and day is not None:
            mask = fields.dates.mask_of(complaint)
            shape = fields.dates.shape_of(complaint)
            return fields.dates.write(day, mask or shape or "dd/mm/yyyy")
        if pair.wish.kind in ("phone", "amount") or words.says("signs", "digits_only", complaint):
            return re.sub(r"\D", "", pair.wish.text)
        return pair.target.shown

    def _complaints(self) -> list[str]:
        """What the page says is wrong, and did not say before the last press."""
        found = self.view.all_that_say("invalid")
        return [text for text in found if not self._is_label(text) and words.plain(text)[:60] not in self.memory.hints]

    def _is_label(self, text: str) -> bool:
        """Is a text that sounds like a complaint only a field's own label or hint?"""
        return any(words.trimmed(text) in words.plain(target.hint) for target in self.view.targets)

    def _blamed(self, complaint: str) -> Target | None:
        """The field that a complaint names; else the one that stands nearest to it."""
        named = [(words.closeness(target.label, complaint), -target.at) for target in self.view.targets]
        by_words = [
            target for target in self.view.targets
            if (core := words.core(target.label)) and len(core) > 2 and core in words.plain(complaint)
        ]  # fmt: skip
        if by_words:
            return by_words[0]
        if named and max(named)[0] >= 80:
            return next(target for target in self.view.targets if -target.at == max(named)[1])
        line = next((line for line in self.view.texts if line.text == complaint), None)
        placed = [target for target in self.view.targets if target.widget.box is not None]
        if line is None or not placed:
            return None
        return min(placed, key=lambda target: abs(line.box.centre[1] - target.widget.box.centre[1]) if target.widget.box else 0)

    def _required(self) -> _Done | None:
        """Before a press: what the form must have and nobody gave is asked for, never made up."""
        paired = {pair.target.at for pair in self.pairs}
        for target in self.view.targets:
            if not any(widget.required for widget in target.widgets) or target.at in paired or target.shown not in ("", "no"):
                continue
            if target.kind == "tick" and target.widget.checked is not False:
                continue
            return self._ask(target, f"the form needs '{target.name}'")
        return None

    def _ask(self, target: Target, why: str) -> _Done:
        if target.name in self.memory.answers or self.memory.tries.get(f"ask {target.name}"):
            return self._end(f"'{target.name}' is needed and was not given ({why})")
        self.memory.tries[f"ask {target.name}"] = 1
        self.memory.last = f"ask {target.name}"
        offer = ", ".join(option for option in target.options if not values.is_placeholder(option))
        choices = f" It offers: {offer[:200]}." if offer else ""
        return _Done(Ask(question=f"What should '{target.name}' be?{choices}"), f"{why[:1].upper()}{why[1:]}, and the task does not say it.")

    def _impossible(self) -> _Done | None:
        """A page that says it cannot be, and offers nothing that goes on."""
        entering = [target for target in self.view.targets if target.kind in ("text", "date")]
        if not self._may_read():
            return None
        if not entering and (text := self.view.says("failed")) and not self._goes_on_here():
            return self._end(f"the page says: {text}")
        text = self.view.says("impossible")
        if not text or entering:
            return None
        choice = presses.best(self.view, self.wishes, self.memory, self._unplaced(), may_scroll=False)
        if isinstance(choice, Choice) and words.button_kind(choice.button.label):
            return None
        if isinstance(choice, NoChoice) and not choice.over and self._can_look():
            return None
        return self._end(f"the page says: {text}")

    def _sort(self) -> _Done | None:
        """Sorting a list of results by what was asked for puts the right one first."""
        if not self.wishes.criterion:
            return None
        for target in self.view.targets:
            if target.kind != "select" or not words.says("signs", "sort", target.name) or self.memory.tries.get(target.name):
                continue
            fitting = [at for at, option in enumerate(target.options) if words.says("signs", self.wishes.criterion, option)]
            if fitting and words.plain(target.options[fitting[0]]) != words.plain(target.shown):
                self._tried(target.name)
                return self._pick(target, fitting[0], f"sort {target.name}", f"The {self.wishes.criterion} is asked for")
        return None

    def _press(self) -> _Done | None:
        """Go on: press the best button, unless it is final and something is unplaced."""
        missing = self._unplaced()
        scroll = self.briefing.scroll
        below = self._can_look() and not self.memory.looked and scroll is not None and scroll[1] > 0.02
        choice = presses.best(self.view, self.wishes, self.memory, missing, may_scroll=below)
        if isinstance(choice, NoChoice):
            if choice.over:
                return self._end(choice.why)
            return self._look_around() or self._stuck(choice, missing)
        if choice.final and missing:
            looked = self._look_around()
            return looked or self._end(f"there is no place for {self._names(missing)}, so '{choice.button.label}' is not pressed")
        if choice.final and (looked := self._look_below()):
            return looked
        return self._go(choice)

    def _go(self, choice: Choice) -> _Done:
        label = words.trimmed(choice.button.label)
        self.memory.presses.append((label, self.view.fingerprint))
        self.memory.done = [words.plain(text)[:60] for text in self.view.all_that_say("done", unless="not_done")][:8]
        self.memory.hints = [words.plain(text)[:60] for text in self.view.all_that_say("invalid")][:12]
        self.memory.looked = ""
        self.memory.confirmed = []
        self.memory.final = choice.final
        self.memory.last = f"{'final' if choice.final else 'press'} {label}"
        return _Done(
            Click(at=self.view.place(choice.button)), f"Press '{choice.button.label}': {choice.why}.", choice.button
        )  # fmt: skip

    def _stuck(self, choice: NoChoice, missing: list[Wish]) -> _Done:
        if self.memory.did in ("press", "final") and self.memory.tries.get("wait", 0) < 1:
            self.memory.tries["wait"] = 1
            self.memory.last = f"wait {self.memory.about}"
            return _Done(Wait(), "The page does not say yet what came of it; wait for it.")
        pressed = [label for label, screen in self.memory.presses if screen == self.view.fingerprint]
        complaint = next(iter(self._complaints()), "") or self.view.says("impossible") or self.view.says("sign_in")
        said = f"; the page says: {complaint}" if complaint else ""
        if missing:
            return self._end(f"{self._names(missing)} found no place, and {choice.why}{said}")
        if pressed:
            return self._end(f"'{pressed[-1]}' was pressed twice and nothing came of it{said}")
        if self.memory.presses:
            return self._end(f"after '{self._last_press()}' the page does not say that it is done{said}")
        return self._end(f"{choice.why}{said}")

    # looking elsewhere

    def _can_look(self) -> bool:
        return self.memory.looked != "over"

    def _look_below(self) -> _Done | None:
        """Before a final press: fields may stand below it, if the page goes on."""
        scroll = self.briefing.scroll
        if self.memory.looked or scroll is None or scroll[1] <= 0.02:
            return None
        below = [target for target in self.view.targets if target.kind != "tick"]
        return self._scroll("down", "Look whether the form goes on below.") if below and scroll[1] > 0.3 else None

    def _look_around(self) -> _Done | None:
        """Scroll down to the end of the page, then up to its start, once for each screen."""
        scroll = self.briefing.scroll
        still = self.memory.did == "scroll" and self.memory.about == self.view.fingerprint
        if self.memory.looked in ("", "down"):
            if not still and (scroll is None or scroll[1] > 0.01):
                return self._scroll("down", "Look further down.")
            self.memory.looked = "up"
            still = False
        if self.memory.looked == "up":
            if not still and (scroll is None or scroll[0] > 0.01):
                return self._scroll("up", "Look further up.")
            self.memory.looked = "over"
        return None

    def _scroll(self, direction: str, thought: str) -> _Done:
        self.memory.looked = direction
        self.memory.last = f"scroll {self.view.fingerprint}"
        return _Done(Scroll.model_validate({"direction": direction, "steps": _SCREENFUL}), thought)

    # ends

    def _end(self, reason: str) -> _Done:
        return _Done(Finish(status="infeasible", answer=reason), f"This cannot be done: {reason}.")

    def _names(self, wishes: list[Wish]) -> str:
        return " and ".join(wish.told() for wish in wishes)

    def _last_press(self) -> str:
        return self.memory.presses[-1][0] if self.memory.presses else ""

    def _click(self, widget: Widget, last: str, thought: str) -> _Done:
        self.memory.last = last
        return _Done(Click(at=self.view.place(widget)), thought, widget)

    def _tried(self, name: str) -> int:
        self.memory.tries[name] = self.memory.tries.get(name, 0) + 1
        return self.memory.tries[name]


_TRIES_OF_HINTS = 2
_RULES: tuple[Callable[[_Planner], _Done | None], ...] = (
    _Planner._dialog,
    _Planner._direct_order,
    _Planner._cookies,
    _Planner._after_press,
    _Planner._option_list,
    _Planner._opened,
    _Planner._mend,
    _Planner._fill,
    _Planner._required,
    _Planner._impossible,
    _Planner._sort,
    _Planner._press,
)
