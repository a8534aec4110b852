"""Where a page shows a secret, found without a script in it.

The browser hands over what each process has laid out; the search is done here. So a page cannot notice what is looked
for, and cannot meddle with the search either. Closed shadow roots and generated text are in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from envs.web.overlay import Rect
from envs.web.secrets.likeness import Likeness

_ATTRIBUTES = frozenset({"alt", "placeholder", "value", "label"})
"""Those that a browser shows as text."""


class _Text(NamedTuple):
    """A run of text as it is laid out, and its box in pixels of its document."""

    node: int
    text: str
    box: Rect


@dataclass(frozen=True, slots=True)
class Cover:
    """A place of the picture, in its pixels, that must not be shown: it has the secret `key` ("" if nobody knows)."""

    box: Rect
    key: str


def covers_in(snapshot: Mapping[str, Any], likenesses: Mapping[str, Likeness], scale: float) -> list[Cover]:
    """What to cover of the frame that a DOMSnapshot.captureSnapshot is of, in CSS pixels of its view.

    `scale` are the snapshot's pixels for one of CSS. A frame inside that shows a secret is covered as a whole.
    """
    strings = snapshot["strings"]
    documents = snapshot["documents"]
    owners = {
        inner: (outer, node)
        for outer, document in enumerate(documents)
        for node, inner in _rare(document["nodes"].get("contentDocumentIndex"))
    }
    found = []
    for number, document in enumerate(documents):
        for box, key in _shown(document, strings, likenesses):
            at: Rect | None = box
            holder = number
            while at is not None and holder in owners:
                holder, node = owners[holder]
                at = _boxes(documents[holder]).get(node)
            if at is not None:
                found.append(Cover(_in_view(at, documents[holder], scale), key))
    return found


def _shown(
    document: Mapping[str, Any], strings: list[str], likenesses: Mapping[str, Likeness]
) -> Iterator[tuple[Rect, str]]:
    """The boxes of all runs of text that show a secret, or a part of one that goes on in the next runs."""
    texts = sorted(_texts(document, strings), key=lambda text: text.node)
    joined = "".join(text.text for text in texts)
    for key, likeness in likenesses.items():
        spans = likeness.spans(joined)
        at = 0
        for text in texts:
            start, at = at, at + len(text.text)
            if any(begin < at and start < end for begin, end in spans):
                yield text.box, key


def _texts(document: Mapping[str, Any], strings: list[str]) -> Iterator[_Text]:
    layout, runs, nodes = document["layout"], document["textBoxes"], document["nodes"]
    for index, box, start, length in zip(
        runs["layoutIndex"], runs["bounds"], runs["start"], runs["length"], strict=True
    ):
        if (said := layout["text"][index]) >= 0 and box[2] > 0 and box[3] > 0:
            units = strings[said].encode("utf-16-le", "surrogatepass")  # offsets count UTF-16 units
            text = units[2 * start : 2 * (start + length)].decode("utf-16-le", "replace")
            yield _Text(layout["nodeIndex"][index], text, _rect(box))
    boxes = _boxes(document)
    for name in ("inputValue", "textValue"):
        for node, said in _rare(nodes.get(name)):
            yield from _held(node, strings[said], boxes, nodes["parentIndex"])
    for node, attributes in enumerate(nodes["attributes"]):
        for name, said in zip(attributes[::2], attributes[1::2], strict=False):
            if strings[name].lower() in _ATTRIBUTES and said >= 0:
                yield from _held(node, strings[said], boxes, nodes["parentIndex"])
    for node, (parent, said) in enumerate(zip(nodes["parentIndex"], nodes["nodeValue"], strict=True)):
        # the text of an option is drawn by its list, which has the box
        if said >= 0 and parent >= 0 and strings[nodes["nodeName"][parent]] == "OPTION":
            yield from _held(node, strings[said], boxes, nodes["parentIndex"])


def _held(node: int, text: str, boxes: Mapping[int, Rect], parents: list[int]) -> Iterator[_Text]:
    """A text that is shown inside the nearest thing that is laid out, if that has a size."""
    at = node
    while at >= 0 and at not in boxes:
        at = parents[at]
    if at >= 0 and boxes[at][2] > boxes[at][0]:
        yield _Text(node, text, boxes[at])


def _boxes(document: Mapping[str, Any]) -> dict[int, Rect]:
    layout = document["layout"]
    return {node: _rect(box) for node, box in zip(layout["nodeIndex"], layout["bounds"], strict=True)}


def _rect(bounds: list[float]) -> Rect:
    left, top, width, height = bounds
    return left, top, left + width, top + height


def _in_view(box: Rect, document: Mapping[str, Any], scale: float) -> Rect:
    x, y = document.get("scrollOffsetX", 0), document.get("scrollOffsetY", 0)
    return (box[0] - x) / scale, (box[1] - y) / scale, (box[2] - x) / scale, (box[3] - y) / scale


def _rare(data: Mapping[str, Any] | None) -> Iterator[tuple[int, int]]:
    """What few nodes have, as (node, value)."""
    if data:
        yield from zip(data["index"], data["value"], strict=True)
