"""The parameters of a trace on disk, beside it in params.json, and their editing."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError

from actions import TraceError, UsageError
from agent.params import forms
from agent.params.derive import derive, text_of
from agent.params.model import VERSION, Param, Params, Slot, Use, Where, pieces, template_of
from agent.params.search import spans
from agent.trace import Trace

FILE = "params.json"
_SETTING = re.compile(r"(?P<name>[^|=]+)(?:\|(?P<form>[^=]+))?=(?P<n>\d+)(?::(?P<field>text|option|target|name))?")


def read_params(trace: Trace) -> Params:
    """The parameters of a trace as they were edited (params.json in its folder), else as they are derived.

    Raises TraceError if the file is damaged or newer than this program.
    """
    path = trace.folder / FILE
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return derive(trace)
    except (OSError, UnicodeDecodeError) as error:
        raise TraceError(f"{path} cannot be read: {error}") from error
    try:
        params = Params.model_validate_json(text)
    except ValidationError as error:
        fault = str(error).splitlines()[0]
        raise TraceError(f"{path} is damaged ({fault}); without it the parameters are found anew") from error
    if params.version > VERSION:
        raise TraceError(f"{path} has version {params.version}; this Handeye reads up to {VERSION}: update it")
    return params


def write_params(trace: Trace, params: Params) -> Path:
    """Write params.json into the trace's folder, whole or not at all. Raises TraceError."""
    path = trace.folder / FILE
    try:
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=trace.folder, suffix=".part", delete=False) as part:
            part.write(params.model_dump_json(indent=2, exclude_defaults=True) + "\n")
            part.flush()
            os.fsync(part.fileno())
        os.replace(part.name, path)
    except OSError as error:
        raise TraceError(f"{path} cannot be written: {error.strerror or error}") from error
    return path


def edited(
    params: Params,
    trace: Trace,
    *,
    settings: Iterable[str] = (),
    renames: Iterable[str] = (),
    drops: Iterable[str] = (),
) -> Params:
    """Parameters after editing: NAME=STEP[:field] settings, then old=new renames, then names to drop.

    Raises UsageError for what cannot be done, and then nothing is changed.
    """
    for setting in settings:
        params = _with(params, trace, setting)
    for rename in renames:
        old, equals, new = rename.partition("=")
        if not equals or not new.strip():
            raise UsageError(f"--rename {rename!r} is no OLD=NEW")
        params = _renamed(params, old.strip(), new.strip())
    for name in drops:
        params = _without(params, trace, name)
    return params


def _with(params: Params, trace: Trace, setting: str) -> Params:
    match = _SETTING.fullmatch(setting.strip())
    if match is None:
        raise UsageError(f"--set {setting!r} is no NAME=STEP or NAME=STEP:text (or :option, :target, :name)")
    return _set(params, trace, match["name"].strip(), match["form"] or "", int(match["n"]), match["field"])


def _set(params: Params, trace: Trace, name: str, form: str, n: int, wanted: str | None) -> Params:
    field, text = text_of(trace, n, wanted)
    old = next((param for param in params.params if param.name == name), None)
    if old is None:
        data = {name: text}
        fresh = derive(trace, data).params
        param = fresh[0] if fresh else Param(name=name, value=text)
        params = params.model_copy(update={"params": (*params.params, param.model_copy(update={"uses": ()}))})
        found = param.uses
    else:
        param, found = old, ()
    use = _use(param, form, n, field, text)
    for one in (*found, use):
        params = _placed(params, one)
    clear = tuple(one for one in params.unclear if (one.n, one.field) != (n, field))
    ignored = tuple(one for one in params.ignored if one != name)
    return params.model_copy(update={"unclear": clear, "ignored": ignored})


def _use(param: Param, form: str, n: int, field: Where, text: str) -> Use:
    """The use of a parameter in a text, in the form that was said or in the one that it has there."""
    if form:
        try:
            written = forms.write(param.value, form, param.reads)
        except forms.Unfit as problem:
            raise UsageError(f"{param.name}: {param.value!r} {problem}") from problem
        at = text.find(written)
        if at < 0:
            raise UsageError(f"step {n} has {text!r}, and {param.name} in the form {form!r} is {written!r}")
        parts: list[str | Slot] = [text[:at], Slot(param.name, form), text[at + len(written) :]]
        return Use(n=n, field=field, template=template_of([part for part in parts if part]))
    if text.strip() == param.value.strip():
        return Use(n=n, field=field, template=template_of([Slot(param.name)]))
    here = [span for span in spans(text, [param], param.name) if param.name in span.found]
    if not here:
        raise UsageError(
            f"step {n} has {text!r}, which is not {param.value!r}, the value of {param.name}, in any form that is "
            "known; take another name for it"
        )
    parts = []
    at = 0
    for span in here:
        parts += [text[at : span.start], Slot(param.name, span.found[param.name][0].form)]
        at = span.end
    parts.append(text[at:])
    return Use(n=n, field=field, template=template_of([part for part in parts if part]))


def _placed(params: Params, use: Use) -> Params:
    """The parameters with a use in place of whatever was at its step and field."""
    kept = [one for one in params.uses().values() if (one.n, one.field) != (use.n, use.field)]
    return _sorted(params, [*kept, use])


def _sorted(params: Params, uses: list[Use]) -> Params:
    """The parameters with these uses, each under every name that it has; fields that held a value stay only where
    nothing else uses it."""
    ordered = sorted(uses, key=lambda use: (use.n, use.field))
    mine = {param.name: tuple(use for use in ordered if param.name in use.names) for param in params.params}
    kept = {param.name: tuple(use for use in param.uses if use.field == "kept") for param in params.params}
    listed = tuple(param.model_copy(update={"uses": mine[param.name] or kept[param.name]}) for param in params.params)
    return params.model_copy(update={"params": listed})


def _renamed(params: Params, old: str, new: str) -> Params:
    params.get(old)
    if any(param.name == new for param in params.params):
        raise UsageError(f"there is a parameter {new!r} already; drop it first, or take another name")

    def renamed(use: Use) -> Use:
        parts = [
            part._replace(name=new) if isinstance(part, Slot) and part.name == old else part
            for part in pieces(use.template)
        ]
        return use.model_copy(update={"template": template_of(parts)})

    listed = tuple(
        param.model_copy(
            update={"name": new if param.name == old else param.name, "uses": tuple(map(renamed, param.uses))}
        )
        for param in params.params
    )
    unclear = tuple(
        one.model_copy(update={"names": tuple(new if name == old else name for name in one.names)})
        for one in params.unclear
    )
    return params.model_copy(update={"params": listed, "unclear": unclear})


def _without(params: Params, trace: Trace, name: str) -> Params:
    """The parameters without one; its texts stay as they were recorded, and its value is ignored from now on."""
    gone = params.get(name)
    uses = []
    for use in params.uses().values():
        parts = [
            forms.write(gone.value, part.form, gone.reads) if isinstance(part, Slot) and part.name == name else part
            for part in pieces(use.template)
        ]
        uses.append(use.model_copy(update={"template": template_of(parts)}))
    rest = params.model_copy(update={"params": tuple(param for param in params.params if param.name != name)})
    rest = _sorted(rest.model_copy(update={"ignored": (*params.ignored, name)}), uses)
    left = {one: tuple(other for other in one.names if other != name) for one in params.unclear}
    rest = rest.model_copy(
        update={"unclear": tuple(one.model_copy(update={"names": names}) for one, names in left.items() if names)}
    )
    for one, names in left.items():
        if len(names) == 1 < len(one.names):
            rest = _set(rest, trace, names[0], "", one.n, one.field)
    return rest


def carried(params: Params, healed: Trace) -> Params:
    """Edited parameters for the trace of a replay with the recorded values, whose steps have other numbers.

    A use whose step was not repeated as one of its own (a list opened by one click and chosen from by the next) is the
    choice that became of it.
    """
    numbers = {step.found.step: step.n for step in healed.steps if step.found is not None}
    uses: dict[tuple[int, Where], Use] = {}
    for key, use in params.uses().items():
        n = numbers.get(use.n)
        if n is not None:
            uses[key] = use.model_copy(update={"n": n})
        elif use.field == "name" and (earlier := [at for at in numbers if at < use.n]):
            uses[key] = use.model_copy(update={"n": numbers[max(earlier)], "field": "option"})
    moved = tuple(
        param.model_copy(
            update={
                "uses": tuple(
                    use.model_copy(update={"n": numbers.get(use.n, use.n)})
                    if use.field == "kept"
                    else uses[use.n, use.field]
                    for use in param.uses
                    if use.field == "kept" or (use.n, use.field) in uses
                )
            }
        )
        for param in params.params
    )
    unclear = tuple(one.model_copy(update={"n": numbers[one.n]}) for one in params.unclear if one.n in numbers)
    return params.model_copy(update={"params": moved, "unclear": unclear})
