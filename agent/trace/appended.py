"""A file of lines that one process at a time adds to: every line is whole, or not there."""

from __future__ import annotations

import errno
import sys
from io import FileIO
from pathlib import Path


class Busy(OSError):
    """Another process is writing the file."""


class AppendedFile:
    """Opens `path` and locks it until it is closed or its process dies.

    `fresh` makes the file and raises FileExistsError if there is one; else it must exist. Raises Busy if another
    process holds it, and any other OSError.
    """

    def __init__(self, path: Path, *, fresh: bool) -> None:
        # unbuffered: what could not be written must not be tried again when the file is closed
        self._file = FileIO(path, "x+" if fresh else "r+")
        try:
            _lock(self._file.fileno())
            self._end = self._file.seek(0, 2)
        except OSError:
            self._file.close()
            raise
        self._spoilt = False

    def drop_half_line(self) -> None:
        """Remove what stands behind the last newline."""
        self._file.seek(0)
        data = self._file.readall() or b""
        self._end = data.rfind(b"\n") + 1
        self._file.truncate(self._end)

    def add(self, line: str) -> None:
        """Add one line. If that fails, what was written of it is taken back, and the OSError raised."""
        if self._spoilt:
            raise OSError(errno.EIO, "an earlier line was left half written")
        data = memoryview(line.encode("utf-8") + b"\n")
        try:
            self._file.seek(self._end)
            written = 0
            while written < len(data):
                written += self._file.write(data[written:]) or 0
        except OSError:
            self._take_back()
            raise
        self._end += len(data)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _take_back(self) -> None:
        try:
            self._file.truncate(self._end)
        except OSError:
            self._spoilt = True


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        import os

        # a region that nobody reads: locks are mandatory here
        os.lseek(file, 1 << 40, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            raise Busy(error.errno, "another process is writing it") from error

else:
    import fcntl

    def _lock(file: int) -> None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy(error.errno, "another process is writing it") from error
        except OSError as error:
            # some network file systems have no locks; that is no reason not to record
            if error.errno not in (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS):
                raise
