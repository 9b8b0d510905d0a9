"""Published copies of the register: whole folders that never change, and a pointer to one.

A bundle is a folder named by the checksum of its files. It is copied beside its final place, made
read-only and then renamed, and the pointer is a file that is replaced as one: whoever reads finds
the old bundle or the new one, never half of either.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from datetime import datetime, timezone
from pathlib import Path

import msgspec

POINTER = "current"
MANIFEST = "manifest.json"
# Older bundles are kept for going back; more of them would only fill the disk.
KEPT = 20


class BundleError(Exception):
    """A bundle is missing, damaged or cannot be written; the message says which and what to do."""


class Manifest(msgspec.Struct, frozen=True):
    """What a bundle holds: the SHA-256 of each file by its path, and when it was published."""

    checksum: str
    published_at: datetime
    files: dict[str, str]


def checksum(content: Path) -> str:
    """The checksum of the register's files under `content`, as 16 hexadecimal digits."""
    return _checksum(hashes(content))


def publish(content: Path, store: Path) -> Manifest:
    """Copy `content` into `store` as a bundle and point to it. Raises `BundleError`.

    The same content published twice is one bundle. Nothing is checked here: `signpost publish`
    does that first.
    """
    try:
        store.mkdir(parents=True, exist_ok=True)
        files = hashes(content)
        if not files:
            raise BundleError(f"There is nothing to publish in {content}.")
        name = _checksum(files)
        if not _is_sound(store, name):
            _copy(content, store, Manifest(name, datetime.now(timezone.utc), files))
        point(store, name)
        _drop_oldest(store, name)
        return verify(store, name)
    except OSError as error:
        raise BundleError(f"The bundle cannot be written to {store}: {error.strerror}.") from error


def point(store: Path, name: str) -> None:
    """Make `name` the bundle in force, at once. Raises `BundleError` for one that is not whole."""
    verify(store, name)
    fresh = store / f".{POINTER}-{secrets.token_hex(4)}"
    fresh.write_text(name + "\n", encoding="ascii")
    os.replace(fresh, store / POINTER)


def pointed(store: Path) -> str | None:
    """The name of the bundle in force, or None when nothing was published yet."""
    try:
        name = (store / POINTER).read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return None
    return name or None


def verify(store: Path, name: str) -> Manifest:
    """The manifest of a bundle that is whole and unchanged. Raises `BundleError` otherwise."""
    folder = store / name
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, ValueError, RecursionError) as error:
        raise BundleError(f"The bundle {folder} has no readable {MANIFEST}.") from error
    if folder.parent != store or manifest.checksum != name:
        raise BundleError(f"The bundle {folder} is not the one that its manifest describes.")
    try:
        found = hashes(folder)
    except OSError as error:
        raise BundleError(f"The bundle {folder} cannot be read: {error.strerror}.") from error
    changed = sorted(
        path for path in {*found, *manifest.files} if found.get(path) != manifest.files.get(path)
    )
    if changed or _checksum(found) != name:
        raise BundleError(
            f"The bundle {folder} was changed after it was published "
            f"({', '.join(changed[:3]) or 'its manifest'}): publish again."
        )
    return manifest


def published(store: Path) -> list[Manifest]:
    """The bundles that are whole, the newest first."""
    found = []
    for folder in store.glob("[0-9a-f]*") if store.is_dir() else ():
        try:
            found.append(verify(store, folder.name))
        except BundleError:
            continue
    return sorted(found, key=lambda manifest: manifest.published_at, reverse=True)


def _copy(content: Path, store: Path, manifest: Manifest) -> None:
    building = store / f".building-{secrets.token_hex(4)}"
    try:
        for path in manifest.files:
            target = building / path
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(content / path, target)
            target.chmod(0o444)
        (building / MANIFEST).write_bytes(msgspec.json.encode(manifest))
        damaged = store / manifest.checksum
        if damaged.exists():
            shutil.rmtree(damaged)
        building.rename(damaged)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _is_sound(store: Path, name: str) -> bool:
    try:
        verify(store, name)
    except BundleError:
        return False
    return True


def _drop_oldest(store: Path, in_force: str) -> None:
    for manifest in published(store)[KEPT:]:
        if manifest.checksum != in_force:
            shutil.rmtree(store / manifest.checksum, ignore_errors=True)


def hashes(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file of a register by its path."""
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*.yaml"))
    }


def _checksum(files: dict[str, str]) -> str:
    digest = hashlib.sha256()
    for path, hash_ in sorted(files.items()):
        digest.update(f"{path}\0{hash_}\n".encode())
    return digest.hexdigest()[:16]
