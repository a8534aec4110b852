"""Training data for LLaMA-Factory: one sample a step, the request as it was sent and the answer in canonical form.

The folder holds `data.json` (a list of `messages` and `images`), `images/`, and a `dataset_info.json` that names it in
LLaMA-Factory's words.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from actions import Element, GuiAgentError, Observation, Place, UnsupportedAction, UsageError, place_of
from agent.trace import PromptMessage, PromptPart, StepLine, Trace
from prompts import registry
from prompts.base import CallsFunctions, Decision, Dialect, Foresight, Message, Reply, Step
from prompts.images import image_of
from prompts.tokens import ANSWER, ANSWER_END, THINK, THINK_END

DATA, INFO, NAME = "data.json", "dataset_info.json", "handeye"
_PLACEHOLDERS = ("<image>", "<video>", "<audio>")
"""What LLaMA-Factory puts media in the place of: text that says so by itself must not."""


def write(traces: Sequence[Trace], folder: Path, *, everything: bool, dialect: str | None) -> list[str]:
    """Write the folder; gives back a line for each step that had to be left out, and why.

    Only steps of complete runs that did what they should are taken, with `everything` all that were answered. Raises
    UsageError if nothing is left, and for a trace without prompts if no `dialect` is named.
    """
    (folder / "images").mkdir(parents=True)
    notes: list[str] = []
    samples: list[dict[str, Any]] = []
    for trace in traces:
        if not everything and (trace.outcome is None or trace.outcome.status != "complete"):
            ended = trace.outcome.status if trace.outcome is not None else "cut off"
            notes.append(f"{trace.folder}: {ended}, so none of its steps is taken (--all takes them)")
            continue
        spoken = registry.get(dialect or trace.header.dialect) if dialect or _prompted(trace) else None
        if spoken is None:
            raise UsageError(f"no model was asked in {trace.folder}; name with --dialect whose prompts to make of it")
        earlier: list[Step] = []
        for line in trace.steps:
            before = tuple(earlier)
            if dialect is not None and (line.decision is not None or line.reply is not None):
                earlier.append(_step(trace, line))
            if line.decision is None or not (everything or _good(line)):
                continue
            try:
                samples.append(_sample(trace, line, spoken, folder, before if dialect is not None else None))
            except GuiAgentError as error:
                notes.append(f"{trace.folder}, step {line.n}: left out, {error}")
    if not samples:
        raise UsageError("there is nothing to learn from: " + ("; ".join(notes) or "no step was a success"))
    if not any("tools" in sample for sample in samples):
        columns = {"messages": "messages", "images": "images"}
    else:
        # every row needs the same columns
        for sample in samples:
            sample.setdefault("tools", "")
        columns = {"messages": "messages", "images": "images", "tools": "tools"}
    info = {NAME: {"file_name": DATA, "formatting": "sharegpt", "columns": columns, "tags": _TAGS}}
    for name, content in ((DATA, samples), (INFO, info)):
        (folder / name).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return notes


_TAGS = {
    "role_tag": "role",
    "content_tag": "content",
    "user_tag": "user",
    "assistant_tag": "assistant",
    "system_tag": "system",
    "function_tag": "function_call",
    "observation_tag": "observation",
}


def _prompted(trace: Trace) -> bool:
    return any(line.prompt for line in trace.steps)


def _good(line: StepLine) -> bool:
    """Did the step do what it should? One that changed nothing is no example, unless it waited or ended the run."""
    if line.problem or line.decision is None:
        return False
    if line.result is None or line.result.changed is not False:
        return True
    return line.decision.action.kind in ("wait", "answer", "ask", "hover")


def _step(trace: Trace, line: StepLine) -> Step:
    """A step as dialects see it in the history, a person's too."""
    reply = line.reply or Reply(text="")
    return Step(
        seen=trace.observation(line), reply=reply, decision=line.decision, result=line.result, problem=line.problem
    )


def _sample(
    trace: Trace, line: StepLine, dialect: Dialect, folder: Path, before: Sequence[Step] | None
) -> dict[str, Any]:
    assert line.decision is not None
    seen = trace.observation(line)
    images: list[str] = []
    messages = [
        {"role": message.role, "content": "".join(_parts(message, images))}
        for message in _request(trace, line, dialect, seen, folder, before)
    ]
    sample: dict[str, Any] = {"messages": messages, "images": images}
    if isinstance(dialect, CallsFunctions):
        functions = [tool["function"] for tool in dialect.tools(trace.header.task, seen)]
        sample["tools"] = json.dumps(functions, ensure_ascii=False)
        role = "function_call"
    else:
        role = "assistant"
    messages.append({"role": role, "content": _answer(line, line.decision, dialect, seen)})
    return sample


def _request(
    trace: Trace, line: StepLine, dialect: Dialect, seen: Observation, folder: Path, before: Sequence[Step] | None
) -> Iterator[PromptMessage]:
    """The messages that were sent, or those made anew from the steps `before`; pictures are paths in the folder."""
    if before is None:
        if not line.prompt:
            raise UsageError("no model was asked; --dialect NAME makes the prompt that one would be asked with")
        for message in line.prompt:
            if any(part.image == "" for part in message.content):
                raise UsageError(
                    "its pictures were not kept, as in traces of version 1; --dialect makes the prompt anew"
                )
            yield PromptMessage(
                role=message.role,
                content=tuple(
                    part if part.image is None else PromptPart(image=_kept(folder, part.image, trace.image(part.image)))
                    for part in message.content
                ),
            )
        return
    for sent in dialect.messages(trace.header.task, before, seen):
        yield PromptMessage(role=sent["role"], content=tuple(_made(folder, sent)))


def _made(folder: Path, message: Message) -> Iterator[PromptPart]:
    import hashlib

    content = message["content"]
    for part in [{"type": "text", "text": content}] if isinstance(content, str) else content:
        image = image_of(part)
        if image is None:
            yield PromptPart(text=part["text"])
            continue
        kind = "jpg" if image.startswith(b"\xff\xd8") else "png"
        yield PromptPart(image=_kept(folder, f"{hashlib.sha256(image).hexdigest()[:20]}.{kind}", image))


def _kept(folder: Path, name: str, image: bytes) -> str:
    """The path of a picture from the folder, which holds it then."""
    path = f"images/{name.rpartition('/')[2]}"
    if not (folder / path).exists():
        (folder / path).write_bytes(image)
    return path


def _parts(message: PromptMessage, images: list[str]) -> Iterator[str]:
    for part in message.content:
        if part.image is not None:
            images.append(part.image)
            yield "<image>"
        else:
            yield _plain(part.text or "")


def _plain(text: str) -> str:
    for placeholder in _PLACEHOLDERS:
        text = text.replace(placeholder, placeholder.replace("<", "< "))
    return text


def _answer(line: StepLine, decision: Decision, dialect: Dialect, seen: Observation) -> str:
    """What the model should have said: its own thinking, and its action as the dialect writes it."""
    if isinstance(dialect, CallsFunctions):
        answer = _call(decision)
    else:
        mark = _mark(place_of(decision.action), seen.elements)
        answer = dialect.format(decision.action, thought=decision.thought, memory=decision.memory or "", mark=mark)
        check = dialect.parse(Reply(text=answer), seen)
        if check.action.kind != decision.action.kind:
            raise UnsupportedAction(f"{dialect.name} reads its own form of {decision.action.kind} as another action")
    opening = dialect.opening if isinstance(dialect, Foresight) else ""
    if ANSWER in opening:
        answer = f"{ANSWER}{answer}{ANSWER_END}"
    thinking = _thinking(line) if THINK_END in opening else ""
    # where there was none LLaMA-Factory puts in an empty pair, or the switch that its enable_thinking asks for
    if thinking and isinstance(dialect, CallsFunctions):
        # its formatter of calls finds the thinking by just these words
        answer = f"{THINK}\n{thinking}\n{THINK_END}\n\n{answer}"
    elif thinking:
        answer = f"{THINK}\n{thinking}{THINK_END}\n{answer}"
    return _plain(answer)


def _call(decision: Decision) -> str:
    """The call as LLaMA-Factory takes it: a name and an object, which its template writes in the family's tags."""
    from prompts.tools.arguments import arguments_of
    from prompts.tools.functions import MEMORY, REASON

    arguments: dict[str, Any] = {REASON: " ".join(decision.thought.split()), **arguments_of(decision.action)}
    if decision.memory:
        arguments[MEMORY] = decision.memory
    return json.dumps({"name": decision.action.kind, "arguments": arguments}, ensure_ascii=False)


def _thinking(line: StepLine) -> str:
    """The model's own thinking, "" if it did not think or a person acted."""
    if line.reply is None:
        return ""
    said = line.reply.reasoning
    if not said and THINK_END in line.reply.text:
        said = line.reply.text.partition(THINK_END)[0].rpartition(THINK)[2]
    return said.strip()


def _mark(place: Place | None, elements: Sequence[Element]) -> int | None:
    """The number of the element that was aimed at: the one of just that box, else the smallest around the place."""
    if place is None:
        return None
    x, y = place.centre.x, place.centre.y
    for element in elements:
        if element.box == place:
            return element.mark
    around = [e for e in elements if e.box.left <= x <= e.box.right and e.box.top <= y <= e.box.bottom]
    sizes = {e.mark: (e.box.right - e.box.left) * (e.box.bottom - e.box.top) for e in around}
    return min(sizes, key=sizes.__getitem__) if sizes else None
