"""An instruction being read: what was understood is blanked out, so that the rest can be read by simpler rules."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Iterable
from functools import cache

from agent.reader import dates, words
from agent.reader.phrases import (
    GONE,
    count_patterns,
    other_counts,
    phrase_patterns,
    said_labels,
    said_pattern,
    spoken,
)
from agent.reader.wish import Wish, canonical, fits, given, slot_for

_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_URL = re.compile(r"https?://[^\s,;，；]+[^\s,;.，；。]|\bwww\.[^\s,;，；]+[^\s,;.，；。]", re.IGNORECASE)
_PHONE = re.compile(r"(?<![\w.])(?:\+|00)?\(?\d[\d\s()./-]{5,17}\d(?!\w)")
_QUOTED = re.compile(
    r"\"([^\"\n]+)\"|“([^”\n]+)”|「([^」\n]+)」|『([^』\n]+)』|«([^»\n]+)»|(?<!\w)'([^'\n]+)'(?!\w)|„([^“”\n]+)[“”]|‘([^’\n]+)’"
)
_LINE = re.compile(r"(?m)^[ \t]*(?:[-*•][ \t]+)?([^\W\d][^:=：\n,，.。]{0,40}?)[ \t]*[:=：][ \t]*(\S[^\n]*?)[ \t]*$")
_INLINE = re.compile(
    r"(?:^|(?<=[,;，；。(（：])|(?<=\. )|(?<=: )) ?([^\W\d][^:=：\n,;，；.。\d]{0,30}?) ?[:=：] ?"
    r"([^\s/](?:(?!\.\s)[^,;，；。\n)）])*)"
)
_LIST = re.compile(
    r"[^\W\d_][\w-]*(?: [\w-]+)?(?:, [^\W\d_][\w-]*(?: [\w-]+)?)+,? (?:and|und|&) [^\W\d_][\w-]*(?=[.;\n]|$)"
)
_CODE = re.compile(r"(?<![\w.])(?:[A-Z]{1,4}[ -]){0,2}[A-Z]*\d[A-Z0-9-]*(?:[ -][A-Z0-9]+)*(?![\w%])")
_POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}")
_FIGURE = re.compile(
    r"[A-Z]{2}\d\d(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3}(?!\w))?"
    r"|(?=\w*[A-Z])(?=\w*\d)[A-Z0-9]+ [A-Z]{2,3}(?=[,.;]|$)"
    r"|(?:[A-Z]{1,3}(?:-[A-Z]{1,2})? )?(?=\S*\d)[A-Z0-9][\w./-]*(?: (?=\S*\d)[\w./-]+)*(?<![.-])|[A-Z]{1,3}(?!\w)"
)
_UNIT = re.compile(r"[(（\[](?:in )?([a-z%]{1,7}|[A-Za-z]{2,3})[)）\]]")
_WORD = re.compile(r"[^\W_][\w'’.&-]*")


class Sentence:
    """An instruction being read: what was understood is blanked out, so that the rest can be read by simpler rules."""

    def __init__(
        self, text: str, today: datetime.date, labels: Iterable[str] = (), known: Collection[str] = ()
    ) -> None:
        self.text = self.rest = self.open = text
        # the data name somebody already, so that '周末班' need not be a person
        self.known = known
        # what the pages call their fields: such a name is told from the value after it
        self.names = spoken(labels)
        self.said = said_pattern(frozenset(self.names))
        self.today = today
        # typed without capitals, names can be told by their place in the sentence only
        self.caseless = not words.has_cjk(text) and text[1:] == text[1:].lower()
        self.found: list[Wish] = []
        self._negating = text  # a 'no' behind a name says nothing about the words after it
        for read in (
            self._quotes, self._asides, self._addresses, self._lines, self._days, self._times, self._said,
            self._named_after, self._counted, self._numbered, self._phones,
            self._flags, self._counts, self._phrases, self._lengths, self._things, self._codes, self._told,
        ):  # fmt: skip
            read()

    def wishes(self) -> list[Wish]:
        return self.found

    def clauses(self) -> list[str]:
        """What is left of it in its clauses, plain; a value that was read leaves no seam."""
        joins = words.alternatives(words.phrases("speech", "clause_joins"))
        left = words.plain(re.sub(f"{GONE}+", " ", self.open))
        return [clause.strip() for clause in re.split(rf"[,;.!?，；。！？]|{joins}", left) if clause.strip()]

    def hints(self) -> set[str]:
        things = set(words.phrases("speech", "things"))
        return set(words.tokens(self.open.replace(GONE, " "))) - self.refused() - things

    def refused(self) -> set[str]:
        """The words that follow a negation, to the end of its clause."""
        negation = words.alternatives(words.phrases("speech", "negations"))
        clauses = re.findall(rf"{negation}([^,;.，；。{GONE}]*)", words.plain(self._negating))
        behind = {word for wish in self.found if wish.text == "no" for word in words.tokens(wish.label)}
        return {word for clause in clauses for word in words.tokens(clause)[:4]} | behind

    def _add(self, slot: str, text: str, label: str = "", *, firm: bool = True) -> bool:
        text = text.strip(" \t\r\n,;，；。:：" + GONE).removesuffix(".") if "@" not in text else text.strip()
        if not text:
            return False
        text = re.sub(rf"^{_articles()} ", "", text, flags=re.IGNORECASE) if words.slot(slot).kind == "text" else text
        text = canonical(words.slot(slot).kind, text, self.today)
        if any(wish.slot == slot and slot for wish in self.found):
            return False
        self.found.append(Wish(key=slot or label or text, slot=slot, text=text, label=label, firm=firm))
        return True

    def _blank(self, start: int, end: int, *, sure: bool = True) -> None:
        """Take a value out of `rest`; what is not sure stays in `open`, where a choice may still be named by it."""
        gone = GONE * (end - start)
        self.rest = self.rest[:start] + gone + self.rest[end:]
        if sure:
            self.open = self.open[:start] + gone + self.open[end:]

    def _quotes(self) -> None:
        for match in _QUOTED.finditer(self.text):
            text = next(part for part in match.groups() if part)
            before = self.rest[max(0, match.start() - 40) : match.start()].rsplit(GONE, 1)[-1]
            after = re.match(r"\s*(?:as|in|into|for)(?: the| my)? ([\w -]{3,24})", self.text[match.end() :])
            if words.says("speech", "press_words", " ".join(before.split()[-3:])):
                continue
            label = self._name_before(before) or _label_before(before) or (_label_in(after[1]) if after else "")
            slot = slot_for(label, text, self.today) if label else ""
            named = bool(label)
            if not slot and words.says("speech", "saying", before[-16:]):
                slot = "message"
            if not slot and words.says("speech", "seeking", before[-16:]):
                slot = "search"
            if not slot and not label and re.search(r"(?:^|[,;.:]) *[^,;.:]*$", before):
                # 'card text "Happy birthday"': the few words of the clause before it are its name
                clause = re.split(r"[,;.:]", before.rstrip(" :"))[-1].split()
                label = " ".join(clause) if 0 < len(clause) < 4 else ""
            # a title that nothing names ('the webinar "Tracing"') may be what the page is about
            if self._add(slot, text, label, firm=named or bool(slot)):
                prose = text[-1] not in ",;" and (len(text.split()) > 3 or slot == "message")
                self.found[-1] = self.found[-1].model_copy(update={"text": text.strip()} if prose else {})
                self._blank(match.start(), match.end())
                if text[-1] in ".!?":
                    # a full stop inside the quotes ends the sentence as well
                    self.rest = f"{self.rest[: match.end() - 1]}.{self.rest[match.end() :]}"
                    self.open = f"{self.open[: match.end() - 1]}.{self.open[match.end() :]}"

    def _asides(self) -> None:
        """'One guest has a nut allergy, please put that in the notes': the sentence before is what is to be noted."""
        prose = words.alternatives(words.phrases("speech", "referring"))
        said = rf"(?:^|(?<=[.;!?。；] ))(?P<said>[^.:;!?。：；{GONE}]{{8,}}?)"
        pattern = rf"{said}[,，] ?(?:and |so |please |bitte |请)*{prose}[^.;。；]*"
        match = re.search(pattern, self.rest, re.IGNORECASE)
        if match is None:
            return
        at = match.start("said")
        # 'Language English, one guest has …': what its own name tells is not part of the note
        while (comma := self.rest.find(", ", at, match.end("said"))) > 0 and self.said.match(self.rest[at:comma]):
            at = comma + 2
        if self._add("message", self.rest[at : match.end("said")]):
            self._blank(at, match.end())

    def _addresses(self) -> None:
        for pattern, slot in ((_EMAIL, "email"), (_URL, "website")):
            for match in list(pattern.finditer(self.rest)):
                if (
                    (
                        slot == "website"
                        and re.search(r"\b(?:open|visit|to|on|at)\s*$", self.rest[: match.start()], re.I)
                    )
                    or self._add(slot, match[0])
                    or self._add("", match[0], _last_words(self.rest[: match.start()]))
                ):
                    self._blank(match.start(), match.end())

    def _lines(self) -> None:
        for pattern in (_LINE, _INLINE):
            for match in list(pattern.finditer(self.rest)):
                label, value = _label_in(match[1]) or match[1].strip(), match[2].strip()
                stop = next((at.start() for at in re.finditer("。", value) if self.said.match(value[at.end() :])), None)
                value = value[:stop]
                clock = label[-1].isdigit() and value[:1].isdigit()
                if GONE in label or len(label.split()) > 4 or value.startswith("//") or clock:
                    continue
                # so is "预约开户：王建国，手机号…", a label that names nothing over a list of values
                if words.has_cjk(label) and not _label_in(match[1]) and re.search("[，,]", value):
                    continue
                if words.leads(label) and " " in label:
                    continue  # so is "Book a phone repair: device …"
                # a heading over a sentence in Chinese: "帮我预约：王建国，手机号…"
                if words.has_cjk(label) and not words.slots_of(label) and (re.search("[，,]", value) or len(label) > 6):
                    continue
                # "Contact form: name Ana, phone 555" is a heading over a sentence
                if self.said.match(value) or (pattern is _LINE and _INLINE.search(value)):
                    continue
                if not words.slots_of(label) and (
                    pattern is _INLINE and match.start() == 0 and match.end() < len(self.rest)
                ):
                    continue
                if not words.slots_of(label) and (len(value.split()) > 8 or re.search(r"\. \S", value)):
                    continue
                value = value.strip(GONE + " ") if value.strip(GONE + " ") else ""
                value = re.sub(
                    rf"^{words.alternatives(words.phrases('speech', 'it_is'))} ", "", value, flags=re.IGNORECASE
                )
                if pattern is _INLINE and (more := _LIST.match(self.rest, match.start(2))):
                    value = more[0]
                if not words.slots_of(label) and dates.find(value, self.today) and len(value.split()) > 5:
                    continue  # "Availability: full time from 1 April 2027" holds values of its own
                # a label before a quote or an address was read with it
                if value and GONE not in value:
                    wish = given(label, value.removesuffix(".") if pattern is _INLINE else value, self.today)
                    if not any(wish.slot and other.slot == wish.slot for other in self.found):
                        self.found.append(wish)
                        self._blank(match.start(1), match.start(2) + max(0, match[2].find(value)) + len(value))

    def _days(self) -> None:
        for found in dates.find(self.rest, self.today):
            if len(found.dates) == 2:
                self._add("date_from", found.dates[0].isoformat())
                self._add("date_to", found.dates[1].isoformat())
            else:
                before = self.rest[max(0, found.start - 40) : found.start]
                label = self._name_before(before)
                role = slot_for(label, self.text[found.start : found.end], self.today) if label else ""
                label = label if words.slot(role).kind == "date" or not words.slots_of(label) else ""
                role = role if label and role else _role(before[-24:], self.rest[found.end : found.end + 8])
                if not self._add(role, found.dates[0].isoformat(), label):
                    self._add("", found.dates[0].isoformat(), label or _last_words(before))
            self._blank(found.start, found.end)
        days = {wish.slot: at for at, wish in enumerate(self.found)}
        if "date" in days and "date_to" in days and "date_from" not in days:
            self.found[days["date"]] = self.found[days["date"]].model_copy(
                update={"slot": "date_from", "key": "date_from"}
            )

    def _times(self) -> None:
        self._spans()
        found = dates.find_times(self.rest)
        for (start, end, clock), slot in zip(found, ("time", "time_to"), strict=False):
            label = self._name_before(self.rest[max(0, start - 40) : start])
            label = label if not words.slots_of(label) or words.slots_of(label).keys() & {"time", "time_to"} else ""
            self._add(slot, clock, label, firm=slot == "time")
            self._blank(start, end)

    def _spans(self) -> None:
        """'delivery slot 10:00 - 12:00' where a field of that name stands: one value, not two times."""
        clock = r"\d{1,2}[:.]\d\d"
        for match in list(re.finditer(rf"(?<![\d:]){clock} ?[–—-] ?{clock}(?![\d:])", self.rest)):
            label = self._name_before(self.rest[max(0, match.start() - 40) : match.start()])
            if label and not words.slots_of(label).keys() & {"time", "time_to"} and self._add("", match[0], label):
                self._blank(match.start(), match.end())

    def _said(self) -> None:
        at = 0
        while match := self.said.search(self.rest, at):
            self._say(match)
            at = match.end("label")

    def _say(self, match: re.Match[str]) -> bool:
        label, value = match["label"], match["value"].strip()
        if words.plain(label) in self.names:
            return self._name(match)
        slot = said_labels()[words.plain(label)]
        first = words.trimmed(value.split(" ", 1)[0]) if value else ""
        before = re.search(r"([^\W\d_]+) $", self.rest[: match.start()])
        if before and words.plain(f"{before[1]} {label}") in words.phrases("speech", "compounds"):
            return False
        compound = before is not None and not words.has_cjk(label) and before[1].casefold() not in _plain_before()
        if (
            compound
            and before is not None
            and (slot == "full_name" or words.slots_of(f"{before[1]} {label}").keys() - {slot})
        ):
            # "display name Tern & Tide" is no person
            label = f"{before[1]} {label}"
            slot = slot_for(label, value, self.today)
        # "Castle Street branch" and "from Branch Street pharmacy" are names
        named = label[0].isupper() and re.search(r"(?:[A-Z]\w+|\b(?:from|at|in|to)) $", self.rest[: match.start()])
        if not value or named or first in words.phrases("speech", "not_values") or not self._plausible(slot, value):
            return False
        if GONE in match[0]:
            return False
        if words.slot(slot).kind == "name":
            proper = self._proper(value, 5)
            # "Tern & Tide": what goes on with a capital or a sign is no person's name, and is taken whole
            value = value if not proper or re.match(r" (?:&|\+|[A-Z])", value[len(proper) :]) else proper
        elif slot in ("plate", "reference") and (code := re.match(r"[A-Z0-9-]+(?: [A-Z0-9-]+)*(?!\w)", value)):
            value = code[0]
        elif words.slot(slot).kind == "phone" and (digits := re.search(r"[+(]?\d.*", value)):
            value = digits[0]
        at = match.start("value") + match["value"].find(value)
        if slot == "address" and re.search(r"\d", value):
            value = self._whole_address(at, value)
        if not self._add(slot, value, label):
            return False
        self._blank(match.start(), at + len(value))
        return True

    def _whole_address(self, at: int, value: str) -> str:
        """'Flat 12, 40 Quay Street, Bristol BS1 4QA': an address goes on over commas while its pieces are postal."""
        if re.match(rf"{words.alternatives(words.phrases('speech', 'dwellings'))} \w+$", value, re.IGNORECASE):
            road = re.match(r",? \d+\w? [A-ZÀ-Þ][\w'’-]*(?: [A-ZÀ-Þ][\w'’-]*){0,3}", self.rest[at + len(value) :])
            value += road[0] if road else ""
        town = re.match(
            r", (?:[A-ZÀ-Þ][\w'’-]*(?: [A-ZÀ-Þ][\w'’-]*){0,2},? )?(?=\S*\d)[A-Z0-9-]{2,7}(?: [A-Z0-9]{2,4}\b)?"
            r"(?: [A-ZÀ-Þ][\w'’-]*)*",
            self.rest[at + len(value) :],
        )
        return value + town[0] if town else value

    def _name(self, match: re.Match[str]) -> bool:
        """A value under the name that a page gives its field; without a word between, only what is surely a value."""
        label, value = self.names[words.plain(match["label"])], match["value"].strip()
        first = words.trimmed(value.split(" ", 1)[0]) if value else ""
        if not value or GONE in match[0] or first in words.phrases("speech", "not_values"):
            return False
        if re.match(words.alternatives(words.phrases("speech", "negations")), words.plain(value)):
            return False  # 'no company', '代取人不填'
        changing = words.says("speech", "changing", self.rest[max(0, match.start() - 24) : match.start()])
        if words.plain(match["separator"] or "") in words.phrases("speech", "towards") and not changing:
            return False  # 'send a basket to Ada Moreau'
        postal = {"address", "street"} & words.slots_of(label).keys() and re.search(
            r"\d.*[^\W\d]{3}|[^\W\d]{3}.*\d", value
        )
        if not postal and not (match["separator"] or words.has_cjk(match["label"])):
            figure = _FIGURE.match(value)
            value = figure[0] if figure else self._called(value) if not self.caseless else ""
        slot = self._slot_under(label, value)
        kinds = {words.slot(slot).kind, *(words.slot(named).kind for named in words.slots_of(label))}
        if words.slot(slot).kind == "name":
            value = self._proper(value, 5) or value
        elif (
            "phone" in kinds
            and not re.match(r"[A-Z]+-?\d|[A-Z]{1,4}-", value)
            and (digits := re.search(r"[+(]?\d.*", value))
        ):
            value = digits[0]
        if not self._add(slot, value, label):
            return False
        at = match.start("value") + match["value"].find(value)
        self._blank(match.start(), at + len(value))
        return True

    def _called(self, value: str) -> str:
        """The capitalised words that a value begins with; all of it if it goes on 'of …' and ends there."""
        proper = self._proper(value, 5)
        return (
            value if proper and re.fullmatch(r"(?: of| &)(?: the)? [A-ZÀ-Þ][\w -]*", value[len(proper) :]) else proper
        )

    def _slot_under(self, label: str, value: str) -> str:
        """The slot that a page's own label surely names, if nothing else was read for it; else the label is enough."""
        slot = slot_for(label, value, self.today)
        sure = words.slots_of(label).get(slot, 0) >= 92 and not any(wish.slot == slot for wish in self.found)
        return slot if sure else ""

    def _named_after(self) -> None:
        """'6 years of experience' where there is a field of that name, '182 cm' where a field asks for cm."""
        units = {unit: [label for label in set(self.names.values()) if unit in _units(label)] for unit in self._units()}
        after = {name.removesuffix("s"): label for name, label in self.names.items() if len(name) > 3} | self.names
        after |= {unit: labels[0] for unit, labels in units.items() if len(labels) == 1}
        number = rf"(?<![A-Za-z0-9.,])(?P<number>\d+(?:[.,]\d+)*|{words.alternatives(words.numbers())})"
        among = words.alternatives(words.phrases("speech", "among"))
        pattern = rf"{number}(?: ?-?|[\u4e00-\u9fff]?)(?:{among} ?(?:are )?)?(?P<name>{words.alternatives(after)})"
        for match in list(re.finditer(pattern, self.rest, re.IGNORECASE)):
            value, label = match["number"], after[words.plain(match["name"])]
            text = value if value[0].isdigit() else str(words.number(value))
            if self._add(self._slot_under(label, text), text, label):
                self._blank(match.start("number"), match.end("number"))

    def _counted(self) -> None:
        """'7 years of singing' where a field asks for 'Years of choral singing': two of its words after a figure."""
        labels = {label: {words.stem(word) for word in words.tokens(label)} for label in set(self.names.values())}
        for match in list(re.finditer(rf"(?<![\w.,])(\d+) ([^\d,;.{GONE}]+)", self.rest)):
            after = [words.stem(word) for word in words.tokens(match[2])][:2]
            fitting = [label for label, said in labels.items() if len(after) == 2 and set(after) <= said]
            if len(fitting) == 1 and self._add(self._slot_under(fitting[0], match[1]), match[1], fitting[0]):
                self._blank(match.start(1), match.end(1))

    def _units(self) -> set[str]:
        return {unit for label in self.names.values() for unit in _units(label)}

    def _numbered(self) -> None:
        """'insurance number 756.1234.5678.97': a code under the words that end in 'number', 'code' or 'plate'."""
        coded = words.alternatives(words.phrases("speech", "coded"))
        pattern = rf"((?:[^\W\d_]+ )?[^\W\d_]*{coded})(?: is|:)? ?((?=\S*\d)[A-Z0-9][\w./-]*(?: [A-Z0-9]*\d[\w./-]*)*)"
        for match in list(re.finditer(pattern, self.rest, re.IGNORECASE)):
            label = re.sub(rf"^(?:{_articles()}|my|the|our) ", "", match[1], flags=re.IGNORECASE)
            if self._add(slot_for(label, match[2], self.today), match[2], label):
                self._blank(match.start(2), match.end(2))

    def _plausible(self, slot: str, value: str) -> bool:
        kind = words.slot(slot).kind
        if kind == "name":
            return bool(self._proper(value, 5))
        if slot in ("zip", "reference", "iban", "card_number", "age", "plate"):
            return any(letter.isdigit() for letter in value)
        if slot in ("street", "address", "city", "country", "company"):
            return any(letter.isalpha() for letter in value)
        return fits(kind, value, self.today) if kind not in ("text", "secret", "url") else True

    def _name_before(self, text: str) -> str:
        """The label of a page that the words right before a value name; "" if none does."""
        between = (
            words.alternatives(words.phrases("speech", "separators")) + "|" + words.alternatives(["on", "of", "am"])
        )
        said = re.sub(rf"\s*(?:{between})?[\s:：=]*$", "", words.plain(text.rsplit(GONE, 1)[-1]))
        fitting = [name for name in self.names if re.search(rf"(?<!\w){re.escape(name)}$", said)]
        return self.names[max(fitting, key=len)] if fitting else ""

    def _phones(self) -> None:
        for match in list(_PHONE.finditer(self.rest)):
            if sum(letter.isdigit() for letter in match[0]) >= 7 and self._add("phone", match[0]):
                self._blank(match.start(), match.end())

    def _counts(self) -> None:
        found = [(match, slot) for slot, pattern in count_patterns() for match in pattern.finditer(self.rest)]
        for match, slot in sorted(found, key=lambda one: (one[0].start(), -one[0].end())):
            value = words.number(match["number"])
            if value is None or GONE in self.rest[match.start() : match.end()]:
                continue
            # "one room" is what every form gives anyway, and a form without that field gives it too
            if self._add(slot, str(value), firm=not (value == 1 and slot in ("rooms", "quantity"))):
                self._blank(match.start(), match.end())

    def _phrases(self) -> None:
        for least in (2, 1):
            for names, pattern in phrase_patterns():
                at = 0
                while match := pattern.search(self.rest, at):
                    read = GONE not in match[0].strip(GONE) and self._phrase(names, match, least)
                    at = match.end() if read else match.start() + 1

    def _phrase(self, names: tuple[str, ...], match: re.Match[str], least: int) -> bool:
        """Take what a phrase says; of names, those of two words first, since 'for Hamlet' may be a play."""
        pieces = [(name, text) for name, text in match.groupdict().items() if text is not None]
        read: list[tuple[str, str, int, bool]] = []
        for slot, (name, text) in zip(names, pieces, strict=False):
            value, firm = text, not words.slot(slot).soft
            if name.startswith("name"):
                if slot in self.known and words.has_cjk(text):
                    return False
                value = self._proper(text, 5)
                cjk = words.has_cjk(value)
                if len(value.split()) < (1 if cjk else least if not self.caseless else 2):
                    return False
                after = re.match(r" ([^\W\d_]+)", text[text.find(value) + len(value) :])
                # "as Night porter" names nobody
                if " " not in value and not cjk and after and words.plain(after[1]) not in _plain_after():
                    return False
                firm = cjk or (len(value.split()) > 1 and not self.caseless)
            elif name.startswith("place"):
                value = self._proper(text, 4)
            elif name.startswith("street"):
                housed = re.match(words.alternatives(words.phrases("speech", "dwellings")), text, re.IGNORECASE)
                value = text if self.caseless or housed else re.sub(r"^(?:[a-zäöü]+ )+", "", text)
                if not self.caseless and not any(letter.isupper() for letter in value):
                    return False
            if not value:
                return False
            read.append((slot, value, match.start(name) + text.find(value), firm))
        for slot, value, at, firm in read:
            if self._add(slot, value, firm=firm):
                self._blank(at, at + len(value), sure=firm and names != ("street",))
        return bool(read)

    def _flags(self) -> None:
        """'breakfast yes, newsletter no': a yes or no behind its name is told; advertising also by any other words."""
        yes, no = (words.alternatives(words.phrases("speech", key)) for key in ("yes_behind", "no_behind"))
        pattern = (
            rf"(?:^|(?<=[.;,!?] )|(?<= and ))(?:and |but )?([^\W\d_][^,;.:?!{GONE}]{{2,40}}?)[?–—-]? (?:({yes})|{no})"
        )
        for match in list(re.finditer(rf"{pattern}(?: please)?(?=[.,;!]|$| and | but )", self.rest, re.IGNORECASE)):
            name, agreed = match[1].strip(), match[2] is not None
            slot = "newsletter" if words.says("labels", "newsletter", name) else ""
            if self._add(slot, "yes" if agreed else "no", name, firm=agreed and not slot) and not agreed:
                self._negating = self._negating.replace(self.text[match.start() : match.end()], GONE, 1)
                self._blank(match.start(1), match.end())
        text = words.plain(self.rest)
        named = re.search(words.alternatives(words.phrases("labels", "newsletter")), text)
        if named:
            clause = re.split(r"[,;.，；。]| and | but ", text[: named.start()])[-1]
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

    def _things(self) -> None:
        """Any other count: '3 bikes' is wanted even if no table knows bikes."""
        for match in list(other_counts().finditer(self.rest)):
            value = words.number(match["number"])
            slot = "quantity" if not any(wish.slot == "quantity" for wish in self.found) else ""
            if value is not None and value > 1 and self._add(slot, str(value), match["thing"]):
                self._blank(match.start("number"), match.end("number"))

    def _codes(self) -> None:
        """A number plate or a customer number that nothing else explains is still wanted somewhere."""
        for match in list(_CODE.finditer(self.rest)):
            label = " ".join(
                words.tokens(self.rest[max(0, match.start() - 30) : match.start()].rsplit(GONE, 1)[-1])[-2:]
            )
            if not label and (after := re.match(r"\s?([^\W\d_]+)", self.rest[match.end() :])):
                label = after[1]
            last = label.split()[-1] if label else ""
            slot = "reference" if last in words.phrases("speech", "referred") else ""
            slot = "plate" if words.slots_of(last).get("plate") == 100 else slot
            slot = "zip" if _POSTCODE.fullmatch(match[0]) else slot
            telling = re.search("[A-Z]", match[0]) or len(match[0]) > 3
            year = re.fullmatch(r"(?:19|20)\d\d", match[0])
            if telling and not year and self._add(slot, match[0], label):
                self._blank(match.start(), match.end())

        for match in list(re.finditer(r"(?<!\w)([^\W\d_]{3,}) (\d{1,3})(?![\w.,:]\d|\w)", self.rest)):
            # "flat 12": a figure after a word means something that some field or page must say
            known = words.plain(match[1]) in {*words.phrases("speech", "stop"), *words.phrases("speech", "not_values")}
            if not known:
                self._add("", match[2], match[1], firm=False)

    def _told(self) -> None:
        """': drilling before seven.' – one clause after a colon is what is to be said."""
        for match in list(re.finditer(rf": ?([^\W\d_][^,;:.{GONE}]+ [^,;:.{GONE}]+)(?=[.;]|$)", self.rest)):
            if self._add("message", match[1]):
                self._blank(match.start(1), match.end(1))

    def _proper(self, text: str, most: int) -> str:
        """The name that a text begins with: capitalised words and the particles between them."""
        if words.has_cjk(text[:2]):
            return text
        kept: list[str] = []
        end = 0
        for match in _WORD.finditer(text):
            word = match[0]
            gap = text[end : match.start()]
            if len(kept) >= most or (gap not in (" ", " & ") if kept else gap.strip()):
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
            kept.append(f"& {word}" if "&" in gap else word)
            end = match.end()
            if word.endswith(".") and len(word) > 3:
                break
        while kept and not self.caseless and words.plain(kept[-1]) in words.phrases("speech", "particles"):
            kept.pop()
        return " ".join(kept).rstrip(".,")


def _last_words(text: str) -> str:
    """The last telling words before a value, which say what it is where no table does."""
    return " ".join(words.tokens(re.split(rf"[{GONE},;，；]", text)[-1][-40:])[-2:])


def _units(label: str) -> list[str]:
    """The units that a label asks for in brackets: 'Height (cm)'."""
    return [words.plain(unit) for unit in _UNIT.findall(label)]


@cache
def _plain_before() -> frozenset[str]:
    """Words before a label that do not make another label of it: 'the name', 'with name', 'and name'."""
    return frozenset(
        {*words.phrases("speech", "stop"), *words.phrases("speech", "not_values"), "under", "his", "her", "their"}
    )


@cache
def _plain_after() -> frozenset[str]:
    """Words after a name that do not make another name of it: 'for Ana on Monday'."""
    return frozenset({*words.phrases("speech", "stop"), *words.phrases("speech", "not_values")})


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
    if words.has_cjk(text):
        known = sorted((entry for entry in said_labels() if text.endswith(entry)), key=len)
        return known[-1] if known else ""
    found = text.split()
    for size in range(min(4, len(found)), 0, -1):
        label = " ".join(found[-size:])
        if max(words.slots_of(label).values(), default=0) >= 92:
            return label
    return ""


def _role(before: str, after: str) -> str:
    """The slot of a date, from the last telling word before it (or right after it, as Chinese has it)."""
    best = (-1, "date")
    before = words.plain(before.rsplit(GONE, 1)[-1])
    for language in words.languages():
        for slot, entries in language["dates"]["roles"].items():
            for match in re.finditer(words.alternatives(entries), before):
                # "to" and "from" mean many things unless the date follows at once
                if len(match[0]) > 4 or words.has_cjk(match[0]) or match.end() >= len(before):
                    best = max(best, (match.end(), slot))
            if re.match(words.alternatives(entry for entry in entries if words.has_cjk(entry)), words.plain(after)):
                return str(slot)
    return best[1]
