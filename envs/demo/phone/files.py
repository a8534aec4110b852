"""The phone's files: a few folders in memory."""

from __future__ import annotations

import fnmatch
import posixpath
import stat
from dataclasses import dataclass

FOLDERS = ("/", "/data", "/data/local", "/data/local/tmp", "/dev", "/sdcard", "/sdcard/Download", "/storage",
           "/storage/emulated", "/storage/emulated/0", "/system", "/system/bin")  # fmt: skip
_WRITABLE = ("/data/local/tmp", "/sdcard")
_SAME = {"/storage/emulated/0": "/sdcard", "/storage/self/primary": "/sdcard", "/mnt/sdcard": "/sdcard"}


@dataclass(frozen=True, slots=True)
class Status:
    """What `stat` says of a path."""

    mode: int
    size: int
    modified: int


class Files:
    """Paths and their bytes. Only /sdcard and /data/local/tmp can be written, as by a phone's shell."""

    def __init__(self, now: int) -> None:
        self._now = now
        self.reset()

    def reset(self) -> None:
        """Only the folders that every phone has are left."""
        self._files: dict[str, bytes] = {}
        self._folders = set(FOLDERS)

    @staticmethod
    def path(name: str) -> str:
        """The one name of a path; a relative one begins at the root."""
        path = posixpath.normpath("/" + name.lstrip("/"))
        for alias, real in _SAME.items():
            if path == alias or path.startswith(alias + "/"):
                return real + path[len(alias) :]
        return path

    def read(self, name: str) -> bytes:
        """Raises OSError, with the phone's words, for what is no file."""
        path = self.path(name)
        if path == "/dev/null":
            return b""
        if path in self._folders:
            raise IsADirectoryError("Is a directory")
        if path not in self._files:
            raise FileNotFoundError("No such file or directory")
        return self._files[path]

    def write(self, name: str, data: bytes, *, append: bool = False) -> None:
        """Raises OSError, with the phone's words, where nothing can be written."""
        path = self.path(name)
        if path == "/dev/null":
            return
        if path in self._folders:
            raise IsADirectoryError("Is a directory")
        if not path.startswith(tuple(folder + "/" for folder in _WRITABLE)):
            raise PermissionError("Read-only file system" if path.startswith("/system") else "Permission denied")
        if posixpath.dirname(path) not in self._folders:
            raise FileNotFoundError("No such file or directory")
        self._files[path] = (self._files.get(path, b"") if append else b"") + data

    def make_folder(self, name: str, *, parents: bool = False) -> None:
        """Raises OSError, with the phone's words."""
        path = self.path(name)
        if path in self._folders or path in self._files:
            if parents:
                return
            raise FileExistsError("File exists")
        parent = posixpath.dirname(path)
        if parents and parent not in self._folders:
            self.make_folder(parent, parents=True)
        if not (parent + "/").startswith(tuple(folder + "/" for folder in _WRITABLE)):
            raise PermissionError("Permission denied")
        if parent not in self._folders:
            raise FileNotFoundError("No such file or directory")
        self._folders.add(path)

    def remove(self, name: str, *, recursive: bool = False) -> None:
        """Raises OSError, with the phone's words."""
        path = self.path(name)
        if path in self._files:
            del self._files[path]
        elif path not in self._folders:
            raise FileNotFoundError("No such file or directory")
        elif not recursive:
            raise IsADirectoryError("Is a directory")
        elif path in FOLDERS:
            raise PermissionError("Permission denied")
        else:
            self._folders = {folder for folder in self._folders if folder != path and not folder.startswith(path + "/")}
            self._files = {file: data for file, data in self._files.items() if not file.startswith(path + "/")}

    def status(self, name: str) -> Status | None:
        """None if there is no such path."""
        path = self.path(name)
        if path in self._folders:
            return Status(stat.S_IFDIR | 0o771, 4096, self._now)
        if path in self._files:
            return Status(stat.S_IFREG | 0o660, len(self._files[path]), self._now)
        if path == "/dev/null":
            return Status(stat.S_IFCHR | 0o666, 0, self._now)
        return None

    def names(self, name: str) -> list[str]:
        """What a folder holds, in order. Raises OSError if it is none."""
        path = self.path(name)
        if path not in self._folders:
            raise FileNotFoundError("No such file or directory")
        return sorted(
            posixpath.basename(known)
            for known in (*self._folders, *self._files)
            if known != "/" and posixpath.dirname(known) == path
        )

    def matching(self, pattern: str) -> list[str]:
        """The paths that a glob pattern names, in the pattern's own form; empty if there are none."""
        absolute = pattern.startswith("/")
        wanted = posixpath.normpath("/" + pattern.lstrip("/"))
        depth = wanted.count("/")
        found = [
            path
            for path in (*self._folders, *self._files)
            if path != "/" and path.count("/") == depth and fnmatch.fnmatchcase(path, wanted)
        ]
        return sorted(path if absolute else path[1:] for path in found)
