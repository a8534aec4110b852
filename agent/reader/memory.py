"""What the reader remembers from one look to the next: a small JSON object in the dialect's memory slot."""

from __future__ import annotations

import json

from pydantic import BaseModel, ConfigDict, Field, ValidationError

MOST_PRESSES = 30


class Memory(BaseModel):
    """The reader's whole state. It travels as text, so a memory that is none of ours reads as an empty one.

    placed   by the wish's key: the label of the field that was seen to hold it
    filled   by the wish's key: the label of the field that it was last entered into, seen to hold it or not
    confirmed  "KEY LABEL" of each wish that its field was said to hold, since the last press
    options  by a list's label: what it offers, where that had to be found out
    opened   the place of the list that was opened last, as fractions of the screen
    final    was the last press one that may have been the last?
    answers  by the label that was asked for: what the person said
    tries    by a field's label: how often it was filled in vain
    presses  every press so far as [label, the screen's fingerprint before it]
    done     signs of completion that stood there before the last press, and so say nothing
    hints    texts that sound like a complaint and stood there before the last press, so are none
    last     what the last answer did: "fill KEY", "press LABEL", "final LABEL", "scroll", "ask LABEL", "wait", …
    looked   how the search for unplaced values goes on this screen: "", "down", "up", "over"
    ticked   labels of the boxes that were ticked because the page asks for them
    names    the labels by which something was read from the instruction, on this page or before
    links    the wordings of the links that stood on the page of the last press
    told     the names in the instruction that a page was seen to say
    labels   "PAGE MARK" of a listed field without a name: what eyes took for its name when the page was first seen
    orders   how many direct orders are done
    window   the title of the window in which the last press was
    """

    model_config = ConfigDict(extra="ignore")

    placed: dict[str, str] = Field(default_factory=dict)
    filled: dict[str, str] = Field(default_factory=dict)
    confirmed: list[str] = Field(default_factory=list)
    options: dict[str, list[str]] = Field(default_factory=dict)
    opened: tuple[float, float, float, float] | None = None
    final: bool = False
    answers: dict[str, str] = Field(default_factory=dict)
    tries: dict[str, int] = Field(default_factory=dict)
    presses: list[tuple[str, str]] = Field(default_factory=list)
    done: list[str] = Field(default_factory=list)
    hints: list[str] = Field(default_factory=list)
    last: str = ""
    looked: str = ""
    ticked: list[str] = Field(default_factory=list)
    names: list[str] = Field(default_factory=list)
    labels: dict[str, str] = Field(default_factory=dict)
    links: list[str] = Field(default_factory=list)
    told: list[str] = Field(default_factory=list)
    orders: int = 0
    window: str = ""

    @classmethod
    def read(cls, text: str) -> Memory:
        """From the memory slot: a JSON object, or a list whose last object is ours."""
        try:
            found = json.loads(text) if text.strip() else {}
        except (ValueError, RecursionError):
            return cls()
        if isinstance(found, list):
            found = next((entry for entry in reversed(found) if isinstance(entry, dict)), {})
        try:
            return cls.model_validate(found)
        except ValidationError:
            return cls()

    def write(self) -> str:
        """For the memory slot: compact, without what is empty."""
        del self.presses[:-MOST_PRESSES]
        return json.dumps(self.model_dump(exclude_defaults=True), ensure_ascii=False, separators=(",", ":"))

    @property
    def did(self) -> str:
        """The verb of the last answer."""
        return self.last.split(" ", 1)[0]

    @property
    def about(self) -> str:
        """What the last answer was about: a wish's key, a button's label."""
        return self.last.partition(" ")[2]
