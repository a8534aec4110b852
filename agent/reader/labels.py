"""Which text names which widget, and what a field shows: labels above, beside, inside, and questions over choices."""

from __future__ import annotations

import re
from typing import TypeVar

from agent.reader.drafts import DATE_MASK, Draft
from agent.reader.lines import Line
from agent.reader.scene import Rect, Widget

_STAR = re.compile(r"\s*[*＊✱]+\s*")
_REQUIRED = re.compile(
    r"\s*[(（\[]\s*(?:required|mandatory|必填|必须|pflichtfeld|obligatoire)\s*[)）\]]\s*", re.IGNORECASE
)
_TRIM = " :：\t"
_GLYPH = re.compile(r"^[O0o○◯●□☐☑✓√口]\s+(?=\S)")
_MASK = re.compile(r"^[\W_]*(?:[dmyjahsTtJ年月日]{1,4}[\W_年月日]+){1,3}[dmyjahsTtJ年月日]{0,4}\W*$|^[-:.\s/_]+$")

Thing = TypeVar("Thing")

TAKES_TEXT = ("field", "textarea", "select", "date")
CHOICES = ("checkbox", "radio", "switch")


def join(drafts: list[Draft], lines: list[Line], em: float) -> list[Widget]:
    """Named widgets from drafts, in reading order."""
    return _Joiner(drafts, lines, em).widgets()


def floats(draft: Draft) -> bool:
    """Does a small label stand over the value, inside the field?"""
    inside = draft.inside
    return (
        draft.kind in ("field", "select", "date") and len(inside) >= 2
        and inside[0].box.bottom <= inside[-1].box.top + 2 and inside[0].em < 0.97 * inside[-1].em
    )  # fmt: skip


class _Joiner:
    def __init__(self, drafts: list[Draft], lines: list[Line], em: float) -> None:
        self.drafts = drafts
        self.em = em
        inside = {id(line) for draft in drafts if draft.kind != "link" for line in draft.inside}
        self.free = [line for line in lines if id(line) not in inside]
        self.names: dict[int, list[Line]] = {}
        self.reference = max((line.contrast for line in self.free), default=255.0)

    def widgets(self) -> list[Widget]:
        choices = [d for d in self.drafts if d.kind in CHOICES]
        for draft in choices:
            self.names[id(draft)] = self._beside_choice(draft)
        used = {id(line) for names in self.names.values() for line in names}
        for draft in self.drafts:
            if draft.kind in TAKES_TEXT and not floats(draft):
                self.names[id(draft)] = self._of_field(draft, used)
        used = {id(line) for names in self.names.values() for line in names}
        groups = self._questions(choices, used)
        ordered = reading_order([(d.box, d) for d in self.drafts], self.em)
        return [self._widget(draft, groups.get(id(draft), "")) for draft in ordered]

    # ---- one widget

    def _widget(self, draft: Draft, group: str) -> Widget:
        names = self.names.get(id(draft), [])
        inside = draft.inside
        if draft.kind in ("button", "link"):
            names, inside = inside, []
        elif (
            not names
            and draft.kind in TAKES_TEXT
            and len(inside) >= 2
            and inside[0].box.bottom <= inside[-1].box.top + 2
        ):
            names, inside = inside[:1], inside[1:]
        raw = " ".join(line.text for line in names)
        required = bool(_STAR.search(raw) or _REQUIRED.search(raw))
        label = _REQUIRED.sub(" ", _STAR.sub(" ", raw)).strip(_TRIM)
        if draft.kind in CHOICES:
            label = _GLYPH.sub("", label)
        value, placeholder, sure = self._shown(draft, inside)
        invalid = draft.panel is not None and draft.panel.border is not None and _reddish(draft.panel.border)
        return Widget(
            kind=draft.kind,
            label=label or ("" if draft.kind != "field" else placeholder),
            value=value,
            value_sure=sure,
            placeholder=placeholder,
            checked=draft.checked,
            required=required,
            disabled=draft.disabled,
            invalid=invalid and draft.kind in TAKES_TEXT,
            group=group,
            box=draft.box,
        )

    def _shown(self, draft: Draft, inside: list[Line]) -> tuple[str, str, bool]:
        """(value, placeholder, sure) of what stands in a field."""
        if draft.kind not in TAKES_TEXT or not inside:
            return "", "", True
        ordered = reading_order([(line.box, line) for line in inside], self.em)
        text = ("\n" if draft.kind == "textarea" else " ").join(line.text for line in ordered)
        if draft.kind == "select":
            return text, "", True
        if _MASK.match(text):
            return "", text, True
        if draft.kind == "date":
            found = DATE_MASK.match(text)
            return (found.group(0) if found else text), "", True
        if draft.disabled:
            return text, "", True
        tone = max(line.contrast for line in inside) / max(1.0, self.reference)
        if tone < 0.68:
            return "", text, True
        if tone < 0.82:
            return "", text, False
        return text, "", tone > 0.92

    # ---- labels

    def _beside_choice(self, draft: Draft) -> list[Line]:
        em, box = self.em, draft.box
        right = [
            line for line in self.free
            if -0.3 * em <= line.box.left - box.right < 2.6 * em and _level(line.box, box, em)
        ]  # fmt: skip
        if right:
            first = min(right, key=lambda line: (abs(line.box.centre[1] - box.centre[1]) > 0.6 * em, line.box.left))
            return self._continued(first)
        left = [
            line for line in self.free
            if line.box.right <= box.left + 2 and _level(line.box, box, em) and self._clear(line.box, box)
        ]  # fmt: skip
        return [max(left, key=lambda line: line.box.right)] if left else []

    def _continued(self, first: Line) -> list[Line]:
        """A label with the parts that follow it: links in the same row and rows that it was broken into."""
        em, found, last = self.em, [first], first
        row = sorted((x for x in self.free if _level(x.box, first.box, 0.2 * em)), key=lambda x: x.box.left)
        for line in row:
            if (
                line is not first
                and 0 <= line.box.left - last.box.right < 0.8 * em
                and self._owner(line.box, first.box)
            ):
                found.append(line)
                last = line
        for line in sorted(self.free, key=lambda x: x.box.top):
            gap = line.box.top - last.box.bottom
            if (
                0 <= gap < 0.75 * em
                and abs(line.box.left - first.box.left) < 0.3 * em
                and self._owner(line.box, first.box)
                and abs(line.em - first.em) < 0.12 * em
                and abs(line.contrast - first.contrast) < 20
            ):
                found.append(line)
                last = line
        return found

    def _owner(self, box: Rect, first: Rect) -> bool:
        """No other choice stands left of this text."""
        return not any(
            d.kind in CHOICES and 0 <= box.left - d.box.right < 2.6 * self.em and _level(d.box, box, self.em)
            and not _level(d.box, first, 0.3 * self.em)
            for d in self.drafts
        )  # fmt: skip

    def _of_field(self, draft: Draft, used: set[int]) -> list[Line]:
        above = self._above(draft, used)
        if above and draft.inside and draft.box.top - above[0].box.bottom > 0.8 * self.em:
            # a placeholder names its field better than a sentence at some distance does
            shown = self._shown(draft, draft.inside)
            above = [] if shown[1] and not _MASK.match(shown[1]) else above
        left = self._left(draft, used)
        if above and left:
            gap_above = draft.box.top - above[0].box.bottom
            gap_left = draft.box.left - left[0].box.right
            # what stands closer to the field over it belongs to that one, as its hint or its error
            pick_left = self._is_hint(above[0], draft) or (gap_left < 1.5 * self.em and gap_above > 0.9 * self.em)
            return left if pick_left else above
        return above or left

    def _is_hint(self, line: Line, draft: Draft) -> bool:
        below = draft.box.top - line.box.bottom
        return any(
            other is not draft and other.kind in TAKES_TEXT
            and abs(other.box.left - line.box.left) < self.em
            and -2 <= line.box.top - other.box.bottom < min(1.2 * self.em, 0.8 * below)
            for other in self.drafts
        )  # fmt: skip

    def _above(self, draft: Draft, used: set[int]) -> list[Line]:
        em, box = self.em, draft.box
        near = []
        for line in self.free:
            gap = box.top - line.box.bottom
            starts = -1.2 * em <= line.box.left - box.left <= max(1.2 * em, 0.1 * box.width)
            centred = abs(line.box.centre[0] - box.centre[0]) < 0.8 * em
            if id(line) in used or not (starts or centred) or line.em > 1.6 * em:
                continue
            if -0.9 * em <= gap < 2.2 * em and self._clear(line.box, box) and not self._is_hint(line, draft):
                near.append((gap, line))
        if not near:
            return []
        gap, first = min(near, key=lambda pair: pair[0])
        row = [
            line for line in self.free
            if line is not first and _level(line.box, first.box, 0.2 * em) and id(line) not in used
            and 0 <= line.box.left - first.box.right < 1.0 * em
        ]  # fmt: skip
        stars = [line for line in row if _STAR.fullmatch(line.text)]
        # a label's own hint stands between it and the field: the upper of two close lines is the name
        upper = [
            line for other, line in near
            if line is not first and 0 <= first.box.top - line.box.bottom < 0.6 * em and line.em > 1.08 * first.em
        ]  # fmt: skip
        return [*(upper[:1] or [first]), *stars]

    def _left(self, draft: Draft, used: set[int]) -> list[Line]:
        em, box = self.em, draft.box
        found = []
        for line in self.free:
            gap = box.left - line.box.right
            # a row with a frame of its own may be as wide as it likes
            framed = draft.panel is not None and line.panel is not None and line.panel is draft.panel.parent
            reach = box.left if framed and line.panel and line.panel.box.height < 6 * em else 22 * em
            if id(line) in used or not -2 <= gap < reach or line.em > 1.6 * em:
                continue
            level = box.top - 0.3 * em <= line.box.centre[1] <= box.bottom + 0.3 * em
            if level and self._clear(line.box, box):
                found.append((gap, line))
        return [min(found, key=lambda pair: pair[0])[1]] if found else []

    def _clear(self, text: Rect, box: Rect) -> bool:
        """Nothing else stands between a text and a widget."""
        between = Rect(
            min(text.right, box.right), min(text.bottom, box.bottom), max(text.left, box.left), max(text.top, box.top)
        )
        left, right = sorted((between.left, between.right))
        top, bottom = sorted((between.top, between.bottom))
        if text.right <= box.left:
            top, bottom = text.top, text.bottom
        elif text.bottom <= box.top:
            left, right = text.left, text.right
        return not any(
            d.box is not box
            and d.kind != "link"
            and d.box.left < right
            and d.box.right > left
            and d.box.top < bottom
            and d.box.bottom > top
            for d in self.drafts
        )

    # ---- questions over choices

    def _questions(self, choices: list[Draft], used: set[int]) -> dict[int, str]:
        answers = {}
        for members in self._clusters([d for d in choices if d.kind != "switch"]):
            if len(members) < 2:
                continue
            question = self._question(members, used)
            answers.update({id(d): question for d in members})
        return answers

    def _clusters(self, choices: list[Draft]) -> list[list[Draft]]:
        clusters: list[list[Draft]] = []
        for draft in reading_order([(d.box, d) for d in choices], self.em):
            home = next((c for c in reversed(clusters) if c[0].kind == draft.kind and self._follows(c, draft)), None)
            if home is None:
                clusters.append([draft])
            else:
                home.append(draft)
        return clusters

    def _follows(self, cluster: list[Draft], draft: Draft) -> bool:
        em, last = self.em, cluster[-1]
        same_row = _level(last.box, draft.box, 0.5 * em)
        under = min((c for c in cluster), key=lambda c: abs(c.box.left - draft.box.left))
        below = abs(under.box.left - draft.box.left) < 0.4 * em and 0 <= draft.box.top - last.box.bottom < 2.6 * em
        if not (same_row or below):
            return False
        if same_row:
            return draft.box.left - last.box.right < 18 * em
        # a text that starts left of the boxes or stands between the rows begins another question
        return not any(
            last.box.bottom <= line.box.centre[1] <= draft.box.top and line.box.left < draft.box.left + 0.5 * em
            for line in self.free
        )

    def _question(self, members: list[Draft], used: set[int]) -> str:
        em = self.em
        left = min(d.box.left for d in members)
        top = min(d.box.top for d in members)
        first = min(members, key=lambda d: (d.box.top, d.box.left))
        row = [
            line for line in self.free
            if id(line) not in used and line.box.right <= left and left - line.box.right < 22 * em
            and _level(line.box, first.box, 0.6 * em) and self._clear(line.box, first.box)
        ]  # fmt: skip
        over = [
            line for line in self.free
            if id(line) not in used and -0.3 * em <= top - line.box.bottom < 2.4 * em
            and abs(line.box.left - left) < 3 * em
        ]  # fmt: skip
        found = max(row, key=lambda x: x.box.right, default=None) or min(
            over, key=lambda x: top - x.box.bottom, default=None
        )
        return _REQUIRED.sub(" ", _STAR.sub(" ", found.text)).strip(_TRIM) if found else ""


def _level(one: Rect, other: Rect, slack: float) -> bool:
    """Do two things stand in one row? `slack` widens the smaller by half of itself, in pixels."""
    return one.top - slack / 2 <= other.centre[1] <= one.bottom + slack / 2 or (
        other.top - slack / 2 <= one.centre[1] <= other.bottom + slack / 2
    )


def _reddish(colour: tuple[float, float, float]) -> bool:
    blue, green, red = colour
    return red > 130 and red > 1.6 * green and red > 1.5 * blue


def reading_order(items: list[tuple[Rect, Thing]], em: float) -> list[Thing]:
    """Rows from top to bottom, each from left to right."""
    rows: list[list[tuple[Rect, Thing]]] = []
    for item in sorted(items, key=lambda pair: pair[0].centre[1]):
        if rows and item[0].centre[1] - rows[-1][-1][0].centre[1] < 0.5 * em:
            rows[-1].append(item)
        else:
            rows.append([item])
    return [thing for row in rows for _, thing in sorted(row, key=lambda pair: pair[0].left)]
