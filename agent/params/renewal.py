"""A trace's steps with other values: what was typed, chosen and clicked, rewritten in the forms that it had."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from actions import Action, Answer, Ask, Click, Finish, Hit, Open, Select, Type, UsageError
from agent.params import forms
from agent.params.model import TICKED, Param, Params, Use, Where, filled, pieces
from agent.params.search import Span, spans
from agent.reader import values as readings
from agent.reader import words

_STRANGE = 6
_OPENED = 3


class Extra(NamedTuple):
    """Something to do that the recorded run had no need to do: a field held the recorded value already."""

    action: Action
    hit: Hit
    read_back: str | None
    """What the field must hold afterwards; None for a box to tick."""


class Renewal:
    """Rewrites a trace's steps from the recorded values to others; with the recorded ones it changes nothing.

    `values` holds one value for each parameter that is used; none at all are the recorded ones. Raises UsageError,
    naming the parameter, before anything is done: for a name that the trace does not know, a value that is missing or
    does not fit its form, and a value that could not be honoured, because no step of the trace is known to use it.
    """

    def __init__(self, params: Params, values: Mapping[str, str] | None = None) -> None:
        self._params = {param.name: param for param in params.params}
        self._old = params.recorded()
        self._new = self._old | _checked(params, values) if values else self._old
        self._uses = params.uses()
        changed = [name for name in self._old if not self._same(name)]
        self._changed = frozenset(changed)
        # 'true' for 'yes', and the same day in other words, are what was recorded
        self._new = {name: self._new[name] if name in self._changed else value for name, value in self._old.items()}
        for name in changed:
            self._check(params, self._params[name])
        # every text is made now, so that what does not fit is said before anything is sent
        self._texts = {key: self._text_of(use) for key, use in self._uses.items()}
        kept = (use for use in params.kept() if self._changed & set(use.names))
        self._extras = [(use.n, self._extra(use)) for use in kept]
        self._forms = {slot.form for use in (*self._uses.values(), *params.kept()) for slot in use.slots}
        self._recorded = {
            key: filled(use.template, self._old, self._params)
            for key, use in self._uses.items()
            if self._changed & set(use.names)
        }
        self._phrases = self._own_words()
        self._renewed: dict[str, str] = {}

    def _own_words(self) -> dict[str, str]:
        """Recorded texts with words of their own around a value, such as "2 guests", and what stands there now."""
        found: dict[str, set[str]] = {}
        for key, recorded in self._recorded.items():
            if len(list(pieces(self._uses[key].template))) > 1:
                found.setdefault(recorded, set()).add(self._texts[key])
        return {recorded: new.pop() for recorded, new in found.items() if len(new) == 1}

    @property
    def values(self) -> dict[str, str]:
        """The values that the steps are rewritten to, by name."""
        return dict(self._new)

    def action(self, n: int, action: Action) -> Action | None:
        """The action of step `n` with the new values; None if they say that it is not to be done (a box to tick)."""
        if (when := self._uses.get((n, "when"))) is not None and self._changed & set(when.names):
            return None
        match action:
            case Type():
                return action.model_copy(update={"text": self._texts.get((n, "text"), action.text)})
            case Select():
                return action.model_copy(update={"option": self._option(n, action.option)})
            case Open():
                return action.model_copy(update={"target": self._texts.get((n, "target"), action.target)})
            case Answer():
                return action.model_copy(update={"text": self.text(action.text)})
            case Ask():
                return action.model_copy(update={"question": self.text(action.question)})
            case Finish():
                return action.model_copy(update={"answer": self.text(action.answer)})
        return action

    def _option(self, n: int, recorded: str) -> str:
        if (n, "option") in self._texts:
            return self._texts[n, "option"]
        # a list that was opened by one click and chosen from by the next is repeated as one choice
        for at, field in self._uses:
            if field == "name" and n < at <= n + _OPENED and self._recorded.get((at, field)) == recorded:
                return self._texts[at, field]
        return recorded

    def hit(self, n: int, hit: Hit) -> Hit:
        """What step `n` acted on, as it is to be found now.

        Where its name is one of the values, it is another thing than the recorded one: what only says where that one
        stood (path, ids, and whether others were like it) is left out.
        """
        near = self.text(hit.near)
        name = self._texts.get((n, "name"), hit.name)
        if name == hit.name:
            return hit.model_copy(update={"near": near})
        return hit.model_copy(update={"name": name, "near": near, "path": "", "test_id": "", "resource_id": ""})

    def read_back(self, n: int, held: str) -> str | None:
        """What a field must hold after step `n` if it held `held` then; None where that cannot be said."""
        fields: tuple[Where, ...] = ("text", "option", "name")
        here = [(n, field) for field in fields if (n, field) in self._recorded]
        for key in here:
            if self._recorded[key] == held:
                return self._texts[key]
        renewed = self.text(held)
        return None if here and renewed == held else renewed

    def before(self, n: int, after: int | None = None) -> tuple[Extra, ...]:
        """What must be done before step `n`, because the field held the recorded value and the new one is another.

        `after` is the last step that was repeated, where those between are left out; None if none is.
        """
        first = n - 1 if after is None else after
        return tuple(extra for at, extra in self._extras if first < at <= n)

    def text(self, text: str) -> str:
        """A text of the trace (a heading, an address, words around a target) with the new values where it surely has
        the recorded ones, in any of their forms."""
        if not self._changed or not text:
            return text
        if text not in self._renewed:
            self._renewed[text] = self._rewritten(text)
        return self._renewed[text]

    def _rewritten(self, text: str) -> str:
        if self._phrases:
            # a phrase comes before the values in it
            pattern = rf"(?<!\w)({'|'.join(map(re.escape, sorted(self._phrases, key=len, reverse=True)))})(?!\w)"
            parts = re.split(pattern, text)
            return "".join(self._phrases[part] if at % 2 else self._values_in(part) for at, part in enumerate(parts))
        return self._values_in(text)

    def _values_in(self, text: str) -> str:
        parts: list[str] = []
        at = 0
        for span in spans(text, self._params.values(), alone=False):
            parts += [text[at : span.start], self._instead(text[span.start : span.end], span)]
            at = span.end
        return "".join([*parts, text[at:]])

    def _extra(self, use: Use) -> Extra:
        if use.held is None or use.held.box is None:
            raise UsageError(f"{', '.join(use.names)}: the field of step {use.n} that held it is not known")
        if use.held.role in TICKED:
            return Extra(Click(at=use.held.box), use.held, None)
        text = self._text_of(use)
        if use.options:
            return Extra(Select(at=use.held.box, option=text), use.held, text)
        return Extra(Type(text=text, into=use.held.box, replace=True), use.held, text)

    def _text_of(self, use: Use) -> str:
        empty = [name for name in use.names if not self._new[name].strip()]
        if empty and use.field == "text" and len(list(pieces(use.template))) == 1:
            return ""
        if empty:
            raise UsageError(f"{', '.join(empty)}: the value is empty, and step {use.n} needs one")
        text = filled(use.template, self._new, self._params)
        return _offered(use, text, self._new) if self._changed & set(use.names) else text

    def _instead(self, recorded: str, span: Span) -> str:
        """The text that stands for the new values; the recorded one where it is not sure which that is."""
        found = set()
        for name, ways in span.found.items():
            used = [way.form for way in ways if way.form in self._forms] or [way.form for way in ways]
            orders = {forms.date_order(form) for form in used}
            if len(orders) > 1:
                return recorded
            try:
                found.add(forms.write(self._new[name], used[0], self._params[name].reads))
            except forms.Unfit:
                return recorded
        return found.pop() if len(found) == 1 else recorded

    def _same(self, name: str) -> bool:
        """Is a new value the recorded one, perhaps in other words?"""
        old, new, param = self._old[name], self._new[name], self._params[name]
        if old.strip() == new.strip():
            return True
        if not param.reads:
            said = words.yes_or_no(old)
            return said is not None and said is words.yes_or_no(new) and not old.strip().isdigit()
        try:
            return forms.write(old, "", param.reads) == forms.write(new, "", param.reads)
        except forms.Unfit:
            return False

    def _check(self, params: Params, param: Param) -> None:
        new = self._new[param.name]
        doubt = next((one for one in params.unclear if param.name in one.names), None)
        if doubt is not None:
            raise UsageError(f"{param.name} cannot be another value yet: {said(doubt.text, doubt.n, doubt.names)}")
        if not param.uses:
            raise UsageError(
                f"{param.name} cannot be {new!r}: no step of the trace is known to use it. Say which one does with "
                f"agent trace params TRACE --set {param.name}=STEP, or leave it as it was recorded with --drop"
            )
        if param.reads and new.strip():
            _check_parts(param, new)


def said(text: str, n: int, names: tuple[str, ...]) -> str:
    """An unclear use in a sentence that says what to do."""
    if len(names) == 1:
        return (
            f"step {n} has {text!r}, in which day and month can be told in two ways; say it with "
            f"--set '{names[0]}|date:%d/%m/%Y={n}' (or %m/%d/%Y) of agent trace params"
        )
    return f"step {n} has {text!r}, which can be {' or '.join(names)}; say it with agent trace params --set NAME={n}"


def _checked(params: Params, values: Mapping[str, str]) -> dict[str, str]:
    known = {param.name for param in params.params}
    strange = [name for name in values if name not in known and name not in params.ignored]
    if strange:
        names = ", ".join(repr(name) for name in strange[:_STRANGE])
        raise UsageError(f"the trace knows no {names}; its values are: {', '.join(known) or 'none'}")
    missing = [param.name for param in params.params if param.uses and param.name not in values]
    if missing:
        raise UsageError(f"no value for {', '.join(missing)}; the trace needs one for each")
    return {name: value for name, value in values.items() if name in known}


def _check_parts(param: Param, new: str) -> None:
    """A day clicked in a calendar says no month: a date in another one would be a wrong date, not a failure."""
    if not param.reads.startswith("date"):
        return
    slots = [slot for use in param.uses for slot in use.slots if slot.name == param.name]
    written = " ".join(slot.form if slot.form.startswith("date") else param.reads for slot in slots)
    for part, directive, letters in (("year", "%Y", "Yy"), ("month", "%m", "mBbh"), ("day", "%d", "do")):
        try:
            old_part, new_part = (forms.write(value, f"date:{directive}", param.reads) for value in (param.value, new))
        except forms.Unfit as problem:
            raise UsageError(f"{param.name}: {new!r} {problem}") from problem
        if old_part != new_part and not re.search(f"%-?[{letters}]", written):
            raise UsageError(
                f"{param.name} cannot be {new!r}: no step of the trace says its {part}, so it must stay {old_part}"
            )


def _offered(use: Use, text: str, new: Mapping[str, str]) -> str:
    """The choice that is meant, where those offered are known: "1 guest", where "2 guests" would give "1 guests"."""
    if not use.options or text in use.options:
        return text
    if text.isdigit() and (same := [option for option in use.options if option.lstrip("0") == text.lstrip("0")]):
        return same[0]  # "7" of a list, where "23" did not tell whether it would be "07"
    value = new[use.names[0]].strip()
    if len(use.names) > 1 or not value.isdigit():
        return text
    at = readings.choose("count", value, use.options)
    return use.options[at] if at is not None else text
