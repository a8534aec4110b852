"""What the pages explain: the words of the instruction that became no value, and whether a page so far says them.

A page says a word in any of its texts and labels, but by an option only where it is chosen: what is offered and was not
taken explains nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from agent.reader import words
from agent.reader.pages import View
from agent.reader.phrases import GONE, said_labels
from agent.reader.wishes import Wishes

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_COMPOUND = 5  # letters of a word that a longer one may begin or end with
_HALF = 0.5
_BESIDE = 2


def loose_words(wishes: Wishes) -> Iterator[tuple[str, set[str]]]:
    """The clauses behind the first that became no value, each with the stems of its telling words.

    The first clause says what the task is about ('Book a table … for the concert'), which a page may say in many ways.
    """
    about = words.alternatives(words.phrases("speech", "about"))
    for clause in _clauses(wishes.unread)[1:]:
        stems = {words.stem(word) for word in words.tokens(clause) if _tells(word)}
        stems -= {words.stem(word) for word in wishes.refused}
        # a word or two beside a value that was read say what it is: 'born …'
        if stems and not re.match(about, clause) and (GONE not in clause or len(stems) > _BESIDE):
            yield clause.replace(GONE, "…"), stems


def _clauses(text: str) -> list[str]:
    joins = words.alternatives(words.phrases("speech", "clause_joins"))
    return [clause.strip() for clause in re.split(rf"[,;.!?:]|{joins}", words.plain(text)) if clause.strip()]


def said_by(texts: Iterable[str], stems: set[str]) -> set[str]:
    """Those of the stems that these texts say."""
    page = {word for text in texts for word in _WORD.findall(words.plain(text))}
    said = {words.stem(word) for word in page}
    return {stem for stem in stems if stem in said or _within(stem, page) or said & _alike(stem)}


def codes(wishes: Wishes) -> list[str]:
    """Capitals such as 'M' or 'XL' that became no value, other than units ('75 EUR')."""
    found = re.findall(rf"(?<![\w'’&{GONE}-])(?:[B-HJ-Z]|[A-Z]{{2,3}})(?![\w'’&-])", wishes.unread)
    return [code for code in found if words.plain(code) not in words.phrases("speech", "units")]


def says_code(texts: Iterable[str], code: str) -> bool:
    """Do these texts say a code, in its own capitals?"""
    return any(re.search(rf"(?<!\w){re.escape(code)}(?!\w)", text) for text in texts)


def unsaid(wishes: Wishes, told: set[str]) -> list[str]:
    """The clauses of which no page said as much as half."""
    return [clause for clause, stems in loose_words(wishes) if len(stems & told) < _HALF * len(stems)]


def same_tongue(view: View, instruction: str) -> bool:
    """Is the page in the instruction's language, so that its words can be looked for there?"""
    return _tongue(" ".join(texts(view))) == _tongue(instruction)


def _tells(word: str) -> bool:
    plain = {word for key in ("things", "filling", "negations") for word in words.phrases("speech", key)}
    known = word in plain or words.says("speech", "agreeing", word) or words.button_kind(word)
    return (
        len(word) > 2
        and word.replace("-", "").isalpha()
        and not words.has_cjk(word)
        and not known
        and word not in said_labels()
    )


def texts(view: View) -> list[str]:
    """All that the page says, without the options that are not chosen and the boxes that are not ticked."""
    boxes = [widget for widget in view.widgets if widget.checked is not None]
    left = {words.trimmed(widget.label) for widget in boxes if not widget.checked}
    left |= {words.trimmed(option) for widget in view.widgets for option in widget.options if option != widget.value}
    return [view.title, *labels(view), *(line.text for line in view.texts if words.trimmed(line.text) not in left)]


def labels(view: View) -> list[str]:
    """What the page's widgets say, without its texts: names, questions, what is chosen and what is held."""
    named = [widget.label for widget in view.widgets if widget.checked is not False]
    return named + [text for widget in view.widgets for text in (widget.group, widget.value)]


def _within(stem: str, page: set[str]) -> bool:
    """'tour' in 'Stadttour', 'photo' in 'photographs'."""
    return len(stem) >= _COMPOUND and any(word.startswith(stem) or word.endswith(stem) for word in page)


def _alike(stem: str) -> set[str]:
    groups = [group for word, group in words.choices_alike().items() if words.stem(word) == stem]
    return {words.stem(word) for group in groups for word in group}


def _tongue(text: str) -> str:
    """The language that most of a text's words are known in."""
    found = re.findall(r"[^\W\d_]+", words.plain(text))
    if words.has_cjk(text):
        return "zh"
    counts = {
        name: sum(word in known for word in found)
        for name, known in ((name, _common(at)) for at, name in enumerate(words.LANGUAGES) if name != "zh")
    }
    return max(counts, key=lambda name: counts[name])


def _common(at: int) -> set[str]:
    language = words.languages()[at]
    entries = [*language["speech"]["stop"], *language["speech"]["things"]]
    entries += [entry for labels in language["labels"].values() for entry in labels]
    return {word for entry in entries for word in words.plain(entry).split()}
