"""Fields: which wish belongs into which field, whether the field holds it, and what fills it."""

from __future__ import annotations

import datetime
import itertools
import re
from collections.abc import Collection, Sequence
from typing import Literal, NamedTuple

from agent.reader import dates, values, words
from agent.reader.memory import Memory
from agent.reader.scene import Widget
from agent.reader.wishes import Wish

TargetKind = Literal["text", "date", "select", "radio", "tick"]
_TEXTS = ("field", "textarea", "date")
_TRIES = 2
_LONG_AGO = datetime.date(2000, 1, 1)
_PARTS = {"day": "day_labels", "month": "month_labels", "year": "year_labels"}


class Target(NamedTuple):
    """A thing that takes one value: a field, a list, a box, or a group of radio buttons.

    `at` is the place of its first widget in reading order; `part` says which part of a date it takes alone ("day",
    "month", "year"), and `parts` is the place of the first of those fields.
    """

    kind: TargetKind
    label: str
    widgets: tuple[Widget, ...]
    at: int
    part: str = ""
    parts: int = -1

    @property
    def widget(self) -> Widget:
        return self.widgets[0]

    @property
    def options(self) -> tuple[str, ...]:
        return tuple(widget.label for widget in self.widgets) if self.kind == "radio" else self.widget.options

    @property
    def shown(self) -> str:
        """What it holds now, "" if nothing (an invitation such as 'Please select' is nothing)."""
        if self.kind == "radio":
            return next((widget.label for widget in self.widgets if widget.checked), "")
        if self.kind == "tick":
            return "yes" if self.widget.checked else "no"
        value = self.widget.value
        if self.kind == "select" and values.is_placeholder(value):
            return ""
        if not self.widget.value_sure and value == self.widget.placeholder:
            return ""
        return "" if dates.mask_of(value) and not re.search(r"\d", value) else value

    @property
    def name(self) -> str:
        """Its label as memory and people know it; without any, its number in the list."""
        known = self.label or self.widget.placeholder or self.widget.group
        return known or (f"field {self.widget.mark}" if self.widget.mark is not None else "")

    @property
    def hint(self) -> str:
        """All that says what it is for."""
        return " ".join((self.label, self.widget.placeholder, self.widget.group))


class Pair(NamedTuple):
    """A wish and the target that it belongs to, with the score of the match."""

    wish: Wish
    target: Target
    score: float


def targets_of(widgets: Sequence[Widget]) -> tuple[Target, ...]:
    """What can be filled on a screen, in reading order; radio buttons of one question are one target."""
    found: list[Target] = []
    for at, widget in enumerate(widgets):
        if widget.disabled:
            continue
        match widget.kind:
            case "field" | "textarea":
                found.append(Target("text", widget.label, (widget,), at))
            case "date":
                found.append(Target("date", widget.label, (widget,), at))
            case "select":
                found.append(Target("select", widget.label, (widget,), at))
            case "checkbox" | "switch":
                found.append(Target("tick", widget.label, (widget,), at))
            case "radio":
                last = found[-1] if found else None
                if last and last.kind == "radio" and last.widgets[-1].group == widget.group and _adjoins(last, at):
                    found[-1] = last._replace(widgets=(*last.widgets, widget))
                else:
                    found.append(Target("radio", widget.group, (widget,), at))
    return tuple(_dated(found))


def _dated(targets: list[Target]) -> list[Target]:
    """Day, month and year side by side are the parts of one date; 'Day' alone is a question of its own."""
    result = list(targets)
    names = [_part_name(target) for target in targets]
    for start in range(len(targets)):
        run = 0
        while (
            start + run < len(targets) and names[start + run] and names[start + run] not in names[start : start + run]
        ):
            run += 1
        if run > 1 and result[start].parts < 0:
            for at in range(start, start + run):
                result[at] = targets[at]._replace(part=names[at], parts=targets[start].at)
    return result


def pair_up(
    wishes: Sequence[Wish], targets: Sequence[Target], memory: Memory, barred: Collection[tuple[str, int]] = ()
) -> list[Pair]:
    """Which wish goes where, best pairs first, one field for a wish; in the fields' reading order.

    `barred` are (wish's key, target's place) that are known not to belong together.
    """
    context = asked(targets)
    scores = {(wish.key, target.at): _score(wish, target, context, memory) for wish in wishes for target in targets}
    scores |= dict.fromkeys(barred, 0.0)
    for wish in wishes:
        for target in (target for target in targets if target.part):
            # the parts of a date are named together: by any of them, or by there being no other date to ask for
            if wish.kind == "date":
                kin = [scores[wish.key, other.at] for other in targets if other.parts == target.parts]
                alone = sum(other.kind == "date" for other in wishes) == 1
                scores[wish.key, target.at] = max(*kin, 70.0 if alone else 0.0)
    for wish in wishes:
        for before, target in itertools.pairwise(targets):
            # a name that cannot be read, beside the postcode and before anything else: the town
            unnamed = not words.slots_of(target.label) and len(words.core(target.label)) < 4
            if wish.slot == "city" and unnamed and target.kind == "text" and "zip" in words.slots_of(before.label):
                scores[wish.key, target.at] = max(scores[wish.key, target.at], 68.0)
    scored = [
        Pair(wish, target, scores[wish.key, target.at])
        for wish in wishes
        for target in targets
        if scores[wish.key, target.at] >= words.MATCH
    ]
    order = {wish.key: at for at, wish in enumerate(wishes)}
    scored.sort(key=lambda pair: (-pair.score, order[pair.wish.key], pair.target.at))
    pairs: list[Pair] = []
    for pair in scored:
        if _taken(pair, wishes, memory):
            continue
        if any(other.target.at == pair.target.at for other in pairs):
            continue
        earlier = [other.target for other in pairs if other.wish.key == pair.wish.key and not _repeats(other.target)]
        whole = not pair.target.part or any(other.parts != pair.target.parts for other in earlier)
        if not earlier or _repeats(pair.target) or not whole:
            pairs.append(pair)
    return sorted(pairs + _left_over(wishes, targets, pairs, memory), key=lambda pair: pair.target.at)


def _taken(pair: Pair, wishes: Sequence[Wish], memory: Memory) -> bool:
    """Does the field hold another value that was entered before, so that its name must have been misread now?"""
    shown = pair.target.shown
    if pair.target.kind != "text" or len(shown) < 3 or values.same(pair.wish.kind, pair.wish.text, shown):
        return False
    return any(
        other.key in memory.placed and other.text != pair.wish.text and values.same(other.kind, other.text, shown)
        for other in wishes
    )


def _left_over(wishes: Sequence[Wish], targets: Sequence[Target], pairs: list[Pair], memory: Memory) -> list[Pair]:
    """What only one place is left for: a time in the one time field, a name where one person is asked for."""
    lost = [w for w in wishes if w.key not in memory.placed and all(w.key != pair.wish.key for pair in pairs)]
    ours = {memory.filled.get(wish.key) for wish in lost}
    open_ = [t for t in targets if not t.part and (not t.shown or t.name in ours)]
    free = [t for t in open_ if all(t.at != pair.target.at for pair in pairs)]
    found: list[Pair] = []
    told = [wish for wish in lost if wish.slot == "message"]
    prose = [target for target in free if _asks_for_prose(target)]
    if len(told) == len(prose) == 1:
        found.append(Pair(told[0], prose[0], words.MATCH))
    people = [wish for wish in lost if _is_person(wish)]
    asking = [target for target in free if asks_for_person(target)]
    if len(people) == len(asking) == 1 and people[0].kind != "name":
        found.append(Pair(people[0], asking[0], words.MATCH))
    unread = [target for target in free if target.kind == "text" and _is_unread(target, targets)]
    texts = [wish for wish in lost if wish.kind in ("text", "name") and (wish.slot or wish.said)]
    if len(unread) == len(texts) == 1 and not found:
        found.append(Pair(texts[0], unread[0], words.MATCH))
    for kind in ("time", "date", "email", "phone", "name"):
        alike = [
            wish
            for wish in lost
            if wish.kind == kind and (not wish.label or kind in ("time", "date", "email", "phone"))
        ]
        fitting = [target for target in free if _asks_for_kind(kind, target)]
        if len(alike) == len(fitting) and len(alike) <= (2 if kind == "time" else 1):
            clear = all(_may_mean(wish, target) for wish, target in zip(alike, fitting, strict=True))
            found += [Pair(*pair, words.MATCH) for pair in zip(alike, fitting, strict=True)] if clear else []
    return found


def _is_unread(target: Target, targets: Sequence[Target]) -> bool:
    """Could a field's name not be read? It has none, or signs of a script that no other name has."""
    strange = words.has_cjk(target.label) and sum(words.has_cjk(other.label) for other in targets if other.label) < 3
    return target.widget.input_type in ("", "text") and (not target.label or (strange and len(targets) > 4))


def _is_person(wish: Wish) -> bool:
    """Is a value under a name that no table knows somebody's name?"""
    capital = re.fullmatch(r"[^\W\d_a-z][\w'’-]+(?: [^\W\d_a-z][\w'’.-]*){1,2}", wish.text)
    return capital is not None and not wish.slot and not words.slots_of(wish.label)


def _asks_for_prose(target: Target) -> bool:
    """Is a field for words of one's own: one of several lines, or one called a text?"""
    named = words.says("speech", "prose", words.core(target.label))
    return target.widget.kind == "textarea" or (target.kind == "text" and bool(named))


def _asks_for_kind(kind: words.Kind, target: Target) -> bool:
    if kind == "name":
        return asks_for_person(target)
    if target.options:
        clocks = sum(bool(dates.read_time(option)) for option in target.options)
        return kind == "time" and clocks >= len(target.options) - 1
    inputs = {"time": ("time",), "date": ("date", "datetime-local"), "email": ("email",), "phone": ("tel",)}[kind]
    return target.widget.input_type in inputs or (kind == "date" and target.kind == "date")


def _may_mean(wish: Wish, target: Target) -> bool:
    """Does no sure name of the field speak against it? A day to come is no birthday, nor the other way round."""
    if target.options and chosen(Pair(wish, target, 0)) is None:
        return False
    born = "birth_date" in words.slots_of(target.label)
    return wish.kind != "date" or (wish.slot == "birth_date") == born


def asks_for_person(target: Target) -> bool:
    """Does a field ask for somebody by name?"""
    if target.kind != "text" or target.widget.input_type not in ("", "text"):
        return False
    sure = words.slots_of(target.label)
    if sure.keys() - {"full_name"}:
        return False
    return bool(sure) or bool(
        set(re.findall(r"[^\W\d_]+", words.core(target.label))) & set(words.phrases("speech", "persons"))
    )


def holds(pair: Pair, memory: Memory, *, by_eye: bool) -> bool:
    """Does the field hold what is wanted of it? Fields that hide what they hold count as filled once they were."""
    wish, target = pair.wish, pair.target
    shown = target.shown
    if f"{wish.key} {target.name}" in memory.confirmed and (by_eye or wish.kind == "secret"):
        return True
    if wish.kind == "secret":
        return False
    if target.kind == "tick":
        return bool(target.widget.checked) if _is_named(wish, target) else values.same("flag", wish.text, shown)
    if target.kind in ("radio", "select"):
        at = chosen(pair)
        if at is not None:
            return words.plain(target.options[at]) == words.plain(shown)
        if not target.options and wish.kind not in ("count", "date", "amount"):
            return values.choose(wish.kind, part(pair), (shown,)) == 0
    if target.part and wish.kind == "date":
        return _part_number(target, shown) == int(part(pair))
    if target.widget.input_type == "number" and values.amount(wish.text) is not None:
        return values.amount(wish.text) == values.amount(shown)
    order = dates.mask_of(target.hint).replace("yyyy", "y")[:2]
    known = {"mm": "mdy", "dd": "dmy"}.get(order, "")
    return values.same(wish.kind, wish.text, shown, order=known, read_by_eye=by_eye)


def part(pair: Pair) -> str:
    """The wish's text as this target takes it: of a date the day, the month or the year if it asks for one alone."""
    name = pair.target.part
    day = values.as_date(pair.wish.text) if name and pair.wish.kind == "date" else None
    return str(getattr(day, name)) if day is not None and name in _PARTS else pair.wish.text


def chosen(pair: Pair) -> int | None:
    """Which option of the target is meant; None if none is."""
    wish, target = pair.wish, pair.target
    if target.part and wish.kind == "date":
        fits = [at for at, option in enumerate(target.options) if _part_number(target, option) == int(part(pair))]
        return fits[0] if len(fits) == 1 else None
    return values.choose(wish.kind, wish.text, target.options)


def written(pair: Pair, tried: int, hint: str = "") -> str:
    """What to type: the wish in the form that the field asks for, and in another one after a vain try.

    `hint` is the text beside the field, which may show a date's form.
    """
    wish, target = pair.wish, pair.target
    text = part(pair)
    if wish.kind == "date" and text == wish.text and (day := values.as_date(wish.text)):
        if target.kind == "date" and target.widget.mark is not None:
            return dates.write(day)  # a native date takes ISO whatever it shows
        shown = f"{target.hint} {target.widget.value}"
        masks = (dates.mask_of(shown), dates.shape_of(target.widget.value), dates.mask_of(hint), dates.shape_of(hint))
        mask = next(filter(None, masks), words.mask_of_language(target.label))
        if not mask and wish.said and target.kind == "text":
            return wish.said
        return dates.write(day, mask)
    if wish.kind in ("phone", "amount") and tried:
        return re.sub(r"[^\d.+]" if tried == 1 else r"\D", "", text)
    if wish.kind == "amount" or target.widget.input_type == "number":
        number = values.amount(text)
        return text if number is None or not re.search(r"[^\d.]", text) else f"{number:g}"
    return text


def refusing(wish: Wish, targets: Sequence[Target]) -> Target | None:
    """The list or question that asks for a wish by name and offers no such thing; None if there is none."""
    named = [
        (_names(wish, target.label, asked(targets)), -target.at, target)
        for target in targets
        if target.options and _takes(wish, target) and chosen(Pair(wish, target, 0)) is None
    ]
    best = max(named, key=lambda one: one[:2], default=None)
    return best[2] if best and best[0] >= words.MATCH else None


def given_up(pair: Pair, memory: Memory) -> bool:
    """Was this field filled as often as makes sense?"""
    return memory.tries.get(pair.target.name, 0) >= _TRIES + (pair.wish.kind in ("phone", "date"))


def _score(wish: Wish, target: Target, context: set[str], memory: Memory) -> float:
    if not _takes(wish, target):
        return 0.0
    widget = target.widget
    score = max(_names(wish, target.label, context), 0.94 * _names(wish, widget.placeholder, context))
    if target.kind in ("text", "date") or not score:
        score = max(score, 0.9 * _names(wish, widget.group, context))
    if target.kind == "tick":
        return max(score, 86.0) if _is_named(wish, target) else score
    hints = words.slot(wish.slot).inputs
    if widget.input_type in hints and not (words.slots_of(target.label).keys() - {wish.slot, *_kin(wish.slot)}):
        score = max(score, 78.0)
    if target.options:
        option = chosen(Pair(wish, target, 0))
        if score < words.MATCH and words.yes_or_no(wish.text) is not None:
            return 0.0  # every question of yes or no has that option
        if option is not None and score < words.MATCH and wish.kind in ("text", "name") and len(wish.text) > 1:
            # a loosely read name may be one that the list offers: 'with Dr Okoro'
            exact = words.alike(wish.text, target.options[option]) or (wish.kind == "name" and not wish.firm)
            score = 74.0 if exact and not words.slots_of(target.label) else 68.0 if exact else score
            if exact and not wish.slot and words.core(wish.text) == words.core(target.options[option]):
                score = 89.0  # more than a field's name that only has the words of the wish's
        # 'Departure' over a row of times asks for no day
        sure = {slot for slot, named in words.slots_of(target.label).items() if named >= 80 or not _is_row(wish)}
        others = {words.slot(slot).kind for slot in sure - {wish.slot}}
        others -= {"date"} if wish.kind == "time" else {"time"} if wish.kind == "date" else set()
        weekly = all(dates.weekday_number(one.split(" ")[0]) is not None for one in target.options)
        if option is not None and score < words.MATCH and (weekly or not others):
            alike = sum(values.amount(one) is not None or bool(dates.read_time(one)) for one in target.options)
            days = sum(
                dates.weekday_number(one) is not None
                or (re.search(r"\d", one) is not None and bool(dates.find(one, _LONG_AGO)))
                for one in target.options
            )
            alike = days if wish.kind == "date" else alike
            if wish.kind in ("time", "amount", "date") and alike >= len(target.options) - 1:
                score = 72.0  # a row of times, or of sums, that has the one that is wanted
        if option is None:
            return 0.0
    elsewhere = memory.placed.get(wish.key)
    if elsewhere and score and words.closeness(elsewhere, target.name) < 80 and not _repeats(target):
        # a value that an earlier page took is not written into every later field that resembles it
        score = score if widget.required and not target.shown and wish.later else 0.0
    return score


def _is_row(wish: Wish) -> bool:
    """Is a list of such things told by what it offers: times and days, but not sums?"""
    return wish.kind in ("time", "date")


def _names(wish: Wish, label: str, context: set[str]) -> float:
    """How well a label names what the wish is."""
    if not label:
        return 0.0
    label = re.sub(r"['’]s(?!\w)", "", label)
    best = words.closeness(wish.label, label) if wish.label else 0.0
    if wish.label and not wish.slot:
        # 'salary expectation' and "Expected salary" are known for the same thing
        common = words.slots_of(wish.label).keys() & words.slots_of(label).keys()
        sure = [slot for slot in common if min(words.slots_of(wish.label)[slot], words.slots_of(label)[slot]) >= 92]
        best = max(best, 86.0 if sure else 0.0)
    for slot, score in words.slots_of(label).items():
        if slot == wish.slot:
            best = max(best, score)
        elif slot == "full_name" and wish.slot == "last_name" and "first_name" in context - {"last_name"}:
            best = max(best, 0.97 * score)  # beside a field for the first name, 'Name' is the last name
        elif share := words.slot(slot).accepts.get(wish.slot, 0):
            postal = slot == "city" and context & {"street", "zip", "address", "house_number"}
            best = max(best, 0.0 if postal and wish.slot != "city" else score * share / 100)
    # a longer label that has the given one in it: "Asset tag (on the sticker)", "Your policy number, if you have one"
    if wish.label and wish.label != wish.slot and best < 90:
        given = words.tokens(wish.label)
        if wish.kind == "flag" or words.yes_or_no(wish.text):
            # "accept the rules: yes" and "I have read the rules"
            verbs = {words.stem(word) for word in words.phrases("speech", "agreeing")}
            given = [word for word in given if words.stem(word) not in verbs] or given
        if given and _pieces(given) <= _pieces(words.tokens(label)):
            best = max(best, 88.0)
        elif given and (not words.slots_of(label) or (wish.kind == "date" and _only_dates(label))):
            # "annual mileage" and "miles a year" begin alike
            stems = {word[:4] for word in words.tokens(label) if len(word) > 3}
            alike = sum(word[:4] in stems for word in given if len(word) > 3)
            best = max(best, 70.0 if alike * 2 >= len(given) else 0.0)
        if (senses := words.senses(wish.label)) and senses <= words.senses(label):
            best = max(best, 88.0)
    return best


def _only_dates(label: str) -> bool:
    """Is a label known as nothing but a date of some sort?"""
    return all(words.slot(slot).kind == "date" for slot in words.slots_of(label))


def _pieces(tokens: Sequence[str]) -> set[str]:
    """Words apart from their hyphens: 'wi-fi' is 'wifi', 'drop-off' is 'drop off' as well."""
    return {piece for word in tokens for piece in ((word.replace("-", ""),) if len(word) < 7 else word.split("-"))}


def _takes(wish: Wish, target: Target) -> bool:
    """Can a field of this kind hold a wish of that kind at all?"""
    kind, widget = wish.kind, target.widget
    if target.kind == "tick":
        return kind == "flag" or words.yes_or_no(wish.text) is not None or _is_named(wish, target)
    if kind == "flag":
        return target.kind in ("radio", "select")
    match widget.input_type:
        case "password":
            return kind == "secret"
        case "email":
            return kind == "email" or "@" in wish.text
        case "number" | "range":
            return re.fullmatch(r"[^\w]*[\d.,' ]+\D{0,5}", part(Pair(wish, target, 0))) is not None
        case "time":
            return kind == "time"
    if target.kind == "date" or widget.input_type in ("date", "datetime-local"):
        return kind == "date" or values.as_date(wish.text) is not None
    return kind != "secret" or widget.input_type in ("", "text")


def _is_named(wish: Wish, target: Target) -> bool:
    """Is a wish the very name of a box, as 'Languages: Polish' is of the box 'Polish'?"""
    return wish.kind == "text" and len(wish.text) > 1 and words.core(wish.text) == words.core(target.label)


def asked(targets: Sequence[Target]) -> set[str]:
    """The slots that the fields of a screen ask for."""
    return {slot for target in targets for slot, score in words.slots_of(target.label).items() if score >= 90}
    # beside a field for the first name, 'Name' is the last name


def _kin(slot: str) -> set[str]:
    return {other.name for other in words.slots().values() if slot in other.accepts}


def _repeats(target: Target) -> bool:
    return any(slot.endswith("_repeat") for slot in words.slots_of(target.label))


def _part_name(target: Target) -> str:
    """'day', 'month' or 'year' for a field of that name; "" for any other."""
    if target.kind in ("text", "select"):
        for name, key in _PARTS.items():
            if words.core(target.label or target.widget.placeholder) in words.phrases("masks", key):
                return name
    return ""


def _part_number(target: Target, shown: str) -> int | None:
    if target.part == "month":
        return dates.month_number(shown)
    match = re.search(r"\d+", shown)
    return int(match[0]) if match else None


def _adjoins(target: Target, at: int) -> bool:
    return at <= target.at + len(target.widgets) + 1
