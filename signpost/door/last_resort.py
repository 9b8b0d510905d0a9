"""The last-resort text: what a user reads when even the register cannot be read.

It is built from the register's entry `crisis.last_resort` by `signpost last-resort` and kept
beside this module with its checksum, so that a damaged copy stops the start, not a reply.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from signpost.register.loader import Register
from signpost.register.models import Bubble, Reply

ENTRY = "crisis.last_resort"
FILE = Path(__file__).with_suffix(".json")


class LastResortError(Exception):
    """The last-resort text is missing or damaged."""


def read(file: Path = FILE) -> str:
    """The text, verified. Raises `LastResortError` when it is missing or was changed."""
    return _read(file, "text", "sha256")


def read_sms(file: Path = FILE) -> str:
    """Its SMS form, in two segments at most. Raises `LastResortError` as `read` does."""
    return _read(file, "sms", "sms_sha256")


def _read(file: Path, words: str, digest: str) -> str:
    try:
        saved = json.loads(file.read_text(encoding="utf-8"))
        text = str(saved[words])
        checksum = str(saved[digest])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LastResortError(
            f"The last-resort text {file} cannot be read: make it with `signpost last-resort`."
        ) from error
    if _checksum(text) != checksum:
        raise LastResortError(
            f"The last-resort text {file} was changed by hand: make it with `signpost last-resort`."
        )
    return text


def words(register: Register) -> str:
    """The text as the register has it now. Raises `RegisterError` when it has none."""
    entry = register.entry(ENTRY)
    return register.resolve(" ".join(entry.variants[entry.default].bubbles)).strip()


def sms_words(register: Register) -> str:
    """Its SMS form as the register has it now. Raises `RegisterError` when it has none."""
    entry = register.entry(ENTRY)
    return register.resolve(entry.variants[entry.default].sms).strip()


def write(register: Register, file: Path = FILE) -> str:
    """Build the text from the register and save it; returns it."""
    text = words(register)
    sms = sms_words(register)
    saved = {
        "entry": ENTRY,
        "sha256": _checksum(text),
        "text": text,
        "sms_sha256": _checksum(sms),
        "sms": sms,
    }
    file.write_text(json.dumps(saved, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return text


def reply(text: str) -> Reply:
    """The text as a reply, led by 999."""
    return Reply(bubbles=[Bubble(entry=ENTRY, text=text, kind="crisis")], route="both")


def _checksum(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
