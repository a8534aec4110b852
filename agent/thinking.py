"""Reading along with an answer: where its thinking is, whether it goes round in circles, and when it is enough."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from agent.stream import Gathered, Piece
from prompts.base import Reply, Stop
from prompts.tokens import ANSWER, ANSWER_END, THINK, THINK_END

Thinking = Literal["on", "off"] | int | None
"""On, off, or at most so many tokens; None leaves it to the server."""

_TAGS = re.compile("|".join((THINK, THINK_END, ANSWER, ANSWER_END)))
_LONGEST_TAG = max(map(len, (THINK, THINK_END, ANSWER, ANSWER_END)))
_CLOSING = re.compile(r"[\]})>）】］]")


@dataclass(frozen=True)
class Terms:
    """What holds for one call beside its messages and sampling.

    `settled` says of an unfinished answer (without its thinking) that nothing still to come can change it; `opening`
    is what ends the model's thinking and begins its answer; `tokens` is what is left to spend on prompt and answer
    (None: no bound).
    """

    settled: Callable[[Reply], bool] | None = None
    opening: str = THINK_END + ANSWER
    tokens: int | None = None


class Circles:
    """Notices a text that repeats itself: its end is one block over and over, to the letter.

    A long list of similar rows differs from row to row and passes. Time is linear in the text.
    """

    _LEAST = 800
    """Characters that must be nothing but repetition."""
    _ROUNDS = 4
    _LONGEST = 600
    """The longest block looked for, in characters."""
    _PROBE = 64
    _EVERY = 200

    def __init__(self) -> None:
        self._tail = ""
        self._unread = 0
        self.excess = 0
        """Characters at the end that only say again what stands before them."""

    def repeats(self, piece: str) -> bool:
        """Take a further piece; True if the text now goes round in circles."""
        self._tail += piece
        self._unread += len(piece)
        if self._unread < self._EVERY:
            return False
        self._unread = 0
        self._tail = self._tail[-self._LONGEST * self._ROUNDS :]
        return self._goes_round()

    def _goes_round(self) -> bool:
        tail, probe = self._tail, self._tail[-self._PROBE :]
        at = len(tail) - len(probe)
        for _ in range(8):
            at = tail.rfind(probe, 0, at + len(probe) - 1)
            if at < 0:
                return False
            period = len(tail) - len(probe) - at
            length = max(self._LEAST, self._ROUNDS * period)
            if length <= len(tail) and tail[-length:-period] == tail[-length + period :]:
                while length < len(tail) and tail[-length - 1] == tail[period - length - 1]:
                    length += 1
                self.excess = length - period
                return True
        return False


class Phase:
    """Where in an answer a stream is. Tags may come in pieces."""

    def __init__(self) -> None:
        self.thinking = False
        self.sure = False
        """Has the thinking surely ended (or surely not begun in disguise)?"""
        self.answer_from = 0
        """The offset in the content where the thinking ended."""
        self.in_field = False
        """Did thinking come in a field of its own?"""
        self.thought = False
        """Has a thinking been opened?"""
        self.ended = False
        """Has one been closed? Templates may open it themselves, unseen."""
        self._tail = ""
        self._length = 0
        self._answered = False

    def read(self, piece: Piece) -> None:
        if piece.reasoning:
            self.in_field = self.thought = True
            self.thinking = not self._answered
        if not piece.content:
            return
        if self.in_field and piece.content.strip():
            self.thinking, self.sure, self._answered = False, True, True
        window = self._tail + piece.content
        before = self._length - len(self._tail)
        for tag in _TAGS.finditer(window):
            if tag.end() > len(self._tail):
                self._meet(tag.group(), before + tag.end())
        self._length += len(piece.content)
        self._tail = window[-(_LONGEST_TAG - 1) :]

    def _meet(self, tag: str, end: int) -> None:
        if tag == THINK:
            self.thinking = self.thought = True
        elif tag == THINK_END:
            self.thinking, self.ended, self.sure, self.answer_from = False, True, True, end
        elif tag == ANSWER and not self.thinking:
            self.sure = self._answered = True


class Watch:
    """Says of a stream, event by event, when to close it.

    `budget` are the thinking's tokens (None: no bound); `off` says that it was switched off, so that what a server
    files as reasoning may be the answer. `plain` says that no thinking is to be expected; `begun` is what the answer
    was begun with for the server. `prompt` estimates the prompt's tokens, for a server that does not say.
    """

    _FREE = 200_000
    _TIMES = 16

    def __init__(
        self,
        gathered: Gathered,
        terms: Terms,
        *,
        budget: int | None,
        off: bool,
        early_stop: bool,
        plain: bool,
        begun: str,
        prompt: Callable[[], int],
    ) -> None:
        self.phase = Phase()
        self._gathered = gathered
        self._terms = terms
        self._budget = budget
        self._off = off
        self._settled = terms.settled if early_stop else None
        self._plain = plain
        self._begun = begun
        self._prompt = prompt
        self._thought = 0
        self._counted = 0
        self._circles = Circles()
        self._read = 0

    def look(self, piece: Piece) -> Stop | None:
        """Why to stop after this piece, None to go on."""
        was_thinking = self.phase.thinking
        self.phase.read(piece)
        tokens = self._gathered.tokens
        if self.phase.thinking:
            self._thought += tokens - self._counted
        self._counted = tokens
        if was_thinking != self.phase.thinking:
            self._circles = Circles()
        if self._settled is not None and self._may_be_settled(piece) and self._settled(self._answer()):
            return "settled"
        if self._circles.repeats(piece.reasoning + piece.content):
            return "repetition"
        if self._budget is not None and self._thought > self._budget and self._surely_thinking():
            return "thinking"
        if self._terms.tokens is not None and tokens + self._spent_on_prompt() >= self._terms.tokens:
            return "tokens"
        return None

    def unanswered(self, stop: Stop | None) -> str | None:
        """The thinking, if it is all that came although an answer was due; None if there is an answer, or none is due.

        The end of one that went round in circles is left out, and so are tags: it may be given back between its own.
        """
        if not self._surely_thinking() or stop in ("settled", "tokens"):
            return None
        if self.phase.in_field:
            thought = self._gathered.reasoning()
        else:
            thought = self._gathered.text(self.phase.answer_from).partition(THINK)[2]
        if stop == "repetition":
            thought = thought[: len(thought) - self._circles.excess]
        return _TAGS.sub("", thought)

    def _surely_thinking(self) -> bool:
        return self.phase.thinking and not (self._off and self.phase.in_field)

    def _may_be_settled(self, piece: Piece) -> bool:
        """Is it worth asking? Only at a closing mark, and so that all asking stays linear in the answer."""
        if self.phase.thinking or not (self.phase.sure or self._plain or piece.arguments is not None):
            return False
        if _CLOSING.search(piece.content + (piece.arguments or "")) is None:
            return False
        if self._read > self._FREE + self._TIMES * self._gathered.length:
            return False
        self._read += self._gathered.length - self.phase.answer_from
        return True

    def _answer(self) -> Reply:
        text = self._begun + self._gathered.text(self.phase.answer_from)
        return Reply(text=text, tool_calls=self._gathered.calls)

    def _spent_on_prompt(self) -> int:
        return self._prompt() if self._gathered.prompt is None else self._gathered.prompt
