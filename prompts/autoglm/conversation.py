"""The turns of AutoGLM-Phone: what the user's say is one line of JSON, so they are read back exactly."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from actions import Observation, Task
from prompts import fields
from prompts import history as past
from prompts.base import Briefing, Decision, Message, Step
from prompts.glm.shared import LONGEST_ADDRESS, cut_notes
from prompts.grammar.values import compact, map_strings
from prompts.images import image_of, image_part, image_tokens, text_tokens
from prompts.templates import Wording
from prompts.tokens import ANSWER, ANSWER_END, THINK, THINK_END, escape, plain

_LATER = "** Screen Info **\n\n"
_NO_APP = "System Home"
_ANSWER = re.compile(rf"{THINK}(.*?){THINK_END}{ANSWER}(.*){ANSWER_END}", re.DOTALL)
_MEMORY = "\nMemory:\n"


def write(
    wording: Wording,
    room: int,
    task: Task,
    history: Sequence[Step],
    seen: Observation,
    answered: Callable[[Decision], str],
) -> list[Message]:
    """The whole conversation; `room` is what it may cost in tokens, `answered` writes an earlier answer."""
    system = wording.for_task(task).fill({"today": fields.write_date(task.today)})
    steps = past.acted(history)
    came_of_it = ["", *(past.outcome(step) for step, _ in steps)]
    infos: list[dict[str, Any]] = [
        {"current_app": step.seen.app or _NO_APP, "last_action": before}
        for (step, _), before in zip(steps, came_of_it, strict=False)
    ]
    infos.append({**_screen(seen), "last_action": came_of_it[-1], "problem": past.problem(history)})
    given = {"started_at": fields.cut(task.start, LONGEST_ADDRESS), "data": task.data}
    answers = [answered(decision) for _, decision in steps]
    room -= text_tokens(system) + text_tokens(_first(task, infos[-1] | given)) + image_tokens(seen.width, seen.height)
    _, dropped = past.newest(
        [_LATER + _json(info) + answer for info, answer in zip(infos, answers, strict=False)], room
    )
    infos, answers = infos[dropped:], answers[dropped:]
    infos[0] = infos[0] | given | {"earlier_steps_left_out": dropped}
    texts = [_first(task, infos[0]), *(_LATER + _json(info) for info in infos[1:])]
    messages: list[Message] = [{"role": "system", "content": system}]
    for text, answer in zip(texts, answers, strict=False):
        messages += [_user({"type": "text", "text": text}), {"role": "assistant", "content": answer}]
    return [*messages, _user(image_part(seen.screenshot), {"type": "text", "text": texts[-1]})]


def read(wording: Wording, messages: Sequence[Message]) -> Briefing | None:
    """What such a conversation says; None for any other."""
    roles = [message.get("role") for message in messages]
    if len(roles) % 2 or roles != ["system", *["user", "assistant"] * (len(roles) // 2 - 1), "user"]:
        return None
    system = messages[0].get("content")
    values = wording.match(system) if isinstance(system, str) else None
    if values is None:
        return None
    try:
        texts = [_text_of(message["content"]) for message in messages[1::2]]
        answers = [_answer(str(message["content"])) for message in messages[2::2]]
        instruction, _, first = texts[0].rpartition("\n\n")
        infos = [_read(first), *(_read(text.removeprefix(_LATER)) for text in texts[1:])]
        now = infos[-1]
        task = Task(instruction=plain(instruction), start=infos[0].get("started_at", ""), data=infos[0].get("data", {}))
        if "today" in values:
            task = task.model_copy(update={"today": fields.read_date(values["today"])})
        app = now.get("current_app", _NO_APP)
        return Briefing(
            task=task,
            past=tuple(
                said + (past.OBSERVATION + info["last_action"] if "last_action" in info else "")
                for (said, _), info in zip(answers, infos[1:], strict=True)
            ),
            memory=next((memory for _, memory in reversed(answers) if memory), ""),
            notes=(*now.get("notes", ()), *([now["problem"]] if "problem" in now else [])),
            url=now.get("url", ""),
            title=now.get("title", ""),
            app="" if app == _NO_APP else app,
            scroll=now.get("scroll"),
            screenshot=next((image for part in messages[-1]["content"] if (image := image_of(part)) is not None), b""),
        )
    except (ValueError, TypeError, AttributeError, ValidationError):
        # somebody else's turns
        return None


def _user(*parts: Message) -> Message:
    return {"role": "user", "content": list(parts)}


def _first(task: Task, info: Mapping[str, Any]) -> str:
    return f"{escape(task.instruction)}\n\n{_json(info)}"


def _screen(seen: Observation) -> dict[str, Any]:
    return {
        "current_app": fields.cut(seen.app, LONGEST_ADDRESS) or _NO_APP,
        "url": fields.cut(seen.url, LONGEST_ADDRESS),
        "title": fields.cut(seen.title, LONGEST_ADDRESS),
        "scroll": [round(share, 2) for share in seen.scroll] if seen.scroll is not None else None,
        "notes": cut_notes(seen.notes),
    }


def _json(info: Mapping[str, Any]) -> str:
    """What is known, in one line."""
    return compact(map_strings({key: value for key, value in info.items() if value}, escape))


def _read(written: str) -> dict[str, Any]:
    info = map_strings(json.loads(written), plain)
    if not isinstance(info, dict):
        raise ValueError("no object")
    return info


def _text_of(content: Any) -> str:
    return "".join(part["text"] for part in content if part["type"] == "text")


def _answer(written: str) -> tuple[str, str]:
    """An earlier answer in one line, and the memory that it left."""
    found = _ANSWER.fullmatch(written)
    if found is None:
        raise ValueError("no answer of this dialect")
    call, _, memory = found[2].partition(_MEMORY)
    said = f"{plain(found[1])} {plain(call)}" if found[1] else plain(call)
    return said, compact(map_strings(json.loads(memory), plain)) if memory else ""
