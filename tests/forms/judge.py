"""Whether a run did what was asked, by what the server received and not by what the agent says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from tests.forms.cases import AnyOf, Case, Expected

Kind = Literal["solved", "stopped_right", "stopped_wrong", "wrong", "false_complete"]
Value = str | tuple[str, ...]

STOPPING = ("infeasible", "ask", "stopped")
"""Endings in which the agent itself gives up and says why; a limit that was hit or an error is none of them."""


@dataclass(frozen=True)
class Submission:
    """One form that reached the server: every field of the flow so far, and what became of it.

    `fields` also hold what earlier pages of the flow sent.
    """

    path: str
    fields: Mapping[str, Value]
    accepted: bool
    final: bool = False
    decoy: bool = False


@dataclass(frozen=True)
class Verdict:
    """`solved` and `stopped_right` are right; `why` says in one sentence what was wrong with the others."""

    kind: Kind
    why: str = ""

    @property
    def right(self) -> bool:
        return self.kind in ("solved", "stopped_right")


def judge(case: Case, submissions: Sequence[Submission], status: str, reason: str = "") -> Verdict:
    """The verdict on a run that ended with `status` (an outcome's word, or "ask") and `reason`.

    Whoever says "complete" over a server that disagrees has made the worst fault, false_complete. Otherwise anything
    accepted that should not have been is `wrong`, and a stop without harm is stopped_right or stopped_wrong.
    """
    fault = _fault(case, submissions)
    final = [entry for entry in submissions if entry.final and entry.accepted]
    harm = bool(final) or any(entry.decoy for entry in submissions)
    if case.solvable and not fault:
        if status == "complete":
            return Verdict("solved")
        return Verdict("stopped_wrong", f"the form went out as asked, but the run ended as {status}: {reason}")
    if status == "complete":
        return Verdict("false_complete", fault or "nothing could be completed here")
    if harm:
        return Verdict("wrong", fault)
    if case.solvable:
        return Verdict("stopped_wrong", f"ended as {status}: {reason}")
    if fault:
        return Verdict("wrong", fault)
    if case.expected.fields and not any(entry.final for entry in submissions):
        return Verdict("stopped_wrong", f"stopped before anything was tried: {reason}")
    return _stop(case.expected, status, reason)


def _fault(case: Case, submissions: Sequence[Submission]) -> str:
    """What the server holds against the run, "" if all is as it should be."""
    for entry in submissions:
        if entry.decoy:
            return f"sent {entry.path}, which nobody asked for"
    final = [entry for entry in submissions if entry.final]
    accepted = [entry for entry in final if entry.accepted]
    if not case.solvable:
        if accepted:
            return "sent a form that should not have been sent"
        if case.expected.fields:
            return next(filter(None, (_difference(case.expected.fields, entry.fields) for entry in final)), "")
        return ""
    if not accepted:
        return "the form was refused" if final else "the form was never sent"
    if len(accepted) > 1:
        return f"the form was sent {len(accepted)} times"
    return _difference(case.expected.fields, accepted[0].fields)


def _difference(right: Mapping[str, str | tuple[str, ...] | AnyOf], sent: Mapping[str, Value]) -> str:
    faults = [f"{name}={sent[name]!r} should not be there" for name in sent if name not in right]
    for name, value in right.items():
        if name not in sent:
            faults.append(f"{name} is missing ({_say(value)})")
        elif not _same(value, sent[name]):
            faults.append(f"{name} is {sent[name]!r}, not {_say(value)}")
    return "; ".join(faults)


def _same(right: str | tuple[str, ...] | AnyOf, sent: Value) -> bool:
    if isinstance(right, AnyOf):
        return any(_same(value, sent) for value in right.any)
    if isinstance(right, tuple):
        return isinstance(sent, tuple) and Counter(map(str.strip, right)) == Counter(map(str.strip, sent))
    return isinstance(sent, str) and right.strip() == sent.strip()


def _say(right: str | tuple[str, ...] | AnyOf) -> str:
    return " or ".join(map(repr, right.any)) if isinstance(right, AnyOf) else repr(right)


def _stop(expected: Expected, status: str, reason: str) -> Verdict:
    if status not in STOPPING:
        return Verdict("stopped_wrong", f"ended as {status}, not as {expected.ending}: {reason}")
    said = reason.casefold()
    for group in expected.mentions:
        if not any(phrase.casefold() in said for phrase in group):
            return Verdict("stopped_wrong", f"the reason does not name {' or '.join(map(repr, group))}: {reason}")
    return Verdict("stopped_right")
