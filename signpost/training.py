"""Train a model when none fits, and find the one that does.

A model fits when the checksum of everything that shapes it is the one in its folder's name:
configuration, domain, training data, spaCy patterns, encoder, our components and Rasa's version.
Content is not part of it: changed words need no training.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import version
from pathlib import Path

import yaml

from signpost import gate
from signpost.encoder import WEIGHTS_SHA256
from signpost.settings import ROOT, Settings

WEIGHTS = "weights.npz"
_STEP = re.compile(r"Starting to train component '(?P<name>\w+)'|Finished training component")
# Code that only serves a model (the channel, the words) is not here: changing it needs no training.
SOURCES = (
    "config.yml",
    "domain.yml",
    "signpost/crisis/learn.py",
    "signpost/crisis/lexicon.py",
    "signpost/crisis/normalise.py",
    "signpost/crisis/weights.py",
    "signpost/encoder.py",
    "signpost/rasa/audience.py",
    "signpost/rasa/crisis.py",
    "signpost/rasa/featurizer.py",
    "signpost/rasa/ngrams.py",
    "signpost/rasa/spacy.py",
)
_ADAPTER = "data/encoder/*.safetensors"
# Files that a component reads in training beside what Rasa gives it.
LABELS = {
    "SentenceEncoderFeaturizer": (_ADAPTER,),
    "AudienceClassifier": ("data/audiences.yml",),
    "CrisisClassifier": (
        _ADAPTER,
        "data/crisis/*.jsonl",
        "signpost/crisis/learn.py",
        "signpost/crisis/normalise.py",
    ),
}
FOLDERS = ("data", "signpost/language")
SHAPING = {".jsonl", ".safetensors", ".yml", ".yaml", ".py"}


class TrainingError(Exception):
    """Training failed; the message says where the details are."""


def checksum(root: Path = ROOT) -> str:
    """A checksum over all that shapes a model, as 16 hexadecimal digits."""
    digest = hashlib.sha256()
    for file in _shaping_files(root):
        digest.update(str(file.relative_to(root)).encode())
        digest.update(file.read_bytes())
    digest.update(WEIGHTS_SHA256.encode())
    digest.update(version("rasa").encode())
    return digest.hexdigest()[:16]


def _shaping_files(root: Path) -> Iterator[Path]:
    for name in SOURCES:
        yield root / name
    for folder in FOLDERS:
        yield from sorted(
            file for file in (root / folder).rglob("*") if file.suffix in SHAPING and file.is_file()
        )


def model_path(settings: Settings) -> Path:
    """Where the model for the present checksum is, or will be."""
    return settings.models / checksum() / "model.tar.gz"


def weights_path(settings: Settings) -> Path:
    """Where the crisis floor's weights for the present checksum are, or will be."""
    return model_path(settings).with_name(WEIGHTS)


def ensure(settings: Settings, say: Callable[[str], None], *, force: bool = False) -> Path:
    """The fitting model's path; trains it first when there is none (or when forced)."""
    model = model_path(settings)
    if model.is_file() and model.with_name(WEIGHTS).is_file() and not force:
        return model
    say("training a model (a few minutes; only when its data or configuration changed)")
    started = time.monotonic()
    built = train(say, force=force)
    weights = learn_weights(settings, say)
    try:
        gate.check(settings, built, weights, say)
    except gate.GateError as error:
        raise TrainingError(
            f"The new model finds crises less well than the recorded one and is not used; it stays "
            f"in {built}.\n{error}"
        ) from error
    model.parent.mkdir(parents=True, exist_ok=True)
    weights.replace(model.with_name(WEIGHTS))
    built.replace(model)
    say(f"the model is trained ({time.monotonic() - started:.0f} s)")
    return model


def effective_config(root: Path) -> str:
    """config.yml with the checksum of the labels that some components read by themselves.

    Rasa takes a component from its cache unless its settings or inputs changed, and it knows
    nothing of files that a component opens.
    """
    config = yaml.safe_load((root / "config.yml").read_text(encoding="utf-8"))
    for component in config["pipeline"]:
        for name, patterns in LABELS.items():
            if component["name"].endswith(name):
                files = [file for pattern in patterns for file in sorted(root.glob(pattern))]
                component["labels_checksum"] = _digest(files)
    return yaml.safe_dump(config, sort_keys=False)


def _digest(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def train(say: Callable[[str], None], *, force: bool = False) -> Path:
    """Train into `build/`; returns the new archive. Raises `TrainingError`.

    Rasa keeps what each component learnt and takes it again while its code, settings and data
    are the same: a changed threshold costs seconds. `force` learns everything anew.
    """
    build = ROOT / "build"
    build.mkdir(exist_ok=True)
    log = build / "train.log"
    config = build / "config.yml"
    config.write_text(effective_config(ROOT), encoding="utf-8")
    command = [
        sys.executable, "-m", "rasa", "train", "--config", str(config), "--domain", "domain.yml",
        "--data", "data", "--out", str(build), "--fixed-model-name", "candidate",
        *(["--force"] if force else []),
    ]  # fmt: skip
    environment = {
        **os.environ,
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "ignore",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    }
    with (
        log.open("w", encoding="utf-8") as file,
        subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process,
    ):
        assert process.stdout is not None
        for line in process.stdout:
            file.write(line)
            step = _STEP.search(line)
            if step and step["name"]:
                say(f"  training {step['name']}")
    built = build / "candidate.tar.gz"
    if process.returncode != 0 or not built.is_file():
        last = log.read_text(encoding="utf-8").strip().splitlines()[-1:]
        raise TrainingError(
            f"Training failed; {log} has the details. Last line: {last[0] if last else 'none'}"
        )
    return built


def learn_weights(settings: Settings, say: Callable[[str], None]) -> Path:
    """Learn the crisis floor's weights into `build/`; returns their file."""
    from signpost.crisis.floor import Floor
    from signpost.crisis.learn import learn

    say("  learning the crisis floor's weights")
    file = ROOT / "build" / WEIGHTS
    file.parent.mkdir(exist_ok=True)
    learn(Floor.load(settings.content)).save(file)
    return file


def rasa_test(settings: Settings) -> int:
    """Replay tests/conversations/*.yml with `rasa test core` on the fitting model."""
    model = model_path(settings)
    command = [
        sys.executable, "-m", "rasa", "test", "core", "--model", str(model),
        "--stories", "tests/conversations", "--out", str(ROOT / "build" / "rasa-test"),
        "--fail-on-prediction-errors",
    ]  # fmt: skip
    environment = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"}
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
