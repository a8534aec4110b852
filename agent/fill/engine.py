"""Filling in a form: place all values, enter them, read them back, and send the form only if that was asked for."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from actions import Click, Language, Task, Type, Wait
from agent.endpoint import Endpoint
from agent.fill.entry import entry, holds, leaves, proposal
from agent.fill.look import Identity, Look
from agent.fill.placing import ByModel, ByName, Placer
from agent.fill.report import Entered, Filled, Report
from agent.fill.screen import Screen
from agent.fill.sending import Pressed, complaints, goes_on, page_of, remember, verdict
from agent.limits import Limits
from agent.loop import Watcher
from agent.outcome import Ended, Outcome, status_of
from agent.reader import fields, presses, values, words
from agent.reader.fields import Pair, Target
from agent.reader.moves import Step
from agent.reader.presses import Choice
from agent.reader.rules import banners
from agent.trace import TraceWriter, header, new_folder
from envs.base import Environment
from prompts.fill import NAME, FillPrompt

INSTRUCTION = "Fill in the form"
_MOST_SCREENS = 40
_MOST_PAGES = 15
_MOST_STEPS = 300
_MOST_DIALOGS = 5
_PROPOSALS = 1.0
"""Seconds that a field has to propose something for what was typed into it."""
_BANNERS = ("least_consent", "some_consent", "full_consent", "cookies_only")
_HIDDEN = "•••"


async def fill(
    env: Environment,
    data: Mapping[str, str],
    *,
    endpoint: Endpoint | None = None,
    submit: bool = False,
    uploads: Sequence[Path] = (),
    url: str = "",
    prompts: Path | None = None,
    language: Language | None = None,
    trace_dir: Path | None = None,
    watch: Watcher = lambda turn: None,
) -> Filled:
    """Fill in the form that a screen shows with the values of `data`, and record that as a trace.

    `endpoint` is a model that is asked once for the places of all values in view; None goes by the fields' names.
    `submit` False leaves the form filled in. `uploads` are the files that a value may name. `url` is where the screen
    starts, for the trace; `prompts` is a folder with a wording of the user's own, `language` that of the question.

    The outcome is complete if every value is in its field, every required field has one, and, with `submit`, the page
    says that it was sent; else infeasible, and the report names what is wrong: then nothing was sent, unless it says
    otherwise. Raises EndpointError, ParseError, DeviceError or Blocked if one of those failed; the trace holds the end.
    """
    task = Task(instruction=INSTRUCTION + (" and send it." if submit else "."), data=dict(data), start=url)
    task = task.model_copy(update={"language": language})
    placer: Placer = ByModel(endpoint, FillPrompt(prompts), task) if endpoint is not None else ByName()
    writer = TraceWriter(trace_dir or new_folder(Path("traces"), f"fill {url}"))
    begun = time.perf_counter()
    named = {name: path.name for path in uploads for name in (path.name, str(path))}
    files = {key: named[value] for key, value in data.items() if value in named}
    texts = {key: value for key, value in data.items() if key not in files}
    plain = task.model_copy(update={"instruction": INSTRUCTION, "data": texts})
    screen = Screen(env, plain, files, writer, watch)
    form = _Form(screen, placer, submit=submit)

    def close(end: Ended) -> Outcome:
        complete = end.status == "complete"
        outcome = Outcome(
            status=end.status,
            answer=end.text if complete else "",
            reason="" if complete else end.text,
            steps=screen.count,
            tokens=screen.tokens,
            seconds=round(time.perf_counter() - begun, 3),
            trace=writer.folder,
        )
        writer.end(outcome)
        return outcome

    writer.begin(header(task, env.platform, NAME, placer.name, placer.address, Limits()))
    try:
        async with env:
            await screen.observe()
            try:
                end = await form.through()
            except Ended as limit:
                end = limit
            screen.finish(end)
            outcome = close(end)
    except asyncio.CancelledError:
        close(Ended("stopped", "stopped by the user"))
        raise
    except Exception as error:
        close(Ended(status_of(error), str(error) or repr(error)))
        raise
    return Filled(outcome=outcome, report=form.report())


class _Form:
    """A form while it is filled in, page by page, each from its top to its end."""

    def __init__(self, screen: Screen, placer: Placer, *, submit: bool) -> None:
        self._screen = screen
        self._placer = placer
        self._submit = submit
        self._entered: dict[tuple[str, Identity], Entered] = {}
        self._needed: dict[tuple[str, Identity], str] = {}
        self._no_field: dict[str, str] = {}
        self._messages: tuple[str, ...] = ()
        self._button = self._no_button = ""
        self._sent = self._confirmed = False
        self._takes_files = False
        self._taken: set[str] = set()
        """The keys of the values that this page has taken."""
        self._guesses: dict[str, str] = {}

    def report(self) -> Report:
        """What became of every value so far."""
        return Report(
            entered=tuple(self._entered.values()),
            no_field=self._no_field,
            no_value=tuple(dict.fromkeys(self._needed.values())),
            messages=self._messages,
            button=self._button,
            sent="yes" if self._confirmed else "maybe" if self._sent else "no",
        )

    async def through(self) -> Ended:
        """Fill in every page; how it ended."""
        pressed: Pressed | None = None
        for _ in range(_MOST_PAGES):
            if pressed is not None and (end := await self._after(pressed)) is not None:
                return end
            choice = await self._page()
            look = self._screen.look()
            wrong = {one.key for one in self.report().differs}
            left = [wish for wish in look.unplaced() if wish.key not in wrong]
            self._button = choice.button.label if choice is not None else ""
            faulty = bool(self._needed) or bool(wrong)
            if faulty or (left and (choice is None or not goes_on(choice))):
                self._no_field = {wish.key: self._why_no_field(look, wish.key) for wish in left}
                if not self._entered:
                    await self._hear()
                return Ended("infeasible", self._unsent(self.report().faults()))
            if not left and not self._submit:
                return Ended("complete", self._filled(choice))
            if choice is None and pressed is not None:
                return self._unclear(pressed.label)
            if choice is None:
                return Ended("infeasible", self._unsent(self._no_button or "there is no button that goes on"))
            pressed = await self._press(choice, sends=not left)
            if pressed is None:
                return Ended("infeasible", self._unsent(f"'{choice.button.label}' cannot be reached any more"))
        return Ended("infeasible", self._unsent(f"the form goes on after {_MOST_PAGES} pages"))

    def _filled(self, choice: Choice | None) -> str:
        count = len({one.key for one in self._entered.values()})
        next_ = f"'{choice.button.label}' would be pressed next" if choice else "no button to send it with was found"
        return f"{count} value{'' if count == 1 else 's'} filled in, nothing sent; {next_}"

    def _unsent(self, why: str) -> str:
        return f"{why}; it may have been sent already" if self._sent else f"{why}; nothing was sent"

    async def _hear(self) -> None:
        """On a page that takes none of the values: does it say that it cannot be?"""
        await self._screen.read()
        if said := self._screen.look().view.says("impossible"):
            self._messages = (said,)

    def _why_no_field(self, look: Look, key: str) -> str:
        wish = next(wish for wish in look.unplaced() if wish.key == key)
        if key in self._placer.refused():
            return self._placer.refused()[key]
        if key in self._guesses:
            return self._guesses[key]
        if self._takes_files and re.search(r"\.\w{2,5}$", wish.text):
            return "a file is handed over only if the command names it: --upload FILE"
        return look.now.refusal([wish])

    # --- one page ---

    async def _page(self) -> Choice | None:
        """Fill in the page down to its end; the button that goes on, None if there is none (`_no_button` says why)."""
        found: Choice | None = None
        for _ in range(_MOST_SCREENS):
            concerns = await self._view()
            look = self._screen.look()
            below = self._screen.goes_on_below
            best = presses.best(look.view, look.now.wishes, look.memory, look.unplaced(), may_scroll=below)
            if isinstance(best, Choice):
                # further down only where no field was filled in is a footer, unless the first one is an odd button
                if found is None or concerns or not words.button_kind(found.button.label):
                    found = best
            elif concerns:
                found, self._no_button = None, best.why
            if not below or not await self._screen.scroll("down"):
                break
            self._placer.move_on()
        return found

    async def _view(self) -> bool:
        """Fill in what is in view; False if nothing here takes a value. Raises Ended if the page has no end."""
        for _ in range(_MOST_STEPS):
            look = self._screen.look()
            if (step := _in_the_way(look)) is not None:
                await self._screen.do(step.action, step.thought)
                continue
            try:
                found = await self._placer.pairs(look)
            finally:
                self._screen.asked(self._placer.asked)
            self._guesses |= look.guesses
            # what a view further up took is not written once more into a field that is called the same
            pairs = [pair for pair in found if pair.wish.key not in self._taken or _repeats(pair.target)]
            vain = {pair.wish.key for pair in pairs if not holds(pair, look)}
            look.memory.placed |= {pair.wish.key: pair.target.name for pair in pairs if pair.wish.key not in vain}
            due = [pair for pair in pairs if not holds(pair, look) and not fields.given_up(pair, look.memory)]
            if not due:
                self._note(look, pairs, {pair.target.at for pair in found if pair.wish.kind == "secret"})
                self._taken |= {pair.wish.key for pair in pairs} - vain
                return bool(found)
            await self._enter(due[0], look)
        raise Ended("step_limit", self._unsent(f"the fields in view are not filled in after {_MOST_STEPS} steps"))

    async def _enter(self, pair: Pair, look: Look) -> None:
        wish, target, memory = pair.wish, pair.target, look.memory
        tried = memory.tries.get(target.name, 0)
        memory.tries[target.name] = tried + 1
        memory.filled[wish.key] = target.name
        memory.last = f"fill {wish.key}"
        step = entry(pair, look, tried)
        if step is None:
            return
        turn = await self._screen.do(step.action, step.thought)
        if turn.problem:
            return
        if wish.kind == "secret":  # it cannot be read back
            memory.confirmed.append(f"{wish.key} {target.name}")
        if isinstance(step.action, Type):
            await self._take_proposal(pair, look)

    async def _take_proposal(self, pair: Pair, look: Look) -> None:
        """A field that proposes what may be meant wants a choice, not only a text."""
        seen, target = look.seen, pair.target
        proposes = look.element(target.widget).role == "combobox" and not target.options
        if proposes and leaves(seen, self._screen.seen) is None:
            await self._screen.do(Wait(seconds=_PROPOSALS), f"See what '{target.name}' proposes.")
        box = proposal(pair, seen, self._screen.seen)
        if box is not None:
            await self._screen.do(Click(at=box), f"'{target.name}' proposes {pair.wish.told()}.")
        elif (press := leaves(seen, self._screen.seen)) is not None:
            await self._screen.do(press, f"'{target.name}' proposes nothing that is meant.")

    def _note(self, look: Look, pairs: Sequence[Pair], taken: set[int]) -> None:
        """Write down what the fields in view hold, and which of them must have a value and have none.

        `taken` are the places of targets that hold something which cannot be seen.
        """
        for pair in pairs:
            wish, target = pair.wish, pair.target
            taken.add(target.at)
            secret = wish.kind == "secret"
            self._entered[wish.key, look.identities[target.at]] = Entered(
                key=wish.key,
                field=target.name,
                value=_HIDDEN if secret else fields.part(pair),
                holds=(_HIDDEN if target.shown else "") if secret else target.shown,
                right=holds(pair, look),
            )
        self._takes_files = self._takes_files or bool(look.uploads)
        for target in look.targets:
            key = look.seen.url, look.identities[target.at]
            if target.at not in taken and _lacks_value(target):
                self._needed[key] = target.name
            else:
                self._needed.pop(key, None)

    # --- going on ---

    async def _press(self, choice: Choice, *, sends: bool) -> Pressed | None:
        """Press the button; None if it is not found any more."""
        button = await self._screen.reach(choice.button, _MOST_SCREENS)
        if button is None:
            return None
        if sends:
            await self._screen.read()
        pressed = remember(self._screen.look(), choice, sends=sends)
        self._sent = self._sent or sends
        why = "Everything is filled in: send it." if sends else "Everything in view is filled in, and values are left."
        await self._screen.do(Click(at=button.box), why)
        self._taken.clear()
        self._screen.turn_page()
        self._placer.turn_page()
        return pressed

    async def _after(self, pressed: Pressed) -> Ended | None:
        """How a press ended the form; None where another page of it has come."""
        for waited in (False, True):
            look = await self._without_dialogs()
            stays = page_of(look).is_still(pressed.page)
            if pressed.sends or stays:
                await self._screen.read()
            if pressed.sends and (end := verdict(look)) is not None:
                self._confirmed = end.status == "complete"
                self._messages = () if self._confirmed else (end.text,)
                return end
            self._messages = complaints(look, by_eye=stays or pressed.sends)
            if self._messages:
                said = "; ".join(self._messages)
                return Ended("infeasible", f"after '{pressed.label}' the page says: {said}")
            if not stays and (look.targets or not pressed.sends or waited):
                # what follows a last button and takes texts again is another form, and nobody asked for that
                another = pressed.final and any(target.kind != "tick" for target in look.targets)
                return self._unclear(pressed.label) if another else None
            if not waited:
                await self._screen.do(Wait(), "The page does not say yet what came of it.")
        return self._unclear(pressed.label)

    async def _without_dialogs(self) -> Look:
        """The page once its dialogs are answered; one that asks whether to send is what a press was for."""
        look = self._screen.look()
        for _ in range(_MOST_DIALOGS):
            if (step := banners.dialog(look.now)) is None:
                break
            await self._screen.do(step.action, step.thought)
            look = self._screen.look()
        return look

    def _unclear(self, label: str) -> Ended:
        """The end after a press that nothing is known of."""
        said = "; ".join(self._screen.seen.landmarks[:3]) or self._screen.seen.title
        return Ended("infeasible", f"after '{label}' the page does not say that it is done; it says: {said}")


def _in_the_way(look: Look) -> Step | None:
    """What answers a dialog or a cookie banner; the page is read by eye only where a button sounds like a banner's."""
    if (step := banners.dialog(look.now)) is not None:
        return step
    said = [button.label for button in look.view.buttons if button.kind == "button"]
    banner = any(words.says("signs", "cookie", label) for label in said) or any(
        words.is_one_of("buttons", key, label) for key in _BANNERS for label in said
    )
    return banners.cookies(look.now) if banner else None


def _repeats(target: Target) -> bool:
    return any(slot.endswith("_repeat") for slot in words.slots_of(target.label))


def _lacks_value(target: Target) -> bool:
    """Must it be filled in, and is it empty?"""
    starred = target.label.rstrip().endswith(("*", "＊"))
    required = starred or any(widget.required for widget in target.widgets)
    return required and (target.shown in ("", "no") or values.is_placeholder(target.shown))
