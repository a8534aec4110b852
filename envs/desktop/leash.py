"""Run a program that dies with whoever started it, even if that one is killed: python leash.py PARENT PROGRAM ARGS…

Started as a script of its own with a bare interpreter, so it imports nothing of this project.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main() -> None:
    parent, *command = sys.argv[1:]
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != int(parent):  # it died before the kernel was told
        sys.exit(1)
    os.execvp(command[0], command)  # noqa: S606  # a program and its arguments, no shell


if __name__ == "__main__":
    main()
