"""The folder whose files the workbench changes.

The register that ships with the product is never written to: the first change makes a copy of it
in the state folder, which from then on is the register of every command. A folder that somebody
named in SIGNPOST_CONTENT is theirs to have changed, and is changed in place.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import msgspec

from signpost.register.checks import COPY_MARK
from signpost.settings import SHIPPED, Settings

# A file of the register is written with these rights, for the bot's other processes to read.
_MODE = 0o644


class CopyError(Exception):
    """The register's files cannot be changed; the message says which folder and what to do."""


class Origin(msgspec.Struct, frozen=True):
    """What a copy was made of: the digest of each file as it was then."""

    folder: str
    files: dict[str, str]


class Copy:
    """Reads and writes the files of the register, each by its path such as
    "services/childline.yaml"."""

    def __init__(self, settings: Settings) -> None:
        self._own = settings.own_content
        self._given = settings.content
        self._lock = settings.state / "content.lock"

    @property
    def folder(self) -> Path:
        """Where the register is now."""
        shipped = self._given == SHIPPED
        return self._own if shipped and self._own.is_dir() else self._given

    @property
    def is_writable(self) -> bool:
        """Whether changes can be written."""
        return self.folder == SHIPPED or os.access(self.folder, os.W_OK)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes from changing the files, and have files that may be changed.
        Raises `CopyError`."""
        self._lock.parent.mkdir(parents=True, exist_ok=True)
        with self._lock.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self.is_writable:
                raise CopyError(
                    f"The register's folder {self.folder} cannot be written to. Let the program "
                    "write there, or leave SIGNPOST_CONTENT out, so that changes go into a copy."
                )
            self._begin()
            yield

    def paths(self) -> list[str]:
        """Every file of the register, hidden ones left out."""
        return paths(self.folder)

    def read(self, path: str) -> bytes | None:
        """A file's bytes, or None when there is none."""
        try:
            return (self.folder / path).read_bytes() if is_within(path) else None
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError, ValueError):
            return None

    def write(self, path: str, text: bytes | None) -> None:
        """Replace a file as one, or take it out. Only within `locked`. Raises `CopyError`."""
        file = self.folder / path
        if not is_within(path):
            raise CopyError(f"'{path}' is no file of the register.")
        try:
            if text is None:
                file.unlink(missing_ok=True)
                return
            file.parent.mkdir(parents=True, exist_ok=True)
            fresh = file.with_name(f".{file.name}-{secrets.token_hex(4)}")
            fresh.write_bytes(text)
            fresh.chmod(_MODE)
            os.replace(fresh, file)
        except OSError as error:
            raise CopyError(f"{file} cannot be written: {error.strerror}.") from error

    def newer_in_product(self) -> list[str]:
        """The files that the product brought in another version since this copy was made, and that
        stand otherwise here."""
        try:
            mark = (self.folder / COPY_MARK).read_bytes()
            origin = msgspec.json.decode(mark, type=Origin)
        except (OSError, msgspec.MsgspecError, ValueError):
            return []
        return [
            path
            for path, digest in digests(SHIPPED).items()
            if origin.files.get(path) != digest and self.read(path) != (SHIPPED / path).read_bytes()
        ]

    def _begin(self) -> None:
        """Make the copy, whole or not at all."""
        if self.folder != SHIPPED:
            return
        fresh = self._own.with_name(f".content-{secrets.token_hex(4)}")
        try:
            shutil.copytree(SHIPPED, fresh)
            origin = Origin(str(SHIPPED), digests(SHIPPED))
            (fresh / COPY_MARK).write_bytes(msgspec.json.format(msgspec.json.encode(origin)))
            fresh.rename(self._own)
        except OSError as error:
            raise CopyError(
                f"No copy of the register can be made in {self._own.parent}: {error.strerror}."
            ) from error
        finally:
            shutil.rmtree(fresh, ignore_errors=True)


def is_within(path: str) -> bool:
    """Whether a path leads to a file within the register: what is hidden is not of it."""
    return bool(path) and all(part and not part.startswith(".") for part in path.split("/"))


def paths(folder: Path) -> list[str]:
    """The files under a folder, by their paths from it; hidden ones left out."""
    found = (file.relative_to(folder) for file in folder.rglob("*") if file.is_file())
    return sorted(
        file.as_posix() for file in found if not any(part.startswith(".") for part in file.parts)
    )


def digests(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file under a folder."""
    return {path: sha256((folder / path).read_bytes()).hexdigest() for path in paths(folder)}
