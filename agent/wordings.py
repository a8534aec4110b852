"""The texts of prompts as files of a user's own, for --prompts to take the place of the built-in ones."""

from __future__ import annotations

from pathlib import Path

from actions import UsageError
from prompts import registry


def export_wordings(folder: Path) -> list[str]:
    """Write every built-in text into a folder, made if it is missing; gives the paths.

    Raises UsageError if one of the files is there already: nothing is overwritten, and nothing was written then.
    """
    paths = {folder / name: text for name, text in registry.wordings().items()}
    if there := [str(path) for path in paths if path.exists()]:
        raise UsageError(f"{', '.join(there[:3])} exists already; give a folder that holds no prompts yet")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in paths.items():
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"the prompts cannot be written to {folder}: {error.strerror}") from error
    return [str(path) for path in paths]
