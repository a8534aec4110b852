"""A trace as a Python script for Playwright: readable, with locators, and it runs without Handeye."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from textwrap import indent

from actions import Action, Hit, Place, TraceError
from actions.secret import secret_of
from agent.describe import describe
from agent.params import Params, read_params
from agent.trace import StepLine, Trace
from envs.keyboard import chord
from envs.web.finder import INTO

_ROLES = frozenset({
    "alert", "article", "button", "cell", "checkbox", "columnheader", "combobox", "dialog", "gridcell", "heading",
    "img", "link", "list", "listbox", "listitem", "menuitem", "menuitemcheckbox", "menuitemradio", "option", "radio",
    "row", "rowheader", "searchbox", "slider", "spinbutton", "switch", "tab", "textbox", "treeitem",
})  # fmt: skip
"""Roles that Playwright finds by role and name."""
_ROLELESS = frozenset({"password", "date", "time", "datetime-local", "month", "week", "color", "file", "range"})
"""Types of inputs that browsers give no role, or another one: their label finds them."""
_TICKS = frozenset({"checkbox", "radio", "switch", "menuitemcheckbox", "menuitemradio"})
_LONGEST_NAME = 80
_ACCEPTING = frozenset({"OK", "Leave"})
_SHADOW = " >>> "

_HEAD = '''\
"""{title}

Exported from a Handeye trace. It needs Playwright (pip install playwright; playwright install chromium) and runs as

    python {name} [--headed] [URL to begin at]

BROWSER names another browser to start, as a path.
"""

import os
import sys

from playwright.sync_api import Page, expect, sync_playwright

START = {start}
DATA: dict[str, str] = {data}


def run(page: Page, start: str = START, data: dict[str, str] = DATA) -> Page:
    """{done}"""
    page.goto(start)
'''
_TAIL = """\
    return page


def main() -> None:
    given = [word for word in sys.argv[1:] if word != "--headed"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            headless="--headed" not in sys.argv, executable_path=os.environ.get("BROWSER") or None{sandbox}
        )
        page = browser.new_page(viewport={{"width": {width}, "height": {height}}})
        page = run(page, *given[:1])
        print(page.title(), page.url)
        browser.close()


if __name__ == "__main__":
    main()
"""


def script(trace: Trace, name: str = "script.py") -> tuple[str, list[str]]:
    """The script's text, and what a reader should know of it. Values of the task stand in a dict at its top."""

    if trace.header.platform != "web":
        raise TraceError(f"the trace in {trace.folder} is of {trace.header.platform}; a Playwright script drives pages")
    if not trace.steps:
        raise TraceError(f"the trace in {trace.folder} has no step to repeat")
    writer = _Writer(trace, read_params(trace))
    body = "\n".join(writer.lines())
    first = trace.steps[0].seen
    start = trace.header.task.start or first.url
    outcome = trace.outcome
    if outcome is None or outcome.status != "complete":
        how = outcome.status if outcome is not None else "was cut off"
        writer.notes.append(f"the run did not end complete ({how}); the script does what it did until then")
    text = _HEAD.format(
        title=_docstring(trace.header.task.instruction),
        name=_comment(name),
        start=_text(start),
        data=_dict(trace.header.task.data),
        done="Do it once more, and give back the page that it ends on.",
    )
    return text + indent(body, "    ") + "\n" + _TAIL.format(
        width=first.width, height=first.height, sandbox=_SANDBOX
    ), (writer.notes)


_SANDBOX = """,
            args=["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else [],"""


class _Writer:
    """Turns steps into statements; `notes` collects what could not be said well."""

    def __init__(self, trace: Trace, params: Params) -> None:
        self._trace = trace
        self._values = _uses(params)
        self.notes: list[str] = []

    def lines(self) -> Iterator[str]:
        steps = [line for line in self._trace.steps if line.decision is not None and not line.problem]
        for n, line in enumerate(steps):
            assert line.decision is not None
            following = steps[n + 1] if n + 1 < len(steps) else None
            said = [*self._statements(line, line.decision.action)]
            yield f"# {line.n}. {_comment(describe(line.decision.action, line.result))}"
            if following is not None and (answer := _dialog_answer(following)) is not None:
                # the driver asks what to do with a dialog before the step that opens it is over
                yield f'page.once("dialog", lambda dialog: dialog.{answer}())'
            if said and _opened_tab(line):
                yield "with page.expect_popup() as popup:"
                yield from (indent(statement, "    ") for statement in said)
                yield "page = popup.value"
            else:
                yield from said
        yield from self._end(steps)

    def _end(self, steps: Sequence[StepLine]) -> Iterator[str]:
        """Wait for what the last screen says and the one before did not: the script is not over sooner than the run."""
        if not steps:
            return
        last = steps[-1].seen
        before = next((line.seen for line in reversed(steps) if line.seen.image != last.image), None)
        values = [value.casefold() for value in self._trace.header.task.data.values() if value]
        for words in last.landmarks:
            told = words.casefold()
            fresh = before is not None and words not in before.landmarks
            # numbers and values of the task are others next time
            if fresh and not re.search(r"\d", words) and not any(value in told for value in values):
                yield f"expect(page.get_by_text({_text(words)}, exact=True).first).to_be_visible()"
                return
        yield 'page.wait_for_load_state("networkidle")'

    def _statements(self, line: StepLine, action: Action) -> Iterator[str]:
        result = line.result
        hit = result.hit if result is not None else None
        if hit is not None and hit.tag == "dialog":
            return
        if hit is not None and hit.tag == "option" and hit.path and action.kind in ("click", "select"):
            # an option of a native list, which Handeye draws
            yield f"{_by_path(hit.path)}.select_option(label={self._of(line.n, 'name', hit.name)})"
            return
        match action.kind:
            case "click":
                if hit is not None and hit.tag == "select":
                    return
                yield self._click(line, action, hit)
            case "hover":
                yield self._on(line, action.at, hit, "hover()", lambda x, y: f"page.mouse.move({x}, {y})")
            case "long_press":
                delay = f"delay={action.seconds * 1000:g}"
                yield self._on(
                    line, action.at, hit, f"click({delay})", lambda x, y: f"page.mouse.click({x}, {y}, {delay})"
                )
            case "drag":
                yield f"page.mouse.move({self._pixel(line, action.start)})"
                yield "page.mouse.down()"
                yield f"page.mouse.move({self._pixel(line, action.end)}, steps=12)"
                yield "page.mouse.up()"
            case "scroll":
                distance = f"{action.steps * 100:g}"
                sign = "-" if action.direction in ("up", "left") else ""
                across, down = ("0", sign + distance) if action.direction in ("up", "down") else (sign + distance, "0")
                if action.at is not None:
                    yield f"page.mouse.move({self._pixel(line, action.at)})"
                yield f"page.mouse.wheel({across}, {down})"
            case "type":
                yield from self._type(line, action.text, action.replace, action.submit, action.into is None, hit)
            case "press":
                yield f"page.keyboard.press({_text(chord(action.keys))})"
            case "select":
                label = self._of(line.n, "option", action.option)
                if label == _text(action.option) and result is not None and result.read_back:
                    label = _text(result.read_back)
                if hit is not None and hit.tag not in ("", "select"):
                    yield f"{self._locator(line, hit)}.click()"
                    yield f'page.get_by_role("option", name={label}).click()'
                else:
                    yield self._on(line, action.at, hit, f"select_option(label={label})", None)
            case "open":
                yield f"page.goto({self._of(line.n, 'target', action.target)})"
            case "back":
                yield "page.go_back()"
            case "home":
                yield "page.goto(start)"
            case "answer":
                yield f"print({_text(action.text)})"
            case _:  # waiting is the locators' own business; the rest is said to people
                return

    def _click(self, line: StepLine, action: Action, hit: Hit | None) -> str:
        assert action.kind == "click"
        options = [f"button={_text(action.button)}"] if action.button != "left" else []
        if action.count > 1:
            options.append(f"click_count={action.count}")
        call = f"click({', '.join(options)})"
        if hit is not None and hit.role in _TICKS and not options and not _ticked(line, hit):
            call = "check()"
        return self._on(
            line, action.at, hit, call, lambda x, y: f"page.mouse.click({', '.join([str(x), str(y), *options])})"
        )

    def _type(
        self, line: StepLine, text: str, replace: bool, submit: bool, focused: bool, hit: Hit | None
    ) -> Iterator[str]:
        value = self._of(line.n, "text", text)
        if focused or hit is None:
            if replace:
                yield 'page.keyboard.press("ControlOrMeta+a")'
            yield f"page.keyboard.insert_text({value})"
            if submit:
                yield 'page.keyboard.press("Enter")'
            return
        field = self._locator(line, hit)
        read_back = line.result.read_back if line.result is not None else None
        if hit.tag == "select":
            yield f"{field}.select_option(label={_text(read_back) if read_back and value == _text(text) else value})"
        elif hit.input_type == "file":
            yield f"{field}.set_input_files({value})"
        elif hit.input_type in _ROLELESS - {"password"}:
            # browsers take these in one form only, which the page showed when it was read back
            yield f"{field}.fill({_text(read_back) if read_back and value == _text(text) else value})"
        elif replace or not _held(line, hit):
            yield f"{field}.fill({value})"
        else:
            yield f'{field}.press("End")'
            yield f"{field}.press_sequentially({value})"
        if submit:
            yield f'{field}.press("Enter")'

    def _on(
        self, line: StepLine, place: Place, hit: Hit | None, call: str, at: Callable[[int, int], str] | None
    ) -> str:
        """A call on what was hit; on the place where nothing else is known."""
        if hit is not None and (hit.path or (hit.role in _ROLES and hit.name)):
            return f"{self._locator(line, hit)}.{call}"
        x, y = place.centre.pixel(line.seen.width, line.seen.height)
        if at is None:
            self.notes.append(f"step {line.n} has no name to find it by and is left out")
            return f"# nothing is known of what was there: {call} at {x}, {y}"
        self.notes.append(f"step {line.n} is done at a place of the window: nothing is known of what was there")
        return at(x, y)

    def _locator(self, line: StepLine, hit: Hit) -> str:
        """The best locator there is: test id, role and name, label, placeholder, path; inside its frame."""
        *frames, inner = hit.path.split(INTO)
        scope = "page" + "".join(f".frame_locator({_text(_css(path))})" for path in frames)
        test_id = re.fullmatch(r'\[data-testid="(?:[^"\\])*"\]', inner)
        if hit.test_id and test_id and not hit.alike:
            return f"{scope}.get_by_test_id({_text(hit.test_id)})"
        named = 0 < len(hit.name) <= _LONGEST_NAME and not hit.alike
        if named and hit.input_type in _ROLELESS:
            by_hint = any(e.box == hit.box and e.placeholder == hit.name for e in line.seen.elements)
            how = "get_by_placeholder" if by_hint else "get_by_label"
            return f"{scope}.{how}({self._of(line.n, 'name', hit.name)}, exact=True)"
        if named and hit.role in _ROLES:
            return f"{scope}.get_by_role({_text(hit.role)}, name={self._of(line.n, 'name', hit.name)}, exact=True)"
        if inner:
            return f"{scope}.locator({_text(_css(inner))})"
        return f"{scope}.get_by_role({_text(hit.role)}, name={_text(hit.name)}).first"

    def _pixel(self, line: StepLine, place: Place) -> str:
        x, y = place.centre.pixel(line.seen.width, line.seen.height)
        return f"{x}, {y}"

    def _of(self, n: int, field: str, text: str) -> str:
        """A text as Python: `data[…]` where it is just a value of the task, else itself; a secret is asked for."""
        if secret := secret_of(text):
            variable = re.sub(r"\W", "_", secret, flags=re.ASCII).upper()
            self.notes.append(f"step {n}: the trace does not hold what was typed; the script takes it from {variable}")
            return f"os.environ[{_text(variable)}]"
        name = self._values.get((n, field))
        value = self._trace.header.task.data.get(name) if name is not None else None
        return f"data[{_text(name)}]" if name is not None and value == text else _text(text)


def _uses(params: Params) -> Mapping[tuple[int, str], str]:
    """The parameter of each place in the trace that holds nothing else, as it was given."""
    return {
        (use.n, use.field): param.name
        for param in params.params
        for use in param.uses
        if use.template == "{" + param.name + "}"
    }


def _dialog_answer(line: StepLine) -> str | None:
    hit = line.result.hit if line.result is not None else None
    if hit is None or hit.tag != "dialog" or hit.role != "button":
        return None
    return "accept" if hit.name in _ACCEPTING else "dismiss"


def _opened_tab(line: StepLine) -> bool:
    return line.result is not None and any(note.startswith("A new tab opened") for note in line.result.notes)


def _ticked(line: StepLine, hit: Hit) -> bool:
    return any("checked" in element.states for element in line.seen.elements if _same(element.box, hit.box))


def _held(line: StepLine, hit: Hit) -> bool:
    """Did the field hold something before it was typed into? Yes, where it is not known."""
    here = [element for element in line.seen.elements if _same(element.box, hit.box)]
    return not here or any(element.value for element in here)


def _same(one: Place, other: Place | None) -> bool:
    if other is None:
        return False
    return abs(one.centre.x - other.centre.x) < 0.01 and abs(one.centre.y - other.centre.y) < 0.01


def _by_path(path: str) -> str:
    *frames, inner = path.split(INTO)
    return (
        "page" + "".join(f".frame_locator({_text(_css(into))})" for into in frames) + f".locator({_text(_css(inner))})"
    )


def _css(path: str) -> str:
    """A path as Playwright's selectors have it: they see through open shadow roots by themselves."""
    return path.replace(_SHADOW, " >> ")


def _text(text: str) -> str:
    """A Python literal: double quotes, as people write them."""
    literal = repr(text)
    if literal.startswith("'") and '"' not in text:
        return '"' + literal[1:-1].replace("\\'", "'") + '"'
    return literal


def _dict(data: Mapping[str, str]) -> str:
    if not data:
        return "{}"
    inner = "".join(f"    {_text(key)}: {_text(value)},\n" for key, value in data.items())
    return "{\n" + inner + "}"


def _comment(text: str) -> str:
    """One line, whatever a page or a model wrote."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:160]


def _docstring(text: str) -> str:
    return _comment(text).replace("\\", "/").replace('"""', "'''").rstrip('"')
