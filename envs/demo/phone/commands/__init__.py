"""The programs that the phone's shell finds, one file for each group; `TABLE` holds them all by name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from envs.demo.phone.commands import activities, dumps, hierarchy, methods, packages, plain, preferences, screens, touch
from envs.demo.phone.interpreter import Call
from envs.demo.phone.system import System

Program = Callable[[System, Call], Awaitable[int]]

TABLE: dict[str, Program] = {
    **activities.PROGRAMS,
    **dumps.PROGRAMS,
    **hierarchy.PROGRAMS,
    **methods.PROGRAMS,
    **packages.PROGRAMS,
    **plain.PROGRAMS,
    **preferences.PROGRAMS,
    **screens.PROGRAMS,
    **touch.PROGRAMS,
}
