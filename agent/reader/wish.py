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
        if self.slot:
            return words.slot(self.slot).kind
        return "date" if values.as_date(self.text) else "time" if dates.is_clock(self.text) else "text"

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

    `unread` is the instruction without what was read as a value; `rest` is the same in plain form, but with what was
    read loosely: it may name an option, a box to tick or a result to take. `clauses` are its clauses, `hints`
    the words of it, `refused` those that were negated anywhere.
    """

    instruction: str
    values: tuple[Wish, ...] = ()
    criterion: Criterion = ""
    rest: str = ""
    unread: str = ""
    clauses: tuple[str, ...] = ()
    hints: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()

    def capitalised(self) -> list[str]:
        """Runs of two or three capitalised words inside sentences that were not read as anything."""
        said = re.sub(r"(?:^|(?<=[.!?] ))\w+", "", self.unread)
        word = r"[^\W\d_a-z][^\W\d_]*[a-zà-ÿ][\w'’-]*"
        opening = re.findall(rf"(?:^|(?<=[.!?] ))({word}(?: {word}){{1,2}})(?=,)", self.unread)
        runs = [run for run in opening if not words.leads(run) and not words.slots_of(run.split()[0])]
        return runs + re.findall(rf"(?<!\w){word}(?: {word}){{1,2}}(?!\w)", said)

    def proper_nouns(self) -> list[str]:
        """Single capitalised words inside sentences that were not read as anything; German writes all nouns so."""
        if set(words.plain(self.instruction).split()) & set(words.phrases("speech", "nouns_capitalised")):
            return []
        plain = {*words.phrases("speech", "not_names"), *words.phrases("speech", "things")}
        said = re.sub(r"(?:^|(?<=[.!?:] )|(?<=[.!?][\"”’»」] ))\W*\w+", "", self.unread)
        found = re.findall(r"(?<![\w'’-])[A-ZÀ-Þ][a-zà-ÿ]{2,}(?![\w'’-])", said)
        return [word for word in dict.fromkeys(found) if words.plain(word) not in plain and not words.leads(word)]

    def names(self) -> list[str]:
        """All of them: runs of capitalised words, and the single ones that stand in no run."""
        runs = self.capitalised()
        return runs + [word for word in self.proper_nouns() if all(word not in name for name in runs)]

    def figures(self) -> list[str]:
        """Figures that were not read as anything."""
        return re.findall(r"(?<![A-Za-z0-9.,])\d+(?:[.,:]\d+)*", self.unread)

    def pieces(self) -> list[str]:
        """The short pieces of a list that were not read as anything, such as '市场部' or ', VW Golf,'."""
        found = re.findall(r"(?:^|(?<=[，,、]))[\u4e00-\u9fff]{2,6}(?=[，,。；、]|$)", self.unread.replace(" ", ""))
        capital = r"[A-ZÀ-Þ][\w'’-]*"
        found += re.findall(rf"(?<=[,:] ){capital}(?: {capital}){{0,2}}(?= ?[,.;]|$)", self.unread)
        plain = {*words.phrases("speech", "things"), *words.phrases("speech", "negations")}
        return [piece for piece in found if not any(word in piece for word in plain)]


def given(label: str, value: str, today: datetime.date) -> Wish:
    spoken = _spoken(label)
    value = value.strip()
    slot = slot_for(spoken, value, today)
    whole = [found for found in dates.find(value, today) if found.start == 0 and found.end == len(value)]
    kind = words.slot(slot).kind if slot else "date" if whole and len(whole[0].dates) == 1 else "text"
    return Wish(key=label.strip(), slot=slot, text=canonical(kind, value, today), label=spoken, said=value)


def slot_for(label: str, value: str, today: datetime.date) -> str:
    """The slot whose name fits the label best and whose kind fits the value."""
    if max(words.slots_of(label).values(), default=0) < 100 and words.slots_of(words.unowned(label)):
        label = words.unowned(label)
    exact = words.plain(label).replace(" ", "_")
    named = {exact: 101.0} if exact in words.slots() else {}
    named |= {key: score for key, score in words.slots_of(label).items() if score >= 80 and key not in named}
    ranked = sorted(named, key=lambda key: -named[key])
    fitting = [key for key in ranked if fits(words.slot(key).kind, value, today)]
    # the 'time of damage' and the 'date of the accident' are a time and a date, whatever else sounds alike
    head = words.core(label).split(" of ")[0]
    if head in ("time", "date") and not fitting and fits(words.slot(head).kind, value, today):
        fitting = [head]
    day = any(found.start == 0 and found.end == len(value) for found in dates.find(value, today))
    if not fitting and ranked and not day and words.slot(ranked[0]).kind in ("text", "name", "email", "secret"):
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
