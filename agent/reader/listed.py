"""A scene from a prompt's element list: kinds, names and values are told there, only the page's texts need eyes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from actions import ListedElement
from agent.reader import words
from agent.reader.scene import Rect, Widget, WidgetKind

_KINDS: dict[str, WidgetKind] = {
    "button": "button", "link": "link", "checkbox": "checkbox", "radio": "radio", "switch": "switch",
    "textbox": "field", "searchbox": "field", "spinbutton": "field", "listbox": "select", "option": "option",
    "menuitem": "option", "menuitemradio": "option", "menuitemcheckbox": "checkbox", "treeitem": "option",
    "tab": "link", "slider": "field",
}  # fmt: skip
_DATES = ("date", "datetime-local", "month", "week")
_CHECKABLE = ("checkbox", "radio", "switch")
_NOT_SHOWN = "password"
_ALIKE = (("field", "textarea", "date", "select"), ("button", "link"), ("checkbox", "switch", "radio"))


def widgets_of(elements: Sequence[ListedElement]) -> tuple[Widget, ...]:
    """The widgets of an element list, in its order; roles that nothing can be done with are left out."""
    return tuple(widget for element in elements if (widget := _widget(element)) is not None)


def _widget(element: ListedElement) -> Widget | None:
    kind = _kind(element)
    if kind is None:
        return None
    states = set(element.states)
    checked = ("checked" in states or "selected" in states) if kind in _CHECKABLE else None
    return Widget(
        kind=kind,
        label=element.name or element.placeholder,
        value=element.value,
        value_sure=element.input_type != _NOT_SHOWN,
        placeholder=element.placeholder,
        checked=checked,
        required="required" in states,
        disabled="disabled" in states or "readonly" in states,
        invalid="invalid" in states,
        focused="focused" in states,
        options=element.options,
        group=element.group,
        input_type=element.input_type,
        mark=element.mark,
    )


def _kind(element: ListedElement) -> WidgetKind | None:
    if element.input_type in _DATES:
        return "date"
    if element.input_type == "file":
        return "file"
    if element.role == "combobox":
        # an editable combobox is a field that proposes; one without an input of its own only lets choose
        return "field" if element.input_type in ("text", "search", "email", "tel", "url") else "select"
    if element.role == "textbox" and "multiline" in element.states:
        return "textarea"
    return _KINDS.get(element.role)


def join(
    listed: Sequence[Widget], seen: Sequence[Widget], marks: Mapping[int, Rect], line: float
) -> tuple[Widget, ...]:
    """The listed widgets with the places, and where the list has none, the labels that eyes found for them.

    Both stand in reading order, so they are aligned as sequences: the pairing with the highest sum of likeness that
    keeps the order. `marks` are the numbers that eyes read off the picture, which stand at a corner of what they mark,
    mostly the top left one; `line` is the usual text height. A listed widget that eyes did not find stays as it is.
    """
    paired = _aligned(listed, seen, marks, line)
    return tuple(
        widget if (other := paired.get(at)) is None else _completed(widget, seen[other])
        for at, widget in enumerate(listed)
    )


def _completed(widget: Widget, seen: Widget) -> Widget:
    return widget.model_copy(
        update={
            "box": seen.box,
            "label": widget.label or seen.label,
            "group": widget.group or seen.group,
            "placeholder": widget.placeholder or seen.placeholder,
            "required": widget.required or seen.required,
        }
    )


def _aligned(
    listed: Sequence[Widget], seen: Sequence[Widget], marks: Mapping[int, Rect], line: float
) -> dict[int, int]:
    rows, columns = len(listed), len(seen)
    like = [[_likeness(one, other, marks, line) for other in seen] for one in listed]
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for row in range(rows - 1, -1, -1):
        for column in range(columns - 1, -1, -1):
            match = like[row][column]
            best[row][column] = max(
                best[row + 1][column],
                best[row][column + 1],
                best[row + 1][column + 1] + match if match > 0 else 0.0,
            )
    pairs: dict[int, int] = {}
    row = column = 0
    while row < rows and column < columns:
        match = like[row][column]
        if match > 0 and best[row][column] == best[row + 1][column + 1] + match:
            pairs[row] = column
            row, column = row + 1, column + 1
        elif best[row][column] == best[row + 1][column]:
            row += 1
        else:
            column += 1
    return pairs


def _likeness(listed: Widget, seen: Widget, marks: Mapping[int, Rect], line: float) -> float:
    """How likely the two are one thing; 0 or less: they are not."""
    if listed.kind == seen.kind:
        score = 2.0
    elif any({listed.kind, seen.kind} <= set(kinds) for kinds in _ALIKE):
        score = 1.0
    else:
        return 0.0
    if listed.label and seen.label:
        close = words.closeness(listed.label, seen.label)
        score += 3.0 if close >= 80 else 0.5 if close >= 55 else -1.5
    if listed.value and words.plain(listed.value) == words.plain(seen.value):
        score += 2.0
    return score + _marked(listed, seen, marks, line)


def _marked(listed: Widget, seen: Widget, marks: Mapping[int, Rect], line: float) -> float:
    """What the number on the picture says: it stands at this thing's corner, at another's, or was not read."""
    number = marks.get(listed.mark) if listed.mark is not None else None
    if number is None or seen.box is None:
        return 0.0
    x, y = number.centre
    side = min(abs(x - seen.box.left), abs(x - seen.box.right)) < 2 * line
    near = side and seen.box.top - 1.2 * line < y < seen.box.bottom + 1.2 * line
    return 4.0 if near else -4.0
