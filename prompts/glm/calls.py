"""Dialects whose answer is an explanation, one call in a box, and a memory that is a JSON list."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from actions import Action, Observation, ParseError, Platform, UnsupportedAction
from prompts import history as past
from prompts.base import Decision, Reply, Step
from prompts.glm.arguments import IN_QUOTES, Arguments, Writing
from prompts.glm.shared import CONTEXT, NAMES, OPTIONAL, SAMPLING, chosen, memory_text, names_of, one_line, refused
from prompts.grammar import Call, Repairs, find_calls, open_envelope
from prompts.grammar.labels import label
from prompts.grammar.settled import settled
from prompts.templates import Wording
from prompts.tokens import ANSWER, BOX_BEGIN, BOX_END, escape

_MEMORY = label("memory")
_ESCAPES: tuple[tuple[str, str], ...] = (("\\", r"\\"), ("\n", r"\n"), ("\r", r"\r"), ("\t", r"\t"))


@dataclass(frozen=True)
class Words:
    """The calls of a dialect: their arguments in the family's order, other spellings, and what they mean.

    `ends` are the calls that end a run, in lower case. `build` makes the action of a call by its name; `write` is its
    inverse, a call as text, and raises UnsupportedAction where there is none. `ordered` says that the order of the
    arguments is fixed, `remembers` that an answer without a memory lacks something.
    """

    arguments: Mapping[str, Sequence[str]]
    aliases: Mapping[str, str]
    argument_aliases: Mapping[str, Mapping[str, str]]
    ends: frozenset[str]
    build: Callable[[str, Arguments, Repairs], Action]
    write: Callable[[Action], str]
    writing: Writing = IN_QUOTES
    ordered: bool = False
    remembers: bool = True
    known: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "known", {name.lower(): name for name in self.arguments} | dict(self.aliases))

    def action(self, call: Call, seen: Observation, repairs: Repairs, raw: str, *, pixels: bool) -> Action:
        """The action that a known call means. Raises ParseError."""
        name = self.known[call.name.lower()]
        if call.name != name:
            folded = call.name.lower() == name.lower()
            repairs.add("case_folded" if folded else f"alias:{call.name}→{name}")
        own = self.arguments[name]
        order = [own.index(key) for key in call.args if key in own]
        if self.ordered and order != sorted(order):
            repairs.add("arg_order")
        args = Arguments(
            name, call, own, self.argument_aliases.get(name, {}), repairs, seen, raw,
            pixels=pixels, writing=self.writing,
        )  # fmt: skip
        try:
            return self.build(name, args, repairs)
        except ValidationError as error:
            raise refused(error, name, raw) from error

    def said(self, step: Step, decision: Decision) -> str:
        """An earlier answer as a history shows it: the thought, the call, and what came of it."""
        thought, call, came_of_it = past.thought(decision.thought), self.call_of(decision), past.outcome(step)
        line = f"{thought} {call}" if thought else call
        return line + past.OBSERVATION + came_of_it if came_of_it else line

    def call_of(self, decision: Decision) -> str:
        """The call of an earlier answer."""
        try:
            return self.write(decision.action)
        except UnsupportedAction:
            return decision.action.kind


class CallDialect:
    """Reads and writes such answers; how a prompt is laid out is the model's.

    `prompts` is a folder with a wording that replaces the built-in one; `context` the model's window in tokens;
    `thinking` False says that requests switch thinking off; `pixels` lets coordinates beyond the scale be pixels.
    """

    name: str
    package: str
    """Where the wording stands."""
    stem: str
    """What its files are called."""
    opening: str
    """What ends the thinking and begins the answer."""
    words: Words
    platforms: frozenset[Platform]
    wants_elements = False

    def __init__(
        self, prompts: Path | None = None, *, context: int = CONTEXT, thinking: bool = True, pixels: bool = False
    ) -> None:
        self.sampling: dict[str, Any] = dict(SAMPLING)
        self._wording = Wording(self.name, self.package, self.stem, names=NAMES, optional=OPTIONAL, folder=prompts)
        self._room = context - int(self.sampling["max_tokens"])
        self._thinking = thinking
        self._pixels = pixels

    def parse(self, reply: Reply, seen: Observation) -> Decision:
        """The one call of an answer, outside thinking, as an action. Raises ParseError."""
        words, envelope = self.words, Repairs()
        answer = open_envelope(reply, envelope, thinking=self._thinking)
        found = find_calls(answer, words.known, words.ends, names_of(words.arguments))
        action, meaning = chosen(
            found.call,
            found.further,
            lambda call, repairs: words.action(call, seen, repairs, answer.raw, pixels=self._pixels),
            found.choice,
        )
        memory = found.memory
        if memory is not None:
            order = ("label_order",) if memory.start < found.call.start else ()
            remembered: tuple[str, ...] = order + memory.repairs.codes
        else:
            remembered = ("memory_missing",) if words.remembers else ()
        codes = (*envelope.codes, *found.call.repairs.codes, *meaning.codes, *found.choice.codes, *remembered)
        return Decision(
            action=action,
            thought=found.prose,
            memory=memory.text if memory is not None else None,
            raw=answer.raw,
            repairs=tuple(dict.fromkeys(codes)),
        )

    def settled(self, reply: Reply, seen: Observation) -> bool:
        """Could nothing that still came change this answer?"""
        words = self.words

        def whole(so_far: Reply) -> Decision:
            decision = self.parse(so_far, seen)
            if not words.remembers and decision.memory is None:
                raise ParseError("truncated", "a memory may still come", raw=so_far.text)
            return decision

        return settled(whole, reply, answer_tags=ANSWER in self.opening)

    def format(self, action: Action, *, thought: str = "", memory: str = "", mark: int | None = None) -> str:
        """The answer for an action: the thought in one line, the call in a box, the memory. `mark` has no meaning here.

        Raises UnsupportedAction.
        """
        try:
            call = self.words.write(action)
        except UnsupportedAction as error:
            raise UnsupportedAction(f"the dialect {self.name} {error}") from None
        said = f"{one_line(thought)} " if thought.strip() else ""
        written = f"{said}{BOX_BEGIN}{call}{BOX_END}"
        # a thought that begins like a memory must not be taken for it
        if self.words.remembers or memory.strip() or _MEMORY.match(said):
            written += f"\nMemory:\n{memory_text(memory, list)}"
        return written


class Bare(str):
    """Text that stands in a call as it is, without quotes."""


def call_writer(quote: str) -> Callable[..., str]:
    """A function that writes calls, given a name and keyword arguments; texts stand in such quotes."""
    escapes = str.maketrans(dict((*_ESCAPES, (quote, f"\\{quote}"))))

    def literal(value: str | float | bool) -> str:
        if isinstance(value, Bare):
            return value
        if isinstance(value, str):
            return quote + escape(value).translate(escapes) + quote
        if isinstance(value, bool):
            return str(value)
        return str(int(value)) if float(value).is_integer() else repr(float(value))

    return lambda name, **args: f"{name}({', '.join(f'{key}={literal(value)}' for key, value in args.items())})"


write_call = call_writer("'")


def no_call(action: Action) -> UnsupportedAction:
    """The error of `write` for an action without a call."""
    return UnsupportedAction(f"has no call for {action.kind} as {action!r}")
