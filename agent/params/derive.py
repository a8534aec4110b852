"""Which values of a task were used where in its trace, in whatever form they were typed or chosen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from actions import Click, Element, Hit, LongPress, Open, Select, Type, UsageError
from actions.secret import secret_of
from agent.params import forms
from agent.params.model import TICKED, Param, Params, Slot, Unclear, Use, Where, template_of
from agent.params.search import Forms, Span, closeness, spans
from agent.reader import dates, words
from agent.trace import StepLine, Trace

_HOLDING = frozenset({"textbox", "searchbox", "combobox", "spinbutton", "listbox"})
_CHOICES = frozenset({"radio", "option", "menuitemradio", "menuitem", "tab", "gridcell", "treeitem"})
_IDLE = frozenset({"wait", "scroll", "ask", "answer", "finish"})
_DAY = "day"
_FEW = 60


class _Place(NamedTuple):
    """A text of a step that may hold values: the field's name, its placeholder, and the choices beside it."""

    n: int
    field: Where
    text: str
    label: str
    placeholder: str
    input_type: str
    options: tuple[str, ...]
    alone: bool = True


def derive(trace: Trace, data: Mapping[str, str] | None = None) -> Params:
    """The parameters of a trace: `data`, by default the values of its task, and every use of them that is found.

    A use is whole words only, the longest value first. What may be one of several values is told apart by the field's
    name, and is `unclear` if that does not settle it.
    """
    given = trace.header.task.data if data is None else data
    steps = [step for step in trace.steps if step.decision is not None and step.result is not None and not step.problem]
    places = [place for step in steps for place in _places(step)]
    params = [_param(name, value, places) for name, value in given.items() if value.strip() and not secret_of(value)]
    found = [(place, spans(place.text, params, place.label, alone=place.alone)) for place in places]
    known = _Known(found)
    uses: list[Use] = []
    unclear: list[Unclear] = []
    for place, here in found:
        chosen: dict[int, Slot] = {}
        for span in here:
            names = _names(place, span, found)
            slot = known.slot(span, names[0], place) if len(names) == 1 else None
            if slot is None:
                text = place.text[span.start : span.end]
                unclear.append(Unclear(n=place.n, field=place.field, text=text, names=tuple(names)))
            else:
                chosen[span.start] = slot
        if chosen:
            uses.append(_use(place, here, chosen))
    uses += _ticked(steps, params)
    used = {name for use in uses for name in use.names} | {name for one in unclear for name in one.names}
    uses += [use for param in params if param.name not in used for use in _kept(steps, param)]
    return Params(
        params=tuple(
            param.model_copy(update={"uses": tuple(use for use in uses if param.name in use.names)}) for param in params
        ),
        unclear=tuple(unclear),
    )


def element_at(step: StepLine, hit: Hit | None) -> Element | None:
    """The listed element that was hit, by its role and name; None if there is none or more than one."""
    if hit is None:
        return None
    same = [one for one in step.seen.elements if (one.role, one.name) == (hit.role, hit.name)]
    return same[0] if len(same) == 1 else None


def _places(step: StepLine) -> Iterator[_Place]:
    assert step.decision is not None
    assert step.result is not None
    hit = step.result.hit
    element = element_at(step, hit)
    label, kind = (hit.name, hit.input_type) if hit is not None else ("", "")
    placeholder = element.placeholder if element is not None else ""
    match step.decision.action:
        case Type(text=text):
            yield _Place(step.n, "text", text, label, placeholder, kind, ())
        case Select(option=option):
            yield _Place(step.n, "option", option, label, "", "", element.options if element is not None else ())
        case Open(target=target):
            yield _Place(step.n, "target", target, "", "", "", ())
        case Click(button="left") | LongPress() if hit is not None and hit.name and hit.role not in _HOLDING:
            beside = tuple(one.name for one in step.seen.elements if one.role == hit.role)
            group = element.group if element is not None else ""
            label = _DAY if _in_calendar(hit.name, beside, hit.near) else group
            options = beside if len(beside) <= _FEW else ()
            yield _Place(step.n, "name", hit.name, label, "", "", options, hit.role in _CHOICES)


def _in_calendar(name: str, beside: tuple[str, ...], near: str) -> bool:
    """Is a figure a day of a calendar's sheet: are most of the other days beside it?"""
    figures = {*beside, *near.split()}
    return name.isdigit() and len(figures & {str(day) for day in range(1, 32)}) >= 20


def _param(name: str, value: str, places: Iterable[_Place]) -> Param:
    """A parameter; a date that can be read in two ways is read as the trace's own uses of it say."""
    read = forms.readings(value)
    if len(read) > 1:
        tried = [Param(name=name, value=value, reads=form) for form in read]
        scores = [
            sum(1 for place in places for span in spans(place.text, [one], place.label) if _says_more(span, value))
            for one in tried
        ]
        read = (read[scores.index(max(scores))],) if scores.count(max(scores)) == 1 else ()
    return Param(name=name, value=value, reads=read[0] if read else "")


def _says_more(span: Span, value: str) -> bool:
    return any(way.text != value and not way.part for ways in span.found.values() for way in ways)


class _Known:
    """What the clear uses of a trace say of the unclear ones: which order its dates have, and which forms it uses."""

    def __init__(self, found: list[tuple[_Place, list[Span]]]) -> None:
        self._forms: Counter[str] = Counter()
        self._orders: set[str] = set()
        for _, here in found:
            for span in here:
                for ways in span.found.values():
                    if len(ways) == 1:
                        self._forms[ways[0].form] += 1
                    orders = {forms.date_order(way.form) for way in ways}
                    if len(orders) == 1:
                        self._orders |= orders - {""}

    def slot(self, span: Span, name: str, place: _Place) -> Slot | None:
        """The form that a span most likely has; None if day and month may be either."""
        ways = span.found[name]
        orders = {forms.date_order(way.form) for way in ways}
        if len(orders) > 1:
            order = _order_of(place.placeholder) or (next(iter(self._orders)) if len(self._orders) == 1 else "")
            ways = tuple(way for way in ways if forms.date_order(way.form) == order)
            if not ways:
                return None
        best = max(ways, key=lambda way: self._forms[way.form])
        return Slot(name, _checked(best.form, place))


def _checked(form: str, place: _Place) -> str:
    """A value as it is, where the field takes only numbers or addresses, is checked before it is sent."""
    if form:
        return form
    kind: Mapping[str, str] = {"number": "number", "range": "number", "email": "email"}
    return kind.get(place.input_type, "")


def _order_of(placeholder: str) -> str:
    mask = dates.mask_of(placeholder)
    return "".join(dict.fromkeys(letter for letter in mask if letter in "dmy"))


def _names(place: _Place, span: Span, found: list[tuple[_Place, list[Span]]]) -> list[str]:
    """The parameters that a span may stand for, as few as the field's name and the steps around it leave."""
    names = list(span.found)
    if len(names) > 1:
        names = _best(names, lambda name: closeness(name, place.label))
    if len(names) > 1 and all(way.part for name in names for way in span.found[name]):
        alone = [
            (abs(other.n - place.n), next(iter(one.found)))
            for other, here in found
            for one in here
            if len(one.found) == 1 and _is_part(one.found)
        ]
        names = _best(names, lambda name: -min((distance for distance, near in alone if near == name), default=999))
    return names


def _is_part(found: Forms) -> bool:
    return all(way.part for ways in found.values() for way in ways)


def _best(names: list[str], score: Callable[[str], float]) -> list[str]:
    scores = {name: score(name) for name in names}
    return [name for name in names if scores[name] == max(scores.values())]


def _use(place: _Place, here: list[Span], chosen: Mapping[int, Slot]) -> Use:
    parts: list[str | Slot] = []
    at = 0
    for span in here:
        if span.start in chosen:
            parts += [place.text[at : span.start], chosen[span.start]]
            at = span.end
    parts.append(place.text[at:])
    template = template_of([part for part in parts if part])
    plain = len(chosen) == 1 and template.startswith("{") and all(not slot.form for slot in chosen.values())
    own_words = any(isinstance(part, str) and part for part in parts) or not plain
    return Use(n=place.n, field=place.field, template=template, options=place.options if own_words else ())


def _ticked(steps: Iterable[StepLine], params: Iterable[Param]) -> Iterator[Use]:
    """Boxes that were ticked because a value said yes (or emptied because it said no)."""
    flags = [param for param in params if words.yes_or_no(param.value) is not None]
    for step in steps:
        hit = step.result.hit if step.result is not None else None
        if not flags or step.decision is None or step.decision.action.kind != "click":
            continue
        if hit is None or hit.role not in TICKED:
            continue
        element = element_at(step, hit)
        ticked = element is not None and "checked" in element.states
        near = [(closeness(param.name, hit.name), param) for param in flags]
        score, param = max(near, key=lambda one: one[0])
        if score >= words.MATCH and words.yes_or_no(param.value) is not ticked:
            yield Use(n=step.n, field="when", template=template_of([Slot(param.name, "flag:Yes/No")]))


def _kept(steps: Iterable[StepLine], param: Param) -> Iterator[Use]:
    """The first field of the parameter's name that already held its value when it was seen."""
    for step in steps:
        if step.decision is None or step.decision.action.kind in _IDLE:
            continue
        fits = [
            (element, use)
            for element in step.seen.elements
            if closeness(param.name, element.name) >= words.MATCH and (use := _held(step, element, param)) is not None
        ]
        if fits:
            best = max(fits, key=lambda one: closeness(param.name, one[0].name))
            yield best[1]
            return


def _held(step: StepLine, element: Element, param: Param) -> Use | None:
    n = step.n
    alike = sum((one.role, one.name) == (element.role, element.name) for one in step.seen.elements) - 1
    held = Hit(role=element.role, name=element.name, input_type=element.input_type, alike=alike, box=element.box)
    if element.role in TICKED:
        if words.yes_or_no(param.value) is not ("checked" in element.states):
            return None
        template = template_of([Slot(param.name, "flag:Yes/No")])
        return Use(n=n, field="kept", template=template, held=held)
    if element.role not in _HOLDING or not element.value.strip():
        return None
    place = _Place(n, "kept", element.value, element.name, element.placeholder, element.input_type, element.options)
    here = spans(element.value, [param], element.name)
    slot = _Known([(place, here)]).slot(here[0], param.name, place) if len(here) == 1 else None
    if slot is None:
        return None
    use = _use(place, here, {here[0].start: slot})
    return use.model_copy(update={"held": held, "options": element.options})


def text_of(trace: Trace, n: int, field: str | None = None) -> tuple[Where, str]:
    """The text of a step that a value may have gone into, and which one it is. Raises UsageError if there is none."""
    steps = [step for step in trace.steps if step.n == n and step.decision is not None]
    if not steps:
        raise UsageError(f"the trace has no step {n}; it has {len(trace.steps)}")
    for place in _places(steps[-1]) if steps[-1].result is not None else ():
        if field in (None, place.field):
            return place.field, place.text
    raise UsageError(f"step {n} has no {field or 'text'} that could be a value: nothing is typed, chosen or opened")
