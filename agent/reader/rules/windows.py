"""Windows of a desktop: dialogs that close when all is done, questions of yes or no, a calculator."""

from __future__ import annotations

import re

from rapidfuzz import fuzz

from actions import Finish, Open, Type
from agent.reader import choices, errands, sums, words
from agent.reader.moves import Step
from agent.reader.scene import TextLine
from agent.reader.situation import Situation

_CLOSED = re.compile(r'The window "(.*?)" \([^()]*\) is closed\.')
_APPEARED = re.compile(r'A window appeared: "(.*?)" \(')
_DIGITS = 8
"""Keys with a digit from which a window is a calculator."""
_FEW = 3
_NUMBER = re.compile(r"[-−]?\d[\d., ]*|[-−]?[.,]\d+")
_CALCULATOR = "calculator"
_OFFERED = re.compile(r"refused: .*; there are: ([^;\n]*)")
_NEAR, _TWICE = 70, 2


def closed(now: Situation) -> Step | None:
    """The window in which the last press was closes: it took what it was given."""
    title = now.memory.window
    now.memory.window = now.briefing.title
    if now.memory.did not in ("final", "wait", "order") or not title:
        return None
    news = [*now.briefing.past[-1:], *now.briefing.notes]
    gone = any(title in _CLOSED.findall(text) for text in news)
    if not gone or any(_APPEARED.search(text) for text in news) or title == now.briefing.title:
        return None
    if now.memory.did == "order":
        return None  # the orders say themselves when they are done
    if missing := now.unplaced():
        return now.end(f"the window '{title}' is closed, but {now.names(missing)} found no place")
    return Step(Finish(status="complete"), f"The window '{title}' took it and is closed.")


def asks(now: Situation) -> Step | None:
    """A window that only asks yes or no: the answer that the task gives, in its own words or by what it wants."""
    buttons = now.view.buttons
    agree = next((button for button in buttons if errands.is_one_of("agreeing", button.label)), None)
    refuse = next((button for button in buttons if errands.is_one_of("refusing", button.label)), None)
    question = next((line for line in now.view.texts if line.text.rstrip().endswith(("?", "？"))), None)
    if agree is None or refuse is None or question is None or now.view.targets or len(buttons) > _FEW:
        return None
    # 'OK' and 'Cancel' under a question and rows are no yes and no
    spoken = {words.plain(button.label) for button in buttons}
    others = [line for line in now.view.texts if words.plain(line.text) not in spoken]
    if len(others) > _FEW and errands.is_one_of("accepting", agree.label):
        return None
    if now.memory.tries.get("answer"):
        return now.end(f"'{now.last_press()}' was pressed, and the window still asks: {question.text}")
    answer = _answer(now, question)
    if answer is None:
        return now.end(f"the window asks '{question.text}', and the task does not say what to answer")
    button = agree if answer else refuse
    now.tried("answer")
    answers = (wish.key for wish in now.wanted if words.yes_or_no(wish.text) is not None)
    now.memory.placed |= dict.fromkeys(answers, "(the answer)")
    now.memory.presses.append((words.trimmed(button.label), now.view.fingerprint))
    now.memory.final = True
    return now.click(button, f"final {button.label}", f"The window asks '{question.text}': '{button.label}'.")


def _answer(now: Situation, question: TextLine) -> bool | None:
    """What the task says to the question: an answer by name, else whether it wants just what is asked about."""
    said = words.plain(now.briefing.task.instruction)
    asked = _telling(question.text)
    named = re.match(
        rf"(?:(?:answer|say|reply|press|click|choose)(?: with)? )?['\"]?({_answers()})['\"]?(?:[.,]|$)", said
    )
    if named:
        return errands.is_one_of("agreeing", named[1])
    keeping = re.match(words.alternatives(errands.listed("keeping")), said)
    if keeping:
        return False if words.stem(keeping[0]) not in asked else None
    wanted = _telling(said)
    # "delete the old backups" says nothing about the new ones
    if not asked or not (asked <= wanted or (len(wanted) > 1 and wanted <= asked)):
        return None
    return choices.affirmed(now.wishes, question.text)


def _telling(text: str) -> set[str]:
    """The stems of all its words but articles and negations: 'the new backups' are not the old ones."""
    if words.has_cjk(text):
        return set(words.tokens(text))
    left = re.sub(words.alternatives(words.phrases("speech", "negations")), " ", words.plain(text))
    return {words.stem(word) for word in re.findall(r"[^\W_]+", left)} - set(words.phrases("speech", "articles"))


def _answers() -> str:
    return words.alternatives((*errands.listed("agreeing"), *errands.listed("refusing")))


def calculates(now: Situation) -> Step | None:
    """A sum is typed into a calculator, and its answer read from the display and checked."""
    wanted = sums.find(now.briefing.task.instruction)
    if wanted is None:
        return None
    keys = [button for button in now.view.widgets if re.fullmatch(r"\d", button.label) and button.box is not None]
    if len({key.label for key in keys}) < _DIGITS:
        return _open_calculator(now, wanted.text)
    top = min(key.box.top for key in keys if key.box is not None)
    shown = _display(now, top)
    if now.memory.did == "calculate":
        if sums.shows(shown, wanted.value):
            return Step(Finish(status="complete", answer=shown), f"The display shows {shown}.")
        return now.end(f"the calculator shows '{shown}' for {wanted.text}, which cannot be right")
    if not sums.shows(shown, sums.ZERO):
        clear = next((button for button in now.view.buttons if errands.is_one_of("clearing", button.label)), None)
        if clear is None or now.tried("clear") > 1:
            return now.end(f"the calculator shows '{shown}' already and cannot be cleared")
        return now.click(clear, "clear", f"The display shows '{shown}'; clear it first.")
    now.memory.last = "calculate"
    return Step(Type(text=wanted.text, submit=True), f"Type {wanted.text} into the calculator.")


def _open_calculator(now: Situation, text: str) -> Step:
    """Open one by the plain name, then by the name that a refusal offers for it."""
    tries = now.tried("calculator")
    offered = _OFFERED.search(now.briefing.past[-1]) if now.briefing.past and now.memory.did == "open" else None
    names = [name.strip() for name in offered[1].split(",")] if offered else []
    names = [name for name in names if fuzz.ratio(words.plain(name), _CALCULATOR) >= _NEAR]
    if tries > 1 and not (tries == _TWICE and names):
        return now.end("there is no calculator on the screen")
    now.memory.last = "open"
    name = names[0] if names else _CALCULATOR
    return Step(Open(target=name), f"To work out {text} takes a calculator.")


def _display(now: Situation, above: float) -> str:
    """The number that stands largest over the keys, "" if none does; its digits may have been read apart."""
    parts = [line for line in now.view.texts if line.box.bottom <= above and _NUMBER.fullmatch(line.text.strip())]
    if not parts:
        return ""
    largest = max(parts, key=lambda line: line.box.height)
    top, bottom = largest.box.top, largest.box.bottom
    row = [line for line in parts if top < line.box.centre[1] < bottom]
    return "".join(line.text.strip() for line in sorted(row, key=lambda line: line.box.left))
