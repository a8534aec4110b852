"""Words: what labels, buttons and pages say in the languages that the reader knows: data in languages/."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Literal, NamedTuple

from rapidfuzz import fuzz

Kind = Literal["text", "name", "email", "phone", "date", "time", "count", "amount", "flag", "secret", "url"]
ButtonKind = Literal["away", "forward", "final", ""]

LANGUAGES = ("en", "zh", "de")
MATCH = 66.0
"""The score, 0..100, from which a label counts as naming a slot."""

_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_EDGES = " \t\n:：*＊.…?？!！,，、()（）[]【】-–—_|/#•·>›»<"
_BRACKETS = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")


class Slot(NamedTuple):
    """What a value or a field can belong to; see languages/slots.toml."""

    name: str
    kind: Kind = "text"
    later: bool = False
    soft: bool = False
    idle: bool = False
    inputs: tuple[str, ...] = ()
    accepts: Mapping[str, float] = {}


@cache
def languages() -> tuple[dict[str, Any], ...]:
    """The language files, as parsed TOML, in the order of LANGUAGES."""
    return tuple(_load(name) for name in LANGUAGES)


@cache
def slots() -> dict[str, Slot]:
    """Every slot by its name."""
    return {
        name: Slot(
            name,
            row.get("kind", "text"),
            row.get("later", False),
            row.get("soft", False),
            row.get("idle", False),
            tuple(row.get("inputs", ())),
            row.get("accepts", {}),
        )
        for name, row in _load("slots").items()
    }


def slot(name: str) -> Slot:
    """The slot of that name; a name that no file knows is a text slot of its own."""
    return slots().get(name, Slot(name))


@cache
def phrases(table: str, key: str) -> tuple[str, ...]:
    """All languages' entries of one list, such as ("buttons", "final"), longest first."""
    found = {plain(entry) for language in languages() for entry in language.get(table, {}).get(key, ())}
    return tuple(sorted(found, key=lambda entry: (-len(entry), entry)))


def says(table: str, key: str, text: str) -> str:
    """The first phrase of a list that a text contains as whole words (Chinese: anywhere), "" if none."""
    match = _any(table, key).search(plain(text))
    return match[0] if match else ""


def is_one_of(table: str, key: str, text: str) -> bool:
    """Is the whole text, apart from its edges, one phrase of a list?"""
    return trimmed(text) in phrases(table, key)


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Without case, width variants, curly quotes and runs of spaces."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("‘", "'")
    return " ".join(text.split())


def trimmed(text: str) -> str:
    """`plain`, without marks and brackets at its edges."""
    return plain(text).strip(_EDGES) or plain(text)


def has_cjk(text: str) -> bool:
    return _CJK.search(text) is not None


@lru_cache(maxsize=4096)
def core(label: str) -> str:
    """What a label names: without required marks, hints in brackets and noise words such as 'your' or 'please'."""
    text = plain(label)
    bare = _BRACKETS.sub(" ", text).strip(_EDGES)
    text = bare or text.strip(_EDGES)
    noise = _any("label", "noise")
    stripped = " ".join(noise.sub(" ", text).split()).strip(_EDGES)
    return re.sub(r"(?<=\w )no$", "number", stripped or text)


@lru_cache(maxsize=4096)
def closeness(one: str, other: str) -> float:
    """How alike two short labels are, 0..100: half plain ratio, half token set, both on their cores."""
    one, other = core(one), core(other)
    if not one or not other:
        return 0.0
    if one == other:
        return 100.0
    if has_cjk(one) or has_cjk(other):
        short, long = sorted((one, other), key=len)
        if len(short) < 2 or short not in long:
            return fuzz.ratio(one, other)
        # the head of a Chinese name stands at its end: 参会人数 is a 人数, not a 参会人
        return (68.0 + 30.0 * len(short) / len(long)) if long.endswith(short) else 50.0 + 30.0 * len(short) / len(long)
    score = (fuzz.ratio(one, other) + fuzz.token_set_ratio(one, other)) / 2
    ends = [text.split()[-1] for text in (one, other)]
    if ends[0] != ends[1] and set(ends) <= set(phrases("label", "heads")):
        return min(score, MATCH - 1)  # a "customer name" is no "customer number"
    # two words that are merely spelt alike ("city", "county") name different things
    return score if set(one.split()) & set(other.split()) or fuzz.ratio(one, other) >= 84 else min(score, MATCH - 1)


@lru_cache(maxsize=2048)
def slots_of(label: str) -> dict[str, float]:
    """The slots that a label may name, with scores MATCH..100; only those near the best one."""
    name = core(label)
    if not name:
        return {}
    scores = {key: max(closeness(name, entry) for entry in entries) for key, entries in _labels().items()}
    for key in _whose(name):
        scores[key] = max(scores[key], 90.0)
    if 0 < scores["full_name"] < 90 and not _any("speech", "persons").search(name):
        scores["full_name"] = 0.0  # a "pet's name" is nobody's
    if _any("label", "dated").match(name):
        # the "date of issue" is a day, whatever "issue" means elsewhere
        scores = {key: score if slot(key).kind == "date" else 0.0 for key, score in scores.items()}
    best = max(scores.values())
    margin = 1 if best == 100 else 6
    return {key: score for key, score in scores.items() if score >= MATCH and score >= best - margin}


def _whose(name: str) -> list[str]:
    """The slots of a person's thing, by its head: "child's first name", 'Vorname des Kindes', 'name of the owner'."""
    if re.match(r"name (?:for|on|as) ", name):
        return ["full_name"]
    match = re.fullmatch(r"(?P<head>[^\W\d_][\w -]*?) (?:of(?: the)?|des|der) (?P<whose>.+)", name)
    match = match or re.fullmatch(r"(?P<whose>[^\W\d_]+(?:'s|s')) (?P<head>.+)", name)
    if match is None or not _any("speech", "persons").search(match["whose"].removesuffix("'s").removesuffix("'")):
        return []
    return [key for key, entries in _labels().items() if core(match["head"]) in entries]


@lru_cache(maxsize=1024)
def unowned(label: str) -> str:
    """A label without the words that say whose it is: 'recipient street' is a street; all of it if nothing is left."""
    persons = phrases("speech", "persons")
    return " ".join(word for word in plain(label).split() if word not in persons) or label


@lru_cache(maxsize=512)
def mask_of_language(label: str) -> str:
    """How dates are written where a label's language is spoken: 'dd.mm.yyyy' for a German one; "" for ISO."""
    name = core(label)
    for language in languages():
        if any(name == core(entry) for entries in language["labels"].values() for entry in entries):
            return str(language["dates"].get("mask", ""))
    return ""


def tokens(text: str) -> list[str]:
    """The words that carry meaning: without stop words; Chinese in pairs of characters."""
    stop = set(phrases("speech", "stop"))
    found = [word for word in re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", plain(text)) if word not in stop]
    return [piece for word in found for piece in (_pairs(word) if has_cjk(word) else [word])]


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """A word without its endings, so that 'repaired', 'repairs' and 'repair' are one; Chinese stays as it is."""
    if not word.isalpha() or has_cjk(word):
        return word
    while ending := next((end for end in phrases("speech", "endings") if _ends(word, end)), ""):
        word = word.removesuffix(ending)
    return word.removesuffix("e") if len(word) > 4 else word


def _ends(word: str, ending: str) -> bool:
    short = 3 if ending in ("s", "ness") else 4
    return word.endswith(ending) and len(word) - len(ending) >= short and not (ending == "s" and word.endswith("ss"))


def yes_or_no(text: str) -> bool | None:
    """What a flag's value says; None if it is no yes and no no."""
    text = trimmed(text)
    if text in phrases("speech", "no"):
        return False
    if text in phrases("speech", "yes"):
        return True
    return None


@cache
def numbers() -> dict[str, int]:
    """Number words of every language."""
    return {plain(word): value for language in languages() for word, value in language["numbers"].items()}


def number(text: str) -> int | None:
    """A whole number in digits or words; None if it is neither."""
    text = plain(text)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else numbers().get(text)


@lru_cache(maxsize=1024)
def button_kind(label: str) -> ButtonKind:
    """What pressing a button of this wording does: leads away, goes on, or is final; "" if the wording is unknown."""
    text = trimmed(label)
    found = {
        kind: match.start() for kind in ("away", "forward", "final") if (match := _any("buttons", kind).search(text))
    }
    if not found:
        return ""
    if found.get("away") == 0 or ("away" in found and not ("final" in found or "forward" in found)):
        return "away"
    if _any("buttons", "onward").search(text) and not _any("buttons", "binding").search(text):
        return "forward"
    found.pop("away", None)
    # at the same place, the longer wording ("book now" against "book") is no tie: final is the careful reading
    return "final" if found.get("final", 999) <= found.get("forward", 999) else "forward"


def consents(text: str) -> bool:
    """Does a box of this wording ask for consent? 'Datenschutzerklärung' is of 'Datenschutz'."""
    if says("signs", "consent", text):
        return True
    entries = [entry for entry in phrases("signs", "consent") if len(entry) > 6 and " " not in entry]
    return any(word.startswith(entry) for word in plain(text).split() for entry in entries)


def leads(text: str) -> bool:
    """Does a text begin as the wording of a button that goes on does?"""
    return any(_any("buttons", kind).match(trimmed(text)) for kind in ("forward", "final"))


@cache
def choices_alike() -> dict[str, frozenset[str]]:
    """Other words for a choice, by each of its words."""
    alike: dict[str, frozenset[str]] = {}
    for language in languages():
        for row in language["same"]["choices"]:
            group = frozenset(plain(entry) for entry in row)
            merged = group.union(*(alike.get(entry, frozenset()) for entry in group))
            alike.update(dict.fromkeys(merged, merged))
    return alike


def alike(one: str, other: str) -> bool:
    """Do two names of a choice mean the same, in whatever language and with whatever article?"""
    first, second = core(one), core(other)
    groups = choices_alike()
    return first == second or second in groups.get(first, ()) or trimmed(other) in groups.get(plain(one), ())


@lru_cache(maxsize=4096)
def senses(text: str) -> frozenset[str]:
    """What the telling words of a name mean, one sign for words of one meaning in any language."""
    said = core(text)
    alike = choices_alike()
    found = set()
    for match in reversed(list(_alike().finditer(said))):
        found.add(min(alike[match[0]]))
        said = f"{said[: match.start()]} {said[match.end() :]}"
    things = phrases("speech", "things")
    return frozenset(found | {stem(word) for word in tokens(said) if word not in things})


def alternatives(entries: Iterable[str], *, alone: bool = False) -> str:
    """A regular expression for any of the phrases as whole words, longest first; `alone`: '+' must be all there is."""
    ordered = sorted(entries, key=lambda entry: (-len(entry), entry))
    pieces = [_bounded(re.escape(entry), alone) for entry in ordered]
    return "(?:" + "|".join(pieces or ["(?!)"]) + ")"


@cache
def _any(table: str, key: str) -> re.Pattern[str]:
    return re.compile(alternatives(phrases(table, key), alone=True))


def _bounded(escaped: str, alone: bool) -> str:
    if _CJK.search(escaped):
        return escaped
    if not re.search(r"\w", escaped):
        return rf"(?:^{escaped}$)" if alone else escaped
    return rf"(?<!\w){escaped}(?!\w)"


@cache
def _alike() -> re.Pattern[str]:
    return re.compile(alternatives(choices_alike()))


@cache
def _labels() -> dict[str, tuple[str, ...]]:
    merged: dict[str, set[str]] = {}
    for language in languages():
        for key, entries in language["labels"].items():
            merged.setdefault(key, set()).update(core(entry) for entry in entries)
            merged[key].update(plain(entry) for entry in entries)
    return {key: tuple(sorted(entries)) for key, entries in merged.items()}


def _pairs(word: str) -> list[str]:
    return [word[at : at + 2] for at in range(len(word) - 1)] or [word]


def _load(name: str) -> dict[str, Any]:
    text = resources.files("agent.reader").joinpath("languages", f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
