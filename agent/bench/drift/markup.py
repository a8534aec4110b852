"""Web pages as trees that can be changed: just enough for the pages of the drift suite, which close what they open."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator
from html.parser import HTMLParser

_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Node:
    """An element; `children` are elements and texts, the texts as they stand in the source (escaped)."""

    def __init__(self, tag: str, attrs: dict[str, str | None] | None = None) -> None:
        self.tag = tag
        self.attrs = attrs if attrs is not None else {}
        self.children: list[Node | str] = []
        self.parent: Node | None = None

    def add(self, child: Node | str, at: int | None = None) -> None:
        """Put a child at the end, or at a position among the children."""
        if isinstance(child, Node):
            child.parent = self
        self.children.insert(len(self.children) if at is None else at, child)

    def remove(self) -> None:
        """Take this element out of its parent."""
        assert self.parent is not None
        self.parent.children.remove(self)
        self.parent = None

    def before(self, *nodes: Node | str) -> None:
        """Put these in front of this element."""
        assert self.parent is not None
        at = self.parent.children.index(self)
        for n, node in enumerate(nodes):
            self.parent.add(node, at + n)

    def walk(self) -> Iterator[Node]:
        """This element and all below it, in document order; they may be changed meanwhile."""
        yield self
        for child in list(self.children):
            if isinstance(child, Node):
                yield from child.walk()

    def all(self, *, tag: str | None = None, **attrs: str) -> list[Node]:
        """The elements with this tag and these attributes; underscores stand for hyphens."""
        wanted = {name.strip("_").replace("_", "-"): value for name, value in attrs.items()}
        return [
            node
            for node in self.walk()
            if (tag is None or node.tag == tag) and all(node.attrs.get(name) == value for name, value in wanted.items())
        ]

    def first(self, *, tag: str | None = None, **attrs: str) -> Node | None:
        """The first of `all`, None if there is none."""
        return next(iter(self.all(tag=tag, **attrs)), None)

    def with_attribute(self, name: str) -> list[Node]:
        """The elements that have an attribute, whatever its value."""
        return [node for node in self.walk() if name in node.attrs]

    def has_class(self, name: str) -> bool:
        return name in (self.attrs.get("class") or "").split()

    @property
    def text(self) -> str:
        """All the text below this element, unescaped."""
        parts = (child.text if isinstance(child, Node) else html.unescape(child) for child in self.children)
        return "".join(parts)

    def replace_text(self, change: Callable[[str], str]) -> None:
        """Change every text below this element, except in scripts and styles."""
        for node in self.walk():
            if node.tag not in ("script", "style"):
                node.children = [change(child) if isinstance(child, str) else child for child in node.children]

    def __str__(self) -> str:
        inner = "".join(str(child) for child in self.children)
        if not self.tag:
            return inner
        attrs = "".join(
            f" {name}" if value is None else f' {name}="{html.escape(value)}"' for name, value in self.attrs.items()
        )
        return f"<{self.tag}{attrs}>" if self.tag in _VOID else f"<{self.tag}{attrs}>{inner}</{self.tag}>"


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.root = self.at = Node("")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, dict(attrs))
        self.at.add(node)
        if tag not in _VOID:
            self.at = node

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.at.add(Node(tag, dict(attrs)))  # <path/> in a picture; written with an end of its own again

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        if tag != self.at.tag or self.at.parent is None:
            raise ValueError(f"the page closes <{tag}> where <{self.at.tag}> is open")
        self.at = self.at.parent

    def handle_data(self, data: str) -> None:
        self.at.add(data)

    def handle_entityref(self, name: str) -> None:
        self.at.add(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.at.add(f"&#{name};")

    def handle_decl(self, decl: str) -> None:
        self.at.add(f"<!{decl}>")


def parse(source: str) -> Node:
    """The tree of a page or of a piece of one; raises ValueError if it does not close what it opens in order."""
    reader = _Reader()
    reader.feed(source)
    reader.close()
    if reader.at is not reader.root:
        raise ValueError(f"the page leaves <{reader.at.tag}> open")
    return reader.root
