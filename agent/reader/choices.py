"""Choices: which option of a list or a question, or which box, the instruction's own words pick."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz.distance import LCSseq

from agent.reader import values, words
from agent.reader.fields import Target
from agent.reader.wishes import Wishes

_SHORT = 4  # letters of a name that an s at its end makes another ("Mr", "Mrs")
_MOST = 0.7  # the share of a Chinese name's characters
_ENOUGH = 0.6  # the share of a name's telling words that must be said


def mentioned(wishes: Wishes, target: Target) -> int | None:
    """The option that the instruction mentions in passing ('a double room', 'I'd like it repaired'); None if none.

    Options that go on to explain themselves ('Comprehensive – your car and everyone else's') are told by their first
    word, a question of yes or no by its own words.
    """
    if target.kind == "select" and words.says("signs", "sort", target.name):
        return None
    answers = {words.yes_or_no(option): at for at, option in reversed(list(enumerate(target.options)))}
    if True in answers and False in answers:
        said = affirmed(wishes, target.label)
        return None if said is None else answers[said]
    live = [at for at, option in enumerate(target.options) if not values.is_placeholder(option)]
    name = {words.stem(word) for word in words.tokens(words.core(target.label))}
    scored = {at: mentions(wishes, target.options[at], beside=name) for at in live}
    if not any(scored.values()):
        scored = {at: int(any(said_by(person, target.options[at]) for person in wishes.names())) for at in live}
    if not any(scored.values()):
        scored = _by_first_word(wishes, {at: target.options[at] for at in live})
    best = max(scored.values(), default=0)
    meant = [at for at, score in scored.items() if score == best]
    return meant[0] if best and len(meant) == 1 else None


def mentions(wishes: Wishes, option: str, *, beside: set[str] | None = None) -> int:
    """How many telling words of an option the unread instruction has; 0 unless most are there.

    Of an option that names several things ('Bag or rucksack') one is enough. `beside` are stems of the question,
    which say nothing about its answers.
    """
    name = words.core(option)
    if words.has_cjk(name):
        # '周末班 3680元' is told by its first word
        return _mentions_cjk(wishes, name) or _mentions_cjk(wishes, name.split(" ")[0])
    if words.says("speech", "negations", name.split(" ", 1)[0]):
        told = {words.stem(word) for word in words.tokens(name)}
        return len(told) if told and told <= {words.stem(word) for word in wishes.refused} else 0
    parts = [part for part in re.split(words.alternatives(words.phrases("speech", "either")), name) if part.strip()]
    if len(option) == 2 and re.search(rf"(?<!\w){re.escape(option)}(?!\w)", wishes.unread):
        return 1  # 'Mr', 'XL', 'A5', in their own letters
    return max(_mentions(wishes, part.strip(), beside or set()) for part in parts or [name])


def said_by(name: str, text: str) -> bool:
    """Does a text have all words of a name: 'Dr Chidi Okoro' those of 'Dr Okoro'?"""
    said, has = ({words.stem(word) for word in re.findall(r"[^\W_]+", words.plain(one))} for one in (name, text))
    return bool(said) and said <= has


def affirmed(wishes: Wishes, question: str) -> bool | None:
    """What a clause of the instruction answers to a question of yes or no that it has most words of; None: nothing."""
    asked = _telling(words.tokens(words.core(question)))
    if not asked:
        return None
    best, answer = 0.0, None
    for clause in wishes.clauses:
        said = _telling(words.tokens(clause))
        met = asked & {words.stem(word) for word in words.tokens(clause)}
        share = sum(len(word) for word in met) / sum(len(word) for word in asked)
        # 'she can swim 50 metres' says less than the question, but nothing else
        share = 1.0 if len(said) > 1 and said <= asked else share
        if share >= _ENOUGH and share > best:
            best, answer = share, not _negated(clause, met)
    return answer


def agreed(wishes: Wishes, box: str) -> bool:
    """Does a clause agree to what a box names: 'accept the hire agreement' to 'I have read the hire agreement'?"""
    verbs = words.alternatives(words.phrases("speech", "agreeing"))
    stems = {words.stem(word) for word in words.tokens(box)}
    for clause in wishes.clauses:
        if (match := re.match(rf"(?:and |please |i |we |also |und |bitte |ich )*{verbs}", clause)) is None:
            continue
        said = {words.stem(word) for word in words.tokens(clause[match.end() :])}
        if said and said <= stems:
            return True
    return False


def _mentions(wishes: Wishes, name: str, beside: set[str]) -> int:
    tokens = set(words.tokens(name))
    if tokens and tokens <= wishes.refused:
        return 0
    # '6 months' is also said by 'a 6 month permit'
    one = name.removesuffix("s") if len(name) > _SHORT else name
    if len(name) > 2 and re.search(rf"(?<!\w){re.escape(one)}s?(?!\w)", wishes.rest):
        return max(2, len(tokens))
    for other in words.choices_alike().get(name, ()):
        if len(other) > 3 and re.search(rf"(?<!\w){re.escape(other)}(?!\w)", wishes.rest):
            return 2
    if not {word for word in tokens if word.isdecimal()} <= set(words.tokens(wishes.rest)):
        return 0
    telling = _telling(tokens) - beside
    said = {words.stem(word) for word in wishes.hints}
    met = telling & said - {words.stem(word) for word in wishes.refused}
    if telling and len(met) / len(telling) >= _ENOUGH:
        return len(met)
    # 'I am over 18' says less than the box 'I am over 18 years old', but says all of it
    stems = {words.stem(word) for word in tokens}
    clauses = ({words.stem(word) for word in words.tokens(clause)} for clause in wishes.clauses)
    return max((len(said) for said in clauses if len(said) > 1 and said <= stems and said & telling), default=0)


def _mentions_cjk(wishes: Wishes, name: str) -> int:
    alone = rf"(?<![\u4e00-\u9fff]){re.escape(name)}(?![\u4e00-\u9fff])"
    found = re.search(re.escape(name) if len(name) > 1 else alone, wishes.rest)
    negation = words.alternatives(words.phrases("speech", "negations"))
    if found:
        return 0 if re.search(rf"{negation}.{{0,2}}$", wishes.rest[: found.start()]) else len(name)
    # '要租球拍' asks for '租用球拍': most of its characters in one clause, in their order
    signs = re.sub(words.alternatives(words.phrases("speech", "stop")), "", name)
    for clause in wishes.clauses:
        common = LCSseq.similarity(signs, clause)
        if len(signs) > 2 and common / len(signs) > _MOST and not re.search(negation, clause):
            return int(common)
    return 0


def _by_first_word(wishes: Wishes, options: dict[int, str]) -> dict[int, int]:
    leading = {at: next((w for w in words.tokens(text) if len(w) > 2), "") for at, text in options.items()}
    first = list(leading.values())
    return {
        at: int(word in wishes.hints and word not in wishes.refused)
        for at, word in leading.items()
        if first.count(word) == 1 and not words.says("speech", "negations", options[at])
    }


def _telling(tokens: Sequence[str] | set[str]) -> set[str]:
    """The stems of the words that tell something: neither short nor about every task."""
    things = words.phrases("speech", "things")
    return {words.stem(word) for word in tokens if (len(word) > 2 or words.has_cjk(word)) and word not in things}


def _negated(clause: str, met: set[str]) -> bool:
    """Does a negation stand before the last of the words that were met?"""
    negation = re.search(words.alternatives(words.phrases("speech", "negations")), clause)
    after = {words.stem(word) for word in words.tokens(clause[negation.end() :])} if negation else set()
    return bool(after & met)
