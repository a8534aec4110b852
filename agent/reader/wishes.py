"""Wishes: what the instruction and its data want placed, chosen or refused on the pages to come."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Literal, NamedTuple

from actions import Frozen, Task
from agent.reader import dates, values, words

Criterion = Literal["", "cheapest", "best", "earliest", "dearest"]

_GONE = "\ue000"  # stands where something was read already, so that nothing is read twice
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_URL = re.compile(r"https?://[^\s,;，；]+[^\s,;.，；。]|\bwww\.[^\s,;，；]+[^\s,;.，；。]", re.IGNORECASE)
_PHONE = re.compile(r"(?<![\w.])(?:\+|00)?\(?\d[\d\s()./-]{5,17}\d(?!\w)")
_QUOTED = re.compile(r"\"([^\"\n]+)\"|“([^”\n]+)”|「([^」\n]+)」|『([^』\n]+)』|«([^»\n]+)»|(?<!\w)'([^'\n]+)'(?!\w)|„([^“”\n]+)[“”]|‘([^’\n]+)’")  # noqa: E501
_LINE = re.compile(r"(?m)^[ \t]*(?:[-*•][ \t]+)?([^\W\d][^:=：\n,，.。]{0,40}?)[ \t]*[:=：][ \t]*(\S[^\n]*?)[ \t]*$")
_INLINE = re.compile(
    r"(?:^|(?<=[,;，；。(（：])|(?<=\. )|(?<=: )) ?([^\W\d][^:=：\n,;，；.。\d]{0,30}?) ?[:=：] ?"
    r"([^\s/](?:(?!\.\s)[^,;，；。\n)）])*)"
)
_CODE = re.compile(r"(?<![\w.])(?:[A-Z]{1,4}[ -])?[A-Z]*\d[A-Z0-9-]*(?:[ -][A-Z0-9]+)*(?![\w%])")
_WORD = re.compile(r"[^\W_][\w'’.&-]*")
_BREAK = r"[,;，；。！？\n\r" + _GONE + r"]|\.(?=\s|$)"


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

    `rest` is the instruction without what was read as a value: it may name an option, a box to tick or a result to
    take. `hints` are the words of it, `refused` those that were negated anywhere.
    """

    instruction: str
    values: tuple[Wish, ...] = ()
    criterion: Criterion = ""
    rest: str = ""
    hints: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()

    def mentions(self, option: str) -> int:
        """How many telling words of an option the rest of the instruction has; 0 unless most are there."""
        name = words.core(option)
        if words.has_cjk(name):
            apart = rf"(?<![\u4e00-\u9fff]){re.escape(name)}(?![\u4e00-\u9fff])"
            return len(name) if (name in self.rest if len(name) > 1 else re.search(apart, self.rest)) else 0
        if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", self.rest) and len(name) > 2:
            return max(1, len(words.tokens(name)))
        things = words.phrases("speech", "things")
        named = [word for word in words.tokens(name) if len(word) > 2 and word not in things]
        met = [word for word in named if word in self.hints and word not in self.refused]
        return len(met) if named and len(met) / len(named) >= 0.6 else 0


def read_wishes(task: Task, answers: Mapping[str, str] | None = None) -> Wishes:
    """The wishes of a task; `answers` are what the person said when asked, by the label that was asked for.

    Data wins over the instruction where both speak of the same slot.
    """
    found = [_given(key, value, task.today) for key, value in {**task.data, **(answers or {})}.items() if value.strip()]
    sentence = _Sentence(task.instruction, task.today)
    taken = {wish.slot for wish in found if wish.slot}
    texts = {words.plain(wish.text) for wish in found}
    for wish in sentence.wishes():
        if wish.slot not in taken and words.plain(wish.text) not in texts:
            found.append(wish)
    return Wishes(
        instruction=task.instruction,
        values=tuple(_unique(_without_parts(found))),
        criterion=_criterion(task.instruction),
        rest=words.plain(re.sub(f"{_GONE}+", ",", sentence.rest)),
        hints=frozenset(sentence.hints()),
        refused=frozenset(sentence.refused()),
    )


def wish_of(label: str, value: str, today: datetime.date) -> Wish:
    """The wish that a labelled value makes, with the slot that its label names."""
    return _given(label, value, today)


def _given(label: str, value: str, today: datetime.date) -> Wish:
    spoken = _spoken(label)
    value = value.strip()
    slot = _slot_for(spoken, value, today)
    whole = [found for found in dates.find(value, today) if found.start == 0 and found.end == len(value)]
    kind = words.slot(slot).kind if slot else "date" if whole and len(whole[0].dates) == 1 else "text"
    return Wish(key=label.strip(), slot=slot, text=_canonical(kind, value, today), label=spoken, said=value)


def _slot_for(label: str, value: str, today: datetime.date) -> str:
    """The slot whose name fits the label best and whose kind fits the value."""
    exact = words.plain(label).replace(" ", "_")
    named = {exact: 101.0} if exact in words.slots() else {}
    named |= {key: score for key, score in words.slots_of(label).items() if score >= 80 and key not in named}
    ranked = sorted(named, key=lambda key: -named[key])
    fitting = [key for key in ranked if _fits(words.slot(key).kind, value, today)]
    if not fitting and ranked and words.slot(ranked[0]).kind in ("text", "name", "email", "secret"):
        fitting = ranked
    return fitting[0] if fitting else ""


def _fits(kind: words.Kind, value: str, today: datetime.date) -> bool:
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


def _canonical(kind: words.Kind, value: str, today: datetime.date) -> str:
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


class _Sentence:
    """An instruction being read: what was understood is blanked out, so that the rest can be read by simpler rules."""

    def __init__(self, text: str, today: datetime.date) -> None:
        self.text = self.rest = text
        self.today = today
        # typed without capitals, names can be told by their place in the sentence only
        self.caseless = not words.has_cjk(text) and text[1:] == text[1:].lower()
        self.found: list[Wish] = []
        for read in (
            self._quotes, self._addresses, self._lines, self._days, self._times, self._said, self._phones,
            self._flags, self._counts, self._phrases, self._lengths, self._codes,
        ):  # fmt: skip
            read()

    def wishes(self) -> list[Wish]:
        return self.found

    def hints(self) -> set[str]:
        things = set(words.phrases("speech", "things"))
        return set(words.tokens(self.rest.replace(_GONE, " "))) - self.refused() - things

    def refused(self) -> set[str]:
        """The words that follow a negation, to the end of its clause."""
        negation = words.alternatives(words.phrases("speech", "negations"))
        clauses = re.findall(rf"{negation}([^,;.，；。{_GONE}]*)", words.plain(self.text))
        return {word for clause in clauses for word in words.tokens(clause)[:4]}

    def _add(self, slot: str, text: str, label: str = "", *, firm: bool = True) -> bool:
        text = text.strip(" \t\r\n,;，；。:：" + _GONE).removesuffix(".") if "@" not in text else text.strip()
        if not text:
            return False
        text = re.sub(rf"^{_articles()} ", "", text, flags=re.IGNORECASE) if words.slot(slot).kind == "text" else text
        text = _canonical(words.slot(slot).kind, text, self.today)
        if any(wish.slot == slot and slot for wish in self.found):
            return False
        self.found.append(Wish(key=slot or label or text, slot=slot, text=text, label=label, firm=firm))
        return True

    def _blank(self, start: int, end: int) -> None:
        self.rest = self.rest[:start] + _GONE * (end - start) + self.rest[end:]

    def _quotes(self) -> None:
        for match in _QUOTED.finditer(self.text):
            text = next(part for part in match.groups() if part)
            before = self.rest[max(0, match.start() - 40) : match.start()].rsplit(_GONE, 1)[-1]
            after = re.match(r"\s*(?:as|in|into|for)(?: the| my)? ([\w -]{3,24})", self.text[match.end() :])
            if words.says("speech", "press_words", " ".join(before.split()[-3:])):
                continue
            label = _label_before(before) or (_label_in(after[1]) if after else "")
            slot = _slot_for(label, text, self.today) if label else ""
            if not slot and words.says("speech", "saying", before[-16:]):
                slot = "message"
            if not slot and words.says("speech", "seeking", before[-16:]):
                slot = "search"
            if self._add(slot, text, label):
                self._blank(match.start(), match.end())

    def _addresses(self) -> None:
        for pattern, slot in ((_EMAIL, "email"), (_URL, "website")):
            for match in list(pattern.finditer(self.rest)):
                if slot == "website" and re.search(r"\b(?:open|visit|to|on|at)\s*$", self.rest[: match.start()], re.I):
                    self._blank(match.start(), match.end())
                elif self._add(slot, match[0]):
                    self._blank(match.start(), match.end())

    def _lines(self) -> None:
        for pattern in (_LINE, _INLINE):
            for match in list(pattern.finditer(self.rest)):
                label, value = _label_in(match[1]) or match[1].strip(), match[2].strip()
                if _GONE in label or len(label.split()) > 4 or value.startswith("//"):
                    continue
                # "Contact form: name Ana, phone 555" is a heading over a sentence
                if _said_pattern().match(value) or (pattern is _LINE and _INLINE.search(value)):
                    continue
                if not words.slots_of(label) and (pattern is _INLINE and match.start() == 0 and match.end() < len(self.rest)):
                    continue
                if not words.slots_of(label) and (len(value.split()) > 8 or re.search(r"\. \S", value)):
                    continue
                value = value.strip(_GONE + " ") if value.strip(_GONE + " ") else ""
                # a label before a quote or an address was read with it
                if value and _GONE not in value:
                    wish = _given(label, value.removesuffix(".") if pattern is _INLINE else value, self.today)
                    if not any(wish.slot and other.slot == wish.slot for other in self.found):
                        self.found.append(wish)
                        self._blank(match.start(1), match.end())

    def _days(self) -> None:
        for found in dates.find(self.rest, self.today):
            if len(found.dates) == 2:
                self._add("date_from", found.dates[0].isoformat())
                self._add("date_to", found.dates[1].isoformat())
            else:
                role = _role(self.rest[max(0, found.start - 24) : found.start], self.rest[found.end : found.end + 8])
                self._add(role, found.dates[0].isoformat())
            self._blank(found.start, found.end)
        days = {wish.slot: at for at, wish in enumerate(self.found)}
        if "date" in days and "date_to" in days and "date_from" not in days:
            self.found[days["date"]] = self.found[days["date"]].model_copy(update={"slot": "date_from", "key": "date_from"})

    def _times(self) -> None:
        found = dates.find_times(self.rest)
        for (start, end, clock), slot in zip(found, ("time", "time_to"), strict=False):
            self._add(slot, clock, firm=slot == "time")
            self._blank(start, end)

    def _said(self) -> None:
        at = 0
        while match := _said_pattern().search(self.rest, at):
            at = match.end() if self._say(match) else match.end("label")

    def _say(self, match: re.Match[str]) -> bool:
        label, value = match["label"], match["value"].strip()
        slot = _said_labels()[words.plain(label)]
        first = words.trimmed(value.split(" ", 1)[0]) if value else ""
        named = label[0].isupper() and re.search(r"[A-Z]\w+ $", self.rest[: match.start()])  # "Castle Street branch"
        if not value or named or first in words.phrases("speech", "not_values") or not self._plausible(slot, value):
            return False
        if _GONE in match[0]:
            return False
        if words.slot(slot).kind == "name":
            value = self._proper(value, 5) or value
        elif words.slot(slot).kind == "phone" and (digits := re.search(r"[+(]?\d.*", value)):
            value = digits[0]
        at = match.start("value") + match["value"].find(value)
        if not self._add(slot, value, label):
            return False
        self._blank(match.start(), at + len(value))
        return True

    def _plausible(self, slot: str, value: str) -> bool:
        kind = words.slot(slot).kind
        if kind == "name":
            return bool(self._proper(value, 5))
        if slot in ("zip", "reference", "iban", "card_number", "age"):
            return any(letter.isdigit() for letter in value)
        if slot in ("street", "address", "city", "country", "company"):
            return any(letter.isalpha() for letter in value)
        return _fits(kind, value, self.today) if kind not in ("text", "secret", "url") else True

    def _phones(self) -> None:
        for match in list(_PHONE.finditer(self.rest)):
            if sum(letter.isdigit() for letter in match[0]) >= 7 and self._add("phone", match[0]):
                self._blank(match.start(), match.end())

    def _counts(self) -> None:
        found = [(match, slot) for slot, pattern in _count_patterns() for match in pattern.finditer(self.rest)]
        for match, slot in sorted(found, key=lambda one: (one[0].start(), -one[0].end())):
            value = words.number(match["number"])
            if value is None or _GONE in self.rest[match.start() : match.end()]:
                continue
            # "one room" is what every form gives anyway, and a form without that field gives it too
            if self._add(slot, str(value), firm=not (value == 1 and slot in ("rooms", "quantity"))):
                self._blank(match.start(), match.end())

    def _phrases(self) -> None:
        for least in (2, 1):
            for names, pattern in _phrase_patterns():
                at = 0
                while match := pattern.search(self.rest, at):
                    read = _GONE not in match[0].strip(_GONE) and self._phrase(names, match, least)
                    at = match.end() if read else match.start() + 1

    def _phrase(self, names: tuple[str, ...], match: re.Match[str], least: int) -> bool:
        """Take what a phrase says; of names, those of two words first, since 'for Hamlet' may be a play."""
        pieces = [(name, text) for name, text in match.groupdict().items() if text is not None]
        read: list[tuple[str, str, int, bool]] = []
        for slot, (name, text) in zip(names, pieces, strict=False):
            value, firm = text, not words.slot(slot).soft
            if name.startswith("name"):
                value = self._proper(text, 5)
                cjk = words.has_cjk(value)
                if len(value.split()) < (1 if cjk else least if not self.caseless else 2):
                    return False
                firm = cjk or (len(value.split()) > 1 and not self.caseless)
            elif name.startswith("place"):
                value = self._proper(text, 4)
            elif name.startswith("street"):
                value = text if self.caseless else re.sub(r"^(?:[a-zäöü]+ )+", "", text)
                if not self.caseless and not any(letter.isupper() for letter in value):
                    return False
            if not value:
                return False
            read.append((slot, value, match.start(name) + text.find(value), firm))
        for slot, value, at, firm in read:
            if self._add(slot, value, firm=firm):
                self._blank(at, at + len(value))
        return bool(read)

    def _flags(self) -> None:
        text = words.plain(self.text)
        match = re.search(words.alternatives(words.phrases("labels", "newsletter")), text)
        if match:
            clause = re.split(r"[,;.，；。]| and | but ", text[: match.start()])[-1]
            refused = re.search(words.alternatives(words.phrases("speech", "negations")), clause) is not None
            self._add("newsletter", "no" if refused else "yes", "newsletter", firm=False)

    def _lengths(self) -> None:
        """'3 nights from 5 May' ends on 8 May."""
        found = {wish.slot: wish for wish in self.found}
        start = found.get("date_from") or found.get("date")
        if start is None or "nights" not in found or "date_to" in found:
            return
        end = datetime.date.fromisoformat(start.text) + datetime.timedelta(days=int(found["nights"].text))
        self.found = [wish for wish in self.found if wish.slot not in ("nights", "date", "date_from")]
        self._add("date_from", start.text)
        self._add("date_to", end.isoformat())

    def _codes(self) -> None:
        """A number plate or a customer number that nothing else explains is still wanted somewhere."""
        for match in list(_CODE.finditer(self.rest)):
            label = " ".join(words.tokens(self.rest[max(0, match.start() - 30) : match.start()].rsplit(_GONE, 1)[-1])[-2:])
            telling = re.search("[A-Z]", match[0]) or len(match[0]) > 3
            if telling and not re.fullmatch(r"(?:19|20)\d\d", match[0]) and self._add("", match[0], label):
                self._blank(match.start(), match.end())

    def _proper(self, text: str, most: int) -> str:
        """The name that a text begins with: capitalised words and the particles between them."""
        if words.has_cjk(text[:2]):
            return text
        kept: list[str] = []
        end = 0
        for match in _WORD.finditer(text):
            word = match[0]
            gap = text[end : match.start()]
            if len(kept) >= most or (kept and gap != " ") or gap.strip():
                break
            low = words.plain(word).rstrip(".")
            particle = low in words.phrases("speech", "particles") and (kept or word[0].isupper() or self.caseless)
            if low in words.phrases("speech", "titles") and not kept:
                end = match.end()
                continue
            if low in words.phrases("speech", "not_names") and not kept:
                break
            if self.caseless and (low in words.phrases("speech", "stop") or words.button_kind(low)) and not particle:
                break
            if not (word[0].isupper() or particle or self.caseless or words.has_cjk(word)):
                break
            kept.append(word)
            end = match.end()
            if word.endswith(".") and len(word) > 3:
                break
        while kept and not self.caseless and words.plain(kept[-1]) in words.phrases("speech", "particles"):
            kept.pop()
        return " ".join(kept).rstrip(".,")


class _Phrase(NamedTuple):
    slots: tuple[str, ...]
    pattern: re.Pattern[str]


@cache
def _phrase_patterns() -> tuple[_Phrase, ...]:
    found = []
    for language in words.languages():
        for row in language.get("phrases", ()):
            count = iter(range(9))
            pattern = re.sub(r"\{(\w+)\}", lambda match: _placeholder(match[1], next(count)), row["pattern"])  # noqa: B023
            found.append(_Phrase(tuple(row["slots"]), re.compile(pattern, re.IGNORECASE)))
    return tuple(found)


def _placeholder(name: str, number: int) -> str:
    word = r"[^\W\d_][\w'’.&-]*"
    several = rf"{word}(?: {word}){{0,4}}?" if name == "place" else rf"{word}(?: {word}){{0,5}}"
    # the lazy place stops at the word that the pattern goes on with; at a pattern's end it must reach as far as it can
    pieces = {
        "name": several,
        "place": rf"{word}(?: (?!(?:to|and|from|nach|for|on|with)\b){word}){{0,4}}",
        "street": rf"(?:\d{{1,5}}\w?,? {word}(?: {word}){{0,3}}|{word}(?: {word}){{0,2}} \d{{1,4}} ?[a-zA-Z]?\b)",
        "zip": r"(?:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]{0,2}-?\d{4,6}(?:-\d{3,4})?)\b",
        "country": words.alternatives(words.phrases("places", "countries")),
        "number": rf"(?:\d{{1,3}}|{words.alternatives(words.numbers())})",
        "amount": r"\d+(?:[.,]\d{3})*(?:[.,]\d{1,2})?",
        "rest": rf"(?:(?!{_BREAK}| and | then ).)+",
        "line": rf"(?:(?!{_BREAK}).)+",
        "cjk_name": r"[\u4e00-\u9fff·]{2,4}?",
        "cjk_place": r"[\u4e00-\u9fff]{2,6}?",
        "cjk_rest": r"[^，,。；\s”\"」]+",
    }
    group = {"cjk_name": "name", "cjk_place": "place", "cjk_rest": "rest"}.get(name, name)
    return f"(?P<{group}{number}>{pieces[name]})"


@cache
def _count_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    found = []
    for language in words.languages():
        count = words.alternatives(words.numbers())
        for slot, entries in language["counts"].items():
            unit = "|".join(sorted(entries, key=len, reverse=True))
            cjk = words.has_cjk(unit)
            pattern = rf"(?<!\w)(?P<number>\d{{1,3}}|{count})[ -](?:more |other )?(?:{unit})(?!\w)"
            if cjk:
                pattern = rf"(?P<number>\d{{1,3}}|{count}) ?(?:{unit})"
            found.append((slot, re.compile(pattern, re.IGNORECASE)))
    return tuple(found)


@cache
def _said_labels() -> dict[str, str]:
    """The slot that each label of a sentence names."""
    return {
        words.plain(entry): slot
        for language in words.languages()
        for slot, entries in language["said"].items()
        for entry in entries
    }


@cache
def _said_pattern() -> re.Pattern[str]:
    labels = words.alternatives({entry.replace("ss", "ß") for entry in _said_labels()} | set(_said_labels()))
    separators = [entry for language in words.languages() for entry in language["speech"]["separators"]]
    separator = "|".join(re.escape(entry.strip()) + ("(?= )" if entry != entry.strip() else "") for entry in separators)
    ends = [entry.strip() for language in words.languages() for entry in language["speech"]["ends"]]
    joins = "|".join(re.escape(entry) for entry in ends if entry[0].isascii() and entry[0].isalpha())
    verbs = words.alternatives(words.phrases("buttons", "final") + words.phrases("speech", "press_words"))
    stop = rf"{_BREAK}|\s(?:{joins})\s+(?:the |my |her |his )?(?:{labels}|{verbs})|\s(?={labels}\s*[:=：])"
    return re.compile(
        rf"(?P<label>{labels})(?:\s*(?:{separator})\s*|\s+|(?<=[\u4e00-\u9fff]))(?P<value>(?:(?!{stop}).)+)", re.IGNORECASE
    )


@cache
def _articles() -> str:
    return words.alternatives(words.phrases("speech", "articles"))


def _label_before(text: str) -> str:
    """The label that the last words before a quote make, "" if they name no slot."""
    found = [match[0] for match in re.finditer(r"[^\W_]+(?:[-'][^\W_]+)*", text)]
    for size in (4, 3, 2, 1):
        for skip in (0, 1):
            end = len(found) - skip
            label = " ".join(found[max(0, end - size) : end])
            if end >= size and (max(words.slots_of(label).values(), default=0) >= 92):
                return label
    return ""


def _label_in(text: str) -> str:
    """The longest ending of a clause that names a slot: 'with e-mail' is 'e-mail'; the whole clause if none does."""
    found = text.split()
    for size in range(min(4, len(found)), 0, -1):
        label = " ".join(found[-size:])
        if max(words.slots_of(label).values(), default=0) >= 92:
            return label
    return ""


def _role(before: str, after: str) -> str:
    """The slot of a date, from the last telling word before it (or right after it, as Chinese has it)."""
    best = (-1, "date")
    before = words.plain(before.rsplit(_GONE, 1)[-1])
    for language in words.languages():
        for slot, entries in language["dates"]["roles"].items():
            for match in re.finditer(words.alternatives(entries), before):
                # "to" and "from" mean many things unless the date follows at once
                if len(match[0]) > 4 or words.has_cjk(match[0]) or match.end() >= len(before):
                    best = max(best, (match.end(), slot))
            if re.match(words.alternatives(entry for entry in entries if words.has_cjk(entry)), words.plain(after)):
                return str(slot)
    return best[1]


def _criterion(instruction: str) -> Criterion:
    for name in ("cheapest", "best", "dearest", "earliest"):
        if words.says("signs", name, instruction):
            return name  # type: ignore[return-value]
    return ""


def _without_parts(found: list[Wish]) -> list[Wish]:
    """A full name read from the sentence says nothing new where the data have its parts."""
    slots = {wish.slot for wish in found}
    if {"first_name", "last_name"} <= slots:
        return [wish for wish in found if wish.slot != "full_name"]
    return found


def _unique(found: Iterable[Wish]) -> Iterator[Wish]:
    seen: set[str] = set()
    for wish in found:
        key = wish.key
        while key in seen:
            key += "+"
        seen.add(key)
        yield wish.model_copy(update={"key": key})
