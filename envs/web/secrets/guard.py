"""The one place that knows the values of secrets: puts them into fields, and keeps them out of what leaves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakKeyDictionary

from pydantic import BaseModel

from actions import Action, ActionError, Blocked, DeviceError, Open, Select, TargetNotFound, Type, UsageError
from actions.secret import PLACEHOLDER, placeholder, secret_of
from envs.web.overlay import Rect
from envs.web.secrets.kept import Secret, origin_of
from envs.web.secrets.likeness import Likeness
from envs.web.secrets.shown import Cover, covers_in
from envs.web.secrets.worlds import Worlds
from envs.web.tab import DocumentGone, Tab

if TYPE_CHECKING:
    from playwright.async_api import Frame

_UNKNOWN = Cover((0.0, 0.0, 0.0, 0.0), "")
"""Stands for what a frame may show that does not answer."""

M = TypeVar("M", bound=BaseModel)


class Guard:
    """Keeps `secrets`; those without origins of their own are for the origin of `start`. Without secrets it costs
    nothing."""

    def __init__(self, secrets: Sequence[Secret], start: str | None) -> None:
        self._secrets = {secret.key: secret for secret in secrets}
        if len(self._secrets) < len(secrets):
            raise UsageError("two secrets have one name; give each its own")
        self._likenesses = {secret.key: Likeness(secret.value.get_secret_value()) for secret in self._secrets.values()}
        self._home = frozenset({origin_of(start)}) if start is not None and start != "about:blank" else frozenset()
        self._worlds: WeakKeyDictionary[Tab, Worlds] = WeakKeyDictionary()

    def __bool__(self) -> bool:
        return bool(self._secrets)

    @property
    def hint(self) -> str:
        """A sentence that tells a model how to use the secrets."""
        names = ", ".join(map(placeholder, self._secrets))
        return f"Type {names} exactly so where its value belongs: the real value is put in there and is never shown."

    # --- keeping out ---

    def redacted(self, text: str) -> str:
        """The text with a secret's name wherever it shows the secret, or a part of it."""
        if not self._secrets or not text:
            return text
        pieces = PLACEHOLDER.split(text)
        # every second piece is the name in a placeholder, which may resemble its own value
        return "".join(self._marked(piece) if n % 2 else self._replaced(piece) for n, piece in enumerate(pieces))

    def _marked(self, name: str) -> str:
        return placeholder(name) if name in self._secrets else self._replaced(placeholder(name))

    def _replaced(self, text: str) -> str:
        found = [(*span, key) for key, likeness in self._likenesses.items() for span in likeness.spans(text)]
        out, at = "", 0
        for start, end, key in sorted(found):
            if start >= at:
                out += text[at:start] + placeholder(key)
            at = max(at, end)
        return out + text[at:]

    def cleaned(self, data: M) -> M:
        """The same data with every text in it redacted."""
        if not self._secrets:
            return data
        now = {name: getattr(data, name) for name in type(data).model_fields}
        changed = {name: fresh for name, old in now.items() if (fresh := self._clean(old)) != old}
        return data.model_copy(update=changed) if changed else data

    def _clean(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.redacted(value)
        if isinstance(value, tuple):
            return tuple(map(self._clean, value))
        return self.cleaned(value) if isinstance(value, BaseModel) else value

    @contextmanager
    def keeping_errors_clean(self) -> Iterator[None]:
        """Inside, whatever is raised says no secret, nor does what it came from."""
        try:
            yield
        except Exception as error:
            if self._secrets and any(self.redacted(str(one)) != str(one) for one in _chain(error)):
                error.__cause__ = error.__context__ = None
                error.args = tuple(self._clean(arg) for arg in error.args)
            raise

    async def covers(self, tab: Tab) -> list[Cover]:
        """What of the tab's picture shows a secret now; frames that cannot be searched are among it."""
        if not self._secrets:
            return []
        worlds = self._worlds_of(tab)
        found = covers_in(await worlds.snapshot(), self._likenesses, await worlds.scale())
        for frame, wire in (await worlds.apart()).items():
            inside = [_UNKNOWN]
            if wire is not None:
                with suppress(DeviceError, DocumentGone, TimeoutError):
                    inside = covers_in(await worlds.snapshot(wire), self._likenesses, 1.0)
            if inside and (box := await _place(tab, frame)) is not None:
                found.append(Cover(box, inside[0].key))
        return found

    def _worlds_of(self, tab: Tab) -> Worlds:
        if tab not in self._worlds:
            self._worlds[tab] = Worlds(tab)
        return self._worlds[tab]

    # --- putting in ---

    def check(self, action: Action, *, dialog: bool) -> None:
        """Raises ActionError if an action names a secret that there is not, or that it has no use for."""
        match action:
            case Type(text=text) if PLACEHOLDER.search(text):
                key = secret_of(text)
                if key is None:
                    raise ActionError("a secret is typed alone, as <secret:password>, without other text around it")
                if key not in self._secrets:
                    known = ", ".join(map(placeholder, self._secrets)) or "none"
                    raise ActionError(f"no secret is named {key} (there are: {known}); it was not given to this run")
                if dialog:
                    raise ActionError(f"the dialog shows what is typed, so {placeholder(key)} is not typed there")
            case Select(option=text) | Open(target=text) if PLACEHOLDER.search(text):
                raise ActionError("a secret can only be typed into a field")

    async def put(self, tab: Tab, key: str, *, replace: bool) -> list[str]:
        """Put a secret into the field that has the focus; sentences about what came of it.

        Raises Blocked in a frame of an origin that the secret is not for, and ActionError for a field that shows what
        is typed or takes nothing.
        """
        secret = self._secrets[key]
        origins = secret.origins or self._home
        worlds = self._worlds_of(tab)
        wire, element = await worlds.focused()
        answer = {"why": "none"}
        if element:
            given = (secret.value.get_secret_value(), sorted(origins), secret.in_clear, replace)
            answer = await worlds.call(wire, element, _script(), *given) or answer
        match answer["why"]:
            case "":
                return [] if answer["kept"] else [f"The field did not keep {placeholder(key)} as it was given."]
            case "origin":
                allowed = ", ".join(sorted(origins)) or "no origin, since the run began at none"
                raise Blocked(
                    f"{placeholder(key)} was to be typed at {answer['origin']}, and it is for {allowed}; if that is "
                    f"right, allow it with --secret {key}=VARIABLE@{answer['origin']}"
                )
            case "clear":
                raise ActionError(
                    f"this field shows what is typed, so {placeholder(key)} is not typed here; choose a password field "
                    f"(the person can allow it with --secret-in-clear {key})"
                )
            case "fixed":
                raise ActionError("this field is disabled or read-only and takes no text")
            case _:
                raise TargetNotFound("nothing that takes text has the focus; choose the field itself")


async def _place(tab: Tab, frame: Frame) -> Rect | None:
    """Where the frame of the page that a frame is in lies, in CSS pixels of the view; None if it does not show."""
    while frame.parent_frame is not None and frame.parent_frame != tab.page.main_frame:
        frame = frame.parent_frame
    try:
        element = await tab.wait_for(frame.frame_element(), "finding a frame")
        box = await tab.wait_for(element.bounding_box(), "finding a frame")
    except DocumentGone:
        return None
    return (box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"]) if box is not None else None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


@cache
def _script() -> str:
    text = files(__package__).joinpath("put.js").read_text(encoding="utf-8")
    return text[text.index("function") :]
