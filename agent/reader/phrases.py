"""How people word what they want: patterns made of the language files' phrases, counts and labels."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import NamedTuple

from agent.reader import words

GONE = "\ue000"  # stands where something was read already, so that nothing is read twice
_VERBS = r" (?:has|is|needs|wants|will|can)\b"  # "one guest has an allergy" counts nobody
BREAK = r"(?:,(?!(?<=\d,)\d{3}(?!\d))|[;，；。！？\n\r" + GONE + r"])|\.(?=\s|$)"


class _Phrase(NamedTuple):
    slots: tuple[str, ...]
    pattern: re.Pattern[str]


@cache
def phrase_patterns() -> tuple[_Phrase, ...]:
    found = []
    for language in words.languages():
        for row in language.get("phrases", ()):
            count = iter(range(9))
            pattern = re.sub(r"\{(\w+)\}", lambda match: _placeholder(match[1], next(count)), row["pattern"])  # noqa: B023
            found.append(_Phrase(tuple(row["slots"]), re.compile(pattern, re.IGNORECASE)))
    return tuple(found)


def _placeholder(name: str, number: int) -> str:
    word = r"[^\W\d_][\w'’.&-]*"
    dwelling = rf"(?:{words.alternatives(words.phrases('speech', 'dwellings'))} \w+,? )?"
    several = rf"{word}(?: {word}){{0,4}}?" if name == "place" else rf"{word}(?: {word}){{0,5}}"
    # the lazy place stops at the word that the pattern goes on with; at a pattern's end it must reach as far as it can
    pieces = {
        "name": several,
        "place": rf"{word}(?: (?!(?:to|and|from|nach|for|on|with)\b){word}){{0,4}}",
        "street": dwelling
        + rf"(?:\d{{1,5}}\w?,? {word}(?: {word}){{0,3}}|{word}(?: {word}){{0,2}} \d{{1,4}} ?[a-zA-Z]?\b)",
        "road": rf"\d{{1,5}}\w? {word}(?: {word}){{0,2}} {words.alternatives(words.phrases('speech', 'roads'))}",
        "colour": words.alternatives(words.phrases("speech", "colours")),
        "make": rf"{words.alternatives(words.phrases('speech', 'makes'))}(?: (?-i:[A-Z0-9])[\w-]*){{0,2}}",
        "zip": r"(?:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]{0,2}-?\d{4,6}(?:-\d{3,4})?)\b",
        "country": words.alternatives(words.phrases("places", "countries")),
        "number": rf"(?:\d{{1,3}}|{words.alternatives(words.numbers())})",
        "amount": r"\d+(?:[.,]\d{3})*(?:[.,]\d{1,2})?",
        "rest": rf"(?:(?!{BREAK}| and | then ).)+",
        "line": rf"(?:(?!{BREAK}).)+",
        "cjk_name": r"[\u4e00-\u9fff·]{2,4}?",
        "cjk_person": rf"(?:{'|'.join(words.phrases('speech', 'surnames'))})[\u4e00-\u9fff]{{1,2}}",
        "cjk_place": r"[\u4e00-\u9fff]{2,6}?",
        "cjk_rest": r"[^，,。；\s”\"」]+",
    }
    group = {"cjk_name": "name", "cjk_person": "name", "cjk_place": "place", "cjk_rest": "rest", "road": "street"}.get(
        name, name
    )
    return f"(?P<{group}{number}>{pieces[name]})"


@cache
def count_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    found = []
    for language in words.languages():
        count = words.alternatives(words.numbers())
        for slot, entries in language["counts"].items():
            if slot == "units":
                continue
            unit = "|".join(sorted(entries, key=len, reverse=True))
            cjk = words.has_cjk(unit)
            pattern = rf"(?<!\w)(?P<number>\d{{1,3}}|{count})[ -](?:more |other )?(?:{unit})(?!\w)(?!{_VERBS})"
            if cjk:
                pattern = rf"(?P<number>\d{{1,3}}|{count}) ?(?:{unit})"
            found.append((slot, re.compile(pattern, re.IGNORECASE)))
    return tuple(found)


@cache
def other_counts() -> re.Pattern[str]:
    """'3 bikes': a number before a word that the tables do not know, apart from measures such as hours."""
    units = "|".join(entry for language in words.languages() for entry in language["counts"].get("units", ()))
    number = rf"(?:[1-9]\d?|{words.alternatives(words.numbers())})"
    return re.compile(rf"(?<![\w.,:/-])(?P<number>{number}) (?P<thing>(?!(?:{units})\b)[a-zäöüß-]{{3,}})(?!\w)")


@cache
def said_labels() -> dict[str, str]:
    """The slot that each label of a sentence names."""
    return {
        words.plain(entry): slot
        for language in words.languages()
        for slot, entries in language["said"].items()
        for entry in entries
    }


def spoken(labels: Iterable[str]) -> dict[str, str]:
    """What a sentence may call the fields of these labels: 'tutor' for "Tutor's name"; by each wording the label."""
    found: dict[str, str] = {}
    known = list(dict.fromkeys(labels))
    whole = {words.core(label): label for label in known}
    for label in known:
        for wording in _wordings(label):
            found[wording] = label if found.get(wording, label) == label else ""
    # a name in full belongs to its own field, though 'Delivery type' may be called 'delivery' as well
    found |= {wording: label for wording, label in whole.items() if wording in found}
    return {wording: label for wording, label in found.items() if label}


@lru_cache(maxsize=1024)
def _wordings(label: str) -> frozenset[str]:
    name = re.sub(r"'s?(?= |$)", "", words.core(label).replace(",", ""))
    name = re.sub(rf"^{words.alternatives(words.phrases('speech', 'among'))} ", "", name)
    heads = words.alternatives(words.phrases("speech", "heads"))
    counted = re.sub(rf"^{words.alternatives(words.phrases('label', 'counting'))} ", "", name)
    found = {counted, words.core(label), words.trimmed(label), name, re.sub(rf" ?{heads}$", "", name)}
    if words.has_cjk(name):
        found.add(re.sub(rf"^(?:{'|'.join(words.phrases('speech', 'fore'))})", "", name))
    plain = {*words.phrases("speech", "unnamed"), *words.phrases("speech", "stop")}
    return frozenset(
        wording
        for wording in found
        if wording not in plain and len(wording) > (1 if words.has_cjk(wording) else 2) and len(wording.split()) < 6
    )


@lru_cache(maxsize=64)
def said_pattern(wordings: frozenset[str] = frozenset()) -> re.Pattern[str]:
    """A label and the value after it; `wordings` are labels besides those of the language files."""
    labels = words.alternatives(wordings | {entry.replace("ss", "ß") for entry in said_labels()} | set(said_labels()))
    separators = [entry for language in words.languages() for entry in language["speech"]["separators"]]
    separator = "|".join(re.escape(entry.strip()) + ("(?= )" if entry != entry.strip() else "") for entry in separators)
    ends = [entry.strip() for language in words.languages() for entry in language["speech"]["ends"]]
    joins = "|".join(re.escape(entry) for entry in ends if entry[0].isascii() and entry[0].isalpha())
    verbs = words.alternatives(words.phrases("buttons", "final") + words.phrases("speech", "press_words"))
    stop = rf"{BREAK}|\s(?:{joins})\s+(?:the |my |her |his )?(?:{labels}|{verbs})|\s(?={labels}\s*[:=：])"
    stop += r"|\s(?:as|for)\s+(?-i:[A-Z])"
    return re.compile(
        rf"(?P<label>{labels})(?:\s*(?P<separator>{separator})\s*|\s+|(?<=[\u4e00-\u9fff]))(?P<value>(?:(?!{stop}).)+)",
        re.IGNORECASE,
    )
