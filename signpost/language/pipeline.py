"""The `nlu` spaCy pipeline: platforms as entities, people as spans. Rules only, no vectors."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from pathlib import Path

import spacy
import yaml
from spacy.language import Language

from signpost.language.people import People


def build(data: Path) -> Language:
    """Make the pipeline from `data` (the folder `data/entities`)."""
    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("entity_ruler", config={"phrase_matcher_attr": "LOWER"})
    platforms = yaml.safe_load((data / "platforms.yaml").read_text(encoding="utf-8"))
    ruler.add_patterns(  # type: ignore[attr-defined]
        [
            {"label": "platform", "pattern": name, "id": platform}
            for platform, names in platforms.items()
            for name in names
        ]
    )
    people = nlp.add_pipe("signpost_people")
    assert isinstance(people, People)
    people.configure(yaml.safe_load((data / "people.yaml").read_text(encoding="utf-8")))
    return nlp


def saved(data: Path, folder: Path) -> Path:
    """The pipeline on disk under `folder`, made now if its data changed since the last time."""
    digest = hashlib.sha256()
    for file in sorted(data.glob("*.yaml")):
        digest.update(file.read_bytes())
    path = folder / f"nlu-{digest.hexdigest()[:16]}"
    if not path.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=folder, prefix="new-"))
        build(data).to_disk(fresh)
        try:
            fresh.rename(path)
        except OSError:  # another process was quicker; its copy is the same
            shutil.rmtree(fresh)
    return path
