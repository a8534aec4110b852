"""What an environment is: a screen that can be observed and acted on."""

from __future__ import annotations

from types import TracebackType
from typing import Protocol, Self, runtime_checkable

from actions import Action, Hit, Observation, Platform, Result


@runtime_checkable
class Environment(Protocol):
    """A screen. An async context manager: entering starts or attaches, leaving gives everything back.

    Raises DriverMissing on entering if something must be installed, DeviceLost whenever the screen went away.
    """

    platform: Platform

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    async def observe(self, *, elements: bool = True) -> Observation:
        """One look at the screen once it is still, never older than the last action's effect.

        `elements` False lets an environment skip collecting them.
        """
        ...

    async def perform(self, action: Action) -> Result:
        """Do one action and wait until the screen is still.

        Raises UnsupportedAction, TargetNotFound or another ActionError if the screen refuses (nothing was done then),
        and DeviceError if the screen failed. Answer, Ask and Finish are the loop's and are refused here.
        """
        ...


@runtime_checkable
class Finder(Protocol):
    """An environment that can find again what an earlier action met."""

    async def find(self, hit: Hit, *, wide: bool = False) -> tuple[Hit, ...]:
        """Everything on the screen now that `hit` may mean: what its path or ids name, and what has its role and name.

        With `wide`, everything of its role. `box` is where to act on it, None for what must be scrolled to first. The
        words `near` each are gathered as those of `hit` were, so that the two can be compared.
        """
        ...

    async def bring(self, hit: Hit) -> Hit | None:
        """Scroll until one that was found can be acted on; None if it cannot be."""
        ...
