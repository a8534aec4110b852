"""A scene from a prompt's element list: kinds, names and values are told there, only the page's texts need eyes."""

from __future__ import annotations

from collections.abc import Sequence

from actions import ListedElement
from agent.reader.scene import Widget, WidgetKind

_KINDS: dict[str, WidgetKind] = {
    "button": "button", "link": "link", "checkbox": "checkbox", "radio": "radio", "switch": "switch",
    "textbox": "field", "searchbox": "field", "spinbutton": "field", "listbox": "select", "option": "option",
    "menuitem": "option", "menuitemradio": "option", "menuitemcheckbox": "checkbox", "treeitem": "option", "tab": "link",
    "slider": "field",
}  # fmt: skip
_DATES = ("date", "datetime-local", "month", "week")
_CHECKABLE = ("checkbox", "radio", "switch")
_NOT_SHOWN = "password"


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
