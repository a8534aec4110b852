"""A wish: one value that must end up somewhere, and how a labelled value becomes one."""

from __future__ import annotations

import datetime
import re
from typing import Literal

from actions import Frozen
from agent.reader import dates, values, words

Criterion = Literal["", "cheapest", "best", "earliest", "dearest"]


class Wish(Frozen):
    """One value that must end up somewhere.

    `key` names it once in this task; `slot` is the canonical slot ("" if none is known); `text` the value: ISO for
    dates, HH:MM for times, digits for counts, else as given; `label` the words it was given under; `said` how data
    wrote it, "" where the instruction did. A wish that is not `firm` was read from free wording and may have no field
    of its own: a page that says it satisfies it.
    """

    key: str
    text: str
    slot: str = ""
    label: str = ""
    said: str = ""
    firm: bool = True

    @property
    def kind(self) -> words.Kind:
        return words.slot(self.slot).kind if self.slot else "date" if values.as_date(self.text) else "text"

    @property
    def later(self) -> bool:
        """Is it what a later page asks for: who, where and how to pay?"""
        return words.slot(self.slot).later

    def told(self) -> str:
        """The wish as a person is told about it."""
        name = self.label or self.slot.replace("_", " ")
        shown = "•••" if self.kind == "secret" else self.text
        return f"{name} '{shown}'" if name else f"'{shown}'"


class Wishes(Frozen):
    """All that was read from one task.

    `unread` is the instruction without what was read as a value, `rest` the same in plain form: it may name an
    option, a box to tick or a result to take. `hints` are the words of it, `refused` those that were negated anywhere.
    """

    instruction: str
    values: tuple[Wish, ...] = ()
    criterion: Criterion = ""
    rest: str = ""
    unread: str = ""
    hints: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()

    def capitalised(self) -> list[str]:
        """Runs of two or three capitalised words inside sentences that were not read as anything."""
        said = re.sub(r"(?:^|(?<=[.!?] ))\w+", "", self.unread)
        word = r"[^\W\d_a-z][^\W\d_]*[a-zà-ÿ][\w'’-]*"
        return re.findall(rf"(?<!\w){word}(?: {word}){{1,2}}(?!\w)", said)

    def mentions(self, option: str) -> int:
        """How many telling words of an option the rest of the instruction has; 0 unless most are there."""
        name = words.core(option)
        if words.has_cjk(name):
            apart = rf"(?<![\u4e00-\u9fff]){re.escape(name)}(?![\u4e00-\u9fff])"
            found = re.search(re.escape(name) if len(name) > 1 else apart, self.rest)
            negation = rf"{words.alternatives(words.phrases('speech', 'negations'))}.{{0,2}}$"
            return len(name) if found and not re.search(negation, self.rest[: found.start()]) else 0
        things = words.phrases("speech", "things")
        telling = set(words.tokens(name))
        if telling and telling <= self.refused:
            return 0
        # '6 months' is also said by 'a 6 month permit'
        if re.search(rf"(?<!\w){re.escape(name.removesuffix('s'))}s?(?!\w)", self.rest) and len(name) > 2:
            return max(2, len(telling))
        for other in words.choices_alike().get(name, ()):
            if len(other) > 3 and re.search(rf"(?<!\w){re.escape(other)}(?!\w)", self.rest):
                return 2
        figures = {word for word in telling if word.isdecimal()}
        if not figures <= set(words.tokens(self.rest)):
            return 0
        named = [word for word in telling if len(word) > 2 and word not in things]
        alike = {form for word in self.hints for form in (word, f"{word}s", word.removesuffix("s"))}
        met = [word for word in named if word in alike and word not in self.refused]
        return len(met) if named and len(met) / len(named) >= 0.6 else 0


def given(label: str, value: str, today: datetime.date) -> Wish:
    spoken = _spoken(label)
    value = value.strip()
    slot = slot_for(spoken, value, today)
    whole = [found for found in dates.find(value, today) if found.start == 0 and found.end == len(value)]
    kind = words.slot(slot).kind if slot else "date" if whole and len(whole[0].dates) == 1 else "text"
    return Wish(key=label.strip(), slot=slot, text=canonical(kind, value, today), label=spoken, said=value)


def slot_for(label: str, value: str, today: datetime.date) -> str:
    """The slot whose name fits the label best and whose kind fits the value."""
    exact = words.plain(label).replace(" ", "_")
    named = {exact: 101.0} if exact in words.slots() else {}
    named |= {key: score for key, score in words.slots_of(label).items() if score >= 80 and key not in named}
    ranked = sorted(named, key=lambda key: -named[key])
    fitting = [key for key in ranked if fits(words.slot(key).kind, value, today)]
    if not fitting and ranked and words.slot(ranked[0]).kind in ("text", "name", "email", "secret"):
        fitting = ranked
    return fitting[0] if fitting else ""


def fits(kind: words.Kind, value: str, today: datetime.date) -> bool:
    match kind:
        case "date":
            return bool(dates.find(value, today))
        case "time":
            return bool(dates.read_time(value)) and not dates.find(value, today)
        case "count":
            return re.match(r"\d+\b", value) is not None or words.number(value) is not None
        case "amount":
            return values.amount(value) is not None
        case "flag":
            return words.yes_or_no(value) is not None
        case "phone":
            return sum(letter.isdigit() for letter in value) >= 4
        case "email":
            return "@" in value
        case "name":
            return not any(letter.isdigit() for letter in value)
    return not (dates.find(value, today) and len(value) < 24 and not re.search(r"[^\W\d]{4,} [^\W\d]{4,}", value))


def canonical(kind: words.Kind, value: str, today: datetime.date) -> str:
    if kind == "date" and (found := dates.find(value, today)):
        return found[0].dates[0].isoformat()
    if kind == "time":
        return dates.read_time(value) or value
    if kind == "count":
        match = re.match(r"\d+", value)
        return match[0] if match else str(words.number(value) or value)
    return value


def _spoken(key: str) -> str:
    """'firstName', 'first_name' and 'first-name' as 'first name'."""
    return " ".join(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", key.strip()).replace("_", " ").replace("-", " ").split())
