"""What `uiautomator dump` says of the screen: a tree of nodes, and the elements, names and paths that it makes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from xml.parsers import expat

from actions import Box, DeviceError, Element, Hit, Point

_LARGEST = 16 * 1024 * 1024
_MOST_NODES, _DEEPEST = 20_000, 200
_LONGEST_NAME = 200
_MOST_SAID = 60
_BOUNDS = re.compile(r"\[(-?\d{1,6}),(-?\d{1,6})\]\[(-?\d{1,6}),(-?\d{1,6})\]")
_ROLES = {
    "Button": "button", "ImageButton": "button", "MaterialButton": "button", "FloatingActionButton": "button",
    "Chip": "button", "EditText": "textbox", "AutoCompleteTextView": "textbox",
    "MultiAutoCompleteTextView": "textbox", "SearchAutoComplete": "textbox", "TextInputEditText": "textbox",
    "CheckBox": "checkbox", "CheckedTextView": "checkbox", "RadioButton": "radio", "Switch": "switch",
    "SwitchCompat": "switch", "SwitchMaterial": "switch", "ToggleButton": "switch", "Spinner": "combobox",
    "SeekBar": "slider", "RatingBar": "slider", "ProgressBar": "progressbar", "TabView": "tab", "Tab": "tab",
    "ImageView": "img", "Image": "img", "TextView": "text", "ListView": "list", "RecyclerView": "list",
    "GridView": "list", "ScrollView": "group", "HorizontalScrollView": "group", "WebView": "document",
}  # fmt: skip
_TICKED = ("checkbox", "radio", "switch")
_PASSIVE = ("img", "text", "list", "group", "document", "generic")
_STATES = {"focused": "focused", "selected": "selected", "checked": "checked"}


class HierarchyError(DeviceError):
    """What the phone sent is no UI hierarchy; the screen itself may be well. Never leaves `envs`."""


@dataclass(frozen=True, slots=True)
class Node:
    """One node: its number in reading order, its parent's (-1 for a root), and what it says of itself.

    `flags` are the names of its attributes that are true, such as clickable; `bounds` are in pixels of input.
    """

    number: int
    parent: int
    tag: str
    text: str
    description: str
    hint: str
    resource_id: str
    package: str
    flags: frozenset[str]
    bounds: tuple[int, int, int, int]

    @property
    def is_seen(self) -> bool:
        left, top, right, bottom = self.bounds
        return right > left and bottom > top

    @property
    def is_field(self) -> bool:
        return _role_of(self.tag) == "textbox"

    @property
    def acts(self) -> bool:
        """Is it something to act on by itself?"""
        return bool(self.flags & {"clickable", "long-clickable"}) or self.is_field

    @property
    def held(self) -> str:
        """What a field holds: the words that it shows while it is empty are not that."""
        return "" if self.text and self.text in (self.hint, self.description) else self.text

    @property
    def own_words(self) -> str:
        return self.text or self.description

    def holds(self, x: float, y: float) -> bool:
        left, top, right, bottom = self.bounds
        return left <= x < right and top <= y < bottom


def parse(xml: bytes, size: tuple[int, int]) -> Hierarchy:
    """Read a dump; `size` is that of the screen in pixels of input. Raises HierarchyError.

    Only elements and attributes are read: a document type, which could define entities, is refused.
    """
    begin, end = xml.find(b"<hierarchy"), xml.rfind(b"</hierarchy>")
    if begin < 0 or end < 0 or len(xml) > _LARGEST:
        raise HierarchyError(f"the phone gave no UI hierarchy: {xml[:200].decode(errors='replace').strip()!r}")
    nodes: list[Node] = []
    open_ones: list[int] = []

    def start(name: str, given: dict[str, str]) -> None:
        if name == "node":
            if len(nodes) >= _MOST_NODES or len(open_ones) >= _DEEPEST:
                raise HierarchyError(f"the UI hierarchy is over {_MOST_NODES} nodes or {_DEEPEST} levels")
            nodes.append(_node(len(nodes), open_ones[-1] if open_ones else -1, given))
            open_ones.append(len(nodes) - 1)

    def stop(name: str) -> None:
        if name == "node":
            open_ones.pop()

    def refuse(*_: object) -> None:
        raise HierarchyError("the UI hierarchy declares a document type, which none does")

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, stop
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(xml[begin : end + len(b"</hierarchy>")], True)
    except expat.ExpatError as error:
        raise HierarchyError(f"the phone's UI hierarchy cannot be read: {error}") from error
    return Hierarchy(tuple(nodes), size)


def _node(number: int, parent: int, given: dict[str, str]) -> Node:
    found = _BOUNDS.fullmatch(given.get("bounds", ""))
    text = given.get("text", "")
    return Node(
        number=number,
        parent=parent,
        tag=given.get("class", ""),
        # what a field holds is read to the letter
        text=text if _role_of(given.get("class", "")) == "textbox" else _tidy(text),
        description=_tidy(given.get("content-desc", "")),
        hint=_tidy(given.get("hint", "")),
        resource_id=given.get("resource-id", ""),
        package=given.get("package", ""),
        flags=frozenset(name for name, value in given.items() if value == "true" and name not in _WORDS),
        bounds=(int(found[1]), int(found[2]), int(found[3]), int(found[4])) if found else (0, 0, 0, 0),
    )


_WORDS = ("text", "content-desc", "hint", "resource-id", "class", "package")


class Hierarchy:
    """The nodes of one screen. Boxes and points that go in and out are fractions of it."""

    def __init__(self, nodes: tuple[Node, ...], size: tuple[int, int]) -> None:
        self.nodes = nodes
        self.size = size
        self._children: dict[int, list[Node]] = {}
        for node in nodes:
            self._children.setdefault(node.parent, []).append(node)
        self._ids = Counter(node.resource_id for node in nodes if node.resource_id)

    @property
    def package(self) -> str:
        """The package of the window that was dumped."""
        return self.nodes[0].package if self.nodes else ""

    def elements(self) -> tuple[Element, ...]:
        """What can be acted on, numbered in reading order."""
        return tuple(
            Element(
                mark=mark,
                role=self.role(node),
                name=self.name(node),
                value=node.held if node.is_field and "password" not in node.flags else "",
                states=self._states(node),
                placeholder=node.hint if node.is_field else "",
                input_type="password" if "password" in node.flags else "",
                box=self.box(node),
            )
            for mark, node in enumerate(self.acting)
        )

    @cached_property
    def acting(self) -> tuple[Node, ...]:
        """The nodes that stand for an element each."""
        return tuple(node for node in self.nodes if node.acts and node.is_seen and self._is_within(node))

    def said(self) -> tuple[str, ...]:
        """The texts that are no element's, in reading order."""
        of_elements = {inner.number for node in self.acting for inner in (node, *self._inside(node))}
        texts = [node.own_words for node in self.nodes if node.is_seen and node.number not in of_elements]
        return tuple(dict.fromkeys(_cut(text) for text in texts if text.strip()))[:_MOST_SAID]

    def focused(self) -> Node | None:
        """The field that takes what is typed; None if none has the focus."""
        return next((node for node in self.nodes if node.is_field and "focused" in node.flags and node.is_seen), None)

    def at(self, point: Point) -> Node | None:
        """The element drawn last at a place, or else the smallest node there."""
        x, y = point.x * self.size[0], point.y * self.size[1]
        there = [node for node in self.nodes if node.is_seen and node.holds(x, y)]
        acting = [node for node in there if node.acts]
        return acting[-1] if acting else min(there, key=lambda node: (_area(node), -node.number), default=None)

    def hit(self, node: Node) -> Hit:
        """A node in words that find it again."""
        role, name = self.role(node), self.name(node)
        return Hit(
            role=role,
            name=name,
            tag=node.tag,
            resource_id=node.resource_id,
            path=self._path(node),
            input_type="password" if "password" in node.flags else "",
            near=self._near(node),
            alike=sum(1 for other in self.acting if other is not node and self._is_like(other, role, name)),
            box=self.box(node),
        )

    def find(self, hit: Hit, *, wide: bool) -> tuple[Hit, ...]:
        """The elements that `hit` may mean: by path, id, or role and name; with `wide` all of its role."""
        return tuple(
            self.hit(node)
            for node in (self.acting if hit.role not in _PASSIVE else self.nodes)
            if node.is_seen
            and (
                self._is_like(node, hit.role, hit.name)
                or (wide and self.role(node) == hit.role)
                or (bool(hit.path) and self._path(node) == hit.path)
                or (bool(hit.resource_id) and node.resource_id == hit.resource_id and self.role(node) == hit.role)
            )
        )

    def box(self, node: Node) -> Box:
        return Box.of_pixels(*node.bounds, *self.size)

    def role(self, node: Node) -> str:
        """An ARIA role: that of the class, or what its abilities make of it."""
        role = _role_of(node.tag)
        if role in _PASSIVE and node.acts:
            ticked = self._ticked(node)
            if ticked is not None:
                return self.role(ticked) if ticked is not node else "checkbox"
            return "button"
        return role

    def name(self, node: Node) -> str:
        """What a person would call it: its own words, those inside it, or what its id says."""
        if node.is_field:
            return _cut(node.description or node.hint or self._label(node) or _spoken_id(node.resource_id))
        if node.own_words:
            return _cut(node.own_words)
        inside = [one.own_words for one in self._inside(node, beyond_elements=False)]
        words = " ".join(dict.fromkeys(word for word in inside if word))  # a picture often says what stands below it
        if not words and ("checkable" in node.flags or _role_of(node.tag) == "slider"):
            words = next(iter(self._around(node)), "")  # of a row, what it is called: the rest says how it stands
        return _cut(words or (_spoken_id(node.resource_id) if node.acts else ""))

    def _label(self, node: Node) -> str:
        """The text right before a field, where nothing else names it."""
        before = [one for one in self._children.get(node.parent, []) if one.number < node.number]
        return before[-1].text if before and _role_of(before[-1].tag) == "text" and not before[-1].acts else ""

    def _states(self, node: Node) -> tuple[str, ...]:
        ticked = self._ticked(node)
        flags = node.flags | (ticked.flags & {"checked"} if ticked is not None else frozenset())
        states = [said for flag, said in _STATES.items() if flag in flags]
        return tuple(states if "enabled" in node.flags else [*states, "disabled"])

    def _ticked(self, node: Node) -> Node | None:
        """What shows whether it is on: itself, or the one box or switch in it that is no element of its own."""
        if "checkable" in node.flags:
            return node
        inside = [one for one in self._inside(node) if "checkable" in one.flags]
        return inside[0] if len(inside) == 1 and not inside[0].flags & {"clickable"} else None

    def _inside(self, node: Node, *, beyond_elements: bool = True, beyond_lists: bool = True) -> Iterator[Node]:
        """What is in a node; without what is in elements, or in lists, inside it if that is not wanted."""
        for child in self._children.get(node.number, []):
            if beyond_elements or not child.acts:
                yield child
                if beyond_lists or "scrollable" not in child.flags:
                    yield from self._inside(child, beyond_elements=beyond_elements, beyond_lists=beyond_lists)

    def _is_within(self, node: Node) -> bool:
        """Does any of it show?"""
        left, top, right, bottom = node.bounds
        return left < self.size[0] and top < self.size[1] and right > 0 and bottom > 0

    def _is_like(self, node: Node, role: str, name: str) -> bool:
        return self.role(node) == role and self.name(node) == name

    def _path(self, node: Node) -> str:
        """From the nearest id that is the only one of its kind, each step with its number among its like."""
        steps: list[str] = []
        at: Node | None = node
        while at is not None:
            if self._ids[at.resource_id] == 1:
                steps.append(f"#{at.resource_id}")
                break
            like = [one for one in self._children[at.parent] if one.tag == at.tag]
            steps.append(f"{at.tag.rpartition('.')[2] or 'node'}:{like.index(at) + 1}")
            at = self.nodes[at.parent] if at.parent >= 0 else None
        return " > ".join(reversed(steps))

    def _near(self, node: Node) -> str:
        return _cut(" ".join(self._around(node)))

    def _around(self, node: Node) -> list[str]:
        """The words of the smallest group around it, without its own; a whole list says nothing of one row in it."""
        own = {node.number, *(one.number for one in self._inside(node))}
        at = node.parent
        while at >= 0 and "scrollable" not in self.nodes[at].flags:
            group = self._inside(self.nodes[at], beyond_lists=False)
            words = [one.own_words for one in group if one.number not in own and not one.is_field and one.own_words]
            if words:
                return words
            at = self.nodes[at].parent
        return []


def _role_of(tag: str) -> str:
    return _ROLES.get(tag.rpartition(".")[2].rpartition("$")[2], "generic")


def _spoken_id(resource_id: str) -> str:
    """The words in an id: com.app:id/send_button says "send button"."""
    return " ".join(re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+", resource_id.rpartition("/")[2])).lower()


def _tidy(text: str) -> str:
    return " ".join(text.split())


def _cut(text: str) -> str:
    text = _tidy(text)
    return text if len(text) <= _LONGEST_NAME else text[: _LONGEST_NAME - 1] + "…"


def _area(node: Node) -> int:
    left, top, right, bottom = node.bounds
    return (right - left) * (bottom - top)
