"""Which option of a list a text means."""

from __future__ import annotations

import re
from collections.abc import Sequence

from actions import ActionError, TargetNotFound

_LISTED = 40


def chosen(wanted: str, labels: Sequence[str], disabled: Sequence[bool] = ()) -> int:
    """The number of the option that shows `wanted`: exactly, but for case and spaces, or as the only one with it.

    Raises TargetNotFound, naming the options, if none or several fit, and ActionError if the one that fits is disabled.
    """
    tidy = [" ".join(label.split()) for label in labels]
    plain = [label.casefold() for label in tidy]
    text = " ".join(wanted.split())
    folded = text.casefold()
    for fits in (
        [n for n, label in enumerate(tidy) if label == text],
        [n for n, label in enumerate(plain) if label == folded],
        [n for n, label in enumerate(plain) if folded and label.startswith(folded)],
        [n for n, label in enumerate(plain) if folded and folded in label],
    ):
        if not fits:
            continue
        if len({plain[n] for n in fits}) > 1:
            several = "; ".join(tidy[n] for n in fits)
            raise TargetNotFound(f"{wanted!r} fits several options: {several}; name one of them in full")
        free = [n for n in fits if not (disabled and disabled[n])]
        if not free:
            raise ActionError(f"the option {tidy[fits[0]]!r} is disabled and cannot be chosen")
        return free[0]
    shown = "; ".join(label for label in tidy[:_LISTED] if label)
    more = f" and {len(tidy) - _LISTED} more" if len(tidy) > _LISTED else ""
    raise TargetNotFound(
        f"there is no option {wanted!r}; the options are: {shown}{more}" if shown else "the list is empty"
    )


def says(shown: str, label: str) -> bool:
    """Does a control that shows this name the option `label`, alone or among other words?"""
    folded, wanted = (" ".join(text.split()).casefold() for text in (shown, label))
    return re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", folded) is not None
