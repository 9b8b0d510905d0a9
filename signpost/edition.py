"""The edition in force: one register, one crisis floor, one set of labels, always swapped together.

Served processes read published bundles (`signpost.register.bundle`) and look at the pointer every
few seconds. Everything else (tests, evaluation, `rasa shell`) reads the files of `content/`.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from functools import cached_property, lru_cache
from pathlib import Path

import structlog
import yaml

from signpost import safe_yaml
from signpost import settings as settings_module
from signpost.crisis.floor import Floor, FloorError
from signpost.register import bundle, running
from signpost.register.loader import Register, RegisterError, load
from signpost.settings import Settings

log = structlog.get_logger()
# The emergency line keeps its numbers even when the file of labels cannot be read.
_EMERGENCY_LABELS = {
    "emergency_call": "Call 999",
    "emergency_childline": "Childline 0800 1111",
    "emergency_ceop": "Report to CEOP",
}


class EditionError(Exception):
    """A folder's content cannot be used; `problems` holds one sentence for each mistake."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class Edition:
    """What was loaded from one folder. `checksum` is "" for files that were not published.

    `register` and `floor` are None only in the edition of a door that could load nothing.
    """

    def __init__(
        self,
        register: Register | None,
        floor: Floor | None,
        *,
        checksum: str = "",
        folder: Path | None = None,
    ) -> None:
        self.checksum = checksum
        self.register = register
        self.floor = floor
        self._folder = folder

    @cached_property
    def words(self) -> dict[str, str]:
        """The page's own labels; a page with plain labels is better than none."""
        return interface_words(self._folder) if self._folder else _Unnamed()

    @cached_property
    def languages(self) -> dict[str, dict[str, str]]:
        """The labels by language, English first; a label that a language lacks is English."""
        found = {self.words["language"]: self.words}
        for file in sorted((self._folder / "interface").glob("*.yaml")) if self._folder else ():
            if file.stem not in ("en", "opening"):
                words = interface_words(self._folder, file.stem) if self._folder else {}
                if words.get("language") == file.stem:
                    found[file.stem] = _Unnamed({**self.words, **words})
        return found


class Editions:
    """Holds the edition in force. `current` may be another one from one call to the next."""

    def __init__(self, settings: Settings, *, with_floor: bool = True) -> None:
        self._settings = settings
        self._with_floor = with_floor
        self._store = Path(settings.bundles) if settings.bundles else None
        self._refused: str | None = None
        self._weights = self._weights_in_force()
        self.current = self._first()

    @classmethod
    def of(cls, register: Register | None, floor: Floor | None = None) -> Editions:
        """An edition that never changes, made of parts at hand."""
        editions = cls.__new__(cls)
        editions._store = None
        editions.current = Edition(register, floor)
        return editions

    @property
    def register(self) -> Register:
        """The register in force. Raises `EditionError` when there is none to speak from."""
        register = self.current.register
        if register is None:
            raise EditionError(["There is no register to speak from; the log says why."])
        return register

    def refresh(self) -> bool:
        """Take up what was published since; whether there was a swap.

        A bundle that cannot be used is refused, said once, and looked at again the next time.
        """
        name = bundle.pointed(self._store) if self._store else None
        if self._store is None or name is None:
            return False
        weights = self._weights_in_force()
        if name == self.current.checksum and weights == self._weights:
            return False
        try:
            self.current = self._published(self._store, name)
        except EditionError as error:
            if name != self._refused:
                log.error("edition.refused", bundle=name, problems=error.problems[:20])
            self._refused = name
            return False
        self._weights = weights
        log.info("edition.taken_up", bundle=name)
        return True

    def poll(self) -> None:
        """Call `refresh` every few seconds from now on, in a thread of its own."""
        if self._store is not None:
            threading.Thread(target=self._poll_for_ever, name="editions", daemon=True).start()

    def _poll_for_ever(self) -> None:
        pause = threading.Event()
        part = _part()
        self._tell(part)
        while not pause.wait(self._settings.bundle_seconds):
            try:
                self.refresh()
                self._tell(part)
            except Exception as error:  # noqa: BLE001 - the next round tries again
                log.error("edition.poll_failed", kind=type(error).__name__)

    def _tell(self, part: str) -> None:
        """Let staff see which bundle this part speaks from."""
        if self._store is not None:
            running.tell(self._store, part, self.current.checksum)

    def _first(self) -> Edition:
        """The edition to start with; when all else is broken, one without register and floor."""
        for candidate in self._candidates():
            try:
                if isinstance(candidate, Path):
                    return self._load(candidate, "")
                assert self._store is not None
                return self._published(self._store, candidate)
            except EditionError as error:
                log.error("edition.unusable", source=str(candidate), problems=error.problems[:20])
        return self._remains()

    def _weights_in_force(self) -> Path | None:
        """The file that the weights' path leads to now: a released model leads it elsewhere."""
        file = self._settings.weights_file if self._with_floor else None
        return file.resolve() if file is not None else None

    def _candidates(self) -> Iterator[str | Path]:
        """The bundle in force, then older ones that are whole, then the files of `content/`."""
        if self._store is not None:
            name = bundle.pointed(self._store)
            if name:
                yield name
            yield from (
                manifest.checksum
                for manifest in bundle.published(self._store)
                if manifest.checksum != name
            )
        yield self._settings.content

    def _published(self, store: Path, name: str) -> Edition:
        try:
            bundle.verify(store, name)
        except bundle.BundleError as error:
            raise EditionError([str(error)]) from error
        return self._load(store / name, name)

    def _load(self, folder: Path, checksum: str) -> Edition:
        try:
            register = load(folder, self._settings.council)
            floor = self._floor(folder)
        except RegisterError as error:
            raise EditionError(error.problems) from error
        except FloorError as error:
            raise EditionError([str(error)]) from error
        return Edition(register, floor, checksum=checksum, folder=folder)

    def _floor(self, folder: Path) -> Floor | None:
        """The folder's floor; with its rules alone when the weights cannot be read."""
        if not self._with_floor:
            return None
        try:
            return Floor.load(folder, self._settings.weights_file)
        except FloorError as error:
            if self._settings.weights_file is None:
                raise
            log.error("weights.unusable", problem=str(error))
            return Floor.load(folder)

    def _remains(self) -> Edition:
        """Of broken content, the half that can still be used."""
        content = self._settings.content
        register: Register | None = None
        floor: Floor | None = None
        with suppress(RegisterError):
            register = load(content, self._settings.council)
        with suppress(FloorError):
            floor = self._floor(content)
        return Edition(register, floor, folder=content)


def _part() -> str:
    """Which part of the bot this process is, by the module that it was started with."""
    spec = getattr(sys.modules.get("__main__"), "__spec__", None)
    return running.PARTS.get(spec.name if spec else "", "another program")


@lru_cache(maxsize=1)
def shared() -> Editions:
    """The editions of this process, for parts that Rasa makes; without a floor.

    Raises `EditionError` when there is no register: Rasa's side must not start without words.
    """
    editions = Editions(settings_module.load(), with_floor=False)
    assert editions.register
    editions.poll()
    return editions


class _Unnamed(dict[str, str]):
    """Stands in for labels that cannot be read: each label is its own name."""

    def __missing__(self, name: str) -> str:
        return _EMERGENCY_LABELS.get(name, name.replace("_", " ").capitalize())


def interface_words(content: Path, language: str = "en") -> dict[str, str]:
    """The labels of a language, or plain English ones when their file cannot be read."""
    try:
        file = content / "interface" / f"{language}.yaml"
        words = safe_yaml.load(safe_yaml.read_text(file))
        return _Unnamed(words)
    except (OSError, yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        log.error("interface.unusable", kind=type(error).__name__)
        return _Unnamed({"language": "en", "direction": "ltr", "title": "Chat"})
